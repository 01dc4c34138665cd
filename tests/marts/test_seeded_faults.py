"""Every test of the dbt project is seen red once: one fault, exactly its tests fail, and nothing is published."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cerniq.lake import Lake
from cerniq.warehouse import InvariantsFailed, build, project_dir, published
from cerniq.warehouse.project import manifest
from tests.marts.ledger import trader
from tests.support.silver import write_silver

Tables = dict[str, list[dict[str, Any]]]
A, S, W, C = "numeriqo_accounting.", "mercantiq_sales.", "iwms.", "admin_core."


@dataclass(frozen=True)
class Fault:
    """`spoil` changes rows of silver; `patches` (file, text, text) change models in a copy of the project."""

    name: str
    fails: frozenset[str]
    spoil: Callable[[Tables], None] | None = None
    patches: tuple[tuple[str, str, str], ...] = ()


def _data(name: str, fails: set[str], spoil: Callable[[Tables], None]) -> Fault:
    return Fault(name, frozenset(fails), spoil=spoil)


def _model(name: str, fails: set[str], *patches: tuple[str, str, str]) -> Fault:
    return Fault(name, frozenset(fails), patches=patches)


def _set(table: str, key: object, **values: object) -> Callable[[Tables], None]:
    """Change the rows of `table` whose first column is `key`."""

    def spoil(tables: Tables) -> None:
        rows = [row for row in tables[table] if next(iter(row.values())) == key]
        assert rows, f"{table} has no row {key}"
        for row in rows:
            row.update(values)

    return spoil


def _remove(table: str, key: object) -> Callable[[Tables], None]:
    def spoil(tables: Tables) -> None:
        left = [row for row in tables[table] if next(iter(row.values())) != key]
        assert len(left) < len(tables[table])
        tables[table] = left

    return spoil


def _all(*spoils: Callable[[Tables], None]) -> Callable[[Tables], None]:
    def spoil(tables: Tables) -> None:
        for each in spoils:
            each(tables)

    return spoil


def _double_every_key(tables: Tables) -> None:
    """A second row with the key of a first one and no effect on any sum."""
    tables[A + "accounts"].append(dict(tables[A + "accounts"][0]))
    tables[A + "partners"].append(dict(tables[A + "partners"][1]))
    tables[A + "journal_lines"].append(
        {**tables[A + "journal_lines"][0], "partner_id": None, "debit_ron": 0, "credit_ron": 0}
    )
    tables[W + "products"].append(dict(tables[W + "products"][0]))
    tables[W + "stock_movements"].append({**tables[W + "stock_movements"][0], "quantity": 0, "value_ron": 0})
    tables[S + "customers"].append(dict(tables[S + "customers"][0]))
    tables[S + "invoice_lines"].append(
        {
            **tables[S + "invoice_lines"][0],
            **dict.fromkeys(("net_amount", "vat_amount", "net_amount_ron", "vat_amount_ron", "cost_ron"), 0),
        }
    )


def _post(account: str, *, function: str = "B") -> Callable[[Tables], None]:
    """Move what is posted to 6651 to another account of class 6."""

    def spoil(tables: Tables) -> None:
        for line in tables[A + "journal_lines"]:
            if line["account_code"] == "6651":
                line["account_code"] = account
        tables[A + "accounts"].append({"code": account, "account_class": int(account[0]), "function": function})

    return spoil


FINANCE, SALES, STOCK = "models/marts/finance/", "models/marts/sales/", "models/marts/stock/"
OVERVIEW = "models/marts/company/rpt_overview_monthly.sql"
TWICE = "from (select 1 union all select 1) as twice\ncross join "

FAULTS = [
    _data(
        "an entry has more debit than credit",
        {"assert_each_entry_balances"},
        _set(A + "journal_lines", 28, debit_ron=96),
    ),
    _data(
        "a settlement was lost",
        {"assert_partner_balances_equal_open_items"},
        _remove(A + "open_item_settlements", 3),
    ),
    _data(
        "the closing rate was corrected after the revaluation",
        {"assert_partner_balances_equal_open_items"},
        lambda tables: tables[A + "exchange_rates"][1].update(rate="4.9790"),
    ),
    _data(
        "an advance is booked on the wrong partner",
        {"assert_partner_balances_equal_open_items"},
        _set(A + "journal_lines", 39, partner_id=3),
    ),
    _data(
        "goods left the stock at another cost than the ledger says",
        {"assert_stock_accounts_equal_stock_value"},
        _all(
            _set(W + "stock_movements", 3, value_ron=-90),
            _set(W + "stock_balances", 1, value_ron=2050),
        ),
    ),
    _data(
        "an account of class 3 is posted without a movement",
        {"assert_stock_accounts_equal_stock_value"},
        _all(
            lambda tables: tables[A + "accounts"].append({"code": "303", "account_class": 3, "function": "A"}),
            lambda tables: tables[A + "journal_lines"][0].update(account_code="303"),
        ),
    ),
    _data(
        "the warehouse's balance forgets a movement",
        {"assert_stock_on_hand_equals_balances"},
        _set(W + "stock_balances", 1, quantity=95),
    ),
    _data(
        "an account has no row in the balance sheet",
        {"assert_balance_sheet_balances"},
        _all(
            _set(A + "accounts", "1012", code="107"),
            lambda tables: tables[A + "journal_lines"][3].update(account_code="107"),
        ),
    ),
    _data(
        "a closing entry closes less than there is",
        {"assert_result_equals_account_121"},
        _all(
            _set(A + "journal_lines", 36, debit_ron=90),
            _set(A + "journal_lines", 37, credit_ron=90),
        ),
    ),
    _data("an expense has no row in F20", {"assert_result_equals_account_121"}, _post("671")),
    _data(
        "an invoice line differs from its invoice",
        {"assert_invoice_lines_equal_invoice"},
        _set(S + "invoice_lines", 1, net_amount_ron=999),
    ),
    _data("an invoice lost its lines", {"assert_invoice_lines_equal_invoice"}, _remove(S + "invoice_lines", 3)),
    _data(
        "keys come twice",
        {
            "dim_account_account_code_is_unique",
            "dim_partner_partner_id_is_unique",
            "dim_product_product_id_is_unique",
            "dim_customer_customer_id_is_unique",
            "fct_journal_line_line_id_is_unique",
            "fct_invoice_line_invoice_line_id_is_unique",
            "fct_stock_movement_movement_id_is_unique",
        },
        _double_every_key,
    ),
    _data("an account is not in the chart", {"fct_journal_line_account_code_exists"}, _remove(A + "accounts", "7651")),
    _data(
        "a supplier is not there",
        {"fct_journal_line_partner_id_exists", "rpt_open_item_partner_id_exists"},
        _remove(A + "partners", 2),
    ),
    _data(
        "lines have no entry",
        {"fct_journal_line_has_an_entry", "fct_journal_line_has_a_journal"},
        _remove(A + "journal_entries", 12),
    ),
    _data(
        "what records point at is missing",
        {
            "dim_account_function_is_known",
            "dim_customer_partner_id_exists",
            "dim_product_has_a_group",
            "fct_invoice_line_customer_id_exists",
            "fct_invoice_line_has_an_invoice",
            "fct_journal_line_has_a_journal",
            "fct_stock_movement_has_a_warehouse",
        },
        _all(
            _set(A + "accounts", "371", function="X"),
            lambda tables: tables[S + "customers"].append({"id": 14, "partner_id": 99, "price_list_id": 1}),
            _set(W + "products", 1, group_id=9),
            _set(S + "invoices", 1, customer_id=12),
            _remove(S + "invoices", 2),
            _set(A + "journal_entries", 12, journal_id=99),
            _remove(C + "warehouses", 1),
        ),
    ),
    _data(
        "a product is not there",
        {"fct_invoice_line_product_id_exists", "fct_stock_movement_product_id_exists"},
        _remove(W + "products", 1),
    ),
    _model(
        "the trial balance drops a balance",
        {"assert_trial_balance_closes"},
        (
            FINANCE + "rpt_trial_balance.sql",
            "cast(greatest(-balances.year_opening, 0) as decimal(18, 2)) as year_opening_credit_ron",
            "cast(0 as decimal(18, 2)) as year_opening_credit_ron",
        ),
    ),
    _model(
        "the trial balance forgets the months before",
        {"assert_closing_is_opening_plus_turnover"},
        (FINANCE + "rpt_trial_balance.sql", "rows between unbounded preceding", "rows between 1 preceding"),
    ),
    _model(
        "the trial balance leaves an entry out",
        {"assert_trial_balance_holds_every_line"},
        (FINANCE + "rpt_trial_balance.sql", "    from lines\n", "    from lines\n    where entry_id != 5\n"),
    ),
    _model(
        "the trial balance comes twice",
        {
            "rpt_trial_balance_grain",
            # Rows that come twice have sums of their own.
            "assert_trial_balance_holds_every_line",
            "assert_closing_is_opening_plus_turnover",
        },
        (FINANCE + "rpt_trial_balance.sql", "from balances\n", TWICE + "balances\n"),
    ),
    _model(
        "grains break and a bucket has another name",
        {
            "rpt_profit_and_loss_grain",
            "rpt_balance_sheet_grain",
            "rpt_open_item_grain",
            "rpt_open_item_ageing_bucket_is_known",
            "rpt_stock_on_hand_grain",
            "assert_partner_balances_equal_open_items",
            "assert_result_equals_account_121",
            "assert_stock_on_hand_equals_balances",
        },
        (FINANCE + "rpt_profit_and_loss.sql", "from dense\n", TWICE + "dense\n"),
        (FINANCE + "rpt_balance_sheet.sql", "from dense\n", TWICE + "dense\n"),
        (FINANCE + "rpt_open_item.sql", "from exact\n", TWICE + "exact\n"),
        (FINANCE + "rpt_open_item.sql", "'not_due'", "'later'"),
        (STOCK + "rpt_stock_on_hand.sql", "from running\n", TWICE + "running\n"),
    ),
    _model(
        "months of the overview are empty and come twice",
        {"rpt_overview_monthly_month_start_is_unique", "rpt_overview_monthly_month_start_is_there"},
        (OVERVIEW, "from months\n", TWICE + "months\n"),
        (OVERVIEW, "    months.month_start,\n", "    nullif(months.month_start, date '2025-02-01') as month_start,\n"),
    ),
    _model(
        "keys are empty",
        {
            "dim_account_account_code_is_there",
            "dim_partner_partner_id_is_there",
            "dim_product_product_id_is_there",
            "dim_customer_customer_id_is_there",
            "fct_journal_line_line_id_is_there",
            "fct_invoice_line_invoice_line_id_is_there",
            "fct_stock_movement_movement_id_is_there",
            # What points at an emptied key finds nothing.
            "fct_journal_line_account_code_exists",
            "fct_journal_line_partner_id_exists",
            "dim_customer_partner_id_exists",
            "fct_invoice_line_customer_id_exists",
            "fct_invoice_line_product_id_exists",
            "fct_stock_movement_product_id_exists",
        },
        (FINANCE + "dim_account.sql", "    account_code,\n", "    nullif(account_code, '7651') as account_code,\n"),
        (FINANCE + "dim_partner.sql", "    partner_id,\n", "    nullif(partner_id, 3) as partner_id,\n"),
        (FINANCE + "fct_journal_line.sql", "    lines.line_id,\n", "    nullif(lines.line_id, 1) as line_id,\n"),
        (
            SALES + "dim_product.sql",
            "    products.product_id,\n",
            "    nullif(products.product_id, 1) as product_id,\n",
        ),
        (
            SALES + "dim_customer.sql",
            "    customers.customer_id,\n",
            "    nullif(customers.customer_id, 11) as customer_id,\n",
        ),
        (
            SALES + "fct_invoice_line.sql",
            "    invoice_lines.invoice_line_id,\n",
            "    nullif(invoice_lines.invoice_line_id, 1) as invoice_line_id,\n",
        ),
        (
            STOCK + "fct_stock_movement.sql",
            "    movements.movement_id,\n",
            "    nullif(movements.movement_id, 1) as movement_id,\n",
        ),
    ),
]


@pytest.fixture
def good_cut(lakes: tuple[Lake, Lake]) -> Iterator[dict[str, Any]]:
    """Silver's cut before the fault; it is the current one again afterwards."""
    cut = lakes[0].read_json("silver", "current.json")
    assert cut is not None
    yield cut
    lakes[0].write_json(cut, "silver", "current.json")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_by_its_test_and_nothing_is_published(
    fault: Fault, lakes: tuple[Lake, Lake], good_cut: dict[str, Any], tmp_path: Path
) -> None:
    lake, other = lakes
    before, others = published(lake), published(other)
    if fault.spoil:
        _plant(lake, fault.spoil, lsn=int(good_cut["lsn_int"]) + 1)
    with pytest.raises(InvariantsFailed) as failure:
        build(lake, project=_patched_project(tmp_path, fault.patches))
    assert set(failure.value.tests) == fault.fails
    assert all(name in str(failure.value) for name in fault.fails)
    assert published(lake) == before
    assert published(other) == others
    builds = {path.name for path in lake.local_dir("builds").iterdir() if path.is_dir()}
    assert before is not None
    assert builds == {before.build_id}


def test_the_message_shows_rows_at_fault_and_no_names(lakes: tuple[Lake, Lake], good_cut: dict[str, Any]) -> None:
    lake, _ = lakes
    spoil = _all(
        _set(A + "journal_lines", 28, debit_ron=96),
        lambda tables: tables[A + "partners"].append(dict(tables[A + "partners"][0])),
    )
    _plant(lake, spoil, lsn=int(good_cut["lsn_int"]) + 1)
    with pytest.raises(InvariantsFailed) as failure:
        build(lake)
    message = str(failure.value)
    assert "assert_each_entry_balances fails at 1 row (entry_id 10, debit_ron 691.00, credit_ron 595.00)" in message
    assert "dim_partner_partner_id_is_unique fails at 1 row (unique_field 1, n_records 2)" in message
    assert "Alfa" not in message


def test_every_test_of_the_project_was_seen_red() -> None:
    tests = {node.name for node in manifest().nodes.values() if str(node.resource_type) == "test"}
    assert tests == set().union(*(fault.fails for fault in FAULTS))


def _plant(lake: Lake, spoil: Callable[[Tables], None], *, lsn: int) -> None:
    good: Tables = {name: [dict(row) for row in rows] for name, rows in trader().items()}
    bad: Tables = {name: [dict(row) for row in rows] for name, rows in good.items()}
    spoil(bad)
    changed = {name: rows for name, rows in bad.items() if rows != good[name]}
    assert changed
    write_silver(lake, changed, lsn=lsn)


def _patched_project(directory: Path, patches: tuple[tuple[str, str, str], ...]) -> Path | None:
    if not patches:
        return None
    copy = directory / "dbt_project"
    shutil.copytree(project_dir(), copy, ignore=shutil.ignore_patterns("target", "logs"))
    for name, old, new in patches:
        text = (copy / name).read_text()
        assert old in text, f"{name} does not hold {old!r}"
        head, _, tail = text.rpartition(old)
        (copy / name).write_text(head + new + tail if old.startswith("from") else text.replace(old, new, 1))
    return copy
