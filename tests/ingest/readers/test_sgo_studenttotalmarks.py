"""Сетевой Город studenttotalmarks: marks for periods, the year and exams, blanks, cut and mixed files."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import sgo_studenttotalmarks as reader
from ingest.reading import Reading, UnreadableExportError
from ingest.registry import reader_for
from tests.ingest.readers.layouts import Total, export
from tests.ingest.readers.layouts_sgo import Grades, Letter, TotalMarks
from tests.ingest.readers.readings import everything, faults, rows, stated

MARKS = {
    "Алгебра": ("4", "4", "5", "", "5", "", "5"),
    "Ин.яз./Английский язык": ("осв", "н/а", "3", "-", "", "4", ""),
}
REPORT = TotalMarks(marks=MARKS)
PAGE = REPORT.v50()
COLUMNS = ("subject_id", "kind", "period_id", "value", "deleted")


def read(page: str | bytes) -> Reading:
    given_export = export(page)
    assert reader.recognise(given_export)
    assert reader_for(given_export) is reader
    return reader.read(given_export)


def test_marks_of_every_kind_and_blanks() -> None:
    reading = read(PAGE)
    assert rows(reading, "period_marks", *COLUMNS)[:7] == [
        ("алгебра", "period", "quarter-1", "4", False),
        ("алгебра", "period", "quarter-2", "4", False),
        ("алгебра", "period", "quarter-3", "5", False),
        ("алгебра", "period", "quarter-4", "", True),
        ("алгебра", "year", "", "5", False),
        ("алгебра", "exam", "", "", True),
        ("алгебра", "final", "", "5", False),
    ]
    assert rows(reading, "period_marks", "value")[7:] == ["осв", "н/а", "3", "", "", "4", ""]
    assert set(rows(reading, "period_marks", "class_id", "academic_year")) == {("9Б", "2025/2026")}
    assert rows(reading, "classes", "class_id", "grade") == [("9Б", 9)]
    assert (reading.school_name, reading.taken_at) == ("МБОУ СОШ № 0", datetime.fromisoformat("2025-11-14 19:10:10"))
    assert (reading.rejected, reading.warnings) == ([], [])


def test_nothing_but_marks_for_periods_is_told() -> None:
    reading = read(PAGE)
    assert {one.table for one in reading.statements} == {"period_marks"}
    (told,) = stated(reading, "period_marks")
    assert (told.complete, told.pupil_id, told.class_id) == (True, reading.people[0].placeholder, "9Б")
    assert (told.date_from, told.date_to) == (None, None)
    assert not {"lessons", "marks", "attendance", "periods", "reported_averages"} & reading.tables.keys()


@pytest.mark.parametrize(
    ("periods", "ids"),
    [
        (("1 триместр", "2 триместр", "3 триместр"), ["trimester-1", "trimester-2", "trimester-3"]),
        (("1 полугодие", "2 полугодие"), ["half_year-1", "half_year-2"]),
        (("I четверть", "II четверть"), ["quarter-1", "quarter-2"]),
    ],
)
@pytest.mark.parametrize("two_rows", [False, True])
def test_periods_of_every_kind(periods: tuple[str, ...], ids: list[str], two_rows: bool) -> None:
    report = TotalMarks(marks={"Алгебра": ("4",) * (len(periods) + 3)}, periods=periods, two_rows=two_rows)
    for page in (report.v50(), report.v556()):
        reading = read(page)
        assert rows(reading, "period_marks", "period_id") == [*ids, "", "", ""]
        assert rows(reading, "period_marks", "kind")[-3:] == ["year", "exam", "final"]


SAME = {
    "5.56": REPORT.v556().encode(),
    "two rows": replace(REPORT, two_rows=True).v50().encode(),
    "windows-1251": PAGE.replace("charset=utf-8", "").encode("windows-1251"),
    "no tbody": PAGE.replace("<tbody>", "").replace("</tbody>", "").encode(),
    "four digits": replace(REPORT, state="Состояние на 14.11.2025 19:10:10").v50().encode(),
    "breaks in titles": PAGE.replace("Год. оценка", "Год.<br>оценка").encode(),
    "no title": PAGE.replace("Итоговые отметки", "Отчёт").encode(),
}


@pytest.mark.parametrize("page", SAME.values(), ids=SAME.keys())
def test_harmless_differences_change_nothing(page: bytes) -> None:
    reading, plain = read(page), read(PAGE)
    assert {name: frame.to_dicts() for name, frame in reading.tables.items()} == {
        name: frame.to_dicts() for name, frame in plain.tables.items()
    }
    assert reading.people == plain.people
    assert (reading.rejected, reading.warnings) == ([], [])


def test_a_mark_for_a_state_exam_and_an_unknown_column() -> None:
    page = PAGE.replace("<th>Экз. оценка", "<th>Гос. экз. оценка").replace("<th>№", "<th>Отпуск</th><th>№")
    page = page.replace("<td>1</td>", "<td></td><td>1</td>").replace("<td>2</td>", "<td></td><td>2</td>")
    reading = read(page)
    assert ("state_exam", "4") in rows(reading, "period_marks", "kind", "value")
    assert [one.raw for one in reading.warnings] == ["Отпуск"]


def test_a_mark_outside_the_scale_is_put_aside() -> None:
    reading = read(replace(REPORT, marks={"Алгебра": ("7", "4", "4", "4", "4", "", "4")}).v50())
    assert faults(reading) == [("period_marks", "отчёт 1, «Алгебра», 1 четверть")]
    assert not stated(reading, "period_marks")[0].complete
    assert len(rows(reading, "period_marks")) == 6


def test_a_row_without_a_subject_is_put_aside() -> None:
    reading = read(PAGE.replace("<td>Алгебра</td>", "<td></td>"))
    assert faults(reading) == [("period_marks", "отчёт 1, строка 1")]
    assert len(rows(reading, "period_marks")) == 7


def test_a_subject_twice_with_different_marks_is_told() -> None:
    reading = read(PAGE.replace("Ин.яз./Английский язык", "Алгебра"))
    assert [one.table for one in reading.warnings] == ["subjects"]
    assert {table for table, _ in faults(reading)} == {"period_marks"}
    assert not stated(reading, "period_marks")[0].complete


def test_pupils_glued_together() -> None:
    other = replace(REPORT, pupil="Опытова Вера", marks={"Алгебра": ("2",) * 7})
    for page in (PAGE + other.v50(), REPORT.v556() + other.v556(), PAGE + other.v556()):
        reading = read(page)
        assert len(reading.people) == 2
        assert len(rows(reading, "period_marks")) == 21
        assert reading.warnings == []


@pytest.mark.parametrize("page", [PAGE, REPORT.v556()], ids=["5.0", "5.56"])
def test_a_page_cut_anywhere_is_never_half_read(page: str) -> None:
    data = page.encode()
    end = data.index("Состояние на".encode()) + len("Состояние на 14.11.25".encode())
    refused = 0
    for length in range(0, end, 7):
        cut = export(data[:length])
        if reader.recognise(cut):
            refused += 1
            with pytest.raises(UnreadableExportError) as problem:
                reader.read(cut)
            assert problem.value.advice
            assert "Пробный" not in problem.value.reason
    assert refused > 50


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (PAGE.replace("Состояние на", ""), "Состояние на"),
        (PAGE.replace("<td>5</td>", "", 1), "не столько ячеек"),
        (PAGE.replace("<td>4</td><td>4</td>", '<td colspan="2">4</td>'), "не столько ячеек"),
        (PAGE.replace("Ученик:", "Кто:"), "не назван ученик"),
        (PAGE.replace("Учебный год:", "Год:"), "ни учебного года"),
        (TotalMarks().v50(), "ни одного предмета"),
        (PAGE + Total({"Алгебра": ({}, "")}).v50(), "разных видов"),
        (Total({"Алгебра": ({}, "")}).v50() + PAGE, "разных видов"),
        (PAGE + Letter(subjects={"Алгебра": ("1", "0", "0", "0", "5")}).v50(), "разных видов"),
        (Grades(rows=(("Диктант", "", "02.09.25", "02.09.25", "5"),)).v50() + PAGE, "разных видов"),
    ],
)
def test_a_damaged_page_says_what_is_wrong(page: str, reason: str) -> None:
    given_export = export(page)
    knowing = reader_for(given_export)
    assert knowing is not None
    with pytest.raises(UnreadableExportError, match=reason):
        knowing.read(given_export)


@pytest.mark.parametrize("words", ["Средний балл", "Ср. взв. балл"])
def test_a_report_card_with_averages_is_another_report(words: str) -> None:
    assert not reader.recognise(export(PAGE.replace("1 четверть", words)))


def test_a_letter_with_year_marks_is_a_letter() -> None:
    assert not reader.recognise(export(PAGE.replace("Итоговые отметки", "Информационное письмо для родителей")))


def test_no_photo_leaves_the_reader() -> None:
    assert "R0lGOD" not in everything(read(REPORT.v556()))


VALUES = st.sampled_from(["5", "4", "3", "2", "", "осв", "зач", "н/а"])
SUBJECTS = st.sampled_from(["Алгебра", "Химия", "Физика", "История"])


@given(st.dictionaries(SUBJECTS, st.tuples(*[VALUES] * 7), min_size=1), st.booleans(), st.booleans())
def test_what_is_written_is_read_back(marks: dict[str, tuple[str, ...]], newer: bool, two_rows: bool) -> None:
    report = TotalMarks(marks=marks, two_rows=two_rows)
    reading = read(report.v556() if newer else report.v50())
    found: dict[str, tuple[str, ...]] = {}
    for subject_id, value in rows(reading, "period_marks", "subject_id", "value"):
        found[subject_id] = (*found.get(subject_id, ()), value)
    assert found == {name.lower(): values for name, values in marks.items()}
    assert all(deleted is (not value) for value, deleted in deletions(reading))
    assert reading.rejected == []


def deletions(reading: Reading) -> list[tuple[str, bool]]:
    return [(value, bool(deleted)) for value, deleted in rows(reading, "period_marks", "value", "deleted")]
