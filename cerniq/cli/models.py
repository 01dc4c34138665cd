"""`cerniq models`: what is learnt from the marts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cerniq.cli.output import TENANT, emit_json, json_option
from cerniq.tenancy import TenantId

if TYPE_CHECKING:
    from ml.sales import ModelRun

TASKS = ("forecast",)


@click.group()
def models() -> None:
    """Run forecasts and other models."""


@models.command()
@click.argument("tid", type=TENANT)
@click.option("--task", type=click.Choice(TASKS), default="forecast", show_default=True)
@click.option("--horizon", type=click.IntRange(1, 36), default=6, show_default=True, help="Months ahead.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--lang", type=click.Choice(("en", "ro")), default="en", show_default=True, help="Of the summary.")
@json_option
def run(tid: TenantId, task: str, horizon: int, seed: int, lang: str, as_json: bool) -> None:
    """Forecast monthly sales by product group from the published marts; the result is a Delta table under models/.

    \b
    cerniq models run acme
    cerniq models run acme --horizon 12 --lang ro
    cerniq models run acme --task forecast --json
    """
    from cerniq.cli.tenants import open_lake
    from ml.report import sales_lines
    from ml.sales import run_sales_forecast

    result = run_sales_forecast(
        open_lake(tid), horizon=horizon, seed=seed, progress=lambda line: click.echo(line, err=True)
    )
    if as_json:
        emit_json({"tenant": tid, "task": task, **_as_json(result)})
        return
    for line in sales_lines(result, lang="ro" if lang == "ro" else "en"):
        click.echo(line)


def _as_json(result: ModelRun) -> dict[str, Any]:
    return {
        "build_id": result.build_id,
        "lsn": result.lsn,
        "last_month": result.last_month,
        "horizon": result.horizon,
        "reused": result.reused,
        "seconds": round(result.seconds, 3),
        "skipped": dict(result.skipped),
        "metrics": {name: dict(figures) for name, figures in result.metrics.items()},
        "tables": {name: {"version": version, "rows": rows} for name, (version, rows) in result.tables.items()},
        "forecast": [
            {"group": group.code, "month": month, "mean": mean, "lo-80": low, "hi-80": high}
            for group in result.groups
            for month, mean, low, high in group.ahead
        ],
    }
