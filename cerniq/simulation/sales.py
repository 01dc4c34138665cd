"""Orders and deliveries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from cerniq.simulation.calendar import add_working
from cerniq.simulation.company import Company, Product
from cerniq.simulation.integers import divide, line_net
from cerniq.simulation.ledger import PLAIN, Document, Side, Source
from cerniq.simulation.masters import write_customer
from cerniq.simulation.partners import Customer
from cerniq.simulation.store import Row

ORDERS, ORDER_LINES = "mercantiq_sales.orders", "mercantiq_sales.order_lines"
DELIVERIES, DELIVERY_LINES = "mercantiq_sales.deliveries", "mercantiq_sales.delivery_lines"
_QUANTITY = {
    "wholesale": 3.0,
    "key_account": 5.0,
    "export_eu": 4.0,
    "export_far": 4.0,
    "public": 2.0,
    "individual": 0.25,
}


@dataclass(slots=True)
class OrderLine:
    product: Product
    quantity: int
    price: int
    discount: int
    row: Row


@dataclass(slots=True)
class Order:
    """An open order; `advance` is set by billing when the customer pays one."""

    row: Row
    customer: Customer
    lines: list[OrderLine]
    due: date
    tries: int = 0
    advance: object | None = None


@dataclass(slots=True)
class DeliveredLine:
    """What was delivered of an order line, at what cost in bani (None for a service)."""

    product: Product
    quantity: int
    price: int
    discount: int
    cost: int | None


@dataclass(slots=True)
class Delivery:
    row: Row
    order: Order
    lines: list[DeliveredLine] = field(default_factory=list)


class Sales:
    """The order desk and the warehouse door."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._random = company.random("sales")
        self.open: list[Order] = []
        self._stocked = [p for p in company.products if p.group.kind in ("goods", "finished")]
        self._services = [p for p in company.products if not p.stocked]

    def expect_demand(self) -> None:
        """A first guess of each product's daily demand, from the plan's own figures."""
        size, plan = self._company.plan.size, self._company.plan
        total = sum(product.popularity for product in self._stocked)
        for product in self._stocked:
            lines = size.orders_a_day * plan.scale * 2.6 * product.popularity / total
            product.demand = lines * product.typical * 2.0 * size.quantity_factor * 1000

    def greet_customers(self, day: date) -> None:
        """Customers whose first day has come."""
        for customer in self._company.customers:
            if customer.row is None and customer.starts <= day:
                write_customer(self._company, customer)
                self._company.store.commit()

    def take_orders(self, day: date) -> list[Order]:
        """The day's new orders."""
        size, plan = self._company.plan.size, self._company.plan
        active = [c for c in self._company.customers if c.row is not None and (c.ends is None or day <= c.ends)]
        expected = size.orders_a_day * plan.scale * self._company.growth()
        count = int(expected) + (self._random.random() < expected % 1)
        count = max(0, count + round(self._random.gauss(0, 0.25 * expected**0.5)))
        popularity = [self._attraction(product, day) for product in self._stocked]
        found = []
        for customer in self._random.choices(active, [c.weight for c in active], k=count):
            found.append(self._take_order(customer, popularity, day))
        return found

    def deliver_due(self, day: date) -> list[Delivery]:
        """Deliver the orders whose day has come; an order that finds nothing waits, then is cancelled."""
        due = [order for order in self.open if order.due <= day]
        found = []
        for order in due:
            if self._available(order):
                self.open.remove(order)
                found.append(self._deliver(order))
                continue
            order.tries += 1
            order.due = add_working(day, 2)
            if order.tries >= 4 and order.advance is None:
                self.open.remove(order)
                self._company.store.update(ORDERS, order.row, status="cancelled", updated_at=self._company.store.now())
                self._company.store.commit()
        return found

    def drop_lines(self) -> None:
        """Now and then a customer takes a line back before delivery: the ERP deletes it."""
        for order in self.open:
            if len(order.lines) < 2 or order.advance is not None or self._random.random() > 0.012:
                continue
            line = order.lines.pop()
            store = self._company.store
            store.delete(ORDER_LINES, line.row)
            store.update(
                ORDERS, order.row, net_amount=order.row["net_amount"] - line.row["net_amount"], updated_at=store.now()
            )
            store.commit()

    def _attraction(self, product: Product, day: date) -> float:
        season = product.group.season[day.month - 1] / 100
        promoted = 2.4 if product.promoted_until and day <= product.promoted_until else 1.0
        return product.popularity * season * promoted

    def _take_order(self, customer: Customer, popularity: list[float], day: date) -> Order:
        company, random = self._company, self._random
        store = company.store
        number = store.next_id(ORDERS)
        wanted = random.choices(self._stocked, popularity, k=random.choice((1, 2, 2, 3, 3, 4, 5)))
        products = list(dict.fromkeys(product.id for product in wanted))
        rate = company.rates.document(customer.currency, day)
        now = store.now()
        due = add_working(day, random.choice((1, 1, 2, 2, 3, 5)))
        row = store.insert(
            ORDERS,
            id=number,
            number=f"CV{number:06d}",
            customer_id=customer.id,
            ordered_on=day,
            requested_on=due,
            warehouse_id=company.product(products[0]).warehouse,
            currency=customer.currency,
            net_amount=0,
            status="open",
            created_at=now,
            updated_at=now,
        )
        order = Order(row, customer, [], due)
        for product_id in products:
            self._add_line(order, company.product(product_id), rate, day)
        self._add_service(order, rate)
        row["net_amount"] = sum(line.row["net_amount"] for line in order.lines)
        if store.by_document:
            # The header was recorded before its lines were priced.
            store.restate(ORDERS, row)
        self.open.append(order)
        store.commit()
        return order

    def _add_line(self, order: Order, product: Product, rate: int, day: date) -> None:
        random, size = self._random, self._company.plan.size
        factor = _QUANTITY.get(order.customer.segment, 1.0) * size.quantity_factor
        quantity = max(1, round(product.typical * factor * random.uniform(0.5, 1.5))) * 1000
        product.demand += quantity / 22
        promoted = product.promoted_until is not None and day <= product.promoted_until
        discount = order.customer.discount + (1_200 if promoted else 0)
        self._insert_line(order, product, quantity, self._price(product, rate), discount)

    def _add_service(self, order: Order, rate: int) -> None:
        if order.customer.currency == "RON" and self._random.random() < 0.12:
            service = self._services[self._random.choice((0, 0, 1, 2))]
            self._insert_line(order, service, self._random.choice((1, 1, 2)) * 1000, self._price(service, rate), 0)

    def _insert_line(self, order: Order, product: Product, quantity: int, price: int, discount: int) -> None:
        store = self._company.store
        row = store.insert(
            ORDER_LINES,
            id=store.next_id(ORDER_LINES),
            order_id=order.row["id"],
            line_number=len(order.lines) + 1,
            product_id=product.id,
            quantity=quantity,
            unit_price=price,
            discount_percent=discount,
            net_amount=line_net(quantity, price, discount),
        )
        order.lines.append(OrderLine(product, quantity, price, discount, row))

    @staticmethod
    def _price(product: Product, rate: int) -> int:
        """List price, or its worth in the customer's currency to the cent."""
        return product.price if rate == 10_000 else divide(product.price * 10_000, rate * 100) * 100

    @staticmethod
    def _available(order: Order) -> bool:
        shelves = [(line, line.product.shelf) for line in order.lines if line.product.shelf is not None]
        if order.advance is not None and order.tries < 6:
            # Goods that are paid for in part leave together.
            return all(shelf.quantity >= line.quantity for line, shelf in shelves)
        return not shelves or any(shelf.quantity >= 1000 for _, shelf in shelves)

    def _deliver(self, order: Order) -> Delivery:
        company = self._company
        store = company.store
        number = store.next_id(DELIVERIES)
        row = store.insert(
            DELIVERIES,
            id=number,
            number=f"AV{number:06d}",
            order_id=order.row["id"],
            warehouse_id=order.row["warehouse_id"],
            delivered_on=store.day,
            created_at=store.now(),
        )
        delivery = Delivery(row, order)
        document = Document("AVIZ", row["number"], store.day, Source("mercantiq_sales", "deliveries", number))
        entry = company.ledger.entry("stock", document, f"Descărcare gestiune {row['number']}")
        for line in order.lines:
            quantity, movement, cost = line.quantity, None, None
            shelf = line.product.shelf
            if shelf is not None:
                quantity = min(quantity, shelf.quantity // 1000 * 1000)
                if quantity <= 0:
                    continue
                movement, cost = company.stock.issue(
                    shelf, quantity, kind="sale_issue", document=document, entry=entry.id
                )
                event = "cost.products" if line.product.group.kind == "finished" else "cost.goods"
                entry.pair(event, cost, PLAIN, Side(product=line.product.id))
            self._insert_delivery_line(number, line, quantity, movement)
            delivery.lines.append(DeliveredLine(line.product, quantity, line.price, line.discount, cost))
        if entry.lines:
            company.ledger.post(entry)
        else:
            store.release_id("numeriqo_accounting.journal_entries", entry.id)
        store.update(ORDERS, order.row, status="delivered", updated_at=store.now())
        store.commit()
        return delivery

    def _insert_delivery_line(self, delivery: int, line: OrderLine, quantity: int, movement: int | None) -> None:
        store = self._company.store
        store.insert(
            DELIVERY_LINES,
            id=store.next_id(DELIVERY_LINES),
            delivery_id=delivery,
            order_line_id=line.row["id"],
            product_id=line.product.id,
            quantity=quantity,
            movement_id=movement,
        )


def fade_demand(products: list[Product]) -> None:
    """End of a working day: yesterday's orders count a little less."""
    for product in products:
        product.demand *= 21 / 22
