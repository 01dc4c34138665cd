-- OMFP 1802/2014: class 6 and 7 accounts are closed to 121. Statements of income take turnover without these entries.
with

lines as (
    select * from {{ ref('stg_numeriqo_accounting__journal_lines') }}
),

on_result as (
    select distinct entry_id
    from lines
    where starts_with(account_code, '121')
),

on_income as (
    select distinct entry_id
    from lines
    where
        starts_with(account_code, '6')
        or starts_with(account_code, '7')
)

select on_result.entry_id
from on_result
inner join on_income
    on on_result.entry_id = on_income.entry_id
