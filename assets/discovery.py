"""Tenants come and go in the control database; this brings Dagster's partitions after them."""

from collections.abc import Sequence

import dagster as dg

from assets.jobs import REFRESH
from assets.partitions import PERIODS, TENANTS, periods_kept
from assets.resources import Cerniq
from cerniq.control import SourceRecord
from cerniq.tenancy import TenantId

DynamicRequest = dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest


def build_discovery_sensor() -> dg.SensorDefinition:
    """Adds and retires tenants, keeps the last 24 months of periods, and asks for a new tenant's first run."""

    @dg.sensor(
        name="discover_tenants",
        job_name=REFRESH,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Follows the control database: a tenant added there appears here and gets its first run.",
    )
    def discover_tenants(context: dg.SensorEvaluationContext, cerniq: dg.ResourceParam[Cerniq]) -> dg.SensorResult:
        with cerniq.control() as control:
            sources = {record.tid: control.sources(record.tid) for record in control.tenants()}
        tenants = changes(TENANTS, context.instance, [str(tenant) for tenant in sources])
        periods = changes(PERIODS, context.instance, periods_kept(cerniq.now().date()))
        return dg.SensorResult(
            run_requests=[first_run(tid, found) for tid, found in sources.items() if _is_new(cerniq, tid, found)],
            dynamic_partitions_requests=[*tenants, *periods],
        )

    return discover_tenants


def changes(
    partitions: dg.DynamicPartitionsDefinition, instance: dg.DagsterInstance, wanted: Sequence[str]
) -> list[DynamicRequest]:
    """Requests that make the partitions be the wanted ones."""
    there = set(instance.get_dynamic_partitions(str(partitions.name)))
    added, gone = [key for key in wanted if key not in there], sorted(there - set(wanted))
    requests: list[DynamicRequest] = []
    if added:
        requests.append(partitions.build_add_request(added))
    if gone:
        requests.append(partitions.build_delete_request(gone))
    return requests


def first_run(tenant: TenantId, sources: Sequence[SourceRecord]) -> dg.RunRequest:
    # The run key makes it once a source, however often the sensor asks before the run has landed anything.
    return dg.RunRequest(run_key=f"first:{tenant}:{sources[0].id}", partition_key=str(tenant))


def _is_new(cerniq: Cerniq, tenant: TenantId, sources: Sequence[SourceRecord]) -> bool:
    return bool(sources) and cerniq.lake(tenant).read_json("silver", "current.json") is None
