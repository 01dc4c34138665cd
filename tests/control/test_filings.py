"""Filings in the control database: versions of a period and the states they go through."""

from __future__ import annotations

from pathlib import Path

import pytest

from cerniq.control import ControlDb, FilingStateError
from cerniq.settings import Settings
from cerniq.tenancy import Cui, TenantId

ALFA, BETA = TenantId("alfa"), TenantId("beta")


@pytest.fixture
def control(tmp_path: Path) -> ControlDb:
    control = ControlDb.open(Settings(home=tmp_path))
    control.add_tenant(ALFA, "Alfa SRL", Cui.from_stem(1234567))
    control.add_tenant(BETA, "Beta SRL", Cui.from_stem(7654321))
    return control


def test_versions_of_a_period_count_up_for_each_tenant_alone(
    control: ControlDb,
) -> None:
    for tid, expected in ((ALFA, 1), (ALFA, 2), (BETA, 1)):
        filing = control.record_filing(tid, form="D406", type="L", period="2026-08", path="x.xml")
        assert (filing.number, filing.state) == (expected, "draft")
    assert [filing.number for filing in control.filings(ALFA)] == [1, 2]
    assert [filing.number for filing in control.filings(BETA)] == [1]


def test_a_repeated_run_replaces_its_own_draft(control: ControlDb) -> None:
    control.record_filing(ALFA, form="D406", type="L", period="2026-08", path="x", number=1, rows=5)
    control.record_filing(
        ALFA,
        form="D406",
        type="L",
        period="2026-08",
        path="x",
        number=1,
        rows=6,
        state="validated",
    )
    [filing] = control.filings(ALFA, form="D406", period="2026-08")
    assert (filing.rows, filing.state) == (6, "validated")


def test_a_filing_goes_forward_only(control: ControlDb) -> None:
    filing = control.record_filing(ALFA, form="D406", type="L", period="2026-08", path="x")
    with pytest.raises(FilingStateError, match="draft cannot become accepted"):
        control.advance_filing(filing.id, "accepted")
    for state in ("validated", "submitted", "accepted"):
        assert control.advance_filing(filing.id, state).state == state
    with pytest.raises(FilingStateError):
        control.advance_filing(filing.id, "draft")


def test_what_was_submitted_is_not_made_again_under_its_number(
    control: ControlDb,
) -> None:
    filing = control.record_filing(ALFA, form="D406", type="L", period="2026-08", path="x")
    control.advance_filing(filing.id, "validated")
    control.advance_filing(filing.id, "submitted")
    with pytest.raises(FilingStateError):
        control.record_filing(ALFA, form="D406", type="L", period="2026-08", path="y", number=1)
    assert control.record_filing(ALFA, form="D406", type="L", period="2026-08", path="y").number == 2
