with classes as (

    select * from {{ ref('int_classes') }}

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

periods as (

    select * from {{ ref('stg_journal__periods') }}
    where is_current and subject_id = ''

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}
    where is_current and kind = 'period' and period_id <> ''

),

kinds as (

    select * from {{ ref('period_kinds') }}

),

stated_kinds as (

    select
        school_id,
        academic_year,
        period_id,
        min(kind) as kind
    from periods
    group by school_id, academic_year, period_id

),

told as (

    select
        period_marks.school_id,
        period_marks.academic_year,
        period_marks.pupil_id,
        coalesce(nullif(period_marks.class_id, ''), pupil_classes.class_id) as class_id,
        kinds.kind
    from period_marks
    left join pupil_classes
        on
            period_marks.school_id = pupil_classes.school_id
            and period_marks.academic_year = pupil_classes.academic_year
            and period_marks.pupil_id = pupil_classes.pupil_id
    left join stated_kinds
        on
            period_marks.school_id = stated_kinds.school_id
            and period_marks.academic_year = stated_kinds.academic_year
            and period_marks.period_id = stated_kinds.period_id
    inner join kinds on coalesce(stated_kinds.kind, split_part(period_marks.period_id, '-', 1)) = kinds.kind
    where kinds.kind <> 'year'

),

class_votes as (

    select
        school_id,
        academic_year,
        class_id,
        kind,
        count(*) as n_marks
    from told
    where class_id is not null
    group by school_id, academic_year, class_id, kind

),

pupil_votes as (

    select
        school_id,
        academic_year,
        pupil_id,
        kind,
        count(*) as n_marks
    from told
    group by school_id, academic_year, pupil_id, kind

),

-- what this class was marked by, what classes of this grade were in an earlier year, what its pupils were
votes as (

    select
        school_id,
        academic_year,
        class_id,
        kind,
        1 as nearness,
        academic_year as told_year,
        n_marks
    from class_votes
    union all
    select
        classes.school_id,
        classes.academic_year,
        classes.class_id,
        class_votes.kind,
        2 as nearness,
        class_votes.academic_year as told_year,
        class_votes.n_marks
    from classes
    inner join classes as earlier
        on
            classes.school_id = earlier.school_id
            and classes.grade = earlier.grade
            and classes.academic_year > earlier.academic_year
    inner join class_votes
        on
            earlier.school_id = class_votes.school_id
            and earlier.academic_year = class_votes.academic_year
            and earlier.class_id = class_votes.class_id
    union all
    select
        pupil_classes.school_id,
        pupil_classes.academic_year,
        pupil_classes.class_id,
        pupil_votes.kind,
        3 as nearness,
        pupil_votes.academic_year as told_year,
        pupil_votes.n_marks
    from pupil_classes
    inner join pupil_votes
        on
            pupil_classes.school_id = pupil_votes.school_id
            and pupil_classes.pupil_id = pupil_votes.pupil_id
            and pupil_classes.academic_year > pupil_votes.academic_year

),

counted as (

    select
        school_id,
        academic_year,
        class_id,
        kind,
        nearness,
        told_year,
        sum(n_marks) as n_marks
    from votes
    group by school_id, academic_year, class_id, kind, nearness, told_year

),

ranked as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, class_id
            order by nearness asc nulls last, told_year desc nulls last, n_marks desc nulls last, kind asc nulls last
        ) as place
    from counted

),

int_class_period_kinds as (

    select
        school_id,
        academic_year,
        class_id,
        kind,
        case nearness when 1 then 'own_marks' when 2 then 'same_grade' else 'earlier_marks' end as basis
    from ranked
    where place = 1

)

select * from int_class_period_kinds
