-- Where no rule fitted and a stand-in was filed: one row a thing, with the row of silver it comes from.
with parties as (
    select distinct partner_id from work.party_balances
    union
    select partner_id from input.invoices
    union
    select partner_id from input.supplier_invoices
    union
    select partner_id from work.payments
)

select
    'own.mapping.unit' as rule,
    'unit ' || units.unit || ' has no rule and is filed as H87' as message,
    null as module_table,
    units.unit as key,
from work.units as units
where units.name is null
union all
select
    'own.mapping.fiscal_code',
    'partner ' || partners.code || ' has no valid fiscal code and is filed as ' || codes.saft_id,
    'numeriqo_accounting.partners',
    cast(partners.id as varchar),
from input.partners as partners
inner join input.partner_codes as codes on partners.id = codes.partner_id
where codes.is_stand_in and partners.id in (select partner_id from parties)
union all
select
    'own.mapping.country',
    'partner ' || partners.code || ' is in ' || coalesce(partners.country, 'no country') || ', filed as ' || codes.country,
    'numeriqo_accounting.partners',
    cast(partners.id as varchar),
from input.partners as partners
inner join input.partner_codes as codes on partners.id = codes.partner_id
where codes.country is distinct from upper(trim(partners.country)) and partners.id in (select partner_id from parties)
union all
select
    'own.mapping.county',
    'partner ' || partners.code || ' is in the county ' || partners.county || ', which is not in the list and left out',
    'numeriqo_accounting.partners',
    cast(partners.id as varchar),
from input.partners as partners
inner join input.partner_codes as codes on partners.id = codes.partner_id
where
    codes.country = 'RO'
    and codes.county is null
    and trim(coalesce(partners.county, '')) <> ''
    and partners.id in (select partner_id from parties)
union all
select
    'own.mapping.commodity',
    'product ' || products.sku || ' has the commodity code ' || products.nc8_code || ', which is not in the list: 0 is filed',
    'iwms.products',
    cast(products.id as varchar),
from work.products as products
where
    products.kind <> 'service'
    and products.nc8_code not in ('', '0')
    and products.nc8_code not in (select nc8 from filing.nc8)
union all
select
    'own.mapping.payment_method',
    'payment ' || payments.number || ' was made by ' || payments.method || ', filed as a bank transfer',
    if(payments.direction = 1, 'mercantiq_sales.receipts', 'mercantiq_procurement.payments'),
    cast(payments.id as varchar),
from work.payments as payments
where payments.payment_method is null
union all
select
    'own.mapping.account_function',
    'account ' || accounts.code || ' has the function ' || accounts.function || ', filed as Bifunctional',
    'numeriqo_accounting.accounts',
    accounts.code,
from work.account_movements as movements
inner join input.accounts as accounts on movements.account_code = accounts.code
where accounts.function not in (select function from map.account_types)
union all
select
    'own.ledger.account',
    'account ' || lines.account_code || ' is not in the chart of accounts: its balance is not in the master files',
    'numeriqo_accounting.accounts',
    lines.account_code,
from input.journal_lines as lines
where lines.account_code not in (select code from input.accounts)
group by lines.account_code
union all
-- OPANAF 1783/2021: L for those who settle VAT monthly, T for those who do it quarterly.
select
    'own.regime',
    'type ' || parameters.submission || ' is filed by a company that settles VAT ' || company.vat_period,
    'admin_core.companies',
    null,
from filing.company as company
cross join filing.parameters as parameters
where
    (parameters.submission = 'L' and company.vat_period = 'quarterly')
    or (parameters.submission = 'T' and company.vat_period = 'monthly')
order by rule, key;
