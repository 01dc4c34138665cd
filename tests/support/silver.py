"""Silver written by hand: rows in the contract's columns, one cut, as ingest leaves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from cerniq.contracts import ColumnContract, TableContract, load_contracts
from cerniq.contracts.arrow import silver_schema
from cerniq.lake import Lake

Rows = Sequence[Mapping[str, Any]]
_WRITTEN_AT = datetime(2026, 1, 1, tzinfo=UTC)
_BLANK: dict[str, Any] = {
    "bigint": 0,
    "integer": 0,
    "smallint": 0,
    "boolean": False,
    "date": date(2025, 1, 1),
    "timestamptz": _WRITTEN_AT,
    "text": "",
    "jsonb": "{}",
}


def write_silver(lake: Lake, tables: Mapping[str, Rows], *, lsn: int = 1) -> None:
    """Replace the silver tables named ("module.table") and publish one cut of all tables there are.

    A column that a row leaves out gets NULL where the contract allows it, else a blank of its type.
    """
    current = lake.read_json("silver", "current.json") or {"tables": {}}
    for name, rows in tables.items():
        module, table = name.split(".")
        contract = load_contracts().table(module, table)
        schema = silver_schema(contract)
        data = pa.Table.from_pylist([_row(contract, row, lsn) for row in rows], schema=schema)
        version = lake.table("silver", module, table).overwrite(
            data, schema=schema, partition_by=["_bucket"] if contract.bucket_rows else None
        )
        current["tables"][name] = {"version": version, "rows": len(rows)}
    cut = {"lsn": f"0/{lsn:X}", "lsn_int": lsn, "commit_ts": _WRITTEN_AT.isoformat()}
    lake.write_json({**cut, "tables": current["tables"]}, "silver", "current.json")


def _row(contract: TableContract, row: Mapping[str, Any], lsn: int) -> dict[str, Any]:
    unknown = set(row) - {column.name for column in contract.columns}
    if unknown:
        raise KeyError(f"{contract.qualified} has no column {sorted(unknown)}")
    full = {column.name: _value(column, row) for column in contract.columns}
    full |= {"_commit_lsn": lsn, "_commit_ts": _WRITTEN_AT}
    if contract.bucket_rows:
        full["_bucket"] = full[contract.key[0]] // contract.bucket_rows
    return full


def _value(column: ColumnContract, row: Mapping[str, Any]) -> Any:
    value = row.get(column.name)
    if column.pg_type.startswith("numeric"):
        scale = int(column.pg_type.rstrip(")").partition(",")[2])
        if value is None:
            return None if column.nullable else Decimal(0).scaleb(-scale)
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-scale))
    if value is None and not column.nullable:
        return column.values[0] if column.values else _BLANK[column.pg_type]
    return date.fromisoformat(value) if column.pg_type == "date" and isinstance(value, str) else value
