with

customers as (
    select * from {{ ref('stg_mercantiq_sales__customers') }}
),

partners as (
    select * from {{ ref('stg_numeriqo_accounting__partners') }}
),

price_lists as (
    select * from {{ ref('stg_mercantiq_sales__price_lists') }}
)

select
    customers.customer_id,
    customers.partner_id,
    partners.partner_code as customer_code,
    partners.partner_kind as customer_kind,
    partners.country,
    customers.segment,
    customers.region,
    customers.currency,
    customers.payment_terms_days,
    customers.credit_limit_ron,
    price_lists.price_list_name,
    price_lists.discount_percent as price_list_discount_percent,
    customers.created_at,
from customers
left join partners
    on customers.partner_id = partners.partner_id
left join price_lists
    on customers.price_list_id = price_lists.price_list_id
order by customers.customer_id
