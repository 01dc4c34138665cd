select
    coalesce(products.group_code, 'ungrouped') as group_code,
    any_value(products.group_name_ro) as group_name_ro,
    any_value(products.group_name_en) as group_name_en,
    lines.month_start,
    sum(lines.net_amount_ron) as net_amount_ron
from sales.fct_invoice_line as lines
left join sales.dim_product as products
    on lines.product_id = products.product_id
where lines.is_revenue
group by coalesce(products.group_code, 'ungrouped'), lines.month_start
order by group_code, lines.month_start
