"""Which sightings are one pupil.

A pupil is seen by an id of the school's own (journal CSV, registers: the *roster*), by an id of some journal, or by
name and class only. What is done, in this order:

1.  `identity.toml` is obeyed.
2.  The same full name in one class is one pupil, where no source shows two of that name there.
3.  The same name in one cohort (year of entry = first year of the academic year − grade) is one pupil over the
    years, where no year shows two of them.
4.  Shorter forms of a name («Тестов Алексей», «Тестов А. И.») are the pupil whom a source that lists the class
    shows, where they all fit each other and fit nobody else.

What one source shows as two pupils is never joined, and whatever would join them is left undone whole. The rest is
listed for a person, never guessed. The id is the roster's, else the journal's, else a digest of name and cohort that
holds no name.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from ingest.identity.classmates import Classmates
from ingest.identity.joining import Joined
from ingest.identity.settled import Settled
from ingest.identity.sightings import EXTERNAL, NAMED, ROSTER, Node, Place, Sightings, Source, cohort_and_letter

_CERTAIN = 3  # words of a name that two ids of different journals may share over the years without a person's word


class Pupils:
    """The pupils of one school, put together."""

    def __init__(self, sightings: Sightings, listing: frozenset[tuple[str, str]], settled: Settled) -> None:
        """Put together. listing: (system, kind of export) of prints that show whole classes."""
        self.sightings = sightings
        self.settled = settled
        self._listing = listing
        self.joined = self._begin()
        self.joined.join(self._same_name_in_class())
        for _again in range(2):  # what a short form tells of one year tells of the others
            self.joined.join(self._same_name_in_cohort())
            self.joined.join(self._short_forms())
        self.joined.join(self._same_name_in_cohort())

    def ids(self) -> Iterator[tuple[str, str]]:
        """(raw id, id) of every placeholder, and of a roster's id where another one stands for the pupil."""
        named = self._ids()
        for placeholder, node in sorted(self.sightings.node_of.items()):
            yield placeholder, named[self.joined.root(node)]
        for kind, raw in sorted(self.sightings.seen):
            if kind == ROSTER and named[self.joined.root((kind, raw))] != raw:
                yield raw, named[self.joined.root((kind, raw))]

    def classes(self) -> Iterator[tuple[str, str, str]]:
        """(placeholder, label, academic year) of the classes found for reports that print none."""
        for placeholder, node in sorted(self.sightings.node_of.items()):
            for label, year in sorted(self.sightings.found.get(node, ())):
                yield placeholder, label, year

    def _begin(self) -> Joined[Node]:
        seen = self.sightings.seen
        joined: Joined[Node] = Joined(
            {node: frozenset((node[0], system) for system in seen[node].systems if node[0] != NAMED) for node in seen},
            self.sightings.rank,
        )
        self.unknown = joined.obey(self.settled.of("pupil"), self._meant)
        return joined

    def _meant(self, written: str, _year: str) -> Node | None:
        """The pupil that an id in `identity.toml` means."""
        known = [node for kind in (ROSTER, EXTERNAL) if (node := (kind, written)) in self.sightings.seen]
        return self.sightings.node_of.get(written) or (known[0] if known else None)

    # Rules

    @cached_property
    def namesakes(self) -> set[tuple[str, Place]]:
        """Names of which some source shows two in a class."""
        found: set[tuple[str, Place]] = set()
        for place in self.sightings.at:
            for key, bearers in self.sightings.bearers(place).items():
                if any(name.namesake > 1 for name in bearers.values()) or self.joined.any_differ(bearers):
                    found.add((key, place))
        return found

    def _same_name_in_class(self) -> Iterator[tuple[Node, Node]]:
        for place in self.sightings.at:
            for key, bearers in self.sightings.bearers(place).items():
                if (key, place) not in self.namesakes and any(name.is_full for name in bearers.values()):
                    first, *others = bearers
                    yield from ((first, other) for other in others)

    def _same_name_in_cohort(self) -> Iterator[tuple[Node, Node]]:
        for group in self.cohorts():
            owned = [node for node in group if node[0] != NAMED]
            names = [name for node in owned for name in self.sightings.seen[node].names]
            several = len({self.joined.root(node) for node in owned}) > 1
            certain = all(name.is_full and (len(name.words) >= _CERTAIN or not several) for name in names)
            if certain and not self._side_by_side(group):
                first, *others = sorted(group)
                yield from ((first, other) for other in others)

    def cohorts(self) -> list[dict[Node, set[tuple[str, Place]]]]:
        """Bearers of one name in one cohort, and where; in classes of one letter where some year shows two in two.

        Of namesakes in a class only those are bearers who are known by more than the name.
        """
        years: dict[tuple[str, str], dict[str, list[tuple[str, Place, Node]]]] = defaultdict(lambda: defaultdict(list))
        for key, cohort, place, node in self.sightings.cohorts():
            if key and ((key, place) not in self.namesakes or self.joined.root(node)[0] != NAMED):
                years[key, cohort][place[1]].append((cohort_and_letter(*place)[1], place, node))
        groups: dict[tuple[str, ...], dict[Node, set[tuple[str, Place]]]] = defaultdict(lambda: defaultdict(set))
        for (key, cohort), listed in years.items():
            split = any(
                len({letter for letter, _, _ in seen}) > 1 and len({self.joined.root(node) for _, _, node in seen}) > 1
                for seen in listed.values()
            )
            for seen in listed.values():
                for letter, place, node in seen:
                    groups[key, cohort, letter if split else ""][node].add((key, place))
        return list(groups.values())

    def _side_by_side(self, group: dict[Node, set[tuple[str, Place]]]) -> bool:
        """Say whether two of the group are namesakes of one class."""
        roots: dict[tuple[str, Place], set[Node]] = defaultdict(set)
        for node, places in group.items():
            for place in places & self.namesakes:
                roots[place].add(self.joined.root(node))
        return any(len(found) > 1 for found in roots.values())

    def _short_forms(self) -> Iterator[tuple[Node, Node]]:
        for place in self.sightings.at:
            mates = self.mates(place)
            for together in mates.together():
                doubled = any((name.key, place) in self.namesakes for root in together for name in mates.names[root])
                listed = any(self._lists(source) for root in together for source in mates.sources[root])
                if listed and not doubled and mates.can_be_one(together):
                    yield from ((together[0], other) for other in together[1:])

    def mates(self, place: Place) -> Classmates:
        """A class as put together so far."""
        return Classmates(place, self.sightings, self.joined)

    def _lists(self, source: Source) -> bool:
        kind, system, export_kind = source
        return kind == ROSTER or (system, export_kind) in self._listing

    # Ids

    def _ids(self) -> dict[Node, str]:
        """Root → id."""
        digests = self._digests()
        found: dict[Node, str] = {}
        taken: dict[str, Node] = {}
        for root, nodes in self.joined.sets().items():
            if root[0] != NAMED:
                found[root] = root[1]
                continue
            found[root] = min(digests[node] for node in nodes)
            owner = taken.setdefault(found[root], root)
            if owner != root and self.joined.told_apart(owner, root):
                found[root] = _digest("apart", root[1])
        return found

    def _digests(self) -> dict[Node, str]:
        """Placeholder → digest of name and cohort, and of the letter where prints show the name in two classes."""
        letters: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        prints: dict[Node, list[tuple[str, str, str]]] = defaultdict(list)
        for node, seen in self.sightings.seen.items():
            if node[0] != NAMED:
                continue
            found = {year: label for label, year in self.sightings.found.get(node, ())}
            for name, printed, year in seen.prints:
                prints[node].append((name, printed or found.get(year, ""), year))
                if printed:
                    cohort, letter = cohort_and_letter(printed, year)
                    letters[name, cohort, year].add(letter)
        split = {(name, cohort) for (name, cohort, _), several in letters.items() if len(several) > 1}
        return {node: min(self._named(node, *one, split) for one in listed) for node, listed in prints.items()}

    def _named(self, node: Node, name: str, label: str, year: str, split: set[tuple[str, str]]) -> str:
        if not name:
            return _digest("no name", node[1])
        guessed = node in self.sightings.found and any(
            (one.key, place) in self.namesakes
            for one in self.sightings.seen[node].names for place in self.sightings.found[node]
        )  # fmt: skip
        if not label or guessed:
            return _digest("no class", name, year)
        cohort, letter = cohort_and_letter(label, year)
        return _digest(name, cohort, letter) if (name, cohort) in split else _digest(name, cohort)


def _digest(*parts: str) -> str:
    return "p" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:15]
