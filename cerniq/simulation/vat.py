"""VAT rates and SAF-T tax codes by operation and day; the rows of the table `vat_rates`.

Facts: rates from Codul fiscal art. 291 as it stood and Legea 141/2025; codes from ANAF's SAF-T nomenclature (lists
valid from January 2024 and from July 2025). Codes of 21 and 11 % that the nomenclature names without a description
(intra-community goods, services from outside the EU) follow the order of its suffixes.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

VAT_TAX_TYPE = "300"
_CODE = "Legea 227/2015 (Codul fiscal)"
_NEW = "Legea 141/2025 (M.Of. 699/25.07.2025)"
_OLD_FROM, _OLD_TO, _NEW_FROM = date(2017, 1, 1), date(2025, 7, 31), date(2025, 8, 1)
_EXEMPT_FROM = date(2016, 1, 1)


class Tax(NamedTuple):
    """What a line carries: SAF-T type and code, and the rate in 1/100 percent."""

    tax_type: str
    code: str
    rate: int


class VatRate(NamedTuple):
    """One row of `vat_rates`; `rate` in 1/100 percent."""

    operation: str
    direction: str
    rate: int
    code: str
    valid_from: date
    valid_to: date | None
    legal_source: str


NO_TAX = Tax("000", "000000", 0)
VAT_CLOSING = Tax(VAT_TAX_TYPE, "380200", 0)

# Operation, direction, then code at 19, 9 and 5 % until July 2025 and at 21 and 11 % after it.
_TAXABLE = (
    ("taxable", "sale", "310309", "310310", "310311", "310344", "310351"),
    ("on_collection", "sale", "310335", "310336", "310337", "310350", "310354"),
    ("not_chargeable", "sale", "380101", "380102", "380103", "380106", "380107"),
    ("taxable", "purchase", "301101", "301102", "301103", "301104", "301105"),
    ("on_collection", "purchase", "301301", "301302", "301303", "301305", "301306"),
    ("intra_community_goods", "purchase", "300201", "300202", "300203", "300204", "300205"),
    ("intra_community_services", "purchase", "300701", "300702", "300703", "300704", "300705"),
    ("foreign_services", "purchase", "300501", "300502", "300503", "300504", "300505"),
    ("import", "purchase", "301201", "301202", "301203", "301204", "301205"),
)
_REVERSE = (("reverse_charge", "purchase", "300901", "300902", "300903", "300906", "300907"),)
_EXEMPT = (
    ("intra_community", "sale", "310301", f"{_CODE} art. 294 (2) a)"),
    ("export", "sale", "310313", f"{_CODE} art. 294 (1) a)"),
    ("exempt", "sale", "310326", f"{_CODE} art. 292"),
    ("reverse_charge", "sale", "310312", f"{_CODE} art. 331"),
    ("exempt", "purchase", "308302", f"{_CODE} art. 292"),
)
# Homes sold to individuals under contracts signed before August 2025 keep 9 % for a year.
_TRANSITIONAL = (
    ("housing_transitional", "310357"),
    ("housing_transitional_on_collection", "310358"),
)
_CLASSES = ("standard", "reduced", "reduced_5")


@cache
def vat_rates() -> tuple[VatRate, ...]:
    """All rows, in the order in which they get their identifiers."""
    rows = []
    for operation, direction, *codes in (*_TAXABLE, *_REVERSE):
        for vat_class, rate, code in zip(_CLASSES, (1900, 900, 500), codes[:3], strict=True):
            rows.append(
                VatRate(f"{operation}_{vat_class}", direction, rate, code, _OLD_FROM, _OLD_TO, f"{_CODE} art. 291")
            )
        for vat_class, rate, code in zip(_CLASSES, (2100, 1100, 1100), (codes[3], codes[4], codes[4]), strict=True):
            rows.append(VatRate(f"{operation}_{vat_class}", direction, rate, code, _NEW_FROM, None, _NEW))
    for operation, code in _TRANSITIONAL:
        rows.append(VatRate(operation, "sale", 900, code, _NEW_FROM, date(2026, 7, 31), f"{_NEW} art. III"))
    rows += [VatRate(operation, way, 0, code, _EXEMPT_FROM, None, law) for operation, way, code, law in _EXEMPT]
    return tuple(rows)


@cache
def _index() -> dict[tuple[str, str], tuple[VatRate, ...]]:
    found: dict[tuple[str, str], tuple[VatRate, ...]] = {}
    for row in vat_rates():
        found[row.operation, row.direction] = (*found.get((row.operation, row.direction), ()), row)
    return found


@cache
def tax_of(operation: str, direction: str, day: date) -> Tax:
    """The tax of an operation whose tax point is `day`. Raises `KeyError` where the table has no row for it."""
    for row in _index()[operation, direction]:
        if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to):
            return Tax(VAT_TAX_TYPE, row.code, row.rate)
    raise KeyError((operation, direction, day))


@cache
def not_chargeable(tax: Tax, day: date) -> Tax:
    """The ledger-only code under which VAT of `tax`'s rate waits in 4428, or leaves it."""
    for row in vat_rates():
        if row.operation.startswith("not_chargeable_") and row.rate == tax.rate:
            return Tax(VAT_TAX_TYPE, row.code, row.rate)
    raise KeyError((tax, day))
