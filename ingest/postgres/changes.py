"""A batch of messages of one table as Arrow rows, in commit order, ready for bronze."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.postgres.pgoutput import Batch, Group, Relation
from ingest.postgres.tuples import Bytes, Field, Positions, land, read_tuples, unchanged_names

if TYPE_CHECKING:
    from ingest.plan import TablePlan

_TIMESTAMP = pa.timestamp("us", tz="UTC")
# Behind the message's kind, its relation and the kind of its first tuple.
_FIRST_TUPLE = 6


def table_changes(batch: Batch, groups: Iterable[tuple[Relation, bytes, Group]], plan: TablePlan) -> pa.Table:
    """The table's columns plus _op, _commit_lsn, _ordinal, _commit_ts and _unchanged, sorted by position.

    Raises `ValueDoesNotLand`.
    """
    pieces = [piece for relation, shape, group in groups for piece in _decode(batch, relation, shape, group, plan)]
    table = pa.concat_tables(pieces)
    return table.sort_by([("_commit_lsn", "ascending"), ("_ordinal", "ascending")])


def _decode(batch: Batch, relation: Relation, shape: bytes, group: Group, plan: TablePlan) -> list[pa.Table]:
    order = _Order(batch, group)
    if shape == b"T":
        return [_piece({}, np.zeros(0, np.uint8), plan, "t", order)]
    buffer, start = _joined(group.payloads)
    first, end = _named(relation, buffer, start + _FIRST_TUPLE)
    if shape == b"IN":
        return [_piece(first, buffer, plan, "c", order)]
    if shape == b"UN":
        return [_piece(first, buffer, plan, "u", order)]
    if shape in (b"DK", b"DO"):
        return [_piece(first, buffer, plan, "d", order)]
    second, _ = _named(relation, buffer, end + 1)
    if shape == b"UO":
        second = {name: field.overlaid(first[name]) for name, field in second.items()}
    return _updates_with_old(first, second, buffer, plan, order)


def _updates_with_old(
    old: dict[str, Field], new: dict[str, Field], buffer: Bytes, plan: TablePlan, order: _Order
) -> list[pa.Table]:
    """An update whose key changed becomes a delete of the old key and a row under the new one.

    That row is a "c"; when it has unchanged columns, they are those of the row deleted right before it.
    """
    moved = np.zeros(len(order), dtype=bool)
    for name in plan.key:
        before, after = old[name].text(buffer), new[name].text(buffer)
        moved |= np.asarray(pc.not_equal(before, after).fill_null(True))
    stayed, gone = np.flatnonzero(~moved), np.flatnonzero(moved)
    pieces = []
    if len(stayed):
        pieces.append(_piece(_only(new, stayed), buffer, plan, "u", order.only(stayed)))
    if len(gone):
        pieces.append(_piece(_only(old, gone), buffer, plan, "d", order.only(gone)))
        pieces.append(_piece(_only(new, gone), buffer, plan, "c", order.only(gone, later=1)))
    return pieces


class _Order:
    """Where each row of a group stands in the source."""

    def __init__(self, batch: Batch, group: Group) -> None:
        transactions = np.array(group.transactions, dtype=np.int64)
        self.lsn: Positions = np.array(batch.commit_lsns, dtype=np.int64)[transactions]
        self.at: Positions = np.array(batch.commit_times, dtype=np.int64)[transactions]
        self.ordinal: Positions = np.array(group.ordinals, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.lsn)

    def only(self, rows: npt.NDArray[np.int64], *, later: int = 0) -> _Order:
        chosen = _Order.__new__(_Order)
        chosen.lsn, chosen.at, chosen.ordinal = self.lsn[rows], self.at[rows], self.ordinal[rows] + later
        return chosen


def _piece(fields: dict[str, Field], buffer: Bytes, plan: TablePlan, op: str, order: _Order) -> pa.Table:
    rows = len(order)
    columns: dict[str, pa.Array] = {}
    for column in plan.columns:
        if column.name in fields:
            columns[column.name] = land(fields[column.name].text(buffer), column.type, column=column.name)
        else:
            columns[column.name] = pa.nulls(rows, column.type)
    planned = {column.name: fields[column.name] for column in plan.columns if column.name in fields}
    columns["_op"] = pa.repeat(pa.scalar(op, pa.string()), rows)
    columns["_commit_lsn"] = pa.array(order.lsn)
    columns["_ordinal"] = pa.array(order.ordinal)
    columns["_commit_ts"] = pa.array(order.at).cast(_TIMESTAMP)
    columns["_unchanged"] = unchanged_names(planned, rows)
    return pa.table(columns)


def _joined(payloads: list[bytes]) -> tuple[Bytes, Positions]:
    """All payloads in one buffer, and where each one starts."""
    start = np.zeros(len(payloads), dtype=np.int64)
    np.cumsum(np.fromiter(map(len, payloads[:-1]), dtype=np.int64, count=len(payloads) - 1), out=start[1:])
    return np.frombuffer(b"".join(payloads), dtype=np.uint8), start


def _named(relation: Relation, buffer: Bytes, position: Positions) -> tuple[dict[str, Field], Positions]:
    fields, end = read_tuples(buffer, position, len(relation.columns))
    return dict(zip(relation.columns, fields, strict=True)), end


def _only(fields: dict[str, Field], rows: npt.NDArray[np.int64]) -> dict[str, Field]:
    return {name: Field(f.kind[rows], f.start[rows], f.length[rows]) for name, f in fields.items()}
