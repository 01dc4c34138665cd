"""Which tenants the clock and the sensors act for."""

from __future__ import annotations

import dagster as dg

from assets.partitions import TENANTS
from assets.resources import Cerniq
from cerniq.tenancy import TenantId


def connected(cerniq: Cerniq, instance: dg.DagsterInstance) -> list[TenantId]:
    """Active tenants with a source that Dagster knows by now; discovery brings the others."""
    known = set(instance.get_dynamic_partitions(str(TENANTS.name)))
    with cerniq.control() as control:
        return [record.tid for record in control.tenants() if str(record.tid) in known and control.sources(record.tid)]
