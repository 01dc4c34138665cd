-- What the movements add up to is what the warehouse module itself says is there now.
with

on_hand as (
    select
        product_id,
        warehouse_id,
        sum(quantity) as quantity,
        sum(value_ron) as value_ron,
    from {{ ref('rpt_stock_on_hand') }}
    where month_start = (select max(month_start) from {{ ref('rpt_stock_on_hand') }})
    group by product_id, warehouse_id
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
