"""The dbt project as assets, built in this process by `cerniq.warehouse`, and the marts written as Delta."""

import json
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

import dagster as dg

from assets.automation import WHEN_INPUTS_ARE_NEW
from assets.ownership import GOLD, spec
from assets.partitions import TENANTS
from assets.resources import Cerniq
from assets.runtime import Clock, domain_errors, table_metadata, tenant_of
from assets.translator import Manifest, Translator, asset_key, home_of_test, node

if TYPE_CHECKING:
    from cerniq.lake import Lake
    from cerniq.warehouse import BuildReport

DbtEvent = dg.MaterializeResult[Any] | dg.AssetCheckResult


def load_manifest() -> Manifest:
    """The parsed dbt project; parsing takes seconds, but only after the project has changed."""
    from cerniq.warehouse import prepare_manifest

    parsed: Manifest = json.loads(prepare_manifest().read_bytes())
    return parsed


def build_warehouse(manifest: Manifest) -> dg.AssetsDefinition:
    """One asset a seed, model and mart; one blocking check a test."""
    from dagster_dbt import dbt_assets

    @dbt_assets(
        manifest=manifest,
        name="warehouse",
        partitions_def=TENANTS,
        dagster_dbt_translator=Translator(),
        op_tags={"cerniq/layer": "warehouse"},
    )
    def warehouse(context: dg.AssetExecutionContext, cerniq: dg.ResourceParam[Cerniq]) -> Iterator[DbtEvent]:
        yield from build_tenant(context, cerniq, manifest)

    return warehouse


def build_tenant(context: dg.AssetExecutionContext, cerniq: Cerniq, manifest: Manifest) -> Iterator[DbtEvent]:
    """Build, then report what was built and how the invariants held. A failed invariant fails the step."""
    from cerniq.quality import require_sound
    from cerniq.warehouse import InvariantsFailed, build

    clock, lake = Clock(), cerniq.lake(tenant_of(context))
    wanted, expected = set(context.selected_asset_keys), set(context.selected_asset_check_keys)
    try:
        with domain_errors(context, cerniq):
            # Whatever started this step: the blocking checks of silver stop only what runs with them.
            require_sound(lake)
            report = build(
                lake,
                select=_selector(context, manifest, wanted),
                memory_limit=cerniq.settings.build_memory_limit,
            )
    except dg.Failure as failure:
        if isinstance(failure.__cause__, InvariantsFailed):
            yield from _failed_checks(manifest, expected, failure.__cause__.failures)
        raise
    yield from _models(lake, manifest, wanted, report, clock)
    yield from _passed_checks(manifest, expected, report)


def _selector(context: dg.AssetExecutionContext, manifest: Manifest, wanted: set[dg.AssetKey]) -> str | None:
    """dbt's selection for the asked assets; None for all of them."""
    if not context.is_subset:
        return None
    return " ".join(sorted(str(node(manifest, each)["name"]) for each in _buildable(manifest, wanted)))


def _buildable(manifest: Manifest, wanted: set[dg.AssetKey]) -> list[str]:
    """Models and seeds behind the wanted assets, each after what it rests on: Dagster takes them in no other order."""
    nodes = {id: props for id, props in manifest["nodes"].items() if props["resource_type"] in ("model", "seed")}
    order = TopologicalSorter({id: props["depends_on"].get("nodes", []) for id, props in nodes.items()}).static_order()
    return [unique_id for unique_id in order if unique_id in nodes and asset_key(nodes[unique_id]) in wanted]


def _models(
    lake: "Lake", manifest: Manifest, wanted: set[dg.AssetKey], report: "BuildReport", clock: Clock
) -> Iterator[dg.MaterializeResult[Any]]:
    seconds = {result.unique_id: result.seconds for result in report.results}
    for unique_id in _buildable(manifest, wanted):
        props = node(manifest, unique_id)
        metadata: dict[str, Any] = {
            "build_id": report.build_id,
            "lsn": report.lsn,
            "duration_s": round(seconds.get(unique_id, 0.0), 3),
            "build_s": clock.seconds,
            "dagster/column_schema": _columns(props),
        }
        rows = report.models.get(f"{props['schema']}.{props['name']}")
        if rows is not None:
            metadata["dagster/row_count"] = rows
        if not report.published:
            metadata["note"] = "the published build already holds this cut"
        yield dg.MaterializeResult(asset_key=asset_key(props), metadata=metadata)


def _columns(props: Mapping[str, Any]) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name=name, type=str(column.get("data_type") or "?"), description=column.get("description"))
            for name, column in props["columns"].items()
        ]
    )


def _passed_checks(
    manifest: Manifest, expected: set[dg.AssetCheckKey], report: "BuildReport"
) -> Iterator[dg.AssetCheckResult]:
    outcome = {result.unique_id: result for result in report.results}
    for unique_id, key in _checks(manifest, expected):
        result = outcome.get(unique_id)
        # A build is published only after its tests have passed; one that is reused is not tested again.
        passed = result is None or result.status in ("pass", "warn")
        yield dg.AssetCheckResult(
            passed=passed,
            asset_key=key.asset_key,
            check_name=key.name,
            severity=dg.AssetCheckSeverity.WARN if result and result.status == "warn" else dg.AssetCheckSeverity.ERROR,
            metadata={"build_id": report.build_id, "failures": result.failures if result else 0},
        )


def _failed_checks(
    manifest: Manifest, expected: set[dg.AssetCheckKey], failed: Mapping[str, int]
) -> Iterator[dg.AssetCheckResult]:
    for unique_id, key in _checks(manifest, expected):
        name = str(node(manifest, unique_id)["name"])
        if name in failed:
            yield dg.AssetCheckResult(
                passed=False, asset_key=key.asset_key, check_name=key.name, metadata={"failures": failed[name]}
            )


def _checks(manifest: Manifest, expected: set[dg.AssetCheckKey]) -> Iterator[tuple[str, dg.AssetCheckKey]]:
    for unique_id, props in manifest["nodes"].items():
        if props["resource_type"] != "test":
            continue
        home = home_of_test(manifest, unique_id)
        if home is None:
            continue
        key = dg.AssetCheckKey(asset_key(node(manifest, home)), str(props["name"]))
        if key in expected:
            yield unique_id, key


def build_gold(manifest: Manifest) -> dg.AssetsDefinition:
    """One Delta table a mart, in step with the published build."""

    @dg.multi_asset(
        name="gold", specs=list(_gold_specs(manifest)), partitions_def=TENANTS, op_tags={"cerniq/layer": "gold"}
    )
    def gold(
        context: dg.AssetExecutionContext, cerniq: dg.ResourceParam[Cerniq]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        from cerniq.warehouse import NothingToBuild, export_gold, published

        clock, lake = Clock(), cerniq.lake(tenant_of(context))
        with domain_errors(context, cerniq):
            build = published(lake)
            if build is None:
                raise NothingToBuild(
                    f"Tenant {lake.tenant} has no published build.", cure=f"Run `cerniq build {lake.tenant}`."
                )
            written = export_gold(lake, build.build_id)
        for name, (version, rows) in written.items():
            table = lake.table("gold", *name.split("."))
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey(["gold", *name.split(".")]),
                metadata=table_metadata(
                    rows=rows,
                    version=version,
                    clock=clock,
                    schema=table.schema(),
                    extra={"build_id": build.build_id, "lsn": build.lsn},
                ),
            )

    return gold


def _gold_specs(manifest: Manifest) -> Iterator[dg.AssetSpec]:
    for props in manifest["nodes"].values():
        if props["resource_type"] != "model" or props["fqn"][1] != "marts":
            continue
        mart = asset_key(props)
        yield spec(
            "gold",
            *mart.path[1:],
            group=GOLD,
            kinds={"deltalake"},
            description=f"As Delta, for any engine. {props.get('description') or ''}".strip(),
            deps=[dg.AssetDep(mart)],
            automation_condition=WHEN_INPUTS_ARE_NEW,
        )
