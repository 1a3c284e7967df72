with weeks as (

    select * from {{ ref('idx_pupil_weeks') }}

),

issues as (

    select * from {{ ref('stg_journal__print_issues') }}
    where is_current

),

statements as (

    select * from {{ ref('stg_meta__statements') }}
    where table_name = 'print_issues' and is_complete

),

terms as (

    select * from {{ ref('int_regulation_terms') }}
    where question = 'printout'

),

periods as (

    select * from {{ ref('int_periods') }}

),

-- the week that a printout names, else the one in which it was handed out
issue_weeks as (

    select
        school_id,
        pupil_id,
        {{ week_start('coalesce(try_cast(week as date), cast(issued_at as date))') }} as week_start,
        issued_at
    from issues

),

issued as (

    select
        school_id,
        pupil_id,
        week_start,
        min(issued_at) as issued_at
    from (
        select
            school_id,
            pupil_id,
            week_start,
            issued_at
        from issue_weeks
        where week_start is not null
        union all
        select
            school_id,
            pupil_id,
            {{ week_start('issued_at') }} as week_start,
            issued_at
        from issue_weeks
        where issued_at is not null
    ) as both_ways
    group by school_id, pupil_id, week_start

),

unplaced as (

    select
        school_id,
        pupil_id
    from issue_weeks
    where week_start is null
    group by school_id, pupil_id

),

-- the book of printouts is kept as long as somebody is written down in it
looks as (

    select
        school_id,
        max(known_from) as known_from
    from issues
    group by school_id

),

stated as (

    select
        school_id,
        max(taken_at) as taken_at
    from statements
    where pupil_id = '' and class_id = ''
    group by school_id

),

-- how often: by weeks, or once in several weeks, of which the last one is judged
termed as (

    select
        weeks.*,
        case
            when terms.every = 'month'
                then {{ end_of_day(months_after("cast(date_trunc('month', weeks.week_start) as date)", '1') ~ ' - 1') }}
            when terms.every = 'period'
                then {{ end_of_day('greatest(coalesce(periods.ends_on, weeks.week_end), weeks.week_end)') }}
            else {{ end_of_day('weeks.week_end') }}
        end as due_at,
        coalesce(terms.says, 'not_said') as says,
        case
            when terms.every = 'month' then cast(date_trunc('month', weeks.week_start) as date)
            when terms.every = 'period' then coalesce(periods.starts_on, weeks.week_start)
            else weeks.week_start
        end as part_start
    from weeks
    left join terms
        on weeks.school_id = terms.school_id and weeks.last_day between terms.valid_from and terms.valid_to
    left join periods
        on
            weeks.school_id = periods.school_id
            and weeks.academic_year = periods.academic_year
            and weeks.class_id = periods.class_id
            and weeks.period_id = periods.period_id

),

placed as (

    select
        termed.*,
        issued.issued_at,
        (issued.pupil_id is not null) as is_issued,
        (unplaced.pupil_id is not null) as has_unplaced,
        (looks.school_id is not null) as is_kept,
        greatest(looks.known_from, coalesce(stated.taken_at, looks.known_from)) as observed_until,
        row_number() over (
            partition by termed.school_id, termed.academic_year, termed.pupil_id, termed.part_start
            order by termed.week_start desc nulls last
        ) as place_from_end,
        max(case when issued.pupil_id is not null then 1 else 0 end) over (
            partition by termed.school_id, termed.academic_year, termed.pupil_id, termed.part_start
        ) as is_issued_in_part
    from termed
    left join issued
        on
            termed.school_id = issued.school_id
            and termed.pupil_id = issued.pupil_id
            and termed.week_start = issued.week_start
    left join unplaced on termed.school_id = unplaced.school_id and termed.pupil_id = unplaced.pupil_id
    left join looks on termed.school_id = looks.school_id
    left join stated on termed.school_id = stated.school_id

),

judged as (

    select
        *,
        case
            when says <> 'often' then 'not_set'
            when is_issued then 'ok'
            when place_from_end > 1 then 'not_applicable'
            when is_issued_in_part = 1 then 'ok'
            when not is_kept then 'no_data'
            when as_of < due_at then 'pending'
            when has_unplaced then 'undetermined'
            when observed_until >= due_at then 'missing'
            else 'no_data'
        end as verdict
    from placed

),

chk_printouts_issued as (

    select
        school_id,
        'printouts_issued' as rule,
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
        week_start as date_from,
        last_day as date,
        case when verdict <> 'not_set' then due_at end as due_at,
        cast(null as timestamp) as entered_after,
        issued_at as entered_by,
        observed_until,
        {{ delay_low('verdict', 'due_at', 'cast(null as timestamp)', 'observed_until') }} as delay_min_low,
        cast(null as bigint) as delay_min_high,
        verdict,
        '' as excuse,
        case
            when verdict = 'no_data' and not is_kept then 'выданные распечатки в выгрузке не названы'
            when verdict = 'no_data' then 'после этой недели распечатки не выгружались'
            when verdict = 'not_applicable' then 'судится по последней неделе срока'
            when verdict = 'undetermined' then 'за какую неделю выдана распечатка, не указано'
            when verdict = 'missing'
                then 'распечатка не выдана за неделю ' || {{ date_range('week_start', 'week_end') }}
            else ''
        end as detail
    from judged

)

select * from chk_printouts_issued
