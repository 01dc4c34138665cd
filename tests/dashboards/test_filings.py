"""What the filings page says of a filing, for each state that it may be in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cerniq.control import FilingRecord, FilingState
from cerniq.tenancy import TenantId
from dashboards.views.filings import verdict

_AT = datetime(2026, 9, 1, tzinfo=UTC)
FILING = FilingRecord(
    id=1,
    tenant=TenantId("comert-nord"),
    form="d406",
    type="L",
    period="2026-08",
    number=1,
    state="draft",
    path="/x.xml",
    lsn="0/1",
    rows=1,
    errors=0,
    warnings=0,
    created_at=_AT,
    updated_at=_AT,
)


@pytest.mark.parametrize(
    ("state", "errors", "said"),
    [
        ("draft", 0, "unchecked"),
        ("draft", 2, "invalid"),
        ("validated", 0, "valid"),
        ("validated", 1, "invalid"),
        ("invalid", 0, "invalid"),
        ("accepted", 0, "valid"),
        ("superseded", 0, "unchecked"),
    ],
)
def test_an_error_counts_in_every_state_and_a_draft_says_nothing(state: FilingState, errors: int, said: str) -> None:
    assert verdict(replace(FILING, state=state, errors=errors)) == said
