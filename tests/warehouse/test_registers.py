"""Registers: values as people write them, entries that cannot stand, an append-only journal that notices changes."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.registers import commands
from warehouse.registers.definitions import REGISTERS, WORDS
from warehouse.registers.entries import Entry, EntryError, line, read_entry, years_around
from warehouse.registers.journal import Journal, RegistersError
from warehouse.registers.values import Field, NotUnderstoodError, parse, shown, typed
from warehouse.settings import School, Settings

MORNING = datetime(2025, 10, 20, 9)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path / "дом").add_school(School("s1", "Школа"))


@pytest.fixture
def journal(home: Settings) -> Journal:
    return Journal(home, "s1")


def outage(starts: str = "06.10.2025 10:30", ends: str = "06.10.2025 14:00", **more: str) -> Entry:
    return read_entry(REGISTERS["outages"], {"starts_at": starts, "ends_at": ends, **more})


# Values


@pytest.mark.parametrize(
    ("kind", "given_text", "kept"),
    [
        ("date", "6.10.25", "2025-10-06"), ("date", "2025-10-06", "2025-10-06"),
        ("date", date(2025, 10, 6), "2025-10-06"),
        ("date", datetime(2025, 10, 6, 0, 0), "2025-10-06"), ("time", "8.30", "08:30"), ("time", time(8, 30), "08:30"),
        ("moment", "06.10.2025 10:30", "2025-10-06T10:30"), ("moment", "2025-10-06T10:30", "2025-10-06T10:30"),
        ("moment", "06.10.2025", "2025-10-06T00:00"), ("int", "3", 3), ("int", 3.0, 3), ("float", "2,5", 2.5),
        ("bool", "Да", True), ("bool", "нет", False), ("text", "  два\u00a0 слова ", "два слова"), ("text", 5.0, "5"),
        ("choice", "Чётная", "even"), ("choice", "even", "even"), ("date", "  ", None), ("int", None, None),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(kind: str, given_text: object, kept: object) -> None:
    about = Field("x", "Икс", kind, choices={"чётная": "even"})  # type: ignore[arg-type]
    assert parse(about, given_text) == kept  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "31.02.2025"), ("date", "вчера"), ("time", "25:00"), ("moment", "06.10.2025 в обед"), ("int", "2,5"),
        ("int", "семь"), ("int", "99"), ("bool", "может быть"), ("choice", "всякая"), ("text", "а" * 501),
        ("int", True),
    ],
)  # fmt: skip
def test_what_is_not_understood_says_what_to_write(kind: str, text: object) -> None:
    about = Field("x", "Икс", kind, choices={"чётная": "even"}, lowest=0, highest=15)  # type: ignore[arg-type]
    with pytest.raises(NotUnderstoodError) as caught:
        parse(about, text)  # type: ignore[arg-type]
    assert caught.value.reason
    assert caught.value.advice.endswith(".")
    assert str(text) not in caught.value.reason


@given(day=st.dates(date(2020, 1, 1), date(2040, 12, 31)), clock=st.times(), number=st.integers(0, 99_999))
@settings(max_examples=60, deadline=None)
def test_what_is_shown_is_read_back(day: date, clock: time, number: int) -> None:
    moment = datetime.combine(day, clock).replace(second=0, microsecond=0)
    for kind, value in (("date", day), ("moment", moment), ("time", clock), ("float", number / 100)):
        about = Field("x", "Икс", kind)  # type: ignore[arg-type]
        kept = parse(about, value)
        assert parse(about, shown(about, kept)) == kept
        assert parse(about, typed(about, kept)) == kept


# Entries


def test_every_register_has_keys_and_words_are_unique() -> None:
    assert all(register.keys for register in REGISTERS.values())
    assert len(WORDS) == len([register for register in REGISTERS.values() if register.word])
    for register in REGISTERS.values():
        assert len({field.title for field in register.fields}) == len(register.fields), register.name


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(EntryError) as caught:
        read_entry(REGISTERS["substitutions"], {"date": "завтра", "lesson_number": 2, "class": "7А"})
    assert set(caught.value.faults) == {"date", "subject", "teacher", "kind"}


@pytest.mark.parametrize(
    ("register", "values", "fault"),
    [
        ("outages", {"starts_at": "06.10.2025 14:00", "ends_at": "06.10.2025 10:00"}, "ends_at"),
        ("exclusions", {"date_from": "06.10.2025", "date_to": "05.10.2025", "reason": "экскурсия"}, "date_to"),
        ("grading", {"subject": "Музыка", "grade_from": 7, "grade_to": 5, "graded": "отметки"}, "grade_to"),
        ("school_details", {"item": "Замечания ведём с", "value": "осень"}, "value"),
    ],
)
def test_what_contradicts_itself_is_refused(register: str, values: dict[str, object], fault: str) -> None:
    with pytest.raises(EntryError) as caught:
        read_entry(REGISTERS[register], values)  # type: ignore[arg-type]
    assert set(caught.value.faults) == {fault}


def test_a_detail_of_the_school_is_kept_by_its_kind() -> None:
    entry = read_entry(REGISTERS["school_details"], {"item": "Замечания ведём с", "value": "01.11.2025"})
    assert entry.values == {"item": "remarks_from", "value": "2025-11-01"}


def test_a_detail_is_told_by_its_kind(journal: Journal, home: Settings) -> None:
    entry = read_entry(REGISTERS["school_details"], {"item": "Замечания ведём с", "value": datetime(2025, 11, 1)})
    assert line(entry) == "Школа и реквизиты: Что Замечания ведём с, Значение 01.11.2025"
    journal.append([entry], author="а", entered_at=MORNING, how="workbook")
    (listed,) = commands.listed(home, "s1", None, everything=False)
    assert listed.endswith("Значение 01.11.2025")
    assert "20 класс" in line(read_entry(REGISTERS["school_details"], {"item": "Адрес", "value": "20 класс"}))


@pytest.mark.parametrize(
    ("newest", "day", "fits"),
    [
        (None, "01.09.1990", True), (None, "01.09.1989", False), (None, "31.12.2100", True),
        (None, "01.01.2101", False),
        (date(2026, 10, 5), "01.01.1996", True), (date(2026, 10, 5), "31.12.1995", False),
        (date(2026, 10, 5), "31.12.2031", True), (date(2026, 10, 5), "01.01.2032", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("register", "field"), [("orders", "signed_on"), ("outages", "starts_at"), ("school_details", "value")]
)
def test_a_year_far_from_the_exports_is_refused_with_the_day(
    newest: date | None, day: str, fits: bool, register: str, field: str
) -> None:
    given_values = {"order_no": "1", "title": "О", "item": "Замечания ведём с", field: day}
    if fits:
        read_entry(REGISTERS[register], given_values, years=years_around(newest))
        return
    with pytest.raises(EntryError) as caught:
        read_entry(REGISTERS[register], given_values, years=years_around(newest))
    assert set(caught.value.faults) == {field}
    assert day in caught.value.faults[field][0]


def test_any_day_of_a_week_means_its_monday() -> None:
    given_values = {"pupil": "Пробный Иван", "class": "7А", "issued_on": "13.10.2025"}
    monday, sunday = (
        read_entry(REGISTERS["print_issues"], {**given_values, "week": day})
        for day in ("06.10.2025", date(2025, 10, 12))
    )
    assert monday == sunday
    assert monday.values["week"] == "2025-10-06"
    assert monday.values["issued_on"] == "2025-10-13"


@pytest.mark.parametrize(
    ("given_values", "fault"), [({"answer": "снято"}, "answer_text"), ({"answer_text": "сверено"}, "answer")]
)
def test_a_decision_and_its_text_stand_together(given_values: dict[str, str], fault: str) -> None:
    asked = {"finding": "topic_filled:l1", "made_on": "06.10.2025", "teacher": "Образцова А. П.", "reason": "внесено"}
    with pytest.raises(EntryError) as caught:
        read_entry(REGISTERS["objections"], asked | given_values)
    assert set(caught.value.faults) == {fault}
    read_entry(REGISTERS["objections"], asked)


def test_letters_do_not_make_another_entry() -> None:
    one, other = (
        read_entry(REGISTERS["releases"], {"pupil": name, "class": "7А", "starts_on": "01.09.2025"})
        for name in ("Семёнов  Пётр", "семенов петр")
    )
    assert one.key == other.key
    assert line(one) == "Освобождения от предмета: Ученик Семёнов Пётр, Класс 7А, С какого дня 01.09.2025"


# The journal


def test_entries_are_kept_with_author_and_moment(journal: Journal) -> None:
    journal.append([outage()], author="завуч", entered_at=MORNING, how="command")
    (stands,) = journal.standing("outages").values()
    assert (stands.batch.author, stands.batch.entered_at, stands.batch.number) == ("завуч", MORNING, 1)
    assert stands.entry == outage()


def test_what_stands_already_is_not_written_again(journal: Journal) -> None:
    journal.append([outage()], author="а", entered_at=MORNING, how="command")
    again = journal.append([outage(), outage()], author="б", entered_at=MORNING, how="workbook")
    assert again.entries == ()
    assert len(journal.files()) == 1


def test_a_correction_is_a_new_entry_and_the_old_stays_readable(journal: Journal) -> None:
    journal.append([outage()], author="а", entered_at=MORNING, how="command")
    journal.append([outage(ends="06.10.2025 15:00")], author="б", entered_at=MORNING, how="command")
    assert journal.entries("outages") == [outage(ends="06.10.2025 15:00")]
    assert [one.entries[0].values["ends_at"][-5:] for one in journal.batches()] == ["14:00", "15:00"]  # type: ignore[index]


def test_a_batch_takes_back_corrects_and_adds(journal: Journal) -> None:
    first, second = outage(), outage("07.10.2025 10:00", "07.10.2025 11:00")
    journal.append([first, second], author="а", entered_at=MORNING, how="command")
    longer, third = outage(ends="06.10.2025 16:00"), outage("08.10.2025 10:00", "")
    gone = Entry(second.register, second.values, taken_back=True)
    written = journal.append([gone, longer, third], author="а", entered_at=MORNING, how="workbook")
    assert [(one.key, one.taken_back) for one in written.entries] == [
        (second.key, True), (longer.key, False), (third.key, False),
    ]  # fmt: skip
    assert set(journal.standing("outages")) == {longer.key, third.key}
    assert journal.everything() == {"outages": [longer, third]}
    assert journal.append([third, longer, gone], author="а", entered_at=MORNING, how="workbook").entries == ()


@pytest.mark.parametrize("damage", ["changed", "gone", "broken"])
def test_a_changed_journal_is_noticed(journal: Journal, damage: str) -> None:
    for hour in (9, 10, 11):
        journal.append(
            [outage(f"06.10.2025 {hour}:00")], author="а", entered_at=MORNING.replace(hour=hour), how="command"
        )
    first = journal.files()[0]
    if damage == "changed":
        first.write_text(first.read_text(encoding="utf-8").replace('"а"', '"я"'), encoding="utf-8")
    elif damage == "gone":
        first.unlink()
    else:
        first.write_bytes(first.read_bytes()[:100])
    with pytest.raises(RegistersError, match="из копии"):
        journal.batches()
    with pytest.raises(RegistersError):
        journal.append([outage("01.10.2025 9:00")], author="а", entered_at=MORNING.replace(hour=12), how="command")


def test_a_slow_clock_writes_nothing(journal: Journal) -> None:
    journal.append([outage()], author="а", entered_at=MORNING, how="command")
    with pytest.raises(RegistersError, match="Часы"):
        journal.append([outage("01.10.2025")], author="а", entered_at=MORNING.replace(hour=8), how="command")
    assert len(journal.files()) == 1


ENTRIES = st.builds(
    lambda day, hours, back: (
        outage(f"{day:02}.10.2025 10:00", f"{day:02}.10.2025 {10 + hours}:00"), back
    ),
    st.integers(1, 4), st.integers(1, 5), st.booleans(),
)  # fmt: skip


@given(batches=st.lists(st.lists(ENTRIES, max_size=4), max_size=5))
@settings(max_examples=40, deadline=None)
def test_what_stands_is_what_was_said_last(batches: list[list[tuple[Entry, bool]]], tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    home = Settings.load(tmp_path_factory.mktemp("дом")).add_school(School("s1", "Школа"))
    journal, expected = Journal(home, "s1"), {}
    for said in batches:
        entries = [Entry(one.register, one.values, taken_back=back) for one, back in said]
        journal.append(entries, author="а", entered_at=MORNING, how="command")
        for entry in entries:
            expected.pop(entry.key, None)
            if not entry.taken_back:
                expected[entry.key] = entry
    assert {key: one.entry for key, one in journal.standing("outages").items()} == expected


def test_no_name_of_a_person_is_in_an_error(home: Settings) -> None:
    with pytest.raises(commands.WrongEntryError) as caught:
        commands.entry("release", {"--pupil": "Пробный Иван", "--class": "7А", "--from": "когда-нибудь"})
    assert "Пробный" not in str(caught.value)
    assert "--from: Дата не понята" in str(caught.value)


def test_what_was_taken_back_is_entered_again_and_called_so(home: Settings) -> None:
    leave = commands.entry("leave", {"--teacher": "Образцова Анна Петровна", "--from": "06.10.2025"})
    assert commands.add(home, "s1", leave, author="завуч", at=MORNING).startswith("Внесено: Отсутствие учителей")
    commands.remove(home, "s1", "1.1", author="завуч", at=MORNING)
    assert commands.add(home, "s1", leave, author="завуч", at=MORNING).startswith("Внесено снова: Отсутствие учителей")
    assert commands.add(home, "s1", leave, author="завуч", at=MORNING).startswith("Это уже внесено")


@pytest.mark.parametrize("name", ["outages", "outage", "Сбои", " сбои "])
def test_a_register_is_listed_by_each_of_its_names(home: Settings, name: str) -> None:
    for word, given_options in (("outage", {}), ("leave", {"--teacher": "Образцова Анна Петровна"})):
        entry = commands.entry(word, {"--from": "06.10.2025", **given_options})
        commands.add(home, "s1", entry, author="завуч", at=MORNING)
    (listed,) = commands.listed(home, "s1", name, everything=False)
    assert "Сбои: Начало 06.10.2025 00:00" in listed


def test_an_unknown_register_is_answered_with_the_names_of_all(home: Settings) -> None:
    with pytest.raises(commands.WrongEntryError) as caught:
        commands.listed(home, "s1", "Отпуска", everything=False)
    assert "Отсутствие учителей (leave)" in str(caught.value)
    assert all(register.title in str(caught.value) for register in REGISTERS.values())


def test_entries_are_listed_and_taken_back_by_number(home: Settings) -> None:
    for starts in ("06.10.2025", "07.10.2025"):
        entry = commands.entry("outage", {"--from": starts, "--to": f"{starts} 12:00"})
        commands.add(home, "s1", entry, author="завуч", at=MORNING)
    assert "Отменено" in commands.remove(home, "s1", "1.1", author="завуч", at=MORNING)
    (stands,) = commands.listed(home, "s1", "outage", everything=False)
    assert stands.strip().startswith("2.1")
    assert [text.split()[0] for text in commands.listed(home, "s1", None, everything=True)] == ["1.1", "2.1", "3.1"]
    with pytest.raises(commands.WrongEntryError, match=r"1\.1"):
        commands.remove(home, "s1", "1.1", author="завуч", at=MORNING)


def test_the_file_is_readable_by_a_person(journal: Journal) -> None:
    journal.append([outage()], author="завуч", entered_at=MORNING, how="command")
    told = json.loads(journal.files()[0].read_text(encoding="utf-8"))
    assert told["zavuch"] == "register"
    assert told["entries"][0]["values"]["starts_at"] == "2025-10-06T10:30"


def test_an_outage_of_days_lasts_to_their_end() -> None:
    assert outage("06.10.2025", "06.10.2025").values["ends_at"] == "2025-10-06T23:59"
    assert outage("06.10.2025 9:00", "07.10.2025").values["ends_at"] == "2025-10-07T23:59"
    cells = read_entry(REGISTERS["outages"], {"starts_at": datetime(2025, 10, 6), "ends_at": datetime(2025, 10, 6)})
    assert cells.values == {"starts_at": "2025-10-06T00:00", "ends_at": "2025-10-06T23:59"}
