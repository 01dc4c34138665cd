"""The fallback: slot, snapshot and stream by SQL alone give the same rows."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from ingest.errors import SourceRefused
from ingest.postgres.peek import Visible
from ingest.report import IngestReport
from ingest.run import ingest
from tests.support.source import SCHEMA, Tenant, lake_rows

Tenants = tuple[Tenant, Tenant]


def by_sql(tenant: Tenant) -> IngestReport:
    return ingest(tenant.lake, tenant.source, transport="sql")


def test_changes_arrive_without_a_replication_connection(tenants: Tenants, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise SourceRefused("No replication from here.", cure="None.")

    monkeypatch.setattr("ingest.capture.connect_replication", refuse)
    monkeypatch.setattr("ingest.postgres.slot.connect_replication", refuse)
    for tenant in tenants:
        tenant.ingest()
        tenant.assert_same()
        tenant.commit(
            f"update {SCHEMA}.contacts set name = 'x', id = id + 1000 where id < 5",
            f"delete from {SCHEMA}.notes where line = 2",
            f"create table {SCHEMA}.late (id int primary key)",
            f"insert into {SCHEMA}.late values (1), (2)",
        )
        assert tenant.ingest().snapshotted == ["crm.late"]
        tenant.commit(f"delete from {SCHEMA}.late where id = 1", f"truncate {SCHEMA}.notes")
        tenant.ingest()
        tenant.assert_same()
        assert lake_rows(tenant.lake, "silver", "crm", "late", ["id"]) == [("2",)]


def test_both_transports_take_over_from_each_other(tenants: Tenants) -> None:
    for tenant in tenants:
        by_sql(tenant)
        for number, run in enumerate((Tenant.ingest, by_sql, Tenant.ingest), start=1):
            tenant.commit(f"update {SCHEMA}.contacts set name = 'r{number}' where id <= {number}")
            assert run(tenant).tables == {"crm.contacts": number + 2}
            tenant.assert_same()


def test_what_is_committed_between_slot_and_snapshot_is_logged_once(
    tenants: Tenants, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an exported snapshot the handover is by transaction id; a transaction still open then comes later."""
    from ingest.postgres import slot as slots

    create = slots.create_slot_by_sql
    for tenant in tenants:
        open_one = psycopg.connect(tenant.dsn)

        def create_and_commit(
            connection: Any,
            slot: str,
            *,
            temporary: bool,
            tenant: Tenant = tenant,
            open_one: psycopg.Connection[Any] = open_one,
        ) -> Any:
            exported = create(connection, slot, temporary=temporary)
            tenant.commit(f"insert into {SCHEMA}.contacts (id) values (700)", f"insert into {SCHEMA}.events values (7)")
            open_one.execute(f"insert into {SCHEMA}.contacts (id) values (800)")
            open_one.execute(f"insert into {SCHEMA}.events values (8)")
            return exported

        monkeypatch.setattr("ingest.postgres.slot.create_slot_by_sql", create_and_commit)
        by_sql(tenant)
        open_one.commit()
        open_one.close()
        by_sql(tenant)
        tenant.assert_same()
        events = tenant.lake.table("bronze", "crm", "events").read(["at"]).column("at").to_pylist()
        assert sorted(events) == [1, 2, 3, 4, 5, 7, 8]


@pytest.mark.parametrize(
    ("xid", "lsn", "shown"),
    [
        (99, 5, True),  # ended before the snapshot
        (101, 5, False),  # ran while it was taken
        (102, 5, True),
        (110, 5, False),  # began after it
        (99, 11, False),  # committed behind the position at which nothing is shown any more
    ],
)
def test_a_snapshots_transactions(xid: int, lsn: int, shown: bool) -> None:
    assert Visible("100:110:101,105", 10).shows(xid, lsn) is shown
    wrapped = 1 << 32
    assert Visible(f"{wrapped + 100}:{wrapped + 110}:{wrapped + 101}", 10).shows(xid, lsn) is shown
