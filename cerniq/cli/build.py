"""`cerniq build`: silver to marts, published by an atomic swap."""

from __future__ import annotations

import click

from cerniq.cli.output import TENANT, emit_json, json_option
from cerniq.tenancy import TenantId


@click.command()
@click.argument("tid", type=TENANT)
@click.option("--select", metavar="DBT_SELECTOR", help="Only these models, in dbt's own notation.")
@click.option("--full-refresh", is_flag=True, help="Build incremental models from nothing.")
@json_option
def build(tid: TenantId, select: str | None, full_refresh: bool, as_json: bool) -> None:
    """Build a tenant's marts from silver as of one position and publish them; then write them as Delta under gold/.

    \b
    cerniq build acme
    cerniq build acme --select marts.finance
    """
    from cerniq.cli.tenants import open_lake
    from cerniq.warehouse import build as build_marts
    from cerniq.warehouse import export_gold

    lake = open_lake(tid)
    report = build_marts(
        lake,
        select=select,
        full_refresh=full_refresh,
        progress=lambda line: click.echo(line, err=True),
    )
    gold = export_gold(lake, report.build_id)
    if as_json:
        emit_json(
            {
                "tenant": tid,
                "build_id": report.build_id,
                "models": report.models,
                "tests": report.tests,
                "gold": {name: {"version": version, "rows": rows} for name, (version, rows) in gold.items()},
                "seconds": round(report.seconds, 3),
            }
        )
        return
    click.echo(f"Build {report.build_id} of {tid} is published: {len(gold)} tables in {report.seconds:.1f} s.")
    for name, (version, rows) in sorted(gold.items()):
        click.echo(f"  {name:<40} {rows:>12,} rows  version {version}")
