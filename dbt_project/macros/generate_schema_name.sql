{# A mart's schema is its own name, in every target: readers address finance.rpt_trial_balance. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
