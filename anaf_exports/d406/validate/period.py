"""The period that a header states, by months or by days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from anaf_exports.d406.values import judge_date
from anaf_exports.d406.xml import Node
from cerniq.errors import PermanentError


class PeriodUnknown(PermanentError):
    """A header whose selection criteria name no period."""


@dataclass(frozen=True, slots=True)
class FilingPeriod:
    """Months from `first` to `last`, both included, as (year, month)."""

    first: tuple[int, int]
    last: tuple[int, int]

    @classmethod
    def of_header(cls, header: Node, prefix: str) -> FilingPeriod:
        """Raises `PeriodUnknown`."""
        criteria = header.find(prefix + "SelectionCriteria")

        def text(name: str) -> str:
            found = criteria.findtext(prefix + name) if criteria is not None else None
            return (found or "").strip()

        numbers = [text(name) for name in ("PeriodStartYear", "PeriodStart", "PeriodEndYear", "PeriodEnd")]
        if all(number.isascii() and number.isdigit() and len(number) < 10 for number in numbers):
            start_year, start, end_year, end = (int(number) for number in numbers)
            return cls((start_year, start), (end_year, end))
        days = [text("SelectionStartDate"), text("SelectionEndDate")]
        if all(day and judge_date(day) is None for day in days):
            start_day, end_day = ([int(part) for part in day.split("-")] for day in days)
            return cls((start_day[0], start_day[1]), (end_day[0], end_day[1]))
        raise PeriodUnknown("SelectionCriteria name no period")

    @property
    def months(self) -> int:
        return (self.last[0] - self.first[0]) * 12 + self.last[1] - self.first[1] + 1

    @property
    def last_day(self) -> date:
        """A day of the last month, for choosing the lists in force; out-of-range months count as the
        nearest one."""
        year = min(max(self.last[0], 1), 9999)
        return date(year, min(max(self.last[1], 1), 12), 1)

    def __str__(self) -> str:
        start, end = (f"{year:04d}-{month:02d}" for year, month in (self.first, self.last))
        return start if start == end else f"{start}..{end}"
