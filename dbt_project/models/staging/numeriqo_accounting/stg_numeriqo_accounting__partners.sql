with

source as (
    select * from {{ source('numeriqo_accounting', 'partners') }}
),

renamed as (
    select
        id as partner_id,
        code as partner_code,
        name as partner_name,
        kind as partner_kind,
        fiscal_code,
        vat_number,
        is_vat_payer,
        vat_on_collection,
        country,
        county,
        city,
        street,
        postal_code,
        iban,
        email,
        phone,
        is_customer,
        is_supplier,
        created_at,
        updated_at,
    from source
)

select * from renamed
