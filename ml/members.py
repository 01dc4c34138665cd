"""The single methods behind a forecast, and which of them a series gets.

Each takes one series as an array and returns its point forecast and the standard deviation of its error by step.
statsforecast is imported inside: it costs seconds.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import structlog

log = structlog.get_logger(__name__)

Array = npt.NDArray[np.float64]

# Mean gap between demands from which a series counts as intermittent: Syntetos, Boylan and Croston (2005).
INTERMITTENT_GAP = 1.32
# AutoETS and AutoCES do not finish in useful time beyond; longer cycles are taken out by STL first.
LONGEST_FITTED_SEASON = 24
# Below this a fitted model has more parameters than it can tell apart; the mean of the last values is as good.
SHORTEST_FITTED = 8
# How many steps known twice weigh as much as not knowing whether there is a season.
_PRIOR_STEPS = 6
_Z80 = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class Point:
    """A forecast by step: `mean` in units of y, `spread` the standard deviation of the error, `model` its name."""

    mean: Array
    spread: Array
    model: str


Forecaster = Callable[[Array, int, int], Point]


def champion(y: Array, horizon: int, season: int) -> Point:
    """The method that suits the series: by how long, how seasonal and how intermittent it is.

    `y`: gap-free, at least three values; `season`: steps of the cycle, 1 for none.
    """
    if np.ptp(y) == 0:
        return Point(np.full(horizon, y[-1]), np.zeros(horizon), "constant")
    if is_intermittent(y):
        return intermittent(y, horizon, season)
    if y.size < SHORTEST_FITTED:
        return recent_mean(y, horizon, season)
    if season > LONGEST_FITTED_SEASON and y.size > 2 * season:
        return decomposed(y, horizon, season)
    if 1 < season <= LONGEST_FITTED_SEASON and season < y.size < 3 * season:
        return young_season(y, horizon, season)
    return ensemble(y, horizon, season if y.size >= 2 * season and season <= LONGEST_FITTED_SEASON else 1)


def is_intermittent(y: Array) -> bool:
    """Never negative, and demand comes on average less than once in `INTERMITTENT_GAP` steps."""
    demands = int(np.count_nonzero(y))
    return demands > 0 and float(y.min()) >= 0 and y.size / demands >= INTERMITTENT_GAP


def ensemble(y: Array, horizon: int, season: int) -> Point:
    """Dynamic optimised Theta, ETS by AICc and complex exponential smoothing, weighted two, two and one.

    Theta: Fiorucci and others (2016); ETS: Hyndman and others (2002); CES: Svetunkov and others (2022). CES is the
    weakest alone and the most unlike the others: a small share of it helps.
    """
    members = ((theta(y, horizon, season), 2.0), (ets(y, horizon, season), 2.0), (ces(y, horizon, season), 1.0))
    usable = [(member, weight) for member, weight in members if np.isfinite(member.mean).all()]
    if not usable:
        return seasonal_naive(y, horizon, season)
    mean = np.average([member.mean for member, _ in usable], axis=0, weights=[weight for _, weight in usable])
    spreads = [member.spread for member, _ in usable if np.isfinite(member.spread).all()]
    return Point(mean, np.mean(spreads, axis=0) if spreads else _walk_spread(y, horizon), "ensemble")


def theta(y: Array, horizon: int, season: int) -> Point:
    from statsforecast.models import DynamicOptimizedTheta

    return _fitted(DynamicOptimizedTheta(season_length=season), y, horizon, "theta", level=True)


def ets(y: Array, horizon: int, season: int) -> Point:
    from statsforecast.models import AutoETS

    return _fitted(AutoETS(season_length=season), y, horizon, "ets", level=True)


def ces(y: Array, horizon: int, season: int) -> Point:
    """Complex exponential smoothing; its own intervals are simulated at fifty times the cost and are not asked for."""
    from statsforecast.models import AutoCES

    return _fitted(AutoCES(season_length=season), y, horizon, "ces", level=False)


def seasonal_naive(y: Array, horizon: int, season: int) -> Point:
    """The last cycle again; the anchor that every other method is measured against."""
    lag = season if y.size > season else 1
    steps = np.arange(horizon)
    spread = np.sqrt(np.mean((y[lag:] - y[:-lag]) ** 2)) * np.sqrt(steps // lag + 1)
    return Point(y[-lag:][steps % lag], spread, "seasonal_naive")


def recent_mean(y: Array, horizon: int, season: int) -> Point:
    """Mean of a history too short to fit, its spread widened by the mean's own error."""
    spread = np.std(y, ddof=1) * np.sqrt(1 + 1 / y.size)
    return Point(np.full(horizon, y.mean()), np.full(horizon, spread), "recent_mean")


def intermittent(y: Array, horizon: int, season: int) -> Point:
    """Mean of Croston's method with the Syntetos-Boylan correction (2005), ADIDA (2011) and TSB (2011)."""
    from statsforecast.models import ADIDA, TSB, CrostonSBA

    members = (CrostonSBA(), ADIDA(), TSB(alpha_d=0.2, alpha_p=0.2))
    level = float(np.mean([member.forecast(y=y, h=1)["mean"][0] for member in members]))
    spread = float(np.sqrt(np.mean((y - level) ** 2)))
    return Point(np.full(horizon, level), np.full(horizon, spread), "intermittent")


def young_season(y: Array, horizon: int, season: int) -> Point:
    """For one to three cycles of history: the ensemble, blended with the last cycle grown at half the last year's rate.

    So few cycles hide a season from Theta's test and from AICc, while repeating the last one carries all its noise.
    The weight is the share of the spread over the last cycle that the cycle before it explains, drawn towards one half
    as long as few steps are known twice. Measured by `benchmarks/forecast.py --history 24`.
    """
    known_twice = min(y.size - season, season)
    last, before = y[-known_twice:], y[-known_twice - season : -season]
    growth = last.sum() / before.sum() if before.sum() > 0 and last.sum() > 0 else 1.0
    unexplained = float(np.mean((last - growth * before) ** 2))
    moved = float(np.var(last))
    explained = moved / (moved + unexplained) if moved + unexplained > 0 else 0.5
    weight = (known_twice * explained + _PRIOR_STEPS * 0.5) / (known_twice + _PRIOR_STEPS)

    steps = np.arange(horizon)
    rate = 1 + 0.5 * (float(np.clip(growth, 0.5, 2.0)) - 1)
    repeated = y[-season:][steps % season] * rate ** (steps // season + 1)
    fitted = ensemble(y, horizon, season if y.size >= 2 * season else 1)
    spread = np.sqrt(weight * unexplained * (steps // season + 1) + (1 - weight) * fitted.spread**2)
    # A cycle is as many parameters as it has steps: the variance of a prediction grows by their share of the history.
    spread = spread * np.sqrt(1 + season / y.size)
    return Point(weight * repeated + (1 - weight) * fitted.mean, spread, "young_season")


def decomposed(y: Array, horizon: int, season: int) -> Point:
    """A long cycle taken out by STL (Cleveland and others, 1990), the rest by the ensemble, the cycle put back."""
    from statsmodels.tsa.seasonal import STL

    cycle = np.asarray(STL(y, period=season, robust=True).fit().seasonal, dtype=np.float64)
    rest = ensemble(y - cycle, horizon, 1)
    return Point(rest.mean + cycle[-season:][np.arange(horizon) % season], rest.spread, "stl_ensemble")


def _fitted(model: Any, y: Array, horizon: int, name: str, *, level: bool) -> Point:
    try:
        with warnings.catch_warnings():
            # A member that does not converge says so by its values, which the caller checks.
            warnings.simplefilter("ignore")
            found = model.forecast(y=y, h=horizon, level=[80] if level else None)
    except Exception as error:  # noqa: BLE001 - the library's own type for a series that it cannot fit
        log.info("member left out", member=name, observations=y.size, reason=str(error))
        return Point(np.full(horizon, np.nan), np.full(horizon, np.nan), name)
    mean = np.asarray(found["mean"], dtype=np.float64)
    if not level:
        return Point(mean, np.full(horizon, np.nan), name)
    width = np.asarray(found["hi-80"], dtype=np.float64) - np.asarray(found["lo-80"], dtype=np.float64)
    return Point(mean, width / 2 / _Z80, name)


def _walk_spread(y: Array, horizon: int) -> Array:
    """Error of a random walk, for when no member can tell its own."""
    return np.std(np.diff(y)) * np.sqrt(np.arange(1, horizon + 1, dtype=np.float64))
