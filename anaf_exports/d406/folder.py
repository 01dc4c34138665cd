"""The folder of a filing in the lake, and the lock that keeps two exports of one period apart."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from cerniq.errors import TransientError
from cerniq.lake import Lake
from cerniq.period import Period
from cerniq.warehouse.remote import copy_down, copy_up

MANIFEST = "manifest.json"


class FilingBusy(TransientError):
    """Another process is making a filing of the same period."""


@contextmanager
def exclusively(lake: Lake, submission: str, period: Period) -> Iterator[None]:
    """Hold the period of this lake on this machine; a process that dies lets go. Raises `FilingBusy`."""
    where = lake.local_dir("filings", "d406", submission, str(period))
    with (where / "export.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FilingBusy(
                f"Another export of {period} is under way.", cure="Wait for it, then run the same command again."
            ) from error
        yield


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
        return self.read_json(MANIFEST)

    def read_json(self, name: str) -> dict[str, Any] | None:
        return self.lake.read_json(*self.parts, name)

    def write_json(self, obj: Mapping[str, Any], name: str) -> None:
        self.lake.write_json(obj, *self.parts, name)

    def segment(self, index: int) -> Path:
        return self.path / "segments" / f"D406_{self.submission}_{self.period}_{index}.xml"

    def intact(self) -> bool:
        """Whether the document still has the bytes that the manifest names."""
        made = self.manifest
        if made is None:
            return False
        segment = self.fetch(self.segment(1))
        if not segment.exists():
            return False
        with segment.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return bool(digest == made["segments"][0]["sha256"])

    def publish(self) -> None:
        """Copy the files of the folder into a lake on an object store; on a local lake they are there."""
        if self.lake.is_local:
            return
        for file in sorted(path for path in self.path.rglob("*") if path.is_file()):
            copy_up(self.lake, file, "/".join((*self.parts, *file.relative_to(self.path).parts)))

    def fetch(self, file: Path) -> Path:
        """`file` of this folder, copied from the object store when this machine does not have it."""
        if not self.lake.is_local and not file.exists():
            copy_down(self.lake, "/".join((*self.parts, *file.relative_to(self.path).parts)), file)
        return file

    def remove(self) -> None:
        shutil.rmtree(self.path)

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
