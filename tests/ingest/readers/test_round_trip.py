"""What is printed is what is read: random reports through both layouts and back."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers import sgo_studenttotal
from ingest.readers.profiled.shipped import class_report
from ingest.reading import Reading
from tests.ingest.readers.layouts import ClassReport, Pupil, Total, export

DAYS = ((9, 2), (9, 3), (10, 1), (10, 1), (10, 4))
SUBJECTS = ("Алгебра", "Химия", "Русский язык")
GROUP = st.lists(st.integers(0, 5).map(str), min_size=1, max_size=2).map("/".join)
MARKS = st.lists(GROUP, max_size=3)
SGO_CODES = st.lists(st.sampled_from(["УП", "Б", "НП", "ОТ", "ОП", "ОСВ"]), max_size=2)
CLASS_CODES = st.lists(st.sampled_from(["Н", "О", "Б", "У"]), max_size=2)
SOME = settings(max_examples=60, deadline=None)


def values(reading: Reading, table: str, column: str, subject: str) -> list[str]:
    frame = reading.tables.get(table)
    if frame is None:
        return []
    return frame.filter(pl.col("lesson_id").str.contains(f"|{subject.lower()}|", literal=True))[column].to_list()


@SOME
@given(st.lists(st.tuples(SGO_CODES, MARKS), min_size=15, max_size=15))
def test_studenttotal(cells: list[tuple[list[str], list[str]]]) -> None:
    subjects = {}
    days = ((9, 2), (9, 3), (9, 30), (10, 1), (10, 4))
    for place, name in enumerate(SUBJECTS):
        row = cells[place * 5 : place * 5 + 5]
        subjects[name] = {
            day: ("\xa0".join(codes), "\xa0".join(marks)) for day, (codes, marks) in zip(days, row, strict=True)
        }
    total = Total({name: (row, "") for name, row in subjects.items()}, days=days)
    for page in (total.v50(), total.v556()):
        reading = sgo_studenttotal.read(export(page))
        assert not reading.rejected
        for place, name in enumerate(SUBJECTS):
            row = cells[place * 5 : place * 5 + 5]
            marks = [mark for _, groups in row for group in groups for mark in group.split("/")]
            assert values(reading, "marks", "value", name) == marks
            assert values(reading, "attendance", "code", name) == [code for codes, _ in row for code in codes]
            assert len(values(reading, "lessons", "lesson_id", name)) == sum(bool(c or m) for c, m in row)


@SOME
@given(st.lists(st.one_of(st.none(), st.tuples(CLASS_CODES, MARKS, st.booleans())), min_size=15, max_size=15))
def test_class_report(cells: list[tuple[list[str], list[str], bool] | None]) -> None:
    def printed(cell: tuple[list[str], list[str], bool] | None) -> str | None:
        if cell is None:
            return None
        codes, marks, codes_first = cell
        return " ".join([*codes, *marks] if codes_first else [*marks, *codes])

    rows = {name: cells[place * 5 : place * 5 + 5] for place, name in enumerate(SUBJECTS)}
    pupil = Pupil(
        "Пробный Иван", DAYS, {name: ([printed(cell) for cell in row], None, None, "4") for name, row in rows.items()}
    )
    other = Pupil("Опытова Вера", ((9, 2),), {name: ([None], None, None, "5") for name in SUBJECTS})
    report = ClassReport([pupil, other], period="Период: с 1.09.24 по 30.10.24")
    reading = class_report.read(report.export())
    assert not reading.rejected
    assert reading.tables["period_marks"].height == 6
    for name, row in rows.items():
        filled = [cell for cell in row if cell is not None]
        marks = [mark for _, groups, _ in filled for group in groups for mark in group.split("/")]
        assert values(reading, "marks", "value", name) == marks
        assert values(reading, "attendance", "code", name) == [code for codes, _, _ in filled for code in codes]
        assert len(values(reading, "lessons", "lesson_id", name)) == len(filled)
