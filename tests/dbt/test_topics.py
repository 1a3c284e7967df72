"""Topic filled by the end of the lesson's day: interval logic, source times, excuses, who answers."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

DAY = "2025-09-02"


@school("topics", as_of="2025-09-20T08:00")
def topics(s: School) -> None:
    s.basics()
    s.seen("2025-09-02T23:50", "2025-09-19T23:50")

    def lesson(name: str, day: str = DAY, **topic: object) -> None:
        s.lesson(name, day, **({"topic": "Тема"} | topic))  # type: ignore[arg-type]

    lesson("in time", topic_from="2025-09-02T23:50", topic_not_before="2025-09-02T07:00")
    lesson("late", topic_from="2025-09-04T07:00", topic_not_before="2025-09-03T23:50")
    lesson("overnight", topic_from="2025-09-03T07:00", topic_not_before="2025-09-02T20:00")
    lesson("first load", topic_from="2025-09-03T07:00")
    lesson("empty", topic="")
    lesson("blank", topic="   ")
    s.lesson("never entered", DAY)
    s.lesson("today", "2025-09-20")
    s.lesson("cancelled", DAY, status="cancelled")
    s.lesson("planned", "2025-09-22", status="planned")
    lesson(
        "told in time", topic_from="2025-09-05T07:00", topic_entered_at=datetime.fromisoformat("2025-09-02T18:30:00")
    )
    lesson("told late", topic_from="2025-09-05T07:00", topic_entered_at=datetime.fromisoformat("2025-09-03T00:14:59"))
    lesson(
        "told day in time",
        topic_from="2025-09-05T07:00",
        topic_entered_at=datetime.fromisoformat("2025-09-02"),
        topic_entered_at_is_day=True,
    )
    lesson(
        "told day late",
        topic_from="2025-09-05T07:00",
        topic_entered_at=datetime.fromisoformat("2025-09-03"),
        topic_entered_at_is_day=True,
    )
    lesson(
        "told too early",
        topic_from="2025-09-05T07:00",
        topic_not_before="2025-09-04T07:00",
        topic_entered_at=datetime.fromisoformat("2025-09-02T12:00:00"),
    )
    s.lesson("erased", DAY)
    for known_from, known_to, not_before, topic in (
        ("2025-09-02T23:50", "2025-09-05T07:00", "2025-09-02T07:00", "Тема"),
        ("2025-09-05T07:00", "2025-09-08T07:00", None, ""),
        ("2025-09-08T07:00", None, "2025-09-07T23:50", "Тема"),
    ):
        s.row(
            "lessons__topic",
            lesson_id="erased",
            topic=topic,
            known_from=known_from,
            known_to=known_to,
            not_before=not_before,
        )
    s.lesson("edited", DAY)
    s.row("lessons__topic", lesson_id="edited", topic="А", known_from="2025-09-02T23:50", known_to="2025-09-05T07:00")
    s.row("lessons__topic", lesson_id="edited", topic="Б", known_from="2025-09-05T07:00", not_before="2025-09-04T07:00")
    s.lesson("removed", DAY)
    s.row("lessons__topic", lesson_id="removed", topic="А", known_from="2025-09-02T23:50", known_to="2025-09-05T07:00")


@pytest.mark.parametrize(
    ("lesson", "verdict"),
    [
        ("in time", "in_time"),
        ("late", "late"),
        ("overnight", "undetermined"),
        ("first load", "undetermined"),
        ("empty", "missing"),
        ("blank", "missing"),
        ("never entered", "missing"),
        ("today", "pending"),
        ("told in time", "in_time"),
        ("told late", "late"),
        ("told day in time", "in_time"),
        ("told day late", "late"),
        ("told too early", "late"),
        ("erased", "late"),
        ("edited", "in_time"),
        ("removed", "missing"),
    ],
)
def test_verdict(built: Built, lesson: str, verdict: str) -> None:
    assert built.verdicts("topics", "topic_filled")[lesson] == verdict


def test_only_held_lessons_are_judged(built: Built) -> None:
    assert not {"cancelled", "planned"} & built.verdicts("topics", "topic_filled").keys()


def test_delay_is_an_interval(built: Built) -> None:
    rows = built.checks("topics", "topic_filled")
    assert (rows["late"]["delay_min_low"], rows["late"]["delay_min_high"]) == (1430, 1860)
    assert (rows["told late"]["delay_min_low"], rows["told late"]["delay_min_high"]) == (14, 15)
    assert (rows["empty"]["delay_min_low"] > 0, rows["empty"]["delay_min_high"]) == (True, None)
    assert rows["overnight"]["delay_min_low"] is None


def test_a_source_time_outside_the_observed_interval_is_flagged_and_does_not_judge(built: Built) -> None:
    row = built.checks("topics", "topic_filled")["told too early"]
    assert row["entered_by"] == datetime.fromisoformat("2025-09-05T07:00:00")
    assert "не согласуется" in row["detail"]


@school("looks", as_of="2025-09-20T08:00")
def looks(s: School) -> None:
    s.basics("7Б")
    s.basics("8А", pupils=0)
    s.basics("9В", pupils=0)
    s.lesson("7", DAY, class_id="7Б")
    s.lesson("8", DAY, class_id="8А")
    s.lesson("9", DAY, class_id="9В")
    s.seen("2025-09-19T23:50", class_id="7Б")
    s.seen("2025-09-02T12:00", class_id="8А")
    s.statement("2025-09-19T23:50", "lessons", class_id="9В", columns="lesson_id;class_id;date")


def test_the_newest_export_never_judges_a_class_it_does_not_hold(built: Built) -> None:
    assert built.verdicts("looks", "topic_filled") == {"7": "missing", "8": "no_data", "9": "no_data"}


def test_not_carried_is_not_stated_empty(built: Built) -> None:
    coverage = built.rows(
        "select class_id, is_fed, needs from marts.rule_coverage where school_id = 'looks' and rule = 'topic_filled'"
    )
    assert {row["class_id"]: row["is_fed"] for row in coverage} == {"7Б": True, "8А": True, "9В": False}
    (needs,) = {row["needs"] for row in coverage if not row["is_fed"]}
    assert needs == "этой выгрузкой не проверяется: нужна выгрузка с темами уроков"


@school("excuses", as_of="2025-10-20T08:00")
def excuses(s: School) -> None:
    s.basics()
    s.seen("2025-10-19T23:50")
    s.row("teachers", teacher_id="t1", last_name="Иванова", first_name="Анна", middle_name="Петровна")
    s.row("teacher_absences", teacher_id="sick", starts_on="2025-09-02", ends_on="2025-09-05", reason="Больничный")
    s.row("outages", starts_at="2025-09-09T10:00", ends_at="2025-09-09T20:00")
    s.row(
        "exclusions", exclusion_id="x", date_from="2025-09-16", date_to="2025-09-16", class_id="7Б", reason="Экскурсия"
    )
    s.row(
        "objections",
        rule="topic_filled",
        subject_key="withdrawn",
        made_at="2025-10-01",
        teacher_id="t1",
        reason="",
        answer="withdrawn",
    )
    s.lesson("leave", DAY, teacher_id="sick")
    s.lesson("after leave", "2025-09-08", teacher_id="sick")
    s.lesson("outage", "2025-09-09")
    s.lesson("exclusion", "2025-09-16")
    s.lesson("withdrawn", "2025-09-17")
    s.lesson("plain", "2025-09-18")
    s.lesson("substitute", "2025-09-03", teacher_id="t2", planned_teacher_id="sick")


@pytest.mark.parametrize(
    ("lesson", "status", "excuse"),
    [
        ("leave", "excused", "не учтено: больничный"),
        ("after leave", "missing", ""),
        ("outage", "excused", "не учтено: электронный журнал был недоступен"),
        ("exclusion", "excused", "не учтено: экскурсия"),
        ("withdrawn", "withdrawn", ""),
        ("plain", "missing", ""),
    ],
)
def test_excuses(built: Built, lesson: str, status: str, excuse: str) -> None:
    row = built.checks("excuses", "topic_filled")[lesson]
    assert (row["verdict"], row["status"], row["excuse"]) == ("missing", status, excuse)


def test_the_substitute_answers_and_not_the_teacher_on_leave(built: Built) -> None:
    row = built.checks("excuses", "topic_filled")["substitute"]
    assert (row["teacher_id"], row["status"]) == ("t2", "missing")
    named = {
        row["teacher_id"]
        for row in built.rows("select teacher_id from reports.rpt_document__remarks where school_id = 'excuses'")
    }
    assert "t2" in named


def test_excused_rows_stay_out_of_shares_and_remarks(built: Built) -> None:
    total = built.one(
        "select sum(n_due) as due, sum(excused) as excused, sum(missing) as missing "
        "from reports.rpt_deputy__timeliness "
        "where school_id = 'excuses' and rule = 'topic_filled'"
    )
    assert (total["due"], total["excused"], total["missing"]) == (7, 4, 3)
    lines = built.rows(
        "select remark "
        "from reports.rpt_document__remarks where school_id = 'excuses' and rule = 'topic_filled' order by teacher_id"
    )
    assert [row["remark"] for row in lines] == [
        "7Б, физика: 1 урок без темы, 08.09",
        "7Б, физика: 1 урок без темы, 18.09",
        "7Б, физика: 1 урок без темы, 03.09",
    ]


@school("as_of_early", as_of="2025-09-03T12:00")
@school("as_of_late", as_of="2025-09-10T12:00")
def rebuilt(s: School) -> None:
    s.basics()
    s.seen("2025-09-03T07:00", "2025-09-09T07:00")
    s.lesson("entered later", DAY, topic="Тема", topic_from="2025-09-09T07:00", topic_not_before="2025-09-03T07:00")
    s.lesson("erased later", DAY)
    s.row(
        "lessons__topic",
        lesson_id="erased later",
        topic="А",
        known_from="2025-09-02T20:00",
        known_to="2025-09-09T07:00",
    )
    s.lesson("removed later", DAY, topic="Тема", topic_from="2025-09-02T20:00")
    s.mark("entered later", "p1", "5", known_from="2025-09-09T07:00")


def test_an_earlier_as_of_hides_what_came_later(built: Built) -> None:
    assert built.verdicts("as_of_early", "topic_filled") == {
        "entered later": "missing", "erased later": "in_time", "removed later": "in_time"
    }  # fmt: skip
    assert built.verdicts("as_of_late", "topic_filled") == {
        "entered later": "late", "erased later": "missing", "removed later": "in_time"
    }  # fmt: skip
    counts = built.rows("select school_id, count(*) as n from marts.fct_marks where school_id like 'as_of%' group by 1")
    assert {row["school_id"]: row["n"] for row in counts} == {"as_of_late": 1}
