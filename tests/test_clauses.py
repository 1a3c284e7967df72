"""docs/regulations.md tells the truth: no clause is dropped, every reference leads somewhere, every reason is given."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.docs_pages import docs_module
from warehouse.regulation.profiles import FIVE, profile

DOCS = Path(__file__).resolve().parent.parent / "docs"


GENERATE = docs_module("generate")
BOOK = importlib.import_module("clauses")
PAGE = importlib.import_module("regulations_page")
CLAUSES = BOOK.read()
BY_ID = {clause.id: clause for clause in CLAUSES}

ASKED = {"novoaltaysk-2016": 34, "mbou": 46, "izhevskoe-2018": 25, "kirishi-2018": 38, "pogorelka": 40}
"""Clauses that a journal could show, as the study of the five regulations counted them."""
APART = {"novoaltaysk-2016": 3, "mbou": 12, "izhevskoe-2018": 9, "kirishi-2018": 10, "pogorelka": 3}
"""Goals, definitions, organisation: kept so that nothing of a regulation is dropped."""
NAMES = {
    "rule": frozenset({"topic_filled", "ordinary_mark"}),
    "page": frozenset({"deputy"}),
    "later": frozenset({"document paper_copy"}),
}
"""What exists where the checker itself is tried."""
SOUND = BOOK.Clause(
    "S001-01", "mbou", "п. 9.9", "слова", "Что-то должно быть.", BOOK.references("rule:topic_filled;page:deputy"), ""
)


def test_no_clause_is_dropped() -> None:
    assert Counter(clause.profile for clause in CLAUSES if clause.asks) == ASKED
    assert Counter(clause.profile for clause in CLAUSES if not clause.asks) == APART
    assert sum(ASKED.values()) == 183
    for begins, name in BOOK.REGULATIONS.items():
        numbers = [f"{begins}-{n:02}" for n in range(1, ASKED[name] + 1)]
        apart = [f"{begins}-X{n}" for n in range(1, APART[name] + 1)]
        assert [clause.id for clause in CLAUSES if clause.profile == name] == numbers + apart


def test_regulations_are_those_that_are_shipped() -> None:
    assert tuple(BOOK.REGULATIONS.values()) == FIVE


def test_every_reference_leads_somewhere_and_every_reason_is_given() -> None:
    assert BOOK.faults(CLAUSES) == []


def test_a_sound_clause_has_no_faults() -> None:
    assert BOOK.faults([SOUND], NAMES) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"served_by": BOOK.references("rule:topik_filled")}, "rule:topik_filled: there is no such rule"),
        ({"served_by": BOOK.references("page:teacher")}, "page:teacher: there is no such page"),
        ({"served_by": BOOK.references("wish:better")}, "wish:better: there is no such kind of reference"),
        ({"served_by": BOOK.references("rule")}, "rule:: there is no such rule"),
        ({"served_by": BOOK.references("page:deputy;page:deputy")}, "a reference stands twice"),
        ({"served_by": BOOK.references("later:document paper_copy")}, "nothing serves it and no reason is given"),
        ({"served_by": (), "reason": "некогда"}, "the reason begins with none of"),
        ({"profile": "pogorelka"}, "the id is none of pogorelka"),
        ({"id": "S001-1"}, "the id is none of mbou"),
        ({"place": ""}, "clause or demand is empty"),
        ({"demand": ""}, "clause or demand is empty"),
        ({"quote": ""}, "no quote"),
    ],
    ids=str,
)
def test_the_checker_finds_what_is_planted(changed: dict[str, object], said: str) -> None:
    clause = replace(SOUND, **changed)
    assert any(fault.startswith(f"{clause.id}: {said}") for fault in BOOK.faults([clause], NAMES))


def test_the_checker_finds_an_id_that_stands_twice() -> None:
    assert BOOK.faults([SOUND, SOUND], NAMES) == ["S001-01: the id stands 2 times"]


def test_a_rule_that_a_regulation_does_not_switch_on_needs_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BOOK, "silent", lambda _profile: {"topic_filled": "not_set", "ordinary_mark": "guideline"})
    (fault,) = BOOK.faults([SOUND], NAMES)
    assert fault == "S001-01: rule:topic_filled: mbou sets no term for it, and no reason is given"
    assert BOOK.faults([replace(SOUND, reason="Срока нет.")], NAMES) == []
    assert BOOK.faults([replace(SOUND, served_by=BOOK.references("rule:ordinary_mark"))], NAMES) == []


def test_silent_rules_are_those_without_an_answer() -> None:
    silent = BOOK.silent("novoaltaysk-2016")
    assert silent["ordinary_mark"] == "not_set"  # п. 2.6 leaves the term to a local act
    assert not {"attendance_marked", "homework_given", "absence_reason"} & silent.keys()


@pytest.mark.parametrize(
    ("served_by", "reason", "state"),
    [
        ("page:deputy;rule:topic_filled", "", "JUDGED"),
        ("page:deputy;later:document paper_copy", "", "SHOWN"),
        ("later:document paper_copy", "Копии пока нет.", "LATER"),
        ("", "в выгрузках этого нет: бумага.", "NOT_EXPORTED"),
        ("", "не вычисляется: цель.", "NOT_COMPUTED"),
    ],
)
def test_a_clause_has_one_state(served_by: str, reason: str, state: str) -> None:
    clause = replace(SOUND, served_by=BOOK.references(served_by), reason=reason)
    assert clause.state is BOOK.State[state]


# The profiles


def places(clause: str) -> set[str]:
    """The places that a clause of a profile names; of a range («п. 8.4–8.5») its ends."""
    found = re.fullmatch(r"(.*?)([\d.]+)–([\d.]+)", clause)
    return {found[1] + found[2], found[1] + found[3]} if found else {clause}


@pytest.mark.parametrize("name", FIVE)
def test_every_clause_of_a_shipped_profile_is_on_the_page(name: str) -> None:
    known = {place for clause in CLAUSES if clause.profile == name for place in clause.places}
    named = {answer.clause for answer in profile(name).answers if answer.clause}
    assert {clause for clause in named if not places(clause) <= known} == set()


@pytest.mark.parametrize("name", FIVE)
def test_words_of_a_shipped_profile_are_words_of_its_clauses(name: str) -> None:
    """The page and a sheet of remarks quote one text."""
    strange = []
    for answer in profile(name).answers:
        own = [clause for clause in CLAUSES if clause.profile == name and places(answer.clause) & set(clause.places)]
        said, quotes = answer.quote.casefold(), [clause.quote.casefold() for clause in own]
        if said and not any(said in quote or quote in said for quote in quotes):
            strange.append((answer.clause, answer.quote))
    assert strange == []


# The page


def test_the_page_is_up_to_date() -> None:
    assert (DOCS / "regulations.md").read_text(encoding="utf-8") == GENERATE.PAGES["regulations.md"]()


def test_the_summary_counts_every_clause_once() -> None:
    text = (DOCS / "regulations.md").read_text(encoding="utf-8")
    table = text.split("## Коротко")[1].split("\n## ")[0]
    counts = [int(n) for n in re.findall(r"^\| [а-я ]+ \| (\d+) \|", table, re.MULTILINE)]
    assert len(counts) == len(BOOK.State)
    assert sum(counts) == 183


def test_every_clause_has_a_row_on_the_page() -> None:
    text = (DOCS / "regulations.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (S00\d-\w+) \|", text, re.MULTILINE) == [clause.id for clause in CLAUSES]


def test_every_row_of_the_page_has_the_cells_of_its_table() -> None:
    for line in (DOCS / "regulations.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| S00"):
            assert line.count(" | ") == 6, line


# Conflicts and checks without data


def test_conflicts_name_clauses_and_means_that_exist() -> None:
    assert [conflict.id for conflict in PAGE.CONFLICTS] == [f"C{n}" for n in range(1, 18)]
    for conflict in PAGE.CONFLICTS:
        named = re.findall(r"S00\d-\w+", conflict.positions)
        assert len(named) > 1, conflict.id
        assert set(named) <= BY_ID.keys(), conflict.id
        assert list(BOOK.unknown(conflict.served_by)) == [], conflict.id


def test_every_expectation_is_fed_or_the_page_says_why_not() -> None:
    every = [f"E{n:02}" for n in range(1, 47)] + [f"Q{n:02}" for n in range(1, 13)]
    assert sorted([*PAGE.FED, *PAGE.UNFED]) == every
    for name, served_by in PAGE.FED.items():
        assert list(BOOK.unknown(BOOK.references(served_by))) == [], name
