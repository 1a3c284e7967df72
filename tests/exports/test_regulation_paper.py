"""The page that the director signs: one page whatever it says, with clause, quote, date and digest."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from exports.letterhead import Letterhead
from exports.regulation_paper import paper, regulation_pdf, shortened
from warehouse.regulation.answers import Answer, Regulation, with_later
from warehouse.regulation.meanings import NOT_SAID, Term
from warehouse.regulation.profiles import NAMES, profile
from warehouse.regulation.questions import QUESTIONS

MOMENT = datetime(2026, 9, 1, 10, 0)
DIGEST = "0123456789abcdef" * 4
A4 = (595, 842)
HEAD = Letterhead("МБОУ «Школа № 12»", director="Соколов И. П.")
NOBODY = Letterhead("Школа")


def printed(regulation: Regulation, **more: tuple[str, ...]) -> tuple[str, int]:
    """Text and number of pages."""
    content = regulation_pdf(paper(HEAD, regulation, DIGEST, MOMENT, **more), MOMENT)
    pages = PdfReader(BytesIO(content)).pages
    assert tuple(round(float(side)) for side in pages[0].mediabox[2:]) == A4
    text = " ".join(page.extract_text() for page in pages)
    return re.sub(r"\s+", " ", re.sub(r"[-\u00ad\u2010]\n", "", text)), len(pages)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_profile_is_one_page(name: str) -> None:
    text, pages = printed(profile(name))
    assert pages == 1
    for part in ("МБОУ «Школа № 12»", name, "Директор", "Соколов И. П.", "подпись", "дата", DIGEST, "01.09.2026"):
        assert part in text


def test_the_page_has_answer_clause_quote_and_day() -> None:
    text, _pages = printed(profile("novoaltaysk-2016"))
    for part in ("90 мин после последнего урока класса", "п. 2.8", "1,5 часа после окончания", "30.08.2016",
                 "в положении не сказано", "чужой срок не берётся", "приказ № 91"):  # fmt: skip
        assert part in text


def test_every_quote_of_the_five_is_printed_whole() -> None:
    for name in NAMES:
        quotes = [row[4] for row in paper(NOBODY, profile(name), DIGEST, MOMENT).rows if row[4]]
        asked = [answer for answer in profile(name).answers if answer.question in QUESTIONS]
        assert [f"«{answer.quote}»" for answer in asked if answer.quote] == quotes


def test_what_is_demanded_without_a_term_is_mentioned() -> None:
    demands = {answer.question for answer in profile("pogorelka").answers} - QUESTIONS.keys()
    assert f"Требования без срока, их {len(demands)}" in printed(profile("pogorelka"))[0]
    assert "Требования без срока" not in printed(Regulation((Answer("topic", NOT_SAID),)))[0]


def test_the_longest_answers_still_fit_one_page() -> None:
    wide = "Ш" * 12
    answers = tuple(
        Answer(name, question.examples[-1], f"{wide} {wide} {wide} {wide}", " ".join([wide] * 30), date(2026, 9, 1))
        for name, question in QUESTIONS.items()
    )
    text, pages = printed(Regulation(answers, "mbou", " ".join([wide] * 19)))
    assert pages == 1
    assert DIGEST in text
    assert "…" in text


def test_what_the_school_has_set_itself_is_said() -> None:
    text, _pages = printed(profile("default"))
    assert "Установлено школой: в положении срок не указан" in text
    assert "чужой срок" not in text


def test_only_the_newest_answers_are_printed_and_earlier_ones_mentioned() -> None:
    later = Answer("homework", Term("lesson"), valid_from=date(2027, 1, 11))
    text, _pages = printed(Regulation(with_later(profile("novoaltaysk-2016").answers, [later])))
    assert "11.01.2027" in text
    assert "90 мин" not in text
    assert "Прежние ответы остаются" in text


def test_words_taken_over_from_a_profile_are_pointed_at() -> None:
    text, _pages = printed(replace(profile("mbou"), document=""), taken_over=("topic", "analysis"))
    assert "Слова строк 1, 17 взяты из образца mbou" in text
    assert "_____" in text


def test_open_questions_stand_as_open() -> None:
    page = paper(NOBODY, Regulation(()), DIGEST, MOMENT)
    assert {row[2] for row in page.rows} == {"нет ответа"}
    assert page.not_said == "в положении не сказано"
    assert paper(NOBODY, Regulation((Answer("topic", NOT_SAID),)), DIGEST, MOMENT).rows[0][3] == ""


def test_the_same_regulation_gives_the_same_bytes() -> None:
    page = paper(NOBODY, profile("mbou"), DIGEST, MOMENT)
    assert regulation_pdf(page, MOMENT) == regulation_pdf(page, MOMENT)


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [("один два три", 12, "один два три"), ("один два три", 11, "один два …"), ("один, два (три)", 12, "один, два …")],
)
def test_texts_are_cut_at_words(text: str, longest: int, short: str) -> None:
    assert shortened(text, longest) == short
