"""Numbers and dates as people of each language write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dashboards import formats
from dashboards.formats import Language


@pytest.mark.parametrize(
    ("value", "ro", "en"),
    [
        (Decimal("1234567.895"), "1.234.567,90", "1,234,567.90"),
        (Decimal("-0.005"), "−0,01", "−0.01"),
        (Decimal("-0.004"), "0,00", "0.00"),
        (0, "0,00", "0.00"),
        (None, "–", "–"),
    ],
)
def test_numbers_are_grouped_and_rounded_half_up(value: Decimal | None, ro: str, en: str) -> None:
    assert formats.number(value, "ro") == ro
    assert formats.number(value, "en") == en


@pytest.mark.parametrize(
    ("value", "ro", "en"),
    [
        (Decimal("1234.5"), "1.234,50 lei", "RON 1,234.50"),
        (Decimal("-1234.5"), "−1.234,50 lei", "−RON 1,234.50"),
    ],
)
def test_money_names_its_currency(value: Decimal, ro: str, en: str) -> None:
    assert formats.lei(value, "ro") == ro
    assert formats.lei(value, "en") == en


@pytest.mark.parametrize(
    ("value", "ro", "en"),
    [
        (Decimal("669212.10"), "669,2 mii lei", "RON 669.2 k"),
        (Decimal("-1124000"), "−1,12 mil. lei", "−RON 1.12 m"),
        (Decimal("2500000000"), "2,50 mld. lei", "RON 2.50 bn"),
        (Decimal("999.4"), "999 lei", "RON 999"),
        (None, "–", "–"),
    ],
)
def test_tiles_show_three_figures_and_the_unit(value: Decimal | None, ro: str, en: str) -> None:
    assert formats.short_lei(value, "ro") == ro
    assert formats.short_lei(value, "en") == en


def test_percentages_follow_the_language() -> None:
    assert formats.percent(Decimal("0.1255"), "ro") == "12,6\u00a0%"
    assert formats.percent(0.5, "en", signed=True) == "+50.0%"
    assert formats.percent(-0.5, "en", signed=True) == "−50.0%"


def test_dates_follow_the_language() -> None:
    day = date(2026, 8, 3)
    assert (formats.day(day, "ro"), formats.day(day, "en")) == ("03.08.2026", "3 Aug 2026")
    assert (formats.month(day, "ro"), formats.month(day, "en")) == ("august 2026", "August 2026")
    assert formats.month(date(2026, 1, 1), "ro", short=True) == "ian. 2026"


def test_moments_are_shown_in_bucharest() -> None:
    assert formats.moment(datetime(2026, 8, 31, 22, 5, tzinfo=UTC), "ro") == "01.09.2026, 01:05"
    assert formats.moment(datetime(2026, 1, 31, 22, 5, tzinfo=UTC), "ro") == "01.02.2026, 00:05"


@pytest.mark.parametrize("language", ["ro", "en"])
def test_charts_get_twelve_months_and_seven_days(language: Language) -> None:
    locale = formats.vega_locale(language)
    assert (len(locale["time"]["months"]), len(locale["time"]["days"])) == (12, 7)
    assert locale["number"]["decimal"] == ("," if language == "ro" else ".")
