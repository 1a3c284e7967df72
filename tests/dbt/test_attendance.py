"""States of attendance, who was expected, and rates."""

from __future__ import annotations

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school


@school("attendance", as_of="2025-09-20T08:00")
def attendance(s: School) -> None:
    s.basics(pupils=4, subjects=("a", "b"))
    s.pupil("newcomer", starts_on="2025-09-10")
    s.pupil("leaver", ends_on="2025-09-05")
    s.pupil("at home", form="home")
    s.seen("2025-09-19T23:50")
    s.lesson("traced", "2025-09-02", "a", number=1)
    for pupil, code in (("p1", "н"), ("p2", "Б"), ("p3", "ОП")):
        s.code("traced", pupil, code)
    s.lesson("untraced", "2025-09-02", "b", number=2)
    s.lesson("topic only", "2025-09-03", "a", topic="Тема")
    s.lesson("confirmed", "2025-09-03", "b", attendance_entered_at="2025-09-03T12:00")
    s.lesson("marked", "2025-09-11", "a")
    s.mark("marked", "p1", "5")
    s.code("marked", "p2", "УП")
    s.lesson("odd", "2025-09-11", "b")
    s.code("odd", "p1", "Ъ")
    s.row("releases", pupil_id="p4", subject_id="b", starts_on="2025-09-01", ends_on="2025-09-05")
    s.row("attendance__reason", lesson_id="traced", pupil_id="p1", ordinal=1, reason="Болезнь")
    s.code("odd", "p2", "H")
    s.code("odd", "newcomer", "Н")
    s.code("traced", "newcomer", "Н")


@pytest.mark.parametrize(
    ("lesson", "pupil", "state", "evidence"),
    [
        ("traced", "p1", "ill", "stated"),
        ("traced", "p2", "ill", "stated"),
        ("traced", "p3", "late", "stated"),
        ("traced", "p4", "present", "implied"),
        ("untraced", "p1", "not_recorded", "none"),
        ("untraced", "p4", "released", "stated"),
        ("topic only", "p1", "not_recorded", "none"),
        ("confirmed", "p1", "present", "implied"),
        ("marked", "p3", "present", "implied"),
        ("marked", "p2", "excused", "stated"),
        ("odd", "p1", "not_recorded", "none"),
        ("odd", "p2", "unknown_reason", "stated"),
        ("odd", "p3", "present", "implied"),
    ],
)
def test_state(built: Built, lesson: str, pupil: str, state: str, evidence: str) -> None:
    row = built.one(
        "select state, evidence from marts.fct_attendance where school_id = 'attendance' "
        "and lesson_id = ? and pupil_id = ?",
        lesson,
        pupil,
    )
    assert (row["state"], row["evidence"]) == (state, evidence)


def test_nobody_is_expected_before_he_came_or_after_he_left(built: Built) -> None:
    rows = built.rows(
        "select pupil_id, lesson_id, is_expected from marts.fct_attendance where school_id = 'attendance'"
    )
    expected = {row["pupil_id"]: set() for row in rows}  # type: dict[str, set[str]]
    for row in rows:
        if row["is_expected"]:
            expected[row["pupil_id"]].add(row["lesson_id"])
    assert expected["newcomer"] == {"marked", "odd"}
    assert expected["leaver"] == {"traced", "untraced", "topic only", "confirmed"}
    assert "at home" not in expected
    assert {row["is_expected"] for row in rows if (row["pupil_id"], row["lesson_id"]) == ("newcomer", "traced")} == {
        False
    }


def test_rates_leave_out_what_is_released_or_not_recorded(built: Built) -> None:
    row = built.one("select * from marts.attendance_by_pupil_period where school_id = 'attendance' and pupil_id = 'p4'")
    assert (row["lessons_expected"], row["released"], row["not_recorded"], row["present_implied"]) == (6, 2, 1, 3)
    assert (row["attendance_rate"], row["attendance_rate_strict"]) == (1.0, None)
    row = built.one("select * from marts.attendance_by_pupil_period where school_id = 'attendance' and pupil_id = 'p2'")
    assert (row["missed"], row["ill"], row["excused"], row["unknown_reason"]) == (3, 1, 1, 1)
    assert (row["attendance_rate"], row["attendance_rate_strict"], row["days_missed"]) == (0.25, 0.0, 1)
    newcomer = built.one(
        "select * from marts.attendance_by_pupil_period where school_id = 'attendance' and pupil_id = 'newcomer'"
    )
    assert (newcomer["lessons_expected"], newcomer["missed"]) == (2, 1)


def test_the_map_shows_no_reasons(built: Built) -> None:
    rows = built.rows("select * from reports.rpt_class_teacher__attendance_map where school_id = 'attendance'")
    symbols = {(row["pupil_id"], str(row["date"])): row["symbol"] for row in rows}
    assert symbols["p1", "2025-09-02"] == "1"
    assert symbols["p2", "2025-09-11"] == "н"
    assert symbols["p3", "2025-09-11"] == ""
    assert symbols["p4", "2025-09-02"] == ""
    assert {row["symbol"] for row in rows} <= {"", "н", "·", "1"}


@school("subgroups", as_of="2025-09-20T08:00")
def subgroups(s: School) -> None:
    s.basics("7Б", pupils=4, subjects=("англ", "труд"))
    s.basics("7А", pupils=0, subjects=())
    s.pupil("q1", "7А")
    s.seen("2025-09-19T23:50")
    for pupil, group in (("p1", "g1"), ("p2", "g1"), ("p3", "g2"), ("q1", "g2")):
        s.row("subgroup_members", pupil_id=pupil, subgroup_id=group, starts_on="2025-09-01")
    s.lesson("e1", "2025-09-02", "англ", subgroup_id="g1")
    s.lesson("e2", "2025-09-02", "англ", subgroup_id="g2")
    s.code("e1", "p1", "Н")
    s.code("e2", "p3", "Н")
    s.lesson("t1", "2025-09-03", "труд", subgroup_id="boys")
    s.lesson("t2", "2025-09-10", "труд", subgroup_id="boys")
    s.mark("t1", "p1", "5")
    s.mark("t2", "p2", "5")


def test_a_lesson_of_a_subgroup_is_expected_only_of_its_pupils(built: Built) -> None:
    rows = built.rows(
        "select lesson_id, pupil_id, class_id from marts.fct_attendance where school_id = 'subgroups' and is_expected"
    )
    found: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(row["lesson_id"], set()).add((row["pupil_id"], row["class_id"]))
    assert found["e1"] == {("p1", "7Б"), ("p2", "7Б")}
    assert found["e2"] == {("p3", "7Б"), ("q1", "7А")}
    assert found["t1"] == found["t2"] == {("p1", "7Б"), ("p2", "7Б")}


@school("marks_only", as_of="2025-09-20T08:00")
def marks_only(s: School) -> None:
    s.basics(pupils=2)
    s.statement("2025-09-19T23:50", "lessons", "marks")
    s.lesson("l", "2025-09-02")
    s.mark("l", "p1", "5")


def test_presence_is_not_implied_where_attendance_is_not_carried(built: Built) -> None:
    rows = built.rows("select state from marts.fct_attendance where school_id = 'marks_only'")
    assert {row["state"] for row in rows} == {"not_recorded"}


@school("codes", as_of="2025-09-20T08:00", source=("ves_klass", "class_report"))
def codes(s: School) -> None:
    s.basics(pupils=1, evidence="inferred")
    s.seen("2025-09-19T23:50")
    s.lesson("l", "2025-09-02")
    s.code("l", "p1", "Н")


def test_a_code_map_belongs_to_its_system(built: Built) -> None:
    assert built.one("select state from marts.fct_attendance where school_id = 'codes'")["state"] == "unexcused"


@school("pages", as_of="2025-09-20T08:00")
def pages(s: School) -> None:
    s.basics(pupils=1)
    s.seen("2025-09-19T23:50")
    s.lesson("l", "2025-09-02")
    s.code("l", "p1", "Н", ordinal=1, page="lesson")
    s.code("l", "p1", "Б", ordinal=2, page="class")


def test_the_class_teachers_page_stands_in_place_of_the_lessons(built: Built) -> None:
    row = built.one("select state, page from marts.fct_attendance where school_id = 'pages'")
    assert (row["state"], row["page"]) == ("ill", "class")


@school("moved", as_of="2025-10-30T08:00", source=("sgo", "studenttotal"))
def moved(s: School) -> None:
    for class_id in ("7А", "7Б"):
        s.row("classes", class_id=class_id, grade=7, letter=class_id[-1], name=class_id)
        s.row("enrollments", pupil_id="p1", class_id=class_id, starts_on="2025-09-01", evidence="inferred")
    s.row("pupils", pupil_id="p1", last_name="Ф")
    s.statement("2025-10-29T12:00", "marks", "attendance")
    for number, (class_id, day) in enumerate(
        (("7А", "2025-09-02"), ("7А", "2025-09-20"), ("7Б", "2025-10-01"), ("7Б", "2025-10-20"))
    ):
        s.lesson(f"l{number}", day, class_id=class_id, number=None, evidence="inferred", status="")
        s.mark(f"l{number}", "p1", "5")


def test_a_pupil_printed_in_two_classes_is_in_one_at_a_time(built: Built) -> None:
    rows = built.rows("select lesson_id, class_id, is_expected from marts.fct_attendance where school_id = 'moved'")
    assert {(row["lesson_id"], row["class_id"], row["is_expected"]) for row in rows} == {
        ("l0", "7А", True), ("l1", "7А", True), ("l2", "7Б", True), ("l3", "7Б", True)
    }  # fmt: skip
    assert built.one("select class_id from marts.dim_pupil where school_id = 'moved'")["class_id"] == "7Б"
