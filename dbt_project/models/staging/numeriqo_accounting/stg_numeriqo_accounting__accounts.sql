with

source as (
    select * from {{ source('numeriqo_accounting', 'accounts') }}
),

renamed as (
    select
        code as account_code,
        name_ro,
        name_en,
        account_class,
        function as account_function,
        is_active,
    from source
)

select * from renamed
