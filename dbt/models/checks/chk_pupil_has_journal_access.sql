with accounts as (

    select * from {{ ref('idx_accounts') }}

),

described as (

    select
        *,
        (
            role like '%ученик%' or role like '%ученица%' or role like '%учащ%' or role like '%обучающ%'
            or role like '%student%' or role like '%pupil%' or role like '%learner%'
        ) as is_pupil_role,
        (
            role like '%дневник%' or role like '%diary%' or role like '%родител%' or role like '%законн%'
            or role like '%parent%' or role like '%guardian%'
        ) as is_diary_role,
        (
            role like '%учител%' or role like '%педагог%' or role like '%руковод%' or role like '%завуч%'
            or role like '%директор%' or role like '%админ%' or role like '%секретар%' or role like '%teacher%'
            or role like '%admin%' or role like '%staff%'
        ) as is_staff_role
    from accounts

),

-- a list that names parents is of the whole system, the diary included
listed as (

    select
        *,
        max(case when is_diary_role then 1 else 0 end) over (
            partition by school_id, system, export_kind
        ) as lists_diary
    from described

),

judged as (

    select
        *,
        case
            when is_diary_role then 'ok'
            when not is_pupil_role and not is_pupil then 'ok'
            when not is_pupil_role and (is_teacher or is_staff_role) then 'undetermined'
            when lists_diary = 1 then 'undetermined'
            else 'violated'
        end as verdict
    from listed

),

chk_pupil_has_journal_access as (

    select
        school_id,
        'pupil_has_journal_access' as rule,
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
        as_of_date as date_from,
        as_of_date as date,
        {{ without_term('known_from') }},
        verdict,
        '' as excuse,
        case
            when verdict = 'violated' then 'у учётной записи ученика есть доступ к журналу'
            when verdict = 'undetermined' and not is_pupil_role
                then 'запись сотрудника с номером ученика: возможно, номера совпали'
            when verdict = 'undetermined' then 'в списке есть и учётные записи дневника'
            else ''
        end as detail
    from judged

)

select * from chk_pupil_has_journal_access
