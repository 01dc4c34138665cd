"""What the mapping could not place: a stand-in is filed, and a warning names the row and what was filed for it."""

from __future__ import annotations

from importlib.resources import files

import duckdb

from anaf_exports.d406.build.silver import Cut
from anaf_exports.d406.validate import Finding


def gaps(connection: duckdb.DuckDBPyConnection, cut: Cut) -> list[Finding]:
    """One warning for each unit, partner, product, payment method or account that no rule fits."""
    query = (files("anaf_exports.d406.build") / "gaps.sql").read_text(encoding="utf-8")
    found = []
    for rule, message, table, key in connection.execute(query).fetchall():
        source = {"table": table, "key": key, "version": cut.versions.get(table, -1)} if table else None
        found.append(Finding("warning", rule, "", message, source=source))
    return found
