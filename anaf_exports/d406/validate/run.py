"""The validation from beginning to end: header first, then each record, then what is left of the tree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import structlog

from anaf_exports import nomenclatures
from anaf_exports.d406 import spec as structure
from anaf_exports.d406.spec import Spec
from anaf_exports.d406.validate.matching import Matcher
from anaf_exports.d406.validate.own import OwnChecks
from anaf_exports.d406.validate.period import FilingPeriod, PeriodUnknown
from anaf_exports.d406.validate.report import Finding, Report
from anaf_exports.d406.validate.stream import Record, Refused, Stream
from anaf_exports.d406.values import Values
from anaf_exports.d406.xml import Node
from cerniq.errors import PermanentError

log = structlog.get_logger(__name__)

_DEFAULT_BASIS = "A"


class UnreadableFile(PermanentError):
    """A file that is not there or may not be read."""


def validate(path: str | Path, *, kit: str | Path | None = None) -> Report:
    """Judge the D406 file at `path`; with `kit` (a directory) the official validator is asked too.

    The report is valid when nothing in it blocks a filing at ANAF. A malformed or hostile file is a report
    with one error, not an exception. Raises `UnreadableFile`, and `KitError` when the kit cannot run.
    """
    file = Path(path)
    if not file.is_file():
        raise UnreadableFile(f"{file} is not a file.", cure="Name the D406 XML file.")
    report = Report(str(file))
    run = _Run(report, structure.load(), file)
    try:
        run.judge()
    except Refused as refused:
        report.add(Finding("error", refused.rule, "", refused.message, refused.line))
    if kit is not None:
        from anaf_exports.d406.validate.official import ask

        ask(Path(kit), file, report)
    log.info("d406 validated", valid=report.valid, errors=report.errors, rules=len(report.counts))
    return report


@dataclass
class _Sections:
    """What the sections hold in one submission; unknown until the header is read."""

    spec: Spec
    submission: str | None = None

    def content(self, name: str) -> str | None:
        if self.submission is None:
            return None
        return self.spec.sections.get(name, {}).get(self.submission)


class _Run:
    def __init__(self, report: Report, spec: Spec, file: Path) -> None:
        self._report = report
        self._spec = spec
        self._stream = Stream(file, spec)
        self._record: Record | None = None
        self._sections = _Sections(spec)
        self._own = OwnChecks(f"{{{spec.namespace}}}", report.add)
        self._matcher = self._matcher_for(datetime.now(UTC).date(), _DEFAULT_BASIS)

    def judge(self) -> None:
        for record in self._stream.records():
            self._record = record
            if record.structure.name == "Header":
                self._header(record)
            self._matcher.judge_record(record.node, record.structure)
            self._own.see(record)
        self._record = None
        root = self._stream.root
        if root is not None and self._spec.root.structure is not None:
            self._matcher.judge(root, self._spec.root.structure, law=self._sections, skip=self._spec.records)
            self._own.end(root)
        self._report.records = Counter({path.rpartition("/")[2]: 0 for path in self._stream.counts})
        for path, count in self._stream.counts.items():
            self._report.records[path.rpartition("/")[2]] += count

    def _header(self, record: Record) -> None:
        prefix = self._matcher.prefix
        submission = (record.node.findtext(prefix + "HeaderComment") or "").strip()
        basis = (record.node.findtext(prefix + "TaxAccountingBasis") or "").strip()
        self._sections.submission = submission if submission in structure.SUBMISSIONS else None
        self._report.submission = self._sections.submission
        self._own.expect(self._sections.content)
        try:
            period = FilingPeriod.of_header(record.node, prefix)
        except PeriodUnknown:
            day = datetime.now(UTC).date()  # the header's own finding says that there is no period
        else:
            self._report.period = str(period)
            self._own.period = period
            day = period.last_day
        known = basis in nomenclatures.load().codes("accounting_basis")
        self._matcher = self._matcher_for(day, basis if known else _DEFAULT_BASIS)

    def _matcher_for(self, day: date, basis: str) -> Matcher:
        return Matcher(self._spec.namespace, Values(nomenclatures.load(), day, basis), self._complain)

    def _complain(self, rule: str, node: Node, message: str) -> None:
        self._report.add(Finding("error", rule, self._path(node), message, node.sourceline or 0))

    def _path(self, node: Node) -> str:
        """Names from the root; positions where there are several equal ones. Inside a record from its own
        position."""
        steps: list[str] = []
        current: Node | None = node
        while current is not None:
            if self._record is not None and current is self._record.node:
                return "/".join([self._record.path, *reversed(steps)])
            steps.append(self._step(current))
            current = current.getparent()
        return "/".join(reversed(steps))

    def _step(self, node: Node) -> str:
        if not isinstance(node.tag, str):
            return "comment()"
        name = node.tag.removeprefix(self._matcher.prefix)
        place = 1 + sum(1 for _ in node.itersiblings(node.tag, preceding=True))
        return f"{name}[{place}]" if place > 1 else name
