"""The small ledgers of two tenants, built once: what is asserted about them is asserted on the same published file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from cerniq.lake import Lake
from cerniq.settings import Settings
from cerniq.tenancy import TenantId
from cerniq.warehouse import build, published
from cerniq.warehouse.builds import build_file
from tests.marts.ledger import fee_payer, trader
from tests.support.silver import write_silver


@pytest.fixture(scope="session")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, Lake]:
    """The trader's lake and the fee payer's, both built and published."""
    settings = Settings(home=tmp_path_factory.mktemp("marts"))
    first, second = (Lake.open(settings, TenantId(tid)) for tid in ("comert-nord", "mobila-sud"))
    write_silver(first, trader())
    write_silver(second, fee_payer())
    for lake in (first, second):
        assert build(lake).published
    return first, second


def published_file(lake: Lake) -> Path:
    current = published(lake)
    assert current is not None
    return build_file(lake, current.build_id)


@pytest.fixture(scope="session")
def trader_marts(lakes: tuple[Lake, Lake]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published_file(lakes[0])), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def fee_payer_marts(lakes: tuple[Lake, Lake]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published_file(lakes[1])), read_only=True) as connection:
        yield connection
