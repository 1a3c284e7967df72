with classes as (

    select * from {{ ref('stg_journal__classes') }}
    where class_name <> ''

),

subjects as (

    select * from {{ ref('stg_journal__subjects') }}
    where subject_name <> ''

),

enrollments as (

    select * from {{ ref('stg_journal__enrollments') }}
    where class_id <> ''

),

pupils as (

    select * from {{ ref('stg_journal__pupils') }}

),

statements as (

    select * from {{ ref('stg_meta__statements') }}
    where class_id <> ''

),

lesson_versions as (

    select * from {{ ref('stg_journal__lessons') }}

),

marks as (

    select * from {{ ref('stg_journal__marks') }}
    where is_current

),

attendance as (

    select * from {{ ref('stg_journal__attendance') }}
    where is_current

),

topics as (

    select * from {{ ref('stg_journal__lessons__topic') }}
    where is_current

),

class_names as (

    select * from {{ ref('int_classes') }}

),

subject_names as (

    select * from {{ ref('int_subjects') }}

),

looks as (

    select * from {{ ref('int_export_looks') }}
    where class_id = ''

),

-- the same id under another name: this is known, not guessed
class_versions as (

    select
        *,
        lag(class_name) over (
            partition by school_id, academic_year, class_id, system, export_kind order by known_from asc nulls first
        ) as name_before
    from classes

),

subject_versions as (

    select
        *,
        lag(subject_name) over (
            partition by school_id, subject_id, system, export_kind order by known_from asc nulls first
        ) as name_before
    from subjects

),

renamed_classes as (

    select
        class_versions.school_id,
        'class_renamed' as finding,
        'note' as severity,
        class_versions.academic_year,
        class_versions.class_id,
        class_versions.system,
        class_versions.export_kind,
        'classes' as table_name,
        class_versions.class_name as item,
        class_versions.name_before as item_before,
        cast(null as bigint) as n,
        cast(null as bigint) as n_of,
        class_versions.known_from as since,
        looks.compared_with
    from class_versions
    inner join looks
        on
            class_versions.school_id = looks.school_id
            and class_versions.system = looks.system
            and class_versions.export_kind = looks.export_kind
            and looks.table_name = 'classes'
    where
        class_versions.is_current
        and class_versions.class_name <> class_versions.name_before
        and class_versions.known_from > looks.compared_with

),

renamed_subjects as (

    select
        subject_versions.school_id,
        'subject_renamed' as finding,
        'note' as severity,
        {{ academic_year_of('subject_versions.known_from') }} as academic_year,
        '' as class_id,
        subject_versions.system,
        subject_versions.export_kind,
        'subjects' as table_name,
        subject_versions.subject_name as item,
        subject_versions.name_before as item_before,
        cast(null as bigint) as n,
        cast(null as bigint) as n_of,
        subject_versions.known_from as since,
        looks.compared_with
    from subject_versions
    inner join looks
        on
            subject_versions.school_id = looks.school_id
            and subject_versions.system = looks.system
            and subject_versions.export_kind = looks.export_kind
            and looks.table_name = 'subjects'
    where
        subject_versions.is_current
        and subject_versions.subject_name <> subject_versions.name_before
        and subject_versions.known_from > looks.compared_with

),

-- a pupil is compared by name: a source that prints names only gives the same child another id in another class
pupil_names as (

    select
        school_id,
        pupil_id,
        max_by(
            replace(lower(last_name || ' ' || first_name || ' ' || middle_name), 'ё', 'е'), known_from
        ) as full_name
    from pupils
    group by school_id, pupil_id

),

members as (

    select
        enrollments.school_id,
        enrollments.academic_year,
        enrollments.class_id,
        coalesce(nullif(trim(pupil_names.full_name), ''), enrollments.pupil_id) as person
    from enrollments
    left join pupil_names
        on enrollments.school_id = pupil_names.school_id and enrollments.pupil_id = pupil_names.pupil_id
    group by
        enrollments.school_id, enrollments.academic_year, enrollments.class_id,
        coalesce(nullif(trim(pupil_names.full_name), ''), enrollments.pupil_id)

),

class_sizes as (

    select
        school_id,
        academic_year,
        class_id,
        count(*) as n_members
    from members
    group by school_id, academic_year, class_id

),

last_named as (

    select
        school_id,
        system,
        export_kind,
        class_id,
        {{ academic_year_of('taken_at') }} as academic_year,
        max(taken_at) as named_at
    from statements
    group by school_id, system, export_kind, class_id, {{ academic_year_of('taken_at') }}

),

-- a name vanishes and another appears in one and the same source: two systems call a class as they like
-- a listed class is gone once no row of it stands; a printed one is last seen in its last report
class_lives as (

    select
        enrollments.school_id,
        enrollments.academic_year,
        enrollments.class_id,
        enrollments.system,
        enrollments.export_kind,
        min(enrollments.known_from) as appeared_at,
        case
            when max(case when enrollments.evidence = 'roster' and enrollments.is_current then 1 else 0 end) = 1
                then null
            when max(case when enrollments.evidence = 'roster' then 1 else 0 end) = 1
                then max(enrollments.known_to)
            else max(last_named.named_at) + interval 1 seconds
        end as gone_at
    from enrollments
    left join last_named
        on
            enrollments.school_id = last_named.school_id
            and enrollments.academic_year = last_named.academic_year
            and enrollments.class_id = last_named.class_id
            and enrollments.system = last_named.system
            and enrollments.export_kind = last_named.export_kind
    group by
        enrollments.school_id, enrollments.academic_year, enrollments.class_id, enrollments.system,
        enrollments.export_kind

),

class_pairs as (

    select
        gone.school_id,
        gone.academic_year,
        gone.class_id as gone_id,
        fresh.class_id as fresh_id,
        fresh.system,
        fresh.export_kind,
        fresh.appeared_at,
        gone.gone_at
    from class_lives as gone
    inner join class_lives as fresh
        on
            gone.school_id = fresh.school_id
            and gone.system = fresh.system
            and gone.export_kind = fresh.export_kind
            and gone.academic_year = fresh.academic_year
            and gone.class_id <> fresh.class_id
            and gone.gone_at <= fresh.appeared_at

),

classes_in_common as (

    select
        class_pairs.school_id,
        class_pairs.academic_year,
        class_pairs.gone_id,
        class_pairs.fresh_id,
        count(*) as n_common
    from class_pairs
    inner join members as gone
        on
            class_pairs.school_id = gone.school_id
            and class_pairs.academic_year = gone.academic_year
            and class_pairs.gone_id = gone.class_id
    inner join members as fresh
        on
            class_pairs.school_id = fresh.school_id
            and class_pairs.academic_year = fresh.academic_year
            and class_pairs.fresh_id = fresh.class_id
            and gone.person = fresh.person
    group by class_pairs.school_id, class_pairs.academic_year, class_pairs.gone_id, class_pairs.fresh_id

),

likely_classes as (

    select
        class_pairs.school_id,
        'class_maybe_renamed' as finding,
        'attention' as severity,
        class_pairs.academic_year,
        class_pairs.fresh_id as class_id,
        class_pairs.system,
        class_pairs.export_kind,
        'classes' as table_name,
        coalesce(fresh_names.class_name, class_pairs.fresh_id) as item,
        coalesce(gone_names.class_name, class_pairs.gone_id) as item_before,
        classes_in_common.n_common as n,
        class_sizes.n_members as n_of,
        class_pairs.appeared_at as since,
        cast(null as timestamp) as compared_with
    from class_pairs
    inner join classes_in_common
        on
            class_pairs.school_id = classes_in_common.school_id
            and class_pairs.academic_year = classes_in_common.academic_year
            and class_pairs.gone_id = classes_in_common.gone_id
            and class_pairs.fresh_id = classes_in_common.fresh_id
    inner join class_sizes
        on
            class_pairs.school_id = class_sizes.school_id
            and class_pairs.academic_year = class_sizes.academic_year
            and class_pairs.gone_id = class_sizes.class_id
    left join class_names as fresh_names
        on
            class_pairs.school_id = fresh_names.school_id
            and class_pairs.academic_year = fresh_names.academic_year
            and class_pairs.fresh_id = fresh_names.class_id
    left join class_names as gone_names
        on
            class_pairs.school_id = gone_names.school_id
            and class_pairs.academic_year = gone_names.academic_year
            and class_pairs.gone_id = gone_names.class_id
    where classes_in_common.n_common >= 3 and 5 * classes_in_common.n_common >= 4 * class_sizes.n_members

),

-- union without "all": a lesson bears many records
recorded as (

    select
        school_id,
        lesson_id
    from marks
    union
    select
        school_id,
        lesson_id
    from attendance
    union
    select
        school_id,
        lesson_id
    from topics

),

slots as (

    select
        school_id,
        system,
        export_kind,
        academic_year,
        class_id,
        subject_id,
        date,
        coalesce(lesson_number, -1) as place
    from lesson_versions
    group by
        school_id, system, export_kind, academic_year, class_id, subject_id, date, coalesce(lesson_number, -1)

),

subject_lives as (

    select
        lesson_versions.school_id,
        lesson_versions.system,
        lesson_versions.export_kind,
        lesson_versions.academic_year,
        lesson_versions.class_id,
        lesson_versions.subject_id,
        min(lesson_versions.known_from) as appeared_at,
        max(lesson_versions.known_from) as last_new_at,
        max(
            case
                when
                    lesson_versions.is_current
                    and (lesson_versions.evidence = 'stated' or recorded.lesson_id is not null)
                    then 1
                else 0
            end
        ) as stands
    from lesson_versions
    left join recorded
        on lesson_versions.school_id = recorded.school_id and lesson_versions.lesson_id = recorded.lesson_id
    group by
        lesson_versions.school_id, lesson_versions.system, lesson_versions.export_kind,
        lesson_versions.academic_year, lesson_versions.class_id, lesson_versions.subject_id

),

subject_slots as (

    select
        school_id,
        system,
        export_kind,
        academic_year,
        class_id,
        subject_id,
        count(*) as n_slots
    from slots
    group by school_id, system, export_kind, academic_year, class_id, subject_id

),

subjects_in_common as (

    select
        gone.school_id,
        gone.academic_year,
        gone.class_id,
        gone.subject_id as gone_id,
        fresh.subject_id as fresh_id,
        fresh.system,
        fresh.export_kind,
        fresh.appeared_at,
        count(*) as n_common
    from subject_lives as gone
    inner join subject_lives as fresh
        on
            gone.school_id = fresh.school_id
            and gone.system = fresh.system
            and gone.export_kind = fresh.export_kind
            and gone.academic_year = fresh.academic_year
            and gone.class_id = fresh.class_id
            and gone.last_new_at <= fresh.appeared_at
            and gone.appeared_at < fresh.appeared_at
    inner join slots as gone_slots
        on
            gone.school_id = gone_slots.school_id
            and gone.system = gone_slots.system
            and gone.export_kind = gone_slots.export_kind
            and gone.academic_year = gone_slots.academic_year
            and gone.class_id = gone_slots.class_id
            and gone.subject_id = gone_slots.subject_id
    inner join slots as fresh_slots
        on
            fresh.school_id = fresh_slots.school_id
            and fresh.system = fresh_slots.system
            and fresh.export_kind = fresh_slots.export_kind
            and fresh.academic_year = fresh_slots.academic_year
            and fresh.class_id = fresh_slots.class_id
            and fresh.subject_id = fresh_slots.subject_id
            and gone_slots.date = fresh_slots.date
            and gone_slots.place = fresh_slots.place
    where gone.stands = 0 and fresh.stands = 1
    group by
        gone.school_id, gone.academic_year, gone.class_id, gone.subject_id, fresh.subject_id, fresh.system,
        fresh.export_kind, fresh.appeared_at

),

likely_subjects as (

    select
        subjects_in_common.school_id,
        'subject_maybe_renamed' as finding,
        'attention' as severity,
        subjects_in_common.academic_year,
        subjects_in_common.class_id,
        subjects_in_common.system,
        subjects_in_common.export_kind,
        'subjects' as table_name,
        coalesce(fresh_names.subject_name, subjects_in_common.fresh_id) as item,
        coalesce(gone_names.subject_name, subjects_in_common.gone_id) as item_before,
        subjects_in_common.n_common as n,
        subject_slots.n_slots as n_of,
        subjects_in_common.appeared_at as since,
        cast(null as timestamp) as compared_with
    from subjects_in_common
    inner join subject_slots
        on
            subjects_in_common.school_id = subject_slots.school_id
            and subjects_in_common.system = subject_slots.system
            and subjects_in_common.export_kind = subject_slots.export_kind
            and subjects_in_common.academic_year = subject_slots.academic_year
            and subjects_in_common.class_id = subject_slots.class_id
            and subjects_in_common.gone_id = subject_slots.subject_id
    left join subject_names as fresh_names
        on
            subjects_in_common.school_id = fresh_names.school_id
            and subjects_in_common.fresh_id = fresh_names.subject_id
    left join subject_names as gone_names
        on
            subjects_in_common.school_id = gone_names.school_id
            and subjects_in_common.gone_id = gone_names.subject_id
    where subjects_in_common.n_common >= 3 and 5 * subjects_in_common.n_common >= 4 * subject_slots.n_slots

),

together as (

    select * from renamed_classes
    union all
    select * from renamed_subjects
    union all
    select * from likely_classes
    union all
    select * from likely_subjects

),

int_drift__renames as (

    select
        school_id,
        finding,
        severity,
        academic_year,
        class_id,
        system,
        export_kind,
        table_name,
        item,
        item_before,
        '' as pupil_id,
        n,
        n_of,
        cast(null as bigint) as n_before,
        since,
        compared_with
    from together

)

select * from int_drift__renames
