"""The first day: balances that the company brings along, with the documents, shelves and assets behind them."""

from __future__ import annotations

from datetime import date, timedelta

from cerniq.simulation.assets import Assets
from cerniq.simulation.billing import INVOICES, Invoice
from cerniq.simulation.bills import INVOICES as SUPPLIER_INVOICES
from cerniq.simulation.bills import Bills, Payable
from cerniq.simulation.catalogue import OPENING_ASSETS
from cerniq.simulation.closing import PROFIT_TAX, Closing
from cerniq.simulation.collections import Collections
from cerniq.simulation.company import Company
from cerniq.simulation.integers import divide, percent, to_ron
from cerniq.simulation.ledger import PLAIN, Document, Side, Source
from cerniq.simulation.masters import write_customer, write_masters, write_supplier
from cerniq.simulation.partners import Customer, Supplier
from cerniq.simulation.payroll import Payroll, withheld
from cerniq.simulation.scheme import wait
from cerniq.simulation.vat import Tax, tax_of


class Opening:
    """Writes the master rows and the opening entry; what balances it is the result brought forward (1171)."""

    def __init__(
        self,
        company: Company,
        *,
        collections: Collections,
        bills: Bills,
        assets: Assets,
        payroll: Payroll,
        closing: Closing,
    ) -> None:
        self._company = company
        self._collections, self._bills, self._assets = collections, bills, assets
        self._payroll, self._closing = payroll, closing
        self._random = company.random("opening")

    def write(self) -> None:
        """Everything that stands before the first day's documents."""
        company = self._company
        write_masters(company)
        for supplier in company.suppliers:
            write_supplier(company, supplier)
        for customer in company.customers:
            if customer.starts <= company.today:
                write_customer(company, customer)
        document = Document("DESCHIDERE", f"DES-{company.today.year}", company.today)
        self._entry = company.ledger.entry("opening", document, "Solduri de deschidere")
        self._shelves(document)
        self._fixed_assets()
        self._receivables()
        self._payables()
        self._money()
        self._liabilities()
        self._equity()
        company.ledger.post(self._entry)
        company.store.commit()

    def _debit(self, account: str, amount: int, side: Side = PLAIN, cents: int = 0) -> None:
        if amount:
            self._entry.line(account, True, amount, side, cents, None)

    def _credit(self, account: str, amount: int, side: Side = PLAIN, cents: int = 0) -> None:
        if amount:
            self._entry.line(account, False, amount, side, cents, None)

    def _shelves(self, document: Document) -> None:
        """About five weeks of demand of everything, at cost."""
        company = self._company
        for product in company.products:
            if product.shelf is None:
                continue
            quantity = max(1, int(product.demand * 26 * self._random.uniform(0.8, 1.3) / 1000)) * 1000
            value = divide(quantity * product.cost, 100_000)
            company.stock.receive(
                product.shelf, quantity, value, kind="opening", document=document, entry=self._entry.id
            )
            self._debit(product.shelf.account, value)

    def _fixed_assets(self) -> None:
        plan = self._company.plan
        factor = min(1.0, plan.scale * 1.5) * plan.size.assets
        for kind in OPENING_ASSETS:
            cost = max(500_000, round(kind.cost * 100 * factor))
            age = min(kind.life - 30, self._random.randint(8, 30))
            acquired = (self._company.today.replace(day=1) - timedelta(days=age * 30)).replace(day=10)
            accumulated = divide(cost, kind.life) * age
            asset = self._assets.add(kind, supplier=None, acquired=acquired, cost=cost, accumulated=accumulated)
            side = Side(asset=asset.row["id"])
            self._debit(kind.account, cost, side)
            self._credit(kind.depreciation, accumulated, side)

    def _receivables(self) -> None:
        """Invoices of the last month that are still open, without their lines."""
        company = self._company
        for customer in company.customers:
            if customer.row is None or customer.segment == "individual" or self._random.random() < 0.35:
                continue
            issued = company.today - timedelta(days=self._random.randint(3, 28))
            rate = company.rates.document(customer.currency, company.today)
            net = divide(
                round(customer.weight * 450_000 * company.plan.size.money * self._random.uniform(0.5, 1.5)) * 10_000,
                rate,
            )
            self._receivable(customer, issued, net, rate)

    def _receivable(self, customer: Customer, issued: date, net: int, rate: int) -> None:
        company, store = self._company, self._company.store
        scheme = company.plan.vat_on_collection and customer.operation == "domestic"
        tax = self._sale_tax(customer, issued)
        vat = percent(net, tax.rate)
        number = store.next_id(INVOICES)
        now = store.now() - timedelta(days=30)
        due = issued + timedelta(days=customer.terms)
        document = Document("FACTURA", f"FI{number:06d}", issued, Source("mercantiq_sales", "invoices", number))
        row = store.insert(
            INVOICES, id=number, number=document.number, kind="invoice", customer_id=customer.id,
            partner_id=customer.partner, operation=customer.operation, issue_date=issued, tax_point_date=issued,
            due_date=due, vat_on_collection=scheme, currency=customer.currency, exchange_rate=rate, net_amount=net,
            vat_amount=vat, gross_amount=net + vat, net_amount_ron=to_ron(net, rate), vat_amount_ron=to_ron(vat, rate),
            gross_amount_ron=to_ron(net, rate) + to_ron(vat, rate), paid_amount=0, status="issued",
            efactura_state="not_required", entry_id=self._entry.id, created_at=now, updated_at=now,
        )  # fmt: skip
        item = company.items.open(
            account="4111", partner=customer.partner, document=document, due=due, currency=customer.currency, rate=rate,
            amount=net + vat, amount_ron=row["gross_amount_ron"],
        )  # fmt: skip
        invoice = Invoice(row, customer, item, [])
        if scheme:
            wait(invoice.waiting, tax, vat, net)
            self._credit("4428", vat)
        foreign = item.side(rate if customer.currency != "RON" else None)
        self._debit("4111", row["gross_amount_ron"], foreign, net + vat)
        self._collections.expect_brought_in(invoice, due)

    def _sale_tax(self, customer: Customer, day: date) -> Tax:
        if customer.operation != "domestic":
            return tax_of(customer.operation, "sale", day)
        scheme = "on_collection" if self._company.plan.vat_on_collection else "taxable"
        return tax_of(f"{scheme}_standard", "sale", day)

    def _payables(self) -> None:
        """Invoices of domestic suppliers of stock that are still open, without their lines."""
        company, store = self._company, self._company.store
        for supplier in company.suppliers:
            if supplier.kind != "goods" or supplier.operation != "taxable":
                continue
            issued = company.today - timedelta(days=self._random.randint(4, 20))
            tax = self._bills.domestic_tax(supplier, "standard", issued)
            net = round(self._random.randint(2_500_000, 6_000_000) * company.plan.money_factor) + 50_000
            vat = percent(net, tax.rate)
            number = store.next_id(SUPPLIER_INVOICES)
            now = store.now() - timedelta(days=30)
            due = issued + timedelta(days=supplier.terms)
            document = Document(
                "FACTURA", f"FI{supplier.id:03d}-{number:04d}", issued,
                Source("mercantiq_procurement", "supplier_invoices", number),
            )  # fmt: skip
            row = store.insert(
                SUPPLIER_INVOICES, id=number, number=document.number, kind="invoice", supplier_id=supplier.id,
                partner_id=supplier.partner, operation="domestic", issue_date=issued, received_on=issued, due_date=due,
                vat_on_collection=supplier.on_collection, currency="RON", exchange_rate=10_000, net_amount=net,
                vat_amount=vat, gross_amount=net + vat, net_amount_ron=net, vat_amount_ron=vat,
                gross_amount_ron=net + vat, paid_amount=0, status="received", entry_id=self._entry.id, created_at=now,
                updated_at=now,
            )  # fmt: skip
            self._payable(supplier, document, row["due_date"], tax, net, vat, row)

    def _payable(
        self, supplier: Supplier, document: Document, due: date, tax: Tax, net: int, vat: int, row: dict[str, object]
    ) -> None:
        company = self._company
        item = company.items.open(
            account="401", partner=supplier.partner, document=document, due=due, currency="RON", rate=10_000,
            amount=-(net + vat), amount_ron=-(net + vat),
        )  # fmt: skip
        payable = Payable(row, supplier, item, [])
        if supplier.on_collection or company.plan.vat_on_collection:
            wait(payable.waiting, tax, vat, net)
            self._debit("4428", vat)
        self._credit("401", net + vat, Side(partner=supplier.partner))
        self._bills.expect(payable, due)

    def _money(self) -> None:
        company, treasury = self._company, self._company.treasury
        scale, factor = company.plan.scale, company.plan.money_factor
        holdings = (
            (treasury.bank, round(company.plan.size.opening_cash * scale) + 2_000_000),
            (treasury.foreign["EUR"], round(1_200_000 * factor) + 10_000),
            (treasury.foreign["USD"], round(700_000 * factor) + 10_000),
            (treasury.cash, 150_000),
        )
        for account, cents in holdings:
            rate = company.rates.document(account.currency, company.today)
            ron = to_ron(cents, rate)
            treasury.book(account, cents, ron, self._entry, "SOLD INITIAL", None)
            self._debit(account.code, ron, treasury.side(account, rate), cents)

    def _liabilities(self) -> None:
        """Last month's payroll and VAT, and the bank loan."""
        company = self._company
        before = company.today - timedelta(days=1)
        amounts = withheld(self._payroll.gross(before))
        net = amounts["payroll.gross"] - sum(amounts[f"payroll.{part}"] for part in ("pension", "health", "tax"))
        for account, amount in (
            ("421", net),
            ("4315", amounts["payroll.pension"]),
            ("4316", amounts["payroll.health"]),
            ("444", amounts["payroll.tax"]),
            ("436", amounts["payroll.work"]),
            ("4423", round(2_400_000 * company.plan.money_factor)),
            ("1621", round(company.plan.size.loan * company.plan.scale)),
        ):
            self._credit(account, amount)

    def _equity(self) -> None:
        """Capital and reserve; the profit of the running year, taxed; the rest was brought forward."""
        plan, today = self._company.plan, self._company.today
        capital = plan.share_capital
        self._credit("1012", capital)
        self._credit("1061", divide(capital, 10))
        months = today.month - 1
        profit = round(2_800_000 * plan.money_factor) * months
        tax = divide(profit * PROFIT_TAX, 100)
        self._credit("121", profit - tax)
        self._closing.profit, self._closing.taxed = profit, tax
        missing = 0
        for (_, is_debit, _), (ron, _, _) in self._entry.lines.items():
            missing += ron if is_debit else -ron
        if missing >= 0:
            self._credit("1171", missing)
        else:
            self._debit("1171", -missing)
