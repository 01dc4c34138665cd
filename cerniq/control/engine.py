"""Opens the control database and keeps SQLAlchemy's errors out of the rest of the code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
)

from cerniq.control.errors import ControlUnavailable
from cerniq.control.schema import SCHEMA_VERSION, metadata, schema_version
from cerniq.errors import PermanentError, UsageError

_BUSY_SECONDS = 30
_NOT_A_DATABASE = "file is not a database"


def open_engine(url: str) -> Engine:
    """An engine whose tables exist. Raises `UsageError`, `PermanentError` or `ControlUnavailable`."""
    engine = _sqlite(url) if url.startswith("sqlite") else _server(url)
    with control_errors(engine):
        _prepare(engine)
    return engine


@contextmanager
def control_errors(engine: Engine) -> Iterator[None]:
    """Turn what the driver raises into errors a user can act on. Constraint violations pass: callers know them."""
    where = engine.url.render_as_string(hide_password=True)
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        if _NOT_A_DATABASE in str(error.orig):
            raise PermanentError(
                f"{where} is not a control database.",
                cure="Restore it from a backup, or move it away to start anew.",
            ) from error
        raise ControlUnavailable(
            f"The control database {where} does not answer: {str(error.orig).strip().splitlines()[0]}.",
            cure="Check that it runs, that its disk has room, and CERNIQ_CONTROL_URL; then try again.",
        ) from error


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        _make_private(Path(path))
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _make_private(path: Path) -> None:
    """Connection strings lie in this file: only its owner may read it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise PermanentError(
            f"{path.parent} cannot be written: {error.strerror}.",
            cure="Point CERNIQ_HOME to a directory you may write to.",
        ) from error


def _on_connect(connection: object, _record: object) -> None:
    # The driver's own transaction handling starts too late; `_on_begin` starts them instead.
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on"):
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    # Taking the write lock at once waits for another writer; taking it later fails with a stale snapshot.
    connection.exec_driver_sql("begin immediate")


def _server(url: str) -> Engine:
    try:
        # psycopg 3 is the driver we install; a plain URL would ask for psycopg 2.
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise UsageError(
            "CERNIQ_CONTROL_URL is not a database URL.",
            cure="Write sqlite:////path/control.db or postgresql://USER:PASSWORD@HOST/DATABASE.",
        ) from error


def _prepare(engine: Engine) -> None:
    if inspect(engine).has_table(schema_version.name):
        with engine.connect() as connection:
            found = connection.execute(select(schema_version.c.version)).scalar()
        if found == SCHEMA_VERSION:
            return
        if found is not None and found > SCHEMA_VERSION:
            raise PermanentError(
                f"The control database was written by a newer Cerniq (schema {found}, this one knows "
                f"{SCHEMA_VERSION}).",
                cure="Upgrade Cerniq.",
            )
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
            if connection.execute(select(schema_version.c.version)).first() is None:
                connection.execute(insert(schema_version).values(version=SCHEMA_VERSION))
    except (IntegrityError, DatabaseError):
        # Another process prepared it at the same moment; then its version row is there.
        with engine.connect() as connection:
            if connection.execute(select(schema_version.c.version)).scalar() != SCHEMA_VERSION:
                raise
