"""Which marts are published now, and where their file lies on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cerniq.serving.errors import NoBuild

if TYPE_CHECKING:
    from cerniq.lake import Lake

MARTS_FILE = "marts.duckdb"


@dataclass(frozen=True, slots=True)
class Build:
    """A published build: `lsn` is the commit position of its data, `built_at` when it was published."""

    id: str
    lsn: str
    built_at: datetime


def published_build(lake: Lake) -> Build:
    """Raises `NoBuild` before the first publication."""
    current = lake.read_json("builds", "current.json")
    if current is None:
        raise NoBuild(
            f"Tenant {lake.tenant} has no published marts yet.", cure=f"Build them: cerniq build {lake.tenant}"
        )
    return Build(
        id=str(current["build_id"]),
        lsn=str(current["lsn"]),
        built_at=datetime.fromisoformat(str(current["built_at"])),
    )


def local_build_dir(lake: Lake, build: Build) -> Path:
    """The directory of the build on this machine; from an object store the file is copied once."""
    directory = lake.local_dir("builds", build.id)
    target = directory / MARTS_FILE
    if not lake.is_local and not target.exists():
        _download(lake, build, target)
    return directory


def _download(lake: Lake, build: Build, target: Path) -> None:
    import os
    import shutil

    import pyarrow.fs as pa_fs
    from deltalake.fs import DeltaStorageHandler

    remote = pa_fs.PyFileSystem(DeltaStorageHandler(lake.uri("builds", build.id), lake.storage_options))
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with remote.open_input_stream(MARTS_FILE) as source, partial.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
