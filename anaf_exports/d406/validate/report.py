"""What a validation says: findings and the verdict. `valid` means what ANAF means: no finding of severity
`error`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]

KEPT_PER_RULE = 200
"""Findings kept in full for one rule; the rest is counted, so that a file wrong on every line stays
readable."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    `severity`: `error` blocks the filing at ANAF, `warning` is ours alone and does not.
    `rule`: `anaf.*` as the official validator has it, `own.*` what it lacks, `official.*` its own words.
    `path`: elements from the root with positions; `line`: line in the file, 0 where unknown.
    `source`: the row it was made from, where that is known (module, table, key, Delta version).
    """

    severity: Severity
    rule: str
    path: str
    message: str
    line: int = 0
    source: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "severity": self.severity,
            "rule": self.rule,
            "path": self.path,
            "message": self.message,
            "line": self.line,
            "source": self.source,
        }


@dataclass(slots=True)
class Report:
    """The outcome for one file. `official` is None when no kit was given: then the official judge did not
    run."""

    path: str
    submission: str | None = None
    period: str | None = None
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    errors: int = 0
    records: Counter[str] = field(default_factory=Counter)
    official: dict[str, Any] | None = None

    @property
    def valid(self) -> bool:
        return self.errors == 0

    def add(self, finding: Finding) -> None:
        self.counts[finding.rule] += 1
        self.errors += finding.severity == "error"
        if self.counts[finding.rule] <= KEPT_PER_RULE:
            self.findings.append(finding)

    def as_dict(self) -> dict[str, Any]:
        return {
            "valid": self.valid,
            "path": self.path,
            "type": self.submission,
            "period": self.period,
            "findings": [finding.as_dict() for finding in self.findings],
            "counts": dict(sorted(self.counts.items())),
            "records": dict(sorted(self.records.items())),
            "official": self.official
            if self.official is not None
            else {"ran": False, "reason": "no kit was named: the official validator did not run"},
        }
