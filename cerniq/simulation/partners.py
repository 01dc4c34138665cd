"""The partners of a company: who they are and how they behave. Their rows are written when they first appear."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from cerniq.simulation import names
from cerniq.simulation.catalogue import EXPENSES
from cerniq.simulation.plan import CompanyPlan
from cerniq.simulation.store import Row


@dataclass(slots=True)
class Customer:
    """A customer and its habits. `discount` in 1/100 percent; `lateness` days after the due date."""

    id: int
    partner: int
    values: dict[str, Any]
    segment: str
    currency: str
    operation: str
    terms: int
    discount: int
    weight: float
    starts: date
    ends: date | None
    lateness: int
    pays: str
    row: Row | None = None


@dataclass(slots=True)
class Supplier:
    """A supplier and its habits."""

    id: int
    partner: int
    values: dict[str, Any]
    kind: str
    currency: str
    operation: str
    terms: int
    lead: int
    late_invoices: bool
    on_collection: bool
    takes_advances: bool
    code: str = ""
    products: list[int] = field(default_factory=list)
    row: Row | None = None


def make_customers(plan: CompanyPlan) -> list[Customer]:
    """Retail, wholesale, key accounts, a public buyer, EU and export customers; some come later, some stop buying."""
    random = Random(f"{plan.rng_seed}/customers")
    count = max(16, round(plan.size.customers * plan.scale**0.7))
    days = plan.months * 30
    found = []
    for number in range(1, count + 1):
        segment = _segment(number)
        starts, ends = plan.first_day, None
        if number > 14 and random.random() < 0.28:
            starts = plan.first_day + timedelta(days=random.randint(20, max(21, days - 60)))
        if number > 14 and random.random() < 0.22:
            ends = starts + timedelta(days=random.randint(90, max(91, days)))
        found.append(_customer(plan, random, number, segment, starts, ends))
    return found


def make_suppliers(plan: CompanyPlan) -> list[Supplier]:
    """Suppliers of stock, then one for each monthly bill, two of assets."""
    random = Random(f"{plan.rng_seed}/suppliers")
    found = []
    for number in range(1, len(_GOODS_SUPPLIERS[plan.kind]) + 1):
        found.append(_goods_supplier(plan, random, number))
    for expense in EXPENSES:
        number = len(found) + 1
        operation = expense.operation
        place = _place(random, "DE" if expense.currency == "EUR" else "GB" if expense.currency == "USD" else None)
        values = _company_values(random, number, 5_100_000 + _offset(plan), place, f"Demo {expense.partner}")
        found.append(
            Supplier(
                number, 0, values, "utilities" if expense.account.startswith("605") else "services",
                expense.currency, operation, 20, 0, False, expense.code == "REPARATII", False, expense.code,
            )
        )  # fmt: skip
    for index in range(2):
        number = len(found) + 1
        values = _company_values(
            random, number, 5_100_000 + _offset(plan), _place(random), f"Demo Echipamente {index + 1}"
        )
        found.append(Supplier(number, 0, values, "assets", "RON", "taxable", 30, 0, False, False, False))
    return found


def _segment(number: int) -> str:
    if number in (3, 9):
        return "export_eu"
    if number in (5, 11):
        return "export_far"
    if number == 7:
        return "public"
    if number % 9 == 1:
        return "key_account"
    if number % 11 == 4:
        return "individual"
    if number % 13 == 6:
        return "export_eu"
    if number % 29 == 12:
        return "export_far"
    return "wholesale" if number % 3 == 0 else "retail"


# T domestic, L domestic with late invoices, E intra-community, M import, R reverse charge (wood, art. 331 (2) b).
_GOODS_SUPPLIERS = {"trade": "TELMTLETLTML", "manufacturing": "RELMTLER"}
_WEIGHTS = {"key_account": 3.4, "wholesale": 1.8, "public": 1.2, "export_eu": 1.1, "export_far": 0.8, "individual": 0.5}


def _customer(
    plan: CompanyPlan, random: Random, number: int, segment: str, starts: date, ends: date | None
) -> Customer:
    stem = 4_100_000 + _offset(plan)
    currency, operation, place = "RON", "domestic", _place(random)
    if segment == "export_eu":
        currency, operation, place = "EUR", "intra_community", _place(random, "EU")
    elif segment == "export_far":
        currency, operation, place = "USD", "export", _place(random, "FAR")
    values = _company_values(random, number, stem, place, None)
    if segment == "individual":
        values |= {
            "name": f"Persoană fizică {number}", "kind": "individual", "fiscal_code": None, "vat_number": None,
            "is_vat_payer": False, "iban": None,
        }  # fmt: skip
    lateness = random.choice((-3, 0, 0, 1, 2, 3, 5, 8, 14, 25, 40))
    return Customer(
        id=number,
        partner=0,
        values=values,
        segment=segment,
        currency=currency,
        operation=operation,
        terms=0 if segment == "individual" else random.choice((14, 30, 30, 30, 45, 60)),
        discount=random.choice((300, 500, 700, 900)) if segment in ("key_account", "wholesale") else 0,
        weight=_WEIGHTS.get(segment, 1.0) * random.uniform(0.5, 1.6),
        starts=starts,
        ends=ends,
        lateness=lateness,
        pays="cash" if segment == "individual" else "note" if number % 17 == 8 and currency == "RON" else "bank",
    )


def _goods_supplier(plan: CompanyPlan, random: Random, number: int) -> Supplier:
    stem = 5_100_000 + _offset(plan)
    letter = _GOODS_SUPPLIERS[plan.kind][number - 1]
    currency, operation, place = "RON", {"R": "reverse_charge"}.get(letter, "taxable"), _place(random)
    if letter == "E":
        currency, operation, place = "EUR", "intra_community_goods", _place(random, "EU")
    elif letter == "M":
        currency, operation, place = "USD", "import", _place(random, "FAR")
    return Supplier(
        number,
        0,
        _company_values(random, number + 500, stem, place, None),
        "goods",
        currency,
        operation,
        random.choice((30, 30, 45)),
        {"RON": 4, "EUR": 9, "USD": 21}[currency] + random.randint(0, 3),
        letter == "L",
        operation == "taxable" and number % 4 == 3,
        operation == "taxable" and number % 4 == 1,
    )


def _place(random: Random, area: str | None = None) -> tuple[Any, ...]:
    """(country, county, city, legal form, account prefix, account digits, digits of a VAT number)."""
    if area == "EU" or area in {place[0] for place in names.EU_PLACES}:
        choices = [place for place in names.EU_PLACES if area in ("EU", place[0])]
        country, city, form, prefix, digits, vat = random.choice(choices)
        return country, None, city, form, prefix, digits, vat
    if area == "FAR" or area in {place[0] for place in names.FAR_PLACES}:
        far = [place for place in names.FAR_PLACES if area in ("FAR", place[0])]
        country, city, form, prefix, digits = random.choice(far)
        return country, None, city, form, prefix, digits, 0
    county, city = random.choice(names.PLACES)
    return "RO", county, city, "SRL", "", 0, 0


def _company_values(random: Random, number: int, stem: int, place: tuple[Any, ...], name: str | None) -> dict[str, Any]:
    country, county, city, form, prefix, digits, vat_digits = place
    domestic = country == "RO"
    code = names.cui(stem + number) if domestic else None
    foreign_vat = names.vat_number(random, country, vat_digits) if vat_digits else None
    return {
        "name": f"{name} {form}" if name else names.company_name(number, form),
        "kind": "company",
        "fiscal_code": code.digits if code else (foreign_vat or f"{country}{10_000_000 + number}")[2:],
        "vat_number": code.with_prefix if code else foreign_vat,
        "is_vat_payer": domestic or bool(vat_digits),
        "country": country,
        "county": county,
        "city": city,
        "street": names.street(random),
        "postal_code": f"{random.randint(100_000, 899_999)}",
        "iban": names.romanian_iban(random) if domestic else names.foreign_iban(random, country, prefix, digits),
        "email": f"contact{number}@exemplu.invalid",
        "phone": f"+4000000{number:04d}",
    }


def _offset(plan: CompanyPlan) -> int:
    return 0 if plan.kind == "trade" else 50_000
