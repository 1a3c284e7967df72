with accounts as (

    select * from {{ ref('stg_journal__journal_accounts') }}
    where is_current

),

pupils as (

    select * from {{ ref('stg_journal__pupils') }}
    where is_current

),

teachers as (

    select * from {{ ref('stg_journal__teachers') }}
    where is_current

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

pupil_ids as (

    select
        school_id,
        pupil_id
    from pupils
    group by school_id, pupil_id

),

teacher_ids as (

    select
        school_id,
        teacher_id
    from teachers
    group by school_id, teacher_id

),

idx_accounts as (

    select
        accounts.school_id,
        'account' as subject_kind,
        accounts.person_id || '|' || accounts.role as subject_key,
        {{ academic_year_of('schools.as_of_date') }} as academic_year,
        coalesce(pupil_classes.class_id, '') as class_id,
        '' as subject_id,
        '' as subgroup_id,
        '' as lesson_id,
        coalesce(pupil_ids.pupil_id, '') as pupil_id,
        '' as teacher_id,
        '' as period_id,
        accounts.starts_on,
        lower(accounts.role) as role,
        accounts.system,
        accounts.export_kind,
        (pupil_ids.pupil_id is not null) as is_pupil,
        (teacher_ids.teacher_id is not null) as is_teacher,
        accounts.known_from,
        schools.as_of_date
    from accounts
    inner join schools on accounts.school_id = schools.school_id
    left join pupil_ids
        on accounts.school_id = pupil_ids.school_id and accounts.person_id = pupil_ids.pupil_id
    left join teacher_ids
        on accounts.school_id = teacher_ids.school_id and accounts.person_id = teacher_ids.teacher_id
    left join pupil_classes
        on
            accounts.school_id = pupil_classes.school_id
            and accounts.person_id = pupil_classes.pupil_id
            and {{ academic_year_of('schools.as_of_date') }} = pupil_classes.academic_year
    where
        coalesce(accounts.starts_on, schools.as_of_date) <= schools.as_of_date
        and coalesce(accounts.ends_on, schools.as_of_date) >= schools.as_of_date

)

select * from idx_accounts
