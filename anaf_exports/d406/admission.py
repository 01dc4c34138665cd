"""Which periods can be filed: of the kind that the type goes with, over, and not before the books begin.

A month inside the books without any activity can be filed: ANAF wants its declaration too.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import duckdb

from anaf_exports.d406.build.silver import Cut
from cerniq.errors import PermanentError, UsageError
from cerniq.lake import Lake
from cerniq.period import Period
from cerniq.warehouse import silver as warehouse

_KINDS = {"L": "month", "T": "quarter"}
_ENTRIES = "numeriqo_accounting.journal_entries"


class PeriodRefused(PermanentError):
    """A period of which no declaration is made."""


def today_in_romania() -> date:
    """The day by which a period of a Romanian declaration is over or not."""
    return datetime.now(ZoneInfo("Europe/Bucharest")).date()


def require_period(submission: str, period: Period, *, today: date) -> None:
    """Let pass a period that `submission` is filed for and that is over on `today`.

    Raises `UsageError` for a type that cannot be made, `PeriodRefused` for the period.
    """
    if submission not in _KINDS:
        raise UsageError(
            f"A D406 of type {submission} cannot be made yet.", cure=f"Types that can: {', '.join(_KINDS)}."
        )
    if period.kind != _KINDS[submission]:
        raise PeriodRefused(
            f"Type {submission} is filed for a {_KINDS[submission]}, {period} is none.",
            cure="Write 2026-08 for a month (--type L), 2026-Q3 for a quarter (--type T).",
        )
    if period.end >= today:
        raise PeriodRefused(
            f"{period} is not over: its last day is {period.end.isoformat()}, today is {today.isoformat()}.",
            cure="Export a period that is over, or this one after its last day.",
        )


def require_books(lake: Lake, period: Period, cut: Cut) -> None:
    """Let pass a period that does not end before the first journal entry of the cut. Raises `PeriodRefused`."""
    first = _first_entry(lake, cut)
    if first is None:
        raise PeriodRefused(
            f"{lake.tenant} has no journal entry: there is nothing to file for {period}.",
            cure=f"Book in the source, then run `cerniq ingest {lake.tenant} --once`.",
        )
    if period.end < first:
        raise PeriodRefused(
            f"{period} ends before the books: the books begin on {first.isoformat()}.",
            cure=f"Export a period that ends on {first.isoformat()} or later, or replicate the earlier entries.",
        )


def _first_entry(lake: Lake, cut: Cut) -> date | None:
    only = {_ENTRIES: cut.versions[_ENTRIES]}
    with duckdb.connect() as connection:
        warehouse.create_views(
            connection, lake, warehouse.Cut(lsn=cut.lsn, lsn_int=cut.lsn_int, commit_ts=cut.commit_ts, tables=only)
        )
        row = connection.execute(f"select min(entry_date) from silver_{_ENTRIES}").fetchone()
    found: date | None = row[0] if row else None
    return found
