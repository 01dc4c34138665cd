"""What an ingest run did: rows, positions and what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one table that its owner should know; an `error` stopped that table."""

    table: str
    severity: Literal["error", "warning"]
    message: str
    cure: str


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a run. `step`: "snapshot", "stream" or "silver"; `rows` so far of `table` or of the whole step."""

    step: str
    table: str
    rows: int
    done: int
    total: int


ProgressCallback = Callable[[Progress], None]


@dataclass(slots=True)
class IngestReport:
    """`tables`: rows appended to bronze by "module.table"; `lsn`: position of the cut; `silver`: rows and version."""

    tables: dict[str, int] = field(default_factory=dict)
    lsn: str = ""
    silver: dict[str, dict[str, Any]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    snapshotted: list[str] = field(default_factory=list)
    transactions: int = 0
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        return sum(self.tables.values())

    @property
    def stopped(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]

    def count(self, table: str, rows: int) -> None:
        self.tables[table] = self.tables.get(table, 0) + rows


def silent(_: Progress) -> None:
    """The callback of a run that nobody watches."""
