"""`cerniq models`: what is learnt from the marts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cerniq.cli.output import TENANT, emit_json, emit_table, json_option
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
@json_option
def run(tid: TenantId, task: str, horizon: int, seed: int, as_json: bool) -> None:
    """Forecast monthly sales by product group from the published marts; the result is a Delta table under models/.

    \b
    cerniq models run acme
    cerniq models run acme --task forecast --horizon 12 --json
    """
    from cerniq.cli.tenants import open_lake
    from ml.sales import run_sales_forecast

    result = run_sales_forecast(
        open_lake(tid), horizon=horizon, seed=seed, progress=lambda line: click.echo(line, err=True)
    )
    if as_json:
        emit_json({"tenant": tid, "task": task, **_as_json(result)})
        return
    rows = [
        (group.code, f"{month:%Y-%m}", f"{mean:,.2f}", f"{low:,.2f}", f"{high:,.2f}")
        for group in result.groups
        for month, mean, low, high in group.ahead
    ]
    emit_table(("GROUP", "MONTH", "NET RON", "LOW 80 %", "HIGH 80 %"), rows, right=(2, 3, 4))


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
