"""What reaches PostgreSQL is the generated world, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest

from cerniq.contracts import load_contracts
from cerniq.errors import TransientError
from cerniq.period import Period
from cerniq.simulation import live, write, writer
from cerniq.simulation.live import HistoryMissing
from cerniq.simulation.store import DocumentUnit
from cerniq.simulation.writer import WrongDatabase
from tests.simulation.replay import PLANS, history, rows

SMALL = tuple(replace(plan, scale=0.03, months=3, last_month=Period.month(2025, 9)) for plan in PLANS)


def stored(dsn: str, table: str) -> list[dict[str, object]]:
    module, name = table.split(".")
    columns = [column.name for column in load_contracts().table(module, name).columns]
    with psycopg.connect(dsn) as connection:
        found = connection.execute(f"select {', '.join(columns)} from {module}.{name}").fetchall()
    return [dict(zip(columns, row, strict=True)) for row in found]


def plain(table: str, row: dict[str, object]) -> dict[str, object]:
    """A row of the database as the simulation holds it: numerics as scaled integers."""
    module, name = table.split(".")
    found: dict[str, object] = {}
    for column in load_contracts().table(module, name).columns:
        value = row[column.name]
        if isinstance(value, Decimal):
            value = int(value.scaleb(int(column.pg_type.split(",")[1].rstrip(")"))))
        if isinstance(value, datetime):
            value = value.astimezone(UTC)
        found[column.name] = value
    return found


def test_the_database_holds_the_generated_rows_of_both_companies(two_databases: tuple[str, str]) -> None:
    for dsn, plan in zip(two_databases, SMALL, strict=True):
        report = write(dsn, plan)
        assert report.updated > 0
        for table in load_contracts().tables():
            key = table.key
            expected = {tuple(row[name] for name in key): row for row in rows(history(plan), table.qualified)}
            found = {
                tuple(row[name] for name in key): row
                for row in (plain(table.qualified, row) for row in stored(dsn, table.qualified))
            }
            assert found == expected, table.qualified


def test_writing_again_writes_nothing(two_databases: tuple[str, str]) -> None:
    for dsn, plan in zip(two_databases, SMALL, strict=True):
        write(dsn, plan)
        again = write(dsn, plan)
        assert (again.transactions, again.inserted) == (0, 0)


def test_a_killed_run_goes_on_with_nothing_doubled(
    two_databases: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    original = writer.write_document
    for dsn, plan in zip(two_databases, SMALL, strict=True):
        left = [25]

        def failing(
            connection: psycopg.Connection[tuple[object, ...]], unit: DocumentUnit, left: list[int] = left
        ) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            original(connection, unit)

        with monkeypatch.context() as patch:
            patch.setattr(writer, "write_document", failing)
            patch.setattr(writer, "_BATCH", 10)
            with pytest.raises(KeyboardInterrupt):
                write(dsn, plan)
        write(dsn, plan)
        lines = stored(dsn, "numeriqo_accounting.journal_lines")
        assert len(lines) == len(history(plan)["numeriqo_accounting.journal_lines"])


def test_history_can_be_written_month_by_month(two_databases: tuple[str, str]) -> None:
    dsn, plan = two_databases[0], SMALL[0]
    for month in Period.parse("2025-07-01..2025-09-30").months():
        write(dsn, plan, until=month)
    orders = {
        row["id"]: row
        for row in (plain("mercantiq_sales.orders", row) for row in stored(dsn, "mercantiq_sales.orders"))
    }
    assert orders == {row["id"]: row for row in rows(history(plan), "mercantiq_sales.orders")}


def test_live_goes_on_with_the_next_days(two_databases: tuple[str, str]) -> None:
    for dsn, plan in zip(two_databases, SMALL, strict=True):
        with pytest.raises((HistoryMissing, psycopg.errors.UndefinedTable)):
            live(dsn, plan, transactions=1)
        write(dsn, plan)
        assert live(dsn, plan, transactions=12) == 12
        assert live(dsn, plan, transactions=7, per_second=500) == 7
        entries = stored(dsn, "numeriqo_accounting.journal_entries")
        assert max(str(entry["entry_date"]) for entry in entries) > str(date(2025, 9, 30))
        lines = stored(dsn, "numeriqo_accounting.journal_lines")
        assert sum(Decimal(str(line["debit_ron"])) - Decimal(str(line["credit_ron"])) for line in lines) == 0


def test_another_company_is_refused(two_databases: tuple[str, str]) -> None:
    write(two_databases[0], SMALL[0], until=Period.month(2025, 7))
    with pytest.raises(WrongDatabase):
        write(two_databases[0], SMALL[1])


def test_a_missing_server_is_a_transient_error() -> None:
    with pytest.raises(TransientError):
        write("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1", SMALL[0])
