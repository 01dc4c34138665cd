"""Whether a tenant's silver keeps what the contracts promise, table by table, on one consistent cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from cerniq.contracts import ForeignKey, TableContract, load_contracts
from cerniq.contracts.expectations import SuiteResult, Suites, columns_needed
from cerniq.errors import PermanentError
from cerniq.lake import Lake


class NothingIngested(PermanentError):
    """The tenant has no silver yet."""

    def __init__(self, lake: Lake) -> None:
        super().__init__(
            f"Tenant {lake.tenant} has no data yet.",
            cure=f"Connect a source (`cerniq source add {lake.tenant}`) and run `cerniq ingest {lake.tenant}`.",
        )


@dataclass(frozen=True, slots=True)
class TableQuality:
    """The result of one table's suite; `result` is None for a table that no source carries."""

    table: TableContract
    result: SuiteResult | None


def check_silver(lake: Lake, *, tables: Sequence[str] | None = None) -> Iterator[TableQuality]:
    """Run the suites of `tables` ("module.table"; None is all) on the current cut. Raises `NothingIngested`."""
    current = lake.read_json("silver", "current.json")
    if current is None:
        raise NothingIngested(lake)
    cut = _Cut(lake, {name: int(entry["version"]) for name, entry in current["tables"].items()})
    wanted = [table for table in load_contracts().tables() if tables is None or table.qualified in tables]
    suites = Suites()
    for table in wanted:
        rows = cut.rows(table)
        yield TableQuality(
            table,
            None if rows is None else suites.check(table, rows, cut.parent_values),
        )


class _Cut:
    """Silver at the versions of one cut; columns that others refer to are read once."""

    def __init__(self, lake: Lake, versions: dict[str, int]) -> None:
        self._lake = lake
        self._versions = versions
        self._parents: dict[ForeignKey, pa.ChunkedArray | None] = {}

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
