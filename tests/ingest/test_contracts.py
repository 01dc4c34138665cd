"""Modules with a contract: its schema is the lake's schema, and a source that departs from it stops by the table."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import psycopg
import pytest

from cerniq.contracts import load_contracts
from cerniq.contracts.arrow import bronze_schema, silver_schema
from cerniq.contracts.ddl import create_schema_sql
from cerniq.control import SourceRecord
from cerniq.lake import Lake
from cerniq.tenancy import TenantId
from tests.support.source import Tenant, assert_bronze_unique, lake_rows, record, source_rows

MODULE = "iwms"
Tenants = tuple[Tenant, Tenant]

FILL = """
insert into warehouse.product_groups
select g, 'G' || g, 'Grupa', 'Group', '371', 'standard' from generate_series(1, 3) g;
insert into warehouse.stock_movements (id, moved_on, movement_type, product_id, warehouse_id, quantity, unit_cost_ron,
                                       value_ron, account_code, document_type, document_number, created_at)
select g, date '2026-08-01', 'purchase_receipt', 1, 1, 10.5, 2.123456, 22.3, '371', 'NIR', 'N' || g,
       timestamptz '2026-08-01 12:00+03'
  from unnest(array[1, 2, 262143, 262144, 600000]) g
"""


@pytest.fixture
def contracted(
    two_lakes: tuple[Lake, Lake], two_tenants: tuple[TenantId, TenantId], two_databases: tuple[str, str]
) -> Tenants:
    """Two tenants whose schema `warehouse` holds the iwms tables."""
    module = dataclasses.replace(load_contracts().modules[MODULE], schema="warehouse")
    made: list[Tenant] = []
    for lake, tenant, dsn in zip(two_lakes, two_tenants, two_databases, strict=True):
        with psycopg.connect(dsn) as connection:
            for statement in create_schema_sql(module):
                connection.execute(statement)
        source: SourceRecord = record(tenant, dsn, iwms="warehouse")
        made.append(Tenant(lake, source))
        made[-1].commit(*FILL.split(";\n"))
    return made[0], made[1]


def assert_movements(tenant: Tenant) -> None:
    expected = source_rows(tenant.dsn, "warehouse.stock_movements", "id")
    assert lake_rows(tenant.lake, "silver", MODULE, "stock_movements", ["id"]) == expected
    assert_bronze_unique(tenant.lake, MODULE, "stock_movements")


def test_bronze_and_silver_have_the_contracts_schema(contracted: Tenants) -> None:
    for tenant in contracted:
        report = tenant.ingest()
        assert not report.findings
        for table in load_contracts().modules[MODULE].tables.values():
            stored = tenant.lake.table("silver", MODULE, table.name).schema()
            assert [(f.name, f.type, f.nullable) for f in stored] == [
                (f.name, f.type, f.nullable) for f in silver_schema(table)
            ]
            assert tenant.lake.table("bronze", MODULE, table.name).schema().names == bronze_schema(table).names
        assert_movements(tenant)


def test_a_small_batch_rewrites_only_the_buckets_it_touches(contracted: Tenants) -> None:
    for tenant in contracted:
        tenant.ingest()
        table = tenant.lake.table("silver", MODULE, "stock_movements")
        before = set(table.files())
        assert sorted({uri.partition("_bucket=")[2].partition("/")[0] for uri in before}) == ["0", "1", "2"]
        tenant.commit("update warehouse.stock_movements set value_ron = 1.01 where id = 262144")
        tenant.ingest()
        replaced = before - set(table.files())
        assert [uri.partition("_bucket=")[2].partition("/")[0] for uri in replaced] == ["1"]
        tenant.commit(
            "update warehouse.stock_movements set id = 262145 where id = 2",
            "delete from warehouse.stock_movements where id = 600000",
        )
        tenant.ingest()
        assert_movements(tenant)


def test_a_renamed_column_stops_one_table_and_says_what_it_may_be_called_now(contracted: Tenants) -> None:
    for tenant in contracted:
        tenant.ingest()
        tenant.commit(
            "alter table warehouse.stock_movements rename column value_ron to total",
            "update warehouse.product_groups set name_ro = 'Alta' where id = 1",
        )
        report = tenant.ingest()
        assert [finding.table for finding in report.stopped] == ["iwms.stock_movements"]
        assert "value_ron" in report.stopped[0].message
        assert "renamed to total?" in report.stopped[0].message
        names = tenant.lake.table("silver", MODULE, "product_groups").read(["id", "name_ro"]).to_pylist()
        assert {row["id"]: row["name_ro"] for row in names} == {1: "Alta", 2: "Grupa", 3: "Grupa"}
        tenant.commit(
            "update warehouse.stock_movements set total = 5 where id = 1",
            "alter table warehouse.stock_movements rename column total to value_ron",
        )
        assert tenant.ingest().snapshotted == ["iwms.stock_movements"]
        assert_movements(tenant)


def test_types_that_would_lose_something_are_findings(contracted: Tenants) -> None:
    for tenant in contracted:
        tenant.commit(
            "alter table warehouse.stock_movements alter value_ron type numeric(18,4)",
            "alter table warehouse.product_groups alter id type smallint, add column surplus int",
            "drop table warehouse.products",
        )
        found = {finding.table: finding for finding in tenant.ingest().findings}
        assert "numeric(18,4), the contract says numeric(18,2)" in found["iwms.stock_movements"].message
        assert found["iwms.products"].severity == "error"
        # A narrower integer fits, and a column that nobody asked for is only mentioned.
        assert found["iwms.product_groups"].severity == "warning"
        assert tenant.lake.table("silver", MODULE, "product_groups").row_count() == 3


def test_only_chosen_tables_are_replicated(contracted: Tenants) -> None:
    for tenant in contracted:
        chosen = dataclasses.replace(tenant.source, tables=("iwms.product_groups",))
        report = Tenant(tenant.lake, chosen).ingest()
        assert report.tables == {"iwms.product_groups": 3}
        assert tenant.ingest().tables["iwms.stock_movements"] == 5


def test_a_null_where_the_contract_has_none_stops_the_table(contracted: Tenants) -> None:
    for tenant in contracted:
        tenant.ingest()
        tenant.commit(
            "alter table warehouse.stock_movements alter account_code drop not null",
            "update warehouse.stock_movements set account_code = null where id = 1",
        )
        report = tenant.ingest()
        assert [finding.table for finding in report.stopped] == ["iwms.stock_movements"]
        assert "account_code" in report.stopped[0].message
        values = tenant.lake.table("silver", MODULE, "stock_movements").read(["value_ron"]).column(0).to_pylist()
        assert values == [Decimal("22.30")] * 5
