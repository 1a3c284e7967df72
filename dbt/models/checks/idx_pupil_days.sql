with attendance as (

    select * from {{ ref('int_attendance') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

-- one row a pupil and lesson: several codes of one cell are several lessons of that subject
lessons as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        lesson_id,
        date,
        period_id,
        max(lesson_number) as lesson_number,
        max(over_at) as over_at,
        min(observed_until) as observed_until,
        min(case when is_seen then 1 else 0 end) as is_seen,
        max(case when is_expected and state <> 'released' then 1 else 0 end) as is_expected,
        cast(sum(case when is_absent then 1 else 0 end) as bigint) as n_absences,
        max(case when code is not null or n_marks > 0 then 1 else 0 end) as has_record,
        max(
            case when n_marks > 0 or (evidence = 'stated' and state in ('present', 'late')) then 1 else 0 end
        ) as shows_presence
    from attendance
    group by school_id, academic_year, class_id, pupil_id, lesson_id, date, period_id

),

days as (

    select
        school_id,
        academic_year,
        pupil_id,
        date,
        max(class_id) as class_id,
        max(period_id) as period_id,
        cast(sum(is_expected) as bigint) as n_expected,
        min(is_seen) as is_seen,
        cast(sum(n_absences) as bigint) as n_absences,
        cast(sum(case when n_absences > 0 then 1 else 0 end) as bigint) as n_absent_lessons,
        cast(sum(case when n_absences > 0 and is_expected = 1 then 1 else 0 end) as bigint) as n_absent_expected,
        cast(sum(case when n_absences = 0 and has_record = 1 then 1 else 0 end) as bigint) as n_other_records,
        cast(sum(case when n_absences = 0 and shows_presence = 1 then 1 else 0 end) as bigint) as n_presence_signs,
        max(case when n_absences = 0 and shows_presence = 1 then lesson_id end) as presence_lesson_id,
        max(case when n_absences = 0 and is_expected = 1 then lesson_id end) as other_lesson_id,
        max(case when n_absences > 0 then lesson_id end) as absence_lesson_id,
        max(case when n_absences > 0 then lesson_number end) as absence_number,
        min(case when n_absences = 0 and shows_presence = 1 then lesson_number end) as first_presence_number,
        max(case when n_absences = 0 and shows_presence = 1 then lesson_number end) as last_presence_number,
        max(over_at) as over_at,
        min(observed_until) as observed_until
    from lessons
    group by school_id, academic_year, pupil_id, date

),

idx_pupil_days as (

    select
        days.school_id,
        'pupil_day' as subject_kind,
        days.pupil_id || '|' || cast(days.date as varchar) as subject_key,
        days.academic_year,
        days.class_id,
        '' as subgroup_id,
        days.pupil_id,
        days.period_id,
        days.date,
        days.n_expected,
        (days.is_seen = 1) as is_seen,
        days.n_absences,
        days.n_absent_lessons,
        days.n_absent_expected,
        days.n_other_records,
        days.n_presence_signs,
        days.presence_lesson_id,
        days.other_lesson_id,
        days.absence_lesson_id,
        days.absence_number,
        days.first_presence_number,
        days.last_presence_number,
        days.over_at,
        days.observed_until,
        schools.as_of
    from days
    inner join schools on days.school_id = schools.school_id

)

select * from idx_pupil_days
