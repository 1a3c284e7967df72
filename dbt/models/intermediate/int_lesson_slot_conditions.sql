{#
  Two lessons in one place: of a class, or of a teacher. A pair is judged for both of its lessons.
  Times that do not meet excuse a pair; times count only where both are known.
#}
{%- set apart -%}
(
    (one.starts_at is not null and other.ends_at is not null and one.starts_at >= other.ends_at)
    or (other.starts_at is not null and one.ends_at is not null and other.starts_at >= one.ends_at)
)
{%- endset -%}
{%- set together -%}
(
    one.starts_at < other.ends_at and other.starts_at < one.ends_at
)
{%- endset -%}
with places as (

    select * from {{ ref('int_lesson_places') }}

),

subject_groups as (

    select * from {{ ref('int_lesson_subject_groups') }}

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

divided as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id
    from subject_groups
    group by school_id, academic_year, class_id, subject_id

),

-- classes whose journal names subgroups: elsewhere two lessons at one time may be two subgroups
naming_classes as (

    select
        school_id,
        academic_year,
        class_id
    from subject_groups
    where told_by = 'lessons' and is_seen
    group by school_id, academic_year, class_id

),

placed as (

    select * from places
    where lesson_number is not null and class_id <> '' and not is_extra

),

class_slots as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        lesson_number
    from placed
    group by school_id, academic_year, class_id, date, lesson_number
    having count(*) > 1

),

crowded as (

    select placed.*
    from placed
    inner join class_slots
        on
            placed.school_id = class_slots.school_id
            and placed.academic_year = class_slots.academic_year
            and placed.class_id = class_slots.class_id
            and placed.date = class_slots.date
            and placed.lesson_number = class_slots.lesson_number

),

class_pairs as (

    select
        one.school_id,
        one.academic_year,
        one.class_id,
        one.lesson_id,
        one.subject_id,
        one.subgroup_id,
        other.subject_id as other_subject_id,
        other.subgroup_id as other_subgroup_id,
        (one.is_surely_held and other.is_surely_held) as are_surely_held,
        (one.is_seen and other.is_seen) as are_seen,
        one.is_contested,
        -- two subjects that meet again and again are taught side by side
        count(*) over (
            partition by one.school_id, one.academic_year, one.class_id, one.subject_id, other.subject_id
        ) as n_meetings
    from crowded as one
    inner join crowded as other
        on
            one.school_id = other.school_id
            and one.academic_year = other.academic_year
            and one.class_id = other.class_id
            and one.date = other.date
            and one.lesson_number = other.lesson_number
            and one.lesson_id <> other.lesson_id
    where not {{ apart }} and (one.subgroup_id = '' or other.subgroup_id = '' or one.subgroup_id = other.subgroup_id)

),

weighed_class_pairs as (

    select
        class_pairs.school_id,
        class_pairs.lesson_id,
        coalesce(subjects.subject_name, class_pairs.other_subject_id) as other_subject,
        case
            when not class_pairs.are_seen or class_pairs.is_contested then 'undetermined'
            when not class_pairs.are_surely_held then 'undetermined'
            when naming_classes.class_id is null then 'undetermined'
            -- the same subgroup of one subject, written twice
            when
                class_pairs.subgroup_id <> '' and class_pairs.subgroup_id = class_pairs.other_subgroup_id
                and class_pairs.subject_id = class_pairs.other_subject_id
                then 'violated'
            when class_pairs.subject_id = class_pairs.other_subject_id then 'undetermined'
            when class_pairs.subgroup_id = class_pairs.other_subgroup_id and class_pairs.subgroup_id <> ''
                then 'undetermined'
            when class_pairs.subgroup_id = '' and divided.subject_id is not null then 'undetermined'
            when class_pairs.other_subgroup_id = '' and other_divided.subject_id is not null then 'undetermined'
            when class_pairs.n_meetings >= 3 then 'undetermined'
            else 'violated'
        end as verdict
    from class_pairs
    left join subjects
        on class_pairs.school_id = subjects.school_id and class_pairs.other_subject_id = subjects.subject_id
    left join naming_classes
        on
            class_pairs.school_id = naming_classes.school_id
            and class_pairs.academic_year = naming_classes.academic_year
            and class_pairs.class_id = naming_classes.class_id
    left join divided
        on
            class_pairs.school_id = divided.school_id
            and class_pairs.academic_year = divided.academic_year
            and class_pairs.class_id = divided.class_id
            and class_pairs.subject_id = divided.subject_id
    left join divided as other_divided
        on
            class_pairs.school_id = other_divided.school_id
            and class_pairs.academic_year = other_divided.academic_year
            and class_pairs.class_id = other_divided.class_id
            and class_pairs.other_subject_id = other_divided.subject_id

),

worst_class_pairs as (

    select
        school_id,
        lesson_id,
        max(case when verdict = 'violated' then 1 else 0 end) as is_violated,
        coalesce(
            min(case when verdict = 'violated' then other_subject end), min(other_subject)
        ) as other_subject
    from weighed_class_pairs
    group by school_id, lesson_id

),

slot_taken_twice as (

    select
        places.school_id,
        places.lesson_id,
        'slot_taken_twice' as rule,
        case
            when places.is_extra then 'not_applicable'
            when not places.is_seen or places.lesson_number is null or places.class_id = '' then 'no_data'
            when worst_class_pairs.is_violated = 1 then 'violated'
            when worst_class_pairs.is_violated = 0 then 'undetermined'
            else 'ok'
        end as verdict,
        case
            when places.is_extra then 'внеурочное занятие'
            when not places.is_seen then 'урок виден только по записям'
            when places.lesson_number is null then 'номер урока не указан'
            when places.class_id = '' then 'класс не указан'
            when worst_class_pairs.is_violated = 1
                then
                    'у класса в это же время стоит ещё один урок: '
                    || {{ lower_first('worst_class_pairs.other_subject') }}
            when worst_class_pairs.is_violated = 0
                then
                    'в это же время стоит ещё один урок: ' || {{ lower_first('worst_class_pairs.other_subject') }}
                    || '; возможно, это другая подгруппа'
            else ''
        end as detail
    from places
    left join worst_class_pairs
        on places.school_id = worst_class_pairs.school_id and places.lesson_id = worst_class_pairs.lesson_id

),

teacher_slots as (

    select
        school_id,
        teacher_id,
        date,
        lesson_number
    from placed
    where teacher_id <> ''
    group by school_id, teacher_id, date, lesson_number
    having count(distinct class_id) > 1

),

torn as (

    select placed.*
    from placed
    inner join teacher_slots
        on
            placed.school_id = teacher_slots.school_id
            and placed.teacher_id = teacher_slots.teacher_id
            and placed.date = teacher_slots.date
            and placed.lesson_number = teacher_slots.lesson_number

),

teacher_pairs as (

    select
        one.school_id,
        one.lesson_id,
        one.subject_id,
        other.subject_id as other_subject_id,
        one.class_id,
        other.class_id as other_class_id,
        one.teacher_id,
        (
            one.is_merged or other.is_merged
            or (
                one.subject_id = other.subject_id and one.subgroup_id <> '' and one.subgroup_id = other.subgroup_id
            )
        ) as is_combined,
        {{ apart }} as is_apart,
        coalesce({{ together }}, false) as is_together,
        coalesce(one.ends_at = other.ends_at, false) as ends_alike,
        abs({{ minutes_between('one.ends_at', 'other.ends_at') }}) as minutes_apart,
        coalesce(one.shift = other.shift, false) as is_one_shift,
        (one.is_teacher_told and other.is_teacher_told) as are_told,
        (one.is_surely_held and other.is_surely_held and one.is_seen and other.is_seen) as are_surely_held,
        (one.is_contested or other.is_contested) as is_contested,
        -- a teacher who takes two classes again and again takes them together
        count(*) over (
            partition by one.school_id, one.academic_year, one.teacher_id, one.class_id, other.class_id
        ) as n_meetings
    from torn as one
    inner join torn as other
        on
            one.school_id = other.school_id
            and one.teacher_id = other.teacher_id
            and one.date = other.date
            and one.lesson_number = other.lesson_number
            and one.class_id <> other.class_id

),

weighed_teacher_pairs as (

    select
        school_id,
        lesson_id,
        case
            when not are_told or not are_surely_held or is_contested then 'undetermined'
            when subject_id = other_subject_id or n_meetings >= 5 then 'undetermined'
            when is_together or ends_alike or (is_one_shift and coalesce(minutes_apart, 0) < 30) then 'violated'
            else 'undetermined'
        end as verdict,
        case
            when not are_told then 'кто вёл урок, в журнале не сказано'
            when not are_surely_held then 'на одном из уроков нет записей'
            when is_contested then 'об уроках говорят несколько источников'
            when subject_id = other_subject_id or n_meetings >= 5 then 'возможно, классы занимаются вместе'
            when is_together or ends_alike or (is_one_shift and coalesce(minutes_apart, 0) < 30) then ''
            else 'время уроков неизвестно'
        end as doubt
    from teacher_pairs
    -- a lesson lasts no longer than 45 minutes: with ends farther apart two lessons do not meet
    where not is_combined and not is_apart and (is_together or coalesce(minutes_apart, 0) < 45)

),

worst_teacher_pairs as (

    select
        school_id,
        lesson_id,
        max(case when verdict = 'violated' then 1 else 0 end) as is_violated,
        min(doubt) as doubt
    from weighed_teacher_pairs
    group by school_id, lesson_id

),

teacher_in_two_places as (

    select
        places.school_id,
        places.lesson_id,
        'teacher_in_two_places' as rule,
        case
            when places.is_extra then 'not_applicable'
            when places.teacher_id = '' or places.lesson_number is null or places.class_id = '' then 'no_data'
            when worst_teacher_pairs.is_violated = 1 then 'violated'
            when worst_teacher_pairs.is_violated = 0 then 'undetermined'
            else 'ok'
        end as verdict,
        case
            when places.is_extra then 'внеурочное занятие'
            when places.teacher_id = '' then 'учитель урока не указан'
            when places.lesson_number is null then 'номер урока не указан'
            when places.class_id = '' then 'класс не указан'
            when worst_teacher_pairs.is_violated = 1 then 'в это же время записан урок учителя в другом классе'
            when worst_teacher_pairs.is_violated = 0
                then 'под тем же номером записан урок учителя в другом классе; ' || worst_teacher_pairs.doubt
            else ''
        end as detail
    from places
    left join worst_teacher_pairs
        on places.school_id = worst_teacher_pairs.school_id and places.lesson_id = worst_teacher_pairs.lesson_id

),

judged as (

    select * from slot_taken_twice
    union all
    select * from teacher_in_two_places

),

int_lesson_slot_conditions as (

    select
        school_id,
        lesson_id,
        rule,
        verdict,
        detail
    from judged
    where verdict <> 'ok'

)

select * from int_lesson_slot_conditions
