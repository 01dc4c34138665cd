with

source as (
    select * from {{ source('numeriqo_accounting', 'open_item_settlements') }}
),

renamed as (
    select
        id as settlement_id,
        open_item_id,
        entry_id,
        settled_on,
        amount,
        amount_ron,
    from source
)

select * from renamed
