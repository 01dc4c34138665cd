with

source as (
    select * from {{ source('numeriqo_accounting', 'journal_lines') }}
),

renamed as (
    select
        id as line_id,
        entry_id,
        line_number,
        account_code,
        partner_id,
        debit_ron,
        credit_ron,
        currency,
        amount_currency,
        exchange_rate,
        tax_type,
        tax_code,
        tax_rate,
        tax_base_ron,
        product_id,
        asset_id,
        description as line_description,
    from source
)

select * from renamed
