"""When things run by themselves: what follows from new inputs is stated on the assets, what follows the clock below."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

import dagster as dg

from cerniq.contracts import load_contracts

# A tenant's marts follow its silver, gold follows the marts: at once, but not while a run for them is under way.
WHEN_INPUTS_ARE_NEW = dg.AutomationCondition.eager()

# A forecast of months needs no run a change: once a day, after its inputs are of that day.
EVERY_NIGHT = dg.AutomationCondition.on_cron("30 4 * * *", cron_timezone="Europe/Bucharest")


def when_silver_is_new_and_sound() -> dg.AutomationCondition[Any]:
    """For what reads silver: a table has another version, and every table of that tenant has passed its checks.

    Every table, not only the ones read: a build takes all of silver at one cut, and a mart joins what is sound with
    what is not. Whatever rests on staging waits with it, since nothing else requests it.
    """
    condition = dg.AutomationCondition
    changed = condition.any_deps_match(
        (condition.data_version_changed() & ~condition.executed_with_root_target()) | condition.will_be_requested()
    )
    passed = condition.all_checks_match(condition.check_passed(), blocking_only=True)
    sound = reduce(
        and_,
        [
            condition.asset_matches(dg.AssetKey(["silver", table.module, table.name]), passed)
            for table in load_contracts().tables()
        ],
    )
    eager = WHEN_INPUTS_ARE_NEW.replace("any_deps_updated", changed.with_label("any_deps_changed"))
    return eager & sound.with_label("silver_keeps_its_contracts")


def build_automation_sensor() -> dg.AutomationConditionSensorDefinition:
    """Evaluates the conditions of all assets; one run a tenant, since a run has one partition."""
    return dg.AutomationConditionSensorDefinition(
        "follow_new_data",
        target=dg.AssetSelection.all(),
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Builds the marts of a tenant when its silver has changed, and what rests on them.",
    )
