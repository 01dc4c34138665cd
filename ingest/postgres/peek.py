"""The same stream by SQL alone, for servers that take no replication connection from us (some proxies, some hosts).

`pg_logical_slot_peek_binary_changes` gives whole transactions whatever limit it is given, and decodes again from the
slot's restart position each time, so this is the fallback. A peek consumes nothing: the slot moves by `confirm`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.lsn import format_lsn
from ingest.postgres.connect import source_errors
from ingest.postgres.pgoutput import Decoder

if TYPE_CHECKING:
    import psycopg

_PEEK = """
select data from pg_logical_slot_peek_binary_changes(
    %s, %s, %s, 'proto_version', '1', 'publication_names', %s)
"""
_IDLE_SECONDS = 0.25
_XIDS = 1 << 32


class PeekStream:
    """As `ReplicationStream`, over an ordinary session."""

    def __init__(self, connection: psycopg.Connection[Any], slot: str, publications: Sequence[str]) -> None:
        self.decoder = Decoder()
        self._connection = connection
        self._slot = slot
        self._publications = ",".join(f'"{name}"' for name in publications)
        with source_errors():
            row = connection.execute(
                "select (confirmed_flush_lsn - '0/0')::bigint from pg_replication_slots where slot_name = %s", [slot]
            ).fetchone()
        self._confirmed = int(row[0]) if row else 0

    def read(self, *, until: int, max_changes: int, max_bytes: int, seconds: float) -> bool:
        """As `ReplicationStream.read`; `max_bytes` cannot be kept, as the server does not cut by size."""
        deadline = time.monotonic() + seconds
        limit = format_lsn(until) if until < 1 << 63 else None
        while True:
            with source_errors():
                rows = self._connection.execute(
                    _PEEK, [self._slot, limit, max_changes, self._publications], binary=True
                ).fetchall()
            for (payload,) in rows:
                self.decoder.feed(bytes(payload))
            if rows:
                return self.decoder.batch.end_lsn >= until
            if limit is not None:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(_IDLE_SECONDS)

    def confirm(self, position: int) -> None:
        """Move the slot on; the server refuses to move it back, so that is not asked."""
        if position > self._confirmed:
            with source_errors():
                self._connection.execute(
                    "select pg_replication_slot_advance(%s, %s)", [self._slot, format_lsn(position)]
                )
            self._confirmed = position

    def close(self) -> None:
        """The session is the capture's."""


@dataclass(frozen=True, slots=True)
class Visible:
    """Which transactions a snapshot showed, where it could not be tied to a position of the log.

    `snapshot` is pg_current_snapshot()'s text; no transaction whose commit lies behind `until` is in it.
    """

    snapshot: str
    until: int

    def shows(self, xid: int, commit_lsn: int) -> bool:
        """Whether the rows of that transaction are in the snapshot already; `xid` as the stream gives it, 32 bits."""
        if commit_lsn > self.until:
            return False
        low, high, running = self.snapshot.split(":")
        lowest, highest = int(low), int(high)
        behind = (highest - xid) % _XIDS
        full = highest - behind if behind < _XIDS // 2 else highest + _XIDS - behind
        return full < lowest or (full < highest and str(full) not in running.split(","))
