"""Runs `cerniq demo` as its user does, in a process of its own, and reads what it printed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SMALL = ("--scale", "0.05", "--months", "3")


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CERNIQ_")}
    return {**kept, "CERNIQ_HOME": str(home)}


def command(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("cerniq")), *arguments]


def run(home: Path, *arguments: str) -> dict[str, Any]:
    """The JSON summary of a demo that went to its end; the demo's own words when it did not."""
    done = subprocess.run(
        command("demo", *arguments, "--json"), env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def kill_when(home: Path, *arguments: str, reached: Callable[[str], bool]) -> bool:
    """Start a demo and kill it, children too, at the first line of progress that `reached` accepts.

    Returns whether it was killed; False when it came to its end before.
    """
    process = subprocess.Popen(
        command("demo", *arguments),
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    with process.stderr:
        for line in process.stderr:
            if reached(line):
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return True
    process.wait()
    return False


def totals(report: dict[str, Any]) -> list[dict[str, Any]]:
    """What two demos of the same plan must agree on."""
    names = ("tenant", "month", "journal_lines", "revenue_ron", "revenue_all_months_ron", "trial_balance")
    return [
        {**{name: tenant[name] for name in names}, "d406": (tenant["d406"]["valid"], tenant["d406"]["rows"])}
        for tenant in report["tenants"]
    ]
