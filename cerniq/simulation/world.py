"""A company's days, one after the other, without end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cerniq.simulation.assets import Assets
from cerniq.simulation.billing import Billing, Invoice, Line
from cerniq.simulation.bills import Bills
from cerniq.simulation.calendar import DAY, is_working, month_end, next_working, previous_working
from cerniq.simulation.closing import Closing
from cerniq.simulation.collections import Collections
from cerniq.simulation.company import Company
from cerniq.simulation.counts import count_stock
from cerniq.simulation.expenses import Expenses
from cerniq.simulation.integers import divide
from cerniq.simulation.masters import write_rates
from cerniq.simulation.opening import Opening
from cerniq.simulation.payroll import Payroll
from cerniq.simulation.plan import CompanyPlan
from cerniq.simulation.production import Production
from cerniq.simulation.purchases import Purchases
from cerniq.simulation.sales import Sales, fade_demand
from cerniq.simulation.store import Row, Unit


class World:
    """One company and its departments; `units` runs its days and hands out what they wrote."""

    def __init__(self, plan: CompanyPlan) -> None:
        self.plan = plan
        self.company = company = Company(plan)
        self.sales, self.billing, self.collections = Sales(company), Billing(company), Collections(company)
        self.bills = Bills(company)
        self.purchases, self.expenses = Purchases(company, self.bills), Expenses(company, self.bills)
        self.assets, self.payroll, self.closing = Assets(company, self.bills), Payroll(company), Closing(company)
        self.production = Production(company)
        self._random = company.random("world")
        self._bought_assets = 0

    def units(self) -> Iterator[Unit]:
        """The opening, the months of history, then document after document.

        Take a unit before asking for the next: a month's rows change as the days go on.
        """
        store, day = self.company.store, self.plan.first_day
        store.open_day(day)
        self._open()
        yield store.take_month()
        while True:
            store.by_document = day >= self.plan.last_month.start
            store.open_day(day)
            self._day(day)
            if store.by_document:
                yield from store.take_documents()
            elif day == month_end(day):
                yield store.take_month()
            day += DAY

    def _open(self) -> None:
        self.sales.expect_demand()
        self.production.need_materials()
        Opening(
            self.company,
            collections=self.collections,
            bills=self.bills,
            assets=self.assets,
            payroll=self.payroll,
            closing=self.closing,
        ).write()

    def _day(self, day: date) -> None:
        company = self.company
        if (day.month, day.day) == (1, 1) and day != self.plan.first_day:
            self.closing.open_year(day)
        write_rates(company, day)
        company.store.commit()
        if is_working(day):
            self._warehouse_morning(day)
            self._sales_day(day)
            self._purchasing_day(day)
            self._money_day(day)
            fade_demand(company.products)
        if day == month_end(day):
            self._month_end(day)

    def _warehouse_morning(self, day: date) -> None:
        self.sales.greet_customers(day)
        self._plan_prices(day)
        self.purchases.receive_due(day)
        self.purchases.invoices_due(day)
        if self.plan.kind == "manufacturing":
            self.production.need_materials()
            self.production.make_due(day)

    def _sales_day(self, day: date) -> None:
        for delivery in self.sales.deliver_due(day):
            self.billing.queue(delivery)
        self.billing.issue_due(day)
        for order in self.sales.take_orders(day):
            large = order.row["net_amount"] > 600_000 * self.plan.size.money and order.customer.operation == "domestic"
            if large and order.customer.pays == "bank" and self._random.random() < 0.06:
                self.billing.invoice_advance(order)
        self.sales.drop_lines()
        self._rent_out(day)
        self._take_returns()
        for invoice in self.billing.take_issued():
            self.collections.expect(invoice)
        self.billing.follow_uploads(day)

    def _purchasing_day(self, day: date) -> None:
        self.purchases.reorder(day)
        self.expenses.bills_due(day)
        if day.month % 4 == 2 and day == next_working(day.replace(day=15)):
            self.assets.buy(self._bought_assets)
            self._bought_assets += 1
        if day.month in (5, 11) and day == next_working(day.replace(day=19)):
            self.expenses.ask_rebate(self.bills.open)

    def _money_day(self, day: date) -> None:
        treasury, factor = self.company.treasury, self.plan.money_factor
        self.collections.receive_due(day)
        self.bills.pay_due(day)
        self.payroll.pay_due(day)
        self.closing.pay_taxes(day)
        if day.weekday() == 4:
            treasury.deposit_cash(100_000)
            for currency in ("EUR", "USD"):
                treasury.sell_surplus(currency, round(4_000_000 * factor) + 200_000)
        if day.month == 6 and day == next_working(day.replace(day=20)):
            self.closing.distribute(day)
        self._use_credit_line(day)
        if day.month == 12 and day == previous_working(date(day.year, 12, 31)):
            count_stock(self.company)
        if next_working(day + DAY).month != day.month:
            self.expenses.bank_day(day)

    def _month_end(self, day: date) -> None:
        if day.month % 3 == 0:
            self._grant_bonuses()
        self.assets.depreciate(day)
        self.payroll.accrue(day)
        self.closing.close_month(day)

    def _use_credit_line(self, day: date) -> None:
        """Draw on the credit line before the bank account runs dry, pay it back when there is enough again."""
        treasury, ledger = self.company.treasury, self.company.ledger
        floor = round(self.plan.size.opening_cash * self.plan.scale) // 10 + 500_000
        drawn = -ledger.balance("5191")
        if treasury.bank.cents < floor:
            treasury.simple(
                "credit.drawn", ((2 * floor - treasury.bank.cents) // 100_000 + 1) * 100_000, "Linie de credit"
            )
        elif drawn > 0 and treasury.bank.cents > 3 * floor:
            treasury.simple("credit.repaid", min(drawn, treasury.bank.cents - 2 * floor), "Rambursare linie de credit")

    def _plan_prices(self, day: date) -> None:
        """List prices rise by 5 percent on the first working day of the year; promotions run for three weeks."""
        if day != next_working(day.replace(day=1)):
            return
        store = self.company.store
        if day.month == 1:
            for product in self.company.products:
                if product.row is not None and product.group.kind != "raw":
                    product.price = divide(product.price * 105, 10_000) * 100
                    store.update("iwms.products", product.row, list_price_ron=product.price, updated_at=store.now())
            store.commit()
        self._review_credit()
        if day.month in (3, 6, 9, 11):
            for product in self.company.products:
                if product.group.promoted and self._random.random() < 0.5:
                    product.promoted_until = day + timedelta(days=21)

    def _review_credit(self) -> None:
        """Each month a few customers get another credit limit."""
        store = self.company.store
        known = [customer for customer in self.company.customers if customer.row is not None]
        for customer in self._random.sample(known, min(3, len(known))):
            if customer.row is not None:
                limit = customer.row["credit_limit_ron"] * self._random.choice((90, 110, 120)) // 100
                store.update("mercantiq_sales.customers", customer.row, credit_limit_ron=limit, updated_at=store.now())
                store.commit()

    def _rent_out(self, day: date) -> None:
        """A room is let to a steady customer: exempt from VAT, invoiced on the 3rd."""
        if day == next_working(day.replace(day=3)):
            self.billing.invoice_rent(self.company.customers[0], self.company.products[-1])

    def _take_returns(self) -> None:
        """Some invoices of the last weeks come back in part."""
        if self._random.random() > 0.16 * min(1.0, self.plan.scale * 2):
            return
        recent = [
            invoice
            for invoice in self.collections.unpaid_in_full()[-40:]
            if invoice.customer.segment in ("retail", "wholesale", "key_account") and self._returnable(invoice)
        ]
        if recent:
            invoice = self._random.choice(recent)
            line, row = self._returnable(invoice)[0]
            self.billing.credit_return(invoice, line, row)

    @staticmethod
    def _returnable(invoice: Invoice) -> list[tuple[Line, Row]]:
        if invoice.row["advance_invoice_id"] is not None:
            return []
        return [(line, row) for line, row in invoice.lines if line.product and line.cost and line.quantity >= 2000]

    def _grant_bonuses(self) -> None:
        """Each quarter two key accounts get 2 percent of an open invoice as a volume discount."""
        rewarded: set[int] = set()
        for invoice in self.collections.unpaid_in_full():
            if invoice.customer.segment != "key_account" or invoice.customer.id in rewarded or len(rewarded) == 2:
                continue
            if invoice.row["advance_invoice_id"] is None and invoice.row["net_amount"] > 100_000 * self.plan.size.money:
                rewarded.add(invoice.customer.id)
                tax = max((line.tax for line, _ in invoice.lines), key=lambda found: found.rate)
                self.billing.grant_bonus(invoice, divide(invoice.row["net_amount"] * 2, 100), tax)
