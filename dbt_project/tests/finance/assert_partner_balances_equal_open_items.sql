-- Per partner, each of 4111, 4118, 413, 418, 419, 401, 404, 408 and 409 equals its open items at every month end, the
-- foreign ones at the closing rate. Between two revaluations a foreign item stands at a rate of neither, so a month
-- that is not closed is compared for partners without foreign items only.
{% set accounts = ['4111', '4118', '413', '418', '419', '401', '404', '408', '409'] %}
with

lines as (
    select * from {{ ref('fct_journal_line') }}
    where
        false
        {% for account in accounts %}
            or starts_with(account_code, '{{ account }}')
        {% endfor %}
),

months as (
    select * from {{ ref('int_finance__month') }}
),

open_items as (
    select * from {{ ref('rpt_open_item') }}
),

foreign_partners as (
    select distinct
        account_code,
        partner_id,
    from lines
    where currency != 'RON'
),

moved as (
    select
        account_code,
        partner_id,
        month_start,
        sum(debit_ron - credit_ron) as moved_ron,
    from lines
    group by account_code, partner_id, month_start
),

booked as (
    select
        moved.account_code,
        moved.partner_id,
        months.month_start,
        months.is_closed,
        sum(moved.moved_ron) as booked_ron,
    from moved
    inner join months
        on moved.month_start <= months.month_start
    group by moved.account_code, moved.partner_id, months.month_start, months.is_closed
),

itemised as (
    select
        account_code,
        partner_id,
        month_start,
        sum(carrying_amount_ron) as open_ron,
    from open_items
    group by account_code, partner_id, month_start
),

compared as (
    select
        coalesce(booked.account_code, itemised.account_code) as account_code,
        coalesce(booked.partner_id, itemised.partner_id) as partner_id,
        coalesce(booked.month_start, itemised.month_start) as month_start,
        coalesce(booked.is_closed, true) as is_closed,
        coalesce(booked.booked_ron, 0) as booked_ron,
        coalesce(itemised.open_ron, 0) as open_ron,
    from booked
    full outer join itemised
        on
            booked.account_code = itemised.account_code
            and booked.partner_id is not distinct from itemised.partner_id
            and booked.month_start = itemised.month_start
)

select compared.*
from compared
left join foreign_partners
    on
        compared.account_code = foreign_partners.account_code
        and compared.partner_id is not distinct from foreign_partners.partner_id
where
    compared.booked_ron != compared.open_ron
    and (compared.is_closed or foreign_partners.account_code is null)
