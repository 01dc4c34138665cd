"""Filings of two companies from a silver written by hand: whole, valid, repeatable, and apart from each other."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from lxml import etree

from anaf_exports.d406.admission import PeriodRefused
from anaf_exports.d406.build.company import CompanyIncomplete
from anaf_exports.d406.build.reconcile import ReconciliationFailed
from anaf_exports.d406.build.silver import NoSilver
from anaf_exports.d406.export import FilingResult, export
from anaf_exports.d406.folder import FilingBusy, exclusively
from anaf_exports.d406.mapping import MappingError
from cerniq.errors import UsageError
from cerniq.lake import Lake
from cerniq.period import Period
from cerniq.settings import Settings
from cerniq.tenancy import TenantId
from tests.anaf_exports import ledger, xsd
from tests.anaf_exports.probes import NAMESPACE
from tests.support.silver import write_silver

AUGUST = Period.month(2026, 8)
NS = {"d": NAMESPACE}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the lakes of both companies, written once and copied for each test."""
    folder = tmp_path_factory.mktemp("lakes")
    for tid in ledger.COMPANIES:
        lake = Lake(str(folder), TenantId(tid), storage_options={}, scratch=folder / "scratch")
        write_silver(lake, ledger.tables(tid))
    return folder


@pytest.fixture
def lakes(two_lakes: tuple[Lake, Lake], settings: Settings, written: Path) -> tuple[Lake, Lake]:
    shutil.copytree(written, settings.lake_url)
    return two_lakes


def _file(lake: Lake, **options: Any) -> FilingResult:
    settled: dict[str, Any] = {"period": AUGUST, "profile": {}, "today": date(2027, 1, 1)} | options
    return export(lake, settled.pop("period"), **settled)


def _root(result: FilingResult) -> Any:
    return etree.parse(str(result.path)).getroot()


def _texts(root: Any, path: str) -> list[str]:
    return [str(node.text) for node in root.xpath(path, namespaces=NS)]


def test_the_filings_of_both_companies_are_valid_without_a_warning(lakes: tuple[Lake, Lake]) -> None:
    for lake in lakes:
        result = _file(lake)
        assert result.valid
        assert result.findings == []
        assert result.manifest["official"]["ran"] is False


@xsd.needed
def test_the_filing_is_valid_by_the_xsd(lakes: tuple[Lake, Lake]) -> None:
    for lake in lakes:
        assert xsd.complaints(_file(lake).path.read_bytes()) == []


def test_each_filing_holds_its_own_company_and_nothing_of_the_other(lakes: tuple[Lake, Lake]) -> None:
    texts = [_file(lake).path.read_text(encoding="utf-8") for lake in lakes]
    codes = [cui for _, cui in ledger.COMPANIES.values()]
    assert codes[0] in texts[0] and codes[1] not in texts[0]
    assert codes[1] in texts[1] and codes[0] not in texts[1]


def test_counts_and_sums_of_each_section_equal_silver(lakes: tuple[Lake, Lake]) -> None:
    checks = {(check["section"], check["measure"]): check for check in _file(lakes[0]).checks}
    assert all(Decimal(check["silver"]) == Decimal(check["filed"]) for check in checks.values())
    assert checks["GeneralLedgerEntries", "entries"]["filed"] == "7"
    assert checks["GeneralLedgerEntries", "lines"]["filed"] == "18"
    assert Decimal(checks["SalesInvoices", "net_ron"]["filed"]) == 900
    assert Decimal(checks["Payments", "credit_ron"]["filed"]) == 1500


def test_the_same_inputs_give_the_same_bytes(lakes: tuple[Lake, Lake]) -> None:
    first = _file(lakes[0])
    content = first.path.read_bytes()
    shutil.rmtree(first.path.parents[1])
    again = _file(lakes[0])
    assert (again.number, again.reused, again.sha256) == (1, False, first.sha256)
    assert again.path.read_bytes() == content


def test_a_filing_is_not_made_again_from_the_same_inputs(lakes: tuple[Lake, Lake]) -> None:
    first, second = _file(lakes[0]), _file(lakes[0])
    assert second.reused
    assert (second.number, second.path, second.checks) == (first.number, first.path, first.checks)


def test_a_change_in_silver_makes_the_next_filing_and_keeps_the_first(lakes: tuple[Lake, Lake]) -> None:
    first = _file(lakes[0])
    tables = ledger.tables("comert-nord")
    tables["numeriqo_accounting.partners"][0]["name"] = "Client cu alt nume SRL"
    write_silver(lakes[0], tables, lsn=2)
    second = _file(lakes[0])
    assert (first.number, second.number) == (1, 2)
    assert first.path.exists() and first.sha256 != second.sha256


def test_a_change_outside_the_period_makes_no_new_filing(lakes: tuple[Lake, Lake]) -> None:
    first = _file(lakes[0])
    tables = ledger.tables("comert-nord")
    tables["numeriqo_accounting.journal_lines"][-2]["debit_ron"] = "7"
    write_silver(lakes[0], {"numeriqo_accounting.journal_lines": tables["numeriqo_accounting.journal_lines"]}, lsn=9)
    second, third = _file(lakes[0]), _file(lakes[0])
    assert (second.number, second.reused, second.sha256) == (1, True, first.sha256)
    assert second.manifest["confirmed"]["lsn"] == "0/9"
    assert third.manifest["fingerprint"] == second.manifest["fingerprint"]
    assert [path.name for path in first.path.parents[2].iterdir() if path.is_dir()] == ["1"]


def test_a_second_export_of_the_same_period_waits_for_its_turn(lakes: tuple[Lake, Lake]) -> None:
    with exclusively(lakes[0], "L", AUGUST):
        with pytest.raises(FilingBusy):
            _file(lakes[0])
        assert _file(lakes[1]).valid
    assert _file(lakes[0]).valid


def test_a_document_that_was_altered_is_not_handed_out_again(lakes: tuple[Lake, Lake]) -> None:
    first = _file(lakes[0])
    first.path.write_text(first.path.read_text(encoding="utf-8").replace("Scaun", "Masa"), encoding="utf-8")
    second = _file(lakes[0])
    assert (second.number, second.reused, second.sha256) == (2, False, first.sha256)


def test_an_export_that_was_killed_is_made_anew_under_its_number(lakes: tuple[Lake, Lake]) -> None:
    folder = lakes[0].local_dir("filings", "d406", "L", "2026-08", "1")
    (folder / "segments").mkdir()
    (folder / "segments" / "half.xml.partial").write_text("<AuditFile>", encoding="utf-8")
    (folder / "d406.duckdb").write_bytes(b"")
    result = _file(lakes[0])
    assert (result.number, result.valid) == (1, True)
    assert sorted(path.name for path in (folder / "segments").iterdir()) == [result.path.name]


def test_a_line_that_is_missing_stops_the_filing(lakes: tuple[Lake, Lake]) -> None:
    tables = ledger.tables("comert-nord")
    del tables["mercantiq_sales.invoice_lines"][1]
    write_silver(lakes[0], tables, lsn=2)
    with pytest.raises(ReconciliationFailed, match=r"SalesInvoices: net_ron is 900\.00 in silver and 1000\.00"):
        _file(lakes[0])
    assert lakes[0].read_json("filings", "d406", "L", "2026-08", "1", "manifest.json") is None


def test_an_entry_that_does_not_balance_is_filed_with_a_warning_that_names_its_row(lakes: tuple[Lake, Lake]) -> None:
    tables = ledger.tables("comert-nord")
    tables["numeriqo_accounting.journal_lines"][3]["debit_ron"] = "1211"
    write_silver(lakes[0], tables, lsn=2)
    result = _file(lakes[0])
    found = {finding.rule: finding for finding in result.findings}
    assert result.valid
    assert found["own.entry_balance"].source == {
        "table": "numeriqo_accounting.journal_entries", "key": "2", "version": 1,
    }  # fmt: skip


def test_an_account_outside_the_chart_makes_the_filing_invalid(lakes: tuple[Lake, Lake]) -> None:
    tables = ledger.tables("comert-nord")
    for row in tables["numeriqo_accounting.accounts"]:
        row["code"] = "6999" if row["code"] == "7651" else row["code"]
    for row in tables["numeriqo_accounting.journal_lines"]:
        row["account_code"] = "6999" if row["account_code"] == "7651" else row["account_code"]
    write_silver(lakes[0], tables, lsn=2)
    result = _file(lakes[0])
    assert not result.valid
    assert {finding.rule for finding in result.findings} == {"anaf.value.account"}


def test_a_revaluation_is_stated_in_lei_and_a_foreign_line_at_its_rate(lakes: tuple[Lake, Lake]) -> None:
    root = _root(_file(lakes[0]))
    lines = "//d:Transaction[d:TransactionID='{}']/d:TransactionLine[d:AccountID='{}']//d:{}"
    assert _texts(root, lines.format(8, 5124, "CurrencyCode"))[0] == "RON"
    assert _texts(root, lines.format(7, 401, "DebitAmount/d:CurrencyAmount")) == ["100.00"]
    assert _texts(root, lines.format(7, 401, "DebitAmount/d:ExchangeRate")) == ["5.0000"]


def test_a_line_names_its_partner_only_on_accounts_kept_by_partner(lakes: tuple[Lake, Lake]) -> None:
    root = _root(_file(lakes[0]))
    line = "//d:Transaction[d:TransactionID='2']/d:TransactionLine[d:AccountID='{}']/d:{}"
    assert _texts(root, line.format(4111, "CustomerID")) == ["0034567892"]
    assert _texts(root, line.format(4111, "SupplierID")) == ["0"]
    assert _texts(root, line.format(707, "CustomerID")) == ["0012345674"]
    assert _texts(root, line.format(707, "SupplierID")) == ["0012345674"]


def test_the_invoice_of_an_import_carries_no_tax(lakes: tuple[Lake, Lake]) -> None:
    root = _root(_file(lakes[0]))
    tax = "//d:PurchaseInvoices/d:Invoice[d:InvoiceNo='US-1']//d:InvoiceLine/d:TaxInformation/d:{}"
    assert _texts(root, tax.format("TaxType")) == ["000"]
    assert _texts(root, tax.format("TaxCode")) == ["000000"]


def test_a_credit_note_keeps_its_sign_and_names_its_invoice(lakes: tuple[Lake, Lake]) -> None:
    root = _root(_file(lakes[0]))
    line = "//d:SalesInvoices/d:Invoice[d:InvoiceType='381']/d:InvoiceLine/d:{}"
    assert _texts(root, line.format("InvoiceLineAmount/d:Amount")) == ["-100.00"]
    assert _texts(root, line.format("DebitCreditIndicator")) == ["C"]
    assert _texts(root, line.format("References/d:CreditNote/d:Reference")) == ["FV1"]


def test_what_no_invoice_takes_of_a_payment_is_a_line_of_its_own(lakes: tuple[Lake, Lake]) -> None:
    root = _root(_file(lakes[0]))
    lines = "//d:Payment[d:PaymentRefNo='OP1']/d:PaymentLine/d:{}"
    assert _texts(root, lines.format("PaymentLineAmount/d:Amount")) == ["1210.00", "290.00"]
    assert _texts(root, lines.format("SourceDocumentID")) == ["FV1"]


def test_a_month_without_activity_is_a_valid_filing(lakes: tuple[Lake, Lake]) -> None:
    result = _file(lakes[0], period=Period.month(2026, 12))
    assert result.valid, result.findings
    assert result.rows["general_ledger_entries__journal__transaction"] == 0
    assert "<SalesInvoices/>" in result.path.read_text(encoding="utf-8")


def test_a_quarter_is_filed_as_type_t(lakes: tuple[Lake, Lake]) -> None:
    result = _file(lakes[0], period=Period.parse("2026-Q3"), type="T", profile={"vat_period": "quarterly"})
    assert (result.valid, result.findings) == (True, [])
    assert result.rows["general_ledger_entries__journal__transaction"] == 9


def test_a_type_that_does_not_go_with_the_vat_period_is_a_warning(lakes: tuple[Lake, Lake]) -> None:
    result = _file(lakes[0], profile={"vat_period": "quarterly"})
    assert result.valid
    assert [finding.rule for finding in result.findings] == ["own.regime"]


def test_the_profile_overrides_the_company_and_extends_a_mapping(lakes: tuple[Lake, Lake]) -> None:
    units = [{"unit": "H87", "uom": "XBX", "name": "cutie", "reason": "we sell chairs by the box"}]
    profile = {"phone": "0364111111", "d406": {"mapping": {"units": units}}}
    root = _root(_file(lakes[0], profile=profile))
    assert _texts(root, "//d:Telephone") == ["0364111111"]
    assert set(_texts(root, "//d:InvoiceUOM")) == {"XBX"}


def test_a_copy_goes_where_it_was_asked_for(lakes: tuple[Lake, Lake], tmp_path: Path) -> None:
    target = tmp_path / "new" / "d406.xml"
    result = _file(lakes[0], out=target)
    assert target.read_bytes() == result.path.read_bytes()


def test_the_filing_keeps_what_it_was_made_from(lakes: tuple[Lake, Lake]) -> None:
    folder = _file(lakes[0]).path.parents[1]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["silver"]["numeriqo_accounting.journal_lines"] == 0
    assert {"structure", "nomenclatures", "mapping", "sections"} <= set(manifest["tools"])
    assert pq.read_metadata(folder / "inputs" / "journal_lines.parquet").num_rows == 18
    with duckdb.connect(str(folder / "d406.duckdb"), read_only=True) as filing:
        assert filing.execute("select count(*) from saft.sales_invoices__invoice").fetchone() == (2,)


def test_a_lake_without_silver_says_what_to_run(two_lakes: tuple[Lake, Lake]) -> None:
    with pytest.raises(NoSilver) as caught:
        _file(two_lakes[0])
    assert "cerniq ingest comert-nord" in caught.value.cure


def test_a_type_and_a_period_must_fit(lakes: tuple[Lake, Lake]) -> None:
    with pytest.raises(PeriodRefused, match="filed for a month"):
        _file(lakes[0], period=Period.parse("2026-Q3"))
    with pytest.raises(UsageError, match="type A"):
        _file(lakes[0], period=Period.parse("2026"), type="A")


def test_a_company_without_a_bank_account_cannot_file(lakes: tuple[Lake, Lake]) -> None:
    tables = ledger.tables("comert-nord")
    tables["admin_core.companies"][0]["iban"] = ""
    write_silver(lakes[0], tables, lsn=2)
    with pytest.raises(CompanyIncomplete, match="iban"):
        _file(lakes[0])


def test_a_mapping_row_with_other_columns_is_refused(lakes: tuple[Lake, Lake]) -> None:
    with pytest.raises(MappingError, match=r"d406\.mapping\.units"):
        _file(lakes[0], profile={"d406": {"mapping": {"units": [{"unit": "BAX"}]}}})


def test_what_no_rule_fits_is_filed_with_a_warning_that_names_its_row(lakes: tuple[Lake, Lake]) -> None:
    tables = ledger.tables("comert-nord")
    tables["numeriqo_accounting.partners"][0] |= {"fiscal_code": "34567893", "county": "Nicăieri"}
    tables["iwms.products"][0] |= {"unit": "COV", "nc8_code": "12345678"}
    tables["mercantiq_sales.receipts"][0]["method"] = "barter"
    write_silver(lakes[0], tables, lsn=2)
    result = _file(lakes[0])
    assert result.valid
    found = {finding.rule: finding.source for finding in result.findings}
    assert found.keys() == {
        "own.mapping.unit",
        "own.mapping.fiscal_code",
        "own.mapping.county",
        "own.mapping.commodity",
        "own.mapping.payment_method",
    }
    assert found["own.mapping.payment_method"] == {"table": "mercantiq_sales.receipts", "key": "1", "version": 1}


def test_a_document_that_the_opening_entry_brings_forward_is_no_document_of_the_period(
    lakes: tuple[Lake, Lake],
) -> None:
    tables = ledger.tables("comert-nord")
    brought = tables["mercantiq_sales.invoices"][0] | {"id": 9, "number": "FV0", "entry_id": 1}
    tables["mercantiq_sales.invoices"].append(brought)
    write_silver(lakes[0], tables, lsn=2)
    result = _file(lakes[0], period=Period.month(2026, 7))
    assert result.valid
    assert result.rows["sales_invoices__invoice"] == 0
    assert result.rows["general_ledger_entries__journal__transaction"] == 1
