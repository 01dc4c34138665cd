"""A filing from beginning to end: build from silver, write, validate, and leave everything it was made from
beside it.

The folder of a filing, `filings/d406/<type>/<period>/<n>/`:
`d406.duckdb` (all relations, to be queried), `inputs/` (the rows it was made from), `segments/` (the XML),
`findings.json`, `reconciliation.json` and, written last, `manifest.json`. Without a manifest a folder is unfinished
and is made anew. A filing whose inputs are the same, or that would say the same word by word, is not made again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import structlog

from anaf_exports.d406 import spec as structure
from anaf_exports.d406.admission import require_books, require_period, today_in_romania
from anaf_exports.d406.build.gaps import gaps
from anaf_exports.d406.build.run import Order, build
from anaf_exports.d406.build.silver import Cut
from anaf_exports.d406.folder import FilingBusy, Folder, exclusively
from anaf_exports.d406.manifest import content_digest, fingerprint, manifest, tool_hashes
from anaf_exports.d406.sources import locate
from anaf_exports.d406.validate import Finding, Report, validate
from anaf_exports.d406.write import write
from cerniq.errors import PermanentError
from cerniq.lake import Lake
from cerniq.period import Period

log = structlog.get_logger(__name__)

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FilingResult:
    """A filing that was made, or found made from the same inputs (`reused`).

    `path`: the XML in the lake; `rows`: rows of the document by relation; `sums` and `counts`: by section,
    in lei, equal to silver's; `valid`: as ANAF means it.
    """

    path: Path
    number: int
    valid: bool
    lsn: str
    sha256: str
    rows: dict[str, int]
    checks: list[dict[str, str]]
    findings: list[Finding]
    manifest: dict[str, Any]
    reused: bool

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)


def export(
    lake: Lake,
    period: Period,
    *,
    type: str = "L",  # noqa: A002 - the name that the interface promises
    profile: Mapping[str, Any],
    out: Path | None = None,
    kit: Path | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> FilingResult:
    """Make the D406 of `type` for `period` from silver as of its current cut; `out` gets a copy of the XML.

    `profile` overrides the company's data (see `build.company.FIELDS`) and extends the mapping tables. An invalid
    document is a result with findings, not an exception. `today` decides whether the period is over; by default the
    day in Romania. Raises `UsageError` for a type that cannot be made, `PeriodRefused`, `NoSilver`,
    `CompanyIncomplete`, `MappingError`, `ReconciliationFailed` (`DocumentsUnbooked`), `FilingBusy`.
    """
    require_period(type, period, today=today or today_in_romania())
    say = progress or (lambda _: None)
    order = Order(type, period, profile)
    cut = Cut.current(lake)
    require_books(lake, period, cut)
    with exclusively(lake, type, period):
        result = _make_or_find(lake, order, cut, kit, say)
    if out is not None:
        _copy(result.path, out)
    log.info("d406 exported", tenant=str(lake.tenant), period=str(period), valid=result.valid, reused=result.reused)
    return result


def _make_or_find(lake: Lake, order: Order, cut: Cut, kit: Path | None, say: Progress) -> FilingResult:
    mark = fingerprint(order, cut)
    latest = Folder.latest(lake, order.submission, order.period)
    made = latest.manifest if latest is not None else None
    if latest is not None and made is not None and not latest.intact():
        say(f"filing {latest.number} of {order.period} is damaged and is left as it is")
        made = None
    if latest is not None and made is not None and made["fingerprint"] == mark:
        say(f"filing {latest.number} of {order.period} is there and its inputs are the same")
        return _found(latest, made, cut, kit)
    folder = Folder.next(lake, order.submission, order.period, after=latest)
    folder.clear()
    connection = _open(folder)
    try:
        say(f"building {order.period} as of {cut.lsn}")
        checks = build(connection, lake, cut, order)
        folder.keep_inputs(connection)
        say("writing the document")
        written = write(connection, structure.load(), submission=order.submission, path=folder.segment(1))
        if latest is not None and made is not None and content_digest(written.path) == made["content_sha256"]:
            say(f"filing {latest.number} of {order.period} says the same")
            connection.close()
            folder.remove()
            return _found(latest, _confirmed(latest, made, cut, mark), cut, kit)
        say("validating")
        report = validate(written.path, kit=kit)
        findings = locate(connection, report.findings, cut) + gaps(connection, cut)
    finally:
        connection.close()
    folder.publish()
    made = manifest(order, cut, mark, written, report, checks, tool_hashes(order.profile))
    _leave(folder, made, report, findings)
    return _result(folder, made, findings, reused=False)


def _confirmed(folder: Folder, made: dict[str, Any], cut: Cut, mark: str) -> dict[str, Any]:
    """The manifest of a filing that a later state of silver would make again word by word."""
    made = made | {"fingerprint": mark, "confirmed": {"lsn": cut.lsn, "silver": cut.versions}}
    folder.write_json(made, "manifest.json")
    return made


def _open(folder: Folder) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(str(folder.path / "d406.duckdb"))
    except duckdb.IOException as error:
        raise FilingBusy(
            f"{folder.path} is in use: {error}",
            cure="Wait for the other export, or close the file, and run again.",
        ) from error
    connection.execute("set threads = 2")
    connection.execute("set memory_limit = '1GB'")
    connection.execute("set timezone = 'Europe/Bucharest'")
    connection.execute(f"set temp_directory = '{folder.path / 'spill'}'")
    return connection


def _leave(folder: Folder, made: dict[str, Any], report: Report, findings: list[Finding]) -> None:
    """Write the records of a filing; the manifest comes last, since it says that all else is there."""
    judged = report.as_dict() | {"path": made["segments"][0]["file"]}
    folder.write_json(judged | {"findings": [finding.as_dict() for finding in findings]}, "findings.json")
    folder.write_json({"checks": made["reconciliation"]}, "reconciliation.json")
    folder.write_json(made, "manifest.json")


def _found(folder: Folder, made: dict[str, Any], cut: Cut, kit: Path | None) -> FilingResult:
    """A filing that is there; a kit that was not at hand when it was made judges it now."""
    if kit is not None and not made["official"]["ran"]:
        report = validate(folder.segment(1), kit=kit)
        with duckdb.connect(str(folder.fetch(folder.path / "d406.duckdb")), read_only=True) as connection:
            findings = locate(connection, report.findings, cut) + gaps(connection, cut)
        judged = {"valid": report.valid, "counts": dict(sorted(report.counts.items()))}
        made = made | judged | {"official": report.as_dict()["official"]}
        _leave(folder, made, report, findings)
        return _result(folder, made, findings, reused=True)
    kept = folder.read_json("findings.json")
    if kept is None:
        raise PermanentError(f"{folder.path} has lost its findings.", cure="Remove the folder and export again.")
    return _result(folder, made, [Finding(**entry) for entry in kept["findings"]], reused=True)


def _result(folder: Folder, made: dict[str, Any], findings: list[Finding], *, reused: bool) -> FilingResult:
    return FilingResult(
        path=folder.segment(1),
        number=folder.number,
        valid=made["valid"],
        lsn=made["lsn"],
        sha256=made["segments"][0]["sha256"],
        rows=made["rows"],
        checks=made["reconciliation"],
        findings=findings,
        manifest=made,
        reused=reused,
    )


def _copy(source: Path, target: Path) -> None:
    """Put a copy at `target`, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    shutil.copyfile(source, partial)
    partial.replace(target)
