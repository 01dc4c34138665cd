"""Small JSON documents and file-system paths beside the tables: local directories or any delta-rs object store."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from cerniq.lake.errors import translated


class Storage(Protocol):
    """Reads and atomically replaces small files under one tenant's root."""

    def read(self, path: str) -> bytes | None: ...
    def write(self, path: str, content: bytes) -> None: ...


class LocalStorage:
    """A directory. A write is visible whole or not at all, and survives a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, path: str) -> bytes | None:
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, path: str, content: bytes) -> None:
        target = self.root / path
        with translated(str(target)):
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(target)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise


class ObjectStorage:
    """An object store that delta-rs can reach; one PUT replaces an object atomically."""

    def __init__(self, root: str, options: Mapping[str, str]) -> None:
        self.root = root
        self._options = dict(options)

    def _handler(self) -> Any:
        from deltalake.fs import DeltaStorageHandler

        # Its own streams, not a pyarrow file system around it: pyarrow hands buffers over where these want bytes.
        return DeltaStorageHandler(self.root, self._options)._handler  # noqa: SLF001

    def read(self, path: str) -> bytes | None:
        with translated(f"{self.root}/{path}"):
            try:
                return bytes(self._handler().open_input_file(path).read())
            except FileNotFoundError:
                return None

    def write(self, path: str, content: bytes) -> None:
        with translated(f"{self.root}/{path}"):
            stream = self._handler().open_output_stream(path, None)
            stream.write(content)
            stream.close()


def read_json(storage: Storage, path: str) -> dict[str, Any] | None:
    content = storage.read(path)
    if content is None:
        return None
    value: dict[str, Any] = json.loads(content)
    return value


def write_json(storage: Storage, value: Mapping[str, Any], path: str) -> None:
    storage.write(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode())
