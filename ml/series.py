"""The frame contract of all models, and its check.

A frame is polars, long: `unique_id` (any type, which series), `ds` (Date, Datetime or whole number, when), `y` (a
number, how much), one row per (`unique_id`, `ds`), no step missing between a series' first and last row. Column order
and row order do not matter; other columns are ignored here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ml.errors import InvalidFrame, ShortHistory
from ml.frequency import Frequency

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import polars as pl

# Below this not even a spread can be told from the values.
MIN_OBSERVATIONS = 3
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Series:
    """One checked series: `ds` sorted and gap-free, `y` of the same length, finite."""

    unique_id: Any
    ds: pl.Series
    y: npt.NDArray[np.float64]


def checked(frame: pl.DataFrame, freq: Frequency) -> pl.DataFrame:
    """`unique_id`, `ds`, `y` (Float64), sorted. Raises `InvalidFrame` naming the series and the cure."""
    import polars as pl

    _check_columns(frame)
    data = frame.select("unique_id", "ds", pl.col("y").cast(pl.Float64)).sort("unique_id", "ds")
    _check_values(data, freq)
    _check_steps(data, freq)
    return data


def split(data: pl.DataFrame) -> list[Series]:
    """The series of a `checked` frame, in order of id. Raises `ShortHistory` under `MIN_OBSERVATIONS` rows."""
    parts = data.partition_by("unique_id", maintain_order=True)
    short = [part["unique_id"][0] for part in parts if part.height < MIN_OBSERVATIONS]
    if short:
        raise ShortHistory(
            f"{len(short)} series with fewer than {MIN_OBSERVATIONS} observations: {_names(short)}.",
            cure="Leave them out, or forecast the group that they belong to.",
        )
    return [Series(part["unique_id"][0], part["ds"], part["y"].to_numpy()) for part in parts]


def _check_columns(frame: pl.DataFrame) -> None:
    import polars as pl

    if not isinstance(frame, pl.DataFrame):
        raise InvalidFrame(
            f"The frame is a {type(frame).__name__}, not a polars.DataFrame.",
            cure="Convert it, as with polars.from_pandas(frame) or lazy.collect().",
        )
    missing = [name for name in ("unique_id", "ds", "y") if name not in frame.columns]
    if missing:
        raise InvalidFrame(
            f"The frame lacks the column(s) {', '.join(missing)}.",
            cure="Rename or add them: unique_id, ds, y.",
        )
    if frame.is_empty():
        raise InvalidFrame("The frame has no rows.", cure="Pass at least one series.")
    if not frame.schema["y"].is_numeric():
        raise InvalidFrame(f"Column y is {frame.schema['y']}, not a number.", cure="Cast it to a number.")


def _check_values(data: pl.DataFrame, freq: Frequency) -> None:
    import polars as pl

    for column in ("unique_id", "ds"):
        if data[column].null_count():
            raise InvalidFrame(f"Column {column} holds nulls.", cure="Drop or fill those rows.")
    kind = data.schema["ds"]
    if not (kind.is_integer() if freq.unit == "i" else kind in (pl.Date, pl.Datetime)):
        raise InvalidFrame(
            f"Column ds is {kind}, which does not go with the frequency {freq}.",
            cure='Use Date or Datetime, as with str.to_date(); whole numbers go with the frequency "1i".',
        )
    if kind == pl.Date and freq.unit in ("h", "m", "s"):
        raise InvalidFrame(f"Column ds holds dates, the frequency is {freq}.", cure="Cast ds to Datetime.")
    bad = data.filter(pl.col("y").is_null() | ~pl.col("y").is_finite())
    if not bad.is_empty():
        raise InvalidFrame(
            f"{bad.height} value(s) of y are null, NaN or infinite, in series {_names(_ids(bad))}.",
            cure="Fill them, as with ml.series.fill_gaps(frame, freq=..., value=0.0), or drop the series.",
        )


def _check_steps(data: pl.DataFrame, freq: Frequency) -> None:
    import polars as pl

    following = pl.col("ds").shift(-1).over("unique_id")
    pairs = data.with_columns(_next=following).filter(pl.col("_next").is_not_null())
    repeated = pairs.filter(pl.col("_next") == pl.col("ds"))
    if not repeated.is_empty():
        raise InvalidFrame(
            f"Duplicate rows for a unique_id and ds, in series {_names(_ids(repeated))}.",
            cure="Add them up or keep one: one row per (unique_id, ds).",
        )
    broken = pairs.filter(~freq.steps_to_next(pl.col("ds"), pl.col("_next")))
    if not broken.is_empty():
        raise InvalidFrame(
            f"Rows that are not {freq} apart in series {_names(_ids(broken))}, first after {broken['ds'][0]}.",
            cure="Fill the gaps, as with ml.series.fill_gaps(frame, freq=..., value=0.0), or name the right frequency.",
        )


def fill_gaps(frame: pl.DataFrame, *, freq: str, value: float = 0.0) -> pl.DataFrame:
    """`frame` with a row for every step between a series' first and last one; missing and null `y` become `value`.

    Zero is right for sales and movements, where no row means that nothing happened; never for a price or a balance.
    Dates must lie on the steps of `freq`. Raises `InvalidFrame` for rows that do not, `InvalidForecastRequest`.
    """
    import polars as pl

    step = Frequency.parse(freq)
    _check_columns(frame)
    parts = frame.select("unique_id", "ds").sort("unique_id", "ds").partition_by("unique_id", maintain_order=True)
    grids = [
        pl.DataFrame({"ds": _grid(part["ds"], step)}).select(pl.lit(part["unique_id"]).first().alias("unique_id"), "ds")
        for part in parts
    ]
    grid = pl.concat(grids)
    outside = frame.join(grid, on=["unique_id", "ds"], how="anti")
    if not outside.is_empty():
        raise InvalidFrame(
            f"{outside.height} row(s) lie between the steps of {freq}, in series {_names(_ids(outside))}.",
            cure=f'Sum them up to their step first, as with pl.col("ds").dt.truncate("{freq}").',
        )
    filled = grid.join(frame.select("unique_id", "ds", "y"), on=["unique_id", "ds"], how="left")
    filled = filled.with_columns(pl.col("y").fill_null(pl.lit(value).cast(frame.schema["y"])))
    return filled.sort("unique_id", "ds")


def _grid(ds: pl.Series, step: Frequency) -> pl.Series:
    """Every step from the first to the last entry of the sorted `ds`."""
    import polars as pl

    first, last = ds[0], ds[-1]
    if step.unit == "i":
        return pl.Series("ds", range(first, last + 1, step.count), dtype=ds.dtype)
    month_ends = step.months is not None and bool((ds == ds.dt.month_end()).all())
    if month_ends:
        first, last = ds.dt.month_start()[0], ds.dt.month_start()[-1]
    ranged = pl.date_range if ds.dtype == pl.Date else pl.datetime_range
    points = ranged(first, last, interval=str(step), eager=True).cast(ds.dtype)
    return points.dt.month_end() if month_ends else points


def _ids(data: pl.DataFrame) -> list[Any]:
    return data["unique_id"].unique(maintain_order=True).to_list()


def _names(ids: list[Any]) -> str:
    shown = ", ".join(str(uid) for uid in ids[:_NAMED])
    return shown if len(ids) <= _NAMED else f"{shown} and {len(ids) - _NAMED} more"
