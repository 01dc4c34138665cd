"""Kinds of value and how each is judged: the answer is None for a good value, else what is wrong with it.

Judged as the official validator J2.2.18 judges, measured one value at a time: it trims a value, takes a
number as Java reads a double (`1e3` and `NaN` pass), counts the characters before the point, and takes any
day from 1 to 31. What it lets through and should not is the subject of `own.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from anaf_exports.d406 import identifiers
from anaf_exports.nomenclatures import Nomenclatures

Judge = Callable[[str], str | None]

_DOUBLE = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?|NaN|Infinity)")
_INTEGER = re.compile(r"[+-]?\d+")
_DATE = re.compile(r"(\d{4,})-(\d{1,2})-(\d{1,2})")
_LONG = 2**63
_FIRST_YEAR = 1900
_FIRST_PERIOD_YEAR = 2020  # field_rules GL.11: minInclusive 2020; the upper bound stated there is not enforced


@dataclass(frozen=True)
class Values:
    """Judges for every kind that the structure names, bound to the lists of one filing.

    `day`: a day of the filing's last month, which selects the parameter set; `basis`: its tax accounting
    basis.
    """

    nomenclatures: Nomenclatures
    day: date
    basis: str

    @cached_property
    def judges(self) -> Mapping[str, Judge]:
        """Kind -> judge, for the kinds that are not parametrised."""
        lists = self.nomenclatures
        return {
            "date": judge_date,
            "money": _number(16, 2),
            "quantity": _number(16, 6),
            "rate": _number(14, 4),
            "decimal": _number(None, None),
            "tax_base": _tax_base,
            "base_rate": _base_rate,
            "uint": _integer(0),
            "positive": _integer(1),
            "year": _integer(_FIRST_PERIOD_YEAR),
            "account": identifiers.account_judge(lists.chart(self.basis)),
            "customer": identifiers.partner_judge(lists, anonymous=True),
            "supplier": identifiers.partner_judge(lists, anonymous=False),
            "owner": identifiers.partner_judge(lists, anonymous=True),
            "customer_or_0": identifiers.or_zero(identifiers.partner_judge(lists, anonymous=True)),
            "supplier_or_0": identifiers.or_zero(identifiers.partner_judge(lists, anonymous=False)),
            "company_code": _company_code,
            "iban": identifiers.iban_judge(lists.iban_formats),
            "country": _member(lists.codes("country"), "country"),
            "county": _member(lists.codes("county"), "county"),
            "nc8": _member(lists.nc8, "nc8"),
            "tax_code": _member(
                lists.tax_codes_of(lists.parameter_set(self.day).name),
                f"tax_code of {lists.parameter_set(self.day).name}",
            ),
            "payment_mechanism": _member(frozenset(lists.payment_methods), "payment_mechanism"),
        }

    def judge(self, kind: str) -> Judge:
        """The judge of `kind`: a name above, `textN` or `list:NAME`. Raises `KeyError` for a kind it does
        not know."""
        if kind.startswith("text"):
            return _text(int(kind.removeprefix("text")))
        if kind.startswith("list:"):
            name = kind.removeprefix("list:")
            return _member(self.nomenclatures.codes(name), name)
        return self.judges[kind]


def judge_date(text: str) -> str | None:
    """`YYYY-MM-DD`, one-digit months and days too; 31 days in every month, as the official validator has
    it."""
    match = _DATE.fullmatch(text)
    if match is None:
        return f"{text!r} is not a date (YYYY-MM-DD)"
    year, month, day = (int(part) for part in match.groups())
    if year < _FIRST_YEAR or not 1 <= month <= 12 or not 1 <= day <= 31:
        return f"{text!r} is not a day that can be filed"
    return None


def _text(limit: int) -> Judge:
    def judge(text: str) -> str | None:
        return f"longer than {limit} characters ({len(text)})" if len(text) > limit else None

    return judge


def _member(codes: frozenset[str], name: str) -> Judge:
    def judge(text: str) -> str | None:
        return None if text in codes else f"{text[:40]!r} is not in the list {name}"

    return judge


def _number(whole: int | None, fraction: int | None) -> Judge:
    def judge(text: str) -> str | None:
        if not _DOUBLE.fullmatch(text):
            return f"{text[:40]!r} is not a number"
        before, _, after = text.partition(".")
        if (whole is not None and len(before) > whole) or (fraction is not None and len(after) > fraction):
            return f"{text[:40]!r} has more than {whole} places before or {fraction} after the point"
        return None

    return judge


def _tax_base(text: str) -> str | None:
    """As `decimal`, but the official validator compares it with a range, which NaN is outside of."""
    problem = _number(None, None)(text)
    return problem or ("NaN is not an amount" if "NaN" in text else None)


def _base_rate(text: str) -> str | None:
    """The share of a tax that may be deducted: 0 to 1, at most 4 decimals (field_rules MF.TT.11)."""
    problem = _number(1, 4)(text)
    if problem:
        return problem
    return None if 0 <= float(text) <= 1 else f"{text!r} is not between 0 and 1"


def _company_code(text: str) -> str | None:
    """Digits, with or without RO before them. The check digit is `own.py`'s: the official validator passes
    any."""
    return _integer(-_LONG)(text.removeprefix("RO")) and f"{text[:40]!r} is not a fiscal code"


def _integer(least: int) -> Judge:
    def judge(text: str) -> str | None:
        if not _INTEGER.fullmatch(text) or len(text) > 19 or not int(text) < _LONG:
            return f"{text[:40]!r} is not a whole number"
        return None if int(text) >= least else f"{text} is less than {least}"

    return judge
