"""Bank accounts and the cash desk: statement lines, in step with the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from cerniq.simulation.integers import divide, to_ron
from cerniq.simulation.ledger import Document, Entry, Ledger, Side
from cerniq.simulation.names import romanian_iban
from cerniq.simulation.rates import Rates
from cerniq.simulation.store import Store

LINES = "numeriqo_accounting.bank_statement_lines"


@dataclass(slots=True)
class Account:
    """A treasury account. `cents` in its currency, `carrying` in bani."""

    id: int
    code: str
    currency: str
    kind: str
    name: str
    cents: int = 0
    carrying: int = 0


class Treasury:
    """All treasury accounts of the company."""

    def __init__(self, store: Store, ledger: Ledger, rates: Rates) -> None:
        self._store, self._ledger, self._rates = store, ledger, rates
        self.bank = Account(1, "5121", "RON", "bank", "Cont curent lei")
        self.foreign = {
            "EUR": Account(2, "5124", "EUR", "bank", "Cont curent EUR"),
            "USD": Account(3, "5124", "USD", "bank", "Cont curent USD"),
        }
        self.cash = Account(4, "5311", "RON", "cash", "Casierie")
        self._numbers = 0

    def all(self) -> tuple[Account, ...]:
        return (self.bank, *self.foreign.values(), self.cash)

    def of(self, currency: str) -> Account:
        """The bank account that holds `currency`."""
        return self.bank if currency == "RON" else self.foreign[currency]

    def reference(self) -> str:
        """The bank's reference of the next operation."""
        self._numbers += 1
        return f"OP{self._numbers:07d}"

    def book(self, account: Account, cents: int, ron: int, entry: Entry, reference: str, partner: int | None) -> None:
        """One statement line: in positive, out negative; `ron` as the ledger has it."""
        account.cents += cents
        account.carrying += ron
        self._store.insert(
            LINES,
            id=self._store.next_id(LINES),
            bank_account_id=account.id,
            booked_on=self._store.day,
            amount=cents,
            amount_ron=ron,
            partner_id=partner,
            reference=reference,
            entry_id=entry.id,
        )

    def side(self, account: Account, rate: int) -> Side:
        """The side of an entry on this account, in its currency."""
        return Side(currency=account.currency, rate=rate if account.currency != "RON" else None)

    def simple(self, event: str, amount: int, text: str, *, account: str | None = None, kind: str = "bank") -> Entry:
        """An entry of one pair between the RON bank account and another account, with its statement line."""
        reference = self.reference()
        entry = self._ledger.entry("bank", Document("EXTRAS", reference, self._store.day), text)
        entry.pair(event, amount, account=account)
        received = ("5121", True, Side()) in entry.lines
        self.book(self.bank, amount if received else -amount, amount if received else -amount, entry, reference, None)
        self._ledger.post(entry)
        self._store.commit()
        return entry

    def ensure(self, currency: str, cents: int) -> None:
        """Buy currency where the account has less than `cents`; the bank sells 0.6 percent above the table."""
        account = self.foreign[currency]
        if account.cents >= cents:
            return
        day = self._store.day
        amount = ((cents - account.cents) // 100_000 + 2) * 100_000
        rate = self._rates.document(currency, day)
        worth, paid = to_ron(amount, rate), to_ron(amount, divide(rate * 1_006, 1_000))
        reference = self.reference()
        entry = self._ledger.entry("bank", Document("SCHIMB", reference, day), f"Cumpărare {currency}")
        entry.pair("currency.out", paid)
        entry.pair("currency.in", worth, self.side(account, rate), cents=amount)
        entry.pair("currency.cost", paid - worth)
        self.book(self.bank, -paid, -paid, entry, reference, None)
        self.book(account, amount, worth, entry, reference, None)
        self._ledger.post(entry)
        self._store.commit()

    def sell_surplus(self, currency: str, keep: int) -> None:
        """Sell what is above twice `keep`, 0.5 percent below the table."""
        account = self.foreign[currency]
        if account.cents <= 2 * keep:
            return
        day = self._store.day
        amount = (account.cents - keep) // 100_000 * 100_000
        rate = self._rates.document(currency, day)
        worth, received = to_ron(amount, rate), to_ron(amount, divide(rate * 995, 1_000))
        reference = self.reference()
        entry = self._ledger.entry("bank", Document("SCHIMB", reference, day), f"Vânzare {currency}")
        entry.pair("currency.sold", worth, credit=self.side(account, rate), cents=amount)
        entry.pair("currency.sold.in", received)
        entry.pair("currency.cost", worth - received)
        self.book(account, -amount, -worth, entry, reference, None)
        self.book(self.bank, received, received, entry, reference, None)
        self._ledger.post(entry)
        self._store.commit()

    def deposit_cash(self, keep: int) -> None:
        """Bring what the desk has above `keep` to the bank."""
        amount = (self.cash.cents - keep) // 10_000 * 10_000
        if amount <= 0:
            return
        reference = self.reference()
        entry = self._ledger.entry("cash", Document("DEPUNERE", reference, self._store.day), "Depunere numerar")
        entry.pair("cash.deposit.out", amount)
        entry.pair("cash.deposit.in", amount)
        self.book(self.cash, -amount, -amount, entry, reference, None)
        self.book(self.bank, amount, amount, entry, reference, None)
        self._ledger.post(entry)
        self._store.commit()

    def rows(self, seed: str) -> list[dict[str, object]]:
        """The rows of `bank_accounts`."""
        random = Random(f"{seed}/bank")
        return [
            {
                "id": account.id,
                "name": account.name,
                "kind": account.kind,
                "iban": romanian_iban(random) if account.kind == "bank" else None,
                "currency": account.currency,
                "account_code": account.code,
            }
            for account in self.all()
        ]
