"""How good a forecast would have been: rolling origins, and the figures that compare methods.

A backtest is long: one row per (`unique_id`, `cutoff`, `ds`) with the actual `y` beside the forecast made when only
the rows up to `cutoff` were known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ml.errors import InvalidForecastRequest, ShortHistory
from ml.forecast import forecast_with, level_names
from ml.frequency import Frequency
from ml.series import MIN_OBSERVATIONS, checked

if TYPE_CHECKING:
    import polars as pl

    from ml.members import Forecaster


def rolling_origin(
    frame: pl.DataFrame,
    *,
    horizon: int,
    freq: str,
    origins: int = 2,
    season_length: int | None = None,
    levels: Sequence[float] = (80, 95),
    seed: int = 0,
    forecaster: Forecaster | None = None,
) -> pl.DataFrame:
    """Forecast `frame` again from `origins` earlier ends, a whole `horizon` apart, each judged on what followed.

    `frame` as in `ml.forecast.forecast`; a series too short for an origin is left out of it. Each origin sees only
    its own rows, calibration included. Returns `unique_id`, `cutoff`, `ds`, `y`, `mean`, the ends of the intervals,
    `model`. Raises as `forecast`, and `ShortHistory` when no series reaches the first origin.
    """
    import polars as pl

    from ml.members import champion

    if origins < 1:
        raise InvalidForecastRequest(f"origins is {origins}.", cure="Use at least 1.")
    data = checked(frame, Frequency.parse(freq))
    from_end = (pl.len() - 1 - pl.int_range(pl.len())).over("unique_id")
    numbered = data.with_columns(_age=from_end)
    parts = []
    for origin in range(origins):
        held_out = horizon * (origin + 1)
        known = numbered.filter((pl.col("_age") >= held_out) & _long_enough(held_out))
        if known.is_empty():
            break
        made = forecast_with(
            forecaster or champion,
            known.select("unique_id", "ds", "y"),
            horizon=horizon,
            freq=freq,
            season_length=season_length,
            levels=levels,
            seed=seed,
        )
        cutoffs = known.group_by("unique_id").agg(cutoff=pl.col("ds").max())
        actual = data.select("unique_id", "ds", "y")
        parts.append(made.join(cutoffs, on="unique_id").join(actual, on=["unique_id", "ds"]))
    if not parts:
        raise ShortHistory(
            f"No series is long enough to hold {horizon} steps back.", cure="Use a shorter horizon or more history."
        )
    ends = [name for level in sorted(levels) for name in level_names(level)]
    columns = ["unique_id", "cutoff", "ds", "y", "mean", *ends, "model"]
    return pl.concat(parts).select(columns).sort("unique_id", "cutoff", "ds")


def scores(
    backtest: pl.DataFrame, frame: pl.DataFrame, *, season_length: int, levels: Sequence[float] = (80, 95)
) -> pl.DataFrame:
    """One row per (`unique_id`, `cutoff`): `mase`, `smape` (percent), `bias` and `mae` in units of y, `coverage-80` ...

    MASE: mean absolute error over that of the seasonal naive method inside the history up to the cutoff (Hyndman and
    Koehler, 2006), null where the history is constant; sMAPE: 200 |y - f| / (|y| + |f|), 0 where both are 0.
    """
    import polars as pl

    error = pl.col("y") - pl.col("mean")
    size = pl.col("y").abs() + pl.col("mean").abs()
    found = backtest.group_by("unique_id", "cutoff").agg(
        *(_coverage(level) for level in sorted(levels)),
        mae=error.abs().mean(),
        bias=-error.mean(),
        smape=pl.when(size == 0).then(0.0).otherwise(200 * error.abs() / size).mean(),
        steps=pl.len(),
    )
    scale = _naive_errors(frame, backtest, season_length)
    scaled = found.join(scale, on=["unique_id", "cutoff"], how="left").with_columns(
        mase=pl.when(pl.col("_scale") > 0).then(pl.col("mae") / pl.col("_scale"))
    )
    names = [f"coverage-{level:g}" for level in sorted(levels)]
    return scaled.select("unique_id", "cutoff", "steps", "mase", "smape", "mae", "bias", *names).sort(
        "unique_id", "cutoff"
    )


def summary(scored: pl.DataFrame) -> dict[str, float | None]:
    """Means over all series and origins of `scores`, as plain numbers."""
    means = scored.select(
        name for name in scored.columns if name in ("mase", "smape") or name.startswith("coverage-")
    ).mean()
    return {name: (None if value is None else float(value)) for name, value in means.row(0, named=True).items()}


def _long_enough(held_out: int) -> pl.Expr:
    import polars as pl

    return pl.len().over("unique_id") - held_out >= MIN_OBSERVATIONS


def _coverage(level: float) -> pl.Expr:
    import polars as pl

    low, high = (pl.col(name) for name in level_names(level))
    # A method that claims no spread has no interval, which is not the same as one that misses.
    inside = pl.when(low.is_finite() & high.is_finite()).then(pl.col("y").is_between(low, high))
    return inside.mean().alias(f"coverage-{level:g}")


def _naive_errors(frame: pl.DataFrame, backtest: pl.DataFrame, season_length: int) -> pl.DataFrame:
    """`_scale` per (`unique_id`, `cutoff`): mean |y - y one season before| over the rows up to the cutoff.

    A history of one season or less is scaled by its steps from row to row.
    """
    import polars as pl

    cuts = backtest.select("unique_id", "cutoff").unique()
    known = (
        frame.select("unique_id", "ds", pl.col("y").cast(pl.Float64))
        .sort("unique_id", "ds")
        .join(cuts, on="unique_id")
        .filter(pl.col("ds") <= pl.col("cutoff"))
        .sort("unique_id", "cutoff", "ds")
    )
    seasonal = (pl.col("y") - pl.col("y").shift(season_length)).abs().mean()
    stepwise = (pl.col("y") - pl.col("y").shift(1)).abs().mean()
    return known.group_by("unique_id", "cutoff", maintain_order=True).agg(
        _scale=pl.when(pl.len() > season_length).then(seasonal).otherwise(stepwise)
    )
