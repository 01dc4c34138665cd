with

movements as (
    select * from {{ ref('stg_iwms__stock_movements') }}
),

warehouses as (
    select * from {{ ref('stg_admin_core__warehouses') }}
)

select
    movements.movement_id,
    movements.moved_on,
    cast(date_trunc('month', movements.moved_on) as date) as month_start,
    movements.movement_type,
    movements.product_id,
    movements.warehouse_id,
    warehouses.warehouse_code,
    movements.quantity,
    movements.unit_cost_ron,
    movements.value_ron,
    movements.account_code,
    movements.document_type,
    movements.document_number,
    movements.source_module,
    movements.source_table,
    movements.source_id,
    movements.entry_id,
from movements
left join warehouses
    on movements.warehouse_id = warehouses.warehouse_id
order by movements.moved_on, movements.movement_id
