-- The rows that the filing is made from, copied out of silver: everything below reads these and nothing else.
create schema input;

create table input.companies as select * from silver_admin_core.companies order by id;
create table input.journals as select * from silver_numeriqo_accounting.journals order by id;
create table input.accounts as select * from silver_numeriqo_accounting.accounts order by code;
create table input.partners as select * from silver_numeriqo_accounting.partners order by id;
create table input.products as select * from silver_iwms.products order by id;

create table input.journal_entries as
select entries.*
from silver_numeriqo_accounting.journal_entries as entries, filing.parameters as parameters
where entries.entry_date between parameters.period_start and parameters.period_end
order by entries.id;

create table input.journal_lines as
select lines.*
from silver_numeriqo_accounting.journal_lines as lines
semi join input.journal_entries as entries on lines.entry_id = entries.id
order by lines.entry_id, lines.line_number, lines.id;

-- Balances at the start of the period, by account and, where a line names one, by partner.
create table input.opening_balances as
select
    lines.account_code,
    lines.partner_id,
    sum(lines.debit_ron - lines.credit_ron) as balance_ron,
from silver_numeriqo_accounting.journal_lines as lines
inner join silver_numeriqo_accounting.journal_entries as entries on lines.entry_id = entries.id
where entries.entry_date < (select period_start from filing.parameters)
group by lines.account_code, lines.partner_id
order by lines.account_code, lines.partner_id nulls first;

-- A document belongs to the period in which it is booked. One that an opening entry brings forward belongs to an
-- earlier period, in which it was filed.
create table input.document_entries as
select entries.id, entries.entry_date
from input.journal_entries as entries
inner join input.journals as journals on entries.journal_id = journals.id
where journals.kind <> 'opening'
order by entries.id;

create table input.invoices as
select invoices.*
from silver_mercantiq_sales.invoices as invoices
semi join input.document_entries as entries on invoices.entry_id = entries.id
order by invoices.id;

create table input.invoice_lines as
select lines.*
from silver_mercantiq_sales.invoice_lines as lines
semi join input.invoices as invoices on lines.invoice_id = invoices.id
order by lines.invoice_id, lines.line_number, lines.id;

create table input.credited_invoices as
select credited.id, credited.number
from silver_mercantiq_sales.invoices as credited
where credited.id in (select credited_invoice_id from input.invoices)
order by credited.id;

create table input.supplier_invoices as
select invoices.*
from silver_mercantiq_procurement.supplier_invoices as invoices
semi join input.document_entries as entries on invoices.entry_id = entries.id
order by invoices.id;

create table input.supplier_invoice_lines as
select lines.*
from silver_mercantiq_procurement.supplier_invoice_lines as lines
semi join input.supplier_invoices as invoices on lines.supplier_invoice_id = invoices.id
order by lines.supplier_invoice_id, lines.line_number, lines.id;

create table input.credited_supplier_invoices as
select credited.id, credited.number
from silver_mercantiq_procurement.supplier_invoices as credited
where credited.id in (select credited_invoice_id from input.supplier_invoices)
order by credited.id;

create table input.receipts as
select receipts.*
from silver_mercantiq_sales.receipts as receipts
semi join input.document_entries as entries on receipts.entry_id = entries.id
order by receipts.id;

create table input.receipt_allocations as
select allocations.*, invoices.number as document_number
from silver_mercantiq_sales.receipt_allocations as allocations
inner join input.receipts as receipts on allocations.receipt_id = receipts.id
left join silver_mercantiq_sales.invoices as invoices on allocations.invoice_id = invoices.id
order by allocations.id;

create table input.payments as
select payments.*
from silver_mercantiq_procurement.payments as payments
semi join input.document_entries as entries on payments.entry_id = entries.id
order by payments.id;

create table input.payment_allocations as
select allocations.*, invoices.number as document_number
from silver_mercantiq_procurement.payment_allocations as allocations
inner join input.payments as payments on allocations.payment_id = payments.id
left join silver_mercantiq_procurement.supplier_invoices as invoices on allocations.supplier_invoice_id = invoices.id
order by allocations.id;
