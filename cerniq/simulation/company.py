"""What all departments of a simulated company share: its books, its stock, its money, its partners and products."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from cerniq.simulation.catalogue import FACTORY_GROUPS, RAW_GROUPS, SERVICE_GROUP, SERVICES, TRADE_GROUPS, Group
from cerniq.simulation.integers import divide
from cerniq.simulation.ledger import Ledger
from cerniq.simulation.open_items import OpenItems
from cerniq.simulation.partners import Customer, Supplier, make_customers, make_suppliers
from cerniq.simulation.plan import CompanyPlan
from cerniq.simulation.rates import Rates, lead_in
from cerniq.simulation.stock import Shelf, Stock
from cerniq.simulation.store import Row, Store
from cerniq.simulation.treasury import Treasury
from cerniq.simulation.vat import Tax, tax_of

GOODS_WAREHOUSE, SECOND_WAREHOUSE = 1, 2


@dataclass(slots=True)
class Product:
    """A product and what the company knows of it. `price` and `cost` in 1/10,000 RON; `demand` milli-units a day."""

    id: int
    sku: str
    group: Group
    group_id: int
    name_ro: str
    name_en: str
    price: int
    cost: int
    popularity: float
    typical: int
    warehouse: int
    revenue: str
    operation: str = "taxable"
    unit: str = "H87"
    supplier: int = 0
    demand: float = 0.0
    on_order: int = 0
    shelf: Shelf | None = None
    recipe: list[tuple[int, int]] = field(default_factory=list)
    conversion: int = 0
    promoted_until: date | None = None
    row: Row | None = None

    @property
    def stocked(self) -> bool:
        return self.group.kind != "service"


STOCK_ACCOUNTS = {"goods": "371", "raw": "301", "finished": "345"}
_REVENUES = {"goods": "707", "finished": "7015", "raw": "707"}


class Company:
    """The shared state; departments change it and never each other."""

    def __init__(self, plan: CompanyPlan) -> None:
        self.plan = plan
        self.store = Store()
        self.ledger = Ledger(self.store)
        self.items = OpenItems(self.store)
        self.stock = Stock(self.store)
        self.rates = Rates(seed=plan.rng_seed, first=lead_in(plan.first_day))
        self.treasury = Treasury(self.store, self.ledger, self.rates)
        self.products = _make_products(plan)
        self.customers: list[Customer] = make_customers(plan)
        self.suppliers: list[Supplier] = make_suppliers(plan)
        self._assign_suppliers()
        for product in self.products:
            if product.stocked:
                account = STOCK_ACCOUNTS[product.group.kind]
                product.shelf = self.stock.shelf(product.id, product.warehouse, account)

    def random(self, name: str) -> Random:
        """A generator of its own for each department, so that one's draws never shift another's."""
        return Random(f"{self.plan.rng_seed}/{name}")

    @property
    def today(self) -> date:
        return self.store.day

    def product(self, number: int) -> Product:
        return self.products[number - 1]

    def supplier(self, number: int) -> Supplier:
        return self.suppliers[number - 1]

    def sale_tax(self, product: Product, operation: str, tax_point: date) -> Tax:
        """The tax of a line sold by `operation` (domestic, intra_community, export)."""
        if operation in ("intra_community", "export"):
            return tax_of(operation, "sale", tax_point)
        if product.operation == "exempt":
            return tax_of("exempt", "sale", tax_point)
        scheme = "on_collection" if self.plan.vat_on_collection else "taxable"
        return tax_of(f"{scheme}_{product.group.vat_class}", "sale", tax_point)

    def growth(self) -> float:
        """Demand against the first month: 9 percent a year."""
        return 1.0 + 0.09 * (self.today - self.plan.first_day).days / 365

    def inflation(self) -> int:
        """Purchase prices against the first day, in 1/100 percent: 4 percent a year."""
        return 10_000 + divide((self.today - self.plan.first_day).days * 400, 365)

    def _assign_suppliers(self) -> None:
        goods = [supplier for supplier in self.suppliers if supplier.kind == "goods"]
        for index, product in enumerate(p for p in self.products if p.group.kind in ("goods", "raw")):
            # Two suppliers a group; the order of `partners` gives the wood groups those of the reverse charge.
            supplier = goods[(product.group_id * 2 + index % 2) % len(goods)]
            product.supplier = supplier.id
            supplier.products.append(product.id)


def product_values(product: Product, groups_price: int, now: Any) -> dict[str, Any]:
    """The columns of `iwms.products`."""
    return {
        "id": product.id,
        "sku": product.sku,
        "name_ro": product.name_ro,
        "name_en": product.name_en,
        "group_id": product.group_id,
        "kind": product.group.kind,
        "unit": product.unit,
        "nc8_code": product.group.nc8,
        "stock_account": STOCK_ACCOUNTS.get(product.group.kind),
        "list_price_ron": groups_price,
        "is_active": True,
        "created_at": now,
        "updated_at": now,
    }


def groups_of(plan: CompanyPlan) -> tuple[Group, ...]:
    """The plan's product groups, in the order of their identifiers."""
    own = TRADE_GROUPS if plan.kind == "trade" else (*FACTORY_GROUPS, *RAW_GROUPS)
    return (*own, SERVICE_GROUP)


def _make_products(plan: CompanyPlan) -> list[Product]:
    random = Random(f"{plan.rng_seed}/products")
    count = max(2, round(plan.size.products_a_group * plan.scale**0.4))
    found: list[Product] = []
    for group_id, group in enumerate(groups_of(plan), start=1):
        if group.kind == "service":
            continue
        for number in range(1, (count if group.kind != "raw" else max(2, count // 2 + 1)) + 1):
            price = round(random.uniform(group.lowest, group.highest) * 100) * 100
            found.append(
                Product(
                    id=len(found) + 1,
                    sku=f"{group.code}-{number:03d}",
                    group=group,
                    group_id=group_id,
                    name_ro=f"{group.item_ro} model {number:02d}",
                    name_en=f"{group.item_en} model {number:02d}",
                    price=price,
                    cost=divide(price * (group.cost + random.randint(-4, 4)), 100),
                    popularity=group.weight / number**0.6,
                    typical=max(1, group.typical),
                    warehouse=SECOND_WAREHOUSE
                    if group.kind == "finished" or group.code in ("CAR", "ALI")
                    else GOODS_WAREHOUSE,
                    revenue=_REVENUES[group.kind],
                    unit=group.unit,
                )
            )
    _write_recipes(found, random)
    for service in SERVICES:
        found.append(
            Product(
                id=len(found) + 1,
                sku=service.sku,
                group=SERVICE_GROUP,
                group_id=len(groups_of(plan)),
                name_ro=service.name_ro,
                name_en=service.name_en,
                price=service.price * 10_000,
                cost=0,
                popularity=0,
                typical=1,
                warehouse=GOODS_WAREHOUSE,
                revenue=service.account,
                operation=service.operation,
                unit=service.unit,
            )
        )
    return found


def _write_recipes(products: list[Product], random: Random) -> None:
    """Materials for about four fifths of a finished product's cost; the rest is work and machines."""
    raw = [product for product in products if product.group.kind == "raw"]
    for product in products:
        if product.group.kind != "finished":
            continue
        used = random.sample(raw, min(3, len(raw)))
        for material in used:
            quantity = max(50, divide(product.cost * 80 * 1000, 100 * len(used) * material.cost) // 10 * 10)
            product.recipe.append((material.id, quantity))
        product.conversion = divide(product.cost * 20, 100)
