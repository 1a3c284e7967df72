"""Prepared texts: lines of the document, sentences, shares."""

from __future__ import annotations

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school


@school("document", as_of="2025-11-20T08:00")
def document(s: School) -> None:
    s.basics()
    s.row("teachers", teacher_id="t1", last_name="Иванова", first_name="Анна", middle_name="Петровна")
    s.seen("2025-11-19T23:50")
    for day in (3, 5, 6, 10, 12, 14):
        s.lesson(f"n{day}", f"2025-11-{day:02}")
    for day in (7, 11):
        s.lesson(
            f"l{day}",
            f"2025-11-{day:02}",
            topic="Тема",
            topic_from="2025-11-18T07:00",
            topic_not_before="2025-11-17T07:00",
        )
    s.lesson("anyone", "2025-11-03", "Физика", number=3, teacher_id="")


def test_remarks_are_grouped_into_lines(built: Built) -> None:
    rows = built.rows(
        "select teacher_name, remark, n, clause "
        "from reports.rpt_document__remarks where school_id = 'document' and rule = 'topic_filled' "
        "order by teacher_id desc, verdict desc"
    )
    assert [row["remark"] for row in rows] == [
        "7Б, физика: 6 уроков без темы, 03–14.11",
        "7Б, физика: 2 темы внесены позже срока, 07–11.11",
        "7Б, физика: 1 урок без темы, 03.11",
    ]
    assert [row["teacher_name"] for row in rows] == ["Иванова А. П.", "Иванова А. П.", "учитель не указан в выгрузке"]
    assert {row["clause"] for row in rows} == {"Положение школы не введено; срок по умолчанию"}


def test_the_norm_of_marks_is_never_called_the_school_s(built: Built) -> None:
    rows = built.rows("select distinct clause, quote from reports.rpt_deputy__findings where rule = 'marks_below_norm'")
    assert rows == [{"clause": "Ориентир программы; в положении не указан", "quote": ""}]


def test_findings_say_when_and_never_who(built: Built) -> None:
    rows = built.rows(
        "select finding, pupil_name, verdict "
        "from reports.rpt_deputy__findings where school_id = 'document' and rule = 'topic_filled'"
    )
    sentences = {row["finding"] for row in rows}
    assert "Тема урока не заполнена (срок — 03.11 23:59)" in sentences
    assert "Тема урока внесена на время от 9 дн. до 10 дн. позже срока" in sentences
    assert not any(word in " ".join(sentences).lower() for word in ("нарушен", "опоздание учителя", "оценк"))


def test_the_grid_counts_lessons(built: Built) -> None:
    row = built.one(
        "select * from reports.rpt_deputy__fill_grid where school_id = 'document' and subject_id = 'физика'"
    )
    assert (row["lessons_due"], row["not_filled"], row["late"], row["undetermined"]) == (8, 6, 2, 0)


def test_timeliness_prints_its_bounds_and_judged_share(built: Built) -> None:
    rows = built.rows(
        "select * from reports.rpt_deputy__timeliness where school_id = 'topics' and rule = 'topic_filled'"
    )
    assert rows
    assert all(row["share_in_time_low"] <= row["share_in_time_high"] for row in rows)
    assert sum(row["undetermined"] for row in rows) == 2
    assert sum(row["n_due"] for row in rows) == 15


def test_the_status_counts_what_is_there(built: Built) -> None:
    row = built.one("select * from reports.rpt_school__status where school_id = 'document'")
    assert (row["n_classes"], row["n_pupils"], row["n_lessons"], row["n_marks"], row["n_teachers"]) == (1, 3, 9, 0, 1)


@school("empty", as_of="2025-09-01T08:00")
def empty(_s: School) -> None:
    """A school of which nothing is known yet."""


def test_a_school_without_exports_has_a_status_row(built: Built) -> None:
    row = built.one("select * from reports.rpt_school__status where school_id = 'empty'")
    assert (row["n_classes"], row["n_lessons"], row["judged_share"]) == (0, 0, None)
