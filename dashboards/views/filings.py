"""The D406 of each period: its state, what was found in it, and the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dashboards import data
from dashboards.formats import moment, number
from dashboards.layout import Context, address, head
from dashboards.tables import Column, Row, table

if TYPE_CHECKING:
    from cerniq.control import FilingRecord

_CHECKED = ("validated", "submitted", "accepted", "rejected")


def render(context: Context) -> None:
    head(context, context.text("filings.title"), None)
    filings = data.filings(context.principal)
    if not filings:
        command = f"cerniq d406 export {context.principal.tenant} --period 2026-08"
        st.info(f"{context.text('filings.none')} {context.text('filings.none_cure', command=f'`{command}`')}")
        return
    _summary(context, filings)
    table(
        _columns(context), [_row(context, one) for one in filings], caption=context.text("filings.title"), key="filings"
    )
    _download(context, filings)


def verdict(filing: FilingRecord) -> str:
    """valid, invalid or unchecked: an error is an error in every state; a draft says nothing yet."""
    if filing.errors or filing.state == "invalid":
        return "invalid"
    return "valid" if filing.state in _CHECKED else "unchecked"


def _summary(context: Context, filings: Sequence[FilingRecord]) -> None:
    newest = {one.period: one for one in reversed(filings)}
    counts = {
        "filings.filed": len(newest),
        "filings.valid_count": sum(verdict(one) == "valid" for one in newest.values()),
        "filings.error_count": sum(verdict(one) == "invalid" for one in newest.values()),
    }
    for column, (key, count) in zip(st.columns(3), counts.items(), strict=True):
        column.metric(context.text(key), number(count, context.language, decimals=0), border=True)


def _columns(context: Context) -> list[Column]:
    texts = ("period", "type", "number", "state", "verdict")
    figures = ("errors", "warnings", "rows")
    return (
        [Column(context.text(f"filings.{name}")) for name in texts]
        + [Column(context.text(f"filings.{name}"), figure=True) for name in figures]
        + [Column(context.text("filings.made")), Column(context.text("filings.lsn"))]
    )


def _row(context: Context, filing: FilingRecord) -> Row:
    counts = (filing.errors, filing.warnings, filing.rows)
    return Row(
        (
            filing.period,
            filing.type,
            str(filing.number),
            context.text(f"filings.state.{filing.state}"),
            context.text(f"filings.verdict.{verdict(filing)}"),
            *(number(one, context.language, decimals=0) for one in counts),
            moment(filing.created_at, context.language),
            filing.lsn,
        )
    )


def _download(context: Context, filings: Sequence[FilingRecord]) -> None:
    known = {f"{one.period} · {one.type} · {one.number}": one for one in filings}
    options = list(known)
    asked = st.query_params.get("filing", options[0])
    left, right, _ = st.columns([2, 2, 3], vertical_alignment="bottom")
    chosen = left.selectbox(
        context.text("filings.choose"),
        options,
        index=options.index(asked) if asked in known else 0,
        key="filing-choice",
    )
    address(filing=chosen)
    filing = known[chosen]
    path = Path(filing.path)
    if not path.is_file():
        right.caption(context.text("filings.file_gone"))
        return
    right.download_button(
        context.text("filings.download", period=filing.period),
        data=path.read_bytes,
        file_name=path.name,
        mime="application/xml",
        icon=":material/download:",
        on_click="ignore",
    )
