with attendance as (

    select * from {{ ref('stg_journal__attendance') }}

),

attendance_codes as (

    select * from {{ ref('int_attendance_codes') }}

),

marks as (

    select * from {{ ref('stg_journal__marks') }}
    where trim(value) <> '' and not ({{ is_number_mark('value') }})

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}
    where trim(value) <> '' and not ({{ is_number_mark('value') }})

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

code_map as (

    select * from {{ ref('stg_meta__code_map') }}

),

looks as (

    select * from {{ ref('int_export_looks') }}
    where table_name in ('attendance', 'marks', 'period_marks')

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
        scope,
        code,
        min(canonical) as meaning
    from code_map
    group by system, export_kind, scope, code

),

attendance_written as (

    select
        attendance.school_id,
        lessons.academic_year,
        lessons.class_id,
        attendance.system,
        attendance.export_kind,
        'attendance' as table_name,
        'attendance' as scope,
        trim(attendance.code) as item,
        attendance.known_from,
        attendance.is_current,
        attendance_codes.state as stated_meaning
    from attendance
    left join attendance_codes
        on
            attendance.school_id = attendance_codes.school_id
            and attendance.lesson_id = attendance_codes.lesson_id
            and attendance.pupil_id = attendance_codes.pupil_id
            and attendance.ordinal = attendance_codes.ordinal
            and attendance.is_current
    left join lessons
        on attendance.school_id = lessons.school_id and attendance.lesson_id = lessons.lesson_id
    where trim(attendance.code) <> ''

),

marks_written as (

    select
        marks.school_id,
        lessons.academic_year,
        lessons.class_id,
        marks.system,
        marks.export_kind,
        'marks' as table_name,
        'mark' as scope,
        trim(marks.value) as item,
        marks.known_from,
        marks.is_current,
        cast(null as varchar) as stated_meaning
    from marks
    left join lessons on marks.school_id = lessons.school_id and marks.lesson_id = lessons.lesson_id

),

period_marks_written as (

    select
        school_id,
        academic_year,
        class_id,
        system,
        export_kind,
        'period_marks' as table_name,
        'period_mark' as scope,
        trim(value) as item,
        known_from,
        is_current,
        cast(null as varchar) as stated_meaning
    from period_marks

),

written as (

    select * from attendance_written
    union all
    select * from marks_written
    union all
    select * from period_marks_written

),

understood as (

    select
        written.school_id,
        written.academic_year,
        written.class_id,
        written.system,
        written.export_kind,
        written.table_name,
        written.item,
        written.known_from,
        written.is_current,
        coalesce(meanings.meaning, written.stated_meaning) as meaning
    from written
    left join mapped_sources
        on written.system = mapped_sources.system and written.export_kind = mapped_sources.export_kind
    left join meanings
        on
            {{ normal_code('written.item') }} = meanings.code
            and written.scope = meanings.scope
            and meanings.system = coalesce(mapped_sources.system, 'journal_csv')
            and meanings.export_kind = coalesce(mapped_sources.export_kind, 'journal_csv')

),

first_seen as (

    select
        school_id,
        system,
        export_kind,
        table_name,
        item,
        min(known_from) as since
    from understood
    group by school_id, system, export_kind, table_name, item

),

counted as (

    select
        school_id,
        academic_year,
        class_id,
        system,
        export_kind,
        table_name,
        item,
        coalesce(min(meaning), '') as meaning,
        count(*) as n
    from understood
    where is_current and academic_year is not null
    group by school_id, academic_year, class_id, system, export_kind, table_name, item

),

looked as (

    select
        school_id,
        system,
        export_kind,
        table_name,
        max(compared_with) as compared_with
    from looks
    group by school_id, system, export_kind, table_name

),

judged as (

    select
        counted.*,
        first_seen.since,
        looked.compared_with,
        case
            when counted.meaning = '' then 'code_unmapped'
            when first_seen.since > looked.compared_with then 'code_new'
        end as finding
    from counted
    inner join first_seen
        on
            counted.school_id = first_seen.school_id
            and counted.system = first_seen.system
            and counted.export_kind = first_seen.export_kind
            and counted.table_name = first_seen.table_name
            and counted.item = first_seen.item
    left join looked
        on
            counted.school_id = looked.school_id
            and counted.system = looked.system
            and counted.export_kind = looked.export_kind
            and counted.table_name = looked.table_name

),

int_drift__codes as (

    select
        school_id,
        finding,
        case when finding = 'code_unmapped' then 'attention' else 'note' end as severity,
        academic_year,
        class_id,
        system,
        export_kind,
        table_name,
        item,
        meaning as item_before,
        '' as pupil_id,
        n,
        cast(null as bigint) as n_of,
        cast(null as bigint) as n_before,
        since,
        compared_with
    from judged
    where finding is not null

)

select * from int_drift__codes
