with

invoice_lines as (
    select * from {{ ref('stg_mercantiq_sales__invoice_lines') }}
),

invoices as (
    select * from {{ ref('stg_mercantiq_sales__invoices') }}
)

select
    invoice_lines.invoice_line_id,
    invoice_lines.invoice_id,
    invoice_lines.line_number,
    invoices.invoice_number,
    invoices.invoice_kind,
    invoices.operation,
    invoices.issue_date,
    cast(date_trunc('month', invoices.issue_date) as date) as month_start,
    invoices.due_date,
    invoices.status as invoice_status,
    invoices.efactura_state,
    invoices.customer_id,
    invoices.partner_id,
    invoices.order_id,
    invoices.delivery_id,
    invoices.credited_invoice_id,
    invoices.entry_id,
    invoice_lines.product_id,
    invoice_lines.warehouse_id,
    invoice_lines.account_code,
    -- An advance is a debt to the customer until it is regularised: only class 7 is revenue.
    starts_with(invoice_lines.account_code, '7') as is_revenue,
    invoice_lines.quantity,
    invoice_lines.unit,
    invoices.currency,
    invoices.exchange_rate,
    invoice_lines.unit_price,
    invoice_lines.discount_percent,
    invoice_lines.net_amount,
    invoice_lines.net_amount_ron,
    invoice_lines.vat_rate,
    invoice_lines.vat_amount_ron,
    invoice_lines.cost_ron,
    cast(invoice_lines.net_amount_ron - coalesce(invoice_lines.cost_ron, 0) as decimal(18, 2)) as margin_ron,
from invoice_lines
-- A line whose invoice is missing stays: the tests must see it.
left join invoices
    on invoice_lines.invoice_id = invoices.invoice_id
order by invoices.issue_date, invoice_lines.invoice_line_id
