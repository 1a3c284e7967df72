"""dbt/seeds/rule_needs.csv is what the checks really need: with it alone a fault is found, without any of it none.

One small journal with a fault for every rule is written once whole, once without each need, and once a rule with the
needs of that rule alone.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta

import pytest

from ingest.contract import TABLES
from tests.dbt.conftest import PROJECT
from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

Need = tuple[str, str, str]


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


PLANTED = (
    "topic_filled", "attendance_marked", "homework_given", "ordinary_mark", "written_marks", "period_mark_in_time",
    "period_mark_missing", "marks_gap", "marks_below_norm", "lesson_without_records", "period_mark_differs",
    "averages_disagree", "day_absent_but_one", "day_single_contradiction",
)  # fmt: skip
"""Rules that this journal holds a fault for; the others are tested where they are judged."""
ALL_ROWS = [(row["rule"], (row["table_name"], row["column_name"], row["how"])) for row in seed("rule_needs.csv")]
ROWS = [row for row in ALL_ROWS if row[0] in PLANTED]
RULES = [row["rule"] for row in seed("rules.csv") if row["rule"] in PLANTED]
NEEDS = sorted({need for _, need in ROWS})
OF_RULE = {rule: [need for one, need in ROWS if one == rule] for rule in RULES}
FAULTS = {"late", "missing", "violated"}

TAKEN = "2025-11-03T23:50"
DAYS = [date(2025, 9, number) for number in (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)]
SUBJECTS = ("физика", "алгебра", "химия", "история")
PUPILS = ("p1", "p2", "p3")
LATE = {(DAYS[0], "физика", "p1")}
ABSENT = {(DAYS[6], "p1"), (DAYS[7], "p2")}
WRITTEN, UNMARKED = (DAYS[2], "физика"), (DAYS[3], "химия")
FORGOTTEN = (DAYS[8], "алгебра")
ONE_PUPILS_TASK = (DAYS[4], "алгебра")
OF_CLASS = {"whole_of_class", "blanks"}
WHOLE = {"whole", *OF_CLASS}
TOPICS_TOLD = {("lessons", "topic", how) for how in OF_CLASS}


def without(need: Need) -> set[Need]:
    """All needs but one and what cannot be there without it."""
    table, column, how = need
    gone = {"value": {"value", *WHOLE}, "whole": WHOLE, "whole_of_class": OF_CLASS, "blanks": OF_CLASS}.get(how, {how})
    left = {one for one in NEEDS if not (one[:2] == (table, column) and one[2] in gone)}
    return left - TOPICS_TOLD if table == "lessons" and how in {"whole", "all_lessons"} else left


def fill(journal: School, kept: set[Need]) -> None:
    """The journal, with no more in it than the needs that are kept."""
    has = {need[:2] for need in kept}
    journal.basics(subjects=SUBJECTS)
    if ("work_types", "is_written") not in has:
        journal.file.connection.execute(
            "update history.work_types set is_written = null where school_id = ?", [journal.school_id]
        )
    listed = bool({("lessons", "date", "all_lessons"), *TOPICS_TOLD} & kept)
    for day in DAYS:
        for number, subject in enumerate(SUBJECTS, start=1):
            topic = {}
            if ("lessons", "topic") in has and (day, subject) not in {FORGOTTEN, WRITTEN}:
                topic = {"topic": "Тема"}
                if ("lessons", "topic_entered_at") in has:
                    late = (day, subject) == (DAYS[0], "физика")
                    topic["topic_entered_at"] = noon(day + timedelta(days=2 if late else 0))
            journal.lesson(
                f"{day}/{subject}", str(day), subject, number=number, evidence="stated" if listed else "inferred",
                **topic,
            )  # fmt: skip
    tasks(journal, has)
    marks(journal, has)
    codes(journal, has)
    results(journal, has)
    statements(journal, kept, has)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)


def mark(journal: School, has: set[tuple[str, str]], day: date, subject: str, pupil: str, **more: object) -> None:
    values: dict[str, object] = {}
    if ("marks", "entered_at") in has:
        late = (day, subject, pupil) in LATE or "assignment_id" in more
        values["entered_at"] = noon(day + timedelta(days=17 if late else 0))
    if ("marks", "work_type") in has:
        values["work_type"] = "контрольная" if "assignment_id" in more else "ответ"
    lesson = f"{day}/{subject}"
    journal.mark(lesson, pupil, "5", f"{lesson}/{pupil}/{more.get('assignment_id', '')}", **values, **more)


def marks(journal: School, has: set[tuple[str, str]]) -> None:
    """Marks in three subjects, none in algebra; a control work marked late and one never marked."""
    if ("assignments", "work_type") in has:
        for name, (day, subject) in {"a1": WRITTEN, "a2": UNMARKED}.items():
            journal.row("assignments", assignment_id=name, lesson_id=f"{day}/{subject}", work_type="контрольная")
    if ("marks", "value") not in has:
        return
    for place, day in enumerate(DAYS):
        for pupil in PUPILS:
            if place % 2 == 0 and (day, pupil) not in ABSENT and (day, "физика") != WRITTEN:
                mark(journal, has, day, "физика", pupil)
            if place in {5, 8} and pupil != "p3":
                mark(journal, has, day, "химия", pupil)
            if (place, pupil) == (7, "p2"):
                mark(journal, has, day, "история", pupil)
    for pupil in PUPILS:
        more = {"assignment_id": "a1"} if ("assignments", "work_type") in has else {}
        mark(journal, has, *WRITTEN, pupil, **more)


def tasks(journal: School, has: set[tuple[str, str]]) -> None:
    """Homework of every lesson but two, of which one has a task for one pupil; one was entered two days later."""
    if ("homework", "text") not in has:
        return
    for day in DAYS:
        for subject in SUBJECTS:
            task: dict[str, object] = {"text": "§ 5"}
            if (day, subject) == FORGOTTEN:
                continue
            if (day, subject) == ONE_PUPILS_TASK:
                task["pupil_id"] = "p1"
            if ("homework", "none") in has and subject == "история":
                task = {"none": True}
            if ("homework", "entered_at") in has:
                task["entered_at"] = noon(day + timedelta(days=2 if (day, subject) == (DAYS[0], "физика") else 0))
            journal.row("homework", homework_id=f"{day}/{subject}", lesson_id=f"{day}/{subject}", **task)


def codes(journal: School, has: set[tuple[str, str]]) -> None:
    """Two days of absence but for one lesson: at the one there is nothing, at the other a sign that he was there."""
    timed = ("attendance", "entered_at") in has
    if ("attendance", "code") in has:
        for day, pupil in ABSENT:
            for subject in SUBJECTS[:3]:
                late = (day, subject) == (DAYS[6], "физика")
                told = {"entered_at": noon(day + timedelta(days=2 if late else 0))} if timed else {}
                journal.code(f"{day}/{subject}", pupil, "Н", **told)
        journal.code(f"{DAYS[7]}/история", "p2", "П")


def results(journal: School, has: set[tuple[str, str]]) -> None:
    """A mark for the period that differs, others that are not given, and a printed mean that is not the mean."""
    common = {"pupil_id": "p1", "subject_id": "физика", "period_id": "q1", "class_id": "7Б"}
    if ("period_marks", "value") in has:
        late = {"entered_at": datetime(2025, 10, 28, 12)} if ("period_marks", "entered_at") in has else {}
        journal.row("period_marks", kind="period", value="3", **late, **common)
    if ("reported_averages", "mean") in has:
        computed = 5.0 if ("reported_averages", "computed") in has else None
        journal.row("reported_averages", printed_in="t", mean=4.0, computed=computed, **common)


def statements(journal: School, kept: set[Need], has: set[tuple[str, str]]) -> None:
    """What is whole: of the school where blanks are told, else pupil by pupil."""
    for table, column in {need[:2] for need in kept}:
        hows = {how for *place, how in kept if (table, column) == tuple(place)}
        if hows & WHOLE:
            topics = "topic" if TOPICS_TOLD & kept else ""
            columns = f"lesson_id;date;{topics}" if table == "lessons" else ""
            if hows & OF_CLASS or table == "lessons":
                journal.statement(TAKEN, table, columns=columns)
            else:
                for pupil in PUPILS:
                    journal.statement(TAKEN, table, pupil_id=pupil, columns=columns)


SCHOOLS: dict[str, set[Need]] = {
    "needs-all": set(NEEDS),
    **{f"needs-but-{'-'.join(need)}": without(need) for need in NEEDS},
    **{f"needs-of-{rule}": set(needs) for rule, needs in OF_RULE.items()},
}
for school_id, kept_needs in SCHOOLS.items():
    school(school_id, TAKEN, known=TAKEN)(lambda journal, kept=kept_needs: fill(journal, kept))


def faults(built: Built, school_id: str, rule: str) -> set[str]:
    return FAULTS & set(built.verdicts(school_id, rule).values())


def test_every_rule_has_needs_of_the_contract() -> None:
    assert {row["rule"] for row in seed("rules.csv")} == {rule for rule, _ in ALL_ROWS}
    assert len(ALL_ROWS) == len(set(ALL_ROWS))
    for _, (table, column, how) in ALL_ROWS:
        assert column in TABLES[table].names, (table, column)
        assert (how == "entry_time") == column.endswith("entered_at")


@pytest.mark.parametrize("rule", RULES)
def test_a_journal_with_everything_shows_the_fault(built: Built, rule: str) -> None:
    assert faults(built, "needs-all", rule)


@pytest.mark.parametrize("rule", RULES)
def test_the_needs_of_a_rule_are_enough(built: Built, rule: str) -> None:
    assert faults(built, f"needs-of-{rule}", rule) == faults(built, "needs-all", rule)


@pytest.mark.parametrize(("rule", "need"), [pytest.param(*row, id=f"{row[0]} {' '.join(row[1])}") for row in ROWS])
def test_no_fault_is_found_without_a_need(built: Built, rule: str, need: Need) -> None:
    found = faults(built, f"needs-but-{'-'.join(need)}", rule)
    whole = faults(built, "needs-all", rule)
    if need[2] == "blanks":
        assert found == whole - {"missing"}
    elif need[2] == "entry_time":
        assert found == whole - {"late"}
    else:
        assert found == set()
