"""What the models say, as assets."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.automation import EVERY_NIGHT
from assets.ownership import MODELS, spec
from assets.partitions import TENANTS
from assets.resources import Cerniq
from assets.runtime import Clock, domain_errors, table_metadata, tenant_of

SALES_FORECAST = dg.AssetKey(["models", "forecast", "sales_monthly"])


def build_models() -> list[dg.AssetsDefinition]:
    """The forecast of monthly sales by product group, and its backtest."""

    @dg.multi_asset(
        name="sales_forecast",
        specs=[
            _spec(
                "sales_monthly",
                "One row per product group and month ahead: net sales in RON with 80 and 95 % intervals.",
            ),
            _spec(
                "sales_monthly_backtest", "One row per product group, origin and month: what it would have said then."
            ),
        ],
        partitions_def=TENANTS,
        op_tags={"cerniq/layer": "models"},
    )
    def sales_forecast(
        context: dg.AssetExecutionContext, cerniq: dg.ResourceParam[Cerniq]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        from ml.sales import run_sales_forecast

        clock, lake = Clock(), cerniq.lake(tenant_of(context))
        with domain_errors(context, cerniq):
            run = run_sales_forecast(lake)
        for name, (version, rows) in run.tables.items():
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey(["models", *name.split(".")]),
                metadata=table_metadata(
                    rows=rows,
                    version=version,
                    clock=clock,
                    schema=lake.table("models", *name.split(".")).schema(),
                    extra={
                        "build_id": run.build_id,
                        "lsn": run.lsn,
                        "last_month": run.last_month.isoformat(),
                        "horizon": run.horizon,
                        "backtest": dg.MetadataValue.json({key: dict(value) for key, value in run.metrics.items()}),
                        "reused": run.reused,
                    },
                ),
            )

    return [sales_forecast]


def _spec(name: str, description: str) -> dg.AssetSpec:
    return spec(
        "models",
        "forecast",
        name,
        group=MODELS,
        kinds={"python", "polars", "deltalake"},
        description=description,
        deps=[
            dg.AssetDep(dg.AssetKey(["marts", "sales", "fct_invoice_line"])),
            dg.AssetDep(dg.AssetKey(["marts", "sales", "dim_product"])),
        ],
        automation_condition=EVERY_NIGHT,
    )
