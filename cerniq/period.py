"""Spans of time as people file and compare them: a month, a quarter, a fiscal year, or a range of days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from cerniq.errors import PermanentError

PeriodKind = Literal["month", "quarter", "year", "range"]

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-[QT]([1-4])")
_YEAR = re.compile(r"\d{4}")
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


class InvalidPeriod(PermanentError):
    """A text that names no period."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days `start` to `end`, both included. Written `2026-08`, `2026-Q3`, `2026` or `2026-08-01..2026-08-15`."""

    start: date
    end: date
    kind: PeriodKind

    @classmethod
    def parse(cls, text: str, *, fiscal_start: int = 1) -> Period:
        """Read a period. `fiscal_start` is the month in which the tenant's fiscal year begins.

        A year and its quarters are fiscal ones and named by the year in which they begin. Raises `InvalidPeriod`.
        """
        text = text.strip()
        if match := _MONTH.fullmatch(text):
            return cls.month(int(match[1]), int(match[2]))
        if match := _QUARTER.fullmatch(text):
            first = _add_months(date(_year(match[1]), fiscal_start, 1), 3 * (int(match[2]) - 1))
            return cls(first, _add_months(first, 3) - timedelta(days=1), "quarter")
        if _YEAR.fullmatch(text):
            first = date(_year(text), fiscal_start, 1)
            return cls(first, _add_months(first, 12) - timedelta(days=1), "year")
        if match := _RANGE.fullmatch(text):
            return cls._range(match[1], match[2])
        raise InvalidPeriod(
            f"{text[:40]!r} is not a period.", cure="Write 2026-08, 2026-Q3, 2026 or 2026-08-01..2026-08-15."
        )

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        if not (1900 <= year <= 9998 and 1 <= month <= 12):
            raise InvalidPeriod(f"{year}-{month} is not a month.", cure="Write the month as 2026-08.")
        first = date(year, month, 1)
        return cls(first, _add_months(first, 1) - timedelta(days=1), "month")

    @classmethod
    def _range(cls, first: str, last: str) -> Period:
        try:
            start, end = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError as error:
            raise InvalidPeriod(f"{first}..{last}: {error}.", cure="Use days that the calendar has.") from error
        if end < start:
            raise InvalidPeriod(f"{first}..{last} ends before it starts.", cure="Write the earlier day first.")
        return cls(start, end, "range")

    def months(self) -> list[Period]:
        """The calendar months that the period touches, oldest first."""
        found, cursor = [], Period.month(self.start.year, self.start.month)
        while cursor.start <= self.end:
            found.append(cursor)
            cursor = cursor.next()
        return found

    def next(self) -> Period:
        """The month after this one. Raises `InvalidPeriod` for a period that is no month."""
        return self._shifted(1)

    def previous(self) -> Period:
        """The month before this one. Raises `InvalidPeriod` for a period that is no month."""
        return self._shifted(-1)

    def _shifted(self, months: int) -> Period:
        if self.kind != "month":
            raise InvalidPeriod(f"{self} is not a month.", cure="Only months have neighbours.")
        first = _add_months(self.start, months)
        return Period.month(first.year, first.month)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        if self.kind == "month":
            return f"{self.start:%Y-%m}"
        if self.kind == "quarter":
            # A fiscal quarter does not say which month its year begins in, so a shifted one is written as its days.
            if self.start.month % 3 == 1:
                return f"{self.start.year}-Q{(self.start.month + 2) // 3}"
        elif self.kind == "year" and self.start.month == 1:
            return f"{self.start.year}"
        return f"{self.start.isoformat()}..{self.end.isoformat()}"


def _year(text: str) -> int:
    year = int(text)
    if not 1900 <= year <= 9998:
        raise InvalidPeriod(f"{text} is not a year that can be filed.", cure="Write a year from 1900 on.")
    return year


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
