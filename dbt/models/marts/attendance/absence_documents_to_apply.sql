with documents as (

    select * from {{ ref('int_absence_documents') }}

),

statements as (

    select * from {{ ref('stg_journal__parent_statements') }}
    where is_current and lower(kind) not like 'print%' and lower(kind) not like '%печат%'

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

days as (

    select * from {{ ref('attendance_by_pupil_day') }}

),

attendance as (

    select * from {{ ref('fct_attendance') }}
    where state in ('ill', 'excused') and code is not null

),

checks as (

    select * from {{ ref('fct_journal_checks') }}
    where rule = 'absence_reason'

),

meanings as (

    select * from {{ ref('absence_reasons') }}

),

brought as (

    select
        school_id,
        academic_year,
        'document' as source_kind,
        document_id as source_id,
        class_id,
        pupil_id,
        kind,
        starts_on,
        ends_on,
        received_at
    from documents
    union all
    select
        school_id,
        {{ academic_year_of('starts_on') }} as academic_year,
        'statement' as source_kind,
        pupil_id || '|' || cast(starts_on as varchar) as source_id,
        '' as class_id,
        pupil_id,
        kind,
        starts_on,
        coalesce(ends_on, starts_on) as ends_on,
        cast(null as timestamp) as received_at
    from statements

),

-- the code with which this school's journal writes the state, where it has ever been used
code_counts as (

    select
        school_id,
        state,
        code,
        count(*) as n
    from attendance
    group by school_id, state, code

),

ranked_codes as (

    select
        *,
        row_number() over (
            partition by school_id, state order by n desc nulls last, code asc nulls last
        ) as place
    from code_counts

),

told as (

    select
        brought.*,
        coalesce(case when meanings.state in ('ill', 'excused') then meanings.state end, '') as state_to_enter,
        ranked_codes.code as code_to_enter
    from brought
    left join meanings on lower(trim(brought.kind)) = meanings.reason
    left join ranked_codes
        on
            brought.school_id = ranked_codes.school_id
            and meanings.state = ranked_codes.state
            and ranked_codes.place = 1

),

-- where the document leaves the reason open, an absence without a good reason may stay so
covered as (

    select
        told.school_id,
        told.academic_year,
        told.source_kind,
        told.source_id,
        {{ add_counts(['lessons_expected', 'released', 'not_recorded', 'missed']) }},
        cast(
            sum(days.unknown_reason + case when told.state_to_enter = '' then 0 else days.unexcused end) as bigint
        ) as lessons_to_apply,
        min(case when days.missed > 0 then days.date end) as first_missed_day,
        max(case when days.missed > 0 then days.date end) as last_missed_day
    from told
    inner join days
        on
            told.school_id = days.school_id
            and told.academic_year = days.academic_year
            and told.pupil_id = days.pupil_id
            and days.date between told.starts_on and told.ends_on
    group by told.school_id, told.academic_year, told.source_kind, told.source_id

),

judged as (

    select
        told.school_id,
        told.academic_year,
        coalesce(pupil_classes.class_id, told.class_id) as class_id,
        told.pupil_id,
        told.source_kind,
        told.source_id,
        told.kind,
        told.starts_on,
        told.ends_on,
        told.received_at,
        told.state_to_enter,
        told.code_to_enter,
        coalesce(covered.missed, 0) as lessons_missed,
        coalesce(covered.lessons_to_apply, 0) as lessons_to_apply,
        coalesce(covered.lessons_expected - covered.released - covered.not_recorded - covered.missed, 0)
            as lessons_attended,
        coalesce(covered.not_recorded, 0) as lessons_not_recorded,
        covered.first_missed_day,
        covered.last_missed_day,
        case
            when coalesce(covered.lessons_expected - covered.released - covered.not_recorded, 0) = 0 then 'no_data'
            when covered.missed = 0 then 'no_absences'
            when covered.lessons_to_apply = 0 then 'applied'
            else 'to_apply'
        end as status,
        coalesce(checks.verdict, 'not_set') as verdict,
        checks.due_at
    from told
    left join covered
        on
            told.school_id = covered.school_id
            and told.academic_year = covered.academic_year
            and told.source_kind = covered.source_kind
            and told.source_id = covered.source_id
    left join pupil_classes
        on
            told.school_id = pupil_classes.school_id
            and told.academic_year = pupil_classes.academic_year
            and told.pupil_id = pupil_classes.pupil_id
    left join checks
        on
            told.school_id = checks.school_id
            and told.academic_year = checks.academic_year
            and told.source_kind = 'document'
            and told.source_id = checks.subject_key

),

absence_documents_to_apply as (

    select
        *,
        case status when 'applied' then true when 'to_apply' then false end as is_applied,
        {{ date_range('starts_on', 'ends_on') }}
        || case
            when state_to_enter = '' then ', причину решает школа'
            else
                ', ' || coalesce(
                    code_to_enter, case state_to_enter when 'ill' then 'болезнь' else 'уважительная причина' end
                )
        end
        || case status
            when 'to_apply'
                then
                    ', ' || cast(lessons_to_apply as varchar) || ' '
                    || {{ plural_ru('lessons_to_apply', "'урок'", "'урока'", "'уроков'") }}
            when 'applied' then ', внесено'
            when 'no_absences' then ', пропусков в эти дни нет'
            else ', посещаемость этих дней не заполнена'
        end as computed_explained
    from judged

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    source_kind,
    source_id,
    kind,
    starts_on,
    ends_on,
    received_at,
    state_to_enter,
    code_to_enter,
    lessons_missed,
    lessons_to_apply,
    lessons_attended,
    lessons_not_recorded,
    first_missed_day,
    last_missed_day,
    status,
    is_applied,
    verdict,
    due_at,
    computed_explained
from absence_documents_to_apply
