"""A ledger small enough to be worked out by hand: three months of a trader, two of a firm that only pays bank fees.

`LINES` is one journal line a row; entries, open items and stock follow. Everything else of the contracts is blank.
"""

from __future__ import annotations

from typing import Any

from tests.support.silver import Rows

A, S, W, C = "numeriqo_accounting.", "mercantiq_sales.", "iwms.", "admin_core."

_JOURNALS = {"opening": 1, "sales": 2, "purchases": 3, "bank": 4, "stock": 6, "currency": 9, "vat": 10, "closing": 11}

# entry, date, journal, account, partner, debit, credit, currency, source table, source id
_LINES = """
1  2024-12-01 opening   5121 -  10000   0       RON - -
1  2024-12-01 opening   371  -  2000    0       RON - -
1  2024-12-01 opening   4111 1  1190    0       RON - -
1  2024-12-01 opening   1012 -  0       5000    RON - -
1  2024-12-01 opening   401  2  0       1500    RON - -
1  2024-12-01 opening   1171 -  0       6690    RON - -
2  2024-12-10 sales     4111 1  1190    0       RON invoices 1
2  2024-12-10 sales     707  1  0       1000    RON invoices 1
2  2024-12-10 sales     4427 1  0       190     RON invoices 1
3  2024-12-10 stock     607  -  400     0       RON - -
3  2024-12-10 stock     371  -  0       400     RON - -
4  2024-12-20 bank      5121 -  1190    0       RON receipts 1
4  2024-12-20 bank      4111 1  0       1190    RON receipts 1
5  2024-12-31 vat       4427 -  190     0       RON - -
5  2024-12-31 vat       4423 -  0       190     RON - -
6  2024-12-31 closing   707  -  1000    0       RON - -
6  2024-12-31 closing   121  -  0       1000    RON - -
6  2024-12-31 closing   121  -  400     0       RON - -
6  2024-12-31 closing   607  -  0       400     RON - -
7  2025-01-01 closing   121  -  600     0       RON - -
7  2025-01-01 closing   1171 -  0       600     RON - -
8  2025-01-08 sales     4111 3  497.60  0       EUR invoices 2
8  2025-01-08 sales     707  3  0       497.60  EUR invoices 2
9  2025-01-08 stock     607  -  100     0       RON - -
9  2025-01-08 stock     371  -  0       100     RON - -
10 2025-01-15 purchases 371  2  500     0       RON supplier_invoices 1
10 2025-01-15 purchases 4426 2  95      0       RON supplier_invoices 1
10 2025-01-15 purchases 401  2  0       595     RON supplier_invoices 1
11 2025-01-31 currency  4111 3  0.10    0       EUR - -
11 2025-01-31 currency  7651 -  0       0.10    RON - -
12 2025-01-31 vat       4424 -  95      0       RON - -
12 2025-01-31 vat       4426 -  0       95      RON - -
13 2025-01-31 closing   707  -  497.60  0       RON - -
13 2025-01-31 closing   7651 -  0.10    0       RON - -
13 2025-01-31 closing   121  -  0       497.70  RON - -
13 2025-01-31 closing   121  -  100     0       RON - -
13 2025-01-31 closing   607  -  0       100     RON - -
14 2025-02-10 sales     4111 1  238     0       RON invoices 3
14 2025-02-10 sales     419  1  0       200     RON invoices 3
14 2025-02-10 sales     4427 1  0       38      RON invoices 3
15 2025-02-15 bank      5124 -  199.00  0       EUR receipts 2
15 2025-02-15 bank      6651 -  0.08    0       RON receipts 2
15 2025-02-15 bank      4111 3  0       199.08  EUR receipts 2
16 2025-02-20 bank      401  2  1500    0       RON payments 1
16 2025-02-20 bank      5121 -  0       1500    RON payments 1
17 2025-02-25 sales     4111 1  -119    0       RON invoices 4
17 2025-02-25 sales     707  1  0       -100    RON invoices 4
17 2025-02-25 sales     4427 1  0       -19     RON invoices 4
18 2025-02-25 stock     607  -  -40     0       RON - -
18 2025-02-25 stock     371  -  0       -40     RON - -
19 2025-02-28 currency  4111 3  0.06    0       EUR - -
19 2025-02-28 currency  5124 -  0.12    0       EUR - -
19 2025-02-28 currency  7651 -  0       0.18    RON - -
20 2025-02-28 vat       4427 -  19      0       RON - -
20 2025-02-28 vat       4423 -  0       19      RON - -
21 2025-02-28 closing   707  -  -100    0       RON - -
21 2025-02-28 closing   7651 -  0.18    0       RON - -
21 2025-02-28 closing   121  -  0       -99.82  RON - -
21 2025-02-28 closing   121  -  -39.92  0       RON - -
21 2025-02-28 closing   607  -  0       -40     RON - -
21 2025-02-28 closing   6651 -  0       0.08    RON - -
"""

_OTHER_LINES = """
1  2025-06-01 opening   5121 -  700     0       RON - -
1  2025-06-01 opening   1012 -  0       700     RON - -
2  2025-07-31 bank      627  -  12.50   0       RON - -
2  2025-07-31 bank      5121 -  0       12.50   RON - -
3  2025-07-31 closing   121  -  12.50   0       RON - -
3  2025-07-31 closing   627  -  0       12.50   RON - -
"""

_MODULES = {
    "invoices": "mercantiq_sales",
    "receipts": "mercantiq_sales",
    "payments": "mercantiq_procurement",
    "supplier_invoices": "mercantiq_procurement",
}


def trader() -> dict[str, Rows]:
    """Silver of the trader: a fiscal year from January, open items in RON and EUR, one stocked product."""
    return {
        C + "companies": [{"id": 1, "legal_name": "Comerț Nord SRL", "fiscal_year_start_month": 1}],
        C + "warehouses": [{"id": 1, "code": "CEN", "name": "Central"}],
        **_journal(_LINES),
        A + "partners": [
            {"id": 1, "code": "P1", "name": "Alfa SRL", "is_customer": True, "country": "RO"},
            {"id": 2, "code": "P2", "name": "Beta SRL", "is_supplier": True, "country": "RO"},
            {"id": 3, "code": "P3", "name": "Gamma GmbH", "is_customer": True, "country": "DE"},
        ],
        A + "exchange_rates": [
            {"currency": "EUR", "rate_date": "2025-01-31", "rate": "4.9770"},
            {"currency": "EUR", "rate_date": "2025-02-28", "rate": "4.9780"},
            {"currency": "EUR", "rate_date": "2025-03-03", "rate": "5.1000"},
        ],
        A + "open_items": [
            _item(1, 1, "4111", "2024-11-20", "2024-12-20", 1190),
            _item(2, 2, "401", "2024-11-25", "2024-12-25", -1500),
            _item(3, 1, "4111", "2024-12-10", "2025-01-09", 1190, source=("invoices", 1)),
            _item(4, 3, "4111", "2025-01-08", "2025-02-07", 100, "EUR", "4.9760", "497.60", ("invoices", 2)),
            # Dated in December, received and entered in January.
            _item(5, 2, "401", "2024-12-30", "2025-01-29", -595, source=("supplier_invoices", 1)),
            _item(6, 1, "4111", "2025-02-10", "2025-03-12", 238, source=("invoices", 3)),
            _item(7, 1, "419", "2025-02-10", "2025-03-12", -200, source=("invoices", 3)),
            _item(8, 1, "4111", "2025-02-25", "2025-02-25", -119, source=("invoices", 4)),
        ],
        A + "open_item_settlements": [
            _settlement(1, 1, 4, "2024-12-20", -1190, -1190),
            _settlement(2, 4, 15, "2025-02-15", -40, "-199.08"),
            _settlement(3, 2, 16, "2025-02-20", 1500, 1500),
        ],
        S + "price_lists": [{"id": 1, "name": "Standard", "currency": "RON"}],
        S + "customers": [
            {"id": 11, "partner_id": 1, "price_list_id": 1, "segment": "retail"},
            {"id": 13, "partner_id": 3, "price_list_id": 1, "segment": "export"},
        ],
        S + "invoices": [
            _invoice(1, "invoice", 11, 1, "2024-12-10", 1000, 190),
            _invoice(2, "invoice", 13, 3, "2025-01-08", 100, 0, currency="EUR", rate="4.9760", net_ron="497.60"),
            _invoice(3, "advance", 11, 1, "2025-02-10", 200, 38),
            _invoice(4, "credit_note", 11, 1, "2025-02-25", -100, -19),
            # Taken over with the opening balances: its lines are in no system any more.
            _invoice(5, "invoice", 11, 1, "2024-11-20", 1000, 190, entry=1),
        ],
        S + "invoice_lines": [
            _invoice_line(1, 1, "707", 20, 1000, 190, cost=400),
            _invoice_line(2, 2, "707", 5, 100, 0, net_ron="497.60", cost=100),
            _invoice_line(3, 3, "419", 1, 200, 38),
            _invoice_line(4, 4, "707", -2, -100, -19, cost=-40),
        ],
        W + "product_groups": [{"id": 1, "code": "G", "stock_account": "371"}],
        W + "products": [{"id": 1, "sku": "X1", "group_id": 1, "stock_account": "371", "kind": "goods"}],
        W + "stock_movements": [
            _movement(1, "2024-12-01", "opening", 100, 2000),
            _movement(2, "2024-12-10", "sale_issue", -20, -400),
            _movement(3, "2025-01-08", "sale_issue", -5, -100),
            _movement(4, "2025-01-15", "purchase_receipt", 20, 500),
            _movement(5, "2025-02-25", "sale_return", 2, 40),
        ],
        W + "stock_balances": [{"product_id": 1, "warehouse_id": 1, "quantity": 97, "value_ron": 2040}],
    }


def fee_payer() -> dict[str, Rows]:
    """Silver of the other tenant: same identifiers, a fiscal year from July, no documents."""
    return {
        C + "companies": [{"id": 1, "legal_name": "Mobila Sud SRL", "fiscal_year_start_month": 7}],
        **_journal(_OTHER_LINES),
    }


def _journal(text: str) -> dict[str, Rows]:
    entries: dict[int, dict[str, Any]] = {}
    lines: list[dict[str, Any]] = []
    for number, row in enumerate(text.strip().splitlines(), start=1):
        entry, day, journal, account, partner, debit, credit, currency, table, key = row.split()
        entries[int(entry)] = {
            "id": int(entry),
            "journal_id": _JOURNALS[journal],
            "number": f"N{entry}",
            "entry_date": day,
            "document_type": "document",
            "document_number": f"D{entry}",
            "document_date": day,
            "source_module": _MODULES.get(table),
            "source_table": None if table == "-" else table,
            "source_id": None if key == "-" else int(key),
        }
        lines.append(
            {
                "id": number,
                "entry_id": int(entry),
                "line_number": number,
                "account_code": account,
                "partner_id": None if partner == "-" else int(partner),
                "debit_ron": debit,
                "credit_ron": credit,
                "currency": currency,
            }
        )
    codes = sorted({line["account_code"] for line in lines})
    return {
        A + "accounts": [
            {"code": code, "name_ro": f"Cont {code}", "account_class": int(code[0]), "function": "B"} for code in codes
        ],
        A + "journals": [{"id": key, "code": kind[:3], "kind": kind} for kind, key in _JOURNALS.items()],
        A + "journal_entries": list(entries.values()),
        A + "journal_lines": lines,
    }


def _item(
    key: int,
    partner: int,
    account: str,
    issued: str,
    due: str,
    amount: float,
    currency: str = "RON",
    rate: str = "1",
    amount_ron: str | None = None,
    source: tuple[str, int] | None = None,
) -> dict[str, Any]:
    return {
        "id": key,
        "partner_id": partner,
        "account_code": account,
        "document_number": f"D{key}",
        "source_module": source and _MODULES[source[0]],
        "source_table": source and source[0],
        "source_id": source and source[1],
        "issue_date": issued,
        "due_date": due,
        "currency": currency,
        "exchange_rate": rate,
        "amount": amount,
        "amount_ron": amount if amount_ron is None else amount_ron,
    }


def _settlement(key: int, item: int, entry: int, day: str, amount: float, amount_ron: float | str) -> dict[str, Any]:
    return {
        "id": key,
        "open_item_id": item,
        "entry_id": entry,
        "settled_on": day,
        "amount": amount,
        "amount_ron": amount_ron,
    }


def _invoice(
    key: int,
    kind: str,
    customer: int,
    partner: int,
    day: str,
    net: int,
    vat: int,
    *,
    currency: str = "RON",
    rate: str = "1",
    net_ron: str | None = None,
    entry: int = 0,
) -> dict[str, Any]:
    return {
        "id": key,
        "entry_id": entry,
        "number": f"F{key}",
        "kind": kind,
        "customer_id": customer,
        "partner_id": partner,
        "issue_date": day,
        "currency": currency,
        "exchange_rate": rate,
        "net_amount": net,
        "vat_amount": vat,
        "net_amount_ron": net if net_ron is None else net_ron,
        "vat_amount_ron": vat,
    }


def _invoice_line(
    key: int,
    invoice: int,
    account: str,
    quantity: int,
    net: int,
    vat: int,
    *,
    net_ron: str | None = None,
    cost: int | None = None,
) -> dict[str, Any]:
    return {
        "id": key,
        "invoice_id": invoice,
        "line_number": 1,
        "product_id": None if account == "419" else 1,
        "warehouse_id": None if account == "419" else 1,
        "account_code": account,
        "quantity": quantity,
        "net_amount": net,
        "vat_amount": vat,
        "net_amount_ron": net if net_ron is None else net_ron,
        "vat_amount_ron": vat,
        "cost_ron": cost,
    }


def _movement(key: int, day: str, kind: str, quantity: int, value: int) -> dict[str, Any]:
    return {
        "id": key,
        "moved_on": day,
        "movement_type": kind,
        "product_id": 1,
        "warehouse_id": 1,
        "quantity": quantity,
        "value_ron": value,
        "account_code": "371",
    }
