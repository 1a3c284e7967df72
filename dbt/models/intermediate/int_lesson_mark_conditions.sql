with lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

marks as (

    select * from {{ ref('int_marks') }}

),

told_marks as (

    select * from {{ ref('stg_journal__marks') }}
    where is_current

),

code_map as (

    select * from {{ ref('stg_meta__code_map') }}
    where scope = 'mark'

),

classes as (

    select * from {{ ref('int_classes') }}

),

registers as (

    select * from {{ ref('int_lesson_registers') }}

),

lesson_pupils as (

    select * from {{ ref('int_lesson_pupils') }}
    where not is_expected

),

enrollments as (

    select * from {{ ref('int_enrollments') }}
    where evidence <> 'inferred'

),

members as (

    select * from {{ ref('stg_journal__subgroup_members') }}
    where is_current

),

subject_groups as (

    select * from {{ ref('int_lesson_subject_groups') }}

),

known_codes as (

    select code
    from code_map
    group by code

),

odd_values as (

    select value
    from marks
    where value <> '' and numeric_value is null
    group by value

),

-- a mark of two parts, such as 5/4 for content and spelling, is two marks of the scale
unknown_values as (

    select odd_values.value
    from odd_values
    left join known_codes on {{ normal_code('odd_values.value') }} = known_codes.code
    where
        known_codes.code is null
        and regexp_extract(odd_values.value, '^[1-5][-+−–]?[ ]*[/|,; ][ ]*[1-5][-+−–]?$', 0) = ''
        and {{ plain_text('odd_values.value') }} not in (
            '', 'на', 'неатт', 'неаттестован', 'неаттестована', 'зач', 'зачет', 'зачтено', 'незач', 'незачет',
            'незачтено', 'нзач', 'нз', 'зч', 'осв', 'освобожден', 'освобождена', 'н', 'нб', 'б', 'у', 'уп', 'нп',
            'п', 'о', 'оп', 'точка', 'долг', 'з'
        )

),

weighed_marks as (

    select
        marks.school_id,
        marks.academic_year,
        marks.lesson_class_id,
        marks.subject_id,
        marks.lesson_id,
        marks.pupil_id,
        marks.mark_id,
        marks.date,
        marks.value,
        marks.kind,
        marks.work_type,
        marks.numeric_value,
        (unknown_values.value is not null and marks.kind <> 'debt') as is_outside
    from marks
    left join unknown_values on marks.value = unknown_values.value
    where marks.value <> ''

),

-- a journal of another scale is no mistake of one lesson
subject_scales as (

    select
        school_id,
        academic_year,
        lesson_class_id,
        subject_id,
        (
            sum(case when is_outside then 1 else 0 end) >= 5
            and 10 * sum(case when is_outside then 1 else 0 end) >= count(*)
        ) as has_other_scale
    from weighed_marks
    group by school_id, academic_year, lesson_class_id, subject_id

),

-- grade 1 is taught without marks unless the school has said otherwise
scaled as (

    select
        weighed_marks.school_id,
        weighed_marks.lesson_id,
        cast(sum(case when weighed_marks.is_outside then 1 else 0 end) as bigint) as n_outside,
        min(case when weighed_marks.is_outside then substr(weighed_marks.value, 1, 12) end) as outside_value,
        bool_or(subject_scales.has_other_scale) as has_other_scale,
        cast(
            sum(
                case
                    when classes.grade = 1 and registers.graded <> 'marks' and weighed_marks.numeric_value is not null
                        then 1
                    else 0
                end
            ) as bigint
        ) as n_in_grade_1
    from weighed_marks
    inner join subject_scales
        on
            weighed_marks.school_id = subject_scales.school_id
            and weighed_marks.academic_year = subject_scales.academic_year
            and weighed_marks.lesson_class_id = subject_scales.lesson_class_id
            and weighed_marks.subject_id = subject_scales.subject_id
    inner join registers
        on weighed_marks.school_id = registers.school_id and weighed_marks.lesson_id = registers.lesson_id
    left join classes
        on
            weighed_marks.school_id = classes.school_id
            and weighed_marks.academic_year = classes.academic_year
            and weighed_marks.lesson_class_id = classes.class_id
    group by weighed_marks.school_id, weighed_marks.lesson_id

),

mark_outside_scale as (

    select
        lessons.school_id,
        lessons.lesson_id,
        'mark_outside_scale' as rule,
        case
            when scaled.lesson_id is null then 'not_applicable'
            when scaled.n_outside > 0 and scaled.has_other_scale then 'undetermined'
            when scaled.n_outside > 0 or scaled.n_in_grade_1 > 0 then 'violated'
            else 'ok'
        end as verdict,
        case
            when scaled.lesson_id is null then 'отметок на уроке нет'
            when scaled.n_outside > 0
                then
                    'отметка «' || scaled.outside_value || '»'
                    || case
                        when scaled.n_outside > 1 then ' и ещё ' || cast(scaled.n_outside - 1 as varchar) else ''
                    end
                    || case
                        when scaled.has_other_scale then '; по предмету она не одна: возможно, шкала иная' else ''
                    end
            when scaled.n_in_grade_1 > 0
                then
                    cast(scaled.n_in_grade_1 as varchar) || ' '
                    || {{ plural_ru('scaled.n_in_grade_1', "'отметка'", "'отметки'", "'отметок'") }} || ' в 1 классе'
            else ''
        end as detail
    from lessons
    left join scaled on lessons.school_id = scaled.school_id and lessons.lesson_id = scaled.lesson_id

),

listed_classes as (

    select
        school_id,
        academic_year,
        class_id
    from enrollments
    group by school_id, academic_year, class_id

),

listed_pupils as (

    select
        school_id,
        academic_year,
        pupil_id
    from enrollments
    group by school_id, academic_year, pupil_id

),

-- one row a lesson and pupil: whoever has a mark where nobody expected him
strangers as (

    select
        weighed_marks.school_id,
        weighed_marks.academic_year,
        weighed_marks.lesson_id,
        weighed_marks.pupil_id,
        lessons.class_id,
        lessons.subject_id,
        lessons.subgroup_id,
        lessons.date
    from weighed_marks
    inner join lessons
        on weighed_marks.school_id = lessons.school_id and weighed_marks.lesson_id = lessons.lesson_id
    inner join lesson_pupils
        on
            weighed_marks.school_id = lesson_pupils.school_id
            and weighed_marks.lesson_id = lesson_pupils.lesson_id
            and weighed_marks.pupil_id = lesson_pupils.pupil_id
    group by
        weighed_marks.school_id, weighed_marks.academic_year, weighed_marks.lesson_id, weighed_marks.pupil_id,
        lessons.class_id, lessons.subject_id, lessons.subgroup_id, lessons.date

),

-- a pupil is no member for sure where another subgroup of the subject, or other days of this one, have him
other_members as (

    select
        strangers.school_id,
        strangers.lesson_id,
        strangers.pupil_id
    from strangers
    inner join members on strangers.school_id = members.school_id and strangers.pupil_id = members.pupil_id
    inner join subject_groups
        on
            members.school_id = subject_groups.school_id
            and members.subgroup_id = subject_groups.subgroup_id
            and strangers.academic_year = subject_groups.academic_year
            and strangers.subject_id = subject_groups.subject_id
            and subject_groups.told_by = 'members'
    where
        strangers.subgroup_id <> ''
        and (
            members.subgroup_id = strangers.subgroup_id
            or strangers.date between members.starts_on and coalesce(members.ends_on, date '2999-12-31')
        )
    group by strangers.school_id, strangers.lesson_id, strangers.pupil_id

),

weighed_strangers as (

    select
        strangers.school_id,
        strangers.lesson_id,
        strangers.subgroup_id,
        (
            strangers.subgroup_id = '' and listed_classes.class_id is not null and listed_pupils.pupil_id is not null
        ) as is_of_other_class,
        (other_members.pupil_id is not null and listed_pupils.pupil_id is not null) as is_of_other_subgroup
    from strangers
    left join listed_classes
        on
            strangers.school_id = listed_classes.school_id
            and strangers.academic_year = listed_classes.academic_year
            and strangers.class_id = listed_classes.class_id
    left join listed_pupils
        on
            strangers.school_id = listed_pupils.school_id
            and strangers.academic_year = listed_pupils.academic_year
            and strangers.pupil_id = listed_pupils.pupil_id
    left join other_members
        on
            strangers.school_id = other_members.school_id
            and strangers.lesson_id = other_members.lesson_id
            and strangers.pupil_id = other_members.pupil_id

),

counted_strangers as (

    select
        school_id,
        lesson_id,
        subgroup_id,
        cast(sum(case when is_of_other_class or is_of_other_subgroup then 1 else 0 end) as bigint) as n_sure,
        count(*) as n
    from weighed_strangers
    group by school_id, lesson_id, subgroup_id

),

subgroups_with_members as (

    select
        school_id,
        subgroup_id
    from members
    group by school_id, subgroup_id

),

mark_of_outsider as (

    select
        lessons.school_id,
        lessons.lesson_id,
        'mark_of_outsider' as rule,
        case
            when scaled.lesson_id is null then 'not_applicable'
            when counted_strangers.n_sure > 0 then 'violated'
            when counted_strangers.n > 0 and lessons.subgroup_id = '' and listed_classes.class_id is null
                then 'not_applicable'
            when counted_strangers.n > 0 and lessons.subgroup_id <> '' and subgroups_with_members.subgroup_id is null
                then 'not_applicable'
            when counted_strangers.n > 0 then 'undetermined'
            when lessons.subgroup_id = '' and listed_classes.class_id is null then 'not_applicable'
            when lessons.subgroup_id <> '' and subgroups_with_members.subgroup_id is null then 'not_applicable'
            else 'ok'
        end as verdict,
        case
            when scaled.lesson_id is null then 'отметок на уроке нет'
            when counted_strangers.n_sure > 0
                then
                    cast(counted_strangers.n_sure as varchar) || ' '
                    || {{ plural_ru('counted_strangers.n_sure', "'ученик'", "'ученика'", "'учеников'") }}
                    || ' с отметкой не '
                    || {{ plural_ru('counted_strangers.n_sure', "'числится'", "'числятся'", "'числятся'") }}
                    || ' в этот день в ' || case when lessons.subgroup_id = '' then 'классе' else 'подгруппе' end
            when lessons.subgroup_id = '' and listed_classes.class_id is null
                then 'список класса в выгрузках не передан'
            when lessons.subgroup_id <> '' and subgroups_with_members.subgroup_id is null
                then 'состав подгруппы в выгрузках не передан'
            when counted_strangers.n > 0
                then
                    'ученика с отметкой нет в списке '
                    || case when lessons.subgroup_id = '' then 'класса' else 'подгруппы' end
                    || '; возможно, список неполон'
            else ''
        end as detail
    from lessons
    left join scaled on lessons.school_id = scaled.school_id and lessons.lesson_id = scaled.lesson_id
    left join counted_strangers
        on lessons.school_id = counted_strangers.school_id and lessons.lesson_id = counted_strangers.lesson_id
    left join listed_classes
        on
            lessons.school_id = listed_classes.school_id
            and lessons.academic_year = listed_classes.academic_year
            and lessons.class_id = listed_classes.class_id
    left join subgroups_with_members
        on
            lessons.school_id = subgroups_with_members.school_id
            and lessons.subgroup_id = subgroups_with_members.subgroup_id

),

current_marks as (

    select
        marks.school_id,
        marks.academic_year,
        marks.lesson_class_id,
        marks.lesson_id,
        told_marks.system,
        told_marks.export_kind,
        case when marks.work_type = '' then 0 else 1 end as has_work_type
    from marks
    inner join told_marks on marks.school_id = told_marks.school_id and marks.mark_id = told_marks.mark_id
    where marks.kind = 'current' and marks.value <> ''

),

-- a source that names the kind of less than half of a class's marks may name it only where it is a special one
source_manners as (

    select
        school_id,
        academic_year,
        lesson_class_id,
        system,
        export_kind,
        max(has_work_type) as has_any,
        (2 * sum(has_work_type) >= count(*)) as has_most
    from current_marks
    group by school_id, academic_year, lesson_class_id, system, export_kind

),

typed as (

    select
        current_marks.school_id,
        current_marks.lesson_id,
        cast(sum(1 - current_marks.has_work_type) as bigint) as n_blank,
        cast(
            sum(case when current_marks.has_work_type = 0 and source_manners.has_most then 1 else 0 end) as bigint
        ) as n_sure,
        cast(
            sum(case when current_marks.has_work_type = 0 and source_manners.has_any = 1 then 1 else 0 end) as bigint
        ) as n_told
    from current_marks
    inner join source_manners
        on
            current_marks.school_id = source_manners.school_id
            and current_marks.academic_year = source_manners.academic_year
            and current_marks.lesson_class_id = source_manners.lesson_class_id
            and current_marks.system = source_manners.system
            and current_marks.export_kind = source_manners.export_kind
    group by current_marks.school_id, current_marks.lesson_id

),

work_type_set as (

    select
        lessons.school_id,
        lessons.lesson_id,
        'work_type_set' as rule,
        case
            when typed.lesson_id is null then 'not_applicable'
            when typed.n_blank = 0 then 'ok'
            when typed.n_sure > 0 then 'violated'
            when typed.n_told > 0 then 'undetermined'
            else 'no_data'
        end as verdict,
        case
            when typed.lesson_id is null then 'отметок на уроке нет'
            when typed.n_blank = 0 then ''
            when typed.n_sure > 0
                then
                    cast(typed.n_sure as varchar) || ' '
                    || {{ plural_ru('typed.n_sure', "'отметка'", "'отметки'", "'отметок'") }} || ' без вида работы'
            when typed.n_told > 0 then 'вид работы не указан; в этой выгрузке он указан у меньшей части отметок класса'
            else 'выгрузка не называет видов работ'
        end as detail
    from lessons
    left join typed on lessons.school_id = typed.school_id and lessons.lesson_id = typed.lesson_id

),

judged as (

    select * from mark_outside_scale
    union all
    select * from mark_of_outsider
    union all
    select * from work_type_set

),

int_lesson_mark_conditions as (

    select
        school_id,
        lesson_id,
        rule,
        verdict,
        detail
    from judged
    where verdict <> 'ok'

)

select * from int_lesson_mark_conditions
