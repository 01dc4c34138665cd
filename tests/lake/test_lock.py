"""The one-writer lock: refused to a second writer, taken over from a dead one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from cerniq.lake import Lake, LakeLocked, LeaseLost
from cerniq.lake.lock import DeltaLeaseStore, FileLeaseStore, LeaseStore, hold

HOLD_FOREVER = """
import sys, time
from cerniq.lake import Lake
from cerniq.settings import Settings
from cerniq.tenancy import TenantId
with Lake.open(Settings.load(), TenantId(sys.argv[1])).writer("elsewhere"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(params=["file", "delta"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> LeaseStore:
    if request.param == "file":
        return FileLeaseStore(tmp_path / "writer.json")
    return DeltaLeaseStore(str(tmp_path / "writer_lease"), {})


def test_a_second_writer_is_refused_and_told_who_holds_it(two_lakes: tuple[Lake, Lake]) -> None:
    first, second = two_lakes
    with first.writer("ingest"):
        refusal = pytest.raises(LakeLocked, match=rf"ingest \(process {os.getpid()} on .*\) for 0 s")
        with refusal, first.writer("build"):
            pass
        with second.writer("build"):
            pass
    with first.writer("build"):
        pass


def test_a_killed_writers_lock_is_taken_over(two_lakes: tuple[Lake, Lake]) -> None:
    first, second = two_lakes
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD_FOREVER, str(first.tenant)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    with pytest.raises(LakeLocked, match="elsewhere"), first.writer("ingest"):
        pass
    with second.writer("ingest"):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    with first.writer("ingest") as lease:
        lease.verify()


def test_an_expired_lease_of_another_host_is_taken_over_and_the_old_holder_told(store: LeaseStore) -> None:
    with hold(store, "one", wait=0, lease_seconds=60) as lease:
        held = store.read()
        assert held is not None
        elsewhere = replace(held, host="another-host", expires_at=time.time() + 0.3)
        assert store.swap(held, elsewhere)
        with pytest.raises(LakeLocked, match="another-host"), hold(store, "two", wait=0, lease_seconds=60):
            pass
        with hold(store, "two", wait=5, lease_seconds=60), pytest.raises(LeaseLost, match="'one'"):
            lease._renew()
        assert store.read() is None


def test_the_lease_is_renewed_while_it_is_held(store: LeaseStore) -> None:
    with hold(store, "slow", wait=0, lease_seconds=0.6) as lease:
        time.sleep(1.5)
        with pytest.raises(LakeLocked), hold(store, "other", wait=0, lease_seconds=0.6):
            pass
        lease.verify()
    assert store.read() is None


def test_only_one_of_two_swaps_of_one_record_wins(store: LeaseStore) -> None:
    with hold(store, "one", wait=0, lease_seconds=60):
        record = store.read()
        assert record is not None
        assert store.swap(record, replace(record, token="a"))
        assert not store.swap(record, replace(record, token="b"))
        assert store.swap(replace(record, token="a"), record)
