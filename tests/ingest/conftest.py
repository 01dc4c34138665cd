"""Two tenants with a source each."""

from __future__ import annotations

import pytest

from cerniq.lake import Lake
from cerniq.tenancy import TenantId
from tests.support.source import Tenant, fill, record


@pytest.fixture
def tenants(
    two_lakes: tuple[Lake, Lake], two_tenants: tuple[TenantId, TenantId], two_databases: tuple[str, str]
) -> tuple[Tenant, Tenant]:
    """The first tenant has 200 contacts, the second 50."""
    made = []
    for lake, tenant, dsn, rows in zip(two_lakes, two_tenants, two_databases, (200, 50), strict=True):
        fill(dsn, rows=rows)
        made.append(Tenant(lake, record(tenant, dsn)))
    return made[0], made[1]
