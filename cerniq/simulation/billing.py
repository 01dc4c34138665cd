"""Sales invoices: from deliveries, of advances, credit notes and volume discounts, with their e-Factura state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from cerniq.simulation.calendar import add_working, efactura_due, is_working, month_end, previous_working
from cerniq.simulation.company import Company, Product
from cerniq.simulation.integers import divide, line_net, percent, to_ron
from cerniq.simulation.ledger import PLAIN, Document, Entry, Side, Source
from cerniq.simulation.open_items import OpenItem
from cerniq.simulation.partners import Customer
from cerniq.simulation.sales import ORDERS, Delivery, Order
from cerniq.simulation.scheme import Waiting, wait
from cerniq.simulation.store import Row
from cerniq.simulation.vat import Tax, not_chargeable

INVOICES, LINES = "mercantiq_sales.invoices", "mercantiq_sales.invoice_lines"


@dataclass(slots=True)
class Line:
    """An invoice line before it has a row; amounts in cents of the invoice's currency."""

    product: Product | None
    description: str
    account: str
    quantity: int
    unit: str
    price: int
    discount: int
    net: int
    tax: Tax
    cost: int | None = None
    credited: Row | None = None


@dataclass(slots=True)
class Invoice:
    """An issued invoice as the company follows it."""

    row: Row
    customer: Customer
    item: OpenItem
    lines: list[tuple[Line, Row]]
    waiting: Waiting = field(default_factory=dict)
    advance_item: OpenItem | None = None


@dataclass(slots=True)
class Unbilled:
    """A delivery that waits for its invoice; `accrued` is its open item on 418."""

    delivery: Delivery
    issue: date
    accrued: OpenItem | None = None


class Billing:
    """Issues invoices and follows them through e-Factura."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._random = company.random("billing")
        self._unbilled: list[Unbilled] = []
        self._uploads: list[tuple[date, Invoice, str]] = []
        self._upload_number = 4_000_000_000
        self._issued: list[Invoice] = []

    def queue(self, delivery: Delivery) -> None:
        """Decide when a delivery is invoiced: foreign ones at once, domestic ones at once or within days."""
        day, customer = self._company.today, delivery.order.customer
        late = customer.currency == "RON" and customer.segment != "individual" and self._random.random() < 0.16
        issue = add_working(day, self._random.randint(1, 4)) if late else day
        waiting = Unbilled(delivery, issue)
        self._unbilled.append(waiting)
        if issue > month_end(day):
            self._accrue(waiting)

    def issue_due(self, day: date) -> list[Invoice]:
        """Invoice every delivery whose day has come."""
        due = [waiting for waiting in self._unbilled if waiting.issue <= day]
        self._unbilled = [waiting for waiting in self._unbilled if waiting.issue > day]
        return [self._invoice(waiting) for waiting in due]

    def take_issued(self) -> list[Invoice]:
        """What was issued since the last call."""
        issued, self._issued = self._issued, []
        return issued

    def invoice_advance(self, order: Order) -> Invoice | None:
        """Invoice 30 percent of a large domestic order whose lines are all at the standard rate."""
        if any(
            line.product.group.vat_class != "standard" or line.product.operation != "taxable" for line in order.lines
        ):
            return None
        company = self._company
        net = divide(sum(line.row["net_amount"] for line in order.lines) * 30, 100)
        tax = company.sale_tax(order.lines[0].product, "domestic", company.today)
        line = Line(None, f"Avans comanda {order.row['number']}", "419", 1000, "H87", net * 100, 0, net, tax)
        invoice = self._write(order.customer, [line], kind="advance", order=order, tax_point=company.today)
        order.advance = invoice
        order.due = add_working(order.due, 6)
        company.store.commit()
        return invoice

    def invoice_rent(self, customer: Customer, service: Product) -> None:
        """Rent of premises, exempt from VAT."""
        tax = self._company.sale_tax(service, "domestic", self._company.today)
        net = line_net(1000, service.price)
        line = Line(service, service.name_ro, service.revenue, 1000, service.unit, service.price, 0, net, tax)
        self._write(customer, [line], kind="invoice", tax_point=self._company.today)
        self._company.store.commit()

    def credit_return(self, invoice: Invoice, line: Line, row: Row) -> None:
        """Goods come back: a credit note for part of a line, at its invoice's rate; the stock takes its cost back."""
        company = self._company
        quantity = max(1000, line.quantity // 3000 * 1000)
        net = -line_net(quantity, line.price, line.discount)
        cost = divide((line.cost or 0) * quantity, line.quantity)
        credit = Line(
            line.product, f"Retur {line.description}", line.account, -quantity, line.unit, line.price, line.discount,
            net, line.tax, -cost, row,
        )  # fmt: skip
        note = self._write(
            invoice.customer, [credit], kind="credit_note", credited=invoice, tax_point=invoice.row["tax_point_date"]
        )
        self._return_stock(note, line, quantity, cost)
        self._offset(invoice, note)
        company.store.commit()

    def grant_bonus(self, invoice: Invoice, net: int, tax: Tax) -> None:
        """A volume discount for the last months, set off against an open invoice of the customer."""
        line = Line(None, "Reducere comercială de volum", "709", -1000, "H87", net * 100, 0, -net, tax)
        note = self._write(
            invoice.customer, [line], kind="credit_note", credited=invoice, tax_point=invoice.row["tax_point_date"]
        )
        self._offset(invoice, note)
        self._company.store.commit()

    def follow_uploads(self, day: date) -> None:
        """e-Factura answers: most accepted the next working day, few rejected and sent again."""
        due = [upload for upload in self._uploads if upload[0] <= day]
        self._uploads = [upload for upload in self._uploads if upload[0] > day]
        for _, invoice, state in due:
            self._upload_number += self._random.randint(1, 900)
            self._company.store.update(
                INVOICES,
                invoice.row,
                efactura_upload_id=str(self._upload_number),
                efactura_state=state,
                updated_at=self._company.store.now(),
            )
            self._company.store.commit()
            if state == "rejected":
                self._uploads.append((add_working(day, 1), invoice, "accepted"))

    def _invoice(self, waiting: Unbilled) -> Invoice:
        company, delivery = self._company, waiting.delivery
        order, tax_point = delivery.order, delivery.row["delivered_on"]
        lines = [
            Line(
                part.product, part.product.name_ro, part.product.revenue, part.quantity, part.product.unit, part.price,
                part.discount, line_net(part.quantity, part.price, part.discount),
                company.sale_tax(part.product, order.customer.operation, tax_point), part.cost,
            )
            for part in delivery.lines
        ]  # fmt: skip
        advance = order.advance if isinstance(order.advance, Invoice) else None
        if advance is not None:
            taken = advance.lines[0][0]
            lines.append(
                replace(
                    taken,
                    description=f"Regularizare avans {advance.row['number']}",
                    quantity=-1000,
                    net=-taken.net,
                    credited=advance.lines[0][1],
                )
            )
        invoice = self._write(
            order.customer, lines, kind="invoice", order=order, delivery=delivery, tax_point=tax_point,
            accrued=waiting.accrued, advance=advance,
        )  # fmt: skip
        company.store.update(ORDERS, order.row, status="invoiced", updated_at=company.store.now())
        company.store.commit()
        return invoice

    def _write(
        self,
        customer: Customer,
        lines: list[Line],
        *,
        kind: str,
        tax_point: date,
        order: Order | None = None,
        delivery: Delivery | None = None,
        credited: Invoice | None = None,
        advance: Invoice | None = None,
        accrued: OpenItem | None = None,
    ) -> Invoice:
        """Header, lines, entry and open item of one document."""
        company, store = self._company, self._company.store
        day, number = store.day, store.next_id(INVOICES)
        series = {"invoice": "FV", "advance": "FA", "credit_note": "NC"}[kind]
        rate = company.rates.document(customer.currency, day)
        document = Document("FACTURA", f"{series}{number:06d}", day, Source("mercantiq_sales", "invoices", number))
        entry = company.ledger.entry("sales", document, f"Factură {document.number}")
        due = day + timedelta(days=0 if kind != "invoice" else customer.terms)
        rows = [self._line_row(number, index, line, rate) for index, line in enumerate(lines, start=1)]
        net, net_ron = sum(row["net_amount"] for row in rows), sum(row["net_amount_ron"] for row in rows)
        vat, vat_ron = sum(row["vat_amount"] for row in rows), sum(row["vat_amount_ron"] for row in rows)
        domestic = customer.operation == "domestic"
        exempt = domestic and all(line.tax.rate == 0 for line in lines)
        deferred = company.plan.vat_on_collection and domestic and not exempt
        required = domestic and (customer.segment != "individual" or day >= date(2025, 1, 1))
        now = store.now()
        header = store.insert(
            INVOICES,
            id=number,
            number=document.number,
            kind=kind,
            customer_id=customer.id,
            partner_id=customer.partner,
            order_id=order and order.row["id"],
            delivery_id=delivery and delivery.row["id"],
            credited_invoice_id=credited and credited.row["id"],
            advance_invoice_id=advance and advance.row["id"],
            operation="exempt" if exempt else customer.operation,
            issue_date=day,
            tax_point_date=tax_point,
            due_date=due,
            vat_on_collection=deferred,
            currency=customer.currency,
            exchange_rate=rate,
            net_amount=net,
            vat_amount=vat,
            gross_amount=net + vat,
            net_amount_ron=net_ron,
            vat_amount_ron=vat_ron,
            gross_amount_ron=net_ron + vat_ron,
            paid_amount=0,
            status="issued",
            efactura_state="pending" if required else "not_required",
            efactura_due_date=efactura_due(day) if required else None,
            entry_id=entry.id,
            created_at=now,
            updated_at=now,
        )
        for row in rows:
            store.insert(LINES, **row)
        item = company.items.open(
            account="4111", partner=customer.partner, document=document, due=due, currency=customer.currency, rate=rate,
            amount=net + vat, amount_ron=net_ron + vat_ron,
        )  # fmt: skip
        invoice = Invoice(header, customer, item, list(zip(lines, rows, strict=True)))
        self._book(entry, invoice, deferred, accrued, advance)
        if required:
            rejected = self._random.random() < 0.015
            answer = add_working(day, 1) if is_working(day) else add_working(previous_working(day), 2)
            self._uploads.append((answer, invoice, "rejected" if rejected else "accepted"))
        if kind == "advance":
            invoice.advance_item = company.items.open(
                account="419", partner=customer.partner, document=document, due=due, currency="RON", rate=10_000,
                amount=-net, amount_ron=-net_ron,
            )  # fmt: skip
        self._issued.append(invoice)
        return invoice

    def _line_row(self, invoice: int, number: int, line: Line, rate: int) -> dict[str, Any]:
        store = self._company.store
        vat = percent(line.net, line.tax.rate)
        return {
            "id": store.next_id(LINES),
            "invoice_id": invoice,
            "line_number": number,
            "product_id": line.product and line.product.id,
            "warehouse_id": line.product.warehouse if line.product and line.product.stocked else None,
            "credited_line_id": line.credited and line.credited["id"],
            "description": line.description,
            "account_code": line.account,
            "quantity": line.quantity,
            "unit": line.unit,
            "unit_price": line.price,
            "discount_percent": line.discount,
            "net_amount": line.net,
            "vat_rate": line.tax.rate,
            "vat_amount": vat,
            "net_amount_ron": to_ron(line.net, rate),
            "vat_amount_ron": to_ron(vat, rate),
            "cost_ron": line.cost,
            "tax_type": line.tax.tax_type,
            "tax_code": line.tax.code,
        }

    def _book(
        self, entry: Entry, invoice: Invoice, deferred: bool, accrued: OpenItem | None, advance: Invoice | None
    ) -> None:
        company = self._company
        customer, rate = invoice.customer, invoice.row["exchange_rate"]
        partner = invoice.item.side(rate if invoice.item.currency != "RON" else None)
        if accrued is not None:
            entry.pair("sale.invoiced.gross", accrued.carrying, partner, Side(partner=customer.partner))
            company.items.settle(accrued, accrued.remaining, entry)
        for line, row in invoice.lines:
            net, vat, tax = row["net_amount_ron"], row["vat_amount_ron"], line.tax
            base = Side(product=row["product_id"], tax=tax, partner=customer.partner if line.account == "419" else None)
            if line.account == "419":
                entry.pair("sale.advance", net, partner, base, cents=row["net_amount"])
            elif line.account == "709":
                entry.pair("sale.bonus.net", -net, Side(tax=tax), partner, cents=-row["net_amount"])
            elif accrued is None:
                entry.pair("sale.net", net, partner, base, account=line.account, cents=row["net_amount"])
            self._book_vat(entry, invoice, line, net, vat, deferred, accrued is not None and line.account != "419")
        if advance is not None and advance.advance_item is not None:
            company.items.settle(advance.advance_item, advance.advance_item.remaining, entry)
        company.ledger.post(entry)

    def _book_vat(
        self, entry: Entry, invoice: Invoice, line: Line, net: int, vat: int, deferred: bool, accrued: bool
    ) -> None:
        partner, side = invoice.item.side(), Side(tax=line.tax)
        if deferred:
            # An accrued delivery has its VAT in 4428 already; it stays there until the customer pays.
            wait(invoice.waiting, line.tax, vat, net)
            if not accrued:
                entry.pair("sale.vat.deferred", vat, partner, side, base=net)
        elif accrued:
            entry.pair("sale.invoiced.vat", vat, PLAIN, side, base=net)
        elif line.account == "709":
            entry.pair("sale.bonus.vat", -vat, side, partner, base=-net)
        else:
            entry.pair("sale.vat", vat, partner, side, base=net)

    def _accrue(self, waiting: Unbilled) -> None:
        """Delivered in this month, invoiced in the next: income and its VAT wait in 418 and 4428."""
        company, delivery = self._company, waiting.delivery
        customer = delivery.order.customer
        row = delivery.row
        document = Document("AVIZ", row["number"], company.today, Source("mercantiq_sales", "deliveries", row["id"]))
        entry = company.ledger.entry("sales", document, f"Livrare nefacturată {row['number']}")
        partner, total = Side(partner=customer.partner), 0
        for part in delivery.lines:
            net = line_net(part.quantity, part.price, part.discount)
            tax = company.sale_tax(part.product, customer.operation, company.today)
            vat = percent(net, tax.rate)
            total += net + vat
            entry.pair("sale.uninvoiced.net", net, partner, Side(product=part.product.id), account=part.product.revenue)
            if vat:
                waiting_code = not_chargeable(tax, company.today)
                entry.pair("sale.uninvoiced.vat", vat, partner, Side(tax=waiting_code), base=net)
        waiting.accrued = company.items.open(
            account="418", partner=customer.partner, document=document, due=waiting.issue, currency="RON", rate=10_000,
            amount=total, amount_ron=total,
        )  # fmt: skip
        company.ledger.post(entry)
        company.store.commit()

    def _return_stock(self, note: Invoice, line: Line, quantity: int, cost: int) -> None:
        company = self._company
        product = line.product
        if product is None or product.shelf is None:
            return
        document = Document(
            "RETUR", note.row["number"], company.today, Source("mercantiq_sales", "invoices", note.row["id"])
        )
        entry = company.ledger.entry("stock", document, f"Retur marfă {note.row['number']}")
        event = "cost.products" if product.group.kind == "finished" else "cost.goods"
        entry.pair(event, -cost, PLAIN, Side(product=product.id))
        company.stock.receive(product.shelf, quantity, cost, kind="sale_return", document=document, entry=entry.id)
        if entry.lines:
            company.ledger.post(entry)

    def _offset(self, invoice: Invoice, note: Invoice) -> None:
        """Set a credit note off against its invoice, both carried in RON."""
        company, amount = self._company, -note.item.remaining
        holder = Entry(note.row["entry_id"], "sales", Document("FACTURA", note.row["number"], company.today), "")
        company.items.settle(invoice.item, amount, holder)
        company.items.settle(note.item, note.item.remaining, holder)
        for tax, (vat, base) in note.waiting.items():
            wait(invoice.waiting, tax, vat, base)
        note.waiting.clear()
        now = company.store.now()
        paid = invoice.row["paid_amount"] + amount
        status = "credited" if invoice.item.remaining == 0 else "partly_paid"
        company.store.update(INVOICES, invoice.row, paid_amount=paid, status=status, updated_at=now)
        company.store.update(INVOICES, note.row, paid_amount=-amount, status="paid", updated_at=now)
