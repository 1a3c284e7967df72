"""БАРС: summaries of a term, final marks, diaries new and old, homework, the class, and all that can be wrong."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import bars
from ingest.readers.json_records import DISAGREES
from ingest.reading import Export, Reading, UnreadableExportError
from ingest.registry import reader_for
from tests.ingest.readers.json_layouts_bars import (
    MANIFEST,
    QUARTER,
    class_info,
    homework,
    lesson,
    mark,
    mean,
    old_lesson,
    old_week,
    person,
    scheduled,
    subject,
    summary,
    totals,
    week,
)
from tests.ingest.readers.json_layouts_sgo import packed
from tests.ingest.readers.readings import everything, faults, rows, stated

MONDAY = date(2026, 11, 16)
TUESDAY = MONDAY + timedelta(days=1)
NAME = "пробный иван ильич"
TERMS = {"1_1": "1 Четверть", "1_2": "2 Четверть", "4_1": "Годовая", "4_2": "Экзаменационная", "4_3": "Итоговая"}


def read(*answers: Any, **about: Any) -> Reading:
    files = {f"ответ {place}.json": answer for place, answer in enumerate(answers)}
    export = packed(files | {"manifest.json": MANIFEST | about})
    assert reader_for(export) is bars
    return bars.read(export)


# The summary of a term


@pytest.mark.parametrize("wrapped", [True, False], ids=["wrapped", "bare, as in 2018"])
def test_a_summary_of_a_term_is_read(wrapped: bool) -> None:
    reading = read(
        summary(
            subject("Алгебра", mark(MONDAY, "5"), mark(TUESDAY, "4-", "Контрольная работа")),
            subject("Русский язык", mark(MONDAY, "3")),
            dates=[date(2026, 11, 9), MONDAY, date(2026, 12, 30)],
            wrapped=wrapped,
        )
    )
    assert rows(reading, "marks", "lesson_id", "value", "kind", "work_type") == [
        ("7А|алгебра|2026-11-16|1", "5", "current", "bars:работа на уроке"),
        ("7А|алгебра|2026-11-17|1", "4-", "current", "bars:контрольная работа"),
        ("7А|русский язык|2026-11-16|1", "3", "current", "bars:работа на уроке"),
    ]
    assert rows(reading, "work_types", "name", "is_control") == [
        ("Работа на уроке", False), ("Контрольная работа", True),
    ]  # fmt: skip
    assert rows(reading, "lessons", "class_id", "subject_id", "date", "evidence")[0] == (
        "7А", "алгебра", MONDAY, "inferred",
    )  # fmt: skip
    columns = ("subject_id", "period_id", "mean", "n_marks", "as_printed", "computed")
    assert rows(reading, "reported_averages", *columns) == [
        ("алгебра", "quarter-2", 4.5, 2, "4.50", 4.5), ("русский язык", "quarter-2", 3.0, 1, "3.00", 3.0),
    ]  # fmt: skip
    (one,) = stated(reading, "marks")
    assert (one.date_from, one.date_to, one.complete) == (date(2026, 11, 9), date(2026, 12, 30), True)
    assert one.pupil_id == rows(reading, "pupils", "pupil_id")[0]
    assert (reading.school_id, reading.taken_at) == ("s1", datetime(2026, 12, 1, 18))
    assert [(who.full_name, who.class_id, who.academic_year) for who in reading.people] == [(NAME, "7А", "2026/2027")]
    assert not reading.warnings
    assert not reading.rejected


def test_several_entries_of_a_day_are_several_marks_and_equal_ones_stay_apart() -> None:
    reading = read(summary(subject("Алгебра", *(mark(MONDAY, value) for value in ("5", "5", "4", "5")))))
    assert rows(reading, "marks", "value", "ordinal") == [("5", 1), ("5", 2), ("4", 3), ("5", 4)]
    assert len(set(rows(reading, "marks", "mark_id"))) == 4
    assert len(rows(reading, "lessons")) == 1


@pytest.mark.parametrize(
    ("text", "read_as", "kind", "counts"),
    [
        pytest.param('<span style="color:red">5</span>', ["5"], "current", None, id="markup"),
        pytest.param("4\u200b", ["4"], "current", None, id="invisible character"),
        pytest.param(5, ["5"], "current", None, id="a number"),
        pytest.param(".", ["."], "debt", False, id="a point"),
        pytest.param("зачёт", ["зач"], "current", False, id="a word"),
    ],
)
def test_a_mark_is_read_as_it_is_printed(text: Any, read_as: list[str], kind: str, counts: bool | None) -> None:
    reading = read(summary(subject("Алгебра", mark(MONDAY, text), mark(MONDAY, "5-"), average="")))
    assert rows(reading, "marks", "value") == [*read_as, "5-"]
    assert rows(reading, "marks", "kind", "counts_in_mean")[0] == (kind, counts)


def test_a_double_mark_is_two_marks_and_the_second_is_a_second_criterion() -> None:
    reading = read(summary(subject("Литература", mark(MONDAY, "5/4"), average="4.50")))
    assert rows(reading, "marks", "value", "kind") == [("5", "current"), ("4", "second_criterion")]
    assert not reading.warnings


def test_the_topic_behind_the_kind_of_work_is_kept_apart_and_its_absence_is_no_topic() -> None:
    reading = read(
        summary(subject("Алгебра", mark(MONDAY, "5", "Диктант: Дроби"), mark(TUESDAY, "5", "Диктант: нет темы")))
    )
    assert rows(reading, "marks", "work_type", "comment") == [("bars:диктант", "Дроби"), ("bars:диктант", None)]


@pytest.mark.parametrize(
    ("values", "printed", "agree"),
    [
        pytest.param("555544444", "4.44", True, id="rounded down"),
        pytest.param("5554" * 2, "4.75", True, id="exact"),
        pytest.param("55545444", "4.50", True, id="two digits"),
        pytest.param("55545444", "4.5", True, id="one digit, as newer servers write"),
        pytest.param("5" * 5 + "4" * 3, "4.63", True, id="half up: 4.625"),
        pytest.param("5" * 5 + "4" * 3, "4.62", False, id="half to even would be 4.62"),
        pytest.param("554", "4,67", True, id="a comma"),
        pytest.param("554", "4.7", True, id="rounded to what is printed"),
        pytest.param("554", "5", True, id="a whole number"),
        pytest.param("554", "4.5", False, id="marks are missing"),
        pytest.param("554", "0", False, id="no mean although there are marks"),
        pytest.param("", "4.5", False, id="a mean and no marks"),
        pytest.param("", "0.00", True, id="neither"),
        pytest.param("", "", True, id="nothing printed"),
    ],
)
def test_a_printed_mean_is_compared_with_the_marks(values: str, printed: str, agree: bool) -> None:
    marks = [mark(MONDAY + timedelta(days=place), value) for place, value in enumerate(values)]
    reading = read(summary(subject("Алгебра", *marks, average=printed), dates=[MONDAY]))
    assert [one.reason.startswith(DISAGREES) for one in reading.warnings] == ([] if agree else [True])
    assert not reading.rejected


def test_a_broken_mark_is_rejected_and_the_marks_are_then_not_whole() -> None:
    broken = summary(subject("Алгебра", mark(MONDAY, "5"), mark(TUESDAY, "7"), {"mark": "4", "date": "когда-то"}))
    reading = read(broken)
    assert rows(reading, "marks", "value") == ["5"]
    start = "ответ 0.json: summary_marks_data[0].discipline_marks[0].marks"
    assert faults(reading) == [("marks", f"{start}[1].mark"), ("marks", f"{start}[2].date")]
    assert not any(one.complete for one in stated(reading, "marks"))


def test_a_code_of_attendance_among_the_marks_is_attendance() -> None:
    reading = read(summary(subject("Алгебра", mark(MONDAY, "Н"), mark(TUESDAY, "5"), average="5.00")))
    assert rows(reading, "attendance", "code", "lesson_id") == [("Н", "7А|алгебра|2026-11-16|1")]
    assert rows(reading, "marks", "value") == ["5"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Алгебра", "Химия", "Ин. язык"]), st.integers(0, 20),
            st.sampled_from(["5", "4", "3", "2", "4-", "5+", "зач", "."]),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_what_is_written_is_read_back(entries: list[tuple[str, int, str]]) -> None:
    by_subject: dict[str, list[dict[str, Any]]] = {}
    for name, day, value in entries:
        by_subject.setdefault(name, []).append(mark(MONDAY + timedelta(days=day), value))
    reading = read(summary(*(subject(name, *marks) for name, marks in by_subject.items()), dates=[MONDAY]))
    lessons = {row["lesson_id"]: row for row in rows(reading, "lessons")}
    found = Counter(
        (lessons[row["lesson_id"]]["subject_id"], lessons[row["lesson_id"]]["date"], row["value"])
        for row in rows(reading, "marks")
    )
    assert found == Counter((name.lower(), MONDAY + timedelta(days=day), value) for name, day, value in entries)
    assert not reading.warnings, "the writer's means are the reader's"
    assert not reading.rejected


# Whose answers these are


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"a.json": summary(subject("Алгебра", mark(MONDAY, "5")))}, id="no manifest"),
        pytest.param({"a.json": summary(subject("Алгебра", mark(MONDAY, "5"))), "manifest.json": {"school_id": "s1"}},
                     id="a manifest without a person"),
        pytest.param({"a.json": summary(subject("Алгебра", mark(MONDAY, "5"))),
                      "manifest.json": {"school_id": "s1", "class": "7А"}}, id="no pupil"),
        pytest.param({"a.json": summary(subject("Алгебра", mark(MONDAY, "5"))),
                      "manifest.json": {"school_id": "s1", "pupil": "Пробный Иван"}}, id="no class"),
        pytest.param({"a.json": totals(TERMS, {"Химия": {"1_1": "5"}}), "manifest.json": {"class": "7А"}}, id="totals"),
        pytest.param({"a.json": week({MONDAY: [scheduled("Алгебра", 1)]})}, id="a timetable of no class"),
    ],
)  # fmt: skip
def test_answers_of_nobody_are_refused_with_advice(files: dict[str, Any]) -> None:
    with pytest.raises(UnreadableExportError) as refused:
        bars.read(packed(files))
    assert "не сказано" in refused.value.reason
    assert "manifest.json" in refused.value.advice
    assert '"pupil"' in refused.value.advice


@pytest.mark.parametrize("year", ["2026", "2026/2030", "позапрошлый"])
def test_a_manifest_with_a_wrong_school_year_is_refused(year: str) -> None:
    with pytest.raises(UnreadableExportError, match="academic_year"):
        read(summary(subject("Алгебра", mark(MONDAY, "5"))), academic_year=year)


@pytest.mark.parametrize("name", ["class", "class_name"])
def test_the_class_of_a_manifest_may_be_called_either_way(name: str) -> None:
    about = {"class": None, name: "8 «б»"}
    assert rows(read(summary(subject("Алгебра", mark(MONDAY, "5"))), **about), "lessons", "class_id") == ["8Б"]


def test_the_answer_about_the_person_says_whose_marks_and_which_school() -> None:
    files = {"a.json": summary(subject("Алгебра", mark(MONDAY, "5"))), "p.json": person(), "manifest.json": {}}
    reading = bars.read(packed(files))
    assert [(who.external_id, who.full_name, who.class_id) for who in reading.people] == [("bars:77", NAME, "7А")]
    assert reading.school_name == "МБОУ СОШ № 0"
    for secret in ("+7000", "ava.png", "Родитель"):
        assert secret not in everything(reading)


def test_marks_of_another_school_year_than_the_manifest_says_are_refused() -> None:
    with pytest.raises(UnreadableExportError, match="2018/2019"):
        read(summary(subject("Алгебра", mark(date(2018, 11, 14), "5"))))


def test_the_school_year_comes_from_the_days_where_the_manifest_is_silent() -> None:
    reading = read(summary(subject("Алгебра", mark(date(2019, 2, 14), "5"))), academic_year=None)
    assert rows(reading, "classes", "academic_year", "class_id") == [("2018/2019", "7А")]


# Final marks


@pytest.mark.parametrize("wrapped", [True, False], ids=["wrapped", "bare"])
def test_final_marks_are_read_and_nought_is_none(wrapped: bool) -> None:
    marks = {"Алгебра": {"1_1": "4", "1_2": "0", "4_1": "5", "4_2": "3", "4_3": "4"}, "Музыка": {"1_1": "зачёт"}}
    reading = read(totals(TERMS, marks, wrapped=wrapped))
    assert rows(reading, "period_marks", "subject_id", "kind", "period_id", "value", "deleted") == [
        ("алгебра", "period", "quarter-1", "4", False),
        ("алгебра", "period", "quarter-2", "", True),
        ("алгебра", "year", "", "5", False),
        ("алгебра", "exam", "", "3", False),
        ("алгебра", "final", "", "4", False),
        ("музыка", "period", "quarter-1", "зач", False),
    ]
    assert set(rows(reading, "period_marks", "academic_year")) == {"2026/2027"}
    assert [one.complete for one in stated(reading, "period_marks")] == [True]


def test_final_marks_of_the_old_interface_are_read() -> None:
    reading = read(
        {
            "success": True, "period": "", "period_types": ["1 Полугодие", "2 Полугодие", "Годовая"],
            "subjects": {"Русский язык": ["4", "0", "0"]}, "period_begin": "01.09.2026", "period_end": "31.05.2027",
        }
    )  # fmt: skip
    assert rows(reading, "period_marks", "kind", "period_id", "value", "deleted") == [
        ("period", "half_year-1", "4", False), ("period", "half_year-2", "", True), ("year", "", "", True),
    ]  # fmt: skip


def test_a_final_mark_that_is_none_or_of_an_unknown_term_is_rejected() -> None:
    reading = read(totals({"1_1": "1 Четверть", "9": "Практика"}, {"Алгебра": {"1_1": "99", "9": "5"}}))
    assert not rows(reading, "period_marks")
    assert [table for table, _ in faults(reading)] == ["period_marks", "period_marks"]
    assert [one.complete for one in stated(reading, "period_marks")] == [False]


def test_a_final_mark_of_no_school_year_is_rejected_with_advice() -> None:
    reading = read(totals(TERMS, {"Алгебра": {"1_1": "5"}}), academic_year=None, taken_at=None)
    assert not rows(reading, "period_marks")
    assert "academic_year" in reading.rejected[0].advice


# Days


def test_a_diary_is_read() -> None:
    reading = read(
        week(
            {
                MONDAY: [
                    lesson(
                        "Алгебра", 1, theme="Дроби", homework="<p>№&nbsp;5<br/>стр.\u200b 12</p>", mark="5",
                        mark_type="Контрольная работа", is_control_work=True,
                    ),
                    lesson("История", 2, attendance="Н", homework="не задано"),
                ],
                TUESDAY: [lesson("Алгебра", 1, attendance="Был")],
                TUESDAY + timedelta(days=5): None,
            }
        )
    )  # fmt: skip
    assert rows(reading, "lessons", "lesson_id", "lesson_number", "starts_at", "topic", "evidence") == [
        ("7А|алгебра|2026-11-16|1", 1, time(8, 30), "Дроби", "stated"),
        ("7А|история|2026-11-16|1", 2, time(9, 30), None, "stated"),
        ("7А|алгебра|2026-11-17|1", 1, time(8, 30), None, "stated"),
    ]
    assert rows(reading, "homework", "text", "none", "due_on") == [
        ("№ 5 стр. 12", None, MONDAY), ("не задано", True, MONDAY),
    ]  # fmt: skip
    assert rows(reading, "marks", "value", "work_type") == [("5", "bars:контрольная работа")]
    assert rows(reading, "assignments", "is_control") == [True]
    assert rows(reading, "attendance", "code", "lesson_id") == [("Н", "7А|история|2026-11-16|1")]
    assert rows(reading, "teachers", "last_name") == ["Учитель"]
    for table in ("marks", "attendance"):
        (one,) = stated(reading, table)
        assert (one.date_from, one.date_to, one.complete) == (MONDAY, TUESDAY + timedelta(days=5), True)
    assert [one.complete for one in stated(reading, "lessons")] == [False]


def test_presence_that_is_shown_by_default_says_nothing_and_an_unknown_word_is_kept() -> None:
    days = [lesson("Алгебра", 1, attendance=text) for text in ("Был", "Была", "", None, "Уехал на слёт", "Б")]
    reading = read(week({MONDAY + timedelta(days=place): [one] for place, one in enumerate(days)}))
    assert rows(reading, "attendance", "code") == ["Уехал на слёт", "Б"]


def test_a_timetable_alone_carries_no_topics_homework_marks_or_absences() -> None:
    reading = read(week({MONDAY: [scheduled("Алгебра", 1)]}))
    (one,) = stated(reading, "lessons")
    assert "topic" not in one.columns
    for table in ("homework", "marks", "attendance", "assignments"):
        assert not stated(reading, table)
    assert "topic" in stated(read(week({MONDAY: [lesson("Алгебра", 1)]})), "lessons")[0].columns


def test_lessons_that_are_counted_from_nought_lose_their_numbers() -> None:
    reading = read(week({MONDAY: [lesson("Алгебра", 0), lesson("Химия", 1)]}))
    assert set(rows(reading, "lessons", "lesson_number")) == {None}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["summary first", "diary first"])
def test_a_diary_and_a_summary_of_the_same_day_tell_of_the_same_marks(order: tuple[int, int]) -> None:
    two_lessons = [lesson("Алгебра", 1, mark="4"), lesson("Алгебра", 2, mark="5 5")]
    answers = (
        summary(subject("Алгебра", *(mark(MONDAY, value, "Опрос") for value in ("5", "4", "5", "3")))),
        week({MONDAY: two_lessons}),
    )
    reading = read(*(answers[place] for place in order))
    found = Counter(rows(reading, "marks", "lesson_id", "value", "work_type"))
    first, second = "7А|алгебра|2026-11-16|1", "7А|алгебра|2026-11-16|2"
    quiz = "bars:опрос"
    assert found == {(first, "4", quiz): 1, (second, "5", quiz): 2, (first, "3", quiz): 1}


def test_an_answer_saved_twice_adds_nothing() -> None:
    answer = summary(subject("Алгебра", mark(MONDAY, "5"), mark(MONDAY, "5")))
    diary = week({MONDAY: [lesson("Алгебра", 1, attendance="Н")]})
    assert len(rows(read(answer, answer), "marks")) == 2
    assert len(rows(read(diary, diary), "attendance")) == 1


def test_marks_of_a_diary_of_nobody_are_told_of_and_its_lessons_are_read() -> None:
    reading = read(week({MONDAY: [lesson("Алгебра", 1, mark="5", attendance="Н")]}), pupil=None)
    assert rows(reading, "lessons", "subject_id") == ["алгебра"]
    assert not rows(reading, "marks")
    assert [one.table for one in reading.warnings] == ["marks"]


@pytest.mark.parametrize(
    "marks",
    [
        pytest.param([["Диктант", "Работа на уроке"], ["4", "5"]], id="names and values"),
        pytest.param([["Диктант", "Работа на уроке"], [["4"], ["5"]]], id="lists of values"),
        pytest.param([["Диктант", ["4"]], ["Работа на уроке", ["5"]]], id="a list a work"),
        pytest.param([["Диктант", "Работа на уроке", ["4"], ["5"]]], id="one list"),
    ],
)
def test_the_old_diary_is_read(marks: list[Any]) -> None:
    reading = read(
        old_week(
            {
                MONDAY: [old_lesson("Алгебра", 3, marks=marks, attendance=["Н", "Не был"])],
                TUESDAY: [old_lesson("Алгебра", 1)], TUESDAY + timedelta(days=5): None,
            }
        )
    )  # fmt: skip
    assert rows(reading, "lessons", "date", "lesson_number", "starts_at", "ends_at", "topic") == [
        (MONDAY, 3, time(10, 30), time(11, 10), "Дроби"), (TUESDAY, 1, time(8, 30), time(9, 10), "Дроби"),
    ]  # fmt: skip
    assert rows(reading, "marks", "value", "work_type") == [
        ("4", "bars:диктант"), ("5", "bars:работа на уроке"),
    ]  # fmt: skip
    assert rows(reading, "attendance", "code") == ["Н"], "«Был» of Tuesday is what the journal shows by default"
    assert rows(reading, "homework", "text") == ["№ 5", "№ 5"]
    assert not reading.rejected


def test_marks_without_names_are_not_lost() -> None:
    reading = read(old_week({MONDAY: [old_lesson("Алгебра", 1, marks=[["5", "4"]])]}))
    assert rows(reading, "marks", "value") == ["5", "4"]


def test_homework_of_a_range_is_read_as_text() -> None:
    reading = read(
        [homework(MONDAY, ("Алгебра", "<div>№ 5 &lt; 6</div>"), ("История", "")), homework(TUESDAY, ("Химия", "§ 2"))]
    )
    assert rows(reading, "homework", "text", "due_on", "lesson_id") == [
        ("№ 5 < 6", MONDAY, "7А|алгебра|2026-11-16|1"), ("§ 2", TUESDAY, "7А|химия|2026-11-17|1"),
    ]  # fmt: skip
    assert set(rows(reading, "lessons", "evidence")) == {"inferred"}
    (one,) = stated(reading, "homework")
    assert (one.class_id, one.pupil_id, one.date_from, one.date_to, one.complete) == ("7А", "", MONDAY, TUESDAY, False)


def test_homework_of_a_pupil_alone_is_his() -> None:
    own = [{"description": "Доклад", "lesson_id": "1"}]
    reading = read([homework(MONDAY, ("Алгебра", "№ 5"), individualHomeworks=own)])
    pupil = rows(reading, "pupils", "pupil_id")[0]
    assert rows(reading, "homework", "text", "pupil_id") == [("№ 5", None), ("Доклад", pupil)]


def test_homework_and_diary_of_a_day_are_one_homework() -> None:
    reading = read(week({MONDAY: [lesson("Алгебра", 1, homework="№ 5")]}), [homework(MONDAY, ("Алгебра", "№ 5"))])
    assert rows(reading, "homework", "text") == ["№ 5"]
    assert rows(reading, "lessons", "evidence") == ["stated"]


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        pytest.param(week({MONDAY: [lesson("", 1, mark="5")]}), "days[0].lessons[0].discipline", id="no subject"),
        pytest.param({"days": [{"date": "нет", "lessons": []}], "is_weekend": 1}, "days[0].date", id="no date"),
        pytest.param({"days": ["понедельник"], "is_weekend": 1}, "days[0]", id="no day at all"),
    ],
)
def test_a_broken_day_is_rejected_and_the_marks_are_then_not_whole(answer: Any, address: str) -> None:
    good = week({TUESDAY: [lesson("Химия", 1, mark="5")]})["days"]
    reading = read({**answer, "days": [*answer["days"], *good]})
    assert f"ответ 0.json: {address}" in [where for _, where in faults(reading)]
    assert rows(reading, "marks", "value") == ["5"]
    assert [one.complete for one in stated(reading, "marks")] == [False]


# The class, old scores and means


def test_a_class_is_read_without_photos() -> None:
    reading = read(class_info("Пробный Иван Ильич", "Вторая Анна", letter="А"))
    assert rows(reading, "pupils", "last_name", "first_name") == [("Пробный", "Иван"), ("Вторая", "Анна")]
    assert rows(reading, "enrollments", "class_id", "evidence", "academic_year") == [("7А", "roster", "2026/2027")] * 2
    assert rows(reading, "class_teachers", "class_id", "starts_on") == [("7А", date(2026, 9, 1))]
    assert rows(reading, "teachers", "last_name") == ["Классная"]
    assert "photo" not in everything(reading)
    assert not any(one.complete for one in reading.statements)


def test_the_second_of_two_of_one_name_is_rejected_not_merged() -> None:
    reading = read(class_info("Пробный Иван", "Пробный  Иван", ""), pupil=None)
    assert len(rows(reading, "pupils")) == 1
    assert [table for table, _ in faults(reading)] == ["pupils", "pupils"]
    assert "Пробный" not in " ".join(one.reason + one.advice for one in reading.rejected)


def test_a_class_of_no_school_year_is_rejected() -> None:
    reading = read(class_info("Пробный Иван"), academic_year=None, taken_at=None, pupil=None)
    assert not rows(reading, "enrollments")
    assert "academic_year" in reading.rejected[0].advice


def test_the_old_scores_are_read_and_are_the_same_marks_as_the_summary() -> None:
    scores = {
        "success": True, "subperiod": "2 Четверть",
        "data": {"Алгебра": [{"date": f"{MONDAY}", "marks": {"Диктант": ["5", "4"]}}]},
    }  # fmt: skip
    reading = read(scores, summary(subject("Алгебра", mark(MONDAY, "4", "Диктант"), mark(MONDAY, "5", "Диктант"))))
    assert Counter(rows(reading, "marks", "value", "work_type")) == {("5", "bars:диктант"): 1, ("4", "bars:диктант"): 1}


def test_the_old_means_are_the_pupils_own() -> None:
    means = {
        "success": True, "subperiod": "2 Четверть", "self": {"total": 4.2, "data": {"Алгебра": 4.5}},
        "classyear": {"total": 3.9, "data": {"Алгебра": 3.1}}, "level": {"total": 3.8, "data": {"Алгебра": 3.3}},
    }  # fmt: skip
    assert rows(read(means), "reported_averages", "subject_id", "period_id", "mean") == [("алгебра", "quarter-2", 4.5)]


# Broken and foreign files


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.json": {"faultcode": "Server.UserNotAuthenticatedError", "faultstring": "…"}}, "отказом"),
        ({"a.json": b'{"summary_marks_data": [{"dates": ['}, "обрезан"),
        ({"a.json": [], "b.json": {"nothing": 1}}, "нет ни одной записи"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(files: dict[str, Any], said: str) -> None:
    with pytest.raises(UnreadableExportError) as refused:
        bars.read(packed(files | {"manifest.json": MANIFEST}))
    assert said in refused.value.reason
    assert refused.value.advice


def test_a_foreign_file_in_the_folder_is_told_of() -> None:
    reading = read(summary(subject("Алгебра", mark(MONDAY, "5"))), {"birthdays": []})
    assert [one.address for one in reading.warnings] == ["ответ 1.json: "]
    assert rows(reading, "marks", "value") == ["5"]


def test_a_summary_without_days_says_nothing() -> None:
    reading = read(summary(term=QUARTER))
    assert not stated(reading, "marks")
    assert reading.warnings


@given(st.binary(max_size=200), st.sampled_from(["discipline_marks", "days", "homeworks"]))
def test_no_bytes_break_recognition(data: bytes, key: str) -> None:
    for content in (data, b"{" + data, b'{"' + key.encode() + b'": ' + data):
        bars.recognise(Export("x", {"x.json": content}))


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["days", "date", "lessons", "discipline", "marks", "mark", "attendance", "lesson", "homework", "homeworks"]
        ),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(ODD, st.sampled_from(["discipline_marks", "days", "homeworks", "pupils", "period_types", "subjects", "data"]))
def test_no_content_breaks_the_reader(value: Any, key: str) -> None:
    answer = {"dates": [f"{MONDAY}"], "form_master": "К", "subperiod": value, "self": value, "classyear": 1, "level": 2}
    with suppress(UnreadableExportError):
        bars.read(packed({"a.json": {**answer, key: value}, "manifest.json": MANIFEST}))


def test_the_writer_rounds_half_up() -> None:
    assert mean([mark(MONDAY, value) for value in "55555444"]) == "4.63"
