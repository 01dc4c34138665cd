"""What runs as one: a run is one tenant (or one filing) in one process; parallelism is between runs."""

from __future__ import annotations

from dagster import AssetSelection, define_asset_job
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets import ownership
from assets.filings import D406
from assets.freshness import JOB as FRESHNESS
from assets.freshness import STATUS

REFRESH, INGEST, CAPTURE, D406_FILING = "tenant_refresh", "tenant_ingest", "tenant_capture", "d406_filing"


def build_jobs() -> list[UnresolvedAssetJobDefinition]:
    layers = AssetSelection.groups(ownership.BRONZE, ownership.SILVER)
    above = AssetSelection.all() - AssetSelection.assets(D406)
    return [
        define_asset_job(
            REFRESH,
            selection=above,
            description="The whole way of one tenant: streams to silver, checks, marts, gold, forecast.",
        ),
        define_asset_job(
            INGEST,
            selection=layers,
            description="Streams to silver, and its contracts checked; the marts follow by themselves.",
        ),
        define_asset_job(
            CAPTURE,
            selection=layers.without_checks(),
            description="Streams to silver and nothing else; what comes next checks it.",
        ),
        define_asset_job(
            D406_FILING,
            selection=AssetSelection.assets(D406),
            description="One tenant's D406 of one period.",
        ),
        define_asset_job(
            FRESHNESS,
            selection=AssetSelection.assets(STATUS),
            description="Whether one tenant's data is fresh; asked for when the answer has changed.",
        ),
    ]
