"""The journal CSV layout: a zip with a manifest and one CSV a table, with a rolling window of two weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import polars as pl

from ingest.demo_school.archive import save, stem, zip_bytes
from ingest.demo_school.calendar import (
    CANCELLED_DAYS,
    DAY,
    FIRST_DAY,
    OUTAGES,
    PERIODS,
    REMOTE_DAYS,
    WINDOW_DAYS,
    day_kind,
    is_day_off,
)
from ingest.demo_school.entries import plan_of, year_weeks
from ingest.demo_school.people import YEAR, Course
from ingest.demo_school.regulations import NORM_DAYS
from ingest.demo_school.subjects import SUBJECTS, WORK_TYPES
from ingest.demo_school.timetable import STARTS, ends
from ingest.demo_school.world import CODES, FOREVER, KINDS, World, moment

FOLDER = "journal_csv"
PRINTED = {"unknown": "Н", "ill": "Б", "excused": "УП", "unexcused": "НП", "late": "ОП", "released": "ОСВ"}
YEAR_ENDS = date(2027, 5, 26)
PLANS_APPROVED, LATE_PLANS = date(2026, 8, 28), date(2026, 9, 7)
BEGINNING = np.datetime64("2026-08-25T00:00:00", "s")


def write(
    world: World, folder: Path, school_id: str, school_name: str, moments: list[datetime], earlier: Earlier
) -> None:
    """Write one zip for each moment. earlier: what the registers keep of past years."""
    tables = _Tables(world, earlier)
    for at in moments:
        name = f"journal_{stem(at)}.zip"
        save(folder / name, zip_bytes(_entries(tables, at, school_id, school_name, moments), at), at)


def _entries(
    tables: _Tables, at: datetime, school_id: str, school_name: str, moments: list[datetime]
) -> list[tuple[str, bytes]]:
    scope_from = max(at.date() - WINDOW_DAYS * DAY, FIRST_DAY)
    manifest = pl.DataFrame(
        {
            "format_version": ["1.0"],
            "school_id": [school_id],
            "school_name": [school_name],
            "system": ["journal_csv"],
            "export_kind": ["journal_csv"],
            "taken_at": [at.isoformat()],
            "timezone": ["Europe/Moscow"],
            "scope_from": [scope_from],
            "scope_to": [at.date()],
            "complete": [True],
            "attendance_mode": ["absences_only"],
        }
    )
    full = at in {moments[0], moments[-1]} or (at.isoweekday() == 1 and at.time() < time(12))
    shown = {"manifest": manifest} | tables.at(at, scope_from, full=full)
    return [(f"{name}.csv", table_bytes(frame)) for name, frame in shown.items()]


def table_bytes(table: pl.DataFrame) -> bytes:
    """A table as CSV, UTF-8."""
    return table.write_csv(time_format="%H:%M").encode("utf-8")


Earlier = Mapping[str, Sequence[tuple[object, ...]]]


class _Tables:
    """All rows ever shown, as frames; an export is a filter of them.

    Frames carry `since` and `until` (moments) where rows come and go, and `day` where the window cuts them.
    """

    def __init__(self, world: World, earlier: Earlier) -> None:
        self.world = world
        self.earlier = earlier
        school = world.school
        self.classes = {c.index: c for c in school.classes if c.layout == "a"}
        self.courses = {c.index: c for c in school.courses if c.class_index in self.classes}
        used = {c.subgroup for c in self.courses.values() if c.subgroup >= 0}
        self.groups = [g for g in school.subgroups if g.index in used]
        self.pupils = [p for p in school.pupils if any(stay[0] in self.classes for stay in p.stays)]
        self.always = {
            "periods": self._periods(),
            "classes": self._classes(),
            "class_teachers": self._class_teachers(),
            "subgroups": self._subgroups(),
            "subgroup_classes": self._subgroup_classes(),
            "teachers": self._teachers(),
            "subjects": self._subjects(),
            "work_types": work_types(),
            "checking_norms": self._norms(),
            "journal_accounts": self._accounts(),
        }
        self.weekly = {
            "bells": self._bells(),
            "timetable": self._timetable(),
            "curriculum": self._curriculum(),
            "teaching_assignments": self._assignments_of_teachers(),
            "plan_topics": self._plan_topics(),
        }
        self.dated = {
            "pupils": self._pupils(),
            "enrollments": self._enrollments(),
            "subgroup_members": self._members(),
            "releases": self._releases(),
            "teacher_absences": self._teacher_absences(),
            "outages": self._outages(),
            "period_marks": self._period_marks(),
            "absence_documents": self._documents(),
            "exam_results": self._exam_results(),
            "parent_statements": self._statements(),
            "print_issues": self._print_issues(),
        }
        self.calendar = self._calendar()
        self.lessons = self._lessons()
        self.topics = self._topics()
        self.by_day = {
            "substitutions": self._substitutions(),
            "homework": self._homework(),
            "assignments": self._works(),
            "marks": self._marks(),
            "attendance": self._attendance(),
            "exclusions": self._exclusions(),
        }

    def at(self, at: datetime, scope_from: date, *, full: bool) -> dict[str, pl.DataFrame]:
        """Every table as it stood at a moment, cut to the window where it has days."""
        now = pl.lit(moment(at).item(), dtype=pl.Datetime("us"))
        standing = (pl.col("since") <= now) & (pl.col("until") > now)
        window = pl.col("day").is_between(scope_from, at.date())
        shown = dict(self.always)
        shown["calendar"] = self.calendar.filter(pl.col("date").is_between(scope_from, at.date()))
        shown |= {name: _bare(frame.filter(standing)) for name, frame in self.dated.items()}
        lessons = self.lessons.filter(window & standing)
        topics = self.topics.filter(standing).select("lesson", "topic", "plan_topic_id")
        shown["lessons"] = _bare(lessons.join(topics, on="lesson", how="left", maintain_order="left").drop("lesson"))
        shown |= {name: _bare(frame.filter(window & standing)) for name, frame in self.by_day.items()}
        return shown | (self.weekly if full else {})

    # Registers

    def _periods(self) -> pl.DataFrame:
        return frame(
            [(p.period_id, YEAR, p.kind, p.ordinal, p.starts_on, p.ends_on, p.grade_from, p.grade_to) for p in PERIODS],
            "period_id academic_year kind ordinal:int starts_on:date ends_on:date grade_from:int grade_to:int",
        )

    def _classes(self) -> pl.DataFrame:
        rows = [(YEAR, c.class_id, c.grade, c.letter, c.name, c.shift, c.week_days) for c in self.classes.values()]
        columns = "academic_year class_id grade:int letter name shift:int week_days:int"
        return frame([*((*row, None, None) for row in self.earlier["classes"]), *rows], columns)

    def _class_teachers(self) -> pl.DataFrame:
        rows = [(c.class_id, self._teacher(c.head), FIRST_DAY) for c in self.classes.values()]
        return frame(rows, "class_id teacher_id starts_on:date")

    def _subgroups(self) -> pl.DataFrame:
        rows = [(g.subgroup_id, g.name, g.subject_id) for g in self.groups]
        return frame(rows, "subgroup_id name subject_id")

    def _subgroup_classes(self) -> pl.DataFrame:
        rows = [(g.subgroup_id, self.world.school.classes[c].class_id) for g in self.groups for c in g.classes]
        return frame(rows, "subgroup_id class_id")

    def _teachers(self) -> pl.DataFrame:
        rows = [(t.teacher_id, *t.name) for t in self.world.school.teachers]
        return frame([*self.earlier["teachers"], *rows], "teacher_id last_name first_name middle_name")

    def _subjects(self) -> pl.DataFrame:
        taught = {c.subject.subject_id for c in self.courses.values()}
        rows = [
            (s.subject_id, s.name, s.area, s.graded, s.threshold if s.graded == "marks" else None, s.uses_weights)
            for s in SUBJECTS
            if s.subject_id in taught
        ]
        return frame(rows, "subject_id name area graded rounding_threshold:float uses_weights:bool")

    def _bells(self) -> pl.DataFrame:
        rows = [
            (shift, number, start, ends(start))
            for shift, starts in STARTS.items()
            for number, start in enumerate(starts, start=1)
        ]
        return frame(rows, "shift:int lesson_number:int starts_at:time ends_at:time")

    def _timetable(self) -> pl.DataFrame:
        rows = [
            (
                *self._course_ids(self.courses[line.course]),
                line.weekday,
                line.number,
                FIRST_DAY,
                self._teacher(self.courses[line.course].teacher),
                self.world.papers.timetable_ends.get(self.courses[line.course].class_index),
            )
            for line in self.world.lines
            if line.course in self.courses
        ]
        return frame(
            rows, "class_id subgroup_id subject_id weekday:int lesson_number:int starts_on:date teacher_id ends_on:date"
        )

    def _curriculum(self) -> pl.DataFrame:
        rows = [
            (*self._course_ids(c), float(c.hours), float(c.hours * year_weeks(self.world.grade_of_course(c.index))))
            for c in self.courses.values()
        ]
        return frame(rows, "class_id subgroup_id subject_id hours_per_week:float hours_per_year:float")

    def _assignments_of_teachers(self) -> pl.DataFrame:
        rows = [(self._teacher(c.teacher), *self._course_ids(c), FIRST_DAY) for c in self.courses.values()]
        return frame(rows, "teacher_id class_id subgroup_id subject_id starts_on:date")

    def _plan_topics(self) -> pl.DataFrame:
        rows = [
            (_plan_id(c.index, n), f"plan-{c.index + 1}", *self._course_ids(c), n + 1, topic, 1.0, approved)
            for c in self.courses.values()
            for approved in [LATE_PLANS if c.index in self.world.papers.late_plans else PLANS_APPROVED]
            for n, topic in enumerate(plan_of(self.world, c.index))
        ]
        names = "plan_topic_id plan_id class_id subgroup_id subject_id ordinal:int topic hours:float approved_on:date"
        return frame(rows, names)

    def _calendar(self) -> pl.DataFrame:
        days = [FIRST_DAY + n * DAY for n in range((YEAR_ENDS - FIRST_DAY).days + 1)]
        orders = CANCELLED_DAYS | REMOTE_DAYS
        rows = [(day, day_kind(day), not is_day_off(day, 5), not is_day_off(day, 6), orders.get(day)) for day in days]
        return frame(rows, "date:date day_kind working_5:bool working_6:bool order_no")

    # Registers that change

    def _pupils(self) -> pl.DataFrame:
        rows = [(p.pupil_id, *p.name, _appears(p.stays[0][1])) for p in self.pupils]
        return _standing(frame(rows, "pupil_id last_name first_name middle_name since:moment"))

    def _enrollments(self) -> pl.DataFrame:
        rows: list[tuple[object, ...]] = [
            (*row, "school", "", "roster", BEGINNING.item(), FOREVER.item()) for row in self.earlier["enrollments"]
        ]
        for pupil in self.pupils:
            for class_index, start, end in pupil.stays:
                if class_index not in self.classes:
                    continue
                row = (YEAR, pupil.pupil_id, self.classes[class_index].class_id, start)
                known = _appears(end) if end else FOREVER.item()
                left_to = pupil.left_to if end == pupil.stays[-1][2] else ""
                rows.append((*row, None, "school", "", "roster", _appears(start), known))
                if end:
                    rows.append((*row, end, "school", left_to, "roster", known, FOREVER.item()))
        dates = "starts_on:date ends_on:date"
        names = f"academic_year pupil_id class_id {dates} form left_to evidence since:moment until:moment"
        return frame(rows, names)

    def _members(self) -> pl.DataFrame:
        pupils = self.world.school.pupils
        rows: list[tuple[object, ...]] = []
        for group in self.groups:
            for pupil, start, end in group.members:
                known = _appears(end) if end else FOREVER.item()
                row = (pupils[pupil].pupil_id, group.subgroup_id, start)
                rows.append((*row, None, _appears(start), known))
                if end:
                    rows.append((*row, end, known, FOREVER.item()))
        for pupil, subgroup in self.world.papers.double_members:
            ids = (pupils[pupil].pupil_id, self.world.school.subgroups[subgroup].subgroup_id)
            rows.append((*ids, self.world.last, None, _appears(self.world.last), FOREVER.item()))
        return frame(rows, "pupil_id subgroup_id starts_on:date ends_on:date since:moment until:moment")

    def _releases(self) -> pl.DataFrame:
        listed = {p.index: p.pupil_id for p in self.pupils}
        rows = [
            (listed[pupil], subject_id, start, end, _appears(start))
            for pupil, subject_id, start, end in self.world.school.releases
            if pupil in listed
        ]
        return _standing(frame(rows, "pupil_id subject_id starts_on:date ends_on:date since:moment"))

    def _teacher_absences(self) -> pl.DataFrame:
        rows = [
            (self._teacher(a.teacher), a.starts_on, a.ends_on, a.reason, _appears(a.starts_on))
            for a in self.world.schedule.absences
        ]
        return _standing(frame(rows, "teacher_id starts_on:date ends_on:date reason since:moment"))

    def _outages(self) -> pl.DataFrame:
        rows = [(*span, span[1]) for span in OUTAGES]
        known = _standing(frame(rows, "starts_at:moment ends_at:moment restored_at:moment since:moment"))
        printed = pl.col("starts_at", "ends_at", "restored_at").dt.strftime("%Y-%m-%dT%H:%M:%S")
        return known.with_columns(printed)

    def _exclusions(self) -> pl.DataFrame:
        rows = [
            (
                f"x{n}",
                e.date_from,
                e.date_to,
                self.world.school.classes[e.class_index].class_id,
                e.reason,
                e.order_no,
                e.date_from,
                _appears(e.date_from),
            )
            for n, e in enumerate(self.world.exclusions, start=1)
            if e.class_index in self.classes
        ]
        names = "exclusion_id date_from:date date_to:date class_id reason order_no day:date since:moment"
        return _standing(frame(rows, names))

    def _period_marks(self) -> pl.DataFrame:
        rows = [
            (
                self.world.school.pupils[m.pupil].pupil_id,
                self.courses[m.course].subject.subject_id,
                YEAR,
                "period",
                m.period_id,
                self.world.school.classes[self.courses[m.course].class_index].class_id,
                m.value,
                self._teacher(self.courses[m.course].teacher),
                m.entered.item(),
            )
            for m in self.world.period_marks
            if m.course in self.courses
        ]
        names = "pupil_id subject_id academic_year kind period_id class_id value teacher_id since:moment"
        return _standing(frame(rows, names))

    def _documents(self) -> pl.DataFrame:
        pupils = self.world.school.pupils
        rows = [
            (d.document_id, pupils[d.pupil].pupil_id, d.starts_on, d.ends_on, d.kind, d.received_at.isoformat(),
             d.received_at)
            for d in self.world.papers.documents
        ]  # fmt: skip
        names = "document_id pupil_id starts_on:date ends_on:date kind received_at since:moment"
        return _standing(frame(rows, names))

    def _exam_results(self) -> pl.DataFrame:
        rows: list[tuple[object, ...]] = []
        for one in self.world.papers.exam_results:
            result = ("e1", self.world.school.pupils[one.pupil].pupil_id, one.subject_id, "state_exam", one.value)
            received, published = one.received_at, one.published_at
            rows.append((*result, received.isoformat(), None, received, published or FOREVER.item()))
            if published:
                rows.append((*result, received.isoformat(), published.isoformat(), published, FOREVER.item()))
        names = "exam_id pupil_id subject_id kind value received_at published_at since:moment until:moment"
        return frame(rows, names)

    def _statements(self) -> pl.DataFrame:
        pupils = self.world.school.pupils
        rows = [(pupils[p].pupil_id, day, "printout", _appears(day)) for p, day in self.world.papers.statements]
        return _standing(frame(rows, "pupil_id starts_on:date kind since:moment"))

    def _print_issues(self) -> pl.DataFrame:
        pupils = self.world.school.pupils
        rows = [
            (pupils[p].pupil_id, week.isoformat(), at.isoformat(), at) for p, week, at in self.world.papers.print_issues
        ]
        return _standing(frame(rows, "pupil_id week issued_at since:moment"))

    def _norms(self) -> pl.DataFrame:
        return frame([(w.work_type, NORM_DAYS) for w in WORK_TYPES if w.is_written], "work_type days:int")

    def _accounts(self) -> pl.DataFrame:
        teachers = [(t.teacher_id, "учитель") for t in self.world.school.teachers]
        pupils = [(self.world.school.pupils[p].pupil_id, "ученик") for p in self.world.papers.pupil_accounts]
        return frame(teachers + pupils, "person_id role")

    # Lessons and what hangs on them

    def _lessons(self) -> pl.DataFrame:
        rows = [
            (
                n.index,
                n.lesson_id,
                *self._course_ids(self.courses[n.course]),
                self._teacher(n.teacher),
                self._teacher(n.planned_teacher),
                n.day,
                n.number,
                n.starts.time(),
                n.ends.time(),
                n.status,
                n.day,
                n.starts,
            )
            for n in self.world.lessons
            if n.course in self.courses and n.status != "lost"
        ]
        ids = "lesson:int lesson_id class_id subgroup_id subject_id teacher_id planned_teacher_id"
        told = frame(
            rows, f"{ids} date:date lesson_number:int starts_at:time ends_at:time status day:date since:moment"
        )
        told = told.with_columns(pl.lit(None, pl.String).alias("lesson_kind"))
        for lesson, columns in self.world.shown.items():
            here = pl.col("lesson") == lesson
            told = told.with_columns(
                pl.when(here).then(pl.lit(value, told.schema[name])).otherwise(pl.col(name)).alias(name)
                for name, value in columns.items()
            )
        return self._with_moments(told)

    def _with_moments(self, told: pl.DataFrame) -> pl.DataFrame:
        """Two versions of a lesson: as it stands in the plan, and once its list of the absent was saved."""
        entered = self.world.attendance_entered[told["lesson"].to_numpy()]
        moments = pl.Series("entered", entered.astype("M8[us]"))
        replaced = [one.lesson for one in self.world.schedule.substitutions]
        text = pl.col("entered").dt.strftime("%Y-%m-%dT%H:%M:%S")
        nothing = pl.lit(None, pl.String)
        told = told.with_columns(moments)
        told = told.with_columns(pl.when(pl.col("status").is_in(["held", "remote"])).then(pl.col("entered")))
        forever = pl.lit(FOREVER.item(), pl.Datetime("us"))
        before = told.with_columns(
            nothing.alias("attendance_entered_at"),
            nothing.alias("recorded_at"),
            pl.col("entered").fill_null(FOREVER.item()).alias("until"),
        )
        after = told.filter(pl.col("entered").is_not_null()).with_columns(
            text.alias("attendance_entered_at"),
            pl.when(pl.col("lesson").is_in(replaced)).then(text).otherwise(nothing).alias("recorded_at"),
            pl.col("entered").alias("since"),
            forever.alias("until"),
        )
        return pl.concat([before, after]).drop("entered")

    def _topics(self) -> pl.DataFrame:
        topics = self.world.topics
        ordinals = {
            (course, text): _plan_id(course, n)
            for course in self.courses
            for n, text in enumerate(plan_of(self.world, course))
        }
        courses = self.world.lesson_course[topics["lesson"]].tolist()
        plans = [ordinals.get(key) for key in zip(courses, topics["text"].tolist(), strict=True)]
        return pl.DataFrame(
            {"lesson": topics["lesson"], "topic": topics["text"].tolist(), "plan_topic_id": plans}
            | _moments(topics.columns)
        )

    def _lesson_columns(self, lessons: np.ndarray) -> dict[str, pl.Series]:
        ids = pl.Series("lesson_id", [n.lesson_id for n in self.world.lessons])
        days = pl.Series("day", [n.day for n in self.world.lessons])
        return {"lesson_id": ids.gather(lessons), "day": days.gather(lessons)}

    def _mine(self, lessons: np.ndarray) -> np.ndarray:
        return np.isin(self.world.lesson_course[lessons], sorted(self.courses))

    def _substitutions(self) -> pl.DataFrame:
        rows = []
        for one in self.world.schedule.substitutions:
            lesson = self.world.lessons[one.lesson]
            if lesson.course not in self.courses:
                continue
            entered = self.world.substitutions_entered.get(one.lesson, datetime.combine(lesson.day, time(6, 30)))
            rows.append(
                (
                    lesson.day,
                    lesson.number,
                    *self._course_ids(self.courses[lesson.course]),
                    self._teacher(one.absent),
                    self._teacher(one.substitute) if one.substitute >= 0 else None,
                    one.kind,
                    one.reason,
                    entered.isoformat(),
                    lesson.day,
                    entered,
                )
            )
        ids = "class_id subgroup_id subject_id absent_teacher_id substitute_id"
        names = f"date:date lesson_number:int {ids} kind reason entered_at day:date since:moment"
        return _standing(frame(rows, names))

    def _homework(self) -> pl.DataFrame:
        homework = self.world.homework
        class_of = np.array([course.class_index for course in self.world.school.courses])
        told = class_of[self.world.lesson_course[homework["lesson"]]] == self.world.source_class
        frame = pl.DataFrame(
            self._lesson_columns(homework["lesson"])
            | {"text": homework["text"].tolist(), "mine": self._mine(homework["lesson"]), "told": told}
            | _moments(homework.columns)
        ).filter("mine")
        none = (pl.col("text") == "").alias("none")
        ids = pl.concat_str(pl.lit("h"), pl.col("lesson_id").str.slice(1)).alias("homework_id")
        at = pl.when("told").then(pl.col("since").dt.strftime("%Y-%m-%dT%H:%M:%S")).alias("entered_at")
        return frame.select(ids, "lesson_id", pl.col("text").replace("", None), none, at, "day", "since", "until")

    def _works(self) -> pl.DataFrame:
        rows = []
        for work in self.world.works:
            lesson = self.world.lessons[work.lesson]
            kind = WORK_TYPES[work.work_type]
            if lesson.course in self.courses:
                rows.append(
                    (
                        work.assignment_id,
                        lesson.lesson_id,
                        kind.work_type,
                        work.title,
                        kind.weight,
                        kind.is_control,
                        lesson.day,
                        lesson.starts,
                    )
                )
        names = "assignment_id lesson_id work_type title weight:float is_control:bool day:date since:moment"
        return _standing(frame(rows, names))

    def _marks(self) -> pl.DataFrame:
        world, marks = self.world, self.world.marks
        lessons = world.seat_lesson[marks["seat"]]
        pupils = pl.Series([p.pupil_id for p in world.school.pupils]).gather(world.seat_pupil[marks["seat"]])
        works = pl.Series([w.work_type for w in WORK_TYPES]).gather(marks["work"])
        assignments = [world.works[n].assignment_id if n >= 0 else None for n in marks["assignment"].tolist()]
        told = (
            pl.DataFrame(
                {"mark_id": world.mark_ids(), "seat": marks["seat"]}
                | self._lesson_columns(lessons)
                | {
                    "pupil_id": pupils,
                    "assignment_id": assignments,
                    "ordinal": marks["ordinal"],
                    "value": marks["value"].astype(str),
                    "kind": pl.Series(KINDS).gather(marks["kind"]),
                    "work_type": works,
                    "weight": marks["weight"],
                    "counts_in_mean": marks["counts"],
                    "entered_at": pl.Series(world.told_moments().astype("M8[us]")).dt.strftime("%Y-%m-%dT%H:%M:%S"),
                    "mine": self._mine(lessons),
                }
                | _moments(marks.columns)
            )
            .filter("mine")
            .drop("mine")
        )
        for (seat, ordinal), columns in world.shown_marks.items():
            here = (pl.col("seat") == seat) & (pl.col("ordinal") == ordinal)
            told = told.with_columns(
                pl.when(here).then(pl.lit(value, told.schema[name])).otherwise(pl.col(name)).alias(name)
                for name, value in columns.items()
            )
        return pl.concat([told.drop("seat"), self._stray_marks(told.drop("seat"))])

    def _stray_marks(self, like: pl.DataFrame) -> pl.DataFrame:
        """Marks of pupils who had no seat at the lesson; they count in no mean."""
        rows = [
            {
                "mark_id": one.mark_id,
                "lesson_id": self.world.lessons[one.lesson].lesson_id,
                "day": self.world.lessons[one.lesson].day,
                "pupil_id": self.world.school.pupils[one.pupil].pupil_id,
                "ordinal": 1,
                "value": str(one.value),
                "kind": "current",
                "work_type": "answer",
                "weight": 1.0,
                "counts_in_mean": False,
                "since": one.since,
                "until": FOREVER.item(),
            }
            for one in self.world.stray_marks
        ]
        return pl.DataFrame(rows, schema=like.schema)

    def _attendance(self) -> pl.DataFrame:
        world, attendance = self.world, self.world.attendance
        lessons = world.seat_lesson[attendance["seat"]]
        pupils = pl.Series([p.pupil_id for p in world.school.pupils]).gather(world.seat_pupil[attendance["seat"]])
        codes = pl.Series([PRINTED.get(code, "") for code in CODES]).gather(attendance["code"])
        return (
            pl.DataFrame(
                self._lesson_columns(lessons)
                | {"pupil_id": pupils, "code": codes, "mine": self._mine(lessons)}
                | _moments(attendance.columns)
            )
            .filter("mine")
            .drop("mine")
        )

    def _teacher(self, index: int) -> str:
        return self.world.school.teachers[index].teacher_id

    def _course_ids(self, course: Course) -> tuple[str, str | None, str]:
        group = self.world.school.subgroups[course.subgroup].subgroup_id if course.subgroup >= 0 else None
        return (self.world.school.classes[course.class_index].class_id, group, course.subject.subject_id)


_TYPES: dict[str, pl.DataType] = {
    "": pl.String(),
    "int": pl.Int64(),
    "float": pl.Float64(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "time": pl.Time(),
    "moment": pl.Datetime("us"),
}


def frame(rows: Sequence[Sequence[object]], columns: str) -> pl.DataFrame:
    """Rows as a frame; columns as `name:type`, text where no type is given."""
    schema = {name: _TYPES[kind] for name, _, kind in (column.partition(":") for column in columns.split())}
    return pl.DataFrame(rows, schema=schema, orient="row")


def work_types() -> pl.DataFrame:
    """The register of kinds of work; the same every year."""
    rows = [(w.work_type, w.name, w.is_written, w.is_oral, w.is_control, w.weight, True) for w in WORK_TYPES]
    flags = "is_written:bool is_oral:bool is_control:bool"
    return frame(rows, f"work_type name {flags} weight:float counts_in_mean:bool")


def _standing(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.lit(FOREVER.item(), dtype=pl.Datetime("us")).alias("until"))


def _moments(columns: dict[str, np.ndarray]) -> dict[str, pl.Series]:
    return {name: pl.Series(name, columns[name].astype("M8[us]")) for name in ("since", "until")}


def _bare(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop("since", "until", "day", strict=False)


def _appears(day: date) -> datetime:
    """Registers are kept in the office: what holds from a day is entered that morning, before September at once."""
    if day <= FIRST_DAY:
        return BEGINNING.item()
    return datetime.combine(day, time(8, 30))


def _plan_id(course: int, ordinal: int) -> str:
    return f"p{course + 1:03d}-{ordinal + 1:03d}"
