"""The gate in front of every write: data either has the declared schema or is refused by the column's name."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.types as pt

from cerniq.lake.errors import SchemaMismatch

_CURE = "Correct the query or the contract; a write never guesses a type."


def conform(data: pa.Table, schema: pa.Schema, *, where: str, extra: Sequence[str] = ()) -> pa.Table:
    """`data` with exactly the columns of `schema` (plus those in `extra`, untouched), in its order.

    Only changes of encoding are made (large strings, dictionaries, time units, wider integers and decimals), and none
    that loses a digit. Raises `SchemaMismatch` that names the first column at fault.
    """
    unknown = [name for name in data.column_names if name not in schema.names and name not in extra]
    if unknown:
        raise SchemaMismatch(f"{where}: column {unknown[0]!r} is not in the declared schema.", cure=_CURE)
    columns: list[pa.ChunkedArray] = []
    fields: list[pa.Field] = []
    for field in schema:
        if field.name not in data.column_names:
            raise SchemaMismatch(f"{where}: column {field.name!r} is missing.", cure=_CURE)
        columns.append(_conform_column(data.column(field.name), field, where))
        fields.append(field)
    for name in extra:
        columns.append(data.column(name))
        fields.append(data.schema.field(name))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _conform_column(column: pa.ChunkedArray, field: pa.Field, where: str) -> pa.ChunkedArray:
    if not field.nullable and column.null_count:
        raise SchemaMismatch(
            f"{where}: column {field.name!r} may not be empty, and {column.null_count} of {len(column)} rows are.",
            cure=_CURE,
        )
    if column.type == field.type:
        return column
    if not _same_family(column.type, field.type):
        raise SchemaMismatch(f"{where}: column {field.name!r} is {column.type}, declared {field.type}.", cure=_CURE)
    try:
        return column.cast(field.type, safe=True)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise SchemaMismatch(
            f"{where}: column {field.name!r} ({column.type}) does not fit {field.type}.", cure=_CURE
        ) from error


def _same_family(found: pa.DataType, declared: pa.DataType) -> bool:
    """Whether both types can hold the same values, so that a checked cast only changes the encoding."""
    if pt.is_null(found):
        return True
    if pt.is_dictionary(found):
        return _same_family(found.value_type, declared)
    for family in (_is_text, _is_binary, pt.is_integer, pt.is_decimal, pt.is_floating, pt.is_date):
        if family(found) and family(declared):
            return True
    if pt.is_timestamp(found) and pt.is_timestamp(declared):
        # A zone-less time has no instant: taking it for UTC would be a guess.
        return (found.tz is None) == (declared.tz is None)
    if _is_list(found) and _is_list(declared):
        return _same_family(found.value_type, declared.value_type)
    return False


def _is_text(kind: pa.DataType) -> bool:
    return bool(pt.is_string(kind) or pt.is_large_string(kind) or pt.is_string_view(kind))


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pt.is_binary(kind) or pt.is_large_binary(kind) or pt.is_binary_view(kind))


def _is_list(kind: pa.DataType) -> bool:
    return bool(pt.is_list(kind) or pt.is_large_list(kind))


def new_columns(existing: pa.Schema, declared: pa.Schema, *, where: str) -> list[str]:
    """Columns of `declared` that the table does not have yet. Raises `SchemaMismatch` where both disagree."""
    for field in declared:
        if field.name in existing.names and not _equal(existing.field(field.name).type, field.type):
            raise SchemaMismatch(
                f"{where}: column {field.name!r} is stored as {existing.field(field.name).type}, "
                f"declared {field.type}.",
                cure="Rebuild the table from its source, or keep the stored type.",
            )
    return [name for name in declared.names if name not in existing.names]


def _equal(stored: pa.DataType, declared: pa.DataType) -> bool:
    # Delta names the item of a list "element", Arrow "item".
    if _is_list(stored) and _is_list(declared):
        return _equal(stored.value_type, declared.value_type)
    return bool(stored == declared)
