"""What a database would hold after a company's units, kept in dicts, and sums over it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from cerniq.contracts import load_contracts
from cerniq.period import Period
from cerniq.simulation import CompanyPlan, demo_plans
from cerniq.simulation.store import MonthUnit, Unit
from cerniq.simulation.world import World

Tables = dict[str, dict[tuple[Any, ...], dict[str, Any]]]

# Fourteen months over two year ends and the change of VAT rates in August 2025, both by the month and by document.
PLANS = tuple(
    CompanyPlan(plan.kind, plan.tenant, Period.month(2026, 1), seed=plan.seed, scale=0.05, months=14)
    for plan in demo_plans(scale=0.05, months=14, today=date(2026, 2, 10))
)
KEYS = {table.qualified: table.key for table in load_contracts().tables()}


def units_until(plan: CompanyPlan, end: date) -> Iterable[Unit]:
    """The units of the plan up to a day."""
    for unit in World(plan).units():
        if unit.day > end:
            return
        yield unit


def fold(units: Iterable[Unit]) -> Tables:
    """Apply units as a database would; rows are copied as they stood when their unit came."""
    tables: Tables = defaultdict(dict)
    for unit in units:
        if isinstance(unit, MonthUnit):
            for part in (unit.inserted, unit.updated):
                for table, rows in part.items():
                    tables[table].update({tuple(row[name] for name in KEYS[table]): dict(row) for row in rows})
            for table, keys in unit.deleted.items():
                for key in keys:
                    del tables[table][key]
            continue
        for change in unit.changes:
            if change.kind == "insert":
                assert change.key not in tables[change.table], f"{change.table} {change.key} comes twice"
                tables[change.table][change.key] = dict(change.values)
            elif change.kind == "update":
                tables[change.table][change.key].update(change.values)
            else:
                del tables[change.table][change.key]
    return tables


@cache
def history(plan: CompanyPlan) -> Tables:
    """The plan's whole history."""
    return fold(units_until(plan, plan.last_month.end))


def rows(tables: Tables, table: str) -> list[dict[str, Any]]:
    return list(tables[table].values())


def month_ends(plan: CompanyPlan) -> list[date]:
    """The last day of each month of the history."""
    found, month = [], Period.month(plan.first_day.year, plan.first_day.month)
    while month.start <= plan.last_month.start:
        found.append(month.end)
        month = month.next()
    return found


def dated_lines(tables: Tables) -> list[tuple[date, dict[str, Any]]]:
    """Journal lines with the day of their entry."""
    entries = tables["numeriqo_accounting.journal_entries"]
    lines = tables["numeriqo_accounting.journal_lines"].values()
    return [(entries[(line["entry_id"],)]["entry_date"], line) for line in lines]


def balances(tables: Tables, day: date, accounts: tuple[str, ...]) -> dict[tuple[str, int | None], int]:
    """Bani by account and partner at the end of `day`, debit positive, without zeros."""
    found: dict[tuple[str, int | None], int] = defaultdict(int)
    for dated, line in dated_lines(tables):
        if dated <= day and line["account_code"].startswith(accounts):
            found[line["account_code"], line["partner_id"]] += line["debit_ron"] - line["credit_ron"]
    return {key: value for key, value in found.items() if value}
