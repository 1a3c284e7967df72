with attendance as (

    select * from {{ ref('stg_journal__attendance') }}

),

code_map as (

    select * from {{ ref('stg_meta__code_map') }}
    where scope = 'attendance'

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

int_attendance_versions as (

    select
        attendance.school_id,
        attendance.academic_year,
        attendance.lesson_id,
        attendance.pupil_id,
        attendance.ordinal,
        attendance.code,
        case when attendance.page = 'class' then 'class' else 'lesson' end as page,
        coalesce(
            meanings.state,
            case
                when
                    lower(attendance.code) in (
                        'present', 'late', 'left_early', 'ill', 'excused', 'unexcused', 'unknown_reason', 'released',
                        'remote'
                    )
                    then lower(attendance.code)
            end,
            ''
        ) as state,
        attendance.entered_at,
        attendance.entered_at_is_day,
        attendance.known_from,
        attendance.known_to,
        attendance.not_before,
        attendance.is_current
    from attendance
    left join mapped_sources
        on attendance.system = mapped_sources.system and attendance.export_kind = mapped_sources.export_kind
    left join meanings
        on
            {{ normal_code('attendance.code') }} = meanings.code
            and meanings.system = coalesce(mapped_sources.system, 'journal_csv')
            and meanings.export_kind = coalesce(mapped_sources.export_kind, 'journal_csv')

)

select * from int_attendance_versions
