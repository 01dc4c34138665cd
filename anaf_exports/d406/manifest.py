"""The folder of a filing and its manifest: what it was made from, by hash, and what came out."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import duckdb

from anaf_exports import nomenclatures
from anaf_exports.d406 import mapping
from anaf_exports.d406 import spec as structure
from anaf_exports.d406.build.company import FIELDS
from anaf_exports.d406.build.reconcile import Check
from anaf_exports.d406.build.run import Order
from anaf_exports.d406.build.silver import Cut
from anaf_exports.d406.validate import Report
from anaf_exports.d406.write import Written
from cerniq.lake import Lake
from cerniq.period import Period

_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Folder:
    """`filings/d406/<type>/<period>/<number>/` of one lake."""

    lake: Lake
    submission: str
    period: str
    number: int

    @classmethod
    def latest(cls, lake: Lake, submission: str, period: Period) -> Folder | None:
        """The filing with the highest number that has a manifest."""
        found: Folder | None = None
        while True:
            candidate = cls(lake, submission, str(period), found.number + 1 if found else 1)
            if candidate.manifest is None:
                return found
            found = candidate

    @classmethod
    def next(cls, lake: Lake, submission: str, period: Period, *, after: Folder | None) -> Folder:
        return cls(lake, submission, str(period), after.number + 1 if after else 1)

    @property
    def parts(self) -> tuple[str, ...]:
        return ("filings", "d406", self.submission, self.period, str(self.number))

    @property
    def path(self) -> Path:
        return self.lake.local_dir(*self.parts)

    @property
    def manifest(self) -> dict[str, Any] | None:
        return self.read_json(_MANIFEST)

    def read_json(self, name: str) -> dict[str, Any] | None:
        return self.lake.read_json(*self.parts, name)

    def write_json(self, obj: Mapping[str, Any], name: str) -> None:
        self.lake.write_json(obj, *self.parts, name)

    def segment(self, index: int) -> Path:
        return self.path / "segments" / f"D406_{self.submission}_{self.period}_{index}.xml"

    def intact(self) -> bool:
        """Whether the document still has the bytes that the manifest names."""
        made = self.manifest
        segment = self.segment(1)
        if made is None or not segment.exists():
            return False
        with segment.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return bool(digest == made["segments"][0]["sha256"])

    def clear(self) -> None:
        """Remove what an export that did not end has left."""
        for entry in self.path.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        (self.path / "segments").mkdir()
        (self.path / "inputs").mkdir()

    def keep_inputs(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Write each table of the schema `input` as Parquet: the filing can be made again without silver."""
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'input' order by table_name"
        ).fetchall():
            target = str(self.path / "inputs" / f"{name}.parquet").replace("'", "''")
            connection.execute(f"copy input.{name} to '{target}' (format parquet)")


def tool_hashes(profile: Mapping[str, Any]) -> dict[str, str]:
    """What the document depends on besides the rows: structure, lists, mappings and section queries."""
    return {
        "software": version("cerniq"),
        "structure": structure.load().digest,
        "nomenclatures": nomenclatures.load().digest,
        "nomenclature_edition": nomenclatures.load().edition,
        "mapping": mapping.digest(profile),
        "sections": _digest_of(files("anaf_exports.d406.build")),
    }


def _digest_of(folder: Traversable) -> str:
    total = hashlib.sha256()
    for entry in sorted(_sql_files(folder), key=lambda e: e.name):
        total.update(entry.name.encode() + b"\0" + entry.read_bytes())
    return total.hexdigest()


def _sql_files(folder: Traversable) -> list[Traversable]:
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return found + [entry for entry in (folder / "sections").iterdir() if entry.name.endswith(".sql")]


def fingerprint(order: Order, cut: Cut) -> str:
    """Equal for two exports that would give the same bytes."""
    facts = {
        "submission": order.submission,
        "period": str(order.period),
        "lsn": cut.lsn,
        "versions": cut.versions,
        "profile": {name: order.profile.get(name) for name in FIELDS},
        "tools": tool_hashes(order.profile),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def manifest(
    order: Order,
    cut: Cut,
    mark: str,
    written: Written,
    report: Report,
    checks: list[Check],
    tools: Mapping[str, str],
) -> dict[str, Any]:
    segment = {"file": f"segments/{written.path.name}", "bytes": written.bytes, "sha256": written.sha256}
    return {
        "form": "D406",
        "type": order.submission,
        "period": str(order.period),
        "fingerprint": mark,
        "lsn": cut.lsn,
        "lsn_int": cut.lsn_int,
        "commit_ts": cut.commit_ts,
        "silver": cut.versions,
        "tools": dict(tools),
        "segments": [segment],
        "rows": dict(sorted(written.rows.items())),
        "reconciliation": [check.as_dict() for check in checks],
        "valid": report.valid,
        "counts": dict(sorted(report.counts.items())),
        "official": report.as_dict()["official"],
    }
