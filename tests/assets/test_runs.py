"""Runs of two tenants against a real instance: each sees its own, and one tenant's fault stops nobody else."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import psycopg
import pytest

from assets.discovery import build_discovery_sensor
from assets.freshness import CHECK as FRESH
from assets.freshness import JOB as FRESHNESS
from assets.freshness import STATUS, build_freshness_sensor, freshness_of
from assets.jobs import CAPTURE, D406_FILING, INGEST, REFRESH
from assets.partitions import PERIODS, TENANTS, filing_key
from assets.schedules import build_schedules
from cerniq.control import ControlDb
from cerniq.settings import Settings
from cerniq.tenancy import Cui, TenantId
from tests.assets.conftest import MODULES, World, make_world

BALANCE = dg.AssetKey(["gold", "finance", "rpt_trial_balance"])
SILVER_LINES = dg.AssetKey(["silver", "numeriqo_accounting", "journal_lines"])


@pytest.fixture(scope="module")
def refreshed(world: World) -> World:
    """Both companies went the whole way once."""
    for plan in world.companies:
        result = world.run(REFRESH, str(plan.tenant))
        assert result.success, [event.message for event in result.filter_events(lambda e: e.is_failure)]
    return world


def metadata_of(world: World, key: dg.AssetKey, tenant: TenantId) -> dict[str, Any]:
    wanted = dg.AssetRecordsFilter(asset_key=key, asset_partitions=[str(tenant)])
    [record] = world.instance.fetch_materializations(wanted, limit=1).records
    assert record.asset_materialization is not None
    return {name: value.value for name, value in record.asset_materialization.metadata.items()}


def test_each_tenant_has_a_materialisation_of_its_own_rows(refreshed: World) -> None:
    for plan, dsn in zip(refreshed.companies, refreshed.dsns, strict=True):
        with psycopg.connect(dsn) as connection:
            row = connection.execute(f"select count(*) from {MODULES['numeriqo_accounting']}.journal_lines").fetchone()
        assert row is not None
        metadata = metadata_of(refreshed, SILVER_LINES, plan.tenant)
        assert metadata["dagster/row_count"] == row[0]
        assert metadata["delta_version"] >= 0
        assert metadata["duration_s"] > 0
        assert "amount" in str(metadata["dagster/column_schema"]) or "debit" in str(metadata["dagster/column_schema"])


def test_gold_says_its_rows_schema_version_and_build(refreshed: World) -> None:
    for plan in refreshed.companies:
        metadata = metadata_of(refreshed, BALANCE, plan.tenant)
        table = refreshed.cerniq.lake(plan.tenant).table("gold", "finance", "rpt_trial_balance")
        assert metadata["dagster/row_count"] == table.row_count()
        assert metadata["delta_version"] == table.version()
        assert metadata["build_id"]


def test_a_second_run_reuses_the_build(refreshed: World) -> None:
    tenant = refreshed.companies[0].tenant
    before = metadata_of(refreshed, BALANCE, tenant)["build_id"]
    assert refreshed.run(REFRESH, str(tenant)).success
    assert metadata_of(refreshed, BALANCE, tenant)["build_id"] == before


def test_a_filing_is_made_judged_and_recorded_for_its_tenant_alone(refreshed: World) -> None:
    first, second = refreshed.companies
    result = refreshed.run(D406_FILING, filing_key(first.tenant, first.last_month))
    assert result.success
    [check] = result.get_asset_check_evaluations()
    with ControlDb.open(refreshed.settings) as control:
        [filing] = control.filings(first.tenant)
        assert control.filings(second.tenant) == []
    assert (filing.period, filing.type) == (str(first.last_month), "L")
    assert check.passed == (filing.state == "validated")


def test_a_contract_that_one_tenant_breaks_stops_that_tenant_only(refreshed: World) -> None:
    first, second = refreshed.companies
    products = f"{MODULES['iwms']}.products"
    with psycopg.connect(refreshed.dsns[0]) as connection:
        # The source's own guard goes first: not every ERP has one.
        guards = connection.execute(
            "select conname from pg_constraint where contype = 'c' and conrelid = %s::regclass", [products]
        ).fetchall()
        for (name,) in guards:
            connection.execute(f'alter table {products} drop constraint "{name}"')
        connection.execute(f"update {products} set kind = 'Ion Popescu' where id = (select min(id) from {products})")
    try:
        broken, whole = refreshed.run(REFRESH, str(first.tenant)), refreshed.run(REFRESH, str(second.tenant))
    finally:
        with psycopg.connect(refreshed.dsns[0]) as connection:
            connection.execute(f"update {products} set kind = 'goods' where kind = 'Ion Popescu'")
    assert whole.success
    assert not broken.success
    failed = [each for each in broken.get_asset_check_evaluations() if not each.passed]
    assert [each.asset_key for each in failed] == [dg.AssetKey(["silver", "iwms", "products"])]
    assert failed[0].metadata["broken: kind listed"].value == 1
    # The value at fault may be personal data, so nothing of it is in what Dagster keeps.
    assert "Popescu" not in str([each.metadata for each in failed])
    built = {event.step_key for event in broken.filter_events(lambda event: event.is_step_success)}
    assert "warehouse" not in built
    assert refreshed.run(REFRESH, str(first.tenant)).success


def test_a_transient_error_is_tried_again_and_a_permanent_one_is_not(world: World, tmp_path: Any) -> None:
    settings = Settings(home=tmp_path)
    lost, unconnected = TenantId("pierdut"), TenantId("neconectat")
    with ControlDb.open(settings) as control:
        for number, tenant in enumerate((lost, unconnected)):
            control.add_tenant(tenant, "SRL", Cui.from_stem(7_000_001 + number))
        control.add_source(lost, "postgresql://u:s3cret@127.0.0.1:1/lost", {"iwms": "iwms"})
    _, definitions = make_world(settings)
    elsewhere = dataclasses.replace(world, settings=settings, definitions=definitions)
    world.instance.add_dynamic_partitions(str(TENANTS.name), [str(lost), str(unconnected)])
    try:
        transient, permanent = elsewhere.run(CAPTURE, str(lost)), elsewhere.run(CAPTURE, str(unconnected))
    finally:
        for tenant in (lost, unconnected):
            world.instance.delete_dynamic_partition(str(TENANTS.name), str(tenant))
    assert not transient.success and not permanent.success
    assert len(transient.filter_events(lambda event: event.is_step_up_for_retry)) == 2
    assert permanent.filter_events(lambda event: event.is_step_up_for_retry) == []
    [failure] = permanent.filter_events(lambda event: event.is_step_failure)
    told = failure.step_failure_data.user_failure_data
    assert told is not None and "cerniq source add neconectat" in str(told.metadata["cure"].value)
    assert "s3cret" not in str([event.message for event in transient.all_events])


def sensor_result(world: World, sensor: dg.SensorDefinition, cursor: str | None = None) -> Any:
    context = dg.build_sensor_context(instance=world.instance, cursor=cursor, resources={"cerniq": world.cerniq})
    return sensor(context)


def test_discovery_adds_new_tenants_and_asks_once_for_their_first_run(world: World, tmp_path: Any) -> None:
    settings = Settings(home=tmp_path)
    cerniq, definitions = make_world(settings)
    with ControlDb.open(settings) as control, dg.DagsterInstance.ephemeral() as instance:
        elsewhere = dataclasses.replace(world, cerniq=cerniq, definitions=definitions, instance=instance)
        sensor = build_discovery_sensor()
        for number, plan in enumerate(world.companies):
            control.add_tenant(plan.tenant, plan.legal_name, plan.cui)
            if number == 0:
                control.add_source(plan.tenant, world.dsns[0], MODULES)
        found = sensor_result(elsewhere, sensor)
        added = {request.partitions_def_name: request.partition_keys for request in found.dynamic_partitions_requests}
        assert added[TENANTS.name] == sorted(str(plan.tenant) for plan in world.companies)
        assert len(added[PERIODS.name]) > 24
        # The company without a database has nothing to run on yet.
        assert [request.partition_key for request in found.run_requests] == [str(world.companies[0].tenant)]
        for name, keys in added.items():
            instance.add_dynamic_partitions(name, list(keys))
        again = sensor_result(elsewhere, sensor)
        assert again.dynamic_partitions_requests == []
        assert again.run_requests[0].run_key == found.run_requests[0].run_key

        control.remove_tenant(world.companies[1].tenant)
        after = sensor_result(elsewhere, sensor)
        [retired] = after.dynamic_partitions_requests
        assert isinstance(retired, dg.DeleteDynamicPartitionsRequest)
        assert list(retired.partition_keys) == [str(world.companies[1].tenant)]
        # The tenant that stays still waits for its first run; nothing is asked for the one that left.
        assert [request.partition_key for request in after.run_requests] == [str(world.companies[0].tenant)]
        instance.delete_dynamic_partition(str(TENANTS.name), str(world.companies[1].tenant))
        assert instance.get_dynamic_partitions(str(TENANTS.name)) == [str(world.companies[0].tenant)]
        assert sensor_result(elsewhere, sensor).dynamic_partitions_requests == []


def test_a_tenant_that_has_data_gets_no_first_run(refreshed: World) -> None:
    assert sensor_result(refreshed, build_discovery_sensor()).run_requests == []


def test_a_live_tenant_does_not_hide_a_dead_one(refreshed: World) -> None:
    first, second = (plan.tenant for plan in refreshed.companies)
    later = dataclasses.replace(refreshed.cerniq, now=lambda: datetime.now(UTC) + timedelta(hours=30))
    assert freshness_of(refreshed.instance, refreshed.cerniq, second).passed
    assert not freshness_of(refreshed.instance, later, second).passed
    never = freshness_of(refreshed.instance, refreshed.cerniq, TenantId("niciodata"))
    assert (never.age_hours, never.passed) == (None, False)
    assert freshness_of(refreshed.instance, refreshed.cerniq, first).passed


def test_the_freshness_sensor_records_a_change_for_its_tenant_and_only_then(refreshed: World) -> None:
    sensor = build_freshness_sensor()
    found = sensor_result(refreshed, sensor)
    assert set(json.loads(found.cursor).values()) == {True}
    stale = dataclasses.replace(
        refreshed,
        cerniq=dataclasses.replace(refreshed.cerniq, now=lambda: datetime.now(UTC) + timedelta(hours=30)),
    )
    assert set(json.loads(sensor_result(stale, sensor, found.cursor).cursor).values()) == {False}
    tenants = [str(plan.tenant) for plan in refreshed.companies]
    assert [request.partition_key for request in found.run_requests] == tenants
    assert sensor_result(refreshed, sensor, found.cursor).run_requests == []
    for tenant in tenants:
        wanted = dg.AssetRecordsFilter(asset_key=STATUS, asset_partitions=[tenant])
        notes = [record.asset_observation for record in refreshed.instance.fetch_observations(wanted, limit=9).records]
        assert [note.metadata["fresh"].value for note in notes if note] == [False, True]


def test_the_freshness_check_is_recorded_for_its_tenant(refreshed: World) -> None:
    for plan in refreshed.companies:
        result = refreshed.run(FRESHNESS, str(plan.tenant))
        [check] = result.get_asset_check_evaluations()
        assert (check.check_name, check.partition, check.passed) == (FRESH, str(plan.tenant), True)


def test_the_schedules_ask_for_one_run_a_connected_tenant(refreshed: World) -> None:
    moment = datetime(2026, 9, 10, 5, 0, tzinfo=UTC)
    asked = {}
    for schedule in build_schedules():
        context = dg.build_schedule_context(
            instance=refreshed.instance,
            scheduled_execution_time=moment,
            resources={"cerniq": refreshed.cerniq},
            repository_def=refreshed.definitions.get_repository_def(),
        )
        asked[schedule.job_name] = [str(r.partition_key) for r in schedule.evaluate_tick(context).run_requests or []]
    tenants = [str(plan.tenant) for plan in refreshed.companies]
    assert asked[INGEST] == tenants
    assert asked[D406_FILING] == [f"2026-08|{tenant}" for tenant in tenants]
