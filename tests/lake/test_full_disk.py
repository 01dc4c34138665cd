"""A disk that is full while the lake is written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from cerniq.lake import DiskFull, Lake
from cerniq.tenancy import TenantId

SCHEMA = pa.schema([pa.field("noise", pa.binary())])


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 kB; only root may mount one."""
    mounted = tmp_path / "disk"
    mounted.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(mounted)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small file system")
    yield mounted
    subprocess.run(["umount", str(mounted)], check=True)


def test_a_full_disk_is_named_and_the_write_can_be_repeated(
    tiny_disk: Path, two_tenants: tuple[TenantId, TenantId]
) -> None:
    first, second = (
        Lake(str(tiny_disk), tenant, storage_options={}, scratch=tiny_disk / "scratch") for tenant in two_tenants
    )
    small = pa.table({"noise": [b"x"]}, schema=SCHEMA)
    first.table("bronze", "t").append(small, schema=SCHEMA)
    ballast = tiny_disk / "ballast"
    ballast.write_bytes(os.urandom(250_000))
    large = pa.table({"noise": [os.urandom(1000) for _ in range(300)]}, schema=SCHEMA)

    with pytest.raises(DiskFull, match=r"is full.*Free space"):
        first.table("bronze", "t").append(large, schema=SCHEMA)
    with pytest.raises(DiskFull):
        second.write_json({"noise": "x" * 300_000}, "state.json")

    assert first.table("bronze", "t").row_count() == 1
    assert second.read_json("state.json") is None
    ballast.unlink()
    second.write_json({"ok": True}, "state.json")
    assert second.read_json("state.json") == {"ok": True}
    assert isinstance(first.tenant, TenantId)
