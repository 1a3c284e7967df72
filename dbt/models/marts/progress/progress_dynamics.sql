{%- set measures = ['mean_mark', 'quality_percent', 'success_percent'] -%}

with pupils as (

    select * from {{ ref('pupil_results_by_period') }}

),

classes_by_period as (

    select * from {{ ref('class_results_by_period') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

measured as (

    select
        school_id,
        academic_year,
        'pupil' as scope_kind,
        pupil_id as scope_key,
        class_id,
        pupil_id,
        period_key,
        period_kind,
        period_ordinal,
        period_name,
        ends_on,
        n_marks,
        case when is_over or n_missing = 0 then mean_mark end as mean_mark,
        cast(null as double) as quality_percent,
        cast(null as double) as success_percent
    from pupils
    union all
    select
        school_id,
        academic_year,
        scope_kind,
        scope_key,
        class_id,
        '' as pupil_id,
        period_key,
        period_kind,
        period_ordinal,
        period_name,
        ends_on,
        n_marks,
        mean_mark,
        quality_percent,
        success_percent
    from classes_by_period

),

-- the class that was this one a year ago: a grade lower, the same letter
former_classes as (

    select
        classes.school_id,
        classes.academic_year,
        classes.class_id,
        min(former.class_id) as former_class_id
    from classes
    inner join classes as former
        on
            classes.school_id = former.school_id
            and {{ year_before('classes.academic_year') }} = former.academic_year
            and classes.grade - 1 = former.grade
            and classes.letter = former.letter
    where classes.letter <> ''
    group by classes.school_id, classes.academic_year, classes.class_id

),

followed as (

    select
        measured.*,
        {{ year_before('measured.academic_year') }} as former_year,
        case
            when measured.scope_kind = 'class' then former_classes.former_class_id else measured.scope_key
        end as former_key,
        {%- for measure in measures %}
        case
            when
                lag(measured.period_ordinal) over (
                    partition by
                        measured.school_id,
                        measured.academic_year,
                        measured.scope_kind,
                        measured.scope_key,
                        measured.period_kind
                    order by measured.period_ordinal asc nulls last
                ) = measured.period_ordinal - 1
                then
                    lag(measured.{{ measure }}) over (
                        partition by
                            measured.school_id,
                            measured.academic_year,
                            measured.scope_kind,
                            measured.scope_key,
                            measured.period_kind
                        order by measured.period_ordinal asc nulls last
                    )
        end as previous_{{ measure }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from measured
    left join former_classes
        on
            measured.school_id = former_classes.school_id
            and measured.academic_year = former_classes.academic_year
            and measured.scope_kind = 'class'
            and measured.scope_key = former_classes.class_id

),

progress_dynamics as (

    select
        followed.school_id,
        followed.academic_year,
        followed.scope_kind,
        followed.scope_key,
        followed.class_id,
        followed.pupil_id,
        followed.period_key,
        followed.period_ordinal,
        followed.period_name,
        followed.ends_on,
        followed.n_marks,
        followed.mean_mark,
        followed.previous_mean_mark,
        round(followed.mean_mark - followed.previous_mean_mark, 6) as mean_mark_change,
        former.mean_mark as last_year_mean_mark,
        round(followed.mean_mark - former.mean_mark, 6) as last_year_mean_mark_change,
        followed.quality_percent,
        followed.previous_quality_percent,
        round(followed.quality_percent - followed.previous_quality_percent, 6) as quality_change,
        former.quality_percent as last_year_quality_percent,
        round(followed.quality_percent - former.quality_percent, 6) as last_year_quality_change,
        followed.success_percent,
        followed.previous_success_percent,
        round(followed.success_percent - followed.previous_success_percent, 6) as success_change,
        former.success_percent as last_year_success_percent,
        round(followed.success_percent - former.success_percent, 6) as last_year_success_change
    from followed
    left join measured as former
        on
            followed.school_id = former.school_id
            and followed.former_year = former.academic_year
            and followed.scope_kind = former.scope_kind
            and followed.former_key = former.scope_key
            and followed.period_key = former.period_key

)

select
    school_id,
    academic_year,
    scope_kind,
    scope_key,
    class_id,
    pupil_id,
    period_key,
    period_ordinal,
    period_name,
    ends_on,
    n_marks,
    mean_mark,
    previous_mean_mark,
    mean_mark_change,
    last_year_mean_mark,
    last_year_mean_mark_change,
    quality_percent,
    previous_quality_percent,
    quality_change,
    last_year_quality_percent,
    last_year_quality_change,
    success_percent,
    previous_success_percent,
    success_change,
    last_year_success_percent,
    last_year_success_change
from progress_dynamics
