"""How this suite's words become ANAF's codes: tables, each row with its reason, beside this file.

A tenant's profile may extend a table: `{"d406": {"mapping": {"units": [{"unit": "BAX", "uom": "XBX",
...}]}}}`; its rows come before ours. The tables are loaded into the filing's own DuckDB file as
`map.<table>`.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import duckdb

from anaf_exports.d406.mapping.parties import PartyCodes
from cerniq.errors import PermanentError

__all__ = ["MappingError", "PartyCodes", "digest", "load_into", "rows"]

_TABLES = (
    "account_types",
    "counties",
    "eu_countries",
    "invoice_types",
    "journal_types",
    "partner_accounts",
    "payment_methods",
    "purchase_tax",
    "tax_families",
    "tax_types",
    "units",
    "vat_accounts",
)


class MappingError(PermanentError):
    """A mapping row of the tenant's profile that does not fit its table."""


def rows(table: str, profile: Mapping[str, Any] | None = None) -> list[dict[str, str]]:
    """The rows of `table`, the tenant's own first. Raises `MappingError`."""
    text = (files("anaf_exports.d406.mapping") / f"{table}.csv").read_text(encoding="utf-8")
    ours = list(csv.DictReader(text.splitlines()))
    columns = set(ours[0])
    added = _added(table, profile)
    for row in added:
        if set(row) != columns:
            raise MappingError(
                f"d406.mapping.{table}: a row has {sorted(row)}.",
                cure=f"Write exactly {', '.join(sorted(columns))} in each row.",
            )
    return [{name: str(value) for name, value in row.items()} for row in added] + ours


def _added(table: str, profile: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    d406 = (profile or {}).get("d406", {})
    mapping = d406.get("mapping", {}) if isinstance(d406, Mapping) else {}
    unknown = set(mapping) - set(_TABLES)
    if unknown:
        raise MappingError(f"d406.mapping has no table {sorted(unknown)[0]}.", cure=f"Tables: {', '.join(_TABLES)}.")
    return list(mapping.get(table, []))


def digest(profile: Mapping[str, Any] | None) -> str:
    """SHA-256 over all tables as they hold for this tenant."""
    text = json.dumps({table: rows(table, profile) for table in _TABLES}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def load_into(connection: duckdb.DuckDBPyConnection, profile: Mapping[str, Any] | None) -> None:
    """Create `map.<table>`, all columns text, `_order` the order of the rows (the first one that fits
    counts)."""
    connection.execute("create schema map")
    for table in _TABLES:
        found = rows(table, profile)
        columns = ", ".join(f'"{name}" varchar' for name in found[0])
        connection.execute(f"create table map.{table} (_order integer, {columns})")
        marks = ", ".join("?" for _ in range(len(found[0]) + 1))
        connection.executemany(
            f"insert into map.{table} values ({marks})",
            [[number, *row.values()] for number, row in enumerate(found)],
        )
