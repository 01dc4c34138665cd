"""Production orders of the factory: materials out of the stock, finished products into it at what they cost."""

from __future__ import annotations

from datetime import date

from cerniq.simulation.company import Company, Product
from cerniq.simulation.integers import divide
from cerniq.simulation.ledger import PLAIN, Document, Side


class Production:
    """Makes what runs low. The conversion cost of a product is a fixed amount a piece, raised with inflation."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._finished = [product for product in company.products if product.group.kind == "finished"]
        self._orders = 0

    def make_due(self, day: date) -> None:
        """As many orders as the plant can run in a day, the emptiest shelf first."""
        plan = self._company.plan
        capacity = max(1, round(plan.size.production_a_day * max(plan.scale, 0.4) * 2))
        if plan.scale < 0.4 and day.toordinal() % 2:
            return
        short = sorted((p for p in self._finished if self._cover(p) < 12), key=lambda p: (self._cover(p), p.id))
        for product in short[:capacity]:
            self._make(product, day)

    def need_materials(self) -> None:
        """Demand for materials follows from that for products."""
        for product in self._finished:
            for material_id, _ in product.recipe:
                self._company.product(material_id).demand = 0.0
        for product in self._finished:
            for material_id, quantity in product.recipe:
                self._company.product(material_id).demand += product.demand * quantity / 1000

    @staticmethod
    def _cover(product: Product) -> float:
        """Days for which the shelf lasts."""
        held = product.shelf.quantity if product.shelf is not None else 0
        return held / max(product.demand, 1.0)

    def _make(self, product: Product, day: date) -> None:
        company = self._company
        month = (day.month - 1 + (day.day > 15)) % 12
        pace = product.demand * product.group.season[month] / product.group.season[day.month - 1]
        wanted = max(1, int(pace * 18 / 1000))
        quantity = min([wanted, *(self._possible(material, part) for material, part in product.recipe)])
        if quantity < 1 or product.shelf is None:
            return
        self._orders += 1
        document = Document("BON", f"OP{self._orders:06d}", day)
        entry = company.ledger.entry("stock", document, f"Producție {product.sku} {document.number}")
        cost = 0
        for material_id, part in product.recipe:
            material = company.product(material_id)
            if material.shelf is None:
                continue
            _, used = company.stock.issue(
                material.shelf, part * quantity, kind="production_issue", document=document, entry=entry.id
            )
            entry.pair("production.used", used, PLAIN, Side(product=material_id))
            cost += used
        conversion = divide(product.conversion * quantity * company.inflation(), 1_000_000)
        cost += conversion
        entry.pair("production.made", cost, Side(product=product.id), PLAIN)
        company.stock.receive(
            product.shelf, quantity * 1000, cost, kind="production_output", document=document, entry=entry.id
        )
        company.ledger.post(entry)
        company.store.commit()

    def _possible(self, material_id: int, part: int) -> int:
        shelf = self._company.product(material_id).shelf
        return (shelf.quantity if shelf is not None else 0) // part
