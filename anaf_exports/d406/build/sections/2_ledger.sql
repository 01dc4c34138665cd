-- GeneralLedgerEntries: every entry of the period, each line with its partner, currency and tax.
create table saft.general_ledger_entries__journal as
select
    journals.id as _key,
    journals.code as "JournalID",
    journals.name_ro as "Description",
    coalesce(types.type, 'GEN') as "Type",
from input.journals as journals
left join map.journal_types as types on journals.kind = types.kind
where journals.id in (select journal_id from input.journal_entries)
order by journals.id;

-- Keys in document order: by journal, then by entry.
create table work.entry_keys as
select id as entry_id, row_number() over (order by journal_id, id) as entry_key
from input.journal_entries;

-- A line names its partner when its account is kept by partner; else it names the company itself on both sides
-- (field rule GL.19). Beside a customer the supplier is 0, and the other way round.
create table work.ledger_lines as
select
    lines.*,
    entries.journal_id,
    entries.document_number,
    if(accounts.role is not null, partners.saft_id, null) as saft_id,
    if(partners.saft_id is not null, accounts.role, null) as role,
    vat.account_code is not null as is_vat,
    -- A revaluation moves lei only; it is stated in lei.
    lines.currency <> 'RON' and coalesce(lines.amount_currency, 0) <> 0 as is_foreign,
    if(lines.debit_ron <> 0 or lines.credit_ron = 0, 'D', 'C') as side,
    lines.debit_ron + lines.credit_ron as amount_ron,
from input.journal_lines as lines
inner join input.journal_entries as entries on lines.entry_id = entries.id
left join work.partner_accounts as accounts on lines.account_code = accounts.account_code
left join work.partners as partners on lines.partner_id = partners.id
left join work.vat_accounts as vat on lines.account_code = vat.account_code;

create table work.entry_partners as
select
    entry_id,
    min(saft_id) as saft_id,
    min(role) as role,
from work.ledger_lines
where saft_id is not null
group by entry_id
having count(distinct saft_id) = 1 and count(distinct role) = 1;

create table saft.general_ledger_entries__journal__transaction as
select
    entries.journal_id as _parent,
    keys.entry_key as _key,
    entries.id as "TransactionID",
    month(entries.entry_date) as "Period",
    year(entries.entry_date) as "PeriodYear",
    entries.document_date as "TransactionDate",
    coalesce(nullif(trim(entries.description), ''), entries.document_type, entries.number) as "Description",
    cast(entries.created_at at time zone 'Europe/Bucharest' as date) as "SystemEntryDate",
    entries.entry_date as "GLPostingDate",
    case when partners.role = 'supplier' then '0' else coalesce(partners.saft_id, parameters.own_id) end as "CustomerID",
    case when partners.role = 'customer' then '0' else coalesce(partners.saft_id, parameters.own_id) end as "SupplierID",
    entries.number as "SystemID",
from input.journal_entries as entries
inner join work.entry_keys as keys on entries.id = keys.entry_id
cross join filing.parameters as parameters
left join work.entry_partners as partners on entries.id = partners.entry_id
order by keys.entry_key;

create table saft.general_ledger_entries__journal__transaction__transaction_line as
with amounts as (
    select
        *,
        if(is_foreign, currency, 'RON') as filed_currency,
        if(is_foreign, if(side = 'D', amount_currency, -amount_currency), amount_ron) as filed_amount,
        tax_type is not null and tax_type <> '000' as is_taxed,
        -- A settlement of VAT has an amount and no rate: the line on a VAT account without a rate.
        tax_type is not null and tax_type <> '000' and not (is_vat and coalesce(tax_rate, 0) = 0) as has_rate,
        -- A line carried at another value than that of the day (a payment of a revalued debt) is filed at its own rate.
        case
            when not is_foreign then null
            when abs(abs(amount_currency) * exchange_rate - abs(amount_ron)) <= 0.05 then exchange_rate
            else cast(round(abs(amount_ron / amount_currency), 4) as decimal(18, 4))
        end as filed_rate,
    from work.ledger_lines
)
select
    keys.entry_key as _parent,
    amounts.id as _key,
    amounts.id as "RecordID",
    amounts.account_code as "AccountID",
    amounts.document_number as "SourceDocumentID",
    case when amounts.role = 'supplier' then '0' else coalesce(amounts.saft_id, parameters.own_id) end as "CustomerID",
    case when amounts.role = 'customer' then '0' else coalesce(amounts.saft_id, parameters.own_id) end as "SupplierID",
    coalesce(nullif(trim(amounts.description), ''), amounts.account_code) as "Description",
    if(side = 'D', amounts.amount_ron, null) as "DebitAmount.Amount",
    if(side = 'D', filed_currency, null) as "DebitAmount.CurrencyCode",
    if(side = 'D', filed_amount, null) as "DebitAmount.CurrencyAmount",
    if(side = 'D', filed_rate, null) as "DebitAmount.ExchangeRate",
    if(side = 'C', amounts.amount_ron, null) as "CreditAmount.Amount",
    if(side = 'C', filed_currency, null) as "CreditAmount.CurrencyCode",
    if(side = 'C', filed_amount, null) as "CreditAmount.CurrencyAmount",
    if(side = 'C', filed_rate, null) as "CreditAmount.ExchangeRate",
    coalesce(amounts.tax_type, '000') as "TaxInformation.TaxType",
    coalesce(amounts.tax_code, '000000') as "TaxInformation.TaxCode",
    if(has_rate, amounts.tax_rate, null) as "TaxInformation.TaxPercentage",
    if(has_rate, amounts.tax_base_ron, null) as "TaxInformation.TaxBase",
    tax.amount_ron as "TaxInformation.TaxAmount.Amount",
    'RON' as "TaxInformation.TaxAmount.CurrencyCode",
    tax.amount_ron as "TaxInformation.TaxAmount.CurrencyAmount",
from amounts
inner join work.entry_keys as keys on amounts.entry_id = keys.entry_id
cross join filing.parameters as parameters
cross join lateral (
    -- On an account of VAT the line is the tax; elsewhere it follows from base and rate.
    select
        case
            when not amounts.is_taxed then 0.00
            when amounts.is_vat then amounts.amount_ron
            else cast(round(coalesce(amounts.tax_base_ron * amounts.tax_rate / 100, 0), 2) as decimal(18, 2))
        end as amount_ron,
) as tax
order by keys.entry_key, amounts.id;
