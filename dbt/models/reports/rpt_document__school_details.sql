with details as (

    select * from {{ ref('stg_journal__school_details') }}
    where is_current and value <> ''

),

-- what was entered last stands, should several sources tell of one item
ranked as (

    select
        school_id,
        item,
        value,
        row_number() over (
            partition by school_id, item
            order by
                known_from desc nulls last, system desc nulls last, export_kind desc nulls last, value desc nulls last
        ) as place
    from details

),

rpt_document__school_details as (

    select
        school_id,
        item,
        value
    from ranked
    where place = 1

)

select
    school_id,
    item,
    value
from rpt_document__school_details
