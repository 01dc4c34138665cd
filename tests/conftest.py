"""Fixtures for every test: a home of its own, two tenants with their lakes, one embedded PostgreSQL a session."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from cerniq.lake import Lake
from cerniq.postgres_server import PostgresServer
from cerniq.settings import Settings
from cerniq.tenancy import TenantId


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an installation in a temporary home."""
    for name in ("CERNIQ_LAKE_URL", "CERNIQ_CONTROL_URL", "CERNIQ_STORAGE_OPTIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CERNIQ_HOME", str(tmp_path / "home"))
    return Settings.load()


@pytest.fixture
def two_tenants() -> tuple[TenantId, TenantId]:
    return TenantId("comert-nord"), TenantId("mobila-sud")


@pytest.fixture
def two_lakes(settings: Settings, two_tenants: tuple[TenantId, TenantId]) -> tuple[Lake, Lake]:
    first, second = two_tenants
    return Lake.open(settings, first), Lake.open(settings, second)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """One PostgreSQL for the session, with `wal_level=logical`; it goes with everything in it."""
    directory = tmp_path_factory.mktemp("postgres")
    try:
        yield PostgresServer.start(directory)
    finally:
        PostgresServer.remove(directory)


@pytest.fixture
def two_databases(postgres: PostgresServer) -> Iterator[tuple[str, str]]:
    """The DSNs of two empty databases, one a tenant, dropped with their slots afterwards."""
    names = [f"tenant_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    first, second = (postgres.create_database(name) for name in names)
    try:
        yield first, second
    finally:
        for name in names:
            postgres.drop_database(name)
