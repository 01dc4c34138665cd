"""The control database: which tenants there are, where their data comes from, which filings were made.

Business data never lives here, and nothing here depends on a tenant's lake. SQLite under `CERNIQ_HOME` by default,
PostgreSQL by `CERNIQ_CONTROL_URL`.
"""

from cerniq.control.database import ControlDb
from cerniq.control.dsn import InvalidDsn, mask_dsn, parse_dsn
from cerniq.control.errors import (
    ControlUnavailable,
    FilingStateError,
    SourceConflict,
    TenantConflict,
    UnknownSource,
    UnknownTenant,
)
from cerniq.control.records import FilingRecord, FilingState, SourceRecord, TenantRecord

__all__ = [
    "ControlDb",
    "ControlUnavailable",
    "FilingRecord",
    "FilingState",
    "FilingStateError",
    "InvalidDsn",
    "SourceConflict",
    "SourceRecord",
    "TenantConflict",
    "TenantRecord",
    "UnknownSource",
    "UnknownTenant",
    "mask_dsn",
    "parse_dsn",
]
