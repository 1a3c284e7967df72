"""The cell grammar: what is understood, what is put aside, and that nothing is ever lost."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
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
        ("не зачтено", (), [("незач", 1, 1)]),
        ("5 НЕ  ЗАЧ.", (), [("5", 1, 1), ("незач", 2, 1)]),
        ("не-зачёт", (), [("незач", 1, 1)]),
        ("нe зaч", (), [("незач", 1, 1)]),  # Latin e and a
        ("5 < br />4", (), [("5", 1, 1), ("4", 2, 1)]),
        ("5\xa0\xa0\xa04", (), [("5", 1, 1), ("4", 2, 1)]),
        ("Н\xa0/\xa0а", (), [("н/а", 1, 1)]),
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


# Properties. The writer below knows nothing of the grammar but its description.

CODES = {"Н": "Н", "О": "О", "Б": "Б", "У": "У"}
SPELLINGS = {
    "зач": ("зач", "зачет", "зачёт", "Зачет", "ЗАЧЁТ", "зач.", "зачтено"),
    "незач": ("незач", "незачет", "незачёт", "НЕЗАЧ.", "не зач", "не/зач", "не зачтено"),
    "н/а": ("н/а", "на", "Н/А", "н / а", "н/а."),
    "осв": ("осв", "Осв", "ОСВ", "осв."),
}
SWAPS = dict(zip("АВСЕНКМОРТХасеорху", "ABCEHKMOPTXaceopxy", strict=True))
BLANKS = (" ", "  ", "\xa0", "\u2003", "\n", "\t", "<br>", "<BR />", " <br/> ", "\u200b ", "; ", ", ")


@st.composite
def numeric_works(draw: st.DrawFn) -> tuple[str, list[tuple[str, float | None]]]:
    """A work of one to three marks, `5/4-✕2`, and what it holds: (value, weight)."""
    texts, marks = [], []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.integers(0, 5)) == 0:
            texts.append(draw(st.sampled_from([".", "•", "·"])))
            marks.append((".", None))
            continue
        digit, sign = draw(st.integers(0, 5)), draw(st.sampled_from(["", "", "+", "-", "−", "–"]))
        weight = draw(st.one_of(st.none(), st.integers(1, 20)))
        times = draw(st.sampled_from(["✕", "×", "x", "х", "*", " ✕ "])) if weight else ""
        texts.append(f"{digit}{sign}{times}{weight or ''}")
        marks.append((f"{digit}{sign.translate({0x2212: '-', 0x2013: '-'})}", float(weight) if weight else None))
    return draw(st.sampled_from(["/", " / ", "\xa0/"])).join(texts), marks


@st.composite
def written_cells(draw: st.DrawFn) -> tuple[str, list[str], list[list[tuple[str, float | None]]]]:
    """The text of a cell, the codes in it and the works in it, each a list of (value, weight)."""
    pieces: list[str] = []
    codes: list[str] = []
    works: list[list[tuple[str, float | None]]] = []
    for _ in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["code", "work", "word", "glued"]))
        if kind in ("code", "glued"):
            code = draw(st.sampled_from(sorted(CODES)))
            codes.append(code)
            spelled = draw(st.sampled_from([code, code.lower()]))
        if kind == "code":
            pieces.append(spelled)
        elif kind == "word":
            value = draw(st.sampled_from(sorted(SPELLINGS)))
            pieces.append(draw(st.sampled_from(SPELLINGS[value])))
            works.append([(value, None)])
        else:
            text, marks = draw(numeric_works())
            glued = kind == "glued" and text[0].isdigit()
            if kind == "glued" and not glued:
                pieces.append(spelled)
            pieces.append(f"{spelled}{text}" if glued else text)
            works.append(marks)
    text = ""
    for place, piece in enumerate(pieces):
        text += (draw(st.sampled_from(BLANKS)) if place else "") + piece
    return text, codes, works


def works_of(cell: Cell) -> list[list[tuple[str, float | None]]]:
    works: dict[int, list[tuple[str, float | None]]] = {}
    for mark in cell.marks:
        works.setdefault(mark.work, []).append((mark.value, mark.weight))
        assert mark.part == len(works[mark.work])
    assert list(works) == list(range(1, len(works) + 1))
    return list(works.values())


@settings(max_examples=400)
@given(written_cells())
def test_what_a_writer_writes_the_reader_reads_back(
    written: tuple[str, list[str], list[list[tuple[str, float | None]]]],
) -> None:
    text, codes, works = written
    cell = VES.read(text)
    assert (list(cell.attendance), works_of(cell), list(cell.unread)) == (codes, works, [])


@settings(max_examples=300)
@given(written_cells(), st.randoms(use_true_random=False))
def test_look_alikes_of_the_other_alphabet_change_nothing(
    written: tuple[str, list[str], object], random: object
) -> None:
    text = written[0]
    latin = "".join(SWAPS[sign] if sign in SWAPS and random.random() < 0.5 else sign for sign in text)  # type: ignore[attr-defined]
    assert VES.read(latin) == VES.read(text)
    assert Grammar([SWAPS.get(code, code) for code in CODES]).read(latin).marks == VES.read(text).marks


@given(st.lists(st.sampled_from(["УП", "НП", "ОТ", "ОП", "ОСВ", "Б", "б", "уп", "Н", "H", "2", "Н.", "О", "П", "?"])))
def test_no_code_ever_becomes_a_mark_of_two(tokens: list[str]) -> None:
    cell = SGO.read(" ".join(tokens))
    assert Counter(mark.value for mark in cell.marks) == Counter(token for token in tokens if token == "2")
    assert len(cell.attendance) + len(cell.marks) + len(cell.unread) == len(tokens)


def test_a_debt_is_never_a_two() -> None:
    (debt,) = VES.read(".").marks
    assert (debt.value, debt.number, debt.kind) == (".", None, "debt")


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SOUP = st.text(alphabet="0123456789НОБУнобуHOx✕×*/.,;+-−–— \xa0\t\u200b\u202eзачнетdосв<br/>", max_size=30)


def pieces_of(text: str) -> list[str]:
    """What stands in a cell between its separators, found anew in the plainest way."""
    text = re.sub("[\u200b-\u200f\u2060\ufeff\xad]", "", text)
    text = " ".join(re.sub(r"(?i)<\s*br\s*/?\s*>", " ", " ".join(text.split())).split())
    for sign in "−–—‑":
        text = text.replace(sign, "-")
    text = re.sub(r"\s*([/✕×])\s*", r"\1", text)
    words = text.split()
    together = []
    for word in words:
        before = together[-1] if together else ""
        folded = before.replace("H", "н").replace("e", "е").replace("E", "е").lower()
        if re.fullmatch(r"не-?", folded) and re.match(r"(?i)[з][аa]ч", word):
            together[-1] = before.rstrip("-") + word
        elif re.match(r"(?i)-[з][аa]ч", word) and folded == "не":
            together[-1] = before + word[1:]
        elif re.match(r"(?i)[з][аa]ч", word) and before == "-" and len(together) > 1 and together[-2].lower() == "не":
            together.pop()
            together[-1] += word
        else:
            together.append(word)
    return [word.rstrip(",;") or word for word in together]


def signs(text: str) -> Counter[str]:
    """Letters and digits of a text, folded: what must not vanish and not be made up."""
    folded = "".join(SWAPS_BACK.get(sign, sign) for sign in text).casefold().replace("ё", "е")
    return Counter(sign for sign in folded if sign.isalnum())


SWAPS_BACK = {latin: cyrillic for cyrillic, latin in (SWAPS | {"У": "Y"}).items()}
WORDS = sorted(
    (("незачтено", "незач"), ("незачет", "незач"), ("незач", "незач"), ("зачтено", "зач"), ("зачет", "зач")),
    reverse=True,
)


@settings(max_examples=400)
@given(st.one_of(ANY, SOUP))
@example("5" + " " * 100_000 + "/" + " " * 100_000 + "4")
@example("1" * 100_000)
@example("1а" * 50_000)
@example("<" * 50_000 + " br>")
@example("\x00\x01\x1f")
@example("Н\u202e7 ٣ ⅷ ²")
def test_every_piece_of_any_text_is_told_and_nothing_is_made_up(text: str) -> None:
    cell = VES.read(text)
    assert cell == Grammar(CODES).read(text)
    pieces = pieces_of(text)
    left = Counter(token.text for token in cell.unread)
    assert not left - Counter(pieces)
    understood = list((Counter(pieces) - left).elements())
    # Each piece alone says the same as within the cell, and something.
    alone = [VES.read(piece) for piece in pieces]
    assert all(not one.empty for one in alone)
    assert [code for one in alone for code in one.attendance] == list(cell.attendance)
    assert [mark.value for one in alone for mark in one.marks] == [mark.value for mark in cell.marks]
    # Letter by letter and digit by digit: what went in came out, the words in their usual spelling.
    went_in: Counter[str] = Counter()
    for piece in understood:
        folded = "".join(SWAPS_BACK.get(sign, sign) for sign in piece).casefold().replace("ё", "е").replace("-", "")
        for long, short in WORDS:
            if folded.rstrip(".").replace("/", "") == long:
                folded = short
        went_in += signs(re.sub(r"([*хx✕×][0-9]+)[.,]([0-9]*)", r"\1\2", folded))
    came_out = signs("".join(cell.attendance)) + signs("".join(mark.value for mark in cell.marks))
    weights = went_in - came_out
    assert not came_out - went_in
    assert set(weights) <= set("0123456789х")
    assert bool(weights) == any(mark.weight is not None for mark in cell.marks)


@given(st.lists(st.sampled_from(["5", "4-", "Н", "зач", "7", "100", "?", "."]), max_size=5), st.sampled_from(BLANKS))
def test_reading_again_what_was_read_says_the_same(tokens: list[str], separator: str) -> None:
    cell = VES.read(separator.join(tokens))
    again = [*cell.attendance, *(mark.value for mark in cell.marks), *(token.text for token in cell.unread)]
    assert VES.read(" ".join(again)) == cell


def test_long_cells_are_not_remembered() -> None:
    grammar = Grammar(["Н"])
    for number in range(50):
        grammar.read("5 " * 1000 + str(number))
    assert sum(len(line) for key in grammar._remembered for line in key) < 1000


@given(ANY)
def test_a_final_mark_of_any_text_is_one_of_the_known(text: str) -> None:
    value = final_mark(text)
    assert value is None or re.fullmatch(r"[0-5][+-]?|зач|незач|н/а|осв", value)
    assert final_problem(text) in {NOT_UNDERSTOOD, OUT_OF_SCALE} or value is not None
