"""`cerniq source`: the PostgreSQL databases of a company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cerniq.cli.output import TENANT, emit_json, emit_table, json_option
from cerniq.errors import UsageError
from cerniq.tenancy import TenantId

if TYPE_CHECKING:
    from cerniq.control import ControlDb, SourceRecord
    from cerniq.lake import Lake
    from ingest.report import IngestReport


@click.group()
def source() -> None:
    """Connect a company's PostgreSQL databases."""


@source.command()
@click.argument("tid", type=TENANT)
@click.option("--dsn", required=True, help="postgresql://USER:PASSWORD@HOST:5432/DATABASE; never shown again.")
@click.option("--map", "mapping", help="Modules and their schemas: MODULE=SCHEMA[,MODULE=SCHEMA...].")
@click.option("--module", help="One module; joins the slot that the database has already.")
@click.option("--schema", help="The schema of --module (default: the module's name).")
@click.option("--tables", help="Only these tables: a,b or module.a,module.b.")
@click.option("--no-check", is_flag=True, help="Only note the source; make slot and publication at the first ingest.")
@json_option
def add(
    tid: TenantId,
    dsn: str,
    mapping: str | None,
    module: str | None,
    schema: str | None,
    tables: str | None,
    no_check: bool,
    as_json: bool,
) -> None:
    """Connect a database: check it, make its publication and its slot. From then on every change is kept for us.

    \b
    cerniq source add acme --dsn postgresql://cerniq:secret@db:5432/erp \\
        --map numeriqo_accounting=accounting,iwms=iwms
    cerniq source add acme --dsn postgresql://cerniq:secret@db:5432/erp --module hr --schema people
    """
    modules = parse_mapping(mapping, module, schema)
    chosen = [name.strip() for name in tables.split(",") if name.strip()] if tables else None
    with _control() as control:
        from ingest.run import check_mapping

        control.tenant(tid)
        if not no_check:
            check_mapping(dsn, modules)
        record = control.add_source(tid, dsn, modules, chosen)
        report = None if no_check else _bootstrap(_lake(tid), record)
    if as_json:
        emit_json({**describe(record), "findings": [] if report is None else _findings(report)})
        return
    click.echo(f"{record.masked_dsn} feeds {', '.join(record.modules)} of {tid} (slot {record.slot}).")
    for finding in [] if report is None else report.findings:
        click.echo(f"{finding.severity}: {finding.table}: {finding.message} {finding.cure}", err=True)
    click.echo(f"Read it now: cerniq ingest {tid}")


@source.command("list")
@click.argument("tid", type=TENANT)
@json_option
def list_sources(tid: TenantId, as_json: bool) -> None:
    """List a company's databases; passwords are not shown."""
    with _control() as control:
        records = control.sources(tid)
    if as_json:
        emit_json({"sources": [describe(record) for record in records]})
        return
    rows = [
        (module, schema, record.slot, record.masked_dsn)
        for record in records
        for module, schema in record.modules.items()
    ]
    emit_table(("MODULE", "SCHEMA", "SLOT", "DATABASE"), rows)


@source.command()
@click.argument("tid", type=TENANT)
@click.option("--module", required=True, help="The module to take away.")
@click.option("--force", is_flag=True, help="Forget the source even when its database cannot be reached any more.")
@json_option
def remove(tid: TenantId, module: str, force: bool, as_json: bool) -> None:
    """Stop replicating a module; with a database's last module its slot and publication are dropped.

    What has landed in the lake stays there.
    """
    from cerniq.control import UnknownSource
    from cerniq.errors import CerniqError
    from ingest.run import release_source

    with _control() as control:
        record = next((r for r in control.sources(tid) if module in r.modules), None)
        if record is None:
            raise UnknownSource(f"No source of {tid} carries {module}.", cure=f"See cerniq source list {tid}.")
        try:
            release_source(_lake(tid), record, module=module)
        except CerniqError as error:
            if not force:
                raise
            click.echo(f"The database was not told: {error.message}", err=True)
            click.echo(f"Drop its slot by hand: SELECT pg_drop_replication_slot('{record.slot}');", err=True)
        left = control.remove_source(tid, module)
    if as_json:
        emit_json({"removed": module, "source": None if left is None else describe(left)})
    elif left is None:
        click.echo(f"{module} is no longer replicated; the slot {record.slot} is dropped.")
    else:
        click.echo(f"{module} is no longer replicated; {', '.join(left.modules)} go on.")


def parse_mapping(mapping: str | None, module: str | None, schema: str | None) -> dict[str, str]:
    """`--map a=x,b=y` or `--module a --schema x` as module to schema. Raises `UsageError`."""
    if bool(mapping) == bool(module):
        raise UsageError("Say which modules the database holds.", cure="Give either --map or --module.")
    if module:
        return {_part(module): _part(schema or module)}
    modules: dict[str, str] = {}
    for entry in (mapping or "").split(","):
        name, equals, home = entry.strip().partition("=")
        if not equals:
            raise UsageError(
                f"{entry.strip()[:80]!r} is not MODULE=SCHEMA.", cure="Write --map iwms=warehouse,hr=people."
            )
        modules[_part(name)] = home.strip()
    return modules


def _part(name: str) -> str:
    import re

    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name.strip()):
        raise UsageError(f"{name[:80]!r} is not a module.", cure="Use lower-case letters, digits and underscores.")
    return name.strip()


def describe(record: SourceRecord) -> dict[str, Any]:
    """A source as JSON shows it, without its secrets."""
    return {
        "tenant": record.tenant,
        "dsn": record.masked_dsn,
        "modules": record.modules,
        "tables": None if record.tables is None else list(record.tables),
        "slot": record.slot,
        "publication": record.publication,
    }


def _findings(report: IngestReport) -> list[dict[str, str]]:
    from dataclasses import asdict

    return [asdict(finding) for finding in report.findings]


def _bootstrap(lake: Lake, record: SourceRecord) -> IngestReport:
    from ingest.run import bootstrap_source

    return bootstrap_source(lake, record)


def _control() -> ControlDb:
    from cerniq.control import ControlDb
    from cerniq.settings import Settings

    return ControlDb.open(Settings.load())


def _lake(tid: TenantId) -> Lake:
    from cerniq.lake import Lake
    from cerniq.settings import Settings

    return Lake.open(Settings.load(), tid)
