"""The warehouse of a lake on object storage: built on this machine, found by others."""

from __future__ import annotations

from pathlib import Path

import pytest
from deltalake import DeltaTable

from cerniq.lake import Lake
from cerniq.settings import Settings
from cerniq.tenancy import TenantId
from cerniq.warehouse import BuildUnknown, build, export_gold, published
from cerniq.warehouse.builds import FILE_NAME, build_file
from cerniq.warehouse.remote import build_ids
from tests.lake.test_object_store import remote  # noqa: F401  # a fixture
from tests.marts.ledger import fee_payer, trader
from tests.support.silver import write_silver


@pytest.mark.timeout(300)
def test_a_build_on_an_object_store_is_read_by_another_machine(remote: Settings, tmp_path: Path) -> None:  # noqa: F811
    here, neighbour = (Lake.open(remote, TenantId(name)) for name in ("comert-nord", "mobila-sud"))
    write_silver(here, trader())
    write_silver(neighbour, fee_payer())
    first, other = build(here), build(neighbour)
    elsewhere = Lake.open(remote.model_copy(update={"home": tmp_path / "elsewhere"}), here.tenant)
    current = published(elsewhere)
    assert current is not None
    assert current.build_id == first.build_id
    assert build_file(elsewhere, first.build_id).read_bytes() == build_file(here, first.build_id).read_bytes()
    with pytest.raises(BuildUnknown):
        build_file(elsewhere, other.build_id)

    written = export_gold(elsewhere, first.build_id)
    version, rows = written["finance.rpt_trial_balance"]
    table = DeltaTable(here.uri("gold", "finance", "rpt_trial_balance"), storage_options=remote.storage_options)
    assert (table.version(), table.count()) == (version, rows)

    later = [build(here, full_refresh=True).build_id for _ in range(2)]
    assert build_ids(here, FILE_NAME) == later
    assert build_ids(neighbour, FILE_NAME) == [other.build_id]
