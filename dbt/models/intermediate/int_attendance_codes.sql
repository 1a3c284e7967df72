with attendance as (

    select * from {{ ref('stg_journal__attendance') }}
    where is_current

),

reasons as (

    select * from {{ ref('stg_journal__attendance__reason') }}
    where is_current

),

code_map as (

    select * from {{ ref('stg_meta__code_map') }}
    where scope = 'attendance'

),

reason_states as (

    select * from {{ ref('absence_reasons') }}

),

mapped_sources as (

    select
        system,
        export_kind
    from code_map
    group by system, export_kind

),

meanings as (

    select
        system,
        export_kind,
        code,
        min(canonical) as state
    from code_map
    group by system, export_kind, code

),

-- once the class teacher's page speaks of a lesson, it speaks in place of the lesson's page
paged as (

    select
        *,
        max(case when page = 'class' then 1 else 0 end) over (
            partition by school_id, lesson_id, pupil_id
        ) as has_class_page
    from attendance

),

coded as (

    select
        paged.school_id,
        paged.lesson_id,
        paged.pupil_id,
        paged.ordinal,
        paged.code,
        paged.page,
        coalesce(
            meanings.state,
            case
                when
                    lower(paged.code) in (
                        'present', 'late', 'left_early', 'ill', 'excused', 'unexcused', 'unknown_reason', 'released',
                        'remote'
                    )
                    then lower(paged.code)
            end
        ) as code_state,
        reason_states.state as reason_state
    from paged
    left join mapped_sources
        on paged.system = mapped_sources.system and paged.export_kind = mapped_sources.export_kind
    left join meanings
        on
            {{ normal_code('paged.code') }} = meanings.code
            and meanings.system = coalesce(mapped_sources.system, 'journal_csv')
            and meanings.export_kind = coalesce(mapped_sources.export_kind, 'journal_csv')
    left join reasons
        on
            paged.school_id = reasons.school_id
            and paged.lesson_id = reasons.lesson_id
            and paged.pupil_id = reasons.pupil_id
            and paged.ordinal = reasons.ordinal
    left join reason_states on lower(trim(reasons.reason)) = reason_states.reason
    where paged.has_class_page = 0 or paged.page = 'class'

),

int_attendance_codes as (

    select
        school_id,
        lesson_id,
        pupil_id,
        ordinal,
        code,
        page,
        case
            when code_state = 'unknown_reason' then coalesce(reason_state, code_state)
            when code_state <> 'not_recorded' then code_state
        end as state
    from coded

)

select * from int_attendance_codes
