"""Frames out of the published marts, for the models of one tenant.

In: a `Lake`, read through the locked serving engine like everybody else. Out: frames as `ml.series` describes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ml.errors import NoHistory

if TYPE_CHECKING:
    import polars as pl

    from cerniq.lake import Lake
    from cerniq.serving import Build

_BUCHAREST = ZoneInfo("Europe/Bucharest")
UNGROUPED = "ungrouped"

# Advances (419) are a debt until they are regularised, so only revenue accounts count.
_SALES_BY_GROUP = """
select
    products.group_code,
    max(products.group_name_ro) as group_name_ro,
    max(products.group_name_en) as group_name_en,
    lines.month_start,
    sum(lines.net_amount_ron) as net_amount_ron
from sales.fct_invoice_line as lines
left join sales.dim_product as products
    on lines.product_id = products.product_id
where lines.is_revenue
group by products.group_code, lines.month_start
"""


@dataclass(frozen=True, slots=True)
class SalesFrame:
    """Monthly net sales by product group, as of one build.

    `frame`: one row per (`unique_id`, `ds`), `unique_id` the group's code, `ds` the first day of a month, `y` net
    sales in RON without VAT, credit notes taken off; gap-free up to `last_month`, the same for every group.
    `names`: code to (Romanian, English) name.
    """

    frame: pl.DataFrame
    names: Mapping[str, tuple[str, str]]
    last_month: date
    build: Build


def monthly_sales_by_group(lake: Lake) -> SalesFrame:
    """Read the published build of `lake`'s tenant. A month that was not over when it was built is left out.

    Raises `NoBuild` before the first build, `NoHistory` when no month of sales is complete.
    """
    import polars as pl

    from cerniq.serving import Principal, Serving

    with Serving(lake, Principal(lake.tenant, "operator")) as serving:
        build = serving.build()
        found = serving.query(_SALES_BY_GROUP)
        # The build may have been replaced between the two calls; the rows are then those of the new one.
        if serving.build() != build:
            build = serving.build()
            found = serving.query(_SALES_BY_GROUP)
    rows = _labelled(pl.DataFrame(found))
    complete = rows.filter(pl.col("ds") < _month_of(build.built_at))
    if complete.is_empty():
        raise NoHistory(
            f"Tenant {lake.tenant} has no complete month of sales in its marts.",
            cure="Ingest its invoices and build, or wait for the month to end.",
        )
    last_month: date = complete["ds"].max()  # type: ignore[assignment]  # a Date column that is not empty
    names = {code: (ro, en) for code, ro, en in rows.select("unique_id", "ro", "en").unique().iter_rows()}
    return SalesFrame(_to_common_end(complete, last_month), names, last_month, build)


def _labelled(found: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return found.select(
        unique_id=pl.col("group_code").fill_null(UNGROUPED),
        ro=pl.col("group_name_ro").fill_null("Fără grupă"),
        en=pl.col("group_name_en").fill_null("No group"),
        ds=pl.col("month_start").cast(pl.Date),
        y=pl.col("net_amount_ron").cast(pl.Float64),
    )


def _month_of(moment: datetime) -> date:
    return moment.astimezone(_BUCHAREST).date().replace(day=1)


def _to_common_end(rows: pl.DataFrame, last_month: date) -> pl.DataFrame:
    """Every month from a group's first sale to `last_month`; a month without a row is a month without sales."""
    import polars as pl

    from ml.series import fill_gaps

    data = rows.select("unique_id", "ds", "y")
    ends = data.select(pl.col("unique_id").unique()).with_columns(ds=pl.lit(last_month), y=pl.lit(0.0))
    missing = ends.join(data, on=["unique_id", "ds"], how="anti")
    return fill_gaps(pl.concat([data, missing]), freq="1mo", value=0.0)
