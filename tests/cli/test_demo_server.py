"""The demo's PostgreSQL ends with the last command that uses it."""

from __future__ import annotations

import pytest

from cerniq.cli.demo import embedded_server
from cerniq.postgres_server import PostgresServer
from cerniq.settings import Settings


@pytest.fixture(autouse=True)
def _removed(settings: Settings):  # type: ignore[no-untyped-def]
    yield
    PostgresServer.remove(settings.postgres_dir)


def test_two_users_share_it_and_the_last_one_stops_it(settings: Settings) -> None:
    with embedded_server(settings) as first:
        with embedded_server(settings) as second:
            assert second.port == first.port
        assert PostgresServer.running(settings.postgres_dir) is not None
    assert PostgresServer.running(settings.postgres_dir) is None


def test_one_that_a_killed_command_left_running_is_stopped_by_the_next(settings: Settings) -> None:
    PostgresServer.start(settings.postgres_dir)
    with embedded_server(settings):
        assert PostgresServer.running(settings.postgres_dir) is not None
    assert PostgresServer.running(settings.postgres_dir) is None
