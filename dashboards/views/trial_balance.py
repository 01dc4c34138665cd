"""The trial balance, and from each of its figures down to journal lines and the document.

The address says where one is: `month`, then `account`, then `entry`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import streamlit as st

from dashboards.data import Source
from dashboards.formats import lei, month, number
from dashboards.layout import Context, address, breadcrumb, head
from dashboards.tables import Column, Row, table
from dashboards.views import account_lines, document

AMOUNTS = tuple(
    f"{stage}_{side}_ron" for stage in ("opening", "turnover", "cumulative", "closing") for side in ("debit", "credit")
)


def render(context: Context) -> None:
    source = context.source()
    months: list[date] = source.query("balance_months").column("month_start").to_pylist()
    if not months:
        head(context, context.text("balance.title"), source.build)
        st.info(context.text("app.no_rows"))
        return
    chosen = _month_in_address(months)
    account, entry = st.query_params.get("account"), st.query_params.get("entry")
    top = (context.text("balance.title"), {"account": None, "entry": None})
    if entry and account:
        within = (f"{account} · {month(chosen, context.language)}", {"entry": None})
        breadcrumb([top, within], context.text("lines.entry"))
        document.render(context, source, entry)
    elif account:
        breadcrumb([top], f"{account} · {month(chosen, context.language)}")
        account_lines.render(context, source, account, chosen)
    else:
        head(context, context.text("balance.title"), source.build)
        _balance(context, source, _choose_month(context, months, chosen))


def _month_in_address(months: Sequence[date]) -> date:
    asked = st.query_params.get("month", "")
    return next((one for one in months if one.isoformat()[:7] == asked), months[0])


def _choose_month(context: Context, months: Sequence[date], chosen: date) -> date:
    left, middle, right = st.columns([2, 2, 4], vertical_alignment="bottom")
    picked = left.selectbox(
        context.text("balance.month"),
        months,
        index=months.index(chosen),
        format_func=lambda one: month(one, context.language),
        key="balance-month",
    )
    asked = st.query_params.get("level", "account")
    level = middle.segmented_control(
        context.text("balance.level"),
        ["account", "class"],
        default=asked if asked in ("account", "class") else "account",
        format_func=lambda name: context.text(f"balance.level.{name}"),
        required=True,
        key="balance-level",
    )
    right.checkbox(context.text("balance.hide_still"), value=True, key="balance-hide")
    address(month=picked.isoformat()[:7], level=level)
    return picked


def _balance(context: Context, source: Source, chosen: date) -> None:
    accounts = source.query("trial_balance", month=chosen).to_pylist()
    if st.session_state["balance-hide"]:
        accounts = [row for row in accounts if any(row[name] for name in AMOUNTS)]
    if not accounts:
        st.info(context.text("app.no_rows"))
        return
    total = _sums(accounts)
    _verdict(context, total)
    rows = balance_rows(context, accounts, with_accounts=st.session_state["balance-level"] == "account")
    st.caption(f"{context.text('app.amounts_in_lei')} {context.text('balance.open_account')}")
    table(
        _columns(context),
        rows,
        caption=f"{context.text('balance.title')}, {month(chosen, context.language)}",
        key="balance-table",
        on_open=_open_account,
        tall=True,
    )


def _open_account(account: str) -> None:
    address(account=account, entry=None)


def balance_rows(context: Context, accounts: Sequence[Mapping[str, Any]], *, with_accounts: bool) -> list[Row]:
    """Accounts under the sums of their class, and the total of all."""
    rows = []
    for number_of_class, members in groupby(accounts, key=lambda row: row["account_class"]):
        own = list(members)
        name = context.text(
            "balance.class", number=number_of_class, name=context.text(f"balance.class.{number_of_class}")
        )
        rows.append(_row(context, str(number_of_class), name, _sums(own), kind="subtotal"))
        if with_accounts:
            for row in own:
                label = row[f"account_name_{context.language}"] or row["account_name_ro"] or ""
                rows.append(_row(context, row["account_code"], label, row, opens=row["account_code"]))
    rows.append(_row(context, context.text("balance.total"), "", _sums(accounts), kind="total"))
    return rows


def _row(
    context: Context, code: str, name: str, amounts: Mapping[str, Any], *, kind: Any = "row", opens: str | None = None
) -> Row:
    figures = tuple("" if not amounts[one] else number(amounts[one], context.language) for one in AMOUNTS)
    return Row((code, name, *figures), kind=kind, opens=opens)


def _sums(accounts: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    return {name: sum((row[name] for row in accounts), Decimal(0)) for name in AMOUNTS}


def _verdict(context: Context, total: Mapping[str, Decimal]) -> None:
    stages = ("opening", "turnover", "cumulative", "closing")
    differences = [total[f"{stage}_debit_ron"] - total[f"{stage}_credit_ron"] for stage in stages]
    worst = max(differences, key=abs)
    if worst:
        st.error(
            context.text("balance.does_not_close", difference=lei(worst, context.language)), icon=":material/error:"
        )
    else:
        st.badge(context.text("balance.closes"), icon=":material/check:", color="green")


def _columns(context: Context) -> list[Column]:
    columns = [Column(context.text("balance.account")), Column(context.text("balance.name"))]
    for stage in ("opening", "turnover", "cumulative", "closing"):
        group = context.text(f"balance.{stage}")
        columns += [Column(context.text(f"balance.{side}"), True, group) for side in ("debit", "credit")]
    return columns
