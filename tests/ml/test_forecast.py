"""`forecast` on frames made here: its contract, its honesty about the future, its intervals, its refusals."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from ml.errors import InvalidForecastRequest, InvalidFrame, ShortHistory
from ml.forecast import forecast
from ml.series import fill_gaps

COLUMNS = ["unique_id", "ds", "mean", "lo-80", "hi-80", "lo-95", "hi-95", "model"]


def seasonal_series(name: str, months: int, *, seed: int, noise: float = 5.0, level: float = 200.0) -> pl.DataFrame:
    """Monthly values with a trend, a yearly cycle of 30 and normal noise."""
    step = np.arange(months)
    values = level + 0.5 * step + 30 * np.sin(2 * np.pi * step / 12)
    values = values + np.random.default_rng(seed).normal(0, noise, months)
    start = date(2020, 1, 1)
    ds = pl.date_range(start, pl.Series([start]).dt.offset_by(f"{months - 1}mo")[0], "1mo", eager=True)
    return pl.DataFrame({"unique_id": [name] * months, "ds": ds, "y": values})


def seasonal_frame(series: int, months: int, **options: Any) -> pl.DataFrame:
    return pl.concat([seasonal_series(f"s{n:03d}", months, seed=n, **options) for n in range(series)])


def test_every_series_gets_the_steps_after_its_own_last_row() -> None:
    early, late = seasonal_series("early", 36, seed=1), seasonal_series("late", 48, seed=2)
    made = forecast(pl.concat([late, early]), horizon=6, freq="1mo")
    assert made.columns == COLUMNS
    assert made["unique_id"].to_list() == ["early"] * 6 + ["late"] * 6
    assert made.filter(pl.col("unique_id") == "early")["ds"].to_list() == [date(2023, m, 1) for m in range(1, 7)]
    assert made.filter(pl.col("unique_id") == "late")["ds"].to_list() == [date(2024, m, 1) for m in range(1, 7)]
    assert made.schema["ds"] == pl.Date
    assert made.null_count().sum_horizontal().item() == 0


def test_intervals_hold_each_other_and_the_mean() -> None:
    made = forecast(seasonal_frame(4, 48), horizon=12, freq="1mo")
    ordered = made.select(
        (pl.col("lo-95") <= pl.col("lo-80"))
        & (pl.col("lo-80") <= pl.col("mean"))
        & (pl.col("mean") <= pl.col("hi-80"))
        & (pl.col("hi-80") <= pl.col("hi-95"))
    )
    assert ordered.to_series().all()


def test_a_season_is_carried_on_better_than_by_the_last_value() -> None:
    frame = seasonal_frame(6, 60)
    known = frame.filter(pl.col("ds") < date(2024, 1, 1))
    made = forecast(known, horizon=12, freq="1mo").join(frame, on=["unique_id", "ds"])
    last = known.group_by("unique_id").agg(last=pl.col("y").last())
    errors = made.join(last, on="unique_id").select(
        ours=(pl.col("y") - pl.col("mean")).abs().mean(), naive=(pl.col("y") - pl.col("last")).abs().mean()
    )
    assert errors["ours"].item() < 0.4 * errors["naive"].item()
    assert errors["ours"].item() < 10  # noise of 5 alone leaves 4 on average


def test_the_intervals_cover_about_what_they_say() -> None:
    frame = seasonal_frame(40, 60, noise=12.0)
    known = frame.filter(pl.col("ds") < date(2024, 1, 1))
    made = forecast(known, horizon=12, freq="1mo").join(frame, on=["unique_id", "ds"])
    covered = made.select(
        at_80=pl.col("y").is_between(pl.col("lo-80"), pl.col("hi-80")).mean(),
        at_95=pl.col("y").is_between(pl.col("lo-95"), pl.col("hi-95")).mean(),
    )
    assert 0.72 <= covered["at_80"].item() <= 0.88
    assert 0.90 <= covered["at_95"].item() <= 0.99


def test_noisier_series_get_wider_intervals() -> None:
    quiet = seasonal_series("quiet", 48, seed=1, noise=2.0)
    loud = seasonal_series("loud", 48, seed=1, noise=20.0)
    widths = (
        forecast(pl.concat([quiet, loud]), horizon=6, freq="1mo")
        .group_by("unique_id")
        .agg(width=(pl.col("hi-80") - pl.col("lo-80")).mean())
    )
    found = dict(widths.iter_rows())
    assert found["loud"] > 4 * found["quiet"]


def test_the_same_frame_gives_the_same_bytes_whatever_the_order_of_its_rows() -> None:
    frame = seasonal_frame(5, 48)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=3).select("y", "unique_id", "ds")
    first = forecast(frame, horizon=6, freq="1mo", seed=7)
    assert first.equals(forecast(shuffled, horizon=6, freq="1mo", seed=7))


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "from tests.ml.test_forecast import seasonal_frame\n"
        "from ml.forecast import forecast\n"
        "print(forecast(seasonal_frame(3, 40), horizon=6, freq='1mo', seed=1).write_csv(float_precision=17))\n"
    )
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    here = forecast(seasonal_frame(3, 40), horizon=6, freq="1mo", seed=1).write_csv(float_precision=17)
    assert there.strip() == here.strip()


def test_one_series_does_not_move_the_mean_of_another() -> None:
    frame = seasonal_frame(3, 36)
    wild = frame.filter(pl.col("unique_id") == "s001").with_columns(unique_id=pl.lit("wild"), y=pl.col("y") ** 2)
    alone = forecast(frame, horizon=6, freq="1mo")
    together = forecast(pl.concat([frame, wild]), horizon=6, freq="1mo").filter(pl.col("unique_id") != "wild")
    assert together["mean"].equals(alone["mean"])


def test_sales_that_were_never_negative_are_not_forecast_below_zero() -> None:
    falling = pl.DataFrame(
        {
            "unique_id": ["falling"] * 30,
            "ds": pl.date_range(date(2022, 1, 1), date(2024, 6, 1), "1mo", eager=True),
            "y": np.linspace(60, 1, 30) + np.random.default_rng(0).normal(0, 0.4, 30),
        }
    )
    made = forecast(falling, horizon=12, freq="1mo")
    assert made.select(pl.col("mean", "lo-80", "lo-95").min()).min_horizontal().item() >= 0
    shifted = falling.with_columns(pl.col("y") - 30)
    assert forecast(shifted, horizon=12, freq="1mo")["lo-95"].min() < -30  # type: ignore[operator]


def test_intermittent_demand_is_recognised_and_forecast_near_its_rate() -> None:
    rng = np.random.default_rng(5)
    demand = np.where(rng.random(60) < 0.3, rng.poisson(10, 60), 0).astype(float)
    ds = pl.date_range(date(2020, 1, 1), date(2024, 12, 1), "1mo", eager=True)
    made = forecast(pl.DataFrame({"unique_id": ["part"] * 60, "ds": ds, "y": demand}), horizon=3, freq="1mo")
    assert made["model"].unique().to_list() == ["intermittent"]
    assert made["mean"][0] == pytest.approx(demand[-24:].mean(), rel=0.6)


@pytest.mark.parametrize("months", [3, 5, 9, 13, 20, 24, 25])
def test_a_short_history_is_forecast_with_what_it_allows(months: int) -> None:
    made = forecast(seasonal_series("young", months, seed=months), horizon=6, freq="1mo")
    assert made.height == 6
    assert made.select(pl.col("mean", "lo-95", "hi-95").is_finite().all()).row(0) == (True, True, True)
    assert (made["hi-80"] > made["lo-80"]).all()


@pytest.mark.parametrize("months", [13, 24, 40])
def test_a_series_that_a_member_cannot_fit_is_left_to_the_others(months: int) -> None:
    alternating = seasonal_series("switch", months, seed=0).with_columns(y=pl.int_range(pl.len()) % 2 * 10.0 - 5)
    made = forecast(alternating, horizon=4, freq="1mo", season_length=4)
    assert made.select(pl.col("mean", "lo-95", "hi-95").is_finite().all()).row(0) == (True, True, True)
    assert made["mean"].abs().max() <= 10  # type: ignore[operator]


def test_a_constant_series_stays_what_it_is() -> None:
    constant = seasonal_series("rent", 24, seed=0).with_columns(y=pl.lit(1500.0))
    made = forecast(constant, horizon=3, freq="1mo")
    assert made["mean"].to_list() == [1500.0] * 3


@pytest.mark.parametrize(
    ("freq", "every", "season"),
    [("1d", "1d", 7), ("1h", "1h", 24), ("1w", "1w", 52), ("1q", "1q", 4), ("15m", "15m", 96)],
)
def test_any_step_and_its_usual_season(freq: str, every: str, season: int) -> None:
    count = max(40, 2 * season + 10)
    start = datetime(2024, 1, 1)
    ends = pl.Series([start]).dt.offset_by(f"{(count - 1) * int(every[:-1])}{every[-1]}")
    ds = pl.datetime_range(start, ends[0], every, eager=True)
    y = 50 + 10 * np.sin(2 * np.pi * np.arange(count) / season) + np.random.default_rng(1).normal(0, 0.5, count)
    made = forecast(pl.DataFrame({"unique_id": [7] * count, "ds": ds, "y": y}), horizon=4, freq=freq)
    assert made["unique_id"].to_list() == [7] * 4
    assert made["ds"][0] == ds.tail(1).dt.offset_by(freq)[0]
    expected = 50 + 10 * np.sin(2 * np.pi * (count + np.arange(4)) / season)
    assert np.abs(made["mean"].to_numpy() - expected).max() < 4


def test_month_ends_stay_month_ends() -> None:
    ends = seasonal_series("s", 26, seed=1).with_columns(pl.col("ds").dt.month_end())
    made = forecast(ends, horizon=3, freq="1mo")
    assert made["ds"].to_list() == [date(2022, 3, 31), date(2022, 4, 30), date(2022, 5, 31)]


def test_a_whole_number_index_is_a_step_too() -> None:
    frame = seasonal_series("s", 40, seed=1).with_columns(ds=pl.int_range(40))
    assert forecast(frame, horizon=2, freq="1i", season_length=12)["ds"].to_list() == [40, 41]


def test_levels_and_integer_values_are_taken_as_they_come() -> None:
    frame = seasonal_frame(2, 30).with_columns(pl.col("y").round().cast(pl.Int64))
    made = forecast(frame, horizon=2, freq="1mo", levels=(97.5, 50))
    assert made.columns == ["unique_id", "ds", "mean", "lo-50", "hi-50", "lo-97.5", "hi-97.5", "model"]


BROKEN: dict[str, tuple[Callable[[pl.DataFrame], pl.DataFrame], str]] = {
    "no y": (lambda f: f.drop("y"), "lacks the column"),
    "text y": (lambda f: f.with_columns(pl.col("y").cast(pl.String)), "not a number"),
    "text ds": (lambda f: f.with_columns(pl.col("ds").cast(pl.String)), "does not go with"),
    "null y": (lambda f: f.with_columns(y=pl.when(pl.int_range(pl.len()) == 5).then(None).otherwise("y")), "null"),
    "nan y": (
        lambda f: f.with_columns(y=pl.when(pl.int_range(pl.len()) == 5).then(float("nan")).otherwise("y")),
        "NaN",
    ),
    "null id": (
        lambda f: f.with_columns(unique_id=pl.when(pl.int_range(pl.len()) == 5).then(None).otherwise("unique_id")),
        "nulls",
    ),
    "duplicate": (lambda f: pl.concat([f, f.tail(1)]), "Duplicate"),
    "gap": (lambda f: f.filter(pl.int_range(pl.len()) != 10), "not 1mo apart"),
    "empty": (lambda f: f.clear(), "no rows"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_frame_is_refused_with_the_cure(case: str) -> None:
    breaking, message = BROKEN[case]
    with pytest.raises(InvalidFrame, match=message) as caught:
        forecast(breaking(seasonal_series("s", 30, seed=1)), horizon=3, freq="1mo")
    assert caught.value.cure
    assert caught.value.exit_status == 1


def test_two_values_are_too_short_a_history_and_named() -> None:
    frame = pl.concat([seasonal_series("long", 30, seed=1), seasonal_series("tiny", 2, seed=1)])
    with pytest.raises(ShortHistory, match="tiny"):
        forecast(frame, horizon=3, freq="1mo")


@pytest.mark.parametrize(
    "wrong",
    [{"horizon": 0}, {"horizon": True}, {"freq": "monthly"}, {"season_length": 0}, {"levels": (0,)}, {"levels": ()}],
)
def test_a_request_that_means_nothing_is_a_usage_error(wrong: dict[str, Any]) -> None:
    request: dict[str, Any] = {"horizon": 3, "freq": "1mo"} | wrong
    with pytest.raises(InvalidForecastRequest) as caught:
        forecast(seasonal_series("s", 30, seed=1), **request)
    assert caught.value.exit_status == 2


def test_gaps_are_filled_on_request_only() -> None:
    frame = seasonal_frame(2, 30)
    gapped = frame.filter((pl.int_range(pl.len()) != 10) & (pl.int_range(pl.len()) != 40))
    filled = fill_gaps(gapped, freq="1mo", value=0.0)
    assert filled.height == frame.height
    assert filled.filter(pl.col("y") == 0).height == 2
    assert forecast(filled, horizon=2, freq="1mo").height == 4


def test_rows_between_the_steps_cannot_be_filled() -> None:
    frame = seasonal_series("s", 30, seed=1)
    off = frame.with_columns(ds=pl.when(pl.int_range(pl.len()) == 4).then(date(2020, 5, 9)).otherwise("ds"))
    with pytest.raises(InvalidFrame, match="between the steps"):
        fill_gaps(off, freq="1mo")
