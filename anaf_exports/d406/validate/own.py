"""What the official validator does not look at (measured with its own probes): figures, references,
duplicates.

All of it is a warning: ANAF takes the file. One pass, memory grows with the identifiers of the file, not
its lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

from anaf_exports.d406.validate.period import FilingPeriod
from anaf_exports.d406.validate.report import Finding
from anaf_exports.d406.validate.stream import Record
from anaf_exports.d406.xml import Node
from cerniq.tenancy import Cui, InvalidCui

_ZERO = Decimal(0)
_TOLERANCE = Decimal("0.50")
"""Tax is rounded line by line, so the tax of a whole document may differ by some bani from that of its base."""
_CURRENCY_TOLERANCE = Decimal("0.05")


class OwnChecks:
    """`see` each record in file order, then `end` with the rest of the tree. `report` takes each finding."""

    def __init__(self, prefix: str, report: Callable[[Finding], None]) -> None:
        self.period: FilingPeriod | None = None
        self.has_ledger = True
        self.mastered = frozenset({"account", "partner", "tax_code", "unit", "product"})
        self._p = prefix
        self._report = report
        self._balances: dict[str, tuple[Decimal, Decimal, str, int]] = {}
        self._turnover: dict[str, Decimal] = defaultdict(lambda: _ZERO)
        self._known: dict[str, set[str]] = defaultdict(set)
        self._used: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
        self._seen: dict[str, set[str]] = defaultdict(set)
        self._totals: dict[str, list[Decimal]] = defaultdict(lambda: [_ZERO, _ZERO, _ZERO])
        self._handlers = {
            "Header": self._header,
            "Account": self._account,
            "Customer": self._partner,
            "Supplier": self._partner,
            "TaxTableEntry": self._tax_entry,
            "UOMTableEntry": self._unit,
            "Product": self._product,
            "Transaction": self._transaction,
            "Invoice": self._invoice,
            "Payment": self._payment,
        }

    def expect(self, content: Callable[[str], str | None]) -> None:
        """Ask only for what the submission holds: no turnover without a ledger, no orphans of an empty
        table."""
        self.has_ledger = content("GeneralLedgerEntries") != "empty"
        tables = {
            "account": "GeneralLedgerAccounts",
            "partner": "Customers",
            "tax_code": "TaxTable",
            "unit": "UOMTable",
            "product": "Products",
        }
        self.mastered = frozenset(kind for kind, table in tables.items() if content(table) != "empty")

    def see(self, record: Record) -> None:
        handler = self._handlers.get(record.structure.name)
        if handler is not None:
            handler(record)

    def end(self, root: Node) -> None:
        """The checks that need the whole file: totals, closing balances, references without a master
        record."""
        for section in root.iter(*(self._p + name for name in self._totals)):
            self._section_totals(section)
        for account, (opening, closing, path, line) in self._balances.items() if self.has_ledger else ():
            moved = self._turnover.get(account, _ZERO)
            if opening + moved != closing:
                text = f"account {account}: {opening} + {moved} is not {closing}"
                self._warn("own.account_balance", path, text, line)
        for kind, used in self._used.items():
            for identifier, (path, line) in used.items():
                if identifier not in self._known[kind] and kind in self.mastered:
                    self._warn(f"own.orphan.{kind}", path, f"{identifier[:40]} is not in the master files", line)

    def _warn(self, rule: str, path: str, message: str, line: int) -> None:
        self._report(Finding("warning", rule, path, message, line))

    def _text(self, node: Node, name: str) -> str:
        child = self._child(node, name)
        return (child.text or "").strip() if child is not None else ""

    def _child(self, node: Node, name: str) -> Node | None:
        return next(node.iterchildren(self._p + name), None)

    def _decimal(self, node: Node | None, name: str) -> Decimal:
        """An amount; what is no decimal number counts as 0 here, the structure has complained about it."""
        try:
            value = Decimal(self._text(node, name)) if node is not None else _ZERO
        except InvalidOperation:
            return _ZERO
        return value if value.is_finite() else _ZERO

    def _all(self, node: Node, name: str) -> Iterator[Node]:
        yield from node.iterchildren(self._p + name)

    def _use(self, kind: str, identifier: str, record: Record) -> None:
        if identifier and identifier != "0":
            self._used[kind].setdefault(identifier, (record.path, record.node.sourceline or 0))

    def _once(self, rule: str, key: str, record: Record) -> None:
        if key in self._seen[rule]:
            self._warn(
                f"own.duplicate.{rule}",
                record.path,
                f"{key[:60]} stands here twice",
                record.node.sourceline or 0,
            )
        self._seen[rule].add(key)

    def _header(self, record: Record) -> None:
        company = self._child(record.node, "Company")
        number = self._text(company, "RegistrationNumber") if company is not None else ""
        try:
            cui = Cui(number.removeprefix("00") if number.startswith("00") else number)
            self._known["partner"].add("00" + cui.digits)
        except InvalidCui as invalid:
            self._warn("own.company_code", record.path, invalid.message, record.node.sourceline or 0)

    def _account(self, record: Record) -> None:
        node = record.node
        account = self._text(node, "AccountID")
        self._once("account", account, record)
        self._known["account"].add(account)
        opening = self._decimal(node, "OpeningDebitBalance") - self._decimal(node, "OpeningCreditBalance")
        closing = self._decimal(node, "ClosingDebitBalance") - self._decimal(node, "ClosingCreditBalance")
        self._balances[account] = (opening, closing, record.path, node.sourceline or 0)

    def _partner(self, record: Record) -> None:
        name = record.structure.name
        identifier = self._text(record.node, f"{name}ID")
        self._once(name.lower(), f"{identifier} {self._text(record.node, 'AccountID')}", record)
        self._known["partner"].add(identifier)
        self._use("account", self._text(record.node, "AccountID"), record)

    def _tax_entry(self, record: Record) -> None:
        for details in self._all(record.node, "TaxCodeDetails"):
            self._known["tax_code"].add(self._text(details, "TaxCode"))

    def _unit(self, record: Record) -> None:
        self._known["unit"].add(self._text(record.node, "UnitOfMeasure"))

    def _product(self, record: Record) -> None:
        self._once("product", self._text(record.node, "ProductCode"), record)
        self._known["product"].add(self._text(record.node, "ProductCode"))
        self._use("unit", self._text(record.node, "UOMBase"), record)

    def _transaction(self, record: Record) -> None:
        node, line = record.node, record.node.sourceline or 0
        self._once("transaction", self._text(node, "TransactionID"), record)
        self._in_period(record, "GLPostingDate")
        balance, totals = _ZERO, self._totals["GeneralLedgerEntries"]
        totals[0] += 1
        for entry in self._all(node, "TransactionLine"):
            account = self._text(entry, "AccountID")
            debit = self._amount(entry, "DebitAmount", record)
            credit = self._amount(entry, "CreditAmount", record)
            balance += debit - credit
            totals[1] += debit
            totals[2] += credit
            self._turnover[account] += debit - credit
            self._use("account", account, record)
            self._use("partner", self._text(entry, "CustomerID"), record)
            self._use("partner", self._text(entry, "SupplierID"), record)
            self._tax(entry, record)
        if balance:
            self._warn("own.entry_balance", record.path, f"debit less credit is {balance}", line)

    def _invoice(self, record: Record) -> None:
        node = record.node
        number = self._text(node, "InvoiceNo")
        info = self._child(node, "SupplierInfo")
        partner = self._text(info, "SupplierID") if info is not None else ""
        self._once(record.section, f"{partner} {number}".strip(), record)
        self._in_period(record, "GLPostingDate")
        self._use("account", self._text(node, "AccountID"), record)
        totals = self._totals[record.section]
        totals[0] += 1
        for line in self._all(node, "InvoiceLine"):
            self._sided(line, "InvoiceLineAmount", totals, record)
            self._use("product", self._text(line, "ProductCode"), record)
            self._use("unit", self._text(line, "InvoiceUOM"), record)
            self._tax(line, record)

    def _payment(self, record: Record) -> None:
        self._in_period(record, "TransactionDate")
        totals = self._totals["Payments"]
        totals[0] += 1
        for line in self._all(record.node, "PaymentLine"):
            self._sided(line, "PaymentLineAmount", totals, record)

    def _sided(self, line: Node, name: str, totals: list[Decimal], record: Record) -> None:
        side = 2 if self._text(line, "DebitCreditIndicator") == "C" else 1
        totals[side] += self._amount(line, name, record)
        self._use("account", self._text(line, "AccountID"), record)

    def _amount(self, node: Node, name: str, record: Record) -> Decimal:
        """The amount in lei; in lei it must equal the amount in its currency, in another one follow from
        the rate."""
        structure = self._child(node, name)
        if structure is None:
            return _ZERO
        amount = self._decimal(structure, "Amount")
        foreign, rate = self._decimal(structure, "CurrencyAmount"), self._decimal(structure, "ExchangeRate")
        if self._text(structure, "CurrencyCode") == "RON":
            rate = Decimal(1)
        if rate and abs(foreign * rate - amount) > max(_CURRENCY_TOLERANCE, abs(foreign) * Decimal("0.0001")):
            text = f"{foreign} at {rate} is not {amount}"
            self._warn("own.currency_amount", record.path, text, structure.sourceline or 0)
        return amount

    def _tax(self, line: Node, record: Record) -> None:
        for tax in self._all(line, "TaxInformation"):
            code = self._text(tax, "TaxCode")
            if code.strip("0"):
                self._use("tax_code", code, record)
            base = self._text(tax, "TaxBase")
            percent = self._text(tax, "TaxPercentage")
            if not base or not percent:
                continue
            expected = self._decimal(tax, "TaxBase") * self._decimal(tax, "TaxPercentage") / 100
            stated = self._decimal(self._child(tax, "TaxAmount"), "Amount")
            if abs(abs(expected) - abs(stated)) > _TOLERANCE:
                text = f"{percent} % of {base} is not {stated}"
                self._warn("own.tax_amount", record.path, text, tax.sourceline or 0)

    def _in_period(self, record: Record, name: str) -> None:
        day = self._text(record.node, name)
        if self.period is None or not day:
            return
        parts = day.split("-")
        if len(parts) == 3 and parts[0].isdigit() and parts[1].isdigit():
            month = (int(parts[0]), int(parts[1]))
            if not self.period.first <= month <= self.period.last:
                self._warn(
                    "own.date_outside",
                    record.path,
                    f"{name} {day} is outside {self.period}",
                    record.node.sourceline or 0,
                )

    def _section_totals(self, section: Node) -> None:
        name = str(section.tag).removeprefix(self._p)
        counted, debit, credit = self._totals[name]
        for label, actual in (("NumberOfEntries", counted), ("TotalDebit", debit), ("TotalCredit", credit)):
            stated = self._decimal(section, label)
            if stated != actual:
                text = f"{label} is {stated}, the records say {actual}"
                self._warn("own.totals", f"{name}/{label}", text, section.sourceline or 0)
