"""ФГИС «Моя школа»: double marks, absences, lessons and homework, and all that can be wrong."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import code_map
from ingest.readers import fgis_schedule
from ingest.reading import Export, Reading, UnreadableExportError
from ingest.registry import reader_for
from tests.ingest.readers.json_layouts_fgis import MANIFEST, lesson, schedule, score
from tests.ingest.readers.json_layouts_sgo import packed
from tests.ingest.readers.readings import faults, rows, stated

MONDAY = date(2026, 9, 14)
TUESDAY = MONDAY + timedelta(days=1)
OWN = "fgis_my_school"


def read(*answers: Any, **about: Any) -> Reading:
    files = {f"ответ {place}.json": answer for place, answer in enumerate(answers)}
    export = packed(files | {"manifest.json": MANIFEST | about})
    assert reader_for(export) is fgis_schedule
    return fgis_schedule.read(export)


def test_a_timetable_is_read() -> None:
    reading = read(
        schedule(
            lesson(1, MONDAY, scores=[score("5", "4"), score("3", weight=1, code="")]),
            lesson(2, MONDAY, 9, "Химия", code="н", homework="не задано"),
            lesson(3, TUESDAY, 8, "Химия", code="о", topic="", homework=""),
        )
    )
    assert rows(reading, "lessons", "lesson_id", "class_id", "date", "starts_at", "ends_at", "topic", "evidence") == [
        (f"{OWN}:1", "8Б", MONDAY, time(8, 30), time(9, 10), "Дроби", "stated"),
        (f"{OWN}:2", "8Б", MONDAY, time(9, 30), time(10, 10), "Дроби", "stated"),
        (f"{OWN}:3", "8Б", TUESDAY, time(8, 30), time(9, 10), None, "stated"),
    ]
    assert rows(reading, "marks", "lesson_id", "value", "kind", "weight", "work_type") == [
        (f"{OWN}:1", "5", "current", 2.0, f"{OWN}:контрольная работа"),
        (f"{OWN}:1", "4", "second_criterion", 2.0, f"{OWN}:контрольная работа"),
        (f"{OWN}:1", "3", "current", 1.0, None),
    ]
    assert rows(reading, "attendance", "lesson_id", "code") == [(f"{OWN}:2", "н"), (f"{OWN}:3", "о")]
    assert [code_map.canonical(OWN, "schedule", "attendance", code) for code in "но"] == ["unknown_reason", "late"]
    assert rows(reading, "homework", "text", "none") == [("№ 5", None), ("не задано", True)]
    assert rows(reading, "classes", "class_id", "academic_year") == [("8Б", "2026/2027")]
    assert [(who.full_name, who.class_id) for who in reading.people] == [("пробный иван ильич", "8Б")]
    assert not reading.rejected
    assert not reading.warnings


def test_the_change_of_the_whole_object_is_no_moment_of_entry() -> None:
    reading = read(schedule(lesson(1, MONDAY, code="н", scores=[score("5")])), taken_at=None)
    assert reading.taken_at is None
    assert not any(name.endswith("entered_at") for frame in reading.tables.values() for name in frame.columns)


@pytest.mark.parametrize(
    ("given", "values"),
    [
        pytest.param(score("4-"), ["4-"], id="with a sign"),
        pytest.param(score(5, 3), ["5", "3"], id="numbers"),
        pytest.param(score("зачёт"), ["зач"], id="a word"),
        pytest.param(score("зачёт", scoreSystem="100"), ["зач"], id="a word of any scale"),
        pytest.param(score("5", "зач"), ["5", "зач"], id="a figure and a word"),
        pytest.param(score("."), ["."], id="a point"),
        pytest.param(score("5", scoreSystem=None), ["5"], id="no scale told"),
        pytest.param({"score2": "4"}, ["4"], id="only the second"),
    ],
)
def test_a_mark_is_read(given: Any, values: list[str]) -> None:
    reading = read(schedule(lesson(1, MONDAY, scores=[given])))
    assert rows(reading, "marks", "value") == values
    assert not reading.rejected


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param(score("5", scoreSystem="10-балльная"), fgis_schedule.OTHER_SCALE, id="a five of ten"),
        pytest.param(score("87", scoreSystem="стобалльная"), fgis_schedule.OTHER_SCALE, id="of a hundred"),
        pytest.param(score("87"), "Отметка вне шкалы 0–5", id="beyond the scale"),
        pytest.param(score(None), "Отметка без значения не принята", id="no value"),
    ],
)
def test_a_mark_of_another_scale_is_rejected(given: Any, reason: str) -> None:
    whole = {"scope_from": f"{MONDAY}", "scope_to": f"{TUESDAY}", "complete": True}
    reading = read(schedule(lesson(1, MONDAY, scores=[given, score("4")])), **whole)
    assert rows(reading, "marks", "value") == ["4"]
    assert [(one.table, one.reason) for one in reading.rejected] == [("marks", reason)]
    assert [one.complete for one in stated(reading, "marks")] == [False]
    assert [one.complete for one in stated(reading, "attendance")] == [True]


def test_an_unknown_code_of_attendance_is_kept_as_it_is() -> None:
    reading = read(schedule(lesson(1, MONDAY, code="зж")))
    assert rows(reading, "attendance", "code") == ["зж"]
    assert code_map.canonical(OWN, "schedule", "attendance", "зж") is None


def test_equal_marks_of_a_lesson_stay_apart_and_an_answer_saved_twice_adds_nothing() -> None:
    answer = schedule(lesson(1, MONDAY, code="н", scores=[score("5"), score("5")]), lesson(2, MONDAY, 9))
    reading = read(answer, answer)
    assert rows(reading, "marks", "value") == ["5", "5"]
    assert len(set(rows(reading, "marks", "mark_id"))) == 2
    assert rows(reading, "attendance", "ordinal") == [1]


def test_two_lessons_of_a_subject_on_a_day_keep_their_marks() -> None:
    reading = read(schedule(lesson(1, MONDAY, scores=[score("5")]), lesson(2, MONDAY, 9, scores=[score("5")])))
    assert rows(reading, "marks", "lesson_id") == [f"{OWN}:1", f"{OWN}:2"]


@pytest.mark.parametrize("alone", [True, False], ids=["no manifest", "a manifest without a pupil"])
def test_marks_of_nobody_are_rejected_with_advice_and_lessons_are_read(alone: bool) -> None:
    answer = {"a.json": schedule(lesson(1, MONDAY, code="н", scores=[score("5")]))}
    reading = fgis_schedule.read(packed(answer if alone else answer | {"manifest.json": {"school_id": "s1"}}))
    assert rows(reading, "lessons", "lesson_id") == [f"{OWN}:1"]
    assert not reading.people
    assert [(one.table, one.raw) for one in reading.rejected] == [("marks", "2")]
    assert "manifest.json" in reading.rejected[0].advice
    assert not stated(reading, "marks")


def test_a_pupil_by_number() -> None:
    reading = read(schedule(lesson(1, MONDAY, scores=[score("5")])), pupil=None, pupil_id=1000)
    assert [(who.external_id, who.class_id) for who in reading.people] == [(f"{OWN}:1000", "8Б")]


@pytest.mark.parametrize(
    ("about", "whole"),
    [({}, False), ({"complete": True}, False),
     ({"scope_from": "2026-09-01", "scope_to": "2026-09-30", "complete": True}, True)],
)  # fmt: skip
def test_marks_are_whole_only_where_the_manifest_says_so(about: dict[str, Any], whole: bool) -> None:
    reading = read(schedule(lesson(1, MONDAY), lesson(2, TUESDAY)), **about)
    for table in ("marks", "attendance"):
        (one,) = stated(reading, table)
        first, last = (date(2026, 9, 1), date(2026, 9, 30)) if "scope_from" in about else (MONDAY, TUESDAY)
        assert (one.complete, one.date_from, one.date_to) == (whole, first, last)
    assert [one.complete for one in stated(reading, "lessons")] == [False]


def test_a_second_school_of_one_year_is_rejected_and_a_second_year_is_read() -> None:
    other = schedule(lesson(9, MONDAY), class_name="8а")["school"]
    earlier = schedule(lesson(8, date(2026, 3, 2)), class_name="7б", year="2025/26")["school"]
    reading = read(schedule(lesson(1, MONDAY), more_schools=[*other, *earlier]))
    assert rows(reading, "lessons", "lesson_id", "class_id") == [(f"{OWN}:1", "8Б"), (f"{OWN}:8", "7Б")]
    assert faults(reading) == [("lessons", "ответ 0.json: school[1].academYear")]


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"id": None}, "id"), ({"subject": ""}, "subject"), ({"period": None}, "period"),
        ({"period": {}}, "period.start"), ({"period": {"start": "утром"}}, "period.start"),
    ],
)  # fmt: skip
def test_a_broken_lesson_is_rejected_and_the_rest_is_read(more: dict[str, Any], column: str) -> None:
    broken = lesson(1, MONDAY, scores=[score("5")]) | more
    whole = {"scope_from": f"{MONDAY}", "scope_to": f"{TUESDAY}", "complete": True}
    reading = read(schedule(broken, lesson(2, TUESDAY, scores=[score("4")])), **whole)
    assert rows(reading, "marks", "value") == ["4"]
    assert faults(reading) == [("lessons", f"ответ 0.json: school[0].class[0].lesson[0].{column}")]
    assert [one.complete for table in ("marks", "attendance") for one in stated(reading, table)] == [False, False]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"resourceType": "Schedule", "school": [{"academYear": "2026/27", "class": [', "обрезан"),
        ([], "нет расписания"),
        ({"resourceType": "Patient", "x": {"school": 1, "lesson": 2}}, "нет расписания"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(content: Any, said: str) -> None:
    with pytest.raises(UnreadableExportError) as refused:
        fgis_schedule.read(packed({"a.json": content}))
    assert said in refused.value.reason


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["score", "code", "start", "lesson", "class", "weight"]), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(ODD, st.sampled_from(["id", "subject", "period", "attendance", "score", "homework", "topic"]))
def test_no_content_breaks_the_reader(odd: Any, key: str) -> None:
    for content in (schedule(lesson(1, MONDAY) | {key: odd}), schedule() | {"school": odd}):
        with suppress(UnreadableExportError):
            fgis_schedule.read(packed({"a.json": content, "manifest.json": MANIFEST}))


@given(st.binary(max_size=200))
def test_no_bytes_break_recognition(data: bytes) -> None:
    assert fgis_schedule.recognise(Export("x", {"x.json": b'{"school": 1, "academYear": 2, "class": 3' + data}))
    fgis_schedule.recognise(Export("x", {"x.json": data}))
