"""Charts: one look, colours that colour-blind people tell apart, always with unit and period.

Amounts become floating point here and only here: a chart has no bani.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import altair as alt

from dashboards.formats import Language, vega_locale

AnyChart = alt.Chart | alt.LayerChart | alt.FacetChart

# Okabe and Ito; the first two are the most apart for every kind of colour blindness.
BLUE, ORANGE, GREEN, VERMILLION, PURPLE, SKY = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9"
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION)
_MONTH_AXIS = alt.Axis(format="%b %Y", labelAngle=0, tickCount=8, title=None, grid=False, labelOverlap=True)


def monthly_bars(
    rows: Sequence[Mapping[str, Any]], series: Mapping[str, str], *, unit: str, language: Language, height: int = 280
) -> AnyChart:
    """Bars side by side: `rows` with `month_start` and one column a series; `series` maps column to label."""
    data = _long(rows, series)
    labels = list(series.values())
    chart = (
        alt.Chart(_values(data), height=height)
        .mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=alt.X("month:O", timeUnit="yearmonth", axis=_ordinal_months()),
            xOffset=alt.XOffset("series:N", sort=labels),
            y=alt.Y("value:Q", axis=_amounts()),
            color=_colour(labels),
            tooltip=_tooltip(unit),
        )
    )
    return _finished(chart, language)


def monthly_lines(
    rows: Sequence[Mapping[str, Any]], series: Mapping[str, str], *, unit: str, language: Language, height: int = 280
) -> AnyChart:
    """One line a series, with points, from zero."""
    data = _long(rows, series)
    chart = (
        alt.Chart(_values(data), height=height)
        .mark_line(strokeWidth=2.2, point=alt.OverlayMarkDef(size=28))
        .encode(
            x=alt.X("month:T", axis=_MONTH_AXIS),
            y=alt.Y("value:Q", axis=_amounts()),
            color=_colour(list(series.values()), symbol="stroke"),
            strokeDash=alt.StrokeDash("series:N", sort=list(series.values()), legend=_legend("stroke")),
            tooltip=_tooltip(unit),
        )
    )
    return _finished(chart, language)


def ranked_bars(
    rows: Sequence[tuple[str, Decimal]],
    *,
    unit: str,
    language: Language,
    ordered: bool = False,
    colour: str = BLUE,
    ink: str,
) -> AnyChart:
    """Horizontal bars with their figure at the end, in `ink`. `ordered`: keep the order, else the largest first."""
    data = [{"label": label, "value": float(value)} for label, value in rows]
    order: Any = [label for label, _ in rows] if ordered else "-x"
    # Room at the end of the longest bar for its figure.
    values = [float(value) for _, value in rows]
    largest, least = max(values), min(values)
    scale = alt.Scale(domain=[min(0.0, 1.25 * least), 1.25 * max(largest, 0.0)], nice=False)
    base = alt.Chart(_values(data), height=max(110, 34 * len(data))).encode(
        y=alt.Y("label:N", sort=order, axis=alt.Axis(title=None, labelLimit=220, ticks=False, domain=False)),
        x=alt.X("value:Q", scale=scale, axis=None),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("value:Q", title=unit, format=",.0f")],
    )
    bars = base.mark_bar(color=colour, cornerRadiusEnd=3, size=18)
    figures = base.mark_text(align="left", dx=6, fontSize=12, color=ink).encode(text=alt.Text("value:Q", format=",.0f"))
    return _finished(alt.layer(bars, figures), language)


def fan(
    history: Sequence[tuple[date, Decimal]],
    ahead: Sequence[Mapping[str, Any]],
    *,
    names: Mapping[str, str],
    unit: str,
    language: Language,
    height: int = 380,
) -> AnyChart:
    """What was, what is expected, and how sure: `ahead` has `ds`, `mean` and, where known, `lo-80` to `hi-95`.

    `names`: labels of actual, mean, 80 and 95.
    """
    past = [{"month": day.isoformat(), "value": float(value), "series": names["actual"]} for day, value in history]
    future = [
        {"month": row["ds"].isoformat(), "value": float(row["mean"]), "series": names["mean"]}
        | {name.replace("-", "_"): float(row[name]) for name in row if name.startswith(("lo-", "hi-"))}
        for row in ahead
    ]
    layers = []
    if past and future:
        # The fan opens at the last known month, so that the eye follows one line.
        start = {**past[-1], "series": names["mean"]}
        start |= {name: start["value"] for name in future[0] if name.startswith(("lo_", "hi_"))}
        future = [start, *future]
    x = alt.X("month:T", axis=_MONTH_AXIS)
    for level, opacity in (("95", 0.18), ("80", 0.32)):
        if future and f"lo_{level}" in future[-1]:
            values = [{**row, "series": names[level]} for row in future]
            layers.append(
                alt.Chart(_values(values))
                .mark_area(color=BLUE, opacity=opacity)
                .encode(
                    x=x,
                    y=alt.Y(f"lo_{level}:Q", axis=_amounts()),
                    y2=f"hi_{level}:Q",
                    tooltip=[
                        _month_tooltip(),
                        alt.Tooltip("series:N", title=" "),
                        alt.Tooltip(f"lo_{level}:Q", title="min", format=",.0f"),
                        alt.Tooltip(f"hi_{level}:Q", title="max", format=",.0f"),
                    ],
                )
            )
    labels = [names["actual"], names["mean"]]
    lines = (
        alt.Chart(_values(past + future))
        .mark_line(strokeWidth=2.4, point=alt.OverlayMarkDef(size=26))
        .encode(
            x=x,
            y=alt.Y("value:Q", axis=_amounts()),
            color=alt.Color(
                "series:N",
                scale=alt.Scale(domain=labels, range=[ORANGE, BLUE]),
                legend=_legend("stroke"),
            ),
            tooltip=_tooltip(unit),
        )
    )
    return _finished(alt.layer(*layers, lines).properties(height=height), language)


def _values(rows: Sequence[Mapping[str, Any]]) -> Any:
    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]  # altair's own constructor is untyped


def _long(rows: Sequence[Mapping[str, Any]], series: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"month": row["month_start"].isoformat(), "series": label, "value": float(row[column])}
        for row in rows
        for column, label in series.items()
    ]


def _colour(labels: Sequence[str], *, symbol: str = "square") -> alt.Color:
    return alt.Color(
        "series:N",
        sort=list(labels),
        scale=alt.Scale(domain=list(labels), range=list(PALETTE[: len(labels)])),
        legend=_legend(symbol),
    )


def _legend(symbol: str) -> alt.Legend:
    return alt.Legend(title=None, orient="top", symbolType=symbol)


def _amounts() -> alt.Axis:
    """Without a title: every chart stands under a line that says unit and period."""
    return alt.Axis(title=None, format=",.0f", tickCount=5, domain=False)


def _ordinal_months() -> alt.Axis:
    label = "[timeFormat(datum.value, '%b'), month(datum.value) == 0 || datum.index == 0 ? year(datum.value) : '']"
    return alt.Axis(labelExpr=label, labelAngle=0, title=None, labelOverlap=True, ticks=False)


def _month_tooltip() -> alt.Tooltip:
    return alt.Tooltip("month:T", title=" ", format="%B %Y")


def _tooltip(unit: str) -> list[alt.Tooltip]:
    return [
        _month_tooltip(),
        alt.Tooltip("series:N", title=" "),
        alt.Tooltip("value:Q", title=unit, format=",.0f"),
    ]


def _finished(chart: AnyChart, language: Language) -> AnyChart:
    configured: AnyChart = chart.configure(locale=vega_locale(language)).configure_view(strokeWidth=0)
    return configured
