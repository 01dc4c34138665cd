-- At every month end, class 3 equals the value of the stock movements: 348 (price differences), 378 (markup) and 4428
-- (VAT inside a retail price) bring its accounts back to cost, and write-downs (39x) are left out, since the movements
-- carry cost. A ledger without any movement is that of a company whose warehouse is not connected: nothing to compare.
with

lines as (
    select * from {{ ref('fct_journal_line') }}
),

movements as (
    select * from {{ ref('fct_stock_movement') }}
),

months as (
    select * from {{ ref('int_finance__month') }}
),

-- VAT inside a retail price is booked together with the markup; other 4428 has nothing to do with stock.
retail_entries as (
    select distinct entry_id
    from lines
    where starts_with(account_code, '378')
),

booked as (
    select
        lines.month_start,
        sum(lines.debit_ron - lines.credit_ron) as moved_ron,
    from lines
    left join retail_entries
        on lines.entry_id = retail_entries.entry_id
    where
        (starts_with(lines.account_code, '3') and not starts_with(lines.account_code, '39'))
        or (starts_with(lines.account_code, '4428') and retail_entries.entry_id is not null)
    group by lines.month_start
),

moved as (
    select
        month_start,
        sum(value_ron) as moved_ron,
    from movements
    group by month_start
),

running as (
    select
        months.month_start,
        sum(coalesce(booked.moved_ron, 0)) over (order by months.month_start) as booked_ron,
        sum(coalesce(moved.moved_ron, 0)) over (order by months.month_start) as stock_value_ron,
    from months
    left join booked
        on months.month_start = booked.month_start
    left join moved
        on months.month_start = moved.month_start
)

select *
from running
where
    booked_ron != stock_value_ron
    and exists (select 1 from movements)
