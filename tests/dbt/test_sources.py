"""Two sources that tell of one class: marks, attendance and lessons count once, what is left is listed, never added."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

CSV, PRINT, OTHER_PRINT = ("journal_csv", "journal_csv"), ("sgo", "studenttotal"), ("ves_klass", "class_report")
DIARY, GRADES = ("sgo", "student_diary"), ("sgo", "studentgrades")
DAY, NEXT_DAY, LOOK = "2025-09-02", "2025-09-04", "2025-09-20T18:00:00"


def place(day: str, seq: int = 1, subject: str = "физика", class_id: str = "7Б") -> str:
    """The id of a lesson that is known by its place."""
    return f"{class_id}|{subject}|{day}|{seq}"


def rank(one: School, **groups: list[str]) -> None:
    """`[sources]` of the school's settings."""
    for group, systems in groups.items():
        for number, system in enumerate(systems, start=1):
            one.file.meta("sources", school_id=one.school_id, field_group=group, system=system, rank=number)


def shown_too(one: School, source: tuple[str, str], table: str, row_key: str) -> None:
    """History notes that another source shows a record as well."""
    one.file.meta(
        "shown_by", school_id=one.school_id, table_name=table, academic_year="2025/2026", row_key=row_key,
        system=source[0], export_kind=source[1],
    )  # fmt: skip


def printed(one: School, *pupils: str, taken_at: str = LOOK, source: tuple[str, str] = PRINT) -> None:
    """Complete statements of printed reports, one a pupil."""
    one.source = source
    for pupil in pupils:
        one.statement(taken_at, "marks", "attendance", pupil_id=pupil, class_id="7Б")


def journal_and_print(one: School) -> None:
    """A journal CSV of 7Б and printed reports of its three pupils; they disagree in three marks and a code."""
    one.basics()
    one.lesson("l1", DAY, number=3)
    one.lesson("l2", NEXT_DAY, number=1)
    one.mark("l1", "p1", "5", "a")
    one.mark("l1", "p1", "4", "b")
    one.mark("l1", "p2", "5", "c")
    one.code("l1", "p2", "Н")
    one.seen(LOOK)
    one.source = PRINT
    one.lesson(place(DAY), DAY, number=None, evidence="inferred")
    for number, (pupil, value) in enumerate([("p1", "4"), ("p1", "5"), ("p1", "3"), ("p3", "4−")]):
        one.mark(place(DAY), pupil, value, f"print{number}")
    one.code(place(DAY), "p2", "ОТ")
    one.code(place(DAY), "p3", "Б")
    printed(one, "p1", "p2", "p3")


@school("two-sources", "2025-09-20T20:00:00")
def _two(one: School) -> None:
    journal_and_print(one)


@school("two-sources-ranked", "2025-09-20T20:00:00")
def _ranked(one: School) -> None:
    journal_and_print(one)
    rank(one, marks=["sgo", "journal_csv"])


def marks(built: Built, name: str) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for row in built.rows("select pupil_id, value from marts.fct_marks where school_id = ?", name):
        found.setdefault(row["pupil_id"], Counter())[row["value"]] += 1
    return found


def differences(built: Built, name: str, group: str) -> set[tuple[str, str | None, str | None]]:
    """(pupil, what the leading source shows, what the other one shows)."""
    rows = built.rows(
        "select * from reports.rpt_deputy__source_differences where school_id = ? and field_group = ?", name, group
    )
    return {
        (
            row["pupil_id"],
            row["leading_value"] if row["is_in_leading"] else None,
            row["other_value"] if row["is_in_other"] else None,
        )
        for row in rows
    }


def test_marks_of_two_sources_count_once_and_what_is_left_is_listed(built: Built) -> None:
    assert marks(built, "two-sources") == {"p1": Counter("54"), "p2": Counter("5")}
    assert differences(built, "two-sources", "marks") == {("p1", None, "3"), ("p2", "5", None), ("p3", None, "4−")}
    (mean,) = built.rows(
        "select sum(n_marks) as n from marts.progress_by_pupil_subject_period where school_id = 'two-sources'"
    )
    assert mean["n"] == 3


def test_the_school_says_whose_marks_lead(built: Built) -> None:
    """Marks of the print then stand on the lessons of the journal, which still lists the lessons."""
    assert marks(built, "two-sources-ranked") == {"p1": Counter("543"), "p3": Counter(["4−"])}
    assert differences(built, "two-sources-ranked", "marks") == {
        ("p1", "3", None),
        ("p2", None, "5"),
        ("p3", "4−", None),
    }
    lessons = built.rows("select distinct lesson_id from marts.fct_marks where school_id = 'two-sources-ranked'")
    assert [row["lesson_id"] for row in lessons] == ["l1"]


def test_lessons_and_attendance_of_two_sources_count_once(built: Built) -> None:
    rows = built.rows(
        "select lesson_id, pupil_id, state, code from marts.fct_attendance where school_id = 'two-sources'"
        " and date = '2025-09-02' order by pupil_id"
    )
    assert [(row["lesson_id"], row["pupil_id"], row["state"], row["code"]) for row in rows] == [
        ("l1", "p1", "present", None),
        ("l1", "p2", "unknown_reason", "Н"),
        ("l1", "p3", "present", None),
    ]
    assert differences(built, "two-sources", "attendance") == {("p3", None, "Б")}
    (count,) = built.rows("select count(*) as n from intermediate.int_lessons where school_id = 'two-sources'")
    assert count["n"] == 2


def test_the_report_names_people_classes_and_sources(built: Built) -> None:
    (row,) = built.rows(
        "select * from reports.rpt_deputy__source_differences where school_id = 'two-sources' and pupil_id = 'p2'"
        " and field_group = 'marks'"
    )
    assert (row["class_name"], row["subject_name"]) == ("7Б", "Физика")
    assert (row["pupil_name"], row["leading_name"], row["other_name"]) == ("Фамилияp2 Имя", "journal_csv", "sgo")


# Who leads


@school("two-sources-later", "2025-10-20T20:00:00")
def _later(one: School) -> None:
    """The journal was last exported on 10 September; the print goes on to October."""
    one.basics()
    one.lesson("l1", DAY)
    one.mark("l1", "p1", "5", "a")
    one.seen("2025-09-10T12:00:00")
    one.source = PRINT
    for day in (DAY, "2025-10-07"):
        one.lesson(place(day), day, number=None, evidence="inferred")
        one.mark(place(day), "p1", "4", f"print{day}")
    printed(one, "p1", taken_at="2025-10-08T12:00:00")
    rank(one, marks=["journal_csv"], lessons=["journal_csv"], attendance=["journal_csv"])


def test_a_source_leads_only_where_it_has_looked(built: Built) -> None:
    rows = built.rows("select * from marts.fct_marks where school_id = 'two-sources-later' order by date")
    assert [(row["date"], row["value"], row["lesson_id"]) for row in rows] == [
        (date(2025, 9, 2), "5", "l1"),
        (date(2025, 10, 7), "4", place("2025-10-07")),
    ]
    assert differences(built, "two-sources-later", "marks") == {("p1", "5", "4")}


@school("two-sources-unknown-pupil", "2025-09-20T20:00:00")
def _unknown_pupil(one: School) -> None:
    """The journal's whole-school statement is no word about a pupil whom it does not know."""
    one.basics(pupils=1)
    one.lesson("l1", DAY)
    one.mark("l1", "p1", "5", "a")
    one.seen(LOOK)
    one.source = PRINT
    one.pupil("px", evidence="inferred")
    one.lesson(place(DAY), DAY, number=None, evidence="inferred")
    one.mark(place(DAY), "px", "3", "print")
    one.code(place(DAY), "px", "ОТ", 2)
    printed(one, "px")


def test_a_list_of_a_class_is_silent_about_pupils_it_does_not_know(built: Built) -> None:
    assert marks(built, "two-sources-unknown-pupil") == {"p1": Counter("5"), "px": Counter("3")}
    rows = built.rows("select * from marts.fct_attendance where school_id = 'two-sources-unknown-pupil'")
    assert {(row["pupil_id"], row["lesson_id"], row["state"]) for row in rows} == {
        ("p1", "l1", "present"),
        ("px", "l1", "unknown_reason"),
    }


@school("two-sources-default", "2025-09-20T20:00:00")
def _default(one: School) -> None:
    """Nobody said who leads: entry moments come before a list of lessons, that before a name."""
    one.basics()
    one.source = ("a_lists", "x")
    one.lesson("l1", DAY)
    one.mark("l1", "p1", "2", "a")
    one.seen(LOOK)
    one.source = ("b_times", "x")
    one.lesson("b_times:1", DAY, number=None, evidence="inferred")
    one.mark("b_times:1", "p1", "3", "b", entered_at=datetime(2025, 9, 2, 14))
    one.seen(LOOK)
    one.source = ("a_prints", "x")
    one.lesson(place(DAY), DAY, number=None, evidence="inferred")
    one.mark(place(DAY), "p1", "4", "c")
    one.seen(LOOK)
    one.source = ("aa_old", "x")
    one.lesson("old", DAY)
    one.mark("old", "p1", "5", "d", entered_at=datetime(2025, 9, 2, 14))
    one.seen("2025-09-03T18:00:00")


def test_without_a_word_of_the_school_the_order_is_fixed(built: Built) -> None:
    rows = built.rows(
        "select system from intermediate.int_source_ranks where school_id = 'two-sources-default'"
        " and field_group = 'marks' order by place"
    )
    assert [row["system"] for row in rows] == ["b_times", "a_lists", "a_prints", "aa_old"]
    assert marks(built, "two-sources-default") == {"p1": Counter("3")}


@school("two-sources-moved-on", "2025-10-20T20:00:00")
def _moved_on(one: School) -> None:
    """The school changed its journal in October; exports of both claim the whole year, and the old one leads."""
    one.basics()
    rank(one, marks=["journal_csv"], lessons=["journal_csv"], attendance=["journal_csv"])
    one.lesson("l1", DAY)
    one.mark("l1", "p1", "5", "a")
    one.seen("2025-10-18T12:00:00")
    one.source = ("eljur", "x")
    one.lesson("eljur:1", "2025-10-07")
    one.mark("eljur:1", "p1", "4", "b")
    one.code("eljur:1", "p2", "Н")
    one.seen("2025-10-19T12:00:00")


def test_a_source_is_silent_about_weeks_of_which_it_shows_no_lesson(built: Built) -> None:
    """Else the old journal would blot out everything that is kept in the new one, or the other way round."""
    rows = built.rows("select value, lesson_id from marts.fct_marks where school_id = 'two-sources-moved-on'")
    assert {tuple(row.values()) for row in rows} == {("5", "l1"), ("4", "eljur:1")}
    assert built.rows(
        "select * from reports.rpt_deputy__source_differences where school_id = 'two-sources-moved-on'"
    ) == []  # fmt: skip
    (row,) = built.rows(
        "select observed_until from intermediate.int_attendance where school_id = 'two-sources-moved-on'"
        " and lesson_id = 'l1' and pupil_id = 'p1'"
    )
    assert row["observed_until"] == datetime(2025, 10, 18, 12)


# One system, several exports


@school("one-system-two-families", "2025-09-20T20:00:00")
def _families(one: School) -> None:
    """The diary of Сетевой Город has ids, its printed report has not: the same marks twice, in one system."""
    one.basics()
    one.source = DIARY
    one.lesson("sgo:71", DAY, number=2)
    one.mark("sgo:71", "p1", "5", "sgo:900", entered_at=datetime(2025, 9, 2, 15))
    one.statement(LOOK, "marks", pupil_id="p1")
    one.source = PRINT
    one.lesson(place(DAY), DAY, number=None, evidence="inferred")
    one.mark(place(DAY), "p1", "5", "print")
    printed(one, "p1")


@school("one-system-shared-ids", "2025-09-20T20:00:00")
def _shared_ids(one: School) -> None:
    """Two printed reports of one system share the ids of their lessons: one source, nothing to match."""
    one.basics()
    for number, source in enumerate((PRINT, GRADES)):
        one.source = source
        day = (DAY, NEXT_DAY)[number]
        one.lesson(place(day), day, number=None, evidence="inferred")
        one.mark(place(DAY), "p1", ("5", "4")[number], source[1])
    printed(one, "p1")


def test_exports_of_one_system_with_other_ids_are_matched_as_well(built: Built) -> None:
    rows = built.rows("select lesson_id, mark_id from marts.fct_marks where school_id = 'one-system-two-families'")
    assert rows == [{"lesson_id": "sgo:71", "mark_id": "sgo:900"}]
    (one,) = built.rows(
        "select count(*) as n from intermediate.int_lessons where school_id = 'one-system-two-families'"
    )
    assert one["n"] == 1


def test_exports_of_one_system_that_share_ids_are_one_source(built: Built) -> None:
    assert marks(built, "one-system-shared-ids") == {"p1": Counter("54")}
    rows = built.rows("select * from intermediate.int_contested_classes where school_id = 'one-system-shared-ids'")
    assert rows == []


@school("two-prints", "2025-09-20T20:00:00")
def _two_prints(one: School) -> None:
    """Prints of two systems have the same keys where they show the same: history keeps one row of both."""
    one.basics()
    rank(one, marks=["ves_klass"], lessons=["ves_klass"], attendance=["ves_klass"])
    one.source = PRINT
    one.lesson(place(DAY), DAY, number=None, evidence="inferred")
    shown_too(one, OTHER_PRINT, "lessons", place(DAY))
    one.mark(place(DAY), "p1", "5", "both")
    shown_too(one, OTHER_PRINT, "marks", "both")
    one.mark(place(DAY), "p1", "4", "sgo alone")
    one.code(place(DAY), "p2", "ОТ")
    shown_too(one, OTHER_PRINT, "attendance", f"{place(DAY)}|p2|1")
    printed(one, "p1", "p2")
    one.source = OTHER_PRINT
    one.lesson(place(NEXT_DAY), NEXT_DAY, number=None, evidence="inferred")
    one.mark(place(DAY), "p1", "3", "ves alone")
    printed(one, "p1", "p2", source=OTHER_PRINT)


def test_a_record_that_two_prints_share_is_of_both(built: Built) -> None:
    assert marks(built, "two-prints") == {"p1": Counter("53")}
    assert differences(built, "two-prints", "marks") == {("p1", "3", "4")}
    codes = built.rows("select pupil_id from marts.fct_attendance where school_id = 'two-prints' and code is not null")
    assert codes == [{"pupil_id": "p2"}]


# Which lesson is which


@school("two-sources-double-lesson", "2025-09-20T20:00:00")
def _double(one: School) -> None:
    """Two lessons of the subject in a day: by number where both number them, else in order."""
    one.basics()
    for number in (4, 2):
        one.lesson(f"l{number}", DAY, number=number)
    one.seen(LOOK)
    one.source = PRINT
    for seq in (1, 2):
        one.lesson(place(DAY, seq), DAY, number=None, evidence="inferred")
        one.mark(place(DAY, seq), "p1", str(seq + 2), f"print{seq}")
    printed(one, "p1")
    one.source = ("eljur", "x")
    one.lesson("eljur:4", DAY, number=4)
    one.mark("eljur:4", "p2", "5", "eljur")
    one.statement(LOOK, "marks", pupil_id="p2")
    rank(one, marks=["sgo", "eljur", "journal_csv"], lessons=["journal_csv"])
    one.statement(LOOK, "marks", pupil_id="p9")


def test_lessons_of_a_day_are_matched_by_number_else_in_order(built: Built) -> None:
    rows = built.rows(
        "select pupil_id, value, lesson_id from marts.fct_marks where school_id = 'two-sources-double-lesson'"
    )
    assert {tuple(row.values()) for row in rows} == {("p1", "3", "l2"), ("p1", "4", "l4"), ("p2", "5", "l4")}


@school("two-sources-subgroups", "2025-09-20T20:00:00")
def _subgroups(one: School) -> None:
    """The journal knows subgroups at different hours, the print knows only each pupil's own lesson."""
    one.basics(subjects=("английский",))
    one.basics("7В", pupils=0)
    one.pupil("q1", "7В")
    for number, (subgroup, pupils) in enumerate({"e1": ["p1", "q1"], "e2": ["p2"]}.items(), start=2):
        one.row("subgroups", subgroup_id=subgroup, name=subgroup, subject_id="английский")
        for pupil in pupils:
            one.row("subgroup_members", pupil_id=pupil, subgroup_id=subgroup, starts_on=date(2025, 9, 1))
        one.lesson(f"l-{subgroup}", DAY, "английский", number=number, subgroup_id=subgroup)
    one.lesson("c", DAY, "физика", "7В", number=5)
    one.seen(LOOK)
    one.source = PRINT
    for pupil, class_id in (("p1", "7Б"), ("p2", "7Б"), ("q1", "7В")):
        lesson = place(DAY, 1, "английский", class_id)
        if lesson not in one.lessons:
            one.lesson(lesson, DAY, "английский", class_id, number=None, evidence="inferred")
        one.mark(lesson, pupil, "5", f"print{pupil}")
        one.statement(LOOK, "marks", "attendance", pupil_id=pupil, class_id=class_id)
    rank(one, marks=["sgo"])


def test_a_record_finds_the_lesson_of_the_pupils_own_subgroup(built: Built) -> None:
    rows = built.rows("select pupil_id, lesson_id from marts.fct_marks where school_id = 'two-sources-subgroups'")
    assert {tuple(row.values()) for row in rows} == {("p1", "l-e1"), ("p2", "l-e2"), ("q1", "l-e1")}
    lessons = built.rows(
        "select lesson_id from intermediate.int_lessons where school_id = 'two-sources-subgroups'"
        " and subject_id = 'английский' order by 1"
    )
    assert [row["lesson_id"] for row in lessons] == ["l-e1", "l-e2"]


@school("two-sources-lost-lesson", "2025-09-20T20:00:00")
def _lost_lesson(one: School) -> None:
    """Each of two complete lists has a lesson that the other has not; a third lesson bears records elsewhere only."""
    one.basics()
    one.lesson("l1", DAY, number=1)
    one.lesson("l2", NEXT_DAY, number=1)
    one.lesson("l3", "2025-09-03", number=2)
    one.mark("l3", "p1", "5", "a")
    one.lesson("l4", "2025-09-03", "химия", number=3)
    one.seen(LOOK)
    one.source = ("eljur", "x")
    one.lesson("eljur:1", DAY, number=1)
    one.lesson("eljur:9", "2025-09-05", number=6)
    one.lesson("eljur:4", "2025-09-03", "химия", number=3)
    one.code("eljur:4", "p1", "Н")
    one.seen(LOOK)
    rank(one, lessons=["journal_csv"], marks=["journal_csv"], attendance=["journal_csv"])


def test_a_lesson_that_one_list_lacks_is_listed_and_only_the_leading_one_counts(built: Built) -> None:
    rows = built.rows("select lesson_id from intermediate.int_lessons where school_id = 'two-sources-lost-lesson'")
    assert {row["lesson_id"] for row in rows} == {"l1", "l2", "l3", "l4"}
    assert differences(built, "two-sources-lost-lesson", "lessons") == {
        ("", None, "6"),
        ("", "1", None),
        ("", "2", None),
    }


def test_a_lesson_with_records_elsewhere_is_never_called_blank(built: Built) -> None:
    verdicts = built.verdicts("two-sources-lost-lesson", "lesson_without_records")
    assert verdicts["l4"] == "ok"
    assert differences(built, "two-sources-lost-lesson", "attendance") == {("p1", None, "Н")}
    states = built.rows("select state from marts.fct_attendance where school_id = ? and lesson_id = 'l4'",
                        "two-sources-lost-lesson")  # fmt: skip
    assert {row["state"] for row in states} == {"not_recorded"}


@school("two-sources-topics", "2025-09-20T20:00:00")
def _topics(one: School) -> None:
    """The journal's lessons carry no topic, a list of topics of another system does."""
    one.basics()
    one.lesson("l1", DAY, topic="", topic_from="2025-09-03T12:00:00")
    one.lesson("l2", NEXT_DAY, topic="", topic_from="2025-09-05T12:00:00")
    one.seen(LOOK)
    one.source = ("dnevnik_ru", "topics")
    one.lesson(place(DAY), DAY, number=None, topic="Дроби", topic_from="2025-09-02T18:00:00")
    one.statement("2025-09-02T18:00:00", "lessons", class_id="7Б")
    rank(one, lessons=["journal_csv"])


def test_a_topic_that_another_source_shows_is_not_missing(built: Built) -> None:
    assert built.verdicts("two-sources-topics", "topic_filled") == {"l1": "in_time", "l2": "missing"}


# When it was entered


@school("two-sources-entry", "2025-09-20T20:00:00")
def _entry(one: School) -> None:
    one.basics(pupils=4)
    told = {"p2": datetime(2025, 9, 5, 9), "p4": None}
    one.lesson("l1", DAY)
    for pupil in ("p1", "p2", "p3", "p4"):
        one.mark("l1", pupil, "5", f"csv-{pupil}", known_from="2025-09-10T12:00:00", not_before="2025-09-03T12:00:00",
                 entered_at=told.get(pupil))  # fmt: skip
    one.seen(LOOK)
    one.source = DIARY
    one.lesson("sgo:1", DAY)
    elsewhere = {"p1": datetime(2025, 9, 2, 14), "p2": datetime(2025, 9, 2, 14), "p3": datetime(2025, 9, 12, 14)}
    for pupil, moment in elsewhere.items():
        one.mark("sgo:1", pupil, "5", f"sgo-{pupil}", known_from="2025-09-15T12:00:00", entered_at=moment)
    one.mark("sgo:1", "p4", "5", "sgo-p4", known_from="2025-09-05T12:00:00")
    one.seen(LOOK)
    rank(one, marks=["journal_csv"])


@pytest.mark.parametrize(
    ("pupil", "after", "by"),
    [
        ("p1", None, datetime(2025, 9, 2, 14)),
        ("p2", datetime(2025, 9, 5, 8, 59, 59), datetime(2025, 9, 5, 9)),
        ("p3", datetime(2025, 9, 3, 12), datetime(2025, 9, 10, 12)),
        ("p4", datetime(2025, 9, 3, 12), datetime(2025, 9, 5, 12)),
    ],
    ids=["an earlier moment elsewhere", "the leading source tells", "a later moment elsewhere", "an earlier look"],
)
def test_another_source_proves_that_a_mark_stood_earlier_never_later(
    built: Built, pupil: str, after: datetime | None, by: datetime
) -> None:
    (row,) = built.rows(
        "select * from marts.fct_marks where school_id = 'two-sources-entry' and pupil_id = ?", pupil
    )  # fmt: skip
    assert (row["entered_after"], row["entered_by"]) == (after, by)


# Nobody is blank


@school("nameless", "2025-09-20T20:00:00", source=DIARY)
def _nameless(one: School) -> None:
    one.row("classes", class_id="7Б", grade=7, letter="Б", name="7Б")
    one.lesson("sgo:1", DAY, teacher_id="sgo:77")
    one.mark("sgo:1", "sgo:12345", "5", "sgo:m")
    one.row("pupils", pupil_id="sgo:6", last_name="Тестов")
    one.seen(LOOK)


def test_people_without_a_name_are_told_by_the_ids_of_their_journal(built: Built) -> None:
    pupils = built.rows("select pupil_id, pupil_name from marts.dim_pupil where school_id = 'nameless' order by 1")
    assert [tuple(row.values()) for row in pupils] == [("sgo:12345", "ученик 12345"), ("sgo:6", "Тестов")]
    (teacher,) = built.rows("select teacher_name from marts.dim_teacher where school_id = 'nameless'")
    assert teacher["teacher_name"] == "учитель 77"


# Everything at once, against a slow and obvious reference


@dataclass
class Random:
    """A class of three pupils in two or three systems that agree now and then; the first named leads."""

    seed: int
    sources: list[tuple[str, str]] = field(default_factory=list)
    shown: dict[tuple[str, str], dict[tuple[str, str], list[str]]] = field(default_factory=dict)
    looked: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        order = random.Random(self.seed)  # noqa: S311  a made-up school, no secret
        self.sources = order.sample([CSV, DIARY, OTHER_PRINT], order.choice([2, 3]))
        for source in self.sources:
            self.looked[source] = order.choice(["2025-09-02T23:00:00", "2025-09-10T12:00:00"])
            self.shown[source] = {
                (pupil, f"2025-09-0{day}"): sorted(order.choices("2345", k=order.choice([0, 1, 1, 2, 3])))
                for pupil in ("p1", "p2", "p3")
                for day in range(1, 5)
            }
            self.shown[source]["p1", "2025-09-01"] = ["5"]  # everybody shows something of the class

    def cells(self) -> list[tuple[str, str]]:
        return sorted({cell for cells in self.shown.values() for cell in cells})

    def leader(self, cell: tuple[str, str]) -> tuple[str, str] | None:
        """The first source that shows a mark there, or that has looked since the day."""
        return next((one for one in self.sources if self.shown[one].get(cell) or self.looked[one] >= cell[1]), None)

    def counted(self) -> Counter[tuple[str, str, str]]:
        return Counter(
            (*cell, value) for cell in self.cells() if (one := self.leader(cell)) for value in self.shown[one][cell]
        )

    def left(self) -> Counter[tuple[str, str, str, bool]]:
        """(pupil, day, value, whether it counts) of everything that only one of a pair of sources shows."""
        found: Counter[tuple[str, str, str, bool]] = Counter()
        for cell in self.cells():
            leader = self.leader(cell)
            for source in self.sources:
                if leader is None or source == leader:
                    continue
                mine, others = Counter(self.shown[leader][cell]), Counter(self.shown[source][cell])
                theirs = list((others - mine).elements())
                ours = sorted((mine - others).elements())
                # A source that has not looked since says nothing by its silence; beside a mark of its own
                # stands what the leading source has instead.
                ours = ours if self.looked[source] >= cell[1] else ours[: len(theirs)]
                found.update((*cell, value, False) for value in theirs)
                found.update((*cell, value, True) for value in ours)
        return found

    def fill(self, one: School) -> None:
        one.basics()
        rank(one, **{group: [system for system, _ in self.sources] for group in ("marks", "lessons", "attendance")})
        for source in self.sources:
            one.source = source
            for (pupil, day), values in self.shown[source].items():
                lesson = {CSV: f"l{day}", DIARY: f"sgo:{day[-2:]}", OTHER_PRINT: place(day)}[source]
                if lesson not in one.lessons:
                    one.lesson(lesson, day, number=None)
                for number, value in enumerate(values):
                    one.mark(lesson, pupil, value, f"{source[1]}-{pupil}-{day}-{number}")
            for pupil in ("p1", "p2", "p3"):
                one.statement(self.looked[source], "marks", "attendance", pupil_id=pupil)


RANDOM = {f"random-{seed}": Random(seed) for seed in range(40)}
for _name, _random in RANDOM.items():
    school(_name, "2025-09-20T20:00:00")(_random.fill)


@pytest.mark.parametrize("name", list(RANDOM))
def test_random_sources_agree_with_the_obvious_reference(built: Built, name: str) -> None:
    rows = built.rows("select pupil_id, date, value from marts.fct_marks where school_id = ?", name)
    assert Counter((row["pupil_id"], str(row["date"]), row["value"]) for row in rows) == RANDOM[name].counted()
    listed: Counter[tuple[str, str, str, bool]] = Counter()
    for row in built.rows(
        "select * from reports.rpt_deputy__source_differences where school_id = ? and field_group = 'marks'", name
    ):
        cell = (row["pupil_id"], str(row["date"]))
        if row["is_in_leading"]:
            listed[(*cell, row["leading_value"], True)] += 1
        if row["is_in_other"]:
            listed[(*cell, row["other_value"], False)] += 1
    assert listed == RANDOM[name].left()
    (lessons,) = built.rows(
        "select count(*) as n, count(distinct date) as days from intermediate.int_lessons where school_id = ?", name
    )
    assert lessons["n"] == lessons["days"]
