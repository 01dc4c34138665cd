"""One small demo for all tests that only look at what it left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cerniq.postgres_server import PostgresServer
from cerniq.settings import Settings
from tests.integration import demo


@dataclass(frozen=True, slots=True)
class FinishedDemo:
    home: Path
    report: dict[str, Any]

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home)

    @property
    def tenants(self) -> list[str]:
        return [tenant["tenant"] for tenant in self.report["tenants"]]

    def gold(self, tenant: str, mart: str, model: str) -> str:
        return str(self.home / "lake" / tenant / "gold" / mart / model)


@pytest.fixture(scope="session")
def finished_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FinishedDemo]:
    home = tmp_path_factory.mktemp("demo")
    try:
        yield FinishedDemo(home, demo.run(home, *demo.SMALL))
    finally:
        PostgresServer.remove(home / "postgres")
