"""How dbt's models and tests appear in Dagster.

Keys: `["staging", module, table]`, `["intermediate", mart, what]`, `["marts", mart, model]`; a dbt source is the silver
asset that its `meta.dagster.asset_key` names. Every test becomes a check with the tenants as its partitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from assets.automation import WHEN_INPUTS_ARE_NEW, when_silver_is_new
from assets.ownership import MARTS, OWNERS, STAGING
from assets.partitions import TENANTS

if TYPE_CHECKING:
    from dagster_dbt import DbtProject

Props = Mapping[str, Any]
Manifest = Mapping[str, Any]


class Translator(DagsterDbtTranslator):
    """Made of the functions below; each answers one question about one dbt node."""

    def get_asset_key(self, dbt_resource_props: Props) -> dg.AssetKey:
        return asset_key(dbt_resource_props)

    def get_description(self, dbt_resource_props: Props) -> str:
        # dagster-dbt would add the whole SQL text.
        return str(dbt_resource_props.get("description") or "")

    def get_group_name(self, dbt_resource_props: Props) -> str | None:
        return group(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Props) -> list[str]:
        return OWNERS.get(group(dbt_resource_props), OWNERS[MARTS])

    def get_partitions_def(self, dbt_resource_props: Props) -> dg.PartitionsDefinition | None:
        return TENANTS

    def get_automation_condition(self, dbt_resource_props: Props) -> dg.AutomationCondition[Any] | None:
        return when_silver_is_new() if _reads_silver(dbt_resource_props) else WHEN_INPUTS_ARE_NEW

    def get_tags(self, dbt_resource_props: Props) -> Mapping[str, str]:
        return {**super().get_tags(dbt_resource_props), "cerniq/materialized": materialized(dbt_resource_props)}

    def get_asset_spec(self, manifest: Manifest, unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        return spec.replace_attributes(kinds={"dbt", "duckdb", materialized(node(manifest, unique_id))})

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Manifest, unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        home = home_of_test(manifest, unique_id)
        if home is None or asset_key(node(manifest, home)) != asset_spec.key:
            return None
        return check_spec(manifest, unique_id, asset_spec.key)


def node(manifest: Manifest, unique_id: str) -> Props:
    props: Props = manifest["sources" if unique_id.startswith("source.") else "nodes"][unique_id]
    return props


def asset_key(props: Props) -> dg.AssetKey:
    """The key of a model, seed or source."""
    stated = (props.get("config", {}).get("meta") or props.get("meta") or {}).get("dagster", {}).get("asset_key")
    if stated:
        return dg.AssetKey(stated)
    name, folder = str(props["name"]), [str(part) for part in props["fqn"][1:-1]]
    if props["resource_type"] == "seed":
        return dg.AssetKey(["seeds", name])
    if folder[0] == "marts":
        return dg.AssetKey(["marts", *folder[1:], name])
    # stg_iwms__products in staging/iwms says its module twice; the key says it once.
    return dg.AssetKey([folder[0], *folder[1:], name.partition("__")[2] or name])


def _reads_silver(props: Props) -> bool:
    return any(parent.startswith("source.") for parent in (props.get("depends_on") or {}).get("nodes", ()))


def group(props: Props) -> str:
    """Marts by name, everything under them together."""
    folder = props["fqn"][1:-1]
    return MARTS if folder and folder[0] == "marts" else STAGING


def materialized(props: Props) -> str:
    return str(props.get("config", {}).get("materialized") or props["resource_type"])


def home_of_test(manifest: Manifest, unique_id: str) -> str | None:
    """The model that a test belongs to: the one it is attached to, else the last mart (by name) that it reads."""
    props = node(manifest, unique_id)
    attached = props.get("attached_node")
    if attached:
        return str(attached)
    read = sorted(parent for parent in props["depends_on"]["nodes"] if not parent.startswith("source."))
    marts = [parent for parent in read if group(node(manifest, parent)) == MARTS]
    found = marts or read
    return str(found[-1]) if found else None


def check_spec(manifest: Manifest, unique_id: str, home: dg.AssetKey) -> dg.AssetCheckSpec:
    props = node(manifest, unique_id)
    severity = str(props.get("config", {}).get("severity") or "error").lower()
    return dg.AssetCheckSpec(
        name=str(props["name"]),
        asset=home,
        description=str(props.get("description") or "") or None,
        # A check does not inherit the partitions of its asset.
        partitions_def=TENANTS,
        blocking=severity == "error",
        metadata={"dbt_unique_id": unique_id},
    )
