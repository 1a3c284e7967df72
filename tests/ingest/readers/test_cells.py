"""The cell grammar: what is understood, what is put aside, and that nothing is ever lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.cells import NOT_UNDERSTOOD, OUT_OF_SCALE, Cell, Grammar, final_mark, final_problem

SGO = Grammar(["УП", "Б", "НП", "ОТ", "ОП", "ОСВ"])
VES = Grammar(["Н", "О", "Б", "У"])


def brief(cell: Cell) -> tuple[tuple[str, ...], list[tuple[str, int, int]], list[str]]:
    marks = [(mark.value, mark.work, mark.part) for mark in cell.marks]
    return cell.attendance, marks, [token.text for token in cell.unread]


@pytest.mark.parametrize(
    ("text", "codes", "marks"),
    [
        ("", (), []),
        (" \xa0\u200b\t\n", (), []),
        ("5", (), [("5", 1, 1)]),
        ("0", (), [("0", 1, 1)]),
        ("Н", ("Н",), []),
        ("О 5/4 3", ("О",), [("5", 1, 1), ("4", 1, 2), ("3", 2, 1)]),
        ("5 Н", ("Н",), [("5", 1, 1)]),
        ("Н Н", ("Н", "Н"), []),
        ("Б Б 4", ("Б", "Б"), [("4", 1, 1)]),
        ("О Н", ("О", "Н"), []),
        ("5\xa04", (), [("5", 1, 1), ("4", 2, 1)]),
        ("5  4", (), [("5", 1, 1), ("4", 2, 1)]),
        ("5<br>4<BR/>3", (), [("5", 1, 1), ("4", 2, 1), ("3", 3, 1)]),
        ("5, 4; 3", (), [("5", 1, 1), ("4", 2, 1), ("3", 3, 1)]),
        ("5 / 4", (), [("5", 1, 1), ("4", 1, 2)]),
        ("4- 5+", (), [("4-", 1, 1), ("5+", 2, 1)]),
        ("4−", (), [("4-", 1, 1)]),
        (".", (), [(".", 1, 1)]),
        (".\xa04", (), [(".", 1, 1), ("4", 2, 1)]),
        ("./4", (), [(".", 1, 1), ("4", 1, 2)]),
        ("зач Зачёт ЗАЧ. незачет", (), [("зач", 1, 1), ("зач", 2, 1), ("зач", 3, 1), ("незач", 4, 1)]),
        ("н/а Н/А", (), [("н/а", 1, 1), ("н/а", 2, 1)]),
        ("Н5", ("Н",), [("5", 1, 1)]),
        ("5/4н", ("Н",), [("5", 1, 1), ("4", 1, 2)]),
        ("н", ("Н",), []),
        ("H", ("Н",), []),  # Latin
        ("O 5", ("О",), [("5", 1, 1)]),  # Latin
        ("\ufeffН\u200b", ("Н",), []),
        ("осв", (), [("осв", 1, 1)]),
    ],
)
def test_a_cell_is_understood(text: str, codes: tuple[str, ...], marks: list[tuple[str, int, int]]) -> None:
    assert brief(VES.read(text)) == (codes, marks, [])


@pytest.mark.parametrize("text", ["5✕2", "5x2", "5х2", "5X2", "5×2", "5*2", "5 ✕ 2", "5✕2.0", "5✕2,0"])
def test_a_weight_is_read_off_a_mark(text: str) -> None:
    (mark,) = VES.read(text).marks
    assert (mark.value, mark.number, mark.weight) == ("5", 5, 2.0)


@pytest.mark.parametrize("text", ["7", "6", "10", "12", "55", "100", "5/7", "7-", "44"])
def test_a_mark_outside_the_scale_is_put_aside_whole(text: str) -> None:
    cell = VES.read(f"Н {text} 4")
    assert brief(cell) == (("Н",), [("4", 1, 1)], [text])
    assert (cell.unread[0].reason, cell.unread[0].table) == (OUT_OF_SCALE, "marks")


@pytest.mark.parametrize(
    "text", ["?", "ББ", "Н/Н", "5,4", "4.5", "++", "-", "П", "h", "6Б", "1234", "5--", "5//4", "/"]
)
def test_what_the_grammar_does_not_know_is_put_aside(text: str) -> None:
    cell = VES.read(text)
    assert not cell.attendance
    assert not cell.marks
    assert [token.text for token in cell.unread] == [text]


def test_zero_and_letter_o_stay_apart() -> None:
    assert brief(VES.read("0")) == ((), [("0", 1, 1)], [])
    assert brief(VES.read("О")) == (("О",), [], [])


def test_codes_differ_by_source() -> None:
    assert brief(SGO.read("ОСВ")) == (("ОСВ",), [], [])
    assert brief(VES.read("ОСВ")) == ((), [("осв", 1, 1)], [])
    assert brief(SGO.read("Н"))[2] == ["Н"]


def test_codes_are_given_as_the_source_spells_them() -> None:
    assert Grammar(["н", "оп"]).read("Н ОП").attendance == ("н", "оп")
    assert SGO.extended(["ДО"]).read("до уп").attendance == ("ДО", "УП")


def test_of_two_lines_the_second_holds_marks() -> None:
    assert brief(SGO.read_lines(("ОП", "5\xa04"))) == (("ОП",), [("5", 1, 1), ("4", 2, 1)], [])
    assert brief(SGO.read_lines(("Б", "осв"))) == (("Б",), [("осв", 1, 1)], [])
    assert brief(SGO.read_lines(("ОСВ",))) == (("ОСВ",), [], [])


def test_a_collapsed_cell_reads_as_its_two_lines() -> None:
    assert SGO.read("ОП 5 4") == SGO.read_lines(("ОП", "5 4"))


def test_kinds_of_marks() -> None:
    kinds = [mark.kind for mark in VES.read("5/4 . зач").marks]
    assert kinds == ["current", "second_criterion", "debt", "current"]
    assert [mark.number for mark in VES.read("4- . зач н/а").marks] == [4, None, None, None]


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", "5"), (" 4 ", "4"), ("Н/А", "н/а"), ("ОСВ", "осв"), ("зачёт", "зач"), ("н/а.", "н/а"), ("4-", "4-"),
     ("7", None), ("5/4", None), ("5 4", None), ("хорошо", None), (".", None), ("5✕2", None), ("", None)],
)  # fmt: skip
def test_a_final_mark_is_one_mark(text: str, value: str | None) -> None:
    assert final_mark(text) == value


def test_a_bad_final_mark_says_why() -> None:
    assert final_problem("7") == OUT_OF_SCALE
    assert final_problem("хорошо") == NOT_UNDERSTOOD


MARK = st.one_of(
    st.builds(lambda digit, sign: f"{digit}{sign}", st.integers(0, 5), st.sampled_from(["", "", "-", "+"])),
    st.sampled_from([".", "зач", "незач", "н/а"]),
)
GROUP = st.lists(MARK.filter(lambda mark: mark[0].isdigit() or mark == "."), min_size=1, max_size=3).map("/".join)
TOKEN = st.one_of(st.sampled_from(["Н", "О", "Б", "У"]), GROUP, st.sampled_from(["зач", "незач", "н/а"]))


@given(st.lists(TOKEN, max_size=6), st.sampled_from([" ", "\xa0", "  ", "<br>", "\n", " \u200b"]))
def test_every_written_token_comes_back(tokens: list[str], separator: str) -> None:
    cell = VES.read(separator.join(tokens))
    works: dict[int, list[str]] = {}
    for mark in cell.marks:
        works.setdefault(mark.work, []).append(mark.value)
    assert not cell.unread
    assert list(cell.attendance) == [token for token in tokens if token in {"Н", "О", "Б", "У"}]
    assert ["/".join(work) for work in works.values()] == [t for t in tokens if t not in {"Н", "О", "Б", "У"}]


@given(st.text())
def test_no_text_breaks_the_grammar_and_no_token_vanishes(text: str) -> None:
    cell = VES.read(text)
    assert (
        cell.empty == (not "".join(text.split()).strip("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad")) or "<" in text
    )
    assert all(0 <= mark.number <= 5 for mark in cell.marks if mark.number is not None)


@given(st.text(alphabet="0123456789НОБУнобуHOx✕/.,+- \xa0зачнд<br>"))
def test_no_look_alike_soup_breaks_the_grammar(text: str) -> None:
    cell = VES.read_lines(text.split("|"))
    assert set(cell.attendance) <= {"Н", "О", "Б", "У"}


@given(st.text(), st.text())
def test_case_never_changes_the_codes(first: str, second: str) -> None:
    text = f"{first} н {second}"
    assert VES.read(text).attendance == VES.read(text.replace(" н ", " Н ")).attendance
