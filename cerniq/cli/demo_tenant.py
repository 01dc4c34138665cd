"""One company's way through the demo, in a process of its own: written, ingested, built, forecast, filed.

Everything after the company's own database is a run of Dagster's against the installation's instance, so that each step
is a materialisation that Dagster shows afterwards. Every step may be repeated: a demo that was killed goes on.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cerniq.cli.demo_plan import DemoPlan
from cerniq.errors import CerniqError

if TYPE_CHECKING:
    import dagster as dg

    from assets.instance import StepEvent
    from cerniq.settings import Settings
    from cerniq.simulation import CompanyPlan

# Steps in their order; the names of Dagster's steps among them.
STEPS = {
    "history": "write the company's past to PostgreSQL",
    "snapshot": "snapshot into bronze and silver",
    "live": "write the last month, a transaction a document",
    "capture": "stream the last month into silver",
    "silver_contracts": "check silver against the contracts",
    "warehouse": "build and test the marts",
    "gold": "write the marts as Delta",
    "sales_forecast": "forecast sales",
    "freshness": "judge how fresh the data is",
    "d406": "file the D406 of the last month",
}

Tell = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Order:
    """What a child process is asked for; small and picklable."""

    plan: DemoPlan
    index: int
    dsn: str


def work(order: Order, out: Connection, parent: Connection) -> None:
    """Entry point of a child process. Sends messages `(kind, ...)` and ends; never raises."""
    _end_with(parent)

    def tell(*message: Any) -> None:
        out.send(message)

    try:
        tell("result", run(order, tell))
    except CerniqError as error:
        tell("error", error.message, error.cure, error.exit_status)
    except KeyboardInterrupt:
        tell("error", "Stopped.", "Run it again to go on.", 130)
    # The boundary of this process: the other side writes the traceback down.
    except Exception:  # noqa: BLE001
        import traceback

        tell("fault", traceback.format_exc())


def _end_with(parent: Connection) -> None:
    """End this process when the one that started it is gone: it would hold the tenant's lock for nobody."""

    def watch() -> None:
        try:
            parent.recv()
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def run(order: Order, tell: Tell) -> dict[str, Any]:
    """The whole way of one company; returns its part of the summary."""
    from cerniq.logs import configure
    from cerniq.settings import Settings

    configure()
    settings = Settings.load()
    company = order.plan.companies()[order.index]
    with _step("history", tell):
        _write(order.dsn, company, tell, until_last=False)
    _register(settings, company, order.dsn)

    from assets.build import build_defs
    from assets.instance import open_instance
    from assets.jobs import CAPTURE, D406_FILING, REFRESH
    from assets.partitions import PERIODS, TENANTS, filing_key

    with _alone(settings.home / "dagster.lock"), open_instance(settings) as instance:
        instance.add_dynamic_partitions(str(TENANTS.name), [str(company.tenant)])
        instance.add_dynamic_partitions(str(PERIODS.name), [str(company.last_month)])
        definitions = build_defs(settings)
    with open_instance(settings) as instance:
        runs = _Runs(definitions, instance, tell)
        if not _has_silver(settings, company):
            with _step("snapshot", tell):
                runs.run(CAPTURE, str(company.tenant), quiet=True)
        with _step("live", tell):
            _write(order.dsn, company, tell, until_last=True)
        runs.run(REFRESH, str(company.tenant))
        runs.run(D406_FILING, filing_key(company.tenant, company.last_month))
    return summary(settings, company)


class _Runs:
    """Jobs of one tenant, their steps told as they begin and end."""

    def __init__(self, definitions: dg.Definitions, instance: dg.DagsterInstance, tell: Tell) -> None:
        self._definitions, self._instance, self._tell = definitions, instance, tell

    def run(self, job: str, partition: str, *, quiet: bool = False) -> None:
        from assets.instance import run_job

        run_job(self._definitions, self._instance, job, partition, watch=None if quiet else self._watch)

    def _watch(self, event: StepEvent) -> None:
        if event.seconds is None:
            self._tell("begin", event.step)
        else:
            self._tell("end", event.step, event.seconds)


@contextmanager
def _step(name: str, tell: Tell) -> Iterator[None]:
    started = time.monotonic()
    tell("begin", name)
    yield
    tell("end", name, time.monotonic() - started)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Both companies' processes would make Dagster's databases, and parse the dbt project, at the same moment."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _write(dsn: str, company: CompanyPlan, tell: Tell, *, until_last: bool) -> None:
    from cerniq.simulation import write

    step = "live" if until_last else "history"
    until = company.last_month if until_last else company.last_month.previous()
    write(dsn, company, until=until, progress=lambda month: tell("detail", step, month))


def _register(settings: Settings, company: CompanyPlan, dsn: str) -> None:
    """Tell the control database of the company and its database, which may answer on another port than last time."""
    from cerniq.contracts import load_contracts
    from cerniq.control import ControlDb

    modules = {name: module.schema for name, module in load_contracts().modules.items()}
    with ControlDb.open(settings) as control:
        control.add_tenant(company.tenant, company.legal_name, company.cui, company.profile)
        for source in control.sources(company.tenant):
            control.readdress_source(source.id, dsn)
        control.add_source(company.tenant, dsn, modules)


def _has_silver(settings: Settings, company: CompanyPlan) -> bool:
    from cerniq.lake import Lake

    return Lake.open(settings, company.tenant).read_json("silver", "current.json") is not None


def summary(settings: Settings, company: CompanyPlan) -> dict[str, Any]:
    """What was built, read back from gold and the control database."""
    import pyarrow.compute as pc

    from cerniq.control import ControlDb
    from cerniq.lake import Lake
    from cerniq.warehouse import published

    lake = Lake.open(settings, company.tenant)
    build = published(lake)
    month = company.last_month.start
    overview = lake.table("gold", "company", "rpt_overview_monthly").read()
    last = overview.filter(pc.equal(overview["month_start"], month)).to_pylist()[0]
    balance = lake.table("gold", "finance", "rpt_trial_balance").read(
        ["month_start", "turnover_debit_ron", "turnover_credit_ron", "closing_debit_ron", "closing_credit_ron"]
    )
    balance = balance.filter(pc.equal(balance["month_start"], month))
    totals = {name: pc.sum(balance[name]).as_py() or Decimal(0) for name in balance.column_names[1:]}
    with ControlDb.open(settings) as control:
        filing = control.filings(company.tenant, form="d406", period=str(company.last_month))[-1]
    return {
        "tenant": str(company.tenant),
        "name": company.legal_name,
        "month": str(company.last_month),
        "journal_lines": lake.table("gold", "finance", "fct_journal_line").row_count(),
        "revenue_ron": last["revenue_ron"],
        "revenue_all_months_ron": pc.sum(overview["revenue_ron"]).as_py(),
        "trial_balance": {**totals, "balances": _balances(totals)},
        "build": None if build is None else build.build_id,
        "lsn": None if build is None else build.lsn,
        "d406": {"path": filing.path, "valid": filing.state != "invalid", "errors": filing.errors, "rows": filing.rows},
    }


def _balances(totals: dict[str, Decimal]) -> bool:
    return (
        totals["turnover_debit_ron"] == totals["turnover_credit_ron"]
        and totals["closing_debit_ron"] == totals["closing_credit_ron"]
    )
