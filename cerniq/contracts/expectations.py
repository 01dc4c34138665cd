"""Great Expectations suites from the contracts: what a contract promises, checked on a table's current state.

No value of a row ever reaches a result: only which rule failed and how many rows break it. Columns that are checked
for being filled enter as a mask, so personal data stays out of the frames as well.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from cerniq.contracts.model import ForeignKey, TableContract

if TYPE_CHECKING:
    import pandas as pd

REQUIRED_FILLED = "required columns filled"

RuleKind = Literal["filled", "unique", "listed", "refers"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise. `columns`: several for `filled` and for a key; `values` belong to `listed`, `parent` to `refers`."""

    kind: RuleKind
    columns: tuple[str, ...]
    values: tuple[str, ...] = ()
    parent: ForeignKey | None = None

    @property
    def name(self) -> str:
        if self.kind == "filled":
            return REQUIRED_FILLED
        target = f" -> {self.parent.module}.{self.parent.table}" if self.parent else ""
        return f"{', '.join(self.columns)} {self.kind}{target}"


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """What a suite found. `broken`: rule name to number of rows that break it."""

    rows: int
    rules: int
    broken: Mapping[str, int]

    @property
    def passed(self) -> bool:
        return not self.broken


# Given a foreign key, the parent's column in the same cut; None where the parent's module is not replicated.
ParentValues = Callable[[ForeignKey], pa.ChunkedArray | None]


def rules_of(table: TableContract) -> tuple[Rule, ...]:
    """Every promise of a contract: filled columns, unique key and columns, closed lists, references."""
    return tuple(_rules(table))


def _rules(table: TableContract) -> Iterator[Rule]:
    yield Rule("unique", table.key)
    # One rule for all of them: an expectation a column would cost ten times as much and find the same.
    yield Rule("filled", tuple(column.name for column in table.columns if not column.nullable))
    for column in table.columns:
        if column.unique and (column.name,) != table.key:
            yield Rule("unique", (column.name,))
        if column.values is not None:
            yield Rule("listed", (column.name,), values=column.values)
        if column.name in table.foreign_keys:
            yield Rule("refers", (column.name,), parent=table.foreign_keys[column.name])


def columns_needed(table: TableContract) -> list[str]:
    """The columns that the suite of a table reads."""
    needed = {column for rule in rules_of(table) for column in rule.columns}
    return [column.name for column in table.columns if column.name in needed]


class Suites:
    """Runs suites in one ephemeral context; the first one of a process waits for the import."""

    def __init__(self) -> None:
        # Read when the library is imported: nothing about a tenant's data may leave this machine.
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import great_expectations as gx
            from great_expectations.data_context.types.base import ProgressBarsConfig

            self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._source = self._context.data_sources.add_pandas("silver")

    def check(self, table: TableContract, rows: pa.Table, parents: ParentValues) -> SuiteResult:
        """Check `rows`, which hold at least `columns_needed(table)`, one row a primary key."""
        rules = [rule for rule in rules_of(table) if rule.parent is None or parents(rule.parent) is not None]
        broken = self._validate(table, rules, _frame(rows, rules, parents))
        if broken.pop(REQUIRED_FILLED, 0):
            broken |= {f"{column} filled": count for column, count in _missing(table, rows).items()}
        return SuiteResult(rows=rows.num_rows, rules=len(rules), broken=broken)

    def _validate(self, table: TableContract, rules: list[Rule], frame: pd.DataFrame) -> dict[str, int]:
        import great_expectations as gx

        asset = self._source.add_dataframe_asset(table.qualified)
        try:
            batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
            suite = gx.ExpectationSuite(
                name=table.qualified,
                expectations=[_expectation(rule) for rule in rules],
            )
            # No list of examples: an unexpected value may be somebody's name.
            result = batch.validate(
                suite,
                result_format={"result_format": "BASIC", "partial_unexpected_count": 0},
            )
        finally:
            self._source.delete_asset(table.qualified)
        outcomes = {_rule_name(each): each for each in result.results}
        return {
            rule.name: int(outcomes[rule.name].result.get("unexpected_count", frame.shape[0]))
            for rule in rules
            if not outcomes[rule.name].success
        }


def _rule_name(outcome: Any) -> str:
    return str(outcome.expectation_config.meta["rule"])


def _frame(rows: pa.Table, rules: list[Rule], parents: ParentValues) -> pd.DataFrame:
    """One column for each thing that a rule asks; values only where a rule compares values."""
    columns: dict[str, pa.ChunkedArray] = {}
    for rule in rules:
        data = [rows.column(column) for column in rule.columns]
        match rule.kind:
            case "filled":
                # 1 or missing: what the values are does not matter.
                whole = reduce(pc.and_, [column.is_valid() for column in data])
                columns[rule.name] = pc.if_else(whole, pa.scalar(1.0), pa.scalar(None, pa.float64()))
            case "unique" | "listed":
                columns |= dict(zip(rule.columns, data, strict=True))
            case "refers":
                columns[rule.name] = _leads_somewhere(data[0], rule, parents)
    frame: pd.DataFrame = pa.table(columns).to_pandas()
    return frame


def _leads_somewhere(data: pa.ChunkedArray, rule: Rule, parents: ParentValues) -> pa.ChunkedArray:
    values = None if rule.parent is None else parents(rule.parent)
    if values is None:
        return pa.chunked_array([pa.array([True] * len(data))])
    return pc.if_else(data.is_valid(), pc.is_in(data, value_set=values.combine_chunks()), pa.scalar(True))


def _missing(table: TableContract, rows: pa.Table) -> dict[str, int]:
    """Rows without a value, by required column."""
    required = [column.name for column in table.columns if not column.nullable]
    return {name: rows.column(name).null_count for name in required if rows.column(name).null_count}


def _expectation(rule: Rule) -> Any:
    from great_expectations.expectations import core as gxe

    meta = {"rule": rule.name}
    first = rule.columns[0]
    match rule.kind:
        case "filled":
            return gxe.ExpectColumnValuesToNotBeNull(column=rule.name, meta=meta)
        case "unique" if len(rule.columns) > 1:
            return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(rule.columns), meta=meta)
        case "unique":
            return gxe.ExpectColumnValuesToBeUnique(column=first, meta=meta)
        case "listed":
            return gxe.ExpectColumnValuesToBeInSet(column=first, value_set=list(rule.values), meta=meta)
        case "refers":
            return gxe.ExpectColumnValuesToBeInSet(column=rule.name, value_set=[True], meta=meta)
