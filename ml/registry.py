"""What a run of a model was made from, kept as JSON beside its tables, so that it can be told and made again."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cerniq.lake import Lake

_LIBRARIES = ("numpy", "polars", "scipy", "statsforecast", "statsmodels")


def library_versions() -> dict[str, str]:
    """Versions of the libraries whose change may change a number."""
    return {name: version(name) for name in _LIBRARIES}


def code_version() -> str:
    """A digest of this package's source: a changed method is another model."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def read_run(lake: Lake, task: str, name: str) -> dict[str, Any] | None:
    """The record of the newest run of `models/<task>/<name>`, None before the first."""
    return lake.read_json("models", task, f"{name}_run.json")


def write_run(lake: Lake, task: str, name: str, record: dict[str, Any]) -> None:
    """Write the record last, after the tables that it speaks of: a run without a record did not happen."""
    lake.write_json(record, "models", task, f"{name}_run.json")
