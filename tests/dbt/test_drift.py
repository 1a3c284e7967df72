"""What an export brought and what is odd about it; who has not exported; numbers to be held against the journal."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

CLASS_REPORT = ("ves_klass", "class_report")
STUDENTTOTAL = ("sgo", "studenttotal")
FIRST, SECOND, THIRD = "2025-09-05T23:50", "2025-09-12T23:50", "2025-09-19T23:50"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def found(built: Built, school_id: str, *findings: str) -> list[dict[str, Any]]:
    """Rows of a school's drift of these findings."""
    rows = built.rows(
        "select * from reports.rpt_deputy__drift where school_id = ? order by finding, table_name, class_id, item",
        school_id,
    )
    return [row for row in rows if row["finding"] in findings] if findings else rows


# Pupils who came or left


@school("drift_lists", as_of="2025-09-13T08:00")
def drift_lists(s: School) -> None:
    s.basics(pupils=3)
    s.basics("8А", pupils=0)
    s.pupil("p8", "8А")
    s.row("enrollments", pupil_id="gone", class_id="7Б", starts_on="2025-09-01", evidence="roster", known_to=SECOND)
    s.row("pupils", pupil_id="gone", last_name="Петров", first_name="Пётр")
    s.pupil("new", "7Б", starts_on="2025-09-08", known_from=SECOND)
    s.row("enrollments", pupil_id="moved", class_id="7Б", starts_on="2025-09-01", evidence="roster", known_to=SECOND)
    s.row("pupils", pupil_id="moved", last_name="Иванов", first_name="Иван")
    s.row("enrollments", pupil_id="moved", class_id="8А", starts_on="2025-09-10", evidence="roster", known_from=SECOND)
    s.row(
        "enrollments", pupil_id="dated", class_id="8А", starts_on="2025-09-01", ends_on="2025-09-09", evidence="roster"
    )
    s.statement(FIRST, "enrollments", "pupils", "classes")
    s.statement(SECOND, "enrollments", "pupils", "classes")


def test_pupils_who_came_left_or_changed_class_stand_in_both_classes(built: Built) -> None:
    rows = found(built, "drift_lists", "pupil_came", "pupil_left")
    told = {(row["finding"], row["class_name"], row["item"], row["item_before"]) for row in rows}
    assert told == {
        ("pupil_came", "7Б", "new", ""),
        ("pupil_came", "8А", "moved", "7Б"),
        ("pupil_left", "7Б", "gone", ""),
        ("pupil_left", "7Б", "moved", "8А"),
        ("pupil_left", "8А", "dated", ""),
    }
    gone = next(row for row in rows if row["item"] == "gone")
    assert gone["pupil_name"] == "Петров Пётр"
    assert (gone["n_before"], gone["n_of"]) == (5, 4)
    assert (gone["compared_with"], gone["since"]) == (at(FIRST), at(SECOND))
    assert {row["severity"] for row in rows} == {"note"}


@school("drift_upheaval", as_of="2025-09-13T08:00")
def drift_upheaval(s: School) -> None:
    s.basics(pupils=5)
    for name in ("a", "b", "c", "d", "e"):
        s.pupil(name, starts_on="2025-09-08", known_from=SECOND)
    s.statement(FIRST, "enrollments")
    s.statement(SECOND, "enrollments")


def test_a_class_that_changes_by_half_asks_for_a_look(built: Built) -> None:
    assert {row["severity"] for row in found(built, "drift_upheaval", "pupil_came")} == {"attention"}


@school("drift_printed", as_of="2025-09-13T08:00", source=CLASS_REPORT)
def drift_printed(s: School) -> None:
    s.basics(pupils=4, evidence="inferred")
    for moment, pupils in ((FIRST, ("p1", "p2", "p3")), (SECOND, ("p1", "p2", "p4"))):
        for pupil in pupils:
            s.statement(moment, "marks", class_id="7Б", pupil_id=pupil)


def test_a_report_of_a_whole_class_is_a_list_of_it(built: Built) -> None:
    rows = found(built, "drift_printed", "pupil_came", "pupil_left")
    assert {(row["finding"], row["item"]) for row in rows} == {("pupil_came", "p4"), ("pupil_left", "p3")}


@school("drift_pupilwise", as_of="2025-09-13T08:00", source=STUDENTTOTAL)
def drift_pupilwise(s: School) -> None:
    s.basics(pupils=3, evidence="inferred")
    for moment, pupils in (("2025-09-05T23:5", ("p1", "p2", "p3")), ("2025-09-12T23:5", ("p1", "p2"))):
        for minute, pupil in enumerate(pupils):
            day = "2025-09-01"
            s.statement(
                f"{moment}{minute}", "marks", class_id="7Б", pupil_id=pupil, date_from=day, date_to="2025-09-30"
            )
    s.lesson("l", "2025-09-02")


def test_reports_pupil_by_pupil_are_no_list_of_the_class(built: Built) -> None:
    assert found(built, "drift_pupilwise", "pupil_came", "pupil_left", "pupils_as_before") == []


def test_a_class_exported_in_part_is_told_by_the_number_of_pupils(built: Built) -> None:
    rows = built.rows("select * from reports.rpt_deputy__exports_grid where school_id = 'drift_pupilwise' order by 6")
    weeks = {row["week_start"]: (row["n_pupils"], row["n_class_pupils"], row["covered_through"]) for row in rows}
    assert weeks == {
        date(2025, 9, 1): (2, 3, date(2025, 9, 2)),
        date(2025, 9, 8): (2, 3, date(2025, 9, 12)),
    }


# Other names


@school("drift_renamed", as_of="2025-09-20T08:00")
def drift_renamed(s: School) -> None:
    s.basics(pupils=3, subjects=("a",))
    s.row("classes", class_id="8А", grade=8, letter="А", name="8А", known_to=SECOND)
    s.row("classes", class_id="8А", grade=8, letter="А", name="8А кадетский", known_from=SECOND)
    s.row("subjects", subject_id="b", name="Труд", known_to=SECOND)
    s.row("subjects", subject_id="b", name="Труд (технология)", known_from=SECOND)
    s.statement(FIRST, "classes", "subjects")
    s.statement(SECOND, "classes", "subjects")


def test_another_name_of_the_same_id_is_known(built: Built) -> None:
    rows = found(built, "drift_renamed", "class_renamed", "subject_renamed")
    assert [(row["finding"], row["item_before"], row["item"]) for row in rows] == [
        ("class_renamed", "8А", "8А кадетский"),
        ("subject_renamed", "Труд", "Труд (технология)"),
    ]


@school("drift_likely", as_of="2025-09-20T08:00", source=CLASS_REPORT)
def drift_likely(s: School) -> None:
    s.basics("5В", pupils=0, subjects=("труд", "труд (технология)", "физика"))
    s.basics("5К", pupils=0, known_from=SECOND)
    s.basics("5Г", pupils=0)
    for number in range(1, 6):
        # the print names people only: in another class the same child gets another id
        s.row("pupils", pupil_id=f"old{number}", last_name=f"Ёлкин{number}", first_name="Ян")
        s.row("pupils", pupil_id=f"new{number}", last_name=f"Елкин{number}", first_name="Ян", known_from=SECOND)
        s.row("enrollments", pupil_id=f"old{number}", class_id="5В", starts_on="2025-09-01", evidence="inferred")
        s.row(
            "enrollments",
            pupil_id=f"new{number}",
            class_id="5К",
            starts_on="2025-09-01",
            evidence="inferred",
            known_from=SECOND,
        )
    s.pupil("other", "5Г", evidence="inferred")
    s.statement(FIRST, "marks", class_id="5В")
    for moment in (FIRST, SECOND):
        s.statement(moment, "marks", class_id="5Г")
    s.statement(SECOND, "marks", class_id="5К")
    for day in ("2025-09-01", "2025-09-03", "2025-09-04"):
        s.lesson(f"old{day}", day, "труд", "5Г", None, known_to=SECOND)
        s.lesson(f"new{day}", day, "труд (технология)", "5Г", None, known_from=SECOND)
        s.lesson(f"phys{day}", day, "физика", "5Г", None)


def test_a_name_that_vanished_beside_one_with_the_same_pupils_or_lessons_is_likely_the_same(built: Built) -> None:
    rows = found(built, "drift_likely", "class_maybe_renamed", "subject_maybe_renamed")
    assert [(r["finding"], r["item_before"], r["item"], r["n"], r["n_of"], r["since"]) for r in rows] == [
        ("class_maybe_renamed", "5В", "5К", 5, 5, at(SECOND)),
        ("subject_maybe_renamed", "Труд", "Труд (технология)", 3, 3, at(SECOND)),
    ]
    assert {row["severity"] for row in rows} == {"attention"}


@school("drift_moved_house", as_of="2025-09-20T08:00")
def drift_moved_house(s: School) -> None:
    s.basics("5Г", pupils=0, subjects=("труд", "труд (технология)"))
    for number in range(1, 4):
        s.row("pupils", pupil_id=f"c{number}", last_name=f"Фамилия{number}", first_name="Имя")
        s.row(
            "enrollments",
            pupil_id=f"c{number}",
            class_id="5Г",
            starts_on="2025-09-01",
            evidence="roster",
            known_to=SECOND,
        )
    days = ("2025-09-01", "2025-09-03", "2025-09-04")
    for day in days:
        s.lesson(f"csv{day}", day, "труд", "5Г", None, known_to=SECOND)
    s.seen(FIRST, SECOND)
    s.source = CLASS_REPORT
    for number in range(1, 4):
        s.row(
            "enrollments",
            pupil_id=f"c{number}",
            class_id="5-Г",
            starts_on="2025-09-01",
            evidence="inferred",
            known_from=SECOND,
        )
    for day in days:
        s.lesson(f"xls{day}", day, "труд (технология)", "5Г", None, known_from=SECOND)
    s.seen(SECOND, class_id="5Г")


def test_two_systems_call_things_as_they_like(built: Built) -> None:
    assert found(built, "drift_moved_house", "class_maybe_renamed", "subject_maybe_renamed") == []


def test_nothing_is_merged(built: Built) -> None:
    names = built.rows("select class_id from marts.dim_class where school_id = 'drift_likely'")
    assert {row["class_id"] for row in names} >= {"5В", "5К"}


# Lessons against the timetable, else against the earlier export


@school("drift_lessons", as_of="2025-09-20T08:00")
def drift_lessons(s: School) -> None:
    s.basics(pupils=1)
    s.basics("8А", pupils=0)
    for weekday in (1, 2, 3):
        for number in (1, 2):
            s.row(
                "timetable",
                class_id="8А",
                weekday=weekday,
                lesson_number=number,
                starts_on="2025-09-01",
                subject_id="физика",
            )
    for day in (8, 9, 10):
        s.lesson(f"nine{day}", f"2025-09-{day:02}", class_id="9В")
        for number in (1, 2):
            lost = {"known_to": THIRD} if day > 8 else {}
            s.lesson(f"seven{day}{number}", f"2025-09-{day:02}", number=number, **lost)
            if day == 8:
                s.lesson(f"eight{day}{number}", f"2025-09-{day:02}", class_id="8А", number=number)
    s.seen(SECOND, THIRD, date_from="2025-09-08", date_to="2025-09-14")


def test_a_week_is_held_against_the_timetable_where_there_is_one_else_against_the_earlier_export(built: Built) -> None:
    rows = found(built, "drift_lessons", "lessons_below_timetable", "lessons_below_before")
    assert [(r["finding"], r["class_id"], r["item"], r["n"], r["n_before"]) for r in rows] == [
        ("lessons_below_before", "7Б", "2025-09-08", 2, 6),
        ("lessons_below_timetable", "8А", "2025-09-08", 2, 6),
    ]
    assert rows[0]["compared_with"] == at(SECOND)


@school("drift_inferred", as_of="2025-09-20T08:00", source=STUDENTTOTAL)
def drift_inferred(s: School) -> None:
    s.basics(pupils=1, evidence="inferred")
    for number, day in enumerate((8, 9, 10, 11)):
        s.lesson(f"l{day}", f"2025-09-{day:02}", number=None, evidence="inferred", status="")
        s.mark(f"l{day}", "p1", "4", **({"known_to": THIRD} if number else {}))
    s.seen(SECOND, THIRD, class_id="7Б", pupil_id="p1", date_from="2025-09-01", date_to="2025-09-30")


def test_a_lesson_known_by_its_records_is_missed_with_them(built: Built) -> None:
    (row,) = found(built, "drift_inferred", "lessons_below_before")
    assert (row["n"], row["n_before"]) == (1, 4)


# Codes, measures, what cannot be compared


@school("drift_codes", as_of="2025-09-13T08:00")
def drift_codes(s: School) -> None:
    s.basics(pupils=3)
    s.lesson("l1", "2025-09-02")
    s.code("l1", "p1", "Ю")
    s.code("l1", "p2", "Н")
    s.code("l1", "p3", "Б", known_from=SECOND)
    s.mark("l1", "p1", "отл")
    s.seen(FIRST, SECOND)


def test_a_code_without_a_meaning_stays_in_sight(built: Built) -> None:
    rows = found(built, "drift_codes", "code_unmapped", "code_new")
    assert [(r["finding"], r["table_name"], r["item"], r["item_before"], r["n"]) for r in rows] == [
        ("code_new", "attendance", "Б", "ill", 1),
        ("code_unmapped", "attendance", "Ю", "", 1),
        ("code_unmapped", "marks", "отл", "", 1),
    ]


@school("drift_alone", as_of="2025-09-06T08:00")
def drift_alone(s: School) -> None:
    s.basics(pupils=1)
    s.lesson("l1", "2025-09-02")
    s.code("l1", "p1", "Н")
    s.seen(FIRST)


def test_with_one_export_it_is_said_that_another_is_needed(built: Built) -> None:
    rows = found(built, "drift_alone")
    assert {row["finding"] for row in rows if row["severity"] == "need"} == {"nothing_to_compare"}
    assert not [row for row in rows if row["severity"] in {"attention", "note"}]


@school("drift_stopped", as_of="2025-10-10T08:00")
def drift_stopped(s: School) -> None:
    s.basics(pupils=1)
    s.basics("8А", pupils=0)
    for class_id, last in (("7Б", 16), ("8А", 30)):
        for day in range(1, 31):
            s.lesson(f"{class_id}{day}", f"2025-09-{day:02}", class_id=class_id)
            if day <= last:
                s.code(f"{class_id}{day}", "p1", "Н" if day % 2 else "Б")
    s.seen("2025-10-09T23:50")


def test_attendance_that_stopped_coming_is_told_and_an_even_share_is_not(built: Built) -> None:
    (row,) = found(built, "drift_stopped", "attendance_stopped")
    assert (row["class_id"], row["n"], row["n_of"], row["n_before"]) == ("7Б", 14, 14, 0)
    (share,) = found(built, "drift_stopped", "attendance_bare")
    assert (share["n"], share["n_of"], share["severity"]) == (14, 60, "fine")


# Who has not exported yet


@school("drift_grid", as_of="2025-09-20T08:00")
def drift_grid(s: School) -> None:
    s.basics(pupils=2)
    s.basics("8А", pupils=0)
    s.lesson("l1", "2025-09-02")
    s.lesson("l2", "2025-09-09")
    s.lesson("l3", "2025-09-02", class_id="8А")
    s.mark("l1", "p1", "5")
    s.statement("2025-09-10T12:00", "lessons", "marks", date_from="2025-09-01", date_to="2025-09-30")
    s.source = CLASS_REPORT
    s.statement("2025-09-19T12:00", "attendance", class_id="8А", date_from="2025-09-15", date_to="2025-09-21")
    s.statement("2025-09-19T12:00", "period_marks")


def test_the_grid_says_when_each_week_was_exported_and_how_far(built: Built) -> None:
    rows = built.rows(
        "select class_id, week_start, export_kind, taken_at, covered_through, is_whole, has_marks, has_attendance,"
        " has_topics"
        " from reports.rpt_deputy__exports_grid where school_id = 'drift_grid' order by 1, 2, 3"
    )
    school_wide = ("journal_csv", at("2025-09-10T12:00"))
    assert [(*row.values(),) for row in rows] == [
        ("7Б", date(2025, 9, 1), *school_wide, date(2025, 9, 2), True, True, False, True),
        ("7Б", date(2025, 9, 8), *school_wide, date(2025, 9, 9), False, True, False, True),
        ("7Б", date(2025, 9, 15), "", None, None, False, False, False, False),
        ("8А", date(2025, 9, 1), *school_wide, date(2025, 9, 2), True, True, False, True),
        ("8А", date(2025, 9, 8), *school_wide, date(2025, 9, 9), False, True, False, True),
        ("8А", date(2025, 9, 15), "class_report", at("2025-09-19T12:00"), date(2025, 9, 19), True, False, True, False),
    ]


# Numbers to be held against the journal


@school("drift_numbers", as_of="2025-11-07T08:00")
def drift_numbers(s: School) -> None:
    s.basics(pupils=2)
    s.pupil("left", ends_on="2025-09-20")
    s.lesson("l1", "2025-09-02")
    s.lesson("l2", "2025-10-20")
    s.lesson("l3", "2025-11-06")
    s.mark("l1", "p1", "5")
    s.mark("l1", "left", "4-")
    s.mark("l2", "p1", ".", kind="debt")
    s.mark("l2", "p2", "зач")
    s.code("l1", "p2", "Н")
    s.code("l1", "p2", "Б", ordinal=2)
    s.code("l2", "p1", "ОП")
    s.seen("2025-11-06T23:50")


@pytest.mark.parametrize(
    ("period", "numbers"),
    [
        ("q1", (2, 3, 1, 1, date(2025, 9, 2), date(2025, 10, 20))),
        ("q2", (2, 0, 0, 0, date(2025, 11, 6), date(2025, 11, 6))),
    ],
)
def test_control_numbers_count_as_the_journal_does(built: Built, period: str, numbers: tuple[Any, ...]) -> None:
    row = built.one(
        "select n_pupils, n_marks, n_debts, n_absences, date_from, date_to, taken_at, class_name"
        " from reports.rpt_deputy__control_numbers where school_id = 'drift_numbers' and period_id = ?",
        period,
    )
    assert (*row.values(),) == (*numbers, at("2025-11-06T23:50"), "7Б")


def test_only_the_column_of_names_holds_names(built: Built) -> None:
    names = {
        row["name"]
        for row in built.rows("select distinct last_name as name from marts.dim_pupil where last_name <> ''")
    }
    for row in built.rows("select * exclude (pupil_name) from reports.rpt_deputy__drift"):
        assert not any(str(value) in names for value in row.values())
