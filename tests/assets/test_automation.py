"""What automation asks for: a tenant's marts when its silver is new and sound, and nothing when nothing is new."""

from __future__ import annotations

import dagster as dg
import psycopg
import pytest

from assets.capture import Landed, _results
from assets.jobs import INGEST
from assets.runtime import Clock
from cerniq.warehouse import published
from ingest.report import Finding
from tests.assets.conftest import MODULES, World

PRODUCTS = f"{MODULES['iwms']}.products"
BUILT = ("staging", "intermediate", "marts", "gold")


def requested(world: World, found: dg.EvaluateAutomationConditionsResult) -> dict[str, set[str | None]]:
    """Partitions asked for, by the first part of the asset's key."""
    asked: dict[str, set[str | None]] = {}
    for spec in world.definitions.resolve_all_asset_specs():
        keys = found.get_requested_partitions(spec.key)
        if keys:
            asked.setdefault(spec.key.path[0], set()).update(keys)
    return asked


def set_kind(dsn: str, before: str, after: str) -> None:
    with psycopg.connect(dsn) as connection:
        guards = connection.execute(
            "select conname from pg_constraint where contype = 'c' and conrelid = %s::regclass", [PRODUCTS]
        ).fetchall()
        for (name,) in guards:
            connection.execute(f'alter table {PRODUCTS} drop constraint "{name}"')
        changed = connection.execute(
            f"update {PRODUCTS} set kind = %s where id = (select min(id) from {PRODUCTS} where kind = %s)",
            [after, before],
        )
        assert changed.rowcount == 1


@pytest.mark.slow
def test_automation_asks_when_silver_is_new_and_an_unsound_tenant_keeps_its_marts(world: World) -> None:
    first, second = (str(plan.tenant) for plan in world.companies)

    def evaluate(cursor: object = None) -> dg.EvaluateAutomationConditionsResult:
        return dg.evaluate_automation_conditions(
            defs=world.definitions,
            instance=world.instance,
            cursor=cursor,  # type: ignore[arg-type]
        )

    start = evaluate()
    assert requested(world, start) == {}
    before = [published(world.cerniq.lake(plan.tenant)) for plan in world.companies]
    set_kind(world.dsns[0], "goods", "broken")
    for tenant in (first, second):
        world.run(INGEST, tenant)
    found = evaluate(start.cursor)
    asked = requested(world, found)
    assert {"staging", "marts", "gold"} <= set(asked) <= set(BUILT)
    assert all(first in tenants for tenants in asked.values())

    assert not _build(world, first).success
    assert published(world.cerniq.lake(world.companies[0].tenant)) == before[0]
    assert _build(world, second).success

    set_kind(world.dsns[0], "broken", "goods")
    assert world.run(INGEST, first).success
    assert _build(world, first).success
    assert published(world.cerniq.lake(world.companies[0].tenant)) != before[0]


def _build(world: World, tenant: str) -> dg.ExecuteInProcessResult:
    """What automation or a hand starts: the models alone, without the checks of silver."""
    models = [key for key in world.definitions.resolve_all_asset_keys() if key.path[0] in ("staging", "marts")]
    job = world.definitions.resolve_implicit_global_asset_job_def()
    return job.execute_in_process(
        instance=world.instance, partition_key=tenant, asset_selection=models, raise_on_error=False
    )


def test_a_table_that_stands_still_is_not_reported(world: World) -> None:
    for plan in world.companies:
        landed = Landed(stopped=[Finding("iwms.products", "error", "A column is gone.", "Bring it back.")])
        reported = {result.asset_key for result in _results(world.cerniq.lake(plan.tenant), landed, Clock())}
        for layer in ("bronze", "silver"):
            assert dg.AssetKey([layer, "iwms", "products"]) not in reported
            assert dg.AssetKey([layer, "numeriqo_accounting", "journal_lines"]) in reported
