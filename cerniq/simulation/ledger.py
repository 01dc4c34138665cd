"""Journal entries and the balances that they leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from cerniq.errors import PermanentError
from cerniq.simulation.postings import POSTINGS
from cerniq.simulation.store import Row, Store
from cerniq.simulation.vat import Tax

JOURNALS = (
    # identifier, code, RO, EN, kind, user who keeps it
    (1, "DES", "Deschidere", "Opening", "opening", 1),
    (2, "VAN", "Vânzări", "Sales", "sales", 2),
    (3, "CUM", "Cumpărări", "Purchases", "purchases", 3),
    (4, "BAN", "Bancă", "Bank", "bank", 3),
    (5, "CAS", "Casă", "Cash", "cash", 3),
    (6, "STO", "Stocuri", "Stocks", "stock", 4),
    (7, "SAL", "Salarii", "Payroll", "payroll", 1),
    (8, "IMO", "Imobilizări", "Fixed assets", "assets", 1),
    (9, "DIF", "Diferențe de curs", "Currency", "currency", 1),
    (10, "TVA", "Închidere TVA", "VAT closing", "vat", 1),
    (11, "INC", "Închidere venituri și cheltuieli", "Closing", "closing", 1),
    (12, "DIV", "Diverse", "General", "general", 1),
)
_BY_KIND = {kind: (number, code, user) for number, code, _, _, kind, user in JOURNALS}


class UnbalancedEntry(PermanentError):
    """An entry whose debits and credits differ; a fault of the simulation."""


class Side(NamedTuple):
    """What one side of a pair says beyond its account. `rate` in 1/10,000 RON."""

    partner: int | None = None
    product: int | None = None
    asset: int | None = None
    tax: Tax | None = None
    currency: str = "RON"
    rate: int | None = None


PLAIN = Side()


class Source(NamedTuple):
    """The document behind an entry, an open item or a stock movement."""

    module: str
    table: str
    id: int


class Document(NamedTuple):
    """How a document calls itself."""

    type: str
    number: str
    day: date
    source: Source | None = None


class Entry:
    """An entry under construction. Pairs on the same account and side with the same details become one line."""

    __slots__ = ("document", "id", "journal", "lines", "text")

    def __init__(self, number: int, journal: str, document: Document, text: str) -> None:
        self.id = number
        self.journal = journal
        self.document = document
        self.text = text
        self.lines: dict[tuple[str, bool, Side], list[int]] = {}

    def pair(
        self,
        event: str,
        ron: int,
        debit: Side = PLAIN,
        credit: Side = PLAIN,
        *,
        account: str | None = None,
        cents: int = 0,
        base: int | None = None,
    ) -> None:
        """Move `ron` bani by the accounts of `event`; `account` stands for its `*`.

        `cents`: the amount in the currency of the sides that have one. `base`: the taxable bani of a VAT line; a base
        line is its own base.
        """
        if ron == 0 and cents == 0:
            return
        debit_account, credit_account = POSTINGS[event]
        self.line(account if debit_account == "*" else debit_account, True, ron, debit, cents, base)
        self.line(account if credit_account == "*" else credit_account, False, ron, credit, cents, base)

    def line(self, account: str | None, is_debit: bool, ron: int, side: Side, cents: int, base: int | None) -> None:
        if account is None:
            raise UnbalancedEntry(f"{self.text}: the document names no account.")
        line = self.lines.setdefault((account, is_debit, side), [0, 0, 0])
        line[0] += ron
        if side.currency != "RON":
            line[1] += cents
        if side.tax is not None:
            line[2] += ron if base is None else base


class Ledger:
    """Writes entries and keeps the balance of each account, in bani, debit positive."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._numbers: dict[tuple[str, int], int] = {}
        self.balances: dict[str, int] = {}

    def entry(self, journal: str, document: Document, text: str) -> Entry:
        """Begin an entry in the journal of this kind; it exists once it is posted."""
        return Entry(self._store.next_id("numeriqo_accounting.journal_entries"), journal, document, text)

    def post(self, entry: Entry) -> int:
        """Write the entry on the store's day and return its identifier. Raises `UnbalancedEntry`."""
        store = self._store
        journal, code, user = _BY_KIND[entry.journal]
        counter = (entry.journal, store.day.year)
        self._numbers[counter] = number = self._numbers.get(counter, 0) + 1
        document, source = entry.document, entry.document.source
        store.insert(
            "numeriqo_accounting.journal_entries",
            id=entry.id,
            journal_id=journal,
            number=f"{code}-{store.day.year}-{number:05d}",
            entry_date=store.day,
            document_type=document.type,
            document_number=document.number,
            document_date=document.day,
            source_module=source and source.module,
            source_table=source and source.table,
            source_id=source and source.id,
            description=entry.text,
            created_by=user,
            created_at=store.now(),
        )
        self._write_lines(entry)
        return entry.id

    def balance(self, account: str) -> int:
        return self.balances.get(account, 0)

    def accounts(self, first_digits: Iterable[str]) -> list[str]:
        """Accounts with a balance whose class is one of `first_digits`, in order."""
        digits = tuple(first_digits)
        return sorted(code for code, balance in self.balances.items() if balance and code.startswith(digits))

    def _write_lines(self, entry: Entry) -> None:
        difference, number = 0, 0
        for (account, is_debit, side), (ron, cents, base) in entry.lines.items():
            if ron == 0 and cents == 0:
                continue
            number += 1
            signed = ron if is_debit else -ron
            difference += signed
            self.balances[account] = self.balances.get(account, 0) + signed
            self._insert_line(entry, number, account, is_debit, side, ron, cents, base)
        if difference or not number:
            raise UnbalancedEntry(f"{entry.text}: debits and credits differ by {difference} bani in {number} lines.")

    def _insert_line(
        self, entry: Entry, number: int, account: str, is_debit: bool, side: Side, ron: int, cents: int, base: int
    ) -> Row:
        foreign, tax = side.currency != "RON", side.tax
        return self._store.insert(
            "numeriqo_accounting.journal_lines",
            id=self._store.next_id("numeriqo_accounting.journal_lines"),
            entry_id=entry.id,
            line_number=number,
            account_code=account,
            partner_id=side.partner,
            debit_ron=ron if is_debit else 0,
            credit_ron=0 if is_debit else ron,
            currency=side.currency,
            amount_currency=(cents if is_debit else -cents) if foreign else None,
            exchange_rate=side.rate if foreign else None,
            tax_type=tax and tax.tax_type,
            tax_code=tax and tax.code,
            tax_rate=tax and tax.rate,
            tax_base_ron=base if tax else None,
            product_id=side.product,
            asset_id=side.asset,
            description=entry.text,
        )
