-- Form F20 (OMFP 1802/2014) by month: turnover of classes 6 and 7 without the entries that close them to 121.
with

lines as (
    select * from {{ ref('fct_journal_line') }}
),

months as (
    select * from {{ ref('int_finance__month') }}
),

statement_rows as (
    select * from {{ ref('statement_rows') }}
    where statement = 'profit_and_loss'
),

weights as (
    select * from {{ ref('int_finance__statement_weight') }}
    where statement = 'profit_and_loss'
),

turnover as (
    select
        account_code,
        month_start,
        sum(credit_ron - debit_ron) as net_ron,
    from lines
    where
        (starts_with(account_code, '6') or starts_with(account_code, '7'))
        and not is_opening
        and not is_result_closing
    group by account_code, month_start
),

amounts as (
    select
        weights.row_code,
        turnover.month_start,
        sum(weights.weight * turnover.net_ron) as amount,
    from turnover
    inner join weights
        on turnover.account_code = weights.account_code
    group by weights.row_code, turnover.month_start
),

dense as (
    select
        months.month_start,
        months.month_end,
        months.fiscal_year_start,
        statement_rows.row_code,
        statement_rows.position,
        statement_rows.section,
        statement_rows.row_kind,
        statement_rows.shows_positive_part,
        statement_rows.label_ro,
        statement_rows.label_en,
        coalesce(amounts.amount, 0) as amount,
        sum(coalesce(amounts.amount, 0)) over (
            partition by statement_rows.row_code, months.fiscal_year_start
            order by months.month_start
            rows between unbounded preceding and current row
        ) as year_to_date,
    from months
    cross join statement_rows
    left join amounts
        on
            months.month_start = amounts.month_start
            and statement_rows.row_code = amounts.row_code
)

select
    month_start,
    month_end,
    fiscal_year_start,
    row_code,
    position,
    section,
    row_kind,
    label_ro,
    label_en,
    cast(if(shows_positive_part, greatest(amount, 0), amount) as decimal(18, 2)) as amount_ron,
    cast(if(shows_positive_part, greatest(year_to_date, 0), year_to_date) as decimal(18, 2)) as year_to_date_ron,
from dense
order by month_start, position
