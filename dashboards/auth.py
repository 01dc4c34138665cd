"""Who is looking: a development sign-in that works on loopback only, and nothing else yet. Fails closed.

It asks for no password: whoever can open a page on this machine can read its lake anyway. Every sign of another
address (the server listens elsewhere, a proxy stands before it, the browser asked for another name) closes the door.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from cerniq.serving import Principal
from cerniq.tenancy import InvalidTenantId, TenantId
from dashboards import data
from dashboards.formats import Language
from dashboards.i18n import text

if TYPE_CHECKING:
    from cerniq.control import TenantRecord

ROLES = ("manager", "accountant", "analyst", "warehouse")
_FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded", "x-forwarded-host", "via")


def signed_in(language: Language) -> tuple[Principal, TenantRecord] | None:
    """The principal of this session, or None after the sign-in form (or the refusal) was shown."""
    if not is_loopback(st.get_option("server.address"), st.context.ip_address, st.context.headers):
        st.error(text("auth.refused", language), icon=":material/lock:")
        return None
    tenants = {str(record.tid): record for record in data.tenants()}
    if not tenants:
        st.title(text("auth.title", language))
        st.info(f"{text('auth.no_tenants', language)} {text('auth.no_tenants_cure', language)}")
        return None
    chosen = _chosen(tenants)
    if chosen is None:
        _form(tenants, language)
        return None
    tenant, role = chosen
    st.session_state["tenant"], st.session_state["role"] = tenant, role
    return Principal(TenantId(tenant), role), tenants[tenant]


def sign_out() -> None:
    for name in ("tenant", "role"):
        st.session_state.pop(name, None)
    st.query_params.clear()


def is_loopback(bound: str | None, client: str | None, headers: Mapping[str, str]) -> bool:
    """Whether the server listens on loopback only, and this browser is on the same machine with no proxy between."""
    if not bound or not _is_local(bound):
        return False
    if client is not None and not _is_local(client):
        return False
    names = {name.lower(): value for name, value in headers.items()}
    if any(name in names for name in _FORWARDED):
        return False
    # Another name that leads here (DNS rebinding) is no local browser either.
    host = names.get("host")
    return host is None or _is_local(_without_port(host))


def _is_local(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _without_port(host: str) -> str:
    return host.rpartition(":")[0] if host.count(":") == 1 or "]:" in host else host


def _chosen(tenants: Mapping[str, TenantRecord]) -> tuple[str, str] | None:
    """From the session, else from the page's address: a link leads a colleague to the same view."""
    tenant = st.session_state.get("tenant") or st.query_params.get("tenant", "")
    role = st.session_state.get("role") or st.query_params.get("role", "")
    if tenant not in tenants or role not in ROLES:
        return None
    try:
        return str(TenantId(tenant)), role
    except InvalidTenantId:
        return None


def _form(tenants: Mapping[str, TenantRecord], language: Language) -> None:
    _, middle, _ = st.columns([1, 2, 1])
    with middle, st.container(border=True):
        st.title(text("auth.title", language), anchor=False)
        st.write(text("auth.explain", language))
        with st.form("sign-in", border=False):
            tenant = st.selectbox(
                text("app.company", language),
                list(tenants),
                format_func=lambda tid: tenants[tid].name,
                key="form_tenant",
            )
            role = st.selectbox(
                text("app.role", language),
                ROLES,
                format_func=lambda name: text(f"role.{name}", language),
                key="form_role",
            )
            if st.form_submit_button(text("auth.enter", language), type="primary"):
                st.session_state["tenant"], st.session_state["role"] = tenant, role
                st.rerun()
