"""How a command gets from a tenant id to the tenant's things: it must be known, so that a typo makes no folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cerniq.tenancy import TenantId

if TYPE_CHECKING:
    from cerniq.control import TenantRecord
    from cerniq.lake import Lake


def known_tenant(tid: TenantId) -> TenantRecord:
    """Raises `UnknownTenant`."""
    from cerniq.control import ControlDb
    from cerniq.settings import Settings

    with ControlDb.open(Settings.load()) as control:
        return control.tenant(tid)


def open_lake(tid: TenantId) -> Lake:
    """The lake of a tenant that the control database knows. Raises `UnknownTenant`."""
    from cerniq.lake import Lake
    from cerniq.settings import Settings

    known_tenant(tid)
    return Lake.open(Settings.load(), tid)
