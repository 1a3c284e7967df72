{%- set limit_names = [
    'pattern_least_misses', 'pattern_least_share', 'pattern_rate_ratio', 'pattern_deviation', 'least_enrolled_days',
] -%}
with attendance as (

    select * from {{ ref('fct_attendance') }}
    where is_expected and state not in ('released', 'not_recorded')

),

days as (

    select * from {{ ref('int_absence_days') }}

),

late_days as (

    select * from {{ ref('attendance_by_pupil_day') }}
    where late > 0

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

limits as (

    select * from {{ ref('int_limits') }}

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

missed_days as (

    select * from days
    where is_missed

),

-- days missed whole tell nothing of single lessons
lessons as (

    select
        attendance.school_id,
        attendance.academic_year,
        attendance.pupil_id,
        attendance.subject_id,
        attendance.is_first_lesson,
        attendance.is_last_lesson,
        count(*) as n,
        cast(sum(case when attendance.is_absent then 1 else 0 end) as bigint) as missed,
        cast(sum(case when attendance.state = 'late' then 1 else 0 end) as bigint) as late
    from attendance
    left join missed_days
        on
            attendance.school_id = missed_days.school_id
            and attendance.academic_year = missed_days.academic_year
            and attendance.pupil_id = missed_days.pupil_id
            and attendance.date = missed_days.date
    where missed_days.pupil_id is null
    group by
        attendance.school_id, attendance.academic_year, attendance.pupil_id, attendance.subject_id,
        attendance.is_first_lesson, attendance.is_last_lesson

),

weekdays as (

    select
        days.school_id,
        days.academic_year,
        days.pupil_id,
        cast({{ weekday_of('days.date') }} as varchar) as pattern_key,
        count(*) as n,
        cast(sum(case when days.is_missed then 1 else 0 end) as bigint) as missed,
        cast(sum(case when late_days.date is not null and not days.is_missed then 1 else 0 end) as bigint) as late
    from days
    left join late_days
        on
            days.school_id = late_days.school_id
            and days.academic_year = late_days.academic_year
            and days.class_id = late_days.class_id
            and days.pupil_id = late_days.pupil_id
            and days.date = late_days.date
    group by days.school_id, days.academic_year, days.pupil_id, {{ weekday_of('days.date') }}

),

cells as (

    {% for which in ['first', 'last'] %}
    select
        school_id,
        academic_year,
        pupil_id,
        '{{ which }}_lesson' as pattern,
        case when is_{{ which }}_lesson then '{{ which }}' else 'other' end as pattern_key,
        n,
        missed,
        late
    from lessons
    where is_{{ which }}_lesson is not null
    union all
    {% endfor %}
    select
        school_id,
        academic_year,
        pupil_id,
        'subject' as pattern,
        subject_id as pattern_key,
        n,
        missed,
        late
    from lessons
    union all
    select
        school_id,
        academic_year,
        pupil_id,
        'weekday' as pattern,
        pattern_key,
        n,
        missed,
        late
    from weekdays

),

there as (

    select
        school_id,
        academic_year,
        pupil_id,
        pattern,
        pattern_key,
        {{ add_counts(['n', 'missed', 'late']) }}
    from cells
    group by school_id, academic_year, pupil_id, pattern, pattern_key

),

compared as (

    select
        *,
        cast(sum(n) over (partition by school_id, academic_year, pupil_id, pattern) as bigint) - n as n_elsewhere,
        cast(sum(missed) over (partition by school_id, academic_year, pupil_id, pattern) as bigint) - missed
            as missed_elsewhere,
        cast(sum(late) over (partition by school_id, academic_year, pupil_id, pattern) as bigint) - late
            as late_elsewhere
    from there

),

pupil_days as (

    select
        school_id,
        academic_year,
        pupil_id,
        count(*) as days_recorded
    from days
    group by school_id, academic_year, pupil_id

),

-- missed and late lessons: as many as expected there by chance, and how far from it they may well stray
measured as (

    select
        *,
        round(cast(missed + late as double) / n, 6) as share_there,
        round(cast(missed_elsewhere + late_elsewhere as double) / nullif(n_elsewhere, 0), 6) as share_elsewhere,
        cast(n as double) * (missed + late + missed_elsewhere + late_elsewhere) / (n + n_elsewhere) as expected,
        cast(n as double) * n_elsewhere
        * (missed + late + missed_elsewhere + late_elsewhere)
        * (n + n_elsewhere - missed - late - missed_elsewhere - late_elsewhere)
        / nullif(
            cast(n + n_elsewhere as double) * (n + n_elsewhere) * (n + n_elsewhere - 1), 0
        ) as variance
    from compared
    where n_elsewhere > 0 and pattern_key <> 'other'

),

judged_years as (

    select
        school_id,
        academic_year,
        max(date) as judged_on
    from days
    group by school_id, academic_year

),

year_limits as (

    select
        judged_years.school_id,
        judged_years.academic_year,
        {% for name in limit_names %}
        max(case when limits.name = '{{ name }}' then limits.value end) as {{ name }}
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from judged_years
    inner join limits on {{ limit_applies('limits', 'judged_years', 'judged_years.judged_on') }}
    group by judged_years.school_id, judged_years.academic_year

),

outstanding as (

    select
        measured.*,
        round((measured.missed + measured.late - measured.expected) / sqrt(measured.variance), 2) as deviation
    from measured
    inner join year_limits
        on measured.school_id = year_limits.school_id and measured.academic_year = year_limits.academic_year
    inner join pupil_days
        on
            measured.school_id = pupil_days.school_id
            and measured.academic_year = pupil_days.academic_year
            and measured.pupil_id = pupil_days.pupil_id
    where
        measured.variance > 0
        and measured.missed + measured.late >= year_limits.pattern_least_misses
        and measured.share_there >= year_limits.pattern_least_share
        and measured.share_there >= year_limits.pattern_rate_ratio * measured.share_elsewhere
        and (measured.missed + measured.late - measured.expected)
        >= year_limits.pattern_deviation * sqrt(measured.variance)
        and pupil_days.days_recorded >= year_limits.least_enrolled_days

),

absence_patterns as (

    select
        outstanding.school_id,
        outstanding.academic_year,
        coalesce(pupil_classes.class_id, '') as class_id,
        outstanding.pupil_id,
        outstanding.pattern,
        outstanding.pattern_key,
        outstanding.n as n_there,
        outstanding.missed as missed_there,
        outstanding.late as late_there,
        outstanding.n_elsewhere,
        outstanding.missed_elsewhere,
        outstanding.late_elsewhere,
        outstanding.share_there,
        outstanding.share_elsewhere,
        outstanding.deviation,
        case outstanding.pattern
            when 'first_lesson' then 'первый урок'
            when 'last_lesson' then 'последний урок'
            when 'subject' then coalesce(subjects.subject_name, outstanding.pattern_key)
            else
                case outstanding.pattern_key
                    when '1' then 'понедельник'
                    when '2' then 'вторник'
                    when '3' then 'среда'
                    when '4' then 'четверг'
                    when '5' then 'пятница'
                    when '6' then 'суббота'
                    else 'воскресенье'
                end
        end || ': пропущено ' || cast(outstanding.missed as varchar)
        || case when outstanding.late = 0 then '' else ' и опозданий ' || cast(outstanding.late as varchar) end
        || ' из ' || cast(outstanding.n as varchar) || ' (' || {{ percent_ru('outstanding.share_there') }}
        || '), в остальное время ' || cast(outstanding.missed_elsewhere + outstanding.late_elsewhere as varchar)
        || ' из ' || cast(outstanding.n_elsewhere as varchar)
        || ' (' || {{ percent_ru('outstanding.share_elsewhere') }} || ')' as computed_explained
    from outstanding
    left join pupil_classes
        on
            outstanding.school_id = pupil_classes.school_id
            and outstanding.academic_year = pupil_classes.academic_year
            and outstanding.pupil_id = pupil_classes.pupil_id
    left join subjects
        on
            outstanding.school_id = subjects.school_id
            and outstanding.pattern_key = subjects.subject_id
            and outstanding.pattern = 'subject'

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    pattern,
    pattern_key,
    n_there,
    missed_there,
    late_there,
    n_elsewhere,
    missed_elsewhere,
    late_elsewhere,
    share_there,
    share_elsewhere,
    deviation,
    computed_explained
from absence_patterns
