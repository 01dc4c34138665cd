"""From PostgreSQL's types to Arrow's, without rounding: the schemas of silver and bronze."""

from __future__ import annotations

import re

import pyarrow as pa

from cerniq.contracts.model import InvalidContract, TableContract

TIMESTAMP = pa.timestamp("us", tz="UTC")

_PLAIN: dict[str, pa.DataType] = {
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "smallint": pa.int16(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamptz": TIMESTAMP,
    "text": pa.string(),
    "uuid": pa.string(),
    "jsonb": pa.string(),
}
_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")

SILVER_EXTRA = (pa.field("_commit_lsn", pa.int64(), nullable=False), pa.field("_commit_ts", TIMESTAMP, nullable=False))
BUCKET = pa.field("_bucket", pa.int32(), nullable=False)
BRONZE_EXTRA = (
    pa.field("_op", pa.string(), nullable=False),
    pa.field("_source", pa.string(), nullable=False),
    pa.field("_epoch", pa.string(), nullable=False),
    pa.field("_commit_lsn", pa.int64(), nullable=False),
    pa.field("_ordinal", pa.int64(), nullable=False),
    pa.field("_commit_ts", TIMESTAMP, nullable=False),
    pa.field("_schema_id", pa.string(), nullable=False),
    pa.field("_unchanged", pa.list_(pa.string())),
    pa.field("_batch", pa.string(), nullable=False),
)


def arrow_type(pg_type: str) -> pa.DataType:
    """The Arrow type in which a contract's column lands. Raises `InvalidContract` for a type without one."""
    if match := _NUMERIC.fullmatch(pg_type):
        precision, scale = int(match[1]), int(match[2])
        if precision <= 38:
            return pa.decimal128(precision, scale)
    if pg_type in _PLAIN:
        return _PLAIN[pg_type]
    raise InvalidContract(f"{pg_type} has no landing type.", cure=f"Use one of {', '.join(_PLAIN)}, numeric(p,s).")


def table_schema(table: TableContract) -> pa.Schema:
    """The table's own columns; nullability as the contract states it."""
    return pa.schema(
        [pa.field(column.name, arrow_type(column.pg_type), nullable=column.nullable) for column in table.columns]
    )


def silver_schema(table: TableContract) -> pa.Schema:
    """Current state: the table's columns, the position of the last change, and the bucket where there is one."""
    schema = table_schema(table)
    for field in SILVER_EXTRA:
        schema = schema.append(field)
    return schema.append(BUCKET) if table.bucket_rows else schema


def bronze_schema(table: TableContract) -> pa.Schema:
    """Change log: every column nullable (a delete carries only its key), then where the change stood in the source."""
    fields = [field.with_nullable(True) for field in table_schema(table)]
    return pa.schema([*fields, *BRONZE_EXTRA])
