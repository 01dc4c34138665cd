"""How long a build of the marts takes: silver to published file, tests of the marts included, then gold.

    uv run python benchmarks/build.py [--scale 1] [--months 24] [--copies 1] [--runs 3]

Silver is a simulated trading company's history, written directly. `first` is the first build of the process (imports
of dbt and parsing of the project in it), `build` the best of the runs after it, `unchanged` a build of the same cut,
`gold` the first export to Delta, `gold again` an export without changes. Appends one JSON line to
benchmarks/results/build.jsonl.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.simulated_silver import write_simulated_silver
from cerniq.lake import Lake
from cerniq.settings import Settings
from cerniq.simulation import demo_plans
from cerniq.warehouse import BuildReport, build, export_gold
from cerniq.warehouse.builds import build_file

RESULTS = Path(__file__).parent / "results" / "build.jsonl"
# A fixed month, so that two runs of this script measure the same company.
LAST_DAY = date(2026, 11, 1)


def timed[T](work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


def measure(lake: Lake, runs: int) -> dict[str, Any]:
    report, first = timed(lambda: build(lake))
    again: list[tuple[BuildReport, float]] = [timed(lambda: build(lake, full_refresh=True)) for _ in range(runs)]
    report, best = min(again, key=lambda run: run[1])
    _, unchanged = timed(lambda: build(lake))
    newest = again[-1][0]
    _, gold = timed(lambda: export_gold(lake, newest.build_id))
    _, gold_again = timed(lambda: export_gold(lake, newest.build_id))
    return {
        "journal_lines": report.models["finance.fct_journal_line"],
        "rows_of_all_marts": sum(report.models.values()),
        "models": len(report.models),
        "tests": len(report.tests),
        "first_seconds": round(first, 2),
        "build_seconds": round(best, 2),
        "unchanged_seconds": round(unchanged, 4),
        "gold_seconds": round(gold, 2),
        "gold_again_seconds": round(gold_again, 2),
        "file_mb": round(build_file(lake, newest.build_id).stat().st_size / 1e6, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    plan = demo_plans(scale=given.scale, months=given.months, today=LAST_DAY)[0]
    with tempfile.TemporaryDirectory() as home:
        lake = Lake.open(Settings(home=Path(home)), plan.tenant)
        write_simulated_silver(lake, plan, copies=given.copies)
        line = {
            "benchmark": "build",
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "cores": os.cpu_count(),
            "libraries": {name: version(name) for name in ("duckdb", "dbt-core", "dbt-duckdb", "deltalake")},
            **vars(given),
            **measure(lake, given.runs),
        }
    for name, value in line.items():
        print(f"{name:<20} {value}")
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
