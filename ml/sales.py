"""The sales forecast of one tenant: from the published marts to Delta tables under `models/forecast`.

`models/forecast/sales_monthly`: the forecast; `.../sales_monthly_backtest`: what it would have said at earlier
origins; `.../sales_monthly_run.json`: what both were made from, and how well the backtest did.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import structlog

from ml.errors import InvalidForecastRequest, NoHistory
from ml.frames import SalesFrame, monthly_sales_by_group
from ml.registry import code_version, library_versions, read_run, write_run
from ml.series import MIN_OBSERVATIONS

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from cerniq.lake import Lake

log = structlog.get_logger(__name__)

TASK = "forecast"
NAME = "sales_monthly"
FREQ = "1mo"
SEASON = 12
LEVELS = (80, 95)
ORIGINS = 2
# How long another writer of the tenant may take before this run gives up; the caller may try again.
_LOCK_WAIT_SECONDS = 60.0
_MONEY = ("y", "mean", "lo-80", "hi-80", "lo-95", "hi-95")


@dataclass(frozen=True, slots=True)
class GroupForecast:
    """One product group: `history` and `ahead` are (month, RON), `ahead` with the ends of the 80 % interval."""

    code: str
    name_ro: str
    name_en: str
    history: tuple[tuple[date, float], ...]
    ahead: tuple[tuple[date, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class ModelRun:
    """A sales forecast. `tables`: "forecast.<table>" to (Delta version, rows); `metrics`: of the backtest, with those
    of the seasonal naive method beside them, None where the history was too short to hold months back; `skipped`:
    group code to its months of history; `reused`: the build, the parameters and the code were those of the run before.
    """

    build_id: str
    lsn: str
    made_at: str
    horizon: int
    seed: int
    last_month: date
    groups: tuple[GroupForecast, ...]
    skipped: Mapping[str, int]
    metrics: Mapping[str, Mapping[str, float | None]]
    tables: Mapping[str, tuple[int, int]]
    seconds: float
    reused: bool


def run_sales_forecast(
    lake: Lake, *, horizon: int = 6, seed: int = 0, progress: Callable[[str], None] | None = None
) -> ModelRun:
    """Forecast monthly net sales by product group for `horizon` months after the last complete one.

    Reads the published build; groups with fewer than three months are skipped and named. Writes nothing when the
    build, the parameters, the code and the libraries are those of the last run. `progress` gets a line a step.
    Raises `NoBuild`, `NoHistory`, `InvalidForecastRequest`, `LakeLocked`.
    """
    started = time.perf_counter()
    say = progress or (lambda _line: None)
    if not 1 <= horizon <= 36:
        raise InvalidForecastRequest(f"horizon is {horizon}.", cure="Use 1 to 36 months.")
    sales = monthly_sales_by_group(lake)
    key = _key(sales, horizon, seed)
    frame, skipped = _long_enough(sales.frame)
    before = read_run(lake, TASK, NAME)
    if before is not None and before["key"] == key and _still_there(lake, before):
        say(f"sales forecast: build {sales.build.id} is forecast already")
        return _described(lake, before, sales, frame, time.perf_counter() - started, reused=True)
    if frame.is_empty():
        raise NoHistory(
            f"No product group of {lake.tenant} has {MIN_OBSERVATIONS} complete months of sales.",
            cure="Forecast again when there are more months.",
        )
    say(f"sales forecast: {frame['unique_id'].n_unique()} groups up to {sales.last_month:%Y-%m}")
    record = _make(lake, sales, frame, key, skipped, say)
    run = _described(lake, record, sales, frame, time.perf_counter() - started, reused=False)
    log.info("sales forecast", tenant=str(lake.tenant), build=run.build_id, groups=len(run.groups), seconds=run.seconds)
    return run


def _make(
    lake: Lake,
    sales: SalesFrame,
    frame: pl.DataFrame,
    key: dict[str, Any],
    skipped: Mapping[str, int],
    say: Callable[[str], None],
) -> dict[str, Any]:
    from ml.forecast import forecast

    made = forecast(frame, horizon=key["horizon"], freq=FREQ, season_length=SEASON, levels=LEVELS, seed=key["seed"])
    say("sales forecast: backtest")
    backtest, metrics = _backtest(frame, made, horizon=key["horizon"], seed=key["seed"])
    made_at = datetime.now(UTC).replace(microsecond=0)
    with lake.writer("forecast", wait=_LOCK_WAIT_SECONDS) as lease:
        tables = {}
        for name, data in ((NAME, made), (f"{NAME}_backtest", backtest)):
            lease.verify()
            stored = _stored(data, sales.build.id, made_at)
            version = lake.table("models", TASK, name).overwrite(
                stored, schema=stored.schema, metadata={"cerniq.build_id": sales.build.id}
            )
            tables[f"{TASK}.{name}"] = [version, stored.num_rows]
        record = {
            "key": key,
            "made_at": made_at.isoformat(),
            "last_month": sales.last_month.isoformat(),
            "skipped": dict(skipped),
            "metrics": metrics,
            "tables": tables,
        }
        write_run(lake, TASK, NAME, record)
    return record


def _key(sales: SalesFrame, horizon: int, seed: int) -> dict[str, Any]:
    """Everything that the numbers depend on; the same key, the same numbers."""
    return {
        "build_id": sales.build.id,
        "lsn": sales.build.lsn,
        "horizon": horizon,
        "seed": seed,
        "levels": list(LEVELS),
        "season_length": SEASON,
        "origins": ORIGINS,
        "code": code_version(),
        "libraries": library_versions(),
    }


def _long_enough(frame: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    import polars as pl

    months = frame.group_by("unique_id").len().sort("unique_id")
    short = {code: count for code, count in months.iter_rows() if count < MIN_OBSERVATIONS}
    return frame.filter(~pl.col("unique_id").is_in(list(short))), short


def _backtest(
    frame: pl.DataFrame, made: pl.DataFrame, *, horizon: int, seed: int
) -> tuple[pl.DataFrame, dict[str, dict[str, float | None]]]:
    """The backtest and its figures beside the seasonal naive method's; no rows where the history is too short."""
    import polars as pl

    from ml.errors import ShortHistory
    from ml.evaluate import rolling_origin
    from ml.members import champion, seasonal_naive

    metrics = {}
    backtests = {}
    for name, method in (("champion", champion), ("seasonal_naive", seasonal_naive)):
        try:
            backtests[name] = rolling_origin(
                frame,
                horizon=horizon,
                freq=FREQ,
                origins=ORIGINS,
                season_length=SEASON,
                levels=LEVELS,
                seed=seed,
                forecaster=method,
            )
        except ShortHistory:
            columns = {"unique_id": pl.String, "cutoff": pl.Date, "ds": pl.Date, "y": pl.Float64}
            empty = pl.DataFrame(schema=columns | dict(made.drop("unique_id", "ds").schema))
            return empty, {"champion": {}, "seasonal_naive": {}}
        metrics[name] = _figures(backtests[name], frame)
    return backtests["champion"], metrics


def _figures(backtest: pl.DataFrame, frame: pl.DataFrame) -> dict[str, float | None]:
    """Means of `ml.evaluate.scores`, and `wape`: the absolute errors' share of all that was sold, in percent."""
    import polars as pl

    from ml.evaluate import scores, summary

    sold = float(backtest["y"].abs().sum())
    missed = float(backtest.select((pl.col("y") - pl.col("mean")).abs().sum()).item())
    figures = summary(scores(backtest, frame, season_length=SEASON, levels=LEVELS))
    figures["wape"] = 100 * missed / sold if sold else None
    figures["origins"] = float(backtest["cutoff"].n_unique())
    return figures


def _stored(data: pl.DataFrame, build_id: str, made_at: datetime) -> pa.Table:
    """Money to the ban, as in the marts, and where it comes from."""
    import polars as pl
    import pyarrow as pa

    money = [pl.col(name).round(2).cast(pl.Decimal(18, 2)) for name in _MONEY if name in data.columns]
    table = data.with_columns(*money, build_id=pl.lit(build_id)).to_arrow()
    # polars writes large strings; the lake's tables use plain ones, like the marts.
    plain = pa.schema(
        [field.with_type(pa.string()) if pa.types.is_large_string(field.type) else field for field in table.schema]
    )
    stamp = pa.array([made_at] * table.num_rows, type=pa.timestamp("us", tz="UTC"))
    return table.cast(plain).append_column("made_at", stamp)


def _still_there(lake: Lake, record: Mapping[str, Any]) -> bool:
    """Whether the tables are those that the record speaks of: a run killed between them left none."""
    for name, (version, _rows) in record["tables"].items():
        table = lake.table("models", *name.split("."))
        if not table.exists() or table.version() != version:
            return False
    return True


def _described(
    lake: Lake, record: Mapping[str, Any], sales: SalesFrame, frame: pl.DataFrame, seconds: float, *, reused: bool
) -> ModelRun:
    import polars as pl

    stored = lake.table("models", TASK, NAME).read(["unique_id", "ds", "mean", "lo-80", "hi-80"])
    ahead = pl.DataFrame(stored).sort("unique_id", "ds")
    groups = []
    for code in frame["unique_id"].unique(maintain_order=True):
        name_ro, name_en = sales.names[code]
        own = ahead.filter(pl.col("unique_id") == code).drop("unique_id")
        past = frame.filter(pl.col("unique_id") == code).select("ds", "y")
        groups.append(
            GroupForecast(
                code=code,
                name_ro=name_ro,
                name_en=name_en,
                history=tuple(past.iter_rows()),
                ahead=tuple((ds, float(mean), float(low), float(high)) for ds, mean, low, high in own.iter_rows()),
            )
        )
    return ModelRun(
        build_id=record["key"]["build_id"],
        lsn=record["key"]["lsn"],
        made_at=record["made_at"],
        horizon=record["key"]["horizon"],
        seed=record["key"]["seed"],
        last_month=date.fromisoformat(record["last_month"]),
        groups=tuple(groups),
        skipped=record["skipped"],
        metrics=record["metrics"],
        tables={name: (version, rows) for name, (version, rows) in record["tables"].items()},
        seconds=round(seconds, 2),
        reused=reused,
    )
