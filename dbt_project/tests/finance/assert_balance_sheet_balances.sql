-- Total assets equal equity and debts, at every month end and at the start of its year.
select
    assets.month_start,
    assets.closing_ron as assets_ron,
    equity.closing_ron as equity_and_debts_ron,
from {{ ref('rpt_balance_sheet') }} as assets
inner join {{ ref('rpt_balance_sheet') }} as equity
    on assets.month_start = equity.month_start
where
    assets.row_code = 'TA'
    and equity.row_code = 'TP'
    and (
        assets.closing_ron != equity.closing_ron
        or assets.year_opening_ron != equity.year_opening_ron
    )
