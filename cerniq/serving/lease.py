"""Lease files: who reads a build now, so that nobody deletes it meanwhile.

`<build>/leases/<pid>-<n>.json` is written before the build is opened and removed after it is closed. A lease whose
process is gone counts for nothing, so a killed worker holds nothing back.
"""

from __future__ import annotations

import itertools
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

_numbers = itertools.count(1)


def take_lease(build: Path) -> Path:
    """Raises `FileNotFoundError` when the build is not there."""
    folder = build / "leases"
    # Only the last step is made: creating the build's own directory would bring a deleted build back as a shell.
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
    lease = folder / f"{os.getpid()}-{next(_numbers)}.json"
    content = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat()}
    lease.write_text(json.dumps(content), encoding="utf-8")
    return lease


def drop_lease(lease: Path) -> None:
    lease.unlink(missing_ok=True)


def live_leases(build: Path) -> list[Path]:
    """Leases of processes that still run; stale ones are removed."""
    live = []
    for lease in sorted((build / "leases").glob("*.json")):
        if _is_running(lease):
            live.append(lease)
        else:
            drop_lease(lease)
    return live


def _is_running(lease: Path) -> bool:
    try:
        os.kill(int(lease.name.split("-")[0]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's process: it is there
    except ValueError:
        return False
    return True
