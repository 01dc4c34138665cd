"""Stock bought: purchase orders, goods receipts and supplier invoices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cerniq.simulation.bills import BillLine, Bills, Payable
from cerniq.simulation.calendar import add_working
from cerniq.simulation.company import Company, Product
from cerniq.simulation.integers import divide, line_net, percent, to_ron
from cerniq.simulation.ledger import PLAIN, Document, Side, Source
from cerniq.simulation.open_items import OpenItem
from cerniq.simulation.partners import Supplier
from cerniq.simulation.store import Row
from cerniq.simulation.vat import tax_of

ORDERS, ORDER_LINES = "mercantiq_procurement.purchase_orders", "mercantiq_procurement.purchase_order_lines"
RECEIPTS, RECEIPT_LINES = "mercantiq_procurement.goods_receipts", "mercantiq_procurement.goods_receipt_lines"


@dataclass(slots=True)
class Ordered:
    """A purchase order under way; quantities in milli-units, prices in 1/10,000 of its currency."""

    row: Row
    supplier: Supplier
    lines: list[tuple[Product, int, int, Row]]
    expected: date
    advance: Payable | None = None


@dataclass(slots=True)
class Received:
    """Goods received; `accrued` is the open item on 408 while the invoice has not come."""

    row: Row
    order: Ordered
    lines: list[tuple[Product, int, int, int, Row]] = field(default_factory=list)
    invoice_on: date = date.max
    accrued: OpenItem | None = None


class Purchases:
    """Keeps the shelves filled."""

    def __init__(self, company: Company, bills: Bills) -> None:
        self._company = company
        self._bills = bills
        self._random = company.random("purchases")
        self._ordered: list[Ordered] = []
        self._uninvoiced: list[Received] = []

    def reorder(self, day: date) -> None:
        """Each supplier has its weekday; everything of it that runs low is ordered then."""
        for supplier in self._company.suppliers:
            if supplier.kind == "goods" and supplier.id % 5 == day.weekday():
                self._order(supplier, day)

    def receive_due(self, day: date) -> None:
        """Goods whose day has come."""
        due = [ordered for ordered in self._ordered if ordered.expected <= day]
        self._ordered = [ordered for ordered in self._ordered if ordered.expected > day]
        for ordered in due:
            self._receive(ordered)

    def invoices_due(self, day: date) -> None:
        """Invoices that come after their goods."""
        due = [received for received in self._uninvoiced if received.invoice_on <= day]
        self._uninvoiced = [received for received in self._uninvoiced if received.invoice_on > day]
        for received in due:
            self._invoice(received)

    def _order(self, supplier: Supplier, day: date) -> None:
        company, store = self._company, self._company.store
        wanted = [(p, q) for p in map(company.product, supplier.products) if (q := self._wanted(p, supplier, day)) > 0]
        if not wanted:
            return
        rate = company.rates.document(supplier.currency, day)
        number, now = store.next_id(ORDERS), store.now()
        lines = []
        for index, (product, quantity) in enumerate(wanted, start=1):
            price = self._price(product, rate)
            lines.append((product, quantity, price, self._order_line(number, index, product, quantity, price)))
            product.on_order += quantity
        expected = add_working(day, max(1, supplier.lead * 5 // 7 + self._random.randint(0, 2)))
        row = store.insert(
            ORDERS,
            id=number,
            number=f"CA{number:06d}",
            supplier_id=supplier.id,
            ordered_on=day,
            expected_on=expected,
            warehouse_id=wanted[0][0].warehouse,
            currency=supplier.currency,
            net_amount=sum(line[3]["net_amount"] for line in lines),
            status="open",
            created_at=now,
            updated_at=now,
        )
        ordered = Ordered(row, supplier, lines, expected)
        self._ordered.append(ordered)
        store.commit()
        large = row["net_amount"] > 300_000 * company.plan.size.money
        if supplier.takes_advances and large and self._random.random() < 0.3:
            net = divide(row["net_amount"] * 30, 100)
            tax = self._bills.domestic_tax(supplier, "standard", day)
            line = BillLine(f"Avans {row['number']}", "4091", 1000, "H87", net * 100, net, tax)
            ordered.advance = self._bills.receive(supplier, [line], kind="advance", order=row["id"])

    def _order_line(self, order: int, number: int, product: Product, quantity: int, price: int) -> Row:
        store = self._company.store
        return store.insert(
            ORDER_LINES,
            id=store.next_id(ORDER_LINES),
            purchase_order_id=order,
            line_number=number,
            product_id=product.id,
            quantity=quantity,
            unit_price=price,
            net_amount=line_net(quantity, price),
        )

    def _wanted(self, product: Product, supplier: Supplier, day: date) -> int:
        """Milli-units to order: cover for about five weeks of the coming season, in whole units."""
        shelf = product.shelf
        if shelf is None:
            return 0
        month = (day.month - 1 + (day.day > 15)) % 12
        pace = product.demand * product.group.season[month] / product.group.season[day.month - 1]
        cover = supplier.lead * 5 / 7 + 9
        if shelf.quantity + product.on_order > pace * cover:
            return 0
        target = int(pace * (cover + 22)) - shelf.quantity - product.on_order
        return max(0, target // 1000 * 1000) or (1000 if shelf.quantity + product.on_order == 0 else 0)

    def _price(self, product: Product, rate: int) -> int:
        """Cost with inflation and a little noise, in the supplier's currency, to the cent."""
        noise = 10_000 + self._random.randint(-220, 220)
        cost = divide(product.cost * self._company.inflation() * noise, 100_000_000)
        return max(100, divide(cost * 10_000, rate * 100) * 100)

    def _receive(self, ordered: Ordered) -> None:
        """The goods come: in with their invoice, or through 408 when the invoice is late."""
        company, store = self._company, self._company.store
        day, supplier = store.day, ordered.supplier
        number = store.next_id(RECEIPTS)
        late = supplier.late_invoices and ordered.advance is None and self._random.random() < 0.7
        row = store.insert(
            RECEIPTS,
            id=number,
            number=f"NIR{number:06d}",
            purchase_order_id=ordered.row["id"],
            supplier_id=supplier.id,
            warehouse_id=ordered.row["warehouse_id"],
            received_on=day,
            created_at=store.now(),
        )
        received = Received(row, ordered, invoice_on=add_working(day, self._random.randint(2, 9)) if late else day)
        document = Document("NIR", row["number"], day, Source("mercantiq_procurement", "goods_receipts", number))
        # With its invoice at hand the receipt is part of the invoice's entry, whose number it takes.
        entry = company.ledger.entry("purchases", document, f"Recepție {row['number']}")
        row["entry_id"] = entry.id
        if store.by_document:
            store.restate(RECEIPTS, row)
        self._put_away(received, document, entry.id)
        store.update(ORDERS, ordered.row, status="received", updated_at=store.now())
        if not late:
            self._invoice(received, entry_id=entry.id)
            return
        vat_total = net_total = 0
        partner = Side(partner=supplier.partner)
        for product, _, _, value, _ in received.lines:
            tax = tax_of(f"taxable_{product.group.vat_class}", "purchase", day)
            vat = percent(value, tax.rate)
            entry.pair("receipt.net", value, Side(product=product.id), partner, account=_account(product))
            entry.pair("receipt.vat", vat, PLAIN, partner)
            net_total, vat_total = net_total + value, vat_total + vat
        received.accrued = company.items.open(
            account="408", partner=supplier.partner, document=document, due=received.invoice_on, currency="RON",
            rate=10_000, amount=-(net_total + vat_total), amount_ron=-(net_total + vat_total),
        )  # fmt: skip
        company.ledger.post(entry)
        store.commit()
        self._uninvoiced.append(received)

    def _put_away(self, received: Received, document: Document, entry: int) -> None:
        company, store, ordered = self._company, self._company.store, received.order
        rate = company.rates.document(ordered.supplier.currency, store.day)
        for product, quantity, price, line in ordered.lines:
            product.on_order -= quantity
            arrived = quantity
            if self._random.random() < 0.03 and quantity >= 10_000 and ordered.advance is None:
                arrived = quantity * 9 // 10 // 1000 * 1000
            value = to_ron(line_net(arrived, price), rate)
            if product.shelf is None:
                continue
            movement = company.stock.receive(
                product.shelf, arrived, value, kind="purchase_receipt", document=document, entry=entry
            )
            row = store.insert(
                RECEIPT_LINES,
                id=store.next_id(RECEIPT_LINES),
                goods_receipt_id=received.row["id"],
                purchase_order_line_id=line["id"],
                product_id=product.id,
                quantity=arrived,
                unit_cost_ron=divide(value * 10_000_000, arrived),
                value_ron=value,
                movement_id=movement,
            )
            received.lines.append((product, arrived, price, value, row))

    def _invoice(self, received: Received, entry_id: int | None = None) -> None:
        """The supplier's invoice for the goods of one receipt."""
        ordered, supplier = received.order, received.order.supplier
        tax_point = received.row["received_on"]
        lines = []
        for product, quantity, price, _, row in received.lines:
            tax = self._bills.goods_tax(supplier, product.group.vat_class, tax_point)
            lines.append(
                BillLine(
                    product.name_ro, _account(product), quantity, product.unit, price, line_net(quantity, price), tax,
                    product=product.id, receipt_line=row["id"],
                )
            )  # fmt: skip
        if ordered.advance is not None:
            taken = ordered.advance.lines[0]
            lines.append(
                BillLine(
                    f"Regularizare avans {ordered.row['number']}",
                    "4091",
                    -1000,
                    "H87",
                    taken.price,
                    -taken.net,
                    taken.tax,
                )
            )
        self._bills.receive(
            supplier, lines, kind="invoice", order=ordered.row["id"], receipt=received.row["id"],
            advance=ordered.advance, accrued=received.accrued, entry_id=entry_id, order_row=ordered.row,
        )  # fmt: skip


def _account(product: Product) -> str:
    return product.shelf.account if product.shelf is not None else "628"
