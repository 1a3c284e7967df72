"""The state of the simulated journal: who should sit where, what was recorded, and from when to when it stood there.

Moments are whole seconds of school wall time (numpy datetime64[s]); `FOREVER` ends what still stands.
Rows are arrays of equal length, so that an export is a filter by two moments.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.demo_school.calendar import OUTAGES, PERIODS, Period, period_of, periods_of
from ingest.demo_school.lessons import Lesson, Schedule
from ingest.demo_school.people import Course, School, SchoolClass
from ingest.demo_school.timetable import Line

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Moments = NDArray[np.datetime64]

FOREVER = np.datetime64("9999-01-01T00:00:00", "s")

CODES = ("", "unknown", "ill", "excused", "unexcused", "late", "released")
UNKNOWN, ILL, EXCUSED, UNEXCUSED, LATE, RELEASED = range(1, 7)
ABSENT = (UNKNOWN, ILL, EXCUSED, UNEXCUSED)

KINDS = ("current", "retake", "second_criterion")
CURRENT, RETAKE, SECOND = range(3)


def moment(value: datetime) -> np.datetime64:
    """A wall-clock moment as numpy keeps it."""
    return np.datetime64(value, "s")


@dataclass
class Rows:
    """Named columns of equal length that can grow and shrink."""

    columns: dict[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def add(self, **values: Any) -> None:  # noqa: ANN401 - scalars and arrays of many types
        """Append rows; scalars are repeated to the length of the longest value."""
        size = max(np.size(value) for value in values.values())
        for name, column in self.columns.items():
            new = np.broadcast_to(np.asarray(values[name], dtype=column.dtype), (size,))
            self.columns[name] = np.concatenate([column, new])

    def keep(self, mask: Flags) -> None:
        """Keep only the rows of the mask."""
        self.columns = {name: column[mask] for name, column in self.columns.items()}

    def order(self, by: NDArray[np.intp]) -> None:
        """Reorder the rows."""
        self.columns = {name: column[by] for name, column in self.columns.items()}


def _empty(**dtypes: str) -> Rows:
    return Rows({name: np.empty(0, dtype=dtype) for name, dtype in dtypes.items()})


@dataclass(frozen=True)
class Work:
    """A written work of a lesson."""

    index: int
    lesson: int
    work_type: int
    title: str

    @property
    def assignment_id(self) -> str:
        """Its id in journal CSV."""
        return f"w{self.index + 1:05d}"


@dataclass
class PeriodMark:
    """A period mark of a pupil: value as printed and when it was entered."""

    pupil: int
    course: int
    period_id: str
    value: str
    entered: np.datetime64


@dataclass(frozen=True)
class Outage:
    """When the journal was down; `restored`: from when it could be filled again."""

    starts: datetime
    ends: datetime
    restored: datetime


@dataclass(frozen=True)
class Document:
    """A paper on why a pupil was away, brought at a moment."""

    document_id: str
    pupil: int
    starts_on: date
    ends_on: date
    kind: str
    received_at: datetime


@dataclass(frozen=True)
class StrayMark:
    """A mark that stands at a lesson where the pupil had no seat."""

    mark_id: str
    lesson: int
    pupil: int
    value: int
    since: datetime


@dataclass(frozen=True)
class ExamResult:
    """A result of an exam: when the school got it and when pupils could see it (None = never)."""

    pupil: int
    subject_id: str
    value: str
    received_at: datetime
    published_at: datetime | None


@dataclass
class Papers:
    """What is kept beside the journal.

    statements: (pupil, from when his parents want a printout every week). print_issues: (pupil, Monday of the week,
    moment). double_members: (pupil, index of a second subgroup of one subject, since the last day). timetable_ends:
    class index → last day of its timetable. late_plans, short_plans: courses whose plan was approved late or has less
    hours than the curriculum. pupil_accounts: pupils with an account in the journal.
    """

    documents: list[Document] = field(default_factory=list)
    exam_results: list[ExamResult] = field(default_factory=list)
    statements: list[tuple[int, date]] = field(default_factory=list)
    print_issues: list[tuple[int, date, datetime]] = field(default_factory=list)
    double_members: list[tuple[int, int]] = field(default_factory=list)
    timetable_ends: dict[int, date] = field(default_factory=dict)
    late_plans: set[int] = field(default_factory=set)
    short_plans: set[int] = field(default_factory=set)
    pupil_accounts: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Exclusion:
    """Days of a class that are not counted: an excursion by order."""

    class_index: int
    date_from: date
    date_to: date
    reason: str
    order_no: str


@dataclass(frozen=True)
class Abilities:
    """Of pupils, of pupils in `subject_ids`, and the shift of each grade: what marks are drawn from."""

    pupil: NDArray[np.float64]
    subject: NDArray[np.float64]
    subject_ids: list[str]
    grade_shift: NDArray[np.float64]


@dataclass
class World:
    """Everything that happened, and what the journal showed from when to when.

    Seats: one row for each pupil expected in a held lesson, ordered by pupil, day and lesson number; `seat` in the
    other tables is an index into them. `attendance`: seat, code, since, until. `marks`: seat, ordinal, work (type),
    value, kind, weight, counts, assignment (index of a work or -1), since, until; equal (seat, ordinal) are versions.
    `topics` and `homework`: lesson, text, since, until.

    wrong_averages: (pupil, subject, period) → by how much the printed average is wrong. source_class: index of the
    class whose journal tells when a mark or homework was entered. claimed: (seat, ordinal) → what it tells where that
    is not true. attendance_entered: when the list of a lesson was saved, NaT = never. shown: lesson → columns that the
    journal shows otherwise than it was. shown_marks: (seat, ordinal) → the same of a mark. substitutions_entered:
    lesson → when its substitution was entered, where that was not the morning of the day. quiet: (class index, day) on
    which everybody must be there.
    """

    school: School
    lines: list[Line]
    schedule: Schedule
    last: date
    exports: list[datetime]
    seat_pupil: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    seat_lesson: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    works: list[Work] = field(default_factory=list)
    period_marks: list[PeriodMark] = field(default_factory=list)
    attendance: Rows = field(default_factory=lambda: _empty(seat="i8", code="i8", since="M8[s]", until="M8[s]"))
    marks: Rows = field(
        default_factory=lambda: _empty(
            seat="i8",
            ordinal="i8",
            work="i8",
            value="i8",
            kind="i8",
            weight="f8",
            counts="?",
            assignment="i8",
            since="M8[s]",
            until="M8[s]",
        )
    )
    topics: Rows = field(default_factory=lambda: _empty(lesson="i8", text="O", since="M8[s]", until="M8[s]"))
    homework: Rows = field(default_factory=lambda: _empty(lesson="i8", text="O", since="M8[s]", until="M8[s]"))
    exclusions: list[Exclusion] = field(default_factory=list)
    source_class: int = -1
    claimed: dict[tuple[int, int], np.datetime64] = field(default_factory=dict)
    wrong_averages: dict[tuple[int, str, str], float] = field(default_factory=dict)
    attendance_entered: Moments = field(default_factory=lambda: np.empty(0, dtype="M8[s]"))
    shown: dict[int, dict[str, object]] = field(default_factory=dict)
    shown_marks: dict[tuple[int, int], dict[str, object]] = field(default_factory=dict)
    stray_marks: list[StrayMark] = field(default_factory=list)
    substitutions_entered: dict[int, datetime] = field(default_factory=dict)
    quiet: set[tuple[int, date]] = field(default_factory=set)
    papers: Papers = field(default_factory=Papers)
    abilities: Abilities | None = None

    @property
    def lessons(self) -> list[Lesson]:
        """All lessons, cancelled ones too."""
        return self.schedule.lessons

    def course(self, lesson: int) -> Course:
        """The course of a lesson."""
        return self.school.courses[self.lessons[lesson].course]

    def school_class(self, lesson: int) -> SchoolClass:
        """The class that a lesson stands in."""
        return self.school.classes[self.course(lesson).class_index]

    def layout(self, lesson: int) -> str:
        """In which layout a lesson is exported."""
        return self.school_class(lesson).layout

    def index_seats(self) -> None:
        """Make the look-ups by lesson and by pupil's day; call once after the seats are known."""
        days = np.array([lesson.day.toordinal() for lesson in self.lessons], dtype=np.int64)
        self.lesson_course = np.array([lesson.course for lesson in self.lessons], dtype=np.int64)
        self.lesson_number = np.array([lesson.number for lesson in self.lessons], dtype=np.int64)
        self.lesson_day = days
        self.lesson_starts = np.array([lesson.starts for lesson in self.lessons], dtype="M8[s]")
        self.lesson_ends = np.array([lesson.ends for lesson in self.lessons], dtype="M8[s]")
        self.seat_day = days[self.seat_lesson]
        self.seat_course = self.lesson_course[self.seat_lesson]
        layouts = np.array([self.school.classes[course.class_index].layout for course in self.school.courses])
        self.seat_layout = layouts[self.seat_course]
        order = np.argsort(self.seat_lesson, kind="stable")
        ends = np.searchsorted(self.seat_lesson[order], np.arange(len(self.lessons) + 1))
        self._by_lesson = (order, ends)
        day_key = self.seat_pupil * 4_000_000 + self.seat_day
        self.seat_day_start = np.searchsorted(day_key, day_key, side="left")
        self.seat_day_end = np.searchsorted(day_key, day_key, side="right")
        self.held_of_course: dict[int, list[int]] = defaultdict(list)
        for lesson in sorted(self.lessons, key=lambda one: (one.day, one.number)):
            if lesson.held:
                self.held_of_course[lesson.course].append(lesson.index)

    def seats(self, lesson: int) -> Ints:
        """Seats of a lesson."""
        order, ends = self._by_lesson
        return order[ends[lesson] : ends[lesson + 1]]

    def final_code(self) -> Ints:
        """The code of each seat as it stands at the end (0 = none)."""
        codes = np.zeros(len(self.seat_pupil), dtype=np.int64)
        standing = self.attendance["until"] == FOREVER
        codes[self.attendance["seat"][standing]] = self.attendance["code"][standing]
        return codes

    def final_marks(self) -> Flags:
        """Which rows of `marks` stand at the end."""
        return np.asarray(self.marks["until"] == FOREVER)

    def mark_ids(self) -> list[str]:
        """Id of each row of `marks`: versions of one mark share it, and it never changes while rows come and go."""
        return [f"m{number:09d}" for number in (self.marks["seat"] * 100 + self.marks["ordinal"]).tolist()]

    def told_moments(self) -> Moments:
        """For each row of `marks` what the journal says of its entry; NaT outside of the class that says anything."""
        numbers = np.unique(self.marks["seat"] * 100 + self.marks["ordinal"], return_inverse=True)[1]
        first: Moments = np.full(len(self.marks), FOREVER)
        np.minimum.at(first, numbers, self.marks["since"])
        told = first[numbers]
        for (seat, ordinal), moment_told in self.claimed.items():
            told[(self.marks["seat"] == seat) & (self.marks["ordinal"] == ordinal)] = moment_told
        classes = np.array([course.class_index for course in self.school.courses])
        silent = classes[self.seat_course[self.marks["seat"]]] != self.source_class
        return np.where(silent, np.datetime64("NaT", "s"), told)

    def next_lesson_day(self, lesson: int) -> date | None:
        """The day of the next held lesson of the same course on a later day, None where none is known."""
        here = self.lessons[lesson]
        later = (self.lessons[n].day for n in self.held_of_course[here.course] if self.lessons[n].day > here.day)
        return next(later, None)

    def grade_of_course(self, course: int) -> int:
        """The grade of a course's class."""
        return self.school.classes[self.school.courses[course].class_index].grade

    def periods_seen(self) -> list[Period]:
        """Marking periods that have begun by the last day."""
        return [p for p in PERIODS if p.kind != "year" and p.starts_on <= self.last]

    def period_of_lesson(self, lesson: int) -> Period | None:
        """The marking period a lesson belongs to."""
        return period_of(self.lessons[lesson].day, self.grade_of_course(self.lessons[lesson].course))

    @property
    def outages(self) -> list[Outage]:
        """Outages that are known by the last export."""
        return [Outage(*span) for span in OUTAGES if span[2] <= self.exports[-1]]

    def is_counted(self, class_index: int, day: date) -> bool:
        """False on days of an outage or of an excursion of the class: what stands there is excused."""
        out = any(one.class_index == class_index and one.date_from <= day <= one.date_to for one in self.exclusions)
        return not out and day not in {one.starts.date() for one in self.outages}

    def is_over(self, period: Period) -> bool:
        """True where a period has ended before the last day of exports."""
        return period.ends_on < self.last

    def periods_of_class(self, school_class: SchoolClass) -> list[Period]:
        """Marking periods of a class that have begun."""
        return [p for p in periods_of(school_class.grade) if p.starts_on <= self.last]
