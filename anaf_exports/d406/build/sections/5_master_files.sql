-- MasterFiles: accounts, customers, suppliers, taxes, units, products.
create table work.account_movements as
select accounts.code as account_code, coalesce(opening.balance_ron, 0) as opening_ron, coalesce(moved.balance_ron, 0) as moved_ron,
from input.accounts as accounts
left join (
    select account_code, sum(balance_ron) as balance_ron from input.opening_balances group by account_code
) as opening on accounts.code = opening.account_code
left join (
    select account_code, sum(debit_ron - credit_ron) as balance_ron from input.journal_lines group by account_code
) as moved on accounts.code = moved.account_code
where opening.balance_ron <> 0 or moved.account_code is not null;

create table saft.general_ledger_accounts__account as
with balances as (
    select
        movements.account_code,
        movements.opening_ron,
        movements.opening_ron + movements.moved_ron as closing_ron,
        accounts.name_ro,
        types.account_type,
        types.opening_side,
    from work.account_movements as movements
    inner join input.accounts as accounts on movements.account_code = accounts.code
    left join map.account_types as types on accounts.function = types.function
)
select
    row_number() over (order by account_code) as _key,
    account_code as "AccountID",
    name_ro as "AccountDescription",
    account_code as "StandardAccountID",
    coalesce(account_type, 'Bifunctional') as "AccountType",
    case when opening_ron > 0 or (opening_ron = 0 and opening_side = 'D') then opening_ron end as "OpeningDebitBalance",
    case when opening_ron < 0 or (opening_ron = 0 and opening_side = 'C') then -opening_ron end as "OpeningCreditBalance",
    case when closing_ron > 0 or (closing_ron = 0 and opening_side = 'D') then closing_ron end as "ClosingDebitBalance",
    case when closing_ron < 0 or (closing_ron = 0 and opening_side = 'C') then -closing_ron end as "ClosingCreditBalance",
from balances
order by account_code;

-- One row a partner and account that has a balance, a movement or a document in the period.
create table work.party_balances as
with amounts as (
    select account_code, partner_id, balance_ron as opening_ron, 0 as moved_ron
    from input.opening_balances
    where partner_id is not null
    union all
    select account_code, partner_id, 0, debit_ron - credit_ron
    from input.journal_lines
    where partner_id is not null
)
select
    partners.saft_id,
    accounts.role,
    amounts.account_code,
    min(partners.id) as partner_id,
    sum(amounts.opening_ron) as opening_ron,
    sum(amounts.opening_ron + amounts.moved_ron) as closing_ron,
    count_if(amounts.moved_ron <> 0) as movements,
from amounts
inner join work.partner_accounts as accounts on amounts.account_code = accounts.account_code
inner join work.partners as partners on amounts.partner_id = partners.id
group by partners.saft_id, accounts.role, amounts.account_code
having sum(amounts.opening_ron) <> 0 or count_if(amounts.moved_ron <> 0) > 0;

create table work.parties as
select
    balances.role,
    balances.saft_id,
    balances.account_code,
    balances.opening_ron,
    balances.closing_ron,
    if(balances.role = 'customer', 'D', 'C') as side,
    partners.name,
    partners.street,
    partners.city,
    partners.postal_code,
    partners.county,
    partners.country,
from work.party_balances as balances
inner join work.partners as partners on balances.partner_id = partners.id;

create table saft.customers__customer as
select
    row_number() over (order by saft_id, account_code) as _key,
    saft_id as "CompanyStructure.RegistrationNumber",
    name as "CompanyStructure.Name",
    street as "CompanyStructure.Address.StreetName",
    city as "CompanyStructure.Address.City",
    postal_code as "CompanyStructure.Address.PostalCode",
    county as "CompanyStructure.Address.Region",
    country as "CompanyStructure.Address.Country",
    'StreetAddress' as "CompanyStructure.Address.AddressType",
    saft_id as "CustomerID",
    account_code as "AccountID",
    case when opening_ron > 0 or (opening_ron = 0 and side = 'D') then opening_ron end as "OpeningDebitBalance",
    case when opening_ron < 0 or (opening_ron = 0 and side = 'C') then -opening_ron end as "OpeningCreditBalance",
    case when closing_ron > 0 or (closing_ron = 0 and side = 'D') then closing_ron end as "ClosingDebitBalance",
    case when closing_ron < 0 or (closing_ron = 0 and side = 'C') then -closing_ron end as "ClosingCreditBalance",
from work.parties
where role = 'customer'
order by saft_id, account_code;

create table saft.suppliers__supplier as
select
    row_number() over (order by saft_id, account_code) as _key,
    saft_id as "CompanyStructure.RegistrationNumber",
    name as "CompanyStructure.Name",
    street as "CompanyStructure.Address.StreetName",
    city as "CompanyStructure.Address.City",
    postal_code as "CompanyStructure.Address.PostalCode",
    county as "CompanyStructure.Address.Region",
    country as "CompanyStructure.Address.Country",
    'StreetAddress' as "CompanyStructure.Address.AddressType",
    saft_id as "SupplierID",
    account_code as "AccountID",
    case when opening_ron > 0 or (opening_ron = 0 and side = 'D') then opening_ron end as "OpeningDebitBalance",
    case when opening_ron < 0 or (opening_ron = 0 and side = 'C') then -opening_ron end as "OpeningCreditBalance",
    case when closing_ron > 0 or (closing_ron = 0 and side = 'D') then closing_ron end as "ClosingDebitBalance",
    case when closing_ron < 0 or (closing_ron = 0 and side = 'C') then -closing_ron end as "ClosingCreditBalance",
from work.parties
where role = 'supplier'
order by saft_id, account_code;

-- The taxes that the lines of the period carry; 000 stands for none and is in no table.
create table work.taxes as
select tax_type, tax_code, max(rate) as rate,
from (
    select "TaxInformation.TaxType" as tax_type, "TaxInformation.TaxCode" as tax_code, "TaxInformation.TaxPercentage" as rate
    from saft.general_ledger_entries__journal__transaction__transaction_line
    union all
    select "TaxInformation.TaxType", "TaxInformation.TaxCode", "TaxInformation.TaxPercentage"
    from saft.sales_invoices__invoice__invoice_line
    union all
    select "TaxInformation.TaxType", "TaxInformation.TaxCode", "TaxInformation.TaxPercentage"
    from saft.purchase_invoices__invoice__invoice_line
)
where tax_type <> '000'
group by tax_type, tax_code;

create table saft.tax_table__tax_table_entry as
select
    row_number() over (order by taxes.tax_type) as _key,
    taxes.tax_type as "TaxType",
    coalesce(arg_min(types.description, types._order), 'Tip de taxa ' || taxes.tax_type) as "Description",
from (select distinct tax_type from work.taxes) as taxes
left join map.tax_types as types on taxes.tax_type = types.tax_type
group by taxes.tax_type
order by taxes.tax_type;

create table saft.tax_table__tax_table_entry__tax_code_details as
select
    entries._key as _parent,
    row_number() over (order by taxes.tax_type, taxes.tax_code) as _key,
    taxes.tax_code as "TaxCode",
    coalesce(families.description, 'cod ' || taxes.tax_code) || coalesce(' ' || cast(taxes.rate as varchar) || '%', '')
        as "Description",
    coalesce(taxes.rate, 0) as "TaxPercentage",
    coalesce(families.base_rate, '1.00') as "BaseRate",
    'RO' as "Country",
from work.taxes as taxes
inner join saft.tax_table__tax_table_entry as entries on taxes.tax_type = entries."TaxType"
left join filing.tax_families as codes on taxes.tax_code = codes.tax_code
left join map.tax_families as families on codes.family = families.family
order by taxes.tax_type, taxes.tax_code;

create table work.products as
select products.*, coalesce(units.uom, 'H87') as uom,
from input.products as products
semi join (
    select product_id from input.invoice_lines
    union
    select product_id from input.supplier_invoice_lines
) as used on products.id = used.product_id
left join work.units as units on products.unit = units.unit;

create table saft.products__product as
select
    row_number() over (order by products.sku) as _key,
    products.sku as "ProductCode",
    if(products.kind = 'service', '02', '01') as "GoodsServicesID",
    products.name_ro as "Description",
    case
        when products.kind = 'service' then '00000000'
        when products.nc8_code in (select nc8 from filing.nc8) then products.nc8_code
        else '0'
    end as "ProductCommodityCode",
    products.uom as "UOMBase",
    products.uom as "UOMStandard",
    1 as "UOMToUOMBaseConversionFactor",
from work.products as products
order by products.sku;

create table saft.uom_table__uom_table_entry as
with used as (
    select "InvoiceUOM" as uom from saft.sales_invoices__invoice__invoice_line
    union
    select "InvoiceUOM" from saft.purchase_invoices__invoice__invoice_line
    union
    select uom from work.products
)
select
    row_number() over (order by used.uom) as _key,
    used.uom as "UnitOfMeasure",
    coalesce(arg_min(rules.name, rules._order), used.uom) as "Description",
from used
left join map.units as rules on used.uom = rules.uom
where used.uom is not null
group by used.uom
order by used.uom;
