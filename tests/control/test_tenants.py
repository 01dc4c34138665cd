"""Tenants in the control database."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from cerniq.control import ControlDb, TenantConflict, UnknownTenant
from cerniq.errors import PermanentError, UsageError
from cerniq.settings import Settings
from cerniq.tenancy import Cui, TenantId

ALFA, BETA = TenantId("alfa"), TenantId("beta")
ALFA_CUI, BETA_CUI = Cui.from_stem(1234567), Cui.from_stem(7654321)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def control(home: Settings) -> ControlDb:
    return ControlDb.open(home)


def test_a_tenant_added_twice_is_there_once(control: ControlDb) -> None:
    first = control.add_tenant(ALFA, "Alfa SRL", ALFA_CUI, {"city": "Cluj"})
    second = control.add_tenant(ALFA, "Alfa SRL", ALFA_CUI, {"city": "Cluj"})
    assert first == second
    assert control.tenants() == [first]


def test_a_tenant_added_again_without_a_profile_keeps_the_one_it_has(
    control: ControlDb,
) -> None:
    control.add_tenant(
        ALFA,
        "Alfa SRL",
        ALFA_CUI,
        {"city": "Cluj", "since": date(2020, 1, 31)},
    )
    renamed = control.add_tenant(ALFA, "Alfa Nova SRL", ALFA_CUI)
    assert renamed.name == "Alfa Nova SRL"
    assert renamed.profile == {"city": "Cluj", "since": "2020-01-31"}


def test_a_tenant_id_cannot_pass_to_another_company(control: ControlDb) -> None:
    control.add_tenant(ALFA, "Alfa SRL", ALFA_CUI)
    with pytest.raises(TenantConflict):
        control.add_tenant(ALFA, "Beta SRL", BETA_CUI)
    assert control.tenant(ALFA).name == "Alfa SRL"


def test_a_retired_tenant_is_out_of_sight_and_comes_back_when_added(
    control: ControlDb,
) -> None:
    control.add_tenant(ALFA, "Alfa SRL", ALFA_CUI)
    control.add_tenant(BETA, "Beta SRL", BETA_CUI)
    control.remove_tenant(ALFA)
    assert [record.tid for record in control.tenants()] == [BETA]
    assert [record.state for record in control.tenants(active_only=False)] == [
        "retired",
        "active",
    ]
    control.add_tenant(ALFA, "Alfa SRL", ALFA_CUI)
    assert [record.tid for record in control.tenants()] == [ALFA, BETA]


def test_an_unknown_tenant_is_named_with_the_cure(control: ControlDb) -> None:
    with pytest.raises(UnknownTenant, match="cerniq tenant add gama"):
        control.tenant(TenantId("gama"))


def test_a_second_process_sees_what_the_first_wrote(home: Settings, control: ControlDb) -> None:
    control.add_tenant(ALFA, "Alfa SRL", ALFA_CUI)
    assert [record.tid for record in ControlDb.open(home).tenants()] == [ALFA]


def test_the_file_with_the_passwords_is_its_owners_alone(home: Settings, control: ControlDb) -> None:
    assert stat.S_IMODE((home.home / "control.db").stat().st_mode) == 0o600


def test_a_file_that_is_no_database_is_left_alone(home: Settings) -> None:
    home.home.mkdir()
    (home.home / "control.db").write_text("not a database " * 100)
    with pytest.raises(PermanentError, match="is not a control database"):
        ControlDb.open(home)
    assert (home.home / "control.db").read_text().startswith("not a database")


def test_a_control_url_that_means_nothing_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="CERNIQ_CONTROL_URL"):
        ControlDb.open(Settings(home=tmp_path, control_url="nosuchdb://x"))


def test_a_newer_schema_is_refused(home: Settings, control: ControlDb) -> None:
    import sqlite3

    with sqlite3.connect(home.home / "control.db") as connection:
        connection.execute("update schema_version set version = 999")
    with pytest.raises(PermanentError, match="newer Cerniq"):
        ControlDb.open(home)
