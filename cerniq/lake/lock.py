"""One writer a tenant: a lease with an owner, renewed while it is held, taken over when its owner is dead.

A lease is a small record that is only ever changed by compare-and-swap. On local disk the swap is guarded by `flock`,
on object stores it is a Delta commit, which delta-rs makes a conditional PUT.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import structlog

from cerniq.errors import CerniqError
from cerniq.lake.errors import LakeLocked, LeaseLost, WriteConflict, translated

if TYPE_CHECKING:
    from deltalake import DeltaTable

DEFAULT_LEASE_SECONDS = 60.0
_POLL_SECONDS = 0.2

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LeaseRecord:
    """Who holds the lock. Times are seconds since the epoch; `process_start` tells a reused pid apart."""

    owner: str
    host: str
    pid: int
    process_start: float
    token: str
    acquired_at: float
    expires_at: float

    @property
    def holder(self) -> str:
        return f"{self.owner} (process {self.pid} on {self.host})"

    def is_live(self, now: float) -> bool:
        """Whether the owner may still write: its lease has time left and, on this host, its process exists."""
        if self.expires_at <= now:
            return False
        return self.host != socket.gethostname() or _process_start(self.pid) == self.process_start


class LeaseStore(Protocol):
    """Holds one record; `swap` replaces `expected` by `new` or reports False when it is another one by now."""

    def read(self) -> LeaseRecord | None: ...
    def swap(self, expected: LeaseRecord | None, new: LeaseRecord | None) -> bool: ...


class FileLeaseStore:
    """The record as a file on local disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> LeaseRecord | None:
        try:
            text = self._path.read_text()
        except FileNotFoundError:
            return None
        return LeaseRecord(**json.loads(text)) if text else None

    def swap(self, expected: LeaseRecord | None, new: LeaseRecord | None) -> bool:
        with translated(str(self._path)), self._guarded():
            if self.read() != expected:
                return False
            temporary = self._path.with_suffix(".tmp")
            temporary.write_text("" if new is None else json.dumps(asdict(new)))
            temporary.replace(self._path)
            return True

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # The kernel lets go of a flock when its process dies, so the guard itself can never be left behind.
        with self._path.with_suffix(".guard").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            yield


class DeltaLeaseStore:
    """The record in the commits of a Delta table, for object stores: two swaps of one record cannot both commit."""

    def __init__(self, uri: str, storage_options: Mapping[str, str]) -> None:
        self._uri = uri
        self._options = dict(storage_options)

    def read(self) -> LeaseRecord | None:
        return self._current()[0]

    def _current(self) -> tuple[LeaseRecord | None, DeltaTable | None]:
        from deltalake import DeltaTable

        with translated(self._uri):
            if not DeltaTable.is_deltatable(self._uri, self._options):
                return None, None
            table = DeltaTable(self._uri, storage_options=self._options)
            rows = table.to_pyarrow_table().to_pylist()
        text = rows[0]["record"] if rows else ""
        return (LeaseRecord(**json.loads(text)) if text else None), table

    def swap(self, expected: LeaseRecord | None, new: LeaseRecord | None) -> bool:
        import pyarrow as pa
        from deltalake import write_deltalake

        found, handle = self._current()
        if found != expected:
            return False
        data = pa.table({"record": ["" if new is None else json.dumps(asdict(new))]})
        try:
            with translated(self._uri):
                # The handle is pinned to the version just read: overwriting from it conflicts with any later commit,
                # and mode "error" lets only one writer create the table.
                if handle is None:
                    write_deltalake(self._uri, data, mode="error", storage_options=self._options)
                else:
                    write_deltalake(handle, data, mode="overwrite")
        except WriteConflict:
            return False
        return True


class WriterLease:
    """A held lock, renewed in the background. Made by `hold`."""

    def __init__(self, store: LeaseStore, record: LeaseRecord, lease_seconds: float) -> None:
        self._store = store
        self._record = record
        self._seconds = lease_seconds
        self._changing = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._renew_until_stopped, name="lake-lease", daemon=True)

    @property
    def owner(self) -> str:
        return self._record.owner

    def verify(self) -> None:
        """Raise `LeaseLost` unless the lock is still this writer's. Call it right before a commit."""
        if time.time() < self._record.expires_at - self._seconds / 2:
            return
        self._renew()

    def start(self) -> None:
        self._thread.start()

    def release(self) -> None:
        self._stop.set()
        self._thread.join()
        with self._changing:
            # A swap that fails means another writer already took an expired lease; it is no longer ours to clear.
            self._store.swap(self._record, None)

    def _renew(self) -> None:
        with self._changing:
            renewed = replace(self._record, expires_at=time.time() + self._seconds)
            if not self._store.swap(self._record, renewed):
                raise LeaseLost(
                    f"The writer lock of {self._record.owner!r} ran out and was taken over.",
                    cure="Run the same command again; what was committed is kept.",
                )
            self._record = renewed

    def _renew_until_stopped(self) -> None:
        while not self._stop.wait(self._seconds / 3):
            try:
                self._renew()
            except LeaseLost:
                log.warning("writer lease lost", owner=self._record.owner)
                return
            except CerniqError as error:
                # The storage may come back before the lease runs out; verify() decides.
                log.warning("writer lease not renewed", owner=self._record.owner, error=str(error))


@contextmanager
def hold(store: LeaseStore, owner: str, *, wait: float, lease_seconds: float) -> Iterator[WriterLease]:
    """Acquire, renew while the block runs, release. Raises `LakeLocked` after `wait` seconds."""
    lease = WriterLease(store, _acquire(store, owner, wait, lease_seconds), lease_seconds)
    lease.start()
    try:
        yield lease
    finally:
        lease.release()


def _acquire(store: LeaseStore, owner: str, wait: float, lease_seconds: float) -> LeaseRecord:
    deadline = time.monotonic() + wait
    while True:
        found, now = store.read(), time.time()
        if found is None or not found.is_live(now):
            wanted = LeaseRecord(
                owner=owner,
                host=socket.gethostname(),
                pid=os.getpid(),
                process_start=_process_start(os.getpid()),
                token=uuid.uuid4().hex,
                acquired_at=now,
                expires_at=now + lease_seconds,
            )
            if store.swap(found, wanted):
                if found is not None:
                    log.warning("writer lease taken over", owner=owner, dead=found.holder)
                return wanted
            continue
        if time.monotonic() >= deadline:
            raise LakeLocked(
                f"The lake is being written by {found.holder} for {now - found.acquired_at:.0f} s.",
                cure="Wait until it ends, or stop that process; a dead one's lock is taken over by itself.",
            )
        time.sleep(_POLL_SECONDS)


def _process_start(pid: int) -> float:
    """Start of process `pid` of this host in clock ticks since boot, 0.0 when it is gone.

    Where there is no /proc, 1.0 stands for a process that exists.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return 0.0
    except PermissionError:
        pass  # it exists and belongs to another user
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 1.0
    # proc(5): state and starttime are fields 3 and 22; a zombie writes nothing any more.
    return 0.0 if fields[0] == "Z" else float(fields[19])
