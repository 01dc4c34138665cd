"""Tuples of pgoutput messages, decoded by column and in bulk with numpy: no Python a value.

A tuple is an int16 count of columns, then for each one byte of kind (`n` NULL, `u` unchanged TOAST value, `t` text)
and, for `t`, an int32 length and the bytes (protocol documentation, "TupleData").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.errors import ValueDoesNotLand

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]

_UNCHANGED, _TEXT = ord("u"), ord("t")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of many rows: where each value lies in the buffer. Arrays have one element a row."""

    kind: Bytes
    start: Positions
    length: Positions

    @property
    def unchanged(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.kind == _UNCHANGED)

    def overlaid(self, older: Field) -> Field:
        """This field, with `older`'s values where this one was not sent (replica identity full sends both)."""
        missing = self.unchanged
        return Field(
            np.where(missing, older.kind, self.kind),
            np.where(missing, older.start, self.start),
            np.where(missing, older.length, self.length),
        )

    def text(self, buffer: Bytes) -> pa.Array:
        """The values as text, NULL where none was sent."""
        valid = self.kind == _TEXT
        lengths = np.where(valid, self.length, 0)
        offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        gathered = np.repeat(self.start - offsets[:-1], lengths) + np.arange(offsets[-1])
        return pa.Array.from_buffers(
            pa.large_string(),
            len(lengths),
            [
                pa.py_buffer(np.packbits(valid, bitorder="little")),
                pa.py_buffer(offsets),
                pa.py_buffer(buffer[gathered]),
            ],
        )


def read_tuples(buffer: Bytes, position: Positions, columns: int) -> tuple[list[Field], Positions]:
    """The tuples that begin at `position` (one a row, all of `columns` columns), and where each one ends."""
    fields = []
    position = position + 2  # the count of columns, known from the relation
    for _ in range(columns):
        kind = buffer[position]
        sent = np.flatnonzero(kind == _TEXT)
        length = np.zeros(len(position), dtype=np.int64)
        length[sent] = _int32(buffer, position[sent] + 1)
        fields.append(Field(kind, position + 5, length))
        step = np.ones(len(position), dtype=np.int64)
        step[sent] = 5 + length[sent]
        position = position + step
    return fields, position


def _int32(buffer: Bytes, position: Positions) -> Positions:
    value = np.zeros(len(position), dtype=np.int64)
    for shift in range(4):
        value = (value << 8) | buffer[position + shift]
    return value


def land(text: pa.Array, kind: pa.DataType, *, column: str) -> pa.Array:
    """PostgreSQL's text form as `kind`, exactly. Raises `ValueDoesNotLand`."""
    try:
        if pa.types.is_boolean(kind):
            return pc.equal(text, "t")
        return text.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        # The cause quotes the value, which may be personal.
        raise ValueDoesNotLand(f"A value of {column} has no exact form as {kind}.", column=column) from None


def unchanged_names(fields: dict[str, Field], rows: int) -> pa.Array:
    """For each row the columns that were not sent, NULL when all were."""
    masks = {name: field.unchanged for name, field in fields.items()}
    affected = [name for name, mask in masks.items() if mask.any()]
    kind = pa.list_(pa.string())
    if not affected:
        return pa.nulls(rows, kind)
    names: list[Any] = [[name for name in affected if masks[name][row]] or None for row in range(rows)]
    return pa.array(names, kind)
