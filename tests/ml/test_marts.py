"""The sales frame over marts that dbt built from silver, as in production."""

from __future__ import annotations

from datetime import date

import pytest

from cerniq.lake import Lake
from cerniq.warehouse import build
from ml.errors import NoHistory
from ml.frames import monthly_sales_by_group
from tests.marts.ledger import fee_payer, trader
from tests.support.silver import write_silver


def test_the_frame_is_the_revenue_of_the_built_marts_and_of_one_tenant(two_lakes: tuple[Lake, Lake]) -> None:
    seller, fee_only = two_lakes
    write_silver(seller, trader())
    write_silver(fee_only, fee_payer())
    for lake in two_lakes:
        build(lake)
    sales = monthly_sales_by_group(seller)
    by_month: dict[date, float] = {}
    for _code, month, amount in sales.frame.iter_rows():
        by_month[month] = by_month.get(month, 0.0) + amount
    assert by_month[date(2024, 12, 1)] == pytest.approx(1000.0)
    assert by_month[date(2025, 1, 1)] == pytest.approx(497.60)
    with pytest.raises(NoHistory):
        monthly_sales_by_group(fee_only)
