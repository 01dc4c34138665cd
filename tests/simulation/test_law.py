"""What the law ties to a year's figures: the ceiling of VAT on collection, profit tax, capital."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cerniq.period import Period
from cerniq.simulation import CompanyPlan, demo_plans
from cerniq.simulation.integers import divide
from cerniq.simulation.plan import COLLECTION_CEILING
from tests.simulation.replay import PLANS, Tables, balances, dated_lines, history, rows

FULL = tuple(demo_plans(today=date(2026, 11, 25)))
FACTORY = FULL[1]


def without_closing(tables: Tables) -> list[tuple[date, dict[str, Any]]]:
    """Journal lines apart from those of closing entries."""
    closing = {
        row["id"]
        for row in rows(tables, "numeriqo_accounting.journal_entries")
        if row["document_type"] in ("INCHIDERE", "DESCHIDERE")
    }
    return [(day, line) for day, line in dated_lines(tables) if line["entry_id"] not in closing]


def turnover(tables: Tables) -> dict[tuple[int, int], int]:
    """Bani on the accounts of group 70, by year and month."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    for day, line in without_closing(tables):
        if line["account_code"].startswith("70"):
            found[day.year, day.month] += line["credit_ron"] - line["debit_ron"]
    return found


def test_the_factory_stays_below_the_ceiling_of_vat_on_collection() -> None:
    months = sorted(turnover(history(FACTORY)).items())
    amounts = [amount for _, amount in months]
    assert FACTORY.vat_on_collection
    assert len(amounts) == 24
    # Any twelve months in a row, and so each calendar year, also one that the history holds in part.
    assert max(sum(amounts[start : start + 12]) for start in range(13)) < COLLECTION_CEILING


@pytest.mark.parametrize("plan", FULL, ids=lambda plan: str(plan.tenant))
def test_a_plan_knows_its_turnover(plan: CompanyPlan) -> None:
    """Within a tenth of what the last twelve months bring."""
    last = sum(amount for _, amount in sorted(turnover(history(plan)).items())[-12:])
    assert abs(last - plan.expected_turnover) < plan.expected_turnover / 10


def test_a_larger_factory_is_not_on_the_scheme() -> None:
    large = replace(FACTORY, scale=2.0, months=3)
    assert not large.vat_on_collection
    assert large.profile["vat_on_collection"] is False
    tables = history(large)
    assert not any(row["vat_on_collection"] for row in rows(tables, "mercantiq_sales.invoices"))
    assert [row["vat_on_collection"] for row in rows(tables, "admin_core.companies")] == [False]


def test_the_demo_holds_a_hundred_thousand_journal_lines() -> None:
    assert sum(len(history(plan)["numeriqo_accounting.journal_lines"]) for plan in FULL) >= 100_000


@pytest.mark.parametrize("plan", [*PLANS, *FULL], ids=lambda plan: f"{plan.tenant} {plan.scale}")
def test_profit_tax_is_sixteen_percent_of_the_years_result(plan: CompanyPlan) -> None:
    """Of each year that is over; what the opening brings of the first year counts."""
    tables = history(plan)
    result: dict[int, int] = defaultdict(int)
    tax: dict[int, int] = defaultdict(int)
    for day, line in without_closing(tables):
        amount = line["credit_ron"] - line["debit_ron"]
        if line["account_code"] == "691":
            tax[day.year] -= amount
        elif line["account_code"][0] in "67":
            result[day.year] += amount
    brought = sum(
        line["credit_ron"]
        for line in rows(tables, "numeriqo_accounting.journal_lines")
        if line["entry_id"] == 1 and line["account_code"] == "121"
    )
    # The opening's profit stands there without its tax.
    result[plan.first_day.year] += divide(brought * 100, 84)
    tax[plan.first_day.year] += divide(brought * 16, 84)
    years = [year for year in result if date(year, 12, 31) <= plan.last_month.end]
    assert years
    for year in years:
        assert tax[year] == divide(max(0, result[year]) * 16, 100), year


def test_too_much_profit_tax_goes_back_in_red() -> None:
    """The trader's last quarter of 2024 is a loss: what earlier quarters took is more than the year's tax."""
    tables = history(FULL[0])
    lines = [
        line
        for day, line in without_closing(tables)
        if day == date(2024, 12, 31) and line["account_code"] in ("691", "4411")
    ]
    amounts = {line["account_code"]: (line["debit_ron"], line["credit_ron"]) for line in lines}
    assert amounts["691"][0] < 0
    assert amounts["691"][1] == 0
    assert amounts["4411"] == (0, amounts["691"][0])


@pytest.mark.parametrize("scale", [0.02, 0.05, 0.3, 1.0])
@pytest.mark.parametrize("plan", FULL, ids=lambda plan: str(plan.tenant))
def test_the_opening_has_earnings_and_not_losses_brought_forward(plan: CompanyPlan, scale: float) -> None:
    small = replace(plan, scale=scale, months=1, last_month=Period.month(2026, 3))
    tables = history(small)
    found = balances(tables, small.first_day, ("1012", "1171"))
    assert found["1171", None] < 0
    assert found["1012", None] == -small.share_capital
    assert [row["share_capital_ron"] for row in rows(tables, "admin_core.companies")] == [small.share_capital]
    assert small.share_capital >= 500_000
