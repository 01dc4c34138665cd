select
    lines.line_number,
    lines.invoice_number,
    lines.invoice_kind,
    lines.issue_date,
    lines.due_date,
    lines.invoice_status,
    lines.efactura_state,
    lines.currency,
    partners.partner_name,
    products.sku,
    products.name_ro as product_name_ro,
    products.name_en as product_name_en,
    lines.account_code,
    lines.quantity,
    lines.unit,
    lines.unit_price,
    lines.discount_percent,
    lines.net_amount_ron,
    lines.vat_rate,
    lines.vat_amount_ron
from sales.fct_invoice_line as lines
left join sales.dim_product as products
    on lines.product_id = products.product_id
left join finance.dim_partner as partners
    on lines.partner_id = partners.partner_id
where lines.invoice_id = $invoice
order by lines.line_number
limit 2000
