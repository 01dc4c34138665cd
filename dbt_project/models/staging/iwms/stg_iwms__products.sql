with

source as (
    select * from {{ source('iwms', 'products') }}
),

renamed as (
    select
        id as product_id,
        sku,
        name_ro,
        name_en,
        group_id,
        kind as product_kind,
        unit,
        nc8_code,
        stock_account,
        list_price_ron,
        is_active,
    from source
)

select * from renamed
