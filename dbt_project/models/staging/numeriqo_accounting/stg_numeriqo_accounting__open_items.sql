with

source as (
    select * from {{ source('numeriqo_accounting', 'open_items') }}
),

renamed as (
    select
        id as open_item_id,
        partner_id,
        account_code,
        document_type,
        document_number,
        source_module,
        source_table,
        source_id,
        issue_date,
        due_date,
        currency,
        exchange_rate,
        amount,
        amount_ron,
    from source
)

select * from renamed
