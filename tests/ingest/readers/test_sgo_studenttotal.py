"""Сетевой Город studenttotal: both layouts, harmless differences, the self-check, cut and wrong files."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest

from ingest.contract import TABLES
from ingest.readers import sgo_studenttotal as reader
from ingest.reading import Export, Reading, UnreadableExportError
from tests.ingest.readers.layouts import SGO_LEGEND, Total, export

DAYS = {
    "Алгебра": ({(9, 2): ("", "5"), (9, 3): ("Б", ""), (9, 30): ("ОП", "5\xa04"), (10, 1): ("", ".\xa04")}, "4,5"),
    "Ин.яз./Английский язык": ({(9, 3): ("Б\xa0Б", ""), (10, 1): ("УП", "3")}, "3"),
    "Физкультура": ({(9, 2): ("ОСВ", "")}, ""),
    "Разговоры о важном": ({}, ""),
}
OLD = Total(DAYS)
NEW = replace(
    OLD, year="2026/2027", klass="", period="с 1.09.2026 по 30.11.2026", pupil="Пробный Иван Ильич",
    state="Состояние на 16.09.2026 17:40:20", term="1 триместр", finals={"Алгебра": "4", "Физкультура": "осв"},
)  # fmt: skip


def read(page: str | bytes) -> Reading:
    given = export(page)
    assert reader.recognise(given)
    return reader.read(given)


def column(reading: Reading, table: str, *names: str) -> list[Any]:
    frame = reading.tables.get(table)
    return [] if frame is None else frame.select(names).rows()


def seen(reading: Reading) -> dict[str, list[Any]]:
    """What was read, without ids of people and without what the print says of itself."""
    return {
        "marks": column(reading, "marks", "lesson_id", "ordinal", "value", "kind", "weight", "counts_in_mean"),
        "attendance": column(reading, "attendance", "lesson_id", "ordinal", "code"),
        "averages": column(reading, "reported_averages", "subject_id", "mean", "n_marks", "computed"),
    }


def test_version_5_0() -> None:
    reading = read(OLD.v50())
    assert (reading.school_name, reading.taken_at) == ("МБОУ СОШ № 0", datetime.fromisoformat("2021-11-14 19:10:10"))
    assert reading.system_version == "5.0.58547.626"
    assert column(reading, "marks", "lesson_id", "ordinal", "value", "kind", "counts_in_mean") == [
        ("9Б|алгебра|2021-09-02|1", 1, "5", "current", None),
        ("9Б|алгебра|2021-09-30|1", 1, "5", "current", None),
        ("9Б|алгебра|2021-09-30|1", 2, "4", "current", None),
        ("9Б|алгебра|2021-10-01|1", 1, ".", "debt", False),
        ("9Б|алгебра|2021-10-01|1", 2, "4", "current", None),
        ("9Б|ин.яз./английский язык|2021-10-01|1", 1, "3", "current", None),
    ]
    assert column(reading, "attendance", "lesson_id", "ordinal", "code") == [
        ("9Б|алгебра|2021-09-03|1", 1, "Б"),
        ("9Б|алгебра|2021-09-30|1", 1, "ОП"),
        ("9Б|ин.яз./английский язык|2021-09-03|1", 1, "Б"),
        ("9Б|ин.яз./английский язык|2021-09-03|1", 2, "Б"),
        ("9Б|ин.яз./английский язык|2021-10-01|1", 1, "УП"),
        ("9Б|физкультура|2021-09-02|1", 1, "ОСВ"),
    ]
    assert set(column(reading, "lessons", "evidence")) == {("inferred",)}
    assert reading.tables["lessons"].height == 7
    assert column(reading, "classes", "academic_year", "class_id", "grade", "letter") == [("2021/2022", "9Б", 9, "Б")]
    assert column(reading, "periods", "period_id", "starts_on", "ends_on") == [
        ("quarter-1", date(2021, 9, 1), date(2021, 10, 30))
    ]
    assert column(reading, "enrollments", "class_id", "starts_on", "evidence") == [("9Б", date(2021, 9, 1), "inferred")]
    assert "period_marks" not in reading.tables
    assert not reading.rejected
    assert not reading.warnings


def test_version_5_56() -> None:
    reading = read(NEW.v556())
    assert reading.taken_at == datetime.fromisoformat("2026-09-16 17:40:20")
    assert reading.system_version == "5.56.0 (0.29.2)"
    (person,) = reading.people
    assert (person.full_name, person.class_id, person.academic_year) == ("пробный иван ильич", "", "2026/2027")
    assert "classes" not in reading.tables
    assert column(reading, "pupils", "last_name", "first_name", "middle_name") == [("Пробный", "Иван", "Ильич")]
    assert column(reading, "period_marks", "subject_id", "kind", "period_id", "value", "deleted") == [
        ("алгебра", "period", "trimester-1", "4", False),
        ("ин.яз./английский язык", "period", "trimester-1", "", True),
        ("физкультура", "period", "trimester-1", "осв", False),
        ("разговоры о важном", "period", "trimester-1", "", True),
    ]
    assert column(reading, "reported_averages", "subject_id", "period_id", "mean", "computed", "deleted")[:2] == [
        ("алгебра", "trimester-1", 4.5, 4.5, False),
        ("ин.яз./английский язык", "trimester-1", 3.0, 3.0, False),
    ]
    assert not reading.rejected
    assert not reading.warnings


def test_both_versions_tell_the_same() -> None:
    assert seen(read(OLD.v50())) == seen(read(replace(OLD, term="1 четверть").v556()))


def test_frames_are_typed_by_the_contract_and_keys_are_complete() -> None:
    for name, frame in read(NEW.v556()).tables.items():
        schema = TABLES[name].schema | {"deleted": pl.Boolean()}
        assert dict(frame.schema) == {column: schema[column] for column in frame.columns}
        keys = [key for key in TABLES[name].key if key in frame.columns]
        assert frame.select(keys).null_count().sum_horizontal().sum() == 0
        assert frame.select(keys).is_unique().all()


def test_statements() -> None:
    statements = {statement.table: statement for statement in read(OLD.v50()).statements}
    assert set(statements) == {"lessons", "marks", "attendance", "reported_averages"}
    marks = statements["marks"]
    assert (marks.class_id, marks.date_from, marks.date_to, marks.complete) == (
        "9Б", date(2021, 9, 1), date(2021, 10, 30), True,
    )  # fmt: skip
    assert marks.pupil_id.startswith("~")
    assert statements["attendance"].complete
    assert not statements["lessons"].complete
    assert "topic" not in statements["lessons"].columns
    assert "reason" not in statements["attendance"].columns


# Harmless differences

PAGE = OLD.v50()
SAME = {
    "windows-1251": PAGE.replace("charset=utf-8", "charset=windows-1251").encode("windows-1251"),
    "windows-1251 without a word": PAGE.replace("charset=utf-8", "").encode("windows-1251"),
    "bom": b"\xef\xbb\xbf" + PAGE.encode(),
    "crlf": PAGE.replace("\n", "\r\n").encode(),
    "no classes": PAGE.replace('class="table-print"', "").replace('class="select"', "").encode(),
    "other css": PAGE.replace("table-print", "xl66").replace("<td>", "<td style='mso-x:y' class=xl67>").encode(),
    "upper case tags": PAGE.replace("table", "TABLE").replace("<td", "<TD").replace("rowspan", "ROWSPAN").encode(),
    "no tbody": PAGE.replace("<tbody>", "").replace("</tbody>", "").encode(),
    "thead": PAGE.replace('table-print"><tbody>', 'table-print"><thead>')
   .replace("<th>1</th></tr>", "<th>1</th></tr></thead><tbody>").encode(),
    "bare attributes": PAGE.replace('rowspan="2"', "rowspan=2").replace('colspan="3"', "colspan='3'").encode(),
    "attributes turned round": PAGE.replace('<th rowspan="2">', '<th id="x" rowspan="2" title="a > b">').encode(),
    "whole page": f"<!DOCTYPE html><html>{PAGE}</html>".encode(),
    "xml": f'<?xml version="1.0" encoding="utf-8"?>{PAGE}'.encode(),
    "br in cells": PAGE.replace("ОП\n\t\t\t5\xa04", "ОП<br>5&nbsp;4").encode(),
    "collapsed cells": PAGE.replace("ОП\n\t\t\t5\xa04", "ОП 5 4").encode(),
    "latin look-alikes": PAGE.replace("\t\tОП\n", "\t\tOП\n").replace("ОСВ\n", "OCB\n").encode(),
    "small codes": PAGE.replace("\t\tОП\n", "\t\tоп\n").encode(),
    "yo": PAGE.replace("Отчет", "Отчёт").encode(),
    "entities": PAGE.replace("Отчет", "&#1054;тчет").replace("Сентябрь", "&#1057;ентябрь").encode(),
    "comma with a zero": PAGE.replace(">4,5<", ">4,50<").encode(),
    "point": PAGE.replace(">4,5<", ">4.5<").encode(),
    "labels in cells": PAGE.replace("<b>Класс:</b> 9Б", "<table><tr><td>Класс:</td><td>9Б</td></tr></table>").encode(),
    "class with quotes": PAGE.replace("9Б", "9 «б»").encode(),
    "year with a dash": PAGE.replace("2021/2022", "2021-2022").encode(),
    "no year": PAGE.replace('<span class="select"><b>Учебный год:</b> 2021/2022</span><br>', "").encode(),
    "months with a year": PAGE.replace("Октябрь", "Октябрь 2021").encode(),
    "number column": PAGE.replace('<th rowspan="2">Предмет', '<th rowspan="2">№</th><th rowspan="2">Предмет')
    .replace('<td class="cell-text">', "<td>1</td><td>").encode(),
    "no legend": replace(OLD, legend=()).v50().encode(),
    "comments": PAGE.replace("<td>", "<td><!-- <table> -->").encode(),
}  # fmt: skip


@pytest.mark.parametrize("page", SAME.values(), ids=SAME.keys())
def test_harmless_differences_change_nothing(page: bytes) -> None:
    reading = read(page)
    assert seen(reading) == seen(read(PAGE))
    assert reading.people == read(PAGE).people
    assert not reading.rejected
    assert not reading.warnings


def test_header_lines_may_stand_in_the_table_itself() -> None:
    """A spreadsheet program saves the page as one table."""
    cells = "".join(f"<td>{text}</td>" for text in ("Алгебра", "5", "Б<br>4", "4,5"))
    page = (
        "<html><table><tr><td>МБОУ СОШ № 0</td></tr><tr><td>Отчет об успеваемости и посещаемости ученика</td></tr>"
        "<tr><td>Учебный год: 2021/2022</td></tr><tr><td>Класс: 9Б</td></tr>"
        "<tr><td>Период: с 1.09.21 по 30.10.21</td></tr>"
        "<tr><td>Ученик: Пробный Иван</td></tr><tr></tr><tr><td rowspan=2>Предмет</td><td colspan=2>Сентябрь</td>"
        f"<td rowspan=2>Средняя оценка</td></tr><tr><td>2</td><td>3</td></tr><tr>{cells}</tr>"
        "<tr><td></td></tr><tr><td>Подпись родителей:</td></tr><tr><td>Состояние на 14.11.21 19:10:10</td></tr>"
        "</table></html>"
    )
    reading = read(page)
    assert reading.school_name == "МБОУ СОШ № 0"
    assert [value for (value,) in column(reading, "marks", "value")] == ["5", "4"]
    assert column(reading, "attendance", "code") == [("Б",)]


def test_the_name_may_stand_in_the_sheet_attribute_only() -> None:
    page = NEW.v556().replace("<b>Ученик:</b> Пробный Иван Ильич", "<b>Ученик:</b> ")
    assert read(page).people == read(NEW.v556()).people


def test_an_unknown_column_is_told_and_left_out() -> None:
    page = PAGE.replace('<th rowspan="2">Средняя', '<th rowspan="2">Пропуски</th><th rowspan="2">Средняя')
    page = page.replace('<td class="cell-num">', '<td>7</td><td class="cell-num">')
    reading = read(page)
    assert seen(reading) == seen(read(PAGE))
    assert [warning.raw for warning in reading.warnings] == ["Пропуски"]


def test_a_day_twice_is_two_lessons() -> None:
    twice = Total({"Алгебра": ({(9, 2): ("", "5")}, "5")}, days=((9, 2), (9, 2)))
    assert [lesson for (lesson,) in column(read(twice.v50()), "lessons", "lesson_id")] == [
        "9Б|алгебра|2021-09-02|1", "9Б|алгебра|2021-09-02|2",
    ]  # fmt: skip


def test_weights_and_signs() -> None:
    reading = read(Total({"Алгебра": ({(9, 2): ("", "5✕2\xa04-"), (9, 3): ("", "5/4")}, "4,5")}).v50())
    assert column(reading, "marks", "value", "weight", "kind") == [
        ("5", 2.0, "current"), ("4-", None, "current"), ("5", None, "current"), ("4", None, "second_criterion"),
    ]  # fmt: skip
    assert not reading.warnings


def test_ids_of_marks_stay_when_another_mark_comes_before() -> None:
    def ids(marks: str) -> set[str]:
        rows = column(read(Total({"Алгебра": ({(9, 2): ("", marks)}, "")}).v50()), "marks", "mark_id")
        return {name for (name,) in rows}

    assert ids("5\xa03") < ids("4\xa05\xa03")
    assert len(ids("5\xa05\xa05")) == 3


# The self-check


@pytest.mark.parametrize(
    ("marks", "printed", "agrees"),
    [("5 4", "4,5", True), ("5 5 5 5 5 4 4 4", "4,63", True), ("5 5 5 5 5 4 4 4", "4,62", False), ("2", "2", True),
     ("5 4", "4,49", False), ("5", "", False), ("", "4", False), ("0 4", "2", True), (". 4", "4", True), ("", "", True),
     ("5 5 4", "4,67", True), ("5 5 4", "4,66", False), ("4- 5+", "4,5", True), ("зач 4", "4", True)],
)  # fmt: skip
def test_printed_averages_are_checked(marks: str, printed: str, agrees: bool) -> None:
    reading = read(Total({"Алгебра": ({(9, 2): ("", marks)}, printed)}).v50())
    assert [warning.table for warning in reading.warnings] == ([] if agrees else ["reported_averages"])
    assert not reading.rejected
    if not agrees:
        assert reading.warnings[0].address == "отчёт 1, «Алгебра»"


def test_a_row_with_a_rejected_mark_is_not_checked() -> None:
    reading = read(Total({"Алгебра": ({(9, 2): ("", "7"), (9, 3): ("", "5")}, "4,5")}).v50())
    assert not reading.warnings
    assert column(reading, "reported_averages", "mean", "computed") == [(4.5, None)]


# What is not understood


def test_a_rejected_token_has_its_place_and_makes_the_statement_open() -> None:
    reading = read(Total({"Алгебра": ({(9, 2): ("", "7"), (9, 3): ("ЪЪ", "")}, "")}).v50())
    assert [(item.table, item.raw, item.address) for item in reading.rejected] == [
        ("marks", "7", "отчёт 1, «Алгебра», 02.09"), ("attendance", "ЪЪ", "отчёт 1, «Алгебра», 03.09"),
    ]  # fmt: skip
    assert "вне шкалы" in reading.rejected[0].reason
    complete = {statement.table: statement.complete for statement in reading.statements}
    assert not complete["marks"]
    assert not complete["attendance"]


def test_a_final_mark_outside_the_scale() -> None:
    reading = read(replace(NEW, finals={"Алгебра": "7"}).v556())
    assert [(item.table, item.raw) for item in reading.rejected] == [("period_marks", "7")]


def test_a_code_that_only_the_legend_knows_is_kept_and_told() -> None:
    total = Total({"Алгебра": ({(9, 2): ("ДО", "")}, "")}, legend=(*SGO_LEGEND, ("ДО", "Дистанционное обучение")))
    for page in (total.v50(), total.v556()):
        reading = read(page)
        assert column(reading, "attendance", "code") == [("ДО",)]
        assert len(reading.warnings) == 1


def test_a_legend_that_contradicts_the_code_map_is_told() -> None:
    reading = read(Total(DAYS, legend=(("Б", "Пропуск без уважительной... неуважительной причины"),)).v50())
    assert len(reading.warnings) == 1
    assert "не так" in reading.warnings[0].reason


def test_a_day_outside_the_period_is_rejected_not_guessed() -> None:
    reading = read(Total({"Алгебра": ({(10, 31): ("", "5"), (9, 2): ("", "4")}, "4")}, days=((9, 2), (10, 31))).v50())
    assert {item.reason for item in reading.rejected} == {"Дата столбца вне периода отчёта"}
    assert column(reading, "marks", "value") == [("4",)]
    never = read(Total({"Алгебра": ({(9, 31): ("", "5")}, "5")}, days=((9, 31),)).v50())
    assert {item.reason for item in never.rejected} == {"Такого числа в месяце нет"}


def test_a_subject_printed_twice_keeps_its_marks_apart() -> None:
    page = OLD.v50().replace("Ин.яз./Английский язык", "Алгебра")
    reading = read(page)
    assert len(set(column(reading, "marks", "mark_id"))) == 6
    assert [item.table for item in reading.rejected] == ["reported_averages"]


def test_a_named_period_that_the_range_cannot_be() -> None:
    reading = read(replace(NEW, period="с 1.09.2026 по 1.10.2026").v556())
    assert "periods" not in reading.tables
    assert [warning.table for warning in reading.warnings] == ["periods"]
    assert set(column(reading, "period_marks", "period_id")) == {("trimester-1",)}


def test_a_pupil_without_records_has_no_days() -> None:
    nothing = replace(NEW, subjects={"Алгебра": ({}, ""), "Химия": ({}, "")}, days=(), finals={})
    for page in (nothing.v50(), nothing.v556()):
        reading = read(page)
        assert len(reading.people) == 1
        assert reading.tables["subjects"].height == 2
        assert "marks" not in reading.tables
        marks = next(statement for statement in reading.statements if statement.table == "marks")
        assert (marks.date_from, marks.date_to, marks.complete) == (date(2026, 9, 1), date(2026, 11, 30), True)


def test_a_short_range_has_no_period() -> None:
    reading = read(replace(OLD, period="с 1.09.21 по 1.10.21").v50())
    assert "periods" not in reading.tables
    assert set(column(reading, "reported_averages", "period_id")) == {("",)}


# Several reports in one file


def test_reports_glued_together() -> None:
    second = replace(OLD, pupil="Опытова Вера", state="Состояние на 14.11.21 19:11:00")
    for page in (
        OLD.v50() + second.v50(),
        OLD.v556() + second.v556(),
        f"<div>{OLD.v50()}</div><div>{second.v556()}</div>",
    ):
        reading = read(page)
        assert [person.full_name for person in reading.people] == ["пробный иван", "опытова вера"]
        assert reading.taken_at == datetime.fromisoformat("2021-11-14 19:11:00")
        assert reading.tables["marks"].height == 12
        assert reading.tables["lessons"].height == 7
        assert not reading.warnings


def test_namesakes_and_a_report_printed_twice() -> None:
    other = replace(OLD, subjects={"Алгебра": ({(9, 2): ("", "2")}, "2")})
    reading = read(OLD.v50() + OLD.v50() + other.v50())
    assert [person.full_name for person in reading.people] == ["пробный иван", "пробный иван #2"]
    assert len({person.placeholder for person in reading.people}) == 2
    assert [warning.address for warning in reading.warnings] == ["отчёт 2", "отчёт 3"]
    assert reading.tables["marks"].height == 7


def test_two_periods_of_one_pupil_are_one_pupil() -> None:
    later = Total({"Алгебра": ({(11, 8): ("", "2")}, "2")}, days=((11, 8),), period="с 8.11.21 по 28.12.21")
    reading = read(OLD.v50() + later.v50())
    assert len(reading.people) == 1
    assert set(column(reading, "periods", "period_id")) == {("quarter-1",), ("quarter-2",)}


@pytest.mark.parametrize(
    ("other", "reason"),
    [({"state": "Состояние на 15.11.21 19:10:10"}, "разное время"), ({"school": "МБОУ СОШ № 1"}, "разных школ")],
)
def test_what_does_not_belong_into_one_file(other: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnreadableExportError, match=reason):
        read(OLD.v50() + replace(OLD, pupil="Опытова Вера", **other).v50())


# Cut and wrong files


@pytest.mark.parametrize("page", [OLD.v50(), NEW.v556()], ids=["5.0", "5.56"])
def test_a_page_cut_anywhere_is_never_half_read(page: str) -> None:
    data = page.encode()
    end = data.index("Состояние на".encode()) + len("Состояние на 14.11.21".encode())
    for length in [*range(0, end, 61), *range(end - 120, end)]:
        given = export(data[:length])
        if reader.recognise(given):
            with pytest.raises(UnreadableExportError) as problem:
                reader.read(given)
            assert problem.value.advice
            assert "Пробный" not in problem.value.reason


TINY = Total({"Химия": ({(9, 2): ("ОП", "5")}, "5")}, days=((9, 2),), legend=(("Б", "Болезнь"),))
TINY_NEW = replace(TINY, pupil="Опытова Вера", year="2021/2022", term="1 четверть")


@pytest.mark.parametrize(
    ("first", "second"),
    [(TINY.v50(), TINY_NEW.v50()), (TINY_NEW.v556(), TINY.v556()), (TINY.v50(), TINY_NEW.v556()),
     (f"<html>{TINY.v50()}</html>\n", f"<html>{TINY_NEW.v50()}</html>")],
    ids=["5.0", "5.56", "mixed", "whole pages"],
)  # fmt: skip
def test_glued_reports_cut_at_any_byte_are_never_read_wrongly(first: str, second: str) -> None:
    """What is read of a piece is what the whole says: of both reports, or of the first where nothing of another is."""

    def told(page: bytes) -> tuple[dict[str, list[Any]], list[Any], object]:
        reading = reader.read(export(page))
        return seen(reading), reading.people, reading.taken_at

    data, one = (first + second).encode(), first.encode()
    of_one, of_both = told(one), told(data)
    assert of_one != of_both
    read_at = []
    for length in range(len(data)):
        given = export(data[:length])
        if not reader.recognise(given):
            continue
        try:
            reading = reader.read(given)
        except UnreadableExportError:
            continue
        read_at.append(length)
        assert (seen(reading), reading.people, reading.taken_at) in (of_one, of_both), data[:length][-80:]
        assert not reading.rejected
    # As good as ends are places behind the moment of a print where nothing is open, until anything of the next begins.
    moments = [page.encode().index("Состояние".encode()) for page in (first, second)]
    of_first = [length for length in read_at if length <= len(one) + 2]
    assert of_first
    assert all(length > moments[0] for length in of_first)
    assert all(length > len(one) + moments[1] for length in read_at[len(of_first) :])


def test_a_page_with_a_broken_letter_is_refused() -> None:
    data = bytearray(PAGE.encode())
    data[data.index("Алгебра".encode())] = 0x20
    assert reader.recognise(export(bytes(data)))
    with pytest.raises(UnreadableExportError, match="испорчены буквы"):
        reader.read(export(bytes(data)))


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (PAGE.replace("Состояние на", ""), "Состояние на"),
        (PAGE.replace("<td>", "", 1).replace('<td class="cell-num">3</td>', ""), "не столько ячеек"),
        (PAGE.replace("<th>2</th>", ""), "не поровну"),
        (PAGE.replace("Сентябрь", "Сентяврь").replace("Октябрь", "x"), "нет месяцев"),
        (PAGE.replace("<th>2</th>", "<th>Пн</th>"), "нет числа"),
        (PAGE.replace("Предмет", "Дисциплина"), "нет таблицы предметов"),
        (PAGE.replace("Ученик:", "Кто:"), "не назван ученик"),
        (PAGE.replace("с 1.09.21 по 30.10.21", "с 1.09.23 по 30.10.23"), "не лежит"),
        (PAGE.replace("с 1.09.21 по 30.10.21", "с 1.09.2099 по 30.10.2099"), "не лежит"),
        (PAGE.replace("с 1.09.21 по 30.10.21", "весь год"), "даты строки"),
        (PAGE.replace("с 1.09.21 по 30.10.21", "").replace("2021/2022", ""), "ни учебного года"),
        (Total({}).v50(), "ни одного предмета"),
    ],
)
def test_a_damaged_page_says_what_is_wrong(page: str, reason: str) -> None:
    with pytest.raises(UnreadableExportError, match=reason):
        reader.read(export(page))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [(('colspan="3">Сентябрь', 'colspan="1">Октябрь'), ('colspan="2">Сентябрь', 'colspan="2">Октябрь')),
     (('colspan="3">Сентябрь', 'colspan="1">Октябрь'), ('colspan="4">Сентябрь', 'colspan="0">Октябрь')),
     (("<th>3</th><th>30</th>", ""), ("<th>30</th><th>3</th>", ""))],
    ids=["a month too short", "a month too long", "days turned round"],
)  # fmt: skip
def test_days_that_do_not_follow_one_another_are_refused(wrong: tuple[str, str], right: tuple[str, str]) -> None:
    """A wrong header would give every record a wrong date."""
    page = PAGE
    for old, new in zip(wrong, right, strict=True):
        page = page.replace(old, new)
    assert page != PAGE
    with pytest.raises(UnreadableExportError, match=r"не по порядку|не поровну"):
        reader.read(export(page))


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251"])
def test_pages_of_two_charsets_in_one_file_are_refused(charset: str) -> None:
    other = "windows-1251" if charset == "utf-8" else "utf-8"
    page = replace(OLD, pupil="Опытова Вера").v50()
    with pytest.raises(UnreadableExportError, match=r"две кодировки|испорчены буквы"):
        reader.read(export(PAGE.encode(charset) * 3 + page.encode(other)))


# Odd but whole


def test_a_cell_joined_over_several_days_is_put_aside() -> None:
    """Nobody can say which of its days its records belong to."""
    total = Total({"Алгебра": ({(9, 2): ("Б", ""), (10, 1): ("", "4")}, "4")})
    page = total.v50()
    joined = page.replace("<td>\n\t\t\tБ\n\t\t\t\n\t\t</td><td>\n\t\t\t\n\t\t\t\n\t\t</td>", '<td colspan="2">Б</td>')
    assert joined != page
    reading = read(joined)
    assert column(reading, "attendance", "code") == []
    assert column(reading, "marks", "value") == [("4",)]
    assert [(item.table, item.raw, item.address) for item in reading.rejected] == [
        (table, "Б", f"отчёт 1, «Алгебра», {day}") for day in ("02.09", "03.09") for table in ("marks", "attendance")
    ]
    assert not any(one.complete for one in reading.statements if one.table in {"marks", "attendance"})
    blank = page.replace("\tБ\n", "\t\n").replace(
        "<td>\n\t\t\t\n\t\t\t\n\t\t</td><td>\n\t\t\t\n\t\t\t\n\t\t</td>", '<td colspan="2"></td>', 1
    )
    assert not read(blank).rejected


def test_a_subject_in_two_rows_under_one_name() -> None:
    """The second row has lessons of its own; equal marks of both rows stay two marks."""
    days = {(9, 2): ("", "5"), (9, 3): ("Б", "")}
    page = Total({"Алгебра": (days, "5"), "алгебра ": (days, "5")}).v50()
    for text in (page, page.replace('<tr><td class="cell-text">алгебра </td>', "<tr>").replace(
        '<tr><td class="cell-text">Алгебра', '<tr><td rowspan="2" class="cell-text">Алгебра')):  # fmt: skip
        reading = read(text)
        assert column(reading, "marks", "lesson_id") == [
            ("9Б|алгебра|2021-09-02|1",), ("9Б|алгебра|2021-09-02|2",),
        ]  # fmt: skip
        assert len(set(column(reading, "marks", "mark_id"))) == 2
        assert column(reading, "attendance", "lesson_id", "code") == [
            ("9Б|алгебра|2021-09-03|1", "Б"), ("9Б|алгебра|2021-09-03|2", "Б"),
        ]  # fmt: skip
        assert any("дважды" in warning.reason for warning in reading.warnings)


def test_a_subject_twice_on_a_day_twice_has_four_lessons() -> None:
    total = Total(
        {"Алгебра": ({(9, 2): ("", "5")}, ""), "АЛГЕБРА": ({(9, 2): ("", "5")}, "")}, days=((9, 2), (9, 2), (9, 3))
    )
    lessons = [lesson for (lesson,) in column(read(total.v50()), "lessons", "lesson_id")]
    assert lessons == [f"9Б|алгебра|2021-09-02|{seq}" for seq in (1, 2, 3, 4)]


def test_months_on_both_sides_of_new_year() -> None:
    total = Total(
        {"Алгебра": ({(12, 30): ("", "5"), (1, 12): ("", "4")}, "4,5")}, days=((12, 30), (1, 12)),
        period="с 8.11.21 по 31.01.22",
    )  # fmt: skip
    for page in (total.v50(), total.v50().replace("с 8.11.21 по 31.01.22", "1 полугодие")):
        assert [day for (day,) in column(read(page), "lessons", "date")] == [date(2021, 12, 30), date(2022, 1, 12)]


@pytest.mark.parametrize("blank", ["<b>Класс:</b> 9Б", "<b>Период:</b> с 1.09.21 по 30.10.21"])
def test_what_the_heading_leaves_blank(blank: str) -> None:
    page = PAGE.replace(blank, blank[: blank.index("</b>") + 4])
    reading = read(page)
    assert len(reading.tables["marks"]) == 6
    assert {one.class_id for one in reading.statements} == {"" if "Класс" in blank else "9Б"}
    span = (date(2021, 9, 1), date(2021, 10, 30)) if "Класс" in blank else (date(2021, 9, 2), date(2021, 10, 1))
    assert {(one.date_from, one.date_to) for one in reading.statements} == {span}


def test_a_number_in_a_name_is_not_that_of_a_namesake() -> None:
    """«Пробный Иван #2» may be what the journal prints, and it is not the second «Пробный Иван» of the file."""
    other = replace(OLD, subjects={"Алгебра": ({(9, 2): ("", "2")}, "2")})
    numbered = replace(OLD, pupil="Пробный Иван #2")
    reading = read(OLD.v50() + other.v50() + numbered.v50())
    assert len({person.placeholder for person in reading.people}) == 3
    assert len({person.full_name for person in reading.people}) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [("Семёнова Алёна", "Семенова Алена"), ("Пробный  Иван", "Пробный Иван"), ("Ким-Ли Анна", "КИМ-ЛИ Анна"),
     ("Пробный\xa0Иван", "Пробный&nbsp;Иван"), ("Ким Ир\u00ad", "Ким Ир"), ("Cергеева Oля", "Сергеева Оля")],
)  # fmt: skip
def test_one_pupil_however_the_name_is_written(one: str, other: str) -> None:
    first, second = (read(replace(OLD, pupil=name).v50()).people for name in (one, other))
    assert first == second


def test_more_columns_than_known() -> None:
    """Columns of several periods: every mean and mark goes to its own, and no mean is checked against all marks."""
    total = replace(NEW, subjects={"Алгебра": ({(9, 2): ("", "5")}, "5")}, finals={"Алгебра": "5"})
    page = total.v556()
    heads = "".join(
        f'<th rowspan="2">{title}<br>{period} триместр</th>'
        for period in (2, 3)
        for title in ("Средн. оценка", "Итог.оценка")
    )
    page = page.replace("</tr>\n<tr><th>2</th>", f"{heads}</tr>\n<tr><th>2</th>").replace(
        '<td class="cell-num-2">5</td></tr>', '<td class="cell-num-2">5</td><td>4</td><td>4</td><td></td><td></td></tr>'
    )
    reading = read(page)
    assert column(reading, "period_marks", "period_id", "value", "deleted") == [
        ("trimester-1", "5", False), ("trimester-2", "4", False), ("trimester-3", "", True),
    ]  # fmt: skip
    assert column(reading, "reported_averages", "period_id", "mean", "computed", "deleted") == [
        ("trimester-1", 5.0, None, False), ("trimester-2", 4.0, None, False), ("trimester-3", None, None, True),
    ]  # fmt: skip


def test_many_reports_in_one_file() -> None:
    page = "".join(replace(OLD, pupil=f"Пробный {n} Иван").v50() for n in range(200))
    reading = read(page)
    assert len(reading.people) == 200
    assert reading.tables["marks"].height == 1200
    assert reading.tables["lessons"].height == 7


def test_equal_reports_of_one_name_are_compared_in_one_way_through() -> None:
    """Hundreds of reports under one name: each is compared by its content, not with every other one."""
    page = "".join(replace(OLD, subjects={"Алгебра": ({(9, 2): ("", str(n % 5 + 1))}, "")}).v50() for n in range(100))
    reading = read(page)
    assert len(reading.people) == 5
    assert sum("дважды" in warning.reason for warning in reading.warnings) == 95


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"PK\x03\x04", b"a;b\n1;2", b"<html><table></table></html>",
     b"\xd0\xcf\x11\xe0",
     "Отчет об успеваемости и посещаемости".encode()],
)  # fmt: skip
def test_other_files_are_not_recognised(data: bytes) -> None:
    assert not reader.recognise(export(data))


def test_a_folder_is_not_recognised() -> None:
    assert not reader.recognise(Export("папка", {"a": PAGE.encode(), "b": b""}))


def test_no_photo_and_no_name_leave_the_reader() -> None:
    reading = read(NEW.v556().replace("Алгебра", "Химия"))
    texts = [item.reason + item.advice + item.address for item in (*reading.rejected, *reading.warnings)]
    assert not any("Пробный" in text for text in texts)
    assert "R0lGOD" not in repr(reading)


def test_a_page_of_fifty_days_is_read_quickly() -> None:
    days = tuple((9, day) for day in range(1, 26)) + tuple((10, day) for day in range(1, 26))
    cells = {day: ("Б" if day[1] % 3 else "", "5" if day[1] % 4 else "4\xa05") for day in days}
    given = export(Total({f"Предмет {n}": (cells, "") for n in range(16)}, days=days).v50())
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        reader.read(given)
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.1  # about 0.02 s for this full page; the bound forgives a busy machine
