"""Noting a filing in the control database, once for each folder in the lake."""

from __future__ import annotations

from anaf_exports.d406.export import FilingResult
from cerniq.control import ControlDb, FilingState
from cerniq.period import Period
from cerniq.tenancy import TenantId

FORM = "d406"
_OURS = ("draft", "validated", "invalid")


def record(control: ControlDb, tenant: TenantId, period: Period, *, type: str, filing: FilingResult) -> None:  # noqa: A002
    """Record `filing` unless it is recorded: a process may have ended between making it and noting it."""
    state: FilingState = "validated" if filing.valid else "invalid"
    known = {(entry.type, entry.period, entry.number): entry for entry in control.filings(tenant) if entry.form == FORM}
    noted = known.get((type, str(period), filing.number))
    if filing.reused and noted is not None and (noted.state == state or noted.state not in _OURS):
        return
    control.record_filing(
        tenant,
        form=FORM,
        type=type,
        period=str(period),
        path=str(filing.path),
        state=state,
        number=filing.number,
        lsn=filing.lsn,
        rows=sum(filing.rows.values()),
        errors=filing.errors,
        warnings=len(filing.findings) - filing.errors,
    )
