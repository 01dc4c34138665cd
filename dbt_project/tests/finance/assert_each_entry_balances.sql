-- Double entry: the lines of one entry have as much debit as credit.
select
    entry_id,
    sum(debit_ron) as debit_ron,
    sum(credit_ron) as credit_ron,
from {{ ref('fct_journal_line') }}
group by entry_id
having sum(debit_ron) != sum(credit_ron)
