"""Publication and slot of a source: made, kept in step with the tables, checked to be ours, dropped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from psycopg import sql

from ingest.errors import ProtocolBroken, SlotBusy, SlotTaken, SourceRefused, SourceUnreachable
from ingest.lsn import format_lsn, parse_lsn
from ingest.postgres.connect import connect_replication, source_errors

if TYPE_CHECKING:
    import psycopg

    from ingest.plan import TablePlan

log = structlog.get_logger(__name__)

_MARK = "cerniq:"
_BUSY_SECONDS = 15.0


@dataclass(slots=True)
class ExportedSnapshot:
    """A snapshot that holds until it is closed; it shows every transaction up to `position`.

    The stream of the slot carries exactly the transactions whose commit record lies behind `position`. Without a
    `name` (SQL alone exports none) it is taken later, and may show some of those too.
    """

    name: str
    position: int
    release: Callable[[], None]

    def close(self) -> None:
        self.release()


def publication_names(publication: str) -> tuple[str, str]:
    """The publication of whole tables, and that of tables of which only inserts may be published."""
    return publication, f"{publication[:53]}_inserts"


def sync_publications(
    connection: psycopg.Connection[Any],
    publication: str,
    plans: Sequence[TablePlan],
    *,
    standing: AbstractSet[tuple[str, str]],
    owner: str,
) -> None:
    """Make both publications carry the planned tables. Raises `SlotTaken`, `SourceRefused`.

    `standing`: tables that cannot be read now; they stay published, so that only their owner's rights are needed to
    make a publication and none to run. A table without a replica identity goes to the second one: publishing its
    updates would make them fail.
    """
    whole, inserts = publication_names(publication)
    everything = {(p.source.schema, p.source.name) for p in plans if not p.append_only}
    appended = {(p.source.schema, p.source.name) for p in plans if p.append_only}
    with source_errors():
        _sync_one(connection, whole, everything, standing, "insert, update, delete, truncate", owner)
        _sync_one(connection, inserts, appended, frozenset(), "insert, truncate", owner)


def _sync_one(
    connection: psycopg.Connection[Any],
    name: str,
    wanted: AbstractSet[tuple[str, str]],
    standing: AbstractSet[tuple[str, str]],
    operations: str,
    owner: str,
) -> None:
    found = connection.execute(
        "select obj_description(oid, 'pg_publication') from pg_publication where pubname = %s", [name]
    ).fetchone()
    if found is None:
        # Created and marked in one transaction, so that a killed run never leaves one that looks like a stranger's.
        with connection.transaction():
            connection.execute(
                sql.SQL("create publication {} with (publish = {}, publish_via_partition_root = true)").format(
                    sql.Identifier(name), sql.Literal(operations)
                )
            )
            connection.execute(
                sql.SQL("comment on publication {} is {}").format(sql.Identifier(name), sql.Literal(_MARK + owner))
            )
    elif found[0] != _MARK + owner:
        raise SlotTaken(
            f"The publication {name} belongs to another installation.",
            cure="Use that installation, remove the source there, or drop it with its slot when it is abandoned: "
            f"DROP PUBLICATION {name}; SELECT pg_drop_replication_slot('{name}');",
        )
    present = set(
        connection.execute("select schemaname, tablename from pg_publication_tables where pubname = %s", [name])
    )
    for verb, tables in (("add", wanted - present), ("drop", present - wanted - standing)):
        if tables:
            names = sql.SQL(", ").join(sql.Identifier(*table) for table in sorted(tables))
            connection.execute(
                sql.SQL("alter publication {} {} table {}").format(sql.Identifier(name), sql.SQL(verb), names)
            )


def slot_exists(connection: psycopg.Connection[Any], slot: str) -> bool:
    """Whether the slot is there and still has all it needs; one that was invalidated is dropped and counts as gone."""
    with source_errors():
        row = connection.execute(
            "select database, plugin, wal_status, database = current_database() and plugin = 'pgoutput'"
            " from pg_replication_slots where slot_name = %s",
            [slot],
        ).fetchone()
        if row is None:
            return False
        if not row[3]:
            raise SlotTaken(
                f"The slot {slot} belongs to database {row[0]} (plugin {row[1]}).",
                cure="Remove the source there first, or drop the slot when it is abandoned.",
            )
        if row[2] == "lost":
            log.warning("slot lost its WAL", slot=slot)
            drop_slot(connection, slot)
            return False
        return True


def create_slot(dsn: str, slot: str, *, temporary: bool, application: str) -> ExportedSnapshot:
    """Create a slot with its snapshot, without a lock on any table. Raises `SourceRefused` when there is no slot left.

    A temporary one serves only to take a snapshot and goes with its session.
    """
    session = connect_replication(dsn, application=application)
    kind = "TEMPORARY LOGICAL" if temporary else "LOGICAL"
    result = session.exec_(f'CREATE_REPLICATION_SLOT "{slot}" {kind} pgoutput EXPORT_SNAPSHOT'.encode())
    if result.ntuples != 1:
        message = result.error_message.decode(errors="replace").strip().partition("\n")[0]
        session.finish()
        if "all replication slots are in use" in message:
            raise SourceRefused(
                "The server has no replication slot left.",
                cure="Raise max_replication_slots and restart it, or drop a slot that nobody reads.",
            )
        if "server closed" in message or not message:
            raise SourceUnreachable(f"No slot was created: {message}", cure="Run the same command again.")
        raise SourceRefused(f"No slot was created: {message}", cure="Give the role the REPLICATION attribute.")
    point = result.get_value(0, 1)
    name = result.get_value(0, 2)
    if point is None or name is None:
        raise ProtocolBroken("The server exported no snapshot.", cure="Report the server's version.")
    # A commit record at the consistent point itself would be streamed, so the snapshot ends one byte before it.
    return ExportedSnapshot(name.decode(), parse_lsn(point.decode()) - 1, session.finish)


def create_slot_by_sql(connection: psycopg.Connection[Any], slot: str, *, temporary: bool) -> ExportedSnapshot:
    """As `create_slot`, over an ordinary session and without a snapshot of its own. Raises `SourceRefused`."""
    with source_errors():
        row = connection.execute(
            "select (lsn - '0/0')::bigint from pg_create_logical_replication_slot(%s, 'pgoutput', %s)",
            [slot, temporary],
        ).fetchone()
    if row is None:
        raise ProtocolBroken("The server made no slot.", cure="Run the same command again.")
    # By now every transaction that committed before the slot's position has ended, so any later snapshot shows it.
    release = (lambda: drop_slot(connection, slot)) if temporary else (lambda: None)
    return ExportedSnapshot("", int(row[0]) - 1, release)


def wait_until_idle(connection: psycopg.Connection[Any], slot: str) -> None:
    """Wait for the walsender of a run that was killed to notice. Raises `SlotBusy` with who reads the slot."""
    deadline = time.monotonic() + _BUSY_SECONDS
    query = """
        select s.active_pid, a.application_name, coalesce(a.client_addr::text, 'local')
          from pg_replication_slots s left join pg_stat_activity a on a.pid = s.active_pid
         where s.slot_name = %s and s.active and s.active_pid <> pg_backend_pid()
    """
    while True:
        with source_errors():
            row = connection.execute(query, [slot]).fetchone()
        if row is None:
            return
        if time.monotonic() > deadline:
            raise SlotBusy(
                f"The slot {slot} is being read by {row[1] or 'a session'} from {row[2]} (server process {row[0]}).",
                cure="Stop the other ingest of this tenant, then run again.",
            )
        time.sleep(0.1)


def advance_slot(connection: psycopg.Connection[Any], slot: str, position: int) -> None:
    """Move the slot on by SQL, never back."""
    with source_errors():
        connection.execute("select pg_replication_slot_advance(%s, %s)", [slot, format_lsn(position)])


def drop_slot(connection: psycopg.Connection[Any], slot: str) -> None:
    wait_until_idle(connection, slot)
    with source_errors():
        connection.execute(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = %s", [slot]
        )


def drop_everything(connection: psycopg.Connection[Any], slot: str, publication: str, owner: str) -> None:
    """Drop slot and publications that are this installation's; others' are left alone."""
    whole, inserts = publication_names(publication)
    with source_errors():
        rows = connection.execute(
            "select pubname, obj_description(oid, 'pg_publication') from pg_publication where pubname = any(%s)",
            [[whole, inserts]],
        ).fetchall()
    ours = {name for name, mark in rows if mark == _MARK + owner}
    if whole in ours and slot_exists(connection, slot):
        drop_slot(connection, slot)
    for name in ours:
        with source_errors():
            connection.execute(sql.SQL("drop publication if exists {}").format(sql.Identifier(name)))
