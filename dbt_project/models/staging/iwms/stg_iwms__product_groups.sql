with

source as (
    select * from {{ source('iwms', 'product_groups') }}
),

renamed as (
    select
        id as group_id,
        code as group_code,
        name_ro as group_name_ro,
        name_en as group_name_en,
        stock_account,
        vat_class,
    from source
)

select * from renamed
