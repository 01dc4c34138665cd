select distinct month_start
from finance.rpt_trial_balance
order by month_start desc
