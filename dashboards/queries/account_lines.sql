select
    lines.line_id,
    lines.entry_id,
    lines.entry_number,
    lines.entry_date,
    lines.journal_code,
    lines.document_type,
    lines.document_number,
    partners.partner_name,
    coalesce(nullif(lines.line_description, ''), lines.entry_description) as description,
    lines.debit_ron,
    lines.credit_ron
from finance.fct_journal_line as lines
left join finance.dim_partner as partners
    on lines.partner_id = partners.partner_id
where
    lines.account_code = $account
    and lines.month_start = $month
    and not lines.is_opening
order by lines.entry_date, lines.entry_id, lines.line_number
limit $rows
