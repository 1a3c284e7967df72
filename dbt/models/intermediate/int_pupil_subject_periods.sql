with attendance as (

    select * from {{ ref('int_attendance') }}
    where period_id <> ''

),

marks as (

    select * from {{ ref('int_marks') }}
    where period_id <> ''

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}
    where is_current and kind = 'period'

),

reported_averages as (

    select * from {{ ref('stg_journal__reported_averages') }}
    where is_current

),

aliases as (

    select * from {{ ref('int_period_aliases') }}

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

graded_subjects as (

    select * from {{ ref('int_graded_subjects') }}

),

lesson_counts as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id,
        max_by(class_id, date) as class_id,
        cast(sum(case when is_expected and state <> 'released' then 1 else 0 end) as bigint) as n_expected,
        cast(sum(case when is_expected and is_absent then 1 else 0 end) as bigint) as n_missed,
        max(case when is_seen then 1 else 0 end) as is_seen,
        max(case when is_expected then 1 else 0 end) as is_expected
    from attendance
    group by school_id, academic_year, pupil_id, subject_id, period_id

),

teacher_counts as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id,
        teacher_id,
        count(*) as n_lessons
    from attendance
    group by school_id, academic_year, pupil_id, subject_id, period_id, teacher_id

),

teacher_ranks as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id,
        teacher_id,
        row_number() over (
            partition by school_id, academic_year, pupil_id, subject_id, period_id
            order by n_lessons desc nulls last, teacher_id desc nulls last
        ) as place
    from teacher_counts

),

mark_counts as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id,
        max_by(class_id, date) as class_id,
        count(*) as n_records,
        cast(sum(case when numeric_value is not null and kind <> 'debt' then 1 else 0 end) as bigint) as n_numeric,
        cast(sum(case when counts_in_mean then 1 else 0 end) as bigint) as n_marks,
        cast(sum(case when counts_in_mean then numeric_value end) as double) as sum_marks,
        sum(case when counts_in_mean then cast(weight as double) end) as sum_weights,
        sum(case when counts_in_mean then cast(weight as double) * numeric_value end) as sum_weighted,
        max(case when counts_in_mean and knows_weight then 1 else 0 end) as knows_weights,
        cast(sum(case when counts_in_mean and numeric_value <= 2 then 1 else 0 end) as bigint) as n2,
        cast(sum(case when counts_in_mean and numeric_value = 3 then 1 else 0 end) as bigint) as n3,
        cast(sum(case when counts_in_mean and numeric_value = 4 then 1 else 0 end) as bigint) as n4,
        cast(sum(case when counts_in_mean and numeric_value = 5 then 1 else 0 end) as bigint) as n5
    from marks
    group by school_id, academic_year, pupil_id, subject_id, period_id

),

placed_period_marks as (

    select
        period_marks.school_id,
        period_marks.academic_year,
        period_marks.pupil_id,
        period_marks.subject_id,
        aliases.period_id,
        max(aliases.class_id) as class_id,
        max(period_marks.value) as period_mark,
        max(period_marks.teacher_id) as teacher_id
    from period_marks
    left join pupil_classes
        on
            period_marks.school_id = pupil_classes.school_id
            and period_marks.academic_year = pupil_classes.academic_year
            and period_marks.pupil_id = pupil_classes.pupil_id
    inner join aliases
        on
            period_marks.school_id = aliases.school_id
            and period_marks.academic_year = aliases.academic_year
            and aliases.class_id = case
                when period_marks.class_id <> '' then period_marks.class_id else coalesce(pupil_classes.class_id, '')
            end
            and period_marks.period_id = aliases.alias
    where trim(period_marks.value) <> ''
    group by
        period_marks.school_id,
        period_marks.academic_year,
        period_marks.pupil_id,
        period_marks.subject_id,
        aliases.period_id

),

printed_means as (

    select
        reported_averages.school_id,
        reported_averages.academic_year,
        reported_averages.pupil_id,
        reported_averages.subject_id,
        aliases.period_id,
        max(reported_averages.weighted_mean) as weighted_mean
    from reported_averages
    inner join aliases
        on
            reported_averages.school_id = aliases.school_id
            and reported_averages.academic_year = aliases.academic_year
            and reported_averages.class_id = aliases.class_id
            and reported_averages.period_id = aliases.alias
    where reported_averages.weighted_mean > 0
    group by
        reported_averages.school_id,
        reported_averages.academic_year,
        reported_averages.pupil_id,
        reported_averages.subject_id,
        aliases.period_id

),

-- union without "all": a pair is one row, whatever it is known by
margins as (

    select * from {{ ref('int_limits') }}
    where name = 'period_mark_differs.margin'

),

pairs as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id
    from lesson_counts
    union
    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id
    from mark_counts
    union
    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id
    from placed_period_marks

),

gathered as (

    select
        pairs.school_id,
        pairs.academic_year,
        coalesce(lesson_counts.class_id, mark_counts.class_id, placed_period_marks.class_id) as class_id,
        pairs.pupil_id,
        pairs.subject_id,
        pairs.period_id,
        coalesce(
            nullif(placed_period_marks.teacher_id, ''), teacher_ranks.teacher_id, ''
        ) as teacher_id,
        coalesce(lesson_counts.n_expected, 0) as n_expected,
        coalesce(lesson_counts.n_missed, 0) as n_missed,
        (coalesce(lesson_counts.is_seen, 0) = 1) as is_seen,
        (coalesce(lesson_counts.is_expected, 0) = 1) as is_expected,
        coalesce(mark_counts.n_records, 0) as n_records,
        coalesce(mark_counts.n_numeric, 0) as n_numeric,
        coalesce(mark_counts.n_marks, 0) as n_marks,
        round(mark_counts.sum_marks / nullif(mark_counts.n_marks, 0), 6) as mean_mark,
        mark_counts.sum_weights,
        case
            when coalesce(mark_counts.knows_weights, 0) = 1
                then round(mark_counts.sum_weighted / nullif(mark_counts.sum_weights, 0), 6)
            else printed_means.weighted_mean
        end as weighted_mean,
        (printed_means.weighted_mean is not null) as prints_weighted_mean,
        coalesce(mark_counts.n2, 0) as n2,
        coalesce(mark_counts.n3, 0) as n3,
        coalesce(mark_counts.n4, 0) as n4,
        coalesce(mark_counts.n5, 0) as n5,
        placed_period_marks.period_mark,
        try_cast(
            regexp_extract(trim(placed_period_marks.period_mark), '^([0-5])[-+−–]?$', 1) as bigint
        ) as period_mark_number
    from pairs
    left join lesson_counts
        on
            pairs.school_id = lesson_counts.school_id
            and pairs.academic_year = lesson_counts.academic_year
            and pairs.pupil_id = lesson_counts.pupil_id
            and pairs.subject_id = lesson_counts.subject_id
            and pairs.period_id = lesson_counts.period_id
    left join teacher_ranks
        on
            pairs.school_id = teacher_ranks.school_id
            and pairs.academic_year = teacher_ranks.academic_year
            and pairs.pupil_id = teacher_ranks.pupil_id
            and pairs.subject_id = teacher_ranks.subject_id
            and pairs.period_id = teacher_ranks.period_id
            and teacher_ranks.place = 1
    left join mark_counts
        on
            pairs.school_id = mark_counts.school_id
            and pairs.academic_year = mark_counts.academic_year
            and pairs.pupil_id = mark_counts.pupil_id
            and pairs.subject_id = mark_counts.subject_id
            and pairs.period_id = mark_counts.period_id
    left join placed_period_marks
        on
            pairs.school_id = placed_period_marks.school_id
            and pairs.academic_year = placed_period_marks.academic_year
            and pairs.pupil_id = placed_period_marks.pupil_id
            and pairs.subject_id = placed_period_marks.subject_id
            and pairs.period_id = placed_period_marks.period_id
    left join printed_means
        on
            pairs.school_id = printed_means.school_id
            and pairs.academic_year = printed_means.academic_year
            and pairs.pupil_id = printed_means.pupil_id
            and pairs.subject_id = printed_means.subject_id
            and pairs.period_id = printed_means.period_id

),

judged as (

    select
        gathered.*,
        periods.starts_on,
        periods.ends_on,
        periods.kind as period_kind,
        periods.ordinal as period_ordinal,
        periods.evidence as period_evidence,
        periods.norm_factor,
        coalesce(graded_subjects.is_graded, false) as is_graded,
        coalesce(subjects.rounding_threshold, margins.value) as rounding_threshold,
        (
            gathered.weighted_mean is not null and (subjects.uses_weights or gathered.prints_weighted_mean)
        ) as is_weighted
    from gathered
    inner join periods
        on
            gathered.school_id = periods.school_id
            and gathered.academic_year = periods.academic_year
            and gathered.class_id = periods.class_id
            and gathered.period_id = periods.period_id
    inner join margins on {{ limit_applies('margins', 'gathered', 'periods.ends_on') }}
    inner join subjects
        on gathered.school_id = subjects.school_id and gathered.subject_id = subjects.subject_id
    left join graded_subjects
        on
            gathered.school_id = graded_subjects.school_id
            and gathered.academic_year = graded_subjects.academic_year
            and gathered.class_id = graded_subjects.class_id
            and gathered.subject_id = graded_subjects.subject_id
            and gathered.period_id = graded_subjects.period_id

),

averaged as (

    select
        *,
        case when is_weighted then weighted_mean else mean_mark end as judged_mean
    from judged

),

-- floor(mean), and one more where its fraction reaches the threshold
int_pupil_subject_periods as (

    select
        *,
        {{ rounded_mark('judged_mean', 'rounding_threshold') }} as computed_mark
    from averaged

)

select * from int_pupil_subject_periods
