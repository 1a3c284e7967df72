{%- set rule = 'year_mark_differs' -%}
with pupil_subject_years as (

    select * from {{ ref('idx_pupil_subject_years') }}

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}
    where is_current and kind = 'year'

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

tolerances as (

    select * from {{ ref('int_limits') }}
    where name = 'year_mark_differs.tolerance'

),

margins as (

    select * from {{ ref('int_limits') }}
    where name = 'year_mark_margin'

),

year_marks as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        max(trim(value)) as year_mark,
        count(distinct trim(value)) as n_values,
        max(known_from) as known_from
    from period_marks
    where trim(value) <> ''
    group by school_id, academic_year, pupil_id, subject_id

),

-- a year that is marked as one has no periods to compare with
class_periods as (

    select
        school_id,
        academic_year,
        class_id,
        count(*) as n_periods,
        min(starts_on) as year_start,
        max(ends_on) as year_end
    from periods
    where kind <> 'year'
    group by school_id, academic_year, class_id

),

means as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        count(period_mark_number) as n_marked,
        avg(cast(period_mark_number as double)) as mean
    from pairs
    group by school_id, academic_year, class_id, pupil_id, subject_id

),

measured as (

    select
        pupil_subject_years.*,
        year_marks.year_mark,
        year_marks.known_from as observed_until,
        year_marks.n_values,
        try_cast(regexp_extract(year_marks.year_mark, '^([0-5])[-+−–]?$', 1) as bigint) as year_number,
        class_periods.n_periods,
        class_periods.year_start,
        class_periods.year_end,
        coalesce(means.n_marked, 0) as n_marked,
        means.mean,
        tolerances.value as tolerance,
        margins.value as margin
    from pupil_subject_years
    left join year_marks
        on
            pupil_subject_years.school_id = year_marks.school_id
            and pupil_subject_years.academic_year = year_marks.academic_year
            and pupil_subject_years.pupil_id = year_marks.pupil_id
            and pupil_subject_years.subject_id = year_marks.subject_id
    left join class_periods
        on
            pupil_subject_years.school_id = class_periods.school_id
            and pupil_subject_years.academic_year = class_periods.academic_year
            and pupil_subject_years.class_id = class_periods.class_id
    left join means
        on
            pupil_subject_years.school_id = means.school_id
            and pupil_subject_years.academic_year = means.academic_year
            and pupil_subject_years.class_id = means.class_id
            and pupil_subject_years.pupil_id = means.pupil_id
            and pupil_subject_years.subject_id = means.subject_id
    {% for numbers in ['tolerances', 'margins'] -%}
    left join {{ numbers }}
        on
            {{ limit_applies(
                numbers, 'pupil_subject_years',
                'least(class_periods.year_end, cast(pupil_subject_years.as_of as date))'
            ) }}
    {% endfor %}

),

-- rounding may go either way: only a mark that neither gives is far
judged as (

    select
        *,
        case
            when year_mark is null or year_number is null then 'not_applicable'
            when n_periods is null or n_marked < n_periods then 'no_data'
            when n_values > 1 then 'undetermined'
            when
                year_number - mean >= round(1 - margin + tolerance, 6)
                or mean - year_number >= round(margin + tolerance, 6)
                then 'violated'
            else 'ok'
        end as verdict
    from measured

),

chk_year_mark_differs as (

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
        year_start as date_from,
        year_end as date,
        {{ without_term('observed_until') }},
        verdict,
        '' as excuse,
        case
            when verdict = 'no_data' then 'отметки видны не за все периоды года'
            when verdict = 'undetermined' then 'годовых отметок несколько'
            when verdict = 'violated'
                then 'годовая ' || year_mark || ', среднее отметок за периоды ' || {{ number_ru('mean') }}
            else ''
        end as detail
    from judged

)

select * from chk_year_mark_differs
