"""`cerniq sql`: one read-only statement through the locked serving engine."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any, Literal

import click

from cerniq.cli.output import TENANT, emit_json, emit_table
from cerniq.tenancy import TenantId

if TYPE_CHECKING:
    import pyarrow as pa


@click.command()
@click.argument("tid", type=TENANT)
@click.argument("statement")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)
def sql(tid: TenantId, statement: str, form: Literal["table", "csv", "json"]) -> None:
    """Query a tenant's published marts, read only.

    \b
    cerniq sql acme "select * from finance.rpt_trial_balance limit 10"
    cerniq sql acme "select count(*) as lines from finance.fct_journal_line" --format json
    """
    from cerniq.cli.tenants import open_lake
    from cerniq.serving import Principal, Serving

    lake = open_lake(tid)
    with Serving(lake, Principal(tenant=tid, role="operator", claims={})) as serving:
        result = serving.query(statement)
    if form == "json":
        emit_json(
            {
                "columns": result.column_names,
                "rows": [list(row.values()) for row in result.to_pylist()],
            }
        )
    elif form == "csv":
        _emit_csv(result)
    else:
        _emit_aligned(result)


def _emit_csv(result: pa.Table) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(result.column_names)
    for batch in result.to_batches(max_chunksize=10_000):
        writer.writerows(row.values() for row in batch.to_pylist())


def _emit_aligned(result: pa.Table) -> None:
    from pyarrow import types

    numeric = [i for i, field in enumerate(result.schema) if _is_number(types, field.type)]
    rows = [["" if cell is None else cell for cell in row.values()] for row in result.to_pylist()]
    emit_table(result.column_names, rows, right=numeric)
    click.echo(f"({result.num_rows} row{'' if result.num_rows == 1 else 's'})", err=True)


def _is_number(types: Any, kind: pa.DataType) -> bool:
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))
