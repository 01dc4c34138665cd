with

source as (
    select * from {{ source('mercantiq_sales', 'customers') }}
),

renamed as (
    select
        id as customer_id,
        partner_id,
        segment,
        region,
        price_list_id,
        currency,
        payment_terms_days,
        credit_limit_ron,
        created_at,
    from source
)

select * from renamed
