"""Stock by product and warehouse at weighted average cost.

The average is recomputed after each receipt and kept for the issues that follow; the issue that takes the last unit
takes the whole remaining value, so no residue stays on an empty shelf. Method: OMFP 1802/2014, cost mediu ponderat.
"""

from __future__ import annotations

from dataclasses import dataclass

from cerniq.simulation.integers import divide
from cerniq.simulation.ledger import Document
from cerniq.simulation.store import Row, Store

MOVEMENTS = "iwms.stock_movements"
BALANCES = "iwms.stock_balances"


@dataclass(slots=True)
class Shelf:
    """One product in one warehouse: milli-units, bani, and the average in 1/1,000,000 RON."""

    product: int
    warehouse: int
    account: str
    quantity: int = 0
    value: int = 0
    average: int = 0
    row: Row | None = None


class Stock:
    """All shelves; writes their movements and balances."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shelves: dict[tuple[int, int], Shelf] = {}

    def shelf(self, product: int, warehouse: int, account: str) -> Shelf:
        key = (product, warehouse)
        found = self._shelves.get(key)
        if found is None:
            found = self._shelves[key] = Shelf(product, warehouse, account)
        return found

    def receive(
        self, shelf: Shelf, quantity: int, value: int, *, kind: str, document: Document, entry: int | None
    ) -> int:
        """Put `quantity` in at `value`; returns the movement. A return to a supplier is a negative receipt."""
        shelf.quantity += quantity
        shelf.value += value
        if shelf.quantity:
            shelf.average = divide(shelf.value * 10_000_000, shelf.quantity)
        return self._move(shelf, quantity, value, kind=kind, document=document, entry=entry)

    def issue(
        self, shelf: Shelf, quantity: int, *, kind: str, document: Document, entry: int | None
    ) -> tuple[int, int]:
        """Take `quantity` out at the average; returns the movement and its cost in bani (positive)."""
        cost = shelf.value if quantity == shelf.quantity else divide(quantity * shelf.average, 10_000_000)
        shelf.quantity -= quantity
        shelf.value -= cost
        return self._move(shelf, -quantity, -cost, kind=kind, document=document, entry=entry), cost

    def _move(
        self, shelf: Shelf, quantity: int, value: int, *, kind: str, document: Document, entry: int | None
    ) -> int:
        store, source = self._store, document.source
        number = store.next_id(MOVEMENTS)
        now = store.now()
        store.insert(
            MOVEMENTS,
            id=number,
            moved_on=store.day,
            movement_type=kind,
            product_id=shelf.product,
            warehouse_id=shelf.warehouse,
            quantity=quantity,
            unit_cost_ron=divide(value * 10_000_000, quantity)
            if quantity > 0
            else -divide(value * 10_000_000, -quantity),
            value_ron=value,
            account_code=shelf.account,
            document_type=document.type,
            document_number=document.number,
            source_module=source and source.module,
            source_table=source and source.table,
            source_id=source and source.id,
            entry_id=entry,
            created_at=now,
        )
        figures = {
            "quantity": shelf.quantity,
            "value_ron": shelf.value,
            "average_cost_ron": shelf.average,
            "updated_at": now,
        }
        if shelf.row is None:
            shelf.row = store.insert(BALANCES, product_id=shelf.product, warehouse_id=shelf.warehouse, **figures)
        else:
            store.update(BALANCES, shelf.row, **figures)
        return number
