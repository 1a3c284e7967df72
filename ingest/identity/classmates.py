"""One class of one year: its pupils as put together so far, and who of them may be one by his name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from ingest.identity.joining import Joined, groups_of
from ingest.identity.names import Name
from ingest.identity.sightings import Node, Place, Sightings, Source


class Classmates:
    """The pupils of a class. names, sources: pupil (root) → how the class shows him, and who does."""

    def __init__(self, place: Place, sightings: Sightings, joined: Joined[Node]) -> None:
        """Look at a class."""
        self.place = place
        self.names: dict[Node, set[Name]] = defaultdict(set)
        self.sources: dict[Node, set[Source]] = defaultdict(set)
        self._joined = joined
        self._order = sightings.rank
        for node, sources in sightings.at[place].items():
            root = joined.root(node)
            self.names[root] |= sightings.seen[node].names
            self.sources[root] |= sources

    def alike(self) -> Iterator[tuple[Node, Node]]:
        """Pairs of pupils of whom one may be the other by his name."""
        by_word: dict[str, list[Node]] = defaultdict(list)
        for root, names in self.names.items():
            for word in {name.words[0] for name in names if name.words}:
                by_word[word].append(root)
        for roots in by_word.values():
            yield from (pair for pair in combinations(roots, 2) if self._fit(*pair))

    def together(self) -> list[list[Node]]:
        """Groups of pupils whose names hang together."""
        return groups_of(self.alike(), self._order)

    def can_be_one(self, together: list[Node]) -> bool:
        """Say whether all these pupils can be one: every name fits every other, and no source shows two of them."""
        return all(
            self._fit(one, other)
            and not self._joined.differ(one, other)
            and not self.sources[one] & self.sources[other]
            for one, other in combinations(together, 2)
        )

    def by_last_name_only(self) -> Iterator[tuple[Node, Node]]:
        """(pupil known by his last name only, a pupil with that last name)."""
        for one, names in self.names.items():
            if names and all(not name.given for name in names):
                for other, others in self.names.items():
                    if any(name.is_part_of(whole) for name in names for whole in others):
                        yield one, other

    def _fit(self, one: Node, other: Node) -> bool:
        return any(a.may_be(b) for a in self.names[one] for b in self.names[other])
