"""One source being captured: its plans, its slot, and the steps snapshot, stream, silver in their order."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import structlog

from cerniq.errors import CerniqError
from cerniq.lake import Lake, SchemaMismatch, WriterLease
from ingest import failpoints
from ingest.bronze import Bronze
from ingest.errors import ValueDoesNotLand
from ingest.plan import TablePlan, plan_tables
from ingest.postgres import slot as slots
from ingest.postgres.catalog import read_tables
from ingest.postgres.changes import table_changes
from ingest.postgres.connect import connect, connect_replication, source_errors
from ingest.postgres.peek import PeekStream, Visible
from ingest.postgres.pgoutput import Batch, Decoder, Group, Relation
from ingest.postgres.preflight import check_schemas, check_server
from ingest.postgres.snapshot import copy_table, snapshot_session, visible_in
from ingest.postgres.stream import ReplicationStream
from ingest.report import Finding, IngestReport, Progress, ProgressCallback
from ingest.silver import Silver, publish_cut
from ingest.state import SourceState

if TYPE_CHECKING:
    import psycopg

    from cerniq.control import SourceRecord

log = structlog.get_logger(__name__)

# Two: one table is written while the next is read. More would only compete for the cores of a small machine.
_WRITERS = 2
_PENDING_ROWS = 2_000_000


Transport = Literal["auto", "stream", "sql"]


class Stream(Protocol):
    """What the capture needs of a stream, be it a replication connection or SQL."""

    decoder: Decoder

    def read(self, *, until: int, max_changes: int, max_bytes: int, seconds: float) -> bool: ...
    def confirm(self, position: int) -> None: ...
    def close(self) -> None: ...


class Capture:
    """A run over one source while the tenant's writer lock is held. Everything it writes may be repeated."""

    def __init__(
        self,
        lake: Lake,
        source: SourceRecord,
        lease: WriterLease,
        report: IngestReport,
        progress: ProgressCallback,
        transport: Transport = "auto",
    ) -> None:
        self.lake = lake
        self.source = source
        self.report = report
        self._lease = lease
        self._progress = progress
        self.application = f"cerniq ingest {source.tenant}"
        self.connection: psycopg.Connection[Any] = connect(source.dsn, application=self.application)
        self.by_sql = transport == "sql"
        if transport == "auto":
            self.by_sql = not self._replication_works()
        self.state = SourceState.load(lake, source.slot)
        self.plans: dict[str, TablePlan] = {}
        self._by_name: dict[tuple[str, str], TablePlan] = {}
        self._pending: dict[str, tuple[int | None, list[pa.Table]]] = {}
        self._pending_rows = 0

    def write_under(self, lease: WriterLease) -> None:
        """Go on under a lock that was taken anew."""
        self._lease = lease

    def close(self) -> None:
        self.connection.close()

    @property
    def publications(self) -> Sequence[str]:
        whole, inserts = slots.publication_names(self.source.publication)
        return [whole, inserts]

    def _replication_works(self) -> bool:
        """Whether the server takes a replication connection from us; SQL works by now, so the DSN is right."""
        try:
            connect_replication(self.source.dsn, application=self.application).finish()
        except CerniqError as error:
            log.warning("no replication connection, going on by SQL", reason=error.message)
            return False
        return True

    def open_stream(self) -> Stream:
        """The changes behind the slot's confirmed position."""
        if self.by_sql:
            return PeekStream(self.connection, self.source.slot, self.publications)
        source = self.source
        return ReplicationStream(source.dsn, source.slot, self.publications, application=self.application)

    def _create_slot(self, name: str, *, temporary: bool) -> slots.ExportedSnapshot:
        if self.by_sql:
            return slots.create_slot_by_sql(self.connection, name, temporary=temporary)
        return slots.create_slot(self.source.dsn, name, temporary=temporary, application=self.application)

    # -- before any data ---------------------------------------------------------------------------------------------

    def prepare(self) -> slots.ExportedSnapshot | None:
        """Check the source, plan its tables, make publication and slot; a new slot comes with its snapshot."""
        with source_errors():
            server = check_server(self.connection)
            faults = check_schemas(self.connection, self.source.modules)
            catalog = read_tables(self.connection, list(self.source.modules.values()))
        plans, findings = plan_tables(self.source, catalog, faults)
        self.report.findings += findings
        self.state.save(self.lake)  # the mark must be ours before the server shows it
        standing = {place for place, table in catalog.items() if self._is_wanted(*place) and table.publishes_changes}
        slots.sync_publications(
            self.connection, self.source.publication, plans, standing=standing, owner=self.state.owner
        )
        self.plans = {plan.qualified: plan for plan in plans}
        self._by_name = {(plan.source.schema, plan.name): plan for plan in plans}
        exported = self._ensure_slot(server.system_id)
        self.bronze = Bronze(self.lake, source=self.source.slot, epoch=server.epoch, incarnation=self.state.incarnation)
        self.silver = Silver(self.lake, self.bronze)
        self._note_missing(findings)
        return exported

    def _is_wanted(self, schema: str, table: str) -> bool:
        modules = [module for module, home in self.source.modules.items() if home == schema]
        return any(self.source.wants(module, table) for module in modules)

    def _ensure_slot(self, system_id: str) -> slots.ExportedSnapshot | None:
        slot = self.source.slot
        present = slots.slot_exists(self.connection, slot)
        if present and self.state.incarnation.startswith(system_id + "."):
            slots.wait_until_idle(self.connection, slot)
            return None
        if self.state.incarnation:
            log.warning("slot gone, reading everything anew", slot=slot, tenant=str(self.source.tenant))
            self.report.findings.append(
                Finding(
                    "*",
                    "warning",
                    f"The slot {slot} was gone, so every table is read anew.",
                    "See max_slot_wal_keep_size when it happens again.",
                )
            )
            self.state.forget_slot(self.lake)
        if present:
            # A run died between making the slot and remembering it: nothing was read from it yet.
            slots.drop_slot(self.connection, slot)
        exported = self._create_slot(slot, temporary=False)
        failpoints.passing("snapshot.after_slot")
        self.state.incarnation = f"{system_id}.{exported.position:X}"
        self.state.position = exported.position
        self.state.save(self.lake)
        return exported

    def _note_missing(self, findings: Sequence[Finding]) -> None:
        """Remember where tables that stand still stopped, so that they are read anew when they come back."""
        for finding in findings:
            if finding.severity == "error" and finding.table not in self.state.stopped:
                module, _, name = finding.table.partition(".")
                if name != "*" and self.lake.table("bronze", module, name).exists():
                    self.state.stopped[finding.table] = self.state.position
        self.state.save(self.lake)

    # -- snapshot ----------------------------------------------------------------------------------------------------

    def tables_to_snapshot(self) -> list[TablePlan]:
        """Tables without a log in this incarnation, and stopped ones that can go on. The largest first."""
        wanted = []
        for plan in self.plans.values():
            position = self.bronze.position(plan)
            stopped = self.state.stopped.get(plan.qualified)
            if position is None or (stopped is not None and position <= stopped):
                wanted.append(plan)
            elif stopped is not None:
                del self.state.stopped[plan.qualified]
        return sorted(wanted, key=lambda plan: -plan.source.estimated_rows)

    def snapshot(self, exported: slots.ExportedSnapshot | None) -> None:
        """Read the tables that need it under one snapshot; each lands in bronze and silver whole or not at all."""
        wanted = self.tables_to_snapshot()
        if not wanted:
            if exported is not None:
                exported.close()
            return
        if exported is None:
            name = f"{self.source.slot[:50]}_snapshot"
            exported = self._create_slot(name, temporary=True)
        try:
            self._read_snapshot(exported, wanted)
        finally:
            exported.close()

    def _read_snapshot(self, exported: slots.ExportedSnapshot, wanted: Sequence[TablePlan]) -> None:
        writes: list[tuple[TablePlan, Future[int]]] = []
        with (
            ThreadPoolExecutor(_WRITERS) as writers,
            snapshot_session(self.source.dsn, exported.name, application=self.application) as session,
        ):
            shown = None if exported.name else visible_in(session)
            for plan in wanted:
                if shown is None:
                    self.state.visible.pop(plan.qualified, None)
                else:
                    self.state.visible[plan.qualified] = (shown.snapshot, shown.until)
            self.state.save(self.lake)  # before a row lands, or a killed run could not tell what it has
            row = session.execute("select clock_timestamp()").fetchone()
            at: datetime = row[0] if row else datetime.now().astimezone()
            for plan in wanted:
                try:
                    rows = copy_table(session, plan)
                except ValueDoesNotLand as error:
                    self.stop(plan, error.message, error.cure)
                    continue
                if len(writes) > _WRITERS:
                    writes[-_WRITERS][1].exception()  # no more than a few tables wait in memory
                writes.append((plan, writers.submit(self._land_snapshot, plan, rows, exported.position, at)))
        for done, (plan, write) in enumerate(writes, start=1):
            self._settle(plan, write)
            self._progress(
                Progress("snapshot", plan.qualified, self.report.tables.get(plan.qualified, 0), done, len(wanted))
            )

    def _land_snapshot(self, plan: TablePlan, rows: pa.Table, position: int, at: datetime) -> int:
        self._lease.verify()
        before = self.bronze.position(plan)
        logged = self.bronze.append_snapshot(plan, rows, position=position, at=at)
        failpoints.passing("snapshot.after_bronze_table")
        if plan.key:
            self.silver.catch_up(plan, (before, logged))
        return int(rows.num_rows)

    def _settle(self, plan: TablePlan, write: Future[int]) -> None:
        try:
            self.report.count(plan.qualified, write.result())
        except (ValueDoesNotLand, SchemaMismatch) as error:
            self.stop(plan, error.message, error.cure)
            return
        self.report.snapshotted.append(plan.qualified)
        self.state.stopped.pop(plan.qualified, None)

    # -- stream ------------------------------------------------------------------------------------------------------

    def land(self, batch: Batch, stream: Stream) -> bool:
        """Bring a batch of whole transactions into bronze, then confirm it; returns whether a table changed shape."""
        self._lease.verify()
        drifted = False
        tables: dict[str, list[tuple[Relation, bytes, Group]]] = {}
        for (relation, shape), group in batch.groups.items():
            plan = self._by_name.get((relation.schema, relation.name))
            if plan is None or plan.source.relid != relation.relid:
                drifted = drifted or plan is not None
                continue
            if plan.qualified in self.state.stopped:
                continue
            missing = [column.name for column in plan.columns if column.name not in relation.columns]
            if missing:
                drifted = True
                self.stop(
                    plan,
                    f"The column {missing[0]} is not at the source any more.",
                    "Restore the column, or change the contract; then run again: the table is read anew.",
                )
                tables.pop(plan.qualified, None)
                continue
            tables.setdefault(plan.qualified, []).append((relation, shape, group))
        self._land_tables(batch, tables)
        failpoints.passing("stream.before_confirm")
        if batch.end_lsn:
            self.state.position = batch.end_lsn
            stream.confirm(batch.end_lsn)
        self.report.transactions += len(batch.commit_lsns)
        failpoints.passing("stream.after_confirm")
        return drifted

    def _land_tables(self, batch: Batch, tables: dict[str, list[tuple[Relation, bytes, Group]]]) -> None:
        with ThreadPoolExecutor(_WRITERS) as writers:
            writes = [
                (self.plans[name], writers.submit(self._land_table, batch, self.plans[name], groups))
                for name, groups in tables.items()
            ]
        for plan, write in writes:
            try:
                before, logged = write.result()
            except (ValueDoesNotLand, SchemaMismatch) as error:
                self.stop(plan, error.message, error.cure)
                continue
            self.report.count(plan.qualified, logged.num_rows)
            self._remember(plan, before, logged)

    def _land_table(
        self, batch: Batch, plan: TablePlan, groups: list[tuple[Relation, bytes, Group]]
    ) -> tuple[int | None, pa.Table]:
        before = self.bronze.position(plan)
        changes = self._unseen(batch, plan, table_changes(batch, groups, plan))
        logged = self.bronze.append_changes(plan, changes, through=batch.last_commit)
        failpoints.passing("stream.between_tables")
        return before, logged

    def _unseen(self, batch: Batch, plan: TablePlan, changes: pa.Table) -> pa.Table:
        """Without the transactions that the table's snapshot has shown already."""
        if plan.qualified not in self.state.visible:
            return changes
        visible = Visible(*self.state.visible[plan.qualified])
        commits = zip(batch.xids, batch.commit_lsns, strict=True)
        shown = [lsn for xid, lsn in commits if visible.shows(xid, lsn)]
        return changes.filter(pc.invert(pc.is_in(changes.column("_commit_lsn"), pa.array(shown, pa.int64()))))

    def _remember(self, plan: TablePlan, before: int | None, logged: pa.Table) -> None:
        """Keep what was logged for the silver step; when it is much, silver reads it from bronze instead."""
        if not logged.num_rows:
            return
        _, pieces = self._pending.setdefault(plan.qualified, (before, []))
        pieces.append(logged)
        self._pending_rows += logged.num_rows
        if self._pending_rows > _PENDING_ROWS:
            self._pending.clear()
            self._pending_rows = 0

    # -- silver ------------------------------------------------------------------------------------------------------

    def refresh_silver(self) -> None:
        """Bring every silver table to bronze's position, then publish the cut."""
        self._lease.verify()
        plans = [plan for plan in self.plans.values() if plan.key]
        pending = {name: (start, pa.concat_tables(pieces)) for name, (start, pieces) in self._pending.items()}
        self._pending, self._pending_rows = {}, 0
        with ThreadPoolExecutor(_WRITERS) as writers:
            merges = [(p, writers.submit(self.silver.catch_up, p, pending.get(p.qualified))) for p in plans]
        for done, (plan, merge) in enumerate(merges, start=1):
            try:
                if merge.result():
                    self._progress(Progress("silver", plan.qualified, 0, done, len(plans)))
            except SchemaMismatch as error:
                self.stop(plan, error.message, error.cure)
        self._lease.verify()
        cut = publish_cut(self.lake, self.silver, self.bronze, plans, source=self.source.slot)
        self.report.lsn = cut["lsn"]
        self.report.silver = {
            plan.qualified: cut["tables"][plan.qualified] for plan in plans if plan.qualified in cut["tables"]
        }
        self.state.save(self.lake)

    def stop(self, plan: TablePlan, message: str, cure: str) -> None:
        """One table stands still from here; the others go on. It is read anew by the next run that finds it sound."""
        log.warning("table stopped", table=plan.qualified, reason=message)
        self.report.findings.append(Finding(plan.qualified, "error", message, cure))
        self.state.stopped[plan.qualified] = max(self.bronze.position(plan) or 0, self.state.position)
        self.state.save(self.lake)

    def retire(self, module: str) -> None:
        """Note that the tables of `module` are not followed any more; they are read anew should it come back."""
        cut = self.lake.read_json("silver", "current.json") or {"tables": {}}
        for table in cut["tables"]:
            if table.startswith(f"{module}."):
                self.state.stopped[table] = 2**63 - 1
        self.state.save(self.lake)

    def target(self) -> int:
        """A position behind everything that is committed by now, made durable by a message of our own."""
        import psycopg

        with source_errors():
            try:
                # Also moves the slot of an idle database on, which would otherwise hold the whole server's log.
                self.connection.execute("select pg_logical_emit_message(true, 'cerniq', 'drain')")
            except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction) as error:
                log.info("no message of our own", reason=str(error.diag.message_primary))
            row = self.connection.execute("select (pg_current_wal_flush_lsn() - '0/0')::bigint").fetchone()
        if row is None:  # pragma: no cover - an aggregate-free select always returns a row
            return 0
        return int(row[0])
