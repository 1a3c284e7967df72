"""The workbook as it is handed out: its sheets, what they are filled with, and what may be typed into them."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path

import duckdb
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from exports import school_rows
from exports.school_workbook import WrongYearError, sheet_titles, write
from ingest.school_workbook import plan
from tests.school_book import AT, YEAR, Edited, entry, exported, journal, published
from warehouse.registers.definitions import REGISTERS
from warehouse.settings import School, Settings


def rows(sheet: Worksheet) -> list[tuple[object, ...]]:
    """Filled rows under the headings, without the hidden column."""
    title = next(each for each in REGISTERS.values() if each.title == sheet.title)
    width = len(title.fields)
    found = [tuple(cell.value for cell in row[:width]) for row in sheet.iter_rows(min_row=4)]
    return [row for row in found if any(cell is not None for cell in row)]


@pytest.fixture
def book(tmp_path: Path) -> Edited:
    known = journal(
        tmp_path,
        entry("bells", shift=1, lesson_number=1, starts_at="08:30", ends_at="09:10"),
        entry("enrollments", pupil="Щукин Петр Ильич", class_="7б", individual_plan=True, starts_on="01.09.2025"),
        entry("teacher_absences", teacher="Юрьев Ян", starts_on="01.03.2024", ends_on="02.03.2024"),
    )
    return Edited(exported(known, published(tmp_path)))


def test_sheets_stand_in_the_order_of_the_registers_and_the_service_ones_are_hidden(book: Edited) -> None:
    assert book.book.sheetnames == list(sheet_titles())
    assert {sheet.title: sheet.sheet_state for sheet in book.book if sheet.sheet_state != "visible"} == {
        "Списки": "hidden", "Память Завуча": "veryHidden",
    }  # fmt: skip


def test_titles_fit_a_tab() -> None:
    assert [title for title in sheet_titles() if len(title) > 31 or re.search(r"[\[\]:*?/\\]", title)] == []


def test_queries_give_only_fields_of_their_registers(tmp_path: Path) -> None:
    shown = school_rows.shown_by_exports(published(tmp_path), YEAR)
    for name, found in shown.items():
        fields = {field.name for field in REGISTERS[name].fields}
        assert {key for row in found for key in row} <= fields, name
    assert {name for name, found in shown.items() if not found} == {"subgroup_members"}  # nobody names the subgroup


def test_what_exports_show_stands_there_by_name_and_in_a_people_order(book: Edited) -> None:
    assert rows(book.sheet("classes"))[0][:4] == ("7Б", None, None, "Ёлкина Анна Петровна")
    assert [row[0] for row in rows(book.sheet("classes"))] == ["7Б", "10А"]
    assert [row[:3] for row in rows(book.sheet("teaching_assignments"))] == [
        ("Ёлкина Анна Петровна", "Алгебра", "7Б"), ("Юрьев Ян", "Химия", "10А"),
    ]  # fmt: skip
    assert not any("u4" in str(row) or "t3" in str(row) for sheet in book.book.worksheets[1:19] for row in rows(sheet))


def taught(folder: Path, *more: str) -> list[tuple[object, ...]]:
    """Rows of «Учителя и нагрузка» where these lessons are told beside those of `published`."""
    with duckdb.connect(published(folder)) as con:
        con.execute(
            "insert into marts.fct_attendance (school_id, academic_year, is_expected, class_id, pupil_id, subject_id,"
            f" subgroup_id, teacher_id) values {', '.join(more)}"
        )
    found = school_rows.shown_by_exports(published(folder), YEAR)
    return [(row.get("teacher"), row["subject"], row["class"]) for row in found["teaching_assignments"]]


def lesson(class_id: str, subject: str, teacher: str) -> str:
    return f"('s1', '{YEAR}', true, '{class_id}', 'u1', '{subject}', '', '{teacher}')"


def test_every_subject_of_a_class_has_one_row_and_lacks_a_teacher_where_exports_tell_none(tmp_path: Path) -> None:
    assert set(taught(tmp_path, lesson("k7", "w", ""), lesson("k10", "w", "t3"), lesson("k10", "m", "t1"))) == {
        ("Ёлкина Анна Петровна", "Алгебра", "7Б"), ("Юрьев Ян", "Химия", "10А"), (None, "Разговоры о важном", "7Б"),
        (None, "Разговоры о важном", "10А"), ("Ёлкина Анна Петровна", "Алгебра", "10А"),
    }  # fmt: skip
    book = Edited(exported(journal(tmp_path), published(tmp_path)))
    assert [row[:3] for row in rows(book.sheet("teaching_assignments"))][:2] == [
        (None, "Разговоры о важном", "7Б"), (None, "Разговоры о важном", "10А"),
    ]  # fmt: skip
    assert [row[:2] for row in rows(book.sheet("curriculum"))] == [
        ("7Б", "Алгебра"), ("7Б", "Разговоры о важном"), ("10А", "Алгебра"), ("10А", "Разговоры о важном"),
        ("10А", "Химия"),
    ]  # fmt: skip
    assert plan(book.bytes(), journal(tmp_path)).is_empty


def test_who_gave_most_lessons_is_the_teacher(tmp_path: Path) -> None:
    stood_in = [lesson("k7", "m", "t2")]
    assert ("Ёлкина Анна Петровна", "Алгебра", "7Б") in taught(tmp_path, *stood_in)
    assert ("Юрьев Ян", "Алгебра", "7Б") in taught(tmp_path, *stood_in * 3)


def test_a_teacher_who_is_entered_fills_the_row_of_his_lessons(tmp_path: Path) -> None:
    taught(tmp_path, lesson("k7", "w", ""))
    entered = (
        entry("teaching_assignments", teacher="Новая Нина", subject="Разговоры о важном", class_="7Б"),
        entry("teaching_assignments", teacher="Новая Нина", subject="Алгебра", class_="7б"),
    )
    sheet = Edited(exported(journal(tmp_path, *entered), published(tmp_path))).sheet("teaching_assignments")
    assert [row[:3] for row in rows(sheet)] == [
        ("Новая Нина", "Алгебра", "7б"), ("Новая Нина", "Разговоры о важном", "7Б"), ("Юрьев Ян", "Химия", "10А"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pupil", "class_", "left"),
    [
        ("Ким Ли", "10Б", []),
        ("Ким Ли", "10А", []),
        ("Ким Ли", "9Б", [("Ким Ли", "10А")]),  # of another grade: a namesake
        ("ким ли", "10 Б", []),
    ],
)
def test_a_pupil_whose_class_was_corrected_is_not_grey_in_the_old_one(
    tmp_path: Path, pupil: str, class_: str, left: list[tuple[str, str]]
) -> None:
    known = journal(tmp_path, entry("enrollments", pupil=pupil, class_=class_))
    found = rows(Edited(exported(known, published(tmp_path))).sheet("enrollments"))
    assert [row[:2] for row in found if row[:2] == ("Ким Ли", "10А") and class_ != "10А"] == left
    assert len([row for row in found if str(row[0]).casefold() == "ким ли"]) == 1 + len(left)


def test_a_namesake_in_a_class_beside_stays(tmp_path: Path) -> None:
    shown: list[school_rows.Row] = [{"pupil": "Ким Ли", "class": "10А"}, {"pupil": "Ким Ли", "class": "10Б"}]
    assert school_rows.untold("enrollments", shown, [{"pupil": "Ким Ли", "class": "10Б"}]) == shown[:1]


def test_a_period_that_nobody_states_is_not_shown_and_one_of_some_classes_names_them(book: Edited) -> None:
    told = [(row[0], row[1], row[2].date(), row[6]) for row in rows(book.sheet("periods"))]  # type: ignore[attr-defined]
    assert told == [("четверть", 1, date(2025, 9, 1), "7Б"), ("полугодие", 1, date(2025, 9, 1), "10А")]


def test_what_is_entered_stands_typed_and_is_not_repeated_from_exports(book: Edited) -> None:
    assert rows(book.sheet("bells"))[0][:4] == (1, 1, time(8, 30), time(9, 10))
    pupils = rows(book.sheet("enrollments"))
    assert [row[0] for row in pupils] == ["Абрамова Зоя", "Щукин Петр Ильич", "Ким Ли"]
    assert pupils[1][3] == "да"
    assert pupils[1][4].date() == date(2025, 9, 1)  # type: ignore[attr-defined]


def test_days_of_another_year_are_left_out(book: Edited) -> None:
    assert rows(book.sheet("teacher_absences")) == []


def test_subjects_without_a_system_are_asked_first_and_counted_on_the_first_sheet(book: Edited) -> None:
    told = [(row[0], row[3]) for row in rows(book.sheet("grading"))]
    assert told == [("Разговоры о важном", None), ("Химия", None), ("Алгебра", "отметки")]
    start = {
        row[0].value: [cell.value for cell in row[2:5]] for row in book.book["Начните здесь"].iter_rows(min_row=12)
    }
    assert start["Предметы и система оценивания"] == ["", "1", "2"]
    assert start["Ученики"] == ["1", "2", ""]


def test_rows_of_exports_alone_are_grey_and_required_blanks_yellow(book: Edited) -> None:
    sheet = book.sheet("enrollments")
    mark = len(REGISTERS["enrollments"].fields) + 1
    marked = {sheet.cell(row, 1).value: sheet.cell(row, mark).value for row in range(4, 7)}
    assert marked == {"Абрамова Зоя": "Абрамова Зоя|7Б||||", "Щукин Петр Ильич": None, "Ким Ли": "Ким Ли|10А||||"}
    assert sheet.column_dimensions["G"].hidden
    formulas = [rule.formula[0] for each in sheet.conditional_formatting for rule in each.rules]
    assert 'AND($G4<>"",$G4=$A4&"|"&$B4&"|"&$C4&"|"&$D4&"|"&$E4&"|"&$F4)' in formulas
    assert 'AND(COUNTA($A4:$F4)>0,$B4="")' in formulas


def test_every_choice_and_name_has_a_drop_down_with_its_words(book: Edited) -> None:
    lists = book.book["Списки"]
    for register in REGISTERS.values():
        sheet = book.sheet(register.name)
        rules = {str(rule.sqref).split("4:")[0]: rule for rule in sheet.data_validations.dataValidation}
        for number, field in enumerate(register.fields):
            rule = rules.get("ABCDEFGHIJ"[number])
            if field.choices or field.kind in {"bool", "class", "subject", "teacher", "pupil", "subgroup"}:
                assert rule is not None, (register.name, field.name)
                assert rule.type == "list"
                words = [cell.value for (cell,) in lists[rule.formula1.split("!")[1].replace("$", "")]]
                if field.choices:
                    assert words == list(field.choices)
                if field.kind == "class":
                    assert "10А" in words
            elif field.kind in {"date", "moment", "time"}:
                assert rule is not None, (register.name, field.name)


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    known = journal(tmp_path, entry("orders", order_no="=1+1", signed_on="01.09.2025", title="+О приёме"))
    sheet = Edited(exported(known)).sheet("orders")
    assert [(cell.value, cell.data_type) for cell in (sheet["A4"], sheet["C4"])] == [("=1+1", "s"), ("+О приёме", "s")]


def test_before_the_first_build_the_year_is_that_of_the_day_and_august_is_the_new_one(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "дом", schools={"s1": School("s1", "СОШ № 1")})
    out = tmp_path / "новая папка" / "Шаблон школы.xlsx"
    assert write(settings, "s1", out, year=None, at=AT.replace(month=8)) == "2025/2026"
    assert write(settings, "s1", out, year=None, at=AT.replace(month=7)) == "2024/2025"
    assert Edited(out.read_bytes()).book["Начните здесь"]["B3"].value == "2024/2025"


@pytest.mark.parametrize("year", ["2025", "2025/2027", "2025-2026", "25/26"])
def test_a_year_that_is_none_is_refused(tmp_path: Path, year: str) -> None:
    settings = Settings(tmp_path, schools={"s1": School("s1", "СОШ № 1")})
    with pytest.raises(WrongYearError, match="2026/2027"):
        write(settings, "s1", tmp_path / "к.xlsx", year=year, at=AT)


def test_the_same_registers_give_the_same_book(tmp_path: Path) -> None:
    known = journal(tmp_path, entry("classes", class_="7Б", shift=1))
    assert exported(known, published(tmp_path)) == exported(known, published(tmp_path))


def test_names_are_ordered_as_people_do_and_odd_digits_harm_nothing(tmp_path: Path) -> None:
    known = journal(tmp_path, *(entry("classes", class_=name) for name in ("10А", "м²", "9Б", "9А", "Ⅻ", "٣")))
    assert [row[0] for row in rows(Edited(exported(known)).sheet("classes"))] == ["м²", "Ⅻ", "٣", "9А", "9Б", "10А"]
