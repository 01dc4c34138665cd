"""A few of the rows at which a test of the marts failed, so that somebody can look them up in the source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cerniq.warehouse.dbt_run import NodeResult

_ROWS = 2
# Keys, months and figures name a row to who has the right to see it; no name or text of a person gets into a message.
_SHOWN = ("_id", "_code", "month_start", "_ron", "quantity", "amount", "field", "_records", "row_count")


def failed_rows(path: Path, failed: Sequence[NodeResult]) -> dict[str, list[str]]:
    """Test name to up to two rows at fault, as "entry_id 10, debit_ron 96.00", read from the build's file."""
    import duckdb

    with duckdb.connect(str(path), read_only=True) as connection:
        found = {}
        for result in failed:
            relation = connection.execute(f"select * from ({result.compiled}) limit {_ROWS}")
            names = [column[0] for column in relation.description or []]
            found[result.name] = [_described(names, row) for row in relation.fetchall()]
    return found


def _described(names: Sequence[str], row: Sequence[object]) -> str:
    shown = [f"{name} {value}" for name, value in zip(names, row, strict=True) if name.endswith(_SHOWN)]
    return ", ".join(shown[:6])
