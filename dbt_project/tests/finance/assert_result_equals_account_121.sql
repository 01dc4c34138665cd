-- The result by the rows of F20 equals what the closing entries brought to 121: up to every month that was closed.
with

months as (
    select * from {{ ref('int_finance__month') }}
),

lines as (
    select * from {{ ref('fct_journal_line') }}
),

results as (
    select
        month_start,
        sum(case row_code when '69' then amount_ron else -amount_ron end) as result_ron,
    from {{ ref('rpt_profit_and_loss') }}
    where row_code in ('69', '70')
    group by month_start
),

closings as (
    select
        month_start,
        sum(credit_ron - debit_ron) as closed_ron,
    from lines
    where
        is_result_closing
        and not is_opening
        and starts_with(account_code, '121')
    group by month_start
),

running as (
    select
        months.month_start,
        closings.month_start is not null as has_closing,
        sum(coalesce(results.result_ron, 0)) over (order by months.month_start) as result_ron,
        sum(coalesce(closings.closed_ron, 0)) over (order by months.month_start) as closed_ron,
    from months
    left join results
        on months.month_start = results.month_start
    left join closings
        on months.month_start = closings.month_start
)

select *
from running
where
    has_closing
    and result_ron != closed_ron
