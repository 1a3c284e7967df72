"""Pupils: the same child across systems, kinds of export and years, and never two children under one id."""

from __future__ import annotations

import time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.identity import Settled, resolve
from ingest.identity.settled import Decision
from tests.ingest.seeing import CLASS_REPORT, NEXT, SCHEMAS, YEAR, Seen, placeholder

TESTOV = "Тестов Алексей Иванович"


def test_the_id_of_the_journal_csv_leads_then_that_of_a_journal_then_a_digest_without_a_name() -> None:
    seen = Seen()
    printed, diary = seen.printed(TESTOV), seen.external("sgo:15", TESTOV, "7А")
    alone, unnamed = seen.printed("Пробная Ольга Петровна"), seen.external("sgo:16")
    assert {seen.ids()(printed), seen.ids()(diary)} == {"sgo:15"}
    seen.roster("p1", TESTOV)
    assert {seen.ids()(printed), seen.ids()(diary)} == {"p1"}
    assert seen.ids()(unnamed) == "sgo:16"
    assert seen.ids()(alone).startswith("p")
    assert "пробная" not in seen.ids()(alone)


def test_prints_alone_keep_the_ids_they_always_had() -> None:
    """Homes that hold prints only must not change: these digests were given by the first release."""
    seen = Seen()
    first, second = seen.printed("Тестов Алексей", "8А"), seen.printed("Тестов Алексей", "9А", NEXT)
    one, other = seen.printed("Пробный Пётр", "7А"), seen.printed("Пробный Пётр", "7Б")
    lost = seen.printed("Новый Иван", "")
    ids = seen.ids()
    assert ids(first) == ids(second) == "pbe279ea5cbafbce"
    assert (ids(one), ids(other)) == ("pf3280ec5988e306", "p2ce011aa2e92f2a")
    assert ids(lost) == "pcecb6f0024f13b9"


@pytest.mark.parametrize(
    "spelling",
    [
        "ТЁСТОВ-ПРОБНЫЙ СЕМЁН ИЛЬИЧ", "Тестов-Пробный Семен Ильич", "Тестов - Пробный  Семён Ильич",
        "Тестов–Пробный Семён Ильич", "Тестов Пробный Семён Ильич", "Tестов-Пробный Cемён Ильич",
    ],
    ids=["capitals and ё", "е", "spaces around the hyphen", "dash", "no hyphen", "Latin look-alikes"],
)  # fmt: skip
def test_spelling_makes_no_other_child(spelling: str) -> None:
    seen = Seen()
    seen.roster("p1", "Тёстов-Пробный Семён Ильич")
    printed = seen.printed(spelling)
    assert seen.ids()(printed) == "p1"


def test_other_names_other_classes_and_other_cohorts_are_other_children() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV, "7А")
    others = [
        seen.printed("Тестова Алексей Иванович"),
        seen.printed("Тестов-Пробный Алексей Иванович"),
        seen.printed(TESTOV, "7Б"),
        seen.printed(TESTOV, "8А"),
        seen.printed(TESTOV, "7А", NEXT),
    ]
    ids = seen.ids()
    assert "p1" not in {ids(one) for one in others}
    assert len({ids(one) for one in others}) == len(others)


def test_two_of_a_name_in_one_class_are_never_joined_with_anybody_by_guess() -> None:
    seen = Seen()
    first, second = seen.printed(TESTOV), seen.printed(f"{TESTOV} #2")
    seen.roster("p1", TESTOV)
    diary = seen.external("sgo:15", TESTOV, "7А")
    ids = seen.ids()
    assert len({ids(first), ids(second), ids(diary), "p1"}) == 4
    told = seen.cases()
    assert {row["candidates"].split("\n")[0] for row in told} == {first, second, "sgo:15"}
    assert all("p1" in row["settle"] for row in told)


def test_namesakes_of_a_roster_leave_a_print_of_the_name_to_nobody() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV)
    seen.roster("p2", TESTOV)
    printed = seen.printed(TESTOV)
    assert seen.ids()(printed) not in {"p1", "p2"}
    (case,) = seen.cases()
    assert case["candidates"].split("\n") == [printed, "p1", "p2"]
    assert case["settle"].split("\n") == [
        f'same.pupil."s1"."{printed}" = "p1"',
        f'same.pupil."s1"."{printed}" = "p2"',
        f'different.pupil."s1"."{printed}" = ["p1", "p2"]',
    ]


def test_namesakes_in_one_print_alone_are_two_and_nobody_is_asked() -> None:
    seen = Seen()
    ids = {seen.printed(TESTOV), seen.printed(f"{TESTOV} #2")}
    assert len({seen.ids()(one) for one in ids}) == 2
    assert seen.cases() == []


def test_one_journal_gives_two_ids_and_another_one_so_nobody_is_joined() -> None:
    """Whatever would make one child of two ids of a journal is left undone whole."""
    seen = Seen()
    seen.external("sgo:1", TESTOV, "7А")
    seen.roster("p1", TESTOV, "7А")
    seen.roster("p1", TESTOV, "8А", NEXT)
    seen.external("sgo:2", TESTOV, "8А", NEXT)
    ids = seen.ids()
    assert {ids(placeholder("pupil", "sgo:1")), ids(placeholder("pupil", "sgo:2"))} == {"sgo:1", "sgo:2"}
    assert {row["candidates"] for row in seen.cases()} == {"sgo:1\np1", "sgo:2\np1"}


def test_what_a_roster_describes_needs_no_other_description() -> None:
    """Else a shorter name of a print would stand for the pupil of the journal CSV."""
    seen = Seen()
    seen.roster("p1", TESTOV)
    of_roster, alone = seen.printed(TESTOV), seen.printed("Пробная Ольга Петровна")
    diary = seen.external("sgo:15", "Новый Иван Петрович", "7А")
    assert seen.ids().described == {of_roster}
    assert {alone, diary} <= {raw for raw, _ in seen.ids().known}


# Years


def test_a_new_school_year_moves_the_cohort_up_and_keeps_the_ids() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV, "7А", YEAR)
    later = seen.printed(TESTOV, "8А", NEXT)
    other_letter = seen.printed("Пробная Ольга Петровна", "8Б", NEXT)
    seen.external("sgo:9", "Пробная Ольга Петровна", "7А", YEAR)
    ids = seen.ids()
    assert ids(later) == "p1"
    assert ids(other_letter) == "sgo:9"
    assert seen.cases() == []


def test_a_journal_id_is_one_child_over_the_years_kinds_and_classes() -> None:
    seen = Seen()
    whos = {
        seen.external("sgo:15", TESTOV, "7А", YEAR, "diary"),
        seen.external("sgo:15", "", "", YEAR, "mobile_api"),
        seen.external("sgo:15", TESTOV, "7Б", YEAR, "diary"),
        seen.external("sgo:15", "Тестов-Новый Алексей Иванович", "8Б", NEXT, "diary"),
    }
    assert {seen.ids()(who) for who in whos} == {"sgo:15"}
    assert seen.cases() == []


def test_two_ids_of_two_journals_in_two_years_need_a_full_name() -> None:
    seen = Seen()
    for name in ("Тестов Алексей", "Пробная Ольга Петровна"):
        seen.roster(name, name, "7А", YEAR)
        seen.external(f"sgo:{name}", name, "8А", NEXT)
    ids = seen.ids()
    assert ids(placeholder("pupil", "sgo:Пробная Ольга Петровна")) == "Пробная Ольга Петровна"
    assert ids(placeholder("pupil", "sgo:Тестов Алексей")) == "sgo:Тестов Алексей"
    (case,) = seen.cases()
    assert case["candidates"].split("\n") == ["sgo:Тестов Алексей", "Тестов Алексей"]


def test_a_move_within_a_year_is_one_child_by_id_and_a_question_by_name() -> None:
    seen = Seen()
    before, after = seen.printed(TESTOV, "7А"), seen.printed(TESTOV, "7Б")
    assert seen.ids()(before) != seen.ids()(after)
    (case,) = seen.cases()
    assert "похоже, перешёл" in case["what"]
    assert set(case["candidates"].split("\n")) == {before, after}
    seen.roster("p1", TESTOV, "7А")
    seen.roster("p1", TESTOV, "7Б")
    assert {seen.ids()(before), seen.ids()(after)} == {"p1"}
    assert seen.cases() == []


def test_namesakes_with_ids_in_two_classes_are_known_to_be_two() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV, "7А")
    seen.roster("p2", TESTOV, "7Б")
    one, other = seen.printed(TESTOV, "7А"), seen.printed(TESTOV, "7Б")
    assert (seen.ids()(one), seen.ids()(other)) == ("p1", "p2")
    assert seen.cases() == []


# Short forms


def test_a_shorter_name_is_the_only_pupil_of_a_listed_class_whom_it_fits() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV)
    seen.roster("p2", "Пробный Алексей Иванович")
    shorter, initials = seen.printed("Тестов Алексей"), seen.printed("Пробный А. И.")
    assert (seen.ids()(shorter), seen.ids()(initials)) == ("p1", "p2")
    assert seen.cases() == []


def test_a_roster_of_short_names_takes_the_longer_print() -> None:
    seen = Seen()
    seen.roster("p1", "Тестов Алексей")
    printed = seen.printed(TESTOV)
    assert seen.ids()(printed) == "p1"


def test_a_report_that_lists_the_class_counts_as_its_list() -> None:
    seen = Seen()
    whole = seen.printed(TESTOV, source=CLASS_REPORT)
    shorter = seen.printed("Тестов Алексей")
    assert seen.ids()(shorter) == seen.ids()(whole)


def test_what_a_short_form_tells_of_one_year_holds_for_the_next() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV, "7А", YEAR)
    seen.printed("Тестов Алексей", "7А", YEAR)
    later = seen.printed("Тестов Алексей", "8А", NEXT)
    assert seen.ids()(later) == "p1"


@pytest.mark.parametrize(
    ("fill", "asked"),
    [
        (lambda s: (s.roster("p1", TESTOV), s.roster("p2", "Тестов Алексей Петрович")), ["p1", "p2"]),
        (lambda s: s.printed(TESTOV), [placeholder("тестов алексей иванович", "7А", YEAR)]),
        (lambda s: (s.roster("p1", TESTOV), s.printed("Тестов Алексей Петрович")),
         ["p1", placeholder("тестов алексей петрович", "7А", YEAR)]),
        (lambda s: s.printed(TESTOV, source=CLASS_REPORT) and s.printed("Тестов Алексей", source=CLASS_REPORT),
         [placeholder("тестов алексей иванович", "7А", YEAR)]),
    ],
    ids=["two candidates", "no list of the class", "another who fits is not listed", "the list shows both"],
)  # fmt: skip
def test_a_shorter_name_is_asked_about_in_doubt(fill, asked: list[str]) -> None:
    seen = Seen()
    shorter = seen.printed("Тестов Алексей")
    fill(seen)
    ids = seen.ids()
    assert ids(shorter) not in {ids(one) for one in asked}
    told = {frozenset(row["candidates"].split("\n")) for row in seen.cases()}
    assert frozenset([shorter, *asked]) in told or {frozenset([shorter, one]) for one in asked} <= told


def test_a_bare_last_name_is_nobody_until_a_person_says_so() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV)
    bare = seen.printed("Тестов")
    assert seen.ids()(bare) != "p1"
    (case,) = seen.cases()
    assert "только фамилия" in case["what"]
    assert case["candidates"].split("\n") == [bare, "p1"]


# Reports without a class


def test_a_report_without_a_class_belongs_to_the_only_class_of_that_name_in_its_year() -> None:
    seen = Seen()
    seen.school_class("c7", "7-А")
    seen.roster("p1", TESTOV, "c7")
    lost, stranger = seen.printed(TESTOV, ""), seen.printed(TESTOV, "", NEXT)
    answer = seen.resolved()
    assert answer.classes.rows() == [(lost, "7А", YEAR)]
    assert seen.ids()(lost) == "p1"
    assert seen.ids()(stranger) not in {"p1", seen.ids()(lost)}


def test_a_report_without_a_class_is_nobodys_where_the_name_is_shown_twice() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV, "7А")
    seen.roster("p2", TESTOV, "7А")
    twice = seen.printed(TESTOV, "")
    assert seen.ids()(twice) not in {"p1", "p2"}
    assert seen.resolved().classes.rows() == [(twice, "7А", YEAR)]
    seen.roster("p3", TESTOV, "9В")
    assert seen.resolved().classes.rows() == []


def test_a_journal_id_finds_its_class_by_itself_in_each_year() -> None:
    seen = Seen()
    who = seen.external("sgo:15", TESTOV, "7А", YEAR)
    seen.external("sgo:15", TESTOV, "8А", NEXT)
    seen.external("sgo:15", "", "", "", "marks")
    assert seen.resolved().classes.rows() == [(who, "7А", YEAR), (who, "8А", NEXT)]


# What a person has settled


def settled(*lines: tuple[str, str, str]) -> Settled:
    made = {"same": set(), "different": set()}
    for decision, one, other in lines:
        made[decision].add(Decision("pupil", min(one, other), max(one, other)))
    return Settled("s1", frozenset(made["same"]), frozenset(made["different"]))


def test_a_settled_pair_is_one_and_no_longer_asked_about() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV)
    seen.roster("p2", TESTOV)
    printed = seen.printed(TESTOV)
    seen.settled = settled(("same", printed, "p2"))
    assert seen.ids()(printed) == "p2"
    assert seen.cases() == []


def test_namesakes_of_last_year_leave_the_print_of_the_next_to_nobody() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV, "7А", YEAR)
    seen.roster("p2", TESTOV, "7А", YEAR)
    later = seen.printed(TESTOV, "8А", NEXT)
    assert seen.ids()(later) not in {"p1", "p2"}
    (case,) = seen.cases()
    assert case["candidates"].split("\n") == [later, "p1", "p2"]


def test_pupils_told_apart_are_never_joined_and_no_longer_asked_about() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV)
    printed = seen.printed(TESTOV)
    seen.settled = settled(("different", printed, "p1"))
    assert seen.ids()(printed) != "p1"
    assert seen.cases() == []


def test_prints_of_two_years_told_apart_get_two_ids() -> None:
    seen = Seen()
    one, other = seen.printed(TESTOV, "7А", YEAR), seen.printed(TESTOV, "8А", NEXT)
    assert seen.ids()(one) == seen.ids()(other)
    seen.settled = settled(("different", one, other))
    assert seen.ids()(one) != seen.ids()(other)


def test_a_line_about_nobody_is_told() -> None:
    seen = Seen()
    seen.roster("p1", TESTOV)
    seen.settled = settled(("same", "~0000000000000000", "p1"))
    (case,) = seen.cases()
    assert "не действует" in case["what"]


# The whole


NAMES = ("Тестов Алексей", "Тестов Алексей Иванович", "Тестов Алексей Петрович", "Тестов А. И.", "Тестов")
CLASSES = ("7А", "7Б", "8А", "")


@st.composite
def schools(draw: st.DrawFn) -> Seen:
    """A few children of nearly one name, shown by a few sources: everything that can go wrong close together."""
    seen = Seen()
    for _ in range(draw(st.integers(1, 9))):
        name, year = draw(st.sampled_from(NAMES)), draw(st.sampled_from([YEAR, NEXT]))
        class_id = draw(st.sampled_from(CLASSES))
        match draw(st.sampled_from(["print", "class", "roster", "external"])):
            case "print":
                seen.printed(name + draw(st.sampled_from(["", " #2"])), class_id, year)
            case "class":
                seen.printed(name, class_id, year, CLASS_REPORT)
            case "roster":
                system = draw(st.sampled_from(["journal_csv", "eljur"]))
                seen.roster(draw(st.sampled_from(["p1", "p2", "p3"])), name, class_id, year, system)
            case _:
                own = draw(st.sampled_from(["sgo:1", "sgo:2", "mesh:1"]))
                seen.external(own, draw(st.sampled_from([name, ""])), class_id, year)
    return seen


@settings(max_examples=300, deadline=None)
@given(seen=schools(), seed=st.integers(0, 1000))
def test_the_answer_depends_on_the_set_of_sightings_only(seen: Seen, seed: int) -> None:
    plain, shuffled = seen.resolved(), seen.resolved(shuffle=seed)
    for part in ("ids", "classes", "ambiguous"):
        assert getattr(plain, part).equals(getattr(shuffled, part)), part


@settings(max_examples=300, deadline=None)
@given(seen=schools())
def test_two_ids_of_one_journal_are_always_two_children(seen: Seen) -> None:
    ids = seen.ids()
    csv = {raw for raw, *_, system in seen.rows["rosters"] if system == "journal_csv"}
    assert len({ids(raw) for raw in csv}) == len(csv)
    journal: dict[str, set[str]] = {}
    for role, who, _, _, _, own, *_ in seen.rows["people"]:
        if own and role == "pupil":
            journal.setdefault(own, set()).add(ids(who))
    assert all(len(found) == 1 for found in journal.values())
    sgo = [found for own, found in journal.items() if own.startswith("sgo:")]
    assert len(sgo) < 2 or not sgo[0] & sgo[1]


@settings(max_examples=300, deadline=None)
@given(seen=schools())
def test_different_patronymics_are_never_one_child(seen: Seen) -> None:
    """Unless one journal's id or one placeholder bears both, which is the source's own word."""
    ids = seen.ids()
    bearers: dict[str, set[str]] = {}
    raws: dict[str, set[str]] = {}
    for _, who, name, *_ in seen.rows["people"]:
        raws.setdefault(who, set()).add(name)
    for raw, *name, _, _, _ in seen.rows["rosters"]:
        raws.setdefault(raw, set()).add(" ".join(filter(None, name)).lower())
    for raw, names in raws.items():
        bearers.setdefault(ids(raw), set()).update(names if len(names) == 1 else ())
    alone = all(len(names) == 1 for names in raws.values())
    for names in bearers.values():
        both = any("иванович" in name for name in names) and any("петрович" in name for name in names)
        assert not (alone and both), names


@settings(max_examples=200, deadline=None)
@given(seen=schools())
def test_every_line_that_is_offered_settles_its_case(seen: Seen) -> None:
    """Whichever line a person takes, nobody asks again whether these two are one."""
    for case in seen.cases():
        who, *others = case["candidates"].split("\n")
        for decision in ("same", "different"):
            seen.settled = settled(*((decision, who, other) for other in others[: 1 if decision == "same" else None]))
            again = {(row["candidates"].split("\n")[0], one) for row in seen.cases() for one in
                     row["candidates"].split("\n")[1:]}  # fmt: skip
            assert not {(who, other) for other in (others[:1] if decision == "same" else others)} & again
        seen.settled = Settled("s1")


def test_a_school_of_a_thousand_and_two_thousand_reports_is_quick() -> None:
    pupils = [(f"Фамилия{n} Имя{n % 50} Отчество{n % 31}", f"{n % 11 + 1}{'АБВГ'[n // 11 % 4]}") for n in range(1000)]
    rows = [
        ("pupil", placeholder(name.lower(), label, YEAR), name.lower(), label, YEAR, "", "sgo", f"kind{report % 7}",
         f"2025-09-{report % 30 + 1:02d}")
        for report in range(2000) for name, label in pupils[report % 40 :: 40]
    ]  # fmt: skip
    rows += [
        ("pupil", placeholder("pupil", f"sgo:{n}"), name.lower(), label, YEAR, f"sgo:{n}", "sgo", "diary", "")
        for n, (name, label) in enumerate(pupils)
    ]
    people = pl.concat([pl.DataFrame(rows, schema=SCHEMAS["people"], orient="row")] * 20)
    rosters = pl.DataFrame(
        [(f"p{n}", *name.split(), label, YEAR, "journal_csv") for n, (name, label) in enumerate(pupils)],
        schema=SCHEMAS["rosters"], orient="row",
    )  # fmt: skip
    empty = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
    assert people.height > 1_000_000
    start = time.perf_counter()
    answer = resolve(people, rosters, empty["subjects"], empty["classes"], empty["teachers"], Settled("s1"))
    assert time.perf_counter() - start < 2
    assert answer.ambiguous.height == 0
    assert set(answer.ids["id"]) == {f"p{n}" for n in range(1000)}
