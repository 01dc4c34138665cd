"""The published marts as Delta tables under `gold/<mart>/<model>`, for any engine that reads Delta."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import structlog

from cerniq.lake import Lake, LakeTable
from cerniq.warehouse import builds
from cerniq.warehouse.building import mart_tables

if TYPE_CHECKING:
    import duckdb

log = structlog.get_logger(__name__)

# Keys of a gold commit's own metadata: the build that wrote it, and a digest of its rows in any order.
BUILD_KEY = "cerniq.build_id"
CONTENT_KEY = "cerniq.content"


def export_gold(lake: Lake, build_id: str) -> dict[str, tuple[int, int]]:
    """Write every mart of a build whose content changed since gold's last version; returns "mart.model" to
    (Delta version, rows). Raises `BuildUnknown`, `LakeLocked`, `DiskFull`.
    """
    import duckdb

    path = builds.build_file(lake, build_id)
    written: dict[str, tuple[int, int]] = {}
    changed = []
    with (
        builds.lease(path.parent, "gold"),
        lake.writer("gold", wait=60.0) as lease,
        duckdb.connect(str(path), read_only=True) as connection,
    ):
        for name in mart_tables(connection):
            table = lake.table("gold", *name.split("."))
            content, rows = _content(connection, name)
            version = _version_with(table, content)
            if version is None:
                lease.verify()
                data = connection.sql(f"select * from {name}").to_arrow_table()
                version = table.overwrite(
                    data,
                    schema=_plain_schema(data.schema),
                    metadata={BUILD_KEY: build_id, CONTENT_KEY: content},
                )
                changed.append(name)
            written[name] = (version, rows)
    log.info("gold written", tenant=str(lake.tenant), build=build_id, changed=len(changed), tables=len(written))
    return written


def _content(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[str, int]:
    """A digest of columns, types and rows, whatever their order, and the number of rows."""
    columns = connection.execute(f"describe {name}").fetchall()
    shape = ",".join(f"{column[0]} {column[1]}" for column in columns)
    # An aggregate without groups has one row; fetching all of it lets the connection go on.
    (row,) = connection.execute(
        f"select count(*), coalesce(bit_xor(hash(t)), 0), coalesce(sum(hash(t)::hugeint), 0), md5(?) from {name} as t",
        [shape],
    ).fetchall()
    return "-".join(str(value) for value in row), int(row[0])


def _version_with(table: LakeTable, content: str) -> int | None:
    if not table.exists():
        return None
    newest = table.history(1)[0]
    return table.version() if newest.get(CONTENT_KEY) == content else None


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    """The types as DuckDB declares them, in the encodings that every Delta reader knows."""
    return pa.schema([pa.field(field.name, _plain(field.type), nullable=True) for field in schema])


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", tz="UTC")
    return kind
