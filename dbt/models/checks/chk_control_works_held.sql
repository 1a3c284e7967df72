{%- set rule = 'control_works_held' -%}
with class_subjects as (

    select * from {{ ref('idx_class_subjects') }}

),

graded_subjects as (

    select * from {{ ref('int_graded_subjects') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

units as (

    select * from {{ ref('int_programme_units') }}

),

assignments as (

    select * from {{ ref('int_control_works__assignments') }}

),

planned_works as (

    select * from {{ ref('stg_journal__planned_works') }}
    where is_current

),

marks as (

    select * from {{ ref('int_marks') }}

),

looks as (

    select * from {{ ref('int_programme_looks') }}
    where field_group = 'assignments'

),

least_works as (

    select * from {{ ref('int_limits') }}
    where name = 'control_works_held.min_count'

),

least_lessons as (

    select * from {{ ref('int_limits') }}
    where name = 'control_works_held.lessons_limit'

),

-- a work is a lesson with works; one whose type is not said may be written
lesson_works as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        period_id,
        lesson_id,
        max(case when is_written then 1 else 0 end) as is_written,
        max(case when is_written is null then 1 else 0 end) as is_unknown
    from assignments
    group by school_id, academic_year, class_id, subgroup_id, subject_id, period_id, lesson_id
    union all
    select
        school_id,
        academic_year,
        lesson_class_id as class_id,
        subgroup_id,
        subject_id,
        period_id,
        lesson_id,
        max(case when is_written then 1 else 0 end) as is_written,
        max(case when not knows_work_type then 1 else 0 end) as is_unknown
    from marks
    where is_held
    group by school_id, academic_year, lesson_class_id, subgroup_id, subject_id, period_id, lesson_id

),

subject_works as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        period_id,
        count(distinct case when is_written = 1 then lesson_id end) as n_works,
        max(is_unknown) as has_unknown
    from lesson_works
    group by school_id, academic_year, class_id, subgroup_id, subject_id, period_id

),

-- subjects in which written works are held at all, as the school's own journal shows or its calendar plans
written_subjects as (

    select
        school_id,
        academic_year,
        subject_id
    from lesson_works
    where is_written = 1
    group by school_id, academic_year, subject_id
    union
    select
        school_id,
        academic_year,
        subject_id
    from planned_works

),

written_classes as (

    select
        school_id,
        academic_year,
        class_id,
        period_id
    from assignments
    where is_written
    group by school_id, academic_year, class_id, period_id

),

-- works of the whole class are works of each subgroup; where the class is asked about, works of any subgroup are
counted as (

    select
        class_subjects.school_id,
        class_subjects.academic_year,
        class_subjects.subject_key,
        sum(subject_works.n_works) as n_works,
        max(subject_works.has_unknown) as has_unknown
    from class_subjects
    inner join subject_works
        on
            class_subjects.school_id = subject_works.school_id
            and class_subjects.academic_year = subject_works.academic_year
            and class_subjects.class_id = subject_works.class_id
            and class_subjects.subject_id = subject_works.subject_id
            and class_subjects.period_id = subject_works.period_id
            and (subject_works.subgroup_id in ('', class_subjects.subgroup_id) or class_subjects.subgroup_id = '')
    group by class_subjects.school_id, class_subjects.academic_year, class_subjects.subject_key

),

lesson_counts as (

    select * from {{ ref('int_class_subject_periods') }}

),

measured as (

    select
        class_subjects.*,
        {{ end_of_day('class_subjects.ends_on') }} as period_end,
        looks.observed_until,
        coalesce(looks.is_whole, false) as is_whole,
        coalesce(graded_subjects.is_graded, false) as is_graded,
        coalesce(units.is_watched, true) as is_watched,
        classes.grade,
        lesson_counts.n_lessons,
        coalesce(counted.n_works, 0) as n_works,
        (coalesce(counted.has_unknown, 0) = 1) as has_unknown,
        (written_subjects.subject_id is not null) as is_written_subject,
        (written_classes.class_id is not null) as tells_works,
        least_works.value as least_works,
        least_lessons.value as least_lessons
    from class_subjects
    inner join lesson_counts
        on
            class_subjects.school_id = lesson_counts.school_id
            and class_subjects.academic_year = lesson_counts.academic_year
            and class_subjects.class_id = lesson_counts.class_id
            and class_subjects.subgroup_id = lesson_counts.subgroup_id
            and class_subjects.subject_id = lesson_counts.subject_id
            and class_subjects.period_id = lesson_counts.period_id
    inner join least_works on {{ limit_applies('least_works', 'class_subjects', period_judged_on('class_subjects')) }}
    inner join least_lessons
        on {{ limit_applies('least_lessons', 'class_subjects', period_judged_on('class_subjects')) }}
    left join units
        on
            class_subjects.school_id = units.school_id
            and class_subjects.academic_year = units.academic_year
            and class_subjects.class_id = units.class_id
            and class_subjects.subgroup_id = units.subgroup_id
            and class_subjects.subject_id = units.subject_id
    left join looks
        on
            class_subjects.school_id = looks.school_id
            and class_subjects.academic_year = looks.academic_year
            and class_subjects.class_id = looks.class_id
            and class_subjects.subject_id = looks.subject_id
            and class_subjects.period_id = looks.period_id
    left join graded_subjects
        on
            class_subjects.school_id = graded_subjects.school_id
            and class_subjects.academic_year = graded_subjects.academic_year
            and class_subjects.class_id = graded_subjects.class_id
            and class_subjects.subject_id = graded_subjects.subject_id
            and class_subjects.period_id = graded_subjects.period_id
    left join classes
        on
            class_subjects.school_id = classes.school_id
            and class_subjects.academic_year = classes.academic_year
            and class_subjects.class_id = classes.class_id
    left join counted
        on
            class_subjects.school_id = counted.school_id
            and class_subjects.academic_year = counted.academic_year
            and class_subjects.subject_key = counted.subject_key
    left join written_subjects
        on
            class_subjects.school_id = written_subjects.school_id
            and class_subjects.academic_year = written_subjects.academic_year
            and class_subjects.subject_id = written_subjects.subject_id
    left join written_classes
        on
            class_subjects.school_id = written_classes.school_id
            and class_subjects.academic_year = written_classes.academic_year
            and class_subjects.class_id = written_classes.class_id
            and class_subjects.period_id = written_classes.period_id

),

judged as (

    select
        *,
        case
            when not is_watched or not is_graded or grade = 1 then 'not_applicable'
            when n_works >= least_works then 'ok'
            when as_of <= period_end then 'pending'
            when not is_whole or observed_until <= period_end or not tells_works then 'no_data'
            when not is_written_subject then 'no_data'
            when has_unknown then 'undetermined'
            when n_lessons < least_lessons then 'undetermined'
            else 'violated'
        end as verdict
    from measured

),

chk_control_works_held as (

    select
        school_id,
        '{{ rule }}' as rule,
        subject_kind,
        subject_key,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        lesson_id,
        pupil_id,
        teacher_id,
        period_id,
        starts_on as date_from,
        ends_on as date,
        {{ without_term('observed_until') }},
        verdict,
        '' as excuse,
        case
            when verdict = 'no_data' and (not is_whole or observed_until <= period_end)
                then 'работы класса за весь период в выгрузках не видны'
            when verdict = 'no_data' and not tells_works
                then 'письменные работы класса за период в выгрузках не названы'
            when verdict = 'no_data' then 'по предмету в выгрузках нет ни одной письменной работы'
            when verdict = 'undetermined' and has_unknown then 'есть работы или отметки без вида работы'
            when verdict = 'undetermined' then 'за период мало уроков'
            when verdict = 'violated'
                then
                    'за период ' || cast(n_lessons as varchar) || ' '
                    || {{ plural_ru('n_lessons', "'урок'", "'урока'", "'уроков'") }}
                    || ', письменных работ ' || case when n_works = 0 then 'нет' else cast(n_works as varchar) end
            else ''
        end as detail
    from judged

)

select * from chk_control_works_held
