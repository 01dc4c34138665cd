-- A month is closed when its result went to 121, or that of a later month did.
with

lines as (
    select * from {{ ref('fct_journal_line') }}
),

companies as (
    select * from {{ ref('stg_admin_core__companies') }}
),

bounds as (
    select
        min(month_start) as first_month,
        max(month_start) as last_month,
        max(month_start) filter (where is_result_closing) as last_closed_month,
    from lines
),

fiscal_year as (
    select coalesce(min(fiscal_year_start_month), 1) as start_month
    from companies
),

months as (
    select
        cast(spine.month_start as date) as month_start,
        bounds.last_closed_month,
    from bounds
    cross join unnest(generate_series(
        cast(bounds.first_month as timestamp), cast(bounds.last_month as timestamp), interval '1 month'
    )) as spine (month_start)
)

select
    months.month_start,
    last_day(months.month_start) as month_end,
    make_date(
        year(months.month_start) - if(month(months.month_start) < fiscal_year.start_month, 1, 0),
        fiscal_year.start_month,
        1
    ) as fiscal_year_start,
    coalesce(months.month_start <= months.last_closed_month, false) as is_closed,
from months
cross join fiscal_year
