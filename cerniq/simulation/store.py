"""What the simulated company has done to its tables: rows in memory, handed out as units that a writer commits.

Rows are dicts of column to value, as integers scaled by the contract (see `integers`). In the months of history one
unit holds a month; from the plan's last month on, one unit holds one document, with its inserts, updates and deletes
in order, the way an ERP commits them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from cerniq.contracts import load_contracts

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One statement of a document. `values`: all columns of an insert, the changed ones of an update."""

    kind: Literal["insert", "update", "delete"]
    table: str
    key: Key
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MonthUnit:
    """A month of history: rows as they stood at its end, and older rows that it changed or removed."""

    number: int
    day: date
    inserted: Mapping[str, list[Row]]
    updated: Mapping[str, list[Row]]
    deleted: Mapping[str, list[Key]]


@dataclass(frozen=True, slots=True)
class DocumentUnit:
    """One document, one transaction."""

    number: int
    day: date
    changes: tuple[Change, ...]


Unit = MonthUnit | DocumentUnit


@dataclass(slots=True)
class _Pending:
    inserted: dict[Key, Row] = field(default_factory=dict)
    updated: dict[Key, Row] = field(default_factory=dict)
    deleted: dict[Key, None] = field(default_factory=dict)


class Store:
    """Identifiers, the clock of the running day, and the units that are not handed out yet."""

    def __init__(self) -> None:
        self._keys = {table.qualified: table.key for table in load_contracts().tables()}
        self._blank: dict[str, Row] = {
            table.qualified: {column.name: None for column in table.columns} for table in load_contracts().tables()
        }
        self._ids: dict[str, int] = {}
        self._pending: dict[str, _Pending] = {}
        self._changes: list[Change] = []
        self._finished: list[DocumentUnit] = []
        self._units = 0
        self._now = datetime(2000, 1, 1, tzinfo=UTC)
        self.day = date(2000, 1, 1)
        self.by_document = False

    def open_day(self, day: date) -> None:
        """Start the day's clock at 6:00 UTC."""
        self.day = day
        self._now = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)

    def now(self) -> datetime:
        """The time of the next commit; two seconds pass with each."""
        self._now += timedelta(seconds=2)
        return self._now

    def next_id(self, table: str) -> int:
        self._ids[table] = found = self._ids.get(table, 0) + 1
        return found

    def insert(self, table: str, **values: Any) -> Row:
        """A new row; columns that are not named are null. Raises `KeyError` for a column that the contract lacks."""
        row = {**self._blank[table], **values}
        if len(row) != len(self._blank[table]):
            raise KeyError(f"{table} has no {sorted(set(row) - set(self._blank[table]))}")
        key = self._key(table, row)
        if self.by_document:
            self._changes.append(Change("insert", table, key, dict(row)))
        else:
            self._of(table).inserted[key] = row
        return row

    def update(self, table: str, row: Row, **values: Any) -> None:
        """Change a row in place."""
        row.update(values)
        if self.by_document:
            self._changes.append(Change("update", table, self._key(table, row), values))
        else:
            pending, key = self._of(table), self._key(table, row)
            if key not in pending.inserted:
                pending.updated[key] = row

    def delete(self, table: str, row: Row) -> None:
        key = self._key(table, row)
        if self.by_document:
            self._changes.append(Change("delete", table, key, {}))
            return
        pending = self._of(table)
        pending.updated.pop(key, None)
        if pending.inserted.pop(key, None) is None:
            pending.deleted[key] = None

    def restate(self, table: str, row: Row) -> None:
        """The row's insert, which is still in the running document, as the row stands now."""
        key = self._key(table, row)
        for index, change in enumerate(self._changes):
            if change.kind == "insert" and change.table == table and change.key == key:
                self._changes[index] = Change("insert", table, key, dict(row))

    def release_id(self, table: str, number: int) -> None:
        """Give back the identifier that `next_id` gave last, unused."""
        if self._ids[table] == number:
            self._ids[table] -= 1

    def commit(self) -> None:
        """End of a document. History has no documents of its own: there this does nothing."""
        if self.by_document and self._changes:
            self._units += 1
            self._finished.append(DocumentUnit(self._units, self.day, tuple(self._changes)))
            self._changes = []

    def take_documents(self) -> list[DocumentUnit]:
        """The documents finished since the last call."""
        finished, self._finished = self._finished, []
        return finished

    def take_month(self) -> MonthUnit:
        """Everything since the last call as one unit."""
        self._units += 1
        pending, self._pending = self._pending, {}
        return MonthUnit(
            self._units,
            self.day,
            inserted={table: list(part.inserted.values()) for table, part in pending.items() if part.inserted},
            updated={table: list(part.updated.values()) for table, part in pending.items() if part.updated},
            deleted={table: list(part.deleted) for table, part in pending.items() if part.deleted},
        )

    def _of(self, table: str) -> _Pending:
        found = self._pending.get(table)
        if found is None:
            found = self._pending[table] = _Pending()
        return found

    def _key(self, table: str, row: Mapping[str, Any]) -> Key:
        return tuple([row[column] for column in self._keys[table]])
