with class_subjects as (

    select * from {{ ref('idx_class_subjects') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

marks as (

    select * from {{ ref('int_marks') }}

),

observed as (

    select * from {{ ref('int_observed_periods') }}
    where pupil_id = '' and subject_id = ''

),

observed_subjects as (

    select * from {{ ref('int_observed_periods') }}
    where pupil_id = '' and subject_id <> ''

),

graded_subjects as (

    select * from {{ ref('int_graded_subjects') }}

),

attendance as (

    select * from {{ ref('int_attendance') }}
    where is_expected

),

excuses as (

    select * from {{ ref('int_excuses') }}

),

lesson_limits as (

    select * from {{ ref('int_limits') }}
    where name = 'marks_gap.lessons_limit'

),

day_limits as (

    select * from {{ ref('int_limits') }}
    where name = 'marks_gap.days_limit'

),

-- where all pupils of a lesson were away there was nobody to mark
empty_lessons as (

    select
        school_id,
        lesson_id
    from attendance
    group by school_id, lesson_id
    having min(case when is_absent or state = 'released' then 1 else 0 end) = 1

),

-- a look at one subject does not tell which of its subgroups was looked at
watched as (

    select
        class_subjects.*,
        coalesce(observed_subjects.marks_until, observed.marks_until) as observed_until,
        coalesce(observed_subjects.marks_from, observed.marks_from) as marks_from,
        coalesce(observed_subjects.marks_through, observed.marks_through) as marks_through,
        coalesce(graded_subjects.is_graded, false) as is_graded
    from class_subjects
    left join observed
        on
            class_subjects.school_id = observed.school_id
            and class_subjects.academic_year = observed.academic_year
            and class_subjects.class_id = observed.class_id
            and class_subjects.period_id = observed.period_id
    left join observed_subjects
        on
            class_subjects.school_id = observed_subjects.school_id
            and class_subjects.academic_year = observed_subjects.academic_year
            and class_subjects.class_id = observed_subjects.class_id
            and class_subjects.subject_id = observed_subjects.subject_id
            and class_subjects.period_id = observed_subjects.period_id
            and class_subjects.subgroup_id = ''
    left join graded_subjects
        on
            class_subjects.school_id = graded_subjects.school_id
            and class_subjects.academic_year = graded_subjects.academic_year
            and class_subjects.class_id = graded_subjects.class_id
            and class_subjects.subject_id = graded_subjects.subject_id
            and class_subjects.period_id = graded_subjects.period_id

),

-- lessons on which the teacher was away, the journal did not work, or nothing is counted
excused_lessons as (

    select
        watched.school_id,
        watched.academic_year,
        watched.subject_key,
        lessons.lesson_id,
        min_by(excuses.excuse, excuses.precedence) as excuse
    from watched
    inner join lessons
        on
            watched.school_id = lessons.school_id
            and watched.academic_year = lessons.academic_year
            and watched.class_id = lessons.class_id
            and watched.subgroup_id = lessons.subgroup_id
            and watched.subject_id = lessons.subject_id
            and watched.period_id = lessons.period_id
    inner join excuses
        on
            watched.school_id = excuses.school_id
            and excuses.class_id in ('', watched.class_id)
            and excuses.subject_id in ('', watched.subject_id)
            and excuses.teacher_id in ('', watched.teacher_id)
    where
        excuses.starts_at <= {{ end_of_day('lessons.date') }}
        and excuses.ends_at >= cast(lessons.date as timestamp)
        and (
            excuses.lesson_numbers = ''
            or {{ is_listed('cast(coalesce(lessons.lesson_number, 0) as varchar)', 'excuses.lesson_numbers') }}
        )
    group by watched.school_id, watched.academic_year, watched.subject_key, lessons.lesson_id

),

-- seen lessons: runs of lessons without a mark; a mark starts a new run
watched_lessons as (

    select
        watched.school_id,
        watched.academic_year,
        watched.subject_key,
        lessons.date,
        lessons.n_marks,
        excused_lessons.excuse,
        sum(case when lessons.n_marks > 0 then 1 else 0 end) over (
            partition by watched.school_id, watched.academic_year, watched.subject_key
            order by lessons.date asc nulls last, lessons.lesson_number asc nulls last, lessons.lesson_id asc nulls last
            rows between unbounded preceding and current row
        ) as run_number
    from watched
    inner join lessons
        on
            watched.school_id = lessons.school_id
            and watched.academic_year = lessons.academic_year
            and watched.class_id = lessons.class_id
            and watched.subgroup_id = lessons.subgroup_id
            and watched.subject_id = lessons.subject_id
            and watched.period_id = lessons.period_id
    left join empty_lessons
        on lessons.school_id = empty_lessons.school_id and lessons.lesson_id = empty_lessons.lesson_id
    left join excused_lessons
        on
            watched.school_id = excused_lessons.school_id
            and watched.academic_year = excused_lessons.academic_year
            and watched.subject_key = excused_lessons.subject_key
            and lessons.lesson_id = excused_lessons.lesson_id
    where
        watched.is_seen
        and (empty_lessons.lesson_id is null or lessons.n_marks > 0)
        and lessons.is_seen
        and lessons.date between watched.marks_from and watched.marks_through
        and lessons.over_at <= watched.observed_until

),

lesson_runs as (

    select
        school_id,
        academic_year,
        subject_key,
        run_number,
        cast(sum(case when n_marks = 0 then 1 else 0 end) as bigint) as length,
        cast(sum(case when n_marks = 0 and excuse is not null then 1 else 0 end) as bigint) as n_excused,
        min(case when n_marks = 0 then excuse end) as excuse,
        min(case when n_marks = 0 then date end) as first_date,
        max(case when n_marks = 0 then date end) as last_date
    from watched_lessons
    group by school_id, academic_year, subject_key, run_number

),

-- lessons not seen: days between the dates of marks, the period's start and the last day looked at
mark_dates as (

    select
        watched.school_id,
        watched.academic_year,
        watched.subject_key,
        marks.date
    from watched
    inner join marks
        on
            watched.school_id = marks.school_id
            and watched.academic_year = marks.academic_year
            and watched.class_id = marks.lesson_class_id
            and watched.subgroup_id = marks.subgroup_id
            and watched.subject_id = marks.subject_id
    where not watched.is_seen and marks.date between watched.marks_from and watched.ends_on
    group by watched.school_id, watched.academic_year, watched.subject_key, marks.date
    union all
    select
        school_id,
        academic_year,
        subject_key,
        marks_from as date
    from watched
    where not is_seen and marks_from is not null
    union all
    select
        school_id,
        academic_year,
        subject_key,
        least(ends_on, marks_through) as date
    from watched
    where not is_seen and marks_through >= marks_from

),

date_gaps as (

    select
        school_id,
        academic_year,
        subject_key,
        lag(date) over (
            partition by school_id, academic_year, subject_key order by date asc nulls last
        ) as first_date,
        date as last_date
    from mark_dates

),

-- of a gap whose lessons are not seen the days count
excused_days as (

    select
        date_gaps.school_id,
        date_gaps.academic_year,
        date_gaps.subject_key,
        date_gaps.first_date,
        cast(
            sum(
                {{ days_between(
                    'greatest(cast(excuses.starts_at as date), date_gaps.first_date)',
                    'least(cast(excuses.ends_at as date), date_gaps.last_date)'
                ) }} + 1
            ) as bigint
        ) as n_excused,
        min_by(excuses.excuse, excuses.precedence) as excuse
    from date_gaps
    inner join watched
        on
            date_gaps.school_id = watched.school_id
            and date_gaps.academic_year = watched.academic_year
            and date_gaps.subject_key = watched.subject_key
    inner join excuses
        on
            watched.school_id = excuses.school_id
            and excuses.class_id in ('', watched.class_id)
            and excuses.subject_id in ('', watched.subject_id)
            and excuses.teacher_id in ('', watched.teacher_id)
            and excuses.lesson_numbers = ''
    where
        excuses.starts_at <= {{ end_of_day('date_gaps.last_date') }}
        and excuses.ends_at >= cast(date_gaps.first_date as timestamp)
    group by date_gaps.school_id, date_gaps.academic_year, date_gaps.subject_key, date_gaps.first_date

),

-- a gap stands where it is long without the excused lessons or days too
gaps as (

    select
        lesson_runs.school_id,
        lesson_runs.academic_year,
        lesson_runs.subject_key,
        lesson_runs.length,
        lesson_runs.first_date,
        lesson_runs.last_date,
        (lesson_runs.length >= lesson_limits.value) as is_beyond,
        (lesson_runs.length - lesson_runs.n_excused >= lesson_limits.value) as stands,
        lesson_runs.excuse
    from lesson_runs
    inner join lesson_limits on {{ limit_applies('lesson_limits', 'lesson_runs', 'lesson_runs.last_date') }}
    union all
    select
        date_gaps.school_id,
        date_gaps.academic_year,
        date_gaps.subject_key,
        {{ days_between('date_gaps.first_date', 'date_gaps.last_date') }} as length,
        date_gaps.first_date,
        date_gaps.last_date,
        ({{ days_between('date_gaps.first_date', 'date_gaps.last_date') }} > day_limits.value) as is_beyond,
        (
            {{ days_between('date_gaps.first_date', 'date_gaps.last_date') }} - coalesce(excused_days.n_excused, 0)
            > day_limits.value
        ) as stands,
        excused_days.excuse
    from date_gaps
    left join excused_days
        on
            date_gaps.school_id = excused_days.school_id
            and date_gaps.academic_year = excused_days.academic_year
            and date_gaps.subject_key = excused_days.subject_key
            and date_gaps.first_date = excused_days.first_date
    inner join day_limits on {{ limit_applies('day_limits', 'date_gaps', 'date_gaps.last_date') }}
    where date_gaps.first_date is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, subject_key
            order by
                stands desc nulls last,
                is_beyond desc nulls last,
                length desc nulls last,
                first_date asc nulls last
        ) as place
    from gaps

),

judged as (

    select
        watched.*,
        ranked.length,
        ranked.first_date,
        ranked.last_date,
        case when ranked.is_beyond and not ranked.stands then ranked.excuse else '' end as own_excuse,
        case
            when not watched.is_graded then 'not_applicable'
            when watched.observed_until is null then 'no_data'
            when ranked.is_beyond then 'violated'
            else 'ok'
        end as verdict
    from watched
    left join ranked
        on
            watched.school_id = ranked.school_id
            and watched.academic_year = ranked.academic_year
            and watched.subject_key = ranked.subject_key
            and ranked.place = 1

),

chk_marks_gap as (

    select
        school_id,
        'marks_gap' as rule,
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
        case when verdict = 'violated' then first_date end as date_from,
        case when verdict = 'violated' then last_date end as date,
        {{ without_term('observed_until') }},
        verdict,
        case when verdict = 'violated' then own_excuse else '' end as excuse,
        case
            when verdict <> 'violated' then ''
            when is_seen
                then
                    cast(length as varchar) || ' ' || {{ plural_ru('length', "'урок'", "'урока'", "'уроков'") }}
                    || ' подряд без отметок, ' || {{ date_range('first_date', 'last_date') }}
            else
                cast(length as varchar) || ' ' || {{ plural_ru('length', "'день'", "'дня'", "'дней'") }}
                || ' без отметок, ' || {{ date_range('first_date', 'last_date') }}
        end as detail
    from judged

)

select * from chk_marks_gap
