"""The same subject under several names and ids: «Рус. язык», «Русский язык», `rus`.

Names are compared without case, ё, points and brackets, then by the table of usual short forms
(`subject_aliases.csv`). Two subjects that stand side by side in one export are two, whatever they are called.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import polars as pl

from ingest.identity.cases import Case
from ingest.identity.classes import JOURNAL_CSV
from ingest.identity.joining import Joined
from ingest.identity.settled import DIFFERENT, SAME, Settled
from ingest.readers.labels import subject_id

ALIASES = Path(__file__).with_name("subject_aliases.csv")

_BREAK = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """A subject's name in small letters, without points, brackets, hyphens and ё."""
    return " ".join(_BREAK.split(subject_id(name))).strip()


@lru_cache(maxsize=1)
def aliases() -> dict[str, str]:
    """Plain short form → plain full name, from the shipped table."""
    with ALIASES.open(encoding="utf-8", newline="") as file:
        return {plain(row["alias"]): plain(row["subject"]) for row in csv.DictReader(file)}


def full(name: str) -> str:
    """The plain name with its usual short form written out."""
    return aliases().get(plain(name), plain(name))


class Subjects:
    """Ids of the subjects of one school."""

    def __init__(self, subjects: pl.DataFrame, settled: Settled) -> None:
        """Work out the ids. subjects: subject_id, name, system, and content (which export) where known."""
        self._settled = settled
        self._names: dict[str, set[str]] = defaultdict(set)
        self._systems: dict[str, set[str]] = defaultdict(set)
        shown: dict[str, set[str]] = defaultdict(set)
        beside = "content" if "content" in subjects.columns else "system"
        rows = subjects.select("subject_id", "name", "system", pl.col(beside).alias("beside")).unique()
        for raw, name, system, place in rows.sort(pl.all()).iter_rows():
            if raw:
                self._names[raw].add(name or raw)
                self._systems[raw].add(system or "")
                shown[raw].add(place or "")
        self._joined: Joined[str] = Joined({raw: frozenset(shown[raw]) for raw in self._names}, lambda raw: raw)
        self.unknown = self._joined.obey(
            settled.of("subject"), lambda written, _: written if written in self._names else None
        )
        self._refused = [*self._join(plain), *self._join(full)]
        self._ids = {raw: self._first(raws) for raws in self._joined.sets().values() for raw in raws}

    def id(self, raw: str) -> str:
        """The id of a subject, given any id of it."""
        return self._ids.get(raw, raw)

    def rows(self) -> Iterable[tuple[str, str]]:
        """(raw id, id) wherever the two differ."""
        return ((raw, found) for raw, found in sorted(self._ids.items()) if raw != found)

    def _join(self, key: Callable[[str], str]) -> list[list[str]]:
        """Join subjects of one name; returns those that one name would join although an export shows them apart."""
        by_name: dict[str, list[str]] = defaultdict(list)
        for raw, names in sorted(self._names.items()):
            for name in names:
                by_name[key(name)].append(raw)
        return self._joined.join((raws[0], other) for raws in by_name.values() for other in raws[1:])

    def _first(self, raws: list[str]) -> str:
        """The id that stands for a subject: a journal's own, else the fullest printed name."""
        own = [raw for raw in raws if plain(raw) not in {plain(name) for name in self._names[raw]}]
        if own:
            return min(own, key=lambda raw: (JOURNAL_CSV not in self._systems[raw], raw))
        return min(raws, key=lambda raw: (plain(raw) != full(raw), -len(raw), raw))

    # What is left

    def cases(self) -> Iterator[Case]:
        """Names that may be one subject, for a person to say."""
        told: set[frozenset[str]] = set()
        for together in self._refused:
            pairs = [pair for pair in combinations(together, 2) if not self._joined.told_apart(*pair)]
            pairs = [pair for pair in pairs if self._joined.root(pair[0]) != self._joined.root(pair[1])]
            if pairs:
                told |= {frozenset(pair) for pair in pairs}
                yield self._case(sorted({raw for pair in pairs for raw in pair}), "стоят рядом в одной выгрузке")
        for one, other in sorted(set(self._shortened())):
            if frozenset((one, other)) not in told:
                yield self._case([one, other], "похожи: одно может быть сокращением другого")

    def _case(self, raws: list[str], why: str) -> Case:
        named = ", ".join(f"«{min(self._names[raw])}» ({raw})" for raw in raws)
        first, *others = raws
        return Case(
            "subject", "", "", f"Предметы {named} {why}. Это один предмет?", tuple(raws),
            (
                *(self._settled.line(SAME, "subject", first, [other]) for other in others),
                self._settled.line(DIFFERENT, "subject", first, others),
            ),
        )  # fmt: skip

    def _shortened(self) -> Iterator[tuple[str, str]]:
        """Pairs of which one is written with points as the other could be, in exports that do not show both."""
        by_length: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for raw, names in sorted(self._names.items()):
            for name in sorted({full(name) for name in names}):
                by_length[name.count(" ")].append((name, raw))
        for raw, names in sorted(self._names.items()):
            for name in sorted(full(name) for name in names if "." in name):
                for whole, other in by_length[name.count(" ")]:
                    if _shortens(name, whole) and self._may_be_one(raw, other):
                        yield (raw, other) if raw < other else (other, raw)

    def _may_be_one(self, one: str, other: str) -> bool:
        return self._joined.root(one) != self._joined.root(other) and not self._joined.differ(one, other)


def _shortens(short: str, whole: str) -> bool:
    """Say whether every word begins the word in its place."""
    return short != whole and all(b.startswith(a) for a, b in zip(short.split(), whole.split(), strict=True))
