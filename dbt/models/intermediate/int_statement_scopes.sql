with statements as (

    select * from {{ ref('stg_meta__statements') }}
    where is_complete

),

carried as (

    select
        school_id,
        system,
        export_kind,
        table_name as field_group,
        class_id,
        subject_id,
        pupil_id,
        date_from,
        date_to,
        taken_at
    from statements
    where table_name in ('lessons', 'marks', 'attendance', 'homework', 'assignments', 'period_marks')
    union all
    select
        school_id,
        system,
        export_kind,
        'topic' as field_group,
        class_id,
        subject_id,
        pupil_id,
        date_from,
        date_to,
        taken_at
    from statements
    where
        table_name = 'lessons'
        and (carried_columns = '' or {{ is_listed("'topic'", 'carried_columns') }})

),

int_statement_scopes as (

    select
        school_id,
        system,
        export_kind,
        field_group,
        class_id,
        subject_id,
        pupil_id,
        date_from,
        date_to,
        max(taken_at) as taken_at
    from carried
    group by school_id, system, export_kind, field_group, class_id, subject_id, pupil_id, date_from, date_to

)

select * from int_statement_scopes
