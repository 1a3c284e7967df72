"""Dates, shares and intervals as people write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dashboards.pages.deputy import finding_cells
from dashboards.parts import words
from dashboards.parts.choose import natural


def at(text):
    return datetime.fromisoformat(text)


def plain(text):
    return text.replace(words.NBSP, " ")


@pytest.mark.parametrize(
    ("after", "by", "verdict", "text"),
    [
        ("2025-10-12T23:50", "2025-10-13T07:00", "late", "внесено между 23:50 12.10 и 07:00 13.10"),
        (None, "2025-10-13T07:00", "undetermined", "внесено до 07:00 13.10"),
        ("2025-10-13T14:59:59", "2025-10-13T15:00", "late", "внесено в 15:00 13.10"),
        (None, None, "missing", "на 23:50 24.10 нет"),
        (None, None, "violated", "на 23:50 24.10 нет"),
        (None, None, "undetermined", ""),
    ],
)
def test_when_it_was_entered(after, by, verdict, text):
    moments = [at(each) if each else None for each in (after, by)]
    assert plain(words.entered(*moments, verdict, at("2025-10-24T23:50"))) == text


@pytest.mark.parametrize(
    ("low", "high", "verdict", "text"),
    [
        (15, 15, "late", "на 15 мин позже срока"),
        (0, 430, "late", "позже срока, не более чем на 7 ч 10 мин"),
        (15, 430, "late", "позже срока на 15 мин – 7 ч 10 мин"),
        (1500, None, "missing", "срок прошёл 1 дн. 1 ч назад"),
        (None, None, "missing", ""),
        (5, 9, "in_time", ""),
    ],
)
def test_how_much_later(low, high, verdict, text):
    assert plain(words.delay(low, high, verdict)) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.5, "50 %"), (0.999, "99 %"), (1, "100 %"), (0.001, "<1 %"), (0, "0 %"), (None, "–")]
)
def test_a_share_never_claims_all_or_nothing(share, text):
    assert plain(words.percent(share)) == text


def test_bounds_are_one_number_where_they_agree():
    assert plain(words.bounds(0.78, 0.91)) == "78–91 %"
    assert plain(words.bounds(0.78, 0.78)) == "78 %"
    assert words.bounds(None, 0.5) == "–"


def test_weeks_and_due_times():
    assert words.week(date(2025, 10, 20)) == "20–26.10"
    assert words.week(date(2025, 9, 29)) == "29.09–05.10"
    assert words.due(at("2025-10-24T23:59:59")) == "до конца дня 24.10"
    assert plain(words.due(at("2025-10-24T15:15"))) == "до 15:15 24.10"


@pytest.mark.parametrize(
    ("n", "text"), [(1, "1 строка"), (3, "3 строки"), (11, "11 строк"), (21, "21 строка"), (112, "112 строк")]
)
def test_counted(n, text):
    assert plain(words.counted(n, "строка|строки|строк")) == text


def test_numbers_in_russian():
    assert plain(words.number(1234.5, 1)) == "1 234,5"


def test_words_never_blame():
    said = " ".join(
        words.verdict(each) for each in ("late", "missing", "undetermined", "violated", "no_data", "excused")
    )
    assert "наруш" not in said
    assert words.verdict("late", "больничный") == "не учтено: больничный"


def test_classes_stand_in_natural_order():
    assert sorted(["10А", "2Б", "2А", "класс не указан"], key=natural) == ["2А", "2Б", "10А", "класс не указан"]


@pytest.mark.parametrize(("clause", "basis"), [("п. 2.7", "п. 2.7"), ("", "Ориентир программы; в положении не указан")])
def test_what_nobody_has_set_is_never_called_the_school_s(clause, basis):
    blank = dict.fromkeys(
        ("lesson_number", "due_at", "excuse", "quote", "delay_min_low", "delay_min_high", "pupil_name")
    )
    row = blank | {
        "clause": clause, "date": date(2025, 10, 26), "class_name": "7А", "subject_name": "алгебра",
        "severity": "remark", "teacher_name": "Иванова А. П.", "finding": "1 отметка при норме 3",
        "verdict": "violated", "status": "violated", "finding_id": "marks_below_norm:k",
    }  # fmt: skip
    assert finding_cells(row)[5].html == basis
