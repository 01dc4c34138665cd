"""The official validator as judge: ANAF's own jars from a directory that the user names, run in a Java of
theirs.

Nothing of ANAF's is part of this package. Return codes: 0 valid, 1 warnings only, below 0 refused. A result
that is missing or that cannot be read is a failure of the judge, never a good verdict.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import structlog

from anaf_exports.d406.validate.report import Finding, Report
from cerniq.errors import PermanentError, TransientError

log = structlog.get_logger(__name__)

_REQUIRED = ("D406Validator.jar", "DecValidation.jar")
_VERDICT = re.compile(r"version=(\S*) rc=(-?\d+)")
_LINE = re.compile(r"([EFWA]):\s*(.*)")
_SECONDS = 900
_MOST_FINDINGS = 200


class KitError(PermanentError):
    """A kit directory from which the official validator cannot run."""


class JudgeFailed(TransientError):
    """The official validator ran and gave no verdict."""


@dataclass(frozen=True, slots=True)
class Kit:
    """The jars of a kit, as a Java class path."""

    jars: tuple[Path, ...]

    @classmethod
    def find(cls, directory: Path) -> Kit:
        """The jars under `directory`, two levels deep. Raises `KitError`."""
        jars = sorted({*directory.glob("*.jar"), *directory.glob("*/*.jar"), *directory.glob("*/*/*.jar")})
        missing = [name for name in _REQUIRED if name not in {jar.name for jar in jars}]
        if missing:
            raise KitError(
                f"{directory} holds no {' and no '.join(missing)}.",
                cure="Name the directory of ANAF's D406 validator (DUKIntegrator with D406 installed).",
            )
        return cls(tuple(jar.resolve() for jar in jars))

    def command(self, java: str, source: Path, arguments: list[str]) -> list[str]:
        path = ":".join(str(jar) for jar in self.jars)
        return [java, "-Xmx1g", "-Djava.awt.headless=true", "-cp", path, str(source), *arguments]


def ask(directory: Path, file: Path, report: Report) -> None:
    """Add the official verdict on `file` to `report`. Raises `KitError`, `JudgeFailed`."""
    kit = Kit.find(directory)
    java = shutil.which("java")
    if java is None:
        raise KitError("There is no java on this machine.", cure="Install a JDK, 17 or later, or leave --kit out.")
    if report.submission is None or report.period is None:
        report.official = {"ran": False, "reason": "the header names no submission type or no period"}
        return
    year, month = report.period.split("..")[-1].split("-")
    with tempfile.TemporaryDirectory() as scratch:
        # The validator writes beside its input: it gets a link in a folder of its own.
        link = Path(scratch) / "in.xml"
        link.symlink_to(file.resolve())
        errors = Path(scratch) / "errors.txt"
        with as_file(files("anaf_exports.d406.validate") / "Judge.java") as source:
            arguments = [str(link), year, str(int(month)), report.submission, str(errors)]
            output = _run(kit.command(java, source, arguments), Path(scratch))
        _read(output, errors, report)


def _run(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise JudgeFailed(f"The official validator did not end in {_SECONDS} s.") from error
    if not _VERDICT.search(done.stdout):
        detail = (done.stderr or done.stdout).strip().splitlines()
        raise JudgeFailed(
            f"The official validator gave no verdict: {detail[0][:200] if detail else 'no output'}",
            cure="Check that the kit is complete and that java is a JDK, 17 or later.",
        )
    return done.stdout


def _read(output: str, errors: Path, report: Report) -> None:
    match = _VERDICT.search(output)
    if match is None:
        raise JudgeFailed("The official validator gave no verdict.")
    version, code = match.group(1), int(match.group(2))
    lines = errors.read_text(encoding="utf-8", errors="replace").splitlines() if errors.exists() else []
    findings = _findings(lines)
    if code < 0 and not findings:
        findings = [("E", "refused without a word")]
    for kind, text in findings[:_MOST_FINDINGS]:
        blocking = kind in "EF" and code < 0
        report.add(Finding("error" if blocking else "warning", f"official.{kind}", "", text))
    report.official = {"ran": True, "version": version, "return_code": code, "findings": len(findings)}
    log.info("official validator ran", version=version, return_code=code, findings=len(findings))


def _findings(lines: list[str]) -> list[tuple[str, str]]:
    """Kind and text of each finding; the validator breaks a finding over several lines."""
    found: list[tuple[str, str]] = []
    for line in lines:
        if hit := _LINE.match(line):
            found.append((hit.group(1), hit.group(2).strip()))
        elif found and line.strip():
            kind, text = found[-1]
            found[-1] = (kind, f"{text} {line.strip()}")
    return found
