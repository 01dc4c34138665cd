"""Polars durations ("1h", "1d", "1w", "1mo", "1q", "1i") as the step of a time series."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ml.errors import InvalidForecastRequest

if TYPE_CHECKING:
    import polars as pl

_DURATION = re.compile(r"([1-9][0-9]{0,5})(s|m|h|d|w|mo|q|y|i)")
# Steps in the cycle that a business series of this unit usually has: the year, the week, the day.
_CYCLE = {"y": 1, "q": 4, "mo": 12, "w": 52, "d": 7, "h": 24, "m": 1440, "s": 1, "i": 1}
_MONTHS = {"mo": 1, "q": 3, "y": 12}


@dataclass(frozen=True, slots=True)
class Frequency:
    """`count` times `unit`. Raises `InvalidForecastRequest` when the text is no single polars duration."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: object) -> Frequency:
        match = _DURATION.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise InvalidForecastRequest(
                f"{str(text)[:40]!r} is not a frequency.",
                cure='Use one polars duration: "1h", "1d", "1w", "1mo", "1q", or "1i" for a whole-number index.',
            )
        return cls(int(match.group(1)), match.group(2))

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    @property
    def months(self) -> int | None:
        """Whole calendar months a step, None for steps of fixed length."""
        per_unit = _MONTHS.get(self.unit)
        return None if per_unit is None else per_unit * self.count

    @property
    def season_length(self) -> int:
        """Steps in the usual cycle: 12 for "1mo", 4 for "1q", 96 for "15m"; 1 when the step does not divide it."""
        cycle = _CYCLE[self.unit]
        return cycle // self.count if cycle % self.count == 0 else 1

    def steps_to_next(self, ds: pl.Expr, following: pl.Expr) -> pl.Expr:
        """True where `following` is exactly one step after `ds`.

        Calendar steps compare months: a series of month ends (31 January, 28 February) has no gap.
        """
        if self.months is not None:
            return _month_number(following) - _month_number(ds) == self.months
        if self.unit == "i":
            return following - ds == self.count
        return following == ds.dt.offset_by(str(self))

    def after(self, last: pl.Series, horizon: int) -> pl.Series:
        """The `horizon` points after the last entry of `last` (a series' own, sorted points), same type."""
        import polars as pl

        anchor = last.tail(1)
        if self.unit == "i":
            return pl.Series(last.name, [anchor[0] + self.count * k for k in range(1, horizon + 1)], dtype=last.dtype)
        points = pl.concat([anchor.dt.offset_by(f"{self.count * step}{self.unit}") for step in range(1, horizon + 1)])
        month_ends = self.months is not None and bool((last == last.dt.month_end()).all())
        return points.dt.month_end() if month_ends else points


def _month_number(ds: pl.Expr) -> pl.Expr:
    return ds.dt.year().cast(int) * 12 + ds.dt.month().cast(int)
