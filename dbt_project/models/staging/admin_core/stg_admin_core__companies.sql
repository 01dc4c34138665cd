with

source as (
    select * from {{ source('admin_core', 'companies') }}
),

renamed as (
    select
        id as company_id,
        legal_name,
        cui,
        vat_period,
        vat_on_collection,
        functional_currency,
        fiscal_year_start_month,
        entity_size,
        activity,
        share_capital_ron,
    from source
)

select * from renamed
