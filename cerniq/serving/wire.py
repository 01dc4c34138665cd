"""Frames between a worker and its owner over two pipes.

A request is one pickled frame (the owner is trusted). An answer is a JSON frame and an Arrow IPC frame: an engine that
people's SQL runs in must not be able to make its owner unpickle anything.
"""

from __future__ import annotations

import os
import select
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cerniq.serving.engine import EngineLimits

_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Start:
    """The first frame. `address_space`: bytes beyond what the process holds once everything is loaded."""

    limits: EngineLimits
    address_space: int


@dataclass(frozen=True, slots=True)
class Request:
    """`build` is the directory of the build to read; `keep` the number of rows that are wanted at most."""

    build: Path
    sql: str
    params: Any
    keep: int | None


class Closed(Exception):
    """The other end is gone."""


class TooLong(Exception):
    """A frame is larger than the reader takes."""


class Late(Exception):
    """The deadline passed."""


def write_frame(handle: int, payload: bytes) -> None:
    """Raises `Closed`."""
    view = memoryview(_LENGTH.pack(len(payload)) + payload)
    try:
        while view:
            view = view[os.write(handle, view) :]
    except OSError as error:
        raise Closed from error


def read_frame(handle: int, *, deadline: float | None = None, limit: int | None = None) -> bytes:
    """One frame. `deadline` is a `time.monotonic()`. Raises `Closed`, `Late`, `TooLong`."""
    (length,) = _LENGTH.unpack(_read_exactly(handle, _LENGTH.size, deadline))
    if limit is not None and length > limit:
        raise TooLong(length)
    return _read_exactly(handle, length, deadline)


def _read_exactly(handle: int, count: int, deadline: float | None) -> bytes:
    buffer = bytearray()
    while len(buffer) < count:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([handle], [], [], left)[0]:
                raise Late
        chunk = os.read(handle, min(count - len(buffer), 1 << 20))
        if not chunk:
            raise Closed
        buffer += chunk
    return bytes(buffer)
