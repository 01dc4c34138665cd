"""`cerniq tenant`: companies known to this installation."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cerniq.cli.output import CUI, TENANT, emit_json, emit_table, json_option
from cerniq.errors import CerniqError, PermanentError
from cerniq.tenancy import Cui, TenantId

if TYPE_CHECKING:
    from cerniq.control import ControlDb, SourceRecord, TenantRecord


class InvalidProfile(PermanentError):
    """A profile file that is no TOML."""


@click.group()
def tenant() -> None:
    """Add, list, show and retire companies."""


@tenant.command()
@click.argument("tid", type=TENANT)
@click.option("--name", required=True, help="The company's name as registered.")
@click.option("--cui", required=True, type=CUI, help="Its fiscal code, with or without RO.")
@click.option(
    "--profile",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML with what filings need: address, contact, bank account, VAT period.",
)
@json_option
def add(tid: TenantId, name: str, cui: Cui, profile: Path | None, as_json: bool) -> None:
    """Add a company, or change its name and profile.

    \b
    cerniq tenant add acme --name "Acme SRL" --cui RO14399840 --profile acme.toml
    """
    with _control() as control:
        record = control.add_tenant(tid, name, cui, None if profile is None else read_profile(profile))
    if as_json:
        emit_json(describe(record))
    else:
        click.echo(
            f"Tenant {tid} ({record.name}, CUI {record.cui}) is active. Connect its data: cerniq source add {tid}"
        )


@tenant.command("list")
@click.option("--all", "everyone", is_flag=True, help="Retired ones too.")
@json_option
def list_tenants(everyone: bool, as_json: bool) -> None:
    """List companies."""
    with _control() as control:
        records = control.tenants(active_only=not everyone)
    if as_json:
        emit_json({"tenants": [describe(record) for record in records]})
    else:
        rows = [(r.tid, r.cui, r.state, f"{r.created_at:%Y-%m-%d}", r.name) for r in records]
        emit_table(("TENANT", "CUI", "STATE", "SINCE", "NAME"), rows)


@tenant.command()
@click.argument("tid", type=TENANT)
@json_option
def show(tid: TenantId, as_json: bool) -> None:
    """Show one company: its profile, its sources and its filings."""
    with _control() as control:
        facts = {**describe(control.tenant(tid)), **_belongings(control, tid)}
    if as_json:
        emit_json(facts)
        return
    for key in ("tid", "name", "cui", "state", "created_at"):
        click.echo(f"{key:<11}{facts[key]}")
    for key, value in facts["profile"].items():
        click.echo(f"profile    {key} = {value}")
    for source in facts["sources"]:
        click.echo(f"source     {source['dsn']} ({', '.join(source['modules'])}; slot {source['slot']})")
    for filing in facts["filings"]:
        click.echo(
            f"filing     {filing['form']} {filing['type']} {filing['period']} #{filing['number']} {filing['state']}"
        )


@tenant.command()
@click.argument("tid", type=TENANT)
@json_option
def remove(tid: TenantId, as_json: bool) -> None:
    """Retire a company: nothing runs for it any more, its data stays where it is; its slots are dropped."""
    with _control() as control:
        record = control.remove_tenant(tid)
        sources = control.sources(tid)
    held = [source for source in sources if not _released(source)]
    if as_json:
        emit_json({**describe(record), "slots_left": [source.slot for source in held]})
    else:
        click.echo(f"Tenant {tid} is retired. Its data stays in the lake; `cerniq tenant add` makes it active again.")
    for source in held:
        click.echo(
            f"The slot {source.slot} still holds WAL on {source.masked_dsn}. Drop it: "
            f"cerniq source remove {tid} --module {next(iter(source.modules))}",
            err=True,
        )


def _released(source: SourceRecord) -> bool:
    """Drop the source's slot, which would keep the server's WAL for ever; False when that could not be done."""
    from cerniq.lake import Lake
    from cerniq.settings import Settings
    from ingest.run import release_source

    try:
        release_source(Lake.open(Settings.load(), source.tenant), source)
    except CerniqError as error:
        click.echo(f"{error.message}", err=True)
        return False
    return True


def read_profile(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises `InvalidProfile`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidProfile(f"{path} is not TOML: {error}.", cure="See the example in docs/operator.md.") from error


def describe(record: TenantRecord) -> dict[str, Any]:
    """A tenant as JSON shows it."""
    return {
        "tid": str(record.tid),
        "name": record.name,
        "cui": record.cui.digits,
        "state": record.state,
        "created_at": record.created_at.isoformat(timespec="seconds"),
        "profile": record.profile,
    }


def _belongings(control: ControlDb, tid: TenantId) -> dict[str, Any]:
    return {
        "sources": [
            {
                "dsn": s.masked_dsn,
                "modules": s.modules,
                "slot": s.slot,
                "publication": s.publication,
            }
            for s in control.sources(tid)
        ],
        "filings": [
            {
                "form": f.form,
                "type": f.type,
                "period": f.period,
                "number": f.number,
                "state": f.state,
            }
            for f in control.filings(tid)
        ],
    }


def _control() -> ControlDb:
    from cerniq.control import ControlDb
    from cerniq.settings import Settings

    return ControlDb.open(Settings.load())
