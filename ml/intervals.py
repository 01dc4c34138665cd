"""Prediction intervals from the errors that the same method made at earlier origins.

A model's own standard deviations are too narrow: it was fitted to the values that it is judged by. So every error of
a rolling origin is divided by the spread that the model claimed then (locally weighted split conformal prediction:
Lei and others, 2018). The quantile of these scores over all series of the frame and the quantile of a Student t are
two estimates of the factor on the spread claimed now. The first is too wide, as an earlier origin has less history to
learn from, the second too narrow, so their geometric mean is used; `benchmarks/forecast.py` measures what it covers.
Where the frame is too small for a level, the Student t stands alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.members import Array, Forecaster, Point

MAX_ORIGINS = 3
# Origins over all series that are refitted at most: bounds the cost on large frames, ample for a 95 % quantile.
MAX_WINDOWS = 400
# Scores at one step share their series; fewer than this say too little about a tail.
_MIN_WINDOWS = 20


@dataclass(frozen=True, slots=True)
class Window:
    """One refit at an earlier origin: scores by step, as |error| over the spread claimed for that step."""

    model: str
    scores: Array


@dataclass(frozen=True, slots=True)
class Calibration:
    """Scores of all windows; `factor` turns them into the multiple of the spread that covers a level."""

    windows: tuple[Window, ...]

    def factor(self, level: float, horizon: int, *, model: str, observations: int) -> Array:
        """Multiples of the spread by step for an interval of `level` percent."""
        own = [window.scores for window in self.windows if window.model == model]
        # Another method's scores say something about the frame, though less about this method.
        pooled = own if len(own) >= _MIN_WINDOWS else [window.scores for window in self.windows]
        needed = max(_MIN_WINDOWS, math.ceil(1 / (1 - level / 100)) * 2)
        claimed = student_quantile(level, observations)
        if len(pooled) < needed:
            return np.full(horizon, claimed)
        return np.sqrt(claimed * _by_step(np.asarray(pooled), level))


def calibrate(series: Sequence[tuple[Array, int]], horizon: int, forecaster: Forecaster, *, seed: int) -> Calibration:
    """Refit `forecaster` at earlier origins of `series` (values, season) and keep the scores.

    Up to `MAX_ORIGINS` origins a series, half a horizon apart, each with a whole horizon behind it and at least two
    seasons before it. Beyond `MAX_WINDOWS` a sample is drawn with `seed`.
    """
    candidates = [
        (index, origin) for index, (y, season) in enumerate(series) for origin in origins(y.size, horizon, season)
    ]
    if len(candidates) > MAX_WINDOWS:
        picked = np.random.default_rng(seed).choice(len(candidates), size=MAX_WINDOWS, replace=False)
        candidates = [candidates[position] for position in sorted(picked)]
    windows = []
    for index, origin in candidates:
        y, season = series[index]
        point = forecaster(y[:origin], horizon, season)
        windows.append(Window(point.model, _scores(y[origin : origin + horizon], point)))
    return Calibration(tuple(windows))


def origins(observations: int, horizon: int, season: int) -> list[int]:
    """Lengths of the history at each origin, newest first."""
    step = max(1, horizon // 2)
    shortest = max(2 * season + 1, 12)
    newest = observations - horizon
    return [newest - k * step for k in range(MAX_ORIGINS) if newest - k * step >= shortest]


def student_quantile(level: float, observations: int) -> float:
    """Half-width of a central interval of `level` percent, in standard deviations, after `observations` values."""
    from scipy.stats import t

    return float(t.ppf(0.5 + level / 200, df=max(1, observations - 2)))


def _scores(actual: Array, point: Point) -> Array:
    # A spread of zero (a constant series) makes any error infinitely surprising; the quantile copes with infinity.
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = np.abs(actual - point.mean) / point.spread
    return np.where(np.isnan(scores), 0.0, scores)


def _by_step(scores: Array, level: float) -> Array:
    """Quantile by step over windows, with neighbouring steps pooled to smooth it."""
    horizon = scores.shape[1]
    reach = max(1, horizon // 6)
    quantiles = []
    for step in range(horizon):
        near = np.sort(scores[:, max(0, step - reach) : step + reach + 1].ravel())
        # The conformal rank, (n + 1) times the level, with n the windows: steps of one window are not independent.
        share = min(1.0, (1 + 1 / scores.shape[0]) * level / 100)
        quantiles.append(near[min(near.size - 1, math.ceil(share * near.size) - 1)])
    return np.asarray(quantiles, dtype=np.float64)
