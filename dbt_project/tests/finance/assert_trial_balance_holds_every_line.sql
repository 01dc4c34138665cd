-- The turnover of each month equals its journal lines: no account and no line is left out.
with

trial_balance as (
    select
        month_start,
        sum(turnover_debit_ron) as debit_ron,
        sum(turnover_credit_ron) as credit_ron,
    from {{ ref('rpt_trial_balance') }}
    group by month_start
),

lines as (
    select
        month_start,
        sum(debit_ron) as debit_ron,
        sum(credit_ron) as credit_ron,
    from {{ ref('fct_journal_line') }}
    where not is_opening
    group by month_start
)

select
    lines.month_start,
    lines.debit_ron,
    lines.credit_ron,
    trial_balance.debit_ron as trial_balance_debit_ron,
    trial_balance.credit_ron as trial_balance_credit_ron,
from lines
left join trial_balance
    on lines.month_start = trial_balance.month_start
where
    lines.debit_ron is distinct from trial_balance.debit_ron
    or lines.credit_ron is distinct from trial_balance.credit_ron
