-- Balanta de verificare: OMFP 1802/2014, register model with opening balances, turnover, total sums, closing balances.
with

lines as (
    select * from {{ ref('fct_journal_line') }}
),

months as (
    select * from {{ ref('int_finance__month') }}
),

accounts as (
    select * from {{ ref('dim_account') }}
),

monthly as (
    select
        account_code,
        month_start,
        -- Opening entries bring balances in: they are no turnover of the month in which they stand.
        sum(if(is_opening, debit_ron - credit_ron, 0)) as brought_in,
        sum(if(is_opening, 0, debit_ron)) as turnover_debit,
        sum(if(is_opening, 0, credit_ron)) as turnover_credit,
    from lines
    group by account_code, month_start
),

first_months as (
    select
        account_code,
        min(month_start) as first_month,
    from monthly
    group by account_code
),

dense as (
    select
        first_months.account_code,
        months.month_start,
        months.month_end,
        months.fiscal_year_start,
        coalesce(monthly.brought_in, 0) as brought_in,
        coalesce(monthly.turnover_debit, 0) as turnover_debit,
        coalesce(monthly.turnover_credit, 0) as turnover_credit,
    from first_months
    inner join months
        on first_months.first_month <= months.month_start
    left join monthly
        on
            first_months.account_code = monthly.account_code
            and months.month_start = monthly.month_start
),

running as (
    select
        *,
        sum(brought_in + turnover_debit - turnover_credit) over (
            partition by account_code
            order by month_start
            rows between unbounded preceding and current row
        ) as closing,
        sum(turnover_debit) over (
            partition by account_code, fiscal_year_start
            order by month_start
            rows between unbounded preceding and current row
        ) as cumulative_debit,
        sum(turnover_credit) over (
            partition by account_code, fiscal_year_start
            order by month_start
            rows between unbounded preceding and current row
        ) as cumulative_credit,
    from dense
),

balances as (
    select
        *,
        closing - turnover_debit + turnover_credit as opening,
        closing - cumulative_debit + cumulative_credit as year_opening,
    from running
)

select
    balances.month_start,
    balances.month_end,
    balances.fiscal_year_start,
    balances.account_code,
    accounts.name_ro as account_name_ro,
    accounts.name_en as account_name_en,
    accounts.account_class,
    cast(greatest(balances.year_opening, 0) as decimal(18, 2)) as year_opening_debit_ron,
    cast(greatest(-balances.year_opening, 0) as decimal(18, 2)) as year_opening_credit_ron,
    cast(greatest(balances.opening, 0) as decimal(18, 2)) as opening_debit_ron,
    cast(greatest(-balances.opening, 0) as decimal(18, 2)) as opening_credit_ron,
    cast(balances.turnover_debit as decimal(18, 2)) as turnover_debit_ron,
    cast(balances.turnover_credit as decimal(18, 2)) as turnover_credit_ron,
    cast(balances.cumulative_debit as decimal(18, 2)) as cumulative_debit_ron,
    cast(balances.cumulative_credit as decimal(18, 2)) as cumulative_credit_ron,
    cast(greatest(balances.year_opening, 0) + balances.cumulative_debit as decimal(18, 2)) as total_debit_ron,
    cast(greatest(-balances.year_opening, 0) + balances.cumulative_credit as decimal(18, 2)) as total_credit_ron,
    cast(greatest(balances.closing, 0) as decimal(18, 2)) as closing_debit_ron,
    cast(greatest(-balances.closing, 0) as decimal(18, 2)) as closing_credit_ron,
from balances
left join accounts
    on balances.account_code = accounts.account_code
order by balances.month_start, balances.account_code
