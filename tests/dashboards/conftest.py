"""Two companies with small ledgers of their own, built once, and the app over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cerniq.control import ControlDb
from cerniq.lake import Lake
from cerniq.settings import Settings
from cerniq.tenancy import Cui, TenantId
from cerniq.warehouse import build
from tests.marts.ledger import fee_payer, trader
from tests.support.silver import write_silver

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "dashboards" / "app.py"
NORTH, SOUTH = TenantId("comert-nord"), TenantId("mobila-sud")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CERNIQ_HOME with both companies built, and one filing of the first."""
    settings = Settings(home=tmp_path_factory.mktemp("dashboards"))
    with ControlDb.open(settings) as control:
        for number, (tenant, name, ledger) in enumerate(
            ((NORTH, "Comerț Nord SRL", trader), (SOUTH, "Mobila Sud SRL", fee_payer))
        ):
            control.add_tenant(tenant, name, Cui.from_stem(9_200_000 + number))
            lake = Lake.open(settings, tenant)
            write_silver(lake, ledger())
            build(lake)
        path = settings.home / "D406_2025-02.xml"
        path.write_text("<AuditFile/>", encoding="utf-8")
        control.record_filing(
            NORTH,
            form="d406",
            type="L",
            period="2025-02",
            path=str(path),
            state="invalid",
            rows=12,
            errors=3,
            warnings=1,
        )
    return settings.home


Open = Callable[..., "AppTest"]


@pytest.fixture
def open_app(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """`open_app(tenant="comert-nord", lang="en", ...)`: the app with these in its address, run once."""
    import streamlit as st
    from streamlit import config
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("CERNIQ_HOME", str(home))
    # AppTest has no client: this one sits on the same machine.
    monkeypatch.setattr(type(st.context), "ip_address", "127.0.0.1")
    before = config.get_option("server.address")
    config.set_option("server.address", "127.0.0.1")

    def run(**address: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in address.items():
            app.query_params[name] = value
        return app.run()

    yield run
    config.set_option("server.address", before)
    st.cache_resource.clear()
    st.cache_data.clear()
