-- When an open item entered the ledger, and every settlement of it, in the sign of the item's account.
with

open_items as (
    select * from {{ ref('stg_numeriqo_accounting__open_items') }}
),

settlements as (
    select * from {{ ref('stg_numeriqo_accounting__open_item_settlements') }}
),

lines as (
    select * from {{ ref('fct_journal_line') }}
    where source_id is not null
),

booked as (
    select
        account_code,
        partner_id,
        source_module,
        source_table,
        source_id,
        min(entry_date) as entry_date,
    from lines
    group by account_code, partner_id, source_module, source_table, source_id
)

select
    open_items.open_item_id,
    -- A supplier's invoice may be dated in the month before the one in which it came and was entered.
    coalesce(booked.entry_date, open_items.issue_date) as moved_on,
    open_items.amount,
    open_items.amount_ron,
from open_items
left join booked
    on
        open_items.account_code = booked.account_code
        and open_items.partner_id = booked.partner_id
        and open_items.source_module = booked.source_module
        and open_items.source_table = booked.source_table
        and open_items.source_id = booked.source_id

union all

select
    open_item_id,
    settled_on as moved_on,
    amount,
    amount_ron,
from settlements
