"""A published build as the warehouse leaves it, holding only the marts that the sales forecast reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import numpy as np

from cerniq.lake import Lake

BUILT_AT = datetime(2026, 7, 14, 9, 30, tzinfo=UTC)
NAMES = {"SCULE": ("Scule", "Tools"), "VOPSELE": ("Vopsele", "Paints"), "NOU": ("Nou", "New")}

MonthlySales = Mapping[str, Sequence[tuple[date, float]]]


def months(count: int, *, last: date = date(2026, 6, 1)) -> list[date]:
    """`count` first days of months, the newest `last`."""
    newest = last.year * 12 + last.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(newest - count + 1, newest + 1)]


def seasonal_sales(count: int, *, seed: int, level: float = 100_000.0) -> list[tuple[date, float]]:
    """Monthly net sales in RON with a yearly cycle of a fifth and noise of a twentieth."""
    rng = np.random.default_rng(seed)
    return [
        (month, round(float(level * (1 + 0.2 * np.sin(2 * np.pi * month.month / 12) + rng.normal(0, 0.05))), 2))
        for month in months(count)
    ]


def publish(lake: Lake, build_id: str, sales: MonthlySales, *, built_at: datetime = BUILT_AT) -> None:
    """Write `builds/<build_id>/marts.duckdb` and make it current."""
    path = lake.local_dir("builds", build_id) / "marts.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema sales")
        connection.execute(
            "create table sales.dim_product "
            "(product_id bigint, group_code text, group_name_ro text, group_name_en text)"
        )
        connection.execute(
            "create table sales.fct_invoice_line "
            "(product_id bigint, month_start date, is_revenue boolean, net_amount_ron decimal(18, 2))"
        )
        for number, (code, rows) in enumerate(sales.items()):
            connection.execute("insert into sales.dim_product values (?, ?, ?, ?)", [number, code, *NAMES[code]])
            for month, amount in rows:
                half = Decimal(str(amount)) / 2
                parts = [
                    (half.quantize(Decimal("0.01")), True),
                    (Decimal(str(amount)) - half.quantize(Decimal("0.01")), True),
                ]
                # An advance invoice: money asked for, nothing sold.
                parts.append((Decimal("999999.00"), False))
                for part, is_revenue in parts:
                    connection.execute(
                        "insert into sales.fct_invoice_line values (?, ?, ?, ?)", [number, month, is_revenue, part]
                    )
    current = {"build_id": build_id, "lsn": "0/1A2B", "built_at": built_at.isoformat()}
    lake.write_json(current, "builds", "current.json")
