"""What commands share: parameters parsed at the boundary, JSON and tables on standard output."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from cerniq.period import Period
from cerniq.tenancy import Cui, TenantId


class TenantType(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only
    """A tenant id; one that is none ends with status 1, as bad input."""

    name = "tid"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> TenantId:
        return value if isinstance(value, TenantId) else TenantId(value)


class CuiType(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only
    name = "cui"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Cui:
        return value if isinstance(value, Cui) else Cui(value)


class PeriodType(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only
    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        return value if isinstance(value, Period) else Period.parse(value)


TENANT, CUI, PERIOD = TenantType(), CuiType(), PeriodType()

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


def emit_json(value: Any) -> None:
    """One JSON document on standard output; money stays exact, as text."""
    click.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    match value:
        case TenantId() | Cui() | Period() | Path() | Decimal():
            return str(value)
        case date() | datetime():
            return value.isoformat()
        case bytes():
            return value.hex()
        case set() | frozenset() | tuple():
            return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def emit_table(header: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Iterable[int] = ()) -> None:
    """Aligned columns on standard output; columns in `right` are aligned to the right."""
    table = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(header), *table]) for i in range(len(header))]
    aligned_right = set(right)
    for line in [list(header), ["-" * width for width in widths], *table]:
        cells = (
            cell.rjust(width) if i in aligned_right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        click.echo("  ".join(cells).rstrip())
