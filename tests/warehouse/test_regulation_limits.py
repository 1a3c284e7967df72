"""Numbers and severities of a school: the file and its faults, the record, what commands tell, what the store shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from ingest.school_regulation import _merged
from warehouse import store
from warehouse.regulation import commands, file
from warehouse.regulation.answers import Answer, AnswerError, Regulation
from warehouse.regulation.compare import compared_limits, worded
from warehouse.regulation.file import RegulationError
from warehouse.regulation.limits import LIMITS, Limit, last_days, limited, limits_with_later, number_of, number_ru
from warehouse.regulation.meanings import NOT_SAID, Term
from warehouse.regulation.record import Change, Record, Said
from warehouse.settings import School, Settings

AT = datetime(2026, 9, 1, 10, 0)
SHARE = Limit("written_marks.share", 0.9, "п. 5", "не менее 90 процентов", date(2026, 9, 1))
LESSONS = Limit("marks_gap.lessons_limit", 4)
GOOD = '[[limit]]\nname = "written_marks.share"\nvalue = 0.9\n'


def test_numbers_and_severities_come_back_from_the_file_as_they_were(tmp_path: Path) -> None:
    answers = (Answer("topic", Term("lesson"), severity="check"), Answer("homework", NOT_SAID, severity="remark"))
    regulation = Regulation(
        answers, "mbou", limits=limits_with_later([LESSONS], [SHARE, replace(SHARE, value=0.123456789)])
    )
    path = tmp_path / "s1.toml"
    file.write(path, regulation)
    assert file.read(path) == regulation
    text = path.read_text(encoding="utf-8")
    assert 'severity = "проверьте"' in text
    assert f'# {LIMITS[LESSONS.name].title}\n[[limit]]\nname = "marks_gap.lessons_limit"\nvalue = 4\n' in text


def test_the_severity_may_be_written_as_the_rules_write_it(tmp_path: Path) -> None:
    path = tmp_path / "s1.toml"
    path.write_text('[[topic]]\nanswer = "в день урока"\nseverity = "remark"\n', encoding="utf-8")
    assert file.read(path).answers[0].severity == "remark"


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        (GOOD.replace("share", "shara"), "строка 2, limit written_marks.shara", "Может быть, written_marks.share?"),
        (
            '[[limit]]\nname = "щ"\nvalue = 1\n',
            "строка 2",
            "Такого числа нет: «щ». Все числа: zavuch regulation limits",
        ),
        (GOOD.replace("0.9", "1.5"), "строка 3", "1,5 не годится, нужно число от 0,1 до 1"),
        (GOOD.replace("0.9", "nan"), "строка 3", "не годится"),
        ('[[limit]]\nname = "marks_gap.lessons_limit"\nvalue = 4.5\n', "строка 3", "нужно целое число от 2 до 50"),
        ('[[limit]]\nname = "averages_disagree.tolerance"\nvalue = 0.1\n', "строка 2", "Такого числа нет"),
        (GOOD.replace("0.9", '"0.9"'), "строка 3", "без кавычек и с точкой"),
        (GOOD.replace("0.9", "true"), "строка 3", "без кавычек и с точкой"),
        ('[[limit]]\nname = "written_marks.share"\n', "строка 1", "без кавычек и с точкой"),
        (GOOD + 'quote = "слова"\n', "строка 1", "не указан её пункт"),
        (GOOD + 'answer = "да"\n', "строка 4", "Слово answer"),
        (GOOD + 'valid_from = "2026-09-01"\n', "строка 4", "без кавычек"),
        (GOOD + "\n" + GOOD, "строка 5", "На этот день число уже есть"),
        (GOOD.replace("[[limit]]", "[limit]"), "строка 1", "[[limit]]"),
        ('[[topic]]\nanswer = "да"\nseverity = "жалоба"\n', "строка 2", "не подходит"),
        ('[[topic]]\nanswer = "в день урока"\nseverity = "жалоба"\n', "строка 3", "замечание, проверьте"),
    ],
)
def test_a_fault_is_told_with_its_place_and_the_mend(tmp_path: Path, text: str, place: str, reason: str) -> None:
    path = tmp_path / "s1.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegulationError) as caught:
        file.read(path)
    (told,) = map(str, caught.value.faults)
    assert told.startswith(place), told
    assert reason in told


def test_a_number_holds_until_the_next_one_begins() -> None:
    later = replace(SHARE, value=1.0, valid_from=date(2027, 1, 11))
    assert last_days(limits_with_later([LESSONS], [later, SHARE])) == [
        (SHARE, date(2027, 1, 10)), (later, None), (LESSONS, None),
    ]  # fmt: skip
    assert limits_with_later([SHARE], [replace(SHARE, value=0.5)]) == (replace(SHARE, value=0.5),)


@pytest.mark.parametrize(("text", "value"), [("0,9", 0.9), ("90 %", 0.9), ("3", 3.0), (" 0.5 ", 0.5)])
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert number_of(text) == value


def test_numbers_are_written_as_people_read_them() -> None:
    assert [number_ru(value) for value in (3.0, 0.85, 0.0051)] == ["3", "0,85", "0,0051"]
    with pytest.raises(AnswerError, match="не понято"):
        number_of("много")


def test_every_number_of_the_product_lies_within_its_bounds() -> None:
    assert {"written_marks.share", "missed_day_lessons", "objections.least_judged"} <= set(LIMITS)
    for known in LIMITS.values():
        assert limited(known.name, known.value) == Limit(known.name, known.value)
        assert known.title
        assert known.basis


def test_a_number_is_set_recorded_shown_and_compared(tmp_path: Path) -> None:
    settings = Settings(tmp_path, schools={"s1": School("s1", "Школа")})
    told = [*commands.set_limit(settings, "s1", LESSONS, author="завуч", at=AT)]
    told += commands.set_limit(settings, "s1", SHARE, author="завуч", at=AT)
    assert told[-1].strip() == (
        "Письменная работа оценена: отметки стоят у такой доли писавших: "
        "с 01.09.2026: 0,9 – п. 5: «не менее 90 процентов»"
    )
    record = Record(file.file_of(tmp_path, "s1"))
    assert [one.how for one in record.all()] == ["limit", "limit"]
    assert record.all()[1].changes == (
        Change("limit written_marks.share", date(2026, 9, 1), None, Said("0,9", "п. 5", "не менее 90 процентов")),
    )
    assert record.by_hand() == ()
    history = "\n".join(commands.history(record))
    assert "завуч, zavuch regulation limit" in history
    assert "отметки стоят у такой доли писавших с 01.09.2026: ничего → «0,9» – п. 5" in history

    found = commands.named(settings, "s1")
    assert found.regulation.limits == (SHARE, LESSONS)
    said = "\n".join(commands.shown(found))
    assert "Свои числа вместо чисел программы:" in said
    assert "в программе 6, можно от 2 до 50; ориентир программы" in said
    assert "    4 – Установлено школой; в положении об этом не сказано" in said
    assert len([*commands.listed_limits(Regulation(()))]) == 2 * len(LIMITS)
    compared = "\n".join(compared_limits("s1", found.regulation, {"mbou": Regulation(())}))
    assert "  ≠ mbou: 6, как в программе" in compared
    assert [*compared_limits("a", Regulation(()), {"b": Regulation(())})] == []


def test_numbers_stay_where_answers_change(tmp_path: Path) -> None:
    settings = Settings(tmp_path, schools={"s1": School("s1", "Школа")})
    [*commands.set_limit(settings, "s1", LESSONS, author=None, at=AT)]
    given = tmp_path / "ответы.toml"
    given.write_text('[[topic]]\nanswer = "в день урока"\nseverity = "проверьте"\n' + GOOD, encoding="utf-8")
    wanted = commands.Wanted("mbou", given, date(2026, 9, 1))
    [*commands.begin(settings, "s1", wanted, None, author="завуч", at=AT)]
    kept = file.read(file.file_of(tmp_path, "s1"))
    assert kept.limits == (Limit("written_marks.share", 0.9, valid_from=date(2026, 9, 1)), LESSONS)
    assert worded(kept.newest("topic")).endswith("(показывать как «проверьте»)")


def test_a_sheet_without_a_column_for_it_keeps_the_severity() -> None:
    key = ("topic", None)
    now = {key: Answer("topic", Term("lesson"), severity="check")}
    plain = {key: Answer("topic", Term("lesson"))}
    assert _merged(now, plain, plain, is_whole=True) == (now[key],)
    changed = {
        key: Answer("topic", NOT_SAID),
        ("topic", date(2027, 1, 11)): Answer("topic", NOT_SAID, valid_from=date(2027, 1, 11)),
    }
    assert {answer.severity for answer in _merged(now, plain, changed, is_whole=True)} == {"check"}
    assert _merged(now, plain, {}, is_whole=True) == ()
    assert _merged(now, plain, {}, is_whole=False) == (now[key],)


def test_the_store_shows_numbers_and_severities(tmp_path: Path) -> None:
    settings = Settings(tmp_path, schools={"s1": School("s1", "Школа")})
    later = replace(SHARE, value=1.0, valid_from=date(2027, 1, 11))
    answers = (Answer("topic", Term("lesson"), severity="check"),)
    file.write(file.file_of(tmp_path, "s1"), Regulation(answers, limits=limits_with_later([SHARE], [later])))
    with duckdb.connect(":memory:") as con:
        con.execute("create schema meta")
        store._show_regulations(con, settings, ["s1", "s2"])
        assert con.execute(
            "select name, value, clause, valid_from, valid_to from meta.limits order by 4"
        ).fetchall() == [
            ("written_marks.share", 0.9, "п. 5", date(2026, 9, 1), date(2027, 1, 10)),
            ("written_marks.share", 1.0, "п. 5", date(2027, 1, 11), None),
        ]
        assert con.execute("select question, severity from meta.regulation_terms").fetchall() == [("topic", "check")]


def test_commands_list_and_set_numbers(run_zavuch, home: Path) -> None:
    assert run_zavuch("school", "add", "s1", "--name", "МБОУ СОШ № 12").returncode == 0
    listed = " ".join(run_zavuch("regulation", "limits").stdout.split())
    assert "written_marks.share. Письменная работа оценена" in listed
    assert "в программе 0,8, можно от 0,1 до 1" in listed
    done = run_zavuch("regulation", "limit", "written_marks.share", "90 %", "--from", "01.09.2026")
    assert done.returncode == 0, done.stderr
    assert file.read(file.file_of(home, "s1")).limits == (
        Limit("written_marks.share", 0.9, valid_from=date(2026, 9, 1)),
    )
    assert "с 01.09.2026: 0,9 – Установлено школой" in " ".join(run_zavuch("regulation", "limits").stdout.split())
    assert "Своих чисел: 1" in run_zavuch("regulation", "check").stdout
    wrong = run_zavuch("regulation", "limit", "written_mark.share", "0,9")
    assert wrong.returncode == 2
    assert "Может быть, written_marks.share?" in " ".join(wrong.stderr.split())
    assert run_zavuch("regulation", "limit", "written_marks.share", "9").returncode == 2
    assert run_zavuch("regulation", "limit", "written_marks.share", "1", "--from", "завтра").returncode == 2
