"""Filings of a lake on object storage: made on this machine, found by others."""

from __future__ import annotations

from pathlib import Path

import pytest

from anaf_exports.d406.export import export
from cerniq.lake import Lake
from cerniq.period import Period
from cerniq.settings import Settings
from cerniq.tenancy import TenantId
from tests.anaf_exports import ledger
from tests.lake.test_object_store import remote  # noqa: F401  # a fixture
from tests.support.silver import write_silver

AUGUST = Period.month(2026, 8)


@pytest.mark.timeout(300)
def test_a_filing_on_an_object_store_is_found_by_another_machine(remote: Settings, tmp_path: Path) -> None:  # noqa: F811
    here, neighbour = (Lake.open(remote, TenantId(tid)) for tid in ledger.COMPANIES)
    for lake in (here, neighbour):
        write_silver(lake, ledger.tables(str(lake.tenant)))
    made, other = export(here, AUGUST, profile={}), export(neighbour, AUGUST, profile={})
    elsewhere = Lake.open(remote.model_copy(update={"home": tmp_path / "elsewhere"}), here.tenant)
    found = export(elsewhere, AUGUST, profile={})
    assert (found.number, found.reused, found.path != made.path) == (1, True, True)
    assert found.path.read_bytes() == made.path.read_bytes() != other.path.read_bytes()
