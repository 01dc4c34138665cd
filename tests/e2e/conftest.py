"""One small installation and one browser for all browser tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cerniq.postgres_server import PostgresServer
from cerniq.settings import Settings
from tests.support.browser import browser, find_chromium, served
from tests.support.demo_home import make

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def chromium() -> str:
    found = find_chromium()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("No Chromium: install it (apt-get install chromium) or name it in CERNIQ_CHROMIUM.")
        pytest.skip("no Chromium on this machine, so browser tests do not run")
    return found


@pytest.fixture(scope="session")
def demo_home(chromium: str, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CERNIQ_HOME of two simulated companies that went the whole way; not made when no browser could look at it."""
    settings = Settings(home=tmp_path_factory.mktemp("demo"))
    make(settings, postgres, scale=0.05, months=13)
    return settings.home


@pytest.fixture(scope="session")
def dashboards(demo_home: Path) -> Iterator[str]:
    with served(demo_home) as address:
        yield address


@pytest.fixture(scope="session")
def running_browser(chromium: str) -> Iterator[Browser]:
    from playwright.sync_api import expect

    # The first page of a server loads what all later ones share.
    expect.set_options(timeout=30_000)
    with browser(chromium) as running:
        yield running


@pytest.fixture
def page(running_browser: Browser) -> Iterator[Page]:
    context = running_browser.new_context(viewport={"width": 1440, "height": 1000}, locale="ro-RO")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()
