"""Patterns of a profile: titles with `*`, and lines with places for facts, `{class} класс, {subject}`.

Both are compared folded: no case, ё as е, Latin look-alikes as Cyrillic, every white space one blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from ingest.readers.labels import clean, fold

_PLACE = re.compile(r"\{([a-z_]+)\}|\*|\s+")
_CLASS = r"[0-9]{1,2}\s*[-–]?\s*[«\"']?[^\W\d_]?[»\"']?"
_ANYTHING = r".+?"
# Longer texts are no titles, and patterns with many `*` would take long over them.
_LONGEST = 300
_REMEMBERED = 10_000


@dataclass(frozen=True)
class Titles:
    """Titles that a profile knows something by: whole, or with `*` for any text."""

    patterns: tuple[str, ...] = ()
    _known: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        wild = (".*".join(map(re.escape, fold(pattern).split("*"))) for pattern in self.patterns)
        return re.compile("|".join(f"(?:{one})" for one in wild) or r"(?!)", re.DOTALL)

    def match(self, text: str) -> bool:
        """Say whether a text is one of the titles."""
        known = self._known.get(text)
        if known is None:
            known = len(text) <= _LONGEST and bool(self._expression.fullmatch(fold(text)))
            if len(self._known) < _REMEMBERED:
                self._known[text] = known
        return known

    def any(self, texts: Iterable[str]) -> bool:
        """Say whether one of the texts is one of the titles."""
        return any(map(self.match, texts))

    def __bool__(self) -> bool:
        return bool(self.patterns)


@lru_cache(maxsize=256)
def _line_expression(pattern: str) -> re.Pattern[str]:
    pieces: list[str] = []
    at = 0
    bare = clean(pattern)
    for found in _PLACE.finditer(bare):
        pieces.append(re.escape(fold(bare[at : found.start()])))
        at = found.end()
        if found[1]:
            pieces.append(f"(?P<{found[1]}>{_CLASS if found[1] == 'class' else _ANYTHING})")
        else:
            pieces.append(".*" if found[0] == "*" else r"\s+")
    return re.compile("".join([*pieces, re.escape(fold(bare[at:]))]), re.DOTALL)


def places(pattern: str) -> list[str]:
    """Give the names of the places for facts in a line pattern; raises re.error where one stands twice."""
    return list(_line_expression(pattern).groupindex)


def found_in(patterns: Sequence[str], line: str) -> dict[str, str]:
    """Find facts in a line by the first pattern that fits the whole of it, as they are printed."""
    if len(line) > _LONGEST:
        return {}
    bare = clean(line)
    folded = fold(line)
    for pattern in patterns:
        found = _line_expression(pattern).fullmatch(folded)
        if found:
            source = bare if len(bare) == len(folded) else folded
            return {name: source[slice(*found.span(name))].strip(" ,;.") for name in found.groupdict()}
    return {}
