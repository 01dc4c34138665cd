"""What can go wrong with the lake, and the translation of delta-rs' errors into ours."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from cerniq.errors import PermanentError, TransientError

_FULL_DISK_TEXTS = ("No space left on device", "Disk quota exceeded", "os error 28")


class SchemaMismatch(PermanentError):
    """Data does not have the columns or types that the table declares."""


class TableMissing(PermanentError):
    """A table that was never written is read."""


class UnsupportedTable(PermanentError):
    """A table uses a Delta feature that readers of its file list would not see."""


class DiskFull(TransientError):
    """There is no room left where the lake lies."""


class LakeLocked(TransientError):
    """Somebody else writes this tenant's lake."""


class LeaseLost(TransientError):
    """The writer's lease ran out while it worked and another writer took it."""


class WriteConflict(TransientError):
    """Another writer committed to the same table first."""


class LakeUnreachable(TransientError):
    """The storage under the lake failed."""


@contextmanager
def translated(uri: str) -> Iterator[None]:
    """Turn storage errors about `uri` into `DiskFull`, `WriteConflict`, `SchemaMismatch` or `LakeUnreachable`."""
    from deltalake.exceptions import CommitFailedError, DeltaError, SchemaMismatchError

    try:
        yield
    except CommitFailedError as error:
        if is_full(error):
            raise disk_full(uri) from error
        raise WriteConflict(
            f"Another writer changed {uri} at the same time.", cure="Run the same command again."
        ) from error
    except SchemaMismatchError as error:
        raise SchemaMismatch(
            f"{uri} refuses the data: {error}", cure="Compare the contract with the table's schema."
        ) from error
    except (DeltaError, OSError) as error:
        if is_full(error):
            raise disk_full(uri) from error
        raise LakeUnreachable(
            f"The storage of {uri} failed: {error}",
            cure="Check that the path or bucket exists and may be written, then run again.",
        ) from error


def is_full(error: BaseException) -> bool:
    """Whether `error`, raised by Python or by delta-rs (which keeps only the text), means a full disk."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return any(text in str(error) for text in _FULL_DISK_TEXTS)


def disk_full(uri: str) -> DiskFull:
    return DiskFull(
        f"The disk under {uri} is full; nothing of this write is visible.",
        cure="Free space or move the lake (CERNIQ_LAKE_URL), then run the same command again: it goes on.",
    )
