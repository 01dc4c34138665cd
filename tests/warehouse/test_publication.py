"""Builds are published whole or not at all, and readers never notice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from cerniq.lake import Lake
from cerniq.settings import Settings
from cerniq.warehouse import (
    BuildSuperseded,
    BuildUnknown,
    NothingToBuild,
    ProjectBroken,
    Published,
    build,
    published,
)
from cerniq.warehouse.builds import build_file, is_leased, lease, prune, write_published
from tests.marts.ledger import A, trader
from tests.support.silver import write_silver


def _one_more_bank_fee(lake: Lake, *, lsn: int) -> None:
    tables = trader()
    entries, lines = list(tables[A + "journal_entries"]), list(tables[A + "journal_lines"])
    entries.append({"id": 500, "journal_id": 4, "number": "N500", "entry_date": "2025-03-03"})
    for number, (account, debit, credit) in enumerate((("607", 5, 0), ("5121", 0, 5))):
        lines.append(
            {
                "id": 500 + number,
                "entry_id": 500,
                "account_code": account,
                "debit_ron": debit,
                "credit_ron": credit,
                "currency": "RON",
            }
        )
    write_silver(lake, {A + "journal_entries": entries, A + "journal_lines": lines}, lsn=lsn)


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    ((rows,),) = connection.execute("select count(*) from finance.fct_journal_line").fetchall()
    return int(rows)


def _current(lake: Lake) -> Published:
    found = published(lake)
    assert found is not None
    return found


def _builds(lake: Lake) -> set[str]:
    return {path.name for path in lake.local_dir("builds").iterdir() if path.is_dir()}


def test_each_tenant_gets_its_own_marts(two_silvers: tuple[Lake, Lake]) -> None:
    first, second = two_silvers
    reports = [build(lake) for lake in two_silvers]
    assert [report.models["finance.fct_journal_line"] for report in reports] == [len(trader()[A + "journal_lines"]), 6]
    with duckdb.connect(str(build_file(second, reports[1].build_id)), read_only=True) as connection:
        accounts = connection.execute(
            "select list(account_code order by account_code) from finance.dim_account"
        ).fetchall()
    assert accounts == [(["1012", "121", "5121", "627"],)]
    with pytest.raises(BuildUnknown):
        build_file(first, reports[1].build_id)


def test_a_published_file_holds_nothing_but_the_marts(two_silvers: tuple[Lake, Lake]) -> None:
    lake, _ = two_silvers
    report = build(lake)
    with duckdb.connect(str(build_file(lake, report.build_id)), read_only=True) as connection:
        schemas = connection.execute(
            "select distinct schema_name from duckdb_schemas() where not internal and database_name = 'marts'"
        ).fetchall()
        views = connection.execute("select count(*) from duckdb_views() where not internal").fetchall()
    assert {name for (name,) in schemas} - {"main"} == {"company", "finance", "sales", "stock"}
    assert views == [(0,)]
    assert set(report.tests.values()) == {"pass"}
    assert {result.name for result in report.results if result.kind == "model"} >= set(report.models)


def test_an_unchanged_cut_publishes_nothing_again(two_silvers: tuple[Lake, Lake]) -> None:
    lake, _ = two_silvers
    first = build(lake)
    again = build(lake)
    assert (again.build_id, again.published, again.models) == (first.build_id, False, first.models)
    refreshed = build(lake, full_refresh=True)
    assert refreshed.published
    assert refreshed.build_id != first.build_id
    assert refreshed.models == first.models


def test_a_reader_keeps_the_build_that_it_has_open_while_the_next_is_published(two_silvers: tuple[Lake, Lake]) -> None:
    lake, other = two_silvers
    first, neighbour = build(lake), build(other)
    path = build_file(lake, first.build_id)
    counts: list[int] = []
    stop = threading.Event()

    def read() -> None:
        with lease(path.parent, "reader"), duckdb.connect(str(path), read_only=True) as connection:
            while not stop.is_set():
                counts.append(_count(connection))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        _one_more_bank_fee(lake, lsn=2)
        second = build(lake)
    finally:
        stop.set()
        reader.join()
    assert set(counts) == {first.models["finance.fct_journal_line"]}
    assert second.models["finance.fct_journal_line"] == first.models["finance.fct_journal_line"] + 2
    assert _current(lake).build_id == second.build_id
    assert _current(other).build_id == neighbour.build_id
    assert _builds(lake) == {first.build_id, second.build_id}
    prune(lake, second.build_id)
    assert _builds(lake) == {second.build_id}


def test_a_lease_of_a_dead_process_holds_nothing_back(two_silvers: tuple[Lake, Lake]) -> None:
    lake, _ = two_silvers
    first = build(lake)
    directory = build_file(lake, first.build_id).parent
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (directory / "leases" / f"{gone.pid}-1.json").write_text("{}")
    assert not is_leased(directory)
    (directory / "leases" / f"{os.getpid()}-1.json").write_text("{}")
    assert is_leased(directory)


def test_a_build_that_was_killed_leaves_the_one_before_and_is_swept_away(
    two_silvers: tuple[Lake, Lake], settings: Settings
) -> None:
    lake, _ = two_silvers
    first = build(lake)
    _one_more_bank_fee(lake, lsn=2)
    script = (
        "import os, cerniq.warehouse.building as building\n"
        "from cerniq.lake import Lake; from cerniq.settings import Settings; from cerniq.tenancy import TenantId\n"
        "building._publish = lambda lake, release: os.kill(os.getpid(), 9)\n"
        f"building.build(Lake.open(Settings.load(), TenantId({str(lake.tenant)!r})))\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "CERNIQ_HOME": str(settings.home)}, check=False
    )
    assert killed.returncode == -9
    assert _current(lake).build_id == first.build_id
    assert len(_builds(lake)) == 2
    second = build(lake)
    assert second.published
    assert _builds(lake) == {second.build_id}


def test_an_older_cut_does_not_replace_a_newer_one(
    two_silvers: tuple[Lake, Lake], monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, _ = two_silvers
    first = build(lake)
    newer = Published(
        **{
            **{name: getattr(_current(lake), name) for name in Published.__slots__},
            "lsn_int": 9,
            "lsn": "0/9",
            "fingerprint": "another",
        }
    )
    write_published(lake, newer)
    with pytest.raises(BuildSuperseded, match="0/9"):
        build(lake)
    assert _current(lake) == newer
    assert _builds(lake) == {first.build_id}


def test_selected_models_are_rebuilt_beside_the_others(two_silvers: tuple[Lake, Lake]) -> None:
    lake, _ = two_silvers
    first = build(lake)
    report = build(lake, select="fct_journal_line")
    assert report.published
    assert report.models == first.models
    assert [result.name for result in report.results if result.name in report.models] == ["finance.fct_journal_line"]


def test_a_selection_never_mixes_two_cuts(two_silvers: tuple[Lake, Lake]) -> None:
    lake, _ = two_silvers
    first = build(lake)
    _one_more_bank_fee(lake, lsn=2)
    report = build(lake, select="fct_journal_line")
    assert report.lsn == "0/2"
    assert report.models["finance.rpt_trial_balance"] > first.models["finance.rpt_trial_balance"]
    assert not build(lake).published


def test_a_selector_that_names_nothing_is_refused(two_silvers: tuple[Lake, Lake]) -> None:
    lake, _ = two_silvers
    first = build(lake)
    with pytest.raises(ProjectBroken, match="no_such_model"):
        build(lake, select="no_such_model")
    assert _current(lake).build_id == first.build_id
    assert _builds(lake) == {first.build_id}


def test_tables_that_never_came_are_empty_marts(two_lakes: tuple[Lake, Lake]) -> None:
    lake, other = two_lakes
    write_silver(lake, {name: rows for name, rows in trader().items() if name.startswith(A)})
    report = build(lake)
    assert report.models["sales.fct_invoice_line"] == 0
    assert report.models["stock.rpt_stock_on_hand"] == 0
    with pytest.raises(NothingToBuild, match="mobila-sud"):
        build(other)


def test_a_build_reads_the_versions_of_its_cut_and_nothing_newer(two_silvers: tuple[Lake, Lake]) -> None:
    lake, _ = two_silvers
    cut = lake.read_json("silver", "current.json")
    assert cut is not None
    _one_more_bank_fee(lake, lsn=2)
    # Ingest has merged the next cut but not published it yet.
    lake.write_json(cut, "silver", "current.json")
    report = build(lake)
    assert report.models["finance.fct_journal_line"] == len(trader()[A + "journal_lines"])
    assert report.lsn == "0/1"


def test_current_json_says_what_was_built(two_silvers: tuple[Lake, Lake]) -> None:
    lake, _ = two_silvers
    report = build(lake)
    document = json.loads((lake.local_dir("builds") / "current.json").read_text())
    assert document["build_id"] == report.build_id
    assert document["lsn"] == "0/1"
    assert document["cut"][A + "journal_lines"] == 0
    assert document["models"] == report.models
    assert Path(document["file"]).name == "marts.duckdb"
