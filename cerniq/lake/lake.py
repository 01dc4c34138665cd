"""A lake bound to one tenant: the only builder of tenant paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from cerniq.errors import UsageError
from cerniq.lake.lock import (
    DEFAULT_LEASE_SECONDS,
    DeltaLeaseStore,
    FileLeaseStore,
    LeaseStore,
    WriterLease,
    hold,
)
from cerniq.lake.storage import LocalStorage, ObjectStorage, Storage, read_json, write_json
from cerniq.lake.table import LakeTable
from cerniq.settings import Settings
from cerniq.tenancy import TenantId

# The first character rules out hidden files, "." and ".."; no separator ever gets in.
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,126}")


class Lake:
    """Everything that one tenant stores, under `<lake_url>/<tid>/`. Nothing below takes a tenant again."""

    def __init__(self, root_url: str, tenant: TenantId, *, storage_options: Mapping[str, str], scratch: Path) -> None:
        """`root_url`: directory or object-store URL of all tenants; `scratch`: local directory for remote lakes."""
        self.tenant = tenant
        self._options = dict(storage_options)
        local = _local_root(root_url)
        self._local = None if local is None else local / str(tenant)
        self._root = f"{root_url.rstrip('/')}/{tenant}" if self._local is None else str(self._local)
        self._scratch = scratch / str(tenant)
        self._storage: Storage = (
            ObjectStorage(self._root, self._options) if self._local is None else LocalStorage(self._local)
        )

    @classmethod
    def open(cls, settings: Settings, tenant: TenantId) -> Lake:
        """The tenant's lake of this installation; nothing is created before the first write."""
        return cls(
            settings.lake_url,
            tenant,
            storage_options=settings.storage_options,
            scratch=settings.home / "cache" / "lake",
        )

    @property
    def is_local(self) -> bool:
        return self._local is not None

    @property
    def storage_options(self) -> dict[str, str]:
        return dict(self._options)

    def uri(self, *parts: str) -> str:
        """Where `parts` lies. Raises `UsageError` for a part that could leave the tenant's root."""
        return "/".join((self._root, *_checked(parts)))

    def table(self, layer: str, *parts: str) -> LakeTable:
        """A Delta table, as in `lake.table("silver", "iwms", "products")`."""
        return LakeTable(self.uri(layer, *parts), name=".".join((layer, *parts)), storage_options=self._options)

    def read_json(self, *parts: str) -> dict[str, Any] | None:
        """The JSON object at `parts`, None when there is none."""
        return read_json(self._storage, "/".join(_checked(parts)))

    def write_json(self, obj: Mapping[str, Any], *parts: str) -> None:
        """Replace the JSON object at `parts` atomically. Raises `DiskFull`, `LakeUnreachable`."""
        write_json(self._storage, obj, "/".join(_checked(parts)))

    def local_dir(self, *parts: str) -> Path:
        """A real directory, created when missing, for files that need a file system.

        On a local lake it lies in the lake; on an object store it is this machine's own copy, which the caller
        fills and uploads.
        """
        base = self._scratch if self._local is None else self._local
        directory = base.joinpath(*_checked(parts))
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    @contextmanager
    def writer(
        self, owner: str, *, wait: float = 0.0, lease_seconds: float = DEFAULT_LEASE_SECONDS
    ) -> Iterator[WriterLease]:
        """Hold the tenant's one-writer lock; `owner` says who for, as in "ingest" or "build".

        `wait`: seconds to try before giving up. Call `lease.verify()` before each commit.
        Raises `LakeLocked` with the holder and how long it has held the lock.
        """
        with hold(self._lease_store(), owner, wait=wait, lease_seconds=lease_seconds) as lease:
            yield lease

    def _lease_store(self) -> LeaseStore:
        if self._local is not None:
            return FileLeaseStore(self._local / "writer.json")
        return DeltaLeaseStore(self.uri("writer_lease"), self._options)


def _local_root(url: str) -> Path | None:
    """The directory that `url` names, None for an object store."""
    if "://" not in url:
        return Path(url).expanduser().absolute()
    parsed = urlparse(url)
    return Path(unquote(parsed.path)) if parsed.scheme == "file" else None


def _checked(parts: tuple[str, ...]) -> tuple[str, ...]:
    for part in parts:
        if not _PART.fullmatch(part):
            raise UsageError(
                f"{part[:80]!r} cannot be part of a path in the lake.",
                cure="Use letters, digits, hyphens, underscores and points, not a point in front.",
            )
    return parts
