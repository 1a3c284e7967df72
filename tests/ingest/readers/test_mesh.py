"""МЭШ: marks of all scales with their moments, points, lessons, homework, absences, and all that can be wrong."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import code_map
from ingest.readers import mesh, mesh_grades
from ingest.readers.json_records import EXTRA
from ingest.reading import Export, Reading, UnreadableExportError
from ingest.registry import reader_for
from tests.ingest.readers.json_layouts_mesh import (
    FIVE,
    HUNDRED,
    MANIFEST,
    TEN,
    attendance,
    event,
    events,
    form,
    group,
    item,
    lesson,
    mark,
    payload,
    profile,
    task,
    teachers_mark,
    value,
)
from tests.ingest.readers.json_layouts_sgo import packed
from tests.ingest.readers.readings import everything, faults, rows, stated

MONDAY = date(2026, 9, 14)
TUESDAY = MONDAY + timedelta(days=1)
TEACHERS = {"school_id": "s1", "taken_at": "2026-10-01T18:00"}
INFERRED = "7А|алгебра|2026-09-14|1"


def read(*answers: Any, manifest: Any = MANIFEST, **about: Any) -> Reading:
    files = {f"ответ {place}.json": answer for place, answer in enumerate(answers)}
    export = packed(files | {"manifest.json": manifest | about})
    assert reader_for(export) is mesh
    return mesh.read(export)


# Marks


def test_marks_are_read_with_their_moments() -> None:
    reading = read(
        payload(
            mark(11, MONDAY, "5", weight=2, comment="Молодец"),
            mark(
                12, MONDAY, "4", control_form_name="Контрольная работа", is_exam=True,
                created_at="2026-09-20T09:00:00", updated_at="2026-09-21T10:30:00",
            ),
        )
    )  # fmt: skip
    columns = ("mark_id", "lesson_id", "value", "kind", "weight", "entered_at", "updated_at", "comment")
    entered = datetime(2026, 9, 15, 12, 3)
    assert rows(reading, "marks", *columns) == [
        ("mesh:11", INFERRED, "5", "current", 2.0, entered, entered, "Молодец"),
        ("mesh:12", INFERRED, "4", "current", 1.0, datetime(2026, 9, 20, 9), datetime(2026, 9, 21, 10, 30), None),
    ]
    assert set(rows(reading, "marks", "entered_at_is_day")) == {False}
    assert rows(reading, "assignments", "assignment_id", "is_control") == [
        (f"{INFERRED}|mesh:устный ответ", False), (f"{INFERRED}|mesh:контрольная работа", True),
    ]  # fmt: skip
    assert rows(reading, "marks", "assignment_id") == rows(reading, "assignments", "assignment_id")
    assert rows(reading, "work_types", "name", "is_oral", "is_control") == [
        ("Устный ответ", True, False), ("Контрольная работа", False, True),
    ]  # fmt: skip
    assert [(who.external_id, who.class_id, who.academic_year) for who in reading.people] == [
        ("mesh:1000", "7А", "2026/2027")
    ]
    assert not reading.rejected
    assert not reading.warnings


@pytest.mark.parametrize(
    ("printed", "values", "read_as", "put"),
    [
        pytest.param("4-", [value("4-", 4.0)], ["4-"], None, id="as put on the scale of five"),
        pytest.param("87", [value("87", 4.0, 87.0, HUNDRED)], ["4"], "поставлено: 87", id="of a hundred, four of five"),
        pytest.param("8", [value("8", 4, None, TEN)], ["4"], "поставлено: 8", id="of ten"),
        pytest.param("5", [value("5", 5.0, None, TEN)], ["5"], None, id="of ten, but the same figure"),
        pytest.param("зач", [value("зачёт", None, None, "passed")], ["зач"], None, id="a word of any scale"),
        pytest.param("5/4", [value("5", 5.0), value("4", 4.0)], ["5", "4"], None, id="two values"),
        pytest.param("5", [{"five": 5.0, "hundred": 100.0, "original": "5", "nmax": 5.0}], ["5"], None, id="flat"),
    ],
)
def test_a_mark_is_kept_on_the_scale_of_five(printed: str, values: list[Any], read_as: list[str], put: Any) -> None:
    scale = values[0].get("grade_system_type", FIVE)
    reading = read(payload(mark(11, MONDAY, printed, values, original_grade_system_type=scale)))
    assert rows(reading, "marks", "value") == read_as
    assert rows(reading, "marks", "comment")[0] == put
    assert not reading.rejected
    kinds = ["current", "second_criterion"]
    assert rows(reading, "marks", "kind") == kinds[: len(read_as)]
    assert rows(reading, "marks", "mark_id") == ["mesh:11", "mesh:11|2"][: len(read_as)]


@pytest.mark.parametrize(
    ("printed", "values", "scale", "reason", "raw"),
    [
        pytest.param("87", [value("87", None, 87.0, HUNDRED)], HUNDRED, mesh_grades.OTHER_SCALE, "87", id="no five"),
        pytest.param("8", [value("8", 3.8, None, TEN)], TEN, mesh_grades.NOT_WHOLE, "3.8", id="a fraction of five"),
        pytest.param("5", None, TEN, mesh_grades.OTHER_SCALE, "5", id="a five of ten is not a five"),
        pytest.param("8", [value("8", 8.0)], FIVE, "Отметка вне шкалы 0–5", "8", id="beyond the scale"),
    ],
)  # fmt: skip
def test_a_mark_without_a_whole_value_of_five_is_rejected(
    printed: str, values: list[Any] | None, scale: str, reason: str, raw: str
) -> None:
    answer = mark(11, MONDAY, "5", values or [], value=printed, original_grade_system_type=scale)
    reading = read(payload(answer, mark(12, MONDAY)), scope_from="2026-09-01", scope_to="2026-09-30", complete=True)
    assert rows(reading, "marks", "mark_id") == ["mesh:12"]
    assert [(one.table, one.reason, one.raw) for one in reading.rejected] == [("marks", reason, raw)]
    assert not any(one.complete for one in stated(reading, "marks"))


def test_a_mark_without_values_is_what_is_printed() -> None:
    reading = read({"subject_name": "Алгебра", "periods": [{"title": "1 четверть", "marks": [
        mark(11, None, "4", date="14.09.2026", values=None, created_at=None, updated_at=None)]}]})  # fmt: skip
    assert rows(reading, "marks", "value", "lesson_id", "entered_at") == [("4", INFERRED, None)]


def test_a_point_is_a_debt_until_it_burns_and_never_a_two() -> None:
    reading = read(payload(mark(11, MONDAY, "2", is_point=True, point_date="2026-09-28")))
    assert rows(reading, "marks", "value", "kind", "counts_in_mean", "point_date") == [
        (".", "debt", False, date(2026, 9, 28))
    ]
    assert code_map.canonical("mesh", "api", "mark", ".") == "debt"
    plain = read(payload(mark(11, MONDAY, "2", point_date="2026-09-28")))
    assert rows(plain, "marks", "value", "kind", "point_date") == [("2", "current", None)]


@pytest.mark.parametrize(
    ("written", "zone", "kept", "told"),
    [
        pytest.param("2026-09-15T23:30:00", None, datetime(2026, 9, 15, 23, 30), 0, id="wall time as written"),
        pytest.param("2026-09-15T23:30:00", "Asia/Yekaterinburg", datetime(2026, 9, 15, 23, 30), 0, id="zone or not"),
        pytest.param(
            "2026-09-15T21:30:00Z", "Europe/Moscow", datetime(2026, 9, 16, 0, 30), 0, id="an offset and a zone"
        ),
        pytest.param("2026-09-15T21:30:00Z", None, None, 1, id="an offset and no zone: left out, not guessed"),
        pytest.param(None, None, None, 0, id="none"),
    ],
)
def test_a_moment_of_entry_is_of_the_school(written: Any, zone: Any, kept: datetime | None, told: int) -> None:
    reading = read(payload(mark(11, MONDAY, created_at=written, updated_at=None)), timezone=zone)
    assert rows(reading, "marks", "entered_at") == [kept]
    assert len(reading.warnings) == told


def test_a_bare_midnight_is_a_day() -> None:
    reading = read(payload(mark(11, MONDAY, created_at="2026-09-15T00:00:00")))
    assert rows(reading, "marks", "entered_at", "entered_at_is_day") == [(datetime(2026, 9, 15), True)]


def test_marks_of_nobody_are_refused_with_advice() -> None:
    for files in ({"a.json": payload(mark(11, MONDAY))}, {"a.json": payload(mark(11, MONDAY)), "manifest.json": {}}):
        with pytest.raises(UnreadableExportError) as refused:
            mesh.read(packed(files))
        assert "о каком ученике" in refused.value.reason
        assert "pupil_id" in refused.value.advice


# Lessons


def test_a_lesson_is_read_with_homework_and_marks() -> None:
    answer = lesson(500, MONDAY, marks=[mark(11, None)], lesson_homeworks=[task(90, "<p>№ 5</p>", MONDAY)])
    reading = read(answer)
    assert rows(reading, "lessons", "lesson_id", "date", "starts_at", "ends_at", "topic", "evidence", "status") == [
        ("mesh:500", MONDAY, time(8, 30), time(9, 15), "Дроби", "stated", None)
    ]
    assert rows(reading, "marks", "mark_id", "lesson_id") == [("mesh:11", "mesh:500")]
    assert rows(reading, "homework", "homework_id", "lesson_id", "text", "due_on", "entered_at") == [
        ("mesh:90", "mesh:500", "№ 5", MONDAY, datetime(2026, 9, 13, 15, 20, 11))
    ]
    assert rows(reading, "teachers", "last_name") == ["Учитель"]
    assert [who.external_id for who in reading.people if who.role == "teacher"] == ["mesh:51"]
    assert "1980" not in everything(reading)


def test_a_mark_of_the_list_finds_its_lesson() -> None:
    alone = payload(mark(11, MONDAY), mark(12, TUESDAY), mark(13, MONDAY + timedelta(days=7)))
    lessons = [lesson(500, MONDAY, marks=[mark(11, None, created_at=None)]), lesson(501, TUESDAY, marks=[])]
    reading = read(alone, *lessons)
    assert rows(reading, "marks", "mark_id", "lesson_id") == [
        ("mesh:11", "mesh:500"), ("mesh:12", "mesh:501"), ("mesh:13", "7А|алгебра|2026-09-21|1"),
    ]  # fmt: skip
    assert None not in rows(reading, "marks", "entered_at"), "the list tells the moment, the lesson does not"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["list first", "lesson first"])
def test_a_mark_told_twice_keeps_its_moment_and_its_lesson(order: tuple[int, int]) -> None:
    shown = lesson(501, MONDAY, marks=[mark(11, None, created_at=None)])
    answers = (payload(mark(11, MONDAY)), payload(lesson(500, MONDAY), shown))
    reading = read(*(answers[place] for place in order))
    assert rows(reading, "marks", "lesson_id", "entered_at") == [("mesh:501", datetime(2026, 9, 15, 12, 3))]


def test_a_mark_of_a_day_with_two_lessons_is_given_to_neither() -> None:
    reading = read(payload(mark(11, MONDAY)), lesson(500, MONDAY), lesson(501, MONDAY))
    assert rows(reading, "marks", "lesson_id") == [INFERRED]


def test_events_are_lessons() -> None:
    reading = read(
        events(
            event(500, MONDAY, marks=[mark(11, None)], is_missed_lesson=True, nonattendance_reason_id=3,
                  health_status="sick"),
            event(501, TUESDAY, cancelled=True), event(502, TUESDAY, "Шахматы", source="AE"),
        ),
        **{"class": None},
    )  # fmt: skip
    columns = ("lesson_id", "class_id", "date", "starts_at", "topic", "status", "lesson_kind")
    assert rows(reading, "lessons", *columns) == [
        ("mesh:500", "7А", MONDAY, time(8, 30), "Дроби", None, None),
        ("mesh:501", "7А", TUESDAY, time(8, 30), "Дроби", "cancelled", None),
        ("mesh:502", "7А", TUESDAY, time(8, 30), "Дроби", None, EXTRA),
    ]
    assert rows(reading, "attendance", "lesson_id", "code", "reason") == [("mesh:500", "absent", None)]
    assert rows(reading, "marks", "lesson_id") == ["mesh:500"]
    assert "sick" not in everything(reading)


def test_a_reason_of_a_missed_lesson_is_its_code() -> None:
    reading = read(events(event(500, MONDAY, is_missed_lesson=True, absence_reason_id=5)))
    assert rows(reading, "attendance", "code") == ["5"]


def test_a_remote_lesson_is_told() -> None:
    assert rows(read(lesson(500, MONDAY, lesson_type="REMOTE")), "lessons", "status") == ["remote"]


def test_homework_alone_stands_on_the_only_lesson_of_the_day_it_is_due_at() -> None:
    alone = [
        task(90, "№ 5", MONDAY, subject_name="Алгебра", date=f"{MONDAY}", description="№ 5"),
        task(91, "§ 2", TUESDAY, subject_name="Химия", date=f"{TUESDAY}", description="§ 2"),
        task(92, "не задано", TUESDAY, subject_name="Химия", date=f"{TUESDAY}", description=""),
    ]  # fmt: skip
    reading = read(payload(*alone), lesson(500, MONDAY))
    assert rows(reading, "homework", "lesson_id", "text", "none") == [
        ("mesh:500", "№ 5", None), ("7А|химия|2026-09-15|1", "§ 2", None), ("7А|химия|2026-09-15|1", "не задано", True),
    ]  # fmt: skip


def test_homework_of_a_calendar_of_events_is_read() -> None:
    entries = {"descriptions": ["№ 5"], "entries": [task(90, "", MONDAY, description="№ 5", homework=None)]}
    reading = read(events(event(500, MONDAY, homework=entries)))
    assert rows(reading, "homework", "lesson_id", "text") == [("mesh:500", "№ 5")]


def test_a_topic_that_no_answer_shows_is_not_carried() -> None:
    bare = lesson(500, MONDAY)
    del bare["details"]
    assert "topic" not in stated(read(bare), "lessons")[0].columns
    assert "topic" in stated(read(lesson(500, MONDAY)), "lessons")[0].columns


# Teachers


def of_a_teacher(*more: Any, **about: Any) -> Reading:
    base = [item(500, MONDAY), item(501, MONDAY, 71)], [group(70, subgroups=[71]), group(71)]
    return read(*base, *more, manifest=TEACHERS, **about)


def test_a_teachers_marks_and_absences_are_read() -> None:
    reading = of_a_teacher(
        [teachers_mark(11, 500, 1000, "4", is_exam=True), teachers_mark(12, 500, 1001, "3")],
        [attendance(21, 500, 1002), attendance(22, 500, 1003, 77)],
        [profile(1000, "Пробный Иван Ильич"), profile(1001, "Вторая А.", "7Б")],
        [form(8, "Тест", 2)],
    )
    people = [who for who in reading.people if who.role == "pupil"]
    number = {who.placeholder: who.external_id for who in people}
    marks = [
        (row["mark_id"], row["lesson_id"], number[row["pupil_id"]], row["value"], row["entered_at"])
        for row in rows(reading, "marks")
    ]
    entered = datetime(2026, 9, 15, 10, 0, 5, 123000)
    assert marks == [
        ("mesh:11", "mesh:500", "mesh:1000", "4", entered), ("mesh:12", "mesh:500", "mesh:1001", "3", entered),
    ]  # fmt: skip
    assert rows(reading, "work_types", "name", "weight", "is_written") == [("Тест", 2.0, True)]
    assert rows(reading, "assignments", "is_control") == [True], "one work of a lesson, a control work for one is one"
    codes = rows(reading, "attendance", "code", "entered_at")
    assert codes == [("2", datetime(2026, 9, 14, 8, 40)), ("77", datetime(2026, 9, 14, 8, 40))]
    assert [code_map.canonical("mesh", "api", "attendance", code) for code, _ in codes] == ["unknown_reason", None]
    named = {who.external_id: (who.full_name, who.class_id) for who in people if who.full_name}
    assert named == {"mesh:1000": ("пробный иван ильич", "7А")}, "initials would be another person"
    assert {who.class_id for who in people if who.external_id == "mesh:1001"} == {"7Б"}
    assert "2013" not in everything(reading)
    assert "+7000" not in everything(reading)


def test_a_subgroup_is_told_from_its_class() -> None:
    reading = of_a_teacher([teachers_mark(11, 501, 1000)])
    assert rows(reading, "lessons", "lesson_id", "subgroup_id", "class_id") == [
        ("mesh:500", None, "7А"), ("mesh:501", "mesh:71", "7А"),
    ]  # fmt: skip
    assert rows(reading, "subgroups", "subgroup_id") == ["mesh:71"]
    assert rows(reading, "subgroup_classes", "subgroup_id", "class_id") == [("mesh:71", "7А")]


def test_the_directory_of_reasons_names_a_reason_but_decides_nothing() -> None:
    directory = [{"id": 2, "name": "По болезни", "is_parent_available": True, "ae_only": False}]
    reading = of_a_teacher([attendance(21, 500, 1000)], directory)
    assert rows(reading, "attendance", "code", "reason") == [("2", "По болезни")]


def test_a_figure_is_never_taken_for_a_reason_of_absence() -> None:
    reading = of_a_teacher([teachers_mark(place, 500, 1000 + place, f"{place}") for place in range(1, 6)])
    assert rows(reading, "marks", "value") == ["1", "2", "3", "4", "5"]
    assert not rows(reading, "attendance")


@pytest.mark.parametrize("what", ["mark", "attendance"])
def test_a_record_of_an_unknown_lesson_is_rejected_with_advice(what: str) -> None:
    record = teachers_mark(11, 999, 1000) if what == "mark" else attendance(21, 999, 1000)
    reading = of_a_teacher([record])
    assert not rows(reading, "marks")
    assert not rows(reading, "attendance")
    assert "schedule_items" in reading.rejected[0].advice


def test_a_mark_with_its_day_and_group_needs_no_timetable() -> None:
    reading = of_a_teacher([teachers_mark(11, 999, 1000, date="15.09.2026", group_id=70)])
    assert rows(reading, "lessons", "lesson_id", "date", "class_id", "evidence")[-1] == (
        "mesh:999", TUESDAY, "7А", "inferred",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("about", "whole"),
    [({}, False), ({"complete": True}, False),
     ({"scope_from": "2026-09-01", "scope_to": "2026-09-30", "complete": True}, True)],
)  # fmt: skip
def test_marks_are_whole_only_where_the_manifest_says_so(about: dict[str, Any], whole: bool) -> None:
    of_pupil = stated(read(payload(mark(11, MONDAY)), **about), "marks")
    assert [one.complete for one in of_pupil] == [whole]
    assert all(one.pupil_id for one in of_pupil)
    of_class = stated(of_a_teacher([teachers_mark(11, 500, 1000)], **about), "marks")
    assert [(one.class_id, one.subject_id, one.pupil_id, one.complete) for one in of_class] == [
        ("7А", "алгебра", "", whole)
    ]


# Broken and foreign files


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"payload": [{"id": 1, "is_point": false, "control_form_name": "', "обрезан"),
        ({"payload": [], "x": {"is_point": 1, "control_form_name": 2}}, "нет ни одной записи"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(content: Any, said: str) -> None:
    export = packed({"a.json": content, "manifest.json": MANIFEST})
    assert reader_for(export) is mesh
    with pytest.raises(UnreadableExportError) as refused:
        mesh.read(export)
    assert said in refused.value.reason


@pytest.mark.parametrize(
    ("broken", "table", "column"),
    [
        pytest.param(mark(12, MONDAY, date="вчера"), "marks", "date", id="a day"),
        pytest.param(mark(12, MONDAY, subject_name=""), "marks", "date", id="no subject"),
        pytest.param(mark(12, MONDAY, created_at="утром"), "marks", "created_at", id="a moment"),
        pytest.param(mark(12, MONDAY, value=None, values=[]), "marks", "value", id="no value"),
        pytest.param(lesson(500, MONDAY, id=None), "lessons", "id", id="a lesson without a number"),
        pytest.param(lesson(500, MONDAY, date=None), "lessons", "date", id="a lesson without a day"),
        pytest.param(task(90, "№ 5", None), "homework", "date_prepared_for", id="a homework of no day"),
    ],
)
def test_a_broken_record_is_rejected_and_the_rest_is_read(broken: Any, table: str, column: str) -> None:
    reading = read(payload(mark(11, TUESDAY), broken))
    assert (table, f"ответ 0.json: payload[1].{column}") in faults(reading)
    assert "mesh:11" in rows(reading, "marks", "mark_id")


def test_a_foreign_answer_is_told_of() -> None:
    reading = read(payload(mark(11, MONDAY)), {"visits": []})
    assert [one.address for one in reading.warnings] == ["ответ 1.json"]


def test_absences_are_not_whole_where_a_lesson_was_rejected() -> None:
    reading = read(
        payload(lesson(500, MONDAY, id=None, is_missed_lesson=True), lesson(501, MONDAY), mark(11, MONDAY)),
        scope_from="2026-09-01", scope_to="2026-09-30", complete=True,
    )  # fmt: skip
    assert [one.complete for table in ("marks", "attendance") for one in stated(reading, table)] == [False, False]


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["grade", "five", "origin", "marks", "values", "teacher", "details", "lesson_homeworks"]),
        inner, max_size=4,
    ),
    max_leaves=10,
)  # fmt: skip


@given(
    ODD, st.sampled_from(["values", "value", "date", "point_date", "marks", "teacher", "details", "created_at", "id"])
)
def test_no_content_breaks_the_reader(odd: Any, key: str) -> None:
    answers = (
        mark(11, MONDAY),
        lesson(500, MONDAY),
        event(501, MONDAY),
        teachers_mark(12, 500, 1000),
        item(500, MONDAY),
    )
    content = payload(*({**answer, key: odd} for answer in answers))
    with suppress(UnreadableExportError):
        mesh.read(packed({"a.json": content, "manifest.json": MANIFEST}))


@given(st.binary(max_size=200))
def test_no_bytes_break_recognition(data: bytes) -> None:
    assert mesh.recognise(Export("x", {"x.json": b'{"is_point": 1, "control_form_name": 2' + data}))
    mesh.recognise(Export("x", {"x.json": data}))
