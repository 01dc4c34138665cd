"""What can go wrong between a command and the control database."""

from __future__ import annotations

from cerniq.errors import PermanentError, TransientError
from cerniq.tenancy import TenantId


class ControlUnavailable(TransientError):
    """The control database cannot be reached or is busy."""


class UnknownTenant(PermanentError):
    """No tenant of that name."""

    def __init__(self, tenant: TenantId) -> None:
        super().__init__(
            f"There is no tenant {tenant}.",
            cure=f"See `cerniq tenant list`, or add it: `cerniq tenant add {tenant} --name NAME --cui CUI`.",
        )


class TenantConflict(PermanentError):
    """A tenant of that name belongs to another company."""


class UnknownSource(PermanentError):
    """No source of the tenant carries that module."""


class SourceConflict(PermanentError):
    """A module would come from two places."""


class FilingStateError(PermanentError):
    """A filing cannot go from the state it is in to the one asked for."""
