"""Dagster's own home: the configuration we write, and runs in this process against it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assets.event_log import relax, release
from cerniq.errors import PermanentError, TransientError

if TYPE_CHECKING:
    import dagster as dg

    from cerniq.settings import Settings

# One run a tenant at a time: a second would only wait for the tenant's writer lock.
_CONFIGURATION = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 4
    tag_concurrency_limits:
      - key: dagster/partition
        value:
          applyLimitPerUniqueValue: true
        limit: 1
retention:
  sensor:
    purge_after_days:
      skipped: 1
      success: 30
      failure: 30
  schedule:
    purge_after_days: 90
"""

# What libraries would send home unless they are told not to.
SILENT = {
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "False",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
}


def prepare_home(settings: Settings) -> Path:
    """Make `DAGSTER_HOME` with its configuration, which is ours; returns it."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    configuration = home / "dagster.yaml"
    if not configuration.exists() or configuration.read_text(encoding="utf-8") != _CONFIGURATION:
        # Replaced whole: another process that reads half of it falls back to Dagster's defaults, telemetry among them.
        temporary = configuration.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(_CONFIGURATION, encoding="utf-8")
        temporary.replace(configuration)
    return home


def environment(settings: Settings) -> dict[str, str]:
    """What processes of Dagster and Streamlit that belong to this installation run with."""
    return {
        **os.environ,
        **SILENT,
        "CERNIQ_HOME": str(settings.home),
        "DAGSTER_HOME": str(settings.dagster_home),
    }


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The installation's own instance, in this process."""
    import dagster as dg

    os.environ.update(SILENT)
    home = prepare_home(settings)
    os.environ["DAGSTER_HOME"] = str(home)
    relax(home)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        try:
            yield instance
        finally:
            release()


class StepCrashed(RuntimeError):
    """A step failed with an error that is none of ours; holds its traceback."""


@dataclass(frozen=True, slots=True)
class StepEvent:
    """A step of a run began (`seconds` None) or ended."""

    step: str
    seconds: float | None


def run_job(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    job: str,
    partition: str,
    *,
    watch: Callable[[StepEvent], None] | None = None,
) -> str:
    """Run a job for one partition in this process; returns the run's id.

    Raises `PermanentError` with what the failed step said, `StepCrashed` when it had no words for it.
    """
    import uuid

    run_id = str(uuid.uuid4())
    if watch is not None:
        instance.add_event_listener(run_id, _listener(watch))
    result = definitions.resolve_job_def(job).execute_in_process(
        instance=instance,
        partition_key=partition,
        run_id=run_id,
        raise_on_error=False,
        # The events are in the instance; on the screen they would drown what the command says.
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )
    if not result.success:
        raise _error_of(result)
    return run_id


def _listener(watch: Callable[[StepEvent], None]) -> Callable[[dg.EventLogEntry], None]:
    from dagster import DagsterEventType

    started: dict[str, float] = {}

    def listen(entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        if event.event_type == DagsterEventType.STEP_START:
            started[event.step_key] = entry.timestamp
            watch(StepEvent(event.step_key, None))
        elif event.event_type == DagsterEventType.STEP_SUCCESS:
            watch(StepEvent(event.step_key, entry.timestamp - started.get(event.step_key, entry.timestamp)))

    return listen


def _error_of(result: dg.ExecuteInProcessResult) -> Exception:
    """The first step that failed, in its own words."""
    for event in result.filter_events(lambda event: event.is_step_failure):
        data = event.step_failure_data
        failure = data.user_failure_data
        if failure is not None:
            cure = failure.metadata.get("cure")
            return PermanentError(
                failure.description or f"The step {event.step_key} failed.", cure=str(cure.value) if cure else ""
            )
        # Nobody foresaw this one: its traceback is what helps.
        return StepCrashed(data.error.to_string() if data.error else f"{event.step_key} failed without a word")
    return TransientError("The run ended before it was done.", cure="Run it again; what is done is kept.")
