{#
  How a school makes the mark of the year out of those of the periods is not told by any export: the mean, rounded as
  the school has set it, else mathematically, stands beside the mark that was given and judges nothing.
#}
with results as (

    select * from {{ ref('int_pupil_results') }}

),

periods as (

    select * from {{ ref('int_periods') }}
    where kind <> 'year'

),

margins as (

    select * from {{ ref('int_limits') }}
    where name = 'year_mark_margin'

),

class_periods as (

    select
        school_id,
        academic_year,
        class_id,
        count(*) as n_periods
    from periods
    group by school_id, academic_year, class_id

),

-- the periods of a pupil, also those that he spent in another class
of_periods as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        count(result_number) as n_period_marks,
        cast(sum(result_number) as bigint) as sum_period_marks,
        cast(sum(case when result_number = 5 then 1 else 0 end) as bigint) as n5,
        cast(sum(case when result_number = 4 then 1 else 0 end) as bigint) as n4,
        cast(sum(case when result_number = 3 then 1 else 0 end) as bigint) as n3,
        cast(sum(case when result_number = 2 then 1 else 0 end) as bigint) as n2,
        cast(sum(case when result_number = 1 then 1 else 0 end) as bigint) as n1
    from results
    where period_key <> 'year'
    group by school_id, academic_year, pupil_id, subject_id

),

of_years as (

    select * from results
    where period_key = 'year'

),

averaged as (

    select
        of_years.school_id,
        of_years.academic_year,
        of_years.class_id,
        of_years.pupil_id,
        of_years.subject_id,
        of_years.final_mark as year_mark,
        of_years.is_over,
        margins.value as margin,
        margins.is_own as is_own_margin,
        class_periods.n_periods,
        coalesce(of_periods.n_period_marks, 0) as n_period_marks,
        coalesce(of_periods.n5, 0) as n5,
        coalesce(of_periods.n4, 0) as n4,
        coalesce(of_periods.n3, 0) as n3,
        coalesce(of_periods.n2, 0) as n2,
        coalesce(of_periods.n1, 0) as n1,
        round(cast(of_periods.sum_period_marks as double) / nullif(of_periods.n_period_marks, 0), 6)
            as mean_period_mark
    from of_years
    inner join margins on {{ limit_applies('margins', 'of_years', 'of_years.judged_on') }}
    inner join class_periods
        on
            of_years.school_id = class_periods.school_id
            and of_years.academic_year = class_periods.academic_year
            and of_years.class_id = class_periods.class_id
    left join of_periods
        on
            of_years.school_id = of_periods.school_id
            and of_years.academic_year = of_periods.academic_year
            and of_years.pupil_id = of_periods.pupil_id
            and of_years.subject_id = of_periods.subject_id

),

rounded as (

    select
        *,
        case
            when n_period_marks >= n_periods
                then {{ rounded_mark('mean_period_mark', 'margin') }}
        end as computed_year_mark
    from averaged

),

progress_by_pupil_subject_year as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        is_over,
        n_periods,
        n_period_marks,
        mean_period_mark,
        computed_year_mark,
        case
            when n_period_marks = 0 then ''
            else
                '(' || {{ products_ru([('5', 'n5'), ('4', 'n4'), ('3', 'n3'), ('2', 'n2'), ('1', 'n1')]) }}
                || ')/' || cast(n_period_marks as varchar) || ' = ' || {{ short_ru('mean_period_mark') }}
                || case
                    when computed_year_mark is null
                        then
                            '; отметки есть за ' || cast(n_period_marks as varchar) || ' из '
                            || cast(n_periods as varchar)
                            || ' ' || {{ plural_ru('n_periods', "'периода'", "'периодов'", "'периодов'") }}
                    else
                        ' → ' || cast(computed_year_mark as varchar)
                        || case
                            when is_own_margin then ' (порог школы ' || {{ short_ru('margin') }} || ')'
                            else ' (математическое округление; порядок школы не известен)'
                        end
                end
        end as calculation,
        year_mark
    from rounded

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    subject_id,
    is_over,
    n_periods,
    n_period_marks,
    mean_period_mark,
    computed_year_mark,
    calculation,
    year_mark
from progress_by_pupil_subject_year
