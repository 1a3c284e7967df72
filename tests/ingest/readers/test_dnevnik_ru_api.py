"""Дневник.ру, the partner interface: moments of entry, lessons and groups, final marks, objects wherever they stand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import code_map, registry
from ingest.readers import dnevnik_ru_api as reader
from ingest.reading import Reading, Statement, UnreadableExportError
from tests.ingest.readers.json_layouts_dnevnik import (
    ZONED,
    day_lesson,
    final_marks,
    group,
    lesson,
    log,
    mark,
    period,
    person,
    schedule,
    subject,
    teacher,
    work,
    work_type,
)
from tests.ingest.readers.json_layouts_sgo import packed

MON, TUE = date(2026, 9, 7), date(2026, 9, 8)
UNZONED = {name: value for name, value in ZONED.items() if name != "timezone"}
BASE = {"groups.json": [group()], "lessons.json": [lesson(1, MON, 1), lesson(2, TUE, 2)], "manifest.json": ZONED}


def read(files: dict[str, Any]) -> Reading:
    export = packed(files)
    assert registry.reader_for(export) is reader
    return reader.read(export)


def rows(reading: Reading, table: str, *names: str) -> list[Any]:
    frame = reading.tables.get(table)
    return [] if frame is None else frame.select(names).rows()


def stated(reading: Reading, table: str) -> Statement:
    return next(one for one in reading.statements if one.table == table)


def rejected(reading: Reading) -> list[tuple[str, str]]:
    return [(one.table, one.address) for one in reading.rejected]


# Moments


def test_a_mark_was_entered_at_its_date_and_stands_on_the_day_of_its_lesson() -> None:
    files = BASE | {"works.json": [work(8001, 1, MON)], "marks.json": [mark(1, 8001, 1)]}
    reading = read(files)
    assert rows(reading, "marks", "mark_id", "lesson_id", "assignment_id", "value", "kind", "entered_at") == [
        ("dnevnik_ru:1", "dnevnik_ru:1", "dnevnik_ru:8001", "5", "current", datetime(2026, 9, 7, 14, 5, 37, 123456))
    ]
    assert rows(reading, "marks", "counts_in_mean", "entered_at_is_day") == [(True, False)]
    assert rows(reading, "lessons", "date")[0] == (MON,)
    assert (reading.rejected, reading.warnings) == ([], [])
    assert [(one.external_id, one.class_id, one.academic_year) for one in reading.people if one.role == "pupil"] == [
        ("dnevnik_ru:1000", "7А", "2026/2027")
    ]


def test_late_in_the_evening_of_universal_time_is_the_next_day_at_school() -> None:
    late = mark(1, 8001, 1, entered="2026-09-07T21:30:00")
    reading = read(BASE | {"marks.json": [late]})
    assert rows(reading, "marks", "entered_at") == [(datetime(2026, 9, 8, 0, 30),)]


def test_without_the_zone_of_the_school_no_moment_is_taken() -> None:
    files = BASE | {
        "manifest.json": UNZONED, "marks.json": [mark(1, 8001, 1), mark(2, 8001, 2)], "logs.json": [log(1, "Late")],
    }  # fmt: skip
    reading = read(files)
    assert rows(reading, "marks", "value", "entered_at") == [("5", None), ("5", None)]
    assert rows(reading, "attendance", "code", "entered_at") == [("Late", None)]
    assert sorted(one.address for one in reading.warnings) == ["logs.json: [0].createdDate", "marks.json: [0].date"]
    assert all("timezone" in one.advice for one in reading.warnings)
    assert not reading.rejected


def test_a_bare_midnight_is_a_day_and_stays_the_same_day() -> None:
    reading = read(BASE | {"marks.json": [mark(1, 8001, 1, entered="2026-09-08T00:00:00")]})
    assert rows(reading, "marks", "entered_at", "entered_at_is_day") == [(datetime(2026, 9, 8), True)]


# Lessons, groups, people


def test_lessons_with_topic_times_and_teacher() -> None:
    files = BASE | {"persons.json": [person(1000, "Пробный"), person(51, "Учитель", "Анна", "Ивановна")]}
    reading = read(files | {"marks.json": [mark(1, 8001, 1)]})
    names = {one.external_id: (one.role, one.full_name) for one in reading.people}
    assert names == {
        "dnevnik_ru:51": ("teacher", "учитель анна ивановна"), "dnevnik_ru:1000": ("pupil", "пробный иван ильич"),
    }  # fmt: skip
    taught = next(one.placeholder for one in reading.people if one.role == "teacher")
    columns = ("lesson_id", "class_id", "subject_id", "teacher_id", "lesson_number", "topic", "status", "evidence")
    assert rows(reading, "lessons", *columns) == [
        ("dnevnik_ru:1", "7А", "алгебра", taught, 1, "Дроби", None, "stated"),
        ("dnevnik_ru:2", "7А", "алгебра", taught, 2, "Дроби", None, "stated"),
    ]
    assert [str(one) for one in rows(reading, "lessons", "starts_at", "ends_at")[0]] == ["08:30:00", "09:15:00"]
    assert rows(reading, "pupils", "last_name", "first_name", "middle_name") == [("Пробный", "Иван", "Ильич")]
    shown = repr([frame.rows() for frame in reading.tables.values()])
    assert "example.org" not in shown
    assert "+7999" not in shown
    assert "2013" not in shown


def test_people_nobody_says_anything_of_are_not_taken_for_pupils() -> None:
    reading = read(
        BASE | {"people.json": [person(7, "Никто"), person(8, "Никакой")], "t.json": [teacher(51, "Учитель")]}
    )
    assert {one.role for one in reading.people} == {"teacher"}
    assert [(one.raw, one.table) for one in reading.warnings] == [("2", "pupils")]
    assert "Никто" not in repr(reading.warnings)
    assert "pupils" not in reading.tables


def test_a_teacher_with_capital_letters() -> None:
    reading = read(BASE | {"teachers.json": [teacher(51, "Учитель")]})
    assert [one.full_name for one in reading.people] == ["учитель анна ивановна"]


def test_a_cancelled_lesson_and_one_of_several_teachers() -> None:
    files = BASE | {
        "lessons.json": [
            lesson(1, MON, 1, status="Cancelled"),
            lesson(2, MON, 2, teachers=[51, 52], teachers_str=["51", "52"], hours=""),
        ]
    }
    reading = read(files)
    assert rows(reading, "lessons", "status", "teacher_id", "starts_at")[1] == (None, None, None)
    assert rows(reading, "lessons", "status")[0] == ("cancelled",)


def test_a_subgroup_of_one_class_and_one_of_two() -> None:
    files = BASE | {
        "groups.json": [group(), group(501, "7Б"), group(510, "7А англ. 1", (500,)), group(520, "Хор", (500, 501))],
        "lessons.json": [lesson(1, MON, 1, of=510), lesson(2, MON, 2, of=520)],
        "marks.json": [mark(1, 8001, 1), mark(2, 8002, 2, person=2000, person_str="2000")],
    }
    reading = read(files)
    assert rows(reading, "lessons", "lesson_id", "class_id", "subgroup_id") == [
        ("dnevnik_ru:1", "7А", "dnevnik_ru:510"), ("dnevnik_ru:2", "7А", "dnevnik_ru:520"),
    ]  # fmt: skip
    assert rows(reading, "subgroup_classes", "subgroup_id", "class_id") == [
        ("dnevnik_ru:510", "7А"), ("dnevnik_ru:520", "7А"), ("dnevnik_ru:520", "7Б"),
    ]  # fmt: skip
    classes = {one.external_id: one.class_id for one in reading.people if one.role == "pupil"}
    assert classes == {"dnevnik_ru:1000": "7А", "dnevnik_ru:2000": ""}, "a group of two classes tells nobody's class"


def test_the_school_and_the_year_of_a_group() -> None:
    school = {"id": 3, "name": "Школа 0", "fullName": "МБОУ СОШ № 0", "markType": "Mark5", "timeZone": 3,
              "educationType": "School", "city": "Город"}  # fmt: skip
    nowhere = {name: value for name, value in ZONED.items() if name != "school_id"}
    reading = read(BASE | {"school.json": school, "manifest.json": nowhere})
    assert reading.school_name == "МБОУ СОШ № 0"
    assert rows(reading, "classes", "academic_year", "class_id") == [("2026/2027", "7А")]
    assert read(BASE | {"school.json": school}).school_name == ""


def test_the_manifest_names_the_class_where_no_group_is_described() -> None:
    files = {name: value for name, value in BASE.items() if name != "groups.json"}
    unknown = read(files)
    assert rejected(unknown) == [("lessons", "lessons.json: [0].group"), ("lessons", "lessons.json: [1].group")]
    about = ZONED | {"class_name": "8Б", "scope_from": "2026-09-07"}
    known = read(files | {"manifest.json": about})
    assert {row[0] for row in rows(known, "lessons", "class_id")} == {"8Б"}
    assert rows(known, "classes", "academic_year", "class_id") == [("2026/2027", "8Б")]


# Works and marks


def test_works_their_kinds_and_weights() -> None:
    files = BASE | {
        "types.json": [work_type(), work_type(9, "LessonTestWork", "Контрольная", 5)],
        "works.json": [
            work(8001, 1, MON, workType=9, text="Контрольная № 1"),
            work(8002, 1, MON, "DefaultNewLessonWork", markCount=0),
            work(8003, 1, MON, workType=77),
        ],
        "marks.json": [mark(1, 8001, 1, workType=9)],
    }
    reading = read(files)
    assert rows(reading, "assignments", "assignment_id", "work_type", "title") == [
        ("dnevnik_ru:8001", "dnevnik_ru:9", "Контрольная № 1"), ("dnevnik_ru:8003", "dnevnik_ru:77", None),
    ]  # fmt: skip
    assert rows(reading, "work_types", "work_type", "name", "weight", "is_control") == [
        ("dnevnik_ru:8", "Ответ на уроке", 2.0, False), ("dnevnik_ru:9", "Контрольная", 5.0, True),
        ("dnevnik_ru:77", "Вид работы 77", None, None),
    ]  # fmt: skip
    assert rows(reading, "marks", "work_type") == [("dnevnik_ru:9",)]


def test_homework() -> None:
    home = work(9001, 1, TUE, "Homework", text="<p>стр. 5</p>", sentDate="2026-09-07T10:00:00", markCount=0)
    none = work(9002, 2, TUE, "Homework", text="Не задано", sentDate="2026-09-08T00:00:00")
    reading = read(BASE | {"works.json": [home, none]})
    assert rows(reading, "homework", "homework_id", "lesson_id", "text", "none", "due_on") == [
        ("dnevnik_ru:9001", "dnevnik_ru:1", "стр. 5", None, TUE),
        ("dnevnik_ru:9002", "dnevnik_ru:2", "Не задано", True, TUE),
    ]
    assert rows(reading, "homework", "entered_at", "entered_at_is_day") == [
        (datetime(2026, 9, 7, 13), False), (datetime(2026, 9, 8), True),
    ]  # fmt: skip
    assert "assignments" not in reading.tables


@pytest.mark.parametrize("numbers", [(1, 2), (0, 1)], ids=["from 1", "from 0"])
def test_the_second_mark_of_a_work_is_a_second_criterion(numbers: tuple[int, int]) -> None:
    two = [mark(2, 8001, 1, "4", number=numbers[1]), mark(1, 8001, 1, "5", number=numbers[0])]
    other = mark(3, 8001, 1, "3", number=numbers[1], person=2000, person_str="2000")
    reading = read(BASE | {"marks.json": [*two, other]})
    assert rows(reading, "marks", "mark_id", "value", "kind", "ordinal") == [
        ("dnevnik_ru:2", "4", "second_criterion", numbers[1]),
        ("dnevnik_ru:1", "5", "current", numbers[0]),
        ("dnevnik_ru:3", "3", "current", numbers[1]),
    ]


@pytest.mark.parametrize(
    ("value", "read_as"),
    [("4-", [("4-", True)]), ("зач", [("зач", False)]), ("н/а", [("н/а", False)]), (".", [(".", False)])],
)
def test_the_text_of_a_mark_is_kept(value: str, read_as: list[Any]) -> None:
    reading = read(BASE | {"marks.json": [mark(1, 8001, 1, value)]})
    assert rows(reading, "marks", "value", "counts_in_mean") == read_as


@pytest.mark.parametrize("value", ["87", "A+", "Absent", "", None])
def test_a_mark_that_is_not_understood_is_rejected(value: Any) -> None:
    odd = mark(1, 8001, 1) | {"textValue": value, "value": value}
    reading = read(BASE | {"marks.json": [odd, mark(2, 8002, 2)]})
    assert rejected(reading) == [("marks", "marks.json: [0].textValue")]
    assert rows(reading, "marks", "mark_id") == [("dnevnik_ru:2",)]


def test_a_lesson_that_only_a_work_tells_of() -> None:
    files = {
        "g.json": [group()], "s.json": {"subjects": [subject()]}, "w.json": [work(8001, 5, TUE)],
        "m.json": [mark(1, 8001, 5)], "manifest.json": ZONED,
    }  # fmt: skip
    reading = read(files)
    assert rows(reading, "lessons", "lesson_id", "subject_id", "date", "evidence") == [
        ("dnevnik_ru:5", "алгебра", TUE, "inferred")
    ]
    assert rows(reading, "marks", "lesson_id") == [("dnevnik_ru:5",)]


def test_the_day_of_a_lesson_is_never_taken_from_a_homework_or_a_mark() -> None:
    files = BASE | {
        "lessons.json": [], "subjects.json": [subject()], "marks.json": [mark(1, 9001, 5), mark(2, 1, None)],
        "works.json": [work(9001, 5, TUE, "Homework", text="№ 5")],
    }  # fmt: skip
    reading = read(files)
    assert "lessons" not in reading.tables
    assert "marks" not in reading.tables
    assert sorted(rejected(reading)) == [
        ("homework", "works.json: [0].lesson"),
        ("marks", "marks.json: [0].lesson"),
        ("marks", "marks.json: [1].lesson"),
    ]
    assert all("lessons" in one.advice for one in reading.rejected)


# Attendance


@pytest.mark.parametrize(
    ("status", "meaning"),
    [("Attend", "present"), ("Absent", "unknown_reason"), ("Ill", "ill"), ("Late", "late"), ("Pass", "excused")],
)
def test_presence_with_its_moment_and_without_the_comment(status: str, meaning: str) -> None:
    reading = read(BASE | {"logs.json": [log(1, status)]})
    assert rows(reading, "attendance", "lesson_id", "ordinal", "code", "entered_at") == [
        ("dnevnik_ru:1", 1, status, datetime(2026, 9, 7, 9, 40, 0, 500000))
    ]
    assert code_map.canonical("dnevnik_ru", "partner_api", "attendance", status) == meaning
    assert "грипп" not in repr([frame.rows() for frame in reading.tables.values()])


def test_two_entries_of_a_lesson_stand_in_the_order_of_entry() -> None:
    later, earlier = log(1, "Late", "2026-09-07T07:00:00"), log(1, "Absent", "2026-09-07T06:00:00")
    reading = read(BASE | {"a.json": [later, earlier], "b.json": [earlier]})
    assert rows(reading, "attendance", "ordinal", "code") == [(1, "Absent"), (2, "Late")]


@pytest.mark.parametrize(
    ("entry", "field"),
    [(log(9, "Ill"), "lesson"), (log(1, ""), "status"), (log(1, "Ill") | {"person": 0, "person_str": None}, "person")],
)
def test_presence_at_no_known_lesson_is_rejected(entry: Any, field: str) -> None:
    reading = read(BASE | {"logs.json": [entry]})
    assert rejected(reading) == [("attendance", f"logs.json: [0].{field}")]
    assert "attendance" not in reading.tables


# Marks for periods


def test_final_marks_are_marks_of_works_that_stand_for_a_period() -> None:
    kinds = {
        1: work(1, None, MON, "PeriodMark", periodNumber=1, periodType="Quarter"),
        2: work(2, None, MON, "PeriodMark", periodNumber=2, periodType="HalfYear"),
        3: work(3, None, MON, "PeriodMark", periodNumber=0, periodType="Year"),
        4: work(4, None, MON, "Exam"),
        5: work(5, None, MON, "PeriodFinalMark"),
        6: work(6, None, MON, "PeriodMark", periodNumber=1, periodType="Module"),
    }
    values = ["5", "4", "н/а", "3", "зач", "5"]
    files = BASE | {
        "works.json": list(kinds.values()), "subjects.json": [subject()],
        "marks.json": [mark(n, n, None, value) for n, value in enumerate(values, start=1)],
    }  # fmt: skip
    reading = read(files)
    assert rows(reading, "period_marks", "subject_id", "academic_year", "kind", "period_id", "value", "class_id") == [
        ("алгебра", "2026/2027", "period", "quarter-1", "5", "7А"),
        ("алгебра", "2026/2027", "period", "half_year-2", "4", "7А"),
        ("алгебра", "2026/2027", "year", "", "н/а", "7А"),
        ("алгебра", "2026/2027", "exam", "", "3", "7А"),
        ("алгебра", "2026/2027", "final", "", "зач", "7А"),
    ]
    assert rows(reading, "period_marks", "entered_at")[0] == (datetime(2026, 9, 7, 14, 5, 37, 123456),)
    assert rejected(reading) == [("period_marks", "works.json: [5].periodType")]
    assert "marks" not in reading.tables
    assert "assignments" not in reading.tables


def test_final_marks_of_a_group() -> None:
    files = BASE | {
        "periods.json": [
            period(900, 1, "2026-09-01", "2026-10-27"), period(901, 1, "2026-09-01", "2026-10-01", "Module"),
        ],
        "subjects.json": [subject()],
        "final.json": [
            final_marks(900, (77, mark(1, 1, None, "4"))), final_marks(None, (77, mark(2, 2, None, "5"))),
            final_marks(900, (99, mark(3, 3, None, "3"))),
        ],
    }  # fmt: skip
    reading = read(files)
    assert rows(reading, "period_marks", "kind", "period_id", "value") == [("period", "quarter-1", "4")]
    assert rows(reading, "periods", "period_id", "starts_on", "ends_on") == [
        ("quarter-1", date(2026, 9, 1), date(2026, 10, 27))
    ]
    assert rejected(reading) == [
        ("period_marks", "final.json: [1].per-subject-final-marks[0].final-mark.work"),
        ("period_marks", "final.json: [2].per-subject-final-marks[0].final-mark"),
    ]
    assert [one.address for one in reading.warnings] == ["periods.json: [1].type"]


# Objects wherever they stand


def test_a_schedule_holds_everything() -> None:
    day = schedule(
        MON, lessons=[day_lesson(1, MON, 1, (8001, 9001))], works=[work(8001, 1, MON)],
        homeworks=[work(9001, 1, TUE, "Homework", text="№ 5")], marks=[mark(1, 8001, 1)], subjects=[
            {"id": 77, "name": "Алгебра", "knowledgeAreaId": 1}],
        workTypes=[{"id": 8, "schoolId": 3, "abbreviation": "О", "name": "Ответ на уроке", "isFinal": False,
                    "isImportant": False, "kindId": 1, "kind": "CommonWork"}],
        lessonLogEntries=[log(1, "Late")], teachers=[{"person": person(51, "Учитель"), "role": "Teacher"}],
    )  # fmt: skip
    reading = read({"schedule.json": day, "groups.json": group(), "manifest.json": ZONED})
    counts = {table: frame.height for table, frame in reading.tables.items()}
    assert {
        name: counts[name] for name in ("lessons", "homework", "assignments", "marks", "attendance")
    } == dict.fromkeys(("lessons", "homework", "assignments", "marks", "attendance"), 1)
    assert rows(reading, "work_types", "name") == [("Ответ на уроке",)]
    assert {one.role for one in reading.people if one.full_name} == {"teacher"}
    assert (reading.rejected, reading.warnings) == ([], [])


def test_the_same_mark_in_two_answers_is_one() -> None:
    reading = read(BASE | {"a.json": [mark(1, 8001, 1)], "b.json": {"marks": [mark(1, 8001, 1)]}})
    assert rows(reading, "marks", "mark_id") == [("dnevnik_ru:1",)]


def test_ids_are_taken_from_the_text_beside_them() -> None:
    rounded = mark(1, 8001, 1) | {"id": 1000000000000000100, "id_str": "1000000000000000123"}
    assert rows(read(BASE | {"m.json": [rounded]}), "marks", "mark_id") == [("dnevnik_ru:1000000000000000123",)]


# Statements


def test_records_are_whole_where_the_manifest_says_so() -> None:
    about = ZONED | {"scope_from": "2026-09-07", "scope_to": "2026-09-13", "complete": True}
    files = BASE | {"marks.json": [mark(1, 8001, 1)], "manifest.json": about}
    marks = stated(read(files), "marks")
    assert (marks.complete, marks.class_id, marks.pupil_id) == (True, "7А", "")
    assert (marks.date_from, marks.date_to) == (MON, date(2026, 9, 13))
    assert stated(read(files), "lessons").complete
    lost = read(files | {"marks.json": [mark(1, 8001, 1), mark(2, 8001, 99)]})
    assert not stated(lost, "marks").complete
    assert not any(one.complete for one in read(files | {"manifest.json": ZONED}).statements)


# Bad input


def test_a_cut_file_is_refused() -> None:
    data = packed({"m.json": [mark(1, 8001, 1)]}).files["m.json"][:-5]
    with pytest.raises(UnreadableExportError, match="обрезан"):
        read(BASE | {"m.json": data})


def test_unknown_answers_beside_are_told_of() -> None:
    reading = read(BASE | {"x.json": {"a": [1]}, "y.json": [], "z.png": b"\x89PNG"})
    assert sorted(one.address for one in reading.warnings) == ["x.json", "z.png"]


@pytest.mark.parametrize("answer", [[], {"type": "apiError"}, [{"id": 1, "name": "Алгебра"}]])
def test_other_json_is_not_taken_for_an_answer(answer: Any) -> None:
    assert not reader.recognise(packed({"a.json": answer}))


FIELDS = (
    "id", "id_str", "work", "person", "lesson", "value", "textValue", "number", "date", "type", "status", "targetDate",
    "displayInJournal", "workType", "subject", "subjectId", "name", "parallel", "parentIds", "studyyear", "kind",
    "abbr", "start", "finish", "periodType", "periodNumber", "eduGroup", "teachers", "hours", "per-subject-final-marks",
    "final-mark", "reportingPeriod", "createdDate", "marks", "works", "lessons", "subjects", "firstName", "lastName",
)  # fmt: skip
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["Quarter", "PeriodMark", "Homework", "5", "",
                                                                      "2026-09-07T10:00:00", "8:30 - 25:99"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=9),
    max_leaves=25,
)  # fmt: skip


@given(JSON_VALUES)
def test_no_answer_breaks_the_reader(answer: Any) -> None:
    reader.read(packed(BASE | {"a.json": answer, "m.json": [mark(1, 8001, 1)], "s.json": [subject(1), subject(5)]}))
