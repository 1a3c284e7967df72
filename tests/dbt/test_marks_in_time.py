"""Marks for ordinary work by the end of the day, for written work by the next lesson."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school


@school("ordinary", as_of="2025-09-20T08:00")
def ordinary(s: School) -> None:
    s.basics(pupils=12)
    s.seen("2025-09-19T23:50")
    s.lesson("l", "2025-09-02")
    s.row("assignments", assignment_id="a", lesson_id="l", work_type="ответ")
    evening, later = (
        {"known_from": "2025-09-02T23:50"},
        {"known_from": "2025-09-04T07:00", "not_before": "2025-09-03T23:50"},
    )
    s.mark("l", "p1", "5", "in time", work_type="ответ", **evening)
    s.mark("l", "p2", "5", "late", work_type="ответ", **later)
    s.mark("l", "p3", "5", "undetermined", work_type="ответ", known_from="2025-09-04T07:00")
    s.mark("l", "p4", "5", "of its work", assignment_id="a", **evening)
    s.mark("l", "p5", "5", "unknown work", **later)
    s.mark("l", "p6", "5", "undescribed work", work_type="доклад", **later)
    s.mark("l", "p7", "5", "written", work_type="контрольная", **later)
    s.mark("l", "p8", "5", "retake", work_type="ответ", kind="retake", **later)
    s.mark("l", "p9", "5", "absent", work_type="ответ", **later)
    s.code("l", "p9", "Н")
    s.mark("l", "p10", ".", "debt", kind="debt", work_type="ответ", **later)
    s.mark(
        "l",
        "p11",
        "5",
        "told",
        work_type="ответ",
        known_from="2025-09-04T07:00",
        entered_at=datetime.fromisoformat("2025-09-02T15:00:00"),
    )
    for value, start, end in (("4", "2025-09-02T20:00", "2025-09-05T07:00"), ("5", "2025-09-05T07:00", None)):
        s.mark("l", "p12", value, "changed", work_type="ответ", known_from=start, known_to=end)


@pytest.mark.parametrize(
    ("mark", "verdict"),
    [
        ("in time", "in_time"),
        ("late", "late"),
        ("undetermined", "undetermined"),
        ("of its work", "in_time"),
        ("unknown work", "no_data"),
        ("undescribed work", "no_data"),
        ("written", "not_applicable"),
        ("retake", "not_applicable"),
        ("absent", "not_applicable"),
        ("debt", "not_applicable"),
        ("told", "in_time"),
        ("changed", "in_time"),
    ],
)
def test_ordinary_mark(built: Built, mark: str, verdict: str) -> None:
    assert built.verdicts("ordinary", "ordinary_mark")[mark] == verdict


@school("written", as_of="2025-11-20T08:00")
def written(s: School) -> None:
    s.basics(pupils=5)
    s.seen("2025-10-08T23:00", "2025-11-19T23:50")

    def work(name: str, day: str, subject: str, marked: int, known_from: str, not_before: str | None = None) -> None:
        s.row("subjects", subject_id=subject, name=subject)
        s.lesson(name, day, subject)
        s.row("assignments", assignment_id=f"w {name}", lesson_id=name, work_type="контрольная")
        for number in range(1, marked + 1):
            s.mark(name, f"p{number}", "4", assignment_id=f"w {name}", known_from=known_from, not_before=not_before)

    work("next day", "2025-10-09", "a", 4, "2025-10-10T20:00")
    s.lesson("a2", "2025-10-10", "a")
    work("too few", "2025-10-09", "b", 3, "2025-10-10T20:00")
    s.lesson("b2", "2025-10-10", "b")
    work("after the holidays", "2025-10-23", "c", 4, "2025-11-04T20:00", "2025-10-30T20:00")
    s.lesson("c2", "2025-11-05", "c")
    work("of a pair", "2025-10-09", "d", 4, "2025-10-13T20:00", "2025-10-11T20:00")
    s.lesson("d2", "2025-10-09", "d", number=2)
    s.lesson("d3", "2025-10-10", "d", status="cancelled")
    s.lesson("d4", "2025-10-14", "d")
    work("late", "2025-10-09", "e", 4, "2025-10-13T20:00", "2025-10-11T20:00")
    s.lesson("e2", "2025-10-10", "e")
    work("last lesson", "2025-10-09", "f", 0, "2025-10-10T20:00")
    work("absent writers", "2025-10-09", "g", 3, "2025-10-10T20:00")
    s.lesson("g2", "2025-10-10", "g")
    s.code("absent writers", "p4", "Б")
    s.code("absent writers", "p5", "Н")
    work("before the planned", "2025-11-19", "h", 0, "2025-11-19T20:00")
    s.lesson("h2", "2025-11-21", "h", status="planned")
    s.lesson("ordinary work", "2025-10-09", "k")
    s.row("assignments", assignment_id="w ordinary work", lesson_id="ordinary work", work_type="ответ")


@pytest.mark.parametrize(
    ("work", "verdict", "due"),
    [
        ("next day", "in_time", "2025-10-10"),
        ("too few", "missing", "2025-10-10"),
        ("after the holidays", "late", "2025-10-26"),
        ("of a pair", "in_time", "2025-10-14"),
        ("late", "late", "2025-10-10"),
        ("last lesson", "missing", "2025-10-26"),
        ("absent writers", "in_time", "2025-10-10"),
        ("before the planned", "pending", "2025-11-21"),
    ],
)
def test_written_work(built: Built, work: str, verdict: str, due: str | None) -> None:
    row = built.checks("written", "written_marks")[f"w {work}"]
    expected = datetime.fromisoformat(f"{due}T23:59:59") if due else None
    assert (row["verdict"], row["due_at"]) == (verdict, expected)


def test_ordinary_work_is_no_written_work(built: Built) -> None:
    assert "w ordinary work" not in built.verdicts("written", "written_marks")


def test_the_work_is_marked_with_the_last_needed_mark(built: Built) -> None:
    row = built.checks("written", "written_marks")["w late"]
    assert (row["entered_after"], row["entered_by"]) == (
        datetime.fromisoformat("2025-10-11T20:00:00"),
        datetime.fromisoformat("2025-10-13T20:00:00"),
    )
    assert row["detail"] == "отметок 4 из 5"


@school("first_grade", as_of="2025-09-20T08:00")
def first_grade(s: School) -> None:
    s.basics("1А", pupils=2)
    s.seen("2025-09-19T23:50")
    for day in range(1, 13):
        s.lesson(f"l{day}", f"2025-09-{day:02}", class_id="1А")
    s.row("assignments", assignment_id="w", lesson_id="l1", work_type="контрольная")


def test_marks_are_not_asked_of_the_first_grade(built: Built) -> None:
    for rule in ("written_marks", "marks_gap", "marks_below_norm", "period_mark_missing"):
        assert set(built.verdicts("first_grade", rule).values()) == {"not_applicable"}, rule
    assert set(built.verdicts("first_grade", "topic_filled").values()) == {"missing"}
