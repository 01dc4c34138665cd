"""Two tenants with a small ledger each in silver, not built yet."""

from __future__ import annotations

import pytest

from cerniq.lake import Lake
from tests.marts.ledger import fee_payer, trader
from tests.support.silver import write_silver


@pytest.fixture
def two_silvers(two_lakes: tuple[Lake, Lake]) -> tuple[Lake, Lake]:
    first, second = two_lakes
    write_silver(first, trader())
    write_silver(second, fee_payer())
    return first, second
