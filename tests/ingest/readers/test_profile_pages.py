"""Profiles made from the code of programs that read the files: pages of Дневник.ру, the Excel journal of ЭлЖур."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers.profiled import shipped
from ingest.reading import Export, Reading, UnreadableExportError
from tests.ingest.readers.profile_journals import DnevnikPage, eljur
from tests.ingest.readers.profile_tables import Tab, as_export, html, saved, xls, xlsx

JOURNAL, FINAL, ELJUR = map(
    shipped.named, ("dnevnik_ru__journal_page", "dnevnik_ru__final_page", "eljur__view_journal")
)
PAGE = DnevnikPage(
    [(9, 2), (9, 2), (9, 9), (1, 13)],
    {
        "Пробный Иван": (101, [("Н", ""), ("", "5/4"), ("Б", "3+"), ("", "")]),
        "Опытова Вера": (102, [("", "4"), ("О", "5"), ("", ""), ("П", "")]),
    },
)


def chosen(given_: Export) -> Any:
    return shipped.choose(shipped.shipped(), given_)


def read(page: DnevnikPage, name: str = "7А Алгебра.html") -> Reading:
    given_ = as_export(page.markup().encode(), name)
    reader = chosen(given_)
    assert reader is not None
    return reader.read(given_)


def rows(reading: Reading, table: str, *names: str) -> list[Any]:
    frame = reading.tables.get(table)
    return [] if frame is None else frame.select(names).rows()


# Дневник.ру


def test_a_page_tells_dates_in_ids_and_people_in_links() -> None:
    reading = read(PAGE)
    ids = ["7А|алгебра|2025-09-02|1", "7А|алгебра|2025-09-02|2", "7А|алгебра|2025-09-09|1", "7А|алгебра|2026-01-13|1"]
    assert rows(reading, "lessons", "lesson_id", "evidence") == [(one, "stated") for one in ids]
    pupils = [one for one in reading.people if one.role == "pupil"]
    assert [(one.full_name, one.external_id) for one in pupils] == [
        ("пробный иван", "dnevnik_ru:101"), ("опытова вера", "dnevnik_ru:102"),
    ]  # fmt: skip
    first, second = (one.placeholder for one in pupils)
    assert rows(reading, "marks", "lesson_id", "pupil_id", "value", "kind") == [
        (ids[1], first, "5", "current"), (ids[1], first, "4", "second_criterion"), (ids[2], first, "3+", "current"),
        (ids[0], second, "4", "current"), (ids[1], second, "5", "current"),
    ]  # fmt: skip
    assert rows(reading, "attendance", "lesson_id", "pupil_id", "code") == [
        (ids[0], first, "Н"), (ids[2], first, "Б"), (ids[1], second, "О"), (ids[3], second, "П"),
    ]  # fmt: skip
    assert [one.full_name for one in reading.people if one.role == "teacher"] == ["образцова анна петровна"]
    assert not reading.rejected
    assert not reading.warnings
    assert {one.complete for one in reading.statements if one.table == "marks"} == {True}


def test_a_saved_page_reads_the_same() -> None:
    given_ = as_export(saved(PAGE.markup()), "7А Алгебра.mhtml")
    assert chosen(given_) is JOURNAL
    other = JOURNAL.read(given_)
    usual = read(PAGE)
    assert other.people == usual.people
    assert {name: frame.rows() for name, frame in other.tables.items()} == {
        name: frame.rows() for name, frame in usual.tables.items()
    }


def test_the_class_is_asked_for_and_never_guessed() -> None:
    assert set(rows(read(replace(PAGE, klass="8Б"), "страница.html"), "lessons", "class_id")) == {("8Б",)}
    with pytest.raises(UnreadableExportError, match="не назван класс"):
        read(PAGE, "страница.html")


def test_of_several_teachers_nobody_is_named() -> None:
    reading = read(replace(PAGE, teachers=("Образцова Анна Петровна", "Примерная Ольга Ивановна")))
    assert "teacher" not in {one.role for one in reading.people}


def test_the_final_page_has_marks_of_periods_and_of_the_year() -> None:
    page = DnevnikPage(
        [],
        {
            "Пробный Иван": (101, [("", mark) for mark in ("5", "4", "", "5", "5", "4", "5")]),
            "Опытова Вера": (102, [("", mark) for mark in ("3", "н/а", "3", "3", "3", "", "3")]),
        },
        titles=("1 четв.", "2 четв.", "3 четв.", "4 четв.", "Год", "Год", "Год"),
    )
    given_ = as_export(page.markup().encode(), "7А.html")
    assert chosen(given_) is FINAL
    live = FINAL.read(given_).tables["period_marks"].filter(~pl.col("deleted"))
    assert live.select("kind", "period_id", "value").rows() == [
        ("period", "quarter-1", "5"), ("period", "quarter-2", "4"), ("period", "quarter-4", "5"), ("year", "", "5"),
        ("exam", "", "4"), ("final", "", "5"), ("period", "quarter-1", "3"), ("period", "quarter-2", "н/а"),
        ("period", "quarter-3", "3"), ("period", "quarter-4", "3"), ("year", "", "3"), ("final", "", "3"),
    ]  # fmt: skip
    assert "marks" not in FINAL.read(given_).tables


def test_other_pages_and_cut_ones_are_not_taken() -> None:
    assert chosen(as_export(PAGE.markup().replace("header_journal", "header").encode())) is None
    cut = as_export(PAGE.markup().encode()[:-60], "7А.html")
    assert chosen(cut) in {None, JOURNAL, FINAL}
    with pytest.raises(UnreadableExportError):
        JOURNAL.read(cut)
    assert chosen(as_export(html(Tab([["а", "б", "в"], ["г", "д", "е"]])))) is None


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["", "Н", "Б", "О", "П"]), st.lists(st.integers(1, 5), max_size=2)),
             min_size=3, max_size=3), st.sets(st.integers(0, 250), min_size=3, max_size=3),
)  # fmt: skip
def test_a_random_page_is_read_back(cells: list[tuple[str, list[int]]], offsets: set[int]) -> None:
    days = [date(2025, 9, 1) + timedelta(days=offset) for offset in sorted(offsets)]
    page = DnevnikPage(
        [(day.month, day.day) for day in days],
        {"Пробный Иван": (7, [(code, "/".join(map(str, marks))) for code, marks in cells])},
    )
    reading = read(page)
    assert rows(reading, "lessons", "date") == [(day,) for day in days]
    assert [value for (value,) in rows(reading, "marks", "value")] == [str(m) for _, marks in cells for m in marks]
    assert [code for (code,) in rows(reading, "attendance", "code")] == [code for code, _ in cells if code]


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["C"]), max_size=30), st.text(max_size=30))
def test_no_text_of_a_page_crashes_it(name: str, mark: str) -> None:
    page = replace(PAGE, rows={name or "Пробный Иван": (1, [("", mark.replace("<", ""))] * 4)}, subject=name or "А")
    try:
        reading = read(page)
    except UnreadableExportError as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert refused.reason
        assert refused.advice
        return
    assert all(one.address for one in reading.rejected)


# ЭлЖур

DAYS = [date(2025, 9, 2), date(2025, 9, 9), date(2025, 10, 7), date(2026, 1, 13)]
TAB = eljur(
    DAYS,
    {"Алгебра": ["5✕2", "н", "4 3", None, 4.25], "Химия": [None, "оп 5", "", "4✕3", 4.5], "Физкультура": [None] * 5},
    summary=("Средний балл",),
)


def test_the_excel_journal_is_recognised_by_dates_and_marks() -> None:
    given_ = as_export(xls(TAB), "Пробный Иван 7А.xls")
    assert chosen(given_) is ELJUR
    reading = ELJUR.read(given_)
    assert rows(reading, "marks", "lesson_id", "value", "weight") == [
        ("7А|алгебра|2025-09-02|1", "5", 2.0), ("7А|алгебра|2025-10-07|1", "4", None),
        ("7А|алгебра|2025-10-07|1", "3", None), ("7А|химия|2025-09-09|1", "5", None),
        ("7А|химия|2026-01-13|1", "4", 3.0),
    ]  # fmt: skip
    assert rows(reading, "attendance", "lesson_id", "code") == [
        ("7А|алгебра|2025-09-09|1", "н"), ("7А|химия|2025-09-09|1", "оп"),
    ]  # fmt: skip
    assert [(one.full_name, one.class_id, one.academic_year) for one in reading.people] == [
        ("пробный иван", "7А", "2025/2026")
    ]
    assert set(rows(reading, "lessons", "evidence")) == {("inferred",)}
    assert not any(one.complete for one in reading.statements)
    assert rows(reading, "reported_averages", "mean") == [(4.25,), (4.5,)]


def test_marks_without_a_date_are_rejected_and_not_guessed() -> None:
    tab = eljur(DAYS, {"Алгебра": ["5", "4", "3", "5"]})
    tab.rows[2][2] = None
    reading = ELJUR.read(as_export(xls(tab), "Пробный Иван 7А.xls"))
    assert [(one.raw, one.address) for one in reading.rejected if one.table == "marks"] == [
        ("4", "лист «Лист1», ячейка C4")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tab", "write"),
    [(TAB, xlsx), (eljur(DAYS, {"Алгебра": ["кабинет", "отпуск", "заявка", "нет"]}), xls),
     (Tab([["Прайс"], ["Товар", "Цена"], ["Мел", 5.0], ["Доска", 4.0]]), xls)],
    ids=["xlsx", "no marks", "no dates"],
)  # fmt: skip
def test_other_workbooks_are_not_taken_for_it(tab: Tab, write: Any) -> None:
    assert chosen(as_export(write(tab), "Пробный Иван 7А.xls")) is not ELJUR


def test_without_a_name_or_a_class_it_is_refused() -> None:
    with pytest.raises(UnreadableExportError, match="не назван ученик"):
        ELJUR.read(as_export(xls(TAB), "выгрузка.xls"))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=4, max_size=4))
def test_random_weights_are_read_back(cells: list[tuple[int, int]]) -> None:
    tab = eljur(DAYS, {"Алгебра": [f"{mark}✕{weight}" if weight else str(mark) for mark, weight in cells]})
    reading = ELJUR.read(as_export(xls(tab), "Пробный Иван 7А.xls"))
    assert rows(reading, "marks", "value", "weight") == [
        (str(mark), float(weight) if weight else None) for mark, weight in cells
    ]
