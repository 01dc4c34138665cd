"""Supplier invoices of every kind, the VAT they carry, and their payment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from cerniq.simulation.calendar import next_working, previous_working
from cerniq.simulation.company import Company
from cerniq.simulation.integers import percent, to_ron
from cerniq.simulation.ledger import PLAIN, Document, Entry, Side, Source
from cerniq.simulation.open_items import OpenItem
from cerniq.simulation.partners import Supplier
from cerniq.simulation.scheme import Waiting, release, wait
from cerniq.simulation.store import Row
from cerniq.simulation.vat import NO_TAX, Tax, tax_of

INVOICES, LINES = "mercantiq_procurement.supplier_invoices", "mercantiq_procurement.supplier_invoice_lines"
PAYMENTS, ALLOCATIONS = "mercantiq_procurement.payments", "mercantiq_procurement.payment_allocations"
ORDERS = "mercantiq_procurement.purchase_orders"
_SELF_ASSESSED = ("intra_community_goods", "intra_community_services", "foreign_services", "reverse_charge")
_OPERATIONS = {
    "intra_community_goods": "intra_community",
    "intra_community_services": "intra_community",
    "foreign_services": "reverse_charge",
    "import": "import",
    "reverse_charge": "reverse_charge",
    "exempt": "exempt",
}


@dataclass(slots=True)
class BillLine:
    """A line of a supplier invoice; `net` in cents of its currency."""

    description: str
    account: str
    quantity: int
    unit: str
    price: int
    net: int
    tax: Tax
    product: int | None = None
    receipt_line: int | None = None
    asset: int | None = None


@dataclass(slots=True)
class Payable:
    """A supplier invoice as the company follows it."""

    row: Row
    supplier: Supplier
    item: OpenItem
    lines: list[BillLine]
    waiting: Waiting = field(default_factory=dict)
    advance_item: OpenItem | None = None


class Bills:
    """The purchase ledger."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._random = company.random("bills")
        self._due: dict[date, list[Payable]] = {}
        self._paid: list[Payable] = []
        self.open: list[Payable] = []

    def domestic_tax(self, supplier: Supplier, vat_class: str, day: date) -> Tax:
        """Tax of a domestic line: on the collection scheme when seller or buyer applies it."""
        deferred = supplier.on_collection or self._company.plan.vat_on_collection
        return tax_of(f"{'on_collection' if deferred else 'taxable'}_{vat_class}", "purchase", day)

    def goods_tax(self, supplier: Supplier, vat_class: str, day: date) -> Tax:
        """Tax of a line of goods or services by the supplier's operation; an import invoice carries none."""
        if supplier.operation == "import":
            return NO_TAX
        if supplier.operation == "exempt":
            return tax_of("exempt", "purchase", day)
        if supplier.operation in _SELF_ASSESSED:
            return tax_of(f"{supplier.operation}_{vat_class}", "purchase", day)
        return self.domestic_tax(supplier, vat_class, day)

    def receive(
        self,
        supplier: Supplier,
        lines: list[BillLine],
        *,
        kind: str = "invoice",
        account: str = "401",
        order: int | None = None,
        receipt: int | None = None,
        advance: Payable | None = None,
        credited: Payable | None = None,
        accrued: OpenItem | None = None,
        entry_id: int | None = None,
        order_row: Row | None = None,
        pay: bool = True,
    ) -> Payable:
        """Enter a supplier's document that came today; `entry_id` is the number that its goods receipt took."""
        company, store = self._company, self._company.store
        day, number = store.day, store.next_id(INVOICES)
        # A late invoice, and now and then another, is dated a working day or two before it comes.
        dated = (
            previous_working(day) if accrued is not None or (kind == "invoice" and self._random.random() < 0.1) else day
        )
        if supplier.currency != "RON":
            dated = day
        document = Document(
            "FACTURA",
            f"F{supplier.id:03d}-{number:06d}",
            dated,
            Source("mercantiq_procurement", "supplier_invoices", number),
        )
        entry = company.ledger.entry("purchases", document, f"Factură furnizor {document.number}")
        if entry_id is not None:
            store.release_id("numeriqo_accounting.journal_entries", entry.id)
            entry.id = entry_id
        rate = company.rates.document(supplier.currency, day)
        rows = [self._line_row(number, index, line, rate) for index, line in enumerate(lines, start=1)]
        self_assessed = supplier.operation in _SELF_ASSESSED
        header = self._header(number, document, supplier, rows, rate, kind, self_assessed)
        header |= {
            "purchase_order_id": order, "goods_receipt_id": receipt, "entry_id": entry.id,
            "credited_invoice_id": credited and credited.row["id"], "advance_invoice_id": advance and advance.row["id"],
        }  # fmt: skip
        header = store.insert(INVOICES, **header)
        for row in rows:
            store.insert(LINES, **row)
        item = company.items.open(
            account=account, partner=supplier.partner, document=document, due=header["due_date"], rate=rate,
            currency=supplier.currency, amount=-header["gross_amount"], amount_ron=-header["gross_amount_ron"],
        )  # fmt: skip
        payable = Payable(header, supplier, item, lines)
        self._book(entry, payable, rows, account, self_assessed, accrued)
        if advance is not None and advance.advance_item is not None:
            company.items.settle(advance.advance_item, advance.advance_item.remaining, entry)
        company.ledger.post(entry)
        if kind == "advance":
            payable.advance_item = company.items.open(
                account="4091", partner=supplier.partner, document=document, due=header["due_date"], currency="RON",
                rate=10_000, amount=header["net_amount"], amount_ron=header["net_amount_ron"],
            )  # fmt: skip
        if order_row is not None:
            store.update(ORDERS, order_row, status="invoiced", updated_at=store.now())
        store.commit()
        if supplier.operation == "import":
            self._customs(payable)
        if pay and header["gross_amount"] > 0:
            self.expect(payable, header["due_date"] if kind == "invoice" else day + timedelta(days=2))
        return payable

    def expect(self, payable: Payable, due: date) -> None:
        """Pay it on its due day or the working day after."""
        self.open.append(payable)
        day = max(due, self._company.today + timedelta(days=1))
        self._due.setdefault(next_working(day), []).append(payable)

    def pay_due(self, day: date) -> None:
        """Pay what is due today: one payment a supplier."""
        groups: dict[tuple[int, str], list[Payable]] = {}
        for payable in self._due.pop(day, []):
            if payable.item.remaining < 0:
                groups.setdefault((payable.supplier.id, payable.item.account), []).append(payable)
        for members in groups.values():
            self._pay(members)
        if groups:
            self.open = [payable for payable in self.open if payable.item.remaining < 0]

    def set_off(self, payable: Payable, note: Payable) -> None:
        """Set a supplier's credit note off against an open invoice."""
        company, amount = self._company, note.item.remaining
        holder = Entry(note.row["entry_id"], "purchases", Document("FACTURA", note.row["number"], company.today), "")
        company.items.settle(payable.item, -amount, holder)
        company.items.settle(note.item, amount, holder)
        for tax, (vat, base) in note.waiting.items():
            wait(payable.waiting, tax, vat, base)
        note.waiting.clear()
        now = company.store.now()
        company.store.update(
            INVOICES, payable.row, paid_amount=payable.row["paid_amount"] + amount, status="partly_paid", updated_at=now
        )
        company.store.update(INVOICES, note.row, paid_amount=-amount, status="paid", updated_at=now)
        company.store.commit()

    def _header(
        self,
        number: int,
        document: Document,
        supplier: Supplier,
        rows: list[Row],
        rate: int,
        kind: str,
        self_assessed: bool,
    ) -> Row:
        day, now = self._company.today, self._company.store.now()
        net, vat = sum(row["net_amount"] for row in rows), sum(row["vat_amount"] for row in rows)
        net_ron, vat_ron = sum(row["net_amount_ron"] for row in rows), sum(row["vat_amount_ron"] for row in rows)
        terms = supplier.terms if kind == "invoice" else 0
        return {
            "id": number,
            "number": document.number,
            "kind": kind,
            "supplier_id": supplier.id,
            "partner_id": supplier.partner,
            "operation": _OPERATIONS.get(supplier.operation, "domestic"),
            "issue_date": document.day,
            "received_on": day,
            "due_date": document.day + timedelta(days=terms),
            "vat_on_collection": supplier.on_collection,
            "currency": supplier.currency,
            "exchange_rate": rate,
            "net_amount": net,
            "vat_amount": vat,
            "gross_amount": net if self_assessed else net + vat,
            "net_amount_ron": net_ron,
            "vat_amount_ron": vat_ron,
            "gross_amount_ron": net_ron if self_assessed else net_ron + vat_ron,
            "paid_amount": 0,
            "status": "received",
            "created_at": now,
            "updated_at": now,
        }

    def _line_row(self, invoice: int, number: int, line: BillLine, rate: int) -> Row:
        vat = percent(line.net, line.tax.rate)
        return {
            "id": self._company.store.next_id(LINES),
            "supplier_invoice_id": invoice,
            "line_number": number,
            "product_id": line.product,
            "goods_receipt_line_id": line.receipt_line,
            "asset_id": line.asset,
            "description": line.description,
            "account_code": line.account,
            "quantity": line.quantity,
            "unit": line.unit,
            "unit_price": line.price,
            "net_amount": line.net,
            "vat_rate": line.tax.rate,
            "vat_amount": vat,
            "net_amount_ron": to_ron(line.net, rate),
            "vat_amount_ron": to_ron(vat, rate),
            "tax_type": line.tax.tax_type,
            "tax_code": line.tax.code,
        }

    def _book(
        self,
        entry: Entry,
        payable: Payable,
        rows: list[Row],
        account: str,
        self_assessed: bool,
        accrued: OpenItem | None,
    ) -> None:
        company, supplier = self._company, payable.supplier
        partner = payable.item.side(payable.row["exchange_rate"] if payable.item.currency != "RON" else None)
        if accrued is not None:
            entry.pair("receipt.invoiced", -accrued.carrying, Side(partner=supplier.partner), partner)
            company.items.settle(accrued, accrued.remaining, entry)
        for line, row in zip(payable.lines, rows, strict=True):
            net, vat = row["net_amount_ron"], row["vat_amount_ron"]
            base = Side(
                product=line.product, asset=line.asset, tax=line.tax,
                partner=supplier.partner if line.account == "4091" else None,
            )  # fmt: skip
            if line.account == "609":
                entry.pair("purchase.bonus.net", -net, partner, Side(tax=line.tax), cents=-line.net)
            elif line.account == "4091":
                entry.pair("purchase.advance", net, base, partner, cents=line.net)
            elif accrued is None:
                event = "asset.net" if account == "404" else "stock.net"
                entry.pair(event, net, base, partner, account=line.account, cents=line.net)
            self._book_vat(entry, payable, line, net, vat, account, self_assessed, accrued is not None)

    def _book_vat(
        self, entry: Entry, payable: Payable, line: BillLine, net: int, vat: int, account: str, self_assessed: bool,
        accrued: bool,
    ) -> None:  # fmt: skip
        partner, side = payable.item.side(), Side(tax=line.tax)
        deferred = payable.supplier.on_collection or self._company.plan.vat_on_collection
        if vat == 0:
            return
        if self_assessed:
            entry.pair("vat.self_assessed", vat, side, side, base=net)
        elif deferred:
            wait(payable.waiting, line.tax, vat, net)
            if line.account == "609":
                entry.pair("purchase.bonus.wait", -vat, partner, side, base=-net)
            elif not accrued:
                entry.pair(
                    "asset.vat.deferred" if account == "404" else "stock.vat.deferred", vat, side, partner, base=net
                )
        elif accrued:
            entry.pair("receipt.invoiced.vat", vat, side, PLAIN, base=net)
        elif line.account == "609":
            entry.pair("purchase.bonus.vat", -vat, partner, side, base=-net)
        else:
            entry.pair("asset.vat" if account == "404" else "stock.vat", vat, side, partner, base=net)

    def _customs(self, payable: Payable) -> None:
        """Customs sets VAT on imported goods and is paid at once; the goods come from countries with free duty."""
        company, row = self._company, payable.row
        if payable.lines[0].product is None:
            return
        document = Document(
            "DVI",
            f"DVI-{row['id']:06d}",
            company.today,
            Source("mercantiq_procurement", "supplier_invoices", row["id"]),
        )
        entry = company.ledger.entry("purchases", document, f"Declarație vamală {row['number']}")
        total = 0
        for line in payable.lines:
            vat_class = company.product(line.product or 1).group.vat_class
            tax = tax_of(f"import_{vat_class}", "purchase", company.today)
            base = to_ron(line.net, row["exchange_rate"])
            vat = percent(base, tax.rate)
            entry.pair("import.vat", vat, Side(tax=tax), PLAIN, base=base)
            total += vat
        entry.pair("import.vat.paid", total)
        reference = company.treasury.reference()
        company.treasury.book(company.treasury.bank, -total, -total, entry, reference, None)
        company.ledger.post(entry)
        company.store.commit()

    def _pay(self, members: list[Payable]) -> None:
        company, store = self._company, self._company.store
        supplier, day = members[0].supplier, store.day
        total = -sum(payable.item.remaining for payable in members)
        account = company.treasury.of(supplier.currency)
        if supplier.currency != "RON":
            company.treasury.ensure(supplier.currency, total)
        rate = company.rates.document(supplier.currency, day)
        number = store.next_id(PAYMENTS)
        document = Document("PLATA", f"PL{number:06d}", day, Source("mercantiq_procurement", "payments", number))
        entry = company.ledger.entry("bank", document, f"Plată {document.number}")
        worth, money = 0, company.treasury.side(account, rate)
        allocations = []
        for payable in members:
            amount = -payable.item.remaining
            ron = to_ron(amount, rate)
            worth += ron
            self._settle(entry, payable, amount, ron, money, account.code)
            allocations.append((payable, amount, ron))
        store.insert(
            PAYMENTS,
            id=number,
            number=document.number,
            supplier_id=supplier.id,
            partner_id=supplier.partner,
            paid_on=day,
            method="bank",
            bank_account_id=account.id,
            currency=account.currency,
            exchange_rate=rate,
            amount=total,
            amount_ron=worth,
            entry_id=entry.id,
            created_at=store.now(),
        )
        for payable, amount, ron in allocations:
            store.insert(
                ALLOCATIONS,
                id=store.next_id(ALLOCATIONS),
                payment_id=number,
                supplier_invoice_id=payable.row["id"],
                amount=amount,
                amount_ron=ron,
            )
            paid = payable.row["paid_amount"] + amount
            store.update(INVOICES, payable.row, paid_amount=paid, status="paid", updated_at=store.now())
        company.treasury.book(account, -total, -worth, entry, document.number, supplier.partner)
        company.ledger.post(entry)
        store.commit()

    def _settle(self, entry: Entry, payable: Payable, amount: int, ron: int, money: Side, code: str) -> None:
        company, item = self._company, payable.item
        remaining, partner = item.remaining, item.side(money.rate)
        carried = -company.items.settle(item, -amount, entry)
        event = "pay.asset" if item.account == "404" else "pay.supplier"
        entry.pair(event, min(carried, ron), partner, money, account=code, cents=amount)
        if ron > carried:
            entry.pair("revalue.loss", ron - carried, PLAIN, money, account=code)
        elif carried > ron:
            entry.pair("revalue.gain", carried - ron, partner, account=item.account)
        for tax, vat, base in release(payable.waiting, -amount, remaining):
            entry.pair("stock.vat.paid", vat, Side(tax=tax), PLAIN, base=base)
