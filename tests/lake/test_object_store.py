"""A lake on object storage behaves as one on disk; the store here is an S3 server on the loopback interface."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from cerniq.lake import Lake, LakeLocked
from cerniq.settings import Settings
from cerniq.tenancy import TenantId

SCHEMA = pa.schema([pa.field("id", pa.int64(), nullable=False), pa.field("name", pa.string())])


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Settings]:
    # A process of its own: delta-rs keeps the interpreter lock while it waits, and would starve a server thread.
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    endpoint = f"http://127.0.0.1:{port}"
    _wait_until_up(endpoint)
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/lake", method="PUT"), timeout=10).close()
    options = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "eu-central-1",
        "AWS_ALLOW_HTTP": "true",
        "AWS_CONDITIONAL_PUT": "etag",
    }
    yield Settings(home=tmp_path, lake_url="s3://lake/suite", storage_options=options)
    server.terminate()
    server.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(endpoint: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(endpoint, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.fixture
def lakes(remote: Settings) -> tuple[Lake, Lake]:
    return Lake.open(remote, TenantId("comert-demo")), Lake.open(remote, TenantId("fabrica-demo"))


def test_tables_of_two_tenants_stay_apart_and_a_replay_is_skipped(lakes: tuple[Lake, Lake]) -> None:
    ours, theirs = (lake.table("bronze", "iwms", "products") for lake in lakes)
    rows = pa.table({"id": [1, 2], "name": ["a", "b"]}, schema=SCHEMA)
    ours.append(rows, schema=SCHEMA, app_transaction=("stream", 7))
    ours.append(rows, schema=SCHEMA, app_transaction=("stream", 7))
    assert ours.read().num_rows == 2
    assert not theirs.exists()
    assert all("comert-demo" in file for file in ours.files())


def test_a_document_is_replaced_whole(lakes: tuple[Lake, Lake]) -> None:
    ours, theirs = lakes
    assert ours.read_json("silver", "current.json") is None
    ours.write_json({"lsn": "0/1"}, "silver", "current.json")
    ours.write_json({"lsn": "0/2"}, "silver", "current.json")
    assert ours.read_json("silver", "current.json") == {"lsn": "0/2"}
    assert theirs.read_json("silver", "current.json") is None


def test_a_second_writer_is_refused_and_another_tenant_is_not(lakes: tuple[Lake, Lake]) -> None:
    ours, theirs = lakes
    with ours.writer("ingest"):
        with pytest.raises(LakeLocked, match="ingest"), ours.writer("build"):
            pass
        with theirs.writer("build"):
            pass
    with ours.writer("build"):
        pass


def test_secrets_of_the_store_are_not_shown(remote: Settings) -> None:
    assert "AWS_SECRET_ACCESS_KEY" not in repr(remote)
