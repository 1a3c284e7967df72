with looks as (

    select * from {{ ref('int_period_looks') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

pupil_classes as (

    select * from {{ ref('int_enrollments') }}

),

-- one row a pupil and class of the year, however many times he came and went
pupils as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id
    from pupil_classes
    group by school_id, academic_year, class_id, pupil_id

),

-- union without "all": '' = all subjects, and each subject that an export told of alone
subjects as (

    select
        school_id,
        academic_year,
        class_id,
        '' as subject_id
    from periods
    union
    select
        school_id,
        academic_year,
        class_id,
        subject_id
    from looks

),

mark_looks as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        taken_at,
        greatest(coalesce(date_from, starts_on), starts_on) as looked_from,
        least(cast(taken_at as date), coalesce(date_to, cast(taken_at as date))) as looked_through
    from looks
    where
        field_group = 'marks'
        and coalesce(date_from, starts_on) <= ends_on
        and coalesce(date_to, ends_on) >= starts_on

),

-- looks that are no more than a weekend apart make one stretch of days that are known
following as (

    select
        *,
        case
            when
                looked_from > 3 + max(looked_through) over (
                    partition by school_id, academic_year, class_id, pupil_id, subject_id, period_id
                    order by looked_from asc nulls last, looked_through asc nulls last, taken_at asc nulls last
                    rows between unbounded preceding and 1 preceding
                )
                then 1
            else 0
        end as is_apart
    from mark_looks
    where looked_through >= looked_from

),

numbered as (

    select
        *,
        sum(is_apart) over (
            partition by school_id, academic_year, class_id, pupil_id, subject_id, period_id
            order by looked_from asc nulls last, looked_through asc nulls last, taken_at asc nulls last
            rows between unbounded preceding and current row
        ) as stretch
    from following

),

stretches as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        stretch,
        min(looked_from) as marks_from,
        max(looked_through) as marks_through,
        max(taken_at) as marks_until
    from numbered
    group by school_id, academic_year, class_id, pupil_id, subject_id, period_id, stretch

),

-- A print tells the mark of the period it was printed for: its range has about the period's bounds.
-- A statement over a whole school or class tells the marks of every period that it reaches.
told_period_marks as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        max(taken_at) as period_marks_until
    from looks
    where
        field_group = 'period_marks'
        and coalesce(date_from, starts_on) <= starts_on + 14
        and coalesce(date_to, ends_on) >= ends_on - 7
        and (not is_print or coalesce(date_to, ends_on) <= ends_on + 21)
        and (not is_print or coalesce(date_from, starts_on) >= starts_on - 21)
    group by school_id, academic_year, class_id, pupil_id, subject_id, period_id

),

told as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        marks_from,
        marks_through,
        marks_until,
        cast(null as timestamp) as period_marks_until
    from stretches
    union all
    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        cast(null as date) as marks_from,
        cast(null as date) as marks_through,
        cast(null as timestamp) as marks_until,
        period_marks_until
    from told_period_marks

),

-- who looked at all subjects looked at each
told_of_subjects as (

    select
        told.school_id,
        told.academic_year,
        told.class_id,
        told.pupil_id,
        subjects.subject_id,
        told.period_id,
        told.marks_from,
        told.marks_through,
        told.marks_until,
        told.period_marks_until
    from told
    inner join subjects
        on
            told.school_id = subjects.school_id
            and told.academic_year = subjects.academic_year
            and told.class_id = subjects.class_id
    where told.subject_id in ('', subjects.subject_id)

),

by_class as (

    select * from told_of_subjects
    where pupil_id = ''

),

by_pupil as (

    select * from told_of_subjects
    where pupil_id <> ''

),

pupil_ranked as (

    {{ by_nearness('by_pupil') }}

),

newest_of_pupils as (

    select * from pupil_ranked
    where place = 1

),

class_sizes as (

    select
        school_id,
        academic_year,
        class_id,
        count(*) as n_pupils
    from pupils
    group by school_id, academic_year, class_id

),

newest as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        period_id,
        max(marks_until) as marks_until
    from newest_of_pupils
    group by school_id, academic_year, class_id, subject_id, period_id

),

-- A class is seen up to the moment up to which all of its pupils are; who has not been printed for two
-- weeks has left, and a print of less than half of a class says nothing about the class.
together as (

    select
        newest_of_pupils.school_id,
        newest_of_pupils.academic_year,
        newest_of_pupils.class_id,
        '' as pupil_id,
        newest_of_pupils.subject_id,
        newest_of_pupils.period_id,
        max(newest_of_pupils.marks_from) as marks_from,
        min(newest_of_pupils.marks_through) as marks_through,
        min(newest_of_pupils.marks_until) as marks_until,
        min(newest_of_pupils.period_marks_until) as period_marks_until
    from newest_of_pupils
    inner join newest
        on
            newest_of_pupils.school_id = newest.school_id
            and newest_of_pupils.academic_year = newest.academic_year
            and newest_of_pupils.class_id = newest.class_id
            and newest_of_pupils.subject_id = newest.subject_id
            and newest_of_pupils.period_id = newest.period_id
    inner join class_sizes
        on
            newest_of_pupils.school_id = class_sizes.school_id
            and newest_of_pupils.academic_year = class_sizes.academic_year
            and newest_of_pupils.class_id = class_sizes.class_id
    where newest_of_pupils.marks_until >= newest.marks_until - interval 14 days
    group by
        newest_of_pupils.school_id,
        newest_of_pupils.academic_year,
        newest_of_pupils.class_id,
        newest_of_pupils.subject_id,
        newest_of_pupils.period_id
    having 2 * count(*) >= max(class_sizes.n_pupils)

),

gathered as (

    select * from by_class
    union all
    select * from together
    union all
    select * from by_pupil
    union all
    select
        by_class.school_id,
        by_class.academic_year,
        by_class.class_id,
        pupils.pupil_id,
        by_class.subject_id,
        by_class.period_id,
        by_class.marks_from,
        by_class.marks_through,
        by_class.marks_until,
        by_class.period_marks_until
    from by_class
    inner join pupils
        on
            by_class.school_id = pupils.school_id
            and by_class.academic_year = pupils.academic_year
            and by_class.class_id = pupils.class_id

),

ranked as (

    {{ by_nearness('gathered') }}

),

int_observed_periods as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        marks_from,
        marks_through,
        marks_until,
        period_marks_until
    from ranked
    where place = 1

)

select * from int_observed_periods
