"""Prediction intervals from the errors that the same method made at earlier origins.

A model's own standard deviations are too narrow: it was fitted to the values that it is judged by. So the errors of
rolling origins are measured in units of their series (split conformal prediction with a local scale: Lei and others,
2018), and their quantile over all series of the frame, step by step, is a second opinion on how wide an interval must
be. It leans the other way, as an earlier origin has less history to learn from; the geometric mean of the two is what
`benchmarks/forecast.py` found to cover best. Where the frame is too small for a level, the model's own spread stands
alone, widened as a Student t asks for.
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
# The steps of one origin share its luck, so origins count, not steps; fewer say too little about a tail.
_MIN_WINDOWS = 20


@dataclass(frozen=True, slots=True)
class Window:
    """One refit at an earlier origin: |error| by step in units of the series' scale."""

    model: str
    scores: Array


@dataclass(frozen=True, slots=True)
class Calibration:
    """The windows of a frame; `half_widths` turns them into intervals."""

    windows: tuple[Window, ...]

    def half_widths(self, y: Array, season: int, point: Point, level: float) -> Array:
        """Half the width by step of the central interval of `level` percent around `point`, in units of `y`."""
        claimed = student_quantile(level, y.size) * point.spread
        scores = self._scores_for(point.model, level)
        if scores is None:
            return claimed
        return np.sqrt(claimed * quantile_by_step(scores, level) * scale(y, season, point))

    def _scores_for(self, model: str, level: float) -> Array | None:
        """One row a window; None when there are too few for the level: two windows cannot give 95 %."""
        own = [window.scores for window in self.windows if window.model == model]
        # Another method's errors say something about the frame, though less about this method's.
        pooled = own if len(own) >= _MIN_WINDOWS else [window.scores for window in self.windows]
        needed = max(_MIN_WINDOWS, 2 * math.ceil(1 / (1 - level / 100)))
        return np.asarray(pooled) if len(pooled) >= needed else None


def calibrate(series: Sequence[tuple[Array, int]], horizon: int, forecaster: Forecaster, *, seed: int) -> Calibration:
    """Refit `forecaster` at earlier origins of `series` (values, season) and keep the scores.

    Beyond `MAX_WINDOWS` origins over all series a sample is drawn with `seed`.
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
        unit = scale(y[:origin], season, point)
        # A history without any movement has no unit to measure an error in.
        if unit > 0:
            windows.append(Window(point.model, np.abs(y[origin : origin + horizon] - point.mean) / unit))
    return Calibration(tuple(windows))


def origins(observations: int, horizon: int, season: int) -> list[int]:
    """Lengths of the history at up to `MAX_ORIGINS` earlier origins, newest first.

    They lie half a horizon apart, each with a whole horizon after it and more than two seasons before it.
    """
    step = max(1, horizon // 2)
    shortest = max(2 * season + 1, 12)
    newest = observations - horizon
    return [newest - k * step for k in range(MAX_ORIGINS) if newest - k * step >= shortest]


def scale(y: Array, season: int, point: Point) -> float:
    """What an error of this series is measured in: between the spread it claims and its seasonal-naive error.

    The claimed spread alone grows with the step at another rate on a shorter history; the naive error alone does not
    know how predictable the series is.
    """
    lag = season if y.size > season else 1
    naive = float(np.mean(np.abs(y[lag:] - y[:-lag])))
    return math.sqrt(float(point.spread.mean()) * naive)


def student_quantile(level: float, observations: int) -> float:
    """Half-width of a central interval of `level` percent, in standard deviations, after `observations` values."""
    from scipy.stats import t

    return float(t.ppf(0.5 + level / 200, df=max(1, observations - 2)))


def quantile_by_step(scores: Array, level: float) -> Array:
    """The `level` quantile by step over windows (rows), with neighbouring steps pooled to smooth it."""
    horizon = scores.shape[1]
    reach = max(1, horizon // 6)
    # The conformal rank, (n + 1) times the level, with n the windows.
    share = min(1.0, (1 + 1 / scores.shape[0]) * level / 100)
    quantiles = []
    for step in range(horizon):
        near = np.sort(scores[:, max(0, step - reach) : step + reach + 1].ravel())
        quantiles.append(near[min(near.size - 1, math.ceil(share * near.size) - 1)])
    return np.asarray(quantiles, dtype=np.float64)
