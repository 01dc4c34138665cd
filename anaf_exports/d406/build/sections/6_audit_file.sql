-- The one row above all: header and the totals of each section; a section without records has none.
create table saft.audit_file as
with ledger as (
    select
        nullif((select count(*) from saft.general_ledger_entries__journal__transaction), 0) as entries,
        coalesce(sum("DebitAmount.Amount"), 0) as debit_ron,
        coalesce(sum("CreditAmount.Amount"), 0) as credit_ron,
    from saft.general_ledger_entries__journal__transaction__transaction_line
),

sales as (
    select
        nullif((select count(*) from saft.sales_invoices__invoice), 0) as entries,
        coalesce(sum("InvoiceLineAmount.Amount"), 0) as credit_ron,
    from saft.sales_invoices__invoice__invoice_line
),

purchases as (
    select
        nullif((select count(*) from saft.purchase_invoices__invoice), 0) as entries,
        coalesce(sum("InvoiceLineAmount.Amount"), 0) as debit_ron,
    from saft.purchase_invoices__invoice__invoice_line
),

payments as (
    select
        nullif((select count(*) from saft.payments__payment), 0) as entries,
        coalesce(sum("PaymentLineAmount.Amount") filter (where "DebitCreditIndicator" = 'D'), 0) as debit_ron,
        coalesce(sum("PaymentLineAmount.Amount") filter (where "DebitCreditIndicator" = 'C'), 0) as credit_ron,
    from saft.payments__payment__payment_line
)

select
    0 as _key,
    '2.0' as "Header.AuditFileVersion",
    'RO' as "Header.AuditFileCountry",
    company.county as "Header.AuditFileRegion",
    parameters.created_on as "Header.AuditFileDateCreated",
    'Cerniq' as "Header.SoftwareCompanyName",
    'Cerniq' as "Header.SoftwareID",
    parameters.software_version as "Header.SoftwareVersion",
    company.registration_number as "Header.Company.RegistrationNumber",
    company.legal_name as "Header.Company.Name",
    company.street as "Header.Company.Address.StreetName",
    company.street_number as "Header.Company.Address.Number",
    company.city as "Header.Company.Address.City",
    company.postal_code as "Header.Company.Address.PostalCode",
    company.county as "Header.Company.Address.Region",
    company.country as "Header.Company.Address.Country",
    'StreetAddress' as "Header.Company.Address.AddressType",
    company.contact_first_name as "Header.Company.Contact.ContactPerson.FirstName",
    company.contact_last_name as "Header.Company.Contact.ContactPerson.LastName",
    company.phone as "Header.Company.Contact.Telephone",
    company.email as "Header.Company.Contact.Email",
    company.iban as "Header.Company.BankAccount.IBANNumber",
    'RON' as "Header.DefaultCurrencyCode",
    month(parameters.period_start) as "Header.SelectionCriteria.PeriodStart",
    year(parameters.period_start) as "Header.SelectionCriteria.PeriodStartYear",
    month(parameters.period_end) as "Header.SelectionCriteria.PeriodEnd",
    year(parameters.period_end) as "Header.SelectionCriteria.PeriodEndYear",
    parameters.submission as "Header.HeaderComment",
    1 as "Header.SegmentIndex",
    1 as "Header.TotalSegmentsInsequence",
    company.tax_accounting_basis as "Header.TaxAccountingBasis",
    ledger.entries as "GeneralLedgerEntries.NumberOfEntries",
    if(ledger.entries is null, null, ledger.debit_ron) as "GeneralLedgerEntries.TotalDebit",
    if(ledger.entries is null, null, ledger.credit_ron) as "GeneralLedgerEntries.TotalCredit",
    sales.entries as "SourceDocuments.SalesInvoices.NumberOfEntries",
    if(sales.entries is null, null, 0.00) as "SourceDocuments.SalesInvoices.TotalDebit",
    if(sales.entries is null, null, sales.credit_ron) as "SourceDocuments.SalesInvoices.TotalCredit",
    purchases.entries as "SourceDocuments.PurchaseInvoices.NumberOfEntries",
    if(purchases.entries is null, null, purchases.debit_ron) as "SourceDocuments.PurchaseInvoices.TotalDebit",
    if(purchases.entries is null, null, 0.00) as "SourceDocuments.PurchaseInvoices.TotalCredit",
    payments.entries as "SourceDocuments.Payments.NumberOfEntries",
    if(payments.entries is null, null, payments.debit_ron) as "SourceDocuments.Payments.TotalDebit",
    if(payments.entries is null, null, payments.credit_ron) as "SourceDocuments.Payments.TotalCredit",
from filing.company as company
cross join filing.parameters as parameters
cross join ledger
cross join sales
cross join purchases
cross join payments;
