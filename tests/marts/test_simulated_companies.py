"""The marts of the two simulated companies: every invariant holds, and nothing of the source is missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from cerniq.contracts import load_contracts
from cerniq.lake import Lake
from cerniq.settings import Settings
from cerniq.simulation import CompanyPlan
from cerniq.warehouse import build
from cerniq.warehouse.builds import build_file
from tests.simulation.replay import PLANS, Tables, history, rows
from tests.support.silver import write_silver

LINES = "numeriqo_accounting.journal_lines"


def _unscaled(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The simulation keeps numbers as integers scaled by the contract."""
    contract = load_contracts().table(*table.split("."))
    full = dict(row)
    for column in contract.columns:
        if column.pg_type.startswith("numeric") and full[column.name] is not None:
            scale = int(column.pg_type.rstrip(")").partition(",")[2])
            full[column.name] = Decimal(full[column.name]).scaleb(-scale)
    return full


def _built(lake: Lake, tables: Tables) -> duckdb.DuckDBPyConnection:
    silver = {name: [_unscaled(name, row) for row in rows(tables, name)] for name in tables}
    write_silver(lake, silver)
    report = build(lake)
    assert set(report.tests.values()) == {"pass"}
    return duckdb.connect(str(build_file(lake, report.build_id)), read_only=True)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.kind)
def test_a_simulated_company_passes_every_invariant(plan: CompanyPlan, settings: Settings) -> None:
    tables = history(plan)
    with _built(Lake.open(settings, plan.tenant), tables) as marts:
        ((count, debit, credit),) = marts.execute(
            "select count(*), sum(debit_ron), sum(credit_ron) from finance.fct_journal_line"
        ).fetchall()
        months = marts.execute(
            "select count(distinct month_start), sum(turnover_debit_ron) from finance.rpt_trial_balance"
        ).fetchall()
        opening = marts.execute("select sum(debit_ron) from finance.fct_journal_line where is_opening").fetchall()
        foreign = marts.execute("select count(*) from finance.rpt_open_item where currency != 'RON'").fetchall()
        stock = marts.execute(
            "select sum(value_ron) from stock.rpt_stock_on_hand "
            "where month_start = (select max(month_start) from stock.rpt_stock_on_hand)"
        ).fetchall()
        naming = marts.execute(
            "select count(*) from finance.fct_journal_line as lines join finance.dim_partner as partners "
            "on contains(concat_ws(' ', lines.entry_description, lines.line_description, lines.document_number), "
            "partners.partner_name)"
        ).fetchall()
    source = rows(tables, LINES)
    assert (count, debit) == (len(source), Decimal(sum(line["debit_ron"] for line in source)).scaleb(-2))
    assert debit == credit
    assert months == [(plan.months, debit - opening[0][0])]
    assert foreign[0][0] > 0
    assert naming == [(0,)]
    balances = rows(tables, "iwms.stock_balances")
    assert stock == [(Decimal(sum(row["value_ron"] for row in balances)).scaleb(-2),)]
