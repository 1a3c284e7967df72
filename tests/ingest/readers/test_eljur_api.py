"""ЭлЖур: absences among the marks, the diary, homework, periods and final marks, and all that can be wrong."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import code_map
from ingest.readers import eljur_api
from ingest.readers.json_records import DISAGREES, EXTRA
from ingest.reading import Export, Reading, UnreadableExportError
from ingest.registry import reader_for
from tests.ingest.readers.json_layouts_eljur import (
    MANIFEST,
    UID,
    absence,
    day_of,
    diary,
    envelope,
    finals,
    homework,
    item,
    mark,
    marks,
    periods,
    rules,
    students,
    subject,
)
from tests.ingest.readers.json_layouts_sgo import packed
from tests.ingest.readers.readings import everything, faults, rows, stated

MONDAY = date(2026, 9, 14)
TUESDAY = MONDAY + timedelta(days=1)
LESSON = "7А|алгебра|2026-09-14|1"


def read(*answers: Any, **about: Any) -> Reading:
    files = {f"ответ {place}.json": answer for place, answer in enumerate(answers)}
    export = packed(files | {"manifest.json": MANIFEST | about})
    assert reader_for(export) is eljur_api
    return eljur_api.read(export)


# Marks and the absences among them


@pytest.mark.parametrize("as_list", [False, True], ids=["pupils by number", "pupils as a list"])
def test_marks_are_read(as_list: bool) -> None:
    control = {"id": 8, "type": "Контрольная работа", "short": "КР"}
    reading = read(
        marks(
            subject(
                "Алгебра", mark(MONDAY, "5", weight=2, weight_float=2.5, mtype=control, comment="Молодец",
                                lesson_comment="Дроби"),
                mark(TUESDAY, "4-", nm=2),
            ),
            as_list=as_list,
        )
    )  # fmt: skip
    assert rows(reading, "marks", "lesson_id", "value", "weight", "counts_in_mean", "work_type", "comment") == [
        (LESSON, "5", 2.5, True, "eljur:контрольная работа", "Молодец; Дроби"),
        ("7А|алгебра|2026-09-15|1", "4-", 1.0, True, "eljur:ответ на уроке", None),
    ]
    assert rows(reading, "work_types", "work_type", "name", "is_control", "is_oral") == [
        ("eljur:контрольная работа", "Контрольная работа", True, False),
        ("eljur:ответ на уроке", "Ответ на уроке", False, True),
    ]  # fmt: skip
    assert [(who.external_id, who.full_name, who.class_id) for who in reading.people] == [
        ("eljur:386", "пробный иван ильич", "7А")
    ]
    assert (reading.school_id, reading.taken_at) == ("s1", datetime(2026, 10, 1, 18))
    assert not reading.rejected
    assert not reading.warnings


@pytest.mark.parametrize(
    ("code", "meaning"),
    [("н", "unknown_reason"), ("Н", "unknown_reason"), ("оп", "late"), ("ОП", "late"), ("б", "ill"), ("у", "excused")],
)
def test_an_absence_among_the_marks_is_attendance_and_no_mark(code: str, meaning: str) -> None:
    reading = read(marks(subject("Алгебра", absence(MONDAY, code, comment="перелом руки"), mark(TUESDAY, "5"))))
    (kept,) = rows(reading, "attendance", "code")
    assert code_map.canonical("eljur", "api", "attendance", kept) == meaning
    assert rows(reading, "attendance", "lesson_id") == [LESSON]
    assert rows(reading, "marks", "value") == ["5"]
    assert "перелом" not in everything(reading), "what is written beside an absence may tell about health"


def test_an_unknown_code_is_rejected_and_never_becomes_an_absence_or_a_mark() -> None:
    reading = read(marks(subject("Алгебра", absence(MONDAY, "зж"))), scope_from="2026-09-01", scope_to="2026-10-30",
                   complete=True)  # fmt: skip
    assert not rows(reading, "attendance")
    assert not rows(reading, "marks")
    assert [(one.table, one.raw) for one in reading.rejected] == [("attendance", "зж")]
    assert "codes.csv" in reading.rejected[0].advice
    assert [one.complete for one in stated(reading, "attendance")] == [False]
    assert [one.complete for one in stated(reading, "marks")] == [True]


def test_an_absence_and_marks_of_one_lesson_in_one_value_are_all_read() -> None:
    reading = read(marks(subject("Литература", mark(MONDAY, "оп 5/4", convert=4.5))))
    assert rows(reading, "attendance", "code") == ["оп"]
    assert rows(reading, "marks", "value", "kind") == [("5", "current"), ("4", "second_criterion")]


def test_a_mark_that_does_not_count_is_kept_so_and_words_never_count() -> None:
    reading = read(marks(subject("Алгебра", mark(MONDAY, "2", count=False), mark(TUESDAY, "зач", count=True))))
    assert rows(reading, "marks", "value", "counts_in_mean") == [("2", False), ("зач", False)]


def test_a_mark_of_a_hundred_is_rejected() -> None:
    reading = read(marks(subject("Алгебра", mark(MONDAY, "87", max_mark=100))))
    assert not rows(reading, "marks")
    assert faults(reading)[0][0] == "marks"


@pytest.mark.parametrize(
    ("told", "printed", "agree"),
    [
        pytest.param([("5", 1), ("4", 1)], "4.5", True, id="plain"),
        pytest.param([("3/5", 1), ("5", 1)], "4.50", True, id="a double mark counts once"),
        pytest.param([("3/5", 1), ("5", 1)], "4.33", False, id="a double mark counted twice"),
        pytest.param([("5", 2), ("2", 1)], "4.00", True, id="weighted"),
        pytest.param([("5", 2), ("2", 1)], "3.50", False, id="weights forgotten"),
        pytest.param([("5", 0.5), ("2", 1)], "3", True, id="a fraction for a weight"),
    ],
)
def test_a_printed_mean_is_compared_with_the_marks(told: list[tuple[str, float]], printed: str, agree: bool) -> None:
    given = [
        mark(MONDAY + timedelta(days=place), value, weight=1, weight_float=weight)
        for place, (value, weight) in enumerate(told)
    ]
    uncounted = [mark(MONDAY, "2", count=False), absence(MONDAY, "н")]
    about = {"scope_from": "2026-09-01", "scope_to": "2026-10-25"}
    reading = read(marks(subject("Алгебра", *given, *uncounted, average=printed)), **about)
    assert [one.reason.startswith(DISAGREES) for one in reading.warnings] == ([] if agree else [True])
    plain = len({weight for _, weight in told}) == 1
    (row,) = rows(reading, "reported_averages")
    assert row["period_id"] == "quarter-1"
    assert (row["mean"], row["weighted_mean"]) == ((float(printed), None) if plain else (None, float(printed)))


def test_a_mean_of_no_known_period_is_compared_but_not_kept() -> None:
    reading = read(marks(subject("Алгебра", mark(MONDAY, "5"), average="4.00")))
    assert not rows(reading, "reported_averages")
    assert len(reading.warnings) == 1


@pytest.mark.parametrize(
    ("about", "whole"),
    [
        ({}, False), ({"complete": True}, False), ({"scope_from": "2026-09-01", "scope_to": "2026-09-30"}, False),
        ({"scope_from": "2026-09-01", "scope_to": "2026-09-30", "complete": True}, True),
    ],
)  # fmt: skip
def test_marks_are_whole_only_where_the_manifest_says_so(about: dict[str, Any], whole: bool) -> None:
    reading = read(marks(subject("Алгебра", mark(MONDAY, "5"))), **about)
    assert [one.complete for table in ("marks", "attendance") for one in stated(reading, table)] == [whole, whole]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Алгебра", "Химия"]), st.integers(0, 9),
            st.sampled_from(["5", "4", "3/5", "2", "4-", "зач", ".", "н", "оп", "б"]),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_what_is_written_is_read_back(entries: list[tuple[str, int, str]]) -> None:
    by_subject: dict[str, list[dict[str, Any]]] = {}
    for name, day, value in entries:
        write = absence if value in {"н", "оп", "б"} else mark
        by_subject.setdefault(name, []).append(write(MONDAY + timedelta(days=day), value))
    reading = read(marks(*(subject(name, *given) for name, given in by_subject.items())))
    days = {row["lesson_id"]: (row["subject_id"], row["date"]) for row in rows(reading, "lessons")}
    found = Counter((*days[row["lesson_id"]], row["value"]) for row in rows(reading, "marks"))
    found += Counter((*days[row["lesson_id"]], row["code"]) for row in rows(reading, "attendance"))
    assert found == Counter(
        (name.lower(), MONDAY + timedelta(days=day), part) for name, day, value in entries for part in value.split("/")
    )
    assert not reading.rejected


# Classes and people


def test_the_rules_tell_class_school_and_class_teacher() -> None:
    reading = read(rules(), marks(subject("Алгебра", mark(MONDAY, "5"))), school_id=None)
    assert rows(reading, "lessons", "class_id") == ["10А"]
    assert rows(reading, "classes", "class_id", "academic_year") == [("10А", "2026/2027")]
    assert rows(reading, "class_teachers", "class_id", "starts_on") == [("10А", date(2026, 9, 1))]
    assert rows(reading, "pupils", "last_name", "first_name", "middle_name") == [("Пробный", "Иван", "Ильич")]
    assert reading.school_name == "МБОУ СОШ № 0"
    teacher = next(who for who in reading.people if who.role == "teacher")
    assert (teacher.external_id, teacher.full_name) == ("eljur:51", "классная вера петровна")
    for secret in ("secret@", "Родительская", "1011"):
        assert secret not in everything(reading)


def test_two_pupils_of_unknown_classes_never_share_a_lesson() -> None:
    answers = [marks(subject("Алгебра", mark(MONDAY, "5")), uid=uid, title=f"Ученик {uid}") for uid in ("1", "2")]
    reading = read(*answers, **{"class": None})
    assert len(set(rows(reading, "lessons", "lesson_id"))) == 2
    assert set(rows(reading, "lessons", "class_id")) == {""}
    assert len(reading.people) == 2


def test_two_pupils_of_one_class_share_its_lessons() -> None:
    answers = [marks(subject("Алгебра", mark(MONDAY, "5")), uid=uid, title=f"Ученик {uid}") for uid in ("1", "2")]
    reading = read(*answers)
    assert rows(reading, "lessons", "lesson_id") == [LESSON]
    assert len(set(rows(reading, "marks", "pupil_id"))) == 2


def test_a_lone_file_without_a_manifest_is_read() -> None:
    reading = eljur_api.read(packed({"a.json": marks(subject("Алгебра", mark(MONDAY, "5")))}))
    assert rows(reading, "marks", "value") == ["5"]
    assert [who.academic_year for who in reading.people] == ["2026/2027"]


# The diary


def test_a_diary_is_read() -> None:
    reading = read(
        diary(
            day_of(
                MONDAY,
                item("Алгебра", 1, topic="Дроби", homework=homework("№ 5<br>№ 6", "Доклад"), is_control=True,
                     control_type="Контрольная работа"),
                item("Ин. язык", 2, grp="7А/англ. 1", grp_short="1"), item("История", 3, grp="7А", grp_short="7А"),
                extra=[{"name": "Шахматы", "topic": "Дебют", "teacher": "", "sort": 1, "homework": []}],
            ),
            day_of(TUESDAY),
        )
    )  # fmt: skip
    columns = ("lesson_id", "lesson_number", "starts_at", "topic", "lesson_kind", "subgroup_id", "evidence")
    assert rows(reading, "lessons", *columns) == [
        (LESSON, 1, time(8, 30), "Дроби", None, None, "stated"),
        ("7А|ин. язык|2026-09-14|1", 2, time(9, 30), None, None, "7А|ин. язык|7а/англ. 1", "stated"),
        ("7А|история|2026-09-14|1", 3, time(10, 30), None, None, None, "stated"),
        ("7А|шахматы|2026-09-14|1", None, None, "Дебют", EXTRA, None, "stated"),
    ]
    assert rows(reading, "subgroups", "name", "subject_id") == [("7А/англ. 1", "ин. язык")]
    assert rows(reading, "subgroup_classes", "class_id") == ["7А"]
    assert rows(reading, "homework", "lesson_id", "text", "due_on", "pupil_id") == [
        (LESSON, "№ 5 № 6", MONDAY, None), (LESSON, "Доклад", MONDAY, None),
    ]  # fmt: skip
    assert rows(reading, "assignments", "is_control", "work_type") == [(True, "eljur:контрольная работа")]
    assert rows(reading, "teachers", "last_name") == ["Учитель"]
    (one,) = stated(reading, "lessons")
    assert (one.date_from, one.date_to, one.complete, "topic" in one.columns) == (MONDAY, TUESDAY, False, True)


def test_homework_of_the_pupil_alone_is_his_and_two_pupils_of_a_class_share_the_rest() -> None:
    lesson = item("Алгебра", 1, homework=homework("№ 5"))
    own = item("Алгебра", 1, homework=homework("Доклад", individual=True))
    reading = read(*(diary(day_of(MONDAY, one), uid=uid) for uid, one in (("1", lesson), ("2", lesson), ("3", own))))
    third = next(who.placeholder for who in reading.people if who.external_id == "eljur:3")
    assert rows(reading, "homework", "text", "pupil_id") == [("№ 5", None), ("Доклад", third)]


def test_a_topic_that_no_lesson_shows_is_not_carried() -> None:
    (one,) = stated(read(diary(day_of(MONDAY, item("Алгебра", 1)))), "lessons")
    assert "topic" not in one.columns, "a topic that is not filled is not written, as where topics are not shown at all"


def test_homework_alone_shows_no_lessons() -> None:
    alone = {"name": "Алгебра", "homework": homework("№ 5"), "files": []}
    answer = students(days={"20260914": {"name": "20260914", "title": "", "items": {"Алгебра": alone}}})
    reading = read(answer)
    assert rows(reading, "homework", "text") == ["№ 5"]
    assert rows(reading, "lessons", "evidence", "lesson_number") == [("inferred", None)]
    assert not stated(reading, "marks")


def test_a_diary_without_marks_says_nothing_of_them() -> None:
    assert not stated(read(diary(day_of(MONDAY, item("Алгебра", 1)))), "marks")
    shown = diary(day_of(MONDAY, item("Алгебра", 1, assessments=[])))
    assert stated(read(shown), "marks")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["marks first", "diary first"])
def test_marks_and_diary_of_a_day_tell_of_the_same_marks(order: tuple[int, int]) -> None:
    listed = marks(subject("Алгебра", mark(MONDAY, "5"), mark(MONDAY, "4"), absence(MONDAY, "н"), mark(MONDAY, "5")))
    first = item("Алгебра", 2, assessments=[mark(MONDAY, "4")])
    second = item("Алгебра", 3, assessments=[absence(MONDAY, "н"), mark(MONDAY, "5"), mark(MONDAY, "5")])
    answers = (listed, diary(day_of(MONDAY, second, first)))
    reading = read(*(answers[place] for place in order))
    later = "7А|алгебра|2026-09-14|2"
    assert Counter(rows(reading, "marks", "lesson_id", "value")) == {(LESSON, "4"): 1, (later, "5"): 2}
    assert rows(reading, "attendance", "lesson_id", "code") == [(later, "н")]


def test_two_absences_of_a_day_belong_to_its_two_lessons() -> None:
    day = day_of(MONDAY, item("Алгебра", 1), item("Алгебра", 2))
    reading = read(diary(day), marks(subject("Алгебра", absence(MONDAY, "н"), absence(MONDAY, "н", nm=2))))
    assert rows(reading, "attendance", "lesson_id") == [LESSON, "7А|алгебра|2026-09-14|2"]
    alone = read(marks(subject("Алгебра", absence(MONDAY, "н"), absence(MONDAY, "н", nm=2))))
    assert rows(alone, "attendance", "lesson_id", "ordinal") == [(LESSON, 1), (LESSON, 2)]


# Periods and final marks


def test_periods_are_read() -> None:
    reading = read(periods(("I", "1 четверть", "20260901", "20261025"), ("год", "Год", "20260901", "20270531")))
    assert rows(reading, "periods", "period_id", "academic_year", "starts_on", "ends_on") == [
        ("quarter-1", "2026/2027", date(2026, 9, 1), date(2026, 10, 25))
    ]


def test_final_marks_are_read() -> None:
    given = {"Алгебра": {"I четверть": "4", "2 четверть": "", "Годовая": "5", "Экзамен": "3", "Итоговая": "н/а"}}
    reading = read(finals(given))
    assert rows(reading, "period_marks", "kind", "period_id", "value", "deleted") == [
        ("period", "quarter-1", "4", False), ("period", "quarter-2", "", True), ("year", "", "5", False),
        ("exam", "", "3", False), ("final", "", "н/а", False),
    ]  # fmt: skip
    assert [one.complete for one in stated(reading, "period_marks")] == [True]


@pytest.mark.parametrize(
    ("given", "about", "column"),
    [
        pytest.param({"Алгебра": {"Модуль 3": "5"}}, {}, "period", id="an unknown period"),
        pytest.param({"Алгебра": {"1 четверть": "сто"}}, {}, "value", id="no mark"),
        pytest.param({"": {"1 четверть": "5"}}, {}, "period", id="no subject"),
        pytest.param({"Химия": {"1 четверть": "5"}}, {"academic_year": None, "taken_at": None}, "period", id="no year"),
    ],
)
def test_a_final_mark_that_cannot_be_placed_is_rejected(
    given: dict[str, Any], about: dict[str, Any], column: str
) -> None:
    reading = read(finals(given), **about)
    assert not rows(reading, "period_marks")
    assert [(table, address.rpartition(".")[2]) for table, address in faults(reading)] == [("period_marks", column)]
    assert [one.complete for one in stated(reading, "period_marks")] == [False]


# Broken and foreign files


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (envelope(None, 403, "Доступ запрещён"), "отказом"),
        (envelope([], 400), "отказом"),
        (envelope({"students": {}}, 200, "Доступ запрещён"), "отказом"),
        (b'{"response": {"state": 200, "error": null, "result": {"students": {"1', "обрезан"),
        (envelope({"students": []}), "нет ни одной записи"),
        (envelope({"messages": [], "students": None}), "нет ни одной записи"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(content: Any, said: str) -> None:
    export = packed({"a.json": content})
    assert reader_for(export) is eljur_api
    with pytest.raises(UnreadableExportError) as refused:
        eljur_api.read(export)
    assert said in refused.value.reason
    assert refused.value.advice
    assert "Доступ" not in refused.value.reason


def test_a_broken_record_is_rejected_and_the_rest_is_read() -> None:
    odd = subject("Алгебра", mark(MONDAY, "5"), mark(MONDAY, "5", date="вчера"), mark(MONDAY, "5", date=None))
    nameless = subject("", mark(MONDAY, "3"))
    reading = read(marks(odd, nameless), diary(day_of(MONDAY, item("", 1))))
    assert rows(reading, "marks", "value") == ["5"]
    start = f"ответ 0.json: response.result.students.{UID}.lessons"
    assert set(faults(reading)) == {
        ("marks", f"{start}[0].marks[1].date"), ("marks", f"{start}[0].marks[2].date"), ("marks", f"{start}[1].name"),
        ("lessons", f"ответ 1.json: response.result.students.{UID}.days.20260914.items.1.name"),
    }  # fmt: skip


def test_marks_are_not_whole_where_a_lesson_was_rejected() -> None:
    broken = diary(day_of(MONDAY, item("", 1, assessments=[mark(MONDAY, "5")]), item("Химия", 2, assessments=[])))
    reading = read(broken, scope_from="2026-09-01", scope_to="2026-09-30", complete=True)
    assert [one.complete for table in ("marks", "attendance") for one in stated(reading, table)] == [False, False]


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["name", "marks", "value", "date", "items", "homework", "20260914", "lessons", "period", "mtype"]
        ),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(ODD, st.sampled_from(["lessons", "days", "periods", "items"]))
def test_no_content_breaks_the_reader(value: Any, key: str) -> None:
    for content in (students(**{key: value}), envelope({"students": value, "relations": value}), {"result": value}):
        with suppress(UnreadableExportError):
            eljur_api.read(packed({"a.json": content, "manifest.json": MANIFEST}))


@given(st.binary(max_size=200))
def test_no_bytes_break_recognition(data: bytes) -> None:
    assert eljur_api.recognise(Export("x", {"x.json": b'{"response": 1, "result": 2, "students": 3' + data}))
    eljur_api.recognise(Export("x", {"x.json": data}))
