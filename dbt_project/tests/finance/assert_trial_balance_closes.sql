-- The equalities of the trial balance: in every month each pair of columns has one sum.
{% set pairs = ['year_opening', 'opening', 'turnover', 'cumulative', 'total', 'closing'] %}
with

sums as (
    select
        month_start,
        {% for pair in pairs %}
            sum({{ pair }}_debit_ron) as {{ pair }}_debit_ron,
            sum({{ pair }}_credit_ron) as {{ pair }}_credit_ron,
        {% endfor %}
    from {{ ref('rpt_trial_balance') }}
    group by month_start
)

select *
from sums
where
    false
    {% for pair in pairs %}
        or {{ pair }}_debit_ron != {{ pair }}_credit_ron
    {% endfor %}
