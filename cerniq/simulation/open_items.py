"""What partners owe and are owed, document by document, in step with the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cerniq.simulation.integers import to_ron
from cerniq.simulation.ledger import Document, Entry, Side
from cerniq.simulation.store import Store


@dataclass(slots=True)
class OpenItem:
    """An open document. `remaining` in cents of its currency and `carrying` in bani; debit positive."""

    id: int
    partner: int
    account: str
    currency: str
    remaining: int
    carrying: int

    def side(self, rate: int | None = None) -> Side:
        """The side of an entry that moves this item."""
        return Side(partner=self.partner, currency=self.currency, rate=rate)


class OpenItems:
    """Opens and settles items; remembers the foreign ones, which are revalued each month."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._foreign: dict[int, OpenItem] = {}

    def open(
        self,
        *,
        account: str,
        partner: int,
        document: Document,
        due: date,
        currency: str,
        rate: int,
        amount: int,
        amount_ron: int,
    ) -> OpenItem:
        """A new item of `amount` cents, carried at `amount_ron` bani (debit positive)."""
        number = self._store.next_id("numeriqo_accounting.open_items")
        source = document.source
        self._store.insert(
            "numeriqo_accounting.open_items",
            id=number,
            partner_id=partner,
            account_code=account,
            document_type=document.type,
            document_number=document.number,
            source_module=source and source.module,
            source_table=source and source.table,
            source_id=source and source.id,
            issue_date=document.day,
            due_date=due,
            currency=currency,
            exchange_rate=rate,
            amount=amount,
            amount_ron=amount_ron,
        )
        item = OpenItem(number, partner, account, currency, amount, amount_ron)
        if currency != "RON":
            self._foreign[number] = item
        return item

    def settle(self, item: OpenItem, amount: int, entry: Entry) -> int:
        """Take `amount` cents (same sign as the item) off `item`; returns the bani at which they were carried."""
        whole = amount == item.remaining
        carried = item.carrying if whole else _share(item.carrying, amount, item.remaining)
        item.remaining -= amount
        item.carrying -= carried
        if whole:
            self._foreign.pop(item.id, None)
        self._store.insert(
            "numeriqo_accounting.open_item_settlements",
            id=self._store.next_id("numeriqo_accounting.open_item_settlements"),
            open_item_id=item.id,
            entry_id=entry.id,
            settled_on=self._store.day,
            amount=-amount,
            amount_ron=-carried,
        )
        return carried

    def foreign_groups(self) -> dict[tuple[str, int, str], list[OpenItem]]:
        """The foreign items by account, partner and currency."""
        groups: dict[tuple[str, int, str], list[OpenItem]] = {}
        for item in self._foreign.values():
            groups.setdefault((item.account, item.partner, item.currency), []).append(item)
        return groups


def revalue(items: list[OpenItem], rate: int) -> int:
    """Carry one partner's items at `rate`; returns the change in bani. The partner's total is exact, to the ban."""
    target = to_ron(sum(item.remaining for item in items), rate)
    change = target - sum(item.carrying for item in items)
    for item in items:
        item.carrying = to_ron(item.remaining, rate)
    # Rounding each item can miss the partner's total by a few bani, which the newest item takes.
    items[-1].carrying += target - sum(item.carrying for item in items)
    return change


def _share(carrying: int, amount: int, remaining: int) -> int:
    sign = 1 if remaining > 0 else -1
    doubled = 2 * carrying * amount * sign
    return (doubled + remaining * sign) // (2 * remaining * sign)
