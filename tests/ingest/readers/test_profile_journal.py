"""Journal sheets of a class and subject: what the writer writes, the profile reads, in every format and spelling."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contract import TABLES
from ingest.readers.labels import clean
from ingest.readers.profiled import shipped
from ingest.readers.profiled.checking import read_profile
from ingest.readers.profiled.reader import ProfiledReader
from ingest.reading import Reading, UnreadableExportError
from tests.ingest.readers.profile_journals import SPELLINGS, JournalSheet
from tests.ingest.readers.profile_tables import FORMATS, Tab, as_export, html, xls, xlsx

READER = shipped.named("asiou__class_journal")
DAYS = [date(2025, 9, 2), date(2025, 9, 2), date(2025, 9, 9), date(2025, 10, 7), date(2026, 1, 13)]
SHEET = JournalSheet(
    DAYS,
    {
        "Пробный Иван Ильич": ["5", "Н", "4/5", None, "5 4"],
        "Опытова Вера": [None, "3", "", "О 3", "."],
        "Учебный Глеб": ["Б", None, None, None, None],
    },
    lines={
        "№ урока": [1.0, 2.0, 1.0, 3.0, 3.0],
        "Тема урока": ["Дроби", "Дроби 2", None, "Числа", "Степени"],
        "Домашнее задание": ["№ 5", None, "не задано", "§ 3", None],
        "Вид работы": ["КР", None, None, None, "СР"],
    },
    summary={"Средний балл": [4.6, 3.0, None], "1 четверть": ["5", "3", None], "Год. отметка": ["5", "н/а", None]},
    legend=[("Н", "Отсутствовал"), ("Б", "Болезнь"), ("О", "Опоздание")],
)


def read(sheet: JournalSheet, write: Any = xlsx) -> Reading:
    given_ = as_export(write(sheet.tab()))
    assert shipped.choose(shipped.shipped(), given_) is READER
    return READER.read(given_)


def rows(reading: Reading, table: str, *names: str) -> list[Any]:
    frame = reading.tables.get(table)
    return [] if frame is None else frame.select(names).rows()


def test_records_lessons_topics_and_homework() -> None:
    reading = read(SHEET)
    ids = [f"7А|алгебра|{day}|{seq}" for day, seq in zip(DAYS, (1, 2, 1, 1, 1), strict=True)]
    assert rows(reading, "lessons", "lesson_id", "date", "lesson_number", "topic", "evidence") == [
        (ids[0], DAYS[0], 1, "Дроби", "stated"), (ids[1], DAYS[1], 2, "Дроби 2", "stated"),
        (ids[2], DAYS[2], 1, None, "stated"), (ids[3], DAYS[3], 3, "Числа", "stated"),
        (ids[4], DAYS[4], 3, "Степени", "stated"),
    ]  # fmt: skip
    names = {person.placeholder: person.full_name.split()[0] for person in reading.people}
    marks = rows(reading, "marks", "pupil_id", "lesson_id", "value", "kind")
    assert [(names[pupil], *rest) for pupil, *rest in marks] == [
        ("пробный", ids[0], "5", "current"), ("пробный", ids[2], "4", "current"),
        ("пробный", ids[2], "5", "second_criterion"), ("пробный", ids[4], "5", "current"),
        ("пробный", ids[4], "4", "current"), ("опытова", ids[1], "3", "current"), ("опытова", ids[3], "3", "current"),
        ("опытова", ids[4], ".", "debt"),
    ]  # fmt: skip
    codes = rows(reading, "attendance", "pupil_id", "lesson_id", "code")
    assert [(names[pupil], *rest) for pupil, *rest in codes] == [
        ("пробный", ids[1], "Н"), ("опытова", ids[3], "О"), ("учебный", ids[0], "Б"),
    ]  # fmt: skip
    assert rows(reading, "homework", "lesson_id", "text", "none") == [
        (ids[0], "№ 5", None), (ids[2], None, True), (ids[3], "§ 3", None),
    ]  # fmt: skip
    assert rows(reading, "assignments", "lesson_id", "work_type") == [(ids[0], "КР"), (ids[4], "СР")]
    assert reading.tables["marks"].filter(pl.col("lesson_id") == ids[4])["work_type"].to_list() == ["СР"] * 3
    assert not reading.rejected
    assert not reading.warnings


def test_whose_journal_it_is() -> None:
    reading = read(SHEET)
    assert rows(reading, "classes", "academic_year", "class_id", "grade") == [("2025/2026", "7А", 7)]
    assert rows(reading, "subjects", "subject_id", "name") == [("алгебра", "Алгебра")]
    (teacher,) = [person for person in reading.people if person.role == "teacher"]
    assert teacher.full_name == "образцова анна петровна"
    assert set(rows(reading, "lessons", "planned_teacher_id")) == {(teacher.placeholder,)}
    assert "teacher_id" not in reading.tables["lessons"].columns  # who taught each lesson the sheet does not say
    assert [person.class_id for person in reading.people if person.role == "pupil"] == ["7А"] * 3


def test_averages_and_marks_for_periods() -> None:
    reading = read(SHEET)
    live = reading.tables["period_marks"].filter(~pl.col("deleted"))
    assert live.select("kind", "period_id", "value").rows() == [
        ("period", "quarter-1", "5"), ("year", "", "5"), ("period", "quarter-1", "3"), ("year", "", "н/а"),
    ]  # fmt: skip
    assert [mean for (mean,) in rows(reading, "reported_averages", "mean")][:2] == [4.6, 3.0]


def test_statements_are_of_each_pupil_and_of_the_lessons() -> None:
    reading = read(SHEET)
    marks = [one for one in reading.statements if one.table == "marks"]
    assert [one.pupil_id for one in marks] == [one.placeholder for one in reading.people if one.role == "pupil"]
    assert {(one.class_id, one.subject_id, one.date_from, one.date_to, one.complete) for one in marks} == {
        ("7А", "алгебра", DAYS[0], DAYS[-1], True)
    }
    assert all("work_type" in one.columns for one in marks)
    (lessons,) = [one for one in reading.statements if one.table == "lessons"]
    assert (lessons.class_id, lessons.subject_id, lessons.complete) == ("7А", "алгебра", True)
    assert {"topic", "lesson_number"} <= set(lessons.columns)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS.keys())
def test_every_format_and_spelling_of_dates_reads_the_same(write: Any, spelling: str) -> None:
    if spelling == "serial" and write is not xlsx and write is not xls:
        pytest.skip("a page shows no serial numbers")
    usual, other = read(SHEET), read(replace(SHEET, spelling=spelling), write)
    assert usual.people == other.people
    for table, frame in usual.tables.items():
        shown = [name for name in frame.columns if name != "as_printed"]  # a page prints 4,6 and a sheet holds 4.6
        assert other.tables[table].select(shown).equals(frame.select(shown)), table
    assert not other.rejected


def test_frames_are_typed_by_the_contract_and_keys_are_complete() -> None:
    for name, frame in read(SHEET).tables.items():
        schema = TABLES[name].schema | {"deleted": pl.Boolean()}
        assert dict(frame.schema) == {column: schema[column] for column in frame.columns}
        keys = [key for key in TABLES[name].key if key in frame.columns]
        assert frame.select(keys).null_count().sum_horizontal().sum() == 0
        assert frame.select(keys).is_unique().all()


# Years, periods and contradictions


def test_a_year_that_is_not_named_follows_from_whole_dates() -> None:
    reading = read(replace(SHEET, year="", spelling="full"))
    assert [day for (day,) in rows(reading, "lessons", "date")] == DAYS
    with pytest.raises(UnreadableExportError, match="учебный год"):
        read(replace(SHEET, year="", spelling="dd.mm"))


def test_dates_outside_the_academic_year_are_refused() -> None:
    with pytest.raises(UnreadableExportError, match="не лежат в учебном году"):
        read(replace(SHEET, year="2023/2024", spelling="full"))


def test_one_date_outside_the_year_is_rejected_with_its_cells() -> None:
    days = [*DAYS[:4], date(2027, 1, 13)]
    reading = read(replace(SHEET, days=days, spelling="full", summary={}))
    assert {(one.table, one.raw, one.reason) for one in reading.rejected} == {
        (table, raw, "Дата столбца вне учебного года") for table in ("marks", "attendance") for raw in ("5 4", ".")
    }
    assert [one.complete for one in reading.statements if one.table == "lessons"] == [False]
    assert [day for (day,) in rows(reading, "lessons", "date")] == DAYS[:4]


@pytest.mark.parametrize(
    ("spelt", "reason"),
    [("31.09", "Такого числа в месяце нет"), (12.1, "Дата записана числом, и месяц в ней неясен"),
     ("30.02.2026", "Такого числа в месяце нет")],
)  # fmt: skip
def test_a_date_that_is_none_rejects_its_column(spelt: Any, reason: str) -> None:
    sheet = replace(SHEET, spelling="dd.mm", summary={})
    tab = sheet.tab()
    header = next(number for number, row in enumerate(tab.rows) if len(row) > 1 and row[1] == "ФИО")
    tab.rows[header][2] = spelt
    reading = READER.read(as_export(xlsx(tab)))
    assert {one.reason for one in reading.rejected} == {reason}
    assert {one.raw for one in reading.rejected} == {"5", "Б"}


def test_the_period_bounds_the_dates() -> None:
    tab = SHEET.tab()
    tab.rows[5] = ["Период: с 01.09.2025 по 31.10.2025"]
    reading = READER.read(as_export(xlsx(tab)))
    assert {one.reason for one in reading.rejected} == {"Дата столбца вне периода отчёта"}
    assert {one.date_to for one in reading.statements if one.table == "marks"} == {date(2025, 10, 31)}
    assert rows(reading, "periods", "period_id") == [("quarter-1",)]


# Where class and subject come from


@pytest.mark.parametrize(
    ("facts", "name", "file"),
    [('sheet_name = ["{class} {subject}"]', "7А Алгебра", "x.xlsx"),
     ('file_name = ["{class} {subject}"]', "Лист1", "загрузки/архив.zip → 7А Алгебра.xlsx"),
     ('class = "7А"\nsubject = "Алгебра"', "Лист1", "x.xlsx"),
     ('lines = ["{subject} в {class}"]', "Лист1", "x.xlsx")],
    ids=["sheet", "file", "profile", "line"],
)  # fmt: skip
def test_class_and_subject_from_elsewhere(facts: str, name: str, file: str) -> None:
    text = (
        'title = "Ж"\nsystem = "own"\nexport_kind = "j"\nkind = "grid"\nrows = "pupils"\n'
        f'[recognise]\ntexts = ["*журнал*"]\n[facts]\n{facts}\n[grid]\nnames = ["ФИО"]\n'
    )
    title = "Алгебра в 7А" if "lines" in facts else "Журнал"
    sheet = replace(SHEET, klass="", subject="", lines={}, summary={}, legend=[], title=title)
    reading = ProfiledReader(read_profile(text, "мой")).read(as_export(xlsx(sheet.tab(name)), file))
    assert {(c, s) for c, s in rows(reading, "lessons", "class_id", "subject_id")} == {("7А", "алгебра")}


@pytest.mark.parametrize(("gone", "what"), [({"klass": ""}, "не назван класс"), ({"subject": ""}, "не назван предмет")])
def test_a_sheet_that_does_not_say_whose_it_is_is_refused(gone: dict[str, str], what: str) -> None:
    with pytest.raises(UnreadableExportError, match=what) as problem:
        read(replace(SHEET, **gone))
    assert "[facts]" in problem.value.advice


def test_sheets_of_several_classes_in_one_book_do_not_mix() -> None:
    other = replace(SHEET, klass="8Б", subject="Химия", teacher="")
    cover = Tab([["АСИОУ. Журнал"], ["2025/2026 учебный год"], ["Школа: МБОУ СОШ № 0"]], "Обложка")
    plan = Tab([["Что-то", "ещё", "тут"], ["а", "б", "в"]], "Заметки")
    first, second = replace(SHEET, year=""), replace(other, year="")
    reading = READER.read(as_export(xlsx(cover, first.tab("Первый"), second.tab("Второй"), plan)))
    assert {(c, s) for c, s in rows(reading, "lessons", "class_id", "subject_id")} == {
        ("7А", "алгебра"),
        ("8Б", "химия"),
    }
    taught = reading.tables["lessons"].filter(pl.col("class_id") == "8Б")["planned_teacher_id"]
    assert taught.null_count() == taught.len()
    assert reading.school_name == "МБОУ СОШ № 0"
    assert [one.address for one in reading.warnings] == ["лист «Заметки»"]


# What is not understood


def test_rejected_cells_have_their_address() -> None:
    marks = {"Пробный Иван": ["7", "ЪЪ", None, None, None], "Опытова Вера": ["5"] * 5}
    reading = read(replace(SHEET, marks=marks, lines={}, summary={}, legend=[]))
    assert [(one.table, one.raw, one.address) for one in reading.rejected] == [
        ("marks", "7", "лист «Лист1», ячейка C9"), ("attendance", "ЪЪ", "лист «Лист1», ячейка D9"),
    ]  # fmt: skip
    first = next(person.placeholder for person in reading.people if person.role == "pupil")
    assert {(one.table, one.pupil_id == first) for one in reading.statements if not one.complete} >= {
        ("marks", True), ("attendance", True),
    }  # fmt: skip
    assert all(one.complete for one in reading.statements if one.table == "marks" and one.pupil_id != first)


def test_a_value_without_a_title_and_a_row_without_a_name_are_rejected() -> None:
    tab = SHEET.tab()
    first = next(number for number, row in enumerate(tab.rows) if len(row) > 1 and row[1] == "Пробный Иван Ильич")
    tab.rows[first] += [None, "2"]
    tab.rows.insert(first + 1, [None, None, "4", None, None, None, None])
    reading = READER.read(as_export(xlsx(tab)))
    assert [(one.reason, one.raw) for one in reading.rejected] == [
        ("Строка без имени ученика", ""), ("Значение в столбце без заголовка", "2"),
    ]  # fmt: skip
    assert not any(one.complete for one in reading.statements if one.table == "marks")


def test_a_column_that_nobody_asked_for_is_told() -> None:
    reading = read(replace(SHEET, summary={"Пропущено": [1.0, 2.0, 3.0]}))
    assert [(one.raw, one.reason) for one in reading.warnings] == [("Пропущено", "Столбец отчёта не читается")]


def test_a_sheet_without_dates_is_refused() -> None:
    tab = replace(SHEET, summary={}, lines={}).tab()
    for row in tab.rows[6:8]:
        row[2:] = ["a"] * 5
    with pytest.raises(UnreadableExportError, match="нет дат"):
        READER.read(as_export(xlsx(tab)))


def test_namesakes_and_numbered_names() -> None:
    marks = {"1. Пробный Иван": ["5"] + [None] * 4, "2) ПРОБНЫЙ  Иван": ["4"] + [None] * 4}
    reading = read(replace(SHEET, marks=marks, lines={}, summary={}, legend=[]))
    assert [one.full_name for one in reading.people if one.role == "pupil"] == ["пробный иван", "пробный иван #2"]
    assert [one.table for one in reading.warnings] == ["pupils"]


def test_a_subgroup_has_lessons_of_its_own() -> None:
    text = READER.profile
    assert text.layout
    tab = SHEET.tab()
    tab.rows[5] = ["Подгруппа: 1 группа"]
    own = (shipped.FOLDER / "asiou__class_journal.toml").read_text(encoding="utf-8")
    own = own.replace("[facts.school]", '[facts.subgroup]\nlabels = ["подгруппа"]\n\n[facts.school]')
    reading = ProfiledReader(read_profile(own, "мой")).read(as_export(xlsx(tab)))
    assert rows(reading, "subgroups", "name", "subject_id") == [("1 группа", "алгебра")]
    assert all(lesson.endswith("|1 группа") for (lesson,) in rows(reading, "lessons", "lesson_id"))
    assert set(rows(reading, "marks", "lesson_id")) <= set(rows(reading, "lessons", "lesson_id"))


def test_lines_under_the_table_tell_too() -> None:
    tab = replace(SHEET, teacher="").tab()
    tab.rows.append(["Учитель: Образцова Анна Петровна"])
    tab.rows.append(["Состояние на 14.01.2026 19:10:10"])
    reading = READER.read(as_export(xlsx(tab)))
    assert [one.role for one in reading.people].count("teacher") == 1
    assert str(reading.taken_at) == "2026-01-14 19:10:10"


# Random journals

CODES = st.sampled_from(["Н", "Б", "О", "У", "УП", "ОСВ"])
GROUP = st.lists(st.integers(0, 5).map(str), min_size=1, max_size=2).map("/".join)
CELL = st.one_of(st.none(), st.tuples(st.lists(CODES, max_size=2), st.lists(GROUP, max_size=3), st.booleans()))
PUPILS = ("Пробный Иван", "Опытова Вера", "Учебный Глеб", "Тестова-Опытная Анна Ильинична")


def printed(cell: Any) -> str | None:
    if cell is None:
        return None
    codes, marks, codes_first = cell
    return " ".join([*codes, *marks] if codes_first else [*marks, *codes])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 240), min_size=2, max_size=8), st.data(), st.sampled_from(SPELLINGS),
    st.sampled_from(["5А", "11Б", "9 «В»", "7"]),
)  # fmt: skip
def test_a_random_journal_is_read_back(offsets: list[int], data: Any, spelling: str, klass: str) -> None:
    days = [date(2025, 9, 1) + timedelta(days=offset) for offset in sorted(offsets)]
    cells = {name: [data.draw(CELL) for _ in days] for name in PUPILS}
    sheet = JournalSheet(
        days, {name: [printed(cell) for cell in row] for name, row in cells.items()}, klass=klass, spelling=spelling
    )
    reading = READER.read(as_export(xlsx(sheet.tab())))
    assert not reading.rejected
    assert rows(reading, "lessons", "date") == [(day,) for day in days]
    lessons = [lesson for (lesson,) in rows(reading, "lessons", "lesson_id")]
    people = [person.placeholder for person in reading.people if person.role == "pupil"]
    expected_marks, expected_codes = [], []
    for pupil, row in zip(people, cells.values(), strict=True):
        for lesson, cell in zip(lessons, row, strict=True):
            codes, groups = (cell[0], cell[1]) if cell else ([], [])
            expected_marks += [(lesson, pupil, mark) for group in groups for mark in group.split("/")]
            expected_codes += [(lesson, pupil, code) for code in codes]
    assert rows(reading, "marks", "lesson_id", "pupil_id", "value") == expected_marks
    assert rows(reading, "attendance", "lesson_id", "pupil_id", "code") == expected_codes


TEXT = st.text(st.characters(exclude_categories=["C"]), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=6, max_size=6), st.sampled_from(["pupil", "header", "heading", "line"]))
def test_no_text_crashes_it_and_nothing_is_lost(texts: list[str], where: str) -> None:
    """Arbitrary text anywhere: it is read, rejected with its address, or the file is refused in words."""
    tab = replace(SHEET, legend=[]).tab()
    header = next(number for number, row in enumerate(tab.rows) if len(row) > 1 and row[1] == "ФИО")
    at = {"pupil": header + 6, "header": header, "heading": 1, "line": header + 3}[where]
    tab.rows[at] = [*tab.rows[at][:2], *texts]
    try:
        reading = READER.read(as_export(html(tab)))
    except UnreadableExportError as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert refused.reason
        assert refused.advice
        return
    assert all(one.address and one.reason for one in reading.rejected)
    if where == "pupil":
        pupil = reading.people[0].placeholder
        for lesson, letter, text in zip(reading.tables["lessons"]["lesson_id"], "CDEFG", texts, strict=False):
            frames = [reading.tables[name] for name in ("marks", "attendance") if name in reading.tables]
            said = any(((frame["lesson_id"] == lesson) & (frame["pupil_id"] == pupil)).any() for frame in frames)
            told = any(one.address.endswith(f" {letter}{header + 7}") for one in reading.rejected)
            assert bool(clean(text)) == (said or told)


def test_a_surname_like_a_word_of_the_end_is_a_pupil() -> None:
    marks = {
        "Всеголодов Иван": ["5"] + [None] * 4,
        "Среднев Пётр": ["4"] + [None] * 4,
        "Учителев Олег": ["3"] + [None] * 4,
    }
    reading = read(replace(SHEET, marks=marks, lines={}, summary={}, legend=[]))
    assert reading.tables["marks"]["value"].to_list() == ["5", "4", "3"]


def test_a_pupil_below_the_totals_is_rejected_and_not_lost() -> None:
    tab = replace(SHEET, legend=[]).tab()
    tab.rows += [[None, "Итого", "3"], [4.0, "Поздний Лев", "5"], [None, "Директор", "Образцова А. П."]]
    reading = READER.read(as_export(xlsx(tab)))
    assert [one.reason for one in reading.rejected] == ["Строка с отметками под концом таблицы не читается"]
    assert not any(one.complete for one in reading.statements if one.table == "marks")
