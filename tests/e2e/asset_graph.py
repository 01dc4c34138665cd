"""`python -m tests.e2e.asset_graph [URL]`: pictures of Dagster's asset graph into docs/images.

URL is the address of a Dagster that `cerniq up` runs over a finished demo.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.browser import browser, find_chromium

OUT = Path(__file__).parents[2] / "docs" / "images"
_DRAWN_MILLISECONDS = 6000


def take(executable: str, url: str) -> None:
    """The groups of the graph, and one asset with what its last materialisation said."""
    with browser(executable) as running:
        page = running.new_page(viewport={"width": 1500, "height": 620})
        for name, path in (
            ("asset-graph", "/asset-groups/"),
            ("asset-trial-balance", "/assets/marts/finance/rpt_trial_balance?view=overview"),
        ):
            page.goto(url + path)
            page.wait_for_timeout(_DRAWN_MILLISECONDS)
            skip = page.get_by_role("button", name="Skip")
            if skip.count():
                skip.click()
                page.wait_for_timeout(1000)
            page.screenshot(path=OUT / f"{name}.png")


if __name__ == "__main__":
    found = find_chromium()
    if found is None:
        sys.exit("No Chromium here; set CERNIQ_CHROMIUM to one.")
    take(found, sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:3000")
