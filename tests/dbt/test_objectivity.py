"""Marks of periods and years beside the marks they rest on, and how many marks there are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

TAKEN = "2025-10-27T23:00"
AS_OF = "2025-10-28T08:00"
FIRST = date(2025, 9, 1)


def checks(built: Built, school_id: str, rule: str) -> dict[str, dict[str, Any]]:
    """Rows of one rule of a school by what was checked."""
    found = built.rows(f"select * from checks.chk_{rule} where school_id = ?", school_id)
    return {row["subject_key"]: row for row in found}


def verdicts(built: Built, school_id: str, rule: str) -> dict[str, str]:
    return {key: row["verdict"] for key, row in checks(built, school_id, rule).items()}


def journal(s: School, through: str = "2025-10-22", **values: Any) -> list[str]:
    """Physics on Mondays and Wednesdays."""
    s.basics(**values)
    names, day = [], FIRST
    while day <= date.fromisoformat(through):
        if day.weekday() in (0, 2):
            names.append(f"физика {day}")
            s.lesson(names[-1], str(day))
        day += timedelta(days=1)
    return names


def period_mark(s: School, pupil: str, value: str, period: str = "q1", **values: Any) -> None:
    values = {"kind": "period", "class_id": "7Б", "teacher_id": "t1"} | values
    s.row("period_marks", pupil_id=pupil, subject_id="физика", period_id=period, value=value, **values)


def marked(s: School) -> None:
    """p1 has four marks, p2 two, p3 none, p4 two and came late."""
    lessons = journal(s)
    s.pupil("p4", starts_on="2025-10-01")
    for place in range(4):
        s.mark(lessons[place], "p1", "4", work_type="контрольная" if place == 3 else "ответ")
    for pupil in ("p2", "p4"):
        for place in range(2):
            s.mark(lessons[12 + place], pupil, "5", work_type="ответ")
    for pupil, value in (("p1", "5"), ("p2", "5"), ("p3", "н/а"), ("p4", "5")):
        period_mark(s, pupil, value)


@school("objective", as_of=AS_OF, known=TAKEN)
def period_marks_of_a_class(s: School) -> None:
    marked(s)
    s.seen(TAKEN)


@school("objective-partly", as_of=AS_OF, known=TAKEN)
def marks_of_october_are_told(s: School) -> None:
    marked(s)
    s.seen(TAKEN, date_from=date(2025, 10, 1), date_to=date(2025, 10, 27))


@school("objective-first-grade", as_of=AS_OF, known=TAKEN)
def first_grade(s: School) -> None:
    s.basics(class_id="1А")
    s.lesson("a", "2025-09-03", class_id="1А")
    s.mark("a", "p1", "5")
    period_mark(s, "p1", "5", class_id="1А")
    s.seen(TAKEN)


def test_a_period_mark_rests_on_marks(built: Built) -> None:
    found = checks(built, "objective", "period_mark_without_marks")
    assert {key.split("|")[0]: row["verdict"] for key, row in found.items()} == {
        "p1": "ok", "p2": "violated", "p3": "not_applicable", "p4": "undetermined",
    }  # fmt: skip
    assert found["p2|физика|q1"]["detail"] == "выставлена 5, за уроки 2 отметки"


def test_nothing_is_said_of_marks_that_are_not_all_told(built: Built) -> None:
    found = verdicts(built, "objective-partly", "period_mark_without_marks")
    assert (found["p1|физика|q1"], found["p2|физика|q1"]) == ("ok", "no_data")
    assert set(verdicts(built, "objective-first-grade", "period_mark_without_marks").values()) == {"not_applicable"}


def test_period_marks_stand_beside_what_they_rest_on(built: Built) -> None:
    row = built.one("select * from marts.mark_objectivity where school_id = 'objective' and period_id = 'q1'")
    assert (row["n_period_marks"], row["n_compared"], row["n_equal"], row["n_higher"], row["n_lower"]) == (
        3, 1, 0, 1, 0,
    )  # fmt: skip
    assert (row["mean_period_mark"], row["mean_control_mark"], row["mean_current_mark"]) == (5.0, None, 4.5)
    assert row["last_week_share"] is None, "when the marks were entered is not known"


@school("objective-timed", as_of=AS_OF, known=TAKEN)
def marks_with_their_time(s: School) -> None:
    lessons = journal(s)
    s.row("work_types", work_type="кр", name="Кр", is_written=True, is_control=True)
    for place, entered in enumerate(("2025-09-01T12:00", "2025-09-03T12:00", "2025-10-23T12:00", "2025-10-24T12:00")):
        s.mark(lessons[place], "p1", "34"[place % 2], work_type="кр" if place == 3 else "ответ", entered_at=entered)
    period_mark(s, "p1", "3")
    s.seen(TAKEN)


def test_marks_of_the_last_week_and_a_mean_at_the_border(built: Built) -> None:
    row = built.one("select * from marts.mark_objectivity where school_id = 'objective-timed' and period_id = 'q1'")
    assert (row["n_lower"], row["n_border"], row["mean_control_mark"]) == (1, 1, 4.0)
    assert (row["n_timed_marks"], row["last_week_share"]) == (4, 0.5)


# Marks of the year


@school("year", as_of="2026-06-01T08:00", known="2026-05-31T20:00")
def marks_of_a_year(s: School) -> None:
    s.basics(pupils=5)
    s.lesson("a", "2025-09-03")
    for pupil, first, second, year in (
        ("p1", "3", "4", "4"), ("p2", "3", "4", "5"), ("p3", "4", "4", "3"), ("p4", "4", "", "5"), ("p5", "4", "4", ""),
    ):  # fmt: skip
        for period, value in (("q1", first), ("q2", second)):
            if value:
                period_mark(s, pupil, value, period)
        if year:
            period_mark(s, pupil, year, "", kind="year")
    period_mark(s, "p6", "5", "", kind="year")
    s.seen("2026-05-31T20:00")


def test_a_mark_of_the_year_follows_from_those_of_its_periods(built: Built) -> None:
    found = checks(built, "year", "year_mark_differs")
    assert {key.split("|")[0]: row["verdict"] for key, row in found.items()} == {
        "p1": "ok", "p2": "violated", "p3": "violated", "p4": "no_data", "p5": "not_applicable", "p6": "no_data",
    }  # fmt: skip
    assert found["p2|физика"]["detail"] == "годовая 5, среднее отметок за периоды 3,50"


# All marks of a period


@school("final-missing", as_of=AS_OF, known=TAKEN)
def one_mark_is_missing(s: School) -> None:
    lessons = journal(s)
    for pupil in ("p1", "p2", "p3"):
        s.mark(lessons[0], pupil, "4")
    period_mark(s, "p1", "4")
    period_mark(s, "p2", "н/а")
    s.seen(TAKEN)


@school("final-unseen", as_of=AS_OF, known=TAKEN)
def nobody_looked_after_the_end(s: School) -> None:
    lessons = journal(s)
    s.mark(lessons[0], "p1", "4")
    s.seen("2025-10-20T20:00")


@school("final-running", as_of="2025-10-20T20:00", known="2025-10-20T20:00")
def the_period_runs(s: School) -> None:
    lessons = journal(s, through="2025-10-20")
    s.mark(lessons[0], "p1", "4")
    s.seen("2025-10-20T20:00")


@pytest.mark.parametrize(
    ("school_id", "verdict", "detail"),
    [
        ("final-missing", "violated", "не выставлено 1 из 3 отметок"),
        ("final-unseen", "no_data", "отметки за период после его конца в выгрузках не видны"),
        ("final-running", "pending", ""),
        ("objective", "ok", ""),
        ("objective-first-grade", "not_applicable", ""),
    ],
)
def test_all_marks_of_a_period_are_counted(built: Built, school_id: str, verdict: str, detail: str) -> None:
    (found,) = (row for row in checks(built, school_id, "final_marks_complete").values() if row["period_id"] == "q1")
    assert (found["verdict"], found["detail"], found["pupil_id"]) == (verdict, detail, "")


# Accumulation


@school("accumulation", as_of="2025-10-10T20:00", known="2025-10-10T18:00")
def marks_in_the_middle_of_a_period(s: School) -> None:
    lessons = journal(s, through="2025-10-08", pupils=9)
    for place in range(0, 12, 3):
        s.mark(lessons[place], "p1", "4")
    s.mark(lessons[11], "p2", "4")
    s.code(lessons[10], "p3", "Н")
    s.seen("2025-10-10T18:00")


def test_who_is_to_be_asked_next(built: Built) -> None:
    rows = built.rows("select * from marts.mark_accumulation where school_id = 'accumulation'")
    found = {row["pupil_id"]: row for row in rows}
    assert (found["p1"]["norm"], found["p1"]["n_needed"], found["p1"]["n_missing"]) == (4.0, 2, 0)
    assert (found["p1"]["n_lessons_since"], found["p2"]["n_lessons_since"], found["p3"]["n_lessons_since"]) == (
        2,
        0,
        11,
    )
    assert found["p2"]["n_missing"] == 1
    asked = {pupil for pupil, row in found.items() if row["is_to_ask"]}
    assert len(asked) == 5
    assert not asked & {"p1", "p2"}, "others have no mark at all"


def test_nobody_is_asked_once_the_period_is_over_or_where_marks_are_not_told(built: Built) -> None:
    rows = built.rows("select * from marts.mark_accumulation where school_id in ('objective', 'objective-partly')")
    assert not any(row["is_to_ask"] for row in rows)
    unknown = [row for row in rows if row["school_id"] == "objective-partly"]
    assert {(row["n_needed"], row["n_missing"], row["no_data_reason"] != "") for row in unknown} == {(None, None, True)}
    assert built.rows("select * from marts.mark_accumulation where school_id = 'objective-first-grade'") == []
