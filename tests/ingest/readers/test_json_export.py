"""What readers of JSON answers share: files, manifest, values with addresses, harmless and harmful oddities."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import json_export
from ingest.readers.gathering import Gathering
from ingest.readers.json_export import Node
from ingest.reading import Export, UnreadableExportError

MOSCOW = ZoneInfo("Europe/Moscow")


def node(value: dict[str, Any], zone: ZoneInfo | None = None) -> Node:
    found = json_export.root("дневник.json", value, "marks", Gathering("sgo", "student_diary", "test"), zone)
    assert found is not None
    return found


def faults(of: Node) -> list[tuple[str, str]]:
    return [(one.table, one.address) for one in of.out.reading.rejected]


# Files


def test_a_byte_order_mark_and_blanks_before_the_answer_do_no_harm() -> None:
    export = Export("a", {"a.json": b'\xef\xbb\xbf \n{"x": "\xd1\x84"}'})
    assert json_export.holds(export, "x")
    assert json_export.load(export) == {"a.json": {"x": "ф"}}


def test_keys_are_looked_for_in_one_file_and_never_in_the_manifest_or_in_text() -> None:
    apart = Export("a", {"a.json": b'{"x": 1}', "b.json": b'{"y": 1}'})
    assert json_export.holds(apart, "x")
    assert not json_export.holds(apart, "x", "y")
    assert not json_export.holds(Export("a", {"manifest.json": b'{"x": 1}', "t.csv": b'"x"'}), "x")
    assert not json_export.holds(Export("a", {"a.json": json.dumps({"text": 'he said "x"'}).encode()}), "x")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b'{"weekDays": [{"date": ', "обрезан", id="cut in the middle"),
        pytest.param(b'{"weekDays": "2026', "обрезан", id="cut in a text"),
        pytest.param(b'{"a": 1,, "b": 2}', "не JSON", id="damaged"),
        pytest.param('{"a": "ф"}'.encode("cp1251"), "UTF-8", id="other encoding"),
        pytest.param(b'{"a": NaN}', "число", id="a number that is none"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", "число", id="a number without end"),
        pytest.param(b"[" * 200_000, "вложенность", id="nested without end"),
    ],
)
def test_a_broken_file_is_refused_in_plain_words(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableExportError) as refused:
        json_export.load(Export("a", {"ответ.json": data}))
    assert refused.value.reason.startswith("ответ.json: ")
    assert said in refused.value.reason
    assert refused.value.advice


def test_a_foreign_file_beside_is_told_of() -> None:
    out = Gathering("sgo", "student_diary", "test")
    export = Export("a", {"a.json": b"{}", "фото.jpg": b"\xff\xd8\xff", "manifest.json": b"{}"})
    json_export.foreign(export, out)
    assert [one.address for one in out.reading.warnings] == ["фото.jpg"]
    assert list(json_export.load(export)) == ["a.json"]


# The manifest


def test_a_manifest_is_read() -> None:
    fields = {
        "school_id": "s1", "school_name": "МБОУ СОШ № 0", "taken_at": "2026-09-13T17:00:00Z",
        "timezone": "Europe/Moscow", "scope_from": "2026-09-07", "scope_to": "2026-09-13", "complete": True,
        "pupil_id": 1000, "class_name": "7А",
    }  # fmt: skip
    about = json_export.manifest(Export("a", {"Manifest.json": json.dumps([fields]).encode(), "a.json": b"{}"}))
    assert (about.school_id, about.school_name) == ("s1", "МБОУ СОШ № 0")
    assert about.taken_at == datetime(2026, 9, 13, 20)
    assert (about.first, about.last, about.complete) == (date(2026, 9, 7), date(2026, 9, 13), True)
    assert (about.pupil_id, about.class_name) == ("1000", "7А")
    assert json_export.manifest(Export("a", {"a.json": b"{}"})) == json_export.Manifest()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"taken_at": "вчера"}, id="moment"),
        pytest.param({"taken_at": "2026-09-13T17:00:00+03:00"}, id="an offset and no zone"),
        pytest.param({"scope_from": "07/09/2026"}, id="day"),
        pytest.param({"timezone": "Москва"}, id="zone"),
        pytest.param({"timezone": "../../etc/passwd"}, id="a path as a zone"),
        pytest.param({"complete": "да"}, id="flag"),
        pytest.param({"school_id": ["s1"]}, id="text"),
        pytest.param([{}, {}], id="two of them"),
    ],
)
def test_a_wrong_manifest_is_refused(fields: object) -> None:
    with pytest.raises(UnreadableExportError, match=r"manifest\.json"):
        json_export.manifest(Export("a", {"manifest.json": json.dumps(fields).encode()}))


def test_a_manifest_of_another_kind_is_refused() -> None:
    with pytest.raises(UnreadableExportError, match="один файл"):
        json_export.manifest(Export("a", {"manifest.csv": b"school_id\ns1", "a.json": b"{}"}))


# Values


Getter = Callable[[Node, str], object]


@pytest.mark.parametrize(
    ("getter", "raw", "value"),
    [
        pytest.param(Node.text, " а\u200b б\xa0в ", "а б в", id="text is cleaned"),
        pytest.param(Node.text, 208178721, "208178721", id="a number as text"),
        pytest.param(Node.text, 4.5, "4.5", id="a fraction as text"),
        pytest.param(Node.text, "\ud83d", "?", id="half of a character"),
        pytest.param(Node.plain, "<p>стр.&nbsp;5<br/>№ 3</p> a<b", "стр. 5 № 3 a<b", id="html"),
        pytest.param(Node.number, "4,5", 4.5, id="a number with a comma"),
        pytest.param(Node.whole, "7", 7, id="a whole number"),
        pytest.param(Node.flag, 1, True, id="a flag as a number"),
        pytest.param(Node.flag, False, False, id="a flag"),
        pytest.param(Node.day, "2023-04-10T00:00:00", date(2023, 4, 10), id="a day with midnight"),
        pytest.param(Node.day, "10.04.2023", date(2023, 4, 10), id="a printed day"),
        pytest.param(Node.day, "0001-01-01T00:00:00", None, id="no date as .NET writes it"),
        pytest.param(Node.moment, "2023-04-27T08:47:03.813", datetime(2023, 4, 27, 8, 47, 3, 813000), id="a moment"),
        pytest.param(Node.moment, "2021-02-24T11:05:37.1234567", datetime(2021, 2, 24, 11, 5, 37, 123456), id="digits"),
        pytest.param(Node.clock, "8:30", time(8, 30), id="a time"),
        pytest.param(Node.clock, "08:30:00", time(8, 30), id="a time with seconds"),
    ],
)  # fmt: skip
def test_a_value_is_read(getter: Getter, raw: object, value: object) -> None:
    of = node({"x": raw})
    assert getter(of, "x") == value
    assert not faults(of)


@pytest.mark.parametrize("getter", [Node.text, Node.number, Node.flag, Node.day, Node.moment, Node.clock, Node.child])
@pytest.mark.parametrize("value", [{}, {"x": None}], ids=["absent", "null"])
def test_nothing_is_no_fault(getter: Getter, value: dict[str, Any]) -> None:
    of = node(value)
    assert getter(of, "x") in (None, "")
    assert not faults(of)


@pytest.mark.parametrize("getter", [Node.text, Node.number, Node.day, Node.moment, Node.clock])
def test_a_blank_text_is_nothing(getter: Getter) -> None:
    of = node({"x": " "})
    assert getter(of, "x") in (None, "")
    assert not faults(of)


@pytest.mark.parametrize(
    ("getter", "raw"),
    [
        pytest.param(Node.text, {"a": 1}, id="text"),
        pytest.param(Node.text, True, id="a flag for text"),
        pytest.param(Node.number, "много", id="number"),
        pytest.param(Node.number, "1e999", id="an endless number"),
        pytest.param(Node.whole, 1.5, id="a fraction for a whole number"),
        pytest.param(Node.flag, "да", id="flag"),
        pytest.param(Node.day, "31.02.2026", id="day"),
        pytest.param(Node.day, "2926-01-01", id="a day of no school"),
        pytest.param(Node.moment, "2026-09-07T25:00", id="moment"),
        pytest.param(Node.clock, "24:10", id="time"),
        pytest.param(Node.child, [1], id="object"),
        pytest.param(lambda of, name: list(of.items(name)), {"a": 1}, id="list"),
    ],
)
def test_an_odd_value_is_rejected_with_its_address(getter: Getter, raw: object) -> None:
    of = node({"a": [{"x": raw}]})
    inner = next(of.items("a"))
    assert getter(inner, "x") in (None, "", [])
    assert faults(of) == [("marks", "дневник.json: a[0].x")]


def test_a_moment_of_another_zone_needs_the_zone_of_the_school() -> None:
    for raw, wall in (("2026-09-07T21:30:00Z", 8), ("2026-09-07T23:30:00+02:00", 8)):
        assert node({"x": raw}, MOSCOW).moment("x") == datetime(2026, 9, wall, 0, 30)
    assert node({"x": "2026-09-07T21:30:00"}, MOSCOW).moment("x") == datetime(2026, 9, 7, 21, 30)
    assert node({"x": "2026-09-07T21:30:00"}, MOSCOW).moment("x", utc=True) == datetime(2026, 9, 8, 0, 30)
    of = node({"marks": [{"x": "2026-09-07T21:30:00Z"}] * 3})
    assert [one.moment("x") for one in of.items("marks")] == [None] * 3
    assert len(of.out.reading.warnings) == 1, "once a file, not once a mark"
    assert not faults(of)


def test_what_is_no_object_in_a_list_is_rejected() -> None:
    of = node({"a": [{}, 5, {}]})
    assert len(list(of.items("a", "lessons"))) == 2
    assert faults(of) == [("lessons", "дневник.json: a[1]")]


@pytest.mark.parametrize(
    ("text", "nothing"),
    [("Не задано", True), ("не задано.", True), ("-", False), ("", False), ("не задано по болезни: № 5", False)],
)
def test_only_the_words_say_that_nothing_was_set(text: str, nothing: bool) -> None:
    assert json_export.nothing_set(text) is nothing


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON_VALUES)
def test_no_value_breaks_a_getter(raw: object) -> None:
    of = node({"x": raw}, MOSCOW)
    for getter in (Node.text, Node.plain, Node.number, Node.whole, Node.flag, Node.day, Node.moment, Node.clock):
        getter(of, "x")
    of.child("x")
    list(of.items("x"))
    of.text("x").encode()
