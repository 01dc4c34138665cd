-- What several sections need: who a partner is, which side of the books an account of theirs is on, totals by entry.
create schema work;

-- The role of each account in use that is kept by partner.
create table work.partner_accounts as
select accounts.code as account_code, arg_min(rules.role, rules._order) as role,
from input.accounts as accounts
inner join map.partner_accounts as rules on starts_with(accounts.code, rules.prefix)
group by accounts.code;

create table work.vat_accounts as
select distinct accounts.code as account_code
from input.accounts as accounts
inner join map.vat_accounts as rules on starts_with(accounts.code, rules.prefix);

-- One code a partner (input.partner_codes), with the address that goes into master files and invoices.
create table work.partners as
select
    partners.id,
    codes.saft_id,
    partners.name,
    partners.street,
    coalesce(nullif(trim(partners.city), ''), 'necunoscut') as city,
    partners.postal_code,
    codes.county,
    codes.country,
from input.partners as partners
inner join input.partner_codes as codes on partners.id = codes.partner_id;

create table work.units as
select source.unit, coalesce(arg_min(rules.uom, rules._order), 'H87') as uom, arg_min(rules.name, rules._order) as name,
from (
    select unit from input.invoice_lines
    union
    select unit from input.supplier_invoice_lines
    union
    select unit from input.products
) as source
left join map.units as rules on upper(source.unit) = rules.unit
group by source.unit;

-- The account on which a document stands: the partner's account with the largest amount in its entry.
create table work.document_accounts as
select lines.entry_id, lines.partner_id, arg_max(lines.account_code, abs(lines.debit_ron - lines.credit_ron)) as account_code,
from input.journal_lines as lines
inner join work.partner_accounts as accounts on lines.account_code = accounts.account_code
where lines.partner_id is not null
group by lines.entry_id, lines.partner_id;
