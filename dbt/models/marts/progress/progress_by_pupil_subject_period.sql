with pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}
    where n_records > 0 or period_mark is not null

),

progress_by_pupil_subject_period as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        n_marks,
        mean_mark,
        weighted_mean,
        computed_mark,
        case
            when computed_mark is null then ''
            else
                case when is_weighted then 'средневзвешенное ' else 'среднее ' end
                || {{ number_ru('judged_mean') }} || ', порог округления '
                || {{ number_ru('rounding_threshold') }} || ' → ' || cast(computed_mark as varchar)
        end as computed_explained,
        period_mark,
        n2,
        n3,
        n4,
        n5
    from pairs

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    subject_id,
    period_id,
    n_marks,
    mean_mark,
    weighted_mean,
    computed_mark,
    computed_explained,
    period_mark,
    n2,
    n3,
    n4,
    n5
from progress_by_pupil_subject_period
