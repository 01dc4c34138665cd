"""Changes of a slot over a replication connection: COPY BOTH, read as the server sends them."""

from __future__ import annotations

import select
import struct
import time
from typing import TYPE_CHECKING

from ingest.errors import ProtocolBroken, SlotBusy, SourceRefused, SourceUnreachable
from ingest.postgres.connect import connect_replication
from ingest.postgres.pgoutput import Decoder

if TYPE_CHECKING:
    from collections.abc import Sequence

_PG_EPOCH_SECONDS = 946_684_800
_STATUS = struct.Struct(">cqqqqb")
_KEEPALIVE = struct.Struct(">cqqb")
_LOG_DATA, _ALIVE = ord("w"), ord("k")
_LOG_HEADER = 25  # the kind, start, end and clock
_STATUS_SECONDS = 10.0


class ReplicationStream:
    """Gathers whole transactions into `decoder` until told to stop; confirms only what it is told is durable."""

    def __init__(self, dsn: str, slot: str, publications: Sequence[str], *, application: str) -> None:
        """Start streaming at the slot's confirmed position. Raises `SlotBusy`, `SourceRefused`, `SourceUnreachable`."""
        self.decoder = Decoder()
        self.server_position = 0
        self._confirmed = 0
        self._told_at = time.monotonic()
        self._connection = connect_replication(dsn, application=application)
        names = ",".join(f'"{name}"' for name in publications)
        command = f"START_REPLICATION SLOT \"{slot}\" LOGICAL 0/0 (proto_version '1', publication_names '{names}')"
        from psycopg import pq

        result = self._connection.exec_(command.encode())
        if result.status != pq.ExecStatus.COPY_BOTH:
            message = result.error_message.decode(errors="replace").strip().partition("\n")[0]
            self._connection.finish()
            if "is active for PID" in message:
                raise SlotBusy(f"The slot {slot} is in use: {message}", cure="Stop the other ingest of this tenant.")
            raise SourceRefused(
                f"The stream was refused: {message}", cure="Run again; if it stays, add the source anew."
            )

    def read(self, *, until: int, max_changes: int, max_bytes: int, seconds: float) -> bool:
        """Gather until the server has sent all up to `until`, or the batch is large, or `seconds` have passed.

        Returns whether `until` is reached; never ends inside a transaction. Raises `SourceUnreachable`.
        """
        deadline = time.monotonic() + seconds
        decoder = self.decoder
        while True:
            payload = self._next(deadline)
            if payload is None:
                return False
            if payload[0] == _LOG_DATA:
                decoder.feed(payload[_LOG_HEADER:])
                if decoder.in_transaction:
                    continue
                self.server_position = max(self.server_position, decoder.batch.end_lsn)
            elif payload[0] == _ALIVE:
                self._keepalive(payload)
                if decoder.in_transaction:
                    continue
            if self.server_position >= until:
                return True
            batch = decoder.batch
            if batch.changes >= max_changes or batch.size >= max_bytes or time.monotonic() > deadline:
                return False

    def _next(self, deadline: float) -> bytes | None:
        """The next message; None when `deadline` passes between two transactions. Raises `SourceUnreachable`."""
        while True:
            got, data = self._connection.get_copy_data(1)
            if got > 0:
                return bytes(data)
            if got < 0:
                raise SourceUnreachable(self._fault(), cure="Run the same command again: it goes on.")
            self._tell_now_and_then()
            left = deadline - time.monotonic()
            if left <= 0 and not self.decoder.in_transaction:
                return None
            readable, _, _ = select.select([self._connection.socket], [], [], min(max(left, 0.05), 1.0))
            if readable:
                self._consume()

    def _consume(self) -> None:
        from psycopg import OperationalError

        try:
            self._connection.consume_input()
        except OperationalError as error:
            raise SourceUnreachable(
                f"The stream broke: {str(error).strip().partition(chr(10))[0]}",
                cure="Run the same command again: it goes on.",
            ) from error

    def confirm(self, position: int) -> None:
        """Tell the server that everything up to `position` is durable here; it may forget it."""
        self._confirmed = max(self._confirmed, position)
        self._tell()

    def close(self) -> None:
        """End the stream and wait until the server has let go of the slot."""
        from psycopg import OperationalError

        try:
            self._connection.put_copy_end()
            while self._connection.get_copy_data(0)[0] > 0:
                pass  # what was under way is sent again next time
            self._connection.get_result()
        except OperationalError:
            pass  # the server went first; nothing was confirmed that is not durable
        finally:
            self._connection.finish()

    def _keepalive(self, payload: bytes) -> None:
        _, position, _, wants_answer = _KEEPALIVE.unpack(payload)
        self.server_position = max(self.server_position, position)
        if not self.decoder.in_transaction and not self.decoder.batch.commit_lsns:
            # Nothing is under way: an idle source may forget its log up to here.
            self._confirmed = max(self._confirmed, position)
        if wants_answer:
            self._tell()

    def _tell_now_and_then(self) -> None:
        if time.monotonic() - self._told_at > _STATUS_SECONDS:
            self._tell()

    def _tell(self) -> None:
        clock = int((time.time() - _PG_EPOCH_SECONDS) * 1_000_000)
        place = self._confirmed
        self._connection.put_copy_data(_STATUS.pack(b"r", place, place, place, clock, 0))
        self._connection.flush()
        self._told_at = time.monotonic()

    def _fault(self) -> str:
        message = self._connection.error_message.decode(errors="replace").strip().partition("\n")[0]
        if not message:
            raise ProtocolBroken("The server ended the stream.", cure="Run the same command again: it goes on.")
        return f"The stream broke: {message}"
