"""`python -m tests.e2e.screenshots [HOME]`: a picture of each page into docs/images.

HOME is a CERNIQ_HOME that `cerniq demo` or `python -m tests.support.demo_home` made; without it a small one is made.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support import demo_home
from tests.support.browser import browser, find_chromium, served, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OUT = Path(__file__).parents[2] / "docs" / "images"
# file, path, language, colour scheme, buttons to press on the way, height
SHOTS = (
    ("overview-ro", "", "ro", "light", (), 1500),
    ("overview-en-dark", "", "en", "dark", (), 1500),
    ("trial-balance-ro", "trial-balance", "ro", "light", (), 1000),
    ("account-ro", "trial-balance", "ro", "light", (r"^4111$",), 1000),
    ("document-ro", "trial-balance", "ro", "light", (r"^4111$", r"^VAN-"), 1000),
    ("document-en-dark", "trial-balance", "en", "dark", (r"^4111$", r"^VAN-"), 1000),
    ("forecast-en", "forecast", "en", "light", (), 1120),
    ("filings-ro", "filings", "ro", "light", (), 620),
)
_TENANT = "comert-demo"


def take(running: Browser, address: str, out: Path) -> list[Path]:
    """All pictures, and the sign-in; returns their files."""
    out.mkdir(parents=True, exist_ok=True)
    files = []
    warm = running.new_page()
    warm.goto(f"{address}/?tenant={_TENANT}&role=accountant")
    settle(warm)
    warm.close()
    for name, path, language, scheme, presses, height in SHOTS:
        context = running.new_context(viewport={"width": 1440, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/{path}?tenant={_TENANT}&role=accountant&lang={language}")
        _settle(page)
        for pattern in presses:
            page.get_by_role("button", name=re.compile(pattern)).first.click()
            _settle(page)
        files.append(_shoot(page, out / f"{name}.png"))
        context.close()
    context = running.new_context(viewport={"width": 1000, "height": 560})
    page = context.new_page()
    page.goto(address)
    _settle(page)
    files.append(_shoot(page, out / "sign-in-ro.png"))
    context.close()
    return files


def _settle(page: Page) -> None:
    settle(page)
    page.wait_for_timeout(1_000)  # charts grow to their width


def _shoot(page: Page, path: Path) -> Path:
    page.mouse.move(0, 0)
    page.screenshot(path=str(path))
    return path


def main(home: Path) -> None:
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium: install it (apt-get install chromium) or name it in CERNIQ_CHROMIUM.")
    with served(home) as address, browser(executable) as running:
        for file in take(running, address, OUT):
            sys.stderr.write(f"{file}\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]).absolute())
    else:
        with tempfile.TemporaryDirectory() as made:
            demo_home.main(Path(made))
            main(Path(made))
