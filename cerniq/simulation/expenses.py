"""The monthly bills, bank fees, loan and rebates: what a company pays besides its stock."""

from __future__ import annotations

from datetime import date

from cerniq.simulation.bills import BillLine, Bills, Payable
from cerniq.simulation.calendar import next_working
from cerniq.simulation.catalogue import EXPENSES, Expense
from cerniq.simulation.company import Company
from cerniq.simulation.integers import divide
from cerniq.simulation.partners import Supplier


class Expenses:
    """Receives each bill on its day of the month."""

    def __init__(self, company: Company, bills: Bills) -> None:
        self._company = company
        self._bills = bills
        self._random = company.random("expenses")
        self._suppliers = {supplier.code: supplier for supplier in company.suppliers if supplier.code}

    def bills_due(self, day: date) -> None:
        """Bills whose day, or the first working day after it, is today."""
        for expense in EXPENSES:
            if next_working(day.replace(day=expense.day)) == day:
                self._receive(expense, self._suppliers[expense.code])

    def bank_day(self, day: date) -> None:
        """Last working day of the month: fees, interest on deposits, loan interest and instalment."""
        treasury, plan = self._company.treasury, self._company.plan
        scale = plan.scale
        treasury.simple("bank.fee", 4_500 + round(28_000 * scale) + self._random.randint(0, 900), "Comisioane bancare")
        interest = divide(max(0, treasury.bank.cents), 12_000)
        if interest > 100:
            treasury.simple("bank.interest", interest, "Dobândă cont curent")
        owed = -self._company.ledger.balance("1621")
        if owed > 0:
            treasury.simple("loan.interest", divide(owed * 7, 1_200), "Dobândă credit")
            instalment = min(owed, round(plan.size.loan * scale) // 60)
            treasury.simple("loan.repaid", instalment, "Rată credit")

    def ask_rebate(self, payables: list[Payable]) -> None:
        """Twice a year the largest open domestic supplier grants 2 percent of it afterwards."""
        candidates = [
            payable
            for payable in payables
            if payable.supplier.operation == "taxable" and payable.supplier.kind == "goods"
            and payable.row["kind"] == "invoice" and payable.row["paid_amount"] == 0 and payable.item.remaining < 0
            and payable.row["goods_receipt_id"] is not None
        ]  # fmt: skip
        if not candidates:
            return
        payable = min(candidates, key=lambda found: found.item.remaining)
        net = divide(payable.row["net_amount"] * 2, 100)
        tax = max((line.tax for line in payable.lines), key=lambda found: found.rate)
        line = BillLine("Reducere comercială de volum", "609", -1000, "H87", net * 100, -net, tax)
        note = self._bills.receive(payable.supplier, [line], kind="credit_note", credited=payable, pay=False)
        self._bills.set_off(payable, note)

    def _receive(self, expense: Expense, supplier: Supplier) -> None:
        company, plan = self._company, self._company.plan
        if expense.code == "CHIRIE":
            ron = round(plan.size.rent * plan.scale) + 40_000
        else:
            season = expense.season[company.today.month - 1]
            whole = round(plan.size.overhead * plan.scale) * expense.share * season
            ron = divide(whole * self._random.randint(88, 114), 1_000_000) + 4_000
        # Planted: one energy bill in the year is several times the usual one (an estimated meter reading).
        if expense.code == "ENERGIE" and company.today.month == 3:
            ron *= 4
        rate = company.rates.document(expense.currency, company.today)
        net = divide(ron * 10_000, rate)
        tax = self._bills.goods_tax(supplier, expense.vat_class, company.today)
        line = BillLine(expense.description, expense.account, 1000, "MON", net * 100, net, tax)
        self._bills.receive(supplier, [line])
