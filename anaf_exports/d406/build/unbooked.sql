-- Documents dated in the period whose entry is not in silver at all. Sections and reconciliation both find documents
-- through their entries and would leave these out without a word. One whose entry lies in another period is filed there.
with documents as (
    select 'mercantiq_sales.invoices' as module_table, id, number, entry_id, issue_date as dated_on
    from silver_mercantiq_sales.invoices
    union all
    select 'mercantiq_procurement.supplier_invoices', id, number, entry_id, received_on
    from silver_mercantiq_procurement.supplier_invoices
    union all
    select 'mercantiq_sales.receipts', id, number, entry_id, received_on
    from silver_mercantiq_sales.receipts
    union all
    select 'mercantiq_procurement.payments', id, number, entry_id, paid_on
    from silver_mercantiq_procurement.payments
)

select documents.module_table, documents.id, documents.number, documents.entry_id
from documents
anti join silver_numeriqo_accounting.journal_entries as entries on documents.entry_id = entries.id
where
    documents.dated_on between (select period_start from filing.parameters) and (select period_end from filing.parameters)
order by documents.module_table, documents.id;
