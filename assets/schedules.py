"""What the clock starts."""

from collections.abc import Iterator

import dagster as dg

from assets.jobs import D406_FILING, INGEST
from assets.partitions import PERIODS, filing_key
from assets.resources import Cerniq
from assets.tenants import connected
from cerniq.period import Period

_ZONE = "Europe/Bucharest"


def build_schedules() -> list[dg.ScheduleDefinition]:
    @dg.schedule(
        name="refresh_hourly",
        job_name=INGEST,
        cron_schedule="7 * * * *",
        execution_timezone=_ZONE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Reads every tenant's streams once an hour.",
    )
    def refresh_hourly(
        context: dg.ScheduleEvaluationContext, cerniq: dg.ResourceParam[Cerniq]
    ) -> Iterator[dg.RunRequest]:
        hour = context.scheduled_execution_time.isoformat()
        for tenant in connected(cerniq, context.instance):
            yield dg.RunRequest(run_key=f"{tenant}:{hour}", partition_key=str(tenant))

    @dg.schedule(
        name="draft_d406_monthly",
        job_name=D406_FILING,
        # Due on the last day of the month that follows (OPANAF 1783/2021); the 10th leaves time to correct.
        cron_schedule="0 5 10 * *",
        execution_timezone=_ZONE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Drafts every tenant's D406 of the month before.",
    )
    def draft_d406_monthly(
        context: dg.ScheduleEvaluationContext, cerniq: dg.ResourceParam[Cerniq]
    ) -> Iterator[dg.RunRequest]:
        day = context.scheduled_execution_time
        period = Period.month(day.year, day.month).previous()
        context.instance.add_dynamic_partitions(str(PERIODS.name), [str(period)])
        for tenant in connected(cerniq, context.instance):
            yield dg.RunRequest(run_key=f"{tenant}:{period}", partition_key=filing_key(tenant, period))

    return [refresh_hourly, draft_d406_monthly]
