"""What a source can do wrong, and what its owner can do about it. No message carries a password or a row's value."""

from __future__ import annotations

from cerniq.errors import PermanentError, TransientError


class SourceUnreachable(TransientError):
    """The database does not answer, or the connection broke."""


class SourceRefused(PermanentError):
    """The database answers and refuses: login, rights or settings are wrong."""


class ReplicationOff(SourceRefused):
    """The server does not write what logical replication needs (`wal_level`)."""


class PoolerAddress(SourceRefused):
    """The address is a connection pooler's, not the server's."""


class RowsFiltered(SourceRefused):
    """Row security would hide rows of a table from this role."""


class SlotTaken(PermanentError):
    """A slot or publication of our name is another installation's."""


class SlotBusy(TransientError):
    """Another process reads our slot right now."""


class ProtocolBroken(TransientError):
    """The stream ended or said something that the protocol does not know."""


class ValueDoesNotLand(PermanentError):
    """A value has no exact form in the column's landing type; the table is stopped, never rounded."""

    def __init__(self, message: str, *, column: str) -> None:
        super().__init__(message, cure="Correct the value at the source, or widen the column in the contract.")
        self.column = column


class TablesStopped(PermanentError):
    """Some tables could not go on; the others did."""
