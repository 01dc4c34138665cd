"""Daily exchange rates in the manner of the National Bank: a random walk on working days, carried over the others."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from cerniq.simulation.calendar import DAY, is_working, previous_working

# First rate, daily deviation and the level that the walk is drawn back to, in 1/10,000 RON.
_WALKS = {"EUR": (49_760, 22, 50_600), "USD": (46_100, 190, 44_200)}
CURRENCIES = tuple(_WALKS)


class Rates:
    """Rates in 1/10,000 RON for one unit, from `first` on; as many days as are asked for."""

    def __init__(self, *, seed: str, first: date) -> None:
        self._random = {currency: Random(f"{seed}/rates/{currency}") for currency in _WALKS}
        self._next = first
        self._last = {currency: walk[0] for currency, walk in _WALKS.items()}
        self._table: dict[tuple[str, date], int] = {}

    def published(self, currency: str, day: date) -> int:
        """The rate in the table for `day`: published on it, or on the last working day before it."""
        while self._next <= day:
            self._extend()
        return self._table[currency, day]

    def document(self, currency: str, day: date) -> int:
        """The rate that a document of `day` uses: the one published on the working day before.

        Source: Codul fiscal art. 290 and its norms. RON is 10,000.
        """
        return 10_000 if currency == "RON" else self.published(currency, previous_working(day))

    def closing(self, currency: str, day: date) -> int:
        """The rate of a month-end revaluation: of the month's last working day (OMFP 1802/2014)."""
        return 10_000 if currency == "RON" else self.published(currency, day)

    def _extend(self) -> None:
        day = self._next
        for currency, (_, deviation, level) in _WALKS.items():
            if is_working(day):
                last = self._last[currency]
                self._last[currency] = last + round(self._random[currency].gauss((level - last) / 250, deviation))
            self._table[currency, day] = self._last[currency]
        self._next = day + DAY


def lead_in(first: date) -> date:
    """First day that the table needs so that documents of `first` find the rate of the working day before."""
    return first - timedelta(days=10)
