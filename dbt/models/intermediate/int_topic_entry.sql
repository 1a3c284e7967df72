with topics as (

    select * from {{ ref('stg_journal__lessons__topic') }}

),

int_topic_entry as (

    {{ entry_runs(
        relation='topics',
        key=['school_id', 'lesson_id'],
        acceptable="trim(topic) <> ''",
        source_time='topic_entered_at',
        source_is_day='topic_entered_at_is_day',
    ) }}

)

select * from int_topic_entry
