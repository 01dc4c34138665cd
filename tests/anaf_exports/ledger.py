"""A small month written by hand, for two companies: a sale, a purchase from the EU, an import, a receipt, a payment.

It is what the exporter is tested on without a simulation: few rows, each with a reason to be there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]
_ENTERED = datetime(2026, 8, 10, 9, 0, tzinfo=UTC)

ACCOUNTS = {
    "1012": ("Capital subscris vărsat", "P"),
    "371": ("Mărfuri", "A"),
    "401": ("Furnizori", "P"),
    "4111": ("Clienți", "A"),
    "4426": ("TVA deductibilă", "A"),
    "4427": ("TVA colectată", "P"),
    "5121": ("Conturi la bănci în lei", "A"),
    "5124": ("Conturi la bănci în valută", "A"),
    "7651": ("Diferențe favorabile de curs", "P"),
    "707": ("Venituri din vânzarea mărfurilor", "P"),
}
COMPANIES = {
    "comert-nord": ("Comerț Nord & Fiii SRL", "12345674"),
    "mobila-sud": ("Mobila Sud SRL", "23456783"),
}


def company(tid: str) -> Row:
    name, cui = COMPANIES[tid]
    return {
        "id": 1,
        "legal_name": name,
        "cui": cui,
        "registration_number": "J40/1/2020",
        "vat_registered": True,
        "vat_period": "monthly",
        "tax_accounting_basis": "A",
        "functional_currency": "RON",
        "fiscal_year_start_month": 1,
        "country": "RO",
        "county": "Cluj",
        "city": "Cluj-Napoca",
        "street": "Str. Fabricii",
        "street_number": "1",
        "postal_code": "400001",
        "phone": "0264000000",
        "email": "contact@example.com",
        "iban": "RO49AAAA1B31007593840000",
        "contact_first_name": "Persoana",
        "contact_last_name": "De Contact",
    }


PARTNERS: list[Row] = [
    {
        "id": 1, "code": "C1", "name": "Client <Unu> SRL", "kind": "company", "fiscal_code": "34567892",
        "vat_number": "RO34567892", "country": "RO", "county": "București", "city": "București", "is_customer": True,
    },
    {
        "id": 2, "code": "F2", "name": "Lieferant GmbH", "kind": "company", "fiscal_code": None,
        "vat_number": "DE123456789", "country": "DE", "county": None, "city": "Berlin", "is_supplier": True,
    },
    {
        "id": 3, "code": "F3", "name": "Supplier Inc", "kind": "company", "fiscal_code": "99-12", "vat_number": None,
        "country": "US", "county": None, "city": "Boston", "is_supplier": True,
    },
]  # fmt: skip


class Books:
    """Entries and their lines, numbered as they come. A line: account, debit, credit, and what else it carries."""

    def __init__(self) -> None:
        self.entries: list[Row] = []
        self.lines: list[Row] = []

    def post(self, entry_id: int, journal: int, day: str, text: str, *lines: tuple[str, str, str, Row]) -> None:
        self.entries.append(
            {
                "id": entry_id,
                "journal_id": journal,
                "number": f"N{entry_id}",
                "entry_date": day,
                "document_type": "nota",
                "document_number": f"D{entry_id}",
                "document_date": day,
                "description": text,
                "created_at": _ENTERED,
            }
        )
        for number, (account, debit, credit, more) in enumerate(lines, start=1):
            self.lines.append(
                {
                    "id": len(self.lines) + 1,
                    "entry_id": entry_id,
                    "line_number": number,
                    "account_code": account,
                    "debit_ron": debit,
                    "credit_ron": credit,
                    "currency": "RON",
                    "description": f"{text} {account}",
                }
                | more
            )


def _tax(code: str, rate: str, base: str) -> Row:
    return {"tax_type": "300", "tax_code": code, "tax_rate": rate, "tax_base_ron": base}


def _books() -> Books:
    books = Books()
    eur = {"currency": "EUR", "exchange_rate": "5.0000"}
    customer, german, american = {"partner_id": 1}, {"partner_id": 2}, {"partner_id": 3}
    books.post(
        1, 9, "2026-07-01", "Solduri", ("5121", "10000", "0", {}), ("4111", "2000", "0", customer),
        ("1012", "0", "12000", {}),
    )  # fmt: skip
    books.post(
        2, 2, "2026-08-10", "Factura FV1", ("4111", "1210", "0", customer),
        ("707", "0", "1000", _tax("310344", "21", "1000")), ("4427", "0", "210", _tax("310344", "21", "1000")),
    )  # fmt: skip
    books.post(
        3, 2, "2026-08-11", "Storno FV2", ("4111", "-121", "0", customer),
        ("707", "0", "-100", _tax("310344", "21", "-100")), ("4427", "0", "-21", _tax("310344", "21", "-100")),
    )  # fmt: skip
    books.post(
        4, 3, "2026-08-12", "Achizitie UE", ("371", "500", "0", {}),
        ("401", "0", "500", german | eur | {"amount_currency": "-100"}),
        ("4426", "105", "0", _tax("300204", "21", "500")), ("4427", "0", "105", _tax("300204", "21", "500")),
    )  # fmt: skip
    books.post(
        5, 3, "2026-08-13", "Import", ("371", "400", "0", {}),
        ("401", "0", "400", american | eur | {"amount_currency": "-80"}),
    )  # fmt: skip
    books.post(6, 1, "2026-08-20", "Incasare", ("5121", "1500", "0", {}), ("4111", "0", "1500", customer))
    books.post(
        7, 1, "2026-08-21", "Plata", ("401", "500", "0", german | eur | {"amount_currency": "100"}),
        ("5124", "0", "500", eur | {"amount_currency": "-100"}),
    )  # fmt: skip
    books.post(
        8, 1, "2026-08-31", "Reevaluare", ("5124", "12.34", "0", eur | {"amount_currency": "0"}),
        ("7651", "0", "12.34", {}),
    )  # fmt: skip
    books.post(9, 2, "2026-09-02", "Luna urmatoare", ("4111", "5", "0", customer), ("707", "0", "5", {}))
    return books


def _invoice(invoice_id: int, number: str, kind: str, entry: int, day: str, net: str, vat: str, **more: Any) -> Row:
    gross = str(float(net) + float(vat))
    amounts = {"net_amount": net, "vat_amount": vat, "gross_amount": gross}
    return {
        "id": invoice_id, "number": number, "kind": kind, "partner_id": 1, "issue_date": day,
        "currency": "RON", "exchange_rate": "1", "entry_id": entry,
        **amounts, **{f"{name}_ron": value for name, value in amounts.items()},
    } | more  # fmt: skip


def _line(line_id: int, owner: Row, code: str, rate: str, net: str, vat: str, quantity: str, **more: Any) -> Row:
    return {
        "id": line_id, "line_number": 1, "product_id": 1, "description": "Marfă & ambalaj", "quantity": quantity,
        "unit": "H87", "unit_price": "100", "net_amount": net, "net_amount_ron": net, "vat_rate": rate,
        "vat_amount": vat, "vat_amount_ron": vat, "tax_type": "300", "tax_code": code,
    } | owner | more  # fmt: skip


def tables(tid: str) -> dict[str, list[Row]]:
    """Silver of one company, by "module.table"."""
    books = _books()
    sale, purchase = {"account_code": "707"}, {"account_code": "371"}
    euro = {"currency": "EUR", "exchange_rate": "5"}
    invoices = [
        _invoice(1, "FV1", "invoice", 2, "2026-08-10", "1000", "210", tax_point_date="2026-08-10"),
        _invoice(
            2, "FV2", "credit_note", 3, "2026-08-11", "-100", "-21", credited_invoice_id=1, tax_point_date="2026-08-11"
        ),
    ]
    bought = [
        _invoice(1, "L-77", "invoice", 4, "2026-08-12", "500", "105", partner_id=2, operation="intra_community",
                 gross_amount_ron="500", net_amount="100", received_on="2026-08-12", **euro),
        _invoice(2, "US-1", "invoice", 5, "2026-08-13", "400", "84", partner_id=3, operation="import",
                 gross_amount_ron="400", net_amount="80", received_on="2026-08-13", **euro),
    ]  # fmt: skip
    received = {"id": 1, "number": "OP1", "partner_id": 1, "received_on": "2026-08-20", "method": "bank",
                "bank_account_id": 1, "currency": "RON", "exchange_rate": "1", "amount": "1500", "amount_ron": "1500",
                "entry_id": 6}  # fmt: skip
    paid = {"id": 1, "number": "OP2", "partner_id": 2, "paid_on": "2026-08-21", "method": "bank",
            "bank_account_id": 2, "currency": "EUR", "exchange_rate": "5", "amount": "100", "amount_ron": "500",
            "entry_id": 7}  # fmt: skip
    return {
        "admin_core.companies": [company(tid)],
        "numeriqo_accounting.accounts": [
            {"code": code, "name_ro": name, "name_en": name, "account_class": int(code[0]), "function": function}
            for code, (name, function) in ACCOUNTS.items()
        ],
        "numeriqo_accounting.journals": [
            {"id": 1, "code": "BANCA", "name_ro": "Bancă", "kind": "bank"},
            {"id": 2, "code": "VANZ", "name_ro": "Vânzări", "kind": "sales"},
            {"id": 3, "code": "CUMP", "name_ro": "Cumpărări", "kind": "purchases"},
            {"id": 9, "code": "DESCH", "name_ro": "Deschidere", "kind": "opening"},
        ],
        "numeriqo_accounting.partners": [dict(row) for row in PARTNERS],
        "numeriqo_accounting.journal_entries": books.entries,
        "numeriqo_accounting.journal_lines": books.lines,
        "iwms.products": [
            {"id": 1, "sku": "P-1", "name_ro": "Scaun", "kind": "goods", "unit": "H87", "nc8_code": "01012100"},
        ],
        "mercantiq_sales.invoices": invoices,
        "mercantiq_sales.invoice_lines": [
            _line(1, {"invoice_id": 1}, "310344", "21", "1000", "210", "10", **sale),
            _line(2, {"invoice_id": 2}, "310344", "21", "-100", "-21", "-1", **sale),
        ],
        "mercantiq_sales.receipts": [received],
        "mercantiq_sales.receipt_allocations": [
            {"id": 1, "receipt_id": 1, "invoice_id": 1, "amount": "1210", "amount_ron": "1210"},
        ],
        "mercantiq_procurement.supplier_invoices": bought,
        "mercantiq_procurement.supplier_invoice_lines": [
            _line(1, {"supplier_invoice_id": 1}, "300204", "21", "500", "105", "5", net_amount="100", **purchase),
            _line(2, {"supplier_invoice_id": 2}, "301204", "21", "400", "84", "4", net_amount="80", **purchase),
        ],
        "mercantiq_procurement.payments": [paid],
        "mercantiq_procurement.payment_allocations": [
            {"id": 1, "payment_id": 1, "supplier_invoice_id": 1, "amount": "100", "amount_ron": "500"},
        ],
    }  # fmt: skip
