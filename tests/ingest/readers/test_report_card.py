"""The report card: a header of several storeys, averages and marks by period, cut files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from ingest.contract import TABLES
from ingest.readers.profiled.shipped import class_report
from ingest.readers.profiled.shipped import report_card as reader
from ingest.reading import Reading, UnreadableExportError
from tests.ingest.readers.layouts import ReportCard, export

CARD = ReportCard(
    [
        ("Пробный Иван Ильич", {
            "Алгебра": [2.33, 0.0, "5", 3.33, 2.5, "4", 0.0, 0.0, None, 3.02, 0.0, "н/а", "4", "3", "5", "4"],
            "Музыка": [0.0] * 2 + [None, 0.0, 0.0, "осв", 0.0, 0.0, None, 0.0, 0.0, None, "зач", None, None, None],
        }),
        ("Опытова Вера Юрьевна", {
            "Алгебра": [4.5, 0.0, "5", *[None] * 13],
            "Музыка": [None] * 16,
        }),
    ]
)  # fmt: skip


def read(card: ReportCard) -> Reading:
    given = card.export()
    assert reader.recognise(given)
    return reader.read(given)


def live(reading: Reading, pupil: int, table: str, *names: str) -> list[Any]:
    placeholder = reading.people[pupil].placeholder
    frame = reading.tables[table].filter(pl.col("pupil_id") == placeholder, ~pl.col("deleted"))
    return frame.select(names).rows()


def test_marks_of_periods_year_and_exams() -> None:
    reading = read(CARD)
    assert live(reading, 0, "period_marks", "subject_id", "kind", "period_id", "value") == [
        ("алгебра", "period", "quarter-1", "5"),
        ("алгебра", "period", "quarter-2", "4"),
        ("алгебра", "period", "quarter-4", "н/а"),
        ("алгебра", "year", "", "4"),
        ("алгебра", "exam", "", "3"),
        ("алгебра", "state_exam", "", "5"),
        ("алгебра", "final", "", "4"),
        ("музыка", "period", "quarter-2", "осв"),
        ("музыка", "year", "", "зач"),
    ]
    assert live(reading, 1, "period_marks", "kind", "period_id", "value") == [("period", "quarter-1", "5")]


def test_averages_carry_no_computed_mean() -> None:
    reading = read(CARD)
    assert live(reading, 0, "reported_averages", "subject_id", "period_id", "mean", "weighted_mean", "computed") == [
        ("алгебра", "quarter-1", 2.33, None, None),
        ("алгебра", "quarter-2", 3.33, 2.5, None),
        ("алгебра", "quarter-4", 3.02, None, None),
    ]
    assert not reading.warnings
    assert not reading.rejected


def test_what_it_does_not_know_it_does_not_tell() -> None:
    reading = read(CARD)
    assert set(reading.tables) == {"classes", "pupils", "enrollments", "subjects", "period_marks", "reported_averages"}
    assert reading.taken_at is None
    assert reading.school_name == "МАОУ СОШ № 0"
    assert {s.table for s in reading.statements} == {"period_marks", "reported_averages"}
    assert {(s.date_from, s.date_to) for s in reading.statements} == {(None, None)}
    assert {s.table for s in reading.statements if s.complete} == {"period_marks", "reported_averages"}


def test_a_blank_place_tells_that_no_mark_stands_there() -> None:
    reading = read(CARD)
    gone = reading.tables["period_marks"].filter(pl.col("deleted"))
    assert gone.height == 4 * 8 - 10
    assert gone["value"].unique().to_list() == [""]


def test_frames_are_typed_by_the_contract_and_keys_are_complete() -> None:
    for name, frame in read(CARD).tables.items():
        schema = TABLES[name].schema | {"deleted": pl.Boolean()}
        assert dict(frame.schema) == {column: schema[column] for column in frame.columns}
        keys = [key for key in TABLES[name].key if key in frame.columns]
        assert frame.select(keys).null_count().sum_horizontal().sum() == 0
        assert frame.select(keys).is_unique().all()


def test_a_header_without_merges_reads_the_same() -> None:
    plain, merged = read(replace(CARD, merges=False)), read(CARD)
    assert all(plain.tables[name].equals(merged.tables[name]) for name in merged.tables)
    assert not plain.warnings


@pytest.mark.parametrize(
    ("titles", "periods"),
    [(("1 Триместр", "2 Триместр", "3 Триместр"), ["trimester-1", "trimester-2", "trimester-3"]),
     (("1 полугодие", "II полугодие"), ["half_year-1", "half_year-2"])],
)  # fmt: skip
def test_other_periods(titles: tuple[str, ...], periods: list[str]) -> None:
    values = [4.0, 0.0, "4"] * len(titles)
    reading = read(ReportCard([("Пробный Иван", {"Алгебра": [*values, "4", None, None, None]})], periods=titles))
    assert [p for (p,) in live(reading, 0, "period_marks", "period_id")] == [*periods, ""]


def test_a_mark_outside_the_scale_is_rejected() -> None:
    card = ReportCard([("Пробный Иван", {"Алгебра": [4.0, 0.0, "7", *[None] * 13]})])
    reading = read(card)
    assert [(item.table, item.raw, item.address) for item in reading.rejected] == [
        ("period_marks", "7", "лист «Лист1», ячейка E15")
    ]


def test_an_unknown_column_is_told() -> None:
    book = CARD.book()
    for row, column in [place for place, value in book.cells.items() if value == "Итог. оценка"]:
        book.put(row, column + 1, "Пропуски")
        book.put(row + 4, column + 1, 12.0)
    reading = reader.read(export(book.save()))
    assert [warning.raw for warning in reading.warnings] == ["Пропуски"]
    assert all(reading.tables[name].equals(frame) for name, frame in read(CARD).tables.items())


def test_a_book_cut_inside_a_block_is_never_half_read() -> None:
    book = CARD.book()
    last = max(row for (row, _), value in book.cells.items() if value == "Музыка")
    second = max(row for (row, _), value in book.cells.items() if value == "Ученик: Опытова Вера Юрьевна")
    for row in (*range(6, 15), *range(second, last)):
        cut = CARD.book()
        cut.cells = {place: value for place, value in cut.cells.items() if place[0] <= row}
        with pytest.raises(UnreadableExportError) as problem:
            reader.read(export(cut.save()))
        assert "Опытова" not in problem.value.reason


def test_it_is_not_taken_for_the_class_report() -> None:
    assert not class_report.recognise(CARD.export())
    assert not reader.recognise(export(b""))
