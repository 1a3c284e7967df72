"""A gap without marks is excused only where it would not stand without the excused lessons or days."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school


@school("excused-gaps", as_of="2025-10-20T08:00")
def excused_gaps(s: School) -> None:
    """Eight lessons of each subject without marks, 1–8 September; gaps of six are noted."""
    subjects = ("whole", "part", "rest", "outage", "broken", "excluded", "two", "lesson")
    s.basics(pupils=1, subjects=subjects)
    s.seen("2025-10-19T23:50")
    for number, subject in enumerate(subjects, start=1):
        for day in range(1, 9):
            s.lesson(f"{subject}{day}", f"2025-09-{day:02}", subject, number=number, teacher_id=f"t {subject}")
    for subject, first, last in (("whole", 1, 8), ("part", 3, 5), ("rest", 7, 8)):
        days = {"starts_on": date(2025, 9, first), "ends_on": date(2025, 9, last)}
        s.row("teacher_absences", teacher_id=f"t {subject}", reason="", **days)
    for subject, first, last in (("outage", 2, 4), ("broken", 7, 7)):
        s.row("outages", subject_id=subject, class_id="7Б", starts_at=datetime(2025, 9, first, 9),
              ends_at=datetime(2025, 9, last, 12))  # fmt: skip
    s.row("exclusions", teacher_id="t excluded", class_id="7Б", date_from=date(2025, 9, 1), date_to=date(2025, 9, 3),
          lesson_numbers="", reason="карантин")  # fmt: skip
    s.row("exclusions", teacher_id="t lesson", class_id="7Б", date_from=date(2025, 9, 1), date_to=date(2025, 9, 3),
          lesson_numbers="1,2", reason="поход")  # fmt: skip
    for day in range(9, 16):  # a second gap, without any excuse, after the one of the leave
        s.lesson(f"two{day}", f"2025-09-{day:02}", "two", number=7, teacher_id="t two")
    s.row("teacher_absences", teacher_id="t two", starts_on=date(2025, 9, 1), ends_on=date(2025, 9, 8), reason="")
    s.mark("two8", "p1", "5")


@pytest.mark.parametrize(
    ("subject", "status", "excuse"),
    [
        ("whole", "excused", "не учтено: учитель отсутствовал"),
        ("part", "excused", "не учтено: учитель отсутствовал"),
        ("rest", "violated", ""),
        ("outage", "excused", "не учтено: электронный журнал был недоступен"),
        ("broken", "violated", ""),
        ("excluded", "excused", "не учтено: карантин"),
        ("lesson", "violated", ""),
        ("two", "violated", ""),
    ],
)
def test_a_gap_stands_without_its_excused_lessons(built: Built, subject: str, status: str, excuse: str) -> None:
    row = built.checks("excused-gaps", "marks_gap")[f"7Б||{subject}|q1"]
    assert (row["verdict"], row["status"], row["excuse"]) == ("violated", status, excuse)
    if subject == "two":
        assert row["detail"] == "7 уроков подряд без отметок, 09–15.09", (
            "the gap that stands is told, not the excused one"
        )


@school("excused-days", as_of="2025-10-20T08:00", source=("sgo", "studenttotal"))
def excused_days(s: School) -> None:
    """Lessons that are not seen: 39 days without marks in each subject, 28 are allowed."""
    s.basics(pupils=1, subjects=("long", "short"), evidence="inferred")
    s.statement("2025-10-19T12:00", "marks", "attendance", class_id="7Б", pupil_id="p1",
                date_from="2025-09-01", date_to="2025-10-26")  # fmt: skip
    for subject, last in (("long", 13), ("short", 5)):
        for day in ("09-01", "10-10"):
            s.lesson(f"{subject}{day}", f"2025-{day}", subject, number=None, evidence="inferred", status="")
            s.mark(f"{subject}{day}", "p1", "5")
        s.row("outages", subject_id=subject, class_id="7Б", starts_at=datetime(2025, 9, 2, 9),
              ends_at=datetime(2025, 9, last, 20))  # fmt: skip


def test_days_of_a_gap_are_excused_as_lessons_are(built: Built) -> None:
    found = built.checks("excused-days", "marks_gap")
    seen = {key.split("|")[2]: (row["verdict"], row["status"]) for key, row in found.items()}
    assert seen == {"long": ("violated", "excused"), "short": ("violated", "violated")}
