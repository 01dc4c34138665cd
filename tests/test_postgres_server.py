"""The embedded PostgreSQL of the demo and the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cerniq.postgres_server import PostgresServer


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "postgres"
    PostgresServer.remove(tmp_path / "postgres")


def test_starting_twice_uses_the_server_that_runs_and_data_survive_a_restart(directory: Path) -> None:
    server = PostgresServer.start(directory)
    assert PostgresServer.start(directory) == server
    dsn = server.create_database("one_tenant")
    server.create_database("other_tenant")
    with psycopg.connect(dsn) as connection:
        connection.execute("create table kept as select 1 as id")
        assert connection.execute("show wal_level").fetchone() == ("logical",)
        assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
    server.stop()
    assert PostgresServer.running(directory) is None

    # The port is the same unless another program of this machine took it meanwhile, so the DSNs are asked for anew.
    again = PostgresServer.start(directory)

    dsn, other = again.dsn("one_tenant"), again.dsn("other_tenant")
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select id from kept").fetchone() == (1,)
    with psycopg.connect(other) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("select id from kept")
    again.drop_database("one_tenant")
    with pytest.raises(psycopg.OperationalError, match="one_tenant"):
        psycopg.connect(dsn)


def test_nobody_gets_in_without_the_password(directory: Path) -> None:
    server = PostgresServer.start(directory)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.dsn().replace(server.password, "guess"))


def test_removing_leaves_nothing_behind(directory: Path) -> None:
    server = PostgresServer.start(directory)
    PostgresServer.remove(directory)
    assert not server.data.exists()
    assert not directory.exists()
    assert PostgresServer.running(directory) is None
