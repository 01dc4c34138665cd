"""The composition root of Dagster: settings are read here, once, when a code location is loaded."""

from __future__ import annotations

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """What `workspace.yaml` points at."""
    from assets.build import build_defs
    from assets.event_log import relax
    from cerniq.logs import configure
    from cerniq.settings import Settings

    configure()
    settings = Settings.load()
    relax(settings.dagster_home)
    return build_defs(settings)
