"""Wall time of `cerniq demo` by step, as its user runs it: the first run and the second one.

    uv run python benchmarks/demo.py [--scale 1] [--months 24]

Process starts, imports and the embedded server are included. Prints the figures and appends a JSON line to
benchmarks/results/demo.jsonl.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks._report import report  # noqa: E402
from cerniq.postgres_server import PostgresServer  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="1")
    parser.add_argument("--months", default="24")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cerniq-bench-") as folder:
        home = Path(folder)
        try:
            first, first_seconds = demo(home, "--scale", arguments.scale, "--months", arguments.months)
            _, second_seconds = demo(home)
        finally:
            PostgresServer.remove(home / "postgres")
    report("demo", figures(arguments, first, first_seconds, second_seconds))


def demo(home: Path, *options: str) -> tuple[dict[str, Any], float]:
    """The summary of one run and its wall time in seconds."""
    started = time.perf_counter()
    done = subprocess.run(
        [str(Path(sys.executable).with_name("cerniq")), "demo", "--json", *options],
        env={**os.environ, "CERNIQ_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found, time.perf_counter() - started


def figures(arguments: argparse.Namespace, first: dict[str, Any], seconds: float, second: float) -> dict[str, Any]:
    steps = {
        f"{tenant['tenant']}_{step}_seconds": taken
        for tenant in first["tenants"]
        for step, taken in tenant["steps"].items()
    }
    return {
        "scale": float(arguments.scale),
        "months": int(arguments.months),
        "journal_lines": sum(tenant["journal_lines"] for tenant in first["tenants"]),
        "first_run_seconds": round(seconds, 1),
        "second_run_seconds": round(second, 1),
        "peak_memory_of_largest_process_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        **steps,
    }


if __name__ == "__main__":
    main()
