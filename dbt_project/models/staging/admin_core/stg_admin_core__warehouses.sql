with

source as (
    select * from {{ source('admin_core', 'warehouses') }}
),

renamed as (
    select
        id as warehouse_id,
        code as warehouse_code,
        name as warehouse_name,
        kind as warehouse_kind,
        county,
        city,
        is_active,
    from source
)

select * from renamed
