with

open_items as (
    select * from {{ ref('stg_numeriqo_accounting__open_items') }}
),

movements as (
    select * from {{ ref('int_finance__open_item_movement') }}
),

months as (
    select * from {{ ref('int_finance__month') }}
),

month_rates as (
    select * from {{ ref('int_finance__month_rate') }}
),

monthly as (
    select
        open_item_id,
        cast(date_trunc('month', moved_on) as date) as month_start,
        sum(amount) as amount,
        sum(amount_ron) as amount_ron,
    from movements
    group by open_item_id, cast(date_trunc('month', moved_on) as date)
),

-- From each movement on, the item stands at what is left, until the next one.
running as (
    select
        open_item_id,
        month_start as valid_from,
        lead(month_start, 1, date '9999-12-01') over (
            partition by open_item_id
            order by month_start
        ) as valid_until,
        sum(amount) over (
            partition by open_item_id
            order by month_start
            rows between unbounded preceding and current row
        ) as open_amount,
        sum(amount_ron) over (
            partition by open_item_id
            order by month_start
            rows between unbounded preceding and current row
        ) as historical_ron,
        min(month_start) over (partition by open_item_id) as first_month,
    from monthly
),

standing as (
    select
        months.month_start,
        months.month_end,
        open_items.*,
        running.first_month,
        running.open_amount,
        running.historical_ron,
    from running
    inner join months
        on
            running.valid_from <= months.month_start
            and running.valid_until > months.month_start
    inner join open_items
        on running.open_item_id = open_items.open_item_id
    where
        running.open_amount != 0
        or (open_items.currency = 'RON' and running.historical_ron != 0)
),

carried as (
    select
        standing.*,
        -- An item that came after the last revaluation is still carried at its own rate.
        if(
            month_rates.rate is null or standing.first_month > month_rates.rate_on,
            standing.exchange_rate,
            month_rates.rate
        ) as carrying_rate,
    from standing
    left join month_rates
        on
            standing.month_start = month_rates.month_start
            and standing.currency = month_rates.currency
),

rounded as (
    select
        *,
        case
            when currency = 'RON' then historical_ron
            else round(open_amount * carrying_rate, 2)
        end as own_ron,
        -- The ledger revalues a partner's items of one account and currency together.
        round(sum(open_amount * carrying_rate) over (
            partition by month_start, account_code, partner_id, currency, carrying_rate
        ), 2) as together_ron,
        row_number() over (
            partition by month_start, account_code, partner_id, currency, carrying_rate
            order by open_item_id desc
        ) as newest_first,
    from carried
),

exact as (
    select
        *,
        case
            when currency = 'RON' or newest_first > 1 then own_ron
            else own_ron + together_ron - sum(own_ron) over (
                partition by month_start, account_code, partner_id, currency, carrying_rate
            )
        end as carrying_ron,
        date_diff('day', due_date, month_end) as days_overdue,
    from rounded
)

select
    month_start,
    month_end,
    open_item_id,
    partner_id,
    account_code,
    case
        when left(account_code, 2) = '41' and account_code != '419' then 'receivable'
        when account_code = '419' then 'advance_received'
        when left(account_code, 3) = '409' then 'advance_paid'
        else 'payable'
    end as item_kind,
    document_type,
    document_number,
    source_module,
    source_table,
    source_id,
    issue_date,
    due_date,
    currency,
    cast(open_amount as decimal(18, 2)) as open_amount,
    cast(carrying_ron as decimal(18, 2)) as carrying_amount_ron,
    cast(days_overdue as integer) as days_overdue,
    case
        when days_overdue <= 0 then 'not_due'
        when days_overdue <= 30 then '1_30'
        when days_overdue <= 60 then '31_60'
        when days_overdue <= 90 then '61_90'
        else 'over_90'
    end as ageing_bucket,
from exact
order by month_start, open_item_id
