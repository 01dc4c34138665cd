"""The proof that a filing is whole: counts and sums of each section, taken from silver anew and from the
document."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

import duckdb

from cerniq.errors import PermanentError

_NAMED = 5


class ReconciliationFailed(PermanentError):
    """A section does not hold what silver holds: the filing is not made."""


class DocumentsUnbooked(ReconciliationFailed):
    """Documents of the period name an entry that silver does not hold: the filing would be made without them."""


@dataclass(frozen=True, slots=True)
class Check:
    """`silver` and `filed` are equal, or the filing is not made; sums in lei."""

    section: str
    measure: str
    silver: Decimal
    filed: Decimal

    def as_dict(self) -> dict[str, str]:
        return {
            "section": self.section,
            "measure": self.measure,
            "silver": self._text(self.silver),
            "filed": self._text(self.filed),
        }

    def _text(self, figure: Decimal) -> str:
        return f"{figure:.2f}" if self.measure.endswith("_ron") else f"{figure:.0f}"


def require_entries(connection: duckdb.DuckDBPyConnection) -> None:
    """Let pass a period in which every invoice, receipt and payment has its entry. Raises `DocumentsUnbooked`."""
    query = (files("anaf_exports.d406.build") / "unbooked.sql").read_text(encoding="utf-8")
    rows = connection.execute(query).fetchall()
    if not rows:
        return
    named = "; ".join(f"{table} id {key} ({number}, entry {entry})" for table, key, number, entry in rows[:_NAMED])
    more = f"; and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    raise DocumentsUnbooked(
        f"There is a document of the period without an entry of the period: {named}{more}.",
        cure="Book it in the source, or ingest the accounting module anew, and export again.",
    )


def reconcile(connection: duckdb.DuckDBPyConnection) -> list[Check]:
    """All checks. Raises `ReconciliationFailed` that names the first difference."""
    query = (files("anaf_exports.d406.build") / "reconcile.sql").read_text(encoding="utf-8")
    rows = connection.execute(query).fetchall()
    checks = [Check(section, measure, Decimal(silver), Decimal(filed)) for section, measure, silver, filed in rows]
    for check in checks:
        if check.silver != check.filed:
            raise ReconciliationFailed(
                f"{check.section}: {check.measure} is {check.silver} in silver and {check.filed} as filed.",
                cure="Look in the filing's DuckDB file for a document without partner or with wrong lines.",
            )
    return checks
