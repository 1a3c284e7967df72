"""What counts from a moment (documents, restored journals, exam results) and what the school's own books must show."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

NOVOALTAYSK = "novoaltaysk-2016"
KIRISHI = "kirishi-2018"


def verdicts(built: Built, check: str, school_id: str) -> dict[str, str]:
    """What was checked → verdict, straight from the model of the check."""
    rows = built.rows(f"select subject_key, verdict from checks.{check} where school_id = ?", school_id)
    assert len({row["subject_key"] for row in rows}) == len(rows)
    return {row["subject_key"]: row["verdict"] for row in rows}


def one(built: Built, check: str, school_id: str, key: str) -> dict[str, object]:
    return built.one(f"select * from checks.{check} where school_id = ? and subject_key = ?", school_id, key)


def days_of_lessons(s: School, *days: str) -> None:
    for day in days:
        s.lesson(day, day)


# Documents


def document(s: School, name: str, pupil: str, received: str | None, **values: Any) -> None:
    values = {"starts_on": "2025-10-20", "ends_on": "2025-10-21", "kind": "ill"} | values
    s.row(
        "absence_documents", document_id=name, pupil_id=pupil,
        received_at=datetime.fromisoformat(received) if received else None, **values,
    )  # fmt: skip


ABSENT: dict[str, Any] = {"known_from": "2025-10-22T20:00", "not_before": "2025-10-19T20:00"}
CORRECTIONS = {
    "at once": "2025-11-01T20:00",
    "on the last day": "2025-11-05T20:00",
    "late": "2025-11-07T20:00",
    "between": "2025-11-06T08:00",
    "never": None,
}


def documents(s: School) -> None:
    s.basics(pupils=12)
    s.row("class_teachers", class_id="7Б", teacher_id="t7", starts_on="2025-09-01")
    days_of_lessons(s, "2025-10-20", "2025-10-21", "2025-10-22")
    for number, (name, corrected) in enumerate(CORRECTIONS.items(), start=1):
        pupil = f"p{number}"
        document(s, name, pupil, "2025-10-31T00:00")
        for day in ("2025-10-20", "2025-10-21"):
            s.code(day, pupil, "Н", **ABSENT, known_to=corrected)
            if corrected:
                before = "2025-11-05T20:00" if name == "between" else corrected.replace("T20", "T08")
                s.code(day, pupil, "Б", known_from=corrected, not_before=before)
    document(s, "one of two", "p6", "2025-10-31T12:30")
    s.code("2025-10-20", "p6", "Б", **ABSENT)
    s.code("2025-10-21", "p6", "Н", **ABSENT)
    document(s, "by reason", "p7", "2025-10-31T00:00")
    s.code("2025-10-20", "p7", "Н", **ABSENT)
    s.row("attendance__reason", lesson_id="2025-10-20", pupil_id="p7", ordinal=1, reason="болезнь",
          known_from="2025-11-01T20:00", not_before="2025-10-31T20:00")  # fmt: skip
    document(s, "no absences", "p8", "2025-10-31T00:00")
    document(s, "not said when", "p9", None)
    s.code("2025-10-20", "p9", "Н", **ABSENT)
    document(s, "noted too late", "p10", "2025-10-31T00:00")
    s.code("2025-10-20", "p10", "Н", known_from="2025-11-12T20:00", not_before="2025-11-11T20:00")
    document(s, "other, left", "p11", "2025-10-31T00:00", kind="other")
    s.code("2025-10-20", "p11", "unexcused", **ABSENT)
    document(s, "before the absence", "p12", "2025-10-20T09:00")
    s.code("2025-10-21", "p12", "Н", **ABSENT)
    s.seen("2025-10-22T20:00", "2025-11-12T20:00", "2025-11-20T20:00")


for each, week_days, profile in (
    ("documents-5", "5", NOVOALTAYSK), ("documents-6", "6", NOVOALTAYSK), ("documents-week", None, NOVOALTAYSK),
    ("documents-not-set", "5", KIRISHI),
):  # fmt: skip

    @school(each, as_of="2025-11-21T08:00", known="2025-10-22T20:00")
    def documents_of_a_school(s: School, week_days: str | None = week_days, profile: str = profile) -> None:
        s.regulation(profile)
        documents(s)
        if week_days:
            s.row("school_details", item="week_days", value=week_days)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("at once", "in_time"), ("on the last day", "in_time"), ("late", "late"), ("between", "undetermined"),
        ("never", "missing"), ("one of two", "missing"), ("by reason", "in_time"), ("no absences", "not_applicable"),
        ("not said when", "no_data"), ("noted too late", "not_applicable"), ("other, left", "undetermined"),
        ("before the absence", "not_applicable"),
    ],
)  # fmt: skip
def test_reasons_are_put_right_in_the_term_of_the_document(built: Built, name: str, verdict: str) -> None:
    row = one(built, "chk_absence_reason", "documents-5", name)
    assert (row["verdict"], row["teacher_id"], row["class_id"]) == (verdict, "t7", "7Б"), row["detail"]


def test_t9_the_term_of_a_document_counts_working_days(built: Built) -> None:
    due = {name: one(built, "chk_absence_reason", name, "never")["due_at"] for name in ("documents-5", "documents-6")}
    assert due == {"documents-5": datetime(2025, 11, 5, 23, 59, 59), "documents-6": datetime(2025, 11, 3, 23, 59, 59)}
    bounds = built.one(
        "select due_from, due_at from checks.idx_documents where school_id = 'documents-week' and subject_key = 'never'"
    )
    assert [*bounds.values()] == [datetime(2025, 11, 3, 23, 59, 59), datetime(2025, 11, 5, 23, 59, 59)]


def test_what_lies_between_two_weeks_is_not_held_against_anybody(built: Built) -> None:
    assert verdicts(built, "chk_absence_reason", "documents-6")["on the last day"] == "late"
    assert verdicts(built, "chk_absence_reason", "documents-week")["on the last day"] == "undetermined"


def test_without_a_term_no_reason_is_late(built: Built) -> None:
    assert set(verdicts(built, "chk_absence_reason", "documents-not-set").values()) == {"not_set", "not_applicable"}


def test_a_missing_reason_names_how_many_and_nobody(built: Built) -> None:
    row = one(built, "chk_absence_reason", "documents-5", "one of two")
    assert row["detail"] == "причина не исправлена: 1 из 2 пропусков, 20–21.10"


# Outages


def outages(s: School) -> None:
    s.regulation(NOVOALTAYSK)
    s.basics(subjects=("физика", "химия"))
    s.lesson("before", "2025-10-10", number=1, ends_at=time(9, 0))
    for name, number, entered, before in (
        ("in time", 3, "2025-10-14T20:00", "2025-10-10T20:00"), ("late", 4, "2025-10-15T20:00", "2025-10-15T08:00"),
        ("between", 5, "2025-10-15T08:00", "2025-10-14T20:00"),
    ):  # fmt: skip
        s.lesson(name, "2025-10-10", number=number, ends_at=time(8 + number, 0), topic="Тема", topic_from=entered,
                 topic_not_before=before)  # fmt: skip
    s.lesson("missing", "2025-10-10", number=6, ends_at=time(14, 0), topic="")
    s.lesson("by a mark", "2025-10-10", number=7, ends_at=time(15, 0))
    s.mark("by a mark", "p1", "5", known_from="2025-10-13T20:00", not_before="2025-10-10T20:00")
    s.lesson("after", "2025-10-10", number=8, ends_at=time(18, 0))
    s.lesson("no time", "2025-10-10", number=None)
    s.lesson("other class", "2025-10-10", class_id="8А", ends_at=time(14, 0))
    s.lesson("not restored", "2025-10-20", "химия", ends_at=time(14, 0))
    s.row("outages", starts_at=datetime(2025, 10, 10, 10, 0), ends_at=datetime(2025, 10, 10, 17, 40), class_id="7Б")
    s.row("outages", starts_at=datetime(2025, 10, 20, 10, 0), subject_id="химия")
    s.seen("2025-10-10T20:00", "2025-10-13T20:00", "2025-10-20T20:00")


for length in ("5", "6"):

    @school(f"outages-{length}", as_of="2025-10-21T08:00", known="2025-10-10T08:00")
    def outages_of_a_school(s: School, week_days: str = length) -> None:
        outages(s)
        s.row("school_details", item="week_days", value=week_days)


def test_lessons_inside_an_outage_are_brought_over_in_time(built: Built) -> None:
    assert verdicts(built, "chk_temporary_journal", "outages-5") == {
        "in time": "in_time", "late": "late", "between": "undetermined", "missing": "missing",
        "by a mark": "in_time", "not restored": "pending",
    }  # fmt: skip


def test_t10_the_term_counts_from_the_day_of_restoring(built: Built) -> None:
    due = {name: one(built, "chk_temporary_journal", name, "missing")["due_at"] for name in ("outages-5", "outages-6")}
    assert due == {"outages-5": datetime(2025, 10, 14, 23, 59, 59), "outages-6": datetime(2025, 10, 13, 23, 59, 59)}


# Results of exams


def exams(s: School) -> None:
    s.basics("9А")
    received = datetime(2026, 6, 10, 14, 30)
    for name, got, shown in (
        ("in time", received, datetime(2026, 6, 11, 14, 30)), ("late", received, datetime(2026, 6, 11, 14, 31)),
        ("missing", received, None), ("not said", None, datetime(2026, 6, 20)),
        ("by day", datetime(2026, 6, 10), datetime(2026, 6, 11, 18, 0)),
        ("by day, late", datetime(2026, 6, 10), datetime(2026, 6, 12, 0, 1)),
    ):  # fmt: skip
        s.row("exam_results", exam_id=name, pupil_id="p1", subject_id="физика", received_at=got, published_at=shown)
    s.statement("2026-06-15T20:00", "exam_results")


@school("exams", as_of="2026-06-20T08:00", known="2026-06-10T20:00")
def exams_of_kirishi(s: School) -> None:
    s.regulation(KIRISHI)
    exams(s)


@school("exams-not-set", as_of="2026-06-20T08:00", known="2026-06-10T20:00")
def exams_without_a_term(s: School) -> None:
    s.regulation(NOVOALTAYSK)
    exams(s)


@school("exams-untold", as_of="2026-06-20T08:00", known="2026-06-10T20:00")
def when_results_are_opened_is_never_told(s: School) -> None:
    s.basics("9А")
    s.row("exam_results", exam_id="e", pupil_id="p1", subject_id="физика", received_at=datetime(2026, 6, 10, 14, 30))
    s.statement("2026-06-15T20:00", "exam_results")


def test_t12_results_are_opened_within_a_day(built: Built) -> None:
    assert verdicts(built, "chk_exam_results_published", "exams") == {
        "in time|p1": "in_time", "late|p1": "late", "missing|p1": "missing", "not said|p1": "no_data",
        "by day|p1": "undetermined", "by day, late|p1": "late",
    }  # fmt: skip
    row = one(built, "chk_exam_results_published", "exams", "late|p1")
    assert (row["due_at"], row["delay_min_low"]) == (datetime(2026, 6, 11, 14, 30), 0)
    assert (row["academic_year"], row["class_id"]) == ("2025/2026", "9А")


def test_results_are_not_judged_without_a_term_or_without_moments(built: Built) -> None:
    assert set(verdicts(built, "chk_exam_results_published", "exams-not-set").values()) == {"not_set"}
    assert verdicts(built, "chk_exam_results_published", "exams-untold") == {"e|p1": "no_data"}


# Substitutions


def substitution(s: School, day: str, number: int = 1, **values: Any) -> str:
    values = {"absent_teacher_id": "t1", "substitute_id": "t9", "kind": "replace"} | values
    s.row(
        "substitutions", date=day, lesson_number=number, class_id="7Б", subject_id="физика", **values,
    )  # fmt: skip
    return f"{day}|{number}|7Б|физика|"


def substitutions(s: School) -> None:
    s.basics()
    for day in range(1, 13):
        s.lesson(f"l{day}", f"2025-10-{day:02}", topic="Тема", teacher_id={1: "t9", 5: "t5"}.get(day, "t1"))
    s.lesson("l13", "2025-10-13", topic="Тема", teacher_id="")
    s.lesson("l14", "2025-10-14")
    saved = datetime(2025, 10, 15, 12, 0)
    for day, entered in ((15, saved), (16, saved.replace(day=16, minute=1)), (17, None)):
        s.lesson(f"l{day}", f"2025-10-{day}", topic="Тема", teacher_id="t9", recorded_at=saved.replace(day=day))
        substitution(s, f"2025-10-{day}", entered_at=entered)
    s.lesson("l18", "2025-10-18", topic="Тема", status="cancelled")
    for day in (1, 2, 5, 13, 14, 18):
        substitution(s, f"2025-10-{day:02}")
    substitution(s, "2025-10-03", number=7)
    substitution(s, "2025-10-04", substitute_id=None)
    substitution(s, "2025-10-06", kind="cancel")
    substitution(s, "2025-10-30")
    s.row("teaching_assignments", teacher_id="t1", class_id="7Б", subject_id="физика", starts_on="2025-09-01")
    s.seen("2025-10-20T20:00")


@school("substitutions", as_of="2025-10-21T08:00", known="2025-10-20T20:00")
def substitutions_at_the_entry(s: School) -> None:
    s.regulation(KIRISHI)
    substitutions(s)
    s.lesson("other", "2025-10-19", topic="Тема", teacher_id="t8")


@school("substitutions-load", as_of="2025-10-21T08:00", known="2025-10-20T20:00")
def the_export_repeats_the_load(s: School) -> None:
    s.basics()
    s.lesson("l", "2025-10-01", topic="Тема")
    s.lesson("l2", "2025-10-02", topic="Тема")
    substitution(s, "2025-10-01")
    s.seen("2025-10-20T20:00")


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        ("01", "ok"), ("02", "violated"), ("04", "no_data"), ("05", "undetermined"), ("13", "no_data"),
        ("14", "not_applicable"), ("15", "in_time"), ("16", "late"), ("17", "ok"), ("18", "not_applicable"),
        ("30", "pending"),
    ],
)  # fmt: skip
def test_the_journal_shows_who_taught(built: Built, day: str, verdict: str) -> None:
    row = one(built, "chk_substitution_recorded", "substitutions", f"2025-10-{day}|1|7Б|физика|")
    assert row["verdict"] == verdict, row["detail"]
    assert row["teacher_id"] == ("" if day == "04" else "t9")


def test_a_lesson_of_another_number_is_not_taken_for_it(built: Built) -> None:
    assert verdicts(built, "chk_substitution_recorded", "substitutions")["2025-10-03|7|7Б|физика|"] == "no_data"
    assert "2025-10-06|1|7Б|физика|" not in verdicts(built, "chk_substitution_recorded", "substitutions")


def test_a_teacher_named_by_load_proves_nothing(built: Built) -> None:
    assert set(verdicts(built, "chk_substitution_recorded", "substitutions-load").values()) == {"undetermined"}


def test_substitutions_are_listed_beside_what_the_journal_shows(built: Built) -> None:
    rows = built.rows("select * from marts.substitutions where school_id = 'substitutions'")
    notes = {row["substitution_key"]: row["note"] for row in rows}
    assert notes["other"] == "в журнале другой учитель, замены нет"
    assert notes["2025-10-02|1|7Б|физика|"] == "в журнале записан отсутствовавший учитель"
    assert {row["substitution_key"] for row in rows if row["source"] == "journal"} == {"other"}


# Printouts, accounts


def statement_of(s: School, pupil: str, kind: str = "распечатка", **values: Any) -> None:
    s.row("parent_statements", pupil_id=pupil, kind=kind, **({"starts_on": "2025-09-29"} | values))


def printouts(s: School) -> None:
    s.basics(pupils=5)
    for day in ("2025-09-29", "2025-10-06", "2025-10-08", "2025-10-20"):
        s.lesson(day, day)
    statement_of(s, "p1")
    statement_of(s, "p2", starts_on="2025-10-08")
    statement_of(s, "p3", kind="family")
    statement_of(s, "p4", ends_on="2025-10-07")
    for week, issued in (("2025-09-29", datetime(2025, 10, 6, 9)), ("2025-10-20", datetime(2025, 10, 20, 9))):
        s.row("print_issues", pupil_id="p1", week=week, issued_at=issued, known_from="2025-10-20T20:00")
    s.seen("2025-10-20T20:00")


for name, profile in (("printouts", NOVOALTAYSK), ("printouts-not-set", "mbou")):

    @school(name, as_of="2025-10-21T08:00", known="2025-10-20T20:00")
    def printouts_of_a_school(s: School, profile: str = profile) -> None:
        s.regulation(profile)
        printouts(s)


@school("printouts-monthly", as_of="2025-11-10T08:00", known="2025-11-09T20:00")
def once_a_month(s: School) -> None:
    s.file.meta("regulation_terms", school_id=s.school_id, profile="own", question="printout", says="often",
                every="month")  # fmt: skip
    printouts(s)
    s.lesson("2025-11-06", "2025-11-06")
    s.row("print_issues", pupil_id="p5", week="2025-11-03", known_from="2025-11-09T20:00")


def test_a_printout_is_expected_of_each_week_with_lessons(built: Built) -> None:
    found = verdicts(built, "chk_printouts_issued", "printouts")
    assert found == {
        "p1|2025-09-29": "ok", "p1|2025-10-06": "ok", "p1|2025-10-20": "ok",
        "p2|2025-10-20": "pending", "p4|2025-09-29": "missing",
    }  # fmt: skip
    assert set(verdicts(built, "chk_printouts_issued", "printouts-not-set").values()) == {"not_set"}


def test_a_printout_a_month_is_judged_once_the_month_is_over(built: Built) -> None:
    found = verdicts(built, "chk_printouts_issued", "printouts-monthly")
    assert (found["p1|2025-09-29"], found["p1|2025-10-06"], found["p2|2025-10-20"]) == ("ok", "ok", "missing")
    assert (found["p4|2025-09-29"], found["p1|2025-11-03"]) == ("missing", "pending")


@school("printouts-unkept", as_of="2025-10-21T08:00", known="2025-10-20T20:00")
def printouts_are_not_written_down(s: School) -> None:
    s.basics()
    s.lesson("l", "2025-09-29")
    statement_of(s, "p1")


def test_without_a_book_of_printouts_nothing_is_missing(built: Built) -> None:
    assert verdicts(built, "chk_printouts_issued", "printouts-unkept") == {"p1|2025-09-29": "no_data"}


def account(s: School, person: str, role: str, **values: Any) -> None:
    s.row("journal_accounts", person_id=person, role=role, **values)


@school("accounts", as_of="2025-10-21T08:00")
def accounts_of_the_journal(s: School) -> None:
    s.basics()
    s.row("teachers", teacher_id="t1", last_name="Учитель")
    s.row("teachers", teacher_id="p3", last_name="Учитель")
    account(s, "p1", "Ученик")
    account(s, "x", "обучающийся")
    account(s, "p2", "просмотр")
    account(s, "p2", "Учитель")
    account(s, "p3", "просмотр")
    account(s, "t1", "Учитель")
    account(s, "y", "наблюдатель")
    account(s, "p1", "student", ends_on="2025-10-01")


@school("accounts-diary", as_of="2025-10-21T08:00")
def accounts_of_the_whole_system(s: School) -> None:
    s.basics()
    account(s, "p1", "Ученик")
    account(s, "r1", "Родитель")


def test_pupils_have_no_access_to_the_journal(built: Built) -> None:
    assert verdicts(built, "chk_pupil_has_journal_access", "accounts") == {
        "p1|Ученик": "violated", "x|обучающийся": "violated", "p2|просмотр": "violated", "p2|Учитель": "undetermined",
        "p3|просмотр": "undetermined", "t1|Учитель": "ok", "y|наблюдатель": "ok",
    }  # fmt: skip
    assert verdicts(built, "chk_pupil_has_journal_access", "accounts-diary") == {
        "p1|Ученик": "undetermined", "r1|Родитель": "ok",
    }  # fmt: skip


# The page of the class and the page of the lesson


@school("attendance-pages", as_of="2025-10-21T08:00", known="2025-10-20T20:00")
def two_pages_of_attendance(s: School) -> None:
    s.basics(pupils=6)
    s.basics("8А", pupils=0)
    s.lesson("l", "2025-10-20")
    s.lesson("of 8А", "2025-10-20", class_id="8А")
    s.pupil("q1", "8А")
    s.code("of 8А", "q1", "Н", page="lesson")
    for pupil, lesson, page in (
        ("p1", "Н", "П"), ("p2", "П", "Б"), ("p3", "Н", "Б"), ("p4", "Н", None), ("p5", None, "Б"),
    ):  # fmt: skip
        for ordinal, (code, name) in enumerate(((lesson, "lesson"), (page, "class")), start=1):
            if code:
                s.code("l", pupil, code, ordinal, page=name)
    s.seen("2025-10-20T21:00")


def test_two_pages_of_one_lesson_agree(built: Built) -> None:
    assert verdicts(built, "chk_attendance_pages_differ", "attendance-pages") == {
        "p1|2025-10-20": "violated", "p2|2025-10-20": "violated", "p3|2025-10-20": "ok",
        "p4|2025-10-20": "undetermined", "p5|2025-10-20": "ok", "p6|2025-10-20": "ok", "q1|2025-10-20": "no_data",
    }  # fmt: skip


def test_days_of_books_are_dates(built: Built) -> None:
    row = one(built, "chk_absence_reason", "documents-5", "never")
    assert row["date"] == date(2025, 10, 31)
