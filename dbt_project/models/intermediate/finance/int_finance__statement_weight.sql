-- How much of an account goes into a row of a statement: the rows' formulas, followed down to the accounts.
with recursive

accounts as (
    select * from {{ ref('dim_account') }}
),

statement_accounts as (
    select * from {{ ref('statement_accounts') }}
),

statement_terms as (
    select * from {{ ref('statement_terms') }}
),

matches as (
    select
        statement_accounts.statement,
        statement_accounts.row_code,
        accounts.account_code,
        statement_accounts.side,
        statement_accounts.sign,
        -- Rows name accounts by prefix; where several prefixes fit one account, the longest decides.
        rank() over (
            partition by statement_accounts.statement, accounts.account_code
            order by length(statement_accounts.account_prefix) desc
        ) as closeness,
    from accounts
    inner join statement_accounts
        on starts_with(accounts.account_code, statement_accounts.account_prefix)
),

leaves as (
    select
        statement,
        row_code,
        account_code,
        side,
        sign,
    from matches
    where closeness = 1
),

expanded as (
    select
        statement,
        row_code,
        term_code,
        sign,
    from statement_terms

    union all

    select
        expanded.statement,
        expanded.row_code,
        statement_terms.term_code,
        expanded.sign * statement_terms.sign as sign,
    from expanded
    inner join statement_terms
        on
            expanded.statement = statement_terms.statement
            and expanded.term_code = statement_terms.row_code
),

all_rows as (
    select * from leaves

    union all

    select
        expanded.statement,
        expanded.row_code,
        leaves.account_code,
        leaves.side,
        expanded.sign * leaves.sign as sign,
    from expanded
    inner join leaves
        on
            expanded.statement = leaves.statement
            and expanded.term_code = leaves.row_code
)

select
    statement,
    row_code,
    account_code,
    side,
    cast(sum(sign) as integer) as weight,
from all_rows
group by statement, row_code, account_code, side
having sum(sign) != 0
