with

lines as (
    select * from {{ ref('stg_numeriqo_accounting__journal_lines') }}
),

entries as (
    select * from {{ ref('stg_numeriqo_accounting__journal_entries') }}
),

journals as (
    select * from {{ ref('stg_numeriqo_accounting__journals') }}
),

result_closing as (
    select * from {{ ref('int_finance__result_closing') }}
)

select
    lines.line_id,
    lines.entry_id,
    lines.line_number,
    entries.entry_number,
    entries.entry_date,
    cast(date_trunc('month', entries.entry_date) as date) as month_start,
    journals.journal_code,
    journals.journal_kind,
    coalesce(journals.journal_kind = 'opening', false) as is_opening,
    result_closing.entry_id is not null as is_result_closing,
    entries.document_type,
    entries.document_number,
    entries.document_date,
    entries.source_module,
    entries.source_table,
    entries.source_id,
    lines.account_code,
    lines.partner_id,
    lines.debit_ron,
    lines.credit_ron,
    lines.currency,
    lines.amount_currency,
    lines.exchange_rate,
    lines.tax_type,
    lines.tax_code,
    lines.tax_rate,
    lines.tax_base_ron,
    lines.product_id,
    lines.asset_id,
    entries.entry_description,
    lines.line_description,
from lines
-- A line whose entry or journal is missing stays: the tests must see it.
left join entries
    on lines.entry_id = entries.entry_id
left join journals
    on entries.journal_id = journals.journal_id
left join result_closing
    on lines.entry_id = result_closing.entry_id
-- Readers ask for a span of months: rows of one month lie together.
order by entries.entry_date, lines.line_id
