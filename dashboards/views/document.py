"""One journal entry with all its lines, and the document it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.data import Source
from dashboards.formats import day, lei, number, percent
from dashboards.layout import Context, head
from dashboards.tables import Column, Row, table

_PRICE_DECIMALS = 4


def render(context: Context, source: Source, entry: str) -> None:
    """`entry` comes from the address and may be anything."""
    lines = source.query("entry_lines", entry=int(entry)).to_pylist() if entry.isdecimal() and len(entry) < 19 else []
    if not lines:
        head(context, context.text("document.title", number=entry[:20]), source.build)
        st.info(context.text("document.missing"))
        return
    first = lines[0]
    head(context, context.text("document.title", number=first["entry_number"]), source.build)
    partner = next((line["partner_name"] for line in lines if line["partner_name"]), None)
    _facts(
        context,
        {
            "document.entry_date": day(first["entry_date"], context.language),
            "document.journal": first["journal_code"],
            "document.document": " ".join(filter(None, (first["document_type"], first["document_number"]))),
            "document.document_date": day(first["document_date"], context.language),
            "document.partner": partner,
        },
    )
    if first["entry_description"]:
        st.markdown(f"*{_escaped(first['entry_description'])}*")
    st.subheader(context.text("document.entry_lines"), anchor=False)
    st.caption(context.text("app.amounts_in_lei"))
    table(
        _entry_columns(context),
        _entry_rows(context, lines),
        caption=context.text("document.entry_lines"),
        key="entry-table",
    )
    _source_document(context, source, first)


def _source_document(context: Context, source: Source, first: Mapping[str, Any]) -> None:
    if first["source_id"] is None:
        return
    if (first["source_module"], first["source_table"]) == ("mercantiq_sales", "invoices"):
        _sales_invoice(context, source, first["source_id"])
    _open_items(context, source, first)


def _sales_invoice(context: Context, source: Source, invoice: int) -> None:
    lines = source.query("invoice_lines", invoice=invoice).to_pylist()
    if not lines:
        return
    first = lines[0]
    st.subheader(context.text("document.invoice", number=first["invoice_number"]), anchor=False)
    _facts(
        context,
        {
            "document.customer": first["partner_name"],
            "document.issue_date": day(first["issue_date"], context.language),
            "document.due_date": day(first["due_date"], context.language),
            "document.status": context.text(f"status.{first['invoice_status']}"),
            "document.efactura": context.text(f"efactura.{first['efactura_state']}"),
            "document.currency": first["currency"],
        },
    )
    table(
        _invoice_columns(context),
        [*(_invoice_row(context, line) for line in lines), _invoice_total(context, lines)],
        caption=context.text("document.invoice_lines"),
        key="invoice-table",
    )


def _open_items(context: Context, source: Source, first: Mapping[str, Any]) -> None:
    """What of the document is still to be paid at the last month end."""
    items = source.query(
        "document_open_item",
        module=first["source_module"],
        source=first["source_table"],
        document=first["source_id"],
    ).to_pylist()
    for item in items:
        amount = lei(abs(item["carrying_amount_ron"]), context.language)
        due = f"{context.text('document.due_date')}: {day(item['due_date'], context.language)}"
        st.info(
            f"{context.text('document.open_amount')} ({item['account_code']}, "
            f"{day(item['month_end'], context.language)}): **{amount}** · {due}",
            icon=":material/pending_actions:",
        )


def _facts(context: Context, facts: Mapping[str, str | None]) -> None:
    shown = {key: value for key, value in facts.items() if value}
    with st.container(border=True):
        for column, (key, value) in zip(st.columns(len(shown)), shown.items(), strict=True):
            column.caption(context.text(key))
            column.markdown(f"**{_escaped(value or '')}**")


def _entry_columns(context: Context) -> list[Column]:
    return [
        Column(context.text("balance.account")),
        Column(context.text("balance.name")),
        Column(context.text("lines.partner")),
        Column(context.text("lines.text")),
        Column(context.text("document.currency"), figure=True),
        Column(context.text("balance.debit"), figure=True),
        Column(context.text("balance.credit"), figure=True),
    ]


def _entry_rows(context: Context, lines: Sequence[Mapping[str, Any]]) -> list[Row]:
    rows = []
    for line in lines:
        foreign = ""
        if line["amount_currency"] is not None and line["currency"] != "RON":
            foreign = f"{number(line['amount_currency'], context.language)} {line['currency']}"
        rows.append(
            Row(
                (
                    line["account_code"],
                    line[f"account_name_{context.language}"] or line["account_name_ro"] or "",
                    line["partner_name"] or "",
                    line["line_description"] or "",
                    foreign,
                    _amount(context, line["debit_ron"]),
                    _amount(context, line["credit_ron"]),
                )
            )
        )
    sums = [sum((line[f"{side}_ron"] for line in lines), Decimal(0)) for side in ("debit", "credit")]
    total = (context.text("document.total"), "", "", "", "", *(number(one, context.language) for one in sums))
    return [*rows, Row(total, kind="total")]


def _invoice_columns(context: Context) -> list[Column]:
    texts = [Column(context.text("document.product")), Column(context.text("balance.account"))]
    figures = ("quantity", "unit", "price", "discount", "net", "vat_rate", "vat")
    return texts + [Column(context.text(f"document.{name}"), figure=True) for name in figures]


def _invoice_row(context: Context, line: Mapping[str, Any]) -> Row:
    name = line[f"product_name_{context.language}"] or line["product_name_ro"] or line["sku"] or "–"
    price = number(line["unit_price"], context.language, decimals=_PRICE_DECIMALS)
    return Row(
        (
            name,
            line["account_code"],
            number(line["quantity"], context.language, decimals=3),
            line["unit"] or "",
            f"{price} {line['currency']}",
            percent(line["discount_percent"] / 100, context.language) if line["discount_percent"] else "",
            number(line["net_amount_ron"], context.language),
            percent(line["vat_rate"] / 100, context.language, decimals=0),
            number(line["vat_amount_ron"], context.language),
        )
    )


def _invoice_total(context: Context, lines: Sequence[Mapping[str, Any]]) -> Row:
    net, vat = (sum((line[name] for line in lines), Decimal(0)) for name in ("net_amount_ron", "vat_amount_ron"))
    return Row(
        (
            context.text("document.total"),
            *[""] * 5,
            number(net, context.language),
            "",
            number(vat, context.language),
        ),
        kind="total",
    )


def _amount(context: Context, value: Decimal) -> str:
    return number(value, context.language) if value else ""


def _escaped(text: str) -> str:
    """Texts of people's documents are texts, whatever Markdown would make of them."""
    return "".join(f"\\{char}" if char in r"\`*_{}[]()#+-.!|<>$~:" else char for char in text)
