select
    lines.line_number,
    lines.entry_number,
    lines.entry_date,
    lines.journal_code,
    lines.document_type,
    lines.document_number,
    lines.document_date,
    lines.entry_description,
    lines.source_module,
    lines.source_table,
    lines.source_id,
    lines.account_code,
    accounts.name_ro as account_name_ro,
    accounts.name_en as account_name_en,
    lines.partner_id,
    partners.partner_name,
    lines.line_description,
    lines.currency,
    lines.amount_currency,
    lines.debit_ron,
    lines.credit_ron
from finance.fct_journal_line as lines
left join finance.dim_account as accounts
    on lines.account_code = accounts.account_code
left join finance.dim_partner as partners
    on lines.partner_id = partners.partner_id
where lines.entry_id = $entry
order by lines.line_number
limit 2000
