with

source as (
    select * from {{ source('iwms', 'stock_movements') }}
),

renamed as (
    select
        id as movement_id,
        moved_on,
        movement_type,
        product_id,
        warehouse_id,
        quantity,
        unit_cost_ron,
        value_ron,
        account_code,
        document_type,
        document_number,
        source_module,
        source_table,
        source_id,
        entry_id,
    from source
)

select * from renamed
