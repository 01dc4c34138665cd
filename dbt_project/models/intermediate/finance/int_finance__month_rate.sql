-- One row per month and foreign currency: the rate at which open items are carried at the month's end. It is the last
-- rate published in the month (OMFP 1802/2014, monthly revaluation); a month not closed yet keeps the rate of the last
-- closed one.
with

months as (
    select * from {{ ref('int_finance__month') }}
),

rates as (
    select * from {{ ref('stg_numeriqo_accounting__exchange_rates') }}
),

last_closed as (
    select max(month_end) as month_end
    from months
    where is_closed
),

dated as (
    select
        months.month_start,
        if(months.is_closed, months.month_end, last_closed.month_end) as rate_on,
    from months
    cross join last_closed
)

select
    dated.month_start,
    dated.rate_on,
    rates.currency,
    arg_max(rates.rate, rates.rate_date) as rate,
from dated
inner join rates
    on dated.rate_on >= rates.rate_date
group by dated.month_start, dated.rate_on, rates.currency
