with

products as (
    select * from {{ ref('stg_iwms__products') }}
),

product_groups as (
    select * from {{ ref('stg_iwms__product_groups') }}
)

select
    products.product_id,
    products.sku,
    products.name_ro,
    products.name_en,
    products.product_kind,
    products.unit,
    products.nc8_code,
    products.stock_account,
    products.list_price_ron,
    products.is_active,
    products.group_id,
    product_groups.group_code,
    product_groups.group_name_ro,
    product_groups.group_name_en,
from products
left join product_groups
    on products.group_id = product_groups.group_id
order by products.product_id
