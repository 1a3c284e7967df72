with lessons as (

    select * from {{ ref('int_counted_lessons') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

assignments as (

    select * from {{ ref('stg_journal__teaching_assignments') }}
    where is_current

),

grading as (

    select * from {{ ref('stg_journal__grading') }}
    where is_current

),

substitutions as (

    select * from {{ ref('stg_journal__substitutions') }}
    where is_current

),

bells as (

    select * from {{ ref('stg_journal__bells') }}
    where is_current

),

placed as (

    select
        lessons.school_id,
        lessons.lesson_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.subgroup_id,
        lessons.subject_id,
        lessons.date,
        lessons.lesson_number,
        {{ weekday_of('lessons.date') }} as weekday,
        classes.grade,
        classes.shift
    from lessons
    left join classes
        on
            lessons.school_id = classes.school_id
            and lessons.academic_year = classes.academic_year
            and lessons.class_id = classes.class_id

),

-- the row about the fewest grades counts, then the one that began last
ranked_grading as (

    select
        placed.school_id,
        placed.lesson_id,
        grading.graded,
        row_number() over (
            partition by placed.school_id, placed.lesson_id
            order by grading.grade_from desc nulls last, grading.starts_on desc nulls last, grading.graded asc
        ) as place
    from placed
    inner join grading
        on
            placed.school_id = grading.school_id
            and placed.subject_id = grading.subject_id
            and (grading.grade_from is null or placed.grade >= grading.grade_from)
            and (grading.grade_to is null or placed.grade <= grading.grade_to)
            and (grading.starts_on is null or placed.date >= grading.starts_on)
            and (grading.ends_on is null or placed.date <= grading.ends_on)

),

lesson_grading as (

    select
        school_id,
        lesson_id,
        graded
    from ranked_grading
    where place = 1

),

-- a teacher is known where just one is assigned; of two subgroups that the lesson does not name, nobody is
lesson_teachers as (

    select
        placed.school_id,
        placed.lesson_id,
        case when count(distinct assignments.teacher_id) = 1 then max(assignments.teacher_id) end as teacher_id
    from placed
    inner join assignments
        on
            placed.school_id = assignments.school_id
            and placed.academic_year = assignments.academic_year
            and placed.class_id = assignments.class_id
            and placed.subject_id = assignments.subject_id
            and (placed.subgroup_id = '' or assignments.subgroup_id in ('', placed.subgroup_id))
            and (assignments.starts_on is null or placed.date >= assignments.starts_on)
            and (assignments.ends_on is null or placed.date <= assignments.ends_on)
    group by placed.school_id, placed.lesson_id

),

lesson_substitutions as (

    select
        placed.school_id,
        placed.lesson_id,
        max(substitutions.absent_teacher_id) as absent_teacher_id,
        max(case when substitutions.kind in ('replace', 'merge') then substitutions.substitute_id end) as substitute_id,
        max(case when substitutions.kind = 'cancel' then 1 else 0 end) as is_cancelled,
        max(case when substitutions.kind = 'cancel' then substitutions.entered_at end) as cancelled_at
    from placed
    inner join substitutions
        on
            placed.school_id = substitutions.school_id
            and placed.date = substitutions.date
            and placed.class_id = substitutions.class_id
            and placed.subject_id = substitutions.subject_id
            and substitutions.subgroup_id in ('', placed.subgroup_id)
            and placed.lesson_number = substitutions.lesson_number
    group by placed.school_id, placed.lesson_id

),

shifts as (

    select
        school_id,
        case when min(shift) = max(shift) then min(shift) end as only_shift
    from bells
    group by school_id

),

-- bells of just that day, then of the day of the week, then of every day
ranked_bells as (

    select
        placed.school_id,
        placed.lesson_id,
        bells.ends_at,
        row_number() over (
            partition by placed.school_id, placed.lesson_id
            order by
                bells.date asc nulls last,
                bells.weekday asc nulls last,
                bells.grade_from desc nulls last,
                bells.starts_on desc nulls last,
                bells.ends_at desc
        ) as place
    from placed
    inner join shifts on placed.school_id = shifts.school_id
    inner join bells
        on
            placed.school_id = bells.school_id
            and coalesce(placed.shift, shifts.only_shift) = bells.shift
            and placed.lesson_number = bells.lesson_number
            and (bells.date is null or placed.date = bells.date)
            and (bells.weekday is null or placed.weekday = bells.weekday)
            and (bells.grade_from is null or placed.grade >= bells.grade_from)
            and (bells.grade_to is null or placed.grade <= bells.grade_to)
            and (bells.starts_on is null or placed.date >= bells.starts_on)
            and (bells.ends_on is null or placed.date <= bells.ends_on)

),

lesson_bells as (

    select
        school_id,
        lesson_id,
        ends_at
    from ranked_bells
    where place = 1

),

int_lesson_registers as (

    select
        placed.school_id,
        placed.lesson_id,
        coalesce(lesson_grading.graded, '') as graded,
        coalesce(lesson_teachers.teacher_id, '') as assigned_teacher_id,
        coalesce(lesson_substitutions.absent_teacher_id, '') as absent_teacher_id,
        coalesce(lesson_substitutions.substitute_id, '') as substitute_id,
        (coalesce(lesson_substitutions.is_cancelled, 0) = 1) as is_cancelled,
        lesson_substitutions.cancelled_at,
        lesson_bells.ends_at
    from placed
    left join lesson_grading
        on placed.school_id = lesson_grading.school_id and placed.lesson_id = lesson_grading.lesson_id
    left join lesson_teachers
        on placed.school_id = lesson_teachers.school_id and placed.lesson_id = lesson_teachers.lesson_id
    left join lesson_substitutions
        on placed.school_id = lesson_substitutions.school_id and placed.lesson_id = lesson_substitutions.lesson_id
    left join lesson_bells
        on placed.school_id = lesson_bells.school_id and placed.lesson_id = lesson_bells.lesson_id

)

select * from int_lesson_registers
