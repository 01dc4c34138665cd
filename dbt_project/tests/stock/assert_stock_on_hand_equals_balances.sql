-- What the movements add up to is what the warehouse module itself says is there now.
with

stock as (
    select * from {{ ref('rpt_stock_on_hand') }}
),

newest as (
    select max(month_start) as month_start
    from stock
),

on_hand as (
    select
        stock.product_id,
        stock.warehouse_id,
        sum(stock.quantity) as quantity,
        sum(stock.value_ron) as value_ron,
    from stock
    inner join newest
        on stock.month_start = newest.month_start
    group by stock.product_id, stock.warehouse_id
),

balances as (
    select * from {{ ref('stg_iwms__stock_balances') }}
)

select
    coalesce(on_hand.product_id, balances.product_id) as product_id,
    coalesce(on_hand.warehouse_id, balances.warehouse_id) as warehouse_id,
    on_hand.quantity,
    on_hand.value_ron,
    balances.quantity as balance_quantity,
    balances.value_ron as balance_value_ron,
from on_hand
full outer join balances
    on
        on_hand.product_id = balances.product_id
        and on_hand.warehouse_id = balances.warehouse_id
where
    coalesce(on_hand.quantity, 0) != coalesce(balances.quantity, 0)
    or coalesce(on_hand.value_ron, 0) != coalesce(balances.value_ron, 0)
