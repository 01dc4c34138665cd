"""A piece of a change log folded to one row a key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

Key = tuple[Any, ...]
Lookup = Callable[[Sequence[Key]], dict[Key, dict[str, Any]]]
_KEEP = "_keep_"


@dataclass(frozen=True, slots=True)
class Folded:
    """`rows`: the last state of each key, `_op` "d" where it is gone. `replaces`: all rows before them are gone.

    `keep` names, by column, the flag of rows whose value was never sent in this piece: it stays what it was.
    """

    rows: pa.Table
    replaces: bool
    keep: dict[str, str]


def fold(changes: pa.Table, key: Sequence[str], *, lookup: Lookup) -> Folded:
    """Fold changes in commit order. `lookup` gives the current rows of keys, for values that an update left out."""
    changes, replaces = _after_truncation(changes)
    ops = changes.column("_op")
    if pc.all(pc.equal(ops, "r")).as_py() is not False:
        return Folded(changes, replaces, {})
    inserted_without = pc.and_(pc.equal(ops, "c"), pc.is_valid(changes.column("_unchanged")))
    if pc.any(inserted_without).as_py():
        current = {} if replaces else lookup(_keys(changes, key))
        return Folded(_replayed(changes, key, current), replaces, {})
    frame = pl.DataFrame(pl.from_arrow(changes))
    keep: dict[str, str] = {}
    for column in _affected(changes):
        frame = _carried(frame, column, key)
        keep[column] = _KEEP + column
    folded = frame.unique(subset=list(key), keep="last", maintain_order=True)
    return Folded(folded.to_arrow(), replaces, keep)


def _after_truncation(changes: pa.Table) -> tuple[pa.Table, bool]:
    truncated = pc.indices_nonzero(pc.equal(changes.column("_op"), "t"))
    if not len(truncated):
        return changes, False
    return changes.slice(truncated[-1].as_py() + 1), True


def _affected(changes: pa.Table) -> list[str]:
    """Columns that some change did not send."""
    return sorted(pc.unique(pc.list_flatten(changes.column("_unchanged").drop_null())).to_pylist())


def _carried(frame: pl.DataFrame, column: str, key: Sequence[str]) -> pl.DataFrame:
    """Give each row the last value of `column` sent for its key, and flag those that have none."""
    sent = ~pl.col("_unchanged").list.contains(column).fill_null(False)
    at = pl.when(sent).then(pl.int_range(pl.len(), dtype=pl.Int64)).otherwise(None)
    source = frame.select(at.forward_fill().over(list(key)).alias("at"))["at"]
    carried = frame[column].gather(source.fill_null(0))
    return frame.with_columns(
        pl.when(source.is_null()).then(None).otherwise(carried).alias(column), source.is_null().alias(_KEEP + column)
    )


def _keys(changes: pa.Table, key: Sequence[str]) -> list[Key]:
    columns = [changes.column(name).to_pylist() for name in key]
    return list(dict.fromkeys(zip(*columns, strict=True)))


def _replayed(changes: pa.Table, key: Sequence[str], current: dict[Key, dict[str, Any]]) -> pa.Table:
    """Row by row, for pieces in which a row moved to another key and left out values of its old place."""
    touched: dict[Key, dict[str, Any]] = {}
    gone: dict[str, Any] = {}
    for change in changes.to_pylist():
        place = tuple(change[name] for name in key)
        before = touched.get(place) or current.get(place, {})
        if change["_op"] == "d":
            # A row that moves follows its delete directly.
            gone = before
        else:
            older = gone if change["_op"] == "c" else before
            for name in change["_unchanged"] or ():
                change[name] = older.get(name)
            change["_unchanged"] = None
        touched.pop(place, None)
        touched[place] = change
    return pa.Table.from_pylist(list(touched.values()), schema=changes.schema)
