"""What the D406 declares is what PostgreSQL holds: counts and sums of each section, counted in the XML itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from lxml import etree

from anaf_exports.d406.export import export
from cerniq.control import ControlDb
from cerniq.lake import Lake
from cerniq.period import Period
from cerniq.postgres_server import PostgresServer
from cerniq.settings import Settings
from cerniq.tenancy import TenantId
from tests.integration.conftest import FinishedDemo

Figures = dict[str, Decimal]

_NOTHING = Decimal(0)
_LEDGER = "//GeneralLedgerEntries//Transaction"
# Figure -> what is counted (None: elements, else the amounts below them).
IN_THE_DOCUMENT: dict[str, tuple[str, str | None]] = {
    "entries": (_LEDGER, None),
    "lines": (f"{_LEDGER}/TransactionLine", None),
    "debit": (f"{_LEDGER}/TransactionLine", "DebitAmount/Amount"),
    "credit": (f"{_LEDGER}/TransactionLine", "CreditAmount/Amount"),
    "sales": ("//SalesInvoices/Invoice", None),
    "sales gross": ("//SalesInvoices/Invoice", "InvoiceDocumentTotals/GrossTotal"),
    "purchases": ("//PurchaseInvoices/Invoice", None),
    "purchases gross": ("//PurchaseInvoices/Invoice", "InvoiceDocumentTotals/GrossTotal"),
    "payments": ("//Payments/Payment", None),
    "payments gross": ("//Payments/Payment", "PaymentDocumentTotals/GrossTotal"),
}
IN_THE_SOURCE: dict[tuple[str, ...], LiteralString] = {
    ("entries",): """
        select count(*) from numeriqo_accounting.journal_entries where entry_date between %(start)s and %(end)s
    """,
    ("lines", "debit", "credit"): """
        select count(*), sum(l.debit_ron), sum(l.credit_ron)
        from numeriqo_accounting.journal_lines l join numeriqo_accounting.journal_entries e on e.id = l.entry_id
        where e.entry_date between %(start)s and %(end)s
    """,
    ("sales", "sales gross"): """
        select count(*), sum(gross_amount_ron) from mercantiq_sales.invoices
        where issue_date between %(start)s and %(end)s
    """,
    ("purchases", "purchases gross"): """
        select count(*), sum(gross_amount_ron) from mercantiq_procurement.supplier_invoices
        where received_on between %(start)s and %(end)s
    """,
    ("payments", "payments gross"): """
        select count(*), sum(amount_ron) from (
            select amount_ron from mercantiq_sales.receipts where received_on between %(start)s and %(end)s
            union all
            select amount_ron from mercantiq_procurement.payments where paid_on between %(start)s and %(end)s
        ) moved
    """,
}


@pytest.fixture(scope="module")
def server(finished_demo: FinishedDemo) -> Iterator[PostgresServer]:
    found = PostgresServer.start(finished_demo.home / "postgres")
    try:
        yield found
    finally:
        found.stop()


@pytest.fixture
def copied(finished_demo: FinishedDemo, tmp_path: Path) -> Settings:
    """Settings of a home with the demo's lake, so that filings of more months leave the demo as it was."""
    settings = Settings(home=tmp_path / "home")
    shutil.copytree(finished_demo.home / "lake", settings.home / "lake")
    return settings


def _filed(document: Path) -> Figures:
    root: Any = etree.parse(str(document)).getroot()
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    found: Figures = {}
    for name, (records, amount) in IN_THE_DOCUMENT.items():
        counted = root.xpath(records if amount is None else f"{records}/{amount}")
        found[name] = (
            Decimal(len(counted)) if amount is None else sum((Decimal(each.text) for each in counted), _NOTHING)
        )
    return found


def _held(source: psycopg.Connection[Any], period: Period) -> Figures:
    found: Figures = {}
    for names, query in IN_THE_SOURCE.items():
        row = source.execute(query, {"start": period.start, "end": period.end}).fetchone()
        assert row is not None
        found |= {name: value or _NOTHING for name, value in zip(names, map(Decimal, row), strict=True)}
    return found


def test_counts_and_sums_of_every_section_equal_those_of_the_source(
    finished_demo: FinishedDemo, server: PostgresServer, copied: Settings
) -> None:
    filed: dict[str, list[Figures]] = {}
    with ControlDb.open(finished_demo.settings) as control:
        companies = {str(record.tid): record for record in control.tenants()}
    assert sorted(companies) == sorted(finished_demo.tenants) and len(companies) == 2
    for tenant in finished_demo.report["tenants"]:
        name = tenant["tenant"]
        last = Period.parse(tenant["month"])
        lake = Lake.open(copied, TenantId(name))
        with psycopg.connect(server.dsn(f"cerniq_{name.replace('-', '_')}")) as source:
            for period in (last.previous().previous(), last.previous(), last):
                result = export(lake, period, profile=companies[name].profile)
                assert result.reused is (period == last), "the demo filed its last month itself"
                figures = _filed(result.path)
                assert figures == _held(source, period), (name, str(period))
                filed.setdefault(name, []).append(figures)
    for months in filed.values():
        assert len(months) == 3
        assert all(figures["entries"] > 0 and figures["debit"] > 0 for figures in months)
        assert all(sum((figures[name] for figures in months), _NOTHING) > 0 for name in IN_THE_DOCUMENT)
    first, second = filed.values()
    assert first != second
