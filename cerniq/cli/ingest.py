"""`cerniq ingest`: bring committed changes into bronze and silver."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any

import click

from cerniq.cli.output import TENANT, emit_json, json_option
from cerniq.tenancy import TenantId

if TYPE_CHECKING:
    from cerniq.control import SourceRecord
    from ingest.report import IngestReport, Progress


@click.command()
@click.argument("tid", type=TENANT)
@click.option("--module", help="Only the database that carries this module.")
@click.option("--once/--follow", default=True, help="Drain what is committed now (default), or go on until Ctrl-C.")
@json_option
def ingest(tid: TenantId, module: str | None, once: bool, as_json: bool) -> None:
    """Replicate committed changes into bronze and silver.

    The first run reads every table as of one moment, later ones only what changed. A run that was killed goes on where
    it stood; nothing is lost or doubled. Ends with 1 when a table had to be stopped; the others went on.

    \b
    cerniq ingest acme
    cerniq ingest acme --follow
    """
    from cerniq.cli.tenants import open_lake
    from ingest.errors import TablesStopped

    lake = open_lake(tid)
    reports = []
    for source in _sources(tid, module):
        reports.append(_run(lake, source, once))
    stopped = [finding for report in reports for finding in report.stopped]
    if as_json:
        emit_json(_as_json(reports))
    else:
        _tell(reports)
    if stopped:
        lines = "\n".join(f"  {finding.table}: {finding.message} {finding.cure}" for finding in stopped)
        count = "1 table stands" if len(stopped) == 1 else f"{len(stopped)} tables stand"
        raise TablesStopped(f"{count} still, the others went on:\n{lines}")


def _run(lake: Any, source: SourceRecord, once: bool) -> IngestReport:
    from ingest.run import ingest as run

    if once:
        return run(lake, source, progress=_show)
    stop = threading.Event()
    # The batch under way is finished and confirmed before the process ends.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo(f"Following {source.masked_dsn}; Ctrl-C stops.", err=True)
    return run(lake, source, once=False, follow=True, progress=_show, should_stop=stop.is_set)


def _sources(tid: TenantId, module: str | None) -> list[SourceRecord]:
    from cerniq.control import ControlDb, UnknownSource
    from cerniq.settings import Settings

    with ControlDb.open(Settings.load()) as control:
        records = [r for r in control.sources(tid) if module is None or module in r.modules]
    if not records:
        what = f"carries {module}" if module else "is connected"
        raise UnknownSource(f"No source of {tid} {what}.", cure=f"Connect one: cerniq source add {tid} --dsn … --map …")
    return records


def _show(progress: Progress) -> None:
    if progress.step == "snapshot":
        click.echo(f"snapshot {progress.done}/{progress.total}  {progress.table}  {progress.rows} rows", err=True)
    elif progress.step == "stream":
        click.echo(f"stream   {progress.rows} changes", err=True)


def _tell(reports: list[IngestReport]) -> None:
    for report in reports:
        for finding in report.findings:
            if finding.severity == "warning":
                click.echo(f"warning: {finding.table}: {finding.message} {finding.cure}", err=True)
        tables = f"{len(report.tables)} table{'' if len(report.tables) == 1 else 's'}"
        click.echo(f"{report.rows} rows into {tables} of bronze, silver as of {report.lsn}, {report.seconds:.1f} s.")


def _as_json(reports: list[IngestReport]) -> dict[str, Any]:
    from dataclasses import asdict

    return {"sources": [{**asdict(report), "rows": report.rows} for report in reports]}
