"""Identifiers: accounts against a chart, partners by prefix 00 to 09, IBANs by the format of their country.

Source: field rules MF.C.3, MF.S.3, S.C.1 and MF.GLA.2, refined by what the official validator J2.2.18
accepts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from anaf_exports.nomenclatures import Nomenclatures
from cerniq.tenancy import Cui, InvalidCui

Judge = Callable[[str], str | None]

ANONYMOUS = "080000000000000"
"""The customer of sales points who is not identified (prefix 08 and 13 zeros); never a supplier."""

_LONGEST_ACCOUNT = 2**63  # the official validator reads an account as a signed 64-bit number
_CODE_04 = re.compile(r"[A-Za-z0-9]+")
_PERSON = re.compile(r"[1-9][0-9]{0,12}")
_DIGITS_09 = re.compile(r"[0-9]{1,13}")
_BBAN_CLASS = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}


def account_judge(chart: frozenset[str]) -> Judge:
    """An account is one of the chart, or an analytical one under it.

    A number of four digits must be in the chart when its synthetic account is divided there (4110 is
    refused, as 411 has 4111 and 4118; 6041 passes, as 604 is not divided). Longer numbers need a prefix of
    three digits or more.
    """
    divided = frozenset(account[:3] for account in chart if len(account) > 3)

    def judge(text: str) -> str | None:
        if not text.isascii() or not text.isdigit() or int(text) >= _LONGEST_ACCOUNT:
            return f"{text[:40]!r} is not a whole number"
        if text in chart:
            return None
        stem = text[:3]
        if len(text) == 4 and stem in chart and stem not in divided:
            return None
        if len(text) > 4 and any(text[:length] in chart for length in range(3, len(text))):
            return None
        return f"account {text[:40]!r} is not in the chart of accounts"

    return judge


def partner_judge(nomenclatures: Nomenclatures, *, anonymous: bool) -> Judge:
    """A partner is a prefix of two digits and what it announces; `anonymous` allows 08, which no supplier
    may have."""
    countries = nomenclatures.codes("country")

    def judge(text: str) -> str | None:
        return None if is_partner(text, countries, anonymous=anonymous) else f"{text[:40]!r} is not a partner's code"

    return judge


def is_partner(text: str, countries: frozenset[str], *, anonymous: bool) -> bool:
    prefix, rest = text[:2], text[2:]
    match prefix:
        case "00":
            return _is_cui(rest)
        case "01" | "02" | "05" | "06":
            return rest[:2] in countries and len(rest) > 2
        case "03":
            return bool(_PERSON.fullmatch(rest))
        case "04":
            return bool(_CODE_04.fullmatch(rest))
        case "08":
            return anonymous and text == ANONYMOUS
        case "09":
            return bool(_DIGITS_09.fullmatch(rest))
    return False


def _is_cui(text: str) -> bool:
    if not text.isascii() or not text.isdigit():
        return False
    try:
        Cui(text)
    except InvalidCui:
        return False
    return True


def or_zero(judge: Judge) -> Judge:
    def lenient(text: str) -> str | None:
        return None if text == "0" else judge(text)

    return lenient


def iban_judge(formats: Mapping[str, str]) -> Judge:
    """Country and shape of the national part. The two check digits are not judged here: the official one
    passes any."""
    shapes = {country: re.compile(_shape(bban)) for country, bban in formats.items()}

    def judge(text: str) -> str | None:
        shape = shapes.get(text[:2])
        if shape is None:
            return f"IBAN of an unknown country {text[:2]!r}"
        return None if shape.fullmatch(text[4:]) else f"IBAN of {text[:2]} has the wrong form"

    return judge


def _shape(bban: str) -> str:
    parts = (part.strip() for part in bban.split(","))
    return "".join(f"{_BBAN_CLASS[part[-1]]}{{{int(part[:-1])}}}" for part in parts if part)
