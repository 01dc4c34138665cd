"""Sources in the control database: one a database, joined by later modules, secrets masked."""

from __future__ import annotations

from pathlib import Path

import pytest

from cerniq.control import (
    ControlDb,
    InvalidDsn,
    SourceConflict,
    UnknownSource,
    mask_dsn,
    parse_dsn,
)
from cerniq.settings import Settings
from cerniq.tenancy import Cui, TenantId

ALFA, BETA = TenantId("alfa"), TenantId("beta-2")
DSN = "postgresql://erp:s3cret@db.example.com:5433/alfa"


@pytest.fixture
def control(tmp_path: Path) -> ControlDb:
    control = ControlDb.open(Settings(home=tmp_path))
    control.add_tenant(ALFA, "Alfa SRL", Cui.from_stem(1234567))
    control.add_tenant(BETA, "Beta SRL", Cui.from_stem(7654321))
    return control


def test_a_module_joins_the_slot_of_its_database(control: ControlDb) -> None:
    first = control.add_source(ALFA, DSN, {"iwms": "iwms"})
    joined = control.add_source(
        ALFA,
        "host=db.example.com port=5433 dbname=alfa user=other",
        {"admin_core": "core"},
    )
    assert joined.id == first.id
    assert joined.slot == first.slot == "cerniq_alfa"
    assert joined.modules == {"admin_core": "core", "iwms": "iwms"}
    assert control.sources(ALFA) == [joined]


def test_a_source_added_twice_is_there_once(control: ControlDb) -> None:
    assert control.add_source(ALFA, DSN, {"iwms": "iwms"}) == control.add_source(ALFA, DSN, {"iwms": "iwms"})


def test_tenants_do_not_see_each_others_sources(control: ControlDb) -> None:
    control.add_source(ALFA, DSN, {"iwms": "iwms"})
    other = control.add_source(BETA, DSN, {"iwms": "iwms"})
    assert other.slot == "cerniq_beta_2"
    assert [record.tenant for record in control.sources(ALFA)] == [ALFA]
    assert control.sources(BETA) == [other]


def test_a_second_database_gets_a_slot_of_its_own(control: ControlDb) -> None:
    control.add_source(ALFA, DSN, {"iwms": "iwms"})
    assert control.add_source(ALFA, DSN + "_2", {"admin_core": "core"}).slot == "cerniq_alfa_2"


def test_a_module_has_one_home(control: ControlDb) -> None:
    control.add_source(ALFA, DSN, {"iwms": "iwms"})
    with pytest.raises(SourceConflict) as refused:
        control.add_source(ALFA, DSN + "_2", {"iwms": "iwms"})
    assert "s3cret" not in str(refused.value)
    assert len(control.sources(ALFA)) == 1


def test_a_filter_of_tables_holds_for_its_own_module_only(control: ControlDb) -> None:
    control.add_source(ALFA, DSN, {"iwms": "iwms"})
    source = control.add_source(ALFA, DSN, {"mercantiq_sales": "sales"}, tables=["invoices", "customers"])
    assert source.wants("iwms", "anything")
    assert source.wants("mercantiq_sales", "invoices")
    assert not source.wants("mercantiq_sales", "orders")
    assert not source.wants("admin_core", "invoices")


def test_the_last_module_takes_the_source_away(control: ControlDb) -> None:
    control.add_source(ALFA, DSN, {"iwms": "iwms", "admin_core": "core"})
    left = control.remove_source(ALFA, "iwms")
    assert left is not None and left.modules == {"admin_core": "core"}
    assert control.remove_source(ALFA, "admin_core") is None
    assert control.sources(ALFA) == []
    with pytest.raises(UnknownSource):
        control.remove_source(ALFA, "iwms")


def test_a_slot_name_of_the_longest_tenant_still_fits_postgresql(
    control: ControlDb,
) -> None:
    longest = [TenantId("a" * 62 + last) for last in "xy"]
    slots = set()
    for tid in longest:
        control.add_tenant(tid, "Lung SRL", Cui.from_stem(1234567))
        slots.add(control.add_source(tid, DSN, {"iwms": "iwms"}).slot)
    assert len(slots) == 2
    assert all(len(slot) <= 63 for slot in slots)


def test_a_secret_is_never_shown(control: ControlDb) -> None:
    source = control.add_source(ALFA, DSN, {"iwms": "iwms"})
    assert source.dsn == DSN
    assert "s3cret" not in repr(source)
    assert "s3cret" not in source.masked_dsn
    assert "db.example.com" in source.masked_dsn


@pytest.mark.parametrize(
    "dsn",
    [
        "",
        "nonsense s3cret",
        "postgresql://erp:s3cret@host:5432",
        "mysql://u:s3cret@h/db",
        "host=x s3cret=y",
    ],
)
def test_a_dsn_that_leads_nowhere_is_refused_without_repeating_it(control: ControlDb, dsn: str) -> None:
    with pytest.raises(InvalidDsn) as refused:
        control.add_source(ALFA, dsn, {"iwms": "iwms"})
    assert "s3cret" not in str(refused.value)
    assert "s3cret" not in mask_dsn(dsn)


def test_both_forms_of_a_dsn_are_read() -> None:
    assert parse_dsn("host=h dbname=d password=p")["dbname"] == "d"
    assert parse_dsn("postgresql://u:p%40@h/d")["password"] == "p@"
