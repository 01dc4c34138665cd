"""Published builds small enough to write by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cerniq.lake import Lake


def publish(lake: Lake, *, build_id: str, secret: str, rows: int = 100) -> Path:
    """Write `builds/<build_id>/marts.duckdb`, make it the current build, and return its path."""
    import duckdb

    path = lake.local_dir("builds", build_id) / "marts.duckdb"
    with duckdb.connect(str(path)) as connection:
        for schema in ("finance", "stock", "silver_iwms"):
            connection.execute(f"create schema {schema}")
        connection.execute(
            "create table finance.fct_journal_line as "
            "select range as line_id, '4111' as account_code, (range + 0.25)::decimal(18,2) as debit_ron, "
            f"$secret as description from range({rows})",
            {"secret": secret},
        )
        connection.execute(
            "create table stock.rpt_stock_on_hand as "
            "select range as product_id, range % 3 as warehouse_id, range::decimal(18,3) as quantity from range(9)"
        )
        connection.execute("create table silver_iwms.products as select $secret as sku", {"secret": secret})
        connection.execute("create view main.hidden as select $$never$$ as sku")
    lake.write_json(
        {"build_id": build_id, "lsn": "0/16B3748", "built_at": datetime(2026, 9, 1, 6, tzinfo=UTC).isoformat()},
        "builds",
        "current.json",
    )
    return path
