"""Whether a tenant's silver keeps what the contracts promise, table by table, on one consistent cut."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from cerniq.contracts import ForeignKey, TableContract, load_contracts
from cerniq.contracts.expectations import SuiteResult, Suites, columns_needed, rules_of
from cerniq.errors import PermanentError
from cerniq.lake import Lake


class NothingIngested(PermanentError):
    """The tenant has no silver yet."""

    def __init__(self, lake: Lake) -> None:
        super().__init__(
            f"Tenant {lake.tenant} has no data yet.",
            cure=f"Connect a source (`cerniq source add {lake.tenant}`) and run `cerniq ingest {lake.tenant}`.",
        )


class SilverUnsound(PermanentError):
    """Tables of the current cut break their contracts."""

    def __init__(self, lake: Lake, broken: Mapping[str, Sequence[str]]) -> None:
        listed = "; ".join(f"{table}: {', '.join(rules)}" for table, rules in broken.items())
        super().__init__(
            f"Silver of {lake.tenant} breaks its contracts: {listed}.",
            cure="Correct these rows in the source and ingest again; the published marts stay as they are.",
        )


@dataclass(frozen=True, slots=True)
class TableQuality:
    """The result of one table's suite; `result` is None for a table that no source carries."""

    table: TableContract
    result: SuiteResult | None


def check_silver(lake: Lake, *, tables: Sequence[str] | None = None) -> Iterator[TableQuality]:
    """Run the suites of `tables` ("module.table"; None is all) on the current cut. Raises `NothingIngested`.

    A table that passed at the same versions, its parents' too, by the same rules is not read again.
    """
    current = lake.read_json("silver", "current.json")
    if current is None:
        raise NothingIngested(lake)
    cut = _Cut(lake, {name: int(entry["version"]) for name, entry in current["tables"].items()})
    wanted = [table for table in load_contracts().tables() if tables is None or table.qualified in tables]
    passed = _Passed(lake)
    for table in wanted:
        yield TableQuality(table, _check(table, cut, passed))
    passed.keep()


def require_sound(lake: Lake) -> None:
    """Raise `SilverUnsound` that names tables and rules, never values, unless every table keeps its contract."""
    broken = {
        quality.table.qualified: list(quality.result.broken)
        for quality in check_silver(lake)
        if quality.result is not None and not quality.result.passed
    }
    if broken:
        raise SilverUnsound(lake, broken)


def _check(table: TableContract, cut: _Cut, passed: _Passed) -> SuiteResult | None:
    state = cut.state(table)
    if state is None:
        return None
    known = passed.result(table, state)
    if known is not None:
        return known
    rows = cut.rows(table)
    assert rows is not None
    result = passed.suites.check(table, rows, cut.parent_values)
    passed.note(table, state, result)
    return result


class _Passed:
    """Which tables passed in which state, kept in `silver/quality.json`; what failed is checked each time."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._kept: dict[str, Any] = lake.read_json("silver", "quality.json") or {}
        self._noted: dict[str, Mapping[str, Any]] = {}

    @cached_property
    def suites(self) -> Suites:
        # Importing Great Expectations takes seconds, which a run without news does not need.
        return Suites()

    def result(self, table: TableContract, state: str) -> SuiteResult | None:
        found = self._kept.get(table.qualified)
        if found is None or found["state"] != state:
            return None
        return SuiteResult(rows=found["rows"], rules=found["rules"], broken={})

    def note(self, table: TableContract, state: str, result: SuiteResult) -> None:
        if result.passed:
            self._noted[table.qualified] = {"state": state, "rows": result.rows, "rules": result.rules}

    def keep(self) -> None:
        if self._noted:
            self._lake.write_json({**self._kept, **self._noted}, "silver", "quality.json")


class _Cut:
    """Silver at the versions of one cut; columns that others refer to are read once."""

    def __init__(self, lake: Lake, versions: dict[str, int]) -> None:
        self._lake = lake
        self._versions = versions
        self._parents: dict[ForeignKey, pa.ChunkedArray | None] = {}

    def state(self, table: TableContract) -> str | None:
        """Names the table's version, those of its parents, and its rules; None for a table that no source carries."""
        version = self._versions.get(table.qualified)
        if version is None:
            return None
        parents = sorted({f"{key.module}.{key.table}" for key in table.foreign_keys.values()})
        told = [version, [(parent, self._versions.get(parent)) for parent in parents], rules_of(table)]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def rows(self, table: TableContract) -> pa.Table | None:
        version = self._versions.get(table.qualified)
        if version is None:
            return None
        return self._lake.table("silver", table.module, table.name).read(columns_needed(table), version)

    def parent_values(self, key: ForeignKey) -> pa.ChunkedArray | None:
        if key not in self._parents:
            self._parents[key] = self._read_parent(key)
        return self._parents[key]

    def _read_parent(self, key: ForeignKey) -> pa.ChunkedArray | None:
        version = self._versions.get(f"{key.module}.{key.table}")
        if version is None:
            return None
        return self._lake.table("silver", key.module, key.table).read([key.column], version).column(0)
