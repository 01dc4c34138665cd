select
    month_start,
    month_end,
    is_closed,
    revenue_ron,
    margin_ron,
    operating_result_ron,
    net_result_ron,
    cash_ron,
    receivables_ron,
    payables_ron,
    stock_ron
from company.rpt_overview_monthly
order by month_start
