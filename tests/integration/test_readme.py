"""The README's first results, as a reader would get them from a finished demo."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

from tests.integration import demo
from tests.integration.conftest import FinishedDemo

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
TABLE_COMMANDS = re.findall(r"`uv run (cerniq (?:sql|doctor|d406)[^`]*)`", README)


def test_each_command_of_the_table_of_first_results_works(finished_demo: FinishedDemo, tmp_path: Path) -> None:
    assert {command.split()[1] for command in TABLE_COMMANDS} == {"sql", "doctor", "d406"}
    # The README names a month of its own; the demo here ends with another one.
    month = finished_demo.report["tenants"][0]["month"]
    for command in TABLE_COMMANDS:
        _, *arguments = shlex.split(re.sub(r"20\d\d-\d\d", month, command))
        done = subprocess.run(
            demo.command(*arguments),
            env=demo.environment(finished_demo.home),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
