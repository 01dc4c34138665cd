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
TODAY = date(2026, 11, 24)


def _filings(folder: Path, *, scale: float, months: int) -> Iterator[FilingResult]:
    for plan in demo_plans(scale=scale, months=months, today=TODAY):
        lake = Lake(str(folder), plan.tenant, storage_options={}, scratch=folder / "scratch")
        write_simulated_silver(lake, plan)
        for period in Period(plan.first_day, plan.last_month.end, "range").months():
            yield export(lake, period, profile={}, kit=Path(KIT) if KIT else None, today=TODAY)


@pytest.fixture(scope="module")
def three_months(tmp_path_factory: pytest.TempPathFactory) -> list[FilingResult]:
    return list(_filings(tmp_path_factory.mktemp("three"), scale=0.1, months=3))


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> list[FilingResult]:
    return list(_filings(tmp_path_factory.mktemp("years"), scale=0.3, months=24))


def _check(results: list[FilingResult], *, expected: int) -> None:
    assert len(results) == expected
    for result in results:
        assert result.valid, (result.path, result.findings)
        assert result.findings == [], result.path
        assert result.manifest["official"]["ran"] is bool(KIT)
        assert result.rows["general_ledger_entries__journal__transaction"] > 0


def _check_by_xsd(results: list[FilingResult]) -> None:
    for result in results:
        assert xsd.complaints(result.path.read_bytes()) == [], result.path


def test_three_months_of_both_companies_are_filed_without_a_finding(three_months: list[FilingResult]) -> None:
    _check(three_months, expected=6)


@xsd.needed
def test_three_months_of_both_companies_are_valid_by_the_xsd(three_months: list[FilingResult]) -> None:
    _check_by_xsd(three_months)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_years_of_both_companies_are_filed_without_a_finding(two_years: list[FilingResult]) -> None:
    _check(two_years, expected=48)


@xsd.needed
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_years_of_both_companies_are_valid_by_the_xsd(two_years: list[FilingResult]) -> None:
    _check_by_xsd(two_years)
