"""Monthly sales by product group: what was, what is expected, and how sure the model is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from cerniq.serving import NoBuild
from dashboards import charts
from dashboards.formats import moment, month, number
from dashboards.layout import Context, address, head
from dashboards.tables import Column, Row, table

ALL = ""
LEVELS = ("80", "95")
_HISTORY_MONTHS = 24


def render(context: Context) -> None:
    source = context.source()
    head(context, context.text("forecast.title"), source.build)
    try:
        ahead = source.model_table("forecast", "sales_monthly").sort_by("ds").to_pylist()
    except NoBuild as missing:
        st.info(f"{context.text('forecast.none')}\n\n`{missing.cure.removeprefix('Run it: ')}`")
        return
    history = source.query("sales_history").to_pylist()
    names = {row["group_code"]: row[f"group_name_{context.language}"] or row["group_code"] for row in history}
    group = _choose_group(context, ahead, names)
    own_ahead = _of_group(ahead, group)
    first_ahead = own_ahead[0]["ds"]
    past = [(ds, value) for ds, value in _past(history, group) if ds < first_ahead][-_HISTORY_MONTHS:]
    _notes(context, own_ahead, source.build.id, group)
    with st.container(border=True):
        st.subheader(context.text("forecast.chart"), anchor=False)
        shown = names.get(group, group) if group != ALL else context.text("forecast.all")
        bands = f" · {context.text('forecast.bands')}" if group != ALL else ""
        begin = month(past[0][0] if past else first_ahead, context.language)
        st.caption(
            f"{shown} · {begin} – {month(own_ahead[-1]['ds'], context.language)} · {context.text('app.ron')}{bands}"
        )
        labels = {"actual": context.text("forecast.actual"), "mean": context.text("forecast.mean")}
        labels |= {level: context.text("forecast.interval", level=level) for level in LEVELS}
        st.altair_chart(
            charts.fan(past, own_ahead, names=labels, unit=context.text("app.ron"), language=context.language)
        )
    st.subheader(context.text("forecast.table"), anchor=False)
    _table(context, own_ahead)


def _choose_group(context: Context, ahead: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    groups = sorted({row["unique_id"] for row in ahead}, key=lambda code: names.get(code, code))
    options = [*groups, ALL]
    asked = st.query_params.get("group", groups[0])
    left, _ = st.columns([2, 4])
    chosen: str = left.selectbox(
        context.text("forecast.group"),
        options,
        index=options.index(asked) if asked in options else 0,
        format_func=lambda code: names.get(code, code) if code != ALL else context.text("forecast.all"),
        key="forecast-group",
    )
    address(group=chosen)
    return chosen


def _of_group(ahead: Sequence[Mapping[str, Any]], group: str) -> list[dict[str, Any]]:
    """One row a month. Means of several groups add up; ends of intervals do not, so the sum of all has none."""
    if group != ALL:
        return [dict(row) for row in ahead if row["unique_id"] == group]
    sums: dict[date, dict[str, Any]] = {}
    for row in ahead:
        found = sums.setdefault(
            row["ds"], {"ds": row["ds"], "mean": Decimal(0), "build_id": row["build_id"], "made_at": row["made_at"]}
        )
        found["mean"] += row["mean"]
    return list(sums.values())


def _past(history: Sequence[Mapping[str, Any]], group: str) -> list[tuple[date, Decimal]]:
    sums: dict[date, Decimal] = defaultdict(Decimal)
    for row in history:
        if group in (ALL, row["group_code"]):
            sums[row["month_start"]] += row["net_amount_ron"]
    return sorted(sums.items())


def _notes(context: Context, ahead: Sequence[Mapping[str, Any]], build_id: str, group: str) -> None:
    made = ahead[0]
    st.caption(context.text("forecast.made", moment=moment(made["made_at"], context.language), build=made["build_id"]))
    if made["build_id"] != build_id:
        st.warning(context.text("forecast.stale"), icon=":material/update:")
    if group == ALL:
        st.caption(":material/info: " + context.text("forecast.no_sum"))


def _table(context: Context, ahead: Sequence[Mapping[str, Any]]) -> None:
    levels = [level for level in LEVELS if f"lo-{level}" in ahead[0]]
    columns = [Column(context.text("forecast.month")), Column(context.text("forecast.mean"), figure=True)]
    for level in levels:
        group = context.text("forecast.interval", level=level)
        columns += [Column(context.text(f"forecast.{end}"), figure=True, group=group) for end in ("low", "high")]
    rows = []
    for row in ahead:
        figures = [row["mean"], *(row[f"{end}-{level}"] for level in levels for end in ("lo", "hi"))]
        rows.append(
            Row((month(row["ds"], context.language), *(number(one, context.language, decimals=0) for one in figures)))
        )
    table(columns, rows, caption=context.text("forecast.table"), key="forecast-table")
