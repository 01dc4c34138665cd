"""Workers: killed when they must be, replaced at once, on the new build as soon as there is one."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from pathlib import Path

import pytest

from cerniq.lake import Lake
from cerniq.serving import (
    Limits,
    Principal,
    QueryOutOfMemory,
    QueryTimeout,
    ResultTooLarge,
    Serving,
    WorkerPool,
    live_leases,
)
from tests.serving.builds import publish

SLOW = "select count(*) as n from range(4000000000) as a(x), range(1000) as b(y) where (a.x * b.y) % 7 = 3"
BOMB = "select length(repeat('x', 2000000000)) as n"
LIST_BOMB = "select length(string_agg(repeat('x', 1000000) || x, '')) as n from range(5000) as t(x)"


def test_a_slow_statement_is_stopped_and_the_next_one_runs(two_servings: tuple[Serving, Serving]) -> None:
    for serving in two_servings:
        begun = time.monotonic()
        with pytest.raises(QueryTimeout, match="3 s"):
            serving.query(SLOW)
        assert time.monotonic() - begun < 6
        assert serving.query("select 1 as one").column("one").to_pylist() == [1]


@pytest.mark.parametrize("bomb", [BOMB, LIST_BOMB])
def test_a_memory_bomb_ends_its_worker_only(two_servings: tuple[Serving, Serving], bomb: str) -> None:
    first, second = two_servings
    begun = time.monotonic()
    with pytest.raises((QueryOutOfMemory, ResultTooLarge)):
        first.query(bomb)
    assert time.monotonic() - begun < 5
    for serving in (first, second):
        assert serving.query("select 1 as one").column("one").to_pylist() == [1]


def test_a_result_that_is_too_large_is_refused_with_a_cure(two_servings: tuple[Serving, Serving]) -> None:
    with pytest.raises(ResultTooLarge) as caught:
        two_servings[0].query("select * from range(60000)")
    assert "LIMIT" in caught.value.cure
    with pytest.raises((ResultTooLarge, QueryOutOfMemory)):
        two_servings[1].query("select repeat('x', 100000) as x from range(40000)")


def test_a_killed_worker_is_replaced(two_lakes: tuple[Lake, Lake]) -> None:
    first, second = two_lakes
    publish(first, build_id="a1", secret="only-north")
    publish(second, build_id="b1", secret="only-south")
    with WorkerPool(Limits(memory="200MB", threads=1)) as pool:
        one = Serving(first, Principal(first.tenant, "analyst"), pool=pool)
        two = Serving(second, Principal(second.tenant, "analyst"), pool=pool)
        pids = {serving: _pid(serving) for serving in (one, two)}
        os.kill(pids[one], signal.SIGKILL)
        time.sleep(0.1)
        assert _pid(one) != pids[one]
        assert _pid(two) == pids[two]
        assert one.query("select 1 as one").num_rows == 1


def test_a_reader_moves_to_the_new_build_and_leaves_the_old_one(two_lakes: tuple[Lake, Lake], pool: WorkerPool) -> None:
    for lake in two_lakes:
        old = publish(lake, build_id="one", secret="old").parent
        serving = Serving(lake, Principal(lake.tenant, "analyst"), pool=pool)
        assert _secret(serving) == ("old", "one")
        assert len(live_leases(old)) == 1
        new = publish(lake, build_id="two", secret="new").parent
        assert _secret(serving) == ("new", "two")
        assert live_leases(old) == []
        assert len(live_leases(new)) == 1
        shutil.rmtree(old)
        assert _secret(serving) == ("new", "two")


def test_a_reader_never_waits_for_a_build_that_is_being_written(two_lakes: tuple[Lake, Lake], pool: WorkerPool) -> None:
    import duckdb

    lake = two_lakes[0]
    publish(lake, build_id="one", secret="old")
    serving = Serving(lake, Principal(lake.tenant, "analyst"), pool=pool)
    serving.query("select 1")
    with duckdb.connect(str(lake.local_dir("builds", "two") / "marts.duckdb")) as writer:
        writer.execute("begin; create table big as select range as x from range(1000000)")
        begun = time.monotonic()
        assert _secret(serving) == ("old", "one")
        assert time.monotonic() - begun < 1


def test_a_stale_lease_counts_for_nothing(two_lakes: tuple[Lake, Lake], pool: WorkerPool) -> None:
    for lake in two_lakes:
        build = publish(lake, build_id="one", secret="s").parent
        serving = Serving(lake, Principal(lake.tenant, "analyst"), pool=pool)
        serving.query("select 1")
        dead = build / "leases" / "999999999-1.json"
        dead.write_text("{}")
        assert dead not in live_leases(build)
        assert not dead.exists()


def test_closing_the_pool_gives_back_all_leases_and_processes(two_lakes: tuple[Lake, Lake]) -> None:
    pool = WorkerPool(Limits(memory="200MB", threads=1))
    builds: list[Path] = []
    pids: list[int] = []
    for lake in two_lakes:
        builds.append(publish(lake, build_id="one", secret="s").parent)
        serving = Serving(lake, Principal(lake.tenant, "analyst"), pool=pool)
        serving.query("select 1")
        pids.append(_pid(serving))
    pool.close()
    assert [live_leases(build) for build in builds] == [[], []]
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_many_threads_of_two_tenants_get_their_own_answers(two_servings: tuple[Serving, Serving]) -> None:
    wrong: list[object] = []

    def ask(serving: Serving, own: str) -> None:
        for number in range(15):
            row = serving.query(
                "select max(description) as d, ? as n from finance.fct_journal_line", [number]
            ).to_pylist()[0]
            if row != {"d": own, "n": number}:
                wrong.append(row)

    threads = [
        threading.Thread(target=ask, args=(serving, own))
        for serving, own in zip(two_servings, ("only-north", "only-south"), strict=True)
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_worker_sees_nothing_of_its_owners_environment(
    two_lakes: tuple[Lake, Lake], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CERNIQ_CONTROL_URL", "postgresql://u:secret@db/x")
    with WorkerPool(Limits(memory="200MB", threads=1)) as pool:
        for lake in two_lakes:
            publish(lake, build_id="one", secret="s")
            serving = Serving(lake, Principal(lake.tenant, "analyst"), pool=pool)
            environment = Path(f"/proc/{_pid(serving)}/environ")
            if not environment.exists():
                pytest.skip("only Linux shows the environment of a process")
            assert b"CERNIQ" not in environment.read_bytes()


def _pid(serving: Serving) -> int:
    """The process that answers next."""
    serving.query("select 1")
    with serving._pool.worker(serving.principal.tenant) as worker:
        return worker.pid


def _secret(serving: Serving) -> tuple[str, str]:
    table = serving.query("select max(description) as d from finance.fct_journal_line")
    return table.column("d").to_pylist()[0], table.schema.metadata[b"cerniq.build"].decode()
