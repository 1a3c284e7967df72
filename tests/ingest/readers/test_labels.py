"""Printed labels: classes, subjects, people, dates, months, periods."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import labels


@pytest.mark.parametrize(
    "text", ["9Б", "9 Б", "9б", "9 «б»", '9 "Б"', "9-Б", "9 – Б", "9.Б", " 9\xa0Б ", "9Б класс", "класс 9 Б", "09Б"]
)
def test_a_class_is_one_label_however_it_is_written(text: str) -> None:
    assert labels.class_label(text) == labels.ClassLabel("9Б", 9, "Б")


@pytest.mark.parametrize(
    ("text", "class_id", "grade", "letter"),
    [("8A", "8А", 8, "А"), ("11", "11", 11, ""), ("10И1", "10И1", 10, "И1"), ("", "", None, ""),
     ("Хор", "ХОР", None, ""), ("99Б", "99Б", None, "")],
)  # fmt: skip
def test_other_class_labels(text: str, class_id: str, grade: int | None, letter: str) -> None:
    assert labels.class_label(text) == labels.ClassLabel(class_id, grade, letter)


@given(st.text(max_size=20))
def test_a_class_label_read_twice_is_the_same(text: str) -> None:
    once = labels.class_label(text).class_id
    assert labels.class_label(once).class_id == once


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert labels.subject_id(labels.subject_id(text)) == labels.subject_id(text)


def test_subjects() -> None:
    assert labels.subject_id("Ин.яз./Английский  язык") == "ин.яз./английский язык"
    assert labels.subject_id("Xимия") == "химия"  # Latin X
    assert labels.subject_id("Счёт") == "счет"
    assert labels.subject_id("English") == "english"


def test_people() -> None:
    assert labels.person_name(" Семёнов\xa0 Пётр ") == "семенов петр"
    assert labels.name_parts("Пробный Иван") == ("Пробный", "Иван", None)
    assert labels.name_parts("Мамедов Али Вагиф оглы") == ("Мамедов", "Али", "Вагиф оглы")
    assert labels.name_parts("") == ("", None, None)


@pytest.mark.parametrize("name", ["Пробный Е.Ю.", "Пробный Е. Ю.", "Пробный\xa0Е.Ю", "Пробный  Е.  Ю"])
def test_two_initials_are_two_names(name: str) -> None:
    last, first, middle = labels.name_parts(name)
    assert (last, first, middle and middle.rstrip(".")) == ("Пробный", "Е.", "Ю")
    assert labels.name_parts("Пробный Е.") == ("Пробный", "Е.", None)


@pytest.mark.parametrize(
    ("text", "day"),
    [("1.09.21", date(2021, 9, 1)), ("01.09.2026", date(2026, 9, 1)), ("2026-09-01", date(2026, 9, 1)),
     ("31.02.2026", None), ("1.13.21", None), ("1.09", None), ("1.09.221", None), ("", None)],
)  # fmt: skip
def test_printed_days(text: str, day: date | None) -> None:
    assert labels.printed_day(text) == day


@pytest.mark.parametrize(
    "text",
    ["с 1.09.21 по 30.10.21", "с 01.09.2021 по 30.10.2021", "с\xa01.09.2021 г. по 30.10.2021 г.", "1.09.21 - 30.10.21",
     "С 1.09.21 ПО 30.10.21"],
)  # fmt: skip
def test_printed_ranges(text: str) -> None:
    assert labels.printed_range(text) == (date(2021, 9, 1), date(2021, 10, 30))


def test_a_range_never_runs_backwards() -> None:
    assert labels.printed_range("с 30.10.21 по 1.09.21") is None


@pytest.mark.parametrize(
    "text",
    ["Состояние на14.11.21 19:10:10", "Состояние на 14.11.2021 19:10:10", "состояние\xa0на 14.11.21, 19:10:10",
     "x Состояние на 14.11.21 19:10:10 y"],
)  # fmt: skip
def test_the_moment_of_the_print(text: str) -> None:
    assert labels.taken_at(text) == datetime.fromisoformat("2021-11-14 19:10:10")


def test_no_moment() -> None:
    assert labels.taken_at("Состояние на 14.11.21") is None
    assert labels.taken_at("Состояние на 32.11.21 19:10:10") is None
    assert labels.taken_at("Состояние на 14.11.21 25:10:10") is None


@pytest.mark.parametrize(
    ("text", "year"),
    [("2021/2022", "2021/2022"), ("2021-2022 уч. год", "2021/2022"), ("2021/22", "2021/2022"), ("2021 / 2023", ""),
     ("2021", ""), ("", "")],
)  # fmt: skip
def test_academic_years(text: str, year: str) -> None:
    assert labels.academic_year(text) == year


@pytest.mark.parametrize(
    ("text", "month"),
    [("Сентябрь", (9, None)), ("СЕНТЯБРЬ 2026", (9, 2026)), ("сент.", (9, None)), ("мая", (5, None)),
     ("марта", (3, None)), ("Предмет", None), ("ма", None), ("", None)],
)  # fmt: skip
def test_months(text: str, month: tuple[int, int | None] | None) -> None:
    assert labels.month_of(text) == month


def test_years_of_months_come_from_the_range_first() -> None:
    printed = (date(2024, 12, 1), date(2025, 2, 28))
    assert labels.month_years([12, 1, 2], "", printed) == [2024, 2025, 2025]
    assert labels.month_years([9, 12, 1, 5], "2021/2022", None) == [2021, 2021, 2022, 2022]
    assert labels.month_years([8, 9], "2021/2022", None) == [2021, 2021]
    assert labels.month_years([5, 6, 8], "2021/2022", None) == [2022, 2022, 2022]
    assert labels.month_years([9], "", None) is None


@pytest.mark.parametrize(
    ("text", "period_id"),
    [("Средн. оценка 1 триместр", "trimester-1"), ("2 Четверть", "quarter-2"), ("II полугодие", "half_year-2"),
     ("Итог.оценка 3-я четверть", "quarter-3"), ("iv четверть", "quarter-4"), ("5 четверть", None),
     ("4 триместр", None), ("Средняя оценка", None), ("2021 четверть", None)],
)  # fmt: skip
def test_named_periods(text: str, period_id: str | None) -> None:
    period = labels.named_period(text)
    assert (period.period_id if period else None) == period_id


@pytest.mark.parametrize(
    ("first", "last", "period_id"),
    [
        (date(2021, 9, 1), date(2021, 9, 30), None),
        (date(2021, 9, 1), date(2021, 10, 30), "quarter-1"),
        (date(2021, 11, 8), date(2021, 12, 28), "quarter-2"),
        (date(2022, 1, 10), date(2022, 3, 20), "quarter-3"),
        (date(2025, 3, 24), date(2025, 5, 24), "quarter-4"),
        (date(2026, 9, 1), date(2026, 11, 30), "trimester-1"),
        (date(2026, 12, 1), date(2027, 2, 28), "trimester-2"),
        (date(2027, 3, 1), date(2027, 5, 31), "trimester-3"),
        (date(2026, 9, 1), date(2026, 12, 30), "half_year-1"),
        (date(2027, 1, 11), date(2027, 5, 31), "half_year-2"),
        (date(2026, 9, 1), date(2027, 5, 31), "year-1"),
    ],
)
def test_a_period_is_guessed_from_its_range(first: date, last: date, period_id: str | None) -> None:
    period = labels.range_period(first, last)
    assert (period.period_id if period else None) == period_id


@given(st.text())
def test_no_text_breaks_the_labels(text: str) -> None:
    for read in (labels.printed_day, labels.printed_range, labels.taken_at, labels.academic_year, labels.month_of,
                 labels.named_period, labels.name_parts, labels.person_name):  # fmt: skip
        read(text)
