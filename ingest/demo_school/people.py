"""Who is in the school: classes, pupils, teachers, subgroups, and who teaches what to whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ingest.demo_school.names import Name
from ingest.demo_school.subjects import SHIFT_OF_GRADE, WEEK_DAYS_OF_GRADE, Subject

YEAR = "2026/2027"


@dataclass
class SchoolClass:
    """A class; `layout` tells in which layout its journal is exported ('' = not exported)."""

    index: int
    class_id: str
    grade: int
    letter: str
    layout: str = "a"
    head: int = -1

    @property
    def name(self) -> str:
        """The name as printed: 7Б."""
        return f"{self.grade}{self.letter}"

    @property
    def shift(self) -> int:
        """1 or 2."""
        return SHIFT_OF_GRADE[self.grade]

    @property
    def week_days(self) -> int:
        """5 or 6."""
        return WEEK_DAYS_OF_GRADE[self.grade]


@dataclass
class Pupil:
    """A pupil and the classes he has been in: (class index, first day, last day or None)."""

    index: int
    pupil_id: str
    name: Name
    boy: bool
    stays: list[tuple[int, date, date | None]]
    left_to: str = ""

    @property
    def home(self) -> int:
        """Index of the newest class."""
        return self.stays[-1][0]

    @property
    def short(self) -> str:
        """Surname and first name."""
        return f"{self.name[0]} {self.name[1]}"

    @property
    def full(self) -> str:
        """Surname, first name and patronymic."""
        return " ".join(self.name)


@dataclass(frozen=True)
class Teacher:
    """A teacher of one family of subjects."""

    index: int
    teacher_id: str
    name: Name
    family: str


@dataclass
class Subgroup:
    """A subgroup of one class or of several; members with their days."""

    index: int
    subgroup_id: str
    name: str
    subject_id: str
    classes: list[int]
    members: list[tuple[int, date, date | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Course:
    """A subject taught to a class or to a subgroup: what has its own lessons, marks and plan."""

    index: int
    class_index: int
    subject: Subject
    subgroup: int
    teacher: int
    hours: int


@dataclass
class School:
    """All people and courses. `joint`: pairs of class indices taught one subject together."""

    classes: list[SchoolClass]
    pupils: list[Pupil]
    teachers: list[Teacher]
    subgroups: list[Subgroup]
    courses: list[Course]
    releases: list[tuple[int, str, date, date | None]]
    newcomer: int
    leaver: int
    mover: int
    long_ill: int
    namesakes: tuple[int, int]
    printed_release: int
