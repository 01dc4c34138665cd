"""What a demo is about, kept in `CERNIQ_HOME/demo.json` so that a second run goes on with the same companies."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from cerniq.errors import TransientError, UsageError
from cerniq.period import Period

if TYPE_CHECKING:
    from cerniq.settings import Settings
    from cerniq.simulation import CompanyPlan

SEED, SCALE, MONTHS = 0, 1.0, 24
_FILE = "demo.json"


class DemoRunning(TransientError):
    """Another demo works in this home."""


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The choices that the simulated companies follow from. `last_month` stays when the calendar goes on."""

    seed: int
    scale: float
    months: int
    last_month: str

    def companies(self) -> list[CompanyPlan]:
        from cerniq.simulation import demo_plans

        after = Period.parse(self.last_month).next()
        return demo_plans(seed=self.seed, scale=self.scale, months=self.months, today=after.start)


def made_plan(settings: Settings) -> DemoPlan | None:
    """The plan of the demo that was begun in this home."""
    path = settings.home / _FILE
    return DemoPlan(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def chosen_plan(
    settings: Settings, *, seed: int | None, scale: float | None, months: int | None, today: date
) -> DemoPlan:
    """The plan of this home, or a new one; None takes what is there. Raises `UsageError` when the two differ."""
    path, kept = settings.home / _FILE, made_plan(settings)
    if kept is not None:
        asked = {"seed": seed, "scale": scale, "months": months}
        other = [name for name, value in asked.items() if value is not None and value != getattr(kept, name)]
        if other:
            raise UsageError(
                f"The demo in {settings.home} was made with another {' and '.join(other)}.",
                cure="Start anew with `cerniq demo --fresh`, or leave the options out to go on with it.",
            )
        return kept
    last = Period.month(today.year, today.month).previous()
    plan = DemoPlan(
        seed=SEED if seed is None else seed,
        scale=SCALE if scale is None else scale,
        months=MONTHS if months is None else months,
        last_month=str(last),
    )
    settings.home.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    temporary.replace(path)
    return plan


@contextmanager
def only_demo(settings: Settings) -> Iterator[None]:
    """One demo a home at a time; the kernel lets go of the lock when its process dies. Raises `DemoRunning`."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "demo.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoRunning(
                f"Another demo is at work in {settings.home}.", cure="Wait for it, or set CERNIQ_HOME elsewhere."
            ) from error
        yield


def forget(settings: Settings) -> None:
    """Take away all that a demo made: its server, its tenants' sources and lakes, and Dagster's records of them."""
    from cerniq.control import ControlDb
    from cerniq.postgres_server import PostgresServer

    PostgresServer.remove(settings.postgres_dir)
    plan = made_plan(settings)
    companies = [] if plan is None else plan.companies()
    with ControlDb.open(settings) as control:
        known = {record.tid for record in control.tenants(active_only=False)}
        for company in companies:
            if company.tenant in known:
                for source in control.sources(company.tenant):
                    for module in source.modules:
                        control.remove_source(company.tenant, module)
            _remove_lake(settings, company)
    if known <= {company.tenant for company in companies}:
        # Only when nobody else's runs are recorded there.
        shutil.rmtree(settings.dagster_home, ignore_errors=True)
    (settings.home / _FILE).unlink(missing_ok=True)


def _remove_lake(settings: Settings, company: CompanyPlan) -> None:
    from cerniq.lake import Lake

    lake = Lake.open(settings, company.tenant)
    if not lake.is_local:
        raise UsageError(
            "The demo's lake lies on an object store, which --fresh does not empty.",
            cure=f"Remove {lake.uri()} with the store's own tools.",
        )
    shutil.rmtree(lake.local_dir(), ignore_errors=True)
