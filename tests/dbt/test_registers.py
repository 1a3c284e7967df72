"""What people enter in the registers changes the verdicts that it should, and no other."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

TAKEN = "2025-10-27T23:00"
LATE = datetime(2025, 10, 2, 12)


def journal(s: School) -> None:
    """A lesson of physics and one of chemistry a day; topics of the first day were entered a day late."""
    s.basics(subjects=("физика", "химия"))
    for number, subject in enumerate(("физика", "химия"), start=1):
        s.lesson(
            f"{subject}-1", "2025-10-01", subject, number=number, topic="Тема", topic_entered_at=LATE,
        )  # fmt: skip
        for day in range(2, 9):
            s.lesson(f"{subject}-{day}", f"2025-10-0{day}", subject, number=number, topic="Тема",
                     topic_entered_at=datetime(2025, 10, day, 12))  # fmt: skip
        s.mark(f"{subject}-1", "p1", "5", work_type="ответ", entered_at=LATE)
    s.statement(TAKEN, "lessons", "marks", "attendance")


@school("registers-none", as_of="2025-10-28T08:00", known=TAKEN)
def nothing_entered(s: School) -> None:
    journal(s)


@school("registers-graded", as_of="2025-10-28T08:00", known=TAKEN)
def one_subject_without_marks(s: School) -> None:
    journal(s)
    s.row("grading", subject_id="химия", grade_from=7, grade_to=7, graded="none")
    s.row("grading", subject_id="физика", grade_from=8, grade_to=9, graded="none")


@school("registers-unwatched", as_of="2025-10-28T08:00", known=TAKEN)
def one_subject_not_checked(s: School) -> None:
    journal(s)
    s.row("grading", subject_id="химия", graded="uncontrolled")
    s.row("grading", subject_id="физика", graded="uncontrolled", starts_on="2025-12-01")


@school("registers-narrower", as_of="2025-10-28T08:00", known=TAKEN)
def the_narrower_row_counts(s: School) -> None:
    journal(s)
    s.row("grading", subject_id="химия", graded="none")
    s.row("grading", subject_id="химия", grade_from=7, grade_to=7, graded="marks")


@school("registers-substituted", as_of="2025-10-28T08:00", known=TAKEN)
def another_teacher_taught(s: School) -> None:
    journal(s)
    for subject, number, absent in (("физика", 1, "t1"), ("химия", 2, "other")):
        s.row(
            "substitutions", date="2025-10-01", lesson_number=number, class_id="7Б", subject_id=subject,
            absent_teacher_id=absent, substitute_id="t9", kind="replace",
        )  # fmt: skip


@school("registers-cancelled", as_of="2025-10-28T08:00", known=TAKEN)
def a_lesson_was_called_off(s: School) -> None:
    s.basics(subjects=("физика", "химия"))
    s.lesson("a", "2025-10-01", "физика", topic="Тема", topic_entered_at=LATE)
    s.lesson("b", "2025-10-01", "химия", number=2, status="")
    s.statement(TAKEN, "lessons", "marks", "attendance")
    s.row(
        "substitutions", date="2025-10-01", lesson_number=2, class_id="7Б", subject_id="химия",
        absent_teacher_id="t1", kind="cancel",
    )  # fmt: skip


@school("registers-bells", as_of="2025-10-28T08:00", known=TAKEN)
def bells_are_known(s: School) -> None:
    journal(s)
    s.row("classes", class_id="8А", grade=8, name="8А")
    s.lesson("no shift", "2025-10-01", "физика", class_id="8А")
    s.file.connection.execute(
        "update history.classes set shift = 1 where school_id = ? and class_id = '7Б'", [s.school_id]
    )
    s.row("bells", shift=1, lesson_number=1, starts_at=time(8, 30), ends_at=time(9, 10))
    s.row("bells", shift=1, lesson_number=1, weekday=3, starts_at=time(8, 30), ends_at=time(9, 0))
    s.row("bells", shift=2, lesson_number=2, starts_at=time(14, 0), ends_at=time(14, 40))


def test_topics_of_a_subject_that_is_not_checked_are_not_judged(built: Built) -> None:
    assert built.verdicts("registers-none", "topic_filled")["химия-1"] == "late"
    found = built.verdicts("registers-unwatched", "topic_filled")
    assert found["химия-1"] == "not_applicable"
    assert found["физика-1"] == "late"


@pytest.mark.parametrize(
    ("school_id", "verdict"),
    [
        ("registers-none", "violated"), ("registers-graded", "not_applicable"),
        ("registers-unwatched", "not_applicable"), ("registers-narrower", "violated"),
    ],
)  # fmt: skip
def test_marks_are_expected_where_the_school_says_so(built: Built, school_id: str, verdict: str) -> None:
    assert built.verdicts(school_id, "marks_gap")["7Б||химия|q1"] == verdict
    assert built.verdicts(school_id, "marks_gap")["7Б||физика|q1"] == "violated"
    assert built.verdicts(school_id, "ordinary_mark")["химия-1/p1"] == (
        "late" if verdict == "violated" else verdict
    )  # fmt: skip


def test_who_taught_answers_for_the_lesson(built: Built) -> None:
    teachers = {key: row["teacher_id"] for key, row in built.checks("registers-substituted", "topic_filled").items()}
    assert (teachers["физика-1"], teachers["физика-2"]) == ("t9", "t1")
    assert teachers["химия-1"] == "t1", "the journal itself names another than the absent one"


def test_a_lesson_that_was_called_off_is_not_judged(built: Built) -> None:
    assert set(built.verdicts("registers-cancelled", "lesson_without_records")) == {"a"}


def test_lessons_end_by_the_bells(built: Built) -> None:
    ends = built.rows(
        "select lesson_id, over_at from intermediate.int_lessons where school_id = 'registers-bells' order by 1"
    )
    over = {row["lesson_id"]: row["over_at"] for row in ends}
    assert over["физика-1"] == datetime(2025, 10, 1, 9, 0)
    assert over["физика-2"] == datetime(2025, 10, 2, 9, 10)
    assert over["химия-2"] == datetime(2025, 10, 2, 20, 0)
    assert over["no shift"] == datetime(2025, 10, 1, 20, 0)


@school("registers-load", as_of="2025-10-28T08:00", known=TAKEN)
def who_teaches_is_entered(s: School) -> None:
    s.basics(subjects=("физика", "химия", "английский"))
    for number, subject in enumerate(("физика", "химия", "английский"), start=1):
        for day in ("2025-10-01", "2025-10-20"):
            s.lesson(f"{subject} {day}", day, subject, number=number, teacher_id="")
    s.lesson("физика told", "2025-10-02", "физика", teacher_id="journal")
    for teacher, subject, subgroup, starts, ends in (
        ("t1", "физика", "", "2025-09-01", "2025-10-10"), ("t2", "физика", "", "2025-10-11", None),
        ("t3", "английский", "а", "2025-09-01", None), ("t4", "английский", "б", "2025-09-01", None),
    ):  # fmt: skip
        s.row(
            "teaching_assignments", teacher_id=teacher, class_id="7Б", subject_id=subject, subgroup_id=subgroup,
            starts_on=starts, ends_on=ends,
        )  # fmt: skip
    s.row(
        "substitutions", date="2025-10-20", lesson_number=1, class_id="7Б", subject_id="физика",
        absent_teacher_id="t2", substitute_id="t9", kind="replace",
    )  # fmt: skip


def test_a_teacher_is_known_by_the_load_where_the_export_names_none(built: Built) -> None:
    rows = built.rows("select lesson_id, teacher_id from intermediate.int_lessons where school_id = 'registers-load'")
    assert {row["lesson_id"]: row["teacher_id"] for row in rows} == {
        "физика 2025-10-01": "t1", "физика told": "journal", "физика 2025-10-20": "t9",
        "химия 2025-10-01": "", "химия 2025-10-20": "", "английский 2025-10-01": "", "английский 2025-10-20": "",
    }  # fmt: skip
