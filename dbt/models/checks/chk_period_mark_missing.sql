with pupil_subjects as (

    select * from {{ ref('idx_pupil_subjects') }}

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

observed as (

    select * from {{ ref('int_observed_periods') }}
    where pupil_id <> '' and subject_id = ''

),

observed_subjects as (

    select * from {{ ref('int_observed_periods') }}
    where pupil_id <> '' and subject_id <> ''

),

-- grouped: a pupil may have come back to his class
enrolled_at_end as (

    select
        pupil_subjects.school_id,
        pupil_subjects.academic_year,
        pupil_subjects.subject_key
    from pupil_subjects
    inner join enrollments
        on
            pupil_subjects.school_id = enrollments.school_id
            and pupil_subjects.academic_year = enrollments.academic_year
            and pupil_subjects.pupil_id = enrollments.pupil_id
            and pupil_subjects.ends_on between enrollments.starts_on and enrollments.ends_on
    group by pupil_subjects.school_id, pupil_subjects.academic_year, pupil_subjects.subject_key

),

class_shares as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        sum(case when period_mark is not null then 1.0 else 0.0 end) / count(*) as marked_share
    from pairs
    where n_records > 0 and is_graded
    group by school_id, academic_year, class_id, period_id

),

looked as (

    select
        pupil_subjects.*,
        coalesce(observed_subjects.period_marks_until, observed.period_marks_until) as observed_until
    from pupil_subjects
    left join observed
        on
            pupil_subjects.school_id = observed.school_id
            and pupil_subjects.academic_year = observed.academic_year
            and pupil_subjects.class_id = observed.class_id
            and pupil_subjects.pupil_id = observed.pupil_id
            and pupil_subjects.period_id = observed.period_id
    left join observed_subjects
        on
            pupil_subjects.school_id = observed_subjects.school_id
            and pupil_subjects.academic_year = observed_subjects.academic_year
            and pupil_subjects.class_id = observed_subjects.class_id
            and pupil_subjects.pupil_id = observed_subjects.pupil_id
            and pupil_subjects.subject_id = observed_subjects.subject_id
            and pupil_subjects.period_id = observed_subjects.period_id

),

judged as (

    select
        looked.*,
        case
            when not pairs.is_graded or pairs.n_records = 0 then 'not_applicable'
            when pairs.period_mark is not null then 'ok'
            when looked.as_of <= looked.period_end then 'pending'
            when enrolled_at_end.subject_key is null then 'not_applicable'
            when
                looked.observed_until is null or looked.observed_until <= looked.period_end
                then 'no_data'
            when pairs.period_evidence <> 'stated' and coalesce(class_shares.marked_share, 0) < 0.5 then 'undetermined'
            else 'missing'
        end as verdict
    from looked
    inner join pairs
        on
            looked.school_id = pairs.school_id
            and looked.academic_year = pairs.academic_year
            and looked.pupil_id = pairs.pupil_id
            and looked.subject_id = pairs.subject_id
            and looked.period_id = pairs.period_id
    left join enrolled_at_end
        on
            looked.school_id = enrolled_at_end.school_id
            and looked.academic_year = enrolled_at_end.academic_year
            and looked.subject_key = enrolled_at_end.subject_key
    left join class_shares
        on
            looked.school_id = class_shares.school_id
            and looked.academic_year = class_shares.academic_year
            and looked.class_id = class_shares.class_id
            and looked.period_id = class_shares.period_id

),

chk_period_mark_missing as (

    select
        school_id,
        'period_mark_missing' as rule,
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
        period_end as due_at,
        cast(null as timestamp) as entered_after,
        cast(null as timestamp) as entered_by,
        observed_until,
        {{ delay_low('verdict', 'period_end', 'period_end', 'observed_until') }} as delay_min_low,
        cast(null as bigint) as delay_min_high,
        verdict,
        '' as excuse,
        '' as detail
    from judged

)

select * from chk_period_mark_missing
