select
    account_code,
    account_name_ro,
    account_name_en,
    account_class,
    opening_debit_ron,
    opening_credit_ron,
    turnover_debit_ron,
    turnover_credit_ron,
    cumulative_debit_ron,
    cumulative_credit_ron,
    closing_debit_ron,
    closing_credit_ron
from finance.rpt_trial_balance
where month_start = $month
order by account_code
