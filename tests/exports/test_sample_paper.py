"""The sheet of cells: all that a person needs to find and tick a cell, on one page, whatever the names."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from exports.letterhead import Letterhead
from exports.sample_paper import MOST_CELLS, Row, paper, read_text, sample_paper
from warehouse.samples import Cell, Draw, Lesson

AS_OF = datetime(2025, 10, 12, 23, 50)
BOTH = ("attendance", "marks")
HEAD = Letterhead("МБОУ СОШ № 12", deputy="Лебедева О. В.")
NOBODY = Letterhead("Школа")
LONG = Letterhead(
    "Муниципальное бюджетное общеобразовательное учреждение " * 3, deputy="Константинопольская-Рождественская А. А."
)
FILE = ("7А_01.xls", AS_OF, "")


def row(*lessons: Lesson, pupil: str = "Ёлкин Пётр", subject: str = "Физика", files: Any = (FILE,), **more: Any) -> Row:
    told = {
        "class_id": "k7", "class_name": "7А", "subject_id": "phys", "date": date(2025, 10, 6), "pupil_id": "p1",
        "kind": "mark", "lessons": lessons or (Lesson(3, ("5",), ""),), "looked": BOTH, "observations": ("x",),
    }  # fmt: skip
    return Row(Cell(**(told | more)), subject, pupil, tuple(files))


def draw(rows: list[Row], number: int = 4) -> Draw:
    cells = tuple(each.cell for each in rows)
    return Draw("s1", number, "v00001-aa", AS_OF, "2025/2026", len(rows), "", cells)


def text_of(path: Path) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(path).pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


@pytest.mark.parametrize(
    ("lessons", "words"),
    [
        ([Lesson(3, ("5",), "")], "5"),
        ([Lesson(3, ("5", "4"), "ОП")], "5, 4, ОП"),
        ([Lesson(None, (), "Н")], "Н"),
        ([Lesson(1, (), "")], "пусто"),
        ([Lesson(2, ("5",), ""), Lesson(3, (), "")], "2-й урок: 5; 3-й урок: пусто"),
        ([Lesson(None, ("5",), ""), Lesson(None, (), "Н")], "5; Н"),
    ],
)
def test_what_was_read_in_words(lessons: list[Lesson], words: str) -> None:
    assert read_text(row(*lessons).cell) == words


def test_the_sheet_says_all_that_is_needed(tmp_path: Path) -> None:
    rows = [
        row(files=[("архив.zip → 7А_01.xls", datetime(2025, 10, 11, 7, 0), ""), ("marks.zip", AS_OF, "строка 17")]),
        row(Lesson(None, (), ""), pupil="Ёжикова Анна", kind="empty", looked=("marks",)),
        row(Lesson(1, (), "Н"), looked=("attendance",), class_name="10Б"),
    ]
    path = sample_paper(draw(rows), rows, HEAD, tmp_path / "documents")
    text = text_of(path)

    assert path == tmp_path / "documents" / "Сверка с журналом 4.pdf"
    for part in (
        "Сверка с журналом № 4", "МБОУ СОШ № 12", "Данные на 12.10.2025 23:50, версия v00001-aa", "06.10.2025",
        "3-й урок", "Физика", "Ёлкин Пётр", "Ёжикова Анна", "10Б", "11.10.2025 07:00", "marks.zip, строка 17",
        "совпадает", "не совпадает", "не нашлось", "Что стоит в журнале", "Проверил(а)", "подпись", "дата",
        "Заместитель директора по УВР", "Лебедева О. В.",
        "zavuch sample enter 4 --wrong 3,7", "персональные данные",
        "посещаемость не выгружалась: сверяйте отметки", "отметки не выгружались: сверяйте посещаемость",
    ):  # fmt: skip
        assert part in text, part
    assert text.count("пусто") == 1


def test_the_same_draw_gives_the_same_bytes(tmp_path: Path) -> None:
    rows = [row()]
    first = sample_paper(draw(rows), rows, NOBODY, tmp_path / "1").read_bytes()
    assert sample_paper(draw(rows), rows, NOBODY, tmp_path / "2").read_bytes() == first


@pytest.mark.parametrize("n", [1, 10, MOST_CELLS])
def test_it_is_one_a4_page_even_with_long_names(n: int, tmp_path: Path) -> None:
    rows = [
        row(
            Lesson(1, ("5", "4"), ""), Lesson(2, ("н/а",), "УП"),
            pupil="Константинопольская-Рождественская Александра", subject="Основы безопасности и защиты Родины",
            files=[("выгрузка_всей_школы.zip → " + "Отчёт_" * 12 + "7А.xlsx", AS_OF, "attendance.csv, строка 123")] * 3,
            looked=("marks",), class_name="10 «А» физмат",
        )
        for _ in range(n)
    ]  # fmt: skip
    (page,) = PdfReader(sample_paper(draw(rows), rows, LONG, tmp_path)).pages
    assert sorted(round(float(side)) for side in page.mediabox[2:]) == [595, 842]


def test_every_sign_of_the_sheet_is_in_its_font(tmp_path: Path) -> None:
    rows = [row(files=[("а.zip → б.xls", AS_OF, "")])]
    words = paper(draw(rows), rows, NOBODY)
    assert "→" not in "".join((*words.how, *words.lines[0].sources))
    text = text_of(sample_paper(draw(rows), rows, NOBODY, tmp_path))
    assert "а.zip / б.xls" in text
    assert "\ufffd" not in text


def test_the_end_of_a_long_file_name_stays_readable() -> None:
    rows = [row(files=[("к" * 80 + "_7А_04.xls", AS_OF, "")])]
    (source,) = paper(draw(rows), rows, NOBODY).lines[0].sources
    assert source.startswith("ккк")
    assert "_7А_04.xls, 12.10.2025 23:50" in source
    assert len(source) < 80
