"""The control database on PostgreSQL, as several machines share it."""

from __future__ import annotations

import threading

from cerniq.control import ControlDb
from cerniq.settings import Settings
from cerniq.tenancy import Cui, TenantId


def test_two_machines_share_tenants_and_sources(settings: Settings, two_databases: tuple[str, str]) -> None:
    shared = settings.model_copy(update={"control_url": two_databases[0]})
    with ControlDb.open(shared) as here, ControlDb.open(shared) as there:
        for number, tid in enumerate(("alfa", "beta")):
            here.add_tenant(TenantId(tid), tid, Cui.from_stem(1_000_001 + number), {"city": "Iași"})
        here.add_source(TenantId("alfa"), "postgresql://u:p@h/alfa", {"iwms": "iwms"}, tables=["products"])
        assert [record.tid.value for record in there.tenants()] == ["alfa", "beta"]
        assert there.sources(TenantId("alfa"))[0].wants("iwms", "products")
        assert there.sources(TenantId("beta")) == []
        assert there.record_filing(TenantId("beta"), form="d406", type="L", period="2026-08", path="x").number == 1


def test_processes_that_open_it_first_at_the_same_moment_agree(
    settings: Settings, two_databases: tuple[str, str]
) -> None:
    for url in (two_databases[1], settings.control_url):
        shared = settings.model_copy(update={"control_url": url})
        errors: list[Exception] = []

        def work(number: int, shared: Settings = shared, errors: list[Exception] = errors) -> None:
            try:
                with ControlDb.open(shared) as control:
                    control.add_tenant(TenantId(f"t{number}"), "x", Cui.from_stem(1_000_001 + number))
            except Exception as error:  # noqa: BLE001  a thread's error must reach the assertion
                errors.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        with ControlDb.open(shared) as control:
            assert len(control.tenants()) == 6
