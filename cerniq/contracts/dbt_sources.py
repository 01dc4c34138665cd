"""dbt source definitions made from the contracts: one YAML document a module, checked in under the dbt project.

`dbt_project/models/staging/<module>/_sources.yml` is this module's output; a test compares the two, and
`python -m cerniq.contracts.dbt_sources` writes them anew after a contract has changed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from cerniq.contracts import ColumnContract, ModuleContract, TableContract, load_contracts
from cerniq.contracts.model import InvalidContract

HEADER = "# Made from cerniq/contracts/{module}.yaml by `python -m cerniq.contracts.dbt_sources`; do not edit.\n"

_DUCKDB_TYPES = {
    "bigint": "bigint",
    "integer": "integer",
    "smallint": "smallint",
    "boolean": "boolean",
    "date": "date",
    "timestamptz": "timestamp with time zone",
    "text": "varchar",
    "uuid": "varchar",
    "jsonb": "varchar",
}
_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")


def duckdb_type(pg_type: str) -> str:
    """The DuckDB type in which a contract's column is read from silver. Raises `InvalidContract` without one."""
    if match := _NUMERIC.fullmatch(pg_type):
        return f"decimal({match[1]},{match[2]})"
    if pg_type in _DUCKDB_TYPES:
        return _DUCKDB_TYPES[pg_type]
    raise InvalidContract(
        f"{pg_type} has no DuckDB type.", cure=f"Use one of {', '.join(_DUCKDB_TYPES)}, numeric(p,s)."
    )


def silver_schema_name(module: str) -> str:
    """Schema of the build file in which a module's silver tables are read."""
    return f"silver_{module}"


def sources_document(module: ModuleContract) -> dict[str, Any]:
    """The `sources:` document of one module, as plain values."""
    return {
        "version": 2,
        "sources": [
            {
                "name": module.module,
                "schema": silver_schema_name(module.module),
                "description": module.description_en,
                "tables": [_table(table) for table in module.tables.values()],
            }
        ],
    }


def sources_yaml(module: ModuleContract) -> str:
    """The text of `_sources.yml` of one module."""
    body = yaml.safe_dump(sources_document(module), sort_keys=False, allow_unicode=True, width=110)
    return HEADER.format(module=module.module) + body


def sources_path(project: Path, module: str) -> Path:
    return project / "models" / "staging" / module / "_sources.yml"


def _table(table: TableContract) -> dict[str, Any]:
    return {
        "name": table.name,
        "description": table.description_en,
        # dagster-dbt takes the asset key of a source from here, so that lineage starts at silver's own assets.
        "config": {"meta": {"dagster": {"asset_key": ["silver", table.module, table.name]}}},
        "columns": [_column(column) for column in table.columns],
    }


def _column(column: ColumnContract) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": column.name,
        "description": column.name_en,
        "data_type": duckdb_type(column.pg_type),
    }
    if column.personal != "none":
        entry["config"] = {"meta": {"personal": column.personal}}
    return entry


def write_sources(project: Path) -> list[Path]:
    """Write every module's `_sources.yml` into a dbt project; returns the files that changed."""
    changed = []
    for module in load_contracts().modules.values():
        path, text = sources_path(project, module.module), sources_yaml(module)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


if __name__ == "__main__":
    write_sources(Path(__file__).parents[2] / "dbt_project")
