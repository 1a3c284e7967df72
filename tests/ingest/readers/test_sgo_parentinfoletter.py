"""Сетевой Город parentinfoletter: numbers of marks, means, sums, marks for a period, cut and mixed files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import sgo_parentinfoletter as reader
from ingest.reading import Reading, UnreadableExportError
from ingest.registry import reader_for
from tests.ingest.readers.layouts import Total, export
from tests.ingest.readers.layouts_sgo import Letter
from tests.ingest.readers.readings import everything, faults, rows, stated

SUBJECTS = {
    "Алгебра": ("2", "1", "0", "1", "4"),
    "Ин.яз./Английский язык": ("5", "3", "", "0", "4,63"),
    "Музыка": ("0", "0", "0", "0", ""),
}
LETTER = Letter(subjects=SUBJECTS, sums=("7", "4", "0", "1", "4,42"))
PAGE = LETTER.v50()
COLUMNS = ("subject_id", "period_id", "mean", "n_marks", "computed", "deleted")


def read(page: str | bytes) -> Reading:
    given_export = export(page)
    assert reader.recognise(given_export)
    assert reader_for(given_export) is reader
    return reader.read(given_export)


def test_means_and_how_many_marks_they_are_of() -> None:
    reading = read(PAGE)
    assert rows(reading, "reported_averages", *COLUMNS) == [
        ("алгебра", "quarter-1", 4.0, 4, 4.0, False),
        ("ин.яз./английский язык", "quarter-1", 4.63, 8, 4.625, False),
        ("музыка", "quarter-1", None, 0, None, True),
    ]
    assert set(rows(reading, "reported_averages", "printed_in", "class_id", "date_from", "date_to")) == {
        ("parentinfoletter", "9Б", date(2025, 9, 1), date(2025, 10, 26))
    }
    assert (reading.school_name, reading.taken_at) == ("МБОУ СОШ № 0", datetime.fromisoformat("2025-11-14 19:10:10"))
    assert (reading.rejected, reading.warnings) == ([], [])


def test_no_single_mark_is_made_up() -> None:
    for page in (PAGE, replace(LETTER, final="").v556()):
        reading = read(page)
        assert not {"marks", "lessons", "attendance", "assignments", "period_marks"} & reading.tables.keys()
        assert {one.table for one in reading.statements} == {"reported_averages"}
        (told,) = stated(reading, "reported_averages")
        assert (told.complete, told.date_from, told.date_to) == (True, date(2025, 9, 1), date(2025, 10, 26))


@pytest.mark.parametrize(
    ("title", "period_id"),
    [("Оценка за период", "quarter-1"), ("Итог. оценка", "quarter-1"), ("Оценка за 1 триместр", "trimester-1")],
)
def test_a_mark_for_the_period_where_a_column_prints_it(title: str, period_id: str) -> None:
    subjects = {name: (*texts, mark) for (name, texts), mark in zip(SUBJECTS.items(), ("4", "5", ""), strict=True)}
    letter = replace(LETTER, subjects=subjects, sums=(*LETTER.sums, ""), final=title)
    for page in (letter.v50(), replace(letter, two_rows=False).v556()):
        reading = read(page)
        assert rows(reading, "period_marks", "subject_id", "kind", "period_id", "value", "deleted") == [
            ("алгебра", "period", period_id, "4", False),
            ("ин.яз./английский язык", "period", period_id, "5", False),
            ("музыка", "period", period_id, "", True),
        ]
        assert stated(reading, "period_marks")[0].complete


def test_a_second_mean_of_the_same_period_is_told_and_left_out() -> None:
    subjects = {name: (*texts, "3") for name, texts in SUBJECTS.items()}
    reading = read(replace(LETTER, subjects=subjects, sums=(*LETTER.sums, ""), final="Средняя за период").v50())
    assert rows(reading, "reported_averages", "mean") == [4.0, 4.63, None]
    assert [one.raw for one in reading.warnings] == ["Средняя за период"]


def test_means_of_two_periods_are_not_checked_against_one_set_of_numbers() -> None:
    subjects = {name: (*texts, "3") for name, texts in SUBJECTS.items()}
    reading = read(replace(LETTER, subjects=subjects, sums=(*LETTER.sums, ""), final="Средняя 2 четверть").v50())
    assert rows(reading, "reported_averages", "period_id", "mean", "n_marks")[:2] == [
        ("quarter-1", 4.0, None), ("quarter-2", 3.0, None),
    ]  # fmt: skip
    assert reading.warnings == []


def test_a_second_mean_named_as_the_range_already_is() -> None:
    subjects = {name: (*texts, "3") for name, texts in SUBJECTS.items()}
    reading = read(replace(LETTER, subjects=subjects, sums=(*LETTER.sums, ""), final="Средняя 1 четверть").v50())
    assert rows(reading, "reported_averages", "mean") == [4.0, 4.63, None]
    assert [one.raw for one in reading.warnings] == ["Средняя 1 четверть"]


@pytest.mark.parametrize(
    ("texts", "agrees"),
    [(("1", "1", "0", "0", "4,5"), True), (("5", "3", "0", "0", "4,63"), True), (("5", "3", "0", "0", "4,62"), False),
     (("1", "", "-", "0", "5"), True), (("1", "0", "0", "0", ""), False), (("0", "0", "0", "0", "4"), False),
     (("0", "0", "0", "0", "0"), True), (("2", "1", "0", "0", "4.67"), True)],
)  # fmt: skip
def test_the_mean_is_checked_against_the_numbers(texts: tuple[str, ...], agrees: bool) -> None:
    reading = read(Letter(subjects={"Алгебра": texts}).v50())
    assert [(one.table, one.address) for one in reading.warnings] == (
        [] if agrees else [("reported_averages", "отчёт 1, «Алгебра»")]
    )
    assert reading.rejected == []


@pytest.mark.parametrize("sums", [("7", "4", "0", "2", "4"), ("0", "0", "0", "0", "")])
def test_sums_that_differ_are_told(sums: tuple[str, ...]) -> None:
    reading = read(replace(LETTER, sums=sums).v50())
    assert [one.reason for one in reading.warnings] == ["Итоги письма не равны суммам строк"]
    assert len(rows(reading, "reported_averages")) == 3


@pytest.mark.parametrize("name", ["", "Всего:", "Итого по предметам", "ИТОГО"])
def test_the_row_of_sums_is_no_subject(name: str) -> None:
    reading = read(PAGE.replace("<td>Итого</td>", f"<td>{name}</td>"))
    assert len(rows(reading, "subjects")) == 3
    assert (reading.rejected, reading.warnings) == ([], [])


def test_a_letter_without_sums_is_read() -> None:
    assert len(rows(read(replace(LETTER, sums=()).v50()), "reported_averages")) == 3


@pytest.mark.parametrize(
    ("texts", "told"),
    [(("1", "много", "0", "0", "5"), "Количество"), (("1", "-1", "0", "0", "5"), "Количество"),
     (("1", "0", "0", "0", "пять"), "Средняя")],
)  # fmt: skip
def test_a_row_that_is_not_understood_is_put_aside(texts: tuple[str, ...], told: str) -> None:
    reading = read(replace(LETTER, subjects=SUBJECTS | {"Химия": texts}).v50())
    assert faults(reading) == [("reported_averages", "отчёт 1, «Химия»")]
    assert told in reading.rejected[0].reason
    assert not stated(reading, "reported_averages")[0].complete
    assert rows(reading, "reported_averages", "subject_id")[:3] == ["алгебра", "ин.яз./английский язык", "музыка"]


def test_a_row_without_a_subject_is_put_aside() -> None:
    reading = read(PAGE.replace("<td>Алгебра</td>", "<td></td>"))
    assert faults(reading) == [("reported_averages", "отчёт 1, строка 1")]
    assert len(rows(reading, "reported_averages")) == 2


def test_a_subject_twice_with_different_means_is_told() -> None:
    reading = read(PAGE.replace("Ин.яз./Английский язык", "Алгебра"))
    assert [one.table for one in reading.warnings] == ["subjects"]
    assert faults(reading) == [("reported_averages", "отчёт 1, «Алгебра»")]


SAME = {
    "5.56": LETTER.v556().encode(),
    "one row": replace(LETTER, two_rows=False).v50().encode(),
    "windows-1251": PAGE.replace("charset=utf-8", "").encode("windows-1251"),
    "no tbody": PAGE.replace("<tbody>", "").replace("</tbody>", "").encode(),
    "four digits": replace(LETTER, period="с 1.09.2025 по 26.10.2025").v50().encode(),
    "quoted": PAGE.replace("<th>5<", "<th>«5»<").encode(),
    "capitals": PAGE.replace("Информационное", "ИНФОРМАЦИОННОЕ").encode(),
}


@pytest.mark.parametrize("page", SAME.values(), ids=SAME.keys())
def test_harmless_differences_change_nothing(page: bytes) -> None:
    reading, plain = read(page), read(PAGE)
    assert {name: frame.to_dicts() for name, frame in reading.tables.items()} == {
        name: frame.to_dicts() for name, frame in plain.tables.items()
    }
    assert reading.people == plain.people
    assert (reading.rejected, reading.warnings) == ([], [])


def test_letters_glued_together() -> None:
    other = replace(LETTER, pupil="Опытова Вера")
    for page in (PAGE + other.v50(), LETTER.v556() + other.v556()):
        reading = read(page)
        assert len(reading.people) == 2
        assert len(rows(reading, "reported_averages")) == 6
        assert reading.warnings == []


@pytest.mark.parametrize("page", [PAGE, LETTER.v556()], ids=["5.0", "5.56"])
def test_a_page_cut_anywhere_is_never_half_read(page: str) -> None:
    data = page.encode()
    end = data.index("Состояние на".encode()) + len("Состояние на 14.11.25".encode())
    refused = 0
    for length in range(0, end, 7):
        cut = export(data[:length])
        if reader.recognise(cut):
            refused += 1
            with pytest.raises(UnreadableExportError) as problem:
                reader.read(cut)
            assert problem.value.advice
            assert "Пробный" not in problem.value.reason
    assert refused > 50


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (PAGE.replace("Состояние на", ""), "Состояние на"),
        (PAGE.replace("<td>2</td>", "", 1), "не столько ячеек"),
        (PAGE.replace("<th>2</th>", "<th>1</th>"), "столбцы отчёта изменены"),
        (PAGE.replace("Средняя оценка", "Вес"), "столбцы отчёта изменены"),
        (PAGE.replace("Ученик:", "Кто:"), "не назван ученик"),
        (Letter(sums=LETTER.sums).v50(), "ни одного предмета"),
        (PAGE + Total({"Алгебра": ({}, "")}).v50(), "разных видов"),
        (Total({"Алгебра": ({}, "")}).v50() + PAGE, "разных видов"),
    ],
)
def test_a_damaged_page_says_what_is_wrong(page: str, reason: str) -> None:
    with pytest.raises(UnreadableExportError, match=reason):
        read(page)


def test_no_photo_leaves_the_reader() -> None:
    assert "R0lGOD" not in everything(read(LETTER.v556()))


COUNTS = st.tuples(*[st.integers(0, 40)] * 4).filter(any)
NAMES = st.sampled_from(["Алгебра", "Химия", "Физика", "История"])


@given(st.dictionaries(NAMES, COUNTS, min_size=1), st.booleans(), st.booleans())
def test_what_is_written_is_read_back(counts: dict[str, tuple[int, ...]], newer: bool, two_rows: bool) -> None:
    subjects = {name: (*map(str, numbers), printed_mean(numbers)) for name, numbers in counts.items()}
    sums = (*(str(sum(one)) for one in zip(*counts.values(), strict=True)), "")
    letter = Letter(subjects=subjects, two_rows=two_rows, sums=sums)
    reading = read(letter.v556() if newer else letter.v50())
    assert dict(rows(reading, "reported_averages", "subject_id", "n_marks")) == {
        name.lower(): sum(numbers) for name, numbers in counts.items()
    }
    assert dict(rows(reading, "reported_averages", "subject_id", "as_printed")) == {
        name.lower(): texts[-1] for name, texts in subjects.items()
    }
    assert (reading.rejected, reading.warnings) == ([], [])


def printed_mean(numbers: tuple[int, ...]) -> str:
    """The mean as the journal prints it: two digits, half up, no zeros at the end, a comma."""
    whole, rest = divmod(sum(value * times for value, times in zip((5, 4, 3, 2), numbers, strict=True)), sum(numbers))
    hundredths = 100 * whole + (200 * rest + sum(numbers)) // (2 * sum(numbers))
    return f"{hundredths // 100},{hundredths % 100:02}".rstrip("0").rstrip(",")
