"""Filings of the two simulated companies, month by month: valid by our rules, the XSD, and ANAF where a kit is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from anaf_exports.d406.export import FilingResult, export
from benchmarks.simulated_silver import write_simulated_silver
from cerniq.lake import Lake
from cerniq.period import Period
from cerniq.simulation import demo_plans
from tests.anaf_exports import xsd

KIT = os.environ.get("CERNIQ_ANAF_KIT")


def _filings(folder: Path, *, scale: float, months: int) -> Iterator[FilingResult]:
    for plan in demo_plans(scale=scale, months=months, today=date(2026, 11, 24)):
        lake = Lake(str(folder), plan.tenant, storage_options={}, scratch=folder / "scratch")
        write_simulated_silver(lake, plan)
        for period in Period(plan.first_day, plan.last_month.end, "range").months():
            yield export(lake, period, profile={}, kit=Path(KIT) if KIT else None)


def _check(result: FilingResult) -> None:
    assert result.valid, (result.path, result.findings)
    assert result.findings == [], result.path
    assert result.manifest["official"]["ran"] is bool(KIT)
    assert result.rows["general_ledger_entries__journal__transaction"] > 0
    if xsd.PATH.exists():
        assert xsd.complaints(result.path.read_bytes()) == []


def test_three_months_of_both_companies_are_filed_without_a_finding(tmp_path: Path) -> None:
    results = list(_filings(tmp_path, scale=0.1, months=3))
    assert len(results) == 6
    for result in results:
        _check(result)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_years_of_both_companies_are_filed_without_a_finding(tmp_path: Path) -> None:
    for result in _filings(tmp_path, scale=0.3, months=24):
        _check(result)
