"""Fixed assets: bought from time to time, depreciated month by month from the month after they came into service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cerniq.simulation.bills import BillLine, Bills
from cerniq.simulation.catalogue import LATER_ASSETS, AssetKind
from cerniq.simulation.company import Company
from cerniq.simulation.integers import divide
from cerniq.simulation.ledger import Document, Side
from cerniq.simulation.store import Row

ASSETS = "numeriqo_accounting.fixed_assets"


@dataclass(slots=True)
class Asset:
    """A fixed asset: its row, which also says how much of it is depreciated."""

    row: Row
    kind: AssetKind

    def monthly(self) -> int:
        """Bani of one more month; the last month takes the remainder."""
        left: int = self.row["cost_ron"] - self.row["accumulated_ron"]
        return min(left, divide(self.row["cost_ron"], self.row["useful_life_months"]))


class Assets:
    """The register of fixed assets."""

    def __init__(self, company: Company, bills: Bills) -> None:
        self._company = company
        self._bills = bills
        self.register: list[Asset] = []

    def add(self, kind: AssetKind, *, supplier: int | None, acquired: date, cost: int, accumulated: int) -> Asset:
        """Put an asset on the register."""
        store = self._company.store
        number = store.next_id(ASSETS)
        row = store.insert(
            ASSETS,
            id=number,
            inventory_number=f"MF{number:04d}",
            name=kind.name,
            account_code=kind.account,
            depreciation_account_code=kind.depreciation,
            classification_code=kind.classification,
            supplier_partner_id=supplier,
            acquired_on=acquired,
            in_service_on=acquired,
            cost_ron=cost,
            useful_life_months=kind.life,
            method="linear",
            accumulated_ron=accumulated,
        )
        asset = Asset(row, kind)
        self.register.append(asset)
        return asset

    def buy(self, number: int) -> None:
        """Buy the `number`-th of the planned assets from one of the two suppliers of assets."""
        company, plan = self._company, self._company.plan
        kind = LATER_ASSETS[number % len(LATER_ASSETS)]
        sellers = [supplier for supplier in company.suppliers if supplier.kind == "assets"]
        supplier = sellers[number % 2]
        cost = max(600_000, round(kind.cost * 100 * min(1.0, plan.scale * 1.5) * plan.size.assets))
        asset = self.add(kind, supplier=supplier.partner, acquired=company.today, cost=cost, accumulated=0)
        tax = self._bills.domestic_tax(supplier, "standard", company.today)
        line = BillLine(kind.name, kind.account, 1000, "H87", cost * 100, cost, tax, asset=asset.row["id"])
        self._bills.receive(supplier, [line], account="404")

    def depreciate(self, month_end: date) -> None:
        """The month's depreciation as one entry, a line pair an asset."""
        company, store = self._company, self._company.store
        due = [
            asset
            for asset in self.register
            if asset.row["in_service_on"] < month_end.replace(day=1) and asset.monthly() > 0
        ]
        if not due:
            return
        document = Document("AMORTIZARE", f"AM-{month_end:%Y-%m}", month_end)
        entry = company.ledger.entry("assets", document, f"Amortizare {month_end:%m.%Y}")
        for asset in due:
            amount = asset.monthly()
            side = Side(asset=asset.row["id"])
            entry.pair("depreciation", amount, side, side, account=asset.kind.depreciation)
            store.insert(
                "numeriqo_accounting.asset_depreciations",
                asset_id=asset.row["id"],
                month_end=month_end,
                amount_ron=amount,
                entry_id=entry.id,
            )
            store.update(ASSETS, asset.row, accumulated_ron=asset.row["accumulated_ron"] + amount)
        company.ledger.post(entry)
        store.commit()
