"""Silver as views in the filing's DuckDB file: each table at exactly the version that the cut names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from cerniq.contracts import load_contracts
from cerniq.contracts.dbt_sources import silver_schema_name
from cerniq.errors import PermanentError
from cerniq.lake import Lake
from cerniq.warehouse import silver as warehouse
from cerniq.warehouse.silver import create_views

TABLES = (
    ("admin_core", "companies"),
    ("iwms", "products"),
    ("mercantiq_procurement", "payment_allocations"),
    ("mercantiq_procurement", "payments"),
    ("mercantiq_procurement", "supplier_invoice_lines"),
    ("mercantiq_procurement", "supplier_invoices"),
    ("mercantiq_sales", "invoice_lines"),
    ("mercantiq_sales", "invoices"),
    ("mercantiq_sales", "receipt_allocations"),
    ("mercantiq_sales", "receipts"),
    ("numeriqo_accounting", "accounts"),
    ("numeriqo_accounting", "journal_entries"),
    ("numeriqo_accounting", "journal_lines"),
    ("numeriqo_accounting", "journals"),
    ("numeriqo_accounting", "partners"),
)
"""What a D406 of type L or T is made from. A table that the tenant does not replicate counts as empty."""

_REQUIRED = frozenset({("numeriqo_accounting", "journal_lines"), ("numeriqo_accounting", "journal_entries")})


class NoSilver(PermanentError):
    """A lake in which no cut of silver, or not the ledger, has been published."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One consistent state of silver: `versions` maps "module.table" to its Delta version.

    `commit_ts`: when its last transaction was committed, ISO 8601; None where the source could not say.
    """

    lsn: str
    lsn_int: int
    commit_ts: str | None
    versions: dict[str, int]

    @classmethod
    def current(cls, lake: Lake) -> Cut:
        """The cut published last. Raises `NoSilver`."""
        found: dict[str, Any] | None = lake.read_json("silver", "current.json")
        if found is None:
            raise NoSilver(
                f"Nothing is ingested for {lake.tenant} yet.",
                cure=f"Run `cerniq ingest {lake.tenant} --once` first.",
            )
        tables = {name: entry["version"] for name, entry in found["tables"].items()}
        missing = [f"{module}.{table}" for module, table in sorted(_REQUIRED) if f"{module}.{table}" not in tables]
        if missing:
            raise NoSilver(
                f"{lake.tenant} has no {missing[0]} in silver: a D406 is made from the ledger.",
                cure="Map the accounting module with `cerniq source add`, then ingest.",
            )
        used = {f"{module}.{table}" for module, table in TABLES}
        return cls(
            found["lsn"],
            int(found["lsn_int"]),
            found["commit_ts"],
            {name: version for name, version in sorted(tables.items()) if name in used},
        )


def attach(connection: duckdb.DuckDBPyConnection, lake: Lake, cut: Cut) -> None:
    """Create views `silver_<module>.<table>` with the columns of the contracts, over the files of the cut."""
    create_views(
        connection,
        lake,
        warehouse.Cut(lsn=cut.lsn, lsn_int=cut.lsn_int, commit_ts=cut.commit_ts, tables=cut.versions),
    )


def detach(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the views: they name files of the lake, the filing must stand without them."""
    for module in load_contracts().modules:
        connection.execute(f"drop schema {silver_schema_name(module)} cascade")
