-- Per account and month, and again over the fiscal year; a month opens with what the month before closed with.
with

trial_balance as (
    select
        account_code,
        month_start,
        opening_debit_ron - opening_credit_ron as opening,
        turnover_debit_ron - turnover_credit_ron as turnover,
        total_debit_ron - total_credit_ron as total,
        closing_debit_ron - closing_credit_ron as closing,
    from {{ ref('rpt_trial_balance') }}
),

opening_lines as (
    select
        account_code,
        month_start,
        sum(debit_ron - credit_ron) as brought_in,
    from {{ ref('fct_journal_line') }}
    where is_opening
    group by account_code, month_start
),

compared as (
    select
        trial_balance.*,
        coalesce(opening_lines.brought_in, 0)
        + coalesce(lag(trial_balance.closing) over (
            partition by trial_balance.account_code
            order by trial_balance.month_start
        ), 0) as carried_forward,
    from trial_balance
    left join opening_lines
        on
            trial_balance.account_code = opening_lines.account_code
            and trial_balance.month_start = opening_lines.month_start
)

select *
from compared
where
    closing != opening + turnover
    or closing != total
    or opening != carried_forward
