"""The dashboards in a real browser, over companies that came from PostgreSQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dashboards.i18n import text
from tests.support.browser import settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TRADER, FACTORY = "Comerț Demo Cerniq SRL", "Fabrica Demo Cerniq SRL"


def enter(page: Page, address: str, path: str, *, tenant: str = "comert-demo", lang: str = "ro") -> None:
    page.goto(f"{address}/{path}?tenant={tenant}&role=accountant&lang={lang}")


def test_the_overview_shows_the_company_and_its_figures(page: Page, dashboards: str) -> None:
    enter(page, dashboards, "")
    expect(page.get_by_role("heading", name=text("overview.title", "ro"))).to_be_visible()
    expect(page.get_by_test_id("stMetric")).to_have_count(8)
    expect(page.get_by_test_id("stMetricValue").first).to_contain_text("lei")
    expect(page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")).to_have_count(4)


def test_a_figure_of_the_trial_balance_leads_down_to_the_invoice_and_back(page: Page, dashboards: str) -> None:
    enter(page, dashboards, "trial-balance")
    expect(page.get_by_text(text("balance.closes", "ro"))).to_be_visible()
    page.get_by_role("button", name="4111", exact=True).click()

    expect(page.get_by_role("heading", name=re.compile("Cont 4111"))).to_be_visible()
    expect(page).to_have_url(re.compile("account=4111"))
    closing = page.locator("tfoot td.figure").first.inner_text()
    assert re.fullmatch(r"[\d.]+,\d\d", closing)
    page.get_by_role("button", name=re.compile("^VAN-")).first.click()

    expect(page.get_by_role("heading", name=re.compile("Nota contabilă VAN-"))).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("Factura FV"))).to_be_visible()
    expect(page.get_by_text("e-Factura", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"entry=\d+"))
    debit, credit = page.locator("tfoot").first.locator("td.figure").all_inner_texts()[-2:]
    assert debit == credit

    page.get_by_role("button", name=re.compile("^4111 ·")).click()
    expect(page.get_by_role("heading", name=re.compile("Cont 4111"))).to_be_visible()
    page.get_by_role("button", name=text("balance.title", "ro"), exact=True).click()
    expect(page.get_by_text(text("balance.closes", "ro"))).to_be_visible()
    expect(page).not_to_have_url(re.compile("account="))


def test_a_link_to_a_document_opens_the_same_document(page: Page, dashboards: str) -> None:
    enter(page, dashboards, "trial-balance")
    page.get_by_role("button", name="4111", exact=True).click()
    page.get_by_role("button", name=re.compile("^VAN-")).first.click()
    heading = page.get_by_role("heading", name=re.compile("Nota contabilă VAN-"))
    expect(heading).to_be_visible()
    expect(page).to_have_url(re.compile(r"entry=\d+"))
    link, title = page.url, heading.inner_text()
    page.goto("about:blank")
    page.goto(link)
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_the_language_changes_every_word_and_number(page: Page, dashboards: str) -> None:
    enter(page, dashboards, "trial-balance")
    expect(page.get_by_role("columnheader", name="Rulajul lunii")).to_be_visible()
    total = page.locator("tfoot td.figure").first
    romanian = total.inner_text()
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", name="Trial balance")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Opening balance")).to_be_visible()
    expect(page.get_by_text("Rulajul lunii")).to_have_count(0)
    expect(total).to_have_text(romanian.translate(str.maketrans(",.", ".,")))


@pytest.mark.parametrize("path", ["", "trial-balance", "forecast", "filings"])
@pytest.mark.parametrize(
    ("tenant", "own", "other"), [("comert-demo", TRADER, FACTORY), ("fabrica-demo", FACTORY, TRADER)]
)
def test_nothing_of_the_other_company_is_on_any_page(
    page: Page, dashboards: str, path: str, tenant: str, own: str, other: str
) -> None:
    frames: list[bytes] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(_bytes(frame))))
    enter(page, dashboards, path, tenant=tenant, lang="en")
    expect(page.get_by_text(own).first).to_be_visible()
    settle(page)
    assert other not in page.content()
    received = b"".join(frames)
    assert own.encode() in received
    assert other.encode() not in received


def test_the_forecast_shows_both_intervals(page: Page, dashboards: str) -> None:
    enter(page, dashboards, "forecast", lang="en")
    expect(page.get_by_role("columnheader", name="80% interval")).to_be_visible()
    expect(page.get_by_role("columnheader", name="95% interval")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(6)


def test_a_filed_d406_can_be_downloaded(page: Page, dashboards: str) -> None:
    enter(page, dashboards, "filings", lang="en")
    expect(page.get_by_role("rowheader", name="2026-08")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile("Download D406 2026-08")).click()
    content = waiting.value.path().read_bytes()
    assert content.startswith(b"<?xml")
    assert b"AuditFile" in content[:2000]


def test_another_name_for_this_machine_is_refused(page: Page, dashboards: str) -> None:
    port = dashboards.rpartition(":")[2]
    page.set_extra_http_headers({"X-Forwarded-For": "203.0.113.7"})
    page.goto(f"http://127.0.0.1:{port}/?tenant=comert-demo&role=accountant")
    expect(page.get_by_text(text("auth.refused", "ro"))).to_be_visible()
    assert TRADER not in page.content()


def _bytes(frame: object) -> bytes:
    return frame if isinstance(frame, bytes) else str(frame).encode()
