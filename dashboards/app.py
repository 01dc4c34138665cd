"""The dashboards: `streamlit run dashboards/app.py`, with CERNIQ_HOME as for every command.

In: a session. Out: the page that its address names, for the principal that it signed in, in its language.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable

import streamlit as st
import structlog

from cerniq.errors import CerniqError
from cerniq.serving import NoBuild
from dashboards import auth
from dashboards.formats import Language
from dashboards.i18n import text
from dashboards.layout import Context, address, style
from dashboards.views import filings, forecast, overview, trial_balance

log = structlog.get_logger(__name__)

# url, group, icon, title, page
PAGES = (
    ("overview", "company", ":material/dashboard:", "overview.title", overview.render),
    ("trial-balance", "finance", ":material/balance:", "balance.title", trial_balance.render),
    ("forecast", "models", ":material/trending_up:", "forecast.title", forecast.render),
    ("filings", "filings", ":material/description:", "filings.title", filings.render),
)
# Drawn here: Streamlit fetches its own icons for the browser's tab from elsewhere.
_ICON = (
    "data:image/svg+xml;base64,"
    + base64.b64encode(
        b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
        b"<rect width='16' height='16' rx='3' fill='#0b5c8f'/>"
        b"<path d='M4 12V8M8 12V4M12 12V6' stroke='#fff' stroke-width='2' stroke-linecap='round'/></svg>"
    ).decode()
)
_DRILL = ("account", "entry")


def main() -> None:
    st.set_page_config(page_title="Cerniq", page_icon=_ICON, layout="wide")
    style()
    language = _language()
    signed = auth.signed_in(language)
    if signed is None:
        _, middle, _ = st.columns([1, 2, 1])
        _language_switch(language, middle)
        return
    principal, tenant = signed
    context = Context(principal, language, tenant.name)
    page = st.navigation(_navigation(context))
    _leave_drill(page.url_path)
    _sidebar(context)
    address(tenant=str(principal.tenant), role=principal.role, lang=language)
    page.run()


def _navigation(context: Context) -> dict[str, list[st.Page]]:
    groups: dict[str, list[st.Page]] = {}
    for url, group, icon, title, render in PAGES:
        page = st.Page(
            _guarded(render, context), title=context.text(title), icon=icon, url_path=url, default=url == "overview"
        )
        groups.setdefault(context.text(f"app.group.{group}"), []).append(page)
    return groups


def _guarded(render: Callable[[Context], None], context: Context) -> Callable[[], None]:
    """A page whose failure gives the user a number, and the operator the trace under it."""

    def run() -> None:
        try:
            render(context)
        except NoBuild as error:
            st.info(context.text("error.no_build"), icon=":material/hourglass_empty:")
            st.code(error.cure.rpartition(": ")[2], language="bash")
        except CerniqError as error:
            _report(context, error)
            st.error(f"{error.message}\n\n{error.cure}", icon=":material/error:")

    return run


def _report(context: Context, error: CerniqError) -> None:
    number = secrets.token_hex(4)
    log.error("page failed", number=number, tenant=str(context.principal.tenant), exc_info=error)
    st.subheader(context.text("error.title"), anchor=False)
    st.caption(context.text("error.number", number=number))


def _language() -> Language:
    chosen = st.session_state.get("language") or st.query_params.get("lang", "ro")
    language: Language = "en" if chosen == "en" else "ro"
    st.session_state["language"] = language
    return language


def _language_switch(language: Language, where: object) -> None:
    def switch() -> None:
        st.session_state["language"] = st.session_state["language-choice"] or language

    where.segmented_control(  # type: ignore[attr-defined]  # streamlit itself or one of its containers
        text("app.language", language),
        ["ro", "en"],
        default=language,
        format_func=lambda name: {"ro": "Română", "en": "English"}[name],
        required=True,
        key="language-choice",
        on_change=switch,
    )


def _sidebar(context: Context) -> None:
    with st.sidebar:
        st.markdown(f"**{context.company}**")
        st.caption(f"{context.text('app.role')}: {context.text('role.' + context.principal.role)}")
        _language_switch(context.language, st)
        st.button(context.text("app.sign_out"), on_click=auth.sign_out, icon=":material/logout:")
        st.caption(f":material/shield_lock: {context.text('auth.banner')}")


def _leave_drill(url: str) -> None:
    """Another page has nothing to do with the account that was opened on this one."""
    if st.session_state.get("page") not in (None, url):
        address(**dict.fromkeys(_DRILL))
    st.session_state["page"] = url


main()
