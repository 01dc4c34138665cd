"""How good the forecast is on monthly series, beside each of its members and the seasonal naive method.

    uv run python benchmarks/forecast.py --data m3_monthly.parquet [--series 100 | --first 1000]
    uv run python benchmarks/forecast.py --data m3_monthly.parquet --history 24 --horizon 6
    uv run python benchmarks/forecast.py --cold

`--data`: a Parquet file with unique_id, ds (first of the month), y; the M3 competition's monthly set is the usual
one. Two rolling origins, the last `--horizon` months and those before. Prints a row a method: MASE, sMAPE in percent,
the share of actual values inside the 80 % and 95 % intervals, seconds. `--cold` times a new process that forecasts 10
series of 24 months. Appends one JSON line to benchmarks/results/forecast.jsonl.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks._report import report
from ml.evaluate import rolling_origin, scores, summary
from ml.members import Forecaster, ces, champion, ets, seasonal_naive, theta
from ml.registry import library_versions

METHODS: dict[str, Forecaster] = {
    "champion": champion,
    "theta": theta,
    "ets": ets,
    "ces": ces,
    "seasonal_naive": seasonal_naive,
}
SEASON = 12
_COLD = """
import numpy as np, polars as pl
from datetime import date
from ml.forecast import forecast
months = pl.date_range(date(2023, 1, 1), date(2024, 12, 1), "1mo", eager=True)
rng = np.random.default_rng(0)
frame = pl.concat([
    pl.DataFrame({"unique_id": [str(n)] * 24, "ds": months, "y": 100 + np.arange(24) + rng.normal(0, 5, 24)})
    for n in range(10)
])
assert forecast(frame, horizon=6, freq="1mo").height == 60
"""


def read_series(path: Path, *, series: int, first: int | None, history: int | None, horizon: int) -> pl.DataFrame:
    """The chosen series, sorted; `history` keeps that many months before the older origin."""
    frame = pl.read_parquet(path).select("unique_id", "ds", "y").sort("unique_id", "ds")
    ids = frame["unique_id"].unique(maintain_order=True)
    # Sets of this kind are sorted by branch: every n-th series has all branches in it.
    chosen = ids.gather_every(max(1, len(ids) // series)).head(series) if first is None else ids.head(first)
    frame = frame.filter(pl.col("unique_id").is_in(chosen.to_list()))
    if history is not None:
        frame = frame.group_by("unique_id", maintain_order=True).tail(history + 2 * horizon)
    return frame


def measure(frame: pl.DataFrame, name: str, *, horizon: int) -> dict[str, Any]:
    started = time.perf_counter()
    backtest = rolling_origin(frame, horizon=horizon, freq="1mo", origins=2, forecaster=METHODS[name])
    seconds = time.perf_counter() - started
    figures = summary(scores(backtest, frame, season_length=SEASON))
    rounded = {key: None if value is None else round(value, 4) for key, value in figures.items()}
    return {**rounded, "seconds": round(seconds, 1)}


def cold_seconds() -> float:
    """Wall time of a new process for 10 series of 24 months, imports included; the better of two."""
    times = []
    for _ in range(2):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", _COLD], check=True, cwd=Path(__file__).parents[1])
        times.append(time.perf_counter() - started)
    return round(min(times), 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--series", type=int, default=100)
    parser.add_argument("--first", type=int)
    parser.add_argument("--history", type=int)
    parser.add_argument("--horizon", type=int, default=18)
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--cold", action="store_true")
    given = parser.parse_args()
    if not given.cold and given.data is None:
        parser.error("give --data FILE, --cold or both")
    figures: dict[str, Any] = {"libraries": library_versions()}
    if given.cold:
        figures["cold_seconds"] = cold_seconds()
    if given.data is not None:
        frame = read_series(
            given.data, series=given.series, first=given.first, history=given.history, horizon=given.horizon
        )
        figures |= {"series": frame["unique_id"].n_unique(), "horizon": given.horizon, "history": given.history}
        figures |= {name: measure(frame, name, horizon=given.horizon) for name in given.methods.split(",")}
    report("forecast", figures)


if __name__ == "__main__":
    main()
