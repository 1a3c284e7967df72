"""What has not been looked at is not missing: ranges of exports, looks at one subject, looks at single pupils."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

SHEETS = ("asiou", "class_journal")


def inferred_lesson(journal: School, subject: str, day: str, pupils: tuple[str, ...], **values: object) -> None:
    """A lesson known by the marks on it alone."""
    journal.lesson(f"{day}/{subject}", day, subject, evidence="inferred", **values)
    for pupil in pupils:
        journal.mark(f"{day}/{subject}", pupil, "4")


@school("looks-october", as_of="2025-10-30T08:00", source=SHEETS)
def only_october(s: School) -> None:
    s.basics(pupils=1)
    inferred_lesson(s, "физика", "2025-10-02", ("p1",))
    s.statement("2025-10-29T12:00", "marks", pupil_id="p1", date_from=date(2025, 10, 1), date_to=date(2025, 10, 26))


@school("looks-by-month", as_of="2025-10-30T08:00", source=SHEETS)
def month_by_month(s: School) -> None:
    s.basics(pupils=1)
    inferred_lesson(s, "физика", "2025-10-02", ("p1",))
    s.statement("2025-10-01T12:00", "marks", pupil_id="p1", date_from=date(2025, 9, 1), date_to=date(2025, 9, 30))
    s.statement("2025-10-29T12:00", "marks", pupil_id="p1", date_from=date(2025, 10, 1), date_to=date(2025, 10, 26))


@school("looks-with-a-hole", as_of="2025-10-30T08:00", source=SHEETS)
def a_hole_between(s: School) -> None:
    s.basics(pupils=1)
    inferred_lesson(s, "физика", "2025-09-02", ("p1",))
    inferred_lesson(s, "физика", "2025-10-14", ("p1",))
    s.statement("2025-09-12T12:00", "marks", pupil_id="p1", date_from=date(2025, 9, 1), date_to=date(2025, 9, 12))
    s.statement("2025-10-29T12:00", "marks", pupil_id="p1", date_from=date(2025, 10, 13), date_to=date(2025, 10, 26))


@school("looks-at-a-subject", as_of="2025-10-30T08:00", source=SHEETS)
def one_subject(s: School) -> None:
    s.basics(subjects=("физика", "химия"))
    for subject in ("физика", "химия"):
        inferred_lesson(s, subject, "2025-09-02", ("p1", "p2", "p3"))
    for pupil in ("p1", "p2", "p3"):
        s.statement("2025-10-28T12:00", "marks", pupil_id=pupil, subject_id="физика")


@school("looks-at-a-subgroup", as_of="2025-10-30T08:00", source=SHEETS)
def one_subgroup(s: School) -> None:
    s.basics(subjects=("английский",))
    s.row("subgroups", subgroup_id="г1", name="1", subject_id="английский")
    s.row("subgroups", subgroup_id="г2", name="2", subject_id="английский")
    for number, (group, pupils) in enumerate((("г1", ("p1", "p2")), ("г2", ("p3",))), start=1):
        inferred_lesson(s, "английский", f"2025-09-0{number}", pupils, subgroup_id=group)
    for pupil in ("p1", "p2"):
        s.statement("2025-10-28T12:00", "marks", pupil_id=pupil, subject_id="английский")


@school("looks-of-few", as_of="2025-10-30T08:00", source=SHEETS)
def one_of_three(s: School) -> None:
    s.basics()
    inferred_lesson(s, "физика", "2025-09-02", ("p1", "p2", "p3"))
    s.statement("2025-10-28T12:00", "marks", pupil_id="p1", subject_id="физика")


@pytest.mark.parametrize(
    ("school_id", "gap", "below"),
    [
        ("looks-october", {"7Б||физика|q1": "ok"}, {"p1|физика|q1": "no_data"}),
        ("looks-by-month", {"7Б||физика|q1": "violated"}, {"p1|физика|q1": "violated"}),
        ("looks-with-a-hole", {"7Б||физика|q1": "ok"}, {"p1|физика|q1": "no_data"}),
        (
            "looks-at-a-subject", {"7Б||физика|q1": "violated", "7Б||химия|q1": "no_data"},
            {f"p{n}|{subject}|q1": verdict for n in (1, 2, 3)
             for subject, verdict in (("физика", "violated"), ("химия", "no_data"))},
        ),
        (
            "looks-at-a-subgroup", {"7Б|г1|английский|q1": "no_data", "7Б|г2|английский|q1": "no_data"},
            {"p1|английский|q1": "violated", "p2|английский|q1": "violated", "p3|английский|q1": "no_data"},
        ),
        (
            "looks-of-few", {"7Б||физика|q1": "no_data"},
            {"p1|физика|q1": "violated", "p2|физика|q1": "no_data", "p3|физика|q1": "no_data"},
        ),
    ],
)  # fmt: skip
def test_only_what_was_looked_at_is_judged(
    built: Built, school_id: str, gap: dict[str, str], below: dict[str, str]
) -> None:
    assert {key: one for key, one in built.verdicts(school_id, "marks_gap").items() if key.endswith("|q1")} == gap
    assert {
        key: one for key, one in built.verdicts(school_id, "marks_below_norm").items() if key.endswith("|q1")
    } == below


def test_a_gap_lies_in_the_days_that_are_known(built: Built) -> None:
    found = built.checks("looks-by-month", "marks_gap")["7Б||физика|q1"]
    assert found["detail"] == "31 день без отметок, 01.09–02.10"


TAKEN = "2025-09-03T23:00"


@school("looks-topics-alone", as_of="2025-09-04T08:00", known=TAKEN)
def topics_alone(s: School) -> None:
    listed(s, "lessons")


@school("looks-topics-and-marks", as_of="2025-09-04T08:00", known=TAKEN)
def topics_and_marks(s: School) -> None:
    listed(s, "lessons", "marks")


@school("looks-at-records", as_of="2025-09-04T08:00", known=TAKEN)
def every_record(s: School) -> None:
    listed(s, "lessons", "marks", "attendance")


@school("looks-in-one-file", as_of="2025-09-04T08:00", known=TAKEN, source=("ves_klass", "class_report"))
def all_pupils_in_one_file(s: School) -> None:
    s.file.meta("export_kinds", system="ves_klass", export_kind="class_report", title="Весь класс", scope="class")
    pupil_by_pupil(s, 3)


@school("looks-in-part-of-a-file", as_of="2025-09-04T08:00", known=TAKEN, source=("ves_klass", "class_report"))
def some_pupils_in_one_file(s: School) -> None:
    pupil_by_pupil(s, 2)


@school("looks-at-pupils", as_of="2025-09-04T08:00", known=TAKEN, source=("sgo", "mobile_api"))
def pupils_one_by_one(s: School) -> None:
    s.file.meta("export_kinds", system="sgo", export_kind="mobile_api", title="Приложение", scope="pupil")
    pupil_by_pupil(s, 3)


def pupil_by_pupil(journal: School, seen: int) -> None:
    listed(journal, "lessons")
    for number in range(1, seen + 1):
        journal.statement(TAKEN, "marks", "attendance", pupil_id=f"p{number}")


def listed(journal: School, *tables: str) -> None:
    """Two lessons of a day, one of them without any record."""
    journal.basics(subjects=("физика", "химия"))
    journal.lesson("a", "2025-09-03", "физика", topic="Тема", topic_entered_at=datetime(2025, 9, 3, 12))
    journal.lesson("b", "2025-09-03", "химия", number=2)
    journal.statement(TAKEN, *tables, columns="" if "attendance" in tables else "lesson_id;date")


@pytest.mark.parametrize(
    ("school_id", "verdict"),
    [
        ("looks-topics-alone", "no_data"), ("looks-topics-and-marks", "no_data"), ("looks-at-records", "violated"),
        ("looks-in-one-file", "violated"), ("looks-in-part-of-a-file", "no_data"), ("looks-at-pupils", "no_data"),
    ],
)  # fmt: skip
def test_a_lesson_is_empty_only_where_all_records_are_told(built: Built, school_id: str, verdict: str) -> None:
    assert built.verdicts(school_id, "lesson_without_records") == {"a": "ok", "b": verdict}
