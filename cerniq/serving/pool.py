"""Warm worker processes, each bound to one tenant for life; the owner kills and replaces those that misbehave."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from cerniq.serving.engine import EngineLimits
from cerniq.serving.errors import (
    QueryFailed,
    QueryOutOfMemory,
    QueryTimeout,
    ResultTooLarge,
    ServingUnavailable,
)
from cerniq.serving.wire import Closed, Late, Request, Start, TooLong, read_frame, write_frame
from cerniq.tenancy import TenantId

_PROGRAM = "from cerniq.serving.worker import main; main()"
# What a Python program needs to start. Everything else of the environment (keys, passwords) stays with the owner.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TZ", "HOME", "SYSTEMROOT", "LD_LIBRARY_PATH")
_START_SECONDS = 60.0
# The engine's own limit comes first and leaves the worker alive; killing it is for what the engine does not stop.
_GRACE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one statement may cost, and how many worker processes there may be."""

    memory: str = "1GB"
    threads: int = 2
    seconds: float = 20.0
    rows: int = 1_000_000
    bytes: int = 256 << 20
    address_space: int = 3 << 30
    workers_per_tenant: int = 2
    workers: int = 16

    @property
    def engine(self) -> EngineLimits:
        return EngineLimits(self.memory, self.threads, self.seconds, self.rows, self.bytes)


class BuildGone(Exception):
    """The build was deleted between reading its name and opening it."""


class Worker:
    """One process. Not for two threads at once; `WorkerPool` hands it out to one."""

    def __init__(self, tenant: TenantId, limits: Limits) -> None:
        self.tenant = tenant
        self.idle_since = time.monotonic()
        self._limits = limits
        self._builds: set[Path] = set()
        self._ready = False
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                close_fds=True,
                cwd=os.sep,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            )
        except OSError as error:
            raise _unavailable(str(error)) from error
        if self._process.stdin is None or self._process.stdout is None:
            raise _unavailable("a worker has no pipes")
        self._requests, self._answers = self._process.stdin.fileno(), self._process.stdout.fileno()
        with contextlib.suppress(Closed):  # seen, and told, when the first answer does not come
            write_frame(self._requests, pickle.dumps(Start(limits.engine, limits.address_space)))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: Request) -> tuple[dict[str, Any], bytes]:
        """Header and Arrow IPC stream. Raises what a query may; afterwards `alive` says whether it can go on."""
        self._wait_until_ready()
        self._builds.add(request.build)
        deadline = time.monotonic() + self._limits.seconds + _GRACE_SECONDS
        try:
            write_frame(self._requests, pickle.dumps(request))
            header = json.loads(read_frame(self._answers, deadline=deadline, limit=1 << 20))
            # Twice: alignment and field names come on top of the values that the worker counted.
            body = read_frame(self._answers, deadline=deadline, limit=2 * self._limits.bytes + (1 << 20))
        except Late as error:
            self.kill()
            raise _timeout(self._limits.seconds) from error
        except TooLong as error:
            self.kill()
            raise _too_large(self._limits) from error
        except (Closed, ValueError) as error:
            self.kill()
            raise QueryOutOfMemory(
                "The statement took the whole worker down.", cure="Ask for fewer rows or columns, or aggregate more."
            ) from error
        if "error" in header:
            self._raise(header)
        return header, body

    def _wait_until_ready(self) -> None:
        if self._ready:
            return
        try:
            read_frame(self._answers, deadline=time.monotonic() + _START_SECONDS, limit=1 << 10)
        except (Closed, Late, TooLong) as error:
            self.kill()
            raise _unavailable("a worker process did not start") from error
        self._ready = True

    def _raise(self, header: dict[str, Any]) -> None:
        kind, message = header["error"], header["message"]
        if kind == "gone":
            raise BuildGone(message)
        if kind == "timeout":
            raise _timeout(self._limits.seconds)
        if kind == "too_large":
            raise _too_large(self._limits)
        if kind == "memory":
            self.kill()  # its memory may be in pieces; a fresh one is cheaper than finding out
            raise QueryOutOfMemory(
                f"The statement needs more memory than {self._limits.memory}.",
                cure="Ask for fewer rows or columns, or aggregate more.",
            )
        raise QueryFailed(f"The query failed: {message}", cure="Correct the statement.")

    def kill(self) -> None:
        """End the process at once and take back its leases."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        for build in self._builds:
            for lease in (build / "leases").glob(f"{self.pid}-*.json"):
                lease.unlink(missing_ok=True)


class WorkerPool:
    """Workers of all tenants of this process. Safe for many threads; a worker never changes its tenant."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = threading.Condition()
        self._idle: dict[TenantId, list[Worker]] = {}
        self._counts: dict[TenantId, int] = {}
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm(self, tenant: TenantId) -> None:
        """Start a worker for the tenant, unless there is one; does not wait for it."""
        with self._lock:
            if not self._counts.get(tenant) and not self._closed:
                self._idle.setdefault(tenant, []).append(self._start(tenant))

    @contextlib.contextmanager
    def worker(self, tenant: TenantId) -> Iterator[Worker]:
        """A worker for the time of one query; one that died in it is replaced."""
        worker = self._take(tenant)
        try:
            yield worker
        except BaseException:
            # Whatever went wrong on our side may have left an answer in the pipe: it must not reach the next query.
            if worker.alive and not _is_clean(sys.exception()):
                worker.kill()
            raise
        finally:
            self._give_back(worker)

    def close(self) -> None:
        """Kill all idle workers; those in use are killed when they come back."""
        with self._lock:
            self._closed = True
            for workers in self._idle.values():
                for worker in workers:
                    worker.kill()
            self._idle.clear()
            self._counts.clear()

    def _take(self, tenant: TenantId) -> Worker:
        deadline = time.monotonic() + self.limits.seconds + _GRACE_SECONDS
        with self._lock:
            while True:
                if self._closed:
                    raise _unavailable("it is closed")
                idle = self._idle.get(tenant, [])
                while idle:
                    worker = idle.pop()
                    if worker.alive:
                        return worker
                    self._retire(worker)
                if self._counts.get(tenant, 0) < self.limits.workers_per_tenant and self._make_room():
                    return self._start(tenant)
                if not self._lock.wait(max(0.0, deadline - time.monotonic())) or time.monotonic() > deadline:
                    raise _unavailable("all workers are busy")

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            if self._closed:
                worker.kill()
            elif worker.alive:
                worker.idle_since = time.monotonic()
                self._idle.setdefault(worker.tenant, []).append(worker)
            else:
                self._retire(worker)
                self._idle.setdefault(worker.tenant, []).append(self._start(worker.tenant))
            self._lock.notify_all()

    def _make_room(self) -> bool:
        """Whether one more worker may start; the one that was idle longest gives way."""
        if sum(self._counts.values()) < self.limits.workers:
            return True
        idle = [worker for workers in self._idle.values() for worker in workers]
        if not idle:
            return False
        oldest = min(idle, key=lambda worker: worker.idle_since)
        self._idle[oldest.tenant].remove(oldest)
        self._retire(oldest)
        return True

    def _start(self, tenant: TenantId) -> Worker:
        worker = Worker(tenant, self.limits)
        self._counts[tenant] = self._counts.get(tenant, 0) + 1
        return worker

    def _retire(self, worker: Worker) -> None:
        worker.kill()
        self._counts[worker.tenant] -= 1


def _is_clean(error: BaseException | None) -> bool:
    """Whether `error` is an answer that was read to its end."""
    return isinstance(error, BuildGone | QueryFailed | QueryTimeout | ResultTooLarge | QueryOutOfMemory)


def _timeout(seconds: float) -> QueryTimeout:
    return QueryTimeout(
        f"The statement ran longer than {seconds:g} s and was stopped.", cure="Narrow it, or ask for a shorter period."
    )


def _too_large(limits: Limits) -> ResultTooLarge:
    return ResultTooLarge(
        f"The result has more than {limits.rows:,} rows or {limits.bytes >> 20} MB.",
        cure="Aggregate, or add a LIMIT.",
    )


def _unavailable(why: str) -> ServingUnavailable:
    return ServingUnavailable(f"The query service is not available: {why}.", cure="Try again in a moment.")
