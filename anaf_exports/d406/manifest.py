"""The manifest of a filing: what it was made from, by hash, and what came out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from anaf_exports import nomenclatures
from anaf_exports.d406 import mapping
from anaf_exports.d406 import spec as structure
from anaf_exports.d406.build.company import FIELDS
from anaf_exports.d406.build.reconcile import Check
from anaf_exports.d406.build.run import Order
from anaf_exports.d406.build.silver import Cut
from anaf_exports.d406.validate import Report
from anaf_exports.d406.write import Written

_CREATED = re.compile(rb"<AuditFileDateCreated>[^<]*</AuditFileDateCreated>")
_HEAD_BYTES = 1 << 16


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


def content_digest(document: Path) -> str:
    """SHA-256 of a document without the day on which it was made: equal for two that say the same."""
    total = hashlib.sha256()
    with document.open("rb") as content:
        total.update(_CREATED.sub(b"", content.read(_HEAD_BYTES), count=1))
        while block := content.read(1 << 20):
            total.update(block)
    return total.hexdigest()


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
        "content_sha256": content_digest(written.path),
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
