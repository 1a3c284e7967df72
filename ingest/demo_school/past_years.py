"""Earlier school years: a whole journal of each, exported once, at the year's end.

The same pupils with the abilities of this year's marks, a grade or more younger, by the timetables of the classes that
are in those grades now; no subgroups. Of a 2 that was written again only the newer mark and its moment are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import polars as pl

from ingest.demo_school.archive import save, stem, zip_bytes
from ingest.demo_school.calendar import DAY
from ingest.demo_school.entries import task
from ingest.demo_school.habits import Habits
from ingest.demo_school.marks import LIGHT_FAMILIES, NORM_A_QUARTER
from ingest.demo_school.names import draw_names
from ingest.demo_school.people import Pupil, SchoolClass
from ingest.demo_school.period_marks import DEFAULT_THRESHOLD, FEWEST_MARKS
from ingest.demo_school.subjects import GERMAN, HOURS, SUBJECTS, Subject, topics
from ingest.demo_school.terms import CONTROL, HOMEWORK, NONE, WRITTEN, Course, Lessons, Life, Term
from ingest.demo_school.timetable import STARTS, ends
from ingest.demo_school.world import World
from ingest.demo_school.write_journal_csv import PRINTED, frame, table_bytes, work_types

THIS_YEAR = 2026
QUARTERS = (((9, 1), (10, 26)), ((11, 5), (12, 29)), ((1, 12), (3, 22)), ((4, 1), (5, 26)))
# which days around these holidays are free differs from year to year: no lessons on any of them
DAYS_OFF = (((2, 22), (2, 25)), ((3, 7), (3, 10)), ((4, 29), (5, 2)), ((5, 8), (5, 11)))
OLDEST = 9  # years ago the eldest of today got their first marks, in grade 2
LIGHT = 0.4  # what is easier for everybody where marks are few

Row = tuple[object, ...]
Register = dict[str, list[Row]]


def write(
    rng: np.random.Generator, world: World, habits: Habits, count: int, folder: Path, school_id: str, school_name: str
) -> Register:
    """Write an export for each of the `count` years before this one; what later registers must keep of them."""
    kept: Register = {"classes": [], "enrollments": [], "teachers": []}
    if not count:
        return kept
    past = _Past(rng, world, habits, min(count, OLDEST))
    for ago in sorted(past.years, reverse=True):
        year = _Year(past, ago)
        tables = year.tables()
        begins, last = date(year.first, 9, 1), date(year.first + 1, 5, 31)
        at = datetime.combine(last, time(15, 0))
        manifest: Row = (
            "1.0", school_id, school_name, "journal_csv", "journal_csv", at.isoformat(), "Europe/Moscow",
            begins, last, False, "absences_only",
        )  # fmt: skip
        names = "format_version school_id school_name system export_kind taken_at timezone"
        names = f"{names} scope_from:date scope_to:date complete:bool attendance_mode"
        shown = {"manifest": frame([manifest], names)} | tables
        entries = [(f"{name}.csv", table_bytes(table)) for name, table in shown.items()]
        save(folder / f"journal_{stem(at)}.zip", zip_bytes(entries, at), at)
        for name in ("classes", "enrollments"):
            kept[name] += tables[name].rows()
        past.life.summer()
    kept["teachers"] = past.retired
    return kept


@dataclass(frozen=True)
class _Class:
    """A class of an earlier year; twin: the class of this year whose timetable it has."""

    class_id: str
    grade: int
    letter: str
    twin: SchoolClass
    pupils: list[Pupil]

    @property
    def own_teachers(self) -> bool:
        """True where the twin has another letter: its teachers cannot be in two places."""
        return self.twin.letter != self.letter


@dataclass(frozen=True)
class _Slot:
    weekday: int
    number: int
    subject: Subject
    teacher: int


class _Past:
    """What stays over the earlier years: abilities, habits, timetables, and teachers who have left since."""

    def __init__(self, rng: np.random.Generator, world: World, habits: Habits, count: int) -> None:
        if world.abilities is None:
            raise ValueError("the marks of this year come first")
        self.world, self.habits, self.abilities = world, habits, world.abilities
        self.rng = rng
        self.years = {ago: list(self._classes(ago)) for ago in range(1, count + 1)}
        twins = {one.twin.index: one.twin for classes in self.years.values() for one in classes}
        self.slots = {index: self._slots(twin) for index, twin in twins.items()}
        self.teacher_ids = [teacher.teacher_id for teacher in world.school.teachers]
        self.stand_ins: dict[tuple[str, int], int] = {}
        self.retired = self._retire()
        self.life = Life(rng, habits, self.abilities.pupil, self.abilities.subject, len(self.teacher_ids))

    def _classes(self, ago: int) -> Iterator[_Class]:
        year, school = THIS_YEAR - ago, self.world.school
        for now in school.classes:
            grade = now.grade - ago
            members = [p for p in school.pupils if p.home == now.index and p.index != school.newcomer]
            if now.layout != "a" or grade < 1 or not members:
                continue
            alike = [one for one in school.classes if one.grade == grade]
            twin = next((one for one in alike if one.letter == now.letter), alike[0])
            yield _Class(f"y{year}-{grade:02d}{now.class_id[-1]}", grade, now.letter, twin, members)

    def _slots(self, twin: SchoolClass) -> list[_Slot]:
        """The timetable of a class taught whole: of lessons at one time the first."""
        found: dict[tuple[int, int], _Slot] = {}
        for line in self.world.lines:
            course = self.world.school.courses[line.course]
            if course.class_index == twin.index and course.subject.subject_id != GERMAN:
                key = (line.weekday, line.number)
                found.setdefault(key, _Slot(*key, course.subject, course.teacher))
        return [found[key] for key in sorted(found)]

    def _retire(self) -> list[Row]:
        """Teachers of classes that have no twin of their letter."""
        wanted = sorted(
            {
                (f"{one.grade}{one.letter}", slot.teacher)
                for classes in self.years.values()
                for one in classes
                if one.own_teachers
                for slot in self.slots[one.twin.index]
            }
        )
        taken = {teacher.name[:2] for teacher in self.world.school.teachers}
        names = draw_names(self.rng, [False] * len(wanted), grown=True, taken=taken)
        rows: list[Row] = []
        for n, (key, name) in enumerate(zip(wanted, names, strict=True), start=1):
            self.stand_ins[key] = len(self.teacher_ids)
            self.teacher_ids.append(f"t9{n:02d}")
            rows.append((f"t9{n:02d}", *name))
        return rows

    def teacher(self, school_class: _Class, slot: _Slot) -> int:
        """Who teaches what stands in a slot of a class."""
        if school_class.own_teachers:
            return self.stand_ins[f"{school_class.grade}{school_class.letter}", slot.teacher]
        return slot.teacher


@dataclass(frozen=True)
class _Period:
    period_id: str
    kind: str
    ordinal: int
    starts: date
    ends: date
    grade_from: int
    grade_to: int


class _Group:
    """Classes with the same periods: their courses and lessons of the whole year."""

    def __init__(self, past: _Past, classes: list[_Class], periods: list[_Period]) -> None:
        self.past, self.classes, self.periods = past, classes, periods
        self.subjects: list[Subject] = []
        self.courses: list[Course] = []
        rows = [row for index, one in enumerate(classes) for row in self._rows(index, one)]
        table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
        self.lessons = Lessons(table[:, 0], table[:, 1], table[:, 2])

    def _rows(self, index: int, school_class: _Class) -> Iterator[tuple[int, int, int]]:
        """(course, day, number) of every lesson of a class; its courses are made on the way."""
        slots = self.past.slots[school_class.twin.index]
        made: dict[str, int] = {}
        for slot in slots:
            if slot.subject.subject_id not in made:
                made[slot.subject.subject_id] = len(self.courses)
                self.subjects.append(slot.subject)
                self.courses.append(self._course(index, school_class, slot))
        for period in self.periods:
            for n in range((period.ends - period.starts).days + 1):
                day = period.starts + n * DAY
                for slot in slots if _is_study_day(day) else ():
                    if slot.weekday == day.isoweekday():
                        yield made[slot.subject.subject_id], day.toordinal(), slot.number

    def _course(self, index: int, school_class: _Class, slot: _Slot) -> Course:
        abilities, subject = self.past.abilities, slot.subject
        hours = HOURS[school_class.grade][subject.subject_id]
        light = LIGHT if subject.family in LIGHT_FAMILIES else 0.0
        return Course(
            index,
            np.array([pupil.index for pupil in school_class.pupils], dtype=np.int64),
            abilities.subject_ids.index(subject.subject_id),
            self.past.teacher(school_class, slot),
            hours,
            weighted=subject.uses_weights,
            threshold=subject.threshold if subject.threshold > DEFAULT_THRESHOLD else 0.0,
            ease=subject.easy + light + float(abilities.grade_shift[school_class.grade]),
            graded=subject.graded == "marks" and school_class.grade >= 2,
            written=bool(subject.works),
            norm=float(NORM_A_QUARTER[hours] * (2 if self.periods[0].kind == "half_year" else 1)),
            fewest_marks=FEWEST_MARKS,
        )

    def terms(self) -> Iterator[tuple[_Period, np.ndarray, Term]]:
        """Each period: the places of its lessons among those of the year, and what came of it."""
        for period in self.periods:
            first, last = period.starts.toordinal(), period.ends.toordinal()
            inside = (self.lessons.day >= first) & (self.lessons.day <= last)
            yield (
                period,
                np.flatnonzero(inside),
                self.past.life.term(self.courses, self.lessons.where(inside), first, last),
            )


class _Year:
    """One earlier year as tables of the journal CSV."""

    def __init__(self, past: _Past, ago: int) -> None:
        self.past, self.first = past, THIS_YEAR - ago
        self.named = f"{self.first}/{self.first + 1}"
        self.classes = past.years[ago]
        self.periods = _periods(self.first)
        self.pupil_ids = np.array([pupil.pupil_id for pupil in past.world.school.pupils])
        self.teacher_ids = np.array(past.teacher_ids)
        self.told = {name: list[pl.DataFrame]() for name in ("lessons", "homework", "marks", "attendance", "outcomes")}
        self.n_lessons = 0

    def tables(self) -> dict[str, pl.DataFrame]:
        """Every table; the periods of all grades are lived through on the way."""
        for kind in ("quarter", "half_year"):
            periods = [period for period in self.periods if period.kind == kind]
            within = range(periods[0].grade_from, periods[0].grade_to + 1)
            classes = [one for one in self.classes if one.grade in within]
            if classes:
                self._live(_Group(self.past, classes, periods))
        told = {name: pl.concat(frames) for name, frames in self.told.items()}
        outcomes = told.pop("outcomes")
        marks = told.pop("marks").with_row_index("n")
        ids = (pl.lit(f"y{self.first}-m") + pl.col("n").cast(pl.String).str.zfill(7)).alias("mark_id")
        return self._registers() | told | {"marks": marks.select(ids, pl.exclude("n")), "period_marks": outcomes}

    def _registers(self) -> dict[str, pl.DataFrame]:
        begins, last = date(self.first, 9, 1), date(self.first + 1, 5, 31)
        people = sorted(((p, one) for one in self.classes for p in one.pupils), key=lambda x: x[0].index)
        shown = {teacher for frame in self.told["lessons"] for teacher in frame["teacher_id"].unique()}
        teachers = [(t.teacher_id, *t.name) for t in self.past.world.school.teachers]
        periods = [(p.period_id, self.named, p.kind, p.ordinal, *_rest(p)) for p in self.periods]
        classes = [(self.named, c.class_id, c.grade, c.letter, f"{c.grade}{c.letter}") for c in self.classes]
        enrolled = [(self.named, p.pupil_id, one.class_id, begins, last) for p, one in people]
        dates = "starts_on:date ends_on:date"
        return {
            "periods": frame(periods, f"period_id academic_year kind ordinal:int {dates} grade_from:int grade_to:int"),
            "classes": frame(sorted(classes, key=str), "academic_year class_id grade:int letter name"),
            "pupils": frame([(p.pupil_id, *p.name) for p, _ in people], "pupil_id last_name first_name middle_name"),
            "enrollments": frame(enrolled, f"academic_year pupil_id class_id {dates}"),
            "subjects": frame(
                [(s.subject_id, s.name, s.area, s.graded) for s in SUBJECTS], "subject_id name area graded"
            ),
            "teachers": frame(
                [row for row in (*teachers, *self.past.retired) if row[0] in shown],
                "teacher_id last_name first_name middle_name",
            ),
            "work_types": work_types(),
        }

    def _live(self, group: _Group) -> None:
        ids = self._lessons(group)
        outcomes = []
        for period, places, term in group.terms():
            self.told["marks"].append(self._marks(group, ids.gather(places), places, term))
            self.told["attendance"].append(self._attendance(ids.gather(places), term))
            outcomes.append(self._period_marks(group, period, term))
        self.told["outcomes"] += [*outcomes, self._year_marks(pl.concat(outcomes))]

    def _lessons(self, group: _Group) -> pl.Series:
        """Lessons with topics from a plan, and homework; returns their ids."""
        lessons, courses = group.lessons, group.courses
        numbers = np.arange(self.n_lessons, self.n_lessons + len(lessons))
        self.n_lessons += len(lessons)
        ids = pl.Series("lesson_id", [f"y{self.first}-l{n:06d}" for n in numbers.tolist()])
        held = np.bincount(lessons.course, minlength=len(courses)).tolist()
        plans = [
            topics(subject.subject_id, held[n], group.classes[courses[n].class_index].grade * 3)
            for n, subject in enumerate(group.subjects)
        ]
        class_of = [group.classes[course.class_index] for course in courses]
        first = np.cumsum(held) - np.array(held)
        order = (np.arange(len(lessons)) - first[lessons.course]).tolist()
        starts = [STARTS[class_of[c].twin.shift][n - 1] for c, n in _both(lessons.course, lessons.number)]
        teacher = pl.Series(self.teacher_ids[[course.teacher for course in courses]]).gather(lessons.course)
        held_in = pl.Series([one.class_id for one in class_of]).gather(lessons.course)
        subject = pl.Series([one.subject_id for one in group.subjects]).gather(lessons.course)
        self.told["lessons"].append(
            pl.DataFrame(
                {
                    "lesson_id": ids, "class_id": held_in, "subject_id": subject, "teacher_id": teacher,
                    "planned_teacher_id": teacher, "date": _dates(lessons.day), "lesson_number": lessons.number,
                    "starts_at": starts, "ends_at": [ends(start) for start in starts], "status": "held",
                    "topic": [plans[c][n] for c, n in zip(lessons.course.tolist(), order, strict=True)],
                }
            )
        )  # fmt: skip
        luck = self.past.rng.integers(0, 90, (2, len(lessons))).tolist()
        texts = [
            task(kind, n, odd) if courses[c].graded else None
            for c, n, kind, odd in zip(lessons.course.tolist(), order, *luck, strict=True)
        ]
        homework = pl.DataFrame({"homework_id": ids.str.replace("-l", "-h"), "lesson_id": ids, "text": texts})
        set_for_home = pl.Series([one.grade >= 2 for one in class_of]).gather(lessons.course)
        self.told["homework"].append(
            homework.with_columns(pl.col("text").cast(pl.String), pl.col("text").is_null().alias("none")).filter(
                set_for_home
            )
        )
        return ids

    def _marks(self, group: _Group, ids: pl.Series, places: np.ndarray, term: Term) -> pl.DataFrame:
        marks = term.marks
        course = group.lessons.course[places][marks.lesson]
        kinds = np.array([_work_types(subject) for subject in group.subjects])
        final = np.where(marks.becomes == NONE, marks.value, marks.becomes)
        told = pl.DataFrame(
            {
                "lesson_id": ids.gather(marks.lesson), "pupil_id": self.pupil_ids[marks.pupil],
                "ordinal": marks.ordinal, "value": final.astype(str), "kind": "current",
                "work_type": kinds[course, marks.kind], "weight": marks.weight,
            }
        )  # fmt: skip
        if not self.past.habits.late_days:
            return told
        minutes = self.past.rng.integers(0, 150, len(told))
        changed = _moments(marks.changed, minutes).zip_with(pl.Series(marks.becomes != NONE), _nothing(len(told)))
        return told.with_columns(_moments(marks.entered, minutes).alias("entered_at"), changed.alias("updated_at"))

    def _attendance(self, ids: pl.Series, term: Term) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "lesson_id": ids.gather(term.absent_lesson),
                "pupil_id": self.pupil_ids[term.absent_pupil],
                "code": np.where(term.is_ill, PRINTED["ill"], PRINTED["excused"]),
            }
        )

    def _period_marks(self, group: _Group, period: _Period, term: Term) -> pl.DataFrame:
        courses = [group.courses[n] for n in term.outcome_course.tolist()]
        value = np.where(term.outcome_mark == NONE, "н/а", term.outcome_mark.astype(str))
        told = pl.DataFrame(
            {
                "pupil_id": self.pupil_ids[term.outcome_pupil],
                "subject_id": [group.subjects[n].subject_id for n in term.outcome_course.tolist()],
                "academic_year": self.named,
                "kind": "period",
                "period_id": period.period_id,
                "class_id": [group.classes[course.class_index].class_id for course in courses],
                "value": value,
                "teacher_id": self.teacher_ids[[course.teacher for course in courses]],
            }
        )
        at = datetime.combine(period.ends, time(22, 30)).isoformat() if self.past.habits.late_days else None
        return told.with_columns(pl.lit(at, pl.String).alias("entered_at"))

    def _year_marks(self, told: pl.DataFrame) -> pl.DataFrame:
        """The rounded mean of the marks for the periods."""
        mean = (pl.col("value").cast(pl.Int64, strict=False).mean() + 0.5).floor().cast(pl.Int64).cast(pl.String)
        pair = ["pupil_id", "subject_id", "academic_year", "class_id", "teacher_id"]
        found = told.group_by(pair, maintain_order=True).agg(mean, pl.col("entered_at").last())
        named = found.with_columns(kind=pl.lit("year"), period_id=pl.lit("")).filter(pl.col("value").is_not_null())
        return named.select(told.columns)


def _periods(year: int) -> list[_Period]:
    days = [(date(year + (start[0] < 9), *start), date(year + (end[0] < 9), *end)) for start, end in QUARTERS]
    return [
        *(_Period(f"{year}-q{n}", "quarter", n, start, end, 1, 9) for n, (start, end) in enumerate(days, start=1)),
        _Period(f"{year}-h1", "half_year", 1, days[0][0], days[1][1], 10, 11),
        _Period(f"{year}-h2", "half_year", 2, days[2][0], days[3][1], 10, 11),
    ]


def _rest(period: _Period) -> Row:
    return period.starts, period.ends, period.grade_from, period.grade_to


def _is_study_day(day: date) -> bool:
    """True outside of the vacations between quarters and the days around spring holidays."""
    here = (day.month, day.day)
    free = any(first <= here <= last for first, last in DAYS_OFF)
    return not free and any(start <= here <= end for start, end in QUARTERS)


def _work_types(subject: Subject) -> list[str]:
    """The kind of work that each kind of mark is called in a subject."""
    written = next((work for work in subject.works if work != "control"), "selfwork")
    names = {HOMEWORK: "homework", WRITTEN: written, CONTROL: "control" if "control" in subject.works else written}
    return [names.get(kind, "answer") for kind in range(CONTROL + 1)]


def _both(one: np.ndarray, other: np.ndarray) -> Iterator[tuple[int, int]]:
    return zip(one.tolist(), other.tolist(), strict=True)


def _dates(days: np.ndarray) -> pl.Series:
    return pl.Series([date.fromordinal(day) for day in days.tolist()], dtype=pl.Date)


def _moments(days: np.ndarray, minutes: np.ndarray) -> pl.Series:
    """From half past seven in the evening on, as printed."""
    base = pl.DataFrame({"day": _dates(days), "minutes": minutes}).select(
        pl.col("day").cast(pl.Datetime("us")) + pl.duration(hours=19, minutes=30 + pl.col("minutes"))
    )
    return base.to_series().dt.strftime("%Y-%m-%dT%H:%M:%S")


def _nothing(count: int) -> pl.Series:
    return pl.Series([None] * count, dtype=pl.String)
