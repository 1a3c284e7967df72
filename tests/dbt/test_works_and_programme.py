"""Control works and their calendar, plans and how far the programme has come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

TAKEN = "2025-10-27T23:00"
AS_OF = "2025-10-28T08:00"
FIRST = date(2025, 9, 1)
WEEK = (
    ("физика", "химия", "история", "алгебра"),
    ("история", "химия", "алгебра", "биология"),
    ("химия", "алгебра", "физика", "история"),
    ("химия", "история", "алгебра", "биология"),
    ("история", "химия", "алгебра", "биология"),
)
MODELS = {
    **dict.fromkeys(("plan_hours", "plan_approved"), "chk_plan"),
    **dict.fromkeys(
        ("one_control_work_a_day", "control_work_spacing", "control_work_edge_lesson"), "chk_control_work_calendar"
    ),
}
SUBJECTS = ("физика", "химия", "история", "алгебра", "биология")


def lessons(
    s: School, through: str = "2025-10-24", cancelled: Collection[str] = (), topics: dict[str, str] | None = None,
    **values: Any,
) -> None:  # fmt: skip
    """Weeks of four lessons a day; an id is «subject date»."""
    day = FIRST
    while day <= date.fromisoformat(through):
        if day.weekday() < 5:
            for number, subject in enumerate(WEEK[day.weekday()], start=1):
                name = f"{subject} {day}"
                topic = {"topic": topics[name]} if topics and name in topics else {}
                status = "cancelled" if name in cancelled else "held"
                s.lesson(name, str(day), subject, number=number, status=status, **topic, **values)
        day += timedelta(days=1)


def journal(s: School, **values: Any) -> None:
    s.basics(subjects=SUBJECTS)
    lessons(s, **values)


def hours(s: School, **subjects: float) -> None:
    for subject, weekly in subjects.items():
        s.row("curriculum", class_id="7Б", subject_id=subject, hours_per_week=weekly)


def checks(built: Built, school_id: str, rule: str) -> dict[str, dict[str, Any]]:
    """Rows of one rule of a school by what was checked."""
    model = MODELS.get(rule, f"chk_{rule}")
    found = built.rows(f"select * from checks.{model} where school_id = ? and rule = ?", school_id, rule)
    return {row["subject_key"]: row for row in found}


def verdicts(built: Built, school_id: str, rule: str) -> dict[str, str]:
    return {key: row["verdict"] for key, row in checks(built, school_id, rule).items()}


# Programme

LOST = [f"физика {day}" for day in ("2025-09-01", "2025-09-03", "2025-09-08")]
LOST += ["химия 2025-09-02", *(f"история {day}" for day in ("2025-09-01", "2025-09-02", "2025-09-03"))]


def behind(s: School, **values: Any) -> None:
    journal(s, cancelled=LOST, **values)
    hours(s, физика=2, химия=5, история=5, биология=3.5)
    s.row("corrections", class_id="7Б", subject_id="история", period_id="q1", kind="merge", hours=2.0)


@school("programme-behind", as_of=AS_OF, known=TAKEN)
def lessons_were_lost(s: School) -> None:
    behind(s)
    s.statement(TAKEN, "lessons")


@school("programme-open", as_of=AS_OF, known=TAKEN)
def lessons_are_still_planned(s: School) -> None:
    behind(s)
    s.file.connection.execute(
        "update history.lessons set status = 'planned' where school_id = ? and status = 'cancelled'", [s.school_id]
    )
    s.statement(TAKEN, "lessons")


@school("programme-late-look", as_of=AS_OF, known=TAKEN)
def only_october_is_told(s: School) -> None:
    behind(s)
    s.statement(TAKEN, "lessons", date_from=date(2025, 10, 1), date_to=date(2025, 10, 27))


@school("programme-traces", as_of=AS_OF, known=TAKEN)
def lessons_are_known_by_records(s: School) -> None:
    behind(s, evidence="inferred", topics={f"{subject} 2025-09-04": "Тема" for subject in SUBJECTS})
    for lesson in s.lessons:
        s.mark(lesson, "p1", "5")
    s.statement(TAKEN, "lessons")


@school("programme-running", as_of="2025-10-11T08:00", known="2025-10-10T23:00")
def the_period_runs(s: School) -> None:
    journal(s, through="2025-10-10", cancelled=LOST)
    hours(s, физика=2, химия=5)
    for weekday, number in ((1, 1), (3, 3), (5, 4)):
        s.row("timetable", class_id="7Б", subject_id="физика", weekday=weekday, lesson_number=number,
              starts_on="2025-09-01")  # fmt: skip
    s.statement("2025-10-10T23:00", "lessons")


@school("programme-dated", as_of=AS_OF, known=TAKEN)
def the_plan_has_days(s: School) -> None:
    journal(s, cancelled=LOST)
    for subject, n in (("физика", 16), ("химия", 40)):
        for place in range(n):
            s.row("plan_topics", plan_topic_id=f"{subject}-{place}", plan_id="a", class_id="7Б", subject_id=subject,
                  ordinal=place + 1, topic=f"Тема {place + 1}", hours=1.0,
                  planned_on=FIRST + timedelta(days=place))  # fmt: skip
    s.statement(TAKEN, "lessons")


@school("programme-subgroups", as_of=AS_OF, known=TAKEN)
def groups_that_nobody_named(s: School) -> None:
    journal(s)
    for week in range(8):
        for number in (5, 6):
            for group in "аб" if week else "а":
                day = FIRST + timedelta(days=7 * week)
                s.lesson(f"английский {day} {number} {group}", str(day), "английский", number=number)
    hours(s, английский=3)
    s.statement(TAKEN, "lessons")


def test_lost_lessons_are_a_lag_and_corrections_are_not(built: Built) -> None:
    found = checks(built, "programme-behind", "programme_on_time")
    judged = {key.split("|")[2]: row["verdict"] for key, row in found.items()}
    assert judged == {
        "физика": "violated", "химия": "ok", "история": "ok", "биология": "undetermined", "алгебра": "no_data",
    }  # fmt: skip
    assert found["7Б||физика|q1"]["detail"] == (
        "с начала года проведено 13 из 16 ч учебного плана, отменено 3 ч, отставание 3 ч"
    )


def test_a_lesson_still_planned_may_have_been_held(built: Built) -> None:
    assert verdicts(built, "programme-open", "programme_on_time")["7Б||физика|q1"] == "undetermined"


def test_a_cancelled_lesson_adds_an_hour_of_lag(built: Built) -> None:
    row = built.one(
        "select * from marts.programme_progress where school_id = 'programme-behind' and subject_id = 'химия'"
    )
    assert (row["planned_hours"], row["held_hours"], row["cancelled_hours"], row["lag_hours"]) == (40, 39, 1, 1)


@pytest.mark.parametrize("school_id", ["programme-late-look", "programme-traces"])
def test_no_lag_is_told_where_not_all_lessons_are(built: Built, school_id: str) -> None:
    assert set(verdicts(built, school_id, "programme_on_time").values()) == {"no_data"}
    rows = built.rows("select lag_hours from marts.programme_progress where school_id = ?", school_id)
    assert {row["lag_hours"] for row in rows} == {None}


def test_a_period_that_runs_is_not_judged_but_foretold(built: Built) -> None:
    assert set(verdicts(built, "programme-running", "programme_on_time").values()) == {"pending"}
    row = built.one(
        "select * from marts.programme_progress where school_id = 'programme-running' and subject_id = 'физика'"
    )
    assert (row["planned_hours"], row["lag_hours"]) == (12, 3)
    assert row["forecast_lag_hours"] == 1, "two weeks are left, with an hour more a week than planned"


def test_a_plan_with_days_tells_the_hours_itself(built: Built) -> None:
    assert verdicts(built, "programme-dated", "programme_on_time") == {
        "7Б||физика|q1": "violated", "7Б||химия|q1": "ok", "7Б||история|q1": "no_data", "7Б||алгебра|q1": "no_data",
        "7Б||биология|q1": "no_data",
    }  # fmt: skip


def test_lessons_of_unnamed_subgroups_are_not_counted(built: Built) -> None:
    assert verdicts(built, "programme-subgroups", "programme_on_time")["7Б||английский|q1"] == "no_data"


# Topics in the order of the plan

MONDAYS = [str(FIRST + timedelta(days=7 * week)) for week in range(8)]


def plan(s: School, subject: str, *topics: str, **values: Any) -> None:
    for place, topic in enumerate(topics, start=1):
        values = {"plan_id": "a", "class_id": "7Б", "hours": 1.0} | values
        s.row("plan_topics", plan_topic_id=f"{subject}-{place}", subject_id=subject, ordinal=place, topic=topic,
              **values)  # fmt: skip


ORDERED = ("Сила.", "Масса", "Плотность", "Давление", "Работа")


def taught(subject: str, *topics: str) -> dict[str, str]:
    return {f"{subject} {day}": topic for day, topic in zip(MONDAYS, topics, strict=False) if topic}


@school("topics-ordered", as_of=AS_OF, known=TAKEN)
def topics_of_five_subjects(s: School) -> None:
    s.basics(subjects=(*SUBJECTS, "география"))
    told = {
        "физика": ("сила", "масса", "Плотность", "давление", "работа"),
        "химия": ("сила", "масса", "масса", "плотность"),
        "история": ("сила", "масса", "давление", "работа"),
        "алгебра": ("сила", "не по плану", "плотность"),
        "биология": ("сила", "масса", "давление", "работа"),
        "география": ("что-то", "другое"),
    }
    for number, (subject, topics) in enumerate(told.items(), start=1):
        plan(s, subject, *ORDERED)
        for name, topic in taught(subject, *topics).items():
            s.lesson(name, name.split()[1], subject, number=number, topic=topic)
    s.row("corrections", class_id="7Б", subject_id="биология", period_id="q1", kind="merge", hours=1.0)
    s.statement(TAKEN, "lessons")


def test_topics_repeated_or_left_out_are_shown(built: Built) -> None:
    found = checks(built, "topics-ordered", "plan_topic_order")
    assert {key.split("|")[2]: row["verdict"] for key, row in found.items()} == {
        "физика": "ok", "химия": "violated", "история": "violated", "алгебра": "undetermined", "биология": "ok",
        "география": "no_data",
    }  # fmt: skip
    assert found["7Б||химия|q1"]["detail"] == "тема № 2 записана на 2 ч, в планировании 1 ч"
    assert found["7Б||история|q1"]["detail"] == "тема № 3 не записана, следующая за ней записана 15.09"


# Plans

WHOLE = {"физика": 68.0, "химия": 60.0, "история": 70.0, "алгебра": 102.0}


@school("plans", as_of=AS_OF, known=TAKEN)
def plans_and_hours(s: School) -> None:
    s.basics(subjects=(*SUBJECTS, "география"))
    approved = {"физика": "2025-08-28", "химия": "2025-09-05", "история": None, "алгебра": "2025-08-28"}
    for subject, total in WHOLE.items():
        plan(s, subject, "Первая", "Вторая", hours=total / 2, approved_on=approved[subject])
    s.row("plan_topics", plan_topic_id="late", plan_id="a", class_id="7Б", subject_id="алгебра", ordinal=3,
          topic="Третья", hours=0.0, approved_on="2025-10-01")  # fmt: skip
    hours(s, физика=2, химия=2, история=2, география=1)
    s.row("curriculum", class_id="7Б", subject_id="алгебра", hours_per_week=3, hours_per_year=100)
    s.lesson("биология", "2025-09-02", "биология")
    s.statement(TAKEN, "lessons", "plan_topics")


@school("plans-partly", as_of=AS_OF, known=TAKEN)
def a_plan_of_the_first_quarter(s: School) -> None:
    s.basics()
    plan(s, "физика", "Первая", "Вторая", hours=8.0, planned_on="2025-10-20")
    hours(s, физика=2)
    s.statement(TAKEN, "lessons", "plan_topics")


def test_hours_of_the_plan_are_those_of_the_curriculum(built: Built) -> None:
    assert verdicts(built, "plans", "plan_hours") == {
        "7Б||физика": "ok", "7Б||химия": "violated", "7Б||история": "undetermined", "7Б||алгебра": "violated",
        "7Б||география": "no_data", "7Б||биология": "no_data",
    }  # fmt: skip
    assert verdicts(built, "plans-partly", "plan_hours") == {"7Б||физика": "undetermined"}


def test_plans_are_approved_before_the_year(built: Built) -> None:
    assert verdicts(built, "plans", "plan_approved") == {
        "7Б||физика": "ok", "7Б||химия": "violated", "7Б||история": "no_data", "7Б||алгебра": "undetermined",
        "7Б||география": "no_data", "7Б||биология": "no_data",
    }  # fmt: skip


# Control works


def work(s: School, lesson: str, work_type: str = "кр", **values: Any) -> None:
    s.row("assignments", assignment_id=f"w {lesson}", lesson_id=lesson, work_type=work_type, **values)


def kinds(s: School) -> None:
    for name, control in (("кр", True), ("тест", False), ("работа", None)):
        s.row("work_types", work_type=name, name=name.capitalize(), is_written=True, is_control=control)


@school("works", as_of=AS_OF, known=TAKEN)
def works_of_a_quarter(s: School) -> None:
    journal(s)
    kinds(s)
    # two subjects on one Monday; physics is the first lesson, algebra the last one
    for lesson in ("физика 2025-09-15", "химия 2025-09-15", "алгебра 2025-09-15", "физика 2025-09-17"):
        work(s, lesson)
    work(s, "история 2025-09-16", "тест")
    work(s, "история 2025-09-18", "работа")
    work(s, "физика 2025-10-15")
    s.row("planned_works", class_id="7Б", subject_id="физика", date="2025-10-15", work_type="кр")
    s.row("planned_works", class_id="7Б", subject_id="биология", date="2025-11-11", work_type="кр")
    s.row("planned_works", class_id="7Б", subject_id="химия", date="2025-11-11", work_type="кр")
    s.row("planned_works", class_id="7Б", subject_id="история", date="2025-11-12", work_type="кр", minutes=20)
    s.row("planned_works", class_id="7Б", subject_id="физика", date="2025-11-12", work_type="кр")
    for weekday, subjects in enumerate(WEEK, start=1):
        for number, subject in enumerate(subjects, start=1):
            s.row("timetable", class_id="7Б", subject_id=subject, weekday=weekday, lesson_number=number,
                  starts_on="2025-09-01")  # fmt: skip
    s.code("физика 2025-09-15", "p3", "Н")
    s.mark("физика 2025-09-15", "p1", "5", work_type="кр", known_from="2025-09-20T10:00", not_before="2025-09-19T10:00")
    s.mark("физика 2025-09-15", "p2", "2", work_type="кр", known_from="2025-09-20T10:00", not_before="2025-09-19T10:00")
    s.mark("физика 2025-10-15", "p1", "4", work_type="кр")
    s.seen(TAKEN)


@school("works-unseen", as_of=AS_OF, known=TAKEN)
def works_of_lessons_not_all_told(s: School) -> None:
    journal(s)
    kinds(s)
    for lesson in ("физика 2025-09-15", "физика 2025-09-17"):
        work(s, lesson)
    s.statement(TAKEN, "lessons", date_from=date(2025, 9, 17), date_to=date(2025, 10, 27))


@school("works-subgroups", as_of=AS_OF, known=TAKEN)
def works_of_two_subgroups(s: School) -> None:
    journal(s)
    kinds(s)
    for subject, group in (("английский", "а"), ("информатика", "б")):
        s.lesson(subject, "2025-09-15", subject, number=5, subgroup_id=group)
        work(s, subject)
    s.seen(TAKEN)


def of(built: Built, school_id: str, rule: str) -> dict[str, str]:
    return {key.removeprefix("w "): verdict for key, verdict in verdicts(built, school_id, rule).items()}


def test_one_control_work_a_day_for_a_class(built: Built) -> None:
    assert of(built, "works", "one_control_work_a_day") == {
        "физика 2025-09-15": "violated", "химия 2025-09-15": "violated", "алгебра 2025-09-15": "violated",
        "физика 2025-09-17": "ok", "физика 2025-10-15": "ok", "история 2025-09-16": "not_applicable",
        "история 2025-09-18": "no_data",
    }  # fmt: skip
    assert set(of(built, "works-subgroups", "one_control_work_a_day").values()) == {"undetermined"}


def test_lessons_between_control_works(built: Built) -> None:
    found = of(built, "works", "control_work_spacing")
    assert (found["физика 2025-09-15"], found["физика 2025-09-17"], found["физика 2025-10-15"]) == (
        "ok", "violated", "ok",
    )  # fmt: skip
    assert of(built, "works-unseen", "control_work_spacing")["физика 2025-09-17"] == "undetermined"


def test_control_works_keep_off_the_edges_of_the_day(built: Built) -> None:
    found = of(built, "works", "control_work_edge_lesson")
    assert {key: found[key] for key in found if key.endswith(("09-15", "09-17"))} == {
        "физика 2025-09-15": "violated", "химия 2025-09-15": "ok", "алгебра 2025-09-15": "violated",
        "физика 2025-09-17": "ok",
    }  # fmt: skip
    assert set(of(built, "works-unseen", "control_work_edge_lesson").values()) == {"no_data"}


def test_control_works_take_a_tenth_of_the_lessons(built: Built) -> None:
    found = checks(built, "works", "control_work_share")
    assert found["7Б||физика|q1"]["verdict"] == "violated"
    assert found["7Б||физика|q1"]["detail"] == "с начала года контрольных 3 на 16 уроков предмета"
    assert found["7Б||химия|q1"]["verdict"] == "ok"
    assert set(verdicts(built, "works-unseen", "control_work_share").values()) == {"no_data"}


def test_written_works_of_the_period_are_held(built: Built) -> None:
    assert verdicts(built, "works", "control_works_held") == {
        "7Б||физика|q1": "ok", "7Б||химия|q1": "ok", "7Б||алгебра|q1": "ok", "7Б||история|q1": "ok",
        "7Б||биология|q1": "violated",
    }  # fmt: skip
    assert set(verdicts(built, "works-unseen", "control_works_held").values()) == {"ok", "no_data"}


def test_planned_and_held_works_stand_side_by_side(built: Built) -> None:
    rows = built.rows("select subject_id || ' ' || date as work, * from marts.control_works where school_id = 'works'")
    works = {row["work"]: row for row in rows}
    assert {key: row["state"] for key, row in works.items() if key > "ф" or "-11-" in key} == {
        "физика 2025-09-15": "held", "физика 2025-09-17": "held", "физика 2025-10-15": "both",
        "химия 2025-09-15": "held", "химия 2025-11-11": "planned", "биология 2025-11-11": "planned",
        "история 2025-11-12": "planned", "физика 2025-11-12": "planned",
    }  # fmt: skip
    held, planned = works["физика 2025-09-15"], works["биология 2025-11-11"]
    assert (held["n_writers"], held["n_marked"], held["share_2"], held["share_45"]) == (2, 2, 0.5, 0.5)
    assert held["all_marked_on"] == date(2025, 9, 20)
    assert works["физика 2025-10-15"]["all_marked_on"] is None
    assert (planned["has_other_that_day"], planned["is_edge_lesson"], planned["n_writers"]) == (True, True, None)
    assert works["физика 2025-11-12"]["has_other_that_day"] is False, "a work of 20 minutes does not count"
