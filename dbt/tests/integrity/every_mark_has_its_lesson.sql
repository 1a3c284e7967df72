{#
  What: current marks and codes whose lesson is not known, so that they cannot be shown.
  When it matters: an export carried marks without their lessons, or a lesson was withdrawn and its marks were not.
  How to resolve: ask for an export that carries lessons and marks together; nothing is lost from history.
#}
{{ config(severity='warn') }}
with marks as (

    select * from {{ ref('int_counted_marks') }}

),

attendance as (

    select * from {{ ref('int_counted_attendance') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

records as (

    select school_id, 'mark' as record, lesson_id, pupil_id from marks
    union all
    select school_id, 'code' as record, lesson_id, pupil_id from attendance

)

select
    records.school_id,
    records.record,
    records.lesson_id
from records
left join lessons on records.school_id = lessons.school_id and records.lesson_id = lessons.lesson_id
where lessons.lesson_id is null
