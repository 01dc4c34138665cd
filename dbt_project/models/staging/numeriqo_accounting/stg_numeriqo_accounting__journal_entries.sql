with

source as (
    select * from {{ source('numeriqo_accounting', 'journal_entries') }}
),

renamed as (
    select
        id as entry_id,
        journal_id,
        number as entry_number,
        entry_date,
        document_type,
        document_number,
        document_date,
        source_module,
        source_table,
        source_id,
        description as entry_description,
    from source
)

select * from renamed
