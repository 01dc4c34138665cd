"""How soon a page is painted: warm page loads and filter changes of the dashboards in a real browser.

    uv run python benchmarks/dashboard.py [--home DIR] [--rounds 15] [--tenant comert-demo]

`--home` is a CERNIQ_HOME with published marts (`cerniq demo`); without it a small one is made first. Load: from the
navigation to the last element that the page draws, in a new tab, on a warm server with a warm browser cache. Filter:
from the press of a period on the overview, or the choice of another month of the trial balance, until the page shows
it. Times are the browser's own clock, looked at every frame. Prints a row a figure and appends one JSON line to
benchmarks/results/dashboard.jsonl.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._report import report
from tests.support import demo_home
from tests.support.browser import browser, find_chromium, served, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# page, and what is drawn last on it
LOADS = {
    "overview": ("", "[data-testid=stVegaLiteChart]", 4),
    "trial balance": ("trial-balance", "tfoot tr", 1),
    "forecast": ("forecast", "tbody tr", 6),
    "filings": ("filings", "[data-testid=stDownloadButton], [data-testid=stAlert]", 1),
}
_DRAWN = """([selector, count]) => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((one) => one.shadowRoot ? all(one.shadowRoot) : [])
    .concat([...root.querySelectorAll(selector)]);
  const idle = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning";
  return idle && all(document).length >= count;
}"""


def measure(running: Browser, address: str, tenant: str, rounds: int) -> dict[str, list[float]]:
    """Milliseconds by figure, one a round; a first round warms up and is not kept."""
    found: dict[str, list[float]] = {}
    # One context: the browser keeps the application's own files from the first round, as it does for people.
    context = running.new_context(viewport={"width": 1440, "height": 1000})
    for number in range(rounds + 1):
        for name, (path, selector, count) in LOADS.items():
            page = context.new_page()
            page.goto(f"{address}/{path}?tenant={tenant}&role=accountant&lang=en", wait_until="commit")
            page.wait_for_function(_DRAWN, arg=[selector, count], timeout=60_000)
            elapsed = page.evaluate("performance.now()")
            if number:
                found.setdefault(f"load {name}", []).append(elapsed)
            page.close()
    context.close()
    for name, change in (("overview period", _change_period), ("trial balance month", _change_month)):
        context = running.new_context(viewport={"width": 1440, "height": 1000})
        page = context.new_page()
        times = change(page, address, tenant, rounds + 1)
        found[f"filter {name}"] = times[1:]
        context.close()
    return found


def _change_period(page: Page, address: str, tenant: str, rounds: int) -> list[float]:
    page.goto(f"{address}/?tenant={tenant}&role=accountant&lang=en")
    settle(page)
    choices = ("3 months", "6 months", "12 months", "Month")
    times = []
    for number in range(rounds):
        label = choices[number % len(choices)]
        times.append(_until_changed(page, page.get_by_role("radio", name=label, exact=True).click))
        settle(page)
    return times


def _change_month(page: Page, address: str, tenant: str, rounds: int) -> list[float]:
    page.goto(f"{address}/trial-balance?tenant={tenant}&role=accountant&lang=en")
    settle(page)
    times = []
    for number in range(rounds):
        page.get_by_role("combobox").first.click()
        option = page.get_by_role("option").nth(1 + number % 6)
        times.append(_until_changed(page, option.click))
        settle(page)
    return times


def _until_changed(page: Page, act: Callable[[], None]) -> float:
    """From the act to the end of the script run that it starts."""
    page.evaluate(
        """() => {
          window.cerniqRan = false;
          window.cerniqDone = 0;
          const clicked = () => { window.cerniqClicked = performance.now(); };
          document.addEventListener("click", clicked, { once: true, capture: true });
          const look = () => {
            const running = document.querySelector("[data-testid=stApp]").dataset.testScriptState === "running";
            window.cerniqRan ||= running;
            if (window.cerniqRan && !running) window.cerniqDone = performance.now();
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }"""
    )
    act()
    page.wait_for_function("window.cerniqDone > 0", timeout=30_000)
    return float(page.evaluate("window.cerniqDone - window.cerniqClicked"))


def summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "median_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
        "rounds": len(ordered),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--tenant", default="comert-demo")
    options = parser.parse_args()
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium: install it (apt-get install chromium) or name it in CERNIQ_CHROMIUM.")
    with tempfile.TemporaryDirectory() as made:
        home = options.home or Path(made)
        if options.home is None:
            demo_home.main(home)
        with served(home.absolute()) as address, browser(executable) as running:
            figures = {
                name: summary(times)
                for name, times in measure(running, address, options.tenant, options.rounds).items()
            }
            chromium = running.version
    report("dashboard", {**figures, "chromium": chromium, "streamlit": version("streamlit")})


if __name__ == "__main__":
    main()
