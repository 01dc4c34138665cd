with

source as (
    select * from {{ source('mercantiq_sales', 'invoice_lines') }}
),

renamed as (
    select
        id as invoice_line_id,
        invoice_id,
        line_number,
        product_id,
        warehouse_id,
        credited_line_id,
        description as line_description,
        account_code,
        quantity,
        unit,
        unit_price,
        discount_percent,
        net_amount,
        vat_rate,
        vat_amount,
        net_amount_ron,
        vat_amount_ron,
        cost_ron,
        tax_type,
        tax_code,
    from source
)

select * from renamed
