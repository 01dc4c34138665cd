"""The main job as its user runs it: again, after a kill at any point, and with the filing judged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from cerniq.cli.demo_tenant import STEPS
from cerniq.postgres_server import PostgresServer
from tests.anaf_exports import xsd
from tests.integration import demo
from tests.integration.conftest import FinishedDemo


def test_both_companies_went_the_whole_way(finished_demo: FinishedDemo) -> None:
    for tenant in finished_demo.report["tenants"]:
        assert tenant["journal_lines"] > 500
        assert float(tenant["revenue_ron"]) > 0
        assert tenant["trial_balance"]["balances"] is True
        assert tenant["d406"]["valid"] is True


def test_each_step_is_a_materialisation_that_dagster_shows(finished_demo: FinishedDemo) -> None:
    from assets.instance import open_instance

    with open_instance(finished_demo.settings) as instance:
        keys = {key.path[0] for key in instance.all_asset_keys()}
        tenants = set(instance.get_dynamic_partitions("cerniq_tenants"))
    assert set(finished_demo.tenants) <= tenants
    assert {"bronze", "silver", "gold", "models", "filings"} <= keys


@pytest.mark.skipif(not xsd.PATH.exists(), reason="ANAF's XSD is not beside this checkout (../shared)")
def test_the_filing_passes_the_official_schema(finished_demo: FinishedDemo) -> None:
    for tenant in finished_demo.report["tenants"]:
        assert xsd.complaints(Path(tenant["d406"]["path"]).read_bytes()) == []


@pytest.mark.slow
def test_a_demo_runs_again_and_changes_nothing(tmp_path: Path) -> None:
    try:
        first = demo.run(tmp_path, *demo.SMALL)
        second = demo.run(tmp_path, *demo.SMALL)
    finally:
        PostgresServer.remove(tmp_path / "postgres")
    assert demo.totals(second) == demo.totals(first)
    assert [tenant["build"] for tenant in second["tenants"]] == [tenant["build"] for tenant in first["tenants"]]


def _mentions(point: str) -> Callable[[str], bool]:
    return lambda line: point in line


@pytest.mark.slow
def test_a_demo_killed_at_three_points_comes_to_the_same_totals(tmp_path: Path, finished_demo: FinishedDemo) -> None:
    points = (STEPS["history"], STEPS["snapshot"], STEPS["silver_contracts"])
    try:
        for point in points:
            killed = demo.kill_when(tmp_path, *demo.SMALL, reached=_mentions(point))
            assert killed, f"the demo was over before it came to {point}"
        resumed = demo.run(tmp_path, *demo.SMALL)
    finally:
        PostgresServer.remove(tmp_path / "postgres")
    assert demo.totals(resumed) == demo.totals(finished_demo.report)
    assert json.loads((tmp_path / "lake" / finished_demo.tenants[0] / "builds" / "current.json").read_text())
    with sqlite3.connect(tmp_path / "control.db") as control:
        assert control.execute("select count(*) from tenants").fetchone() == (2,)
