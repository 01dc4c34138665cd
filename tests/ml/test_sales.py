"""The sales forecast over two tenants' published builds, stored in their lakes."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pytest

from cerniq.errors import PermanentError
from cerniq.lake import Lake
from ml.errors import InvalidForecastRequest, NoHistory
from ml.frames import monthly_sales_by_group
from ml.registry import read_run
from ml.report import sales_lines
from ml.sales import run_sales_forecast
from tests.ml.published import months, publish, seasonal_sales


@pytest.fixture
def two_published(two_lakes: tuple[Lake, Lake]) -> tuple[Lake, Lake]:
    """The first tenant sells tools and paints for three years, the second only tools, ten times as much."""
    first, second = two_lakes
    publish(first, "b1", {"SCULE": seasonal_sales(36, seed=1), "VOPSELE": seasonal_sales(36, seed=2)})
    publish(second, "b1", {"SCULE": seasonal_sales(36, seed=3, level=1_000_000.0)})
    return first, second


def stored(lake: Lake, table: str = "sales_monthly") -> pl.DataFrame:
    return pl.DataFrame(lake.table("models", "forecast", table).read())


def test_the_frame_holds_revenue_by_group_and_month_to_the_ban(two_published: tuple[Lake, Lake]) -> None:
    for lake, seeds in zip(two_published, ({"SCULE": 1, "VOPSELE": 2}, {"SCULE": 3}), strict=True):
        level = 1_000_000.0 if len(seeds) == 1 else 100_000.0
        expected = {(code, m): y for code, seed in seeds.items() for m, y in seasonal_sales(36, seed=seed, level=level)}
        found = {(code, ds): y for code, ds, y in monthly_sales_by_group(lake).frame.iter_rows()}
        assert found.keys() == expected.keys()
        assert all(found[key] == pytest.approx(expected[key], abs=0.005) for key in expected)


def test_each_tenant_gets_the_forecast_of_its_own_sales(two_published: tuple[Lake, Lake]) -> None:
    first, second = two_published
    runs = [run_sales_forecast(lake) for lake in two_published]
    assert [[group.code for group in run.groups] for run in runs] == [["SCULE", "VOPSELE"], ["SCULE"]]
    small, large = stored(first), stored(second)
    assert small["unique_id"].unique().sort().to_list() == ["SCULE", "VOPSELE"]
    assert large["unique_id"].unique().to_list() == ["SCULE"]
    assert max(small["mean"]) < Decimal(200_000) < Decimal(500_000) < min(large["mean"])
    assert stored(first, "sales_monthly_backtest")["y"].max() < stored(second, "sales_monthly_backtest")["y"].min()  # type: ignore[operator]


def test_the_forecast_starts_after_the_last_complete_month(two_published: tuple[Lake, Lake]) -> None:
    lake, _ = two_published
    sales = {"SCULE": [*seasonal_sales(36, seed=1), (date(2026, 7, 1), 12.5)]}
    publish(lake, "b2", sales)  # built on 14 July: July is not over
    run = run_sales_forecast(lake, horizon=3)
    assert run.last_month == date(2026, 6, 1)
    assert [month for month, *_ in run.groups[0].ahead] == [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]


def test_months_without_sales_count_as_zero_up_to_the_common_end(two_lakes: tuple[Lake, Lake]) -> None:
    lake, _ = two_lakes
    holey = [row for row in seasonal_sales(30, seed=1) if row[0] not in months(30)[10:12]][:-3]
    publish(lake, "b1", {"SCULE": holey, "VOPSELE": seasonal_sales(30, seed=2)})
    frame = monthly_sales_by_group(lake).frame
    tools = frame.filter(pl.col("unique_id") == "SCULE")
    assert tools["ds"].to_list() == months(30)
    assert tools.filter(pl.col("y") == 0)["ds"].to_list() == [*months(30)[10:12], *months(3)]


def test_what_is_stored_says_where_it_comes_from_and_is_money(two_published: tuple[Lake, Lake]) -> None:
    lake, _ = two_published
    run = run_sales_forecast(lake, horizon=4)
    table = lake.table("models", "forecast", "sales_monthly").read()
    assert table.schema.field("mean").type == pa.decimal128(18, 2)
    assert table.schema.field("ds").type == pa.date32()
    assert set(table.column("build_id").to_pylist()) == {"b1"}
    assert {moment.isoformat() for moment in table.column("made_at").to_pylist()} == {run.made_at}
    assert run.tables["forecast.sales_monthly"] == (0, 8)
    record = read_run(lake, "forecast", "sales_monthly")
    assert record is not None
    assert record["key"]["build_id"] == "b1"
    assert record["key"]["libraries"]["statsforecast"]
    assert 0 < record["metrics"]["champion"]["wape"] < 15
    assert record["metrics"]["champion"]["origins"] == 2


def test_the_backtest_sees_only_what_was_known_at_its_cutoff(two_published: tuple[Lake, Lake]) -> None:
    lake, _ = two_published
    run_sales_forecast(lake, horizon=6)
    backtest = stored(lake, "sales_monthly_backtest")
    oldest = backtest["cutoff"].min()
    until = [row for row in seasonal_sales(36, seed=1) if row[0] <= oldest]  # type: ignore[operator]
    publish(lake, "b2", {"SCULE": until, "VOPSELE": [r for r in seasonal_sales(36, seed=2) if r[0] <= oldest]})  # type: ignore[operator]
    run_sales_forecast(lake, horizon=6)
    columns = ["unique_id", "ds", "mean", "lo-80", "hi-95"]
    then = backtest.filter(pl.col("cutoff") == oldest).select(columns).sort("unique_id", "ds")
    assert then.height == 12
    assert stored(lake).select(columns).sort("unique_id", "ds").equals(then)


def test_an_unchanged_build_is_not_forecast_twice(two_published: tuple[Lake, Lake]) -> None:
    first, second = two_published
    made = run_sales_forecast(first)
    again = run_sales_forecast(first)
    assert (made.reused, again.reused) == (False, True)
    assert dataclasses.replace(again, reused=False, seconds=made.seconds) == made
    assert first.table("models", "forecast", "sales_monthly").version() == 0
    assert run_sales_forecast(second).reused is False


def test_a_new_build_or_another_horizon_is_forecast_anew(two_published: tuple[Lake, Lake]) -> None:
    lake, _ = two_published
    run_sales_forecast(lake, horizon=3)
    assert run_sales_forecast(lake, horizon=4).tables["forecast.sales_monthly"] == (1, 8)
    publish(lake, "b2", {"SCULE": seasonal_sales(36, seed=1)})
    changed = run_sales_forecast(lake, horizon=4)
    assert (changed.build_id, changed.tables["forecast.sales_monthly"]) == ("b2", (2, 4))


def test_a_run_killed_before_its_record_is_made_again(two_published: tuple[Lake, Lake]) -> None:
    lake, _ = two_published
    made = run_sales_forecast(lake)
    rows = stored(lake).drop("made_at")
    lake.write_json({"key": {}}, "models", "forecast", "sales_monthly_run.json")
    again = run_sales_forecast(lake)
    assert again.reused is False
    assert again.tables["forecast.sales_monthly"][0] == made.tables["forecast.sales_monthly"][0] + 1
    assert stored(lake).drop("made_at").equals(rows)


def test_a_group_of_two_months_is_left_out_and_named(two_lakes: tuple[Lake, Lake]) -> None:
    lake, _ = two_lakes
    publish(lake, "b1", {"SCULE": seasonal_sales(30, seed=1), "NOU": seasonal_sales(2, seed=2)})
    run = run_sales_forecast(lake)
    assert [group.code for group in run.groups] == ["SCULE"]
    assert run.skipped == {"NOU": 2}
    assert any("NOU" in line for line in sales_lines(run))


def test_a_young_company_gets_a_forecast_without_a_backtest(two_lakes: tuple[Lake, Lake]) -> None:
    lake, _ = two_lakes
    publish(lake, "b1", {"SCULE": seasonal_sales(7, seed=1)})
    run = run_sales_forecast(lake)
    assert run.metrics["champion"] == {}
    assert run.tables["forecast.sales_monthly_backtest"][1] == 0
    assert any("too short" in line for line in sales_lines(run))


def test_without_a_build_or_a_complete_month_the_cure_is_named(two_lakes: tuple[Lake, Lake]) -> None:
    first, second = two_lakes
    with pytest.raises(PermanentError, match="no published marts") as caught:
        run_sales_forecast(first)
    assert "cerniq build" in caught.value.cure
    publish(second, "b1", {"SCULE": [(date(2026, 7, 1), 10.0)]})
    with pytest.raises(NoHistory, match="no complete month"):
        run_sales_forecast(second)
    with pytest.raises(InvalidForecastRequest):
        run_sales_forecast(second, horizon=0)


def test_a_manager_reads_the_run_in_both_languages(two_published: tuple[Lake, Lake]) -> None:
    lake, _ = two_published
    run = run_sales_forecast(lake, horizon=3)
    english, romanian = "\n".join(sales_lines(run)), "\n".join(sales_lines(run, lang="ro"))
    total = round(sum(mean for group in run.groups for _, mean, _, _ in group.ahead))
    assert f"{total:,}" in english
    assert f"{total:,}".replace(",", ".") in romanian
    assert "Tools" in english
    assert "Scule" in romanian
    assert "2026-07 - 2026-09" in english
    assert "07.2026 - 09.2026" in romanian
