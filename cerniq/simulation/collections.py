"""What customers pay: bank and cash receipts, promissory notes, and those who do not pay."""

from __future__ import annotations

from datetime import date, timedelta

from cerniq.simulation.billing import INVOICES, Invoice
from cerniq.simulation.calendar import add_working, next_working
from cerniq.simulation.company import Company
from cerniq.simulation.integers import divide, to_ron
from cerniq.simulation.ledger import PLAIN, Document, Entry, Side, Source
from cerniq.simulation.open_items import OpenItem
from cerniq.simulation.scheme import release
from cerniq.simulation.treasury import Account
from cerniq.simulation.vat import not_chargeable

RECEIPTS, ALLOCATIONS = "mercantiq_sales.receipts", "mercantiq_sales.receipt_allocations"
# A company may pay another 5,000 RON a day in cash (Legea 70/2015); here only small bills are.
_CASH_LIMIT = 100_000


class Collections:
    """Schedules each invoice's payment when it is issued, and books payments on their day."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._random = company.random("collections")
        self._scheduled: dict[date, list[tuple[Invoice, OpenItem, int]]] = {}
        self._notes: dict[date, list[tuple[Invoice, str]]] = {}
        self._lost: dict[date, list[tuple[Invoice, OpenItem, int]]] = {}
        self.open: list[Invoice] = []

    def expect(self, invoice: Invoice) -> None:
        """Decide when and how an invoice will be paid."""
        row, customer, random = invoice.row, invoice.customer, self._random
        if row["kind"] == "credit_note" or invoice.item.remaining <= 0:
            return
        self.open.append(invoice)
        day = self._company.today
        if row["kind"] == "advance":
            self._schedule(add_working(day, random.randint(1, 3)), invoice, 100)
        elif customer.pays == "cash":
            self._schedule(day, invoice, 100)
        elif customer.pays == "note" and random.random() < 0.7:
            self._notes.setdefault(add_working(day, 2), []).append((invoice, "received"))
        else:
            self._expect_transfer(invoice, row["due_date"])

    def expect_brought_in(self, invoice: Invoice, due: date) -> None:
        """An invoice from before the first day: paid by transfer, in full, when it is due."""
        self.open.append(invoice)
        self._schedule(next_working(max(self._company.today + timedelta(days=1), due)), invoice, 100)

    def receive_due(self, day: date) -> None:
        """Book the day's receipts, one a customer and treasury account."""
        due = self._scheduled.pop(day, [])
        groups: dict[tuple[int, str], list[tuple[Invoice, OpenItem, int]]] = {}
        for invoice, item, share in due:
            groups.setdefault((invoice.customer.partner, item.account), []).append((invoice, item, share))
        for members in groups.values():
            self._receive(members)
        self.open = [invoice for invoice in self.open if invoice.item.remaining > 0] if due else self.open
        for invoice, step in self._notes.pop(day, []):
            if step == "received":
                self._take_note(invoice)
            else:
                self._doubt(invoice)
        for invoice, item, allowance in self._lost.pop(day, []):
            self._write_off(invoice, item, allowance)

    def unpaid_in_full(self) -> list[Invoice]:
        """Domestic invoices of which nothing was paid or credited yet."""
        return [
            invoice
            for invoice in self.open
            if invoice.row["kind"] == "invoice"
            and invoice.lines
            and invoice.item.currency == "RON"
            and invoice.item.remaining == invoice.row["gross_amount"]
        ]

    def _expect_transfer(self, invoice: Invoice, due: date) -> None:
        random, customer = self._random, invoice.customer
        if random.random() < 0.004 and invoice.item.currency == "RON" and invoice.item.remaining > 50_000:
            self._notes.setdefault(next_working(due + timedelta(days=75)), []).append((invoice, "doubtful"))
            return
        delay = customer.lateness + round(random.gauss(0, 3))
        day = max(self._company.today + timedelta(days=1), due + timedelta(days=delay))
        if random.random() < 0.06 and invoice.item.remaining > 200_000:
            self._schedule(next_working(day), invoice, random.randint(30, 70))
            self._schedule(next_working(day + timedelta(days=random.randint(10, 25))), invoice, 100)
        else:
            self._schedule(next_working(day), invoice, 100)

    def _schedule(self, day: date, invoice: Invoice, share: int, item: OpenItem | None = None) -> None:
        self._scheduled.setdefault(day, []).append((invoice, item or invoice.item, share))

    def _receive(self, members: list[tuple[Invoice, OpenItem, int]]) -> None:
        company = self._company
        parts = [
            (invoice, item, divide(item.remaining * share, 100))
            for invoice, item, share in members
            if item.remaining > 0
        ]
        parts = [part for part in parts if part[2] > 0]
        if not parts:
            return
        customer, total = parts[0][0].customer, sum(part[2] for part in parts)
        in_cash = customer.pays == "cash" and total <= 10 * _CASH_LIMIT
        account = company.treasury.cash if in_cash else company.treasury.of(parts[0][1].currency)
        self._book_receipt(parts, account, total)

    def _book_receipt(self, parts: list[tuple[Invoice, OpenItem, int]], account: Account, total: int) -> None:
        company, store = self._company, self._company.store
        customer = parts[0][0].customer
        number, day = store.next_id(RECEIPTS), store.day
        rate = company.rates.document(account.currency, day)
        document = Document("INCASARE", f"IN{number:06d}", day, Source("mercantiq_sales", "receipts", number))
        entry = company.ledger.entry(
            "cash" if account.kind == "cash" else "bank", document, f"Încasare {document.number}"
        )
        worth, allocations = 0, []
        for invoice, item, amount in parts:
            ron = to_ron(amount, rate)
            worth += ron
            self._settle(entry, invoice, item, amount, ron, company.treasury.side(account, rate), account.code)
            allocations.append((invoice, amount, ron))
        store.insert(
            RECEIPTS,
            id=number,
            number=document.number,
            customer_id=customer.id,
            partner_id=customer.partner,
            received_on=day,
            method="cash" if account.kind == "cash" else "bank",
            bank_account_id=account.id,
            currency=account.currency,
            exchange_rate=rate,
            amount=total,
            amount_ron=worth,
            entry_id=entry.id,
            created_at=store.now(),
        )
        for invoice, amount, ron in allocations:
            self._allocate(number, invoice, amount, ron)
        company.treasury.book(account, total, worth, entry, document.number, customer.partner)
        company.ledger.post(entry)
        store.commit()

    def _settle(
        self, entry: Entry, invoice: Invoice, item: OpenItem, amount: int, ron: int, money: Side, code: str
    ) -> None:
        """Take a payment off the item; the difference to its carrying value is a realised exchange difference."""
        company = self._company
        remaining = item.remaining
        partner = item.side(money.rate)
        carried = company.items.settle(item, amount, entry)
        if item.account == "413":
            entry.pair("note.sent", carried, PLAIN, partner)
            entry.pair("note.collected", carried)
        else:
            event = "collect.doubtful" if item.account == "4118" else "collect"
            entry.pair(event, min(carried, ron), money, partner, account=code, cents=amount)
        if carried > ron:
            entry.pair("revalue.loss", carried - ron, PLAIN, partner, account=item.account)
        elif ron > carried:
            entry.pair("revalue.gain", ron - carried, money, account=code)
        for tax, vat, base in release(invoice.waiting, amount, remaining):
            code_of = not_chargeable(tax, company.today)
            entry.pair("sale.vat.collected", vat, Side(tax=code_of), Side(tax=code_of), base=base)

    def _allocate(self, receipt: int, invoice: Invoice, amount: int, ron: int) -> None:
        store = self._company.store
        store.insert(
            ALLOCATIONS,
            id=store.next_id(ALLOCATIONS),
            receipt_id=receipt,
            invoice_id=invoice.row["id"],
            amount=amount,
            amount_ron=ron,
        )
        paid = invoice.row["paid_amount"] + amount
        status = "paid" if paid == invoice.row["gross_amount"] else "partly_paid"
        store.update(INVOICES, invoice.row, paid_amount=paid, status=status, updated_at=store.now())

    def _take_note(self, invoice: Invoice) -> None:
        """The customer pays with a promissory note of 60 days."""
        if invoice.item.remaining <= 0:
            return
        item, entry = self._move(invoice, "413", "note.received", "BO", 60)
        day = next_working(self._company.today + timedelta(days=60))
        self._schedule(day, invoice, 100, item)
        self._company.ledger.post(entry)
        self._company.store.commit()

    def _move(self, invoice: Invoice, account: str, event: str, kind: str, days: int) -> tuple[OpenItem, Entry]:
        """Move what is open of an invoice to another account of the same partner."""
        company, row = self._company, invoice.row
        document = Document(
            kind, f"{kind}-{row['number']}", company.today, Source("mercantiq_sales", "invoices", row["id"])
        )
        entry = company.ledger.entry("general", document, f"{kind} pentru {row['number']}")
        amount, partner = invoice.item.remaining, Side(partner=invoice.customer.partner)
        company.items.settle(invoice.item, amount, entry)
        entry.pair(event, amount, partner, partner)
        item = company.items.open(
            account=account, partner=invoice.customer.partner, document=document,
            due=company.today + timedelta(days=days), currency="RON", rate=10_000, amount=amount, amount_ron=amount,
        )  # fmt: skip
        return item, entry

    def _doubt(self, invoice: Invoice) -> None:
        """75 days late: the receivable becomes doubtful, with an allowance of half of it; some pay after all."""
        if invoice.item.remaining <= 0:
            return
        item, entry = self._move(invoice, "4118", "doubtful", "INCERT", 0)
        allowance = divide(item.remaining, 2)
        entry.pair("doubtful.allowance", allowance)
        self._company.ledger.post(entry)
        self._company.store.commit()
        later = next_working(self._company.today + timedelta(days=self._random.randint(90, 150)))
        self._lost.setdefault(later, []).append((invoice, item, allowance))

    def _write_off(self, invoice: Invoice, item: OpenItem, allowance: int) -> None:
        """The end of a doubtful receivable: paid late, or lost (never under the collection scheme, where VAT waits)."""
        company = self._company
        document = Document("INCERT", f"INCERT-{invoice.row['number']}", company.today)
        entry = company.ledger.entry("general", document, f"Reluare ajustare {invoice.row['number']}")
        entry.pair("doubtful.released", allowance)
        if not invoice.waiting and self._random.random() < 0.5:
            amount = item.remaining
            entry.pair("doubtful.lost", amount, PLAIN, Side(partner=item.partner))
            company.items.settle(item, amount, entry)
        company.ledger.post(entry)
        company.store.commit()
        if item.remaining:
            self._receive([(invoice, item, 100)])
