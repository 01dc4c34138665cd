"""Rows of the control database as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from cerniq.control.dsn import mask_dsn
from cerniq.tenancy import Cui, TenantId

TenantState = Literal["active", "retired"]
FilingState = Literal["draft", "validated", "invalid", "submitted", "accepted", "rejected", "superseded"]

# A filing moves forward only; what was wrong is made again under the next number.
FILING_MOVES: dict[FilingState, tuple[FilingState, ...]] = {
    "draft": ("validated", "invalid", "superseded"),
    "validated": ("submitted", "superseded"),
    "invalid": ("superseded",),
    "submitted": ("accepted", "rejected"),
    "accepted": ("superseded",),
    "rejected": ("superseded",),
    "superseded": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRecord:
    """A company. `profile` is what filings need to know of it (address, contact, bank account, VAT period ...)."""

    tid: TenantId
    name: str
    cui: Cui
    profile: dict[str, Any]
    state: TenantState
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """One PostgreSQL database of a tenant: all of its modules come through one slot and one publication.

    `modules` maps a module to its schema. `tables` is None for all tables, else entries `module.table` or `module.*`;
    ask `wants`. `dsn` holds the password and stays out of `repr`; show `masked_dsn`.
    """

    id: int
    tenant: TenantId
    dsn: str = field(repr=False)
    modules: dict[str, str]
    tables: tuple[str, ...] | None
    slot: str
    publication: str

    @property
    def masked_dsn(self) -> str:
        return mask_dsn(self.dsn)

    def wants(self, module: str, table: str) -> bool:
        """Whether that table of that module is to be replicated."""
        if module not in self.modules:
            return False
        return self.tables is None or f"{module}.*" in self.tables or f"{module}.{table}" in self.tables


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingRecord:
    """One declaration made for a period: `number` counts its versions from 1. `lsn` is the cut it was made from."""

    id: int
    tenant: TenantId
    form: str
    type: str
    period: str
    number: int
    state: FilingState
    path: str
    lsn: str
    rows: int
    errors: int
    warnings: int
    created_at: datetime
    updated_at: datetime
