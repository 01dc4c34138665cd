"""The locked engine: one tenant's published file, read-only, with every door of DuckDB shut.

Runs only inside a worker process. The order matters: what can only be set while connecting, then limits, then external
access, and last the lock on all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_AT_CONNECT = {
    "allow_community_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
}
_BATCH_ROWS = 65_536


class TooMany(Exception):
    """The result is larger than the limits allow."""


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """`memory` as DuckDB writes sizes; `seconds` a statement; `rows` and `bytes` of a result."""

    memory: str
    threads: int
    seconds: float
    rows: int
    bytes: int


def open_locked(path: Path, limits: EngineLimits) -> duckdb.DuckDBPyConnection:
    """A connection that can read `path` and nothing else."""
    import duckdb

    connection = duckdb.connect(str(path), read_only=True, config=dict(_AT_CONNECT))
    for setting in (
        f"memory_limit='{limits.memory}'",
        f"threads={limits.threads}",
        "max_temp_directory_size='0B'",
        f"max_execution_time={int(limits.seconds * 1000)}",
        "enable_external_access=false",
        "lock_configuration=true",
    ):
        connection.execute(f"set {setting}")
    return connection


def run(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    params: Sequence[Any] | Mapping[str, Any] | None,
    *,
    limits: EngineLimits,
    keep: int | None,
) -> tuple[pa.Table, bool]:
    """The rows of one SELECT, and whether there are more than `keep`. Raises `TooMany`, duckdb's errors."""
    import duckdb
    import pyarrow as pa

    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise duckdb.ParserException("not one SELECT")
    relation = connection.sql(sql, params=params)
    reader = relation.to_arrow_reader(_BATCH_ROWS)
    batches, rows, size = [], 0, 0
    for batch in reader:
        batches.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if keep is not None and rows > keep:
            break
        if rows > limits.rows or size > limits.bytes:
            raise TooMany
    table = pa.Table.from_batches(batches, schema=reader.schema)
    if keep is not None and rows > keep:
        return table.slice(0, keep), True
    return table, False
