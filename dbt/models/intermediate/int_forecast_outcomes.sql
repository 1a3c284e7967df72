{# Period marks that stand, with the moment from which each is known: its entry where seen, else its period's end. #}
with pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}
    where period_mark is not null

),

entry as (

    select * from {{ ref('int_period_mark_entry') }}

),

int_forecast_outcomes as (

    select
        pairs.school_id,
        pairs.academic_year,
        pairs.class_id,
        pairs.pupil_id,
        pairs.subject_id,
        pairs.period_id,
        pairs.teacher_id,
        pairs.period_kind,
        pairs.starts_on,
        pairs.ends_on,
        pairs.is_weighted,
        pairs.period_mark,
        case when pairs.period_mark_number between 2 and 5 then pairs.period_mark_number end as mark,
        (lower(replace(trim(pairs.period_mark), ' ', '')) in ('н/а', 'на', 'н\\а')) as is_not_attested,
        case
            when entry.entered_after > timestamp '1900-01-02 00:00:00' then entry.entered_by
            else least(coalesce(entry.entered_by, {{ end_of_day('pairs.ends_on') }}), {{ end_of_day('pairs.ends_on') }})
        end as known_at
    from pairs
    left join entry
        on
            pairs.school_id = entry.school_id
            and pairs.academic_year = entry.academic_year
            and pairs.pupil_id = entry.pupil_id
            and pairs.subject_id = entry.subject_id
            and pairs.period_id = entry.period_id

)

select * from int_forecast_outcomes
