"""Shows how far each company is: a live table on a terminal, plain lines elsewhere; always on standard error."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import click

from cerniq.cli.demo_tenant import STEPS


@dataclass(slots=True)
class Lane:
    """One company: what it does now, since when, and the seconds of what it has done."""

    name: str
    doing: str = ""
    detail: str = ""
    since: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)


class DemoProgress:
    """A context around the demo; `begin`, `detail` and `end` come from the companies' processes."""

    def __init__(self, names: list[str]) -> None:
        self._lanes = {name: Lane(name) for name in names}
        self._started = time.monotonic()
        self._live = _terminal_view(self) if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()

    def begin(self, name: str, step: str) -> None:
        lane = self._lanes[name]
        lane.doing, lane.detail, lane.since = step, "", time.monotonic()

    def detail(self, name: str, text: str) -> None:
        self._lanes[name].detail = text

    def end(self, name: str, step: str, seconds: float) -> None:
        lane = self._lanes[name]
        # Dagster reports a step's time; a step that ran twice counts both.
        lane.seconds[step] = lane.seconds.get(step, 0.0) + seconds
        lane.doing, lane.detail = "", ""
        if self._live is None:
            elapsed = time.monotonic() - self._started
            click.echo(f"{elapsed:6.1f} s  {name:<14} {STEPS.get(step, step)}: {seconds:.1f} s", err=True)

    def steps(self, name: str) -> dict[str, float]:
        """Seconds by step, in the order of their end."""
        return {step: round(seconds, 2) for step, seconds in self._lanes[name].seconds.items()}

    def rows(self) -> list[tuple[str, str, str]]:
        """What the terminal shows: company, step, seconds."""
        shown = []
        for lane in self._lanes.values():
            done = f"{len(lane.seconds)}/{len(STEPS)}"
            what = " ".join(part for part in (STEPS.get(lane.doing, lane.doing), lane.detail) if part)
            shown.append((lane.name, f"{done}  {what}", f"{time.monotonic() - lane.since:.0f} s" if lane.doing else ""))
        return shown


def _terminal_view(progress: DemoProgress):  # type: ignore[no-untyped-def]
    from rich.console import Console
    from rich.live import Live
    from rich.table import Table

    def view() -> Table:
        table = Table.grid(padding=(0, 2))
        for row in progress.rows():
            table.add_row(*row)
        return table

    return Live(get_renderable=view, console=Console(stderr=True), refresh_per_second=4, transient=True)
