"""`cerniq d406`: make and judge SAF-T D406 files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cerniq.cli.output import PERIOD, TENANT, emit_json, json_option
from cerniq.period import Period
from cerniq.tenancy import TenantId

if TYPE_CHECKING:
    from anaf_exports.d406.export import FilingResult
    from anaf_exports.d406.validate import Finding

_SHOWN = 20
_NO_JUDGE = "The official validator did not run: no kit was named (--kit or CERNIQ_ANAF_KIT)."

kit_option = click.option(
    "--kit",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory with ANAF's validator (jars); needs a JDK. Default: CERNIQ_ANAF_KIT.",
)


@click.group()
def d406() -> None:
    """SAF-T D406: the monthly and quarterly declaration of the whole ledger."""


@d406.command()
@click.argument("tid", type=TENANT)
@click.option("--period", type=PERIOD, required=True, help="2026-08 for a month (L), 2026-Q3 for a quarter (T).")
@click.option(
    "--type",
    "submission",
    type=click.Choice(["L", "T", "A", "C", "NL", "NT"]),
    default="L",
    show_default=True,
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also put the XML here.")
@kit_option
@json_option
@click.pass_context
def export(
    ctx: click.Context,
    tid: TenantId,
    period: Period,
    submission: str,
    out: Path | None,
    kit: Path | None,
    as_json: bool,
) -> None:
    """Make the D406 of a period from what is ingested, validate it and keep all it was made from.

    Exit status 0: the file is valid; 1: it is not, or it could not be made.

    \b
    cerniq d406 export acme --period 2026-08
    cerniq d406 export acme --period 2026-08 --out D406_2026-08.xml --json
    """
    from anaf_exports.d406.export import export as make
    from cerniq.cli.tenants import known_tenant, open_lake

    result = make(
        open_lake(tid),
        period,
        type=submission,
        profile=known_tenant(tid).profile,
        out=out,
        kit=_kit(kit),
        progress=lambda line: click.echo(line, err=True),
    )
    _record(tid, period, submission, result)
    if as_json:
        emit_json(_as_json(tid, period, submission, result, out))
    else:
        _tell(result, out)
    ctx.exit(0 if result.valid else 1)


@d406.command()
@click.argument("file", type=click.Path(path_type=Path))
@kit_option
@json_option
@click.pass_context
def validate(ctx: click.Context, file: Path, kit: Path | None, as_json: bool) -> None:
    """Judge a D406 file of any program; period and type come from its header.

    Errors are what ANAF refuses; warnings are ours, on what its validator does not look at. Exit status 0: valid.

    \b
    cerniq d406 validate D406_2026-08.xml
    cerniq d406 validate D406_2026-08.xml --kit ./duk --json
    """
    from anaf_exports.d406.validate import validate as judge

    report = judge(file, kit=_kit(kit))
    if as_json:
        emit_json(report.as_dict())
    else:
        verdict = "valid" if report.valid else "NOT valid"
        click.echo(f"{file}: {verdict} (type {report.submission}, {report.period})")
        _list(report.findings)
        for rule, count in sorted(report.counts.items()):
            click.echo(f"  {count:>8,}  {rule}")
        click.echo(_NO_JUDGE if report.official is None else f"The official validator: {report.official}")
    ctx.exit(0 if report.valid else 1)


def _kit(named: Path | None) -> Path | None:
    from cerniq.settings import Settings

    return named or Settings.load().anaf_kit


def _record(tid: TenantId, period: Period, submission: str, result: FilingResult) -> None:
    from anaf_exports.d406.record import record
    from cerniq.control import ControlDb
    from cerniq.settings import Settings

    with ControlDb.open(Settings.load()) as control:
        record(control, tid, period, type=submission, filing=result)


def _as_json(tid: TenantId, period: Period, submission: str, result: FilingResult, out: Path | None) -> dict[str, Any]:
    return {
        "tenant": tid,
        "type": submission,
        "period": period,
        "number": result.number,
        "valid": result.valid,
        "path": out or result.path,
        "filing": result.path,
        "sha256": result.sha256,
        "lsn": result.lsn,
        "reused": result.reused,
        "rows": result.rows,
        "reconciliation": result.checks,
        "official": result.manifest["official"],
        "findings": [finding.as_dict() for finding in result.findings],
    }


def _tell(result: FilingResult, out: Path | None) -> None:
    verdict = "valid" if result.valid else "NOT valid"
    click.echo(f"Filing {result.number} as of {result.lsn} is {verdict}: {out or result.path}")
    for check in result.checks:
        click.echo(f"  {check['section']:<22} {check['measure']:<10} {check['filed']:>18}  equal to silver")
    _list(result.findings)
    official = result.manifest["official"]
    click.echo(f"The official validator: {official}" if official["ran"] else _NO_JUDGE)


def _list(findings: list[Finding]) -> None:
    for finding in findings[:_SHOWN]:
        where = f"{finding.path}{f' (line {finding.line})' if finding.line else ''}"
        click.echo(f"  {finding.severity:<8} {finding.rule}: {finding.message}\n           {where}")
    if len(findings) > _SHOWN:
        click.echo(f"  ... and {len(findings) - _SHOWN} more; --json shows them.")
