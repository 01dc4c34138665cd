"""Documents agree with each other the way an ERP's do."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

import pytest

from cerniq.simulation import CompanyPlan
from cerniq.simulation.calendar import efactura_due, is_working
from cerniq.simulation.integers import divide
from cerniq.tenancy import Cui
from tests.simulation.replay import PLANS, Tables, history, rows

pytestmark = pytest.mark.parametrize("plan", PLANS, ids=lambda plan: str(plan.tenant))
SALES, PROCUREMENT = "mercantiq_sales", "mercantiq_procurement"


def sums(lines: list[dict[str, object]], by: str, *columns: str) -> dict[object, list[int]]:
    found: dict[object, list[int]] = defaultdict(lambda: [0] * len(columns))
    for line in lines:
        for index, column in enumerate(columns):
            found[line[by]][index] += int(str(line[column]))
    return found


def brought_in(tables: Tables, row: dict[str, object]) -> bool:
    """Whether an invoice came with the opening balances, without its lines."""
    entry = tables["numeriqo_accounting.journal_entries"][(row["entry_id"],)]
    return bool(entry["document_type"] == "DESCHIDERE")


def test_an_order_line_is_never_delivered_beyond_what_was_ordered(plan: CompanyPlan) -> None:
    tables = history(plan)
    delivered = sums(rows(tables, f"{SALES}.delivery_lines"), "order_line_id", "quantity")
    assert len(delivered) > 100
    for line, (quantity,) in delivered.items():
        assert 0 < quantity <= tables[f"{SALES}.order_lines"][(line,)]["quantity"]


def test_an_order_is_the_sum_of_its_lines(plan: CompanyPlan) -> None:
    tables = history(plan)
    net = sums(rows(tables, f"{SALES}.order_lines"), "order_id", "net_amount")
    assert all(order["net_amount"] == net[order["id"]][0] for order in rows(tables, f"{SALES}.orders"))


@pytest.mark.parametrize(
    ("header", "lines", "by"),
    [
        (f"{SALES}.invoices", f"{SALES}.invoice_lines", "invoice_id"),
        (f"{PROCUREMENT}.supplier_invoices", f"{PROCUREMENT}.supplier_invoice_lines", "supplier_invoice_id"),
    ],
)
def test_an_invoice_is_the_sum_of_its_lines(plan: CompanyPlan, header: str, lines: str, by: str) -> None:
    tables, columns = history(plan), ("net_amount", "vat_amount", "net_amount_ron", "vat_amount_ron")
    totals = sums(rows(tables, lines), by, *columns)
    for invoice in rows(tables, header):
        if not brought_in(tables, invoice):
            assert [invoice[column] for column in columns] == totals[invoice["id"]], invoice["number"]


def test_goods_are_invoiced_as_delivered(plan: CompanyPlan) -> None:
    tables = history(plan)
    delivered: dict[tuple[object, object], int] = defaultdict(int)
    for line in rows(tables, f"{SALES}.delivery_lines"):
        delivered[line["delivery_id"], line["product_id"]] += line["quantity"]
    for line in rows(tables, f"{SALES}.invoice_lines"):
        delivery = tables[f"{SALES}.invoices"][(line["invoice_id"],)]["delivery_id"]
        if delivery is not None and line["product_id"] is not None:
            delivered[delivery, line["product_id"]] -= line["quantity"]
    invoiced = {invoice["delivery_id"] for invoice in rows(tables, f"{SALES}.invoices")}
    assert not {key: left for key, left in delivered.items() if left and key[0] in invoiced}


@pytest.mark.parametrize(
    ("document", "allocation", "by"),
    [
        (f"{SALES}.receipts", f"{SALES}.receipt_allocations", "receipt_id"),
        (f"{PROCUREMENT}.payments", f"{PROCUREMENT}.payment_allocations", "payment_id"),
    ],
)
def test_a_payment_is_the_sum_of_its_allocations(plan: CompanyPlan, document: str, allocation: str, by: str) -> None:
    tables = history(plan)
    allocated = sums(rows(tables, allocation), by, "amount", "amount_ron")
    payments = rows(tables, document)
    assert len(payments) > 50
    assert all([row["amount"], row["amount_ron"]] == allocated[row["id"]] for row in payments)


def test_what_is_paid_of_an_invoice_is_what_left_its_open_items(plan: CompanyPlan) -> None:
    """`paid_amount` is the invoice less what still stands on 4111, 413 and 4118 (written-off receivables apart)."""
    tables = history(plan)
    open_amounts: dict[object, int] = defaultdict(int)
    settled = sums(rows(tables, "numeriqo_accounting.open_item_settlements"), "open_item_id", "amount")
    for item in rows(tables, "numeriqo_accounting.open_items"):
        if item["source_table"] == "invoices" and item["account_code"] in ("4111", "413", "4118"):
            open_amounts[item["source_id"]] += item["amount"] + settled[item["id"]][0]
    lost = {
        line["entry_id"] for line in rows(tables, "numeriqo_accounting.journal_lines") if line["account_code"] == "654"
    }
    differing = [
        invoice["number"]
        for invoice in rows(tables, f"{SALES}.invoices")
        if invoice["gross_amount"] - invoice["paid_amount"] != open_amounts[invoice["id"]]
    ]
    assert len(differing) <= len(lost)


def test_credit_notes_keep_the_rate_of_their_invoice(plan: CompanyPlan) -> None:
    tables = history(plan)
    lines = tables[f"{SALES}.invoice_lines"]
    credited = [
        line for line in lines.values() if line["credited_line_id"] is not None and line["account_code"] != "419"
    ]
    for line in credited:
        original = lines[(line["credited_line_id"],)]
        assert (line["vat_rate"], line["tax_code"]) == (original["vat_rate"], original["tax_code"])
        assert -original["quantity"] <= line["quantity"] < 0


def test_line_vat_is_its_rate_of_its_net(plan: CompanyPlan) -> None:
    for line in rows(history(plan), f"{SALES}.invoice_lines"):
        assert line["vat_amount"] == divide(line["net_amount"] * line["vat_rate"], 10_000)


def test_efactura_terms_follow_the_law_of_their_day(plan: CompanyPlan) -> None:
    invoices = [row for row in rows(history(plan), f"{SALES}.invoices") if row["efactura_due_date"] is not None]
    assert {row["issue_date"].year for row in invoices} >= {2025, 2026}
    assert efactura_due(date(2025, 12, 31)) == date(2026, 1, 5)
    assert efactura_due(date(2026, 1, 5)) == date(2026, 1, 14)
    for row in invoices:
        assert row["efactura_due_date"] == efactura_due(row["issue_date"])
        assert (row["efactura_upload_id"] is None) == (row["efactura_state"] == "pending")
        if row["issue_date"].year == 2026:
            assert is_working(row["efactura_due_date"])


def test_partners_have_valid_identifiers(plan: CompanyPlan) -> None:
    partners = rows(history(plan), "numeriqo_accounting.partners")
    names = [partner["name"] for partner in partners]
    assert len(set(names)) == len(names)
    for partner in partners:
        if partner["country"] == "RO" and partner["kind"] == "company":
            assert Cui(partner["fiscal_code"]).with_prefix == partner["vat_number"]
        if partner["iban"] is not None:
            moved = partner["iban"][4:] + partner["iban"][:4]
            assert int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
        if partner["country"] == "DE":
            assert re.fullmatch(r"DE\d{9}", partner["vat_number"])


def test_weighted_average_can_be_replayed_from_the_movements(plan: CompanyPlan) -> None:
    """In the order of identifiers: receipts set the average, issues leave at it, an empty shelf holds no value."""
    tables = history(plan)
    shelves: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for _, movement in sorted(tables["iwms.stock_movements"].items()):
        shelf = shelves[movement["product_id"], movement["warehouse_id"]]
        quantity, value = movement["quantity"], movement["value_ron"]
        if quantity < 0:
            cost = shelf[1] if -quantity == shelf[0] else divide(-quantity * shelf[2], 10_000_000)
            assert -value == cost, movement
        shelf[0] += quantity
        shelf[1] += value
        if quantity > 0:
            shelf[2] = divide(shelf[1] * 10_000_000, shelf[0])
        assert shelf[0] >= 0
        assert shelf[0] or not shelf[1]
    stated = {
        (row["product_id"], row["warehouse_id"]): [row["quantity"], row["value_ron"], row["average_cost_ron"]]
        for row in rows(tables, "iwms.stock_balances")
    }
    assert stated == dict(shelves)


def test_goods_receipts_equal_their_movements(plan: CompanyPlan) -> None:
    tables = history(plan)
    for line in rows(tables, f"{PROCUREMENT}.goods_receipt_lines"):
        movement = tables["iwms.stock_movements"][(line["movement_id"],)]
        assert (movement["quantity"], movement["value_ron"]) == (line["quantity"], line["value_ron"])
        assert movement["source_id"] == line["goods_receipt_id"]
        ordered = tables[f"{PROCUREMENT}.purchase_order_lines"][(line["purchase_order_line_id"],)]
        assert line["quantity"] <= ordered["quantity"]


def test_depreciation_never_exceeds_the_cost(plan: CompanyPlan) -> None:
    tables = history(plan)
    booked = sums(rows(tables, "numeriqo_accounting.asset_depreciations"), "asset_id", "amount_ron")
    assert booked
    for asset in rows(tables, "numeriqo_accounting.fixed_assets"):
        assert booked[asset["id"]][0] <= asset["accumulated_ron"] <= asset["cost_ron"]
