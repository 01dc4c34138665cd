-- The equalities of the trial balance: in every month each pair of columns has one sum.
{% set pairs = ['year_opening', 'opening', 'turnover', 'cumulative', 'total', 'closing'] %}
{% for pair in pairs %}
select
    month_start,
    '{{ pair }}' as columns_of,
    sum({{ pair }}_debit_ron) as debit_ron,
    sum({{ pair }}_credit_ron) as credit_ron,
from {{ ref('rpt_trial_balance') }}
group by month_start
having sum({{ pair }}_debit_ron) != sum({{ pair }}_credit_ron)
{{ 'union all' if not loop.last }}
{% endfor %}
