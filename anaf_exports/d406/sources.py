"""From a finding's place in the document back to the row it was made from."""

from __future__ import annotations

import re
from dataclasses import replace

import duckdb

from anaf_exports.d406.build.silver import Cut
from anaf_exports.d406.plan import relation_name
from anaf_exports.d406.validate import Finding

_RECORD = re.compile(r"AuditFile/((?:\w+/)*\w+)\[(\d+)\]")

# Relation -> the silver table behind it and the column that leads there. The records of a relation are
# numbered in
# the order of their keys, as they are written.
_ORIGINS = {
    "general_ledger_entries__journal__transaction": (
        "numeriqo_accounting",
        "journal_entries",
        '"TransactionID"',
    ),
    "sales_invoices__invoice": ("mercantiq_sales", "invoices", "_key"),
    "purchase_invoices__invoice": ("mercantiq_procurement", "supplier_invoices", "_key"),
    "general_ledger_accounts__account": ("numeriqo_accounting", "accounts", '"AccountID"'),
    "products__product": ("iwms", "products", '"ProductCode"'),
    "customers__customer": ("numeriqo_accounting", "partners", '"CustomerID"'),
    "suppliers__supplier": ("numeriqo_accounting", "partners", '"SupplierID"'),
    "payments__payment": ("numeriqo_accounting", "journal_entries", '"TransactionID"'),
}


def locate(connection: duckdb.DuckDBPyConnection, findings: list[Finding], cut: Cut) -> list[Finding]:
    """The findings with `source` set where it is known: table, key in it, and the Delta version it was read
    at."""
    return [replace(finding, source=_source(connection, finding.path, cut)) for finding in findings]


def _source(connection: duckdb.DuckDBPyConnection, path: str, cut: Cut) -> dict[str, str | int] | None:
    match = _RECORD.match(path)
    if match is None:
        return None
    relation = relation_name(tuple(match[1].split("/")))
    origin = _ORIGINS.get(relation)
    if origin is None:
        return None
    module, table, column = origin
    order = "_parent, _key" if "journal__transaction" in relation else "_key"
    row = connection.execute(
        f"select {column} from saft.{relation} order by {order} limit 1 offset ?", [int(match[2]) - 1]
    ).fetchone()
    if row is None:
        return None
    name = f"{module}.{table}"
    return {"table": name, "key": str(row[0]), "version": cut.versions.get(name, -1)}
