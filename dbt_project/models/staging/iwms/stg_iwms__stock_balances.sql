with

source as (
    select * from {{ source('iwms', 'stock_balances') }}
),

renamed as (
    select
        product_id,
        warehouse_id,
        quantity,
        value_ron,
        average_cost_ron,
        updated_at,
    from source
)

select * from renamed
