{%- set rule = 'final_marks_complete' -%}
with class_periods as (

    select * from {{ ref('idx_class_periods') }}

),

period_marks as (

    select * from {{ ref('chk_period_mark_missing') }}

),

counted as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        cast(sum(case when verdict in ('ok', 'missing', 'undetermined') then 1 else 0 end) as bigint) as n_expected,
        cast(sum(case when verdict = 'missing' then 1 else 0 end) as bigint) as n_missing,
        cast(sum(case when verdict = 'undetermined' then 1 else 0 end) as bigint) as n_undetermined,
        cast(sum(case when verdict = 'no_data' then 1 else 0 end) as bigint) as n_no_data,
        max(observed_until) as observed_until
    from period_marks
    group by school_id, academic_year, class_id, period_id

),

judged as (

    select
        class_periods.*,
        counted.n_expected,
        counted.n_missing,
        counted.n_undetermined,
        counted.observed_until,
        case
            when class_periods.as_of <= class_periods.period_end then 'pending'
            when counted.n_missing > 0 then 'violated'
            when counted.n_undetermined > 0 then 'undetermined'
            when coalesce(counted.n_expected, 0) = 0 and coalesce(counted.n_no_data, 0) = 0 then 'not_applicable'
            when counted.n_no_data > 0 then 'no_data'
            else 'ok'
        end as verdict
    from class_periods
    left join counted
        on
            class_periods.school_id = counted.school_id
            and class_periods.academic_year = counted.academic_year
            and class_periods.class_id = counted.class_id
            and class_periods.period_id = counted.period_id

),

chk_final_marks_complete as (

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
            when verdict = 'no_data' then 'отметки за период после его конца в выгрузках не видны'
            when verdict = 'undetermined' then 'границы периода взяты не из календаря школы'
            when verdict = 'violated'
                then
                    'не выставлено ' || cast(n_missing as varchar) || ' из ' || cast(n_expected as varchar) || ' '
                    || {{ plural_ru('n_expected', "'отметки'", "'отметок'", "'отметок'") }}
            else ''
        end as detail
    from judged

)

select * from chk_final_marks_complete
