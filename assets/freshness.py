"""Whether each tenant's data is fresh: a check of our own, since Dagster's policies speak of an asset, not a tenant.

It is evaluated from outside the tenant's runs, by a sensor, because a tenant whose runs no longer start would never
report itself stale.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from assets.partitions import TENANTS
from assets.resources import Cerniq
from assets.runtime import domain_errors, tenant_of
from cerniq.tenancy import TenantId

WATCHED = dg.AssetKey(["silver", "numeriqo_accounting", "journal_lines"])
CHECK = "is_fresh"


@dataclass(frozen=True, slots=True)
class Freshness:
    """`age_hours`: since the tenant's streams were read last, None when never. `in_step`: marts are of silver's cut."""

    age_hours: float | None
    in_step: bool
    limit_hours: float

    @property
    def passed(self) -> bool:
        return self.age_hours is not None and self.age_hours <= self.limit_hours and self.in_step

    @property
    def metadata(self) -> dict[str, Any]:
        age = "never" if self.age_hours is None else round(self.age_hours, 2)
        return {"hours_since_read": age, "limit_hours": self.limit_hours, "marts_in_step_with_silver": self.in_step}


def freshness_of(instance: dg.DagsterInstance, cerniq: Cerniq, tenant: TenantId) -> Freshness:
    """What the instance and the lake say of one tenant now."""
    from cerniq.warehouse import published

    lake = cerniq.lake(tenant)
    build, cut = published(lake), lake.read_json("silver", "current.json")
    return Freshness(
        age_hours=_age(instance, tenant, cerniq.now()),
        in_step=cut is None or (build is not None and build.lsn_int >= int(cut["lsn_int"])),
        limit_hours=cerniq.fresh_hours,
    )


def _age(instance: dg.DagsterInstance, tenant: TenantId, now: datetime) -> float | None:
    wanted = dg.AssetRecordsFilter(asset_key=WATCHED, asset_partitions=[str(tenant)])
    records = instance.fetch_materializations(wanted, limit=1).records
    if not records:
        return None
    return (now - datetime.fromtimestamp(records[0].timestamp, UTC)).total_seconds() / 3600


def build_freshness_check() -> dg.AssetChecksDefinition:
    """The check, to be run by hand; the sensor below runs it by itself."""

    @dg.multi_asset_check(
        name="freshness",
        specs=[
            dg.AssetCheckSpec(
                name=CHECK,
                asset=WATCHED,
                description="The tenant's streams were read lately and its marts are of silver's cut.",
                partitions_def=TENANTS,
            )
        ],
    )
    def freshness(context: dg.AssetCheckExecutionContext, cerniq: dg.ResourceParam[Cerniq]) -> dg.AssetCheckResult:
        with domain_errors(context, cerniq):
            found = freshness_of(context.instance, cerniq, tenant_of(context))
        return dg.AssetCheckResult(passed=found.passed, metadata=found.metadata)

    return freshness


def build_freshness_sensor() -> dg.SensorDefinition:
    """Evaluates the check for every active tenant and records an outcome when it differs from the last one."""

    @dg.sensor(
        name="watch_freshness",
        minimum_interval_seconds=900,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Says which tenant's data has gone stale, whether or not its runs still start.",
        # A sensor without a job records events and asks for no run.
        asset_selection=dg.AssetSelection.assets(WATCHED),
    )
    def watch_freshness(context: dg.SensorEvaluationContext, cerniq: dg.ResourceParam[Cerniq]) -> dg.SensorResult:
        before: dict[str, bool] = json.loads(context.cursor or "{}")
        now: dict[str, bool] = {}
        with cerniq.control() as control:
            tenants = [record.tid for record in control.tenants() if control.sources(record.tid)]
        for tenant in tenants:
            found = freshness_of(context.instance, cerniq, tenant)
            now[str(tenant)] = found.passed
            if before.get(str(tenant)) != found.passed:
                context.instance.report_runless_asset_event(_evaluation(tenant, found))
        return dg.SensorResult(cursor=json.dumps(now))

    return watch_freshness


def _evaluation(tenant: TenantId, found: Freshness) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=WATCHED,
        check_name=CHECK,
        passed=found.passed,
        metadata=found.metadata,
        partition=str(tenant),
    )
