"""The grammar of one journal cell: attendance codes and marks, in any order.

    cell  := (code | group)*            separated by white space, NBSP or <br>; a comma or semicolon may stand behind
    group := mark ('/' mark)*           two marks of one work
    mark  := 0..5 [+-] [✕ weight] | '.' | зач | незач | н/а | осв

A code may be glued to marks («Н5», «5/4н»). The codes are those of the source, because the same letter means
different things in different journals. No known journal prints an empty work between two separators apart from
a single one, so several count as one. Every other token is given back unread, with the reason: marks outside the
scale (points of other systems) too, and nothing of a token that is only half understood is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.readers.labels import clean, fold, visible

DEBT = "."
NOT_UNDERSTOOD = "Не удалось разобрать запись в ячейке"
OUT_OF_SCALE = "Отметка вне шкалы 0–5"

_BREAK = re.compile(r"<\s?br\s?/?\s?>", re.IGNORECASE)
_AROUND_SIGN = re.compile(r"\s?([/✕×])\s?")
# «не зачтено» in two words is one mark: its second word alone would say the opposite.
_NOT_PASSED = re.compile(r"(?<!\S)([НнH][ЕеEe])(?: | ?- ?)(?=[Зз][АаAa][Чч])")
_DASHES = str.maketrans("−–—‑", "----")
_DIGITS = re.compile(r"([0-9]{1,3})([+-]?)(?:[✕×xXхХ*]([0-9]{1,3}(?:[.,][0-9]{1,2})?))?")
_LETTERS_FIRST = re.compile(r"([^\W\d_]+)([0-9].*)")
_LETTERS_LAST = re.compile(r"(.*[0-9][+-]?)([^\W\d_]+)")
_WORDS = (
    (re.compile(r"(?:зач|зачет|зачтено)\.?"), "зач"),
    (re.compile(r"(?:незач|незачет|незачтено|не/зач)\.?"), "незач"),
    (re.compile(r"н/?а\.?"), "н/а"),
    (re.compile(r"осв\.?"), "осв"),
)
_HIGHEST = 5
_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: its text (`5`, `4-`, `зач`, `.`), its number 0..5 if it has one, and where it stands.

    work: number of the work within the cell, from 1; part: place within `5/4`, from 1.
    """

    value: str
    number: int | None
    work: int
    part: int
    weight: float | None = None

    @property
    def kind(self) -> str:
        """Give the kind as in the contract: current, second_criterion or debt."""
        if self.value == DEBT:
            return "debt"
        return "second_criterion" if self.part > 1 else "current"


@dataclass(frozen=True, slots=True)
class Unread:
    """A token that the grammar does not understand: its text, why, and the table that it was meant for."""

    text: str
    reason: str
    table: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: attendance codes as the source spells them, marks, and what was not understood."""

    attendance: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def empty(self) -> bool:
        """True where nothing at all is written."""
        return not (self.attendance or self.marks or self.unread)


def word_mark(text: str) -> str | None:
    """Read a mark in words in its usual spelling: зач, незач, н/а, осв."""
    folded = fold(text).replace(" ", "")
    return next((value for pattern, value in _WORDS if pattern.fullmatch(folded)), None)


class Grammar:
    """The grammar of one source, given its attendance codes. Reads any text; never raises."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._codes: dict[str, str] = {}
        for code in codes:
            self._codes.setdefault(fold(code), clean(code))
        self._remembered: dict[tuple[str, ...], Cell] = {}

    @property
    def codes(self) -> tuple[str, ...]:
        """Attendance codes known, as the source spells them."""
        return tuple(self._codes.values())

    def extended(self, codes: Iterable[str]) -> Grammar:
        """Give a grammar that knows these codes too."""
        return Grammar((*self.codes, *codes))

    def read(self, text: str) -> Cell:
        """Read the text of a cell."""
        return self.read_lines((text,))

    def read_lines(self, lines: Sequence[str]) -> Cell:
        """Read a cell printed as text lines; of exactly two, the first holds codes and the second marks.

        The lines only settle what could be both (осв); a cell collapsed into one line reads the same.
        """
        key = tuple(lines)
        cell = self._remembered.get(key)
        if cell is None:
            cell = self._read(key)
            if len(self._remembered) < _REMEMBERED and sum(map(len, key)) <= _LONGEST_REMEMBERED:
                self._remembered[key] = cell
        return cell

    def _read(self, lines: tuple[str, ...]) -> Cell:
        attendance: list[str] = []
        marks: list[Mark] = []
        unread: list[Unread] = []
        work = 0
        for place, line in enumerate(lines):
            second_of_two = len(lines) == 2 and place == 1
            for token in _tokens(line):
                work += 1
                code, group, problem = self._token(token, work, marks_line=second_of_two)
                attendance.extend(code)
                marks.extend(group)
                if problem:
                    unread.append(problem)
                work -= not group
        return Cell(tuple(attendance), tuple(marks), tuple(unread))

    def _token(self, token: str, work: int, *, marks_line: bool) -> tuple[list[str], list[Mark], Unread | None]:
        """Read one token as codes, or marks of one work, or both glued together, or neither."""
        word = word_mark(token)
        code = self._code(token)
        if word and (marks_line or code is None):
            return [], [Mark(word, None, work, 1)], None
        if code is not None:
            return [code], [], None
        group = _group(token, work)
        if isinstance(group, list):
            return [], group, None
        glued = self._glued(token, work)
        if glued:
            return [glued[0]], glued[1], None
        table = "marks" if token[0].isdigit() else "attendance"
        return [], [], Unread(token, group, table)

    def _code(self, token: str) -> str | None:
        folded = fold(token)
        found = self._codes.get(folded)
        if found is None and folded.endswith(".") and len(folded) > 3:
            return self._codes.get(folded[:-1])
        return found

    def _glued(self, token: str, work: int) -> tuple[str, list[Mark]] | None:
        """Read «Н5» or «5Н», a code and marks without a space between."""
        for pattern, code_at, marks_at in ((_LETTERS_FIRST, 1, 2), (_LETTERS_LAST, 2, 1)):
            found = pattern.fullmatch(token)
            code = self._codes.get(fold(found[code_at])) if found else None
            if found and code is not None:
                group = _group(found[marks_at], work)
                if isinstance(group, list):
                    return code, group
        return None


def _tokens(line: str) -> list[str]:
    """Split a line; white space is collapsed first, so that the patterns look at one blank at most."""
    bare = _BREAK.sub(" ", _collapsed(visible(line)))
    bare = _NOT_PASSED.sub(r"\1", _AROUND_SIGN.sub(r"\1", _collapsed(bare.translate(_DASHES))))
    return [token.rstrip(",;") or token for token in bare.split()]


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _group(token: str, work: int) -> list[Mark] | str:
    """Read marks of one work, `5/4`; else why not."""
    marks: list[Mark] = []
    for part, text in enumerate(token.split("/"), start=1):
        if text in {".", "•", "·"}:
            marks.append(Mark(DEBT, None, work, part))
            continue
        found = _DIGITS.fullmatch(text)
        if not found:
            return NOT_UNDERSTOOD
        number = int(found[1])
        if number > _HIGHEST or len(found[1]) > 1:
            return OUT_OF_SCALE
        weight = float(found[3].replace(",", ".")) if found[3] else None
        marks.append(Mark(f"{number}{found[2]}", number, work, part, weight))
    return marks


def final_mark(text: str) -> str | None:
    """Read a mark for a period: one digit 0..5 (with + or -) or a word; None when it is neither."""
    word = word_mark(text)
    if word:
        return word
    group = _group(clean(text).translate(_DASHES), 1)
    if isinstance(group, list) and len(group) == 1 and group[0].number is not None and group[0].weight is None:
        return group[0].value
    return None


def final_problem(text: str) -> str:
    """Say why a mark for a period was not understood."""
    group = _group(clean(text).translate(_DASHES), 1)
    return group if isinstance(group, str) else NOT_UNDERSTOOD
