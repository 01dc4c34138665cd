"""`cerniq source` and `cerniq ingest` as a user calls them, for two tenants."""

from __future__ import annotations

import json
from collections.abc import Callable

import psycopg
import pytest
from click.testing import CliRunner, Result

from cerniq.cli import cli
from cerniq.control import ControlDb, SourceConflict, UnknownSource, UnknownTenant
from cerniq.errors import UsageError
from cerniq.lake import Lake
from cerniq.settings import Settings
from cerniq.tenancy import Cui, TenantId
from ingest.errors import SourceRefused, TablesStopped
from tests.support.source import MODULE, SCHEMA, assert_same, execute, fill

Call = Callable[..., Result]


@pytest.fixture
def call(settings: Settings, two_tenants: tuple[TenantId, TenantId], two_databases: tuple[str, str]) -> Call:
    """The command line in a home that knows both tenants; their databases are filled."""
    with ControlDb.open(settings) as control:
        for tenant, stem, dsn, rows in zip(two_tenants, (1439984, 2864518), two_databases, (40, 20), strict=True):
            control.add_tenant(tenant, f"Firma {tenant}", Cui.from_stem(stem), {})
            fill(dsn, rows=rows)
    return lambda *arguments: CliRunner().invoke(cli, list(arguments), standalone_mode=False)


def slots(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "select count(*) from pg_replication_slots where database = current_database()"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_from_adding_a_source_to_silver_and_back(
    call: Call, two_lakes: tuple[Lake, Lake], two_databases: tuple[str, str]
) -> None:
    for lake, dsn in zip(two_lakes, two_databases, strict=True):
        tid, secret = str(lake.tenant), dsn.partition("://")[2].partition("@")[0].partition(":")[2]
        added = call("source", "add", tid, "--dsn", dsn, "--map", f"{MODULE}={SCHEMA}", "--json")
        assert added.exit_code == 0, added.exception
        answer = json.loads(added.stdout)
        assert answer["modules"] == {MODULE: SCHEMA}
        assert slots(dsn) == 1

        listed = call("source", "list", tid)
        assert SCHEMA in listed.stdout
        assert secret not in added.output + listed.output

        first = json.loads(call("ingest", tid, "--json").stdout)["sources"][0]
        assert first["tables"]["crm.notes"] == lake.table("silver", "crm", "notes").row_count()
        assert_same(lake, dsn)
        execute(dsn, f"delete from {SCHEMA}.notes where contact_id = 1")
        again = call("ingest", tid, "--module", MODULE)
        assert again.exit_code == 0
        assert again.stdout.startswith("3 rows into 1 table of bronze")
        assert_same(lake, dsn)

        removed = call("source", "remove", tid, "--module", MODULE, "--json")
        assert json.loads(removed.stdout) == {"removed": MODULE, "source": None}
        assert slots(dsn) == 0
        assert isinstance(call("ingest", tid).exception, UnknownSource)


def test_a_schema_that_is_not_there_is_refused_and_nothing_is_noted(
    call: Call, settings: Settings, two_lakes: tuple[Lake, Lake], two_databases: tuple[str, str]
) -> None:
    first, second = (str(lake.tenant) for lake in two_lakes)
    assert call("source", "add", second, "--dsn", two_databases[1], "--map", f"{MODULE}={SCHEMA}").exit_code == 0
    refused = call("source", "add", first, "--dsn", two_databases[0], "--map", f"{MODULE}={SCHEMA},nope=missing")
    assert isinstance(refused.exception, SourceRefused)
    assert "nope: The schema missing does not exist." in str(refused.exception)
    with ControlDb.open(settings) as control:
        assert control.sources(two_lakes[0].tenant) == []
        assert [list(source.modules) for source in control.sources(two_lakes[1].tenant)] == [[MODULE]]
    assert slots(two_databases[0]) == 0


def test_a_stopped_table_ends_with_1_after_the_others_went_on(
    call: Call, two_lakes: tuple[Lake, Lake], two_databases: tuple[str, str]
) -> None:
    for lake, dsn in zip(two_lakes, two_databases, strict=True):
        call("source", "add", str(lake.tenant), "--dsn", dsn, "--module", MODULE, "--schema", SCHEMA)
        call("ingest", str(lake.tenant))
        execute(dsn, f"update {SCHEMA}.contacts set amount = 'NaN' where id = 1", f"delete from {SCHEMA}.notes")
        failed = call("ingest", str(lake.tenant))
        assert isinstance(failed.exception, TablesStopped)
        assert failed.exception.exit_status == 1
        assert "crm.contacts" in failed.exception.message
        assert lake.table("silver", "crm", "notes").row_count() == 0


def test_joining_modules_share_one_slot_and_leave_one_by_one(
    call: Call, two_lakes: tuple[Lake, Lake], two_databases: tuple[str, str]
) -> None:
    for lake, dsn in zip(two_lakes, two_databases, strict=True):
        tid = str(lake.tenant)
        execute(
            dsn,
            "create schema hr",
            "create table hr.people as select 1 as id",
            "alter table hr.people add primary key (id)",
        )
        call("source", "add", tid, "--dsn", dsn, "--module", MODULE, "--schema", SCHEMA)
        call("ingest", tid)
        call("source", "add", tid, "--dsn", dsn, "--module", "hr")
        call("ingest", tid)
        assert lake.table("silver", "hr", "people").row_count() == 1
        assert slots(dsn) == 1
        assert call("source", "remove", tid, "--module", "hr").exit_code == 0
        execute(dsn, "insert into hr.people values (2)", f"delete from {SCHEMA}.notes where line = 1")
        call("ingest", tid)
        assert_same(lake, dsn)
        assert lake.table("silver", "hr", "people").row_count() == 1
        call("source", "add", tid, "--dsn", dsn, "--module", "hr")
        call("ingest", tid)
        assert lake.table("silver", "hr", "people").row_count() == 2


def test_what_cannot_be_meant_is_refused(call: Call, two_databases: tuple[str, str]) -> None:
    dsn, other = two_databases
    assert isinstance(call("source", "add", "comert-nord", "--dsn", dsn).exception, UsageError)
    assert isinstance(call("source", "add", "comert-nord", "--dsn", dsn, "--map", "crm").exception, UsageError)
    assert isinstance(call("source", "add", "nimeni-aici", "--dsn", dsn, "--module", "crm").exception, UnknownTenant)
    wrong = dsn.rpartition("/")[0] + "/nothing_here"
    refused = call("source", "add", "comert-nord", "--dsn", wrong, "--module", "crm")
    assert isinstance(refused.exception, SourceRefused)
    assert json.loads(call("source", "list", "comert-nord", "--json").stdout) == {"sources": []}
    call("source", "add", "comert-nord", "--dsn", dsn, "--module", MODULE, "--schema", SCHEMA)
    twice = call("source", "add", "comert-nord", "--dsn", other, "--module", MODULE, "--schema", SCHEMA)
    assert isinstance(twice.exception, SourceConflict)
    assert slots(other) == 0
    assert isinstance(call("source", "remove", "mobila-sud", "--module", MODULE).exception, UnknownSource)


def test_a_retired_tenant_leaves_no_slot_and_can_come_back(
    call: Call, two_lakes: tuple[Lake, Lake], two_databases: tuple[str, str], settings: Settings
) -> None:
    for lake, dsn in zip(two_lakes, two_databases, strict=True):
        tid = str(lake.tenant)
        call("source", "add", tid, "--dsn", dsn, "--module", MODULE, "--schema", SCHEMA)
        call("ingest", tid)
    first, second = two_databases
    answer = json.loads(call("tenant", "remove", "comert-nord", "--json").stdout)
    assert (answer["state"], answer["slots_left"]) == ("retired", [])
    assert (slots(first), slots(second)) == (0, 1)
    execute(first, f"delete from {SCHEMA}.contacts where id = 1")
    with ControlDb.open(settings) as control:
        control.add_tenant(two_lakes[0].tenant, "Firma comert-nord", Cui.from_stem(1439984), {})
    assert call("ingest", "comert-nord").exit_code == 0
    assert_same(two_lakes[0], first)
