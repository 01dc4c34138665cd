with

source as (
    select * from {{ source('numeriqo_accounting', 'journals') }}
),

renamed as (
    select
        id as journal_id,
        code as journal_code,
        name_ro as journal_name_ro,
        name_en as journal_name_en,
        kind as journal_kind,
    from source
)

select * from renamed
