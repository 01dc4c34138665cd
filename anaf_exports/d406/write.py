"""Writing a D406 as a stream: DuckDB renders each relation's rows as text, here they are only woven together.

Memory is bounded by a batch of each relation that is open at once; the same relations give the same bytes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import duckdb

from anaf_exports.d406.plan import Plan, plan
from anaf_exports.d406.spec import Spec
from cerniq.errors import PermanentError

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_BATCH_ROWS = 4096
_BUFFER_BYTES = 1 << 20


class OrphanRow(PermanentError):
    """A row whose parent is not written: the relations do not belong together."""


@dataclass(slots=True)
class Written:
    """What was written: `rows` counts the rows of each relation."""

    path: Path
    bytes: int = 0
    sha256: str = ""
    rows: dict[str, int] = field(default_factory=dict)


def write(
    connection: duckdb.DuckDBPyConnection, spec: Spec, *, submission: str, path: Path, schema: str = "saft"
) -> Written:
    """Write the relations of `schema` as one document to `path`, which appears only when it is complete.

    Raises `IncompleteRelation` for a missing column and `OrphanRow`.
    """
    whole = plan(spec, submission, _columns(connection, schema))
    partial = path.with_suffix(path.suffix + ".partial")
    result = Written(path)
    with partial.open("wb") as target:
        sink = _Sink(target)
        sink.write_bytes(_DECLARATION)
        stream = _Stream(connection, whole, schema, result.rows)
        stream.write(None, sink)
        stream.end()
        sink.flush()
        target.flush()
        os.fsync(target.fileno())
    partial.replace(path)
    result.bytes, result.sha256 = sink.bytes, sink.digest.hexdigest()
    return result


def _columns(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, frozenset[str]]:
    found = connection.execute(
        "select table_name, list(column_name) from information_schema.columns"
        " where table_schema = ? group by table_name",
        [schema],
    ).fetchall()
    return {table: frozenset(columns) for table, columns in found}


class _Sink:
    """Buffered bytes with their hash."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._parts: list[str] = []
        self._pending = 0
        self.bytes = 0
        self.digest = hashlib.sha256()

    def write(self, text: str) -> None:
        self._parts.append(text)
        self._pending += len(text)
        if self._pending > _BUFFER_BYTES:
            self.flush()

    def write_bytes(self, data: bytes) -> None:
        self._target.write(data)
        self.digest.update(data)
        self.bytes += len(data)

    def flush(self) -> None:
        if self._parts:
            self.write_bytes("".join(self._parts).encode("utf-8"))
            self._parts, self._pending = [], 0


class _Stream:
    """The rows of one relation in order, each with its texts, and below it the streams of its children."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, relation: Plan, schema: str, rows: dict[str, int]
    ) -> None:
        self._name = relation.relation
        self._counts = rows
        rows.setdefault(self._name, 0)
        self._rows = _rows(connection.cursor(), relation.query(schema))
        self._next = next(self._rows, None)
        self._children = [_Stream(connection, child, schema, rows) for child in relation.children]

    def write(self, parent: object, sink: _Sink) -> None:
        """Write the rows under `parent`; None writes all."""
        while self._next is not None and (parent is None or self._next[0] == parent):
            _, key, *texts = self._next
            rendered = [str(text) for text in texts]
            sink.write(rendered[0])
            for child, text in zip(self._children, rendered[1:], strict=True):
                child.write(key, sink)
                sink.write(text)
            self._counts[self._name] += 1
            self._next = next(self._rows, None)

    def end(self) -> None:
        """Raises `OrphanRow` when rows are left over."""
        if self._next is not None:
            raise OrphanRow(f"{self._name}: the row {self._next[1]} has no parent {self._next[0]} in the document.")
        for child in self._children:
            child.end()


def _rows(cursor: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[object, ...]]:
    for batch in cursor.sql(query).to_arrow_reader(_BATCH_ROWS):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
