"""What people get: rows of their own tenant, as Arrow, of the build that is published now."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cerniq.lake import Lake
from cerniq.serving import AccessDenied, NoBuild, Principal, QueryFailed, QueryRefused, Serving, WorkerPool
from cerniq.tenancy import TenantId
from tests.serving.builds import publish


def test_each_tenant_reads_its_own_rows_only(two_servings: tuple[Serving, Serving]) -> None:
    for serving, own in zip(two_servings, ("only-north", "only-south"), strict=True):
        table = serving.query("select distinct description from finance.fct_journal_line")
        assert table.column("description").to_pylist() == [own]


def test_money_stays_decimal(two_servings: tuple[Serving, Serving]) -> None:
    table = two_servings[0].query("select sum(debit_ron) as total from finance.fct_journal_line")
    assert table.column("total").to_pylist() == [Decimal("4975.00")]


def test_the_row_limit_cuts_and_says_so(two_servings: tuple[Serving, Serving]) -> None:
    cut = two_servings[1].query("select line_id from finance.fct_journal_line order by line_id", limit=7)
    assert cut.column("line_id").to_pylist() == list(range(7))
    assert cut.schema.metadata[b"cerniq.more"] == b"true"
    whole = two_servings[1].query("select line_id from finance.fct_journal_line", limit=100)
    assert whole.schema.metadata[b"cerniq.more"] == b"false"


@pytest.mark.parametrize(
    "text",
    [
        "x'; drop table finance.fct_journal_line; --",
        "' or 1=1 --",
        "$$); copy finance.fct_journal_line to 'stolen.csv' --",
        "/etc/passwd",
        "\\'; select getenv('HOME')",
        "?",
        "${jndi}",
    ],
)
def test_a_parameter_that_looks_like_sql_is_data(two_servings: tuple[Serving, Serving], text: str) -> None:
    for serving in two_servings:
        assert serving.query("select ? as value", [text]).column("value").to_pylist() == [text]
        named = serving.query(
            "select count(*) as n from finance.fct_journal_line where description = $text", {"text": text}
        )
        assert named.column("n").to_pylist() == [0]


def test_parameters_keep_their_types(two_servings: tuple[Serving, Serving]) -> None:
    values = [1, Decimal("2.50"), date(2026, 8, 31), True, None, ["a", "b"]]
    row = two_servings[0].query("select ? as a, ? as b, ? as c, ? as d, ? as e, ? as f", values).to_pylist()[0]
    assert list(row.values()) == values
    with pytest.raises(QueryRefused, match="type object"):
        two_servings[0].query("select ?", [object()])


def test_a_wrong_column_is_the_callers_error_and_the_worker_goes_on(two_servings: tuple[Serving, Serving]) -> None:
    for serving in two_servings:
        with pytest.raises(QueryFailed, match="nowhere"):
            serving.query("select nowhere from finance.fct_journal_line")
        assert serving.query("select 1 as one").num_rows == 1


def test_without_a_build_the_error_names_the_command(two_lakes: tuple[Lake, Lake], pool: WorkerPool) -> None:
    first, second = two_lakes
    publish(second, build_id="b1", secret="only-south")
    with pytest.raises(NoBuild) as caught:
        Serving(first, Principal(first.tenant, "analyst"), pool=pool).query("select 1")
    assert f"cerniq build {first.tenant}" in caught.value.cure


def test_build_tells_how_fresh_the_answers_are(two_servings: tuple[Serving, Serving]) -> None:
    build = two_servings[0].build()
    assert (build.id, build.lsn, build.built_at.isoformat()) == ("a1", "0/16B3748", "2026-09-01T06:00:00+00:00")


def test_a_person_of_another_tenant_gets_no_serving(two_lakes: tuple[Lake, Lake], pool: WorkerPool) -> None:
    first, second = two_lakes
    with pytest.raises(AccessDenied, match="another tenant"):
        Serving(first, Principal(second.tenant, "administrator"), pool=pool)


@pytest.mark.parametrize(
    ("role", "claims"), [("", {}), ("root", {}), ("analyst", {"dept": 1}), ("analyst", {"whid": "1 or 1=1"})]
)
def test_unknown_rights_close_the_door(
    two_lakes: tuple[Lake, Lake], pool: WorkerPool, role: str, claims: dict[str, object]
) -> None:
    with pytest.raises(AccessDenied):
        Serving(two_lakes[0], Principal(two_lakes[0].tenant, role, claims), pool=pool)


def test_row_claims_narrow_every_mention_of_a_model(two_servings: tuple[Serving, Serving], pool: WorkerPool) -> None:
    for full in two_servings:
        keeper = Serving(full._lake, Principal(full.principal.tenant, "warehouse", {"whid": [1]}), pool=pool)
        seen = keeper.query(
            "with s as (select * from stock.rpt_stock_on_hand) "
            "select distinct a.warehouse_id from s as a join stock.rpt_stock_on_hand as b using (product_id)"
        )
        assert seen.column("warehouse_id").to_pylist() == [1]
        nobody = Serving(full._lake, Principal(full.principal.tenant, "warehouse", {"whid": []}), pool=pool)
        assert nobody.query("select * from stock.rpt_stock_on_hand").num_rows == 0
        with pytest.raises(AccessDenied, match="finance"):
            keeper.query("select * from finance.fct_journal_line")
        with pytest.raises(AccessDenied):
            keeper.model_table("forecast", "sales_monthly")


def test_rights_are_part_of_the_cache_key() -> None:
    tenant, other = TenantId("comert-nord"), TenantId("mobila-sud")
    prints = {
        Principal(tenant, "analyst").fingerprint,
        Principal(other, "analyst").fingerprint,
        Principal(tenant, "warehouse").fingerprint,
        Principal(tenant, "warehouse", {"whid": [1]}).fingerprint,
        Principal(tenant, "warehouse", {"whid": [1, 2]}).fingerprint,
    }
    assert len(prints) == 5


def test_what_a_model_wrote_is_read_for_its_own_tenant(two_servings: tuple[Serving, Serving]) -> None:
    import pyarrow as pa

    schema = pa.schema([("unique_id", pa.string()), ("mean", pa.decimal128(18, 2))])
    first, second = two_servings
    rows = pa.table({"unique_id": ["north"], "mean": [Decimal("1.50")]}, schema=schema)
    first._lake.table("models", "forecast", "sales_monthly").overwrite(rows, schema=schema)
    assert first.model_table("forecast", "sales_monthly", columns=["unique_id"]).to_pylist() == [{"unique_id": "north"}]
    with pytest.raises(NoBuild) as caught:
        second.model_table("forecast", "sales_monthly")
    assert f"cerniq models run {second.principal.tenant}" in caught.value.cure
