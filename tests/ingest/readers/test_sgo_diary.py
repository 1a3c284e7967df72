"""Сетевой Город, the diary of a pupil: lessons, homework, assignments, marks, what goes with them, and what is odd."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import registry
from ingest.readers import sgo_diary as reader
from ingest.reading import Export, Reading, Statement, UnreadableExportError
from tests.ingest.readers.json_layouts_sgo import MANIFEST, Answer, Hour, Work, assign, diary, init, packed, types

MON, TUE, SUN = date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 13)
HOME = Work(11, 3, "стр. 5 № 3")
WEEK = {
    MON: (
        Hour(1, "Алгебра", 1, (HOME, Work(12, mark=5))),
        Hour(2, "Русский язык", 2, (Work(13, 4, "Контрольная № 1", mark=4), Work(14, debt=True))),
        Hour(3, "Физика", 3, (Work(15, mark="УП"), Work(16, 3, "не задано", mark=3))),
    ),
    TUE: (Hour(4, "Разговоры о важном", 8, relay=2, extra=True),),
}


def read(files: dict[str, Any] | Answer, name: str = "дневник.json") -> Reading:
    export = packed({name: files} if "weekDays" in files else files)
    assert registry.reader_for(export) is reader
    return reader.read(export)


def rows(reading: Reading, table: str, *names: str) -> list[Any]:
    frame = reading.tables.get(table)
    return [] if frame is None else frame.select(names).rows()


def stated(reading: Reading, table: str) -> Statement:
    return next(one for one in reading.statements if one.table == table)


def changed(**more: Any) -> Answer:
    return diary(WEEK, MON, **more)


# One week


def test_a_week_alone() -> None:
    reading = read(diary(WEEK, MON))
    assert rows(reading, "lessons", "lesson_id", "class_id", "subject_id", "date", "lesson_number", "lesson_kind") == [
        ("sgo:1", "7А", "алгебра", MON, 1, None),
        ("sgo:2", "7А", "русский язык", MON, 2, None),
        ("sgo:3", "7А", "физика", MON, 3, None),
        ("sgo:4", "7А", "разговоры о важном", TUE, 8, "внеурочное занятие"),
    ]
    times = rows(reading, "lessons", "starts_at", "ends_at")[0]
    assert tuple(map(str, times)) == ("08:30:00", "09:10:00")
    assert rows(reading, "homework", "homework_id", "lesson_id", "text", "none", "due_on") == [
        ("sgo:11", "sgo:1", "стр. 5 № 3", None, MON),
        ("sgo:16", "sgo:3", "не задано", True, MON),
    ]
    assert rows(reading, "assignments", "assignment_id", "lesson_id", "work_type", "title", "weight", "due_on") == [
        ("sgo:12", "sgo:1", "sgo:10", "Тема урока", None, MON),
        ("sgo:13", "sgo:2", "sgo:4", "Контрольная № 1", None, MON),
        ("sgo:14", "sgo:2", "sgo:10", "Тема урока", None, MON),
        ("sgo:15", "sgo:3", "sgo:10", "Тема урока", None, MON),
    ]
    assert rows(reading, "marks", "mark_id", "lesson_id", "assignment_id", "value", "kind", "counts_in_mean") == [
        ("sgo:12|1000", "sgo:1", "sgo:12", "5", "current", None),
        ("sgo:13|1000", "sgo:2", "sgo:13", "4", "current", None),
        ("sgo:14|1000", "sgo:2", "sgo:14", ".", "debt", False),
        ("sgo:16|1000", "sgo:3", None, "3", "current", None),
    ]
    assert rows(reading, "attendance", "lesson_id", "code") == [("sgo:3", "УП")]
    assert (reading.rejected, reading.warnings) == ([], [])
    assert [(one.external_id, one.full_name, one.class_id) for one in reading.people] == [("sgo:1000", "", "7А")]
    assert (reading.school_id, reading.school_name, reading.taken_at) == ("", "", None)


def test_no_moment_of_entry_is_read_from_the_edit_of_a_comment() -> None:
    comment = {"id": 1, "name": "<p>Молодец</p>", "teacher": {"id": 5, "name": "Учитель"}, "wasRead": True,
               "editTime": "2026-09-09T10:00:00"}  # fmt: skip
    answer = {"answer": "ответ ученика", "answerDate": "2026-09-08T20:00:00"}
    work = Work(12, mark=5, more={"markComment": comment, "textAnswer": answer})
    reading = read(diary({MON: (Hour(1, "Алгебра", 1, (work,)),)}, MON))
    assert "entered_at" not in reading.tables["marks"].columns
    assert rows(reading, "marks", "comment") == [("Молодец",)]
    assert "ответ ученика" not in repr(reading.tables)


def test_marks_of_a_week_are_whole_and_lessons_are_not() -> None:
    reading = read(diary(WEEK, MON))
    marks = stated(reading, "marks")
    assert (marks.complete, marks.date_from, marks.date_to, marks.class_id) == (True, MON, SUN, "7А")
    assert marks.pupil_id == reading.people[0].placeholder
    for table in ("lessons", "homework", "assignments", "attendance"):
        assert not stated(reading, table).complete, table
        assert (stated(reading, table).date_from, stated(reading, table).date_to) == (MON, SUN)


def test_a_week_without_a_mark_states_that_there_is_none_where_the_pupil_is_known() -> None:
    empty = diary({MON: (Hour(1, "Алгебра", 1, (Work(12),)),)}, MON)
    alone = read(empty)
    assert not [one for one in alone.statements if one.table == "marks"]
    assert [one.address for one in alone.warnings] == ["дневник.json"]
    for beside in ({"init.json": init()}, {"manifest.json": MANIFEST | {"pupil_id": "1000"}}):
        reading = read({"d.json": empty, **beside})
        assert stated(reading, "marks").complete
        assert "mark_id" in stated(reading, "marks").columns
        assert reading.people[0].external_id == "sgo:1000"
        assert not reading.warnings


def test_a_pupil_known_by_name_only() -> None:
    empty = diary({MON: (Hour(1, "Алгебра", 1, (Work(12),)),)}, MON)
    reading = read({"d.json": empty, "manifest.json": MANIFEST | {"pupil": "Пробный Иван Ильич"}})
    assert [(one.external_id, one.full_name) for one in reading.people] == [("", "пробный иван ильич")]
    assert stated(reading, "marks").complete


def test_two_lessons_at_one_place_are_of_subgroups() -> None:
    hours = (
        Hour(1, "Алгебра", 1), Hour(2, "Информатика", 3), Hour(3, "Физкультура", 3), Hour(4, "Хор", 3, relay=2),
    )  # fmt: skip
    reading = read(diary({MON: hours}, MON))
    assert rows(reading, "lessons", "lesson_id", "lesson_number", "subgroup_id") == [
        ("sgo:1", 1, None),
        ("sgo:2", 3, "7А|информатика|подгруппа"),
        ("sgo:3", 3, "7А|физкультура|подгруппа"),
        ("sgo:4", 3, None),
    ]
    assert rows(reading, "subgroup_classes", "subgroup_id", "class_id") == [
        ("7А|информатика|подгруппа", "7А"), ("7А|физкультура|подгруппа", "7А"),
    ]  # fmt: skip
    assert "subgroup_members" not in reading.tables


@pytest.mark.parametrize(
    ("mark", "marks", "codes"),
    [
        pytest.param(4, [("sgo:12|1000", "4", "current", 1)], [], id="a number"),
        pytest.param("4-", [("sgo:12|1000", "4-", "current", 1)], [], id="a sign"),
        pytest.param(
            "5/4", [("sgo:12|1000", "5", "current", 1), ("sgo:12|1000|2", "4", "second_criterion", 2)], [], id="two"
        ),
        pytest.param("зач", [("sgo:12|1000", "зач", "current", 1)], [], id="a word"),
        pytest.param("НП", [], ["НП"], id="a code"),
        pytest.param("ОП 5", [("sgo:12|1000", "5", "current", 1)], ["ОП"], id="a code and a mark"),
        pytest.param("OП", [], ["ОП"], id="a code with a Latin letter"),
    ],
)
def test_what_stands_in_the_place_of_a_mark(mark: object, marks: list[Any], codes: list[str]) -> None:
    reading = read(diary({MON: (Hour(1, "Алгебра", 1, (Work(12, mark=mark),)),)}, MON))
    assert rows(reading, "marks", "mark_id", "value", "kind", "ordinal") == marks
    assert [code for (code,) in rows(reading, "attendance", "code")] == codes
    assert not reading.rejected


@pytest.mark.parametrize(("mark", "table"), [("ДО", "attendance"), (87, "marks"), ({"a": 1}, "marks")])
def test_what_is_not_understood_is_rejected_and_the_marks_are_then_not_whole(mark: object, table: str) -> None:
    works = (Work(12, mark=mark), Work(13, mark=5))
    reading = read(diary({MON: (Hour(1, "Алгебра", 1, works),)}, MON))
    assert [(one.table, one.address) for one in reading.rejected] == [
        (table, "дневник.json: weekDays[0].lessons[0].assignments[0].mark.mark")
    ]
    assert rows(reading, "marks", "value") == [("5",)]
    assert not rows(reading, "attendance", "code")
    assert stated(reading, "marks").complete == (table != "marks")


def test_a_mark_without_an_object_around_it() -> None:
    first, second = Work(12, more={"mark": 5}), Work(13, mark=4)
    reading = read(diary({MON: (Hour(1, "Алгебра", 1, (first, second)),)}, MON))
    assert rows(reading, "marks", "value") == [("5",), ("4",)]
    assert rows(reading, "marks", "mark_id") == [("sgo:12|1000",), ("sgo:13|1000",)]
    alone = read(diary({MON: (Hour(1, "Алгебра", 1, (first,)),)}, MON))
    assert [one.reason for one in alone.rejected] == ["Неизвестно, чья отметка: нет номера ученика"]


def test_the_code_of_a_lesson_is_taken_once_however_many_assignments_repeat_it() -> None:
    works = tuple(Work(12 + n, mark=code) for n, code in enumerate(("Б", "Б", "ОП", "Б")))
    reading = read(diary({MON: (Hour(1, "Алгебра", 1, works),)}, MON))
    assert rows(reading, "attendance", "ordinal", "code") == [(1, "Б"), (2, "ОП")]


def test_a_mark_beside_a_point_counts_and_is_told_of() -> None:
    reading = read(diary({MON: (Hour(1, "Алгебра", 1, (Work(12, mark=4, debt=True),)),)}, MON))
    assert rows(reading, "marks", "value") == [("4",)]
    assert [one.address.rpartition(".")[2] for one in reading.warnings] == ["dutyMark"]


# What goes with a week


def test_details_tell_weight_teacher_and_subgroup() -> None:
    files = {
        "d1.json": diary(WEEK, MON),
        "a12.json": assign(12, 20, ((51, "Учитель Анна Ивановна"),), (900, "7А/Алгебра")),
        "a13.json": assign(13, 40, ((52, "Учитель Борис"), (53, "Учитель Вера")), (901, "7А/Русский язык 2 группа")),
        "manifest.json": MANIFEST,
    }
    reading = read(files)
    assert rows(reading, "assignments", "assignment_id", "weight")[:2] == [("sgo:12", 20.0), ("sgo:13", 40.0)]
    assert rows(reading, "marks", "mark_id", "weight")[0] == ("sgo:12|1000", 20.0)
    teacher = next(one for one in reading.people if one.external_id == "sgo:51")
    assert teacher.full_name == "учитель анна ивановна"
    assert rows(reading, "lessons", "lesson_id", "teacher_id", "subgroup_id")[:3] == [
        ("sgo:1", teacher.placeholder, None),
        ("sgo:2", None, "sgo:901"),  # of two teachers nobody is chosen
        ("sgo:3", None, None),
    ]
    assert rows(reading, "subgroups", "subgroup_id", "name") == [("sgo:901", "7А/Русский язык 2 группа")]
    assert (reading.school_id, reading.taken_at and str(reading.taken_at)) == ("s1", "2026-09-13 20:00:00")


def test_homework_is_known_by_the_name_of_its_type() -> None:
    hours = (Hour(1, "Алгебра", 1, (Work(11, 3, "№ 5"), Work(12, 77, "№ 6"))),)
    own = types((3, "Сочинение", "С"), (77, "Домашнее задание", "ДЗ"))
    reading = read({"d.json": diary({MON: hours}, MON), "t.json": own, "manifest.json": MANIFEST})
    assert rows(reading, "homework", "homework_id") == [("sgo:12",)]
    assert rows(reading, "assignments", "assignment_id") == [("sgo:11",)]
    usual = read(diary({MON: hours}, MON))
    assert rows(usual, "homework", "homework_id") == [("sgo:11",)]
    assert ("sgo:77", "Вид работы 77") in rows(usual, "work_types", "work_type", "name")


def test_only_the_servers_own_directory_makes_a_work_a_control_work() -> None:
    week = diary({MON: (Hour(1, "Алгебра", 1, (Work(12, 4, mark=5),)),)}, MON)
    assert rows(read(week), "work_types", "work_type", "name") == [("sgo:4", "Контрольная работа")]
    assert "is_control" not in read(week).tables["work_types"].columns
    known = read({"d.json": week, "t.json": types(), "manifest.json": MANIFEST})
    flags = {row[0]: row[1:] for row in rows(known, "work_types", "name", "is_control", "is_written")}
    assert flags["Контрольная работа"] == (True, True)
    assert flags["Диктант"] == (False, True)
    assert flags["Ответ на уроке"] == (False, False)


def test_the_directory_of_types_alone() -> None:
    export = packed({"types.json": types()})
    assert registry.reader_for(export) is reader
    reading = reader.read(export)
    assert len(rows(reading, "work_types", "work_type")) == 4
    assert set(reading.tables) == {"work_types"}


@pytest.mark.parametrize(("name", "full"), [("Пробный Иван Ильич", True), ("Иван", False), ("Пробный И. И.", False)])
def test_a_shortened_name_is_not_taken_for_a_full_one(name: str, full: bool) -> None:
    reading = read({"d.json": changed(className=""), "i.json": init(name=name), "manifest.json": MANIFEST})
    assert reading.people[0].full_name == (name.lower() if full else "")
    assert reading.people[0].class_id == "7А", "the class of init"
    assert ("pupils" in reading.tables) == full


def test_weeks_of_two_pupils_in_one_folder() -> None:
    other = {MON: (Hour(1, "Алгебра", 1, (HOME, Work(12, mark=2, student=2000))),)}
    reading = read({"a.json": diary(WEEK, MON), "b.json": diary(other, MON), "manifest.json": MANIFEST})
    assert sorted(row[0] for row in rows(reading, "marks", "mark_id") if "12|" in row[0]) == [
        "sgo:12|1000", "sgo:12|2000",
    ]  # fmt: skip
    assert len(rows(reading, "homework", "homework_id")) == 2
    assert {one.pupil_id for one in reading.statements if one.table == "marks"} == {
        one.placeholder for one in reading.people
    }


def test_a_broken_lesson_of_one_pupil_leaves_the_marks_of_the_other_whole() -> None:
    broken = {MON: (Hour(1, "", 1, (Work(12, mark=5),)), Hour(2, "Физика", 2, (Work(13, mark=4),)))}
    other = {MON: (Hour(1, "Алгебра", 1, (Work(12, mark=2, student=2000),)),)}
    reading = read({"a.json": diary(broken, MON), "b.json": diary(other, MON), "manifest.json": MANIFEST})
    assert [one.address for one in reading.rejected] == ["a.json: weekDays[0].lessons[0].subjectName"]
    whole = {one.pupil_id: one.complete for one in reading.statements if one.table == "marks"}
    by_id = {one.external_id: whole[one.placeholder] for one in reading.people}
    assert by_id == {"sgo:1000": False, "sgo:2000": True}


# Bad input


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param({"d.json": json.dumps(diary(WEEK, MON)).encode()[:-300]}, "обрезан", id="cut"),
        pytest.param({"d.json": changed(weekDays=None)}, "списка дней", id="no days"),
        pytest.param({"d.json": changed(weekStart="когда-то")}, "дат недели", id="no bounds"),
        pytest.param({"a.json": assign(12, 20, (), (900, "7А/Алгебра"))}, "без самого дневника", id="a detail alone"),
        pytest.param({"i.json": init()}, "без самого дневника", id="init alone"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_refused(files: dict[str, Any], said: str) -> None:
    export = packed(files)
    assert registry.reader_for(export) is reader
    with pytest.raises(UnreadableExportError, match=said) as refused:
        reader.read(export)
    assert refused.value.advice


def test_foreign_files_beside_are_told_of() -> None:
    reading = read({"d.json": diary(WEEK, MON), "x.json": {"a": 1}, "фото.jpg": b"\xff\xd8", "manifest.json": MANIFEST})
    assert sorted(one.address for one in reading.warnings) == ["x.json", "фото.jpg"]
    assert len(rows(reading, "marks", "value")) == 4


@pytest.mark.parametrize(
    "export",
    [
        pytest.param(packed({"a.json": {"message": "error"}}), id="an error"),
        pytest.param(packed({"a.json": []}), id="nothing"),
        pytest.param(Export("a", {"a.csv": b"mark_id;value\n1;5"}), id="a table"),
        pytest.param(Export("a", {"a.html": b'<html>"weekDays" "weekStart"</html>'}), id="a page"),
    ],
)
def test_other_files_are_not_taken_for_a_diary(export: Export) -> None:
    assert not reader.recognise(export)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=4) | st.just("2026-09-07T00:00:00"),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["date", "lessons", "day", "classmeetingId", "subjectName", "assignments", "mark", "id",
                         "studentId", "assignmentId", "typeId", "number", "weight", "dutyMark", "markComment"]),
        inner, max_size=6,
    ),
    max_leaves=20,
)  # fmt: skip


@given(st.lists(JSON_VALUES, max_size=3))
def test_no_answer_breaks_the_reader(days: list[Any]) -> None:
    reading = reader.read(packed({"d.json": diary({}, MON, weekDays=days), "m.json": types()}))
    if any(one.table in {"lessons", "assignments", "marks"} for one in reading.rejected):
        assert not any(one.complete for one in reading.statements if one.table == "marks")


@given(st.lists(st.sampled_from([None, 5, "4-", "УП", "5/4", "debt"]), min_size=1, max_size=8))
def test_every_mark_written_is_read(written: list[Any]) -> None:
    works = tuple(
        Work(20 + place, mark=None if one == "debt" else one, debt=one == "debt") for place, one in enumerate(written)
    )
    reading = read(diary({MON: (Hour(1, "Алгебра", 1, works),)}, MON))
    expected = [
        value
        for one in written
        for value in {"debt": ["."], "5/4": ["5", "4"], "УП": [], None: []}.get(one, [str(one)])
    ]
    assert [value for (value,) in rows(reading, "marks", "value")] == expected
    assert len(rows(reading, "attendance", "code")) == ("УП" in written)
