"""Noting a filing in the control database, once for each folder in the lake."""

from __future__ import annotations

from anaf_exports.d406.export import FilingResult
from cerniq.control import ControlDb
from cerniq.period import Period
from cerniq.tenancy import TenantId

FORM = "d406"


def record(control: ControlDb, tenant: TenantId, period: Period, *, type: str, filing: FilingResult) -> None:  # noqa: A002
    """Record `filing` unless it is recorded: a process may have ended between making it and noting it."""
    known = {(entry.type, entry.period, entry.number) for entry in control.filings(tenant) if entry.form == FORM}
    if filing.reused and (type, str(period), filing.number) in known:
        return
    control.record_filing(
        tenant,
        form=FORM,
        type=type,
        period=str(period),
        path=str(filing.path),
        state="validated" if filing.valid else "invalid",
        number=filing.number,
        lsn=filing.lsn,
        rows=sum(filing.rows.values()),
        errors=filing.errors,
        warnings=len(filing.findings) - filing.errors,
    )
