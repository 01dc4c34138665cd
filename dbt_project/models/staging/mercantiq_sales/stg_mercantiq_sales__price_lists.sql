with

source as (
    select * from {{ source('mercantiq_sales', 'price_lists') }}
),

renamed as (
    select
        id as price_list_id,
        name as price_list_name,
        currency as price_list_currency,
        discount_percent,
    from source
)

select * from renamed
