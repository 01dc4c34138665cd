"""Silver as of one cut, laid into a build's file as views over exactly the pinned data files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from cerniq.contracts import TableContract, load_contracts
from cerniq.contracts.dbt_sources import duckdb_type, silver_schema_name
from cerniq.lake import Lake
from cerniq.warehouse.errors import NothingToBuild
from cerniq.warehouse.remote import copy_down

if TYPE_CHECKING:
    import duckdb

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Cut:
    """One position of the source and the version that every silver table had there.

    `tables`: "module.table" to Delta version. `lsn_int` orders cuts of one source.
    """

    lsn: str
    lsn_int: int
    commit_ts: str | None
    tables: Mapping[str, int]

    def missing_modules(self) -> list[str]:
        """Modules with a contract of which the cut holds no table."""
        held = {name.partition(".")[0] for name in self.tables}
        return [module for module in load_contracts().modules if module not in held]


def read_cut(lake: Lake) -> Cut:
    """The newest consistent cut, as ingest left it in `silver/current.json`. Raises `NothingToBuild`."""
    found = lake.read_json("silver", "current.json")
    if found is None:
        raise NothingToBuild(
            f"Nothing was ingested for {lake.tenant} yet.", cure=f"Run `cerniq ingest {lake.tenant} --once` first."
        )
    return Cut(
        lsn=str(found["lsn"]),
        lsn_int=int(found["lsn_int"]),
        commit_ts=found.get("commit_ts"),
        tables={name: int(table["version"]) for name, table in found["tables"].items()},
    )


def create_views(connection: duckdb.DuckDBPyConnection, lake: Lake, cut: Cut) -> None:
    """A view `silver_<module>.<table>` for every table of every contract, typed as the contract says.

    A table that the cut does not hold, and a column that the files do not hold yet, are there and empty.
    """
    for module in load_contracts().modules.values():
        connection.execute(f"create schema if not exists {silver_schema_name(module.module)}")
        for table in module.tables.values():
            connection.execute(_view_sql(lake, table, cut.tables.get(table.qualified)))
    unknown = sorted(set(cut.tables) - {table.qualified for table in load_contracts().tables()})
    if unknown:
        log.info("silver tables without a contract are not built", tenant=str(lake.tenant), tables=unknown)


def _view_sql(lake: Lake, table: TableContract, version: int | None) -> str:
    name = f"{silver_schema_name(table.module)}.{table.name}"
    files: list[str] = []
    stored: set[str] = set()
    if version is not None:
        delta = lake.table("silver", table.module, table.name)
        files = local_files(lake, delta.files(version))
        stored = set(delta.schema().names)
    columns = ",\n".join(
        f"cast({column.name if files and column.name in stored else 'null'} as "
        f"{duckdb_type(column.pg_type)}) as {column.name}"
        for column in table.columns
    )
    if not files:
        return f"create or replace view {name} as select {columns} where false"
    listed = ", ".join(_literal(file) for file in files)
    # Bucket directories are a matter of the writer's: the column in their name is none of the contract's.
    source = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
    return f"create or replace view {name} as select {columns} from {source}"


def local_files(lake: Lake, files: list[str]) -> list[str]:
    """`files` where DuckDB can read them: as they are on a local lake, copied once to this machine otherwise."""
    if lake.is_local:
        return [file.removeprefix("file://") for file in files]
    root, cache = lake.uri(), lake.local_dir("silver_files")
    copies = []
    for file in files:
        relative = file.removeprefix(root).lstrip("/")
        copy = cache / relative
        # A data file of a Delta table never changes under its name.
        if not copy.exists():
            copy_down(lake, relative, copy)
        copies.append(str(copy))
    return copies


def _literal(value: Any) -> str:
    return "'" + str(value).replace("'", "''") + "'"
