"""What Dagster is told: every asset explains itself, every check is a tenant's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import yaml

from assets.build import build_defs
from assets.filings import D406
from assets.partitions import FILINGS, TENANTS, filing_key, periods_kept
from assets.translator import home_of_test
from assets.warehouse import load_manifest
from cerniq.contracts import load_contracts
from cerniq.period import Period
from cerniq.settings import Settings
from cerniq.tenancy import TenantId


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build_defs(Settings(home=tmp_path_factory.mktemp("definitions")))


def test_every_asset_has_a_group_kinds_an_owner_and_a_description(definitions: dg.Definitions) -> None:
    specs = list(definitions.resolve_all_asset_specs())
    assert len(specs) > 100
    for spec in specs:
        assert spec.group_name and spec.group_name != "default", spec.key
        assert spec.kinds and spec.owners and spec.description, spec.key


def test_no_key_names_a_tenant_and_each_asset_is_partitioned(definitions: dg.Definitions) -> None:
    for spec in definitions.resolve_all_asset_specs():
        assert spec.partitions_def in (TENANTS, FILINGS), spec.key


def test_every_check_is_partitioned_so_that_it_blocks_its_own_tenant_only(definitions: dg.Definitions) -> None:
    specs = [spec for checks in definitions.asset_checks or [] for spec in checks.check_specs]
    specs += [spec for asset in definitions.assets or [] for spec in getattr(asset, "check_specs", [])]
    assert len(specs) > 60
    for spec in specs:
        assert spec.partitions_def in (TENANTS, FILINGS), spec.key


def test_every_table_of_a_contract_is_a_bronze_and_a_silver_asset(definitions: dg.Definitions) -> None:
    keys = {spec.key for spec in definitions.resolve_all_asset_specs()}
    for table in load_contracts().tables():
        assert dg.AssetKey(["bronze", table.module, table.name]) in keys
        assert dg.AssetKey(["silver", table.module, table.name]) in keys


def test_every_mart_is_a_gold_table_and_every_dbt_test_a_check(definitions: dg.Definitions) -> None:
    keys = {spec.key for spec in definitions.resolve_all_asset_specs()}
    marts = [key for key in keys if key.path[0] == "marts"]
    assert len(marts) > 10
    assert {dg.AssetKey(["gold", *key.path[1:]]) for key in marts} <= keys
    manifest = load_manifest()
    tests = [id for id, props in manifest["nodes"].items() if props["resource_type"] == "test"]
    assert tests
    assert all(home_of_test(manifest, each) is not None for each in tests)


def test_staging_reads_silver_and_a_filing_reads_silver_of_its_tenant(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    staging = graph.get(dg.AssetKey(["staging", "iwms", "products"]))
    assert staging.parent_keys == {dg.AssetKey(["silver", "iwms", "products"])}
    assert {key.path[0] for key in graph.get(D406).parent_keys} == {"silver"}


def test_the_kept_periods_are_the_last_24_months_and_what_they_fill() -> None:
    kept = periods_kept(date(2026, 11, 25))
    months = [each for each in kept if Period.parse(each).kind == "month"]
    assert (months[0], months[-1], len(months)) == ("2024-11", "2026-10", 24)
    assert "2025" in kept and "2026-Q3" in kept
    assert "2024-Q4" not in kept and "2026-Q4" not in kept and "2024" not in kept


def test_a_filing_partition_is_read_by_name_whatever_the_order_of_its_parts() -> None:
    key = filing_key(TenantId("zeta"), Period.parse("2026-Q3"))
    assert key.keys_by_dimension == {"tenant": "zeta", "period": "2026-Q3"}


def test_the_workspace_points_at_the_definitions() -> None:
    root = Path(__file__).parents[2]
    workspace = yaml.safe_load((root / "workspace.yaml").read_text())
    assert workspace["load_from"][0]["python_module"]["module_name"] == "cerniq.definitions"
