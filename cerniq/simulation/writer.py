"""Writes a simulated company to PostgreSQL: history by the month with COPY, then document by document.

Every transaction also moves a counter in the schema `cerniq_demo`, so that a run that was killed goes on with the next
unit and nothing is written twice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import groupby

import psycopg
from psycopg import sql

from cerniq.contracts import load_contracts
from cerniq.contracts.ddl import create_schema_sql, foreign_key_sql
from cerniq.errors import PermanentError, TransientError
from cerniq.period import Period
from cerniq.simulation.plan import CompanyPlan
from cerniq.simulation.rowtext import columns_of, copy_line, values_text
from cerniq.simulation.store import Change, DocumentUnit, Key, MonthUnit, Row, Unit
from cerniq.simulation.world import World

# Documents sent to the server before the answers are read.
_BATCH = 200


class WrongDatabase(PermanentError):
    """A database that holds another company."""


@dataclass(slots=True)
class WriteReport:
    """What one call wrote. `rows`: inserted rows by table."""

    transactions: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    seconds: float = 0.0
    until: date | None = None
    rows: dict[str, int] = field(default_factory=dict)


def prepare(dsn: str, plan: CompanyPlan) -> None:
    """Create the modules' schemas and tables and the state of the writer, where they are missing.

    Raises `WrongDatabase` when the database holds another plan's company, `TransientError` when there is no server.
    """
    with connect(dsn) as connection, connection.transaction():
        for module in load_contracts().modules.values():
            for statement in create_schema_sql(module):
                connection.execute(statement)
        connection.execute("create schema if not exists cerniq_demo")
        connection.execute(
            "create table if not exists cerniq_demo.progress"
            " (id integer primary key check (id = 1), plan jsonb not null, units bigint not null, complete_until date)"
        )
        connection.execute(
            "insert into cerniq_demo.progress values (1, %s, 0, null) on conflict do nothing",
            [json.dumps(plan.fingerprint())],
        )
        check_plan(connection, plan)


def write(
    dsn: str, plan: CompanyPlan, *, until: Period | None = None, progress: Callable[[str], None] | None = None
) -> WriteReport:
    """Write what is missing up to the end of `until` (default: the plan's last month); a second call writes nothing.

    `progress` gets the month that is being written. Raises what `prepare` raises.
    """
    started, end = time.perf_counter(), (until or plan.last_month).end
    report = WriteReport(until=end)
    prepare(dsn, plan)
    with connect(dsn) as connection:
        done, complete = progress_of(connection)
        if complete is None or complete < end:
            _write_units(connection, _missing(plan, done, end), report, progress)
            with connection.transaction():
                add_foreign_keys(connection)
                connection.execute(
                    "update cerniq_demo.progress set complete_until = greatest(complete_until, %s)", [end]
                )
            connection.execute("analyze")
    report.seconds = time.perf_counter() - started
    return report


def connect(dsn: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection that commits without waiting for the disk. Raises `TransientError`."""
    try:
        return psycopg.connect(dsn, autocommit=True, options="-c synchronous_commit=off")
    except psycopg.OperationalError as error:
        raise TransientError(f"No connection to the demo's database: {error}.", cure="Start the server.") from error


def check_plan(connection: psycopg.Connection[tuple[object, ...]], plan: CompanyPlan) -> None:
    """Raises `WrongDatabase` unless the database was written by the same plan."""
    row = connection.execute("select plan from cerniq_demo.progress").fetchone()
    if row is None or row[0] != plan.fingerprint():
        raise WrongDatabase(
            f"The database holds the company {row[0] if row else None}, not {plan.fingerprint()}.",
            cure="Use the same seed, scale and months, or start anew with --fresh.",
        )


def progress_of(connection: psycopg.Connection[tuple[object, ...]]) -> tuple[int, date | None]:
    """Units written, and the day until which the company is complete."""
    row = connection.execute("select units, complete_until from cerniq_demo.progress").fetchone()
    if row is None:
        return 0, None
    units, complete = row
    return int(str(units)), complete if isinstance(complete, date) else None


def write_document(connection: psycopg.Connection[tuple[object, ...]], unit: DocumentUnit) -> None:
    """One document, one transaction."""
    connection.execute("begin")
    for (kind, table), changes in groupby(unit.changes, key=lambda change: (change.kind, change.table)):
        if kind == "insert":
            _insert(connection, table, list(changes))
        else:
            for change in changes:
                _update(connection, change) if kind == "update" else _delete(connection, table, change.key)
    connection.execute("update cerniq_demo.progress set units = %s", [unit.number])
    connection.execute("commit")


def add_foreign_keys(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Add the contracts' foreign keys that are missing."""
    modules = load_contracts().modules
    schemas = {name: module.schema for name, module in modules.items()}
    for module in modules.values():
        rows = connection.execute(
            "select conname from pg_constraint where contype = 'f' and connamespace = %s::regnamespace", [module.schema]
        ).fetchall()
        existing = frozenset(str(row[0]) for row in rows)
        for statement in foreign_key_sql(module, schemas=schemas, existing=existing):
            connection.execute(statement)


def _missing(plan: CompanyPlan, done: int, end: date) -> Iterator[Unit]:
    """The units after `done` up to the day `end`; the world is made anew from its seed, which costs no writing."""
    for unit in World(plan).units():
        if unit.day > end:
            return
        if unit.number > done:
            yield unit


def _write_units(
    connection: psycopg.Connection[tuple[object, ...]],
    units: Iterable[Unit],
    report: WriteReport,
    progress: Callable[[str], None] | None,
) -> None:
    batch: list[DocumentUnit] = []
    month = ""
    keyed = False
    for unit in units:
        if progress is not None and f"{unit.day:%Y-%m}" != month:
            month = f"{unit.day:%Y-%m}"
            progress(month)
        _count(unit, report)
        if isinstance(unit, MonthUnit):
            _write_month(connection, unit)
            continue
        if not keyed:
            with connection.transaction():
                add_foreign_keys(connection)
            keyed = True
        batch.append(unit)
        if len(batch) == _BATCH:
            _write_batch(connection, batch)
            batch = []
    _write_batch(connection, batch)


def _write_batch(connection: psycopg.Connection[tuple[object, ...]], units: list[DocumentUnit]) -> None:
    if units:
        with connection.pipeline():
            for unit in units:
                write_document(connection, unit)


def _write_month(connection: psycopg.Connection[tuple[object, ...]], unit: MonthUnit) -> None:
    with connection.transaction():
        for table, rows in unit.inserted.items():
            _copy(connection, sql.Identifier(*table.split(".")), table, rows)
        for table, rows in unit.updated.items():
            _replace(connection, table, rows)
        for table, keys in unit.deleted.items():
            for key in keys:
                _delete(connection, table, key)
        connection.execute("update cerniq_demo.progress set units = %s", [unit.number])


def _copy(
    connection: psycopg.Connection[tuple[object, ...]], target: sql.Composable, table: str, rows: list[Row]
) -> None:
    with connection.cursor() as cursor, cursor.copy(sql.SQL("copy {} from stdin").format(target)) as copy:
        for start in range(0, len(rows), 2_000):
            copy.write("".join([copy_line(table, row) for row in rows[start : start + 2_000]]))


def _replace(connection: psycopg.Connection[tuple[object, ...]], table: str, rows: list[Row]) -> None:
    """Bring rows that are there already to their new values."""
    target, passing = sql.Identifier(*table.split(".")), sql.Identifier("changed_" + table.split(".")[1])
    keys = _key_columns(table)
    names = [name for name, _ in columns_of(table) if name not in keys]
    connection.execute(sql.SQL("create temporary table {} (like {}) on commit drop").format(passing, target))
    _copy(connection, passing, table, rows)
    connection.execute(
        sql.SQL("update {target} as old set {values} from {passing} as new where {match}").format(
            target=target,
            passing=passing,
            values=sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(sql.Identifier(name)) for name in names),
            match=sql.SQL(" and ").join(sql.SQL("old.{0} = new.{0}").format(sql.Identifier(name)) for name in keys),
        )
    )


def _key_columns(table: str) -> tuple[str, ...]:
    module, name = table.split(".")
    return load_contracts().table(module, name).key


def _insert(connection: psycopg.Connection[tuple[object, ...]], table: str, changes: list[Change]) -> None:
    statement = _insert_sql(table, tuple(changes[0].values), len(changes))
    connection.execute(statement, [text for change in changes for text in values_text(table, change.values)])


def _update(connection: psycopg.Connection[tuple[object, ...]], change: Change) -> None:
    keys = dict(zip(_key_columns(change.table), change.key, strict=True))
    values = [*values_text(change.table, change.values), *values_text(change.table, keys)]
    connection.execute(_update_sql(change.table, tuple(change.values)), values)


def _delete(connection: psycopg.Connection[tuple[object, ...]], table: str, key: Key) -> None:
    keys = dict(zip(_key_columns(table), key, strict=True))
    connection.execute(_delete_sql(table), values_text(table, keys))


# Statements are composed once for each shape: composing one costs more than sending it.
@cache
def _insert_sql(table: str, names: tuple[str, ...], count: int) -> bytes:
    row = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(names)))
    return (
        sql.SQL("insert into {} ({}) values {}")
        .format(
            sql.Identifier(*table.split(".")),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join([row] * count),
        )
        .as_bytes(None)
    )


@cache
def _update_sql(table: str, names: tuple[str, ...]) -> bytes:
    assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in names)
    return (
        sql.SQL("update {} set {} where {}")
        .format(sql.Identifier(*table.split(".")), assignments, _match(_key_columns(table)))
        .as_bytes(None)
    )


@cache
def _delete_sql(table: str) -> bytes:
    return (
        sql.SQL("delete from {} where {}")
        .format(sql.Identifier(*table.split(".")), _match(_key_columns(table)))
        .as_bytes(None)
    )


def _match(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(" and ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in names)


def _count(unit: Unit, report: WriteReport) -> None:
    report.transactions += 1
    if isinstance(unit, MonthUnit):
        for table, rows in unit.inserted.items():
            report.rows[table] = report.rows.get(table, 0) + len(rows)
            report.inserted += len(rows)
        report.updated += sum(map(len, unit.updated.values()))
        report.deleted += sum(map(len, unit.deleted.values()))
        return
    for change in unit.changes:
        if change.kind == "insert":
            report.rows[change.table] = report.rows.get(change.table, 0) + 1
            report.inserted += 1
        elif change.kind == "update":
            report.updated += 1
        else:
            report.deleted += 1
