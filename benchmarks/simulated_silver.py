"""A simulated company's history written straight to silver, for benchmarks of what comes after it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cerniq.contracts import TableContract, load_contracts
from cerniq.contracts.arrow import silver_schema
from cerniq.lake import Lake
from cerniq.simulation import CompanyPlan
from cerniq.simulation.store import MonthUnit, Row, Unit
from cerniq.simulation.world import World

Tables = dict[str, dict[tuple[Any, ...], Row]]


def write_simulated_silver(
    lake: Lake, plan: CompanyPlan, *, until: date | None = None, copies: int = 1
) -> dict[str, int]:
    """Silver of the plan's history, or of all days up to `until`, as one cut; returns the rows of each table.

    `copies` puts that many companies' documents, partners and products into one ledger, with keys of their own.
    """
    tables: Tables = defaultdict(dict)
    for unit in World(plan).units():
        if unit.day > (until or plan.last_month.end):
            break
        _apply(tables, unit)
    step = 1 + max(max(key) for rows in tables.values() for key in rows if all(isinstance(part, int) for part in key))
    cut = {}
    for contract in load_contracts().tables():
        schema = silver_schema(contract)
        data = _arrow(contract, list(tables[contract.qualified].values()), schema)
        data = pa.concat_tables([_shifted(contract, data, copy * step) for copy in range(_copies(contract, copies))])
        version = lake.table("silver", contract.module, contract.name).overwrite(
            data, schema=schema, partition_by=["_bucket"] if contract.bucket_rows else None
        )
        cut[contract.qualified] = {"version": version, "rows": data.num_rows}
    lake.write_json({"lsn": "0/1", "lsn_int": 1, "commit_ts": None, "tables": cut}, "silver", "current.json")
    return {name: int(table["rows"]) for name, table in cut.items()}


def _apply(tables: Tables, unit: Unit) -> None:
    """What a database would hold after the unit; rows are copied as they stand when it comes."""
    if isinstance(unit, MonthUnit):
        for part in (unit.inserted, unit.updated):
            for name, rows in part.items():
                key = load_contracts().table(*name.split(".")).key
                tables[name].update({tuple(row[column] for column in key): dict(row) for row in rows})
        for name, keys in unit.deleted.items():
            for deleted in keys:
                del tables[name][deleted]
        return
    for change in unit.changes:
        if change.kind == "insert":
            tables[change.table][change.key] = dict(change.values)
        elif change.kind == "update":
            tables[change.table][change.key].update(change.values)
        else:
            del tables[change.table][change.key]


def _copies(contract: TableContract, copies: int) -> int:
    """Tables with a bigint key grow with the business; the others (accounts, journals, rates) are shared."""
    return copies if any(contract.column(name).pg_type == "bigint" for name in contract.key) else 1


def _shifted(contract: TableContract, data: pa.Table, distance: int) -> pa.Table:
    """The rows with every bigint key and reference moved by `distance`."""
    if not distance:
        return data
    moved = {*contract.key, *contract.foreign_keys, "source_id"}
    for index, column in enumerate(contract.columns):
        if column.name in moved and column.pg_type == "bigint":
            data = data.set_column(index, data.schema.field(index), pc.add(data.column(index), distance))
    if contract.bucket_rows:
        buckets = pc.divide(data.column(contract.key[0]), contract.bucket_rows).cast(pa.int32())
        data = data.set_column(data.num_columns - 1, data.schema.field("_bucket"), buckets)
    return data


def _arrow(contract: TableContract, rows: list[Row], schema: pa.Schema) -> pa.Table:
    size = len(rows)
    written = pa.scalar(0, pa.timestamp("us", "UTC"))
    columns: dict[str, Any] = {
        column.name: pa.array(
            [_value(row[column.name], column.pg_type) for row in rows], schema.field(column.name).type
        )
        for column in contract.columns
    }
    columns["_commit_lsn"] = pa.array([1] * size, pa.int64())
    columns["_commit_ts"] = pa.array([written.as_py()] * size, written.type)
    if contract.bucket_rows:
        columns["_bucket"] = pa.array([row[contract.key[0]] // contract.bucket_rows for row in rows], pa.int32())
    return pa.table(columns, schema=schema)


def _value(value: Any, pg_type: str) -> Any:
    """The simulation keeps numbers as integers scaled by the contract."""
    if value is None or not pg_type.startswith("numeric"):
        return value
    return Decimal(value).scaleb(-int(pg_type.rstrip(")").partition(",")[2]))
