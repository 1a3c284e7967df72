"""Earlier school years: one export a year, at its end, with classes, pupils and marks for periods and for the year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import numpy as np

from ingest.demo_school.archive import save, stem, zip_bytes
from ingest.demo_school.people import Pupil
from ingest.demo_school.subjects import BY_ID, HOURS, SUBJECTS
from ingest.demo_school.world import World
from ingest.demo_school.write_journal_csv import frame, table_bytes

THIS_YEAR = 2026
QUARTERS = (((9, 1), (10, 26)), ((11, 5), (12, 29)), ((1, 12), (3, 22)), ((4, 1), (5, 26)))
OTHERS_MARK = 0.22

Row = tuple[object, ...]


@dataclass(frozen=True)
class PastYear:
    """One earlier year: its tables as (columns, rows)."""

    first: int
    tables: dict[str, tuple[str, list[Row]]]


def past_years(rng: np.random.Generator, world: World, count: int) -> list[PastYear]:
    """The `count` school years before this one, the oldest first."""
    return [PastYear(THIS_YEAR - ago, _tables(rng, world, ago)) for ago in range(count, 0, -1)]


def write(past: list[PastYear], folder: Path, school_id: str, school_name: str) -> None:
    """Write an export for each earlier year, taken on its last day."""
    for one in past:
        begins, ends = date(one.first, 9, 1), date(one.first + 1, 5, 31)
        at = datetime.combine(ends, time(15, 0))
        manifest: Row = (
            "1.0", school_id, school_name, "journal_csv", "journal_csv", at.isoformat(), "Europe/Moscow",
            begins, ends, False,
        )  # fmt: skip
        names = "format_version school_id school_name system export_kind taken_at timezone"
        entries = [
            ("manifest.csv", table_bytes(frame([manifest], f"{names} scope_from:date scope_to:date complete:bool"))),
            *((f"{name}.csv", table_bytes(frame(rows, columns))) for name, (columns, rows) in one.tables.items()),
        ]
        save(folder / f"journal_{stem(at)}.zip", zip_bytes(entries, at), at)


def _tables(rng: np.random.Generator, world: World, ago: int) -> dict[str, tuple[str, list[Row]]]:
    year = THIS_YEAR - ago
    named = f"{year}/{year + 1}"
    pupils = [
        (pupil, grade)
        for pupil in world.school.pupils
        if world.school.classes[pupil.home].layout == "a"
        and pupil.index != world.school.newcomer
        and (grade := world.school.classes[pupil.home].grade - ago) >= 1
    ]
    classes: dict[str, Row] = {}
    enrolled: list[Row] = []
    for pupil, grade in pupils:
        class_id, letter = _class_of(world, pupil, grade, year)
        classes[class_id] = (named, class_id, grade, letter, f"{grade}{letter}")
        enrolled.append((named, pupil.pupil_id, class_id, date(year, 9, 1), date(year + 1, 5, 31)))
    period_columns = "period_id academic_year kind ordinal:int starts_on:date ends_on:date grade_from:int grade_to:int"
    mark_columns = "pupil_id subject_id academic_year kind period_id class_id value"
    return {
        "periods": (period_columns, _periods(year, named)),
        "classes": ("academic_year class_id grade:int letter name", sorted(classes.values(), key=str)),
        "pupils": ("pupil_id last_name first_name middle_name", [(p.pupil_id, *p.name) for p, _ in pupils]),
        "enrollments": ("academic_year pupil_id class_id starts_on:date ends_on:date", enrolled),
        "subjects": ("subject_id name area graded", [(s.subject_id, s.name, s.area, s.graded) for s in SUBJECTS]),
        "period_marks": (mark_columns, _marks(rng, world, pupils, year)),
    }


def _class_of(world: World, pupil: Pupil, grade: int, year: int) -> tuple[str, str]:
    school_class = world.school.classes[pupil.home]
    return f"y{year}-{grade:02d}{school_class.class_id[-1]}", school_class.letter


def _periods(year: int, named: str) -> list[Row]:
    days = [(date(year + (start[0] < 9), *start), date(year + (end[0] < 9), *end)) for start, end in QUARTERS]
    rows: list[Row] = [
        (f"{year}-q{n}", named, "quarter", n, start, end, 1, 9) for n, (start, end) in enumerate(days, start=1)
    ]
    rows.append((f"{year}-h1", named, "half_year", 1, days[0][0], days[1][1], 10, 11))
    rows.append((f"{year}-h2", named, "half_year", 2, days[2][0], days[3][1], 10, 11))
    return rows


def _marks(rng: np.random.Generator, world: World, pupils: list[tuple[Pupil, int]], year: int) -> list[Row]:
    """Marks near those of this year: of the same subject where it was taught, else of the pupil's others."""
    known: dict[tuple[int, str], int] = {}
    of_pupil: dict[int, list[int]] = defaultdict(list)
    for mark in world.period_marks:
        if mark.value.isdigit():
            known[mark.pupil, world.school.courses[mark.course].subject.subject_id] = int(mark.value)
            of_pupil[mark.pupil].append(int(mark.value))
    named = f"{year}/{year + 1}"
    rows: list[Row] = []
    for pupil, grade in pupils:
        if grade < 2:
            continue
        periods = [f"{year}-h1", f"{year}-h2"] if grade >= 10 else [f"{year}-q{n}" for n in range(1, 5)]
        class_id = _class_of(world, pupil, grade, year)[0]
        usual = round(float(np.mean(of_pupil[pupil.index]))) if of_pupil[pupil.index] else int(rng.choice((4, 4, 5)))
        for subject_id in HOURS[grade]:
            if BY_ID[subject_id].graded != "marks":
                continue
            base = known.get((pupil.index, subject_id), usual)
            steps = rng.choice((-1, 0, 1), len(periods), p=(OTHERS_MARK / 2, 1 - OTHERS_MARK, OTHERS_MARK / 2))
            values = np.clip(base + steps, 3, 5)
            rows += [
                (pupil.pupil_id, subject_id, named, "period", period, class_id, str(value))
                for period, value in zip(periods, values.tolist(), strict=True)
            ]
            year_mark = str(int(np.floor(values.mean() + 0.5)))
            rows.append((pupil.pupil_id, subject_id, named, "year", "", class_id, year_mark))
    return rows
