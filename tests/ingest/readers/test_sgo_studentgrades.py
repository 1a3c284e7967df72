"""Сетевой Город studentgrades: days of entry, joining with studenttotal, works, the mean, cut and mixed files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.contract import TABLES
from ingest.readers import sgo_parentinfoletter, sgo_studenttotal, sgo_studenttotalmarks
from ingest.readers import sgo_studentgrades as reader
from ingest.reading import Export, Reading, UnreadableExportError
from ingest.registry import MODULES, reader_for
from tests.ingest.readers.layouts import Total, export
from tests.ingest.readers.layouts_sgo import Grades, Letter, TotalMarks
from tests.ingest.readers.readings import everything, faults, rows, stated

ROWS = (
    ("Ответ на уроке", "Дроби", "02.09.25", "02.09.25", "5"),
    ("Контрольная работа", "Контрольная № 1", "03.09.25", "10.09.25", "4"),
    ("Ответ на уроке", "Степени", "04.09.25", "04.09.25", "УП"),
    ("Самостоятельная работа", "", "05.09.25", "", "."),
)
GRADES = Grades(rows=ROWS, mean="4,5")
PAGE = GRADES.v50()


def read(page: str | bytes) -> Reading:
    given_export = export(page)
    assert reader.recognise(given_export)
    assert reader_for(given_export) is reader
    return reader.read(given_export)


def test_rows_are_marks_with_their_days_of_entry() -> None:
    reading = read(PAGE)
    assert (reading.school_name, reading.taken_at) == ("МБОУ СОШ № 0", datetime.fromisoformat("2025-11-14 19:10:10"))
    assert rows(
        reading, "marks", "lesson_id", "value", "kind", "counts_in_mean", "entered_at", "entered_at_is_day"
    ) == [
        ("9Б|алгебра|2025-09-02|1", "5", "current", None, datetime.fromisoformat("2025-09-02"), True),
        ("9Б|алгебра|2025-09-03|1", "4", "current", None, datetime.fromisoformat("2025-09-10"), True),
        ("9Б|алгебра|2025-09-05|1", ".", "debt", False, None, None),
    ]
    assert rows(reading, "attendance", "lesson_id", "ordinal", "code") == [("9Б|алгебра|2025-09-04|1", 1, "УП")]
    assert rows(reading, "lessons", "date", "evidence") == [
        (date(2025, 9, day), "inferred") for day in (2, 3, 4, 5)
    ]  # fmt: skip
    assert rows(reading, "periods", "period_id", "starts_on", "ends_on") == [
        ("quarter-1", date(2025, 9, 1), date(2025, 10, 26))
    ]
    assert (reading.rejected, reading.warnings) == ([], [])


def test_works_and_their_types() -> None:
    reading = read(PAGE)
    assert rows(reading, "work_types", "work_type", "name", "is_control", "is_written", "is_oral") == [
        ("sgo:ответ на уроке", "Ответ на уроке", False, False, True),
        ("sgo:контрольная работа", "Контрольная работа", True, True, False),
        ("sgo:самостоятельная работа", "Самостоятельная работа", False, True, False),
    ]
    assert rows(reading, "assignments", "lesson_id", "work_type", "title")[1:] == [
        ("9Б|алгебра|2025-09-03|1", "sgo:контрольная работа", "Контрольная № 1"),
        ("9Б|алгебра|2025-09-04|1", "sgo:ответ на уроке", "Степени"),
        ("9Б|алгебра|2025-09-05|1", "sgo:самостоятельная работа", None),
    ]
    works = dict(rows(reading, "assignments", "assignment_id", "work_type"))
    for work, work_type in rows(reading, "marks", "assignment_id", "work_type"):
        assert works[work] == work_type


def test_a_mended_topic_stays_the_same_work_and_two_topics_are_one_work() -> None:
    work = ("Контрольная работа", "A; Б", "03.09.25", "10.09.25", "4")
    mended = replace(GRADES, rows=(work, ("Контрольная работа", "В", *work[2:])), mean="4")
    both = read(mended.v50() + replace(mended, pupil="Опытова Вера").v50())
    one = read(PAGE)
    assert rows(both, "assignments", "title") == ["A; Б; В"]
    assert set(rows(both, "assignments", "assignment_id")) < set(rows(one, "assignments", "assignment_id"))


def test_a_work_of_an_unknown_type_or_of_none() -> None:
    reading = read(replace(GRADES, rows=(("Эссе", "Тема", *ROWS[0][2:]), ("", "", *ROWS[1][2:]))).v50())
    assert rows(reading, "work_types", "name", "is_written", "is_control") == [("Эссе", None, None)]
    assert rows(reading, "marks", "work_type", "assignment_id")[1] == (None, None)
    assert len(rows(reading, "assignments")) == 1


# One mark in two reports


def test_a_mark_has_the_id_that_it_has_in_studenttotal() -> None:
    cells = {(9, 2): ("", "5\xa05\xa04"), (9, 3): ("", "4"), (9, 4): ("УП", ""), (9, 5): ("", ".")}
    total = Total(
        {"Алгебра": (cells, "4,5")}, days=tuple(cells), year="2025/2026", period=GRADES.period, state=GRADES.state
    )
    work = ("Ответ на уроке", "Дроби", "02.09.25", "03.09.25")
    both = read(replace(GRADES, rows=(*ROWS, (*work, "4"), (*work, "5"))).v50())
    other = sgo_studenttotal.read(export(total.v50()))
    assert both.people == other.people
    for table, columns in {
        "marks": ("mark_id", "lesson_id", "pupil_id", "value", "kind", "counts_in_mean"),
        "lessons": ("lesson_id", "class_id", "subject_id", "date"),
        "attendance": ("lesson_id", "pupil_id", "ordinal", "code"),
        "subjects": ("subject_id", "name"),
    }.items():
        assert set(rows(both, table, *columns)) == set(rows(other, table, *columns)), table
    assert len(rows(both, "marks")) == 5


def test_what_the_report_does_not_tell_is_not_carried() -> None:
    reading = read(PAGE)
    (marks,) = stated(reading, "marks")
    assert not {"ordinal", "comment", "updated_at"} & {*reading.tables["marks"].columns, *marks.columns}
    assert {"entered_at", "entered_at_is_day"} <= {*marks.columns}
    assert set(reading.tables["marks"].columns) == set(marks.columns)
    assert "teacher_id" not in reading.tables["lessons"].columns
    assert not {"teachers", "teaching_assignments"} & reading.tables.keys()


def test_equal_marks_of_a_day_are_numbered_by_entry() -> None:
    first = ("Ответ на уроке", "Б", "02.09.25", "09.09.25", "5")
    later = ("Тестирование", "А", "02.09.25", "20.09.25", "5")
    for given_rows in ((later, first), (first, later)):
        reading = read(replace(GRADES, rows=given_rows, mean="5").v50())
        numbered = {mark[-1]: entered.day for mark, entered in rows(reading, "marks", "mark_id", "entered_at")}
        assert numbered == {"1": 9, "2": 20}


def test_a_code_repeated_by_the_works_of_a_lesson_is_one_code() -> None:
    works = [(name, "", "02.09.25", "", code) for name, code in (("Диктант", "Б"), ("Тестирование", "Б"))]
    reading = read(replace(GRADES, rows=(*works, ("Проект", "", "02.09.25", "", "ОП 4")), mean="4").v50())
    assert rows(reading, "attendance", "ordinal", "code") == [(1, "Б"), (2, "ОП")]
    assert rows(reading, "marks", "value") == ["4"]
    assert not stated(reading, "attendance")[0].complete


# Statements


def test_only_marks_of_pupil_subject_and_period_are_whole() -> None:
    reading = read(PAGE)
    (marks,) = stated(reading, "marks")
    assert (marks.class_id, marks.subject_id, marks.date_from, marks.date_to, marks.complete) == (
        "9Б", "алгебра", date(2025, 9, 1), date(2025, 10, 26), True,
    )  # fmt: skip
    assert marks.pupil_id == reading.people[0].placeholder
    whole = {one.table for one in reading.statements if one.complete}
    assert whole == {"marks", "reported_averages"}
    assert all(one.subject_id for one in reading.statements if one.complete)


def test_without_a_printed_range_nothing_is_whole() -> None:
    reading = read(replace(GRADES, period="", term="1 четверть").v556())
    assert not stated(reading, "marks")[0].complete
    assert rows(reading, "reported_averages", "period_id") == ["quarter-1"]


def test_frames_are_typed_by_the_contract_and_keys_are_complete() -> None:
    for name, frame in read(GRADES.v556()).tables.items():
        schema = TABLES[name].schema | {"deleted": pl.Boolean()}
        assert dict(frame.schema) == {column: schema[column] for column in frame.columns}
        keys = [key for key in TABLES[name].key if key in frame.columns]
        assert frame.select(keys).null_count().sum_horizontal().sum() == 0
        assert frame.select(keys).is_unique().all()


# The mean


@pytest.mark.parametrize(
    ("marks", "printed", "agrees"),
    [("54", "4,5", True), ("55555444", "4,63", True), ("55555444", "4,62", False), ("5", "", False), ("", "4", False),
     ("", "", True), (".4", "4", True), ("554", "4.67", True), ("0", "0", True)],
)  # fmt: skip
def test_the_printed_mean_is_checked(marks: str, printed: str, agrees: bool) -> None:
    given_rows = tuple(("Ответ на уроке", "", "02.09.25", "02.09.25", mark) for mark in marks or " ")
    reading = read(replace(GRADES, rows=given_rows, mean=printed).v50())
    assert [(one.table, one.address) for one in reading.warnings] == (
        [] if agrees else [("reported_averages", "отчёт 1, средняя оценка")]
    )


@pytest.mark.parametrize(
    "last",
    [
        "<td>Итого</td><td></td><td>: 4,5</td>",
        '<td colspan="4"></td><td>: 4,5</td>',
        '<td colspan="5">Средняя: 4,5</td>',
        "<td></td><td></td><td></td><td></td><td>: 4,5</td>",
        "<td>Итого</td><td></td><td></td><td></td><td>4,5</td>",
    ],
)
def test_the_row_of_the_mean_in_any_shape(last: str) -> None:
    start = PAGE.index('<td colspan="2">Итого')
    reading = read(PAGE[:start] + last + PAGE[PAGE.index("</tr>", start) :])
    assert rows(reading, "reported_averages", "mean", "n_marks", "computed") == [(4.5, 2, 4.5)]
    assert (len(rows(reading, "marks")), reading.rejected, reading.warnings) == (3, [], [])


def test_a_report_without_a_mean_is_read() -> None:
    reading = read(replace(GRADES, total=False).v50())
    assert len(rows(reading, "marks")) == 3
    assert not rows(reading, "reported_averages")
    assert not stated(reading, "reported_averages")


# What is not understood


@pytest.mark.parametrize(
    ("row", "tables", "told"),
    [
        (("Диктант", "Итоговая", "31.09.25", "02.09.25", "5"), {"marks", "attendance"}, "не прочитана"),
        (("Диктант", "", "", "02.09.25", "5"), {"marks", "attendance"}, "не прочитана"),
        (("Итоговая работа", "Тема", "вчера", "02.09.25", "5"), {"marks", "attendance"}, "не прочитана"),
        (("Диктант", "", "27.10.25", "02.09.25", "5"), {"marks", "attendance"}, "вне периода"),
        (("Диктант", "", "02.09.25", "02.09.25", "7"), {"marks"}, "вне шкалы"),
        (("Диктант", "", "02.09.25", "02.09.25", "ЪЪ"), {"attendance"}, "разобрать"),
    ],
)
@pytest.mark.parametrize("total", [True, False])
def test_a_row_that_is_not_understood_is_put_aside(
    row: tuple[str, ...], tables: set[str], told: str, total: bool
) -> None:
    reading = read(replace(GRADES, rows=(*ROWS, row), total=total).v50())
    assert {table for table, _ in faults(reading)} == tables
    assert {address for _, address in faults(reading)} == {"отчёт 1, строка 5"}
    assert told in reading.rejected[0].reason
    assert stated(reading, "marks")[0].complete is ("marks" not in tables)
    assert len(rows(reading, "marks")) == 3
    assert not reading.warnings or "marks" not in tables


@pytest.mark.parametrize("entered", ["31.02.25", "вчера", "15.11.25"])
def test_a_day_of_entry_that_cannot_be_is_left_out_and_told(entered: str) -> None:
    reading = read(replace(GRADES, rows=(("Диктант", "", "02.09.25", entered, "5"),), mean="5").v50())
    assert rows(reading, "marks", "value", "entered_at", "entered_at_is_day") == [("5", None, None)]
    assert [(one.table, one.raw) for one in reading.warnings] == [("marks", entered)]
    assert stated(reading, "marks")[0].complete


# Harmless differences, several reports

SAME = {
    "5.56": GRADES.v556().encode(),
    "four digits": replace(GRADES, period="с 1.09.2025 по 26.10.2025", state="Состояние на 14.11.2025 19:10:10")
   .v50().replace(".25<", ".2025<").encode(),
    "windows-1251": PAGE.replace("charset=utf-8", "charset=windows-1251").encode("windows-1251"),
    "bom": b"\xef\xbb\xbf" + PAGE.encode(),
    "no tbody": PAGE.replace("<tbody>", "").replace("</tbody>", "").encode(),
    "thead": PAGE.replace('table-print"><tbody>', 'table-print"><thead>')
   .replace("Оценка</th></tr>", "Оценка</th></tr></thead><tbody>").encode(),
    "upper case": PAGE.replace("<td", "<TD").replace("table", "TABLE").encode(),
    "yo and spaces": PAGE.replace("Отчет", "Отчёт").replace("Дата выполнения", " Дата<br>выполнения ").encode(),
    "a title": PAGE.replace("Отчет об успеваемости", "Итоги успеваемости").encode(),
    "labels in cells": PAGE.replace("<b>Предмет:</b> Алгебра", "<p>Предмет:</p><p>Алгебра</p>").encode(),
}  # fmt: skip


@pytest.mark.parametrize("page", SAME.values(), ids=SAME.keys())
def test_harmless_differences_change_nothing(page: bytes) -> None:
    reading, plain = read(page), read(PAGE)
    assert {name: frame.to_dicts() for name, frame in reading.tables.items()} == {
        name: frame.to_dicts() for name, frame in plain.tables.items()
    }
    assert (reading.people, reading.taken_at) == (plain.people, plain.taken_at)
    assert (reading.rejected, reading.warnings) == ([], [])


def test_an_unknown_column_is_told_and_left_out() -> None:
    page = PAGE.replace("<th>Оценка", "<th>Вес</th><th>Оценка").replace("<td>5</td>", "<td>1</td><td>5</td>")
    for mark in ("4", "УП", "."):
        page = page.replace(f"<td>{mark}</td></tr>", f"<td>1</td><td>{mark}</td></tr>")
    assert [one.raw for one in read(page).warnings] == ["Вес"]


def test_subjects_and_pupils_glued_together() -> None:
    parts = [
        GRADES, replace(GRADES, subject="Химия", teacher="Другой Олег"), replace(GRADES, pupil="Опытова Вера"), GRADES,
    ]  # fmt: skip
    for page in ("".join(one.v50() for one in parts), "".join(one.v556() for one in parts)):
        reading = read(page)
        assert [person.full_name for person in reading.people] == ["пробный иван", "опытова вера"]
        assert len(rows(reading, "marks")) == 9
        assert [(one.address, one.reason) for one in reading.warnings] == [
            ("отчёт 4", "Тот же отчёт напечатан в файле дважды")
        ]
        assert len(stated(reading, "marks")) == 3


def test_overlapping_ranges_show_the_same_marks_and_two_teachers_different_ones() -> None:
    year = replace(GRADES, period="с 1.09.25 по 25.05.26")
    assert len(rows(read(GRADES.v50() + year.v50()), "marks")) == 3
    other = replace(GRADES, teacher="Другой Олег")
    assert len(rows(read(GRADES.v50() + other.v50()), "marks")) == 6


def test_namesakes_of_one_subject_are_two_and_of_several_are_refused() -> None:
    namesake = replace(GRADES, rows=ROWS[:1], mean="5")
    reading = read(GRADES.v50() + namesake.v50())
    assert len(reading.people) == 2
    with pytest.raises(UnreadableExportError, match="тёзок"):
        read(GRADES.v50() + namesake.v50() + replace(GRADES, subject="Химия").v50())


# Cut, damaged and foreign files


@pytest.mark.parametrize("page", [PAGE, GRADES.v556()], ids=["5.0", "5.56"])
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
    assert refused > 100


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (PAGE.replace("Состояние на", ""), "Состояние на"),
        (PAGE.replace("<td>5</td>", ""), "не столько ячеек"),
        (replace(GRADES, total=False).v50().replace("<td>.</td>", ""), "не столько ячеек"),
        (PAGE.replace("<th>Оценка", "<th>Балл"), "столбцы отчёта изменены"),
        (PAGE.replace("Предмет:", "Что:"), "не назван предмет"),
        (PAGE.replace("Ученик:", "Кто:"), "не назван ученик"),
        (replace(GRADES, period="с 1.09.23 по 30.10.23").v50(), "не лежит"),
        (replace(GRADES, rows=(), total=False).v50(), "ни одной строки"),
        (PAGE + replace(GRADES, school="МБОУ СОШ № 1", pupil="Опытова Вера").v50(), "разных школ"),
        (PAGE + replace(GRADES, state="Состояние на 15.11.25 19:10:10", pupil="Опытова Вера").v50(), "разное время"),
        (PAGE + Total({"Алгебра": ({}, "")}, state=GRADES.state).v50(), "разных видов"),
        (Total({"Алгебра": ({}, "")}, state=GRADES.state).v50() + PAGE, "разных видов"),
    ],
)
def test_a_damaged_page_says_what_is_wrong(page: str, reason: str) -> None:
    with pytest.raises(UnreadableExportError, match=reason):
        read(page)


OTHERS = {
    "studenttotal 5.0": (Total({"Алгебра": ({}, "")}).v50(), sgo_studenttotal),
    "studenttotal 5.56": (replace(Total({"Алгебра": ({}, "")}), term="1 триместр").v556(), sgo_studenttotal),
    "studenttotal folded": (Total({"Алгебра": ({}, "")}).v50().replace("Отчет", "ОТЧЁТ"), sgo_studenttotal),
    "total marks": (TotalMarks(marks={"Алгебра": ("4",) * 7}).v50(), sgo_studenttotalmarks),
    "letter": (Letter(subjects={"Алгебра": ("1", "0", "0", "0", "5")}).v556(), sgo_parentinfoletter),
    "grades 5.0": (PAGE, reader),
    "grades 5.56": (GRADES.v556(), reader),
}


@pytest.mark.parametrize(("page", "known_to"), OTHERS.values(), ids=OTHERS.keys())
def test_each_report_is_known_to_its_own_reader_only(page: str, known_to: object) -> None:
    for data in (page.encode(), page.encode("windows-1251")):
        assert [one for one in MODULES if one.recognise(export(data))] == [known_to]
        assert reader_for(export(data)) is known_to


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a;b\n1;2", b"<html><table></table></html>", b"\xff\xfe<"])
def test_other_files_are_not_recognised(data: bytes) -> None:
    for one in (reader, sgo_studenttotalmarks, sgo_parentinfoletter):
        assert not one.recognise(export(data))
        assert not one.recognise(Export("папка", {"a": PAGE.encode(), "b": b""}))


def test_no_photo_and_no_teacher_leave_the_reader() -> None:
    told = everything(read(GRADES.v556()))
    assert "R0lGOD" not in told
    assert "Анна" not in told


# What a writer writes, the reader reads back

ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["Диктант", "Ответ на уроке", "Тестирование"]),
        st.integers(1, 30),
        st.integers(0, 14),
        st.sampled_from(["5", "4", "3-", "2", "зач", ".", "н/а"]),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@given(ENTRIES, st.booleans())
def test_what_is_written_is_read_back(entries: list[tuple[str, int, int, str]], newer: bool) -> None:
    days = [
        (name, date(2025, 9, day), date.fromordinal(date(2025, 9, day).toordinal() + after), mark)
        for name, day, after, mark in entries
    ]
    table = tuple((name, "Тема", f"{on:%d.%m.%y}", f"{entered:%d.%m.%y}", mark) for name, on, entered, mark in days)
    grades = replace(GRADES, rows=table)
    reading = read(grades.v556() if newer else grades.v50())
    found = [
        (lesson.split("|")[2], entered.date(), value)
        for lesson, entered, value in rows(reading, "marks", "lesson_id", "entered_at", "value")
    ]
    assert sorted(found) == sorted((str(on), entered, mark) for _, on, entered, mark in days)
    assert not reading.rejected
