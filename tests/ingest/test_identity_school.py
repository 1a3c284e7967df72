"""Teachers, subjects and classes: one id each across systems, and a question wherever there is doubt."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.identity import Settled
from ingest.identity.settled import Decision
from ingest.identity.subjects import ALIASES, aliases, full, plain
from tests.ingest.seeing import NEXT, YEAR, Seen

IVANOVA = "Иванова Анна Петровна"


def settled(decision: str, kind: str, one: str, other: str, year: str = "") -> Settled:
    made = frozenset([Decision(kind, min(one, other), max(one, other), year)])
    return Settled("s1", same=made) if decision == "same" else Settled("s1", different=made)


# Teachers


def test_a_teacher_is_one_by_his_full_name_and_the_staff_list_names_him() -> None:
    seen = Seen()
    named, diary = seen.named_teacher("ИВАНОВА Анна Петровна"), seen.external("sgo:7", IVANOVA, role="teacher")
    assert {seen.ids("teacher")(named), seen.ids("teacher")(diary)} == {"sgo:7"}
    seen.staff("t1", IVANOVA)
    assert {seen.ids("teacher")(named), seen.ids("teacher")(diary)} == {"t1"}
    assert seen.cases("teacher") == []


def test_a_teacher_known_by_name_only_has_an_id_without_the_name() -> None:
    seen = Seen()
    one, again = seen.named_teacher(IVANOVA), seen.named_teacher("Иванова Анна Пётровна")
    ids = seen.ids("teacher")
    assert ids(one) == ids(again)
    assert ids(one).startswith("t")
    assert "иванова" not in ids(one)


def test_initials_are_asked_about_even_where_they_fit_one_teacher_only() -> None:
    """A remark must never reach the wrong teacher: the staff list may be older than a newcomer with these initials."""
    seen = Seen()
    seen.staff("t1", IVANOVA)
    short = seen.named_teacher("Иванова А. П.")
    assert seen.ids("teacher")(short) != "t1"
    (case,) = seen.cases("teacher")
    assert case["candidates"].split("\n") == [short, "t1"]
    assert f'same.teacher."s1"."{short}" = "t1"' in case["settle"]
    seen.settled = settled("same", "teacher", short, "t1")
    assert seen.ids("teacher")(short) == "t1"
    assert seen.cases("teacher") == []


def test_initials_are_joined_where_both_teach_the_same_lessons() -> None:
    seen = Seen()
    seen.staff("t1", IVANOVA)
    seen.staff("t2", "Иванов Андрей Петрович")
    short = seen.named_teacher("Иванова А.П.")
    seen.subject("phys", "Физика", "journal_csv")
    seen.subject("Физика")
    seen.school_class("c7", "7А")
    seen.teaches("t1", "c7", "phys")
    seen.teaches(short, "7А", "физика")
    assert seen.ids("teacher")(short) == "t1"
    assert seen.cases("teacher") == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s, _: s.staff("t2", "Иванова Алла Павловна"),
        lambda s, _: s.external("sgo:8", "Иванова Алла Павловна", role="teacher"),
        lambda s, _: s.external("sgo:8", "Иванова А. П.", role="teacher"),
        lambda s, _: s.rows["teaching"].clear(),
        lambda s, _: s.rows["teachers"].clear() or s.named_teacher(IVANOVA),
    ],
    ids=["two in the staff list", "another one elsewhere", "two with initials", "no common lesson", "no staff list"],
)
def test_initials_are_joined_with_nobody_in_doubt(spoil) -> None:
    seen = Seen()
    seen.staff("t1", IVANOVA)
    short = seen.named_teacher("Иванова А.П.")
    seen.teaches("t1")
    seen.teaches(short)
    assert seen.ids("teacher")(short) == "t1"
    spoil(seen, short)
    ids = seen.ids("teacher")
    assert ids(short) not in {ids("t1"), "t2", "sgo:8", ids(seen.named_teacher(IVANOVA))}
    assert any(short in row["candidates"] for row in seen.cases("teacher"))


def test_one_initial_is_not_enough_even_with_a_common_lesson() -> None:
    seen = Seen()
    seen.staff("t1", IVANOVA)
    short = seen.named_teacher("Иванова А.")
    seen.teaches("t1")
    seen.teaches(short)
    assert seen.ids("teacher")(short) != "t1"
    assert len(seen.cases("teacher")) == 1


def test_two_teachers_of_one_name_are_joined_with_nobody() -> None:
    seen = Seen()
    seen.staff("t1", IVANOVA)
    seen.staff("t2", IVANOVA)
    named = seen.named_teacher(IVANOVA)
    assert seen.ids("teacher")(named) not in {"t1", "t2"}
    (case,) = seen.cases("teacher")
    assert case["candidates"].split("\n") == [named, "t1", "t2"]


# Subjects


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Рус. язык", "Русский язык"),
        ("Ин.яз./Английский язык", "Английский язык"),
        ("ФИЗ-РА", "Физическая культура"),
        ("Изобразительное искусство", "ИЗО"),
        ("Труд (технология)", "Труд(технология)"),
        ("Черчение", "ЧЁРЧЕНИЕ"),
    ],
)
def test_a_subject_is_one_under_its_usual_names(one: str, other: str) -> None:
    seen = Seen()
    ids = {seen.subject(one, content="a"), seen.subject(other, content="b")}
    found = seen.ids("subject")
    assert len({found(raw) for raw in ids}) == 1
    assert seen.cases("subject") == []


def test_the_id_of_the_journal_csv_stands_for_a_printed_subject() -> None:
    seen = Seen()
    printed, short = seen.subject("Русский язык"), seen.subject("Рус. яз.")
    seen.subject("rus", "Русский язык", "journal_csv")
    seen.subject("77", "РУССКИЙ ЯЗЫК", "eljur")
    ids = seen.ids("subject")
    assert {ids(raw) for raw in (printed, short, "rus", "77")} == {"rus"}
    assert ids.described == {printed, short, "77"}


def test_the_fullest_printed_name_stands_where_no_journal_has_an_id() -> None:
    seen = Seen()
    short, whole = seen.subject("Рус. язык"), seen.subject("Русский язык")
    assert seen.ids("subject")(short) == whole
    assert len(Seen().ids("subject")) == 0


def test_subjects_side_by_side_in_one_export_are_two_whatever_they_are_called() -> None:
    seen = Seen()
    seen.subject("eng", "Английский язык", "journal_csv", "csv")
    seen.subject("eng2", "Иностранный язык (английский)", "journal_csv", "csv")
    printed = seen.subject("Английский язык")
    ids = seen.ids("subject")
    assert (ids(printed), ids("eng"), ids("eng2")) == ("eng", "eng", "eng2")
    (case,) = seen.cases("subject")
    assert "стоят рядом" in case["what"]
    seen.settled = settled("different", "subject", "eng", "eng2")
    assert seen.cases("subject") == []


def test_a_short_form_that_the_table_does_not_know_is_asked_about() -> None:
    seen = Seen()
    short = seen.subject("Экон. теория")
    seen.subject("econ", "Экономическая теория", "journal_csv")
    seen.subject("Экология")
    assert seen.ids("subject")(short) == short
    (case,) = seen.cases("subject")
    assert set(case["candidates"].split("\n")) == {short, "econ"}
    seen.settled = settled("same", "subject", short, "econ")
    assert seen.ids("subject")(short) == "econ"
    assert seen.cases("subject") == []


def test_a_line_about_an_unknown_subject_is_told() -> None:
    seen = Seen()
    seen.subject("Физика")
    seen.settled = settled("same", "subject", "phys", "физика")
    assert seen.ids("subject")("физика") == "физика"
    (case,) = seen.cases("subject")
    assert "не действует" in case["what"]


def test_the_table_of_short_forms_leads_to_full_names_in_one_step() -> None:
    known = aliases()
    assert len(known) == len(ALIASES.read_text(encoding="utf-8").splitlines()) - 1
    assert not set(known) & set(known.values())
    assert full("Рус.язык") == plain("Русский  ЯЗЫК")


# Classes


def test_spellings_of_a_label_are_one_class() -> None:
    seen = Seen()
    for raw in ("5А", "5-А", "5 «А»", "5a"):
        seen.school_class(raw)
    ids = seen.ids("class")
    assert {ids(raw, YEAR) for raw in ("5А", "5-А", "5 «А»", "5a")} == {"5А"}
    assert seen.cases("class") == []


def test_an_id_of_the_journals_own_stands_for_the_label_of_its_year() -> None:
    seen = Seen()
    seen.school_class("c7", "7-Б", YEAR)
    seen.school_class("c7", "8Б", NEXT)
    seen.school_class("7Б", "7Б", YEAR, "sgo")
    ids = seen.ids("class")
    assert ids.described == {"7Б", "8Б"}
    assert ids("7Б", YEAR) == "c7"
    assert ids("8Б", NEXT) == "c7"
    assert ids("7Б", NEXT) == "7Б"


def test_two_journals_that_number_their_classes_agree_on_the_journal_csv() -> None:
    seen = Seen()
    seen.school_class("17", "7Б", YEAR, "eljur")
    seen.school_class("c7", "7Б", YEAR)
    ids = seen.ids("class")
    assert {ids(raw, YEAR) for raw in ("17", "c7", "7Б")} == {"c7"}


@pytest.mark.parametrize(
    "rows",
    [[("c1", "7Б"), ("c2", "7Б")], [("c1", "7Б"), ("c1", "7В")]],
    ids=["two ids of one label", "two labels of one id"],
)
def test_a_label_that_a_journal_uses_twice_is_asked_about(rows: list[tuple[str, str]]) -> None:
    seen = Seen()
    for raw, name in rows:
        seen.school_class(raw, name)
    assert seen.ids("class")("7Б", YEAR) == "7Б"
    told = seen.cases("class")
    assert any('same.class."s1"."2025/2026"."7Б" = "c1"' in row["settle"] for row in told)
    seen.settled = settled("same", "class", "c1", "7Б", YEAR)
    assert seen.ids("class")("7Б", YEAR) == "c1"


def test_pupils_meet_in_a_class_under_any_of_its_ids() -> None:
    seen = Seen()
    seen.school_class("c7", "7 «б»")
    seen.roster("p1", "Тестов Алексей Иванович", "c7")
    printed = seen.printed("Тестов Алексей Иванович", "7Б")
    assert seen.ids()(printed) == "p1"


def test_a_subgroup_is_another_only_by_a_persons_word() -> None:
    seen = Seen()
    seen.settled = settled("same", "subgroup", "eng-1", "sgo:31")
    assert seen.ids("subgroup")("sgo:31") == "eng-1"


# The whole


@st.composite
def schools(draw: st.DrawFn) -> Seen:
    """Few names under many ids, so that they collide."""
    seen = Seen()
    for _ in range(draw(st.integers(1, 10))):
        system, content = draw(st.sampled_from(["journal_csv", "eljur", "sgo"])), draw(st.sampled_from("abc"))
        name = draw(st.sampled_from(["Русский язык", "Рус. язык", "Рус. яз.", "Литература"]))
        match draw(st.sampled_from(["subject", "class", "staff", "named", "external"])):
            case "subject":
                seen.subject(draw(st.sampled_from(["1", "2", "rus", name])), name, system, content)
            case "class":
                label = draw(st.sampled_from(["7Б", "7-Б", "8Б"]))
                seen.school_class(draw(st.sampled_from(["1", "2", "7Б", "7-б"])), label, YEAR, system)
            case "staff":
                full_name = draw(st.sampled_from([IVANOVA, "Иванова Алла Павловна", "Иванова А. П."]))
                seen.teaches(seen.staff(draw(st.sampled_from(["t1", "t2"])), full_name, system))
            case "named":
                seen.teaches(seen.named_teacher(draw(st.sampled_from([IVANOVA, "Иванова А. П.", "Иванова А."]))))
            case _:
                own = draw(st.sampled_from(["sgo:1", "sgo:2"]))
                seen.teaches(seen.external(own, draw(st.sampled_from([IVANOVA, "Иванова А. П."])), role="teacher"))
    return seen


@settings(max_examples=300, deadline=None)
@given(seen=schools(), seed=st.integers(0, 1000))
def test_the_answer_depends_on_the_set_of_sightings_only(seen: Seen, seed: int) -> None:
    shown, shuffled = seen.resolved(), seen.resolved(shuffle=seed)
    assert shown.ids.equals(shuffled.ids)
    assert shown.ambiguous.equals(shuffled.ambiguous)


@settings(max_examples=300, deadline=None)
@given(seen=schools())
def test_what_one_source_tells_apart_stays_apart(seen: Seen) -> None:
    subjects, teachers = seen.ids("subject"), seen.ids("teacher")
    beside: dict[str, set[str]] = {}
    for raw, _, _, content in seen.rows["subjects"]:
        beside.setdefault(content, set()).add(raw)
    for raws in beside.values():
        assert len({subjects(raw) for raw in raws}) == len(raws)
    staff = {raw for raw, *_, system in seen.rows["teachers"] if system == "journal_csv"}
    assert len({teachers(raw) for raw in staff}) == len(staff)


@settings(max_examples=300, deadline=None)
@given(seen=schools())
def test_every_line_that_is_offered_settles_its_case(seen: Seen) -> None:
    """Whatever the first offered line of a case is, obeying it leaves that question asked no more."""
    for kind in ("teacher", "subject", "class"):
        for case in seen.cases(kind):
            if not case["settle"]:
                continue
            for line in (case["settle"].split("\n")[0], case["settle"].split("\n")[-1]):
                ((decision, by_kind),) = tomllib.loads(line).items()
                value = by_kind[kind]["s1"]
                value = value[case["academic_year"]] if kind == "class" else value
                ((one, others),) = value.items()
                year = case["academic_year"] if kind == "class" else ""
                made = frozenset(
                    Decision(kind, min(one, other), max(one, other), year)
                    for other in (others if isinstance(others, list) else [others])
                )
                seen.settled = Settled("s1", **{decision: made})
                assert case["what"] not in {row["what"] for row in seen.cases(kind)}
                seen.settled = Settled("s1")
