"""Answers to people: tenant-bound, read-only queries over the published marts.

In: SQL and a principal. Out: Arrow. Between them: a check of the statement (`guard`), the principal's rights
(`rights`), a warm process that can be killed (`pool`, `worker`), and an engine with every door shut (`engine`).
Nothing here writes to a lake but the leases beside the build that is read (`lease`).
"""

from cerniq.serving.build import Build
from cerniq.serving.errors import (
    AccessDenied,
    NoBuild,
    QueryFailed,
    QueryOutOfMemory,
    QueryRefused,
    QueryTimeout,
    ResultTooLarge,
    ServingUnavailable,
)
from cerniq.serving.lease import live_leases
from cerniq.serving.pool import Limits, WorkerPool
from cerniq.serving.principal import Principal
from cerniq.serving.serving import Serving

__all__ = [
    "AccessDenied",
    "Build",
    "Limits",
    "NoBuild",
    "Principal",
    "QueryFailed",
    "QueryOutOfMemory",
    "QueryRefused",
    "QueryTimeout",
    "ResultTooLarge",
    "Serving",
    "ServingUnavailable",
    "WorkerPool",
    "live_leases",
]
