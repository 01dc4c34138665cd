"""Periods are read as people write them and know their days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cerniq.period import InvalidPeriod, Period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-08", date(2026, 8, 1), date(2026, 8, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-08-01..2026-08-15", date(2026, 8, 1), date(2026, 8, 15)),
    ],
)
def test_a_period_is_read_and_written_back(text: str, start: date, end: date) -> None:
    period = Period.parse(text)
    assert (period.start, period.end, str(period)) == (start, end, text)


def test_a_romanian_quarter_is_the_same_quarter() -> None:
    assert Period.parse("2026-T3") == Period.parse("2026-Q3")


def test_a_fiscal_year_begins_in_its_month() -> None:
    year, quarter = Period.parse("2026", fiscal_start=10), Period.parse("2026-Q2", fiscal_start=10)
    assert (year.start, year.end) == (date(2026, 10, 1), date(2027, 9, 30))
    assert (quarter.start, quarter.end) == (date(2027, 1, 1), date(2027, 3, 31))
    assert str(year) == "2026-10-01..2027-09-30"


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-00", "26-08", "2026-Q5", "2026-08-32..2026-09-01", "2026-08-15..2026-08-01", "0000"]
)
def test_what_is_no_period_is_refused_with_a_cure(text: str) -> None:
    with pytest.raises(InvalidPeriod) as caught:
        Period.parse(text)
    assert caught.value.cure


@given(st.integers(min_value=1901, max_value=9990), st.integers(min_value=1, max_value=12))
def test_months_follow_each_other_without_gap(year: int, month: int) -> None:
    period = Period.month(year, month)
    assert period.next().previous() == period
    assert (period.next().start - period.end).days == 1


def test_a_quarter_has_its_three_months_and_contains_its_days() -> None:
    quarter = Period.parse("2026-Q1")
    assert [str(month) for month in quarter.months()] == ["2026-01", "2026-02", "2026-03"]
    assert date(2026, 3, 31) in quarter
    assert date(2026, 4, 1) not in quarter
