"""Identity in history: one pupil, class, subject and mark under one id each, whatever the order of loading."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.reading import Person, Statement
from tests.ingest.observing import Observed, Shown, lesson, mark
from tests.ingest.seeing import placeholder

YEAR = "2026/2027"
DAY = date(2026, 9, 7)
PRINTED = placeholder("тестов алексей", "7А", YEAR)


def roster(taken_at: str = "2026-09-08T07:00") -> Shown:
    """A journal CSV whose ids are its own."""
    tables: dict[str, list[dict[str, Any]]] = {
        "classes": [{"academic_year": YEAR, "class_id": "c7", "grade": 7, "letter": "А", "name": "7-А"}],
        "pupils": [
            {"pupil_id": "p1", "last_name": "Тестов", "first_name": "Алексей", "middle_name": "Иванович"},
            {"pupil_id": "p2", "last_name": "Пробный", "first_name": "Пётр"},
        ],
        "enrollments": [
            {"pupil_id": pupil, "class_id": "c7", "starts_on": date(2026, 9, 1), "academic_year": YEAR,
             "evidence": "roster"} for pupil in ("p1", "p2")
        ],
        "subjects": [{"subject_id": "math", "name": "Математика"}],
        "lessons": [lesson(class_id="c7")],
        "marks": [mark("a", "5")],
    }  # fmt: skip
    return Shown(taken_at, tables, system="journal_csv")


def report(taken_at: str = "2026-09-09T07:00") -> Shown:
    """A printed report of the same pupil: a shorter name, a label, a subject by its name."""
    tables: dict[str, list[dict[str, Any]]] = {
        "classes": [{"academic_year": YEAR, "class_id": "7А", "grade": 7, "letter": "А", "name": "7А"}],
        "pupils": [{"pupil_id": PRINTED, "last_name": "Тестов", "first_name": "Алексей"}],
        "enrollments": [{"pupil_id": PRINTED, "class_id": "7А", "starts_on": date(2026, 9, 1), "evidence": "inferred"}],
        "subjects": [{"subject_id": "математика", "name": "МАТЕМАТИКА"}],
        "lessons": [lesson("7А|математика|2026-09-07|1", class_id="7А", subject_id="математика")],
        "marks": [mark("k", "5", "7А|математика|2026-09-07|1", PRINTED)],
    }
    people = [Person("pupil", PRINTED, "тестов алексей", "7А", YEAR)]
    statements = [Statement("marks", class_id="7А", pupil_id=PRINTED, complete=True)]
    return Shown(taken_at, tables, statements, printed=people, system="sgo")


def facts(seen: Observed) -> dict[str, list[tuple[Any, ...]]]:
    return {
        "classes": seen.versions("classes", "class_id", "name", "known_to"),
        "pupils": seen.versions("pupils", "pupil_id", "first_name", "middle_name", "known_to"),
        "enrollments": seen.versions("enrollments", "pupil_id", "class_id", "evidence", "known_to"),
        "subjects": seen.versions("subjects", "subject_id", "name", "known_to"),
        "lessons": sorted(seen.versions("lessons", "class_id", "subject_id", "system")),
        "marks": sorted(seen.versions("marks", "pupil_id", "lesson_class_id", "lesson_subject_id", "system")),
    }


def test_two_systems_tell_of_one_pupil_class_and_subject(tmp_path: Path) -> None:
    assert facts(Observed(tmp_path, [roster(), report()])) == {
        "classes": [("c7", "7-А", None)],
        "pupils": [("p1", "Алексей", "Иванович", None), ("p2", "Пётр", None, None)],
        "enrollments": [("p1", "c7", "roster", None), ("p2", "c7", "roster", None)],
        "subjects": [("math", "Математика", None)],
        "lessons": [("c7", "math", "journal_csv"), ("c7", "math", "sgo")],
        "marks": [("p1", "c7", "math", "journal_csv"), ("p1", "c7", "math", "sgo")],
    }


def test_any_order_of_loading_gives_the_same_ids(tmp_path: Path) -> None:
    exports = [roster(), report(), report("2026-09-10T07:00"), roster("2026-09-11T07:00")]
    found = []
    for number, order in enumerate(itertools.islice(itertools.permutations(exports), 0, None, 2)):
        (tmp_path / str(number)).mkdir()
        found.append(facts(Observed(tmp_path / str(number), order)))
    assert all(one == found[0] for one in found)


def test_a_print_alone_describes_its_pupils_until_a_roster_comes(tmp_path: Path) -> None:
    alone = facts(Observed(tmp_path, [report()]))
    ((pupil, first, *_),) = alone["pupils"]
    assert pupil.startswith("p")
    assert first == "Алексей"
    assert alone["enrollments"] == [(pupil, "7А", "inferred", None)]
    assert alone["subjects"] == [("математика", "МАТЕМАТИКА", None)]


def test_a_pupil_who_entered_long_ago_is_in_the_class_of_this_year(tmp_path: Path) -> None:
    long_ago = roster()
    for row in long_ago.tables["enrollments"]:
        row |= {"starts_on": date(2020, 9, 1), "academic_year": "2020/2021"}
    assert {row[0] for row in facts(Observed(tmp_path, [long_ago, report()]))["marks"]} == {"p1"}


@pytest.mark.parametrize("year", [YEAR, "2025/2026"], ids=["the roster lists the class", "a year it does not list"])
def test_only_the_roster_says_who_is_in_a_class_that_it_lists(tmp_path: Path, year: str) -> None:
    shown = report()
    label = {YEAR: "7А", "2025/2026": "6А"}[year]
    who = placeholder("тестов алексей", label, year)
    first = date(int(year[:4]), 9, 1)
    shown.tables = {
        "pupils": [{"pupil_id": who, "last_name": "Тестов", "first_name": "Алексей", "middle_name": "Иванович"}],
        "enrollments": [{"pupil_id": who, "class_id": label, "starts_on": first, "evidence": "inferred"}],
    }
    shown.statements = [Statement("enrollments")]
    shown.printed = [Person("pupil", who, "тестов алексей иванович", label, year)]
    seen = facts(Observed(tmp_path, [roster(), shown]))
    classes = [row[1:3] for row in seen["enrollments"] if row[0] == "p1"]
    assert classes == ([("c7", "roster")] if year == YEAR else [("6А", "inferred"), ("c7", "roster")])
    assert ("p1", "Алексей", "Иванович", None) in seen["pupils"]
