with lists as (

    select * from {{ ref('int_period_pupils') }}

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

norms as (

    select * from {{ ref('int_mark_norms') }}

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

grading as (

    select * from {{ ref('stg_journal__grading') }}
    where is_current

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}
    where is_current and kind = 'year' and trim(value) <> ''

),

attendance as (

    select * from {{ ref('int_attendance') }}
    where is_absent and is_expected

),

observed as (

    select * from {{ ref('int_observed_periods') }}
    where pupil_id <> '' and subject_id = ''

),

observed_subjects as (

    select * from {{ ref('int_observed_periods') }}
    where pupil_id <> '' and subject_id <> ''

),

stated_subjects as (

    select
        school_id,
        subject_id
    from grading
    group by school_id, subject_id

),

-- a subject that no lesson tells of is taught with marks where its final marks are numbers
marked_by_finals as (

    select
        subjects.school_id,
        subjects.subject_id
    from subjects
    left join stated_subjects
        on subjects.school_id = stated_subjects.school_id and subjects.subject_id = stated_subjects.subject_id
    where stated_subjects.subject_id is null and subjects.graded in ('marks', 'unknown')

),

valued as (

    select
        pairs.school_id,
        pairs.academic_year,
        pairs.class_id,
        pairs.pupil_id,
        pairs.subject_id,
        pairs.period_id,
        pairs.teacher_id,
        pairs.is_graded,
        pairs.is_expected,
        pairs.n_expected,
        pairs.n_records,
        trim(pairs.period_mark) as final_mark,
        {{ result_of('pairs.period_mark') }} as result,
        (marked_by_finals.subject_id is not null) as may_be_graded
    from pairs
    left join marked_by_finals
        on pairs.school_id = marked_by_finals.school_id and pairs.subject_id = marked_by_finals.subject_id

),

subject_finals as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        period_id,
        max(case when result in ('1', '2', '3', '4', '5') then 1 else 0 end) as has_numbers
    from valued
    where result is not null
    group by school_id, academic_year, class_id, subject_id, period_id

),

of_periods as (

    select
        lists.school_id,
        lists.academic_year,
        lists.class_id,
        lists.grade,
        lists.level,
        lists.pupil_id,
        valued.subject_id,
        lists.period_key,
        lists.period_id,
        lists.period_kind,
        lists.period_ordinal,
        lists.period_name,
        lists.starts_on,
        lists.ends_on,
        lists.judged_on,
        lists.is_over,
        valued.teacher_id,
        coalesce(norms.subgroup_id, '') as subgroup_id,
        valued.final_mark,
        case
            when valued.result is not null then valued.result
            when valued.is_expected and valued.n_expected = 0 then 'released'
            else 'missing'
        end as result
    from lists
    inner join valued
        on
            lists.school_id = valued.school_id
            and lists.academic_year = valued.academic_year
            and lists.pupil_id = valued.pupil_id
            and lists.period_id = valued.period_id
    left join subject_finals
        on
            valued.school_id = subject_finals.school_id
            and valued.academic_year = subject_finals.academic_year
            and valued.class_id = subject_finals.class_id
            and valued.subject_id = subject_finals.subject_id
            and valued.period_id = subject_finals.period_id
    left join norms
        on
            valued.school_id = norms.school_id
            and valued.academic_year = norms.academic_year
            and valued.pupil_id = norms.pupil_id
            and valued.subject_id = norms.subject_id
            and valued.period_id = norms.period_id
    where
        lists.period_key <> 'year'
        and (
            valued.is_graded
            or (valued.may_be_graded and coalesce(lists.grade, 5) >= 2 and coalesce(subject_finals.has_numbers, 0) = 1)
        )
        and (
            valued.result is not null
            or (
                valued.class_id = lists.class_id
                and (valued.n_records > 0 or (valued.is_expected and subject_finals.subject_id is not null))
            )
        )

),

year_marks as (

    select
        period_marks.school_id,
        period_marks.academic_year,
        period_marks.pupil_id,
        period_marks.subject_id,
        max(trim(period_marks.value)) as final_mark,
        max(period_marks.teacher_id) as teacher_id,
        max(case when marked_by_finals.subject_id is not null then 1 else 0 end) as may_be_graded
    from period_marks
    left join marked_by_finals
        on
            period_marks.school_id = marked_by_finals.school_id
            and period_marks.subject_id = marked_by_finals.subject_id
    group by
        period_marks.school_id, period_marks.academic_year, period_marks.pupil_id, period_marks.subject_id

),

-- the subjects in which a pupil of the class had results in the year, with the teacher of the last of them
year_subjects as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        max_by(teacher_id, period_ordinal) as teacher_id,
        max_by(subgroup_id, period_ordinal) as subgroup_id,
        min(case when result = 'released' then 1 else 0 end) as is_released
    from of_periods
    group by school_id, academic_year, class_id, pupil_id, subject_id

),

-- union without "all": known by results of periods, by a year mark or by both
year_pairs as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id
    from year_subjects
    union
    select
        school_id,
        academic_year,
        pupil_id,
        subject_id
    from year_marks

),

of_years as (

    select
        lists.school_id,
        lists.academic_year,
        lists.class_id,
        lists.grade,
        lists.level,
        lists.pupil_id,
        year_pairs.subject_id,
        lists.period_key,
        lists.period_id,
        lists.period_kind,
        lists.period_ordinal,
        lists.period_name,
        lists.starts_on,
        lists.ends_on,
        lists.judged_on,
        lists.is_over,
        coalesce(nullif(year_marks.teacher_id, ''), year_subjects.teacher_id, '') as teacher_id,
        coalesce(year_subjects.subgroup_id, '') as subgroup_id,
        year_marks.final_mark,
        coalesce(
            {{ result_of('year_marks.final_mark') }},
            case when year_subjects.is_released = 1 then 'released' else 'missing' end
        ) as result
    from lists
    inner join year_pairs
        on
            lists.school_id = year_pairs.school_id
            and lists.academic_year = year_pairs.academic_year
            and lists.pupil_id = year_pairs.pupil_id
    left join year_subjects
        on
            lists.school_id = year_subjects.school_id
            and lists.academic_year = year_subjects.academic_year
            and lists.class_id = year_subjects.class_id
            and lists.pupil_id = year_subjects.pupil_id
            and year_pairs.subject_id = year_subjects.subject_id
    left join year_marks
        on
            lists.school_id = year_marks.school_id
            and lists.academic_year = year_marks.academic_year
            and lists.pupil_id = year_marks.pupil_id
            and year_pairs.subject_id = year_marks.subject_id
    where
        lists.period_key = 'year'
        and (
            year_subjects.subject_id is not null
            or (
                year_marks.may_be_graded = 1 and coalesce(lists.grade, 5) >= 2
                and {{ result_of('year_marks.final_mark') }} in ('1', '2', '3', '4', '5', 'not_assessed', 'released')
            )
        )

),

results as (

    select * from of_periods
    union all
    select * from of_years

),

-- lessons missed by those who are not assessed, by reason
not_assessed as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_key,
        starts_on,
        ends_on
    from results
    where result = 'not_assessed'

),

missed as (

    select
        not_assessed.school_id,
        not_assessed.academic_year,
        not_assessed.pupil_id,
        not_assessed.subject_id,
        not_assessed.period_key,
        count(*) as n_missed,
        cast(sum(case when attendance.state = 'ill' then 1 else 0 end) as bigint) as n_ill,
        cast(sum(case when attendance.state = 'excused' then 1 else 0 end) as bigint) as n_excused,
        cast(sum(case when attendance.state = 'unexcused' then 1 else 0 end) as bigint) as n_unexcused
    from not_assessed
    inner join attendance
        on
            not_assessed.school_id = attendance.school_id
            and not_assessed.academic_year = attendance.academic_year
            and not_assessed.pupil_id = attendance.pupil_id
            and not_assessed.subject_id = attendance.subject_id
            and attendance.date between not_assessed.starts_on and not_assessed.ends_on
    group by
        not_assessed.school_id,
        not_assessed.academic_year,
        not_assessed.pupil_id,
        not_assessed.subject_id,
        not_assessed.period_key

),

-- a reason is the one of more than half of the missed lessons
int_pupil_results as (

    select
        results.school_id,
        results.academic_year,
        results.class_id,
        results.grade,
        results.level,
        results.pupil_id,
        results.subject_id,
        results.period_key,
        results.period_id,
        results.period_kind,
        results.period_ordinal,
        results.period_name,
        results.starts_on,
        results.ends_on,
        results.judged_on,
        results.is_over,
        results.teacher_id,
        results.subgroup_id,
        results.final_mark,
        results.result,
        case
            when results.result <> 'not_assessed' then ''
            when 2 * missed.n_ill > missed.n_missed then 'ill'
            when 2 * missed.n_excused > missed.n_missed then 'excused'
            when 2 * missed.n_unexcused > missed.n_missed then 'unexcused'
            else 'unknown'
        end as not_assessed_reason,
        -- only an export after the end can show that a mark was not given
        (
            results.result = 'missing' and results.is_over
            and coalesce(
                coalesce(observed_subjects.period_marks_until, observed.period_marks_until)
                <= {{ end_of_day('results.ends_on') }},
                true
            )
        ) as is_unseen,
        try_cast(case when results.result in ('1', '2', '3', '4', '5') then results.result end as bigint)
            as result_number
    from results
    left join missed
        on
            results.school_id = missed.school_id
            and results.academic_year = missed.academic_year
            and results.pupil_id = missed.pupil_id
            and results.subject_id = missed.subject_id
            and results.period_key = missed.period_key
    left join observed
        on
            results.school_id = observed.school_id
            and results.academic_year = observed.academic_year
            and results.class_id = observed.class_id
            and results.pupil_id = observed.pupil_id
            and results.period_id = observed.period_id
            and results.result = 'missing'
    left join observed_subjects
        on
            results.school_id = observed_subjects.school_id
            and results.academic_year = observed_subjects.academic_year
            and results.class_id = observed_subjects.class_id
            and results.pupil_id = observed_subjects.pupil_id
            and results.subject_id = observed_subjects.subject_id
            and results.period_id = observed_subjects.period_id
            and results.result = 'missing'

)

select * from int_pupil_results
