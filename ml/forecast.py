"""`forecast`: the future of any frame of series, with intervals. Knows no tenant, no lake and no Dagster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ml.errors import InvalidForecastRequest
from ml.frequency import Frequency
from ml.series import Series, checked, split

if TYPE_CHECKING:
    import polars as pl

    from ml.intervals import Calibration
    from ml.members import Forecaster, Point

LONGEST_HORIZON = 10_000


def forecast(
    frame: pl.DataFrame,
    *,
    horizon: int,
    freq: str,
    season_length: int | None = None,
    levels: Sequence[float] = (80, 95),
    seed: int = 0,
) -> pl.DataFrame:
    """Forecast every series of `frame` for `horizon` steps after its own last one.

    `frame`: one row per (`unique_id`, `ds`), `y` in any unit, gap-free, at least three rows a series.
    `freq`: the step, a polars duration; `season_length`: steps of the cycle, by default the usual one of `freq`
    (12 for "1mo"), 1 for none; `levels`: central prediction intervals in percent.

    Returns `unique_id`, `ds`, `mean`, `lo-80`, `hi-80`, `lo-95`, `hi-95` (by `levels`), `model`, sorted, in the units
    of `y`; `model` names the method. A series that was never negative is not forecast below zero. Same frame and seed,
    same bytes, in whatever order the rows come; runs on one thread.

    Raises `InvalidFrame`, `ShortHistory`, `InvalidForecastRequest`, each with the cure.
    Method: `ml.members.champion` a series, `ml.intervals` over all of them.
    """
    from ml.members import champion

    return forecast_with(
        champion, frame, horizon=horizon, freq=freq, season_length=season_length, levels=levels, seed=seed
    )


def forecast_with(
    forecaster: Forecaster,
    frame: pl.DataFrame,
    *,
    horizon: int,
    freq: str,
    season_length: int | None = None,
    levels: Sequence[float] = (80, 95),
    seed: int = 0,
) -> pl.DataFrame:
    """`forecast` by another method of `ml.members`, as challengers and benchmarks need it."""
    import polars as pl

    from ml.intervals import calibrate

    step = Frequency.parse(freq)
    season = _season(season_length, step)
    _check_request(horizon, levels)
    series = split(checked(frame, step))
    histories = [(one.y, season) for one in series]
    points = [forecaster(y, horizon, season) for y, _ in histories]
    calibration = calibrate(histories, horizon, forecaster, seed=seed)
    return pl.concat(
        [
            _rows(
                one,
                point,
                calibration,
                step=step,
                season=season,
                levels=sorted(levels),
                dtype=frame.schema["unique_id"],
            )
            for one, point in zip(series, points, strict=True)
        ]
    )


def level_names(level: float) -> tuple[str, str]:
    """Columns of the interval's ends: `lo-80`, `hi-80`; `lo-97.5` for a level that is no whole number."""
    return f"lo-{level:g}", f"hi-{level:g}"


def _rows(
    one: Series,
    point: Point,
    calibration: Calibration,
    *,
    step: Frequency,
    season: int,
    levels: Sequence[float],
    dtype: pl.DataType,
) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    horizon = point.mean.size
    # Sales or stock that were never below zero will not be; clipping there cannot lose coverage.
    floor = 0.0 if one.y.min() >= 0 else -np.inf
    columns: dict[str, pl.Series] = {
        "unique_id": pl.Series([one.unique_id] * horizon, dtype=dtype),
        "ds": step.after(one.ds, horizon),
        "mean": pl.Series(np.maximum(point.mean, floor)),
    }
    half = np.zeros(horizon)
    for level in levels:
        # A wider level is never narrower, whatever the scores of a small frame say.
        half = np.maximum(half, calibration.half_widths(one.y, season, point, level))
        low, high = level_names(level)
        columns[low] = pl.Series(np.maximum(point.mean - half, floor))
        columns[high] = pl.Series(np.maximum(point.mean + half, floor))
    columns["model"] = pl.Series([point.model] * horizon)
    return pl.DataFrame(columns)


def _season(season_length: int | None, step: Frequency) -> int:
    if season_length is None:
        return step.season_length
    if not _whole(season_length) or season_length < 1:
        raise InvalidForecastRequest(
            f"season_length is {season_length!r}.",
            cure="Use the steps of one cycle, 12 for months, or 1 for none.",
        )
    return season_length


def _check_request(horizon: int, levels: Sequence[float]) -> None:
    if not _whole(horizon) or not 1 <= horizon <= LONGEST_HORIZON:
        raise InvalidForecastRequest(
            f"horizon is {horizon!r}.", cure=f"Use a whole number of steps from 1 to {LONGEST_HORIZON}."
        )
    if not levels or not all(0 < level < 100 for level in levels):
        raise InvalidForecastRequest(f"levels are {levels!r}.", cure="Use percentages between 0 and 100, as (80, 95).")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
