"""A cell's life: what each export showed, and that it tells the same as history."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import cell_life, cell_words
from ingest.reading import Person, Statement
from tests.ingest.observing import SCHOOL, Shown, Watched, lesson, mark
from warehouse.settings import Settings

DAY = date(2026, 9, 7)
PEOPLE = {
    "classes": [{"class_id": "7А", "grade": 7, "name": "7А"}, {"class_id": "7Б", "grade": 7, "name": "7Б"}],
    "subjects": [{"subject_id": "math", "name": "Математика"}],
    "pupils": [
        {"pupil_id": "p1", "last_name": "Ёлкин", "first_name": "Иван"},
        {"pupil_id": "p2", "last_name": "Елкин", "first_name": "Иван"},
        {"pupil_id": "p3", "last_name": "Ёлкин", "first_name": "Пётр"},
    ],
    "enrollments": [
        {"pupil_id": "p1", "class_id": "7А", "starts_on": date(2026, 9, 1)},
        {"pupil_id": "p2", "class_id": "7Б", "starts_on": date(2026, 9, 1)},
        {"pupil_id": "p3", "class_id": "7А", "starts_on": date(2026, 9, 1)},
    ],
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def told(home: Path, shown: Sequence[Shown], pupil: str = "p1", **asked: Any) -> cell_life.Life:
    """The life of the pupil's day after these exports were loaded one by one."""
    watched = Watched(home, shown)
    for number in range(len(shown)):
        watched.load([number])
    watched.landing.close()
    return cell_life.life(Settings(home), SCHOOL, pupil, DAY, **asked)


def states(cell: cell_life.Cell) -> list[tuple[str, tuple[str, ...]]]:
    return [(f"{look.taken_at:%d %H:%M}", look.values) for look in cell.looks]


def export(moment: str, *marks: dict[str, Any], **more: Any) -> Shown:
    """A whole journal of the day: lesson l1 of 7А."""
    return Shown(moment, PEOPLE | {"lessons": [lesson()], "marks": marks}, **more)


def test_a_mark_that_appeared_was_corrected_and_is_gone_is_told_look_by_look(tmp_path: Path) -> None:
    life = told(
        tmp_path,
        [
            export("2026-09-06T23:50"),
            export("2026-09-07T23:50"),
            export("2026-09-08T07:00", mark(value="5", entered_at=at("2026-09-08T06:30"))),
            export("2026-09-08T23:50", mark(value="4")),
            export("2026-09-09T07:00", mark(value="4")),
        ],
    )
    (cell,) = life.cells
    assert (cell.table, cell.subject) == ("marks", "Математика")
    assert states(cell) == [
        ("06 23:50", ()),
        ("07 23:50", ()),
        ("08 07:00", ("5",)),
        ("08 23:50", ("4",)),
        ("09 07:00", ("4",)),
    ]
    said = [line.split("  ")[1:3] for line in cell_words.lines(life) if line.startswith("  0")]
    assert [(moment, text.strip()) for moment, text in said] == [
        ("07.09.2026 23:50", "ничего не было"),
        ("08.09.2026 07:00", "появилось: 5"),
        ("08.09.2026 23:50", "исправлено: было 5, стало 4"),
        ("09.09.2026 07:00", "стоит: 4 (последняя выгрузка)"),
    ]
    assert "Вывод: 4 внесено между 08.09.2026 07:00 и 08.09.2026 23:50." in cell_words.lines(life)[-1]


def test_the_journal_s_own_moment_is_named(tmp_path: Path) -> None:
    entered = {"entered_at": at("2026-09-07T14:20"), "entered_at_is_day": False}
    life = told(tmp_path, [export("2026-09-06T23:50"), export("2026-09-07T23:50", mark(**entered))])
    assert cell_words.lines(life)[-1].endswith("Сам журнал называет 07.09.2026 14:20.")


def test_the_first_export_says_that_nobody_looked_before(tmp_path: Path) -> None:
    life = told(tmp_path, [export("2026-09-09T07:00", mark())])
    said = "\n".join(cell_words.lines(life))
    assert "уже стояло: 5" in said
    assert "Вывод: 5 внесено до 09.09.2026 07:00; раньше этот день не выгружался." in said


def test_an_export_of_changes_alters_only_what_it_shows(tmp_path: Path) -> None:
    life = told(
        tmp_path,
        [
            export("2026-09-07T23:50", mark("m1", "5"), mark("m2", "3")),
            Shown("2026-09-08T07:00", {"marks": [mark("m2", "3", deleted=True)]}, complete=False),
            Shown("2026-09-08T23:50", {"marks": [mark("m9", "2", lesson_id="l1", pupil="p3")]}, complete=False),
        ],
    )
    (cell,) = life.cells
    assert states(cell) == [("07 23:50", ("5", "3")), ("08 07:00", ("5",))]


def test_a_statement_about_another_class_day_or_subject_is_no_look(tmp_path: Path) -> None:
    def about(moment: str, **scope: Any) -> Shown:
        return Shown(moment, {"marks": []}, [Statement("marks", complete=True, **scope)])

    life = told(
        tmp_path,
        [
            export("2026-09-07T23:50", mark()),
            about("2026-09-08T01:00", class_id="7Б"),
            about("2026-09-08T02:00", date_from=date(2026, 9, 8)),
            about("2026-09-08T03:00", subject_id="physics"),
            about("2026-09-08T04:00", pupil_id="p3"),
            about("2026-09-08T05:00", class_id="7А", date_from=DAY, date_to=DAY),
        ],
    )
    (cell,) = life.cells
    assert states(cell) == [("07 23:50", ("5",)), ("08 05:00", ())]


def test_another_system_is_silent_about_marks_that_it_never_showed(tmp_path: Path) -> None:
    other = Shown("2026-09-08T07:00", {"lessons": [lesson("x1")], "marks": []}, system="other")
    life = told(tmp_path, [export("2026-09-07T23:50", mark()), other])
    (cell,) = life.cells
    assert states(cell) == [("07 23:50", ("5",))]


def test_attendance_and_period_marks_have_lives_of_their_own(tmp_path: Path) -> None:
    periods = [
        {"period_id": "q1", "academic_year": "2026/2027", "kind": "quarter", "ordinal": 1,
         "starts_on": date(2026, 9, 1), "ends_on": date(2026, 10, 25)},
        {"period_id": "q2", "academic_year": "2026/2027", "kind": "quarter", "ordinal": 2,
         "starts_on": date(2026, 11, 5), "ends_on": date(2026, 12, 30)},
    ]  # fmt: skip

    def day(moment: str, code: str, *period_marks: tuple[str, str]) -> Shown:
        tables = {
            "lessons": [lesson(lesson_number=2)],
            "attendance": [{"lesson_id": "l1", "pupil_id": "p1", "ordinal": 1, "code": code}] if code else [],
            "periods": periods,
            "period_marks": [
                {"pupil_id": "p1", "subject_id": "math", "academic_year": "2026/2027", "kind": "period",
                 "period_id": period, "value": value}
                for period, value in period_marks
            ],
        }  # fmt: skip
        return Shown(moment, PEOPLE | tables)

    marked = day("2026-09-08T23:50", "Б", ("q1", "4"), ("q2", "5"))
    life = told(tmp_path, [day("2026-09-07T23:50", "Н"), marked, day("2026-09-09T23:50", "")])
    attendance, period = life.cells
    assert states(attendance) == [("07 23:50", ("Н",)), ("08 23:50", ("Б",)), ("09 23:50", ())]
    assert (period.table, period.place) == ("period_marks", "1 четверть")
    assert states(period) == [("07 23:50", ()), ("08 23:50", ("4",)), ("09 23:50", ())]
    said = "\n".join(cell_words.lines(life))
    assert "Математика, 2-й урок: посещаемость" in said
    assert "исправлено: было Н, стало Б" in said
    assert "исчезло: Б" in said
    assert "Математика: отметка за 1 четверть" in said


def test_a_subject_narrows_by_id_or_name(tmp_path: Path) -> None:
    for number, (subject, n) in enumerate((("math", 1), ("МАТЕМАТИКА", 1), ("Физика", 0))):
        life = told(tmp_path / str(number), [export("2026-09-07T23:50", mark())], subject=subject)
        assert len(life.cells) == n


def test_withdrawn_exports_are_counted_and_left_out(tmp_path: Path) -> None:
    watched = Watched(tmp_path, [export("2026-09-07T23:50", mark()), export("2026-09-08T23:50", mark(value="2"))])
    watched.load([0])
    watched.load([1])
    watched.withdraw(1)
    watched.landing.close()
    life = cell_life.life(Settings(tmp_path), SCHOOL, "p1", DAY)
    assert states(life.cells[0]) == [("07 23:50", ("5",))]
    assert "Отозванных и ждущих решения выгрузок: 1" in cell_words.lines(life)[-1]


@pytest.mark.parametrize(
    ("asked", "class_name", "found"),
    [
        ("p2", "", "p2"),
        ("Елкин Пётр", "", "p3"),
        ("елкин иван", "7 «А»", "p1"),
        ("Ёлкин Иван", "", [("p1", "7А"), ("p2", "7Б")]),
        ("Ёлкин", "7А", [("p1", "7А"), ("p3", "7А")]),
        ("Ёлкин Иван", "8А", []),
        ("Сидоров", "", []),
        ("", "", []),
    ],
)
def test_a_name_is_never_guessed(tmp_path: Path, asked: str, class_name: str, found: Any) -> None:
    shown = [export("2026-09-07T23:50", mark())]
    if isinstance(found, str):
        assert told(tmp_path, shown, asked, class_name=class_name).pupil_id == found
        return
    with pytest.raises(cell_life.UnknownPupilError) as error:
        told(tmp_path, shown, asked, class_name=class_name)
    assert error.value.candidates == found


def test_a_pupil_known_by_name_only_is_found_in_the_rows_of_the_print(tmp_path: Path) -> None:
    person = Person("pupil", "~x", "иванов иван", "7А", "2026/2027")
    rows = {
        "pupils": [{"pupil_id": "~x", "last_name": "Иванов", "first_name": "Иван"}],
        "lessons": [lesson()],
        "enrollments": [{"pupil_id": "~x", "class_id": "7А", "starts_on": date(2026, 9, 1)}],
    }
    first = Shown("2026-09-07T07:00", rows | {"marks": []}, printed=[person])
    second = Shown("2026-09-07T23:50", rows | {"marks": [mark("l1|~x|5|1", "5", pupil="~x")]}, printed=[person])
    life = told(tmp_path, [first, second], "Иванов Иван")
    assert states(life.cells[0]) == [("07 07:00", ()), ("07 23:50", ("5",))]
    assert "Иванов" not in "\n".join(cell_words.lines(life))


VALUES = st.lists(st.sampled_from(["2", "3", "4", "5"]), max_size=3)


@settings(max_examples=12, deadline=None)
@given(days=st.lists(VALUES, min_size=1, max_size=5))
def test_the_looks_tell_the_same_as_history(days: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    """A value stands at a look if and only if a version of history does."""
    home = tmp_path_factory.mktemp("life")
    shown = [
        export(f"2026-09-{8 + number:02}T23:50", *(mark(f"m{place}", value) for place, value in enumerate(values)))
        for number, values in enumerate(days)
    ]
    life = told(home, shown)
    looks = [values for cell in life.cells for _moment, values in states(cell)]
    assert looks == ([tuple(values) for values in days] if any(days) else [])
    watched = Watched(home, shown)
    versions = watched.rows("marks", "mark_id", "value", "known_from", "known_to")
    watched.landing.close()
    for each in itertools.chain.from_iterable(cell.looks for cell in life.cells):
        standing = [
            value
            for _mark, value, known_from, known_to in versions
            if known_from <= each.taken_at and (known_to is None or known_to > each.taken_at)
        ]
        assert sorted(standing) == sorted(each.values)
