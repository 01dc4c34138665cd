"""Groups, owners and kinds: said once, so that every asset carries them alike."""

from __future__ import annotations

from typing import Any

import dagster as dg

BRONZE, SILVER, STAGING, MARTS, GOLD, MODELS, FILINGS = (
    "bronze",
    "silver",
    "staging",
    "marts",
    "gold",
    "models",
    "filings",
)

STATUS = "status"

PLATFORM, ANALYTICS, ACCOUNTING = "team:data-platform", "team:analytics", "team:accounting"

OWNERS = {
    BRONZE: [PLATFORM],
    SILVER: [PLATFORM],
    STAGING: [ANALYTICS],
    MARTS: [ANALYTICS],
    GOLD: [PLATFORM],
    MODELS: [ANALYTICS],
    FILINGS: [ACCOUNTING],
    STATUS: [PLATFORM],
}


def spec(
    *path: str,
    group: str,
    kinds: set[str],
    description: str,
    deps: list[dg.AssetDep] | None = None,
    partitions_def: dg.PartitionsDefinition | None = None,
    automation_condition: dg.AutomationCondition[Any] | None = None,
    tags: dict[str, str] | None = None,
) -> dg.AssetSpec:
    """An asset with everything that rule 1 asks for."""
    return dg.AssetSpec(
        key=dg.AssetKey(list(path)),
        group_name=group,
        kinds=kinds,
        owners=OWNERS[group],
        description=description,
        deps=deps or [],
        partitions_def=partitions_def,
        automation_condition=automation_condition,
        tags=tags,
    )
