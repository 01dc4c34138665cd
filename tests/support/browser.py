"""A real Chromium and a running dashboard server, for browser tests, screenshots and benchmarks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

APP = Path(__file__).parents[2] / "dashboards" / "app.py"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_START_SECONDS = 60.0


def find_chromium() -> str | None:
    """The browser on this machine: CERNIQ_CHROMIUM, else Debian's place, else the PATH."""
    named = os.environ.get("CERNIQ_CHROMIUM")
    candidates = [named] if named else ["/usr/bin/chromium", *filter(None, map(shutil.which, _NAMES))]
    return next((path for path in candidates if Path(path).exists()), None)


@contextmanager
def browser(executable: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            yield running
        finally:
            running.close()


def settle(page: Page) -> None:
    """Wait until the page's script has ended and what it drew has stopped moving.

    Streamlit says on its root element whether a script runs; a run that has not begun says the same as one that ended,
    so the state must hold for a moment.
    """
    page.get_by_test_id("stApp").wait_for()
    page.wait_for_function(_QUIET)


# In the browser: the script is not running and nothing of the page's text has changed for half a second.
_QUIET = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const state = app.dataset.testScriptState + app.querySelectorAll("*").length + app.innerText.length;
  const now = performance.now();
  if (state !== window.cerniqSeen || !state.startsWith("notRunning") || app.querySelectorAll("h1").length === 0) {
    window.cerniqSeen = state;
    window.cerniqSince = now;
  }
  return now - window.cerniqSince > 500;
}"""


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The dashboards of `home` on a free port of this machine; yields their address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home / "dashboards.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(APP), "--server.port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "CERNIQ_HOME": str(home)},
        )
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The dashboards did not start:\n{log.read_text(errors='replace')}")
