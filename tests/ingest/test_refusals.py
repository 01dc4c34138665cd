"""What a source can get wrong: a clear message with the cure, and never a password in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, LiteralString, cast

import psycopg
import pytest

from cerniq.control import InvalidDsn
from cerniq.errors import CerniqError, UsageError
from cerniq.lake import LakeLocked
from cerniq.postgres_server import PostgresServer
from ingest.errors import PoolerAddress, ReplicationOff, SlotBusy, SlotTaken, SourceRefused, SourceUnreachable
from ingest.postgres.connect import connect
from ingest.postgres.preflight import check_server
from ingest.report import Finding
from ingest.run import bootstrap_source, ingest
from ingest.state import SourceState
from tests.support.source import SCHEMA, Tenant, with_tables

Tenants = tuple[Tenant, Tenant]


def with_dsn(tenant: Tenant, dsn: str) -> Tenant:
    return Tenant(tenant.lake, dataclasses.replace(tenant.source, dsn=dsn))


def refused(tenant: Tenant, kind: type[CerniqError], *words: str) -> None:
    secret = tenant.dsn.partition("://")[2].partition("@")[0].partition(":")[2]
    with pytest.raises(kind) as caught:
        tenant.ingest()
    text = f"{caught.value} {caught.value!r}"
    for word in words:
        assert word in text
    assert caught.value.cure
    assert not secret or secret not in text
    assert tenant.lake.read_json("silver", "current.json") is None


def test_a_text_that_is_no_dsn(tenants: Tenants) -> None:
    for tenant in tenants:
        refused(with_dsn(tenant, "postgres//cerniq:secret@nowhere"), InvalidDsn)


def test_a_wrong_password_a_wrong_database_and_nobody_there(tenants: Tenants) -> None:
    for tenant in tenants:
        user, _, rest = tenant.dsn.rpartition("@")
        refused(with_dsn(tenant, f"postgresql://cerniq:wrong-one@{rest}"), SourceRefused, "login is refused", "***")
        refused(with_dsn(tenant, f"{user}@{rest.partition('/')[0]}/nothing_here"), SourceRefused, "does not exist")
        refused(with_dsn(tenant, f"{user}@127.0.0.1:1/x"), SourceUnreachable, "does not answer")


def test_a_server_without_logical_replication(tenants: Tenants, tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("replica_level")
    server = PostgresServer.start(directory)
    try:
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute("alter system set wal_level = 'replica'")
        server.stop()
        server = PostgresServer.start(directory)
        for tenant in tenants:
            refused(with_dsn(tenant, server.create_database("plain")), ReplicationOff, "wal_level is replica", "ALTER")
    finally:
        PostgresServer.remove(directory)


@pytest.fixture
def weak_role(tenants: Tenants, postgres: PostgresServer) -> Iterator[list[str]]:
    """A role that may log in and nothing more; gone afterwards."""
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("create role weak login password 'weak-secret'")
    yield [f"postgresql://weak:weak-secret@{tenant.dsn.rpartition('@')[2]}" for tenant in tenants]
    for tenant in tenants:
        tenant.commit("drop owned by weak cascade")
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("drop role weak")


def test_missing_rights_are_named_one_after_the_other(
    tenants: Tenants, weak_role: list[str], postgres: PostgresServer
) -> None:
    for tenant, dsn in zip(tenants, weak_role, strict=True):
        weak = with_dsn(tenant, dsn)
        tenant.commit("alter role weak noreplication")
        refused(weak, SourceRefused, "may not replicate", 'ALTER ROLE "weak" REPLICATION')
        tenant.commit("alter role weak replication")
        report = attempted(weak)
        assert "may not use the schema" in report[0].message
        tenant.commit(f"grant usage on schema {SCHEMA} to weak")
        assert {finding.table for finding in attempted(weak)} == {"crm.contacts", "crm.notes", "crm.events"}
        tenant.commit(f"grant select on all tables in schema {SCHEMA} to weak")
        refused(weak, SourceRefused, "permission denied", "owner of the tables")
        # The owner makes the publication, marked for this lake; then rights to read are enough.
        state = SourceState.load(tenant.lake, tenant.source.slot)
        bootstrap_source(tenant.lake, tenant.source)
        assert SourceState.load(tenant.lake, tenant.source.slot).owner == state.owner
        weak.ingest()
        weak.assert_same_as(tenant.dsn)


def attempted(tenant: Tenant) -> list[Finding]:
    """Findings of a run in which no table can be read; the publication may be refused first."""
    from ingest.plan import plan_tables
    from ingest.postgres.catalog import read_tables
    from ingest.postgres.preflight import check_schemas

    with connect(tenant.dsn) as connection:
        faults = check_schemas(connection, tenant.source.modules)
        _, findings = plan_tables(tenant.source, read_tables(connection, [SCHEMA]), faults)
    return [finding for finding in findings if finding.severity == "error"]


def test_rows_hidden_by_row_security_stop_that_table_only(tenants: Tenants, weak_role: list[str]) -> None:
    for tenant, dsn in zip(tenants, weak_role, strict=True):
        tenant.commit(
            "alter role weak replication",
            f"grant usage on schema {SCHEMA} to weak",
            f"grant select on all tables in schema {SCHEMA} to weak",
            f"alter table {SCHEMA}.contacts enable row level security",
            f"create policy few on {SCHEMA}.contacts using (id < 5)",
        )
        bootstrap_source(tenant.lake, tenant.source)
        report = with_dsn(tenant, dsn).ingest()
        assert [finding.table for finding in report.stopped] == ["crm.contacts"]
        assert "BYPASSRLS" in report.stopped[0].cure
        assert not tenant.lake.table("silver", "crm", "contacts").exists()
        tenant.ingest()
        tenant.assert_same()


def test_a_table_that_vanishes_stops_alone_and_is_read_anew_when_it_returns(tenants: Tenants) -> None:
    for tenant in tenants:
        chosen = Tenant(tenant.lake, with_tables(tenant.source, "crm.contacts", "crm.notes"))
        chosen.ingest()
        tenant.commit(f"drop table {SCHEMA}.notes", f"delete from {SCHEMA}.contacts where id = 3")
        chosen.ingest()
        rows = tenant.lake.table("silver", "crm", "contacts").read(["id"]).column("id").to_pylist()
        assert 3 not in rows
        tenant.commit(
            f"create table {SCHEMA}.notes (contact_id bigint, line int, body text, primary key (contact_id, line))",
            f"insert into {SCHEMA}.notes values (1, 1, 'back')",
        )
        assert chosen.ingest().snapshotted == ["crm.notes"]
        tenant.assert_same()


def test_a_value_without_an_exact_form_stops_its_table_and_the_others_go_on(tenants: Tenants) -> None:
    for tenant in tenants:
        tenant.ingest()
        tenant.commit(f"update {SCHEMA}.contacts set amount = 'NaN' where id = 3", f"delete from {SCHEMA}.notes")
        report = tenant.ingest()
        assert [finding.table for finding in report.stopped] == ["crm.contacts"]
        assert "amount" in report.stopped[0].message
        assert tenant.lake.table("silver", "crm", "notes").row_count() == 0
        tenant.commit(f"update {SCHEMA}.contacts set amount = 3, name = 'healed' where id = 3")
        assert tenant.ingest().snapshotted == ["crm.contacts"]
        tenant.assert_same()


def test_another_installations_slot_is_left_alone(tenants: Tenants) -> None:
    first, second = tenants
    for tenant in tenants:
        tenant.ingest()
    stranger = Tenant(second.lake, dataclasses.replace(first.source, tenant=second.source.tenant))
    with pytest.raises(SlotTaken, match="another installation"):
        stranger.ingest()
    first.commit(f"delete from {SCHEMA}.contacts where id = 1")
    first.ingest()
    first.assert_same()


def test_a_second_engine_is_refused(tenants: Tenants, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.run._LOCK_WAIT_SECONDS", 0.1)
    first, second = tenants
    with first.lake.writer("ingest"):
        with pytest.raises(LakeLocked, match="ingest"):
            first.ingest()
        second.ingest()
    second.assert_same()


def test_a_slot_that_somebody_reads_is_named(tenants: Tenants, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.postgres.stream import ReplicationStream

    monkeypatch.setattr("ingest.postgres.slot._BUSY_SECONDS", 0.3)
    for tenant in tenants:
        tenant.ingest()
        source = tenant.source
        reader = ReplicationStream(source.dsn, source.slot, [source.publication], application="somebody else")
        try:
            with pytest.raises(SlotBusy, match="somebody else"):
                tenant.ingest()
        finally:
            reader.close()
        tenant.ingest()
        tenant.assert_same()


def test_a_module_that_the_source_does_not_carry(tenants: Tenants) -> None:
    for tenant in tenants:
        with pytest.raises(UsageError, match="hr"):
            ingest(tenant.lake, tenant.source, modules=["hr"])


def test_a_poolers_process_id_gives_it_away(tenants: Tenants) -> None:
    class Pooled:
        """A session whose server process is another one than the one that greeted us."""

        def __init__(self, real: psycopg.Connection[Any]) -> None:
            self._real = real

        @property
        def info(self) -> Any:
            return type("Info", (), {"server_version": self._real.info.server_version, "backend_pid": -1})()

        def execute(self, query: LiteralString) -> Any:
            return self._real.execute(query)

    for tenant in tenants:
        with connect(tenant.dsn) as connection, pytest.raises(PoolerAddress, match="pooler"):
            check_server(cast(psycopg.Connection[Any], Pooled(connection)))
