"""What every page has: its head, how fresh its data are, tiles, breadcrumbs, and the state in its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from cerniq.serving import Build, Principal
from dashboards.data import Source
from dashboards.formats import Language, moment
from dashboards.i18n import text


@dataclass(frozen=True, slots=True)
class Context:
    """Who looks, in which language, at which company."""

    principal: Principal
    language: Language
    company: str

    def text(self, key: str, **values: object) -> str:
        return text(key, self.language, **values)

    def source(self) -> Source:
        return Source(self.principal)


_STYLE = """<style>
.stMainBlockContainer { padding-top: 2.6rem; padding-bottom: 3rem; }
@media print { .stSidebar, .stAppHeader { display: none; } }
</style>"""


def style() -> None:
    """What the theme's settings cannot say: less empty space above, no navigation on paper."""
    st.html(_STYLE)


def head(context: Context, title: str, build: Build | None) -> None:
    """Title of the page, company and freshness under it."""
    st.title(title, anchor=False)
    line = f"**{context.company}**"
    if build is not None:
        at = moment(build.built_at, context.language)
        line += " · " + context.text("app.freshness", moment=at, build=build.id)
    st.caption(line)


def ink() -> str:
    """The colour of text, for marks of charts that Streamlit's theme does not reach."""
    return "#e6edf3" if st.context.theme.type == "dark" else "#1a2733"


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure. `delta` compares with the previous period; `rising_is_good` None: neither good nor bad."""

    label: str
    value: str
    delta: str | None
    rising_is_good: bool | None
    trend: Sequence[float]
    note: str


def tiles(found: Sequence[Tile], *, per_row: int) -> None:
    for begin in range(0, len(found), per_row):
        columns = st.columns(per_row, gap="small")
        for column, tile in zip(columns, found[begin : begin + per_row], strict=False):
            colour = "off" if tile.rising_is_good is None else "normal" if tile.rising_is_good else "inverse"
            column.metric(
                tile.label,
                tile.value,
                # Streamlit reads the direction from an ASCII hyphen; ours is a minus sign.
                tile.delta.replace("−", "-") if tile.delta else None,
                delta_color=colour,  # type: ignore[arg-type]  # one of streamlit's literals
                delta_description=tile.note,
                border=True,
                chart_data=list(tile.trend),
                chart_type="area",
                height="stretch",
            )


def address(**state: str | None) -> None:
    """Put the page's state in its address; None takes a name out. What is not named stays."""
    for name, value in state.items():
        if value is None:
            if name in st.query_params:
                del st.query_params[name]
        elif st.query_params.get(name) != value:
            st.query_params[name] = value


def breadcrumb(steps: Sequence[tuple[str, Mapping[str, str | None]]], here: str) -> None:
    """Where one is, and the way back: each step is a label and the state that it returns to."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for number, (label, state) in enumerate(steps):
            st.button(label, key=f"crumb-{number}", type="tertiary", on_click=_go, kwargs=dict(state))
            st.markdown("›", width="content")
        st.markdown(f"**{here}**", width="content")


def _go(**state: str | None) -> None:
    address(**state)
