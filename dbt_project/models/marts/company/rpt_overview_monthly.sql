with

months as (
    select * from {{ ref('int_finance__month') }}
),

trial_balance as (
    select * from {{ ref('rpt_trial_balance') }}
),

profit_and_loss as (
    select * from {{ ref('rpt_profit_and_loss') }}
),

invoice_lines as (
    select * from {{ ref('fct_invoice_line') }}
),

stock_on_hand as (
    select * from {{ ref('rpt_stock_on_hand') }}
),

results as (
    select
        month_start,
        sum(if(row_code = '01', amount_ron, 0)) as revenue_ron,
        sum(case row_code when '43' then amount_ron when '44' then -amount_ron else 0 end) as operating_result_ron,
        sum(case row_code when '69' then amount_ron when '70' then -amount_ron else 0 end) as net_result_ron,
    from profit_and_loss
    group by month_start
),

costs as (
    select
        month_start,
        sum(cost_ron) as cost_ron,
    from invoice_lines
    group by month_start
),

closing as (
    select
        month_start,
        account_code,
        closing_debit_ron - closing_credit_ron as closing_ron,
    from trial_balance
),

positions as (
    select
        month_start,
        sum(if(
            starts_with(account_code, '512') or starts_with(account_code, '531') or starts_with(account_code, '581'),
            closing_ron,
            0
        )) as cash_ron,
        sum(if(
            starts_with(account_code, '411') or starts_with(account_code, '413') or starts_with(account_code, '418'),
            closing_ron,
            0
        )) as receivables_ron,
        sum(if(
            starts_with(account_code, '401') or starts_with(account_code, '403') or starts_with(account_code, '404')
            or starts_with(account_code, '405') or starts_with(account_code, '408'),
            -closing_ron,
            0
        )) as payables_ron,
    from closing
    group by month_start
),

stock as (
    select
        month_start,
        sum(value_ron) as stock_ron,
    from stock_on_hand
    group by month_start
)

select
    months.month_start,
    months.month_end,
    months.is_closed,
    cast(coalesce(results.revenue_ron, 0) as decimal(18, 2)) as revenue_ron,
    cast(coalesce(costs.cost_ron, 0) as decimal(18, 2)) as cost_of_sales_ron,
    cast(coalesce(results.revenue_ron, 0) - coalesce(costs.cost_ron, 0) as decimal(18, 2)) as margin_ron,
    cast(coalesce(results.operating_result_ron, 0) as decimal(18, 2)) as operating_result_ron,
    cast(coalesce(results.net_result_ron, 0) as decimal(18, 2)) as net_result_ron,
    cast(coalesce(positions.cash_ron, 0) as decimal(18, 2)) as cash_ron,
    cast(coalesce(positions.receivables_ron, 0) as decimal(18, 2)) as receivables_ron,
    cast(coalesce(positions.payables_ron, 0) as decimal(18, 2)) as payables_ron,
    cast(coalesce(
        stock.stock_ron,
        last_value(stock.stock_ron ignore nulls) over (
            order by months.month_start
            rows between unbounded preceding and current row
        ),
        0
    ) as decimal(18, 2)) as stock_ron,
from months
left join results
    on months.month_start = results.month_start
left join costs
    on months.month_start = costs.month_start
left join positions
    on months.month_start = positions.month_start
left join stock
    on months.month_start = stock.month_start
order by months.month_start
