"""All definitions, put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg

from assets.automation import build_automation_sensor
from assets.capture import build_capture
from assets.contract_checks import build_contract_checks
from assets.discovery import build_discovery_sensor
from assets.filings import build_filings
from assets.freshness import build_freshness, build_freshness_sensor
from assets.jobs import build_jobs
from assets.models import build_models
from assets.resources import Cerniq
from assets.schedules import build_schedules
from assets.warehouse import build_gold, build_warehouse, load_manifest

if TYPE_CHECKING:
    from cerniq.settings import Settings


def build_defs(settings: Settings, *, resource_overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """Every asset, check, job, sensor and schedule of an installation."""
    manifest = load_manifest()
    return dg.Definitions(
        assets=[
            build_capture(),
            build_warehouse(manifest),
            build_gold(manifest),
            *build_models(),
            *build_filings(),
            build_freshness(),
        ],
        asset_checks=[build_contract_checks()],
        jobs=build_jobs(),
        sensors=[build_discovery_sensor(), build_freshness_sensor(), build_automation_sensor()],
        schedules=build_schedules(),
        resources={"cerniq": Cerniq(settings=settings), **(resource_overrides or {})},
        # A process a step would import the world again for each: seconds instead of milliseconds.
        executor=dg.in_process_executor,
    )
