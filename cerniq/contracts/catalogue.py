"""The catalogue page: every table and column of every module, in both languages, as Markdown.

`python -m cerniq.contracts.catalogue > docs/catalogue.md` writes the page anew after a contract has changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from cerniq.contracts import Contracts, ModuleContract, TableContract, load_contracts


def render(contracts: Contracts) -> str:
    """The whole page. One line a column: type, key or reference, RO and EN name, class of personal data."""
    return "\n".join(_page(contracts)) + "\n"


def _page(contracts: Contracts) -> Iterator[str]:
    yield "# Catalogue of the source modules"
    yield ""
    yield "Made from `cerniq/contracts/*.yaml`; do not edit it by hand. ★ marks the key, ∅ a column that may be empty."
    for module in contracts.modules.values():
        yield from _module(module)


def _module(module: ModuleContract) -> Iterator[str]:
    yield ""
    yield f"## `{module.module}`: {module.name_en} / {module.name_ro}"
    yield ""
    yield f"{module.description_en} / {module.description_ro}"
    for table in module.tables.values():
        yield from _table(table)


def _table(table: TableContract) -> Iterator[str]:
    yield ""
    yield f"### `{table.name}`: {table.name_en} / {table.name_ro}"
    yield ""
    yield f"{table.description_en} / {table.description_ro}"
    yield ""
    yield "| column | type | refers to | English | română | personal data |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for column in table.columns:
        marks = (" ★" if column.name in table.key else "") + (" ∅" if column.nullable else "")
        reference = table.foreign_keys.get(column.name)
        target = f"`{reference.module}.{reference.table}`" if reference else ""
        values = f" ({', '.join(column.values)})" if column.values else ""
        yield (
            f"| `{column.name}`{marks} | {column.pg_type}{values} | {target} | {column.name_en} | {column.name_ro} "
            f"| {'' if column.personal == 'none' else column.personal} |"
        )


if __name__ == "__main__":
    sys.stdout.write(render(load_contracts()))
