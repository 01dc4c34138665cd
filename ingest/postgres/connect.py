"""Connections to a source, and its errors in words that help. Passwords never reach a message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cerniq.control import mask_dsn, parse_dsn
from ingest.errors import ReplicationOff, SourceRefused, SourceUnreachable

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGconn

# Text form of values as the decoders expect it, whatever the role or database has set.
_OPTIONS = "-c datestyle=ISO -c timezone=UTC -c intervalstyle=postgres -c extra_float_digits=1 -c row_security=off"
_CONNECT_SECONDS = "10"

# libpq gives no SQLSTATE for a connection that failed, only the server's English text.
_REFUSALS = (
    ("password authentication failed", "The login is refused.", "Correct user and password of the DSN."),
    ("no password supplied", "The server asks for a password.", "Add it to the DSN, or use a passfile."),
    ("no pg_hba.conf entry", "The server lets nobody in from here.", "Add a line for this host to pg_hba.conf."),
    ("role", "The role of the DSN does not exist or may not log in.", "Create it: CREATE ROLE … LOGIN REPLICATION."),
    ("database", "The database of the DSN does not exist.", "Correct the database's name in the DSN."),
)


def conninfo(dsn: str, *, replication: bool = False, application: str = "cerniq") -> str:
    """The DSN with what every session of ours needs. Raises `InvalidDsn`."""
    from psycopg.conninfo import make_conninfo

    parameters = parse_dsn(dsn)
    options = " ".join(filter(None, (parameters.get("options"), _OPTIONS)))
    wanted = {"options": options, "application_name": application, "client_encoding": "UTF8"}
    wanted.setdefault("connect_timeout", parameters.get("connect_timeout", _CONNECT_SECONDS))
    if replication:
        wanted["replication"] = "database"
    return make_conninfo("", **{**parameters, **wanted})


def connect(dsn: str, *, application: str = "cerniq") -> psycopg.Connection[tuple[object, ...]]:
    """An autocommit session. Raises `InvalidDsn`, `SourceRefused`, `SourceUnreachable`."""
    import psycopg

    try:
        return psycopg.connect(conninfo(dsn, application=application), autocommit=True)
    except psycopg.OperationalError as error:
        raise _explained(str(error), dsn) from None  # the cause may repeat the connection string


def connect_replication(dsn: str, *, application: str) -> PGconn:
    """A raw replication session, blocking. Raises as `connect`."""
    from psycopg import pq

    connection = pq.PGconn.connect(conninfo(dsn, replication=True, application=application).encode())
    if connection.status != pq.ConnStatus.OK:
        message = connection.error_message.decode(errors="replace")
        connection.finish()
        raise _explained(message, dsn)
    return connection


def _explained(message: str, dsn: str) -> SourceRefused | SourceUnreachable:
    where = mask_dsn(dsn)
    if "FATAL" in message:
        if "wal_level" in message:
            return replication_off()
        for sign, explanation, cure in _REFUSALS:
            if sign in message and ("does not exist" in message or sign not in ("role", "database")):
                return SourceRefused(f"{explanation} ({where})", cure=cure)
    reason = message.strip().splitlines()[-1] if message.strip() else "no answer"
    return SourceUnreachable(
        f"The database does not answer: {reason} ({where})",
        cure="Check that it runs and can be reached, then try again.",
    )


def replication_off(level: str = "") -> ReplicationOff:
    found = f" (wal_level is {level})" if level else ""
    return ReplicationOff(
        f"The server does not keep what logical replication needs{found}.",
        cure="Run ALTER SYSTEM SET wal_level = 'logical'; and restart the server.",
    )


@contextmanager
def source_errors() -> Iterator[None]:
    """Turn psycopg's errors into `SourceUnreachable` or `SourceRefused` with the right to grant."""
    import psycopg

    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        raise SourceRefused(
            f"The role of the DSN may not do this: {_primary(error)}.",
            cure="Grant it the right that the message names, or let the owner of the tables create the publication.",
        ) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise SourceUnreachable(
            f"The connection to the database failed: {_primary(error)}.", cure="Run the same command again: it goes on."
        ) from error
    except psycopg.Error as error:
        raise SourceRefused(
            f"The database refused: {_primary(error)}.", cure="See the server's log for the statement."
        ) from error


def _primary(error: psycopg.Error) -> str:
    # The detail line of some errors quotes a row, so only the primary message is shown.
    return (error.diag.message_primary or str(error).strip().partition("\n")[0]).rstrip(".")
