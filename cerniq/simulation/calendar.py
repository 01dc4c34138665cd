"""Days on which Romanian companies and banks work, and the terms that are counted in them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

DAY = timedelta(days=1)


def orthodox_easter(year: int) -> date:
    """Easter Sunday of the Romanian Orthodox Church. Method: Meeus' Julian computus, 13 days to our calendar."""
    lunar = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - lunar + 34) % 7
    month, day = divmod(lunar + weekday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


@cache
def holidays(year: int) -> frozenset[date]:
    """Days off by law. Source: Codul muncii (Legea 53/2003) art. 139; 6 and 7 January since 2024."""
    easter = orthodox_easter(year)
    fixed = ((1, 1), (1, 2), (1, 6), (1, 7), (1, 24), (5, 1), (6, 1), (8, 15), (11, 30), (12, 1), (12, 25), (12, 26))
    moving = (-2, 0, 1, 49, 50)
    return frozenset(
        [date(year, month, day) for month, day in fixed] + [easter + timedelta(days=shift) for shift in moving]
    )


@cache
def is_working(day: date) -> bool:
    """Whether offices and banks are open."""
    return day.weekday() < 5 and day not in holidays(day.year)


@cache
def next_working(day: date) -> date:
    """`day` itself, or the first working day after it."""
    while not is_working(day):
        day += DAY
    return day


@cache
def previous_working(day: date) -> date:
    """The last working day before `day`."""
    day -= DAY
    while not is_working(day):
        day -= DAY
    return day


@cache
def add_working(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    for _ in range(count):
        day = next_working(day + DAY)
    return day


def efactura_due(issue: date) -> date:
    """Last day to send an invoice to RO e-Factura.

    Five calendar days until the end of 2025 (OUG 120/2021 as amended by Legea 296/2023), five working days from 2026
    (OUG 89/2025).
    """
    return add_working(issue, 5) if issue.year >= 2026 else issue + timedelta(days=5)


def month_end(day: date) -> date:
    """Last day of the month of `day`."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - DAY


def tax_day(month_of: date) -> date:
    """The 25th of the month of `month_of`, or the next working day: term of VAT, payroll and profit tax payments."""
    return next_working(month_of.replace(day=25))
