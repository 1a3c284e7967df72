with class_periods as (

    select * from {{ ref('idx_class_periods') }}

),

timetable as (

    select * from {{ ref('stg_journal__timetable') }}
    where is_current

),

calendar as (

    select * from {{ ref('stg_journal__calendar') }}
    where is_current

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

days_off as (

    select * from calendar
    where day_kind in ('holiday', 'vacation', 'cancelled')

),

years_with_calendar as (

    select
        school_id,
        academic_year
    from calendar
    group by school_id, academic_year

),

taught_dates as (

    select
        school_id,
        academic_year,
        class_id,
        week_start
    from lessons
    group by school_id, academic_year, class_id, week_start

),

numbers as (

    {% for number in range(53) %}
    select {{ number }} as n
    {%- if not loop.last %}
    union all
    {%- endif %}
    {% endfor %}

),

ranges as (

    select
        school_id,
        academic_year,
        class_id,
        starts_on,
        coalesce(ends_on, date '2999-12-31') as ends_on
    from timetable
    group by school_id, academic_year, class_id, starts_on, coalesce(ends_on, date '2999-12-31')

),

first_days as (

    select
        school_id,
        academic_year,
        class_id,
        min(starts_on) as first_day,
        max(ends_on) as last_day
    from ranges
    group by school_id, academic_year, class_id

),

-- weeks of the period, cut at its first and last day and at Saturday
weeks as (

    select
        class_periods.school_id,
        class_periods.academic_year,
        class_periods.class_id,
        class_periods.subject_key,
        greatest(
            class_periods.starts_on, cast({{ week_start('class_periods.starts_on') }} + 7 * numbers.n as date)
        ) as first_day,
        least(
            class_periods.ends_on, cast({{ week_start('class_periods.starts_on') }} + 7 * numbers.n + 5 as date)
        ) as last_day
    from class_periods
    cross join numbers
    where cast({{ week_start('class_periods.starts_on') }} + 7 * numbers.n as date) <= class_periods.ends_on

),

school_weeks as (

    select
        weeks.school_id,
        weeks.academic_year,
        weeks.class_id,
        weeks.subject_key,
        weeks.first_day,
        weeks.last_day,
        count(distinct days_off.date) as n_days_off
    from weeks
    left join days_off
        on
            weeks.school_id = days_off.school_id
            and weeks.academic_year = days_off.academic_year
            and days_off.class_id in ('', weeks.class_id)
            and days_off.date between weeks.first_day and weeks.last_day
            and {{ weekday_of('days_off.date') }} <= 5
    where weeks.first_day <= weeks.last_day
    group by
        weeks.school_id, weeks.academic_year, weeks.class_id, weeks.subject_key, weeks.first_day, weeks.last_day

),

-- a week off as a whole needs no timetable; neither does a period's lone Saturday or a week of holidays alone
taught_weeks as (

    select
        school_id,
        academic_year,
        class_id,
        subject_key,
        {{ week_start('first_day') }} as week_start,
        first_day,
        last_day
    from school_weeks
    where
        n_days_off < least(5, {{ days_between('first_day', 'last_day') }} + 1)
        and {{ weekday_of('first_day') }} <= 5

),

covered as (

    select
        taught_weeks.school_id,
        taught_weeks.academic_year,
        taught_weeks.class_id,
        taught_weeks.subject_key,
        taught_weeks.first_day,
        taught_weeks.last_day,
        max(case when ranges.class_id is null then 0 else 1 end) as is_covered,
        max(
            case
                when taught_weeks.last_day < first_days.first_day then 0
                when taught_weeks.last_day > first_days.last_day then 1
                when years_with_calendar.school_id is not null or taught_dates.class_id is not null then 1
                else 0
            end
        ) as is_sure
    from taught_weeks
    inner join first_days
        on
            taught_weeks.school_id = first_days.school_id
            and taught_weeks.academic_year = first_days.academic_year
            and taught_weeks.class_id = first_days.class_id
    left join years_with_calendar
        on
            taught_weeks.school_id = years_with_calendar.school_id
            and taught_weeks.academic_year = years_with_calendar.academic_year
    left join taught_dates
        on
            taught_weeks.school_id = taught_dates.school_id
            and taught_weeks.academic_year = taught_dates.academic_year
            and taught_weeks.class_id = taught_dates.class_id
            and taught_weeks.week_start = taught_dates.week_start
    left join ranges
        on
            taught_weeks.school_id = ranges.school_id
            and taught_weeks.academic_year = ranges.academic_year
            and taught_weeks.class_id = ranges.class_id
            and taught_weeks.last_day >= ranges.starts_on
            and taught_weeks.first_day <= ranges.ends_on
    group by
        taught_weeks.school_id, taught_weeks.academic_year, taught_weeks.class_id, taught_weeks.subject_key,
        taught_weeks.first_day, taught_weeks.last_day

),

counted as (

    select
        school_id,
        academic_year,
        subject_key,
        -- before the first row known an earlier timetable may have stood; a week between two rows may be a vacation
        cast(sum(case when is_covered = 0 and is_sure = 1 then 1 else 0 end) as bigint) as n_bare,
        cast(sum(case when is_covered = 0 and is_sure = 0 then 1 else 0 end) as bigint) as n_doubtful,
        min(case when is_covered = 0 and is_sure = 1 then first_day end) as first_bare,
        max(case when is_covered = 0 and is_sure = 1 then last_day end) as last_bare
    from covered
    group by school_id, academic_year, subject_key

),

judged as (

    select
        class_periods.*,
        counted.n_bare,
        counted.n_doubtful,
        counted.first_bare,
        counted.last_bare,
        case
            when first_days.class_id is null then 'no_data'
            when coalesce(counted.n_bare, 0) > 0 and class_periods.is_stated then 'violated'
            when coalesce(counted.n_bare, 0) + coalesce(counted.n_doubtful, 0) > 0 then 'undetermined'
            else 'ok'
        end as verdict
    from class_periods
    left join first_days
        on
            class_periods.school_id = first_days.school_id
            and class_periods.academic_year = first_days.academic_year
            and class_periods.class_id = first_days.class_id
    left join counted
        on
            class_periods.school_id = counted.school_id
            and class_periods.academic_year = counted.academic_year
            and class_periods.subject_key = counted.subject_key

),

chk_timetable_covers_period as (

    select
        school_id,
        'timetable_covers_period' as rule,
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
        {{ without_term() }},
        verdict,
        '' as excuse,
        case
            when verdict = 'ok' then ''
            when verdict = 'no_data' then 'расписания класса нет'
            when verdict = 'undetermined' and coalesce(n_bare, 0) = 0
                then 'расписание известно не на все недели периода'
            else
                'расписания нет на ' || cast(n_bare as varchar) || ' '
                || {{ plural_ru('n_bare', "'неделю'", "'недели'", "'недель'") }} || ', '
                || {{ date_range('first_bare', 'last_bare') }}
                || case when verdict = 'undetermined' then '; границы периода взяты не из календаря школы' else '' end
        end as detail
    from judged

)

select * from chk_timetable_covers_period
