"""Who and when: one dynamic partition a tenant; tenant x period for filings, the last 24 months kept.

The state of a filing lives in the control database, not here. A tenant x day dimension would pass the 100,000
partitions an asset that Dagster advises, so it does not exist.
"""

from __future__ import annotations

from datetime import date

import dagster as dg

from cerniq.period import Period
from cerniq.tenancy import TenantId

MONTHS_KEPT = 24

TENANTS = dg.DynamicPartitionsDefinition(name="cerniq_tenants")
PERIODS = dg.DynamicPartitionsDefinition(name="cerniq_periods")
FILINGS = dg.MultiPartitionsDefinition({"period": PERIODS, "tenant": TENANTS})

OF_THE_SAME_TENANT = dg.MultiToSingleDimensionPartitionMapping(partition_dimension_name="tenant")


def filing_key(tenant: TenantId, period: Period) -> dg.MultiPartitionKey:
    """The partition of one filing."""
    return dg.MultiPartitionKey({"period": str(period), "tenant": str(tenant)})


def periods_kept(today: date) -> list[str]:
    """What can be filed: the 24 months before this one, oldest first, then their whole quarters and years."""
    month = Period.month(today.year, today.month)
    months: list[Period] = []
    for _ in range(MONTHS_KEPT):
        month = month.previous()
        months.insert(0, month)
    written = {str(each) for each in months}
    quarters = {f"{each.start.year}-Q{(each.start.month + 2) // 3}" for each in months}
    years = {str(each.start.year) for each in months}
    spans = [span for span in sorted(quarters | years) if {str(m) for m in Period.parse(span).months()} <= written]
    return [*(str(each) for each in months), *spans]
