"""Periods that are not filed, and documents that would be left out: refused, and nothing is left or recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from anaf_exports.d406.admission import PeriodRefused
from anaf_exports.d406.build.reconcile import DocumentsUnbooked
from anaf_exports.d406.export import export
from cerniq.cli import cli
from cerniq.control import ControlDb
from cerniq.errors import CerniqError
from cerniq.lake import Lake
from cerniq.period import Period
from cerniq.settings import Settings
from cerniq.tenancy import Cui
from tests.anaf_exports import ledger
from tests.support.silver import write_silver

LAST_DAY, DAY_AFTER = date(2026, 8, 31), date(2026, 9, 1)
AUGUST = Period.month(2026, 8)
# Table -> the entry of its document 1 in `ledger`, and its number.
BOOKED_BY = {
    "mercantiq_sales.invoices": (2, "FV1"),
    "mercantiq_procurement.supplier_invoices": (4, "L-77"),
    "mercantiq_sales.receipts": (6, "OP1"),
    "mercantiq_procurement.payments": (7, "OP2"),
}


@pytest.fixture
def lakes(two_lakes: tuple[Lake, Lake]) -> tuple[Lake, Lake]:
    for lake in two_lakes:
        write_silver(lake, ledger.tables(str(lake.tenant)))
    return two_lakes


@pytest.fixture
def call(settings: Settings, lakes: tuple[Lake, Lake], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.delenv("CERNIQ_ANAF_KIT", raising=False)
    with ControlDb.open(settings) as control:
        for lake in lakes:
            name, cui = ledger.COMPANIES[str(lake.tenant)]
            control.add_tenant(lake.tenant, name, Cui(cui), {})
    return lambda *arguments: CliRunner().invoke(cli, ["d406", "export", *arguments])


def _filings(lake: Lake) -> list[Path]:
    return list(Path(lake.local_dir("filings")).rglob("manifest.json"))


def _with_first_entry_on(tid: str, day: str) -> dict[str, list[dict[str, Any]]]:
    """The books of a company that were opened on `day`."""
    entries = ledger.tables(tid)["numeriqo_accounting.journal_entries"]
    entries[0] |= {"entry_date": day, "document_date": day}
    return {"numeriqo_accounting.journal_entries": entries}


def test_a_period_is_filed_from_the_day_after_its_last(lakes: tuple[Lake, Lake]) -> None:
    for lake in lakes:
        with pytest.raises(PeriodRefused, match="2026-08 is not over") as caught:
            export(lake, AUGUST, profile={}, today=LAST_DAY)
        assert caught.value.exit_status == 1 and "after its last day" in caught.value.cure
        assert _filings(lake) == []
        assert export(lake, AUGUST, profile={}, today=DAY_AFTER).valid


def test_a_quarter_is_not_over_before_its_last_month_is(lakes: tuple[Lake, Lake]) -> None:
    quarter = Period.parse("2026-Q3")
    for lake in lakes:
        with pytest.raises(PeriodRefused, match="2026-Q3 is not over"):
            export(lake, quarter, type="T", profile={}, today=date(2026, 9, 30))
        assert export(lake, quarter, type="T", profile={}, today=date(2026, 10, 1)).valid


def test_a_period_before_the_books_is_refused_by_each_company_s_own_books(lakes: tuple[Lake, Lake]) -> None:
    early, late = lakes
    write_silver(early, _with_first_entry_on(str(early.tenant), "2026-05-31"), lsn=2)
    may, june = Period.month(2026, 5), Period.month(2026, 6)
    with pytest.raises(PeriodRefused, match="the books begin on 2026-05-31"):
        export(early, may.previous(), profile={}, today=DAY_AFTER)
    for period in (may, june):
        with pytest.raises(PeriodRefused, match="the books begin on 2026-07-01"):
            export(late, period, profile={}, today=DAY_AFTER)
    assert _filings(early) == _filings(late) == []
    assert export(early, may, profile={}, today=DAY_AFTER).valid
    assert export(early, june, profile={}, today=DAY_AFTER).valid, "a month without activity is filed too"
    assert _filings(late) == []


def test_books_without_an_entry_are_not_filed(lakes: tuple[Lake, Lake]) -> None:
    for lake in lakes:
        write_silver(lake, {"numeriqo_accounting.journal_entries": []}, lsn=2)
        with pytest.raises(PeriodRefused, match=f"{lake.tenant} has no journal entry"):
            export(lake, AUGUST, profile={}, today=DAY_AFTER)
        assert _filings(lake) == []


@pytest.mark.parametrize(
    ("period", "submission", "said"),
    [
        ("9000-01", "L", "9000-01 is not over"),
        ("2020-01", "L", "the books begin on 2026-07-01"),
        ("2026-Q3", "L", "filed for a month, 2026-Q3 is none"),
        ("2026-08", "T", "filed for a quarter, 2026-08 is none"),
        ("2026-08-01..2026-08-31", "L", "filed for a month"),
    ],
)
def test_a_period_that_cannot_be_filed_ends_with_1_and_is_not_recorded(
    call: Callable[..., Result], lakes: tuple[Lake, Lake], settings: Settings, period: str, submission: str, said: str
) -> None:
    for lake in lakes:
        result = call(str(lake.tenant), "--period", period, "--type", submission, "--json")
        refused = result.exception
        status = refused.exit_status if isinstance(refused, CerniqError) else result.exit_code
        assert status == 1
        assert said in (str(refused) if isinstance(refused, CerniqError) else result.output)
        assert _filings(lake) == []
        with ControlDb.open(settings) as control:
            assert control.filings(lake.tenant) == []


def test_a_month_inside_the_books_without_activity_is_recorded(
    call: Callable[..., Result], lakes: tuple[Lake, Lake], settings: Settings
) -> None:
    tenant, other = (lake.tenant for lake in lakes)
    write_silver(lakes[0], _with_first_entry_on(str(tenant), "2026-05-31"), lsn=2)
    result = call(str(tenant), "--period", "2026-06", "--json")
    assert (result.exit_code, json.loads(result.stdout)["valid"]) == (0, True)
    with ControlDb.open(settings) as control:
        assert [filing.period for filing in control.filings(tenant)] == ["2026-06"]
        assert control.filings(other) == []


@pytest.mark.parametrize("table", BOOKED_BY)
def test_a_document_whose_entry_is_missing_stops_the_filing_and_is_named(lakes: tuple[Lake, Lake], table: str) -> None:
    broken, whole = lakes
    entry, number = BOOKED_BY[table]
    tables = ledger.tables(str(broken.tenant))
    ledger_of = {
        "numeriqo_accounting.journal_entries": "id",
        "numeriqo_accounting.journal_lines": "entry_id",
    }
    left = {name: [row for row in tables[name] if row[column] != entry] for name, column in ledger_of.items()}
    write_silver(broken, left, lsn=2)
    with pytest.raises(DocumentsUnbooked, match="document of the period without an entry of the period") as caught:
        export(broken, AUGUST, profile={}, today=DAY_AFTER)
    assert f"{table} id 1 ({number}, entry {entry})" in caught.value.message
    assert _filings(broken) == []
    assert export(whole, AUGUST, profile={}, today=DAY_AFTER).valid


def test_a_document_booked_in_another_period_is_filed_there(lakes: tuple[Lake, Lake]) -> None:
    for lake in lakes:
        table = "mercantiq_procurement.supplier_invoices"
        bought = ledger.tables(str(lake.tenant))[table]
        bought[0] |= {"received_on": "2026-07-31"}
        write_silver(lake, {table: bought}, lsn=2)
        july, august = (export(lake, period, profile={}, today=DAY_AFTER) for period in (Period.month(2026, 7), AUGUST))
        assert (july.rows["purchase_invoices__invoice"], august.rows["purchase_invoices__invoice"]) == (0, 2)
