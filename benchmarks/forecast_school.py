"""A simulated school with the habits of the demo's teachers, as the tables that the forecast's models read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from ingest.demo_school.habits import Habits
from ingest.demo_school.terms import Course, Lessons, Life, Term
from warehouse.regulation.limits import SEED

SCHOOL = "sim"
FIRST_YEAR = 2023
TERMS = (((9, 1), 8), ((11, 5), 8), ((1, 12), 10), ((4, 1), 8))
HOURS = (5, 4, 4, 3, 2, 2, 2, 2, 1, 1, 2, 3)  # of 12 subjects, lessons a week
EASE = (-0.25, -0.25, -0.25, -0.1, 0.0, -0.2, 0.0, 0.1, 1.0, 1.0, 0.6, 0.4)
TEACHERS_A_SUBJECT = 3
EPOCH = date(1970, 1, 1).toordinal()


@dataclass
class School:
    """Drawn marks and period marks, one row each, as columns."""

    marks: pl.DataFrame
    outcomes: pl.DataFrame
    absences: pl.DataFrame
    lessons: pl.DataFrame
    periods: pl.DataFrame


def simulate(habits: Habits, seed: int, *, classes: int = 20, pupils: int = 25, years: int = 3) -> School:
    """Draw a school of `classes` × `pupils`, with whole years of four terms."""
    rng = np.random.default_rng(seed)
    n = classes * pupils
    ability = rng.normal(0, habits.ability, n) + np.repeat(rng.normal(0, habits.class_ability, classes), pupils)
    subject = rng.normal(0, habits.subject_ability, (n, len(HOURS)))
    life = Life(rng, habits, ability, subject, TEACHERS_A_SUBJECT * len(HOURS))
    courses = [
        Course(
            c,
            np.arange(c * pupils, (c + 1) * pupils),
            j,
            TEACHERS_A_SUBJECT * j + int(rng.integers(TEACHERS_A_SUBJECT)),
            hours,
            habits.uses_weights,
            ease=EASE[j],
            fewest_marks=3 if habits.uses_weights else 1,
        )
        for c in range(classes)
        for j, hours in enumerate(HOURS)
    ]
    periods, parts = [], []
    for year in range(FIRST_YEAR, FIRST_YEAR + years):
        for term, ((month, day), weeks) in enumerate(TERMS, start=1):
            starts = date(year + (month < 9), month, day)
            ends = starts + timedelta(days=7 * weeks - 1)
            periods.append((f"{year}/{year + 1}", f"{year}q{term}", term, starts, ends))
            lessons = _lessons(rng, courses, weeks, starts)
            drawn = life.term(courses, lessons, starts.toordinal(), ends.toordinal())
            parts.append(_frames(courses, lessons, drawn, periods[-1]))
        life.summer()
    frame = pl.DataFrame(
        periods, schema=["academic_year", "period_id", "ordinal", "starts_on", "ends_on"], orient="row"
    )
    return School(*(pl.concat(frames) for frames in zip(*parts, strict=True)), frame)


def _lessons(rng: np.random.Generator, courses: list[Course], weeks: int, starts: date) -> Lessons:
    """The same days of every week; lessons of a class stand in its day in the order of its courses."""
    rows = [
        (index, starts.toordinal() + 7 * week + weekday)
        for index, course in enumerate(courses)
        for weekdays in [np.sort(rng.permutation(5)[: course.hours]).tolist()]
        for week in range(weeks)
        for weekday in weekdays
    ]
    course, day = (np.array(column) for column in zip(*rows, strict=True))
    days = pl.DataFrame({"class": [courses[index].class_index for index in course.tolist()], "day": day})
    number = days.select(pl.int_range(1, pl.len() + 1).over("class", "day").alias("number"))["number"].to_numpy()
    return Lessons(course, day, number)


def _frames(
    courses: list[Course], lessons: Lessons, drawn: Term, period: tuple[str, str, int, date, date]
) -> tuple[pl.DataFrame, ...]:
    """Marks, outcomes, absences and lessons of a period."""

    def of(course: np.ndarray, columns: dict[str, object]) -> pl.DataFrame:
        ids = {
            "class_id": [f"c{courses[one].class_index}" for one in course.tolist()],
            "subject_id": [f"s{courses[one].subject}" for one in course.tolist()],
        }
        named = {"academic_year": pl.lit(period[0]), "period_id": pl.lit(period[1])}
        return pl.DataFrame(columns | ids).with_columns(**named)

    def dates(days: np.ndarray) -> np.ndarray:
        return (days - EPOCH).astype("M8[D]")

    marks = drawn.marks
    of_mark, of_absence = lessons.course[marks.lesson], lessons.course[drawn.absent_lesson]
    teachers = np.array([f"t{course.teacher}" for course in courses])
    told = of(
        of_mark,
        {
            "pupil": marks.pupil, "date": dates(lessons.day[marks.lesson]), "ordinal": marks.ordinal,
            "value": marks.value, "new": marks.becomes, "weight": marks.weight, "kind": marks.kind,
            "entered": dates(marks.entered), "changed": dates(marks.changed),
        },
    )  # fmt: skip
    outcomes = {
        "pupil": drawn.outcome_pupil, "mark": drawn.outcome_mark, "teacher_id": teachers[drawn.outcome_course].tolist()
    }  # fmt: skip
    absences = {"pupil": drawn.absent_pupil, "date": dates(lessons.day[drawn.absent_lesson])}
    held = {"date": dates(lessons.day), "teacher_id": teachers[lessons.course].tolist()}
    return told, of(drawn.outcome_course, outcomes), of(of_absence, absences), of(lessons.course, held)


def write(school: School, habits: Habits, path: Path) -> None:
    """Put a school into a build file, as if staging and the intermediate models had been run; all periods are over."""
    path.unlink(missing_ok=True)
    as_of = datetime.combine(max(school.periods["ends_on"]), datetime.min.time()) + timedelta(days=40)
    told = "entered + interval 12 hours" if habits.late_days else "cast(null as timestamp)"
    with duckdb.connect(str(path)) as con:
        for name in ("marks", "outcomes", "absences", "lessons", "periods"):
            con.register(name, getattr(school, name))
        con.execute("create schema staging; create schema intermediate")
        con.execute(
            f"create table staging.stg_meta__schools as select '{SCHOOL}' as school_id, 'sim' as school_name,"
            f" timestamp '{as_of}' as as_of, date '{as_of.date()}' as as_of_date, timestamp '{as_of}' as entries_until"
        )
        con.execute(
            f"""
            create table intermediate.int_periods as
            select '{SCHOOL}' as school_id, p.academic_year, c.class_id, p.period_id, 'quarter' as kind,
                cast(p.ordinal as bigint) as ordinal, p.period_id as period_name, p.starts_on, p.ends_on,
                'stated' as evidence, 1.0 as norm_factor
            from periods p cross join (select distinct class_id from lessons) c;
            create table intermediate.int_subjects as
            select distinct '{SCHOOL}' as school_id, subject_id, subject_id as subject_name, 'marks' as graded,
                cast(null as double) as rounding_threshold, {str(habits.uses_weights).lower()} as uses_weights
            from lessons;
            create table intermediate.int_classes as
            select distinct '{SCHOOL}' as school_id, academic_year, class_id, 7 as grade from lessons;
            create table staging.period_presets as
            select * from read_csv('{SEED.with_name("period_presets.csv")}');
            create table intermediate.int_limits as
            select '{SCHOOL}' as school_id, name, cast(value as double) as value, false as is_own,
                date '1900-01-01' as valid_from, date '2999-12-31' as valid_to
            from read_csv('{SEED}');
            create table intermediate.int_lessons as
            select distinct '{SCHOOL}' as school_id, academic_year, class_id, subject_id, period_id, date, teacher_id,
                class_id || '/' || subject_id || '/' || cast(date as varchar) as lesson_id
            from lessons;
            create table numbered as
            select *, 'm' || row_number() over (order by class_id, subject_id, date, pupil, ordinal) as mark_id,
                class_id || '/' || subject_id || '/' || cast(date as varchar) as lesson_id,
                'p' || pupil as pupil_id
            from marks;
            create table staging.stg_journal__marks as
            with told as (select *, {told} as entered_at from numbered)
            select '{SCHOOL}' as school_id, academic_year, mark_id, lesson_id, pupil_id, '' as assignment_id,
                cast(value as varchar) as value, '' as kind, 'k' || kind as work_type, weight,
                cast(null as boolean) as counts_in_mean, entered_at, false as entered_at_is_day,
                cast(null as timestamp) as updated_at, false as updated_at_is_day,
                coalesce(entered_at, cast(date as timestamp) + interval 20 hours) as known_from,
                case when new > 0 then changed + interval 12 hours end as known_to,
                case when entered_at is not null then entered_at - interval 1 hour end as not_before,
                (new < 0) as is_current
            from told
            union all
            select '{SCHOOL}', academic_year, mark_id, lesson_id, pupil_id, '', cast(new as varchar), '',
                'k' || kind, weight, null, entered_at, false, null, false, changed + interval 12 hours, null,
                changed, true
            from told where new > 0;
            create view intermediate.int_counted_marks as
            select school_id, mark_id, lesson_id from staging.stg_journal__marks where is_current;
            create table intermediate.int_contested_records (school_id varchar, field_group varchar, row_key varchar);
            create table staging.stg_journal__assignments (
                school_id varchar, assignment_id varchar, work_type varchar, weight double, is_current boolean);
            create table staging.stg_journal__work_types as
            select '{SCHOOL}' as school_id, 'k' || kind as work_type, cast(null as double) as weight,
                (kind = 3) as is_control, cast(null as boolean) as counts_in_mean, true as is_current
            from range(4) as k(kind);
            create table members as
            select distinct 'p' || pupil as pupil_id, class_id from outcomes;
            create table intermediate.int_lesson_pupils as
            select '{SCHOOL}' as school_id, l.academic_year, l.lesson_id, m.pupil_id, l.class_id, l.period_id,
                true as is_expected, false as is_released
            from intermediate.int_lessons l join members m using (class_id);
            create table intermediate.int_attendance as
            select p.school_id, p.academic_year, p.class_id, p.pupil_id, l.subject_id, l.date, p.period_id,
                true as is_expected, case when a.pupil is null then 'present' else 'ill' end as state,
                (a.pupil is not null) as is_absent
            from intermediate.int_lesson_pupils p join intermediate.int_lessons l using (lesson_id)
            left join absences a on p.pupil_id = 'p' || a.pupil and a.subject_id = l.subject_id and a.date = l.date;
            create table intermediate.int_pupil_classes as
            select '{SCHOOL}' as school_id, y.academic_year, m.pupil_id, m.class_id, y.starts_on,
                date '2999-12-31' as ends_on
            from members m cross join (select academic_year, min(starts_on) as starts_on from periods group by 1) y;
            create table intermediate.int_pupil_subject_periods as
            select '{SCHOOL}' as school_id, o.academic_year, o.class_id, 'p' || o.pupil as pupil_id, o.subject_id,
                o.period_id, o.teacher_id, p.starts_on, p.ends_on, 'quarter' as period_kind, 1 as n_marks,
                {str(habits.uses_weights).lower()} as is_weighted, true as is_graded,
                case when o.mark < 0 then 'н/а' else cast(o.mark as varchar) end as period_mark,
                case when o.mark > 0 then cast(o.mark as bigint) end as period_mark_number
            from outcomes o join periods p using (academic_year, period_id);
            create table intermediate.int_period_mark_entry (school_id varchar, academic_year varchar, pupil_id varchar,
                subject_id varchar, period_id varchar, entered_after timestamp, entered_by timestamp);
            """
        )
