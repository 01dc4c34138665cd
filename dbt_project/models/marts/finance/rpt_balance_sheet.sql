-- Form F10, short layout (OMFP 1802/2014), at every month end. Without maturities, all falls due within a year but for
-- accounts 161, 162 (not 1622), 166 and 167. Before a VAT period is closed, 4426 and 4427 count as a receivable and a
-- debt; before a month is closed, the open result of classes 6 and 7 counts with account 121.
with

trial_balance as (
    select * from {{ ref('rpt_trial_balance') }}
),

months as (
    select * from {{ ref('int_finance__month') }}
),

statement_rows as (
    select * from {{ ref('statement_rows') }}
    where statement = 'balance_sheet'
),

weights as (
    select * from {{ ref('int_finance__statement_weight') }}
    where statement = 'balance_sheet'
),

weighed as (
    select
        weights.row_code,
        trial_balance.month_start,
        sum(weights.weight * case weights.side
            when 'debit' then trial_balance.closing_debit_ron
            when 'credit' then trial_balance.closing_credit_ron
            else trial_balance.closing_debit_ron - trial_balance.closing_credit_ron
        end) as closing,
        sum(weights.weight * case weights.side
            when 'debit' then trial_balance.year_opening_debit_ron
            when 'credit' then trial_balance.year_opening_credit_ron
            else trial_balance.year_opening_debit_ron - trial_balance.year_opening_credit_ron
        end) as year_opening,
    from trial_balance
    inner join weights
        on trial_balance.account_code = weights.account_code
    group by weights.row_code, trial_balance.month_start
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
        coalesce(weighed.year_opening, 0) as year_opening,
        coalesce(weighed.closing, 0) as closing,
    from months
    cross join statement_rows
    left join weighed
        on
            months.month_start = weighed.month_start
            and statement_rows.row_code = weighed.row_code
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
    cast(if(shows_positive_part, greatest(year_opening, 0), year_opening) as decimal(18, 2)) as year_opening_ron,
    cast(if(shows_positive_part, greatest(closing, 0), closing) as decimal(18, 2)) as closing_ron,
from dense
order by month_start, position
