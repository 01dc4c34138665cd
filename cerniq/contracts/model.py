"""What a module promises: its tables, columns, types and keys, with RO and EN names and the class of personal data.

`<module>.yaml` beside this file is the only place where a table is described; the demo's DDL, the dbt sources, the
silver schemas, the Great Expectations suites and the catalogue page are made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from cerniq.errors import PermanentError

PersonalClass = Literal["none", "contact", "identity", "financial"]
_PERSONAL = ("none", "contact", "identity", "financial")


class InvalidContract(PermanentError):
    """A contract file that contradicts itself; names the file and the place."""


@dataclass(frozen=True, slots=True)
class ColumnContract:
    """One column. `pg_type` is PostgreSQL's own spelling; `values` is the closed list of a code column."""

    name: str
    pg_type: str
    nullable: bool
    unique: bool
    personal: PersonalClass
    values: tuple[str, ...] | None
    name_ro: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ForeignKey:
    module: str
    table: str
    column: str


@dataclass(frozen=True, slots=True)
class TableContract:
    """One table; `bucket_rows` splits silver into ranges of that many key values, for tables that grow without end."""

    module: str
    name: str
    name_ro: str
    name_en: str
    description_ro: str
    description_en: str
    key: tuple[str, ...]
    columns: tuple[ColumnContract, ...]
    foreign_keys: Mapping[str, ForeignKey]
    bucket_rows: int | None

    @property
    def qualified(self) -> str:
        return f"{self.module}.{self.name}"

    def column(self, name: str) -> ColumnContract:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.qualified} has no column {name}")


@dataclass(frozen=True, slots=True)
class ModuleContract:
    module: str
    schema: str
    name_ro: str
    name_en: str
    description_ro: str
    description_en: str
    tables: Mapping[str, TableContract]


@dataclass(frozen=True, slots=True)
class Contracts:
    """All modules, in the order in which the suite lists them."""

    modules: Mapping[str, ModuleContract]

    def table(self, module: str, table: str) -> TableContract:
        """Raises `KeyError` for a table that no contract describes."""
        return self.modules[module].tables[table]

    def tables(self) -> tuple[TableContract, ...]:
        return tuple(table for module in self.modules.values() for table in module.tables.values())


def parse_module(document: Mapping[str, Any], *, origin: str) -> ModuleContract:
    """Build a module's contract from its YAML document. Raises `InvalidContract` that names `origin` and the place."""
    try:
        module = str(document["module"])
        tables = {name: _parse_table(module, name, body, origin=origin) for name, body in document["tables"].items()}
        return ModuleContract(
            module=module,
            schema=str(document["schema"]),
            name_ro=document["name"]["ro"],
            name_en=document["name"]["en"],
            description_ro=document["description"]["ro"],
            description_en=document["description"]["en"],
            tables=MappingProxyType(tables),
        )
    except KeyError as error:
        raise InvalidContract(f"{origin} lacks {error}.", cure="Compare it with a contract beside it.") from error


def _parse_table(module: str, name: str, body: Mapping[str, Any], *, origin: str) -> TableContract:
    place = f"{origin}: {name}"
    columns = tuple(_parse_column(column, spec, place=place) for column, spec in body["columns"].items())
    names = {column.name for column in columns}
    key = tuple(body["key"])
    if not key or not set(key) <= names:
        raise InvalidContract(f"{place}: the key {key} is not among its columns.", cure="Correct `key`.")
    return TableContract(
        module=module,
        name=name,
        name_ro=body["name"]["ro"],
        name_en=body["name"]["en"],
        description_ro=body["description"]["ro"],
        description_en=body["description"]["en"],
        key=key,
        columns=columns,
        foreign_keys=MappingProxyType(
            {column: _parse_reference(spec["ref"]) for column, spec in body["columns"].items() if "ref" in spec}
        ),
        bucket_rows=body.get("bucket_rows"),
    )


def _parse_column(name: str, spec: Mapping[str, Any], *, place: str) -> ColumnContract:
    unknown = set(spec) - {"type", "ro", "en", "null", "unique", "personal", "values", "ref"}
    personal = spec.get("personal", "none")
    if unknown or personal not in _PERSONAL:
        raise InvalidContract(f"{place}.{name}: {unknown or personal} is not known.", cure="Correct the column.")
    return ColumnContract(
        name=name,
        pg_type=spec["type"],
        nullable=bool(spec.get("null", False)),
        unique=bool(spec.get("unique", False)),
        personal=personal,
        values=tuple(spec["values"]) if "values" in spec else None,
        name_ro=spec["ro"],
        name_en=spec["en"],
    )


def _parse_reference(text: str) -> ForeignKey:
    module, table, column = text.split(".")
    return ForeignKey(module, table, column)
