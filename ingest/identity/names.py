"""Names of people as sources spell them, and when two of them can be one person's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.readers.labels import person_name

_DASH = re.compile(r"\s*[-‐‑‒–—−]\s*")
_NAMESAKE = re.compile(r"\s#([0-9]+)$")
_BREAK = re.compile(r"[\s.]+")


@dataclass(frozen=True)
class Name:
    """A full name cut into words.

    words: folded, double names cut at their hyphens. surname: how many words the last name has. namesake: which of
    several people of that name in one file, from 1.
    """

    words: tuple[str, ...]
    surname: int = 1
    namesake: int = 1

    @property
    def key(self) -> str:
        """The same for every spelling of the name: case, ё, spaces and hyphens make no difference."""
        return " ".join(self.words)

    @property
    def given(self) -> tuple[str, ...]:
        """First and middle name."""
        return self.words[self.surname :]

    @property
    def is_full(self) -> bool:
        """A last and a first name, both written out."""
        return bool(self.given) and not any(map(_is_initial, self.given))

    @property
    def has_both_initials(self) -> bool:
        """At least the initials of first and middle name, or a first name written out."""
        return len(self.given) >= 2 or (bool(self.given) and not _is_initial(self.given[0]))

    def fits(self, other: Name) -> bool:
        """Say whether one is a shorter form of the other: no middle name, or initials («Иванова А. П.»)."""
        surname = max(self.surname, other.surname)
        mine, others = self.words[surname:], other.words[surname:]
        return (
            self.words != other.words
            and self.words[:surname] == other.words[:surname]
            and bool(mine)
            and bool(others)
            and all(map(_same_word, mine, others))
        )

    def may_be(self, other: Name) -> bool:
        """Say whether both can be names of one person: equal, or one shorter; namesakes of one file are two."""
        return self.namesake == other.namesake if self.words == other.words else self.fits(other)

    def is_part_of(self, other: Name) -> bool:
        """Say whether this is the bare last name of the other."""
        return not self.given and len(self.words) < len(other.words) and other.words[: len(self.words)] == self.words


@lru_cache(maxsize=65536)
def parse(full_name: str, last_name: str = "") -> Name:
    """Cut a full name, folded or not, into words. last_name: where the source tells it apart."""
    folded = person_name(full_name)
    namesake = _NAMESAKE.search(folded)
    bare = _DASH.sub("-", folded[: namesake.start()] if namesake else folded)
    first = person_name(last_name) or bare.split(" ")[0]
    words = _words(bare)
    return Name(words, min(len(_words(_DASH.sub("-", first))), len(words)) or 1, int(namesake[1]) if namesake else 1)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in _BREAK.split(text.replace("-", " ")) if word)


def _is_initial(word: str) -> bool:
    return len(word) == 1


def _same_word(one: str, other: str) -> bool:
    return one == other or ((_is_initial(one) or _is_initial(other)) and one[0] == other[0])
