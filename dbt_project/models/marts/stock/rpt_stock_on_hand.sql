with

movements as (
    select * from {{ ref('fct_stock_movement') }}
),

warehouses as (
    select * from {{ ref('stg_admin_core__warehouses') }}
),

bounds as (
    select
        min(month_start) as first_month,
        max(month_start) as last_month,
    from movements
),

months as (
    select cast(spine.month_start as date) as month_start
    from bounds
    cross join unnest(generate_series(
        cast(bounds.first_month as timestamp), cast(bounds.last_month as timestamp), interval '1 month'
    )) as spine (month_start)
),

monthly as (
    select
        product_id,
        warehouse_id,
        account_code,
        month_start,
        sum(greatest(quantity, 0)) as received_quantity,
        sum(greatest(-quantity, 0)) as issued_quantity,
        sum(quantity) as moved_quantity,
        sum(value_ron) as moved_value,
    from movements
    group by product_id, warehouse_id, account_code, month_start
),

first_months as (
    select
        product_id,
        warehouse_id,
        account_code,
        min(month_start) as first_month,
    from monthly
    group by product_id, warehouse_id, account_code
),

running as (
    select
        first_months.product_id,
        first_months.warehouse_id,
        first_months.account_code,
        months.month_start,
        coalesce(monthly.received_quantity, 0) as received_quantity,
        coalesce(monthly.issued_quantity, 0) as issued_quantity,
        sum(coalesce(monthly.moved_quantity, 0)) over on_shelf as quantity,
        sum(coalesce(monthly.moved_value, 0)) over on_shelf as stock_value,
    from first_months
    inner join months
        on first_months.first_month <= months.month_start
    left join monthly
        on
            first_months.product_id = monthly.product_id
            and first_months.warehouse_id = monthly.warehouse_id
            and first_months.account_code = monthly.account_code
            and months.month_start = monthly.month_start
    window
        on_shelf as (
            partition by first_months.product_id, first_months.warehouse_id, first_months.account_code
            order by months.month_start
            rows between unbounded preceding and current row
        )
)

select
    running.month_start,
    last_day(running.month_start) as month_end,
    running.product_id,
    running.warehouse_id,
    warehouses.warehouse_code,
    running.account_code,
    cast(running.received_quantity as decimal(18, 3)) as received_quantity,
    cast(running.issued_quantity as decimal(18, 3)) as issued_quantity,
    cast(running.quantity as decimal(18, 3)) as quantity,
    cast(running.stock_value as decimal(18, 2)) as value_ron,
from running
left join warehouses
    on running.warehouse_id = warehouses.warehouse_id
order by running.month_start, running.product_id, running.warehouse_id
