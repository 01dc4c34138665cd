-- SourceDocuments: invoices issued and received in the period, with their lines and totals by tax.
create table saft.sales_invoices__invoice as
select
    invoices.id as _key,
    invoices.number as "InvoiceNo",
    partners.saft_id as "CustomerInfo.CustomerID",
    partners.street as "CustomerInfo.BillingAddress.StreetName",
    partners.city as "CustomerInfo.BillingAddress.City",
    partners.postal_code as "CustomerInfo.BillingAddress.PostalCode",
    partners.county as "CustomerInfo.BillingAddress.Region",
    partners.country as "CustomerInfo.BillingAddress.Country",
    'BillingAddress' as "CustomerInfo.BillingAddress.AddressType",
    coalesce(accounts.account_code, '4111') as "AccountID",
    month(entries.entry_date) as "Period",
    year(entries.entry_date) as "PeriodYear",
    invoices.issue_date as "InvoiceDate",
    coalesce(types.invoice_type, '380') as "InvoiceType",
    '0' as "SelfBillingIndicator",
    entries.entry_date as "GLPostingDate",
    invoices.entry_id as "TransactionID",
    invoices.net_amount_ron as "InvoiceDocumentTotals.NetTotal",
    invoices.gross_amount_ron as "InvoiceDocumentTotals.GrossTotal",
from input.invoices as invoices
inner join input.journal_entries as entries on invoices.entry_id = entries.id
inner join work.partners as partners on invoices.partner_id = partners.id
left join work.document_accounts as accounts
    on invoices.entry_id = accounts.entry_id and invoices.partner_id = accounts.partner_id
left join map.invoice_types as types on types.direction = 'sale' and invoices.kind = types.kind
order by invoices.id;

create table saft.sales_invoices__invoice__invoice_line as
select
    lines.invoice_id as _parent,
    lines.id as _key,
    lines.line_number as "LineNumber",
    lines.account_code as "AccountID",
    if(products.id is null or products.kind = 'service', '02', '01') as "GoodsServicesID",
    products.sku as "ProductCode",
    products.name_ro as "ProductDescription",
    lines.quantity as "Quantity",
    coalesce(units.uom, 'H87') as "InvoiceUOM",
    1 as "UOMToUOMBaseConversionFactor",
    cast(
        round(if(lines.quantity = 0, lines.net_amount_ron, lines.net_amount_ron / lines.quantity), 2) as decimal(18, 2)
    ) as "UnitPrice",
    invoices.tax_point_date as "TaxPointDate",
    credited.number as "References.CreditNote.Reference",
    coalesce(nullif(trim(lines.description), ''), products.name_ro, lines.account_code) as "Description",
    lines.net_amount_ron as "InvoiceLineAmount.Amount",
    invoices.currency as "InvoiceLineAmount.CurrencyCode",
    if(invoices.currency = 'RON', lines.net_amount_ron, lines.net_amount) as "InvoiceLineAmount.CurrencyAmount",
    if(invoices.currency = 'RON', null, invoices.exchange_rate) as "InvoiceLineAmount.ExchangeRate",
    'C' as "DebitCreditIndicator",
    lines.tax_type as "TaxInformation.TaxType",
    lines.tax_code as "TaxInformation.TaxCode",
    if(lines.tax_type = '000', null, lines.vat_rate) as "TaxInformation.TaxPercentage",
    if(lines.tax_type = '000', null, lines.net_amount_ron) as "TaxInformation.TaxBase",
    lines.vat_amount_ron as "TaxInformation.TaxAmount.Amount",
    'RON' as "TaxInformation.TaxAmount.CurrencyCode",
    lines.vat_amount_ron as "TaxInformation.TaxAmount.CurrencyAmount",
from input.invoice_lines as lines
inner join input.invoices as invoices on lines.invoice_id = invoices.id
left join input.products as products on lines.product_id = products.id
left join work.units as units on lines.unit = units.unit
left join input.credited_invoices as credited on invoices.credited_invoice_id = credited.id
order by lines.invoice_id, lines.id;

-- The invoice of an import carries no tax (map.purchase_tax): the customs declaration does, in the ledger.
create table work.supplier_lines as
select
    lines.*,
    coalesce(rules.tax_type, lines.tax_type) as filed_tax_type,
    coalesce(rules.tax_code, lines.tax_code) as filed_tax_code,
    if(rules.operation is null, lines.vat_amount_ron, 0.00) as filed_vat_ron,
from input.supplier_invoice_lines as lines
inner join input.supplier_invoices as invoices on lines.supplier_invoice_id = invoices.id
left join map.purchase_tax as rules on invoices.operation = rules.operation;

create table saft.purchase_invoices__invoice as
select
    invoices.id as _key,
    invoices.number as "InvoiceNo",
    partners.saft_id as "SupplierInfo.SupplierID",
    partners.street as "SupplierInfo.BillingAddress.StreetName",
    partners.city as "SupplierInfo.BillingAddress.City",
    partners.postal_code as "SupplierInfo.BillingAddress.PostalCode",
    partners.county as "SupplierInfo.BillingAddress.Region",
    partners.country as "SupplierInfo.BillingAddress.Country",
    'BillingAddress' as "SupplierInfo.BillingAddress.AddressType",
    coalesce(accounts.account_code, '401') as "AccountID",
    month(entries.entry_date) as "Period",
    year(entries.entry_date) as "PeriodYear",
    invoices.issue_date as "InvoiceDate",
    coalesce(types.invoice_type, '380') as "InvoiceType",
    '0' as "SelfBillingIndicator",
    entries.entry_date as "GLPostingDate",
    invoices.entry_id as "TransactionID",
    invoices.net_amount_ron as "InvoiceDocumentTotals.NetTotal",
    invoices.gross_amount_ron as "InvoiceDocumentTotals.GrossTotal",
from input.supplier_invoices as invoices
inner join input.journal_entries as entries on invoices.entry_id = entries.id
inner join work.partners as partners on invoices.partner_id = partners.id
left join work.document_accounts as accounts
    on invoices.entry_id = accounts.entry_id and invoices.partner_id = accounts.partner_id
left join map.invoice_types as types on types.direction = 'purchase' and invoices.kind = types.kind
order by invoices.id;

create table saft.purchase_invoices__invoice__invoice_line as
select
    lines.supplier_invoice_id as _parent,
    lines.id as _key,
    lines.line_number as "LineNumber",
    lines.account_code as "AccountID",
    if(products.id is null or products.kind = 'service', '02', '01') as "GoodsServicesID",
    products.sku as "ProductCode",
    products.name_ro as "ProductDescription",
    lines.quantity as "Quantity",
    coalesce(units.uom, 'H87') as "InvoiceUOM",
    1 as "UOMToUOMBaseConversionFactor",
    cast(
        round(if(lines.quantity = 0, lines.net_amount_ron, lines.net_amount_ron / lines.quantity), 2) as decimal(18, 2)
    ) as "UnitPrice",
    invoices.issue_date as "TaxPointDate",
    credited.number as "References.CreditNote.Reference",
    coalesce(nullif(trim(lines.description), ''), products.name_ro, lines.account_code) as "Description",
    lines.net_amount_ron as "InvoiceLineAmount.Amount",
    invoices.currency as "InvoiceLineAmount.CurrencyCode",
    if(invoices.currency = 'RON', lines.net_amount_ron, lines.net_amount) as "InvoiceLineAmount.CurrencyAmount",
    if(invoices.currency = 'RON', null, invoices.exchange_rate) as "InvoiceLineAmount.ExchangeRate",
    'D' as "DebitCreditIndicator",
    lines.filed_tax_type as "TaxInformation.TaxType",
    lines.filed_tax_code as "TaxInformation.TaxCode",
    if(lines.filed_tax_type = '000', null, lines.vat_rate) as "TaxInformation.TaxPercentage",
    if(lines.filed_tax_type = '000', null, lines.net_amount_ron) as "TaxInformation.TaxBase",
    lines.filed_vat_ron as "TaxInformation.TaxAmount.Amount",
    'RON' as "TaxInformation.TaxAmount.CurrencyCode",
    lines.filed_vat_ron as "TaxInformation.TaxAmount.CurrencyAmount",
from work.supplier_lines as lines
inner join input.supplier_invoices as invoices on lines.supplier_invoice_id = invoices.id
left join input.products as products on lines.product_id = products.id
left join work.units as units on lines.unit = units.unit
left join input.credited_supplier_invoices as credited on invoices.credited_invoice_id = credited.id
order by lines.supplier_invoice_id, lines.id;

create table saft.sales_invoices__invoice__invoice_document_totals__tax_information_totals as
select
    _parent,
    row_number() over (order by _parent, "TaxInformation.TaxType", "TaxInformation.TaxCode") as _key,
    "TaxInformation.TaxType" as "TaxType",
    "TaxInformation.TaxCode" as "TaxCode",
    max("TaxInformation.TaxPercentage") as "TaxPercentage",
    sum("TaxInformation.TaxBase") as "TaxBase",
    sum("TaxInformation.TaxAmount.Amount") as "TaxAmount.Amount",
    'RON' as "TaxAmount.CurrencyCode",
    sum("TaxInformation.TaxAmount.CurrencyAmount") as "TaxAmount.CurrencyAmount",
from saft.sales_invoices__invoice__invoice_line
group by _parent, "TaxInformation.TaxType", "TaxInformation.TaxCode"
order by _parent, _key;

create table saft.purchase_invoices__invoice__invoice_document_totals__tax_information_totals as
select
    _parent,
    row_number() over (order by _parent, "TaxInformation.TaxType", "TaxInformation.TaxCode") as _key,
    "TaxInformation.TaxType" as "TaxType",
    "TaxInformation.TaxCode" as "TaxCode",
    max("TaxInformation.TaxPercentage") as "TaxPercentage",
    sum("TaxInformation.TaxBase") as "TaxBase",
    sum("TaxInformation.TaxAmount.Amount") as "TaxAmount.Amount",
    'RON' as "TaxAmount.CurrencyCode",
    sum("TaxInformation.TaxAmount.CurrencyAmount") as "TaxAmount.CurrencyAmount",
from saft.purchase_invoices__invoice__invoice_line
group by _parent, "TaxInformation.TaxType", "TaxInformation.TaxCode"
order by _parent, _key;
