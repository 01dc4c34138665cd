"""Silver against its contracts: what breaks a promise is found, counted and named, and no value is ever quoted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cerniq.contracts import load_contracts
from cerniq.contracts.expectations import Suites, rules_of
from cerniq.lake import Lake
from cerniq.quality import NothingIngested, TableQuality, check_silver
from tests.support.silver import write_silver

GROUP: dict[str, Any] = {
    "code": "G",
    "name_ro": "Grupa",
    "name_en": "Group",
    "stock_account": "371",
    "vat_class": "standard",
}
ACCOUNTS = [{"code": "371", "name_ro": "Mărfuri", "name_en": "Goods"}]


def found(lake: Lake, table: str) -> Mapping[str, int]:
    [quality] = list(check_silver(lake, tables=[table]))
    assert isinstance(quality, TableQuality) and quality.result is not None
    return quality.result.broken


@pytest.fixture
def lakes(two_lakes: tuple[Lake, Lake]) -> tuple[Lake, Lake]:
    for lake in two_lakes:
        write_silver(
            lake,
            {
                "numeriqo_accounting.accounts": ACCOUNTS,
                "iwms.product_groups": [{"id": 1, **GROUP}, {"id": 2, **GROUP, "code": "H"}],
            },
        )
    return two_lakes


def test_rows_that_keep_their_contract_pass_for_both_tenants(lakes: tuple[Lake, Lake]) -> None:
    for lake in lakes:
        assert found(lake, "iwms.product_groups") == {}


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ({"id": 1}, "id unique"),
        ({"vat_class": "secret-word"}, "vat_class listed"),
        ({"stock_account": "999-secret-word"}, "stock_account refers -> numeriqo_accounting.accounts"),
    ],
)
def test_a_fault_of_one_tenant_is_counted_there_and_nowhere_else(
    lakes: tuple[Lake, Lake], fault: dict[str, Any], rule: str
) -> None:
    write_silver(lakes[0], {"iwms.product_groups": [{"id": 1, **GROUP}, {"id": 2, **GROUP, "code": "H", **fault}]})
    broken = found(lakes[0], "iwms.product_groups")
    assert set(broken) == {rule}
    assert broken[rule] >= 1
    assert "secret-word" not in str(broken)
    assert found(lakes[1], "iwms.product_groups") == {}


def test_a_missing_value_is_named_by_its_column() -> None:
    import pyarrow as pa

    from cerniq.contracts.arrow import table_schema

    table = load_contracts().table("iwms", "product_groups")
    # Delta would refuse such a row; a table that another engine wrote may hold one.
    schema = pa.schema([field.with_nullable(True) for field in table_schema(table)])
    rows = pa.Table.from_pylist([{"id": 1, **GROUP}, {"id": 2, **GROUP, "code": "H", "name_ro": None}], schema=schema)
    result = Suites().check(table, rows, lambda _key: None)
    assert dict(result.broken) == {"name_ro filled": 1}
    assert not result.passed


def test_a_reference_into_a_module_that_is_not_replicated_is_not_judged(two_lakes: tuple[Lake, Lake]) -> None:
    write_silver(two_lakes[0], {"iwms.product_groups": [{"id": 1, **GROUP}]})
    assert found(two_lakes[0], "iwms.product_groups") == {}


def test_a_table_that_no_source_carries_is_said_to_be_so(lakes: tuple[Lake, Lake]) -> None:
    [quality] = list(check_silver(lakes[0], tables=["iwms.products"]))
    assert quality.result is None


def test_a_tenant_without_data_is_told_how_to_get_some(two_lakes: tuple[Lake, Lake]) -> None:
    with pytest.raises(NothingIngested, match="cerniq ingest"):
        next(check_silver(two_lakes[0]))


def test_every_promise_of_a_contract_has_a_rule() -> None:
    for table in load_contracts().tables():
        rules = {(rule.kind, rule.columns) for rule in rules_of(table)}
        assert ("unique", table.key) in rules
        assert {column.name for column in table.columns if column.values} == {
            columns[0] for kind, columns in rules if kind == "listed"
        }
        assert set(table.foreign_keys) == {columns[0] for kind, columns in rules if kind == "refers"}


def test_what_passed_is_checked_again_once_it_or_its_parents_have_changed(lakes: tuple[Lake, Lake]) -> None:
    first, second = lakes
    assert found(first, "iwms.product_groups") == found(second, "iwms.product_groups") == {}
    # A parent goes: the child's rows are as they were, and their references lead nowhere.
    write_silver(first, {"numeriqo_accounting.accounts": [{**ACCOUNTS[0], "code": "301"}]})
    for _ in range(2):  # a failure is never remembered as a pass
        assert set(found(first, "iwms.product_groups")) == {"stock_account refers -> numeriqo_accounting.accounts"}
    assert found(second, "iwms.product_groups") == {}


def test_what_passed_unchanged_is_not_read_again(lakes: tuple[Lake, Lake], monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = lakes
    before = list(check_silver(first))
    monkeypatch.setattr(Suites, "check", lambda *_: pytest.fail("read again"))
    assert list(check_silver(first)) == before
