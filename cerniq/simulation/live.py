"""A company that goes on: the documents of the days after its history, one transaction each."""

from __future__ import annotations

import time
from itertools import islice

from cerniq.errors import PermanentError
from cerniq.simulation.plan import CompanyPlan
from cerniq.simulation.store import DocumentUnit
from cerniq.simulation.world import World
from cerniq.simulation.writer import check_plan, connect, progress_of, write_document


class HistoryMissing(PermanentError):
    """A company whose history is not written to its end."""


def live(dsn: str, plan: CompanyPlan, *, transactions: int | None = None, per_second: float | None = None) -> int:
    """Write the next `transactions` documents (None: until interrupted), at most `per_second`; returns their number.

    Raises `HistoryMissing` before `write` has reached the plan's last month.
    """
    with connect(dsn) as connection:
        check_plan(connection, plan)
        done, complete = progress_of(connection)
        if complete is None or complete < plan.last_month.end:
            raise HistoryMissing("The company's history is not complete.", cure="Write it first (cerniq demo).")
        units = (unit for unit in World(plan).units() if unit.number > done and isinstance(unit, DocumentUnit))
        started, written = time.monotonic(), 0
        for unit in islice(units, transactions):
            write_document(connection, unit)
            written += 1
            if per_second is not None:
                time.sleep(max(0.0, started + written / per_second - time.monotonic()))
        return written
