"""Who asks: a tenant, a role, and claims that narrow the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cerniq.tenancy import TenantId


@dataclass(frozen=True, slots=True)
class Principal:
    """One person's rights in one tenant. `claims` come from the identity provider, e.g. `{"whid": [1, 2]}`."""

    tenant: TenantId
    role: str
    claims: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Tenant and rights as text: the part of a cache key that keeps one person's answer from another."""
        claims = ";".join(f"{name}={self.claims[name]!r}" for name in sorted(self.claims))
        return f"{self.tenant}|{self.role}|{claims}"
