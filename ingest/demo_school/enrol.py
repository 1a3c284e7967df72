"""Fill the school: classes of a size, their pupils, subgroups, and a teacher for every course."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np

from ingest.demo_school.calendar import FIRST_DAY
from ingest.demo_school.movers import draw_movers
from ingest.demo_school.names import Name, draw_names
from ingest.demo_school.people import Course, Pupil, School, SchoolClass, Subgroup, Teacher
from ingest.demo_school.subjects import (
    BY_ID,
    ENGLISH,
    GERMAN,
    HOME_HOUR,
    HOURS,
    PRIMARY_SUBJECTS,
    Subject,
)

LETTERS = "АБВГДЕ"
LATIN = dict(zip(LETTERS, "abvgde", strict=True))
FULL_LOAD = 23
SMALLEST_SPLIT = 16
GERMAN_PUPILS = 7

Parts = dict[tuple[int, str], list[tuple[Subject, int]]]


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
    wanted = [
        *(["b"] * (1 if with_csv else 3) if "b" in layouts else []),
        *(["c"] * (2 if with_csv else 3) if "c" in layouts else []),
    ]
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
    grouping = _Grouping(rng, classes, people)
    teachers, courses = _draw_courses(rng, classes, grouping.parts)
    school = School(classes, people, teachers, grouping.subgroups, courses, [], -1, -1, -1, -1, (-1, -1), -1)
    draw_movers(rng, school)
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


class _Grouping:
    """Subgroups of every class, and the parts of each (class, subject): a list of (subject, subgroup index or -1)."""

    def __init__(self, rng: np.random.Generator, classes: list[SchoolClass], people: list[Pupil]) -> None:
        self.rng, self.people = rng, people
        self.subgroups: list[Subgroup] = []
        self.parts: Parts = defaultdict(list)
        self.rosters: dict[int, list[int]] = defaultdict(list)
        for pupil in people:
            self.rosters[pupil.home].append(pupil.index)
        self.german: dict[int, list[int]] = {}
        ninth = [c.index for c in classes if c.grade == 9 and c.layout in {"a", ""}][:2]
        for index in ninth if len(ninth) == 2 else []:
            self.german[index] = sorted(rng.permutation(self.rosters[index])[:GERMAN_PUPILS].tolist())
        for school_class in classes:
            for subject_id in HOURS[school_class.grade]:
                self.parts[school_class.index, subject_id] = self._split(school_class, BY_ID[subject_id])
        if self.german:
            members = [pupil for of_class in self.german.values() for pupil in of_class]
            joint = self._add("9АБ нем.", GERMAN, list(self.german), members)
            self.parts[min(self.german), ENGLISH].append((BY_ID[GERMAN], joint))

    def _add(self, name: str, subject_id: str, classes: list[int], members: list[int]) -> int:
        index = len(self.subgroups)
        group = Subgroup(index, f"g{index + 1:03d}", name, subject_id, classes)
        group.members = [(pupil, FIRST_DAY, None) for pupil in sorted(members)]
        self.subgroups.append(group)
        return index

    def _split(self, school_class: SchoolClass, subject: Subject) -> list[tuple[Subject, int]]:
        """The subgroups a class is taught a subject in; one part without a subgroup where it is taught whole."""
        roster, here = self.rosters[school_class.index], [school_class.index]

        def add(words: str, members: list[int]) -> tuple[Subject, int]:
            return subject, self._add(f"{school_class.name} {words}", subject.subject_id, here, members)

        if subject.subject_id == ENGLISH and school_class.index in self.german:
            return [add("англ.", [pupil for pupil in roster if pupil not in self.german[school_class.index]])]
        if subject.split == "half" and len(roster) >= SMALLEST_SPLIT:
            mixed = self.rng.permutation(roster).tolist()
            word = "англ." if subject.subject_id == ENGLISH else "инф."
            return [add(f"{word} 1", mixed[: len(mixed) // 2]), add(f"{word} 2", mixed[len(mixed) // 2 :])]
        if subject.split == "sex" and school_class.grade >= 5:
            girls = [pupil for pupil in roster if not self.people[pupil].boy]
            boys = [pupil for pupil in roster if self.people[pupil].boy]
            return [add("труд девочки", girls), add("труд мальчики", boys)]
        return [(subject, -1)]


def _draw_courses(
    rng: np.random.Generator, classes: list[SchoolClass], parts: Parts
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
        if c.subject.subject_id == HOME_HOUR
        else c
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
            course.teacher
            for course in courses[-2:]
            if course.class_index == class_index
            and course.subject.split
            and course.subject.subject_id != HOME_HOUR
            and subgroup >= 0
            and course.subgroup >= 0
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
