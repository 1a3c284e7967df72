"""Who is in the school: classes, pupils, teachers, subgroups, and who teaches what to whom."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from ingest.demo_school.calendar import FIRST_DAY
from ingest.demo_school.names import Name, draw_names
from ingest.demo_school.subjects import (
    BY_ID,
    ENGLISH,
    GERMAN,
    HOME_HOUR,
    HOURS,
    PRIMARY_SUBJECTS,
    SHIFT_OF_GRADE,
    SPORT,
    SUBJECTS,
    TECHNOLOGY,
    WEEK_DAYS_OF_GRADE,
    Subject,
)

LETTERS = "АБВГДЕ"
LATIN = dict(zip(LETTERS, "abvgde", strict=True))
FULL_LOAD = 23
SMALLEST_SPLIT = 16
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


def class_sizes(pupils: int) -> list[tuple[int, str, int]]:
    """(grade, letter, size) of every class: at least one class a grade, about 26 pupils in each."""
    total = max(11, round(pupils / 26))
    per_grade = [1] * 11
    order = [5, 6, 7, 8, 1, 2, 3, 4, 9, 5, 6, 7, 1, 2, 3, 4, 8]
    for extra in range(total - 11):
        per_grade[order[extra % len(order)] - 1] += 1
    labels = [(grade, LETTERS[n]) for grade in range(1, 12) for n in range(per_grade[grade - 1])]
    weights = np.array([1.0 if grade < 10 else 0.85 for grade, _ in labels])
    sizes = np.maximum(4, np.floor(weights / weights.sum() * pupils)).astype(int)
    for n in range(max(0, pupils - int(sizes.sum()))):
        sizes[n % len(sizes)] += 1
    return [(grade, letter, int(size)) for (grade, letter), size in zip(labels, sizes, strict=True)]


def assign_layouts(classes: list[SchoolClass], layouts: tuple[str, ...]) -> None:
    """Give each class its layout: with journal CSV one class prints b and two print c, alone three print either."""
    middle = [c for c in classes if 5 <= c.grade <= 8]
    by_preference = sorted(middle, key=lambda c: (c.letter == "А", abs(c.grade - 7), c.index))
    with_csv = "a" in layouts
    wanted = [*(["b"] * (1 if with_csv else 3) if "b" in layouts else []),
              *(["c"] * (2 if with_csv else 3) if "c" in layouts else [])]
    for school_class in classes:
        school_class.layout = "a" if with_csv else ""
    for layout, school_class in zip(wanted, by_preference, strict=False):
        school_class.layout = layout


def _smaller_printed(classes: list[SchoolClass], sizes: list[int]) -> list[int]:
    """Make the classes printed pupil by pupil smaller (they cost the most to read), the others as much larger."""
    share = {"b": 0.72, "c": 0.9}
    new = [max(8, int(size * share.get(c.layout, 1.0))) for c, size in zip(classes, sizes, strict=True)]
    others = [c.index for c in classes if c.layout not in share] or [0]
    for n in range(sum(sizes) - sum(new)):
        new[others[n % len(others)]] += 1
    return new


def build_school(rng: np.random.Generator, *, pupils: int, layouts: tuple[str, ...]) -> School:
    """Draw the people and courses of a school of about `pupils` pupils."""
    labels = class_sizes(pupils)
    classes = [
        SchoolClass(index, f"k{grade:02d}{LATIN[letter]}", grade, letter)
        for index, (grade, letter, _) in enumerate(labels)
    ]
    assign_layouts(classes, layouts)
    people = _draw_pupils(rng, classes, _smaller_printed(classes, [size for _, _, size in labels]))
    subgroups, parts = _draw_subgroups(rng, classes, people)
    teachers, courses = _draw_courses(rng, classes, parts)
    school = School(classes, people, teachers, subgroups, courses, [], -1, -1, -1, -1, (-1, -1), -1)
    _draw_movers(rng, school)
    return school


def _draw_pupils(rng: np.random.Generator, classes: list[SchoolClass], sizes: list[int]) -> list[Pupil]:
    taken: set[tuple[str, str]] = set()
    people: list[Pupil] = []
    for school_class, size in zip(classes, sizes, strict=True):
        boys = [bool(boy) for boy in rng.random(size) < 0.5]
        boys[:2] = [True, False]
        named = sorted(zip(draw_names(rng, boys, grown=False, taken=taken), boys, strict=True), key=lambda x: _yo(x[0]))
        for name, boy in named:
            index = len(people)
            people.append(Pupil(index, f"u{index + 1:04d}", name, boy, [(school_class.index, FIRST_DAY, None)]))
    return people


def _yo(name: Name) -> tuple[str, ...]:
    return tuple(part.replace("ё", "е") for part in name)


def _draw_subgroups(
    rng: np.random.Generator, classes: list[SchoolClass], people: list[Pupil]
) -> tuple[list[Subgroup], dict[tuple[int, str], list[tuple[Subject, int]]]]:
    """Subgroups, and the parts of each (class, subject): a list of (subject, subgroup index or -1)."""
    subgroups: list[Subgroup] = []
    parts: dict[tuple[int, str], list[tuple[Subject, int]]] = defaultdict(list)

    def add(name: str, subject_id: str, of_classes: list[int], members: list[int]) -> int:
        index = len(subgroups)
        dated = [(pupil, FIRST_DAY, None) for pupil in sorted(members)]
        subgroups.append(Subgroup(index, f"g{index + 1:03d}", name, subject_id, of_classes, dated))  # type: ignore[arg-type]
        return index

    rosters: dict[int, list[int]] = defaultdict(list)
    for pupil in people:
        rosters[pupil.home].append(pupil.index)
    german: dict[int, list[int]] = {}
    ninth = [c for c in classes if c.grade == 9 and c.layout in {"a", ""}][:2]
    for school_class in ninth if len(ninth) == 2 else []:
        german[school_class.index] = sorted(rng.permutation(rosters[school_class.index])[:7].tolist())
    for school_class in classes:
        roster = rosters[school_class.index]
        for subject_id in HOURS[school_class.grade]:
            subject = BY_ID[subject_id]
            key = (school_class.index, subject_id)
            if subject_id == ENGLISH and school_class.index in german:
                rest = [pupil for pupil in roster if pupil not in german[school_class.index]]
                parts[key] = [(subject, add(f"{school_class.name} англ.", subject_id, [school_class.index], rest))]
            elif subject.split == "half" and len(roster) >= SMALLEST_SPLIT and school_class.grade >= 2:
                mixed = rng.permutation(roster).tolist()
                halves = mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :]
                word = "англ." if subject_id == ENGLISH else "инф."
                parts[key] = [
                    (subject, add(f"{school_class.name} {word} {n}", subject_id, [school_class.index], half))
                    for n, half in enumerate(halves, start=1)
                ]
            elif subject_id == TECHNOLOGY and school_class.grade >= 5:
                for word, sex in (("девочки", False), ("мальчики", True)):
                    members = [pupil for pupil in roster if people[pupil].boy == sex]
                    name = f"{school_class.name} труд {word}"
                    parts[key].append((subject, add(name, subject_id, [school_class.index], members)))
            else:
                parts[key] = [(subject, -1)]
    if german:
        members = [pupil for of_class in german.values() for pupil in of_class]
        joint = add("9АБ нем.", GERMAN, list(german), members)
        parts[min(german), ENGLISH].append((BY_ID[GERMAN], joint))
    return subgroups, dict(parts)


def _draw_courses(
    rng: np.random.Generator, classes: list[SchoolClass], parts: dict[tuple[int, str], list[tuple[Subject, int]]]
) -> tuple[list[Teacher], list[Course]]:
    needed: dict[str, int] = defaultdict(int)
    rows: list[tuple[int, Subject, int, int, str]] = []
    for (class_index, subject_id), of_subject in parts.items():
        grade = classes[class_index].grade
        hours = HOURS[grade][subject_id]
        for subject, subgroup in of_subject:
            family = "primary" if grade <= 4 and subject_id in PRIMARY_SUBJECTS else subject.family
            rows.append((class_index, subject, subgroup, hours, family))
            needed[family] += hours
    heads = [school_class.index for school_class in classes if school_class.grade <= 4]
    counts = {family: max(1, math.ceil(hours / FULL_LOAD)) for family, hours in sorted(needed.items())}
    counts["primary"] = len(heads)
    counts["english"] = max(2, counts["english"])
    counts["informatics"] = max(2, counts["informatics"])
    counts["technology"] = max(2, counts["technology"])
    counts.pop("home", None)
    families = [family for family, count in counts.items() for _ in range(count)]
    men = {"sport", "technology", "physics", "informatics", "history"}
    boys = [bool(rng.random() < (0.45 if family in men else 0.04)) for family in families]
    names = draw_names(rng, boys, grown=True, taken=set())
    teachers = [
        Teacher(index, f"t{index + 1:03d}", name, family)
        for index, (name, family) in enumerate(zip(names, families, strict=True))
    ]
    of_family: dict[str, list[int]] = defaultdict(list)
    for teacher in teachers:
        of_family[teacher.family].append(teacher.index)
    for n, class_index in enumerate(heads):
        classes[class_index].head = of_family["primary"][n]
    courses = _share_out(rows, classes, of_family)
    _pick_heads(classes, courses, teachers)
    return teachers, [
        Course(c.index, c.class_index, c.subject, c.subgroup, classes[c.class_index].head, c.hours)
        if c.subject.subject_id == HOME_HOUR else c
        for c in courses
    ]


def _share_out(
    rows: list[tuple[int, Subject, int, int, str]], classes: list[SchoolClass], of_family: dict[str, list[int]]
) -> list[Course]:
    """Give every course a teacher: the least loaded of the family, who keeps a class in all subjects of the family."""
    load: dict[int, int] = defaultdict(int)
    kept: dict[tuple[int, str], int] = {}
    courses: list[Course] = []
    for class_index, subject, subgroup, hours, family in rows:
        busy = {
            course.teacher for course in courses[-2:]
            if course.class_index == class_index and course.subject.split and course.subject.subject_id != HOME_HOUR
            and subgroup >= 0 and course.subgroup >= 0
            and (course.subject is subject or {course.subject.subject_id, subject.subject_id} == {ENGLISH, GERMAN})
        }
        if subject.subject_id == ENGLISH and classes[class_index].grade == 9:
            busy |= {c.teacher for c in courses if c.subject is subject and classes[c.class_index].grade == 9}
        if family == "home":
            teacher = -1
        elif family == "primary":
            teacher = classes[class_index].head
        elif subgroup < 0 and (class_index, family) in kept:
            teacher = kept[class_index, family]
        else:
            free = [t for t in of_family[family] if t not in busy] or of_family[family]
            teacher = min(free, key=lambda t: (load[t], t))
            if subgroup < 0:
                kept[class_index, family] = teacher
        load[teacher] += hours
        courses.append(Course(len(courses), class_index, subject, subgroup, teacher, hours))
    return courses


def _pick_heads(classes: list[SchoolClass], courses: list[Course], teachers: list[Teacher]) -> None:
    """Class teachers of grades 5–11: who teaches the class most hours and heads no class yet."""
    heading = {school_class.head for school_class in classes}
    for school_class in classes:
        if school_class.head >= 0:
            continue
        hours: dict[int, int] = defaultdict(int)
        for course in courses:
            if course.class_index == school_class.index and course.teacher >= 0:
                hours[course.teacher] += course.hours
        ranked = sorted(hours, key=lambda t: (t in heading, -hours[t], t))
        school_class.head = ranked[0] if ranked else teachers[0].index
        heading.add(school_class.head)


def _draw_movers(rng: np.random.Generator, school: School) -> None:
    """A newcomer, a leaver, a pupil who changes class, one long ill, two released from sport, two namesakes."""
    csv = [c for c in school.classes if c.layout == "a" and 2 <= c.grade <= 8]
    if len(csv) < 3:
        return
    of_class: dict[int, list[Pupil]] = defaultdict(list)
    for pupil in school.pupils:
        of_class[pupil.home].append(pupil)
    plain = [c for c in csv if c.grade >= 5] or csv

    def some(school_class: SchoolClass) -> Pupil:
        pool = [p for p in of_class[school_class.index] if p.index not in used]
        pupil = pool[int(rng.integers(len(pool)))]
        used.add(pupil.index)
        return pupil

    used: set[int] = set()
    newcomer, leaver, ill = some(plain[0]), some(plain[-1]), some(plain[len(plain) // 2])
    _restay(school, newcomer, [(newcomer.home, date(2026, 9, 28), None)])
    _restay(school, leaver, [(leaver.home, FIRST_DAY, date(2026, 10, 9))])
    leaver.left_to = "МБОУ СОШ № 4"
    school.newcomer, school.leaver, school.long_ill = newcomer.index, leaver.index, ill.index
    twins = [(x, y) for x in csv for y in csv if x.grade == y.grade and x.index < y.index and x.grade <= 8]
    if twins:
        old, new = twins[-1]
        mover = some(old)
        _restay(school, mover, [(old.index, FIRST_DAY, date(2026, 10, 2)), (new.index, date(2026, 10, 3), None)])
        school.mover = mover.index
    for school_class in (plain[0], plain[-1]):
        school.releases.append((some(school_class).index, SPORT, FIRST_DAY, None))
    school.releases.append((some(plain[len(plain) // 2]).index, SPORT, date(2026, 9, 21), date(2026, 10, 18)))
    one, two = sorted((some(plain[0]), some(plain[0])), key=lambda p: p.index)
    if one.boy == two.boy:
        two.name = (one.name[0], one.name[1], two.name[2])
        school.namesakes = (one.index, two.index)
    printed = [c for c in school.classes if c.layout == "c"]
    if printed:
        school.printed_release = some(printed[0]).index


def _restay(school: School, pupil: Pupil, stays: list[tuple[int, date, date | None]]) -> None:
    """Change the days of a pupil in his classes, and in their subgroups alike."""
    sizes = {group.index: len(group.members) for group in school.subgroups}
    old = [g for g in school.subgroups if any(member[0] == pupil.index for member in g.members)]
    pupil.stays = stays
    for group in old:
        group.members = [member for member in group.members if member[0] != pupil.index]
        spans = [stay for stay in stays if stay[0] in group.classes]
        group.members += [(pupil.index, start, end) for _, start, end in spans]
        group.members.sort()
    for class_index, start, end in stays:
        for subject in SUBJECTS:
            groups = [
                g for g in school.subgroups if g.subject_id == subject.subject_id and g.classes == [class_index]
                and not any(member[0] == pupil.index and member[1] == start for member in g.members)
            ]
            settled = any(
                member[0] == pupil.index and member[1] == start and g.classes == [class_index]
                for g in school.subgroups if g.subject_id == subject.subject_id for member in g.members
            )
            if not groups or settled:
                continue
            chosen = min(groups, key=lambda g: (sizes[g.index], g.index))
            if subject.subject_id == TECHNOLOGY:
                word = "мальчики" if pupil.boy else "девочки"
                chosen = next(g for g in groups if g.name.endswith(word))
            chosen.members.append((pupil.index, start, end))
            chosen.members.sort()
