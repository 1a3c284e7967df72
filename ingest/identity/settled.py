"""`identity.toml` of a home: what a person has settled where the exports themselves do not tell who is who.

One line a decision, anywhere in the file; `zavuch identity` prints the lines to choose from:

    same.pupil."s12"."~1f3a5b…" = "p-123"                      # one person
    different.pupil."s12"."~1f3a5b…" = ["p-124", "p-125"]      # not these
    same.subject."s12"."рус. яз." = "russian"
    same.class."s12"."2026/2027"."7Б" = "c7b"
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from warehouse.settings import SettingsError

FILE = "identity.toml"
KINDS = ("pupil", "teacher", "subject", "class", "subgroup")
SAME, DIFFERENT = "same", "different"


@dataclass(frozen=True, order=True)
class Decision:
    """Two ids of a kind that are one, or are two; academic_year is '' but for classes."""

    kind: str
    one: str
    other: str
    academic_year: str = ""


@dataclass(frozen=True)
class Settled:
    """What was settled for one school."""

    school_id: str = ""
    same: frozenset[Decision] = field(default_factory=frozenset)
    different: frozenset[Decision] = field(default_factory=frozenset)

    @property
    def digest(self) -> str:
        """Names the state of the decisions: another digest makes history anew."""
        return hashlib.sha256(repr((sorted(self.same), sorted(self.different))).encode()).hexdigest()[:16]

    def of(self, kind: str) -> tuple[list[Decision], list[Decision]]:
        """Decisions of one kind, in order: (same, different)."""
        return (
            sorted(one for one in self.same if one.kind == kind),
            sorted(one for one in self.different if one.kind == kind),
        )

    def line(self, decision: str, kind: str, one: str, others: Iterable[str], academic_year: str = "") -> str:
        """The line of `identity.toml` that settles a case; decision: `same` or `different`."""
        listed = [_quoted(other) for other in others]
        value = listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"
        place = [decision, kind, _quoted(self.school_id), *([_quoted(academic_year)] if kind == "class" else [])]
        return f"{'.'.join([*place, _quoted(one)])} = {value}"


def load_settled(path: Path, schools: Collection[str] | None = None) -> dict[str, Settled]:
    """Read `identity.toml`: school → what was settled; a missing file settles nothing.

    schools: ids that a line may name; None leaves that unchecked. Raises SettingsError, in Russian and with the
    place, where a line cannot stand.
    """
    if not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: файл не читается ({error}). Каждое решение стоит одной строкой, как её печатает zavuch identity."
        ) from error
    found = _File(path, text, schools).decisions(data)
    for one in found.values():
        _check_agree(path, one)
    return found


def settled_of(home: Path, school_id: str) -> Settled:
    """What was settled for one school of a home. Raises SettingsError as `load_settled` does."""
    return load_settled(home / FILE).get(school_id, Settled(school_id))


@dataclass
class _File:
    path: Path
    text: str
    schools: Collection[str] | None

    def decisions(self, data: dict[str, object]) -> dict[str, Settled]:
        found: dict[tuple[str, str], set[Decision]] = {}
        for decision, kinds in data.items():
            if decision not in (SAME, DIFFERENT):
                self._refuse(decision, f"строка начинается со слова same или different, а не «{decision}»")
            for kind, schools in self._table(decision, kinds).items():
                if kind not in KINDS:
                    self._refuse(kind, f"вид «{kind}» неизвестен; есть: {', '.join(KINDS)}")
                for school, lines in self._table(kind, schools).items():
                    if self.schools is not None and school not in self.schools:
                        self._refuse(school, f"школы «{school}» нет в настройках")
                    found.setdefault((school, decision), set()).update(self._lines(kind, school, lines))
        return {
            school: Settled(
                school, frozenset(found.get((school, SAME), ())), frozenset(found.get((school, DIFFERENT), ()))
            )
            for school in sorted({school for school, _ in found})
        }

    def _lines(self, kind: str, school: str, lines: object) -> Iterable[Decision]:
        by_year = self._table(school, lines) if kind == "class" else {"": lines}
        for year, decisions in by_year.items():
            for one, value in self._table(year or school, decisions).items():
                for other in value if isinstance(value, list) else [value]:
                    if not isinstance(other, str) or not other.strip() or not one.strip():
                        self._refuse(one, "справа от знака равенства стоит код в кавычках или список таких кодов")
                    if other == one:
                        self._refuse(one, f"«{one}» сравнивается сам с собой")
                    yield Decision(kind, min(one, other), max(one, other), year)

    def _table(self, name: str, value: object) -> dict[str, object]:
        if not isinstance(value, dict):
            self._refuse(name, 'строка выглядит так: same.pupil."школа"."код" = "код"; у классов после школы – год')
        return value

    def _refuse(self, word: str, reason: str) -> NoReturn:
        lines = self.text.splitlines()
        number = next((n for n, line in enumerate(lines, start=1) if word in line.partition("#")[0]), 0)
        raise SettingsError(f"{self.path}, строка {number}: {reason}. Исправьте строку и повторите.")


def _check_agree(path: Path, settled: Settled) -> None:
    """Refuse decisions that make two things one and keep them apart."""
    parent: dict[tuple[str, str, str], tuple[str, str, str]] = {}

    def root(thing: tuple[str, str, str]) -> tuple[str, str, str]:
        while parent.get(thing, thing) != thing:
            thing = parent[thing]
        return thing

    for line in settled.same:
        parent[root((line.kind, line.academic_year, line.one))] = root((line.kind, line.academic_year, line.other))
    for line in sorted(settled.different):
        if root((line.kind, line.academic_year, line.one)) == root((line.kind, line.academic_year, line.other)):
            raise SettingsError(
                f"{path}: «{line.one}» и «{line.other}» ({line.kind}) объявлены и одним, и разными."
                " Оставьте одно из решений."
            )


def _quoted(text: str) -> str:
    """A TOML string: JSON's, but for one character that TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
