-- SourceDocuments/Payments: what customers paid and what suppliers were paid, a line for each invoice settled.
create table work.payments as
select
    row_number() over (order by documents.direction, documents.id) as payment_key,
    documents.*,
    partners.saft_id,
    accounts.account_code,
    methods.payment_method,
    methods.payment_mechanism,
from (
    select
        1 as direction, id, number, partner_id, received_on as paid_on, method, currency, exchange_rate, amount, amount_ron,
        entry_id, 'customer' as role, 'C' as side, '4111' as usual_account, 'Incasare' as label,
    from input.receipts
    union all
    select
        2, id, number, partner_id, paid_on, method, currency, exchange_rate, amount, amount_ron,
        entry_id, 'supplier', 'D', '401', 'Plata',
    from input.payments
) as documents
inner join work.partners as partners on documents.partner_id = partners.id
left join work.document_accounts as accounts
    on documents.entry_id = accounts.entry_id and documents.partner_id = accounts.partner_id
left join map.payment_methods as methods on documents.method = methods.method;

create table work.settlements as
select 1 as direction, receipt_id as document_id, id, document_number, amount, amount_ron
from input.receipt_allocations
union all
select 2, payment_id, id, document_number, amount, amount_ron
from input.payment_allocations;

-- What no invoice takes is an advance and a line of its own; a difference of bani goes to the largest settlement.
create table work.payment_lines as
with settled as (
    select direction, document_id, sum(amount) as amount, sum(amount_ron) as amount_ron
    from work.settlements
    group by direction, document_id
),

rest as (
    select
        payments.payment_key,
        payments.direction,
        payments.id as document_id,
        payments.amount - coalesce(settled.amount, 0) as amount,
        payments.amount_ron - coalesce(settled.amount_ron, 0) as amount_ron,
        settled.document_id is null or payments.amount <> settled.amount as has_line,
    from work.payments as payments
    left join settled on payments.direction = settled.direction and payments.id = settled.document_id
),

ranked as (
    select
        settlements.*,
        rest.payment_key,
        if(rest.has_line, 0, rest.amount_ron) as difference_ron,
        row_number() over (
            partition by settlements.direction, settlements.document_id
            order by abs(settlements.amount_ron) desc, settlements.id
        ) as place,
    from work.settlements as settlements
    inner join rest on settlements.direction = rest.direction and settlements.document_id = rest.document_id
)

select payment_key, id, document_number, amount, amount_ron + if(place = 1, difference_ron, 0) as amount_ron
from ranked
union all
select payment_key, 9223372036854775807, null, amount, amount_ron
from rest
where has_line;

create table saft.payments__payment as
select
    payments.payment_key as _key,
    payments.number as "PaymentRefNo",
    month(entries.entry_date) as "Period",
    year(entries.entry_date) as "PeriodYear",
    payments.entry_id as "TransactionID",
    payments.paid_on as "TransactionDate",
    coalesce(payments.payment_method, '03') as "PaymentMethod",
    payments.label || ' ' || payments.number as "Description",
    payments.amount_ron as "PaymentSettlement.SettlementAmount.Amount",
    payments.currency as "PaymentSettlement.SettlementAmount.CurrencyCode",
    if(payments.currency = 'RON', payments.amount_ron, payments.amount) as "PaymentSettlement.SettlementAmount.CurrencyAmount",
    if(payments.currency = 'RON', null, payments.exchange_rate) as "PaymentSettlement.SettlementAmount.ExchangeRate",
    payments.paid_on as "PaymentSettlement.SettlementDate",
    coalesce(payments.payment_mechanism, '42') as "PaymentSettlement.PaymentMechanism",
    payments.amount_ron as "PaymentDocumentTotals.GrossTotal",
from work.payments as payments
inner join input.journal_entries as entries on payments.entry_id = entries.id
order by payments.payment_key;

create table saft.payments__payment__payment_line as
select
    lines.payment_key as _parent,
    row_number() over (order by lines.payment_key, lines.id) as _key,
    row_number() over (partition by lines.payment_key order by lines.id) as "LineNumber",
    lines.document_number as "SourceDocumentID",
    coalesce(payments.account_code, payments.usual_account) as "AccountID",
    if(payments.role = 'customer', payments.saft_id, '0') as "CustomerID",
    if(payments.role = 'supplier', payments.saft_id, '0') as "SupplierID",
    payments.side as "DebitCreditIndicator",
    lines.amount_ron as "PaymentLineAmount.Amount",
    payments.currency as "PaymentLineAmount.CurrencyCode",
    if(payments.currency = 'RON', lines.amount_ron, lines.amount) as "PaymentLineAmount.CurrencyAmount",
    if(payments.currency = 'RON', null, payments.exchange_rate) as "PaymentLineAmount.ExchangeRate",
    '000' as "TaxInformation.TaxType",
    '000000' as "TaxInformation.TaxCode",
    0.00 as "TaxInformation.TaxAmount.Amount",
    'RON' as "TaxInformation.TaxAmount.CurrencyCode",
    0.00 as "TaxInformation.TaxAmount.CurrencyAmount",
from work.payment_lines as lines
inner join work.payments as payments on lines.payment_key = payments.payment_key
order by lines.payment_key, lines.id;
