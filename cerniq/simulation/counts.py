"""The yearly stock count: a few pieces too many, a few too few."""

from __future__ import annotations

from cerniq.simulation.company import Company
from cerniq.simulation.integers import divide
from cerniq.simulation.ledger import PLAIN, Document, Side


def count_stock(company: Company) -> None:
    """Book a surplus of one and a shortage of two pieces, as one entry (within the limits that bear no VAT)."""
    finished = [
        product for product in company.products if product.shelf is not None and product.shelf.quantity >= 10_000
    ]
    products = [product for product in finished if product.group.kind in ("goods", "finished")][:3]
    if len(products) < 3:
        return
    document = Document("INVENTAR", f"INV-{company.today.year}", company.today)
    entry = company.ledger.entry("stock", document, f"Inventar {company.today.year}")
    for index, product in enumerate(products):
        shelf = product.shelf
        if shelf is None:
            continue
        event = "cost.products" if product.group.kind == "finished" else "cost.goods"
        side = Side(product=product.id)
        if index == 0:
            cost = divide(shelf.average * 1000, 10_000_000)
            company.stock.receive(shelf, 1000, cost, kind="count_surplus", document=document, entry=entry.id)
            entry.pair(event, -cost, PLAIN, side)
        else:
            _, cost = company.stock.issue(shelf, 1000, kind="count_shortage", document=document, entry=entry.id)
            entry.pair(event, cost, PLAIN, side)
    company.ledger.post(entry)
    company.store.commit()
