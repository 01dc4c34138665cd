"""A world follows from its plan, whole or in parts, and shows what it is meant to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

import pytest

from cerniq.contracts import load_contracts
from cerniq.period import Period
from cerniq.simulation import CompanyPlan, demo_plans
from cerniq.simulation.calendar import efactura_due, holidays, is_working, orthodox_easter, tax_day
from cerniq.simulation.ledger import PLAIN, Document, Entry, Ledger, UnbalancedEntry
from cerniq.simulation.rates import Rates
from cerniq.simulation.store import DocumentUnit, MonthUnit, Store
from cerniq.simulation.vat import tax_of, vat_rates
from cerniq.simulation.world import World
from tests.simulation.replay import PLANS, fold, history, rows, units_until


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    for plan in PLANS:
        again = fold(units_until(plan, plan.last_month.end))
        assert again == history(plan)
    first = PLANS[0]
    other = fold(units_until(replace(first, seed=1), first.first_day + timedelta(days=40)))
    own = fold(units_until(first, first.first_day + timedelta(days=40)))
    assert other["mercantiq_sales.orders"] != own["mercantiq_sales.orders"]


def test_history_comes_by_the_month_and_the_last_month_by_the_document() -> None:
    for plan in PLANS:
        units = list(units_until(plan, plan.last_month.end))
        assert [unit.number for unit in units] == list(range(1, len(units) + 1))
        months = [unit for unit in units if isinstance(unit, MonthUnit)]
        documents = [unit for unit in units if isinstance(unit, DocumentUnit)]
        assert len(months) == plan.months  # the opening and all months but the last
        assert {change.kind for unit in documents for change in unit.changes} >= {"insert", "update"}
        assert all(unit.day >= plan.last_month.start for unit in documents)


def test_a_longer_document_part_gives_the_same_rows() -> None:
    """What is written by the month and what is written by the document is one world."""
    for plan in PLANS:
        shorter = replace(plan, last_month=plan.last_month.previous(), months=plan.months - 1)
        assert shorter.first_day == plan.first_day
        assert fold(units_until(shorter, plan.last_month.end)) == history(plan)


def test_the_world_goes_on_after_its_last_month() -> None:
    for plan in PLANS:
        beyond = (unit for unit in World(plan).units() if unit.day > plan.last_month.end)
        assert all(isinstance(unit, DocumentUnit) for unit in islice(beyond, 30))


def test_every_table_of_every_contract_is_filled() -> None:
    for plan in PLANS:
        empty = [table.qualified for table in load_contracts().tables() if not history(plan)[table.qualified]]
        assert empty == []


def test_code_columns_hold_only_what_their_contract_lists() -> None:
    for plan in PLANS:
        for table in load_contracts().tables():
            for column in table.columns:
                found = {row[column.name] for row in rows(history(plan), table.qualified)}
                assert column.nullable or None not in found, f"{table.qualified}.{column.name}"
                if column.values:
                    assert found - {None} <= set(column.values), f"{table.qualified}.{column.name}"


def test_the_two_companies_differ_in_their_vat_scheme() -> None:
    trade, factory = (
        {line["tax_code"] for line in rows(history(plan), "mercantiq_sales.invoice_lines")} for plan in PLANS
    )
    assert {"310309", "310344", "310301"} <= trade
    assert {"310335", "310350", "310301"} <= factory
    assert not trade & {"310335", "310350"}


def test_foreign_invoices_use_the_rate_of_the_working_day_before() -> None:
    tables = history(PLANS[0])
    foreign = [row for row in rows(tables, "mercantiq_sales.invoices") if row["currency"] != "RON"]
    ordinary = [row for row in foreign if row["delivery_id"] is not None]
    assert ordinary
    for row in ordinary:
        before = row["issue_date"] - timedelta(days=1)
        # Weekends and holidays carry the rate of the last working day, so that yesterday's row is the right one.
        assert row["exchange_rate"] == tables["numeriqo_accounting.exchange_rates"][(row["currency"], before)]["rate"]


def test_rates_are_carried_over_days_off() -> None:
    rates = Rates(seed="x", first=date(2025, 1, 1))
    assert rates.published("EUR", date(2025, 5, 4)) == rates.published("EUR", date(2025, 5, 2))
    assert rates.document("EUR", date(2025, 5, 5)) == rates.published("EUR", date(2025, 5, 2))
    assert rates.document("RON", date(2025, 5, 5)) == 10_000


def test_calendar_knows_easter_holidays_and_terms() -> None:
    assert orthodox_easter(2025) == date(2025, 4, 20)
    assert orthodox_easter(2026) == date(2026, 4, 12)
    assert {date(2026, 4, 10), date(2026, 4, 13), date(2026, 6, 1), date(2026, 12, 1)} <= holidays(2026)
    assert not is_working(date(2026, 1, 7))
    assert tax_day(date(2026, 1, 3)) == date(2026, 1, 26)
    assert efactura_due(date(2025, 3, 3)) == date(2025, 3, 8)


@pytest.mark.parametrize(
    ("operation", "direction", "day", "code", "rate"),
    [
        ("taxable_standard", "sale", date(2025, 7, 31), "310309", 1900),
        ("taxable_standard", "sale", date(2025, 8, 1), "310344", 2100),
        ("taxable_reduced", "sale", date(2025, 8, 1), "310351", 1100),
        ("taxable_reduced_5", "sale", date(2025, 7, 1), "310311", 500),
        ("taxable_standard", "purchase", date(2026, 1, 1), "301104", 2100),
        ("housing_transitional", "sale", date(2026, 7, 31), "310357", 900),
        ("exempt", "purchase", date(2025, 1, 1), "308302", 0),
    ],
)
def test_rates_and_codes_of_a_day(operation: str, direction: str, day: date, code: str, rate: int) -> None:
    assert tax_of(operation, direction, day)[1:] == (code, rate)


def test_no_two_rates_of_an_operation_hold_on_one_day() -> None:
    spans: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for row in vat_rates():
        spans.setdefault((row.operation, row.direction), []).append((row.valid_from, row.valid_to or date.max))
    for dated in spans.values():
        for earlier, later in zip(sorted(dated), sorted(dated)[1:], strict=False):
            assert earlier[1] < later[0]


def test_an_expired_transitional_rate_is_refused() -> None:
    with pytest.raises(KeyError):
        tax_of("housing_transitional", "sale", date(2026, 8, 1))


def test_an_unbalanced_entry_is_refused() -> None:
    ledger = Ledger(Store())
    entry = Entry(1, "general", Document("X", "1", date(2026, 1, 1)), "X")
    entry.line("5121", True, 100, PLAIN, 0, None)
    entry.line("707", False, 99, PLAIN, 0, None)
    with pytest.raises(UnbalancedEntry):
        ledger.post(entry)


def test_the_demo_ends_with_last_month_for_two_tenants() -> None:
    plans = demo_plans(seed=0, scale=1.0, months=24, today=date(2026, 1, 5))
    assert [str(plan.tenant) for plan in plans] == ["comert-demo", "fabrica-demo"]
    assert {plan.last_month for plan in plans} == {Period.month(2025, 12)}
    assert {plan.first_day for plan in plans} == {date(2024, 1, 1)}
    assert len({plan.cui for plan in plans}) == 2
    assert all(isinstance(plan, CompanyPlan) for plan in plans)
