"""Statements that must not run. Each is tried by both tenants, against both lines of defence where it can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from cerniq.lake import Lake
from cerniq.serving import QueryFailed, QueryRefused, Serving
from cerniq.serving.engine import EngineLimits, open_locked

# {other} is the absolute path of the other tenant's published file, {dir} a directory that can be written.
FILES = [
    "select * from read_parquet('{dir}/x.parquet')",
    "select * from read_csv('/etc/passwd')",
    "select * from read_csv_auto('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "select * from read_json('/etc/passwd')",
    "select * from glob('/*')",
    "select * from '/etc/passwd'",
    'select * from "/etc/passwd"',
    "select * from '{other}'",
    "from '{dir}/x.csv'",
    "select * from parquet_metadata('{dir}/x.parquet')",
    "select * from parquet_schema('{dir}/x.parquet')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from read_duckdb('{other}')",
    "select * from 'https://example.org/x.parquet'",
    "select * from delta_scan('{dir}')",
    "select * from sqlite_scan('{other}', 't')",
    "copy finance.fct_journal_line to '{dir}/out.csv'",
    "copy (select 1) to '{dir}/out.parquet'",
    "copy finance.fct_journal_line from '/etc/passwd'",
    "export database '{dir}/dump'",
    "import database '{dir}/dump'",
]
REACH = [
    "attach '{other}' as other",
    "attach '{other}' as other (read_only)",
    "attach ':memory:' as mem",
    "detach marts",
    "use finance",
    "install httpfs",
    "load httpfs",
    "load '{dir}/evil.duckdb_extension'",
    "select * from other.finance.fct_journal_line",
    "select * from marts.finance.fct_journal_line",
    "select * from system.information_schema.tables",
    "create secret s (type s3, key_id 'k', secret 's')",
    "select * from which_secret('s3://x', 's3')",
]
SETTINGS = [
    "set enable_external_access=true",
    "set memory_limit='100GB'",
    "reset all",
    "reset lock_configuration",
    "pragma database_list",
    "pragma enable_profiling",
    "select current_setting('home_directory')",
    "select getenv('HOME')",
    "select getvariable('x')",
    "set variable x = 1",
    "call pragma_version()",
    "select * from pragma_version()",
    "select version()",
    "select current_database()",
]
CATALOGUE = [
    "select * from information_schema.tables",
    "select * from pg_catalog.pg_class",
    "select * from duckdb_tables()",
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from duckdb_views()",
    "select * from sqlite_master",
    "select * from pragma_table_info('finance.fct_journal_line')",
    "show tables",
    "show all tables",
    "describe finance.fct_journal_line",
    "summarize finance.fct_journal_line",
    "select * from silver_iwms.products",
    "select * from main.hidden",
    "select * from hidden",
    "with hidden as (select * from hidden) select * from hidden",
    "select * from (with hidden as (select 1 as sku) select * from hidden) as a, hidden",
    "select * from query('select * from silver_iwms.products')",
    "select * from query_table('main.hidden')",
]
CHANGES = [
    "insert into finance.fct_journal_line select * from finance.fct_journal_line",
    "update finance.fct_journal_line set debit_ron = 0",
    "delete from finance.fct_journal_line",
    "truncate finance.fct_journal_line",
    "drop table finance.fct_journal_line",
    "drop schema finance cascade",
    "alter table finance.fct_journal_line add column x int",
    "create table finance.x as select 1",
    "create temp table x as select 1",
    "create view finance.v as select 1",
    "create macro f(a) as a",
    "select * into finance.x from finance.fct_journal_line",
    "with gone as (delete from finance.fct_journal_line returning *) select * from gone",
    "with new as (insert into finance.dim_account select * from finance.dim_account returning *) select * from new",
    "merge into finance.fct_journal_line t using finance.dim_account s on false when not matched then insert",
    "vacuum",
    "checkpoint",
    "begin transaction",
    "prepare p as select 1",
    "execute p",
]
SHAPES = [
    "",
    ";",
    "-- nothing",
    "select 1; select 2",
    "select 1; attach '{other}' as o",
    "explain analyze select 1",
    "select nextval('s')",
    "select * from finance.fct_journal_line for update",
    "pivot finance.fct_journal_line on account_code using sum(debit_ron)",
    "select * from (describe finance.fct_journal_line)",
    "select * from repeat_row(1, num_rows = 10)",
    "select * from test_all_types()",
    "select finance.secret_macro(1)",
    "select write_log('x')",
    "select * from duckdb_logs()",
    "select pg_read_file('/etc/passwd')",
    "select 1 \x00 ; drop table finance.fct_journal_line",
    "select " + "(" * 30_000 + "1" + ")" * 30_000,
]
ATTACKS = FILES + REACH + SETTINGS + CATALOGUE + CHANGES + SHAPES


def test_there_are_enough_attacks() -> None:
    assert len(set(ATTACKS)) >= 100


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda text: text[:60])
def test_an_attack_is_refused_for_both_tenants(
    two_servings: tuple[Serving, Serving], two_lakes: tuple[Lake, Lake], tmp_path: Path, attack: str
) -> None:
    for serving, other in zip(two_servings, reversed(two_lakes), strict=True):
        path = other.local_dir("builds", other.read_json("builds", "current.json")["build_id"]) / "marts.duckdb"  # type: ignore[index]
        with pytest.raises(QueryRefused):
            serving.query(attack.replace("{other}", str(path)).replace("{dir}", str(tmp_path)))
        assert not list(tmp_path.glob("out*"))
        assert serving.query("select count(*) as n from finance.fct_journal_line").column("n").to_pylist() == [100]


# What must fail even when the check before it were to let it through.
ENGINE_ALONE = [
    *FILES,
    "attach '{other}' as other (read_only)",
    "install httpfs",
    "load httpfs",
    "set enable_external_access=true",
    "set memory_limit='100GB'",
    "reset lock_configuration",
    "create secret s (type s3, key_id 'k', secret 's')",
    "delete from finance.fct_journal_line",
    "drop table finance.fct_journal_line",
    "create table finance.x as select 1",
    "with gone as (delete from finance.fct_journal_line returning *) select * from gone",
]


@pytest.mark.parametrize("attack", ENGINE_ALONE, ids=lambda text: text[:60])
def test_the_engine_alone_holds_against_files_and_changes(
    two_servings: tuple[Serving, Serving], two_lakes: tuple[Lake, Lake], tmp_path: Path, attack: str
) -> None:
    import duckdb

    (tmp_path / "x.csv").write_text("a\n1\n")
    own, other = (
        lake.local_dir("builds", build) / "marts.duckdb" for lake, build in zip(two_lakes, ("a1", "b1"), strict=True)
    )
    connection = open_locked(own, EngineLimits("200MB", 1, 3.0, 1000, 1 << 20))
    with connection, pytest.raises(duckdb.Error):
        connection.execute(attack.replace("{other}", str(other)).replace("{dir}", str(tmp_path))).fetchall()


def test_a_function_that_only_the_engine_knows_fails_without_harm(two_servings: tuple[Serving, Serving]) -> None:
    for serving in two_servings:
        with pytest.raises((QueryRefused, QueryFailed)):
            serving.query("select median(a, b, c, d, e) from finance.fct_journal_line")
