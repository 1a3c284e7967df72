"""The regulation of a school: words and meanings, the file and its faults, the sheet, the shipped profiles."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.regulation import file
from warehouse.regulation.answers import Answer, AnswerError, Regulation, answered, ordered, with_later
from warehouse.regulation.compare import compare, lines
from warehouse.regulation.file import RegulationError
from warehouse.regulation.meanings import NOT_SAID, Often, Term, YesNo, say, understand
from warehouse.regulation.profiles import FIVE, NAMES, profile
from warehouse.regulation.questions import KNOWN, QUESTIONS
from warehouse.regulation.sheet import HEADINGS, answers_to_rows, rows_to_answers
from warehouse.regulation.terms import answers_of, rows_of

ROOT = Path(__file__).resolve().parent.parent.parent


# Words and meanings


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("в день урока", Term("lesson")),
        ("  В День  УРОКА. ", Term("lesson")),
        ("90 мин после последнего урока класса", Term("last_lesson", "class", 90, "minutes")),
        ("1,5 часа после последнего урока класса", Term("last_lesson", "class", 90, "minutes")),
        (
            "2 ч после последнего урока этих учеников, не позднее конца дня",
            Term("last_lesson", "pupils", 120, "minutes", "day_end"),
        ),
        ("не позднее дня следующего урока, не позднее конца периода", Term("next_lesson", cap="period_end")),
        ("1 неделя после урока", Term("lesson", "", 7, "calendar_days")),
        ("2 рабочих дня после получения документа", Term("document", "", 2, "working_days")),
        ("3 учебных дня после замечания", Term("remark", "", 3, "school_days")),
        ("1 учебная неделя после замечания", Term("remark", "", 1, "study_weeks")),
        ("раз в неделю, по понедельникам", Often("week", 1)),
        ("каждый учебный день", Often("day")),
        ("да", YesNo(True)),
        ("не сказано", NOT_SAID),
        ("-", NOT_SAID),
    ],
)
def test_words_are_understood(words: str, meaning: object) -> None:
    assert understand(words) == meaning


@pytest.mark.parametrize(
    "words",
    [
        "", "скоро", "0 мин после урока", "1,5 рабочих дня после урока", "2 дня после урока",
        "99 месяцев после замечания",
        "в день урока, не позднее завтра", "раз в месяц, по понедельникам", "раз в неделю, по воскресеньям",
    ],
)  # fmt: skip
def test_words_that_mean_nothing_are_refused(words: str) -> None:
    assert understand(words) is None


def meanings_of(question_id: str) -> st.SearchStrategy:
    """Any valid answer to a question."""
    question = QUESTIONS[question_id]
    if question.kind == "yes_no":
        return st.sampled_from([YesNo(True), YesNo(False), NOT_SAID])
    if question.kind == "often":
        weekly = st.builds(Often, st.just("week"), st.integers(0, 6))
        return st.one_of(weekly, st.sampled_from([Often("day"), Often("month"), Often("period"), NOT_SAID]))
    days = [
        event for event in question.events if event in {"lesson", "next_lesson", "period_end", "last_week", "norms"}
    ]
    scoped = [
        (event, scope)
        for event in question.events
        for scope in (("class", "pupils") if event == "last_lesson" else ("",))
        if event not in {"next_lesson", "last_week", "entry", "norms"}
    ]
    caps = st.sampled_from(["", *question.caps])
    ways = [st.just(NOT_SAID)]
    if days:
        ways.append(st.builds(lambda event, cap: Term(event, cap=cap), st.sampled_from(days), caps))
    if scoped:
        after = st.builds(
            lambda where, n, unit, cap: Term(*where, n, unit, cap),
            st.sampled_from(scoped), st.integers(1, 12), st.sampled_from(question.units), caps,
        )  # fmt: skip
        ways.append(after)
    return st.one_of(*ways)


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]) | st.just(" "), min_size=1, max_size=40)
PLAIN = WORDS.map(lambda text: " ".join(text.split())).filter(bool)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    name = draw(st.sampled_from(list(QUESTIONS)))
    clause, quote = draw(st.one_of(st.just(("", "")), st.tuples(PLAIN, PLAIN)))
    since = draw(st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)))
    return Answer(name, draw(meanings_of(name)), clause, quote, since)


REGULATIONS = st.builds(
    lambda drawn, document: Regulation(with_later((), drawn), "mbou", document), st.lists(answers(), max_size=6), PLAIN
)


@settings(max_examples=60, deadline=None)
@given(answers())
def test_every_valid_answer_can_be_written_and_read(answer: Answer) -> None:
    assert understand(say(answer.meaning)) == answer.meaning
    assert QUESTIONS[answer.question].takes(answer.meaning)


@settings(max_examples=30, deadline=None)
@given(REGULATIONS)
def test_a_file_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, regulation: Regulation) -> None:
    path = tmp_path_factory.mktemp("file") / "school.toml"
    file.write(path, regulation)
    assert file.read(path) == regulation
    assert file.text_of(file.read(path)) == path.read_text(encoding="utf-8")


@settings(max_examples=30, deadline=None)
@given(REGULATIONS)
def test_a_sheet_comes_back_as_it_was(regulation: Regulation) -> None:
    rows = answers_to_rows(regulation)
    assert {row[0] for row in rows} == {question.text for question in QUESTIONS.values()}
    assert rows_to_answers(rows) == (regulation.answers, [])


# Questions


def test_every_example_is_an_answer_to_its_question() -> None:
    for question in QUESTIONS.values():
        assert question.examples
        assert all(question.takes(example) for example in question.examples), question.id


def test_questions_are_told_apart_by_their_texts() -> None:
    assert len({question.text.casefold() for question in QUESTIONS.values()}) == len(QUESTIONS)


def test_rules_that_read_an_answer_are_rules_of_the_seed() -> None:
    with (ROOT / "dbt" / "seeds" / "rules.csv").open(encoding="utf-8") as stream:
        known = {row["rule"] for row in csv.DictReader(stream)}
    named = [rule for question in QUESTIONS.values() for rule in question.rules]
    assert named
    assert set(named) <= known


# The file and its faults


def faults_of(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "school.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegulationError) as caught:
        file.read(path)
    assert str(path) in str(caught.value)
    return [str(fault) for fault in caught.value.faults]


GOOD = '[[topic]]\nanswer = "в день урока"\n'


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ('profile = "mbou"\n[[topic]\n', "строка 2", "TOML"),
        ('[[topic]]\nanswer = "в день\n', "строка 2", "TOML"),
        (GOOD + '\n[[topik]]\nanswer = "да"\n', "строка 4, topik", "Такого вопроса нет"),
        ('[topic]\nanswer = "в день урока"\n', "строка 1, topic", "[[topic]]"),
        ('topic = "в день урока"\n', "строка 1, topic", "[[topic]]"),
        ("profile = 3\n", "строка 1, profile", "Нужен текст"),
        ("[[topic]]\nanswer = 5\n", "строка 2, «Когда вносятся запись об уроке и его тема?» (topic)", "в кавычках"),
        ('[[topic]]\n# так\nanswer = "завтра"\n', "строка 3", "Ответ «завтра» не понят. Так отвечают: «в день урока»"),
        ('[[topic]]\nanswer = "да"\n', "строка 2", "к этому вопросу не подходит"),
        ('[[topic]]\nclause = "п. 1"\n', "строка 1", "Ответа нет"),
        (GOOD + 'clause = "п. 1"\n', "строка 1", "пункт без цитаты"),
        (GOOD + 'quote = "слова"\n', "строка 1", "не указан её пункт"),
        (GOOD + 'clase = "п. 1"\n', "строка 3", "Слово clase"),
        (GOOD + f'clause = "{"п" * 61}"\nquote = "да"\n', "строка 3", "длиннее 60"),
        (GOOD + 'clause = "п. \\u0007"\nquote = "да"\n', "строка 3", "непечатаемые"),
        (GOOD + 'valid_from = "2026-09-01"\n', "строка 3", "без кавычек"),
        (GOOD + "valid_from = 2026-09-01T10:00:00\n", "строка 3", "без кавычек и времени"),
        (GOOD + "valid_from = 2026-09-01\n\n" + GOOD + "valid_from = 2026-09-01\n", "строка 7", "ответ уже есть"),
        (GOOD + "\n" + GOOD, "строка 4", "ответ уже есть"),
    ],
)
def test_a_fault_is_told_with_its_place_and_the_mend(tmp_path: Path, text: str, place: str, reason: str) -> None:
    (told,) = faults_of(tmp_path, text)
    where, _colon, why = told.partition(": ")
    assert where.startswith(place), told
    assert reason in why


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    told = faults_of(tmp_path, '[[topic]]\nanswer = "?"\n[[homework]]\nanswer = "!"\n[[nosuch]]\n')
    assert [one.split(",")[0] for one in told] == ["строка 2", "строка 4", "строка 5"]


def test_a_file_that_is_not_text_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes("[[topic]]".encode("utf-16"))
    with pytest.raises(RegulationError, match="UTF-8"):
        file.read(tmp_path / "a.toml")
    with pytest.raises(RegulationError, match="не открывается"):
        file.read(tmp_path / "b.toml")


def test_a_file_of_windows_is_read_and_invisible_signs_of_word_fall_away(tmp_path: Path) -> None:
    path = tmp_path / "school.toml"
    text = GOOD + 'clause = "п.\u00a02.8"\nquote = "до\u00adмашнее   задание"\n'
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert file.read(path).answers == (Answer("topic", Term("lesson"), "п. 2.8", "домашнее задание"),)


def test_a_written_file_tells_the_question_and_how_to_answer() -> None:
    text = file.text_of(Regulation(()))
    for question in QUESTIONS.values():
        assert f"# {question.text}\n# Ответы: {question.hint}\n# [[{question.id}]]" in text


# Versions in time


OLD = Answer("homework", Term("lesson"), "п. 1", "слова", date(2020, 9, 1))
NEW = Answer("homework", Term("last_lesson", "class", 90, "minutes"), "", "", date(2025, 9, 1))


def test_a_later_answer_replaces_an_earlier_one_and_does_not_erase_it() -> None:
    regulation = Regulation(with_later([OLD], [NEW]))
    assert regulation.on("homework", date(2020, 8, 31)) is None
    assert regulation.on("homework", date(2025, 8, 31)) == OLD
    assert regulation.on("homework", date(2025, 9, 1)) == NEW == regulation.newest("homework")
    assert [(row.answer, row.valid_to) for row in regulation.rows] == [(OLD, date(2025, 8, 31)), (NEW, None)]


def test_an_answer_of_the_same_day_corrects() -> None:
    mended = Answer("homework", NOT_SAID, valid_from=OLD.valid_from)
    assert with_later([OLD], [mended]) == (mended,)


def test_an_answer_without_a_day_applies_ever_since() -> None:
    regulation = Regulation((Answer("topic", Term("lesson")),))
    assert regulation.on("topic", date(1990, 1, 1)) == regulation.newest("topic")


def test_what_an_answer_rests_on() -> None:
    assert OLD.basis == "п. 1"
    assert NEW.basis == "Установлено школой; в положении срок не указан"
    assert Answer("homework", NOT_SAID).basis == "–"
    assert "срок" not in Answer("backdating", YesNo(True)).basis


def test_questions_without_an_answer_are_open() -> None:
    assert [question.id for question in Regulation((OLD,)).open] == [name for name in QUESTIONS if name != "homework"]


# The sheet


def test_rows_at_fault_are_told_by_row_column_and_reason() -> None:
    asked = QUESTIONS["topic"].text
    rows = [
        (asked, "в день урока", "", "", "01.09.2026"),
        ("Когда обед?", "да", "", "", ""),
        (asked, "завтра", "", "", ""),
        (asked, "в день урока", "п. 1", "", ""),
        (asked, "в день урока", "", "", "31.02.2026"),
        (asked, "в день урока", "", "", "2026-09-01"),
        (asked, "", "п. 1", "слова", ""),
        ("", "", "", "", ""),
        (asked,),
    ]
    found, faults = rows_to_answers(rows)
    assert found == (Answer("topic", Term("lesson"), valid_from=date(2026, 9, 1)),)
    assert [(fault.row, fault.column) for fault in faults] == [
        (2, "Вопрос"), (3, "Ответ"), (4, "Цитата"), (5, "Действует с"), (6, "Действует с"), (7, "Ответ"),
    ]  # fmt: skip
    for fault, words in zip(
        faults, ("Оставьте вопрос", "не понят", "пункт без цитаты", "31.02.2026", "уже есть", "Ответа нет"),
        strict=True,
    ):  # fmt: skip
        assert words in fault.reason
    assert len(HEADINGS) == 5


# The shipped profiles


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_profile_answers_every_question(name: str) -> None:
    shipped = profile(name)
    assert shipped.profile == name
    assert shipped.open == ()
    assert {answer.question for answer in shipped.answers} >= set(QUESTIONS)
    assert {answer.question for answer in shipped.answers} <= set(KNOWN)
    assert answers_of(rows_of_text(shipped)) == shipped.answers


def rows_of_text(shipped: Regulation) -> list[dict[str, str]]:
    """Rows as a seed holds them."""
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows_of(shipped)]


@pytest.mark.parametrize("name", FIVE)
def test_every_term_of_a_real_regulation_has_its_clause_and_quote(name: str) -> None:
    for answer in profile(name).answers:
        if answer.meaning != NOT_SAID:
            assert answer.clause, answer
            assert len(answer.quote) > 15, answer
        assert bool(answer.clause) == bool(answer.quote)
    assert profile(name).document


def test_the_default_rests_on_no_regulation() -> None:
    answers = profile("default").answers
    assert {answer.question for answer in answers if answer.meaning == NOT_SAID} == {"mark_norm"}
    assert not any(answer.clause for answer in answers)


NOT_SET = {
    "novoaltaysk-2016": {"topic", "ordinary_mark", "written_mark"},
    "mbou": {"period_mark", "absence_reason", "temporary_journal"},
    "izhevskoe-2018": {"absence_reason", "temporary_journal", "exam_result", "backdating"},
    "kirishi-2018": {"ordinary_mark", "period_mark", "absence_reason", "temporary_journal"},
    "pogorelka": {"written_mark", "period_mark", "absence_reason", "temporary_journal"},
}


@pytest.mark.parametrize("name", FIVE)
def test_what_a_text_does_not_set_is_not_borrowed(name: str) -> None:
    for question in NOT_SET[name]:
        assert profile(name).newest(question).meaning == NOT_SAID, question


@pytest.mark.parametrize(
    ("name", "question", "meaning", "clause"),
    [
        ("novoaltaysk-2016", "absentees", Term("lesson"), "п. 2.5"),
        ("novoaltaysk-2016", "homework", Term("last_lesson", "class", 90, "minutes"), "п. 2.8"),
        ("novoaltaysk-2016", "homework_none", YesNo(True), "п. 2.8"),
        ("novoaltaysk-2016", "period_mark", Term("last_week"), "п. 2.6"),
        ("novoaltaysk-2016", "absence_reason", Term("document", "", 2, "working_days"), "п. 2.9"),
        ("novoaltaysk-2016", "temporary_journal", Term("restored", "", 2, "working_days"), "п. 3.2"),
        ("novoaltaysk-2016", "printout", Often("week"), "п. 2.12"),
        ("mbou", "topic", Term("lesson"), "п. 4.2, подп. 1"),
        ("mbou", "written_mark", Term("norms"), "п. 4.2, подп. 1"),
        ("mbou", "backdating", YesNo(True), "п. 4.2, подп. 1"),
        ("mbou", "remark_weekly", Term("remark", "", 1, "study_weeks"), "п. 4.2, подп. 1"),
        ("mbou", "remark_deputy", Term("remark", "", 1, "months"), "п. 4.2, подп. 1"),
        ("mbou", "analysis", Often("week"), "п. 5.1"),
        ("mbou", "deputy_check", Often("month"), "п. 4.2, подп. 3"),
        ("izhevskoe-2018", "ordinary_mark", Term("lesson"), "п. 3.2, подп. 2"),
        ("izhevskoe-2018", "written_mark", Term("next_lesson", cap="period_end"), "п. 3.2, подп. 3"),
        ("izhevskoe-2018", "period_mark", Term("period_end"), "п. 3.2, подп. 4"),
        ("kirishi-2018", "topic", Term("lesson"), "Приложение 1, п. 2.1"),
        (
            "kirishi-2018", "homework", Term("last_lesson", "pupils", 120, "minutes", "day_end"),
            "Приложение 1, п. 2.2",
        ),
        ("kirishi-2018", "written_mark", Term("lesson", "", 7, "calendar_days"), "Приложение 1, п. 2.4"),
        ("kirishi-2018", "exam_result", Term("results", "", 1440, "minutes"), "Приложение 2, п. 3"),
        ("kirishi-2018", "substitution", Term("entry"), "Приложение 1, п. 2.1"),
        ("kirishi-2018", "printout", Often("week"), "Приложение 2, п. 1"),
        ("pogorelka", "homework", Term("lesson"), "п. 3.4"),
        ("pogorelka", "ordinary_mark", Term("lesson"), "п. 3.4"),
        ("pogorelka", "class_teacher_check", Often("day"), "п. 3.3"),
        ("pogorelka", "deputy_check", Often("month"), "раздел 4"),
    ],
)  # fmt: skip
def test_terms_of_the_five(name: str, question: str, meaning: object, clause: str) -> None:
    answer = profile(name).newest(question)
    assert (answer.meaning, answer.clause) == (meaning, clause)


def test_dates_of_the_orders() -> None:
    first_days = {name: {answer.valid_from for answer in profile(name).answers} for name in FIVE}
    assert first_days == {
        "novoaltaysk-2016": {date(2016, 8, 30)}, "mbou": {None}, "izhevskoe-2018": {date(2018, 8, 31)},
        "kirishi-2018": {date(2018, 1, 15)}, "pogorelka": {None},
    }  # fmt: skip


# Comparison


def test_comparison_goes_question_by_question_with_quotes() -> None:
    found = compare(profile("mbou"), {name: profile(name) for name in FIVE})
    homework = next(one for one in found if one.question.id == "homework")
    assert {other.name: other.same for other in homework.others} == {
        "novoaltaysk-2016": False, "mbou": True, "izhevskoe-2018": True, "kirishi-2018": False, "pogorelka": True,
    }  # fmt: skip
    told = list(lines("mbou", found))
    assert any("≠ kirishi-2018: 2 ч после последнего урока этих учеников" in line and "2 часа" in line for line in told)
    assert f"mbou: совпадает ответов {len(KNOWN)} из {len(KNOWN)}" in told


def test_a_question_without_an_answer_is_compared_as_not_said() -> None:
    found = {one.question.id: one.others[0].same for one in compare(Regulation(()), {"mbou": profile("mbou")})}
    assert found["period_mark"]
    assert not found["topic"]


def test_only_the_newest_answer_is_compared() -> None:
    shipped = profile("mbou")
    changed = Answer("homework", NOT_SAID, valid_from=date(2026, 9, 1))
    later = Regulation(with_later(shipped.answers, [changed]))
    assert not next(one for one in compare(later, {"mbou": shipped}) if one.question.id == "homework").others[0].same


def test_a_text_is_checked_when_an_answer_is_made() -> None:
    with pytest.raises(AnswerError) as caught:
        answered(QUESTIONS["topic"], "в день урока", quote="слова")
    assert caught.value.part == "clause"
    day = date(2026, 9, 1)
    made = [answered(QUESTIONS["topic"], "в день урока", since=day + timedelta(days=n)) for n in (1, 0)]
    assert [one.valid_from for one in ordered(made)] == [day, day + timedelta(days=1)]
