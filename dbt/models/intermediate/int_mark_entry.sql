with marks as (

    select * from {{ ref('stg_journal__marks') }}

),

int_mark_entry as (

    {{ entry_runs(
        relation='marks',
        key=['school_id', 'academic_year', 'mark_id'],
        acceptable="trim(value) <> '' and kind <> 'debt'",
        source_time='entered_at',
        source_is_day='entered_at_is_day',
    ) }}

)

select * from int_mark_entry
