"""One table as of an exported snapshot: COPY as CSV, read by Arrow in bulk."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg import sql

from ingest.errors import ProtocolBroken, ValueDoesNotLand
from ingest.postgres.connect import connect, source_errors
from ingest.postgres.peek import Visible

if TYPE_CHECKING:
    import psycopg

    from ingest.plan import TablePlan

_CHUNK_BYTES = 32 << 20
_COLUMN_IN_MESSAGE = re.compile(r"CSV column #(\d+)")


@contextmanager
def snapshot_session(dsn: str, name: str, *, application: str) -> Iterator[psycopg.Connection[Any]]:
    """A read-only transaction that sees exactly the exported snapshot `name`, or one of its own without a name."""
    with connect(dsn, application=application) as connection, source_errors():
        connection.execute("begin isolation level repeatable read read only")
        if name:
            connection.execute(sql.SQL("set transaction snapshot {}").format(sql.Literal(name)))
        yield connection
        connection.execute("rollback")


def visible_in(session: psycopg.Connection[Any]) -> Visible:
    """What the session's snapshot shows; its first statement takes the snapshot."""
    row = session.execute(
        "select pg_current_snapshot()::text, (pg_current_wal_insert_lsn() - '0/0')::bigint"
    ).fetchone()
    if row is None:
        raise ProtocolBroken("The server described no snapshot.", cure="Run the same command again.")
    return Visible(*row)


def copy_table(connection: psycopg.Connection[Any], plan: TablePlan) -> pa.Table:
    """All rows of the table, `plan.table_schema`. Raises `ValueDoesNotLand`, `SourceUnreachable`."""
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in plan.columns)
    # An ordinary COPY of a partitioned table is refused, that of a query is not.
    query = sql.SQL("copy (select {} from {}) to stdout (format csv)").format(
        columns, sql.Identifier(plan.source.schema, plan.name)
    )
    chunks = [_parse(chunk, plan) for chunk in _chunks(connection, query)]
    return pa.concat_tables(chunks) if chunks else plan.table_schema.empty_table()


def _chunks(connection: psycopg.Connection[Any], query: sql.Composed) -> Iterator[bytes]:
    """Whole rows: the server sends one a message."""
    with source_errors(), connection.cursor() as cursor, cursor.copy(query) as copy:
        parts: list[Any] = []
        size = 0
        for part in copy:
            parts.append(part)
            size += len(part)
            if size >= _CHUNK_BYTES:
                yield b"".join(parts)
                parts, size = [], 0
        if parts:
            yield b"".join(parts)


def _parse(chunk: bytes, plan: TablePlan) -> pa.Table:
    try:
        return pa_csv.read_csv(
            io.BytesIO(chunk),
            read_options=pa_csv.ReadOptions(column_names=plan.table_schema.names, block_size=4 << 20),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            # COPY writes NULL as an empty field and the empty text as "".
            convert_options=pa_csv.ConvertOptions(
                column_types=plan.table_schema,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["t"],
                false_values=["f"],
            ),
        )
    except pa.ArrowInvalid as error:
        match = _COLUMN_IN_MESSAGE.search(str(error))
        if match is None:
            raise
        column = plan.columns[int(match[1])]
        raise ValueDoesNotLand(
            f"A value of {column.name} has no exact form as {column.type}.", column=column.name
        ) from None
