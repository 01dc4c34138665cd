"""Numbers, money and dates as people of a language write them. `ro`: 1.234,56; `en`: 1,234.56."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

Language = Literal["ro", "en"]

EMPTY = "–"
_BUCHAREST = ZoneInfo("Europe/Bucharest")
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "ro": (
        "ianuarie",
        "februarie",
        "martie",
        "aprilie",
        "mai",
        "iunie",
        "iulie",
        "august",
        "septembrie",
        "octombrie",
        "noiembrie",
        "decembrie",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_SHORT_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "ro": ("ian.", "feb.", "mar.", "apr.", "mai", "iun.", "iul.", "aug.", "sept.", "oct.", "nov.", "dec."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"),
}


def number(value: Decimal | float | int | None, language: Language, *, decimals: int = 2) -> str:
    """Grouped by thousands, rounded half up, with a real minus sign; a dash for nothing."""
    if value is None:
        return EMPTY
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}"
    if language == "ro":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"−{text}" if rounded < 0 else text


def lei(value: Decimal | float | int | None, language: Language, *, decimals: int = 2) -> str:
    """Money in lei: `1.234,56 lei` or `RON 1,234.56`."""
    text = number(value, language, decimals=decimals)
    if value is None:
        return text
    if language == "ro":
        return f"{text} lei"
    return f"−RON {text[1:]}" if text.startswith("−") else f"RON {text}"


def short_lei(value: Decimal | float | int | None, language: Language) -> str:
    """Money for a tile: three or four figures and their unit."""
    if value is None:
        return EMPTY
    size = abs(Decimal(str(value)))
    for limit, unit_ro, unit_en in ((1_000_000_000, "mld.", "bn"), (1_000_000, "mil.", "m"), (1_000, "mii", "k")):
        if size >= limit:
            scaled = Decimal(str(value)) / limit
            decimals = 0 if abs(scaled) >= 1000 else 1 if abs(scaled) >= 100 else 2
            text = number(scaled, language, decimals=decimals)
            return f"{text} {unit_ro} lei" if language == "ro" else f"RON {text} {unit_en}".replace("RON −", "−RON ")
    return lei(value, language, decimals=0)


def percent(ratio: Decimal | float | None, language: Language, *, decimals: int = 1, signed: bool = False) -> str:
    """A ratio of 0.125 as `12,5 %` (Romanian) or `12.5%` (English)."""
    if ratio is None:
        return EMPTY
    text = number(Decimal(str(ratio)) * 100, language, decimals=decimals)
    sign = "+" if signed and not text.startswith("−") else ""
    return f"{sign}{text}\u00a0%" if language == "ro" else f"{sign}{text}%"


def day(value: date | None, language: Language) -> str:
    """`31.08.2026` or `31 Aug 2026`."""
    if value is None:
        return EMPTY
    if language == "ro":
        return f"{value:%d.%m.%Y}"
    return f"{value.day} {_SHORT_MONTHS['en'][value.month - 1]} {value.year}"


def month(value: date | None, language: Language, *, short: bool = False) -> str:
    """`august 2026`; short: `aug. 2026`."""
    if value is None:
        return EMPTY
    names = _SHORT_MONTHS if short else _MONTHS
    return f"{names[language][value.month - 1]} {value.year}"


def moment(value: datetime | None, language: Language) -> str:
    """Bucharest time: `31.08.2026, 14:05`."""
    if value is None:
        return EMPTY
    local = value.astimezone(_BUCHAREST)
    return f"{day(local.date(), language)}, {local:%H:%M}"


def vega_locale(language: Language) -> dict[str, Any]:
    """Number and time locale for charts, as Vega reads them."""
    decimal, thousands = (",", ".") if language == "ro" else (".", ",")
    weekdays = {
        "ro": ["duminică", "luni", "marți", "miercuri", "joi", "vineri", "sâmbătă"],
        "en": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    }[language]
    return {
        "number": {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", "\u00a0lei"]},
        "time": {
            "dateTime": "%d.%m.%Y, %H:%M",
            "date": "%d.%m.%Y",
            "time": "%H:%M",
            "periods": ["AM", "PM"],
            "days": weekdays,
            "shortDays": [name[:2] for name in weekdays],
            "months": list(_MONTHS[language]),
            "shortMonths": list(_SHORT_MONTHS[language]),
        },
    }
