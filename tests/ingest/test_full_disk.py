"""The lake's disk fills up while changes arrive."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cerniq.lake import DiskFull, Lake
from tests.support.source import SCHEMA, Tenant


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 20 MB; only root may mount one."""
    mounted = tmp_path / "disk"
    mounted.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(mounted)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small file system")
    yield mounted
    subprocess.run(["umount", str(mounted)], check=True)


def test_a_full_disk_loses_nothing_and_the_next_run_goes_on(tenants: tuple[Tenant, Tenant], small_disk: Path) -> None:
    moved = [
        Tenant(Lake(str(small_disk), t.source.tenant, storage_options={}, scratch=small_disk / "x"), t.source)
        for t in tenants
    ]
    for tenant in moved:
        tenant.ingest()
    ballast = small_disk / "ballast"
    ballast.write_bytes(os.urandom(18_000_000))
    noise = "(select string_agg(md5(g::text || contacts.id), '') from generate_series(1, 600) g)"
    for tenant in moved:
        tenant.commit(f"update {SCHEMA}.contacts set name = {noise}", f"delete from {SCHEMA}.notes where line = 1")
    with pytest.raises(DiskFull, match="Free space"):
        moved[0].ingest()
    ballast.write_bytes(b"")
    for tenant in moved:
        tenant.ingest()
        tenant.assert_same()
