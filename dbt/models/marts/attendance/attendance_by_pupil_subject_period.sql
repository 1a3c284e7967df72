with attendance as (

    select * from {{ ref('fct_attendance') }}
    where is_expected and period_id <> ''

),

counted as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        {{ count_lessons() }}
    from attendance
    group by school_id, academic_year, class_id, pupil_id, subject_id, period_id

),

rated as (

    select
        counted.*,
        {{ attendance_rates('counted') }}
    from counted

),

attendance_by_pupil_subject_period as (

    select
        rated.*,
        {{ attendance_explained('rated') }} as computed_explained
    from rated

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    subject_id,
    period_id,
    lessons_expected,
    present_stated,
    present_implied,
    late,
    left_early,
    missed,
    ill,
    excused,
    unexcused,
    unknown_reason,
    released,
    remote,
    not_recorded,
    attendance_rate,
    attendance_rate_strict,
    share_stated,
    share_implied,
    share_not_recorded,
    computed_explained
from attendance_by_pupil_subject_period
