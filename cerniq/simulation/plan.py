"""Which company is simulated: kind, seed, size and months. Everything else follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from cerniq.period import Period
from cerniq.simulation.store import Row
from cerniq.tenancy import Cui, TenantId

Kind = Literal["trade", "manufacturing"]
# Raise it with every change that gives other rows for the same plan: a database begun by another world is refused.
WORLD = 2
# Turnover without VAT up to which VAT on collection is open, in bani a year: Codul fiscal art. 282 (3). The ceiling of
# 2025; a later one is higher.
COLLECTION_CEILING = 450_000_000
# Turnover from one year to the next, in percent: demand and list prices.
TURNOVER_GROWTH = 14
# Least capital in bani of a company with more than 400,000 lei of turnover (Legea 31/1990 art. 11).
_LEAST_CAPITAL = 500_000


@dataclass(frozen=True, slots=True)
class Size:
    """The company at scale 1. Money in bani a month unless it says otherwise."""

    orders_a_day: float
    customers: int
    products_a_group: int
    quantity_factor: float
    staff: int
    salary: int
    rent: int
    overhead: int
    opening_cash: int
    share_capital: int
    loan: int
    production_a_day: float
    # Turnover without VAT of the first twelve months.
    turnover: int
    # Amounts that are no figures of their own (opening balances, thresholds) against the trader's.
    money: float
    # Price of a fixed asset against the catalogue's.
    assets: float


SIZES: dict[Kind, Size] = {
    "trade": Size(
        orders_a_day=11.2,
        customers=170,
        products_a_group=11,
        quantity_factor=0.55,
        staff=23,
        salary=690_000,
        rent=2_450_000,
        overhead=6_800_000,
        opening_cash=110_000_000,
        share_capital=20_000_000,
        loan=60_000_000,
        production_a_day=0.0,
        turnover=1_500_000_000,
        money=1.0,
        assets=1.0,
    ),
    "manufacturing": Size(
        orders_a_day=3.9,
        customers=80,
        products_a_group=6,
        quantity_factor=0.27,
        staff=9,
        salary=560_000,
        rent=680_000,
        overhead=2_150_000,
        opening_cash=28_000_000,
        share_capital=6_000_000,
        loan=20_000_000,
        production_a_day=2.3,
        turnover=340_000_000,
        money=0.2,
        assets=0.35,
    ),
}


@dataclass(frozen=True, slots=True)
class CompanyPlan:
    """A simulated company. The same plan always gives the same world, however often it is interrupted."""

    kind: Kind
    tenant: TenantId
    last_month: Period
    seed: int = 0
    scale: float = 1.0
    months: int = 24

    @property
    def first_day(self) -> date:
        """The day of the opening balances."""
        month = self.last_month
        for _ in range(self.months - 1):
            month = month.previous()
        return month.start

    @property
    def size(self) -> Size:
        return SIZES[self.kind]

    @property
    def rng_seed(self) -> str:
        return f"{self.seed}/{self.kind}/{self.tenant}"

    @property
    def legal_name(self) -> str:
        return "Comerț Demo Cerniq SRL" if self.kind == "trade" else "Fabrica Demo Cerniq SRL"

    @property
    def cui(self) -> Cui:
        return Cui.from_stem(9_100_001 if self.kind == "trade" else 9_100_002)

    @property
    def money_factor(self) -> float:
        """Amounts that the size does not name, against those of the trader at scale 1."""
        return self.scale * self.size.money

    @property
    def share_capital(self) -> int:
        """Bani, in whole parts of 10 lei; never below what the law asks of a company with turnover."""
        return max(_LEAST_CAPITAL, round(self.size.share_capital * self.scale / 1000) * 1000)

    @property
    def expected_turnover(self) -> int:
        """Bani without VAT of the last twelve months of the history, its largest year."""
        years = max(0.0, self.months / 12 - 1)
        growth: float = (1 + TURNOVER_GROWTH / 100) ** years
        return round(self.size.turnover * self.scale * growth)

    @property
    def vat_on_collection(self) -> bool:
        """The factory opts for VAT on collection for as long as its turnover allows it."""
        return self.kind == "manufacturing" and self.expected_turnover <= COLLECTION_CEILING

    @property
    def profile(self) -> dict[str, Any]:
        """What a tenant's record keeps: activity, fiscal year and how it files."""
        return {
            "activity": self.kind,
            "vat_period": "monthly",
            "vat_on_collection": self.vat_on_collection,
            "tax_accounting_basis": "A",
            "fiscal_year_start_month": 1,
            "entity_size": "small",
            "simulated": {"seed": self.seed, "scale": self.scale, "months": self.months},
        }

    def fingerprint(self) -> Row:
        """What must not change between two runs on one database."""
        return {
            "world": WORLD,
            "kind": self.kind,
            "tenant": str(self.tenant),
            "seed": self.seed,
            "scale": self.scale,
            "months": self.months,
            "last_month": str(self.last_month),
        }


def demo_plans(*, seed: int = 0, scale: float = 1.0, months: int = 24, today: date) -> list[CompanyPlan]:
    """The two companies of the demo, with history that ends with the month before `today`."""
    last = Period.month(today.year, today.month).previous()
    return [
        CompanyPlan("trade", TenantId("comert-demo"), last, seed=seed, scale=scale, months=months),
        CompanyPlan("manufacturing", TenantId("fabrica-demo"), last, seed=seed, scale=scale, months=months),
    ]
