"""Gold is read by engines that know nothing of us."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pyarrow as pa
from deltalake import DeltaTable

from cerniq.lake import Lake
from cerniq.warehouse import build, export_gold
from cerniq.warehouse.builds import build_file
from tests.marts.ledger import A, trader
from tests.support.silver import write_silver


def test_the_trial_balance_of_each_tenant_is_read_by_plain_engines(two_silvers: tuple[Lake, Lake]) -> None:
    for lake, accounts, turnover in zip(two_silvers, (17, 4), (Decimal("8512.92"), Decimal("25.00")), strict=True):
        export_gold(lake, build(lake).build_id)
        table = DeltaTable(lake.uri("gold", "finance", "rpt_trial_balance"))
        files = table.file_uris()
        ((found, debit, credit),) = duckdb.execute(
            "select count(distinct account_code), sum(turnover_debit_ron), sum(turnover_credit_ron) "
            "from read_parquet(?)",
            [files],
        ).fetchall()
        assert (found, debit, credit) == (accounts, turnover, turnover)
        assert all(f"/{lake.tenant}/" in file for file in files)


def test_every_mart_is_there_with_declared_types(two_silvers: tuple[Lake, Lake]) -> None:
    lake, _ = two_silvers
    report = build(lake)
    written = export_gold(lake, report.build_id)
    assert {name: rows for name, (_, rows) in written.items()} == report.models
    for name in report.models:
        schema = pa.schema(DeltaTable(lake.uri("gold", *name.split("."))).schema().to_arrow())
        floating = [field.name for field in schema if pa.types.is_floating(field.type)]
        money = [field for field in schema if field.name.endswith("_ron") and field.name != "unit_cost_ron"]
        assert not floating
        assert all(pa.types.is_decimal(field.type) for field in money)
        assert all(pa.types.is_date(field.type) for field in schema if field.name.endswith("_date"))
    journal = pa.schema(DeltaTable(lake.uri("gold", "finance", "fct_journal_line")).schema().to_arrow())
    assert journal.field("debit_ron").type == pa.decimal128(18, 2)


def test_gold_equals_the_published_file(two_silvers: tuple[Lake, Lake]) -> None:
    lake, _ = two_silvers
    report = build(lake)
    written = export_gold(lake, report.build_id)
    with duckdb.connect(str(build_file(lake, report.build_id)), read_only=True) as connection:
        for name in written:
            files = DeltaTable(lake.uri("gold", *name.split("."))).file_uris()
            different = connection.execute(
                f"select count(*) from ((from {name} except all from read_parquet(?)) "
                f"union all (from read_parquet(?) except all from {name}))",
                [files, files],
            ).fetchall()
            assert different == [(0,)], name


def test_only_what_changed_is_written_again(two_silvers: tuple[Lake, Lake]) -> None:
    lake, other = two_silvers
    first = export_gold(lake, build(lake).build_id)
    untouched = export_gold(other, build(other).build_id)
    assert export_gold(lake, build(lake, full_refresh=True).build_id) == first
    renamed = [{**row, "name_ro": "Alt nume"} for row in trader()[A + "accounts"]]
    write_silver(lake, {A + "accounts": renamed}, lsn=2)
    report = build(lake)
    second = export_gold(lake, report.build_id)
    changed = {name for name in first if second[name] != first[name]}
    assert changed == {"finance.dim_account", "finance.rpt_trial_balance"}
    stamp = DeltaTable(lake.uri("gold", "finance", "dim_account")).history(1)[0]
    assert stamp["cerniq.build_id"] == report.build_id
    assert export_gold(other, build(other).build_id) == untouched
