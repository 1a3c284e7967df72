"""Binary workbooks: read back from a foreign writer, beside a foreign reader, and from records written by hand."""

from __future__ import annotations

import io
import math
import struct
from datetime import date, datetime, time

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from ingest.readers import sheets
from ingest.reading import UnreadableExportError
from tests.ingest.readers.test_sheets import opened_or_refused
from tests.ingest.readers.workbooks import biff, ole, record

VALUES = st.one_of(
    st.text("абвЁ5Н ./=é😀", min_size=1, max_size=8), st.integers(-(2**31), 2**31).map(float),
    st.floats(-1e9, 1e9), st.sampled_from([0.01, 100.0, -0.5, 1e300, 536870911.0, 5368709.12]), st.booleans(),
)  # fmt: skip


def written(cells: dict[tuple[int, int], object], merges: list[tuple[int, int, int, int]] | None = None) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("Лист1")
    for (row, column), value in cells.items():
        page.write(row, column, value)
    for top, left, bottom, right in merges or []:
        page.merge(top, bottom, left, right)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(0, 40), st.integers(0, 30)), VALUES, min_size=1, max_size=30))
def test_what_a_foreign_writer_wrote_is_read_back_as_a_foreign_reader_reads_it(cells) -> None:
    data = written(cells)
    (found,) = sheets.open_book(data)
    got = {(r, c): value for r, row in enumerate(found.rows) for c, value in enumerate(row) if value is not None}
    assert got.keys() == cells.keys()
    for at, value in cells.items():
        assert type(got[at]) is type(value)
        assert got[at] == value or math.isclose(got[at], value, rel_tol=1e-15)
    calamine = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [["" if value is None else value for value in row] for row in found.rows] == calamine


def test_thousands_of_texts_run_over_many_records() -> None:
    cells = {
        (row, column): f"тема {row} {column} " + "ю" * (row * 7 % 90) + "z" * 40
        for row in range(400)
        for column in range(8)
    }
    (found,) = sheets.open_book(written(cells))
    assert {(r, c): value for r, row in enumerate(found.rows) for c, value in enumerate(row)} == cells


def test_one_text_longer_than_a_record() -> None:
    text = "Длинная тема " * 1500
    assert sheets.open_book(written({(0, 0): text, (0, 1): "5"}))[0].rows == [[text, "5"]]


def test_dates_by_their_formats_and_the_other_epoch() -> None:
    formats = ("DD.MM.YYYY", "DD.MM.YYYY HH:MM", "HH:MM")
    values = (date(2026, 9, 1), datetime(2026, 9, 1, 8, 30), time(8, 30))
    for since_1904 in (False, True):
        book = xlwt.Workbook()
        book.dates_1904 = since_1904
        page = book.add_sheet("1")
        for column, (value, code) in enumerate(zip(values, formats, strict=True)):
            page.write(0, column, value, xlwt.easyxf(num_format_str=code))
        page.write(0, 3, 46266, xlwt.easyxf(num_format_str='"день "0'))
        out = io.BytesIO()
        book.save(out)
        assert sheets.open_book(out.getvalue())[0].rows == [[*values, 46266.0]]


def test_merges_and_addresses() -> None:
    (found,) = sheets.open_book(written({(0, 0): "а", (3, 3): "б"}, [(0, 0, 0, 2), (1, 1, 60000, 1)]))
    assert sorted(found.merges) == [(0, 0, 0, 2), (1, 1, 3, 1)]


def text8(text: str, *, wide: bool = True, rich: bool = False) -> bytes:
    raw = text.encode("utf-16-le" if wide else "latin-1")
    flags = wide | (0x0C if rich else 0)
    more = struct.pack("<HI", 1, 6) if rich else b""
    return struct.pack("<HB", len(text), flags) + more + raw + (b"\1\0\2\0" + b"hint__" if rich else b"")


def shared(*texts: bytes, count: int | None = None) -> bytes:
    number = len(texts) if count is None else count
    return record(0x00FC, struct.pack("<II", number, number) + b"".join(texts))


def number(row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def rows_of(stream: bytes) -> list[list[object]]:
    return sheets.open_book(ole({"Workbook": stream}))[0].rows


def test_records_of_every_kind() -> None:
    pages = (
        record(0x00FD, struct.pack("<HHHI", 0, 0, 0, 0)) + record(0x00FD, struct.pack("<HHHI", 0, 1, 0, 1))
        + record(0x00FD, struct.pack("<HHHI", 0, 2, 0, 2)) + record(0x0204, struct.pack("<HHH", 0, 3, 0) + text8("л"))
        + record(0x00BD, struct.pack("<HHHIHIH", 0, 4, 0, 5 << 2 | 2, 0, 450 << 2 | 3, 5))
        + record(0x0205, struct.pack("<HHHBB", 0, 6, 0, 1, 0)) + record(0x0205, struct.pack("<HHHBB", 0, 7, 0, 0x2A, 1))
        + record(0x0006, struct.pack("<HHHdHIH", 0, 8, 0, 4.5, 0, 0, 0))
        + record(0x0006, struct.pack("<HHHBxBxxxHHIH", 0, 9, 0, 0, 0, 0xFFFF, 0, 0, 0))
        + record(0x0207, text8("итог")[:5]) + record(0x003C, b"\1" + "тог".encode("utf-16-le"))
        + record(0x0006, struct.pack("<HHHBxBxxxHHIH", 0, 10, 0, 1, 1, 0xFFFF, 0, 0, 0))
        + record(0x0006, struct.pack("<HHHBxBxxxHHIH", 0, 11, 0, 2, 7, 0xFFFF, 0, 0, 0))
        + record(0x0006, struct.pack("<HHHBxBxxxHHIH", 0, 12, 0, 3, 0, 0xFFFF, 0, 0, 0))
        + record(0x0201, struct.pack("<HHH", 0, 13, 0))
        + record(0x027E, struct.pack("<HHHI", 0, 14, 0, (-3 & 0x3FFFFFFF) << 2 | 2))
    )  # fmt: skip
    texts = shared(text8(""), text8("rich", wide=False, rich=True), text8("Ё"))
    stream = biff(pages, globals_=texts)
    assert rows_of(stream) == [
        ["", "rich", "Ё", "л", 5.0, 4.5, True, "#N/A", 4.5, "итог", True, "#DIV/0!", "", None, -3.0]
    ]  # fmt: skip


def test_a_text_is_parted_between_records_and_changes_its_width() -> None:
    parted = (
        record(0x00FC, struct.pack("<II", 2, 2) + struct.pack("<HB", 6, 0) + b"abc")
        + record(0x003C, b"\1" + "где".encode("utf-16-le") + text8("второй"))
    )  # fmt: skip
    page = b"".join(record(0x00FD, struct.pack("<HHHI", 0, n, 0, n)) for n in range(2))
    assert rows_of(biff(page, globals_=parted)) == [["abcгде", "второй"]]


@pytest.mark.parametrize(
    ("page", "encoding"), [(1251, "cp1251"), (10007, "mac_cyrillic"), (866, "cp866"), (12345, "cp1251")]
)
def test_excel_5_has_a_code_page(page: int, encoding: str) -> None:
    label = "Ёжик".encode(encoding)
    cell = record(0x0204, struct.pack("<HHHH", 0, 0, 0, len(label)) + label)
    stream = biff(cell, globals_=record(0x0042, struct.pack("<H", page)), version=0x0500)
    (found,) = sheets.open_book(ole({"Book": stream}))
    assert (found.name, found.rows) == ("Л1" if "1251" in encoding else found.name, [["Ёжик"]])


def test_a_chart_inside_a_sheet_is_passed_over() -> None:
    chart = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x20, 0, 0, 0, 0)) + number(50, 50, 9) + record(0x000A)
    assert rows_of(biff(number(0, 0, 1) + chart + number(0, 1, 2))) == [[1.0, 2.0]]


def test_rows_in_any_order_are_put_in_theirs() -> None:
    assert rows_of(biff(number(1, 0, 2) + number(0, 0, 1))) == [[1.0], [2.0]]


DAMAGED = {
    "more texts than there are": biff(number(0, 0, 1), globals_=shared(text8("а"), count=0xFFFFFFFF)),
    "a text that is not there": biff(record(0x00FD, struct.pack("<HHHI", 0, 0, 0, 7))),
    "a sheet that begins elsewhere": biff(number(0, 0, 1), starts={0: 13}),
    "no end": biff(number(0, 0, 1))[:-4],
    "ends too often": biff(number(0, 0, 1)) + record(0x000A),
    "a record cut short": biff(number(0, 0, 1))[:-10],
    "endless": biff(number(0, 0, float("inf"))),
    "nothing": b"",
}


@pytest.mark.parametrize("stream", DAMAGED.values(), ids=DAMAGED)
def test_damage_is_refused(stream: bytes) -> None:
    with pytest.raises(UnreadableExportError):
        sheets.open_book(ole({"Workbook": stream}))


def test_locked_books_are_told_so() -> None:
    locked = biff(number(0, 0, 1), globals_=record(0x002F, b"\1\0" + b"x" * 52))
    for data in (ole({"Workbook": locked}), ole({"EncryptionInfo": b"x", "EncryptedPackage": b"x"})):
        assert sheets.is_book(data)
        with pytest.raises(UnreadableExportError, match="закрыта паролем"):
            sheets.open_book(data)


def test_another_old_document_is_no_book() -> None:
    data = ole({"WordDocument": b"x"})
    assert not sheets.is_book(data)
    with pytest.raises(UnreadableExportError, match="не таблица"):
        sheets.open_book(data)


@pytest.mark.parametrize("entry", range(12))
def test_chains_that_run_in_a_circle_or_nowhere_end(entry: int) -> None:
    data = ole({"Workbook": biff(number(0, 0, 1))})
    table = data.index(struct.pack("<II", 1, 2))
    for number_ in (entry, 0, 1000, 0xFFFFFFFF):
        spoilt = data[: table + entry * 4] + struct.pack("<I", number_) + data[table + entry * 4 + 4 :]
        found = opened_or_refused(spoilt)
        if isinstance(found, UnreadableExportError):
            assert "повреждена" in found.reason or "не таблица" in found.reason
        else:
            assert found[0].rows == [[1.0]]


def test_small_streams_lie_in_the_small_sectors() -> None:
    """A book under 4096 bytes, as the smallest writers leave it, in sectors of 64 bytes."""
    stream = biff(number(0, 0, 5))
    assert len(stream) < 512
    small = bytearray(ole({"Small": stream.ljust(512, b"\0") * 8, "Workbook": b""}))
    directory = small.index("Root Entry".encode("utf-16-le"))
    entry = small.index("Workbook".encode("utf-16-le"))
    count = -(-len(stream) // 64)
    # The root holds the small sectors (those of the first stream); a chain of them is put into the other stream.
    small[directory + 116 : directory + 124] = struct.pack("<II", 0, 4096)
    small[entry + 116 : entry + 124] = struct.pack("<II", 0, len(stream))
    mini = struct.pack(f"<{count}I", *range(1, count), 0xFFFFFFFE).ljust(4096, b"\xff")
    small[512 + 8 * 512 : 512 + 16 * 512] = mini
    small[60:68] = struct.pack("<II", 8, 8)
    assert sheets.open_book(bytes(small))[0].rows == [[5.0]]
