"""The record of a regulation: every change with old and new, also by hand, and nothing of others is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from warehouse.regulation import commands, file
from warehouse.regulation.answers import Answer, Regulation
from warehouse.regulation.meanings import NOT_SAID, Term
from warehouse.regulation.record import Change, Record, RecordError, Said

AT = datetime(2026, 9, 1, 10, 0)
IN_THE_DAY = Said("в день урока")
TOPIC = Answer("topic", Term("lesson"))
LATER = Answer("topic", Term("lesson", "", 1, "working_days"), "п. 7", "на другой день", date(2027, 1, 11))
HOMEWORK = Answer("homework", NOT_SAID)


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(file.file_of(tmp_path, "s1"))


def entered(record: Record, *answers: Answer, hour: int = 10, **heads: str) -> tuple[Change, ...]:
    after = Regulation(answers, **heads)
    kept = record.keep(record.read(), after, author="завуч", at=AT.replace(hour=hour), how="workbook")
    assert kept[0] == after == record.read()
    return kept[1]


def test_old_and_new_of_every_change_are_kept(record: Record) -> None:
    entered(record, TOPIC, document="Приказ № 5")
    entered(record, TOPIC, LATER, document="Приказ № 6")
    entered(record, replace(TOPIC, meaning=NOT_SAID), document="Приказ № 6")
    first, second, third = record.all()
    assert (first.author, first.entered_at, first.how) == ("завуч", AT, "workbook")
    assert set(first.changes) == {
        Change("document", None, None, Said("Приказ № 5")), Change("topic", None, None, IN_THE_DAY),
    }  # fmt: skip
    said = Said("1 рабочий день после урока", "п. 7", "на другой день")
    assert set(second.changes) == {
        Change("document", None, Said("Приказ № 5"), Said("Приказ № 6")),
        Change("topic", date(2027, 1, 11), None, said),
    }
    assert set(third.changes) == {
        Change("topic", None, IN_THE_DAY, Said("в положении не сказано")),
        Change("topic", date(2027, 1, 11), said, None),
    }


def test_what_changes_nothing_is_not_recorded(record: Record) -> None:
    entered(record, TOPIC)
    before = record.path.read_bytes()
    assert entered(record, TOPIC) == ()
    assert len(record.all()) == 1
    assert record.path.read_bytes() == before


def test_what_was_changed_by_hand_is_recorded_without_a_name(record: Record) -> None:
    file.write(record.path, Regulation((TOPIC,)))  # a file older than the record
    assert record.by_hand() == (Change("topic", None, None, IN_THE_DAY),)
    entered(record, TOPIC, HOMEWORK)
    assert [(one.author, one.how) for one in record.all()] == [("", "file"), ("завуч", "workbook")]

    text = record.path.read_text(encoding="utf-8")
    record.path.write_text(text.replace('answer = "в день урока"', 'answer = "15 мин после урока"'), encoding="utf-8")
    *_recorded, note, change = commands.history(record)
    assert "в самом файле" in note
    assert change.strip() == "Тема урока: «в день урока» → «15 мин после урока»"
    entered(record, HOMEWORK)
    assert [one.how for one in record.all()] == ["file", "workbook", "file", "workbook"]
    assert record.by_hand() == ()


def test_answers_that_others_gave_meanwhile_stay(record: Record) -> None:
    entered(record, TOPIC)
    seen = record.read()
    entered(record, TOPIC, HOMEWORK)  # while somebody looks at `seen`
    changed = replace(seen, answers=(replace(TOPIC, meaning=NOT_SAID),))
    then, _changes = record.keep(seen, changed, author="другой", at=AT, how="command")
    assert {(one.question, one.meaning) for one in then.answers} == {("topic", NOT_SAID), ("homework", NOT_SAID)}


def test_a_changed_record_and_a_slow_clock_are_noticed_before_anything_is_written(record: Record) -> None:
    entered(record, TOPIC)
    before = record.path.read_bytes()
    with pytest.raises(RecordError, match="Часы"):
        record.keep(record.read(), Regulation(()), author="завуч", at=AT.replace(hour=9), how="command")
    (first,) = record.path.with_suffix("").glob("*.json")
    first.write_bytes(first.read_bytes()[:50])
    with pytest.raises(RecordError, match="из копии"):
        record.keep(record.read(), Regulation(()), author="завуч", at=AT, how="command")
    assert record.path.read_bytes() == before
