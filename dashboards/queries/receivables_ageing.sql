select
    ageing_bucket,
    sum(carrying_amount_ron) as amount_ron,
    count(*) as documents
from finance.rpt_open_item
where
    month_start = $month
    and item_kind = 'receivable'
group by ageing_bucket
