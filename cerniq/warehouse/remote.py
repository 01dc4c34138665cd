"""Whole files between an object-store lake and this machine; DuckDB works on local files only."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cerniq.lake.errors import translated

if TYPE_CHECKING:
    from cerniq.lake import Lake

_CHUNK = 1 << 20


def copy_down(lake: Lake, relative: str, target: Path) -> None:
    """Copy the lake's file at `relative` to `target`, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with (
            translated(lake.uri()),
            _filesystem(lake).open_input_stream(relative) as source,
            partial.open("wb") as copy,
        ):
            shutil.copyfileobj(source, copy, _CHUNK)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def copy_up(lake: Lake, path: Path, relative: str) -> None:
    """Copy the file at `path` into the lake; it is visible there when the copy is complete."""
    from deltalake.fs import DeltaStorageHandler

    with translated(lake.uri()), path.open("rb") as source:
        # delta-rs' own stream: pyarrow's file system around it hands buffers over where this wants bytes.
        handler: Any = DeltaStorageHandler(lake.uri(), lake.storage_options)._handler  # noqa: SLF001
        copy = handler.open_output_stream(relative, None)
        shutil.copyfileobj(source, copy, _CHUNK)
        # Closing completes the upload: an error before it leaves nothing to see.
        copy.close()


def build_ids(lake: Lake, file_name: str) -> list[str]:
    """Builds whose file lies in the lake."""
    import pyarrow.fs as pa_fs

    with translated(lake.uri()):
        found = _filesystem(lake).get_file_info(pa_fs.FileSelector("builds", recursive=True, allow_not_found=True))
    return sorted({info.path.split("/")[-2] for info in found if info.path.endswith(f"/{file_name}")})


def delete(lake: Lake, relative: str) -> None:
    with translated(lake.uri()):
        _filesystem(lake).delete_file(relative)


def _filesystem(lake: Lake) -> Any:
    import pyarrow.fs as pa_fs
    from deltalake.fs import DeltaStorageHandler

    return pa_fs.PyFileSystem(DeltaStorageHandler(lake.uri(), lake.storage_options))
