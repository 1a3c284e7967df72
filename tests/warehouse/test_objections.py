"""Objections: codes of findings taken apart, what an answer completes, and what a person is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Run
from tests.school_book import MARTS, Edited
from warehouse.registers import commands, objections
from warehouse.registers.codes import Address, address, is_code
from warehouse.registers.entries import Entry
from warehouse.registers.journal import Journal
from warehouse.settings import School, Settings

TODAY, LATER = date(2025, 10, 20), date(2025, 10, 27)
TOPIC, GAP = "topic_filled:l000736", "marks_gap:7А||алгебра|quarter-1:2025/2026"
ASKED = {"--teacher": "Образцова Анна Петровна", "--reason": "Тема внесена"}
FINDINGS = f"""
create table reports.rpt_deputy__findings as select 's1' as school_id, * from (values
    ('{TOPIC}', '7А', 'Алгебра', 'Образцова А. П.', date '2025-10-06', 'тема не внесена', 'Пробный Иван'),
    ('{GAP}', '7А', null, 'Образцова А. П.', null, 'отметок нет', ''))
    as one (finding_id, class_name, subject_name, teacher_name, date, finding, pupil_name);
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path / "дом").add_school(School("s1", "Школа"))


def publish(home: Path) -> None:
    """Put a version with two findings into service."""
    file = home / "warehouse" / "s1.duckdb"
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(file) as con:
        con.execute(MARTS)
        con.execute(FINDINGS)
    entry = {"file": str(file), "as_of": "2025-10-20T08:00:00", "fingerprint": ""}
    pointer = {"version": "v00001", "schools": {"s1": entry}}
    (home / "warehouse" / "current.json").write_text(json.dumps(pointer), encoding="utf-8")


@pytest.fixture
def built(settings: Settings) -> Settings:
    publish(settings.home)
    return settings


def enter(settings: Settings, given: Mapping[str, str], day: date = TODAY) -> Entry:
    made = commands.entry("objection", objections.completed(settings, "s1", given, day))
    at = datetime.combine(day, datetime.min.time())
    Journal(settings, "s1").append([made], author="завуч", entered_at=at, how="command")
    return made


# Codes


@pytest.mark.parametrize(
    ("code", "rule", "subject_key"),
    [
        (TOPIC, "topic_filled", "l000736"),
        ("topic_filled:2025/26:7А:2025/2026", "topic_filled", "2025/26:7А:2025/2026"),
        ("day_absent_but_one:u1|2025-10-06", "day_absent_but_one", "u1|2025-10-06"),
        (GAP, "marks_gap", "7А||алгебра|quarter-1"),
        ("marks_gap:7А:1:2025/2026", "marks_gap", "7А:1"),
        ("marks_gap:7А:", "marks_gap", "7А"),
        ("a_rule_of_old:7А:2025/2026", "a_rule_of_old", "7А"),
        ("a_rule_of_old:7А", "a_rule_of_old", "7А"),
    ],
)
def test_a_code_is_taken_apart(code: str, rule: str, subject_key: str) -> None:
    assert address(code) == Address(rule, subject_key)
    assert is_code(code) == (rule != "a_rule_of_old")


@pytest.mark.parametrize("text", ["", "topic_filled", "topic_filled:", "тема:l1", "marks_gap:7А||алгебра|quarter-1"])
def test_what_is_no_code_is_refused_with_advice(settings: Settings, text: str) -> None:
    with pytest.raises(commands.WrongEntryError, match="Код") as caught:
        enter(settings, {**ASKED, "--finding": text})
    assert "--date" not in str(caught.value), "the day is today's"


# Completing


def test_an_answer_completes_the_objection_that_stands(built: Settings) -> None:
    first = enter(built, {**ASKED, "--finding": TOPIC})
    assert first.values["made_on"] == "2025-10-20"
    second = enter(built, {"--finding": TOPIC, "--answer": "снято", "--answer-text": "сверено"}, LATER)
    assert second.key == first.key
    assert second.values == {
        **first.values, "answer": "withdrawn", "answer_text": "сверено", "answered_on": "2025-10-27",
    }  # fmt: skip
    assert len(Journal(built, "s1").batches()) == 2
    third = enter(built, {"--finding": TOPIC, "--answer": "оставлено", "--answer-text": "темы нет"}, LATER)
    assert (third.key, third.values["answer"]) == (first.key, "kept")


def test_words_are_mended_as_long_as_nobody_answered_and_a_new_objection_is_made_after(built: Settings) -> None:
    first = enter(built, {**ASKED, "--finding": TOPIC})
    mended = enter(built, {"--finding": TOPIC, "--reason": "Внесена в срок"}, LATER)
    assert (mended.key, mended.values["teacher"]) == (first.key, ASKED["--teacher"])
    enter(built, {"--finding": TOPIC, "--answer": "оставлено", "--answer-text": "нет"}, LATER)
    again = enter(built, {**ASKED, "--finding": TOPIC, "--date": "28.10.2025"}, LATER)
    assert again.key != first.key
    assert "answer" not in again.values
    answered = enter(built, {"--finding": TOPIC, "--answer": "снято", "--answer-text": "да"}, LATER)
    assert answered.key == again.key, "an answer is to the objection made last"


def test_an_answer_to_no_objection_says_what_is_missing(built: Settings) -> None:
    with pytest.raises(commands.WrongEntryError, match="--reason"):
        enter(built, {"--finding": TOPIC, "--answer": "снято", "--answer-text": "сверено"})


# Which finding it is


def test_a_finding_that_is_not_there_is_told_and_nothing_is_entered(built: Settings) -> None:
    with pytest.raises(commands.WrongEntryError, match="последней сборке нет"):
        enter(built, {**ASKED, "--finding": "topic_filled:l999"})
    assert Journal(built, "s1").files() == []


def test_an_objection_to_a_finding_that_was_mended_since_can_be_answered(built: Settings) -> None:
    enter(built, {**ASKED, "--finding": TOPIC})
    with duckdb.connect(built.home / "warehouse" / "s1.duckdb") as con:
        con.execute("delete from reports.rpt_deputy__findings")
    made = enter(built, {"--finding": TOPIC, "--answer": "снято", "--answer-text": "да"})
    assert next(objections.lines(built, "s1", made)) == "В последней сборке этого замечания уже нет."


def test_a_person_is_told_which_finding_it_is_without_names_of_children(built: Settings) -> None:
    said = "\n".join(objections.lines(built, "s1", enter(built, {**ASKED, "--finding": TOPIC})))
    assert "Замечание: 7А, Алгебра, 06.10.2025: тема не внесена (Образцова А. П.)" in said
    assert f'zavuch register add objection --finding "{TOPIC}" --answer снято' in said
    assert "Пробный" not in said
    (gap, *_rest) = objections.lines(built, "s1", enter(built, {**ASKED, "--finding": GAP}))
    assert gap == "Замечание: 7А: отметок нет (Образцова А. П.)"


def test_codes_of_a_workbook_that_are_not_there_are_told(built: Settings, settings: Settings) -> None:
    known = enter(built, {**ASKED, "--finding": TOPIC})
    slip = Entry("objections", {**known.values, "finding": "topic_filled:l00073"})
    (line,) = objections.unknown_lines(built, "s1", [known, slip])
    assert "topic_filled:l00073." in line
    assert TOPIC not in line
    assert list(objections.unknown_lines(built, "s1", [known])) == []


def test_the_command_enters_answers_and_refuses(run_zavuch: Run, home: Path) -> None:
    Settings(home).add_school(School("s1", "Школа"))
    add = ("register", "add", "objection", "--finding", TOPIC)
    before = run_zavuch(*add, "--teacher", "Образцова Анна Петровна", "--reason", "внесена", "--date", "06.10.2025")
    assert (before.returncode, "ещё не собрано" in before.stdout) == (0, True), before.stderr
    publish(home)
    done = run_zavuch(*add, "--answer", "снято", "--answer-text", "сверено с журналом")
    said = " ".join(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert "Замечание: 7А, Алгебра, 06.10.2025: тема не внесена (Образцова А. П.)" in said
    assert "Решение снято, Пояснение к решению сверено с журналом" in said
    wrong = run_zavuch("register", "add", "objection", "--finding", f"{TOPIC}1", "--answer", "снято")
    assert wrong.returncode == 2
    assert f"{TOPIC}1" in wrong.stderr
    assert len(Journal(Settings.load(home), "s1").files()) == 2

    assert run_zavuch("workbook", "export", "--year", "2025/2026").returncode == 0
    file = home / "documents" / "Шаблон школы.xlsx"
    book = Edited(file.read_bytes())
    book.add(
        "objections", finding=f"{TOPIC}1", made_on=date(2025, 10, 6), teacher="Ёлкина Анна Петровна", reason="внесена"
    )
    file.write_bytes(book.bytes())
    told = " ".join(run_zavuch("workbook", "import", file).stdout.split())
    assert f"замечаний с такими кодами в последней сборке нет: {TOPIC}1." in told
