"""A batch of the registers is read like any export: names become ids, spans become days, what is taken back goes."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import polars as pl
import pytest

from ingest.contract import TABLES
from ingest.readers import register as reader
from ingest.reading import Export, Reading, UnreadableExportError
from ingest.registry import reader_for
from warehouse.registers.definitions import REGISTERS
from warehouse.registers.entries import Entry, read_entry
from warehouse.registers.journal import Journal
from warehouse.settings import School, Settings

ENTERED = datetime(2025, 10, 20, 9)
SAMPLES: dict[str, dict[str, object]] = {
    "school_details": {"item": "Директор", "value": "Образцова А. П."},
    "classes": {"class": "7 «А»", "shift": 2, "week_days": 5, "teacher": "Образцова Анна Петровна"},
    "enrollments": {"pupil": "Пробный Иван Ильич", "class": "7А", "form": "на дому"},
    "teaching_assignments": {"teacher": "Образцова Анна Петровна", "subject": "Алгебра", "class": "7А"},
    "subgroup_members": {"class": "7А", "subject": "Английский", "subgroup": "1", "pupil": "Пробный Иван Ильич"},
    "grading": {"subject": "ОРКСЭ", "grade_from": 4, "grade_to": 4, "graded": "без отметок"},
    "timetable": {"class": "7А", "weekday": "среда", "lesson_number": 3, "subject": "Алгебра"},
    "bells": {"shift": 1, "lesson_number": 1, "starts_at": "8:30", "ends_at": "9:10"},
    "periods": {"kind": "четверть", "ordinal": 2, "starts_on": "05.11.2025", "ends_on": "30.12.2025"},
    "curriculum": {"class": "7А", "subject": "Алгебра", "hours_per_week": "3,5"},
    "substitutions": {
        "date": "06.10.2025", "lesson_number": 2, "class": "7А", "subject": "Алгебра",
        "teacher": "Образцова Анна Петровна", "substitute": "Примерная Ольга Ивановна", "kind": "замена",
    },
    "teacher_absences": {"teacher": "Образцова Анна Петровна", "starts_on": "06.10.2025", "reason": "больничный"},
    "outages": {"starts_at": "06.10.2025 10:30", "ends_at": "06.10.2025 14:00"},
    "absence_documents": {
        "pupil": "Пробный Иван Ильич", "class": "7А", "starts_on": "06.10.2025", "kind": "справка о болезни",
    },
    "parent_statements": {
        "pupil": "Пробный Иван Ильич", "class": "7А", "starts_on": "06.10.2025", "kind": "иное",
    },
    "releases": {"pupil": "Пробный Иван Ильич", "class": "7А", "subject": "Физкультура", "starts_on": "01.09.2025"},
    "exclusions": {
        "date_from": "06.10.2025", "date_to": "07.10.2025", "class": "7А", "lesson_numbers": "5, 6",
        "reason": "экскурсия",
    },
    "orders": {"order_no": "12-у", "signed_on": "01.09.2025", "title": "О переводе"},
    "print_issues": {
        "pupil": "Пробный Иван Ильич", "class": "7А", "week": "08.10.2025", "issued_on": "13.10.2025",
    },
    "objections": {
        "finding": "topic_filled:l:7", "made_on": "06.10.2025", "teacher": "Образцова Анна Петровна",
        "reason": "Тема внесена",
    },
}  # fmt: skip


def made(register: str, **more: object) -> Entry:
    return read_entry(REGISTERS[register], {**SAMPLES[register], **more}, "2025/2026")  # type: ignore[dict-item]


def batch(tmp_path: Path, *entries: Entry) -> Export:
    home = Settings.load(tmp_path / "дом").add_school(School("s1", "Школа"))
    journal = Journal(home, "s1")
    journal.append(entries, author="завуч", entered_at=ENTERED, how="command")
    return Export("000001.json", {"000001.json": journal.files()[-1].read_bytes()})


def read(tmp_path: Path, *entries: Entry) -> Reading:
    export = batch(tmp_path, *entries)
    assert reader_for(export) is reader
    return reader.read(export)


def rows(reading: Reading, table: str, *columns: str) -> list[tuple[object, ...]]:
    return reading.tables[table].select(columns).rows()


@pytest.mark.parametrize("register", REGISTERS)
def test_every_register_becomes_rows_of_its_tables(tmp_path: Path, register: str) -> None:
    reading = read(tmp_path, made(register))
    assert (reading.school_id, reading.taken_at, reading.system) == ("s1", ENTERED, "register")
    assert not reading.rejected
    main = REGISTERS[register].tables[-1] if register != "periods" else "periods"
    assert reading.tables[main].height >= 1
    for table, frame in reading.tables.items():
        for name in TABLES[table].required:
            assert frame[name].null_count() == 0, (table, name)
    assert not any(one.complete for one in reading.statements)


@pytest.mark.parametrize("register", sorted(REGISTERS))
def test_what_is_taken_back_withdraws_just_its_rows(tmp_path: Path, register: str) -> None:
    entry = made(register)
    back = Entry(entry.register, entry.values, entry.academic_year, taken_back=True)
    home = Settings.load(tmp_path / "дом").add_school(School("s1", "Школа"))
    journal = Journal(home, "s1")
    for one in (entry, back):
        journal.append([one], author="завуч", entered_at=ENTERED, how="command")
    stood, gone = (reader.read(Export("b", {"b": path.read_bytes()})) for path in journal.files())
    lasting = {"pupils", "teachers", "subjects", "classes", "subgroups", "subgroup_classes"}
    for table in set(stood.tables) - lasting:
        keys = [name for name in TABLES[table].key if name in stood.tables[table].columns]
        assert gone.tables[table].select(keys).rows() == stood.tables[table].select(keys).rows(), table
        assert gone.tables[table]["deleted"].all(), table
    for table in set(gone.tables) & lasting:
        assert not gone.tables[table].get_column("deleted", default=pl.Series([False])).any(), table


def test_a_vacation_is_its_days(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        made("periods", kind="каникулы", ordinal=None, starts_on="30.10.2025", ends_on="02.11.2025", classes="1А; 1Б"),
    )  # fmt: skip
    assert rows(reading, "calendar", "date", "class_id", "day_kind")[:3] == [
        (date(2025, 10, 30), "1А", "vacation"), (date(2025, 10, 30), "1Б", "vacation"),
        (date(2025, 10, 31), "1А", "vacation"),
    ]  # fmt: skip
    assert reading.tables["calendar"].height == 8


def test_a_period_meets_the_printed_one(tmp_path: Path) -> None:
    assert rows(read(tmp_path, made("periods")), "periods", "period_id", "academic_year") == [
        ("quarter-2", "2025/2026")
    ]
    limited = made("periods", grade_from=5, grade_to=8)
    assert rows(read(tmp_path / "2", limited), "periods", "period_id") == [("quarter-2|5|8",)]


def test_bells_of_one_day_stand_beside_those_of_every_day(tmp_path: Path) -> None:
    reading = read(tmp_path, made("bells"), made("bells", weekday="понедельник", ends_at="9:00"))
    assert rows(reading, "bells", "weekday", "ends_at") == [(None, time(9, 10)), (1, time(9, 0))]


def test_names_are_one_person_wherever_they_stand(tmp_path: Path) -> None:
    reading = read(tmp_path, made("teacher_absences"), made("substitutions"), made("classes"))
    (leave,) = rows(reading, "teacher_absences", "teacher_id")
    (away,) = rows(reading, "substitutions", "absent_teacher_id")
    assert leave == away
    assert rows(reading, "class_teachers", "teacher_id", "starts_on") == [(leave[0], date(2025, 9, 1))]
    assert "Образцова" not in repr(reading.statements)


def test_a_printout_is_of_a_week_and_of_the_pupil_whose_parents_asked_for_it(tmp_path: Path) -> None:
    reading = read(
        tmp_path, made("parent_statements", kind="распечатка отметок"), made("print_issues"),
        made("print_issues", week="20.10.2025", issued_on="20.10.2025"),
    )  # fmt: skip
    ((pupil, kind),) = rows(reading, "parent_statements", "pupil_id", "kind")
    assert kind == "printout"
    assert rows(reading, "print_issues", "pupil_id", "week", "issued_at") == [
        (pupil, "2025-10-06", datetime(2025, 10, 13)), (pupil, "2025-10-20", datetime(2025, 10, 20)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "rule", "subject_key"),
    [
        ("topic_filled:l:7", "topic_filled", "l:7"),
        ("marks_gap:7А||алгебра|quarter-1:2025/2026", "marks_gap", "7А||алгебра|quarter-1"),
    ],
)
def test_an_objection_finds_its_finding_and_an_answer_completes_it(
    tmp_path: Path, code: str, rule: str, subject_key: str
) -> None:
    asked, told = made("objections", finding=code), made(
        "objections", finding=code, answer="снято", answer_text="сверено с журналом", answered_on="08.10.2025"
    )  # fmt: skip
    first, second = read(tmp_path / "1", asked), read(tmp_path / "2", told)
    keys = ("rule", "subject_key", "made_at")
    assert rows(first, "objections", *keys) == [(rule, subject_key, datetime(2025, 10, 6))]
    assert rows(second, "objections", *keys) == rows(first, "objections", *keys)
    assert rows(second, "objections", "answer", "answered_at", "answer_text") == [
        ("withdrawn", datetime(2025, 10, 8), "сверено с журналом")
    ]
    undated = read(tmp_path / "3", made("objections", finding=code, answer="оставлено", answer_text="темы нет"))
    assert rows(undated, "objections", "answer", "answered_at") == [("kept", ENTERED)]


def test_a_damaged_or_newer_batch_is_put_aside(tmp_path: Path) -> None:
    export = batch(tmp_path, made("orders"))
    data = export.files["000001.json"]
    for broken in (data[:-40], data.replace(b'"format": 1', b'"format": 99'), data.replace(b'"orders"', b'"unknown"')):
        changed = Export("x", {"x": broken})
        assert reader.recognise(changed)
        with pytest.raises(UnreadableExportError):
            reader.read(changed)
