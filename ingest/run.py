"""Ingest as others call it: capture a source once or for ever, provision it, take it away."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from cerniq.errors import UsageError
from cerniq.lake import Lake, LakeLocked
from ingest.capture import Capture, Stream, Transport
from ingest.errors import SourceRefused
from ingest.postgres import slot as slots
from ingest.postgres.connect import connect
from ingest.postgres.preflight import check_schemas
from ingest.report import IngestReport, Progress, ProgressCallback, silent
from ingest.state import SourceState

if TYPE_CHECKING:
    from cerniq.control import SourceRecord

log = structlog.get_logger(__name__)

BATCH_CHANGES = 100_000
BATCH_BYTES = 64 << 20
_DRAIN_SECONDS = 3600.0
_FOLLOW_SECONDS = 0.5
_LOCK_WAIT_SECONDS = 20.0
# Below the minute after which a server cuts a stream that does not answer.
_FOLLOW_LOCK_WAIT_SECONDS = 45.0


def ingest(
    lake: Lake,
    source: SourceRecord,
    *,
    once: bool = True,
    follow: bool = False,
    modules: Collection[str] | None = None,
    progress: ProgressCallback | None = None,
    should_stop: Callable[[], bool] | None = None,
    transport: Transport = "auto",
) -> IngestReport:
    """Bring what the source has committed into bronze and silver.

    `once` drains what is committed when it starts; `follow` goes on until `should_stop` says so. A source has one slot
    for all of its modules, so `modules` only says which ones must be among them. `transport`: "stream" is a
    replication connection, "sql" peeks at the slot; "auto" peeks only where the server takes no such connection.
    Tables that cannot go on are reported as findings of severity "error"; the others go on. Raises `LakeLocked`,
    `SourceUnreachable`, `SourceRefused`, `SlotTaken`, `DiskFull` and others of `CerniqError`; the next run goes on
    where this one ended.
    """
    _check_modules(source, modules)
    started = time.monotonic()
    report = IngestReport()
    watch = progress or silent
    if not follow:
        _capture_once(lake, source, report, watch, transport)
    else:
        _follow(lake, source, report, watch, should_stop or (lambda: False), transport)
    report.seconds = round(time.monotonic() - started, 3)
    log.info("ingest ended", tenant=str(source.tenant), rows=report.rows, lsn=report.lsn, seconds=report.seconds)
    return report


def _check_modules(source: SourceRecord, modules: Collection[str] | None) -> None:
    unknown = sorted(set(modules or ()) - set(source.modules))
    if unknown:
        raise UsageError(
            f"This source does not carry {', '.join(unknown)}.", cure=f"See cerniq source list {source.tenant}."
        )


def _capture_once(
    lake: Lake, source: SourceRecord, report: IngestReport, progress: ProgressCallback, transport: Transport
) -> None:
    with lake.writer("ingest", wait=_LOCK_WAIT_SECONDS) as lease:
        capture = Capture(lake, source, lease, report, progress, transport)
        try:
            capture.snapshot(capture.prepare())
            if capture.plans:
                drain(capture, progress)
            capture.refresh_silver()
        finally:
            capture.close()


def drain(capture: Capture, progress: ProgressCallback) -> None:
    """Stream to the position that is current now, into bronze; silver is the caller's next step."""
    until = capture.target()
    stream = capture.open_stream()
    try:
        reached = False
        while not reached:
            reached = stream.read(until=until, max_changes=BATCH_CHANGES, max_bytes=BATCH_BYTES, seconds=_DRAIN_SECONDS)
            _land(capture, stream, progress)
        stream.confirm(until)
    finally:
        stream.close()


def _land(capture: Capture, stream: Stream, progress: ProgressCallback) -> bool:
    batch = stream.decoder.take()
    changes = batch.changes
    drifted = capture.land(batch, stream) if batch.commit_lsns else False
    if changes:
        progress(Progress("stream", "", changes, 0, 0))
    return drifted


def _follow(
    lake: Lake,
    source: SourceRecord,
    report: IngestReport,
    progress: ProgressCallback,
    should_stop: Callable[[], bool],
    transport: Transport,
) -> None:
    """Catch up, then keep the stream open; planned anew when a table changes its shape.

    The writer lock is held while something is written and let go while there is nothing to write, so that builds of
    the same tenant publish in between. A slot that streams is no other run's to read; one that is peeked at is, so
    there every look is a run of its own.
    """
    while not should_stop():
        with lake.writer("ingest", wait=_LOCK_WAIT_SECONDS) as lease:
            capture = Capture(lake, source, lease, report, progress, transport)
            try:
                capture.snapshot(capture.prepare())
                drain(capture, progress)
                capture.refresh_silver()
            except BaseException:
                capture.close()
                raise
        try:
            if capture.by_sql:
                time.sleep(_FOLLOW_SECONDS)
            else:
                _stream_until_drift(capture, progress, should_stop)
        finally:
            capture.close()


def _stream_until_drift(capture: Capture, progress: ProgressCallback, should_stop: Callable[[], bool]) -> None:
    stream = capture.open_stream()
    try:
        drifted = False
        while not (drifted or should_stop()):
            stream.read(until=2**63, max_changes=BATCH_CHANGES, max_bytes=BATCH_BYTES, seconds=_FOLLOW_SECONDS)
            if stream.decoder.batch.commit_lsns:
                with capture.lake.writer("ingest", wait=_FOLLOW_LOCK_WAIT_SECONDS) as lease:
                    capture.write_under(lease)
                    drifted = _land(capture, stream, progress)
                    capture.refresh_silver()
    finally:
        stream.close()


def check_mapping(dsn: str, modules: Mapping[str, str]) -> None:
    """Raise `SourceRefused` when the database cannot be reached or a module's schema is not there for us."""
    with connect(dsn) as connection:
        faults = check_schemas(connection, modules)
    if faults:
        raise SourceRefused(
            " ".join(f"{module}: {fault}" for module, fault in faults.items()),
            cure="Correct --map, or grant the rights; nothing was noted.",
        )


def bootstrap_source(lake: Lake, source: SourceRecord) -> IngestReport:
    """Check a source and make its publication and slot, without its data; returns what was found about its tables.

    From here on the server keeps every change for us. Raises as `ingest`.
    """
    started = time.monotonic()
    report = IngestReport()
    with lake.writer("source", wait=_LOCK_WAIT_SECONDS) as lease:
        capture = Capture(lake, source, lease, report, silent)
        try:
            exported = capture.prepare()
            if exported is not None:
                exported.close()
        finally:
            capture.close()
    report.seconds = round(time.monotonic() - started, 3)
    return report


def release_source(lake: Lake, source: SourceRecord, *, module: str | None = None) -> None:
    """Take a module (None: the whole source) away from the server; the data in the lake stay.

    A slot never outlives its last module: one that nobody reads would fill the source's disk.
    Raises `SourceUnreachable`, `SlotBusy`.
    """
    left = {name: schema for name, schema in source.modules.items() if module is not None and name != module}
    with lake.writer("source", wait=_LOCK_WAIT_SECONDS) as lease:
        state = SourceState.load(lake, source.slot)
        if left:
            # Planning the rest drops the module's tables from the publication and notes them as stopped.
            capture = Capture(lake, replace(source, modules=left), lease, IngestReport(), silent)
            try:
                exported = capture.prepare()
                if exported is not None:
                    exported.close()
                capture.retire(module or "")
            finally:
                capture.close()
            return
        with connect(source.dsn) as connection:
            slots.drop_everything(connection, source.slot, source.publication, state.owner)
        state.forget_slot(lake)


__all__ = ["LakeLocked", "bootstrap_source", "check_mapping", "ingest", "release_source"]
