"""The worked examples T1–T20 of the domain, by their number, under every shipped regulation.

T9, T10, T12 are in test_documents_and_outages.py; T13–T16 in test_mark_changes.py. Corrected here: T7 keeps the term of
kirishi-2018 (30.10), whose text knows no end of the period; T11 takes the window from Monday of the last week with
lessons; T17 is a Monday; T19 asks for no homework in grade 1, where none is set.
"""

from __future__ import annotations

from datetime import datetime, time

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school
from warehouse.regulation.profiles import FIVE

NOVOALTAYSK, MBOU, IZHEVSKOE, KIRISHI, POGORELKA = FIVE
TAKEN = "2025-11-20T20:00"
TUESDAY = "2025-10-07"
ENDS = {1: time(9, 15), 2: time(10, 10), 3: time(11, 5), 4: time(12, 0), 5: time(12, 50), 6: time(13, 45)}


def at(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}")


def homework(s: School, lesson: str, saved: datetime | None, **values: object) -> None:
    s.row("homework", homework_id=f"hw {lesson}", lesson_id=lesson, entered_at=saved, **{"text": "§ 5"} | values)


def klass(s: School, class_id: str, pupils: int = 3) -> None:
    """A class with pupils of its own: 7Б-1, 7Б-2, …"""
    s.row("classes", class_id=class_id, grade=int(class_id[:-1]), letter=class_id[-1], name=class_id)
    for number in range(1, pupils + 1):
        s.pupil(f"{class_id}-{number}", class_id)


def day_of_lessons(s: School, name: str, class_id: str, day: str, last: int, shift_by: int = 0) -> None:
    """Lessons 1…last of a class; the last one bears the name."""
    klass(s, class_id)
    for number in range(1, last + 1):
        end = ENDS[number]
        s.lesson(
            name if number == last else f"{name} {number}", day, class_id=class_id, number=number,
            ends_at=end.replace(hour=end.hour + shift_by),
        )  # fmt: skip


def journal(s: School, profile: str) -> None:
    s.basics("9Я", subjects=("физика", "английский", "алгебра", "геометрия", "химия", "труд"))
    s.file.connection.execute(
        "update history.periods set ends_on = '2025-10-24' where school_id = ? and period_id = 'q1'", [s.school_id]
    )
    if profile != "default":
        s.regulation(profile)

    day_of_lessons(s, "T1", "7Б", TUESDAY, last=6)
    homework(s, "T1", at(TUESDAY, "15:20"))

    day_of_lessons(s, "T2 class", "7В", TUESDAY, last=4)
    for group, pupil in (("e1", "7В-1"), ("e2", "7В-2")):
        s.row("subgroups", subgroup_id=group, name=group, subject_id="английский")
        s.row("subgroup_classes", subgroup_id=group, class_id="7В")
        s.row("subgroup_members", pupil_id=pupil, subgroup_id=group, starts_on="2025-09-01")
        s.lesson(f"T2 {group}", TUESDAY, "английский", "7В", 5, subgroup_id=group, ends_at=ENDS[5])
    s.lesson("T2 e1 again", TUESDAY, "английский", "7В", 6, subgroup_id="e1", ends_at=ENDS[6])
    homework(s, "T2 e2", at(TUESDAY, "15:05"), subgroup_id="e2")

    for name, class_id, entered in (
        ("T3 known before", "7Г", at(TUESDAY, "11:00")),
        ("T3 known after", "7Д", at("2025-10-09", "09:00")),
        ("T3 not told", "7Е", None),
    ):
        day_of_lessons(s, name, class_id, TUESDAY, last=5)
        s.lesson(
            f"{name} 6", TUESDAY, class_id=class_id, number=6, ends_at=ENDS[6], status="cancelled",
            status_changed_at=entered,
        )  # fmt: skip
        homework(s, name, at(TUESDAY, "15:00"))

    klass(s, "7Ж")
    s.lesson("T4", TUESDAY, class_id="7Ж", number=6, ends_at=time(19, 0))
    homework(s, "T4", at(TUESDAY, "20:45"))

    day_of_lessons(s, "T5 none", "7И", TUESDAY, last=4)
    homework(s, "T5 none", at(TUESDAY, "12:00"), text=None, none=True)

    klass(s, "8А", 5)
    works(s, "T6", "алгебра", "2025-10-09", "2025-10-10")
    works(s, "T7", "геометрия", "2025-10-23", "2025-11-05")
    s.lesson("T8", "2025-10-09", "химия", "8А")
    s.lesson("T8 second", "2025-10-09", "химия", "8А", 2)
    s.lesson("T8 next", "2025-10-13", "химия", "8А")
    s.row("assignments", assignment_id="w T8", lesson_id="T8", work_type="контрольная")

    klass(s, "8Б")
    s.lesson("T11", "2025-10-22", "труд", "8Б")
    s.mark("T11", "8Б-1", "5", work_type="ответ", entered_at=at("2025-10-22", "12:00"))
    for pupil, entered in (("8Б-1", at("2025-10-17", "12:00")), ("8Б-2", at("2025-10-20", "08:00"))):
        s.code("T11", pupil, "О", entered_at=at("2025-10-22", "12:00"))
        s.row(
            "period_marks", pupil_id=pupil, subject_id="труд", kind="period", period_id="q1", class_id="8Б", value="5",
            entered_at=entered,
        )  # fmt: skip

    klass(s, "8В")
    s.lesson("T17", "2025-10-13", class_id="8В", number=1)
    s.row(
        "substitutions", date="2025-10-13", lesson_number=1, class_id="8В", subject_id="физика", kind="replace",
        absent_teacher_id="t1", substitute_id="t2",
    )  # fmt: skip
    s.row("teacher_absences", teacher_id="t1", starts_on="2025-10-12", ends_on="2025-10-19")
    s.lesson("T18", "2025-10-14", class_id="8В", status="cancelled")

    klass(s, "1А")
    s.lesson("T19", TUESDAY, class_id="1А", ends_at=ENDS[4])
    s.mark("T19", "1А-1", "5", "T19", work_type="ответ", entered_at=at("2025-10-20", "12:00"))

    s.statement(TAKEN, "lessons", "marks", "attendance", "homework", "assignments", "period_marks")


def works(s: School, name: str, subject: str, day: str, next_day: str) -> None:
    s.lesson(name, day, subject, "8А")
    s.lesson(f"{name} next", next_day, subject, "8А")
    s.row("assignments", assignment_id=f"w {name}", lesson_id=name, work_type="контрольная")


for each in (*FIVE, "default"):
    school(f"examples-{each}", as_of="2025-11-21T08:00", known=TAKEN)(lambda s, name=each: journal(s, name))


def judged(built: Built, profile: str, rule: str, key: str) -> tuple[str, datetime | None, int | None]:
    row = built.checks(f"examples-{profile}", rule)[key]
    return row["status"], row["due_at"], row["delay_min_low"]


def end_of(day: str) -> datetime:
    return at(day, "23:59:59")


@pytest.mark.parametrize(
    ("lesson", "profile", "status", "due", "late"),
    [
        ("T1", NOVOALTAYSK, "late", "15:15:00", 4),  # saved at 15:20:00; entered after 15:19:59
        ("T1", KIRISHI, "in_time", "15:45:00", None),
        ("T1", MBOU, "in_time", "23:59:59", None),
        ("T1", IZHEVSKOE, "in_time", "23:59:59", None),
        ("T1", POGORELKA, "in_time", "23:59:59", None),
        ("T2 e2", NOVOALTAYSK, "in_time", "15:15:00", None),
        ("T2 e2", KIRISHI, "late", "14:50:00", 14),
        ("T3 known before", NOVOALTAYSK, "late", "14:20:00", 39),
        ("T3 known after", NOVOALTAYSK, "excused", "14:20:00", 39),
        ("T3 not told", NOVOALTAYSK, "undetermined", "14:20:00", None),
        ("T4", NOVOALTAYSK, "late", "20:30:00", 14),
        ("T4", KIRISHI, "in_time", "21:00:00", None),
        ("T5 none", NOVOALTAYSK, "in_time", "13:30:00", None),
        ("T5 none 1", NOVOALTAYSK, "missing", "13:30:00", 63750),
    ],
)
def test_homework(built: Built, lesson: str, profile: str, status: str, due: str, late: int | None) -> None:
    assert judged(built, profile, "homework_given", lesson) == (status, at(TUESDAY, due), late)


def test_a_day_that_was_changed_later_says_why_it_is_not_counted(built: Built) -> None:
    rows = built.checks(f"examples-{NOVOALTAYSK}", "homework_given")
    assert rows["T3 known after"]["excuse"] == "не учтено: расписание дня изменено позже"
    assert rows["T3 not told"]["detail"] == "когда отменён последний урок, неизвестно"


@pytest.mark.parametrize(
    ("work", "profile", "due"),
    [
        ("T6", IZHEVSKOE, "2025-10-10"),
        ("T6", KIRISHI, "2025-10-16"),
        ("T7", IZHEVSKOE, "2025-10-24"),
        ("T7", KIRISHI, "2025-10-30"),
        ("T8", IZHEVSKOE, "2025-10-13"),
    ],
)
def test_written_works(built: Built, work: str, profile: str, due: str) -> None:
    row = built.checks(f"examples-{profile}", "written_marks")[f"w {work}"]
    assert (row["due_at"], row["verdict"]) == (end_of(due), "missing")


def test_period_marks(built: Built) -> None:
    statuses = {
        profile: {
            row["pupil_id"]: row["verdict"]
            for row in built.checks(f"examples-{profile}", "period_mark_in_time").values()
            if row["class_id"] == "8Б" and row["subject_id"] == "труд" and row["entered_by"]
        }
        for profile in (NOVOALTAYSK, IZHEVSKOE, KIRISHI)
    }
    assert statuses == {
        NOVOALTAYSK: {"8Б-1": "early", "8Б-2": "in_time"},
        IZHEVSKOE: {"8Б-1": "in_time", "8Б-2": "in_time"},
        KIRISHI: {"8Б-1": "not_set", "8Б-2": "not_set"},
    }


def test_the_substitute_answers_for_the_lesson(built: Built) -> None:
    row = built.checks(f"examples-{MBOU}", "topic_filled")["T17"]
    assert (row["teacher_id"], row["status"]) == ("t2", "missing")


def test_a_lesson_that_was_not_held_is_not_judged(built: Built) -> None:
    keys = built.rows("select rule from marts.fct_journal_checks where lesson_id = 'T18'")
    assert keys == []


def test_the_first_grade_has_lessons_but_no_marks(built: Built) -> None:
    assert built.verdicts(f"examples-{MBOU}", "ordinary_mark")["T19"] == "not_applicable"
    assert built.verdicts(f"examples-{MBOU}", "topic_filled")["T19"] == "missing"
    assert built.verdicts(f"examples-{MBOU}", "homework_given")["T19"] == "not_applicable"


UNSAID = {
    "topic_filled": {NOVOALTAYSK},
    "attendance_marked": set(),
    "homework_given": set(),
    "ordinary_mark": {NOVOALTAYSK, KIRISHI},
    "written_marks": {NOVOALTAYSK, POGORELKA, MBOU},  # mbou leaves it to norms of checking, and none are entered
    "period_mark_in_time": {MBOU, KIRISHI, POGORELKA},
}


@pytest.mark.parametrize("rule", UNSAID)
def test_a_term_that_is_not_said_is_not_borrowed(built: Built, rule: str) -> None:
    silent = set()
    for profile in FIVE:
        rows = built.rows(
            "select distinct verdict, due_at is null as no_due from marts.fct_journal_checks"
            " where school_id = ? and rule = ? and verdict <> 'not_applicable'",
            f"examples-{profile}", rule,
        )  # fmt: skip
        if {row["verdict"] for row in rows} == {"not_set"}:
            assert all(row["no_due"] for row in rows)
            silent.add(profile)
        else:
            assert "not_set" not in {row["verdict"] for row in rows}
    assert silent == UNSAID[rule]


def test_every_verdict_names_its_clause_and_its_words(built: Built) -> None:
    row = built.checks(f"examples-{NOVOALTAYSK}", "homework_given")["T1"]
    assert (row["profile"], row["clause"]) == (NOVOALTAYSK, "п. 2.8")
    assert row["quote"].startswith("во время проведения урока или в течение 1,5 часа")
    unsaid = built.checks(f"examples-{NOVOALTAYSK}", "topic_filled")["T1"]
    assert (unsaid["quote"], unsaid["due_at"]) == (
        "Учитель-предметник заполняет темы уроков в соответствии с календарно-тематическим планированием", None
    )  # fmt: skip
