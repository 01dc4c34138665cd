"""The worker process: reads one tenant's marts for its owner, and can be killed at any moment.

Started as a program of its own, never forked: it inherits nothing but two pipes. It ends when its owner
closes the pipe or dies.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cerniq.serving.engine import EngineLimits, TooMany, open_locked, run
from cerniq.serving.lease import drop_lease, take_lease
from cerniq.serving.wire import Closed, Request, Start, read_frame, write_frame

if TYPE_CHECKING:
    import duckdb


class _Reader:
    """The build that is open now, and its lease."""

    def __init__(self, limits: EngineLimits) -> None:
        self._limits = limits
        self._build: Path | None = None
        self._lease: Path | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None

    def answer(self, request: Request) -> tuple[dict[str, Any], bytes]:
        connection = self._opened(request.build)
        table, more = run(connection, request.sql, request.params, limits=self._limits, keep=request.keep)
        return {"ok": True, "rows": table.num_rows, "more": more}, _as_ipc(table)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._lease is not None:
            drop_lease(self._lease)
        self._connection = self._build = self._lease = None

    def _opened(self, build: Path) -> duckdb.DuckDBPyConnection:
        if self._connection is None or self._build != build:
            self.close()
            # The lease first: from then on nobody takes the file away.
            self._lease = take_lease(build)
            self._connection = open_locked(build / "marts.duckdb", self._limits)
            self._build = build
        return self._connection


def main() -> None:
    """Serve requests until the owner is gone."""
    requests, answers = _private_pipes()
    start: Start = pickle.loads(read_frame(requests))  # noqa: S301 - from our own parent process
    _load_engine()
    _limit_address_space(start.address_space)
    reader = _Reader(start.limits)
    write_frame(answers, b'{"ready": true}')
    try:
        while True:
            request: Request = pickle.loads(read_frame(requests))  # noqa: S301 - from our own parent process
            header, body = _answer(reader, request)
            write_frame(answers, json.dumps(header).encode())
            write_frame(answers, body)
    except Closed:
        reader.close()


def _answer(reader: _Reader, request: Request) -> tuple[dict[str, Any], bytes]:
    import duckdb

    try:
        return reader.answer(request)
    except TooMany:
        return {"error": "too_large", "message": ""}, b""
    except (MemoryError, duckdb.OutOfMemoryException) as error:
        return {"error": "memory", "message": _first_line(error)}, b""
    except duckdb.InterruptException:
        return {"error": "timeout", "message": ""}, b""
    except (duckdb.IOException, FileNotFoundError) as error:
        return {"error": "gone", "message": _first_line(error)}, b""
    except (duckdb.Error, OSError, RuntimeError, ValueError, OverflowError) as error:
        # pyarrow reports the engine's failures while a result is read as OSError, RuntimeError or ValueError.
        text = str(error).lower()
        kind = "memory" if "alloc" in text else "timeout" if "execution time" in text else "sql"
        return {"error": kind, "message": _first_line(error)}, b""


def _as_ipc(table: Any) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _private_pipes() -> tuple[int, int]:
    """Take the pipes off 0 and 1, so that nothing the engine prints can be taken for an answer."""
    requests, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    return requests, answers


def _load_engine() -> None:
    import duckdb
    import pyarrow as pa

    # The first query loads the rest of the engine; without it the first person waits for that.
    connection = duckdb.connect()
    if (warm := connection.sql("select 1 as one")) is not None:
        warm.to_arrow_reader().read_all()
    connection.close()
    pa.set_cpu_count(1)


def _limit_address_space(extra: int) -> None:
    # An interrupt does not stop one huge allocation; a limit of the operating system does. Only Linux has the figure.
    if sys.platform != "linux":
        return
    import resource

    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + extra, held + extra))


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:500]
