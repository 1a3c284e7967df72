"""Дневник.ру, «JSON на ученика»: absences and marks of one day, years and periods without dates, what is not there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import code_map, registry
from ingest.readers import dnevnik_ru_api
from ingest.readers import dnevnik_ru_pupils as reader
from ingest.reading import Reading, Statement, UnreadableExportError
from tests.ingest.readers.json_layouts_dnevnik import (
    group,
    journal,
    klass,
    lesson,
    mark,
    pupil,
    record,
    semester,
    terminal,
)
from tests.ingest.readers.json_layouts_sgo import MANIFEST, packed

MON, TUE, MAY = date(2026, 9, 7), date(2026, 9, 8), date(2027, 5, 20)


def read(*files: Any, **more: Any) -> Reading:
    export = packed({f"{place}.json": one for place, one in enumerate(files)} | more)
    assert registry.reader_for(export) is reader
    return reader.read(export)


def rows(reading: Reading, table: str, *names: str) -> list[Any]:
    frame = reading.tables.get(table)
    return [] if frame is None else frame.select(names).rows()


def stated(reading: Reading, table: str) -> Statement:
    return next(one for one in reading.statements if one.table == table)


# Records


def test_presence_1_is_an_absence_and_a_mark_may_stand_beside_it() -> None:
    records = [record(1, MON, 5), record(2, TUE, presence=1), record(3, MAY, 4, presence=1), record(4, MAY)]
    reading = read(pupil(records))
    assert rows(reading, "attendance", "lesson_id", "ordinal", "code") == [
        ("dnevnik_ru:json-300|2026-09-08", 1, "1"), ("dnevnik_ru:json-300|2027-05-20", 1, "1"),
    ]  # fmt: skip
    assert code_map.canonical("dnevnik_ru", "pupil_json", "attendance", "1") == "unknown_reason"
    assert rows(reading, "marks", "lesson_id", "ordinal", "value", "kind") == [
        ("dnevnik_ru:json-300|2026-09-07", 1, "5", "current"), ("dnevnik_ru:json-300|2027-05-20", 1, "4", "current"),
    ]  # fmt: skip
    teacher = next(one for one in reading.people if one.role == "teacher")
    assert (teacher.external_id, teacher.full_name) == ("dnevnik_ru:json-51", "учитель анна ивановна")
    assert rows(reading, "lessons", "lesson_id", "class_id", "subject_id", "date", "teacher_id", "evidence") == [
        (f"dnevnik_ru:json-300|{day}", "9А", "алгебра", day, teacher.placeholder, "inferred") for day in (MON, TUE, MAY)
    ]
    assert (reading.rejected, reading.warnings) == ([], [])


def test_up_to_three_records_of_a_day() -> None:
    records = [record(1, MON, 5), record(2, MON, presence=1), record(3, MON, 5), record(4, MON, 3, presence=1)]
    reading = read(pupil(records))
    assert rows(reading, "marks", "ordinal", "value") == [(1, "5"), (2, "5"), (3, "3")]
    assert rows(reading, "attendance", "ordinal", "code") == [(1, "1"), (2, "1")]
    assert len(rows(reading, "lessons", "lesson_id")) == 1
    ids = [row[0].rpartition("|")[0].rpartition("|")[2] + "#" + row[0][-1] for row in rows(reading, "marks", "mark_id")]
    assert ids == ["5#1", "5#2", "3#1"]


@given(st.permutations([5, 4, 5, 3]), st.integers(1, 9))
def test_a_mark_put_in_front_leaves_the_keys_of_the_others(values: list[int], shift: int) -> None:
    def keys(marks: list[int], first: int) -> set[str]:
        listed = [record(first + place, MON, value) for place, value in enumerate(marks)]
        return {row[0] for row in rows(read(pupil(listed)), "marks", "mark_id")}

    before = keys(values, 1)
    assert keys([2, *values], 100 * shift) - before == {next(iter(keys([2], 1)))}
    assert before <= keys([2, *values], 100 * shift), "neither the place nor the number of a record counts"


def test_an_unknown_presence_stays_what_it_is() -> None:
    reading = read(pupil([record(1, MON, presence=7)]))
    assert rows(reading, "attendance", "code") == [("7",)]
    assert code_map.canonical("dnevnik_ru", "pupil_json", "attendance", "7") is None


def test_a_mark_beyond_the_scale_is_rejected() -> None:
    reading = read(pupil([record(1, MON, 87), record(2, TUE, 5)]))
    assert [(one.table, one.address) for one in reading.rejected] == [("marks", "0.json: marks.marks[0].mark")]
    assert rows(reading, "marks", "value") == [("5",)]
    assert not stated(reading, "marks").complete


@pytest.mark.parametrize("odd", [record(9, MON, 5) | {"date": None}, record(9, MON, 5, of=journal(999, 999))])
def test_a_record_that_stands_nowhere_is_rejected_and_nothing_is_whole(odd: Any) -> None:
    reading = read(pupil([record(1, MON, 5), odd]))
    assert [one.table for one in reading.rejected] == ["marks"]
    assert rows(reading, "marks", "value") == [("5",)]
    assert not any(one.complete for one in reading.statements if one.table in {"marks", "attendance"})


def test_what_a_record_points_to_may_be_given_whole() -> None:
    whole = {
        "id": 301, "subject": {"id": 78, "name": "Физика"}, "teacher": {"id": 52, "full_name": "Учитель Борис Ильич"},
        "class": klass(6, "8Б", 2025),
    }  # fmt: skip
    reading = read(pupil([record(1, MON, 5, of=301), record(2, TUE, 4, of=whole)]))
    assert rows(reading, "lessons", "subject_id", "class_id") == [("физика", "8Б")] * 2, "also before it was told"
    assert "учитель борис ильич" in {one.full_name for one in reading.people}


# Years, classes, periods


@pytest.mark.parametrize(("year", "first"), [(2026, 2026), (2027, 2026)], ids=["the first year", "the second year"])
def test_a_year_may_name_either_end(year: int, first: int) -> None:
    given_class = klass(year=year)
    file = pupil([record(1, MON, 5)], [semester(4)], [terminal(5, 1, year)], **{"class": given_class})
    for one in file["marks"]["periods"]:
        one["year"] = year
    reading = read(file)
    assert {row[0] for row in rows(reading, "period_marks", "academic_year")} == {f"{first}/{first + 1}"}
    assert rows(reading, "classes", "academic_year", "class_id") == [(f"{first}/{first + 1}", "9А")]
    assert [one.academic_year for one in reading.people if one.role == "pupil"] == [f"{first}/{first + 1}"]


def test_classes_of_earlier_years() -> None:
    earlier = klass(4, "8А", 2025)
    records = [record(1, MON, 5), record(2, date(2026, 3, 2), 4, of=journal(200, 78, 51, 4)) | {"period": None}]
    reading = read(pupil(records, previous_classes=[earlier]))
    assert sorted(rows(reading, "enrollments", "class_id", "starts_on")) == [
        ("8А", date(2025, 9, 1)), ("9А", date(2026, 9, 1)),
    ]  # fmt: skip
    assert sorted(rows(reading, "lessons", "class_id", "date")) == [("8А", date(2026, 3, 2)), ("9А", MON)]
    assert len({one.placeholder for one in reading.people if one.role == "pupil"}) == 1


@pytest.mark.parametrize(
    ("count", "period_id"), [(4, "quarter-1"), (3, "trimester-1"), (2, "half_year-1"), (None, "quarter-1")]
)
def test_the_count_of_periods_tells_their_kind(count: int | None, period_id: str) -> None:
    reading = read(pupil([record(1, MON, 5)], [semester(4)], **{"class": klass(periods=count)}))
    assert rows(reading, "period_marks", "kind", "period_id", "value", "class_id") == [("period", period_id, "4", "9А")]


def test_a_period_beyond_its_kind_or_unknown_is_rejected() -> None:
    marks = [semester(4, 33), semester(5, 99)]
    reading = read(pupil([record(1, MON, 5)], marks, **{"class": klass(periods=2)}))
    assert [one.address.rpartition(".")[0] for one in reading.rejected] == [
        "0.json: marks.semester_marks[0]", "0.json: marks.semester_marks[1]",
    ]  # fmt: skip
    assert "period_marks" not in reading.tables


def test_marks_of_the_year() -> None:
    marks = [terminal(5, 1), terminal(4, 2), terminal(3, 3), terminal(5, 9), terminal(None, 1, of=journal(301, 78))]
    reading = read(pupil([record(1, MON, 5)], [semester(None)], marks))
    assert rows(reading, "period_marks", "subject_id", "kind", "period_id", "value", "deleted") == [
        ("алгебра", "period", "quarter-1", "", True),
        ("алгебра", "year", "", "5", False),
        ("алгебра", "exam", "", "4", False),
        ("алгебра", "final", "", "3", False),
        ("физика", "year", "", "", True),
    ]
    assert [one.address for one in reading.rejected] == ["0.json: marks.terminal_marks[3].type"]
    assert not stated(reading, "period_marks").complete


def test_two_marks_of_one_year_in_two_journals() -> None:
    again = journal(301, 77, None)
    equal = read(pupil([record(1, MON, 5)], [], [terminal(5, 1), terminal(5, 1, of=again)]))
    assert (len(rows(equal, "period_marks", "value")), equal.rejected) == (1, [])
    other = read(pupil([record(1, MON, 5)], [], [terminal(5, 1), terminal(4, 1, of=again)]))
    assert rows(other, "period_marks", "value") == [("5",)]
    assert [one.reason for one in other.rejected] == ["По предмету две разные отметки за один период"]


# The pupil


def test_the_pupil_without_what_is_private() -> None:
    reading = read(pupil([record(1, MON, 5)]), **{"manifest.json": MANIFEST})
    one = next(one for one in reading.people if one.role == "pupil")
    assert (one.external_id, one.full_name, one.class_id) == ("dnevnik_ru:json-1000", "пробный иван ильич", "9А")
    assert reading.school_id == "s1"
    shown = repr([frame.rows() for frame in reading.tables.values()])
    assert not [word for word in ("2011", "+7999", "Мария") if word in shown]


def test_records_are_whole_between_the_first_and_the_last_day() -> None:
    reading = read(pupil([record(1, TUE, 5), record(2, MON, presence=1)], [semester(4)]))
    for table in ("marks", "attendance"):
        told = stated(reading, table)
        assert (told.complete, told.date_from, told.date_to) == (True, MON, TUE), table
    assert stated(reading, "period_marks").complete
    assert not stated(reading, "lessons").complete


def test_pupils_in_one_folder_share_lessons() -> None:
    second = pupil([record(1, MON, 3)], id=2000, full_name="Пробная Анна")
    reading = read(pupil([record(1, MON, 5)]), [second], **{"manifest.json": MANIFEST})
    assert sorted(rows(reading, "marks", "lesson_id", "value")) == [
        ("dnevnik_ru:json-300|2026-09-07", "3"), ("dnevnik_ru:json-300|2026-09-07", "5"),
    ]  # fmt: skip
    assert len(rows(reading, "lessons", "lesson_id")) == 1
    assert len({one.pupil_id for one in reading.statements if one.table == "marks"}) == 2


def test_numbers_of_the_program_are_not_taken_for_those_of_the_journal() -> None:
    api = dnevnik_ru_api.read(
        packed({"l.json": [lesson(300, MON, 1)], "g.json": [group()], "m.json": [mark(1, 2, 300)]})
    )
    file = read(pupil([record(1, MON, 5)]))
    assert {one.external_id for one in api.people}.isdisjoint({one.external_id for one in file.people})
    assert {one.placeholder for one in api.people}.isdisjoint({one.placeholder for one in file.people})


# Bad input


def test_broken_files_are_refused() -> None:
    data = packed({"a.json": pupil([record(1, MON, 5)])}).files["a.json"]
    with pytest.raises(UnreadableExportError, match="обрезан"):
        reader.read(packed({"a.json": data[:-7]}))
    with pytest.raises(UnreadableExportError, match="нет записей"):
        reader.read(packed({"a.json": {"id": 5, "name": "9А"}}))


def test_other_files_beside_are_told_of() -> None:
    reading = read(pupil([record(1, MON, 5)]), klass(), **{"manifest.json": MANIFEST, "a.txt": b"x"})
    assert sorted(one.address for one in reading.warnings) == ["1.json: ", "a.txt"]


FIELDS = (
    "id", "mark", "lesson_info", "subject", "teacher", "class", "presence", "period", "date", "num", "year", "type",
    "name", "full_name", "periods_count", "marks", "semester_marks", "terminal_marks", "subjects", "periods",
)  # fmt: skip
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["2026-09-07", "9А", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=9),
    max_leaves=25,
)  # fmt: skip


@given(JSON_VALUES, JSON_VALUES, JSON_VALUES)
def test_no_file_breaks_the_reader(marks: Any, semesters: Any, group: Any) -> None:
    reader.read(packed({"a.json": pupil(marks, semesters, marks, **{"class": group, "previous_classes": semesters})}))
