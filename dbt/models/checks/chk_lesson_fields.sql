with lessons as (

    select * from {{ ref('idx_lessons') }}

),

rules as (

    select * from {{ ref('rules') }}
    where field in ('topic', 'attendance', 'homework')

),

fields as (

    select * from {{ ref('int_lesson_fields') }}

),

dues as (

    select * from {{ ref('int_lesson_dues') }}

),

homework_terms as (

    select * from {{ ref('int_regulation_terms') }}
    where question = 'homework_none' and says = 'no'

),

-- no homework is set in grade 1: a blank there is nobody's omission
first_grades as (

    select * from {{ ref('int_classes') }}
    where grade = 1

),

matched as (

    select
        lessons.school_id,
        rules.rule,
        lessons.subject_kind,
        lessons.subject_key,
        lessons.academic_year,
        lessons.class_id,
        lessons.subject_id,
        lessons.subgroup_id,
        lessons.lesson_id,
        lessons.pupil_id,
        lessons.teacher_id,
        lessons.period_id,
        lessons.date,
        lessons.is_watched,
        lessons.as_of,
        dues.due_from,
        dues.due_at,
        dues.due_before_change,
        dues.changed_at,
        coalesce(dues.says, 'not_said') as says,
        fields.is_filled,
        fields.entered_after,
        fields.entered_by,
        fields.observed_until,
        fields.time_conflict,
        (fields.is_blank_telling or (rules.field = 'homework' and homework_terms.school_id is not null))
            as is_blank_telling,
        (rules.field = 'homework' and first_grades.class_id is not null and not fields.is_filled) as is_not_due
    from lessons
    cross join rules
    inner join fields
        on
            lessons.school_id = fields.school_id
            and lessons.lesson_id = fields.lesson_id
            and rules.field = fields.field
    left join dues
        on
            lessons.school_id = dues.school_id
            and lessons.lesson_id = dues.lesson_id
            and rules.question = dues.question
    left join homework_terms
        on
            lessons.school_id = homework_terms.school_id
            and lessons.date between homework_terms.valid_from and homework_terms.valid_to
    left join first_grades
        on
            lessons.school_id = first_grades.school_id
            and lessons.academic_year = first_grades.academic_year
            and lessons.class_id = first_grades.class_id

),

timed as (

    select
        *,
        {{ timeliness_verdict(
            'is_filled', 'due_at', 'entered_after', 'entered_by', 'observed_until', 'as_of', 'due_from'
        ) }} as timeliness,
        coalesce(entered_by <= due_before_change, false) as is_early_enough_before_change
    from matched

),

judged as (

    select
        *,
        case
            when not is_watched or is_not_due then 'not_applicable'
            when says <> 'term' then 'not_set'
            when not is_filled and observed_until is null then 'no_data'
            when timeliness = 'missing' and not is_blank_telling then 'undetermined'
            when timeliness = 'late' and is_early_enough_before_change and changed_at is null then 'undetermined'
            else timeliness
        end as verdict,
        case
            when timeliness = 'late' and is_early_enough_before_change and changed_at > due_at
                then 'не учтено: расписание дня изменено позже'
            else ''
        end as excuse
    from timed

),

chk_lesson_fields as (

    select
        school_id,
        rule,
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
        date as date_from,
        date,
        case when verdict <> 'not_set' then due_at end as due_at,
        entered_after,
        entered_by,
        observed_until,
        {{ delay_low('verdict', 'due_at', 'entered_after', 'observed_until') }} as delay_min_low,
        {{ delay_high('verdict', 'due_from', 'entered_by') }} as delay_min_high,
        verdict,
        case when verdict = 'late' then excuse else '' end as excuse,
        case
            when time_conflict then 'время внесения в выгрузке не согласуется с наблюдением'
            when verdict = 'undetermined' and not is_filled and rule = 'homework_given'
                then 'поле пустое; было ли задание, по выгрузке не видно'
            when verdict = 'undetermined' and not is_filled
                then 'отсутствующих нет или они не отмечены, по выгрузке не видно'
            when verdict = 'undetermined' and is_early_enough_before_change
                then 'когда отменён последний урок, неизвестно'
            else ''
        end as detail
    from judged

)

select * from chk_lesson_fields
