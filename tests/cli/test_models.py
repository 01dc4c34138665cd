"""`cerniq models run` over two tenants' published builds."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from cerniq.cli import cli
from cerniq.control import ControlDb
from cerniq.lake import Lake
from cerniq.settings import Settings
from cerniq.tenancy import Cui
from tests.ml.published import publish, seasonal_sales


@pytest.fixture
def two_sellers(settings: Settings, two_lakes: tuple[Lake, Lake]) -> tuple[Lake, Lake]:
    with ControlDb.open(settings) as control:
        for stem, lake in enumerate(two_lakes, start=1_234_567):
            control.add_tenant(lake.tenant, f"Firma {lake.tenant}", Cui.from_stem(stem), {})
    publish(two_lakes[0], "b1", {"SCULE": seasonal_sales(30, seed=1)})
    publish(two_lakes[1], "b1", {"VOPSELE": seasonal_sales(30, seed=2, level=1_000_000.0)})
    return two_lakes


def test_a_manager_reads_what_to_expect_in_either_language(two_sellers: tuple[Lake, Lake]) -> None:
    for lake, english, romanian in zip(two_sellers, ("Tools", "Paints"), ("Scule", "Vopsele"), strict=True):
        made = CliRunner().invoke(cli, ["models", "run", str(lake.tenant), "--horizon", "3"], catch_exceptions=False)
        again = CliRunner().invoke(
            cli, ["models", "run", str(lake.tenant), "--horizon", "3", "--lang", "ro"], catch_exceptions=False
        )
        assert made.exit_code == again.exit_code == 0
        assert "Net sales expected for 2026-07 - 2026-09" in made.stdout
        assert english in made.stdout
        assert "Vânzări nete așteptate pentru 07.2026 - 09.2026" in again.stdout
        assert romanian in again.stdout
        assert "is forecast already" in again.stderr


def test_json_is_one_object_on_standard_output_and_of_one_tenant(two_sellers: tuple[Lake, Lake]) -> None:
    for lake, group in zip(two_sellers, ("SCULE", "VOPSELE"), strict=True):
        made = CliRunner().invoke(cli, ["models", "run", str(lake.tenant), "--json"], catch_exceptions=False)
        answer = json.loads(made.stdout)
        assert answer["tenant"] == str(lake.tenant)
        assert {row["group"] for row in answer["forecast"]} == {group}
        assert len(answer["forecast"]) == 6
        assert answer["tables"]["forecast.sales_monthly"] == {"version": 0, "rows": 6}


def test_a_tenant_that_nobody_added_makes_no_folder(settings: Settings) -> None:
    made = CliRunner().invoke(cli, ["models", "run", "nobody"])
    assert made.exit_code == 1
    assert "nobody" in made.stderr
    assert not (settings.home / "lake" / "nobody").exists()
