with

source as (
    select * from {{ source('mercantiq_sales', 'invoices') }}
),

renamed as (
    select
        id as invoice_id,
        number as invoice_number,
        kind as invoice_kind,
        customer_id,
        partner_id,
        order_id,
        delivery_id,
        credited_invoice_id,
        advance_invoice_id,
        operation,
        issue_date,
        tax_point_date,
        due_date,
        vat_on_collection,
        currency,
        exchange_rate,
        net_amount,
        vat_amount,
        gross_amount,
        net_amount_ron,
        vat_amount_ron,
        gross_amount_ron,
        paid_amount,
        status,
        efactura_upload_id,
        efactura_state,
        efactura_due_date,
        entry_id,
    from source
)

select * from renamed
