"""Tables as accountants read them: grouped heads, figures to the right in the reader's own format, rows that open.

A semantic HTML table in a component of its own, because the grid that comes with Streamlit is drawn on a canvas: it
knows neither Romanian numbers nor two rows of heads, and neither keyboards nor screen readers get at its cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"

RowKind = Literal["row", "section", "subtotal", "total"]


@dataclass(frozen=True, slots=True)
class Column:
    """`group` is the head above several columns that stand together; figures are aligned to the right."""

    label: str
    figure: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells are texts, ready to be read. `opens`: what `on_open` gets when the row's first cell is pressed."""

    cells: tuple[str, ...]
    kind: RowKind = "row"
    opens: str | None = None


def table(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    caption: str,
    key: str,
    on_open: Callable[[str], None] | None = None,
    tall: bool = False,
) -> None:
    """Show the table; `caption` is read out by screen readers. `tall`: its own scroll bar, head and total in view."""

    def opened() -> None:
        chosen = st.session_state[key].get("opened")
        if chosen is not None and on_open is not None:
            on_open(str(chosen))

    mount = st.components.v2.component(
        "cerniq.table",
        html="<div class='frame' tabindex='0'></div>",
        css=(_ASSETS / "table.css").read_text(encoding="utf-8"),
        js=(_ASSETS / "table.js").read_text(encoding="utf-8"),
    )
    mount(
        key=key,
        data={
            "caption": caption,
            "columns": [asdict(column) for column in columns],
            "rows": [asdict(row) for row in rows],
            "tall": tall,
        },
        on_opened_change=opened,
        height="content",
    )
