with

source as (
    select * from {{ source('numeriqo_accounting', 'exchange_rates') }}
),

renamed as (
    select
        currency,
        rate_date,
        rate,
    from source
)

select * from renamed
