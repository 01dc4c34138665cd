"""From the simulation's integers to PostgreSQL's text, column by column as the contract says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from cerniq.contracts import load_contracts

_NUMERIC = re.compile(r"numeric\(\d+,(\d+)\)")
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _scaled(scale: int) -> Callable[[int], str]:
    unit = 10**scale

    def text(value: int) -> str:
        whole, rest = divmod(abs(value), unit)
        return f"{'-' if value < 0 else ''}{whole}.{rest:0{scale}d}"

    return text


@cache
def _day(value: date) -> str:
    return value.isoformat()


def _instant(value: datetime) -> str:
    return value.isoformat(" ")


def _text(value: str) -> str:
    """Text as COPY reads it: tabs, line ends and backslashes escaped."""
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPED)


def _flag(value: bool) -> str:
    return "t" if value else "f"


def _converter(pg_type: str) -> Callable[[Any], str]:
    if match := _NUMERIC.fullmatch(pg_type):
        return _scaled(int(match[1]))
    special: dict[str, Callable[[Any], str]] = {"date": _day, "timestamptz": _instant, "boolean": _flag}
    return special.get(pg_type, str)


@cache
def columns_of(table: str) -> tuple[tuple[str, Callable[[Any], str]], ...]:
    """The contract's columns of `module.table` with their converters, in order."""
    module, name = table.split(".")
    return tuple((column.name, _converter(column.pg_type)) for column in load_contracts().table(module, name).columns)


@cache
def _converters(table: str) -> dict[str, Callable[[Any], str]]:
    return dict(columns_of(table))


def values_text(table: str, values: Mapping[str, Any]) -> list[str | None]:
    """The values as PostgreSQL reads them, in the order of `values`."""
    converters = _converters(table)
    return [
        value if value is None or isinstance(value, str) else converters[name](value) for name, value in values.items()
    ]


def copy_line(table: str, row: Mapping[str, Any]) -> str:
    """One line of COPY's text format, all columns of the table in order."""
    return "\t".join(["\\N" if row[name] is None else convert(row[name]) for name, convert in columns_of(table)]) + "\n"
