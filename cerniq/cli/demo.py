"""`cerniq demo`: the whole way on two simulated companies, on an embedded PostgreSQL."""

from __future__ import annotations

import fcntl
import multiprocessing as mp
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait
from typing import IO, TYPE_CHECKING, Any

import click

from cerniq.cli.output import emit_json, json_option
from cerniq.errors import CerniqError, PermanentError, TransientError

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from cerniq.cli.demo_plan import DemoPlan
    from cerniq.cli.demo_progress import DemoProgress
    from cerniq.postgres_server import PostgresServer
    from cerniq.settings import Settings


@click.command()
@click.option("--scale", type=click.FloatRange(0.01, 1000), help="How much the companies trade (default 1).")
@click.option("--months", type=click.IntRange(2, 240), help="Months of books, ending with last month (default 24).")
@click.option("--seed", type=int, help="Another seed, other companies (default 0).")
@click.option("--fresh", is_flag=True, help="Take away what an earlier demo made and start anew.")
@json_option
def demo(scale: float | None, months: int | None, seed: int | None, fresh: bool, as_json: bool) -> None:
    """Run the whole way for two simulated companies: PostgreSQL, bronze, silver, marts, forecast, D406.

    A second run goes on where the first one was; what is done is not done again.

    \b
    cerniq demo
    cerniq demo --fresh --scale 0.1 --months 6
    cerniq demo --json
    """
    from cerniq.cli.demo_plan import chosen_plan, forget, only_demo
    from cerniq.settings import Settings

    started = time.monotonic()
    settings = Settings.load()
    # A demo that is told to end stops its PostgreSQL first, as at Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with only_demo(settings):
        if fresh:
            forget(settings)
        today = datetime.now(UTC).date()
        plan = chosen_plan(settings, seed=seed, scale=scale, months=months, today=today)
        results = run(settings, plan)
    report = {"home": str(settings.home), "seconds": round(time.monotonic() - started, 1), "tenants": results}
    if as_json:
        emit_json(report)
    else:
        tell(report)
    _refuse_invalid(results)


def run(settings: Settings, plan: DemoPlan) -> list[dict[str, Any]]:
    """Both companies side by side, each in a process of its own; returns their summaries."""
    from cerniq.cli.demo_progress import DemoProgress

    companies = plan.companies()
    names = [str(company.tenant) for company in companies]
    with embedded_server(settings) as server, DemoProgress(names) as progress:
        dsns = [server.create_database(database_name(name)) for name in names]
        return _side_by_side(plan, names, dsns, progress)


def database_name(tenant: str) -> str:
    """The database of a demo's company."""
    return f"cerniq_{tenant.replace('-', '_')}"


@contextmanager
def embedded_server(settings: Settings) -> Iterator[PostgresServer]:
    """The demo's PostgreSQL; the last one who uses it stops it, also when whoever started it was killed."""
    from cerniq.postgres_server import PostgresServer

    settings.home.mkdir(parents=True, exist_ok=True)
    # The kernel lets go of a dead process's lock, so the count of users is always right.
    with (settings.home / "postgres.users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        server = PostgresServer.running(settings.postgres_dir) or PostgresServer.start(settings.postgres_dir)
        try:
            yield server
        finally:
            if _only_user(users):
                server.stop()


def _only_user(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@dataclass(slots=True)
class _Child:
    name: str
    process: SpawnProcess
    messages: Connection
    lifeline: Connection = field(repr=False)
    result: dict[str, Any] | None = None
    error: CerniqError | None = None


def _side_by_side(plan: DemoPlan, names: list[str], dsns: list[str], progress: DemoProgress) -> list[dict[str, Any]]:
    children = [_start(plan, index, name, dsn) for index, (name, dsn) in enumerate(zip(names, dsns, strict=True))]
    try:
        _listen(children, progress)
    finally:
        for child in children:
            # The other end of a closed lifeline ends its process.
            child.lifeline.close()
            child.process.join()
    for child in children:
        if child.error is not None:
            raise child.error
    return [{**(child.result or {}), "steps": progress.steps(child.name)} for child in children]


def _start(plan: DemoPlan, index: int, name: str, dsn: str) -> _Child:
    from cerniq.cli.demo_tenant import Order, work

    # Spawned, not forked: the libraries of the way hold threads and locks.
    context = mp.get_context("spawn")
    messages, out = context.Pipe(duplex=False)
    theirs, lifeline = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(Order(plan, index, dsn), out, theirs), name=name)
    process.start()
    out.close()
    theirs.close()
    return _Child(name, process, messages, lifeline)


def _listen(children: list[_Child], progress: DemoProgress) -> None:
    """Take messages until every child has ended or one has failed."""
    open_ends = {child.messages: child for child in children}
    while open_ends:
        for end in wait(list(open_ends)):
            child = open_ends[end]  # type: ignore[index]
            try:
                message = child.messages.recv()
            except EOFError:
                del open_ends[child.messages]
                if child.result is None and child.error is None:
                    child.error = TransientError(
                        f"The process of {child.name} was ended from outside.",
                        cure="Run `cerniq demo` again; it goes on where it was. Is there enough memory?",
                    )
            else:
                _take(child, message, progress)
            if child.error is not None:
                return


def _take(child: _Child, message: tuple[Any, ...], progress: DemoProgress) -> None:
    match message:
        case ("begin", step):
            progress.begin(child.name, step)
        case ("detail", _, text):
            progress.detail(child.name, str(text))
        case ("end", step, seconds):
            progress.end(child.name, step, seconds)
        case ("result", result):
            child.result = result
        case ("error", text, cure, status):
            child.error = _error(f"{child.name}: {text}", cure, status)
        case ("fault", trace):
            raise RuntimeError(f"in the process of {child.name}:\n{trace}")


def _error(message: str, cure: str, status: int) -> CerniqError:
    kind = TransientError if status == TransientError.exit_status else PermanentError
    return kind(message, cure=cure)


def _refuse_invalid(results: list[dict[str, Any]]) -> None:
    for result in results:
        if not result["trial_balance"]["balances"]:
            raise PermanentError(f"The trial balance of {result['tenant']} does not balance.", cure="Please report it.")
        if not result["d406"]["valid"]:
            raise PermanentError(
                f"The D406 of {result['tenant']} has {result['d406']['errors']} errors.",
                cure=f"See them: cerniq d406 validate {result['d406']['path']}",
            )


def tell(report: dict[str, Any]) -> None:
    """The summary for people."""
    click.echo(f"Cerniq demo: two companies in {report['seconds']:.0f} s, everything under {report['home']}")
    for result in report["tenants"]:
        balance, filing = result["trial_balance"], result["d406"]
        click.echo(f"\n{result['name']} ({result['tenant']}), {result['month']}")
        for label, figure, more in (
            ("journal lines", result["journal_lines"], ""),
            ("revenue, RON", result["revenue_ron"], f"{result['revenue_all_months_ron']:,} in all months"),
            ("turnover, RON", balance["turnover_debit_ron"], f"debit, {balance['turnover_credit_ron']:,} credit"),
            ("balances, RON", balance["closing_debit_ron"], f"debit, {balance['closing_credit_ron']:,} credit"),
        ):
            click.echo(f"  {label:<14} {figure:>18,}  {more}".rstrip())
        click.echo(f"  trial balance  {'balances' if balance['balances'] else 'DOES NOT BALANCE':>18}")
        verdict = "valid" if filing["valid"] else f"{filing['errors']} ERRORS"
        click.echo(f"  D406           {verdict:>18}  {filing['path']}")
        click.echo("  " + ", ".join(f"{step} {seconds:.1f} s" for step, seconds in result["steps"].items()))
    first = report["tenants"][0]["tenant"]
    click.echo("\nWhere to look")
    click.echo("  uv run cerniq up    the dashboards on http://127.0.0.1:8501, Dagster on http://127.0.0.1:3000")
    click.echo(f'  uv run cerniq sql {first} "select * from finance.rpt_trial_balance limit 10"')
    click.echo(f"  {report['home']}/lake/{first}/gold    the marts as Delta, for any engine")
