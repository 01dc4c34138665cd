-- One row a check: what silver has of the period, and what the document holds. Silver is counted here anew.
with entries as (
    select id, journal_id
    from silver_numeriqo_accounting.journal_entries
    where entry_date between (select period_start from filing.parameters) and (select period_end from filing.parameters)
),

-- Entries that book documents of the period; an opening entry brings earlier ones forward.
booked as (
    select id
    from entries
    where journal_id not in (select id from silver_numeriqo_accounting.journals where kind = 'opening')
),

ledger as (
    select count(*) as lines, coalesce(sum(debit_ron), 0) as debit_ron, coalesce(sum(credit_ron), 0) as credit_ron
    from silver_numeriqo_accounting.journal_lines
    where entry_id in (select id from entries)
),

sales as (
    select
        count(*) as documents,
        coalesce(sum(net_amount_ron), 0) as net_ron,
        coalesce(sum(gross_amount_ron), 0) as gross_ron,
    from silver_mercantiq_sales.invoices
    where entry_id in (select id from booked)
),

purchases as (
    select
        count(*) as documents,
        coalesce(sum(net_amount_ron), 0) as net_ron,
        coalesce(sum(gross_amount_ron), 0) as gross_ron,
    from silver_mercantiq_procurement.supplier_invoices
    where entry_id in (select id from booked)
),

receipts as (
    select count(*) as documents, coalesce(sum(amount_ron), 0) as amount_ron
    from silver_mercantiq_sales.receipts
    where entry_id in (select id from booked)
),

payments as (
    select count(*) as documents, coalesce(sum(amount_ron), 0) as amount_ron
    from silver_mercantiq_procurement.payments
    where entry_id in (select id from booked)
)

select 'GeneralLedgerEntries' as section, 'entries' as measure, (select count(*) from entries) as silver,
    (select count(*) from saft.general_ledger_entries__journal__transaction) as filed,
union all
select 'GeneralLedgerEntries', 'lines', lines,
    (select count(*) from saft.general_ledger_entries__journal__transaction__transaction_line)
from ledger
union all
select 'GeneralLedgerEntries', 'debit_ron', debit_ron,
    (select coalesce(sum("DebitAmount.Amount"), 0) from saft.general_ledger_entries__journal__transaction__transaction_line)
from ledger
union all
select 'GeneralLedgerEntries', 'credit_ron', credit_ron,
    (select coalesce(sum("CreditAmount.Amount"), 0) from saft.general_ledger_entries__journal__transaction__transaction_line)
from ledger
union all
select 'SalesInvoices', 'invoices', documents, (select count(*) from saft.sales_invoices__invoice)
from sales
union all
select 'SalesInvoices', 'net_ron', net_ron,
    (select coalesce(sum("InvoiceLineAmount.Amount"), 0) from saft.sales_invoices__invoice__invoice_line)
from sales
union all
select 'SalesInvoices', 'gross_ron', gross_ron,
    (select coalesce(sum("InvoiceDocumentTotals.GrossTotal"), 0) from saft.sales_invoices__invoice)
from sales
union all
select 'PurchaseInvoices', 'invoices', documents, (select count(*) from saft.purchase_invoices__invoice)
from purchases
union all
select 'PurchaseInvoices', 'net_ron', net_ron,
    (select coalesce(sum("InvoiceLineAmount.Amount"), 0) from saft.purchase_invoices__invoice__invoice_line)
from purchases
union all
select 'PurchaseInvoices', 'gross_ron', gross_ron,
    (select coalesce(sum("InvoiceDocumentTotals.GrossTotal"), 0) from saft.purchase_invoices__invoice)
from purchases
union all
select 'Payments', 'documents', receipts.documents + payments.documents, (select count(*) from saft.payments__payment)
from receipts
cross join payments
union all
select 'Payments', 'credit_ron', amount_ron, (
    select coalesce(sum("PaymentLineAmount.Amount"), 0)
    from saft.payments__payment__payment_line
    where "DebitCreditIndicator" = 'C'
)
from receipts
union all
select 'Payments', 'debit_ron', amount_ron, (
    select coalesce(sum("PaymentLineAmount.Amount"), 0)
    from saft.payments__payment__payment_line
    where "DebitCreditIndicator" = 'D'
)
from payments;
