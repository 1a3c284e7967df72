"""The class-wide report: blocks, moving columns, absent and empty cells, checks, cut files."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from ingest.contract import TABLES
from ingest.readers.profiled.shipped import class_report as reader
from ingest.readers.profiled.shipped import report_card
from ingest.reading import Reading, UnreadableExportError
from tests.ingest.readers.layouts import CLASS_LEGEND, ClassReport, Pupil, export, zipped

FIRST = Pupil(
    "Пробный Иван Ильич",
    ((3, 24), (3, 31), (3, 31), (4, 1), (5, 2)),
    {
        "Алгебра": (["4", "О 5/4", "", None, "5 Н"], 4.5, 0.0, "5"),
        "Русский язык": (["Н Н", "", "2  3", "Б", None], 2.5, 2.7142857142857144, "3"),
        "Труд (девочки)": ([None, "", None, None, ""], 0.0, 0.0, None),
        "Физкультура": ([None, None, None, "0", "4"], 2.0, 0.0, "осв"),
        "Разговоры о важном": (["О", None, None, None, None], 0.0, 0.0, None),
    },
)
SECOND = Pupil(
    "Опытова Вера Юрьевна",
    ((3, 24), (3, 31), (4, 1), (4, 14), (4, 14), (5, 2)),
    {
        "Алгебра": (["", "3", None, "", "", ""], 3.0, 0.0, "3"),
        "Русский язык": (["5", "", "У 4", None, None, None], 4.5, 0.0, "4"),
        "Труд (девочки)": ([None, "5", None, None, None, ""], 5.0, 0.0, "5"),
        "Физкультура": ([None, None, "", None, None, "4"], 4.0, 0.0, "4"),
        "Разговоры о важном": (["", None, None, None, None, None], 0.0, 0.0, None),
    },
)
REPORT = ClassReport([FIRST, SECOND])


def read(report: ClassReport) -> Reading:
    given = report.export()
    assert reader.recognise(given)
    return reader.read(given)


def rows(reading: Reading, table: str, *names: str) -> list[Any]:
    frame = reading.tables.get(table)
    return [] if frame is None else frame.select(names).rows()


def of(reading: Reading, pupil: int, table: str, *names: str) -> list[Any]:
    placeholder = reading.people[pupil].placeholder
    return reading.tables[table].filter(pl.col("pupil_id") == placeholder).select(names).rows()


def test_records_of_a_pupil() -> None:
    reading = read(REPORT)
    assert of(reading, 0, "marks", "lesson_id", "ordinal", "value", "kind") == [
        ("8А|алгебра|2025-03-24|1", 1, "4", "current"),
        ("8А|алгебра|2025-03-31|1", 1, "5", "current"),
        ("8А|алгебра|2025-03-31|1", 2, "4", "second_criterion"),
        ("8А|алгебра|2025-05-02|1", 1, "5", "current"),
        ("8А|русский язык|2025-03-31|2", 1, "2", "current"),
        ("8А|русский язык|2025-03-31|2", 2, "3", "current"),
        ("8А|физкультура|2025-04-01|1", 1, "0", "current"),
        ("8А|физкультура|2025-05-02|1", 1, "4", "current"),
    ]
    assert of(reading, 0, "attendance", "lesson_id", "ordinal", "code") == [
        ("8А|алгебра|2025-03-31|1", 1, "О"),
        ("8А|алгебра|2025-05-02|1", 1, "Н"),
        ("8А|русский язык|2025-03-24|1", 1, "Н"),
        ("8А|русский язык|2025-03-24|1", 2, "Н"),
        ("8А|русский язык|2025-04-01|1", 1, "Б"),
        ("8А|разговоры о важном|2025-03-24|1", 1, "О"),
    ]
    assert of(reading, 1, "marks", "lesson_id", "value") == [
        ("8А|алгебра|2025-03-31|1", "3"), ("8А|русский язык|2025-03-24|1", "5"), ("8А|русский язык|2025-04-01|1", "4"),
        ("8А|труд (девочки)|2025-03-31|1", "5"), ("8А|физкультура|2025-05-02|1", "4"),
    ]  # fmt: skip


def test_an_empty_string_is_a_lesson_and_an_absent_cell_is_none() -> None:
    reading = read(REPORT)
    assert [lesson for (lesson,) in rows(reading, "lessons", "lesson_id") if "алгебра" in lesson] == [
        "8А|алгебра|2025-03-24|1", "8А|алгебра|2025-03-31|1", "8А|алгебра|2025-03-31|2", "8А|алгебра|2025-05-02|1",
        "8А|алгебра|2025-04-14|1", "8А|алгебра|2025-04-14|2",
    ]  # fmt: skip
    assert set(rows(reading, "lessons", "evidence")) == {("stated",)}
    assert reading.tables["lessons"].height == len(set(rows(reading, "lessons", "lesson_id")))


def test_a_subject_without_a_record_stays_in_lessons_only() -> None:
    reading = read(REPORT)
    assert ("8А|труд (девочки)|2025-03-31|1",) in rows(reading, "lessons", "lesson_id")
    for table in ("reported_averages", "period_marks"):
        subjects = {subject for (subject,) in of(reading, 0, table, "subject_id")}
        assert "труд (девочки)" not in subjects
    assert "разговоры о важном" in {subject for (subject,) in of(reading, 0, "reported_averages", "subject_id")}


def test_averages_and_marks_for_the_period() -> None:
    reading = read(REPORT)
    names = ("subject_id", "period_id", "mean", "weighted_mean", "n_marks", "computed")
    assert of(reading, 0, "reported_averages", *names) == [
        ("алгебра", "quarter-4", 4.5, None, 4, 4.5),
        ("русский язык", "quarter-4", 2.5, 2.7142857142857144, 2, 2.5),
        ("физкультура", "quarter-4", 2.0, None, 2, 2.0),
        ("разговоры о важном", "quarter-4", None, None, 0, None),
    ]  # fmt: skip
    live = [
        row
        for row in of(reading, 0, "period_marks", "subject_id", "kind", "period_id", "value", "deleted")
        if not row[-1]
    ]
    assert live == [
        ("алгебра", "period", "quarter-4", "5", False),
        ("русский язык", "period", "quarter-4", "3", False),
        ("физкультура", "period", "quarter-4", "осв", False),
    ]
    assert rows(reading, "periods", "period_id", "starts_on", "ends_on") == [
        ("quarter-4", date(2025, 3, 24), date(2025, 5, 24))
    ]
    assert not reading.warnings
    assert not reading.rejected


def test_people_and_classes() -> None:
    reading = read(REPORT)
    assert reading.school_name == "МАОУ СОШ № 0"
    assert reading.taken_at is None
    assert [person.full_name for person in reading.people] == [
        "пробный иван ильич",
        "опытова вера юрьевна",
    ]
    assert rows(reading, "classes", "academic_year", "class_id", "grade") == [("2024/2025", "8А", 8)]
    assert set(rows(reading, "enrollments", "class_id", "starts_on", "evidence")) == {
        ("8А", date(2024, 9, 1), "inferred")
    }


def test_statements() -> None:
    reading = read(REPORT)
    lessons = [statement for statement in reading.statements if statement.table == "lessons"]
    assert [(s.class_id, s.pupil_id, s.date_from, s.date_to, s.complete) for s in lessons] == [
        ("8А", "", date(2025, 3, 24), date(2025, 5, 24), True)
    ]
    assert "topic" not in lessons[0].columns
    marks = [statement for statement in reading.statements if statement.table == "marks"]
    assert [statement.pupil_id for statement in marks] == [p.placeholder for p in reading.people]
    assert all(statement.complete for statement in marks)
    finals = [statement for statement in reading.statements if statement.table == "period_marks"]
    assert {(s.date_from, s.date_to, s.complete) for s in finals} == {(date(2025, 3, 24), date(2025, 5, 24), True)}


def test_one_pupil_alone_does_not_tell_all_lessons_of_the_class() -> None:
    reading = read(ClassReport([FIRST]))
    assert [s.complete for s in reading.statements if s.table == "lessons"] == [False]


def test_frames_are_typed_by_the_contract_and_keys_are_complete() -> None:
    for name, frame in read(REPORT).tables.items():
        schema = TABLES[name].schema | {"deleted": pl.Boolean()}
        assert dict(frame.schema) == {column: schema[column] for column in frame.columns}
        keys = [key for key in TABLES[name].key if key in frame.columns]
        assert frame.select(keys).null_count().sum_horizontal().sum() == 0
        assert frame.select(keys).is_unique().all()


def same(first: Reading, second: Reading) -> bool:
    return all(first.tables[name].equals(second.tables[name]) for name in first.tables) and (
        first.people == second.people
    )


VARIANTS = {
    "no merges": replace(REPORT, merges=False),
    "days as text": replace(REPORT, day_type=str),
    "moved to the right": replace(REPORT, column=3),
    "class with quotes": replace(REPORT, klass="Класс: 8 «a»"),  # Latin a
    "no year": replace(REPORT, year=""),
    "long dates": replace(REPORT, period="Период: с 24.03.2025 по 24.05.2025"),
    "plain titles": replace(REPORT, titles=("Средняя  оценка", "Средневзвешенный балл", "Итоговая оценка")),
}


def test_a_legend_in_one_cell_a_line() -> None:
    book = REPORT.book()
    for row in [row for (row, column), value in book.cells.items() if column == 1 and value in {"Н", "О", "Б", "У"}]:
        book.cells[row, 1] = f"{book.cells[row, 1]} - {book.cells.pop((row, 2))}"
    assert same(reader.read(export(book.save())), read(REPORT))


def test_a_period_by_name_without_dates() -> None:
    reading = read(replace(REPORT, period="Период: 4 четверть"))
    assert seen_lessons(reading) == seen_lessons(read(REPORT))
    assert set(rows(reading, "reported_averages", "period_id")) == {("quarter-4",)}
    assert "periods" not in reading.tables
    lessons = [s for s in reading.statements if s.table == "lessons"]
    assert [(s.date_from, s.date_to) for s in lessons] == [(date(2025, 3, 24), date(2025, 5, 2))]


def seen_lessons(reading: Reading) -> list[Any]:
    return rows(reading, "lessons", "lesson_id", "date", "evidence")


@pytest.mark.parametrize("report", VARIANTS.values(), ids=VARIANTS.keys())
def test_harmless_differences_change_nothing(report: ClassReport) -> None:
    reading = read(report)
    assert same(reading, read(REPORT))
    assert not reading.warnings


def test_inline_strings_read_the_same() -> None:
    assert same(reader.read(REPORT.export(inline=True)), read(REPORT))


def test_value_beside_its_label() -> None:
    book = REPORT.book()
    for (row, column), value in list(book.cells.items()):
        if isinstance(value, str) and value.startswith("Ученик: "):
            book.cells[row, column] = "Ученик:"
            book.cells[row, column + 1] = value.removeprefix("Ученик: ")
    assert same(reader.read(export(book.save())), read(REPORT))


def test_blocks_are_found_by_their_label_not_by_a_step() -> None:
    third = replace(SECOND, name="Учебный Глеб", rows=dict(list(SECOND.rows.items())))
    book = ClassReport([FIRST, SECOND, third]).book()
    shifted = ClassReport([FIRST, SECOND, third]).book()
    shifted.cells = {(row + (7 if row > 20 else 0), column): value for (row, column), value in book.cells.items()}
    shifted.merges = []
    assert same(reader.read(export(shifted.save())), reader.read(export(book.save())))


def test_blocks_on_sheets_of_their_own() -> None:
    first, second = ClassReport([FIRST]).book().parts(inline=True), ClassReport([SECOND]).book().parts(inline=True)
    parts = dict(first)
    parts["xl/worksheets/sheet2.xml"] = second["xl/worksheets/sheet1.xml"]
    parts["xl/workbook.xml"] = first["xl/workbook.xml"].replace(
        "</sheets>", '<sheet name="Лист2" sheetId="2" r:id="rId2"/></sheets>'
    )
    rels = "xl/_rels/workbook.xml.rels"
    again = (
        first[rels]
        .partition("<Relationship ")[2]
        .partition("/>")[0]
        .replace("rId1", "rId2")
        .replace("sheet1", "sheet2")
    )
    parts[rels] = first[rels].replace("</Relationships>", f"<Relationship {again}/></Relationships>")
    assert same(reader.read(export(zipped(parts))), read(REPORT))


def test_a_pupil_without_a_lesson_has_no_days() -> None:
    newcomer = Pupil("Новый Лев", (), {"Алгебра": ([], 0.0, 0.0, None), "Химия": ([], 0.0, 0.0, None)})
    for pupils in ([FIRST, newcomer, SECOND], [FIRST, SECOND, newcomer]):
        reading = read(ClassReport(pupils))
        assert len(reading.people) == 3
        assert reading.tables["marks"].equals(read(REPORT).tables["marks"])
        assert not reading.warnings
        assert not reading.rejected


def test_namesakes_are_two_pupils() -> None:
    reading = read(ClassReport([FIRST, replace(SECOND, name="ПРОБНЫЙ Иван  Ильич")]))
    assert [person.full_name for person in reading.people] == [
        "пробный иван ильич", "пробный иван ильич #2",
    ]  # fmt: skip
    assert len({person.placeholder for person in reading.people}) == 2
    assert reading.tables["pupils"].height == 2
    assert [warning.table for warning in reading.warnings] == ["pupils"]


# Checks and what is not understood


@pytest.mark.parametrize(
    ("cells", "mean", "agrees"),
    [(["5", "4"], 4.5, True), (["5/4", "3"], 4.0, True), (["5/4", "3"], 3.75, False), (["0", "4"], 2.0, True),
     (["0", "4"], 4.0, False), (["3", "3 4"], 3.3333333333333335, True), (["3", "3 4"], 3.33, True),
     (["", "Н"], 0.0, True), (["", "Н"], 4.0, False), (["5", ""], 0.0, False), (["5", ""], None, False)],
)  # fmt: skip
def test_printed_averages_are_checked(cells: list[str], mean: float | None, agrees: bool) -> None:
    pupil = Pupil("Пробный Иван", ((4, 1), (4, 2)), {"Алгебра": (cells, mean, 0.0, None)})
    reading = read(ClassReport([pupil, SECOND]))
    assert [warning.address for warning in reading.warnings] == ([] if agrees else ["лист «Лист1», ячейка D13"])


def test_rejected_cells_have_their_address_and_open_one_statement_only() -> None:
    pupil = replace(FIRST, rows={"Алгебра": (["7", "ЪЪ", "", None, "5"], 5.0, 0.0, "6")})
    reading = read(ClassReport([pupil, SECOND]))
    assert [(item.table, item.raw, item.address) for item in reading.rejected] == [
        ("marks", "7", "лист «Лист1», ячейка B13"), ("attendance", "ЪЪ", "лист «Лист1», ячейка C13"),
        ("period_marks", "6", "лист «Лист1», ячейка I13"),
    ]  # fmt: skip
    complete = {(s.table, s.pupil_id): s.complete for s in reading.statements}
    first, second = (person.placeholder for person in reading.people)
    assert not complete["marks", first]
    assert not complete["attendance", first]
    assert complete["marks", second]
    assert not [warning for warning in reading.warnings if warning.table == "reported_averages"]


def test_a_day_outside_the_period_is_rejected() -> None:
    pupil = Pupil("Пробный Иван", ((3, 3), (4, 2)), {"Алгебра": (["5", "4"], 4.5, 0.0, None)})
    reading = read(ClassReport([pupil, SECOND]))
    assert {item.reason for item in reading.rejected} == {"Дата столбца вне периода отчёта"}
    assert [s.complete for s in reading.statements if s.table == "lessons"] == [False]


def test_a_value_without_a_column_is_rejected() -> None:
    book = REPORT.book()
    head = next(row for (row, column), value in book.cells.items() if value == "Предмет" and column == 1)
    book.cells[head, 4] = "   "
    book.cells[head, 3] = "Март"
    del book.cells[head, 4]
    book.cells.pop((head + 1, 4))
    book.merges = [merge for merge in book.merges if str(head) not in merge]
    reading = reader.read(export(book.save()))
    assert {item.reason for item in reading.rejected} == {"Значение в столбце без заголовка"}


def test_a_file_saved_without_empty_strings_sees_only_records() -> None:
    days = tuple((4, day) for day in range(1, 31))
    pupils = [
        Pupil(name, days, {"Алгебра": ([["5", None][day % 2] for day in range(30)], 5.0, 0.0, None)} | {
            f"Предмет {n}": (["4", *[None] * 29], 4.0, 0.0, None) for n in range(20)
        })
        for name in ("Пробный Иван", "Опытова Вера")
    ]  # fmt: skip
    reading = read(ClassReport(pupils))
    assert set(rows(reading, "lessons", "evidence")) == {("inferred",)}
    assert [s.complete for s in reading.statements if s.table == "lessons"] == [False]
    assert [warning.table for warning in reading.warnings] == ["lessons"]


def test_the_legend_adds_codes_and_its_contradictions_are_told() -> None:
    pupil = replace(SECOND, rows={"Алгебра": (["ДО", "", None, None, None, None], 0.0, 0.0, None)})
    reading = read(ClassReport([FIRST, pupil], legend=(*CLASS_LEGEND, ("ДО", "Дистанционное обучение"))))
    assert ("ДО",) in rows(reading, "attendance", "code")
    assert len(reading.warnings) == 1
    other = read(replace(REPORT, legend=(("Н", "Отсутствовал"), *CLASS_LEGEND[1:])))
    assert ["не так" in warning.reason for warning in other.warnings] == [True]


# Cut and wrong files


def kept_rows(report: ClassReport, last: int) -> bytes:
    book = report.book()
    book.cells = {place: value for place, value in book.cells.items() if place[0] <= last}
    return book.save()


def test_a_book_cut_at_any_row_is_never_half_read() -> None:
    book = REPORT.book()
    codes = {code for code, _ in CLASS_LEGEND}
    # From its legend on a block is whole, and nothing says that another was to follow until its pupil is named.
    legends = [row for (row, column), value in sorted(book.cells.items()) if column == 1 and value in codes]
    whole = {*legends, legends[-1], *range(legends[3] + 1, legends[3] + 4)}
    for row in range(6, max(legends)):
        if row in whole:
            assert reader.read(export(kept_rows(REPORT, row))).people
            continue
        with pytest.raises(UnreadableExportError) as problem:
            reader.read(export(kept_rows(REPORT, row)))
        assert "Пробный" not in problem.value.reason


def test_a_cut_last_block_without_legends_is_noticed() -> None:
    report = replace(REPORT, legend=())
    assert read(report).tables["marks"].height
    last = max(row for (row, _), value in report.book().cells.items() if value == "Физкультура")
    with pytest.raises(UnreadableExportError, match="предметов меньше"):
        reader.read(export(kept_rows(report, last)))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [("Предмет", "Дисциплина", "нет шапки"), ("Март", "Мартобрь", "нет месяцев|нет числа"), (24.0, "Пн", "нет"),
     ("Период: с 24.03.25 по 24.05.25", "Период: с 24.03.20 по 24.05.20", "не лежит"),
     ("Ученик: Пробный Иван Ильич", "Ученик:", "не назван")],
)  # fmt: skip
def test_a_damaged_book_says_what_is_wrong(old: Any, new: str, reason: str) -> None:
    book = ClassReport([replace(FIRST, days=FIRST.days[:1], rows={"Алгебра": (["5"], 5.0, 0.0, None)})]).book()
    assert old in book.cells.values()
    book.cells = {place: new if value == old else value for place, value in book.cells.items()}
    with pytest.raises(UnreadableExportError, match=reason):
        reader.read(export(book.save()))


def test_other_files_are_not_recognised() -> None:
    for data in (b"", b"PK\x03\x04", REPORT.book().save()[:500], "Отчет об успеваемости и посещаемости".encode()):
        assert not reader.recognise(export(data))
    assert not report_card.recognise(REPORT.export())


def test_a_class_of_28_is_read_quickly() -> None:
    days = tuple((month, day) for month in (3, 4, 5) for day in range(1, 15))
    values = ["5", "", None, "Н", None, "4/3"]
    report = ClassReport(
        [
            Pupil(f"Ученик{n} Имя", days, {
                f"Предмет {s}": ([values[(s + d) % 6] for d in range(len(days))], None, None, None) for s in range(20)
            })
            for n in range(28)
        ],
        period="Период: с 1.03.25 по 24.05.25",
    )  # fmt: skip
    given = report.export()
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        reading = reader.read(given)
        seconds.append(time.perf_counter() - started)
    assert reading.tables["pupils"].height == 28
    assert min(seconds) < 2.5  # about 0.4 s alone; the bound forgives a busy machine
