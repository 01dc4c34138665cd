"""A service started by us: its own process group, its output in a log file, ended for certain."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

_GRACE_SECONDS = 10.0


class Child:
    """A process and all that it starts. Made by `started`."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @classmethod
    @contextmanager
    def started(cls, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> Iterator[Self]:
        """Run `command` while the block runs; its output is added to `log`."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            # A group of its own: Ctrl-C reaches us alone, and one signal reaches whatever the child has started.
            process = subprocess.Popen(
                list(command),
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        child = cls(name, process, log)
        try:
            yield child
        finally:
            child.stop()

    def ended(self) -> int | None:
        """Its exit status when it has ended, else None."""
        return self._process.poll()

    def stop(self) -> None:
        """Ask the group to end; after the grace period end it. `dagster dev` was seen to ignore the question."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE_SECONDS)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: int) -> None:
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return  # the whole group is gone
