"""The journal lines of one account and month, between its opening and its closing balance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from dashboards.data import Source
from dashboards.formats import day, month, number
from dashboards.layout import Context, address, head
from dashboards.tables import Column, Row, table

MAX_ROWS = 1000


def render(context: Context, source: Source, account: str, chosen: date) -> None:
    found = [row for row in source.query("trial_balance", month=chosen).to_pylist() if row["account_code"] == account]
    if not found:
        head(context, context.text("balance.title"), source.build)
        st.info(context.text("app.no_rows"))
        return
    balance = found[0]
    name = balance[f"account_name_{context.language}"] or balance["account_name_ro"] or ""
    head(context, context.text("lines.title", account=account, name=name), source.build)
    st.markdown(f"**{month(chosen, context.language)}** · {context.text('app.amounts_in_lei')}")
    lines = source.query("account_lines", account=account, month=chosen, rows=MAX_ROWS + 1).to_pylist()
    if len(lines) > MAX_ROWS:
        st.warning(context.text("app.more_rows", shown=number(MAX_ROWS, context.language, decimals=0)))
        lines = lines[:MAX_ROWS]
    st.caption(context.text("lines.open_document"))
    rows = [
        _sum_row(context, "lines.opening", balance, "opening", kind="section"),
        *(_line_row(context, line) for line in lines),
        _sum_row(context, "lines.turnover", balance, "turnover", kind="subtotal"),
        _sum_row(context, "lines.closing", balance, "closing", kind="total"),
    ]
    table(
        _columns(context),
        rows,
        caption=f"{context.text('lines.title', account=account, name=name)}, {month(chosen, context.language)}",
        key="lines-table",
        on_open=_open_entry,
        tall=True,
    )


def _open_entry(entry: str) -> None:
    address(entry=entry)


def _line_row(context: Context, line: Mapping[str, Any]) -> Row:
    return Row(
        (
            line["entry_number"],
            day(line["entry_date"], context.language),
            line["journal_code"] or "",
            line["document_number"] or "",
            line["partner_name"] or "",
            line["description"] or "",
            _amount(context, line["debit_ron"]),
            _amount(context, line["credit_ron"]),
        ),
        opens=str(line["entry_id"]),
    )


def _sum_row(context: Context, label: str, balance: Mapping[str, Any], stage: str, *, kind: Any) -> Row:
    sides = (_amount(context, balance[f"{stage}_{side}_ron"]) for side in ("debit", "credit"))
    return Row((context.text(label), "", "", "", "", "", *sides), kind=kind)


def _amount(context: Context, value: Any) -> str:
    return number(value, context.language) if value else ""


def _columns(context: Context) -> list[Column]:
    names = ("entry", "date", "journal", "document", "partner", "text")
    figures = [Column(context.text(f"balance.{side}"), figure=True) for side in ("debit", "credit")]
    return [Column(context.text(f"lines.{name}")) for name in names] + figures
