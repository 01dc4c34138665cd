"""Which tables are replicated and how: the source's catalogue compared with the contracts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from cerniq.contracts import load_contracts
from cerniq.contracts.arrow import BRONZE_EXTRA, BUCKET, SILVER_EXTRA, arrow_type
from ingest.postgres.catalog import SourceColumn, SourceTable
from ingest.report import Finding

if TYPE_CHECKING:
    from cerniq.contracts import ModuleContract, TableContract
    from cerniq.control import SourceRecord

_NUMERIC = re.compile(r"numeric\((\d+),(\d+)\)")
_TEXT = re.compile(r"text|name|(character varying|character)(\(\d+\))?|uuid|jsonb?|xml")
_INTEGERS = ("smallint", "integer", "bigint")
_SPELLING = {"timestamp with time zone": "timestamptz"}
# Types that need no contract to land exactly; everything else lands as PostgreSQL's own text.
_INFERRED = {
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
    "real": pa.float32(),
    "double precision": pa.float64(),
}


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    name: str
    type: pa.DataType
    nullable: bool


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One table to replicate. `key` is empty for a table that has none: it lands in bronze only."""

    module: str
    source: SourceTable
    columns: tuple[PlannedColumn, ...]
    key: tuple[str, ...]
    bucket_rows: int | None
    has_contract: bool

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def qualified(self) -> str:
        return f"{self.module}.{self.name}"

    @property
    def append_only(self) -> bool:
        """Published for inserts alone, because publishing its updates would make them fail at the source."""
        return not self.source.publishes_changes

    @property
    def schema_id(self) -> str:
        """Changes whenever what is stored changes: other columns, types, keys or buckets."""
        text = ";".join(f"{column.name}:{column.type}:{column.nullable}" for column in self.columns)
        return hashlib.sha256(f"{text}|{self.key}|{self.bucket_rows}".encode()).hexdigest()[:12]

    @property
    def table_schema(self) -> pa.Schema:
        return pa.schema([pa.field(column.name, column.type, nullable=column.nullable) for column in self.columns])

    @property
    def bronze_schema(self) -> pa.Schema:
        return pa.schema([*(field.with_nullable(True) for field in self.table_schema), *BRONZE_EXTRA])

    @property
    def silver_schema(self) -> pa.Schema:
        bucket = [BUCKET] if self.bucket_rows else []
        return pa.schema([*self.table_schema, *SILVER_EXTRA, *bucket])


def plan_tables(
    source: SourceRecord, catalog: Mapping[tuple[str, str], SourceTable], faults: Mapping[str, str]
) -> tuple[list[TablePlan], list[Finding]]:
    """The tables that can be replicated, and what was found about the others. `faults`: modules without a schema."""
    contracts = load_contracts()
    plans: list[TablePlan] = []
    findings: list[Finding] = []
    for module, schema in source.modules.items():
        if module in faults:
            findings.append(
                Finding(
                    f"{module}.*",
                    "error",
                    faults[module],
                    f"Correct it with cerniq source add {source.tenant} --map {module}=SCHEMA, or GRANT USAGE on it.",
                )
            )
            continue
        found = {name: table for (owner, name), table in catalog.items() if owner == schema}
        contract = contracts.modules.get(module)
        chosen, more = _inferred(module, found) if contract is None else _contracted(contract, found)
        wanted = [plan for plan in chosen if source.wants(module, plan.name)]
        plans += [plan for plan in wanted if _allowed(plan, findings)]
        findings += [finding for finding in more if source.wants(module, finding.table.partition(".")[2])]
    return plans, findings


def _contracted(contract: ModuleContract, found: Mapping[str, SourceTable]) -> tuple[list[TablePlan], list[Finding]]:
    plans: list[TablePlan] = []
    findings: list[Finding] = []
    for table in contract.tables.values():
        if table.name not in found:
            findings.append(
                Finding(
                    table.qualified,
                    "error",
                    "The table is not at the source.",
                    "Create it or give it its old name again; its data in the lake stay as they were.",
                )
            )
            continue
        source = found[table.name]
        faults = _drift(table, source)
        findings += faults
        if not any(fault.severity == "error" for fault in faults):
            columns = tuple(PlannedColumn(c.name, arrow_type(c.pg_type), c.nullable) for c in table.columns)
            plans.append(TablePlan(contract.module, source, columns, table.key, table.bucket_rows, True))
    return plans, findings


def _drift(contract: TableContract, source: SourceTable) -> list[Finding]:
    """Where the source's table departs from its contract; an extra column is no fault, it is left out."""
    findings: list[Finding] = []
    present = {column.name: column for column in source.columns}
    declared = {column.name for column in contract.columns}
    extra = [column for column in source.columns if column.name not in declared]
    for column in contract.columns:
        if column.name not in present:
            twins = [other.name for other in extra if _fits(column.pg_type, other)]
            hint = f" (renamed to {' or '.join(twins)}?)" if twins else ""
            message = f"The column {column.name} is not at the source{hint}."
            cure = "Restore the column, or change the contract with the source's owner; then run again."
        elif not _fits(column.pg_type, present[column.name]):
            message = f"The column {column.name} is {present[column.name].pg_type}, the contract says {column.pg_type}."
            cure = "Change the column's type back, or the contract with the source's owner; then run again."
        elif present[column.name].generated:
            message = f"The column {column.name} is generated, and the stream does not carry such columns."
            cure = "Make it an ordinary column, or drop it from the contract."
        else:
            continue
        findings.append(Finding(contract.qualified, "error", message, cure))
    if not findings and not set(contract.key) <= set(source.identity_key) and source.publishes_changes:
        message = f"Updates and deletes do not carry the contract's key ({', '.join(contract.key)})."
        cure = f"Run ALTER TABLE {source.schema}.{source.name} REPLICA IDENTITY FULL, or make it the primary key."
        findings.append(Finding(contract.qualified, "error", message, cure))
    for surplus in extra:
        findings.append(
            Finding(
                contract.qualified,
                "warning",
                f"The column {surplus.name} is not in the contract and is left out.",
                "Add it to the contract when it is wanted.",
            )
        )
    return findings


def _fits(declared: str, column: SourceColumn) -> bool:
    """Whether every value of the source's type has an exact form in the contract's type."""
    actual = _SPELLING.get(column.pg_type, column.pg_type)
    if actual == declared:
        return True
    if declared in ("text", "uuid", "jsonb"):
        return _TEXT.fullmatch(actual) is not None and declared == "text"
    if declared in _INTEGERS and actual in _INTEGERS:
        return _INTEGERS.index(actual) <= _INTEGERS.index(declared)
    wanted, given = _NUMERIC.fullmatch(declared), _NUMERIC.fullmatch(actual)
    if wanted and given:
        whole, scale = int(wanted[1]) - int(wanted[2]), int(wanted[2])
        return int(given[2]) <= scale and int(given[1]) - int(given[2]) <= whole
    return False


def _inferred(module: str, found: Mapping[str, SourceTable]) -> tuple[list[TablePlan], list[Finding]]:
    plans: list[TablePlan] = []
    findings: list[Finding] = []
    for table in found.values():
        kept = [column for column in table.columns if not column.generated]
        columns = tuple(
            PlannedColumn(column.name, inferred_type(column.pg_type), column.name not in table.primary_key)
            for column in kept
        )
        key = table.primary_key if set(table.primary_key) <= set(table.identity_key) else ()
        plan = TablePlan(module, table, columns, key, None, False)
        plans.append(plan)
        for column in table.columns:
            if column.generated:
                message = f"The generated column {column.name} is left out: the stream does not carry it."
                findings.append(Finding(plan.qualified, "warning", message, "Compute it in the marts."))
        if not key:
            findings.append(
                Finding(
                    plan.qualified,
                    "warning",
                    "The table has no primary key that its changes carry: it lands in bronze only.",
                    f"Give {table.schema}.{table.name} a primary key.",
                )
            )
    return plans, findings


def inferred_type(pg_type: str) -> pa.DataType:
    """Where a column without a contract lands: the exact Arrow type, or text when there is none."""
    if match := _NUMERIC.fullmatch(pg_type):
        precision, scale = int(match[1]), int(match[2])
        if precision <= 38 and scale <= precision:
            return pa.decimal128(precision, scale)
    return _INFERRED.get(_SPELLING.get(pg_type, pg_type), pa.string())


def _allowed(plan: TablePlan, findings: list[Finding]) -> bool:
    """Rights on the table itself; a table whose rows would be filtered must never look complete."""
    where = f"{plan.source.schema}.{plan.name}"
    if not plan.source.readable:
        message, cure = "The role may not read the table.", f"Run GRANT SELECT ON {where} TO the role of the DSN."
    elif plan.source.rows_filtered:
        message = "Row security hides rows of the table from this role."
        cure = "Run ALTER ROLE … BYPASSRLS for the role of the DSN."
    else:
        if plan.append_only:
            findings.append(
                Finding(
                    plan.qualified,
                    "warning",
                    "The table has no replica identity: only inserts are replicated.",
                    f"Give {where} a primary key, or run ALTER TABLE {where} REPLICA IDENTITY FULL.",
                )
            )
        return True
    findings.append(Finding(plan.qualified, "error", message, cure))
    return False
