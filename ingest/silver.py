"""Silver: the current state of each table, merged from bronze, and the cut that makes all of it consistent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import structlog

from cerniq.lake import Lake, LakeTable
from ingest import failpoints
from ingest.fold import Folded, Key, fold
from ingest.lsn import format_lsn

if TYPE_CHECKING:
    from datetime import datetime

    from ingest.bronze import Bronze
    from ingest.plan import TablePlan

log = structlog.get_logger(__name__)


class Silver:
    """The silver tables fed by one source."""

    def __init__(self, lake: Lake, bronze: Bronze) -> None:
        self._lake = lake
        self._bronze = bronze
        self._positions: dict[str, int | None] = {}
        self.latest: datetime | None = None

    def table(self, plan: TablePlan) -> LakeTable:
        return self._lake.table("silver", plan.module, plan.name)

    def position(self, plan: TablePlan) -> int | None:
        """Up to which commit the table's rows are current; None before its first snapshot arrived."""
        application = self._bronze.application(plan)
        if application not in self._positions:
            self._positions[application] = self.table(plan).transaction_version(application)
        return self._positions[application]

    def catch_up(self, plan: TablePlan, pending: tuple[int | None, pa.Table] | None) -> bool:
        """Bring the table to bronze's position; returns whether it changed.

        `pending`: rows logged by this run and the position before them; used instead of reading bronze when they
        follow the table's own position. Raises `SchemaMismatch` when a value breaks the table's contract.
        """
        behind, ahead = self.position(plan), self._bronze.position(plan)
        if ahead is None or behind == ahead:
            return False
        if pending is not None and pending[0] == behind:
            changes = pending[1]
        else:
            changes = self._bronze.logged_after(plan, behind)
        newest = pc.max(changes.column("_commit_ts")).as_py()
        self.latest = max(filter(None, (self.latest, newest)), default=None)
        folded = fold(changes, plan.key, lookup=lambda keys: self._current(plan, keys))
        if behind is None or folded.replaces:
            self._replace(plan, folded, ahead)
        elif folded.rows.num_rows:
            self._merge(plan, folded, ahead)
        else:
            return False
        self._positions[self._bronze.application(plan)] = ahead
        failpoints.passing("silver.between_tables")
        return True

    def _replace(self, plan: TablePlan, folded: Folded, position: int) -> None:
        living = folded.rows.filter(pc.not_equal(folded.rows.column("_op"), "d"))
        self.table(plan).overwrite(
            _stored(living, plan),
            schema=plan.silver_schema,
            partition_by=["_bucket"] if plan.bucket_rows else None,
            app_transaction=(self._bronze.application(plan), position),
        )

    def _merge(self, plan: TablePlan, folded: Folded, position: int) -> None:
        flags = ["_op", *folded.keep.values()]
        source = _deletable(_stored(folded.rows, plan, extra=flags), plan)
        predicate = None
        if plan.bucket_rows:
            buckets = sorted(pc.unique(source.column("_bucket")).to_pylist())
            predicate = f"t._bucket in ({', '.join(map(str, buckets))})"
        metrics = self.table(plan).merge(
            source,
            keys=plan.key,
            schema=plan.silver_schema,
            delete_when="s._op = 'd'",
            keep_target_when={column: f"s.{flag}" for column, flag in folded.keep.items()},
            partition_predicate=predicate,
            app_transaction=(self._bronze.application(plan), position),
        )
        log.info("silver merged", table=plan.qualified, rows=source.num_rows, files=metrics["num_target_files_added"])

    def _current(self, plan: TablePlan, keys: Sequence[Key]) -> dict[Key, dict[str, Any]]:
        if not self.table(plan).exists():
            return {}
        first = plan.key[0]
        values = pa.array({key[0] for key in keys}, plan.table_schema.field(first).type)
        rows = self.table(plan).read(where=pc.field(first).isin(values)).to_pylist()
        return {tuple(row[name] for name in plan.key): row for row in rows}


def _stored(rows: pa.Table, plan: TablePlan, *, extra: Sequence[str] = ()) -> pa.Table:
    """The columns that silver keeps, in its types, with the bucket of each key."""
    names = [*plan.table_schema.names, "_commit_lsn", "_commit_ts", *extra]
    chosen = rows.select(names)
    if plan.bucket_rows:
        key = chosen.column(plan.key[0]).cast(pa.int64())
        chosen = chosen.append_column("_bucket", pc.divide(key, plan.bucket_rows).cast(pa.int32()))
    return chosen


def _deletable(source: pa.Table, plan: TablePlan) -> pa.Table:
    """Fill what the schema requires in rows that only delete, or that keep the old value: they store nothing of it."""
    for field in plan.table_schema:
        column = source.column(field.name)
        if field.nullable or field.name in plan.key or not column.null_count:
            continue
        unused = pc.equal(source.column("_op"), "d")
        flag = f"_keep_{field.name}"
        if flag in source.column_names:
            unused = pc.or_(unused, source.column(flag))
        filler = pa.scalar(_neutral(field.type), column.type)
        filled = pc.if_else(pc.and_(unused, pc.is_null(column)), filler, column)
        source = source.set_column(source.schema.get_field_index(field.name), field.name, filled)
    return source


def _neutral(kind: pa.DataType) -> Any:
    """Any value of the type."""
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return ""
    if pa.types.is_boolean(kind):
        return False
    if pa.types.is_decimal(kind):
        return Decimal(0)
    return pa.scalar(0, pa.int64() if pa.types.is_timestamp(kind) else pa.int32()).cast(kind).as_py()


def publish_cut(
    lake: Lake, silver: Silver, bronze: Bronze, plans: Sequence[TablePlan], *, source: str
) -> dict[str, Any]:
    """Name the versions of all silver tables that belong together, last of all; returns the cut.

    Tables of other sources, and tables that stand still, keep their entry.
    """
    previous = lake.read_json("silver", "current.json") or {"tables": {}, "sources": {}}
    tables, sources = dict(previous["tables"]), dict(previous["sources"])
    position = max((bronze.position(plan) or 0 for plan in plans), default=0)
    for plan in plans:
        if silver.position(plan) is None:
            continue
        entry = tables.get(plan.qualified)
        table = silver.table(plan)
        version = table.version()
        if entry is None or entry["version"] != version or entry["source"] != source:
            tables[plan.qualified] = {"version": version, "rows": table.row_count(version), "source": source}
    if tables == previous["tables"] and previous.get("lsn"):
        return previous
    sources[source] = {"lsn": format_lsn(position), "lsn_int": position}
    cut = {
        "lsn": format_lsn(position),
        "lsn_int": position,
        "commit_ts": silver.latest.isoformat() if silver.latest else previous.get("commit_ts", ""),
        "tables": tables,
        "sources": sources,
    }
    failpoints.passing("silver.before_cut")
    lake.write_json(cut, "silver", "current.json")
    return cut
