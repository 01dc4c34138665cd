"""The lakehouse: tenant-bound paths, Delta tables with explicit schemas, and the one-writer lock.

In: Arrow tables from `ingest`, marts, models. Out: table versions and their file lists. Nothing here knows what the
data means.
"""

from cerniq.lake.errors import (
    DiskFull,
    LakeLocked,
    LakeUnreachable,
    LeaseLost,
    SchemaMismatch,
    TableMissing,
    UnsupportedTable,
    WriteConflict,
)
from cerniq.lake.lake import Lake
from cerniq.lake.lock import WriterLease
from cerniq.lake.table import LakeTable

__all__ = [
    "DiskFull",
    "Lake",
    "LakeLocked",
    "LakeTable",
    "LakeUnreachable",
    "LeaseLost",
    "SchemaMismatch",
    "TableMissing",
    "UnsupportedTable",
    "WriteConflict",
    "WriterLease",
]
