"""Fixtures for every test: a home of its own, two tenants with their lakes, one embedded PostgreSQL a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from cerniq.lake import Lake
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
