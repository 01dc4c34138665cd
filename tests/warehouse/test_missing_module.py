"""A build that fails because a module was never connected says so."""

from __future__ import annotations

import pytest

from cerniq.lake import Lake
from cerniq.warehouse import InvariantsFailed, build, published
from tests.marts.ledger import fee_payer, trader
from tests.support.silver import write_silver


def test_rows_that_refer_into_a_module_without_a_source_blame_the_module(two_lakes: tuple[Lake, Lake]) -> None:
    first, second = two_lakes
    tables = {name: rows for name, rows in trader().items() if not name.startswith("admin_core.")}
    assert len(tables) < len(trader())
    write_silver(first, tables)
    write_silver(second, fee_payer())
    with pytest.raises(InvariantsFailed) as failure:
        build(first)
    assert "No source carries" in failure.value.cure
    assert "admin_core" in failure.value.cure
    assert published(first) is None
    assert build(second).published
