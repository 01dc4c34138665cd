"""When things run by themselves: what follows from new inputs is stated on the assets, what follows the clock below."""

from __future__ import annotations

from typing import Any

import dagster as dg

# A tenant's marts follow its silver, gold follows the marts: at once, but not while a run for them is under way.
WHEN_INPUTS_ARE_NEW = dg.AutomationCondition.eager()

# A forecast of months needs no run a change: once a day, after its inputs are of that day.
EVERY_NIGHT = dg.AutomationCondition.on_cron("30 4 * * *", cron_timezone="Europe/Bucharest")


def when_silver_is_new() -> dg.AutomationCondition[Any]:
    """For what reads silver: a table has another version. Whether silver keeps its contracts is the build's question:
    asked here, of every table for every model, it took a core half a minute each minute.
    """
    condition = dg.AutomationCondition
    changed = condition.any_deps_match(
        (condition.data_version_changed() & ~condition.executed_with_root_target()) | condition.will_be_requested()
    )
    return WHEN_INPUTS_ARE_NEW.replace("any_deps_updated", changed.with_label("any_deps_changed"))


def build_automation_sensor() -> dg.AutomationConditionSensorDefinition:
    """Evaluates the conditions of all assets; one run a tenant, since a run has one partition."""
    return dg.AutomationConditionSensorDefinition(
        "follow_new_data",
        target=dg.AssetSelection.all(),
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Builds the marts of a tenant when its silver has changed, and what rests on them.",
    )
