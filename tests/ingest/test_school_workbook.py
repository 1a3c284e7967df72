"""The workbook as it comes back: untouched, edited in every way people edit tables, and damaged."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from exports.school_workbook import school_workbook
from ingest.readers.sheets import open_book
from ingest.school_sheets import read_book
from ingest.school_words import MOST_LINES, fault_lines, plan_lines
from ingest.school_workbook import NotOurBookError, Plan, plan, school_of
from tests.conftest import Run
from tests.school_book import AT, DAY, YEAR, Edited, entry, exported, journal, load, names_of, published, told
from warehouse.registers.definitions import DETAILS, REGISTERS, Register
from warehouse.registers.entries import Entry, EntryError, read_entry
from warehouse.registers.journal import Journal
from warehouse.registers.values import Field, Given
from warehouse.regulation import file
from warehouse.regulation.answers import Regulation, ordered
from warehouse.regulation.profiles import profile
from warehouse.regulation.questions import QUESTIONS
from warehouse.settings import School, Settings

PUPILS = (
    entry("enrollments", pupil="Щукин Пётр", class_="7Б", form="в школе"),
    entry("enrollments", pupil="Абрамова Зоя", class_="7Б"),
    entry("enrollments", pupil="Ким Ли", class_="10А", individual_plan=True),
)
BELLS = (
    entry("bells", shift=1, lesson_number=1, starts_at="08:30", ends_at="09:10"),
    entry("bells", shift=1, lesson_number=2, starts_at="09:20", ends_at="10:00"),
)


@pytest.fixture
def known(tmp_path: Path) -> Journal:
    return journal(tmp_path, *PUPILS, *BELLS)


@pytest.fixture
def book(known: Journal, tmp_path: Path) -> Edited:
    return Edited(exported(known, published(tmp_path)))


def faults(found: Plan) -> list[tuple[str, int, str]]:
    return [(each.sheet, each.line, each.column) for each in found.faults]


# A book that nobody touched


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters="\ufffe\uffff"),
                min_size=1, max_size=12)  # fmt: skip
DAYS = st.dates(date(2025, 9, 1), date(2026, 5, 31))


def values(about: Field) -> st.SearchStrategy[Given]:
    if about.choices:
        return st.sampled_from(list(about.choices))
    low, high = int(about.lowest or 0), int(about.highest or 99)
    kinds: dict[str, st.SearchStrategy[Given]] = {
        "date": DAYS, "time": st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        "moment": st.datetimes(datetime(2025, 9, 1), datetime(2026, 5, 31)), "int": st.integers(low, high),
        "grade": st.integers(low, high), "bool": st.booleans(),
        "float": st.integers(0, 80).map(lambda quarters: quarters / 4),
        "finding": NAMES.map(lambda key: f"marks_gap:{key}:2025/2026"),
    }  # fmt: skip
    return kinds.get(about.kind, NAMES)


def register_word(register: Register, cells: Mapping[str, Given]) -> str:
    """The item of a particular of the school, which says what its value is."""
    return register.field("item").choices.get(str(cells["item"]), "") if "item" in cells else ""


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    found = []
    for register in draw(st.lists(st.sampled_from(list(REGISTERS.values())), max_size=12)):
        cells: dict[str, Given] = {}
        for about in register.fields:
            if about.required or draw(st.booleans()):
                cells[about.name] = draw(values(DETAILS.get(register_word(register, cells), about)))
        try:
            found.append(read_entry(register, cells, YEAR))
        except EntryError:  # the end before the beginning
            continue
    return found


@settings(  # no shrinking: it takes minutes
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
@given(entries())
def test_a_book_that_nobody_touched_changes_nothing(some: list[Entry]) -> None:
    with TemporaryDirectory() as folder:
        known = journal(Path(folder), *some)
        found = plan(exported(known), known)
        assert (found.entries, found.faults, found.notes) == ([], (), ())
        # … and it was really read: without what it remembers, each row would be seen as it stands.
        seen = read_book(open_book(exported(known)))
        lines = {
            name: len(table.lines)
            for name, table in seen.tables.items()
            if name in REGISTERS and name != "school_details"
        }
        assert lines == {name: len(known.entries(name)) for name in lines}


def test_rows_of_exports_that_nobody_touched_become_no_entries(known: Journal, book: Edited) -> None:
    found = load(book.bytes(), known)
    assert found.entries == []
    assert found.faults == ()  # a subject without a system, an item of the particulars without a value
    assert known.entries("classes") == []


def test_an_entry_made_elsewhere_meanwhile_is_not_taken_back(known: Journal, book: Edited) -> None:
    known.append([entry("outages", starts_at="06.10.2025 10:30")], author="Тест", entered_at=AT, how="command")
    assert plan(book.bytes(), known).entries == []


# A book that somebody edited


def test_added_changed_and_deleted_rows_are_the_plan(known: Journal, book: Edited) -> None:
    book.put("enrollments", book.row("enrollments", "Ким Ли"), individual_plan=None, form="на дому")
    book.sheet("enrollments").delete_rows(book.row("enrollments", "Щукин Пётр"))
    book.add("enrollments", pupil="Новиков Ян", class_="7Б", starts_on=DAY)
    book.add("outages", starts_at=datetime(2025, 10, 6, 10, 30), ends_at="06.10.2025 14:00")
    found = load(book.bytes(), known)
    assert told(found) == {
        "enrollments": (
            ["2025/2026 новиков ян 7б 2025-10-06"], ["2025/2026 ким ли 10а"], ["2025/2026 щукин петр 7б"]),
        "outages": (["2025-10-06t10:30"], [], []),
    }  # fmt: skip
    assert [dict(one.values) for one in known.entries("enrollments")] == [
        {"pupil": "Абрамова Зоя", "class": "7Б"},
        {"pupil": "Ким Ли", "class": "10А", "form": "home"},
        {"pupil": "Новиков Ян", "class": "7Б", "starts_on": "2025-10-06"},
    ]
    assert known.batches()[-1].how == "workbook"


def test_the_same_file_twice_has_no_effect(known: Journal, book: Edited) -> None:
    book.sheet("bells").delete_rows(book.row("bells", time(9, 20)))
    book.add("exclusions", date_from=DAY, date_to=DAY, reason="экскурсия")
    assert len(load(book.bytes(), known).entries) == 2
    batches = len(known.files())
    assert load(book.bytes(), known).entries == []
    assert len(known.files()) == batches


def test_a_row_of_exports_that_is_corrected_is_entered_whole(known: Journal, book: Edited) -> None:
    book.put("classes", book.row("classes", "7Б"), shift=2)
    book.put("grading", book.row("grading", "Химия"), graded="зачёт")
    load(book.bytes(), known)
    assert [dict(one.values) for one in known.entries("classes")] == [
        {"class": "7Б", "shift": 2, "teacher": "Ёлкина Анна Петровна"}
    ]
    assert [dict(one.values) for one in known.entries("grading")] == [{"subject": "Химия", "graded": "credit"}]


def test_a_new_row_about_what_a_grey_row_shows_is_no_contradiction(known: Journal, book: Edited) -> None:
    book.add("classes", class_="7Б", teacher="Юрьев Ян")
    found = plan(book.bytes(), known)
    assert (faults(found), told(found)) == ([], {"classes": (["2025/2026 7б"], [], [])})


def test_a_grey_row_that_is_deleted_takes_nothing_back(known: Journal, book: Edited) -> None:
    book.sheet("classes").delete_rows(book.row("classes", "7Б"))
    assert plan(book.bytes(), known).entries == []


def test_moved_foreign_and_renamed_in_case_columns_do_not_matter(known: Journal, book: Edited) -> None:
    sheet = book.sheet("enrollments")
    sheet.insert_cols(1, 2)
    sheet["A3"] = "№ п/п"
    for number in range(4, 30):
        sheet.cell(number, 1, number - 3)
    for row in sheet.iter_rows(min_row=1, max_row=10):  # the class goes to the far end
        row[3].value, sheet.cell(row[0].row, 15).value = None, row[3].value
    sheet["O3"], sheet["C3"] = "КЛАСС *", "ученик:"
    sheet.cell(book.row("enrollments", "Ким Ли"), 15, "10Б")
    book.book.move_sheet("Звонки", -7)
    book.book.create_sheet("Мои заметки")["A1"] = "что-то"
    found = plan(book.bytes(), known)
    assert told(found) == {"enrollments": (["2025/2026 ким ли 10б"], [], ["2025/2026 ким ли 10а"])}
    assert faults(found) == []
    assert found.notes == (
        "Лист «Ученики»: столбец «№ п/п» не нужен, пропущен.",
        "Лист «Мои заметки» – не из шаблона, он не прочитан.",
    )


def test_merged_cells_lines_between_and_blank_rows_are_survived(known: Journal, book: Edited) -> None:
    sheet = book.sheet("enrollments")
    sheet.delete_rows(4, 20)
    told_rows = [
        ("7 классы",), ("Абрамова Зоя", "7Б"), ("Щукин Пётр", None, "в школе"), (), ("Десятые",), ("10А класс",),
        ("Ким Ли", "10А", None, "да"), ("Ученик", "Класс"), ("Итого: 3",),
    ]  # fmt: skip
    for number, row in enumerate(told_rows, start=4):
        for column, cell in enumerate(row, start=1):
            sheet.cell(number, column, cell)
    sheet.merge_cells("B5:B6")
    sheet.merge_cells("A8:F8")
    found = plan(book.bytes(), known)
    assert (faults(found), found.entries) == ([], [])
    sheet["C6"] = "на дому"
    assert told(plan(book.bytes(), known)) == {"enrollments": ([], ["2025/2026 щукин петр 7б"], [])}


def test_a_pupil_without_a_class_is_no_line_between(known: Journal, book: Edited) -> None:
    row = book.add("enrollments", pupil="Новиков Ян")
    assert faults(plan(book.bytes(), known)) == [("Ученики", row, "Класс")]


def test_an_optional_column_that_is_gone_empties_nothing(known: Journal, book: Edited) -> None:
    sheet = book.sheet("enrollments")
    sheet.delete_cols(book.column("enrollments", "individual_plan"))
    assert plan(book.bytes(), known).entries == []
    book.put("enrollments", book.row("enrollments", "Ким Ли"), form="на дому")
    load(book.bytes(), known)
    assert dict(known.entries("enrollments")[-1].values) == {
        "pupil": "Ким Ли", "class": "10А", "form": "home", "individual_plan": True,
    }  # fmt: skip


def test_a_renamed_column_is_told_on_both_sides_and_so_is_a_repeated_one(known: Journal, book: Edited) -> None:
    sheet = book.sheet("enrollments")
    sheet.cell(3, book.column("enrollments", "individual_plan")).value = "Инд. план"
    sheet.cell(3, 9).value = "Класс"
    found = plan(book.bytes(), known)
    assert found.entries == []
    assert found.notes == (
        "Лист «Ученики»: столбец «Индивидуальный план» не найден, его значения не читались.",
        "Лист «Ученики»: столбец «Класс» стоит дважды, прочитан первый.",
        "Лист «Ученики»: столбец «Инд. план» не нужен, пропущен.",
    )


OPTIONAL = [
    (register.name, about.name) for register in REGISTERS.values() for about in register.fields if not about.required
]


@pytest.mark.parametrize("how", ["gone", "renamed"])
@pytest.mark.parametrize(("register", "field"), OPTIONAL)
def test_no_optional_column_that_is_not_found_clears_its_values(
    tmp_path: Path, register: str, field: str, how: str
) -> None:
    samples = {
        "date": DAY, "moment": datetime(2025, 10, 6, 10, 30), "time": time(8, 30), "int": 1, "grade": 7, "float": 2.5,
        "bool": True, "finding": "topic_filled:l1",
    }  # fmt: skip
    whole = {
        about.name: next(iter(about.choices), None) or samples.get(about.kind, "слово")
        for about in REGISTERS[register].fields
    }
    whole |= {"week_days": 5} if "week_days" in whole else {}
    whole |= {"item": "Адрес"} if register == "school_details" else {}
    known = journal(tmp_path, entry(register, **whole))
    book = Edited(exported(known))
    sheet, column = book.sheet(register), book.column(register, field)
    if how == "gone":
        sheet.delete_cols(column)
    else:
        sheet.cell(3, column).value = "Своё название"
    found = plan(book.bytes(), known)
    assert (found.entries, found.faults) == ([], ())
    title = REGISTERS[register].field(field).title
    assert any(f"столбец «{title}» не найден" in note for note in found.notes)
    others = (one.name for one in REGISTERS[register].fields if one.kind == "text" and not one.key)
    for other in others:
        if other != field:  # a row that is changed beside it keeps them too
            book.put(register, 4, **{other: "иное"})
            load(book.bytes(), known)
            (stands,) = known.entries(register)
            assert stands.values == {**known.batches()[-2].entries[0].values, other: "иное"}


def test_without_a_key_column_a_row_that_may_mean_two_entries_is_asked_about(tmp_path: Path) -> None:
    both = [entry("timetable", class_="7Б", weekday="вторник", lesson_number=1, subgroup=group, subject="Труд")
            for group in ("1", "2")]  # fmt: skip
    known = journal(tmp_path, *both)
    book = Edited(exported(known))
    book.sheet("timetable").delete_cols(book.column("timetable", "subgroup"))
    assert plan(book.bytes(), known).entries == []
    book.put("timetable", 4, subject="Химия")
    found = plan(book.bytes(), known)
    assert (faults(found), found.entries) == ([("Расписание", 4, "")], [])
    assert "Подгруппа" in found.faults[0].reason


def test_a_sheet_that_is_gone_changes_nothing_and_is_told(known: Journal, book: Edited) -> None:
    del book.book["Звонки"]
    found = plan(book.bytes(), known)
    assert found.entries == []
    assert [note for note in found.notes if "«Звонки»" in note]
    assert [note for note in found.notes if "«Ученики»" in note] == []


def test_rows_deleted_here_and_changed_elsewhere_stay(known: Journal, book: Edited) -> None:
    later = entry("enrollments", pupil="Ким Ли", class_="10А", form="семейная")
    known.append([later], author="Тест", entered_at=AT, how="page")
    book.sheet("enrollments").delete_rows(book.row("enrollments", "Ким Ли"))
    found = plan(book.bytes(), known)
    assert found.entries == []
    assert any("Ученики" in note for note in found.notes)


# The sheet «Положение»


HOMEWORK = next(iter(QUESTIONS.values()))


@pytest.fixture
def regulation(tmp_path: Path) -> Path:
    """A regulation that answers the first two questions by a clause."""
    path = tmp_path / "положение.toml"
    file.write(path, Regulation(ordered(profile("mbou").answers[:2]), document="Приказ № 8"))
    return path


@pytest.fixture
def answered(known: Journal, regulation: Path) -> Edited:
    return Edited(school_workbook(known, YEAR, AT, regulation=file.read(regulation)))


def answer_row(book: Edited, question: str) -> int:
    return next(cell.row for (cell,) in book.book["Положение"].iter_rows(max_col=1) if cell.value == question)


def test_answers_stand_on_their_sheet_and_open_questions_wait_there(answered: Edited) -> None:
    asked = [cell.value for (cell,) in answered.book["Положение"].iter_rows(min_row=4, max_col=1) if cell.value]
    assert set(asked) == {question.text for question in QUESTIONS.values()}
    assert answered.book["Положение"].cell(answer_row(answered, HOMEWORK.text), 2).value


def test_an_untouched_regulation_changes_nothing_even_if_it_was_changed_elsewhere(
    known: Journal, answered: Edited, regulation: Path
) -> None:
    assert plan(answered.bytes(), known, regulation).is_empty
    file.write(regulation, Regulation(file.read(regulation).answers[:1]))
    assert plan(answered.bytes(), known, regulation).is_empty


def test_answers_are_changed_added_and_taken_back(known: Journal, answered: Edited, regulation: Path) -> None:
    first, second = file.read(regulation).answers
    third = next(each for each in QUESTIONS.values() if each.id not in {first.question, second.question})
    sheet = answered.book["Положение"]
    sheet.cell(answer_row(answered, QUESTIONS[first.question].text), 2).value = "в положении не сказано"
    for column in range(2, 6):
        sheet.cell(answer_row(answered, QUESTIONS[second.question].text), column).value = None
    row = answer_row(answered, third.text)
    sheet.cell(row, 2).value, sheet.cell(row, 5).value = "в положении не сказано", datetime(2025, 9, 1)
    found = load(answered.bytes(), known, regulation)
    assert found.entries == []
    told_lines = "\n".join(plan_lines(found))
    assert "Положение: изменится ответов 3" in told_lines
    assert "→ «в положении не сказано» с 01.09.2025" in told_lines
    after = file.read(regulation)
    assert {(one.question, one.text, one.valid_from) for one in after.answers} == {
        (first.question, "в положении не сказано", first.valid_from),
        (third.id, "в положении не сказано", date(2025, 9, 1)),
    }
    assert after.document == "Приказ № 8"
    assert plan(answered.bytes(), known, regulation).is_empty  # the same file twice


def test_an_answer_that_is_none_is_told_by_its_line_and_nothing_is_taken_back(
    known: Journal, answered: Edited, regulation: Path
) -> None:
    first, second = file.read(regulation).answers
    row = answer_row(answered, QUESTIONS[first.question].text)
    answered.book["Положение"].cell(row, 2).value = "как получится"
    answered.book["Положение"].delete_rows(answer_row(answered, QUESTIONS[second.question].text))
    row = answer_row(answered, QUESTIONS[first.question].text)
    found = plan(answered.bytes(), known, regulation)
    assert faults(found) == [("Положение", row, "Ответ")]
    assert found.is_empty


# What was not understood


def test_every_fault_is_told_by_sheet_and_line(known: Journal, book: Edited) -> None:
    book.put("bells", 4, starts_at="рано")
    book.put("enrollments", book.row("enrollments", "Ким Ли"), starts_on="31.02.2026", ends_on=DAY)
    row = book.add("periods", kind="каникулы", starts_on=DAY, ends_on=date(2025, 10, 1))
    lacking = book.add("substitutions", date=DAY, lesson_number=40, class_="7Б", subject="#ССЫЛКА!")
    pupil = book.row("enrollments", "Ким Ли")
    found = plan(book.bytes(), known)
    assert sorted(faults(found)) == sorted([
        ("Звонки", 4, "Начало"), ("Ученики", pupil, "С какого дня"), ("Периоды и каникулы", row, "По какой день"),
        ("Замены", lacking, "№ урока"), ("Замены", lacking, "Предмет"),
    ])  # fmt: skip
    assert all(each.reason and each.advice for each in found.faults)
    assert found.entries == []  # nothing of rows with faults
    lines = list(fault_lines(found))
    assert f"    Ученики, строка {pupil}, «С какого дня»: Дата не понята. Напишите её так: 06.10.2025." in lines


def test_an_entry_whose_row_is_faulty_is_neither_changed_nor_taken_back(known: Journal, book: Edited) -> None:
    book.put("bells", book.row("bells", time(8, 30)), starts_at="рано")
    book.sheet("bells").delete_rows(book.row("bells", time(9, 20)))
    found = plan(book.bytes(), known)
    assert len(found.faults) == 1
    assert told(found) == {"bells": ([], [], ["1 2"])}


def test_where_nobody_can_say_what_a_faulty_row_is_about_nothing_is_taken_back(known: Journal, book: Edited) -> None:
    book.put("enrollments", book.row("enrollments", "Ким Ли"), pupil="Ким Лиза", starts_on="когда-то")
    found = plan(book.bytes(), known)
    assert found.entries == []
    assert any("не отзываются: 1" in note for note in found.notes)


def test_a_day_of_another_age_is_told_by_sheet_line_and_value(known: Journal, book: Edited, tmp_path: Path) -> None:
    row = book.add("orders", order_no="5", signed_on="06.10.2052", title="О замене")
    detail = book.row("school_details", "Замечания ведём с")
    book.put("school_details", detail, value=datetime(1925, 10, 6))
    found = plan(book.bytes(), known, names=names_of(tmp_path))
    assert faults(found) == [("Школа и реквизиты", detail, "Значение"), ("Приказы", row, "Дата")]
    wrong = "В дате «06.10.2052» не тот год. Возможны годы с 1995 по 2030: проверьте дату."
    assert f"    Приказы, строка {row}, «Дата»: {wrong}" in fault_lines(found)
    assert "«06.10.1925»" in found.faults[0].reason
    assert [fault.sheet for fault in plan(book.bytes(), known).faults] == ["Школа и реквизиты"]  # nothing was exported


def test_two_rows_about_the_same_count_neither(known: Journal, book: Edited) -> None:
    row = book.add("enrollments", pupil="ким ли", class_="10а", form="семейная")
    found = plan(book.bytes(), known)
    assert faults(found) == [("Ученики", row, "")]
    assert found.entries == []
    book.put("enrollments", book.row("enrollments", "Ким Ли"), form="на дому")
    found = plan(book.bytes(), known)
    assert (faults(found), found.entries) == ([("Ученики", row, "")], [])


@pytest.mark.parametrize("spoil", ["heading", "required"])
def test_a_table_without_its_headings_is_one_fault_and_loses_nothing(known: Journal, book: Edited, spoil: str) -> None:
    sheet = book.sheet("bells")
    if spoil == "heading":
        sheet.delete_rows(2, 2)
    else:
        sheet.delete_cols(book.column("bells", "lesson_number"))
    found = plan(book.bytes(), known)
    assert (faults(found), found.entries) == ([("Звонки", 0, "")], [])


@pytest.mark.parametrize(
    ("sheet", "cell", "value"), [("Начните здесь", "B3", "2026/2027"), ("Память Завуча", "A1", "?")]
)
def test_a_book_of_another_year_or_without_its_memory_is_refused(
    known: Journal, book: Edited, sheet: str, cell: str, value: str
) -> None:
    book.book[sheet][cell] = value
    with pytest.raises(NotOurBookError, match="zavuch workbook export"):
        plan(book.bytes(), known)


def test_a_book_of_another_school_is_refused(known: Journal, book: Edited, tmp_path: Path) -> None:
    assert school_of(book.bytes(), Settings(tmp_path, schools={"s1": School("s1", "СОШ № 1")})) == "s1"
    with pytest.raises(
        NotOurBookError, match=r"для школы «СОШ № 1» \(s1\), а здесь внесены: «Лицей» \(s2\)\. Выгрузите"
    ):
        school_of(book.bytes(), Settings(tmp_path, schools={"s2": School("s2", "Лицей")}))
    with pytest.raises(NotOurBookError, match="другой школы"):
        plan(book.bytes(), Journal(Settings(tmp_path / "дом"), "s2"))


def test_a_book_that_prints_another_school_is_refused_and_says_what_to_do(known: Journal, book: Edited) -> None:
    book.book["Начните здесь"]["B2"] = "сош №1"
    assert plan(book.bytes(), known).is_empty  # the same but for its letters
    book.book["Начните здесь"]["B2"] = "Лицей"
    with pytest.raises(NotOurBookError) as caught:
        plan(book.bytes(), known)
    assert str(caught.value) == (
        "На листе «Начните здесь» стоит школа «Лицей», а книга загружается для школы «s1». Если это она, верните туда"
        " её название (zavuch school list); если нет, выгрузите её книгу."
    )


def test_the_plan_is_told_shortly(known: Journal, book: Edited) -> None:
    book.put("enrollments", book.row("enrollments", "Ким Ли"), form="на дому")
    for number in range(MOST_LINES + 5):
        book.add("orders", order_no=f"{number}-о", signed_on=DAY, title="О замене")
    lines = list(plan_lines(plan(book.bytes(), known)))
    assert "    ~ Ким Ли, 10А: Форма обучения – → на дому" in lines
    assert "Приказы: новых 25, исправлено 0, отозвано 0" in lines
    assert len([line for line in lines if line.startswith("    +")]) == MOST_LINES
    assert lines[-1] == "    … и ещё 5"


def test_what_was_taken_back_is_entered_again_and_called_so(known: Journal, book: Edited) -> None:
    book.add("orders", order_no="5", signed_on=DAY, title="О замене")
    load(book.bytes(), known)
    back = Edited(exported(known))
    back.sheet("orders").delete_rows(back.row("orders", "О замене"))
    load(back.bytes(), known)
    book.add("orders", order_no="6", signed_on=DAY, title="О замене")
    lines = list(plan_lines(plan(book.bytes(), known)))
    assert [line for line in lines if line.startswith("    +")] == [
        "    + 5, Дата 06.10.2025, О чём О замене (внесено снова)", "    + 6, Дата 06.10.2025, О чём О замене",
    ]  # fmt: skip


def test_a_day_among_the_particulars_is_a_day_in_the_book_and_in_the_plan(known: Journal, book: Edited) -> None:
    book.put("school_details", book.row("school_details", "Замечания ведём с"), value="01.11.2025")
    found = load(book.bytes(), known)
    assert "    + Замечания ведём с, Значение 01.11.2025" in plan_lines(found)
    again = Edited(exported(known))
    row = again.row("school_details", "Замечания ведём с")
    assert again.sheet("school_details").cell(row, 2).value == datetime(2025, 11, 1)
    changed = entry("school_details", item="Замечания ведём с", value="08.11.2025")
    known.append([changed], author="Тест", entered_at=AT, how="page")
    assert plan(again.bytes(), known).entries == []  # untouched, it says nothing new
    again.put("school_details", row, value=datetime(2025, 12, 1))
    told_lines = list(plan_lines(plan(again.bytes(), known)))
    assert "    ~ Замечания ведём с: Значение 08.11.2025 → 01.12.2025" in told_lines


def test_an_old_teacher_left_open_is_told_by_the_lines_of_both_and_entered(known: Journal, book: Edited) -> None:
    for teacher, starts in (("Иванова Анна", None), ("Петрова Ольга", date(2026, 1, 12))):
        book.add("teaching_assignments", teacher=teacher, subject="Химия", class_="7Б", starts_on=starts)
    first = book.row("teaching_assignments", "Иванова Анна")
    second = book.row("teaching_assignments", "Петрова Ольга")
    warning = (
        f"Учителя и нагрузка, строки {first} и {second}: «Иванова Анна» и «Петрова Ольга» ведут один предмет (Химия) в"
        " 7Б в одни дни: с 12.01.2026; за эти уроки не отвечает никто. Укажите, кто ведёт с какого по какой день, или"
        " подгруппу каждого."
    )
    found = load(book.bytes(), known)
    assert warning in plan_lines(found)
    assert len(found.entries) == 2
    assert warning in plan_lines(plan(book.bytes(), known))  # as long as it stands so
    book.put("teaching_assignments", first, ends_on=date(2026, 1, 11))
    assert plan(book.bytes(), known).overlaps == ()


def test_new_names_are_told_by_sheet_and_line_and_refused_nowhere(known: Journal, book: Edited, tmp_path: Path) -> None:
    row = book.add("teacher_absences", teacher="Ёлкина А.П.", starts_on=DAY)
    book.add("teaching_assignments", teacher="Новая Нина Ивановна", subject="Химия", class_="7Б")
    book.add("teacher_absences", teacher="Новая Нина Ивановна", starts_on=DAY)
    found = plan(book.bytes(), known, names=names_of(tmp_path))
    lines = list(plan_lines(found))
    assert lines[0] == "Новых учителей: 1 – «Новая Нина Ивановна»"
    assert lines[1].startswith("Новое имя: учителя «Ёлкина А.П.» нет ни в одной выгрузке; похоже на «Ёлкина Анна")
    assert lines[1].endswith(f" – Отсутствие учителей, строка {row}")
    assert len(found.entries) == 3
    assert not any("Новое имя" in line for line in plan_lines(plan(book.bytes(), known)))  # nothing was loaded yet


# Through other programs and the command line


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_copy_saved_by_libreoffice_reads_the_same(known: Journal, book: Edited, tmp_path: Path, kind: str) -> None:
    book.put("enrollments", book.row("enrollments", "Ким Ли"), form="на дому", starts_on=DAY)
    book.add("outages", starts_at=datetime(2025, 10, 6), ends_at=datetime(2025, 10, 6, 14, 0))
    book.add("bells", shift=1, lesson_number=0, starts_at=time(0, 0), ends_at=time(0, 40))
    (tmp_path / "книга.xlsx").write_bytes(book.bytes())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", "out", "книга.xlsx"],
        cwd=tmp_path, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    saved = tmp_path / "out" / f"книга.{kind}"
    before = plan(book.bytes(), known)
    assert len(before.entries) == 4
    assert plan(saved.read_bytes(), known) == before
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(saved)["Ученики"]
        assert {rule.type for rule in sheet.data_validations.dataValidation} >= {"list", "date"}


def test_the_command_shows_asks_enters_and_says_when_there_is_nothing(run_zavuch: Run, home: Path) -> None:
    Settings(home).add_school(School("s1", "СОШ № 1"))
    written = run_zavuch("workbook", "export", "--year", YEAR)
    file = home / "documents" / "Шаблон школы.xlsx"
    assert (written.returncode, str(file) in written.stdout) == (0, True), written.stderr
    nothing = run_zavuch("workbook", "import", file)
    assert (nothing.returncode, "Менять нечего" in nothing.stdout) == (0, True), nothing.stderr
    book = Edited(file.read_bytes())
    book.add("outages", starts_at=datetime(2025, 10, 6, 10, 30))
    row = book.add("orders", order_no="5", title="О замене")
    file.write_bytes(book.bytes())

    asked = run_zavuch("workbook", "import", file, "--yes")
    assert (asked.returncode, f"Приказы, строка {row}, «Дата»" in asked.stdout) == (1, True)
    unsure = run_zavuch("workbook", "import", file, "--skip-faulty")
    assert (unsure.returncode, "Начало 06.10.2025 10:30" in unsure.stdout) == (1, True)
    known = Journal(Settings.load(home), "s1")
    assert known.files() == []

    done = run_zavuch("workbook", "import", file, "--skip-faulty", "--yes", "--author", "Завуч")
    assert (done.returncode, "Внесено записей: 1" in done.stdout) == (1, True)
    assert [(batch.author, batch.how) for batch in known.batches()] == [("Завуч", "workbook")]
    book.sheet("orders").delete_rows(row)
    file.write_bytes(book.bytes())
    assert run_zavuch("workbook", "import", file, "--yes").returncode == 0
    assert len(known.files()) == 1


def test_the_command_refuses_what_is_no_book(run_zavuch: Run, home: Path, tmp_path: Path) -> None:
    Settings(home).add_school(School("s1", "СОШ № 1"))
    paper = tmp_path / "письмо.xlsx"
    paper.write_bytes(b"Dear sir")
    found = run_zavuch("workbook", "import", paper)
    assert (found.returncode, found.stderr.count("\n") > 1) == (1, True)
    assert "Traceback" not in found.stderr
    assert run_zavuch("workbook", "import", tmp_path / "нет.xlsx").returncode == 2
