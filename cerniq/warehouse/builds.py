"""Builds of a tenant on disk: which one is published, who reads which, which may go.

`builds/current.json` names the published build. A reader takes a lease before it opens a build's file: a file
`builds/<build_id>/leases/<pid>-<n>.json`, held while the process of that pid lives; after taking it, it checks that
the build is still there and starts over with `current.json` when not. A build at work holds a lease on itself.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from cerniq.lake import Lake
from cerniq.warehouse import remote
from cerniq.warehouse.errors import BuildUnknown
from cerniq.warehouse.project import DATABASE

log = structlog.get_logger(__name__)

FILE_NAME = f"{DATABASE}.duckdb"


@dataclass(frozen=True, slots=True)
class Published:
    """The content of `builds/current.json`.

    `cut`: "module.table" to silver version; `models`: "mart.model" to rows; `fingerprint`: of the project that built
    all of it (after a build of selected models, that of the others).
    """

    build_id: str
    lsn: str
    lsn_int: int
    commit_ts: str | None
    cut: Mapping[str, int]
    built_at: str
    models: Mapping[str, int]
    fingerprint: str


def new_build_id() -> str:
    """A name that sorts by time and never repeats."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def published(lake: Lake) -> Published | None:
    found = lake.read_json("builds", "current.json")
    if found is None:
        return None
    return Published(**{name: found[name] for name in Published.__slots__})


def write_published(lake: Lake, build: Published) -> None:
    """Publish: one atomic replace, seen whole or not at all."""
    document: dict[str, Any] = {name: getattr(build, name) for name in Published.__slots__}
    document["file"] = f"{build.build_id}/{FILE_NAME}"
    lake.write_json(document, "builds", "current.json")


def build_file(lake: Lake, build_id: str) -> Path:
    """The DuckDB file of a build that is there, copied to this machine when it is not. Raises `BuildUnknown`."""
    path = lake.local_dir("builds") / build_id / FILE_NAME
    if not lake.is_local and not path.exists() and build_id in remote.build_ids(lake, FILE_NAME):
        remote.copy_down(lake, f"builds/{build_id}/{FILE_NAME}", path)
    if not path.is_file():
        raise BuildUnknown(f"There is no build {build_id} of {lake.tenant}.", cure=f"Run `cerniq build {lake.tenant}`.")
    return path


@contextmanager
def lease(directory: Path, owner: str) -> Iterator[None]:
    """Keep the build in `directory` from being pruned while the block runs."""
    leases = directory / "leases"
    leases.mkdir(parents=True, exist_ok=True)
    path = leases / f"{os.getpid()}-{secrets.token_hex(3)}.json"
    path.write_text(json.dumps({"pid": os.getpid(), "owner": owner}))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def is_leased(directory: Path) -> bool:
    """Whether a living process of this machine holds a lease on the build in `directory`."""
    return any(_alive(path) for path in (directory / "leases").glob("*.json"))


def upload(lake: Lake, build_id: str) -> None:
    """Put a build's file where other machines find it; on a local lake it lies there already."""
    if not lake.is_local:
        path = lake.local_dir("builds") / build_id / FILE_NAME
        remote.copy_up(lake, path, f"builds/{build_id}/{FILE_NAME}")


def prune(lake: Lake, keep: str) -> list[str]:
    """Remove builds other than `keep` that nobody reads or makes on this machine; returns their ids.

    Files that a reader still has open stay readable to it: their space is given back when it lets go. On an object
    store the build before `keep` stays too, for a machine that is just copying it; readers work on their own copies.
    """
    if not lake.is_local:
        for build_id in [name for name in remote.build_ids(lake, FILE_NAME) if name < keep][:-1]:
            remote.delete(lake, f"builds/{build_id}/{FILE_NAME}")
    removed = []
    for directory in sorted(path for path in lake.local_dir("builds").iterdir() if path.is_dir()):
        if directory.name != keep and not is_leased(directory):
            shutil.rmtree(directory, ignore_errors=True)
            removed.append(directory.name)
    if removed:
        log.info("old builds removed", tenant=str(lake.tenant), builds=removed)
    return removed


def _alive(path: Path) -> bool:
    pid = path.name.partition("-")[0]
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it exists and belongs to another user
    return True
