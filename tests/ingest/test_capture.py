"""From committed rows to bronze and silver, for two tenants."""

from __future__ import annotations

import psycopg

from ingest.run import bootstrap_source, ingest, release_source
from tests.support.source import SCHEMA, Tenant, lake_rows, source_rows

Tenants = tuple[Tenant, Tenant]


def slots(tenant: Tenant) -> list[str]:
    with psycopg.connect(tenant.dsn) as connection:
        query = "select slot_name from pg_replication_slots where database = current_database() order by 1"
        return [row[0] for row in connection.execute(query)]


def test_a_snapshot_equals_the_source_and_tenants_stay_apart(tenants: Tenants) -> None:
    for tenant in tenants:
        report = tenant.ingest()
        assert not report.stopped
        tenant.assert_same()
    first, second = (t.lake.table("silver", "crm", "contacts").row_count() for t in tenants)
    assert (first, second) == (202, 52)


def test_every_kind_of_change_arrives(tenants: Tenants) -> None:
    for tenant in tenants:
        tenant.ingest()
    first, second = tenants
    first.commit(
        f"update {SCHEMA}.contacts set amount = amount + 1, name = null where id between 1 and 20",
        f"delete from {SCHEMA}.contacts where id between 21 and 25",
        f"insert into {SCHEMA}.contacts (id, name, active) values (1000, E'nou\\n\"x\"', true)",
        f"delete from {SCHEMA}.contacts where id = 30",
        f"insert into {SCHEMA}.contacts (id, name) values (30, 'again')",
        f"update {SCHEMA}.notes set line = line + 10 where contact_id = 1",
        f"insert into {SCHEMA}.events values (6, 'f')",
    )
    first.commit(f"insert into {SCHEMA}.contacts (id) values (2000)", f"delete from {SCHEMA}.contacts where id = 2000")
    first.commit(f"update {SCHEMA}.contacts set id = case id when 31 then -31 else -32 end where id in (31, 32)")
    second.commit(f"delete from {SCHEMA}.contacts where id = 1")

    report = first.ingest()
    second.ingest()

    for tenant in tenants:
        tenant.assert_same()
    assert report.tables["crm.events"] == 1
    assert lake_rows(first.lake, "bronze", "crm", "events", ["at"]) == source_rows(first.dsn, f"{SCHEMA}.events", "at")


def test_what_was_rolled_back_never_arrives(tenants: Tenants) -> None:
    for tenant in tenants:
        tenant.ingest()
        with psycopg.connect(tenant.dsn) as connection:
            connection.execute(f"insert into {SCHEMA}.contacts (id) values (501)")
            connection.execute("savepoint here")
            connection.execute(f"insert into {SCHEMA}.contacts (id) values (502)")
            connection.execute("rollback to here")
            connection.execute(f"delete from {SCHEMA}.contacts where id = 3")
            connection.commit()
            connection.execute(f"delete from {SCHEMA}.contacts")
            connection.rollback()
        tenant.ingest()
        tenant.assert_same()


def test_a_truncated_table_holds_only_what_came_after(tenants: Tenants) -> None:
    for tenant in tenants:
        tenant.ingest()
    first, second = tenants
    first.commit(f"update {SCHEMA}.contacts set name = 'x'", f"truncate {SCHEMA}.contacts, {SCHEMA}.notes")
    first.commit(f"insert into {SCHEMA}.contacts (id) values (7)", f"insert into {SCHEMA}.contacts (id) values (8)")
    second.commit(f"truncate {SCHEMA}.contacts")
    for tenant in tenants:
        tenant.ingest()
        tenant.assert_same()
    assert second.lake.table("silver", "crm", "contacts").row_count() == 0


def test_a_large_value_that_an_update_leaves_out_is_kept(tenants: Tenants) -> None:
    large = "(select string_agg(md5(g::text), '') from generate_series(1, 500) g)"
    for tenant in tenants:
        tenant.commit(f"alter table {SCHEMA}.contacts alter name set storage external")
        tenant.commit(f"update {SCHEMA}.contacts set name = {large} || id where id <= 12")
        tenant.ingest()
        # From the last row of silver; from an earlier change of the same batch; moved to another key; and then some.
        tenant.commit(f"update {SCHEMA}.contacts set amount = 1 where id <= 4")
        tenant.ingest()
        tenant.assert_same()
        tenant.commit(f"update {SCHEMA}.contacts set name = {large} || 'new' where id in (5, 6)")
        tenant.commit(f"update {SCHEMA}.contacts set amount = 2 where id between 5 and 8")
        tenant.ingest()
        tenant.assert_same()
        tenant.commit(f"update {SCHEMA}.contacts set id = id + 10000, amount = 3 where id in (5, 9)")
        tenant.commit(f"update {SCHEMA}.contacts set amount = 4 where id in (10005, 10)")
        tenant.commit(f"update {SCHEMA}.contacts set id = 9 where id = 10")
        report = tenant.ingest()
        tenant.assert_same()
        assert not report.stopped


def test_full_replica_identity_carries_keys_and_old_values(tenants: Tenants) -> None:
    for tenant in tenants:
        tenant.commit(f"alter table {SCHEMA}.notes replica identity full")
        tenant.ingest()
        tenant.commit(
            f"update {SCHEMA}.notes set body = 'changed' where line = 1",
            f"update {SCHEMA}.notes set line = 9 where line = 2",
            f"delete from {SCHEMA}.notes where line = 3",
        )
        tenant.ingest()
        tenant.assert_same()


def test_a_run_with_nothing_new_changes_nothing(tenants: Tenants) -> None:
    for tenant in tenants:
        tenant.ingest()
        cut = tenant.lake.read_json("silver", "current.json")
        report = tenant.ingest()
        assert report.rows == 0
        assert tenant.lake.read_json("silver", "current.json") == cut


def test_an_idle_database_does_not_hold_the_servers_log(tenants: Tenants) -> None:
    query = "select confirmed_flush_lsn from pg_replication_slots where slot_name = %s"
    for tenant in tenants:
        tenant.ingest()
        with psycopg.connect(tenant.dsn, autocommit=True) as connection:
            before = connection.execute(query, [tenant.source.slot]).fetchone()
            connection.execute("create table public.elsewhere as select generate_series(1, 1000)")
            tenant.ingest()
            after = connection.execute(query, [tenant.source.slot]).fetchone()
        assert before is not None and after is not None and before < after


def test_a_table_that_appears_is_read_and_followed_without_another_slot(tenants: Tenants) -> None:
    for tenant in tenants:
        tenant.ingest()
        tenant.commit(f"create table {SCHEMA}.late as select g as id from generate_series(1, 9) g")
        tenant.commit(f"alter table {SCHEMA}.late add primary key (id)", f"delete from {SCHEMA}.contacts where id = 2")
        report = tenant.ingest()
        assert report.snapshotted == ["crm.late"]
        tenant.commit(f"insert into {SCHEMA}.late values (10)", f"delete from {SCHEMA}.late where id = 1")
        tenant.ingest()
        assert lake_rows(tenant.lake, "silver", "crm", "late", ["id"]) == [(str(i),) for i in range(2, 11)]
        tenant.assert_same()
        assert slots(tenant) == [tenant.source.slot]


def test_a_changed_table_without_contract_is_read_anew_in_its_new_shape(tenants: Tenants) -> None:
    for tenant in tenants:
        tenant.ingest()
        tenant.commit(f"alter table {SCHEMA}.contacts add column added int not null default 7")
        tenant.commit(f"alter table {SCHEMA}.contacts drop column raw")
        tenant.commit(f"update {SCHEMA}.contacts set added = 8 where id = 1")
        report = tenant.ingest()
        assert report.snapshotted == ["crm.contacts"]
        tenant.assert_same()


def test_a_lost_slot_leads_to_a_new_snapshot_and_nothing_stale(tenants: Tenants) -> None:
    for tenant in tenants:
        tenant.ingest()
        with psycopg.connect(tenant.dsn, autocommit=True) as connection:
            connection.execute("select pg_drop_replication_slot(%s)", [tenant.source.slot])
        tenant.commit(f"delete from {SCHEMA}.contacts where id = 4")
        report = tenant.ingest()
        assert any("slot" in finding.message for finding in report.findings)
        tenant.assert_same()
        assert slots(tenant) == [tenant.source.slot]


def test_provisioning_takes_no_data_and_loses_none(tenants: Tenants) -> None:
    for tenant in tenants:
        bootstrap_source(tenant.lake, tenant.source)
        assert slots(tenant) == [tenant.source.slot]
        assert not tenant.lake.table("bronze", "crm", "contacts").exists()
        tenant.commit(f"delete from {SCHEMA}.contacts where id = 4")
        tenant.ingest()
        tenant.assert_same()


def test_a_removed_source_leaves_neither_slot_nor_publication(tenants: Tenants) -> None:
    first, second = tenants
    for tenant in tenants:
        tenant.ingest()
    release_source(first.lake, first.source)
    assert slots(first) == []
    assert slots(second) == [second.source.slot]
    with psycopg.connect(first.dsn) as connection:
        assert connection.execute("select count(*) from pg_publication").fetchone() == (0,)
    assert first.lake.table("silver", "crm", "contacts").row_count() == 202
    first.commit(f"delete from {SCHEMA}.contacts where id = 4")
    first.ingest()
    first.assert_same()


def test_the_lock_is_free_while_following_waits_for_changes(tenants: Tenants) -> None:
    first, second = tenants
    locked: list[bool] = []

    def stop() -> bool:
        # Called before the first round too, so the third call comes after one that waited for changes in vain.
        with first.lake.writer("build"), second.lake.writer("build"):
            locked.append(False)
        return len(locked) >= 3

    ingest(first.lake, first.source, once=False, follow=True, should_stop=stop)
    assert len(locked) >= 3


def test_following_lands_changes_until_it_is_told_to_stop(tenants: Tenants) -> None:
    first, second = tenants
    second.ingest()
    seen = []

    def stop() -> bool:
        seen.append(1)
        if len(seen) == 3:
            first.commit(f"update {SCHEMA}.contacts set name = 'live' where id = 1")
        return len(seen) > 7

    report = ingest(first.lake, first.source, once=False, follow=True, should_stop=stop)

    assert report.tables["crm.contacts"] == 202 + 1
    first.assert_same()
