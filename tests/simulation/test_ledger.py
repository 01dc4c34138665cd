"""The books: entries balance, months close, partners and shelves agree with the ledger."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from cerniq.simulation import CompanyPlan
from cerniq.simulation.integers import to_ron
from cerniq.simulation.vat import vat_rates
from tests.simulation.replay import PLANS, Tables, balances, dated_lines, history, month_ends, rows

PARTNER_ACCOUNTS = ("4111", "4118", "413", "418", "419", "401", "404", "408", "409")
pytestmark = pytest.mark.parametrize("plan", PLANS, ids=lambda plan: str(plan.tenant))


def test_every_entry_balances_to_the_ban(plan: CompanyPlan) -> None:
    sums: dict[int, int] = defaultdict(int)
    for line in rows(history(plan), "numeriqo_accounting.journal_lines"):
        sums[line["entry_id"]] += line["debit_ron"] - line["credit_ron"]
    assert set(sums) == {row["id"] for row in rows(history(plan), "numeriqo_accounting.journal_entries")}
    assert not {entry: difference for entry, difference in sums.items() if difference}


def test_vat_and_result_accounts_are_closed_each_month(plan: CompanyPlan) -> None:
    for day in month_ends(plan):
        assert balances(history(plan), day, ("4426", "4427", "6", "7", "581", "5113", "446")) == {}, day


def test_the_year_begins_without_last_years_result(plan: CompanyPlan) -> None:
    assert balances(history(plan), date(2025, 12, 31), ("121",))
    assert balances(history(plan), date(2026, 1, 1), ("121", "129")) == {}


def unequal_partners(tables: Tables, day: date) -> dict[tuple[str, int | None], tuple[int, int]]:
    """Partner accounts whose ledger balance is not that of their open items at a month end."""
    rates = tables["numeriqo_accounting.exchange_rates"]
    settled: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows(tables, "numeriqo_accounting.open_item_settlements"):
        if row["settled_on"] <= day:
            settled[row["open_item_id"]][0] += row["amount"]
            settled[row["open_item_id"]][1] += row["amount_ron"]
    # A supplier's invoice can be dated in the month before the one in which it was entered.
    entered: dict[tuple[object, ...], date] = {}
    for dated, line in dated_lines(tables):
        entry = tables["numeriqo_accounting.journal_entries"][(line["entry_id"],)]
        key = (line["account_code"], entry["source_module"], entry["source_table"], entry["source_id"])
        entered[key] = min(entered.get(key, dated), dated)
    items: dict[tuple[str, int | None], int] = defaultdict(int)
    foreign: dict[tuple[str, int, str], int] = defaultdict(int)
    for item in rows(tables, "numeriqo_accounting.open_items"):
        key = (item["account_code"], item["source_module"], item["source_table"], item["source_id"])
        if entered.get(key, item["issue_date"]) > day:
            continue
        if item["currency"] == "RON":
            items[item["account_code"], item["partner_id"]] += item["amount_ron"] + settled[item["id"]][1]
        else:
            open_amount = item["amount"] + settled[item["id"]][0]
            foreign[item["account_code"], item["partner_id"], item["currency"]] += open_amount
    for (account, partner, currency), cents in foreign.items():
        items[account, partner] += to_ron(cents, rates[(currency, day)]["rate"])
    ledger = balances(tables, day, PARTNER_ACCOUNTS)
    keys = {*items, *ledger}
    return {key: (items.get(key, 0), ledger.get(key, 0)) for key in keys if items.get(key, 0) != ledger.get(key, 0)}


def test_open_items_equal_the_ledger_at_every_month_end(plan: CompanyPlan) -> None:
    for day in month_ends(plan):
        assert unequal_partners(history(plan), day) == {}, day


def test_a_missing_settlement_is_noticed(plan: CompanyPlan) -> None:
    tables = {name: dict(table) for name, table in history(plan).items()}
    settlements = tables["numeriqo_accounting.open_item_settlements"]
    del settlements[next(iter(settlements))]
    assert unequal_partners(tables, month_ends(plan)[-1])


def test_class_three_equals_the_value_of_the_stock_at_every_month_end(plan: CompanyPlan) -> None:
    tables = history(plan)
    for day in month_ends(plan):
        moved: dict[str, int] = defaultdict(int)
        for movement in rows(tables, "iwms.stock_movements"):
            if movement["moved_on"] <= day:
                moved[movement["account_code"]] += movement["value_ron"]
        booked: dict[str, int] = defaultdict(int)
        for (account, _), value in balances(tables, day, ("3",)).items():
            booked[account] += value
        assert moved == booked, day


def test_bank_statements_equal_the_treasury_accounts(plan: CompanyPlan) -> None:
    tables, day = history(plan), plan.last_month.end
    accounts = tables["numeriqo_accounting.bank_accounts"]
    stated: dict[str, int] = defaultdict(int)
    held: dict[str, int] = defaultdict(int)
    for line in rows(tables, "numeriqo_accounting.bank_statement_lines"):
        account = accounts[(line["bank_account_id"],)]
        stated[account["account_code"]] += line["amount_ron"]
        held[account["currency"]] += line["amount"] if account["account_code"] == "5124" else 0
    booked: dict[str, int] = defaultdict(int)
    for (code, _), value in balances(tables, day, ("512", "531")).items():
        booked[code] += value
    rates = tables["numeriqo_accounting.exchange_rates"]
    worth = sum(to_ron(held[currency], rates[(currency, day)]["rate"]) for currency in ("EUR", "USD"))
    assert stated["5121"] == booked["5121"]
    assert stated["5311"] == booked["5311"] >= 0
    assert worth == booked["5124"]


def test_cash_and_equity_stay_sane(plan: CompanyPlan) -> None:
    for day in month_ends(plan):
        held = balances(history(plan), day, ("5121", "5124", "5311", "101", "106", "117", "121"))
        assert all(value > 0 for (account, _), value in held.items() if account.startswith("5")), day
        assert sum(value for (account, _), value in held.items() if account.startswith("1")) < 0, day


def test_tax_codes_are_valid_on_their_day(plan: CompanyPlan) -> None:
    """A code at new rates never stands before August 2025; every code and rate is a row of `vat_rates`."""
    known = {(rate.code, rate.rate) for rate in vat_rates()} | {("000000", 0), ("380200", 0)}
    new = {rate.code for rate in vat_rates() if rate.valid_from >= date(2025, 7, 1)}
    used = {
        (line["tax_code"], line["tax_rate"], day < date(2025, 8, 1))
        for day, line in dated_lines(history(plan))
        if line["tax_code"]
    }
    assert {(code, rate) for code, rate, _ in used} <= known
    assert not {code for code, _, old in used if old and code in new}
    assert {2100, 1900} <= {rate for _, rate, _ in used}


def test_vat_closings_state_what_their_entries_moved(plan: CompanyPlan) -> None:
    tables = history(plan)
    assert len(tables["numeriqo_accounting.vat_closings"]) == plan.months
    for closing in rows(tables, "numeriqo_accounting.vat_closings"):
        moved: dict[str, int] = defaultdict(int)
        for line in rows(tables, "numeriqo_accounting.journal_lines"):
            if line["entry_id"] == closing["entry_id"]:
                moved[line["account_code"]] += line["debit_ron"] - line["credit_ron"]
        assert moved["4427"] == closing["collected_ron"]
        assert -moved["4426"] == closing["deductible_ron"]


def test_every_line_names_an_account_of_the_chart_and_every_account_kind_is_used(plan: CompanyPlan) -> None:
    tables = history(plan)
    used = {line["account_code"] for line in rows(tables, "numeriqo_accounting.journal_lines")}
    assert used <= {code for (code,) in tables["numeriqo_accounting.accounts"]}
    assert {"6651", "7651", "4423", "1171", "6811"} <= used
