"""CSV text: the fast way and the patient way give the same rows on the same lines."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import delimited
from ingest.delimited import header_of, read_delimited, split_record
from ingest.reading import UnreadableExportError

FIELD = st.text(st.sampled_from('аб5 ",;\n'), max_size=6)


def rows(data: bytes) -> list[tuple[str, ...]]:
    return [tuple(value or "" for value in row) for row in read_delimited(data).frame.iter_rows()]


@settings(max_examples=300, deadline=None)
@given(
    table=st.lists(st.lists(FIELD, min_size=3, max_size=3), max_size=15),
    chunk=st.integers(1, 40),
    newline=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
)
def test_rows_and_lines_at_any_chunk_size(table: list[list[str]], chunk: int, newline: str, last: bool) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator=newline)
    writer.writerow("abc")
    lines = []
    for row in table:
        lines.append(buffer.getvalue().count("\n") + 1)
        writer.writerow(row)
    text = buffer.getvalue() if last else buffer.getvalue().removesuffix(newline)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_CHUNK", chunk)
        read = read_delimited(text.encode())
        assert read.header == ["a", "b", "c"]
        assert rows(text.encode()) == [tuple(row) for row in table]
        assert [read.line(number) for number in range(read.frame.height)] == lines
        assert not read.misfits
        patch.setattr(delimited, "_measure", lambda *_: None)
        patient = read_delimited(text.encode())
    assert [tuple(row) for row in patient.frame.iter_rows()] == [tuple(row) for row in table]
    assert [patient.line(number) for number in range(len(table))] == lines


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from('аb5",\n\r '), max_size=60), chunk=st.integers(1, 20))
def test_any_text_is_accounted_for(text: str, chunk: int) -> None:
    """Every line that is not blank belongs to a row or to a misfit, whichever way it is read."""
    data = ("x,y\n" + text).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_CHUNK", chunk)
        read = read_delimited(data)
        patch.setattr(delimited, "_measure", lambda *_: None)
        patient = read_delimited(data)
    first = [read.line(number) for number in range(read.frame.height)]
    assert first == sorted(set(first))
    told = {misfit.line for misfit in read.misfits}
    assert told.isdisjoint(first)
    assert {misfit.line for misfit in patient.misfits} >= told
    if '"' not in text:
        filled = {number for number, line in enumerate(text.split("\n"), start=2) if line.strip()}
        assert filled <= {*first, *told}


@pytest.mark.parametrize(
    ("text", "expected", "misfits"),
    [
        ("a,b\n1,2\n3\n4,5,6\n", [("1", "2")], [3, 4]),
        ("a,b\n1,2,,\n", [("1", "2")], []),
        ("a;b\n1;2,5\n", [("1", "2,5")], []),
        ("sep=;\na;b\n1;2\n", [("1", "2")], []),
        ("\n\na,b\n1,2\n", [("1", "2")], []),
        ("a,b\r1,2\r3,4", [("1", "2"), ("3", "4")], []),
        ('"a","b"\n"1","2"', [("1", "2")], []),
        ('"a","b\nc"\n"1",2', [("1", "2")], []),
        ('a,b\n1, "2"\n', [("1", "2")], []),
        ('a,b\n1,"x"y"\n', [("1", 'x"y')], []),
        ('a,b\n1,"open\n2,3\n', [("2", "3")], [2]),
        ('a,b\n1,"open\n2,"x"\n', [("2", "x")], [2]),
        ('a,b\n1,5"\n2,3\n', [("1", '5"'), ("2", "3")], []),
        ("a,b\n", [], []),
        ("a,b", [], []),
    ],
)
def test_shapes(text: str, expected: list[tuple[str, str]], misfits: list[int]) -> None:
    read = read_delimited(text.encode())
    assert rows(text.encode()) == expected
    assert [misfit.line for misfit in read.misfits] == misfits


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_encodings(encoding: str) -> None:
    data = "имя,отметка\nЁлкина «Ж» № 5,зач\n".encode(encoding)
    assert header_of(data) == ["имя", "отметка"]
    assert rows(data) == [("Ёлкина «Ж» № 5", "зач")]


@pytest.mark.parametrize(
    "data",
    [
        "имя,отметка\nЁлкина,5".encode() + b"\xd0",
        "имя\nЁлкина\n".encode() + b"\0" * 9,
        b"\xff\xfea\0b",
        b"a,b\n\x98\xff\n",
        b'a,"b\n1,2\n',
    ],
    ids=["cut letter", "zeros", "cut utf-16", "no known encoding", "open quote in the header"],
)
def test_damaged_text(data: bytes) -> None:
    with pytest.raises(UnreadableExportError):
        read_delimited(data)


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_header_of_anything(data: bytes) -> None:
    assert isinstance(header_of(data), list)


@given(st.lists(st.text(st.sampled_from('ab ",;'), max_size=5), min_size=1, max_size=5))
def test_record_split_as_the_csv_module_writes_it(fields: list[str]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="", quoting=csv.QUOTE_ALL).writerow(fields)
    assert split_record(buffer.getvalue(), ",", strict=True) == fields
