"""What the pages say, without a browser: both languages, both companies, fail closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dashboards.formats import Language
from dashboards.i18n import text
from tests.dashboards.conftest import Open

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest


def words(app: AppTest) -> str:
    """Everything that is written on the page and in the sidebar."""
    found = [
        getattr(element, "value", "")
        for kind in ("title", "subheader", "markdown", "caption", "info", "error")
        for element in app.get(kind)
    ]
    found += [f"{metric.label} {metric.value} {metric.delta}" for metric in app.metric]
    return "\n".join(str(one) for one in found)


def test_without_a_choice_there_is_only_the_sign_in(open_app: Open) -> None:
    app = open_app()
    assert not app.exception
    assert text("auth.title", "ro") in words(app)
    assert not app.metric


@pytest.mark.parametrize(
    "address",
    [
        {"tenant": "nobody", "role": "manager"},
        {"tenant": "comert-nord", "role": "root"},
        {"tenant": "../comert-nord", "role": "manager"},
    ],
)
def test_an_address_cannot_invent_a_company_or_a_role(open_app: Open, address: dict[str, str]) -> None:
    app = open_app(**address)
    assert not app.exception
    assert not app.metric
    assert text("auth.title", "ro") in words(app)


def test_a_server_that_listens_elsewhere_refuses_everybody(open_app: Open) -> None:
    from streamlit import config

    config.set_option("server.address", "0.0.0.0")
    app = open_app(tenant="comert-nord", role="manager")
    assert not app.metric
    assert [error.value for error in app.error] == [text("auth.refused", "ro")]


def test_signing_in_by_the_form_opens_the_overview(open_app: Open) -> None:
    app = open_app()
    app.selectbox(key="form_tenant").select("mobila-sud")
    app.button[0].click().run()
    assert not app.exception
    assert text("overview.title", "ro") in words(app)
    assert "Mobila Sud SRL" in words(app)


@pytest.mark.parametrize(
    ("language", "revenue", "delta"),
    [("ro", "−100 lei", "-120,1"), ("en", "−RON 100", "-120.1%")],
)
def test_the_overview_compares_with_the_month_before(
    open_app: Open, language: Language, revenue: str, delta: str
) -> None:
    # February: a credit note of 100; January: 497.60 of sales.
    app = open_app(tenant="comert-nord", role="manager", lang=language)
    assert not app.exception
    tile = next(one for one in app.metric if one.label == text("overview.revenue", language))
    assert tile.value == revenue
    assert tile.delta.startswith(delta)


def test_each_company_sees_its_own_figures_only(open_app: Open) -> None:
    north = words(open_app(tenant="comert-nord", role="accountant", lang="en"))
    south = words(open_app(tenant="mobila-sud", role="accountant", lang="en"))
    assert "Comerț Nord SRL" in north
    assert "Mobila Sud" not in north
    assert "Mobila Sud SRL" in south
    assert "Comerț Nord" not in south
    # Cash of the second company at the end of July: 700 less 12.50 of fees.
    assert "RON 688" in south
    assert "RON 688" not in north


def test_switching_the_language_keeps_the_page_and_changes_every_word(open_app: Open) -> None:
    app = open_app(tenant="comert-nord", role="manager")
    assert text("overview.cash", "ro") in words(app)
    app.segmented_control(key="language-choice").set_value("en").run()
    assert not app.exception
    assert text("overview.cash", "en") in words(app)
    assert text("overview.cash", "ro") not in words(app)


def test_a_keeper_of_stock_is_told_what_he_may_not_read(open_app: Open) -> None:
    app = open_app(tenant="comert-nord", role="warehouse", lang="en")
    assert not app.exception
    assert not app.metric
    assert any("does not read the mart" in error.value for error in app.error)


def test_the_period_is_in_the_address(open_app: Open) -> None:
    app = open_app(tenant="comert-nord", role="manager", until="2025-01", lang="en")
    assert "January 2025" in words(app)
    tile = next(one for one in app.metric if one.label == "Revenue")
    assert tile.value == "RON 498"


def test_without_a_build_the_page_says_what_to_run(open_app: Open, home: object) -> None:
    from cerniq.control import ControlDb
    from cerniq.settings import Settings
    from cerniq.tenancy import Cui, TenantId

    with ControlDb.open(Settings.load()) as control:
        control.add_tenant(TenantId("fara-date"), "Fără Date SRL", Cui.from_stem(9_200_009))
        app = open_app(tenant="fara-date", role="manager")
        control.remove_tenant(TenantId("fara-date"))
    assert not app.exception
    assert any("cerniq build fara-date" in code.value for code in app.code)
