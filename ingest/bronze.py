"""Bronze: the append-only log of changes, exactly once.

A table's Delta commit carries the application transaction (slot incarnation and table, last commit position). Rows at
or before the recorded position are dropped before the write, so that a replay may cut its batches anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from cerniq.lake import Lake, LakeTable
from ingest import failpoints

if TYPE_CHECKING:
    from datetime import datetime

    from ingest.plan import TablePlan

_TIMESTAMP = pa.timestamp("us", tz="UTC")


class Bronze:
    """The bronze tables of one source in one incarnation of its slot."""

    def __init__(self, lake: Lake, *, source: str, epoch: str, incarnation: str) -> None:
        self._lake = lake
        self._source = source
        self._epoch = epoch
        self.incarnation = incarnation
        self._positions: dict[str, int | None] = {}

    def table(self, plan: TablePlan) -> LakeTable:
        return self._lake.table("bronze", plan.module, plan.name)

    def application(self, plan: TablePlan) -> str:
        """Another table of the same name, or another shape of it, starts from its own snapshot."""
        return f"{self._source}@{self.incarnation}#{plan.source.relid}.{plan.schema_id}"

    def position(self, plan: TablePlan) -> int | None:
        """Up to which commit the table's log is complete; None before its snapshot."""
        key = self.application(plan)
        if key not in self._positions:
            self._positions[key] = self.table(plan).transaction_version(key)
        return self._positions[key]

    def append_snapshot(self, plan: TablePlan, rows: pa.Table, *, position: int, at: datetime) -> pa.Table:
        """Log the rows of a snapshot taken at `position`; returns them as logged.

        Over an older log a truncation comes first: what the snapshot does not show is gone.
        """
        count = rows.num_rows
        columns = {name: rows.column(name) for name in rows.column_names}
        columns["_op"] = pa.repeat(pa.scalar("r", pa.string()), count)
        columns["_commit_lsn"] = pa.repeat(pa.scalar(position, pa.int64()), count)
        columns["_ordinal"] = pa.array(range(1, count + 1), pa.int64())
        columns["_commit_ts"] = pa.repeat(pa.scalar(at, _TIMESTAMP), count)
        columns["_unchanged"] = pa.nulls(count, pa.list_(pa.string()))
        logged = pa.table(columns)
        if self.table(plan).exists():
            logged = pa.concat_tables([_truncation(logged.schema, position, at), logged])
        self._write(plan, logged, position)
        return logged

    def append_changes(self, plan: TablePlan, changes: pa.Table, *, through: int) -> pa.Table:
        """Log what is new of `changes` (sorted, whole transactions up to `through`); returns what was logged."""
        done = self.position(plan)
        if done is not None:
            changes = changes.filter(pc.greater(changes.column("_commit_lsn"), done))
        if changes.num_rows:
            self._write(plan, changes, through)
        return changes

    def _write(self, plan: TablePlan, rows: pa.Table, through: int) -> None:
        count = rows.num_rows
        text = {
            "_source": self._source,
            "_epoch": self._epoch,
            "_schema_id": plan.schema_id,
            "_batch": f"{self.incarnation}/{through:X}",
        }
        for name, value in text.items():
            rows = rows.append_column(name, pa.repeat(pa.scalar(value, pa.string()), count))
        failpoints.passing("bronze.before_append")
        application = self.application(plan)
        self.table(plan).append(rows, schema=plan.bronze_schema, app_transaction=(application, through))
        self._positions[application] = through
        failpoints.passing("bronze.after_append")

    def logged_after(self, plan: TablePlan, position: int | None) -> pa.Table:
        """The log of this incarnation after `position` (None: from its start), sorted."""
        where = pc.starts_with(pc.field("_batch"), self.incarnation + "/")
        where &= pc.field("_schema_id") == plan.schema_id
        if position is not None:
            where &= pc.field("_commit_lsn") > position
        rows = self.table(plan).read(where=where)
        return rows.sort_by([("_commit_lsn", "ascending"), ("_ordinal", "ascending")])


def _truncation(schema: pa.Schema, position: int, at: datetime) -> pa.Table:
    values = {"_op": "t", "_commit_lsn": position, "_ordinal": 0, "_commit_ts": at}
    return pa.Table.from_pylist([{name: values.get(name) for name in schema.names}], schema=schema)
