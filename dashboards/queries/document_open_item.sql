select
    month_end,
    account_code,
    issue_date,
    due_date,
    currency,
    open_amount,
    carrying_amount_ron
from finance.rpt_open_item
where
    source_module = $module
    and source_table = $source
    and source_id = $document
    and month_start = (select max(month_start) from company.rpt_overview_monthly)
order by account_code
