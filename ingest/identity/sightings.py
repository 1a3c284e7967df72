"""Where and under which names each pupil is seen."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl

from ingest.identity.classes import JOURNAL_CSV, Classes
from ingest.identity.names import Name, parse

ROSTER, EXTERNAL, NAMED = "roster", "external", "named"
KINDS = (ROSTER, EXTERNAL, NAMED)

Node = tuple[str, str]  # one of KINDS, and the id there: of the roster, of the journal, the placeholder
Place = tuple[str, str]  # label of a class, academic year
Source = tuple[str, str, str]  # one of KINDS, system, kind of export
Print = tuple[str, str, str]  # full name as the reader folded it, class as printed, academic year

_LABEL = re.compile(r"([0-9]{1,2})(.*)")


@dataclass
class Seen:
    """All that is known of one id or placeholder. classless: years of sightings without a class."""

    names: set[Name] = field(default_factory=set)
    systems: set[str] = field(default_factory=set)
    places: dict[Place, set[Source]] = field(default_factory=lambda: defaultdict(set))
    prints: set[Print] = field(default_factory=set)
    classless: set[str] = field(default_factory=set)


@lru_cache(maxsize=8192)
def cohort_and_letter(label: str, academic_year: str) -> tuple[str, str]:
    """(cohort, letter) of a class such as `9Б` in `2025/2026`; a label without a grade is its own cohort."""
    found = _LABEL.match(label)
    if not found:
        return label, ""
    first_year = int(academic_year[:4]) if academic_year[:4].isdigit() else 0
    return str(first_year - int(found[1])), found[2]


class Sightings:
    """The pupils of one school as its sources show them.

    seen: node → what is known of it. node_of: placeholder → node. at: place → nodes seen there and by whom.
    found: places of nodes that were found although the report prints no class.
    """

    def __init__(self, people: pl.DataFrame, rosters: pl.DataFrame, classes: Classes) -> None:
        """Gather. people, rosters: as in `ingest.identity.resolve`."""
        self._classes = classes
        self.seen: dict[Node, Seen] = defaultdict(Seen)
        self.node_of: dict[str, Node] = {}
        self.found: dict[Node, set[Place]] = defaultdict(set)
        self._take_rosters(rosters)
        self._take_people(people)
        self._place_the_classless()
        self.at: dict[Place, dict[Node, set[Source]]] = defaultdict(dict)
        for node in sorted(self.seen):
            for place, sources in sorted(self.seen[node].places.items()):
                self.at[place][node] = sources

    def rank(self, node: Node) -> tuple[int, bool, str]:
        """Whose id stands for a pupil: the roster's, the journal CSV's first; a journal's; a name's."""
        return KINDS.index(node[0]), JOURNAL_CSV not in self.seen[node].systems, node[1]

    def bearers(self, place: Place) -> dict[str, dict[Node, Name]]:
        """Who bears each name in a class: name → node → the name as seen."""
        found: dict[str, dict[Node, Name]] = defaultdict(dict)
        for node in self.at[place]:
            for name in sorted(self.seen[node].names, key=lambda one: (one.namesake, one.surname)):
                found[name.key].setdefault(node, name)
        return found

    def cohorts(self) -> Iterator[tuple[str, str, Place, Node]]:
        """Every (name, cohort, place, node) of the school."""
        for place, nodes in self.at.items():
            cohort, _ = cohort_and_letter(*place)
            for node in nodes:
                for name in self.seen[node].names:
                    yield name.key, cohort, place, node

    def _take_rosters(self, rosters: pl.DataFrame) -> None:
        columns = ("pupil_id", "last_name", "first_name", "middle_name", "class_id", "academic_year", "system")
        for pupil_id, last, first, middle, class_id, year, system in rosters.select(columns).unique().iter_rows():
            seen = self.seen[ROSTER, pupil_id]
            seen.systems.add(system or "")
            if last:
                seen.names.add(parse(" ".join(part for part in (last, first, middle) if part), last))
            if class_id:
                place = (self._classes.label(class_id, year or ""), year or "")
                seen.places[place].add((ROSTER, system or "", ""))

    def _take_people(self, people: pl.DataFrame) -> None:
        columns = ("placeholder", "full_name", "class_id", "academic_year", "external_id", "system", "export_kind")
        rows = people.select(columns).unique().sort(columns)
        for placeholder, external in rows.select("placeholder", "external_id").iter_rows():
            self.node_of[placeholder] = (EXTERNAL, external) if external else (NAMED, placeholder)
        for placeholder, full_name, class_id, year, _external, system, export_kind in rows.iter_rows():
            node = self.node_of[placeholder]
            seen = self.seen[node]
            seen.systems.add(system)
            seen.prints.add((full_name, class_id, year))
            if full_name:
                seen.names.add(parse(full_name))
            if class_id:
                seen.places[self._classes.label(class_id, year), year].add((node[0], system, export_kind))
            else:
                seen.classless.add(year)

    def _place_the_classless(self) -> None:
        """Give those without a class the only class in which that year shows them, or else their name."""
        by_name: dict[tuple[str, str], set[Place]] = defaultdict(set)
        for seen in self.seen.values():
            for name in seen.names:
                for place in seen.places:
                    by_name[name.key, place[1]].add(place)
        for node, seen in self.seen.items():
            for year in seen.classless:
                self.found[node] |= _only_places(seen, year, by_name)
        for node, places in self.found.items():
            for place in places:
                self.seen[node].places[place] |= set()


def _only_places(seen: Seen, year: str, by_name: dict[tuple[str, str], set[Place]]) -> set[Place]:
    """The one class of a year; of every year where the year is not known."""
    own: dict[str, set[Place]] = defaultdict(set)
    for place in seen.places:
        own[place[1]].add(place)
    if not year:
        return {place for places in own.values() if len(places) == 1 for place in places}
    places = own[year] or {place for name in seen.names for place in by_name.get((name.key, year), ())}
    return places if len(places) == 1 else set()
