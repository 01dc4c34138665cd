"""The end of a month and of a year: revaluation, VAT, profit tax, result."""

from __future__ import annotations

from datetime import date

from cerniq.simulation.calendar import tax_day
from cerniq.simulation.company import Company
from cerniq.simulation.integers import divide, to_ron
from cerniq.simulation.ledger import PLAIN, Document, Entry, Side
from cerniq.simulation.open_items import revalue
from cerniq.simulation.vat import VAT_CLOSING

PROFIT_TAX = 16  # percent, Codul fiscal art. 17
RESERVE = 5  # percent of gross profit, up to a fifth of the capital: Legea 31/1990 art. 183
# Tax on dividends in percent, by year: Codul fiscal art. 43 and 97.
_DIVIDEND_TAX = {2024: 8, 2025: 10}


class Closing:
    """Closes the books. `profit` is the year's result before profit tax, in bani, up to the last closed month."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self.profit = 0
        self.taxed = 0
        self.annual_tax = 0

    def open_year(self, day: date) -> None:
        """1 January: the result of the last year goes to 1171, its appropriation is closed."""
        ledger = self._company.ledger
        entry = ledger.entry("closing", Document("INCHIDERE", f"AN-{day.year - 1}", day), "Repartizarea rezultatului")
        reserve, result = ledger.balance("129"), -ledger.balance("121")
        entry.pair("profit.reserve.close", reserve)
        entry.pair("profit.carried", result - reserve)
        if entry.lines:
            ledger.post(entry)
        self._company.store.commit()
        self.profit = self.taxed = 0

    def close_month(self, month_end: date) -> None:
        """In order: foreign balances, VAT, profit tax at quarter end, expenses and income, reserve at year end."""
        self._revalue(month_end)
        self._close_vat(month_end)
        result = -sum(self._company.ledger.balance(code) for code in self._company.ledger.accounts("67"))
        self.profit += result
        if month_end.month % 3 == 0:
            self._tax_profit(month_end)
        self._close_result(month_end)
        if month_end.month == 12:
            self._reserve(month_end)

    def pay_taxes(self, day: date) -> None:
        """On the 25th: VAT of the last month, profit tax of the last quarter (of the last one of a year in June)."""
        company = self._company
        if day != tax_day(day):
            return
        vat = -company.ledger.balance("4423")
        if vat > 0:
            company.treasury.simple("vat.paid", vat, "Plată TVA")
        if day.month in (4, 7, 10) or (day.month == 6 and day.year <= 2026) or (day.month == 3 and day.year > 2026):
            owed = -company.ledger.balance("4411")
            # Between January and June only the last year's tax is due here.
            owed = min(owed, self.annual_tax) if day.month in (3, 6) else owed - self.annual_tax
            if owed > 0:
                company.treasury.simple("tax.paid", owed, "Plată impozit pe profit", account="4411")
            if day.month in (3, 6):
                self.annual_tax = 0

    def distribute(self, day: date) -> None:
        """Dividends from retained earnings, when there is cash to spare for them."""
        company = self._company
        spare = company.treasury.bank.cents - round(company.plan.size.opening_cash * company.plan.scale)
        amount = min(-company.ledger.balance("1171"), spare // 2) // 100_000 * 100_000
        if amount < 1_000_000:
            return
        entry = company.ledger.entry("general", Document("AGA", f"AGA-{day.year}", day), "Dividende")
        entry.pair("dividend", amount)
        entry.pair("dividend.tax", divide(amount * _DIVIDEND_TAX.get(day.year, 16), 100))
        company.ledger.post(entry)
        company.store.commit()
        company.treasury.simple("dividend.paid", -company.ledger.balance("457"), "Plată dividende")
        company.treasury.simple("tax.paid", -company.ledger.balance("446"), "Plată impozit pe dividende", account="446")

    def _revalue(self, day: date) -> None:
        company = self._company
        entry = company.ledger.entry(
            "currency", Document("REEVALUARE", f"RE-{day:%Y-%m}", day), f"Reevaluare {day:%m.%Y}"
        )
        for (account, partner, currency), items in company.items.foreign_groups().items():
            rate = company.rates.closing(currency, day)
            change = revalue(items, rate)
            self._difference(entry, account, change, Side(partner=partner, currency=currency, rate=rate))
        for money in company.treasury.foreign.values():
            rate = company.rates.closing(money.currency, day)
            change = to_ron(money.cents, rate) - money.carrying
            money.carrying += change
            self._difference(entry, money.code, change, Side(currency=money.currency, rate=rate))
        if entry.lines:
            company.ledger.post(entry)
        else:
            company.store.release_id("numeriqo_accounting.journal_entries", entry.id)
        company.store.commit()

    @staticmethod
    def _difference(entry: Entry, account: str, change: int, side: Side) -> None:
        if change > 0:
            entry.pair("revalue.gain", change, side, PLAIN, account=account)
        elif change < 0:
            entry.pair("revalue.loss", -change, PLAIN, side, account=account)

    def _close_vat(self, day: date) -> None:
        """4426 and 4427 to zero; what was left to recover is compensated first."""
        company, ledger = self._company, self._company.ledger
        deductible, collected = ledger.balance("4426"), -ledger.balance("4427")
        entry = ledger.entry("vat", Document("TVA", f"TVA-{day:%Y-%m}", day), f"Închidere TVA {day:%m.%Y}")
        side = Side(tax=VAT_CLOSING)
        entry.pair("vat.offset", min(deductible, collected), side, side)
        if collected > deductible:
            entry.pair("vat.payable", collected - deductible, side, side)
            entry.pair("vat.compensated", min(collected - deductible, ledger.balance("4424")))
        else:
            entry.pair("vat.recoverable", deductible - collected, side, side)
        if entry.lines:
            ledger.post(entry)
            number = company.store.next_id("numeriqo_accounting.vat_closings")
            company.store.insert(
                "numeriqo_accounting.vat_closings",
                id=number,
                period_start=day.replace(day=1),
                period_end=day,
                collected_ron=collected,
                deductible_ron=deductible,
                payable_ron=collected - deductible,
                entry_id=entry.id,
            )
        company.store.commit()

    def _tax_profit(self, day: date) -> None:
        """Tax on the profit since January, less what earlier quarters took; too much of it goes back at year end.

        The quarters' returns know no negative tax; the yearly one sets it right, in red (Codul fiscal art. 41 and 42).
        """
        company = self._company
        due = divide(max(0, self.profit) * PROFIT_TAX, 100) - self.taxed
        if due == 0 or (due < 0 and day.month != 12):
            return
        entry = company.ledger.entry("general", Document("IMPOZIT", f"D100-{day:%Y-%m}", day), "Impozit pe profit")
        entry.pair("profit.tax", due)
        company.ledger.post(entry)
        company.store.commit()
        self.taxed += due
        if day.month == 12:
            self.annual_tax = max(0, due)

    def _close_result(self, day: date) -> None:
        ledger = self._company.ledger
        entry = ledger.entry("closing", Document("INCHIDERE", f"IN-{day:%Y-%m}", day), f"Închidere {day:%m.%Y}")
        for code in ledger.accounts("67"):
            balance = ledger.balance(code)
            # 609, 709 and 711 may stand on the other side of their class: what counts is the balance.
            if balance > 0:
                entry.pair("close.expense", balance, account=code)
            else:
                entry.pair("close.income", -balance, account=code)
        if entry.lines:
            ledger.post(entry)
        self._company.store.commit()

    def _reserve(self, day: date) -> None:
        company, ledger = self._company, self._company.ledger
        room = divide(-ledger.balance("1012"), 5) + ledger.balance("1061")
        amount = min(room, divide(max(0, self.profit) * RESERVE, 100))
        if amount <= 0:
            return
        entry = ledger.entry("closing", Document("INCHIDERE", f"REZ-{day.year}", day), "Rezervă legală")
        entry.pair("profit.reserve", amount)
        ledger.post(entry)
        company.store.commit()
