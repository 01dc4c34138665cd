"""The company on one page: what it earned, what it has, each with the previous period and its trend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards import charts
from dashboards.data import Source
from dashboards.formats import month, percent, short_lei
from dashboards.layout import Context, Tile, address, head, ink, tiles

SPANS = {"last_month": 1, "quarter": 3, "half": 6, "year": 12}
_TREND_MONTHS = 12
_BUCKETS = ("not_due", "1_30", "31_60", "61_90", "over_90")

Months = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Span:
    """The months that are shown, those they are compared with, and all months up to the last one shown."""

    current: Months
    previous: Months
    until: Months

    @classmethod
    def of(cls, months: Months, last: Any, length: int) -> Span:
        """`previous` is empty where the history does not hold as many months before."""
        until = [row for row in months if row["month_start"] <= last]
        previous = until[-2 * length : -length] if len(until) >= 2 * length else []
        return cls(until[-length:], previous, until)


def render(context: Context) -> None:
    source = context.source()
    head(context, context.text("overview.title"), source.build)
    months = source.query("overview_months").to_pylist()
    if not months:
        st.info(context.text("app.no_rows"))
        return
    span = _chosen_span(context, months)
    _explain(context, span)
    tiles(_flows(context, span) + _positions(context, span), per_row=4)
    _charts(context, source, span)


def _chosen_span(context: Context, months: Months) -> Span:
    known = {row["month_start"].isoformat()[:7]: row["month_start"] for row in reversed(months)}
    asked_span = st.query_params.get("span", "last_month")
    asked_month = st.query_params.get("until", next(iter(known)))
    left, right, _ = st.columns([3, 2, 3], vertical_alignment="bottom")
    length = left.segmented_control(
        context.text("overview.period"),
        list(SPANS),
        default=asked_span if asked_span in SPANS else "last_month",
        format_func=lambda name: context.text(f"overview.{name}"),
        required=True,
        key="overview-span",
    )
    options = list(known)
    until = right.selectbox(
        context.text("overview.until"),
        options,
        index=options.index(asked_month) if asked_month in known else 0,
        format_func=lambda name: month(known[name], context.language),
        key="overview-until",
    )
    address(span=length, until=until)
    return Span.of(months, known[until], SPANS[length])


def _explain(context: Context, span: Span) -> None:
    def name(row: Mapping[str, Any]) -> str:
        return month(row["month_start"], context.language)

    shown = name(span.current[-1])
    if len(span.current) > 1:
        shown = context.text("overview.range", start=name(span.current[0]), end=shown)
    compared = ""
    if len(span.previous) == 1:
        compared = " · " + context.text("overview.compared_one", start=name(span.previous[0]))
    elif span.previous:
        compared = " · " + context.text("overview.compared", start=name(span.previous[0]), end=name(span.previous[-1]))
    st.markdown(f"**{shown}**{compared} · {context.text('app.amounts_in_lei')}")
    for row in span.current:
        if not row["is_closed"]:
            st.caption(":material/info: " + context.text("overview.open_month", month=name(row)))


def _flows(context: Context, span: Span) -> list[Tile]:
    revenue = _total(span.current, "revenue_ron")
    margin = _total(span.current, "margin_ron")
    rate = percent(margin / revenue, context.language) if revenue else None
    note = context.text("overview.margin_rate", rate=rate) if rate else ""
    return [
        _tile(context, span, "revenue", _total, rising_is_good=True),
        _tile(context, span, "margin", _total, rising_is_good=True, note=note),
        _tile(context, span, "operating_result", _total, rising_is_good=True),
        _tile(context, span, "net_result", _total, rising_is_good=True),
    ]


def _positions(context: Context, span: Span) -> list[Tile]:
    return [
        _tile(context, span, "cash", _at_end, rising_is_good=True),
        _tile(context, span, "receivables", _at_end, rising_is_good=None),
        _tile(context, span, "payables", _at_end, rising_is_good=None),
        _tile(context, span, "stock", _at_end, rising_is_good=None),
    ]


def _tile(
    context: Context,
    span: Span,
    name: str,
    measure: Callable[[Months, str], Decimal],
    *,
    rising_is_good: bool | None,
    note: str = "",
) -> Tile:
    column = f"{name}_ron"
    now = measure(span.current, column)
    delta = None
    if span.previous:
        before = measure(span.previous, column)
        delta = percent((now - before) / abs(before), context.language, signed=True) if before else None
    default = "overview.in_period" if measure is _total else "overview.at_end"
    return Tile(
        label=context.text(f"overview.{name}"),
        value=short_lei(now, context.language),
        delta=delta if delta is not None else context.text("overview.new"),
        rising_is_good=rising_is_good if delta is not None else None,
        trend=[float(row[column]) for row in span.until[-_TREND_MONTHS:]],
        note=note or context.text(default),
    )


def _charts(context: Context, source: Source, span: Span) -> None:
    unit = context.text("app.ron")
    shown = span.until[-_TREND_MONTHS:]
    left, right = st.columns(2, gap="medium")
    with left.container(border=True):
        st.subheader(context.text("overview.trend"), anchor=False)
        names = {f"{name}_ron": context.text(f"overview.{name}") for name in ("revenue", "margin")}
        _period(context, shown)
        st.altair_chart(charts.monthly_bars(shown, names, unit=unit, language=context.language))
    with right.container(border=True):
        st.subheader(context.text("overview.position"), anchor=False)
        names = {
            f"{name}_ron": context.text(f"overview.{name}") for name in ("cash", "receivables", "payables", "stock")
        }
        _period(context, shown)
        st.altair_chart(charts.monthly_lines(shown, names, unit=unit, language=context.language))
    left, right = st.columns(2, gap="medium")
    with left.container(border=True):
        st.subheader(context.text("overview.groups"), anchor=False)
        _period(context, span.current)
        _by_group(context, source, span)
    with right.container(border=True):
        st.subheader(context.text("overview.ageing"), anchor=False)
        _period(context, span.current[-1:])
        _ageing(context, source, span)


def _by_group(context: Context, source: Source, span: Span) -> None:
    rows = source.query(
        "sales_by_group", first=span.current[0]["month_start"], last=span.current[-1]["month_start"]
    ).to_pylist()
    named = [(row[f"group_name_{context.language}"] or row["group_code"] or "–", row["net_amount_ron"]) for row in rows]
    if not named:
        st.info(context.text("app.no_rows"))
        return
    st.altair_chart(charts.ranked_bars(named, unit=context.text("app.ron"), language=context.language, ink=ink()))


def _ageing(context: Context, source: Source, span: Span) -> None:
    found = {
        row["ageing_bucket"]: row["amount_ron"]
        for row in source.query("receivables_ageing", month=span.current[-1]["month_start"]).to_pylist()
    }
    if not found:
        st.info(context.text("app.no_rows"))
        return
    rows = [(context.text(f"overview.ageing.{name}"), found.get(name, Decimal(0))) for name in _BUCKETS]
    st.altair_chart(
        charts.ranked_bars(
            rows, unit=context.text("app.ron"), language=context.language, ordered=True, colour=charts.ORANGE, ink=ink()
        )
    )


def _period(context: Context, months: Months) -> None:
    first, last = months[0]["month_start"], months[-1]["month_start"]
    text = month(last, context.language)
    if first != last:
        text = context.text("overview.range", start=month(first, context.language), end=text)
    st.caption(f"{text} · {context.text('app.ron')}")


def _total(months: Months, column: str) -> Decimal:
    return sum((row[column] for row in months), Decimal(0))


def _at_end(months: Months, column: str) -> Decimal:
    value: Decimal = months[-1][column]
    return value
