"""Gold is open: `deltalake` and `duckdb` alone read it, and its figures are those of the source in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString

import duckdb
import psycopg
import pytest
from deltalake import DeltaTable

from cerniq.postgres_server import PostgresServer
from tests.integration.conftest import FinishedDemo

LINES = """
    select l.id, l.entry_id, e.entry_date, l.account_code, l.partner_id, l.debit_ron, l.credit_ron
    from numeriqo_accounting.journal_lines l join numeriqo_accounting.journal_entries e on e.id = l.entry_id
    order by l.id
"""


@pytest.fixture(scope="module")
def server(finished_demo: FinishedDemo) -> Iterator[PostgresServer]:
    found = PostgresServer.start(finished_demo.home / "postgres")
    try:
        yield found
    finally:
        found.stop()


def _gold(path: str, query: str) -> list[tuple[Any, ...]]:
    """Rows of `query` over the Delta table `t`, by public libraries only."""
    files = DeltaTable(path).file_uris()
    connection = duckdb.connect()
    connection.from_parquet(files).create_view("t")
    return connection.execute(query).fetchall()


def _source(server: PostgresServer, tenant: str, query: LiteralString) -> list[tuple[Any, ...]]:
    with psycopg.connect(server.dsn(f"cerniq_{tenant.replace('-', '_')}")) as connection:
        return connection.execute(query).fetchall()


def test_the_trial_balance_of_every_month_balances(finished_demo: FinishedDemo) -> None:
    assert len(finished_demo.tenants) == 2
    for tenant in finished_demo.tenants:
        months = _gold(
            finished_demo.gold(tenant, "finance", "rpt_trial_balance"),
            """
            select month_start, count(*),
                   sum(opening_debit_ron) = sum(opening_credit_ron),
                   sum(turnover_debit_ron) = sum(turnover_credit_ron),
                   sum(cumulative_debit_ron) = sum(cumulative_credit_ron),
                   sum(closing_debit_ron) = sum(closing_credit_ron)
            from t group by month_start order by month_start
            """,
        )
        assert len(months) == 3
        for month, accounts, *equalities in months:
            assert accounts > 30, month
            assert equalities == [True] * 4, month


def test_the_journal_lines_are_the_rows_of_the_source(finished_demo: FinishedDemo, server: PostgresServer) -> None:
    for tenant in finished_demo.tenants:
        expected = _source(server, tenant, LINES)
        found = _gold(
            finished_demo.gold(tenant, "finance", "fct_journal_line"),
            """
            select line_id, entry_id, entry_date, account_code, partner_id, debit_ron, credit_ron
            from t order by line_id
            """,
        )
        assert len(expected) > 500
        assert found == expected


def test_each_tenant_s_partners_are_those_of_its_own_source(
    finished_demo: FinishedDemo, server: PostgresServer
) -> None:
    partners = {}
    for tenant in finished_demo.tenants:
        expected = _source(server, tenant, "select id, name, fiscal_code from numeriqo_accounting.partners order by id")
        partners[tenant] = _gold(
            finished_demo.gold(tenant, "finance", "dim_partner"),
            "select partner_id, partner_name, fiscal_code from t order by partner_id",
        )
        assert partners[tenant] == expected
    first, second = partners.values()
    assert first != second
