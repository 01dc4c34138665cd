with

partners as (
    select * from {{ ref('stg_numeriqo_accounting__partners') }}
)

select
    partner_id,
    partner_code,
    partner_name,
    partner_kind,
    fiscal_code,
    vat_number,
    is_vat_payer,
    vat_on_collection,
    country,
    county,
    city,
    is_customer,
    is_supplier,
from partners
order by partner_id
