"""Lists by profile: one record a row, in every format; what is not understood is rejected with its address."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contract import TABLES
from ingest.readers.profiled import shipped
from ingest.readers.profiled.checking import read_profile
from ingest.readers.profiled.reader import ProfiledReader
from ingest.reading import Reading, UnreadableExportError
from tests.ingest.readers import profile_lists as lists
from tests.ingest.readers.profile_tables import FORMATS, Tab, as_export, xlsx

FIXTURES = {
    "generic__lesson_topics": lists.LESSONS, "generic__topic_plan": lists.PLAN, "generic__teaching_load": lists.LOAD,
    "generic__timetable": lists.TIMETABLE, "generic__substitutions": lists.SUBSTITUTIONS,
    "generic__class_list": lists.CLASS_LIST, "asiou__lesson_topics": lists.ASIOU_TOPICS,
}  # fmt: skip


def read(tab: Tab, *more: Tab) -> Reading:
    given_ = as_export(xlsx(tab, *more))
    reader = shipped.choose(shipped.shipped(), given_)
    assert reader is not None
    return reader.read(given_)


def rows(reading: Reading, table: str, *names: str) -> list[Any]:
    frame = reading.tables.get(table)
    return [] if frame is None else frame.select(names).rows()


def person(reading: Reading, placeholder: str | None) -> str:
    return next((one.full_name for one in reading.people if one.placeholder == placeholder), "")


def told(reading: Reading) -> list[tuple[str, str, str]]:
    return [(one.table, one.address.rpartition(" ")[2], one.reason) for one in reading.rejected]


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS.keys())
@pytest.mark.parametrize("name", FIXTURES)
def test_every_shipped_list_reads_its_fixture_in_every_format(name: str, write: Any) -> None:
    given_ = as_export(write(FIXTURES[name]))
    reader = shipped.choose(shipped.shipped(), given_)
    assert reader is not None
    assert name == reader.NAME
    usual, other = read(FIXTURES[name]), reader.read(given_)
    assert usual.people == other.people
    assert {table: frame.rows() for table, frame in usual.tables.items()} == {
        table: frame.rows() for table, frame in other.tables.items()
    }
    assert [one.reason for one in usual.rejected] == [one.reason for one in other.rejected]


@pytest.mark.parametrize("name", FIXTURES)
def test_frames_are_typed_by_the_contract_and_keys_are_complete(name: str) -> None:
    for table, frame in read(FIXTURES[name]).tables.items():
        schema = TABLES[table].schema
        assert dict(frame.schema) == {column: schema[column] for column in frame.columns}
        keys = [key for key in TABLES[table].key if key in frame.columns]
        assert frame.select(keys).is_unique().all()
        for needed in TABLES[table].required:
            assert frame[needed].null_count() == 0, (table, needed)


# What each list says


def test_lessons_with_topics_and_homework() -> None:
    reading = read(lists.LESSONS)
    assert rows(reading, "lessons", "lesson_id", "lesson_number", "topic") == [
        ("5А|математика|2025-09-02|1", 1, "Числа"), ("5А|математика|2025-09-02|2", 2, "Числа 2"),
        ("5Б|рус. язык|2025-09-02|1", 3, "Слово"),
    ]  # fmt: skip
    assert [person(reading, one) for (one,) in rows(reading, "lessons", "teacher_id")] == [
        "образцова а. п.", "образцова а. п.", "примерная о. и.",
    ]  # fmt: skip
    assert rows(reading, "homework", "lesson_id", "text", "none") == [
        ("5А|математика|2025-09-02|1", "№ 5", None), ("5А|математика|2025-09-02|2", None, True),
    ]  # fmt: skip
    assert [(one.raw, one.reason) for one in reading.warnings] == [("Кабинет", "Столбец не читается")]
    assert not any(one.complete for one in reading.statements)


def test_lessons_of_a_day_are_numbered_by_their_number_and_not_by_the_order_of_rows() -> None:
    tab = deepcopy(lists.LESSONS)
    tab.rows[3][1], tab.rows[4][1] = 5.0, 2.0
    reading = read(tab)
    assert dict(rows(reading, "lessons", "topic", "lesson_id")) == {
        "Числа": "5А|математика|2025-09-02|2", "Числа 2": "5А|математика|2025-09-02|1",
        "Слово": "5Б|рус. язык|2025-09-02|1",
    }  # fmt: skip


def test_two_teachers_in_one_lesson_are_two_lessons() -> None:
    tab = deepcopy(lists.LESSONS)
    tab.rows[4][1], tab.rows[4][4] = 1.0, "Тестова К. К."
    reading = read(tab)
    assert len(set(rows(reading, "lessons", "lesson_id"))) == 3
    assert len(set(rows(reading, "lessons", "teacher_id"))) == 3


def test_the_ids_of_lessons_are_those_of_a_journal_sheet() -> None:
    from tests.ingest.readers.profile_journals import JournalSheet

    days = [date(2025, 9, 2), date(2025, 9, 2), date(2026, 1, 13)]
    journal = read(JournalSheet(days, {"Пробный Иван": ["5", None, None]}).tab())
    topics = read(lists.ASIOU_TOPICS)
    assert rows(journal, "lessons", "lesson_id") == rows(topics, "lessons", "lesson_id")


def test_a_plan_of_several_classes_with_sections_and_a_header_of_two_rows() -> None:
    reading = read(lists.PLAN)
    assert rows(reading, "plan_topics", "class_id", "ordinal", "topic", "hours", "planned_on") == [
        ("7А", 1, "Обыкновенные дроби", 2.0, date(2025, 9, 2)), ("7Б", 1, "Обыкновенные дроби", 2.0, date(2025, 9, 2)),
        ("7А", 2, "Контрольная работа", 1.0, date(2026, 1, 13)),
        ("7Б", 2, "Контрольная работа", 1.0, date(2026, 1, 13)),
    ]  # fmt: skip
    assert told(reading) == [("plan_topics", "C11", "Ожидается число")]
    assert [(one.raw, one.reason) for one in reading.warnings] == [
        ("", "Строки-заголовки разделов не читаются (строк: 1)"), ("Дата / по факту", "Столбец не читается"),
    ]  # fmt: skip


def test_load_is_split_by_classes_and_a_vacancy_is_nobody() -> None:
    reading = read(lists.LOAD)
    assert [
        (person(reading, teacher), *rest)
        for teacher, *rest in rows(reading, "teaching_assignments", "teacher_id", "class_id", "subject_id", "starts_on")
    ] == [
        ("образцова анна петровна", "5А", "математика", date(2025, 9, 1)),
        ("образцова анна петровна", "5Б", "математика", date(2025, 9, 1)),
        ("образцова анна петровна", "6В", "математика", date(2025, 9, 1)),
        ("образцова анна петровна", "7А", "физика", date(2025, 9, 1)),
    ]  # fmt: skip
    assert ("8А", "химия", 2.0) in rows(reading, "curriculum", "class_id", "subject_id", "hours_per_week")
    assert not reading.rejected


def test_a_timetable_from_the_day_printed_over_it() -> None:
    reading = read(lists.TIMETABLE)
    assert rows(reading, "timetable", "weekday", "lesson_number", "subject_id", "week_parity", "starts_on") == [
        (1, 1, "математика", "", date(2025, 9, 8)), (1, 2, "рус. язык", "odd", date(2025, 9, 8)),
        (2, 1, "музыка", "even", date(2025, 9, 8)), (2, 2, "труд", "", date(2025, 9, 8)),
    ]  # fmt: skip
    assert told(reading) == [("timetable", "F8", "Значение столбца «week_parity» неизвестно")]


def test_substitutions_and_their_kinds() -> None:
    reading = read(lists.SUBSTITUTIONS)
    found = rows(reading, "substitutions", "date", "lesson_number", "kind", "reason")
    assert found == [
        (date(2025, 10, 6), 3, "replace", "курсы"), (date(2025, 10, 6), 4, "cancel", None),
    ]  # fmt: skip
    assert told(reading) == [("substitutions", "E5", "Не заполнен столбец «Кого заменяют»")]


@pytest.mark.parametrize("start", ["с сентября", "31.02.2026", "0"])
def test_a_start_that_is_no_day_rejects_the_rows_and_is_not_guessed(start: str) -> None:
    tab = deepcopy(lists.TIMETABLE)
    tab.rows[2] = [f"Действует с: {start}"]
    reading = read(tab)
    assert "timetable" not in reading.tables
    assert {reason for _, _, reason in told(reading)} >= {"Дата не понята"}


def test_a_list_of_lessons_is_never_taken_for_substitutions() -> None:
    tab = deepcopy(lists.LESSONS)
    tab.rows[0] = ["Журнал замен. Учебный год: 2025/2026"]
    assert "substitutions" not in read(tab).tables


def test_a_class_list_reads_no_birthdays() -> None:
    reading = read(lists.CLASS_LIST)
    assert rows(reading, "enrollments", "class_id", "starts_on", "ends_on", "evidence") == [
        ("7А", date(2025, 9, 1), None, "roster"), ("7А", date(2025, 9, 15), date(2025, 12, 20), "roster"),
    ]  # fmt: skip
    assert [one.full_name for one in reading.people] == ["пробный иван ильич", "опытова вера"]
    text = repr([frame.rows() for frame in reading.tables.values()]) + repr(reading.warnings) + repr(reading.rejected)
    assert "2013" not in text
    assert not reading.rejected


def test_the_example_of_topics_is_complete_for_its_class_and_subject() -> None:
    reading = read(lists.ASIOU_TOPICS)
    (lessons,) = [one for one in reading.statements if one.table == "lessons"]
    assert (lessons.class_id, lessons.subject_id, lessons.date_from, lessons.date_to, lessons.complete) == (
        "7А", "алгебра", date(2025, 9, 2), date(2026, 1, 13), True,
    )  # fmt: skip
    assert "planned_teacher_id" in reading.tables["lessons"].columns
    tab = deepcopy(lists.ASIOU_TOPICS)
    tab.rows[7][0] = "32.13"
    broken = read(tab)
    assert [one.complete for one in broken.statements if one.table == "lessons"] == [False]
    assert told(broken) == [("lessons", "A8", "Дата не понята")]


def test_a_lesson_may_have_no_topic_and_a_row_numbered_in_advance_is_no_lesson() -> None:
    tab = deepcopy(lists.ASIOU_TOPICS)
    tab.rows[8][1] = None
    reading = read(tab)
    assert rows(reading, "lessons", "date", "topic") == [
        (date(2025, 9, 2), "Дроби"), (date(2025, 9, 2), "Дроби 2"), (date(2026, 1, 13), None),
    ]  # fmt: skip
    assert [one.complete for one in reading.statements if one.table == "lessons"] == [True]
    tab = deepcopy(lists.LESSONS)
    tab.rows.insert(6, [None, 4.0, *[None] * (len(tab.rows[3]) - 2)])
    assert told(read(tab)) == [("lessons", "F7", "Не заполнен столбец «Тема урока»")]


# Rows that cannot stand


def test_a_row_that_contradicts_one_above_is_rejected() -> None:
    tab = deepcopy(lists.SUBSTITUTIONS)
    tab.rows.append([*tab.rows[2][:6], "болезнь", "замена"])
    tab.rows.append(list(tab.rows[2]))
    reading = read(tab)
    assert told(reading)[1:] == [("substitutions", "A6", "Выше есть строка о том же с другими значениями")]


def test_a_date_outside_the_year_of_the_file_is_rejected() -> None:
    tab = deepcopy(lists.LESSONS)
    tab.rows[3][0] = "02.09.2024"
    assert {reason for _, _, reason in told(read(tab))} == {"Дата не лежит в учебном году файла"}


def test_a_list_without_a_year_is_refused_where_one_is_needed() -> None:
    tab = deepcopy(lists.LOAD)
    tab.rows[0] = ["Нагрузка учителей"]
    with pytest.raises(UnreadableExportError, match="учебный год"):
        read(tab)


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(UnreadableExportError, match="ни одной строки"):
        read(Tab(lists.LESSONS.rows[:3]))


def test_what_stands_below_the_end_is_not_lost() -> None:
    tab = deepcopy(lists.LESSONS)
    tab.rows.append([date(2025, 9, 3), 1.0, "5А", "Математика", None, "Забытая", None, None])
    tab.rows.append(["Директор", None, None, None, None, None, None, None])
    assert told(read(tab)) == [("lessons", "A8", "Строка под концом таблицы не читается")]


def test_tables_one_below_another_and_on_several_sheets() -> None:
    plan = [["Класс: 8А"], ["Предмет: Химия"], lists.PLAN.rows[5][:3], [1.0, "Вещества", 3.0]]
    below = deepcopy(lists.PLAN)
    below.rows += [[None], *plan]
    other = Tab([["Планирование"], ["Класс: 9В"], ["Предмет: Физика"], ["2025/2026 учебный год"], *plan[2:]], "Физика")
    notes = Tab([["раз", "два", "три"], ["а", "б", "в"]], "Заметки")
    reading = read(below, other, notes)
    assert set(rows(reading, "plan_topics", "class_id", "subject_id")) == {
        ("7А", "алгебра"), ("7Б", "алгебра"), ("8А", "химия"), ("9В", "физика"),
    }  # fmt: skip
    assert ("8А", "химия", 1, "Вещества", 3.0) in rows(
        reading, "plan_topics", "class_id", "subject_id", "ordinal", "topic", "hours"
    )
    assert "лист «Заметки»" in [one.address for one in reading.warnings]


# The language of lists

BELLS = """\
title = "Звонки"
system = "own"
export_kind = "bells"
kind = "list"
[recognise]
texts = ["*звонк*"]
[list]
tables = ["bells"]
[list.constants]
shift = 1
[[column]]
titles = ["урок"]
holds = "lesson_number"
required = true
[[column]]
titles = ["время"]
holds = "starts_at"
part = 1
[[column]]
titles = ["время"]
holds = "ends_at"
part = 2
"""


def test_one_cell_may_hold_two_values() -> None:
    tab = Tab(
        [["Расписание звонков"], ["Урок", "Время"], ["1", "8:30–9:15"], ["2 урок", "9.30 - 10.15"], ["3", "в обед"]]
    )
    reading = ProfiledReader(read_profile(BELLS, "звонки")).read(as_export(xlsx(tab)))
    assert rows(reading, "bells", "shift", "lesson_number", "starts_at", "ends_at") == [
        (1, 1, time(8, 30), time(9, 15)), (1, 2, time(9, 30), time(10, 15)),
    ]  # fmt: skip
    assert "Время не понято" in {one.reason for one in reading.rejected}


def test_moments_of_entry_with_their_precision() -> None:
    tab = deepcopy(lists.LESSONS)
    tab.rows[2] += ["Тема внесена"]
    tab.rows[3] += ["02.09.2025 14:05"]
    tab.rows[4] += [date(2025, 9, 3)]
    tab.rows[5] += ["вчера"]
    reading = read(tab)
    assert rows(reading, "lessons", "topic", "topic_entered_at", "topic_entered_at_is_day") == [
        ("Числа", datetime(2025, 9, 2, 14, 5), False), ("Числа 2", datetime(2025, 9, 3), True), ("Слово", None, None),
    ]  # fmt: skip
    assert told(reading) == [("lessons", "I6", "Дата и время не поняты")]
    (kind,) = shipped.named("generic__lesson_topics").KINDS
    assert dict(kind.entry_times) == {"lessons": "moment", "homework": "moment"}


def test_names_in_several_columns_are_put_together() -> None:
    reading = read(lists.CLASS_LIST)
    assert rows(reading, "pupils", "last_name", "first_name", "middle_name") == [
        ("Пробный", "Иван", "Ильич"), ("Опытова", "Вера", None),
    ]  # fmt: skip


WORDS = st.text(st.characters(exclude_categories=["C"]), max_size=10)
TOPIC = st.text("абвгд ,.-№", min_size=1, max_size=15).map(lambda text: f"Тема {text}".strip())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TOPIC, st.floats(0.5, 9).map(lambda hours: round(hours, 1))), min_size=1, max_size=12),
       st.sampled_from(sorted(FORMATS)))  # fmt: skip
def test_a_random_plan_is_read_back(topics: list[tuple[str, float]], kind: str) -> None:
    tab = Tab(
        [["Тематическое планирование"], ["Класс: 6Б"], ["Предмет: История"], ["2025/2026 учебный год"],
         ["№", "Тема", "Часы"], *[[float(n), topic, hours] for n, (topic, hours) in enumerate(topics, start=1)]]
    )  # fmt: skip
    reader = shipped.named("generic__topic_plan")
    reading = reader.read(as_export(FORMATS[kind](tab)))
    assert rows(reading, "plan_topics", "ordinal", "topic", "hours") == [
        (n, " ".join(topic.split()), hours) for n, (topic, hours) in enumerate(topics, start=1)
    ]
    assert not reading.rejected


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FIXTURES)), st.data())
def test_no_text_crashes_a_list_and_no_row_is_lost(name: str, data: Any) -> None:
    """Arbitrary cells in one row: it gives rows, or it is rejected, or skipped with a warning; or all is refused."""
    tab = deepcopy(FIXTURES[name])
    at = data.draw(st.integers(0, len(tab.rows) - 1))
    tab.rows[at] = [data.draw(st.one_of(st.none(), WORDS)) for _ in range(max(map(len, tab.rows)))]
    reader = shipped.named(name)
    try:
        reading = reader.read(as_export(xlsx(tab)))
    except UnreadableExportError as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert refused.reason
        assert refused.advice
        return
    assert all(one.address and one.reason and one.advice for one in reading.rejected)
    assert sum(frame.height for frame in reading.tables.values()) + len(reading.rejected) > 0
