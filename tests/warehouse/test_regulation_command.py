"""`zavuch regulation`: started from a profile or a file of answers, checked, compared, printed, asked one by one."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from warehouse.regulation import commands, file
from warehouse.regulation.answers import Answer, Regulation
from warehouse.regulation.meanings import NOT_SAID, Often, Term
from warehouse.regulation.profiles import profile
from warehouse.regulation.questions import KNOWN, QUESTIONS
from warehouse.settings import School, Settings

AT = datetime(2026, 9, 1, 10, 0)


@pytest.fixture
def school(run_zavuch, home: Path) -> Path:
    """A home with one school; gives the place of its regulation."""
    assert run_zavuch("school", "add", "s1", "--name", "МБОУ СОШ № 12").returncode == 0
    return file.file_of(home, "s1")


def answers_file(folder: Path, text: str) -> Path:
    path = folder / "ответы.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_is_copied_whole_without_the_title_of_another_school(run_zavuch, school: Path) -> None:
    done = run_zavuch("regulation", "init", "--from", "kirishi-2018", "--valid-from", "2026-09-01")
    assert done.returncode == 0, done.stderr
    assert "Сверьте их с положением своей школы" in done.stdout
    kept = file.read(school)
    assert (kept.profile, kept.document) == ("kirishi-2018", "")
    assert {answer.valid_from for answer in kept.answers} == {date(2026, 9, 1)}
    assert [one.meaning for one in kept.answers] == [one.meaning for one in profile("kirishi-2018").answers]


def test_answers_of_a_file_override_a_profile(run_zavuch, school: Path, tmp_path: Path) -> None:
    given = answers_file(tmp_path, '[[homework]]\nanswer = "1 ч после последнего урока класса"\n')
    done = run_zavuch("regulation", "init", "--from", "mbou", "--answers", given, "--valid-from", "2026-09-01")
    assert done.returncode == 0, done.stderr
    kept = file.read(school)
    term = Term("last_lesson", "class", 60, "minutes")
    assert kept.of("homework") == (Answer("homework", term, valid_from=date(2026, 9, 1)),)
    assert kept.newest("homework").basis == "Установлено школой; в положении срок не указан"
    assert kept.newest("topic").clause == "п. 4.2, подп. 1"


def test_later_answers_stand_beside_the_earlier_ones(run_zavuch, school: Path, tmp_path: Path) -> None:
    assert run_zavuch("regulation", "init", "--from", "novoaltaysk-2016").returncode == 0
    given = answers_file(tmp_path, '[[homework]]\nanswer = "в день урока"\n[[topic]]\nanswer = "в день урока"\n')
    done = run_zavuch("regulation", "init", "--answers", given, "--valid-from", "01.09.2026")
    assert done.returncode == 0, done.stderr
    kept = file.read(school)
    assert [one.valid_from for one in kept.of("homework")] == [date(2016, 8, 30), date(2026, 9, 1)]
    assert kept.on("homework", date(2026, 8, 31)) == profile("novoaltaysk-2016").newest("homework")
    shown = run_zavuch("regulation", "show").stdout
    assert "с 30.08.2016 по 31.08.2026: 90 мин" in " ".join(shown.split())


def test_an_answer_without_a_day_corrects_the_newest_one(run_zavuch, school: Path, tmp_path: Path) -> None:
    assert run_zavuch("regulation", "init", "--from", "novoaltaysk-2016").returncode == 0
    given = answers_file(tmp_path, '[[homework]]\nanswer = "в день урока"\n')
    assert run_zavuch("regulation", "init", "--answers", given).returncode == 0
    assert file.read(school).of("homework") == (Answer("homework", Term("lesson"), valid_from=date(2016, 8, 30)),)


def test_from_scratch_what_is_not_answered_is_open(run_zavuch, school: Path, tmp_path: Path) -> None:
    given = answers_file(tmp_path, '[[analysis]]\nanswer = "раз в неделю, по понедельникам"\n')
    done = run_zavuch("regulation", "init", "--answers", given)
    assert done.returncode == 0, done.stderr
    assert "Без ответа" in done.stdout
    assert "topic" in done.stdout
    assert file.read(school).answers == (Answer("analysis", Often("week", 1)),)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["init"], "--answers"),
        (["init", "--from", "nosuch"], "Образца «nosuch» нет"),
        (["init", "--from", "mbou", "--valid-from", "завтра"], "«завтра» не понята"),
        (["init", "--from", "mbou", "--document", "слово " * 60], "длиннее 250"),
        (["init", "--from", "mbou", "--school", "s9"], "Укажите школу"),
        (["show"], "положения ещё нет"),
        (["show", "nosuch"], "Нет ни образца"),
        (["check"], "Нет такого файла"),
        (["compare", "mbou", "nosuch"], "Нет ни образца"),
        (["print"], "положения ещё нет"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_wrong_usage(run_zavuch, school: Path, arguments: list[str], words: str) -> None:
    done = run_zavuch("regulation", *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert words in " ".join(done.stderr.split())
    assert not school.exists()


def test_a_profile_fills_open_questions_of_a_regulation_and_first_says_so(
    run_zavuch, school: Path, tmp_path: Path
) -> None:
    given = answers_file(
        tmp_path, '[[homework]]\nanswer = "1 ч после последнего урока класса"\n[[topic]]\nanswer = "в день урока"\n'
    )
    assert run_zavuch("regulation", "init", "--answers", given).returncode == 0
    before = school.read_bytes()
    asked = run_zavuch("regulation", "init", "--from", "kirishi-2018")
    assert asked.returncode == 1
    said = " ".join(asked.stdout.split())
    assert f"Ответов 2 из {len(QUESTIONS)}, они остаются" in said
    assert "Из образца kirishi-2018 добавятся ответы" in said
    assert "+ Отметка за письменную работу: 7 календарных дней после урока" in said
    assert "останется так: 1. = Домашнее задание: 1 ч после последнего урока класса (в образце: " in said
    assert "--yes" in asked.stderr
    assert school.read_bytes() == before

    done = run_zavuch("regulation", "init", "--from", "kirishi-2018", "--yes")
    assert done.returncode == 0, done.stderr
    kept = file.read(school)
    assert kept.profile == "kirishi-2018"
    assert kept.of("homework") == (Answer("homework", Term("last_lesson", "class", 60, "minutes")),)
    assert kept.newest("topic").quote == ""
    assert kept.newest("written_mark") == profile("kirishi-2018").newest("written_mark")
    assert kept.open == ()


def test_words_of_two_profiles_are_both_pointed_at() -> None:
    first, second = profile("mbou"), profile("kirishi-2018")
    answers = (first.newest("topic"), second.newest("written_mark"))
    assert commands.taken_over(Regulation(answers, "mbou, kirishi-2018")) == ("topic", "written_mark")
    assert commands.taken_over(Regulation(answers, "mbou")) == ("topic",)


def test_every_change_is_recorded_with_author_and_moment(run_zavuch, school: Path, tmp_path: Path) -> None:
    assert "ещё не меняли" in run_zavuch("regulation", "history").stdout
    given = answers_file(tmp_path, '[[topic]]\nanswer = "в день урока"\n')
    assert run_zavuch("regulation", "init", "--answers", given, "--author", "Образцова").returncode == 0
    assert run_zavuch("regulation", "init", "--answers", given, "--author", "Другая").returncode == 0
    given = answers_file(tmp_path, '[[topic]]\nanswer = "1 рабочий день после урока"\n')
    assert run_zavuch("regulation", "init", "--answers", given, "--author", "Примерная").returncode == 0
    done = run_zavuch("regulation", "history")
    assert done.returncode == 0, done.stderr
    first, then, second, now = done.stdout.splitlines()
    assert re.fullmatch(r"1\. \d\d\.\d\d\.\d{4} \d\d:\d\d, Образцова, zavuch regulation init", first)
    assert then.strip() == "Тема урока: ничего → «в день урока»"
    assert second.startswith("2. ")
    assert "Примерная" in second
    assert now.strip() == "Тема урока: «в день урока» → «1 рабочий день после урока»"

    record = school.parent / "s1" / "000001.json"
    record.write_text(record.read_text(encoding="utf-8").replace("Образцова", "Никто"), encoding="utf-8")
    damaged = run_zavuch("regulation", "history")
    assert damaged.returncode == 1
    assert "regulations/s1" in damaged.stderr


def test_check_ends_with_1_and_tells_every_place(run_zavuch, school: Path, tmp_path: Path) -> None:
    assert run_zavuch("regulation", "init", "--from", "mbou").returncode == 0
    assert run_zavuch("regulation", "check").returncode == 0
    text = school.read_text(encoding="utf-8")
    school.write_text(text.replace('"в день урока"', '"вечером"', 1) + '[[lunch]]\nanswer = "да"\n', encoding="utf-8")
    done = run_zavuch("regulation", "check")
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    line = next(n for n, one in enumerate(text.split("\n"), start=1) if one == 'answer = "в день урока"')
    assert f"строка {line}, «{QUESTIONS['topic'].text}» (topic): Ответ «вечером» не понят" in said
    assert f"строка {text.count(chr(10)) + 1}, lunch: Такого вопроса нет" in said
    assert run_zavuch("regulation", "show").returncode == 1
    given = answers_file(tmp_path, "[[topic]]\n")
    assert run_zavuch("regulation", "check", given).returncode == 1


def test_compare_with_the_five_and_with_one(run_zavuch, school: Path) -> None:
    assert run_zavuch("regulation", "init", "--from", "pogorelka").returncode == 0
    said = " ".join(run_zavuch("regulation", "compare").stdout.split())
    assert f"pogorelka: совпадает ответов {len(KNOWN)} из {len(KNOWN)}" in said
    assert "≠ kirishi-2018: 7 календарных дней после урока – Приложение 1, п. 2.4: «Результаты оценивания" in said
    said = run_zavuch("regulation", "compare", "mbou", "kirishi-2018").stdout
    assert "novoaltaysk" not in said
    assert "kirishi-2018: совпадает" in said


def test_print_makes_one_page_with_the_digest_of_the_file(run_zavuch, school: Path, tmp_path: Path) -> None:
    assert run_zavuch("regulation", "init", "--from", "mbou").returncode == 0
    out = tmp_path / "папка" / "положение.pdf"
    done = run_zavuch("regulation", "print", "--out", out)
    assert done.returncode == 0, done.stderr
    (page,) = PdfReader(out).pages
    text = page.extract_text()
    assert file.digest_of(school) in text.replace("\n", "")
    assert "МБОУ СОШ № 12" in text
    assert run_zavuch("regulation", "print").returncode == 0
    assert (school.parent.parent / "documents" / "Положение s1.pdf").exists()


def test_english_on_request(run_zavuch) -> None:
    assert "regulation of its journal" in run_zavuch("--lang", "en", "regulation", "--help").stdout


# Asking a person


def begun(
    home: Path, wanted: commands.Wanted, replies: list[str | type[BaseException]]
) -> tuple[file.Regulation, list[str], list[str]]:
    """Start a regulation with these replies, then Enter for ever; what is kept, asked and told."""
    settings = Settings(home, schools={"s1": School("s1", "Школа")})
    asked: list[str] = []
    told: list[str] = []
    waiting = iter(replies)

    def ask(question: str) -> str:
        asked.append(question)
        reply = next(waiting, "")
        if not isinstance(reply, str):
            raise reply
        return reply

    told += commands.begin(settings, "s1", wanted, (ask, told.append), author="завуч", at=AT)
    return file.read(file.file_of(home, "s1")), asked, told


def test_enter_keeps_what_the_profile_says_and_shows_it(tmp_path: Path) -> None:
    kept, _asked, told = begun(tmp_path, commands.Wanted("izhevskoe-2018"), [])
    assert kept.answers == profile("izhevskoe-2018").answers
    assert any("Сейчас: не позднее последнего дня периода – п. 3.2, подп. 4: «не позднее дня" in line for line in told)
    assert sum(line.strip().endswith("?") for line in told) == len(QUESTIONS)


def test_answers_are_asked_until_they_are_understood(tmp_path: Path) -> None:
    replies = [
        "Положение, приказ № 5", "вчера", "01.09.2026",
        "сразу", "да", "1 рабочий день после урока", "п. 7", "вносится на следующий день",
        "-",
        "1 ч после последнего урока класса", "",
    ]  # fmt: skip
    kept, _asked, told = begun(tmp_path, commands.Wanted("mbou"), replies)
    day = date(2026, 9, 1)
    assert kept.document == "Положение, приказ № 5"
    assert kept.of("topic") == (
        Answer("topic", Term("lesson", "", 1, "working_days"), "п. 7", "вносится на следующий день", day),
    )
    assert kept.of("absentees") == (Answer("absentees", NOT_SAID, valid_from=day),)
    assert kept.of("homework") == (Answer("homework", Term("last_lesson", "class", 60, "minutes"), valid_from=day),)
    assert kept.newest("ordinary_mark").valid_from == day
    said = "\n".join(told)
    assert "Дата «вчера» не понята" in said
    assert "Ответ «сразу» не понят" in said
    assert "Ответ «да» к этому вопросу не подходит" in said


def test_a_clause_without_a_quote_is_asked_again(tmp_path: Path) -> None:
    replies = ["", "", "в день урока", "п. 7", "", "в день урока", "п. 7", "в день урока"]
    kept, _asked, told = begun(tmp_path, commands.Wanted(), replies)
    assert kept.answers == (Answer("topic", Term("lesson"), "п. 7", "в день урока"),)
    assert "пункт без цитаты" in "\n".join(told)


def test_asked_again_only_changed_answers_are_added(tmp_path: Path) -> None:
    begun(tmp_path, commands.Wanted("novoaltaysk-2016", document="Порядок"), [])
    since = date(2026, 9, 1)
    kept, asked, _told = begun(tmp_path, commands.Wanted(since=since, again=True), ["", "", "-"])
    assert len(kept.answers) == len(profile("novoaltaysk-2016").answers) + 1
    assert kept.newest("homework") == Answer("homework", NOT_SAID, valid_from=since)
    assert kept.document == "Порядок"
    assert "название" not in asked[0]


def test_only_open_questions_are_asked_of_a_regulation_that_is_there(tmp_path: Path) -> None:
    file.write(file.file_of(tmp_path, "s1"), Regulation((Answer("topic", NOT_SAID),), document="Порядок"))
    kept, asked, told = begun(tmp_path, commands.Wanted(), ["", "в день урока"])
    said = "\n".join(told)
    assert QUESTIONS["topic"].text not in said
    assert f"1/{len(QUESTIONS) - 1}. {QUESTIONS['absentees'].text}" in said
    assert "Обо всём заново: --again" in said
    assert kept.answers == (Answer("topic", NOT_SAID), Answer("absentees", Term("lesson")))
    assert len(asked) == 1 + 1 + 1 + len(QUESTIONS) - 2  # since when; the answer and its clause; the rest


def test_nothing_is_asked_where_all_is_answered(tmp_path: Path) -> None:
    begun(tmp_path, commands.Wanted("mbou", document="Порядок"), [])
    kept, asked, told = begun(tmp_path, commands.Wanted(), [])
    assert asked == []
    assert kept.answers == profile("mbou").answers
    assert any("--again" in line for line in told)
    assert told[-1].startswith("Пункты и цитаты") or "Ничего не изменилось" in "\n".join(told)


def test_who_breaks_off_keeps_what_was_answered(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        begun(tmp_path, commands.Wanted("mbou"), ["", "", "-", KeyboardInterrupt])
    assert file.read(file.file_of(tmp_path, "s1")).answers == (Answer("topic", NOT_SAID),)
    with pytest.raises(KeyboardInterrupt):
        begun(tmp_path / "other", commands.Wanted("mbou"), ["", "", KeyboardInterrupt])
    assert not file.file_of(tmp_path / "other", "s1").exists()


def test_a_refusal_changes_nothing(tmp_path: Path) -> None:
    begun(tmp_path, commands.Wanted(document="Порядок"), ["", "в день урока"])
    before = file.file_of(tmp_path, "s1").read_bytes()
    with pytest.raises(commands.NotAgreedError):
        begun(tmp_path, commands.Wanted("mbou"), ["нет"])
    assert file.file_of(tmp_path, "s1").read_bytes() == before
