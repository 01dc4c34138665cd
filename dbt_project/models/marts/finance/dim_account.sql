with

accounts as (
    select * from {{ ref('stg_numeriqo_accounting__accounts') }}
)

select
    account_code,
    name_ro,
    name_en,
    account_class,
    account_function,
    left(account_code, 2) as account_group,
    is_active,
from accounts
order by account_code
