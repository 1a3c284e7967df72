"""The same class under several ids: «7Б» of a print, «7-Б» of another, `c7b` of a journal that numbers its classes.

A class is known by its *label* («7Б») within an academic year. Ids that are only spellings of the label are that
class; an id of the journal's own stands for the label where one journal gives one id and one label to each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import polars as pl

from ingest.identity.cases import Case
from ingest.identity.joining import Joined
from ingest.identity.settled import DIFFERENT, SAME, Settled
from ingest.readers.labels import class_label

Key = tuple[str, str]  # class id or label, academic year

JOURNAL_CSV = "journal_csv"
_LABEL = "label"


class Classes:
    """Labels and ids of the classes of one school."""

    def __init__(self, classes: pl.DataFrame, settled: Settled) -> None:
        """Work out the ids. classes: class_id, name, academic_year, grade, letter, and system where known."""
        self._settled = settled
        self._labels: dict[Key, set[str]] = defaultdict(set)
        self._systems: dict[Key, set[str]] = defaultdict(set)
        named = classes if "system" in classes.columns else classes.with_columns(system=pl.lit(""))
        rows = named.select("class_id", "name", "academic_year", "grade", "letter", "system").unique()
        for class_id, name, year, grade, letter, system in rows.iter_rows():
            self._labels[class_id, year or ""].add(_label(class_id, name or "", grade, letter or ""))
            self._systems[class_id, year or ""].add(system or "")
        self._joined = self._begin()
        self._refused = self._join()
        self._ids = {key: self._first(keys) for keys in self._joined.sets().values() for key in keys}

    def label(self, class_id: str, academic_year: str) -> str:
        """The label of a class by its id; the id itself where it is one, or where a class has several."""
        if not class_id:
            return ""
        found = self._labels.get((class_id, academic_year)) or self._labels.get((class_id, ""))
        return next(iter(found)) if found and len(found) == 1 else class_label(class_id).class_id

    def id(self, class_id: str, academic_year: str) -> str:
        """The id of a class, given any id or spelling of it."""
        keys = ((class_id, academic_year), (self.label(class_id, academic_year), academic_year), (class_id, ""))
        return next((self._ids[key] for key in keys if key in self._ids), class_id)

    def describes(self, class_id: str, academic_year: str) -> bool:
        """Say whether some source lists the class under this very id."""
        return (class_id, academic_year) in self._labels

    def rows(self) -> Iterable[tuple[str, str, str]]:
        """(raw id, academic year, id) wherever the two ids differ."""
        return ((raw, year, found) for (raw, year), found in sorted(self._ids.items()) if raw != found)

    def cases(self) -> Iterator[Case]:
        """Labels that stand for several ids, and ids with several labels, for a person to say."""
        for together in self._refused:
            label, year = next((key for key in together if key[0] in self._labels_of(together)), together[0])
            others = [one for one, _ in together if one != label]
            open_ = [one for one in others if not self._joined.told_apart((label, year), (one, year))]
            if open_:
                yield Case(
                    "class", year, label,
                    f"Класс {label}, {year}: за ним стоят разные коды ({', '.join(others)}). Какой из них {label}?",
                    tuple(open_),
                    (
                        *(self._settled.line(SAME, "class", label, [one], year) for one in open_),
                        self._settled.line(DIFFERENT, "class", label, open_, year),
                    ),
                )  # fmt: skip

    def _begin(self) -> Joined[Key]:
        sources: dict[Key, set[str]] = {key: set() for key in self._labels}
        for key, labels in self._labels.items():
            sources[key] |= self._systems[key] if not self._spells(key) else set()
            for label in labels:
                sources.setdefault((label, key[1]), set()).add(_LABEL)
        joined: Joined[Key] = Joined({key: frozenset(found) for key, found in sources.items()}, lambda key: key)
        self.unknown = joined.obey(
            self._settled.of("class"), lambda written, year: (written, year) if (written, year) in sources else None
        )
        return joined

    def _join(self) -> list[list[Key]]:
        pairs = [
            (key, (label, key[1])) for key, labels in sorted(self._labels.items()) for label in sorted(labels)
        ]  # fmt: skip
        spelt = [pair for pair in pairs if self._spells(pair[0])]
        own = [pair for pair in pairs if not self._spells(pair[0])]
        return [*self._joined.join(spelt), *self._joined.join(own)]

    def _spells(self, key: Key) -> bool:
        """Say whether an id is but its label in another spelling."""
        return self._labels[key] == {class_label(key[0]).class_id}

    def _labels_of(self, keys: list[Key]) -> set[str]:
        return {label for key in keys for label in self._labels.get(key, ())}

    def _first(self, keys: list[Key]) -> str:
        """The id that stands for a class: a journal's own, else the label."""
        own = [key for key in keys if key in self._labels and not self._spells(key)]
        if own:
            return min(own, key=lambda key: (JOURNAL_CSV not in self._systems[key], key))[0]
        labels = self._labels_of(keys)
        return min(keys, key=lambda key: (key[0] not in labels, key))[0]


def _label(class_id: str, name: str, grade: int | None, letter: str) -> str:
    named = class_label(name)
    if named.grade is not None:
        return named.class_id
    if grade is not None and letter:
        return class_label(f"{grade}{letter}").class_id
    return class_label(class_id).class_id
