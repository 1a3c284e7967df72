"""Сетевой Город, answers of the mobile interface: lessons, marks with the moment of entry, totals, whose they are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import registry
from ingest.readers import sgo_diary
from ingest.readers import sgo_mobile as reader
from ingest.reading import Reading, Statement, UnreadableExportError
from tests.ingest.readers.json_layouts_sgo import (
    MANIFEST,
    Hour,
    Work,
    diary,
    education,
    meeting,
    packed,
    result,
    students,
    subject_term,
    terms,
    total,
    work,
)

MON, TUE = date(2026, 9, 7), date(2026, 9, 8)
OWN = MANIFEST | {"pupil_id": "1000"}
MEETINGS = [meeting(1, MON, 1), meeting(2, TUE, 2, "Физика", attendance="ОТ")]
QUARTER = terms((9, "1 четверть", "2026-09-01", "2026-10-27"))


def read(files: dict[str, Any]) -> Reading:
    export = packed(files)
    assert registry.reader_for(export) is reader
    return reader.read(export)


def rows(reading: Reading, table: str, *names: str) -> list[Any]:
    frame = reading.tables.get(table)
    return [] if frame is None else frame.select(names).rows()


def stated(reading: Reading, table: str) -> Statement:
    return next(one for one in reading.statements if one.table == table)


# Lessons and attendance


def test_lessons_alone() -> None:
    reading = read({"classmeetings.json": MEETINGS})
    teacher = next(one for one in reading.people if one.role == "teacher")
    assert (teacher.external_id, teacher.full_name) == ("sgo:51", "учитель анна ивановна")
    assert rows(reading, "lessons", "lesson_id", "subject_id", "date", "lesson_number", "teacher_id", "topic") == [
        ("sgo:1", "алгебра", MON, 1, teacher.placeholder, "Дроби"),
        ("sgo:2", "физика", TUE, 2, teacher.placeholder, "Дроби"),
    ]
    assert [tuple(map(str, row)) for row in rows(reading, "lessons", "starts_at", "ends_at")] == [
        ("08:30:00", "09:10:00"), ("09:30:00", "10:10:00"),
    ]  # fmt: skip
    assert rows(reading, "attendance", "lesson_id", "ordinal", "code") == [("sgo:2", 1, "ОТ")]
    whole = stated(reading, "attendance")
    assert (whole.complete, whole.date_from, whole.date_to) == (True, MON, TUE)
    assert whole.pupil_id == next(one.placeholder for one in reading.people if one.role == "pupil")
    assert not stated(reading, "lessons").complete
    assert (reading.rejected, reading.warnings) == ([], [])


@pytest.mark.parametrize(("code", "meaning"), [("УП", "excused"), (2, "excused"), (6, "released"), ("НП", "unexcused")])
def test_codes_are_letters_or_numbers(code: object, meaning: str) -> None:
    from ingest import code_map

    reading = read({"c.json": [meeting(1, MON, 1, attendance=code)]})
    ((shown,),) = rows(reading, "attendance", "code")
    assert shown == str(code)
    assert code_map.canonical("sgo", "mobile_api", "attendance", shown) == meaning


def test_a_time_of_day_without_a_day_and_several_teachers() -> None:
    odd = meeting(
        1, MON, 1, startTime="8:30", endTime="9:10", extraActivity=True,
        teachers=[{"id": 1, "name": "А Б В"}, {"id": 2, "name": "Г Д Е"}],
    )  # fmt: skip
    reading = read({"c.json": [odd]})
    assert [str(one) for one in rows(reading, "lessons", "starts_at", "ends_at")[0]] == ["08:30:00", "09:10:00"]
    assert rows(reading, "lessons", "teacher_id", "lesson_kind") == [(None, "внеурочное занятие")]


def test_a_lesson_without_a_day_is_rejected_and_attendance_is_then_not_whole() -> None:
    reading = read(
        {"c.json": [meeting(1, MON, 1), meeting(2, MON, 2, attendance="Б") | {"day": None, "startTime": None}]}
    )
    assert {(one.table, one.address) for one in reading.rejected} == {
        ("lessons", "c.json: [1].day"), ("attendance", "c.json: [1]"),
    }  # fmt: skip
    assert not stated(reading, "attendance").complete
    assert len(rows(reading, "lessons", "lesson_id")) == 1


# Marks


def test_the_moment_of_entry_is_that_of_the_result() -> None:
    works = [
        work(12, 1, MON, 5, "2026-09-07T14:03:11.25"),
        work(13, 1, MON, "4-", "2026-09-09T00:00:00", comment="хорошо"),
        work(14, 1, MON, duty=True),
        work(15, 2, TUE, "УП", "2026-09-08T09:00:00", subjectName="Физика"),
        work(16, 1, MON),
    ]
    reading = read({"c.json": MEETINGS, "w.json": works})
    assert rows(
        reading, "marks", "mark_id", "lesson_id", "assignment_id", "value", "kind", "weight", "entered_at",
        "entered_at_is_day", "comment",
    ) == [
        ("sgo:12|1000", "sgo:1", "sgo:12", "5", "current", 10.0, datetime(2026, 9, 7, 14, 3, 11, 250000), False, None),
        ("sgo:13|1000", "sgo:1", "sgo:13", "4-", "current", 10.0, datetime(2026, 9, 9), True, "хорошо"),
        ("sgo:14|1000", "sgo:1", "sgo:14", ".", "debt", 10.0, None, None, None),
    ]  # fmt: skip
    assert sorted(row[0] for row in rows(reading, "attendance", "code")) == ["ОТ", "УП"]
    assert len(rows(reading, "assignments", "assignment_id")) == 5
    assert rows(reading, "work_types", "work_type", "name", "is_oral") == [("sgo:10", "Ответ на уроке", True)]
    assert not stated(reading, "marks").complete


@pytest.mark.parametrize(
    ("raw", "zone", "entered"),
    [
        pytest.param("2026-09-07T11:03:00Z", "Europe/Moscow", datetime(2026, 9, 7, 14, 3), id="converted"),
        pytest.param("2026-09-07T11:03:00Z", None, None, id="no zone"),
        pytest.param(1788779000000, "Europe/Moscow", None, id="a number"),
    ],
)
def test_an_entry_in_another_zone_or_form(raw: object, zone: str | None, entered: datetime | None) -> None:
    about = OWN | ({"timezone": zone} if zone else {})
    reading = read({"w.json": [work(12, 1, MON, 5, raw)], "manifest.json": about})
    assert rows(reading, "marks", "value", "entered_at") == [("5", entered)]
    assert [one.address for one in reading.warnings] == ([] if entered else ["w.json: [0].resultDate"])
    assert not reading.rejected


def test_marks_are_whole_where_the_manifest_says_so() -> None:
    about = OWN | {"scope_from": "2026-09-07", "scope_to": "2026-09-13", "complete": True}
    files = {"w.json": [work(12, 1, MON, 5)], "manifest.json": about}
    marks = stated(read(files), "marks")
    assert (marks.complete, marks.date_from, marks.date_to) == (True, MON, date(2026, 9, 13))
    assert not stated(read(files | {"w.json": [work(12, 1, MON, 87)]}), "marks").complete
    assert not stated(read(files | {"manifest.json": OWN | {"complete": True}}), "marks").complete


def test_homework_and_a_lesson_that_only_an_assignment_shows() -> None:
    home = work(11, 7, TUE, assignmentTypeId=3, assignmentTypeName="Домашнее задание", assignmentName="№ 5")
    reading = read({"w.json": [home], "manifest.json": OWN})
    assert rows(reading, "homework", "homework_id", "lesson_id", "text", "due_on") == [("sgo:11", "sgo:7", "№ 5", TUE)]
    assert rows(reading, "lessons", "lesson_id", "date", "evidence") == [("sgo:7", TUE, "inferred")]
    assert "assignments" not in reading.tables


def test_an_assignment_without_a_lesson_is_rejected() -> None:
    reading = read({"w.json": [work(12, 1, MON, 5, classmeetingId=None)], "manifest.json": OWN})
    assert {(one.table, one.address) for one in reading.rejected} == {
        ("assignments", "w.json: [0].classmeetingId"), ("marks", "w.json: [0].classmeetingId"),
    }  # fmt: skip
    assert "marks" not in reading.tables


def test_lessons_and_marks_meet_those_of_the_diary() -> None:
    mobile = read({"c.json": MEETINGS, "w.json": [work(12, 1, MON, 5)]})
    web = sgo_diary.read(packed({"d.json": diary({MON: (Hour(1, "Алгебра", 1, (Work(12, mark=5),)),)}, MON)}))
    for table, key in (("lessons", "lesson_id"), ("marks", "mark_id"), ("assignments", "assignment_id")):
        assert rows(web, table, key)[0] in rows(mobile, table, key)
    assert {one.placeholder for one in web.people} <= {one.placeholder for one in mobile.people}


# Whose


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([work(12, 1, MON, 5)], id="assignments"),
        pytest.param(work(12, 1, MON, 5), id="one assignment"),
        pytest.param(subject_term([result(12, 1, MON, 5)], [], 5), id="a subject"),
        pytest.param([total([("1 четверть", 5, "PointSystem")], [])], id="totals"),
    ],
)
def test_an_answer_that_does_not_say_whose_it_is_needs_a_manifest(answer: Any) -> None:
    with pytest.raises(UnreadableExportError, match="о каком ученике") as refused:
        reader.read(packed({"a.json": answer}))
    assert "pupil_id" in refused.value.advice
    read({"a.json": answer, "manifest.json": OWN})
    read({"a.json": answer, "manifest.json": MANIFEST | {"pupil": "Пробный Иван Ильич"}})


def test_marks_in_a_folder_of_two_pupils_are_nobodys() -> None:
    files = {"c.json": [meeting(1, MON, 1), meeting(1, MON, 1, studentId=2000)], "w.json": [work(12, 1, MON, 5)]}
    reading = read(files)
    assert "marks" not in reading.tables
    assert [(one.table, one.reason) for one in reading.rejected] == [
        ("marks", "Неизвестно, чья отметка: в папке ответы о нескольких учениках")
    ]
    assert rows(read(files | {"manifest.json": OWN}), "marks", "mark_id") == [("sgo:12|1000",)]


def test_names_class_school_and_year() -> None:
    files = {
        "c.json": MEETINGS, "s.json": students((1000, "Пробный Иван Ильич")), "e.json": education(),
        "manifest.json": {"taken_at": "2026-09-13T20:00"},
    }  # fmt: skip
    reading = read(files)
    pupil = next(one for one in reading.people if one.role == "pupil")
    assert (pupil.full_name, pupil.class_id, pupil.academic_year) == ("пробный иван ильич", "7А", "2026/2027")
    assert reading.school_name == "МБОУ СОШ № 0"
    assert rows(reading, "classes", "academic_year", "class_id", "grade") == [("2026/2027", "7А", 7)]
    assert {row[0] for row in rows(reading, "lessons", "class_id")} == {"7А"}
    named = read(files | {"manifest.json": MANIFEST | {"class_name": "8Б"}})
    assert (named.school_id, named.school_name) == ("s1", "")
    assert {row[0] for row in rows(named, "lessons", "class_id")} == {"8Б"}


# A subject in a term


def test_a_subject_in_a_term() -> None:
    answer = subject_term(
        [result(12, 1, MON, 5), result(13, 2, TUE, 4), result(14, 2, TUE, None, duty=True)],
        [{"classMeetingId": 3, "classMeetingDate": "2026-09-09T00:00:00", "attendanceMark": "Б"}],
        4.5,
    )
    reading = read({"p.json": answer, "t.json": QUARTER, "manifest.json": OWN})
    assert rows(reading, "marks", "mark_id", "lesson_id", "value") == [
        ("sgo:12|1000", "sgo:1", "5"), ("sgo:13|1000", "sgo:2", "4"), ("sgo:14|1000", "sgo:2", "."),
    ]  # fmt: skip
    assert rows(reading, "lessons", "lesson_id", "subject_id", "evidence")[0] == ("sgo:1", "алгебра", "inferred")
    assert rows(reading, "attendance", "lesson_id", "code") == [("sgo:3", "Б")]
    assert rows(reading, "reported_averages", "subject_id", "period_id", "mean", "n_marks", "computed") == [
        ("алгебра", "quarter-1", 4.5, 2, 4.5)
    ]
    for table in ("marks", "attendance"):
        told = stated(reading, table)
        assert (told.complete, told.subject_id) == (True, "алгебра")
        assert (told.date_from, told.date_to) == (date(2026, 9, 1), date(2026, 10, 27))
    assert rows(reading, "periods", "period_id", "starts_on") == [("quarter-1", date(2026, 9, 1))]


def test_without_the_bounds_of_the_term_nothing_is_stated_as_whole() -> None:
    reading = read({"p.json": subject_term([result(12, 1, MON, 5)], [], 5), "manifest.json": OWN})
    assert not any(one.complete for one in reading.statements)


def test_a_mean_of_marks_of_different_weights_is_not_taken_for_a_plain_one() -> None:
    results = [result(12, 1, MON, 5), result(13, 2, TUE, 2, weight=30)]
    reading = read({"p.json": subject_term(results, [], 2.75), "manifest.json": OWN})
    assert rows(reading, "reported_averages", "mean", "as_printed", "computed") == [(None, "2.75", 3.5)]


# Totals


def test_marks_for_terms_and_the_year() -> None:
    answer = [total(
        [("1 четверть", 5, "PointSystem"), ("2 четверть", None, "PointSystem"), ("3 четверть", None, "NotExamined")],
        [("Годовая", 4), ("Экзаменационная", None), ("Итоговая", "зач"), ("Годовая", None)],
    )]  # fmt: skip
    files = {"t.json": answer, "subjects.json": [{"id": 77, "name": "Алгебра", "order": 1}], "e.json": education()}
    reading = read(files | {"manifest.json": OWN})
    columns = ("subject_id", "academic_year", "kind", "period_id", "class_id", "value", "deleted")
    assert rows(reading, "period_marks", *columns) == [
        ("алгебра", "2026/2027", "period", "quarter-1", "7А", "5", False),
        ("алгебра", "2026/2027", "period", "quarter-2", "7А", "", True),
        ("алгебра", "2026/2027", "period", "quarter-3", "7А", "н/а", False),
        ("алгебра", "2026/2027", "year", "", "7А", "4", False),
        ("алгебра", "2026/2027", "exam", "", "7А", "", True),
        ("алгебра", "2026/2027", "final", "", "7А", "зач", False),
    ]
    assert stated(reading, "period_marks").complete


def test_nobody_is_not_examined_in_a_term_that_is_still_running() -> None:
    answer = [total([("1 четверть", None, "NotExamined")], [])]
    files = {"t.json": answer, "subjects.json": [{"id": 77, "name": "Алгебра", "order": 1}], "terms.json": QUARTER}
    running = read(files | {"manifest.json": OWN})
    assert rows(running, "period_marks", "value", "deleted") == [("", True)]
    over = read(files | {"manifest.json": OWN | {"taken_at": "2026-10-28T12:00"}})
    assert rows(over, "period_marks", "value") == [("н/а",)]


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        pytest.param(total([("Модуль 1", 5, "PointSystem")], []), "t.json: [0].termTotals[0].term", id="a term"),
        pytest.param(total([], [("Прочее", 5)]), "t.json: [0].yearTotals[0].period", id="a kind"),
        pytest.param(total([("1 четверть", 87, "")], []), "t.json: [0].termTotals[0].mark", id="a scale"),
        pytest.param(total([("1 четверть", 5, "")], [], subject=1), "t.json: [0].subjectId", id="a subject"),
    ],
)
def test_an_unknown_total_is_rejected(answer: Any, address: str) -> None:
    files = {"t.json": [answer], "subjects.json": [{"id": 77, "name": "Алгебра", "order": 1}], "manifest.json": OWN}
    reading = read(files)
    assert [(one.table, one.address) for one in reading.rejected] == [("period_marks", address)]
    assert not stated(reading, "period_marks").complete


# Bad input


def test_a_cut_file_is_refused() -> None:
    data = packed({"c.json": MEETINGS}).files["c.json"][:-40]
    export = packed({"c.json": data})
    assert registry.reader_for(export) is reader
    with pytest.raises(UnreadableExportError, match="обрезан"):
        reader.read(export)


def test_other_answers_beside_are_told_of() -> None:
    reading = read({"c.json": MEETINGS, "x.json": [{"a": 1}], "y.json": [], "manifest.json": MANIFEST})
    assert [one.address for one in reading.warnings] == ["x.json: [0]", "y.json"]


FIELDS = (
    "classmeetingId", "scheduleTimeNumber", "assignmentId", "assignmentTypeId", "resultDate", "result", "subject",
    "results", "term", "termTotals", "yearTotals", "subjectId", "subjectName", "day", "dueDate", "studentId", "mark",
    "attendance", "teachers", "id", "name", "duty", "weight", "averageMark", "schoolyear", "startDate", "endDate",
)  # fmt: skip
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=4) | st.just("2026-09-07T00:00:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=8),
    max_leaves=20,
)  # fmt: skip


@given(JSON_VALUES)
def test_no_answer_breaks_the_reader(answer: Any) -> None:
    reader.read(packed({"a.json": answer, "c.json": MEETINGS, "t.json": QUARTER, "manifest.json": OWN}))
