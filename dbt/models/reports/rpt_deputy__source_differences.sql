with record_matches as (

    select * from {{ ref('int_record_matches') }}

),

record_tellers as (

    select * from {{ ref('int_record_tellers') }}

),

lesson_matches as (

    select * from {{ ref('int_lesson_matches') }}
    where is_own_class

),

lesson_tellers as (

    select * from {{ ref('int_lesson_tellers') }}

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

sources as (

    select * from {{ ref('int_sources') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

subjects as (

    select * from {{ ref('dim_subject') }}

),

pupils as (

    select * from {{ ref('dim_pupil') }}

),

source_names as (

    select
        school_id,
        source,
        min(source_name) as source_name
    from sources
    group by school_id, source

),

-- what is left of both sides once equal values are matched, put side by side
leading_rest as (

    select
        *,
        case when field_group = 'attendance' then lesson_id else '' end as cell_lesson_id,
        row_number() over (
            partition by
                school_id,
                field_group,
                pupil_id,
                subject_id,
                date,
                other_source,
                case when field_group = 'attendance' then lesson_id else '' end
            order by as_printed asc nulls last, leading_key asc nulls last
        ) as place
    from record_matches
    where leading_key <> '' and other_source <> '' and other_key = ''

),

other_rest as (

    select
        *,
        case when field_group = 'attendance' then lesson_id else '' end as cell_lesson_id,
        row_number() over (
            partition by
                school_id,
                field_group,
                pupil_id,
                subject_id,
                date,
                other_source,
                case when field_group = 'attendance' then lesson_id else '' end
            order by as_printed asc nulls last, other_key asc nulls last
        ) as place
    from record_matches
    where leading_key = ''

),

records as (

    select
        coalesce(leading_rest.school_id, other_rest.school_id) as school_id,
        coalesce(leading_rest.academic_year, other_rest.academic_year) as academic_year,
        coalesce(leading_rest.class_id, other_rest.class_id) as class_id,
        coalesce(leading_rest.subject_id, other_rest.subject_id) as subject_id,
        coalesce(leading_rest.date, other_rest.date) as date,
        coalesce(leading_rest.pupil_id, other_rest.pupil_id) as pupil_id,
        coalesce(leading_rest.cell_lesson_id, other_rest.cell_lesson_id) as lesson_id,
        coalesce(leading_rest.field_group, other_rest.field_group) as field_group,
        coalesce(leading_rest.leading_source, other_rest.leading_source) as leading_source,
        coalesce(leading_rest.other_source, other_rest.other_source) as other_source,
        leading_rest.as_printed as leading_value,
        other_rest.as_printed as other_value,
        coalesce(leading_rest.place, other_rest.place) as place
    from leading_rest
    full outer join other_rest
        on
            leading_rest.school_id = other_rest.school_id
            and leading_rest.field_group = other_rest.field_group
            and leading_rest.pupil_id = other_rest.pupil_id
            and leading_rest.subject_id = other_rest.subject_id
            and leading_rest.date = other_rest.date
            and leading_rest.other_source = other_rest.other_source
            and leading_rest.cell_lesson_id = other_rest.cell_lesson_id
            and leading_rest.place = other_rest.place

),

-- the other source has not this record: that means something only where it tells of the day completely
telling_records as (

    select records.*
    from records
    left join record_tellers
        on
            records.school_id = record_tellers.school_id
            and records.field_group = record_tellers.field_group
            and records.pupil_id = record_tellers.pupil_id
            and records.subject_id = record_tellers.subject_id
            and records.date = record_tellers.date
            and records.other_source = record_tellers.source
    where records.other_value is not null or record_tellers.is_complete

),

lost_lessons as (

    select
        lesson_matches.school_id,
        lesson_matches.academic_year,
        lesson_matches.class_id,
        lesson_matches.subject_id,
        lesson_matches.date,
        '' as pupil_id,
        '' as lesson_id,
        'lessons' as field_group,
        lesson_matches.leading_source,
        lesson_matches.source as other_source,
        cast(null as varchar) as leading_value,
        coalesce(cast(lesson_matches.lesson_number as varchar), '') as other_value,
        row_number() over (
            partition by
                lesson_matches.school_id,
                lesson_matches.class_id,
                lesson_matches.subject_id,
                lesson_matches.date,
                lesson_matches.source
            order by lesson_matches.lesson_id asc nulls last
        ) as place
    from lesson_matches
    inner join aliases
        on lesson_matches.school_id = aliases.school_id and lesson_matches.lesson_id = aliases.lesson_id
    where not lesson_matches.is_leading and aliases.counted_lesson_id = ''

),

matched_lessons as (

    select
        school_id,
        class_id,
        source,
        leading_lesson_id
    from lesson_matches
    where not is_leading and leading_lesson_id is not null
    group by school_id, class_id, source, leading_lesson_id

),

lesson_showings as (

    select
        school_id,
        class_id,
        source,
        lesson_id
    from lesson_matches
    group by school_id, class_id, source, lesson_id

),

lone_lessons as (

    select
        lesson_matches.school_id,
        lesson_matches.academic_year,
        lesson_matches.class_id,
        lesson_matches.subject_id,
        lesson_matches.date,
        '' as pupil_id,
        '' as lesson_id,
        'lessons' as field_group,
        lesson_matches.leading_source,
        lesson_tellers.source as other_source,
        coalesce(cast(lesson_matches.lesson_number as varchar), '') as leading_value,
        cast(null as varchar) as other_value,
        row_number() over (
            partition by
                lesson_matches.school_id,
                lesson_matches.class_id,
                lesson_matches.subject_id,
                lesson_matches.date,
                lesson_tellers.source
            order by lesson_matches.lesson_id asc nulls last
        ) as place
    from lesson_matches
    inner join lesson_tellers
        on
            lesson_matches.school_id = lesson_tellers.school_id
            and lesson_matches.class_id = lesson_tellers.class_id
            and lesson_matches.subject_id = lesson_tellers.subject_id
            and lesson_matches.date = lesson_tellers.date
    left join matched_lessons
        on
            lesson_matches.school_id = matched_lessons.school_id
            and lesson_matches.class_id = matched_lessons.class_id
            and lesson_matches.lesson_id = matched_lessons.leading_lesson_id
            and lesson_tellers.source = matched_lessons.source
    left join lesson_showings
        on
            lesson_matches.school_id = lesson_showings.school_id
            and lesson_matches.class_id = lesson_showings.class_id
            and lesson_matches.lesson_id = lesson_showings.lesson_id
            and lesson_tellers.source = lesson_showings.source
    where
        lesson_matches.is_leading
        and lesson_tellers.is_complete
        and not lesson_tellers.is_leading
        and matched_lessons.leading_lesson_id is null
        and lesson_showings.lesson_id is null

),

together as (

    select * from telling_records
    union all
    select * from lost_lessons
    union all
    select * from lone_lessons

),

rpt_deputy__source_differences as (

    select
        together.school_id,
        together.academic_year,
        together.class_id,
        coalesce(classes.class_name, together.class_id) as class_name,
        together.subject_id,
        coalesce(subjects.subject_name, together.subject_id) as subject_name,
        together.date,
        together.pupil_id,
        coalesce(pupils.pupil_name, '') as pupil_name,
        together.lesson_id,
        together.field_group,
        together.leading_source,
        leading_names.source_name as leading_name,
        coalesce(together.leading_value, '') as leading_value,
        (together.leading_value is not null) as is_in_leading,
        together.other_source,
        other_names.source_name as other_name,
        coalesce(together.other_value, '') as other_value,
        (together.other_value is not null) as is_in_other,
        together.place
    from together
    left join source_names as leading_names
        on together.school_id = leading_names.school_id and together.leading_source = leading_names.source
    left join source_names as other_names
        on together.school_id = other_names.school_id and together.other_source = other_names.source
    left join classes
        on
            together.school_id = classes.school_id
            and together.academic_year = classes.academic_year
            and together.class_id = classes.class_id
    left join subjects on together.school_id = subjects.school_id and together.subject_id = subjects.subject_id
    left join pupils on together.school_id = pupils.school_id and together.pupil_id = pupils.pupil_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    subject_id,
    subject_name,
    date,
    pupil_id,
    pupil_name,
    lesson_id,
    field_group,
    leading_source,
    leading_name,
    leading_value,
    is_in_leading,
    other_source,
    other_name,
    other_value,
    is_in_other,
    place
from rpt_deputy__source_differences
