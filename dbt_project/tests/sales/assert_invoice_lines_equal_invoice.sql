-- The lines of an invoice add up to it, without VAT and VAT, in its currency and in RON. Invoices that
-- were taken over with the opening balances come without lines.
with

invoices as (
    select * from {{ ref('stg_mercantiq_sales__invoices') }}
),

taken_over as (
    select distinct entry_id
    from {{ ref('fct_journal_line') }}
    where is_opening
),

invoice_lines as (
    select
        invoice_id,
        sum(net_amount) as net_amount,
        sum(net_amount_ron) as net_amount_ron,
        sum(vat_amount_ron) as vat_amount_ron,
    from {{ ref('fct_invoice_line') }}
    group by invoice_id
)

select
    invoices.invoice_id,
    invoices.net_amount,
    invoices.net_amount_ron,
    invoices.vat_amount_ron,
    invoice_lines.net_amount as lines_net_amount,
    invoice_lines.net_amount_ron as lines_net_amount_ron,
    invoice_lines.vat_amount_ron as lines_vat_amount_ron,
from invoices
left join invoice_lines
    on invoices.invoice_id = invoice_lines.invoice_id
left join taken_over
    on invoices.entry_id = taken_over.entry_id
where
    (invoice_lines.invoice_id is not null or taken_over.entry_id is null)
    and (
        invoices.net_amount is distinct from invoice_lines.net_amount
        or invoices.net_amount_ron is distinct from invoice_lines.net_amount_ron
        or invoices.vat_amount_ron is distinct from invoice_lines.vat_amount_ron
    )
