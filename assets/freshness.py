"""Whether each tenant's data is fresh: a check of our own, since Dagster's policies speak of an asset, not a tenant.

It is evaluated from outside the tenant's runs, by a sensor, because a tenant whose runs no longer start would never
report itself stale.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from assets.ownership import STATUS as GROUP
from assets.ownership import spec
from assets.partitions import TENANTS
from assets.resources import Cerniq
from assets.runtime import domain_errors, tenant_of
from assets.tenants import connected
from cerniq.tenancy import TenantId

WATCHED = dg.AssetKey(["silver", "numeriqo_accounting", "journal_lines"])
STATUS = dg.AssetKey(["status", "freshness"])
CHECK = "is_fresh"
JOB = "tenant_freshness"


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


def build_freshness() -> dg.AssetsDefinition:
    """A tenant's state as an asset with one check: a job of checks alone cannot be partitioned."""

    @dg.multi_asset(
        name="freshness",
        specs=[
            spec(
                *STATUS.path,
                group=GROUP,
                kinds={"deltalake"},
                description="One state a tenant: when its streams were read last, and if its marts are of that cut.",
                deps=[dg.AssetDep(WATCHED), dg.AssetDep(dg.AssetKey(["marts", "finance", "rpt_trial_balance"]))],
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(
                name=CHECK,
                asset=STATUS,
                description="The tenant's streams were read lately and its marts are of silver's cut.",
                partitions_def=TENANTS,
            )
        ],
        partitions_def=TENANTS,
    )
    def freshness(
        context: dg.AssetExecutionContext, cerniq: dg.ResourceParam[Cerniq]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        with domain_errors(context, cerniq):
            found = freshness_of(context.instance, cerniq, tenant_of(context))
        outcome = dg.AssetCheckResult(check_name=CHECK, passed=found.passed, metadata=found.metadata)
        yield dg.MaterializeResult(asset_key=STATUS, metadata=found.metadata, check_results=[outcome])

    return freshness


def build_freshness_sensor() -> dg.SensorDefinition:
    """Judges every active tenant; a change is noted at once, and the check run to record it.

    The note needs no run, so it is there even when runs no longer start. The check itself has to come from a run:
    Dagster takes only one evaluation without a run for a partition, ever.
    """

    @dg.sensor(
        name="watch_freshness",
        job_name=JOB,
        minimum_interval_seconds=900,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Says which tenant's data has gone stale, whether or not its runs still start.",
    )
    def watch_freshness(context: dg.SensorEvaluationContext, cerniq: dg.ResourceParam[Cerniq]) -> dg.SensorResult:
        before: dict[str, bool] = json.loads(context.cursor or "{}")
        now: dict[str, bool] = {}
        changed: list[TenantId] = []
        for tenant in connected(cerniq, context.instance):
            found = freshness_of(context.instance, cerniq, tenant)
            now[str(tenant)] = found.passed
            if before.get(str(tenant)) != found.passed:
                changed.append(tenant)
                context.instance.report_runless_asset_event(_note(tenant, found))
        moment = cerniq.now().isoformat(timespec="seconds")
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(run_key=f"fresh:{tenant}:{moment}", partition_key=str(tenant)) for tenant in changed
            ],
            cursor=json.dumps(now),
        )

    return watch_freshness


def _note(tenant: TenantId, found: Freshness) -> dg.AssetObservation:
    return dg.AssetObservation(
        asset_key=STATUS, partition=str(tenant), metadata={"fresh": found.passed, **found.metadata}
    )
