"""Contracts of the operational modules; `load_contracts()` reads the YAML files of this folder once."""

from __future__ import annotations

from functools import cache
from importlib import resources
from types import MappingProxyType

import yaml

from cerniq.contracts.model import (
    ColumnContract,
    Contracts,
    ForeignKey,
    InvalidContract,
    ModuleContract,
    TableContract,
    parse_module,
)

__all__ = [
    "ColumnContract",
    "Contracts",
    "ForeignKey",
    "InvalidContract",
    "ModuleContract",
    "TableContract",
    "load_contracts",
]

# The order in which the suite lists its modules.
MODULES = ("admin_core", "mercantiq_sales", "mercantiq_procurement", "iwms", "numeriqo_accounting")


@cache
def load_contracts() -> Contracts:
    """Every module's contract, checked against each other. Raises `InvalidContract`."""
    modules = {}
    for module in MODULES:
        origin = f"{module}.yaml"
        document = yaml.load((resources.files(__name__) / origin).read_bytes(), Loader=yaml.CSafeLoader)
        modules[module] = parse_module(document, origin=origin)
    contracts = Contracts(MappingProxyType(modules))
    _check_references(contracts)
    return contracts


def _check_references(contracts: Contracts) -> None:
    for table in contracts.tables():
        for column, reference in table.foreign_keys.items():
            try:
                target = contracts.table(reference.module, reference.table).column(reference.column)
            except KeyError as error:
                raise InvalidContract(
                    f"{table.qualified}.{column} refers to what does not exist: {error}.", cure="Correct `ref`."
                ) from error
            if target.pg_type != table.column(column).pg_type:
                raise InvalidContract(
                    f"{table.qualified}.{column} and {reference} differ in type.", cure="Give both one type."
                )
