"""The school's own workbook is told from an export, whoever saved it, and the right command is named."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from ingest import load
from ingest.readers import school_book
from ingest.reading import Export, UnreadableExportError
from ingest.registry import reader_for
from tests.school_book import Edited, entry, exported, journal, published
from warehouse.settings import School, Settings

MANY = [entry("exclusions", date_from="06.10.2025", date_to="07.10.2025", reason=f"экскурсия {n}" * 20,
              class_=f"{n}А") for n in range(400)]  # fmt: skip


def whole(folder: Path) -> bytes:
    return exported(journal(folder, *MANY), published(folder))


def without_first_sheet(folder: Path) -> bytes:
    book = Edited(exported(journal(folder), published(folder)))
    del book.book["Начните здесь"]
    return book.bytes()


def edited(folder: Path) -> bytes:
    book = Edited(exported(journal(folder), published(folder)))
    book.add("outages", starts_at=datetime(2025, 10, 6, 10, 30))
    return book.bytes()


@pytest.mark.parametrize("make", [whole, edited, without_first_sheet], ids=lambda make: make.__name__)
def test_the_book_is_known_by_its_content(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    export = Export("почта.zip → что-то.xlsx", {"что-то.xlsx": make(tmp_path)})
    assert reader_for(export) is school_book
    with pytest.raises(UnreadableExportError) as caught:
        school_book.read(export)
    assert caught.value.reason == "Это книга школы, а не выгрузка журнала."
    assert caught.value.advice == 'Внесите её так: zavuch workbook import "что-то.xlsx"'


def test_a_table_that_only_speaks_of_the_book_is_no_book() -> None:
    book, stream = openpyxl.Workbook(), BytesIO()
    book.active.append(["Шаблон школы", "Память Завуча"])
    book.save(stream)
    assert not school_book.recognise(Export("x.xlsx", {"x.xlsx": stream.getvalue()}))


def test_ingest_says_what_to_do_with_it(tmp_path: Path) -> None:
    file = tmp_path / "Шаблон школы.xlsx"
    file.write_bytes(exported(journal(tmp_path), published(tmp_path)))
    settings = Settings(tmp_path / "дом", schools={"s1": School("s1", "СОШ № 1")})
    (item,) = load.ingest(settings, [file]).quarantined
    assert item.reason == "Это книга школы, а не выгрузка журнала."
    assert "zavuch workbook import" in item.advice
