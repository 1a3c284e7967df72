"""Joining what several sources show of one thing, without ever joining what one source keeps apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from ingest.identity.settled import Decision

T = TypeVar("T", bound=Hashable)


def groups_of(pairs: Iterable[tuple[T, T]], order: Callable[[T], Any]) -> list[list[T]]:
    """Put together what hangs together by pairs: groups, and things within them, in order."""
    near: dict[T, set[T]] = defaultdict(set)
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    groups: list[list[T]] = []
    done: set[T] = set()
    for start in sorted(near, key=order):
        if start in done:
            continue
        together, waiting = {start}, [start]
        while waiting:
            for other in near[waiting.pop()] - together:
                together.add(other)
                waiting.append(other)
        done |= together
        groups.append(sorted(together, key=order))
    return groups


class Joined(Generic[T]):
    """Things of which some are one; each is known by its *root*, the first of those that are one with it.

    Two things that have ids of their own in one source are two, and so are those that a person has told apart.
    The outcome does not depend on the order of joining.
    """

    def __init__(self, sources: Mapping[T, frozenset[Any]], order: Callable[[T], Any]) -> None:
        """Begin with every thing for itself.

        sources: thing → the sources in which it has an id of its own. order: which thing comes first.
        """
        self._parent: dict[T, T] = {thing: thing for thing in sources}
        self._sources: dict[T, frozenset[Any]] = dict(sources)
        self._order = order
        self._apart: set[tuple[T, T]] = set()

    def root(self, thing: T) -> T:
        """The first of the things that are one with this."""
        while self._parent[thing] != thing:
            self._parent[thing] = self._parent[self._parent[thing]]
            thing = self._parent[thing]
        return thing

    def sets(self) -> dict[T, list[T]]:
        """Root → everything that is one with it, in order."""
        found: dict[T, list[T]] = defaultdict(list)
        for thing in sorted(self._parent, key=self._order):
            found[self.root(thing)].append(thing)
        return dict(found)

    def force(self, one: T, other: T) -> None:
        """Join two things because a person said so."""
        first, second = sorted((self.root(one), self.root(other)), key=self._order)
        if first != second:
            self._parent[second] = first
            self._sources[first] = self._sources[first] | self._sources[second]

    def keep_apart(self, one: T, other: T) -> None:
        """Never join two things, because a person said so."""
        self._apart.add((one, other))

    def obey(
        self, decisions: tuple[list[Decision], list[Decision]], meant: Callable[[str, str], T | None]
    ) -> list[Decision]:
        """Do what a person has settled; returns decisions about things that are not there.

        decisions: same, different. meant: (id as written, academic year) → thing.
        """
        unknown: list[Decision] = []
        for decide, lines in zip((self.force, self.keep_apart), decisions, strict=True):
            for line in lines:
                one, other = meant(line.one, line.academic_year), meant(line.other, line.academic_year)
                if one is None or other is None:
                    unknown.append(line)
                else:
                    decide(one, other)
        return unknown

    def told_apart(self, one: T, other: T) -> bool:
        """Say whether a person has told these two apart."""
        pair = {self.root(one), self.root(other)}
        return len(pair) == 2 and any({self.root(a), self.root(b)} == pair for a, b in self._apart)

    def differ(self, one: T, other: T) -> bool:
        """Say whether two things are known to be two: one source has both, or a person has said so."""
        a, b = self.root(one), self.root(other)
        return a != b and (bool(self._sources[a] & self._sources[b]) or self.told_apart(a, b))

    def any_differ(self, things: Iterable[T]) -> bool:
        """Say whether any two of these differ."""
        roots = list(dict.fromkeys(map(self.root, things)))
        taken: set[Any] = set()
        for one in roots:
            if taken & self._sources[one]:
                return True
            taken |= self._sources[one]
        return bool(self._apart) and any(
            self.told_apart(one, other) for place, one in enumerate(roots) for other in roots[place + 1 :]
        )

    def join(self, pairs: Iterable[tuple[T, T]]) -> list[list[T]]:
        """Join pairs: all of what they make hang together, or nothing of it where two of it differ.

        Returns the groups of roots that were left apart.
        """
        refused: list[list[T]] = []
        by_root = [(self.root(one), self.root(other)) for one, other in pairs]
        for together in groups_of((pair for pair in by_root if pair[0] != pair[1]), self._order):
            if self.any_differ(together):
                refused.append(together)
            else:
                for other in together[1:]:
                    self.force(together[0], other)
        return refused
