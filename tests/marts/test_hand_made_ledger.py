"""The marts of the small ledger, against figures worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import duckdb

# month, account: opening, turnover debit, turnover credit, closing (balances debit positive), added up on paper.
TRIAL_BALANCE = """
2024-12 1012  -5000        0        0    -5000
2024-12 1171  -6690        0        0    -6690
2024-12 121       0      400     1000     -600
2024-12 371    2000        0      400     1600
2024-12 401   -1500        0        0    -1500
2024-12 4111   1190     1190     1190     1190
2024-12 4423      0        0      190     -190
2024-12 4427      0      190      190        0
2024-12 5121  10000     1190        0    11190
2024-12 607       0      400      400        0
2024-12 707       0     1000     1000        0
2025-01 1012  -5000        0        0    -5000
2025-01 1171  -6690        0      600    -7290
2025-01 121    -600      700   497.70  -397.70
2025-01 371    1600      500      100     2000
2025-01 401   -1500        0      595    -2095
2025-01 4111   1190   497.70        0  1687.70
2025-01 4423   -190        0        0     -190
2025-01 4424      0       95        0       95
2025-01 4426      0       95       95        0
2025-01 4427      0        0        0        0
2025-01 5121  11190        0        0    11190
2025-01 607       0      100      100        0
2025-01 707       0   497.60   497.60        0
2025-01 7651      0     0.10     0.10        0
2025-02 1012  -5000        0        0    -5000
2025-02 1171  -7290        0        0    -7290
2025-02 121  -397.70  -39.92   -99.82  -337.80
2025-02 371    2000        0      -40     2040
2025-02 401   -2095     1500        0     -595
2025-02 4111 1687.70  119.06   199.08  1607.68
2025-02 419       0        0      200     -200
2025-02 4423   -190        0       19     -209
2025-02 4424     95        0        0       95
2025-02 4426      0        0        0        0
2025-02 4427      0       19       19        0
2025-02 5121  11190        0     1500     9690
2025-02 5124      0   199.12        0   199.12
2025-02 607       0      -40      -40        0
2025-02 6651      0     0.08     0.08        0
2025-02 707       0     -100     -100        0
2025-02 7651      0     0.18     0.18        0
"""


def test_the_trial_balance_is_the_one_worked_out_by_hand(trader_marts: duckdb.DuckDBPyConnection) -> None:
    found = trader_marts.execute(
        "select strftime(month_start, '%Y-%m'), account_code, opening_debit_ron - opening_credit_ron, "
        "turnover_debit_ron, turnover_credit_ron, closing_debit_ron - closing_credit_ron "
        "from finance.rpt_trial_balance order by 1, 2"
    ).fetchall()
    expected = [
        (month, account, *(Decimal(figure) for figure in figures))
        for month, account, *figures in (line.split() for line in TRIAL_BALANCE.strip().splitlines())
    ]
    assert found == expected


def test_a_year_opens_with_the_closing_balance_of_the_year_before(trader_marts: duckdb.DuckDBPyConnection) -> None:
    found = trader_marts.execute(
        "select year_opening_debit_ron, cumulative_debit_ron, cumulative_credit_ron, total_debit_ron "
        "from finance.rpt_trial_balance where account_code = '4111' and month_start = date '2025-02-01'"
    ).fetchall()
    assert found == [(Decimal("1190.00"), Decimal("616.76"), Decimal("199.08"), Decimal("1806.76"))]


def test_the_fiscal_year_of_a_tenant_is_its_own(fee_payer_marts: duckdb.DuckDBPyConnection) -> None:
    found = fee_payer_marts.execute(
        "select account_code, month_start, year_opening_debit_ron, closing_debit_ron "
        "from finance.rpt_trial_balance where account_code = '5121' order by month_start"
    ).fetchall()
    assert [(row[2], row[3]) for row in found] == [(Decimal(700), Decimal(700)), (Decimal(700), Decimal("687.50"))]
    years = fee_payer_marts.execute("select distinct fiscal_year_start from finance.rpt_trial_balance").fetchall()
    assert sorted(str(year) for (year,) in years) == ["2024-07-01", "2025-07-01"]


def test_the_result_leaves_out_the_entries_that_close_it(trader_marts: duckdb.DuckDBPyConnection) -> None:
    found = trader_marts.execute(
        "select row_code, list(amount_ron order by month_start), max(year_to_date_ron) "
        "filter (where month_start = date '2025-02-01') "
        "from finance.rpt_profit_and_loss where row_code in ('01', '20', '50', '69', '70') group by row_code order by 1"
    ).fetchall()
    figures = {code: ([str(amount) for amount in months], str(total)) for code, months, total in found}
    assert figures == {
        "01": (["1000.00", "497.60", "-100.00"], "397.60"),
        "20": (["400.00", "100.00", "-40.00"], "60.00"),
        "50": (["0.00", "0.10", "0.18"], "0.28"),
        "69": (["600.00", "397.70", "0.00"], "337.80"),
        "70": (["0.00", "0.00", "59.90"], "0.00"),
    }


def test_the_balance_sheet_shows_each_account_in_its_row(trader_marts: duckdb.DuckDBPyConnection) -> None:
    found = trader_marts.execute(
        "select row_code, closing_ron from finance.rpt_balance_sheet "
        "where month_start = date '2025-02-01' and closing_ron != 0 order by position"
    ).fetchall()
    assert {code: str(amount) for code, amount in found} == {
        "05": "2040.00",
        "301": "1702.68",
        "06": "1702.68",
        "08": "9889.12",
        "09": "13631.80",
        "13": "1004.00",
        "14": "12627.80",
        "15": "12627.80",
        "29": "5000.00",
        "30": "5000.00",
        "41": "7290.00",
        "43": "337.80",
        "46": "12627.80",
        "49": "12627.80",
        "TA": "13631.80",
        "TP": "13631.80",
    }


def test_open_items_stand_at_the_closing_rate_and_age(trader_marts: duckdb.DuckDBPyConnection) -> None:
    found = trader_marts.execute(
        "select strftime(month_start, '%Y-%m'), open_item_id, open_amount, carrying_amount_ron, ageing_bucket "
        "from finance.rpt_open_item where open_item_id in (2, 4, 5) order by 1, 2"
    ).fetchall()
    assert [(row[0], row[1], str(row[2]), str(row[3]), row[4]) for row in found] == [
        ("2024-12", 2, "-1500.00", "-1500.00", "1_30"),
        ("2025-01", 2, "-1500.00", "-1500.00", "31_60"),
        ("2025-01", 4, "100.00", "497.70", "not_due"),
        ("2025-01", 5, "-595.00", "-595.00", "1_30"),
        ("2025-02", 4, "60.00", "298.68", "1_30"),
        ("2025-02", 5, "-595.00", "-595.00", "1_30"),
    ]


def test_the_overview_of_a_month_agrees_with_the_other_marts(trader_marts: duckdb.DuckDBPyConnection) -> None:
    found = trader_marts.execute(
        "select revenue_ron, cost_of_sales_ron, margin_ron, cash_ron, receivables_ron, payables_ron, stock_ron "
        "from company.rpt_overview_monthly order by month_start"
    ).fetchall()
    assert [[str(figure) for figure in row] for row in found] == [
        ["1000.00", "400.00", "600.00", "11190.00", "1190.00", "1500.00", "1600.00"],
        ["497.60", "100.00", "397.60", "11190.00", "1687.70", "2095.00", "2000.00"],
        ["-100.00", "-40.00", "-60.00", "9889.12", "1607.68", "595.00", "2040.00"],
    ]


def test_stock_on_hand_has_every_month_from_the_first_movement(trader_marts: duckdb.DuckDBPyConnection) -> None:
    found = trader_marts.execute(
        "select quantity, value_ron from stock.rpt_stock_on_hand order by month_start"
    ).fetchall()
    assert found == [(Decimal(80), Decimal(1600)), (Decimal(95), Decimal(2000)), (Decimal(97), Decimal(2040))]


def test_only_one_mart_names_partners(trader_marts: duckdb.DuckDBPyConnection) -> None:
    texts = trader_marts.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns "
        "where data_type = 'VARCHAR' and table_schema not in ('information_schema', 'pg_catalog')"
    ).fetchall()
    naming = {
        table
        for table, column in texts
        if trader_marts.execute(f"select count(*) from {table} where {column} like '%Alfa SRL%'").fetchall() != [(0,)]
    }
    assert naming == {"finance.dim_partner"}
