"""Salaries: accrued at month end, paid on the 10th, contributions and tax on the 25th of the next month."""

from __future__ import annotations

from datetime import date

from cerniq.simulation.calendar import next_working, tax_day
from cerniq.simulation.company import Company
from cerniq.simulation.integers import percent
from cerniq.simulation.ledger import Document

# Codul fiscal art. 138, 156, 220^3, 64: social insurance 25, health 10, work insurance 2.25, income tax 10 percent.
PENSION, HEALTH, WORK, INCOME_TAX = 2_500, 1_000, 225, 1_000
LIABILITIES = (("4315", "CAS"), ("4316", "CASS"), ("444", "Impozit pe salarii"), ("436", "CAM"))


class Payroll:
    """The payroll journal; salaries are of posts, not of people."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._random = company.random("payroll")

    def gross(self, month: date) -> int:
        """Gross salaries of the month in bani: posts at the plan's salary, raised by 7 percent each January."""
        plan = self._company.plan
        posts = max(1, round(plan.size.staff * plan.scale))
        raises = max(0, month.year - plan.first_day.year)
        salary = plan.size.salary * 107**raises // 100**raises
        return sum(salary + self._random.randint(-40_000, 60_000) for _ in range(posts))

    def accrue(self, month_end: date) -> None:
        """The month's payroll journal."""
        ledger = self._company.ledger
        document = Document("STAT", f"STAT-{month_end:%Y-%m}", month_end)
        entry = ledger.entry("payroll", document, f"Salarii {month_end:%m.%Y}")
        for event, amount in withheld(self.gross(month_end)).items():
            entry.pair(event, amount)
        ledger.post(entry)
        self._company.store.commit()

    def pay_due(self, day: date) -> None:
        """What last month left: net salaries on the 10th, contributions and tax on the 25th."""
        company = self._company
        if day == next_working(day.replace(day=10)):
            owed = -company.ledger.balance("421")
            if owed > 0:
                company.treasury.simple("payroll.paid", owed, "Plată salarii")
        if day == tax_day(day):
            for account, text in LIABILITIES:
                owed = -company.ledger.balance(account)
                if owed > 0:
                    company.treasury.simple("tax.paid", owed, f"Plată {text}", account=account)


def withheld(gross: int) -> dict[str, int]:
    """Amounts by posting event for gross salaries in bani; the personal deduction is left out."""
    pension, health = percent(gross, PENSION), percent(gross, HEALTH)
    return {
        "payroll.gross": gross,
        "payroll.pension": pension,
        "payroll.health": health,
        "payroll.tax": percent(gross - pension - health, INCOME_TAX),
        "payroll.work": percent(gross, WORK),
    }
