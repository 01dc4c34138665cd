"""A process killed with SIGKILL at any step: the next run goes on, nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict

import pytest

from ingest.failpoints import VARIABLE
from tests.support.source import SCHEMA, Tenant

RUN = """
import json, sys
from cerniq.control import SourceRecord
from cerniq.lake import Lake
from cerniq.settings import Settings
from cerniq.tenancy import TenantId
from ingest.run import ingest

values = json.loads(sys.argv[1])
source = SourceRecord(**{**values, "tenant": TenantId(values["tenant"]["value"])})
ingest(Lake.open(Settings.load(), source.tenant), source)
"""


def slow(place: str) -> object:
    """A place that only the full run of the suite visits: each one costs a process of its own."""
    return pytest.param(place, marks=pytest.mark.slow)


SNAPSHOT_PLACES = [
    slow("snapshot.after_slot"),
    slow("bronze.before_append:2"),
    slow("bronze.after_append"),
    "snapshot.after_bronze_table:2",
    slow("silver.between_tables"),
    "silver.before_cut",
]
STREAM_PLACES = [
    slow("bronze.before_append"),
    slow("bronze.after_append"),
    "stream.between_tables",
    slow("stream.between_tables:2"),
    "stream.before_confirm",
    slow("stream.after_confirm"),
    "silver.between_tables",
    slow("silver.before_cut"),
]


def run_killed(tenant: Tenant, place: str) -> None:
    """Run an ingest in a process of its own that dies at `place`."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(asdict(tenant.source))],
        env={**os.environ, VARIABLE: place},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, f"{place} was not passed: {done.stderr[-2000:]}"


def change(tenant: Tenant, round_number: int) -> None:
    """Three transactions over several tables."""
    first = round_number * 10 + 1
    tenant.commit(
        f"update {SCHEMA}.contacts set amount = amount + 1 where id between {first} and {first + 4}",
        f"delete from {SCHEMA}.notes where contact_id = {round_number}",
        f"insert into {SCHEMA}.events values ({1000 + round_number}, 'killed')",
    )
    tenant.commit(f"update {SCHEMA}.contacts set id = id + 100000 where id = {first + 5}")
    tenant.commit(
        f"insert into {SCHEMA}.contacts (id) values ({5000 + round_number})",
        f"insert into {SCHEMA}.notes values ({5000 + round_number}, 1, 'n')",
    )


@pytest.mark.parametrize("place", SNAPSHOT_PLACES)
def test_killed_during_the_first_snapshot(tenants: tuple[Tenant, Tenant], place: str) -> None:
    first, second = tenants
    second.ingest()
    run_killed(first, place)
    change(first, 1)
    first.ingest()
    for tenant in tenants:
        tenant.assert_same()
    events = first.lake.table("bronze", "crm", "events").read(["at"]).column("at").to_pylist()
    assert sorted(events) == [1, 2, 3, 4, 5, 1001]


@pytest.mark.parametrize("place", STREAM_PLACES)
def test_killed_while_changes_arrive(tenants: tuple[Tenant, Tenant], place: str) -> None:
    first, second = tenants
    for tenant in tenants:
        tenant.ingest()
    change(first, 1)
    run_killed(first, place)
    change(first, 2)
    change(second, 1)
    for tenant in tenants:
        tenant.ingest()
        tenant.assert_same()
    events = first.lake.table("bronze", "crm", "events").read(["at"]).column("at").to_pylist()
    assert sorted(events) == [1, 2, 3, 4, 5, 1001, 1002]


@pytest.mark.slow
def test_killed_again_and_again(tenants: tuple[Tenant, Tenant]) -> None:
    first, second = tenants
    second.ingest()
    for number, place in enumerate(["bronze.after_append:2", "stream.between_tables", "silver.before_cut"], start=1):
        change(first, number)
        run_killed(first, place)
    first.ingest()
    for tenant in tenants:
        tenant.assert_same()


def test_a_reader_sees_the_old_cut_until_the_new_one_is_whole(tenants: tuple[Tenant, Tenant]) -> None:
    for tenant in tenants:
        tenant.ingest()
        cut = tenant.lake.read_json("silver", "current.json")
        assert cut is not None
        pinned = {name: entry["version"] for name, entry in cut["tables"].items()}
        change(tenant, 1)
        run_killed(tenant, "silver.between_tables")
        assert tenant.lake.read_json("silver", "current.json") == cut
        notes = tenant.lake.table("silver", "crm", "notes")
        assert notes.row_count(pinned["crm.notes"]) == cut["tables"]["crm.notes"]["rows"]
        tenant.ingest()
        after = tenant.lake.read_json("silver", "current.json")
        assert after is not None
        assert after["lsn_int"] > cut["lsn_int"]
