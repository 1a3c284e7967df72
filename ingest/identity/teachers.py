"""Which sightings are one teacher.

The same full name is one teacher where no source shows two of that name. Initials («Иванова А. П.») are never enough:
they are joined with a full name only where it is the only name of the school that they fit, a staff list shows it,
and both are seen teaching the same subject in the same class. Else a remark might reach the wrong teacher.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import polars as pl

from ingest.identity.cases import Case
from ingest.identity.classes import JOURNAL_CSV, Classes
from ingest.identity.joining import Joined
from ingest.identity.names import Name, parse
from ingest.identity.settled import DIFFERENT, SAME, Settled
from ingest.identity.sightings import EXTERNAL, KINDS, NAMED, ROSTER, Node
from ingest.identity.subjects import Subjects


class Teachers:
    """The teachers of one school, put together."""

    def __init__(self, people: pl.DataFrame, teachers: pl.DataFrame, settled: Settled) -> None:
        """Gather. people, teachers: as in `ingest.identity.resolve`."""
        self._settled = settled
        self._names: dict[Node, set[Name]] = defaultdict(set)
        self._systems: dict[Node, set[str]] = defaultdict(set)
        self._node_of: dict[str, Node] = {}
        self._taught: dict[Node, set[tuple[str, str, str]]] = defaultdict(set)
        for raw, last, first, middle, system in (
            teachers.select("teacher_id", "last_name", "first_name", "middle_name", "system").unique().iter_rows()
        ):
            self._systems[ROSTER, raw].add(system or "")
            if last:
                full_name = " ".join(part for part in (last, first, middle) if part)
                self._names[ROSTER, raw].add(parse(full_name, last))
        columns = ("placeholder", "full_name", "external_id", "system")
        rows = people.select(columns).unique().sort(columns)
        for placeholder, _, external, _ in rows.iter_rows():
            self._node_of[placeholder] = (EXTERNAL, external) if external else (NAMED, placeholder)
        for placeholder, full_name, _, system in rows.iter_rows():
            node = self._node_of[placeholder]
            self._systems[node].add(system)
            if full_name:
                self._names[node].add(parse(full_name))
        self._joined = self._begin()

    def join(self, teaching: pl.DataFrame | None, classes: Classes, subjects: Subjects) -> None:
        """Put together. teaching: who is seen teaching what to whom, as in `ingest.identity.resolve`."""
        columns = ("teacher_id", "class_id", "subject_id", "academic_year")
        seen = teaching.select(columns).unique().iter_rows() if teaching is not None else ()
        for teacher, class_id, subject, year in seen:
            node = self._node_of.get(teacher, (ROSTER, teacher))
            if node in self._systems:
                self._taught[node].add((classes.id(class_id, year or ""), subjects.id(subject), year or ""))
        self._joined.join(self._same_name())
        self._joined.join(list(self._initials()))

    def ids(self) -> Iterator[tuple[str, str]]:
        """(raw id, id) of every placeholder, and of a staff list's id where another one stands for the teacher."""
        for placeholder, node in sorted(self._node_of.items()):
            yield placeholder, self._id(self._joined.root(node))
        for node in sorted(self._systems):
            if node[0] == ROSTER and self._joined.root(node) != node:
                yield node[1], self._id(self._joined.root(node))

    def cases(self) -> Iterator[Case]:
        """Teachers who may be one, for a person to say."""
        asked: dict[Node, set[Node]] = defaultdict(set)
        for one, other in (*self._doubled(), *self._alike()):
            better, worse = sorted((one, other), key=self._rank)
            if not self._joined.differ(one, other):
                asked[worse].add(better)
        for worse, found in asked.items():
            candidates = sorted(found, key=self._rank)
            shown = " или ".join(f"{self._name(one)} ({one[1]})" for one in candidates)
            yield Case(
                "teacher", "", "", f"{self._name(worse)} ({worse[1]}) – это {shown}?",
                (worse[1], *(one[1] for one in candidates)),
                (
                    *(self._settled.line(SAME, "teacher", worse[1], [one[1]]) for one in candidates),
                    self._settled.line(DIFFERENT, "teacher", worse[1], [one[1] for one in candidates]),
                ),
            )  # fmt: skip

    def _begin(self) -> Joined[Node]:
        joined: Joined[Node] = Joined(
            {
                node: frozenset((node[0], system) for system in systems if node[0] != NAMED)
                for node, systems in self._systems.items()
            },
            self._rank,
        )
        self.unknown = joined.obey(self._settled.of("teacher"), self._meant)
        return joined

    def _meant(self, written: str, _year: str) -> Node | None:
        known = [node for kind in (ROSTER, EXTERNAL) if (node := (kind, written)) in self._systems]
        return self._node_of.get(written) or (known[0] if known else None)

    def _rank(self, node: Node) -> tuple[int, bool, str]:
        return KINDS.index(node[0]), JOURNAL_CSV not in self._systems[node], node[1]

    # Rules

    def _bearers(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = defaultdict(list)
        for node in sorted(self._names, key=self._rank):
            for key in sorted({name.key for name in self._names[node] if name.is_full}):
                found[key].append(node)
        return found

    def _same_name(self) -> Iterator[tuple[Node, Node]]:
        for nodes in self._bearers().values():
            if not self._joined.any_differ(nodes):
                yield from ((nodes[0], other) for other in nodes[1:])

    def _doubled(self) -> Iterator[tuple[Node, Node]]:
        for nodes in self._bearers().values():
            yield from combinations(dict.fromkeys(map(self._joined.root, nodes)), 2)

    def _alike(self) -> Iterator[tuple[Node, Node]]:
        """Pairs of which one is a shorter form of the other's name."""
        by_word: dict[str, dict[Node, set[Name]]] = defaultdict(lambda: defaultdict(set))
        for node, names in self._names.items():
            for name in names:
                if name.words:
                    by_word[name.words[0]][self._joined.root(node)].add(name)
        for roots in by_word.values():
            for (one, names), (other, others) in combinations(sorted(roots.items()), 2):
                if any(a.may_be(b) for a in names for b in others):
                    yield one, other

    def _initials(self) -> Iterator[tuple[Node, Node]]:
        near: dict[Node, set[Node]] = defaultdict(set)
        for one, other in self._alike():
            near[one].add(other)
            near[other].add(one)
        for one, found in sorted(near.items()):
            for other in found:
                if found == {other} and near[other] == {one} and self._certain(one, other):
                    yield one, other

    def _certain(self, one: Node, other: Node) -> bool:
        sets = self._joined.sets()
        names = {name for node in (*sets[one], *sets[other]) for name in self._names[node]}
        listed = any(node[0] == ROSTER for node in (*sets[one], *sets[other]))
        taught = [{lesson for node in sets[root] for lesson in self._taught[node]} for root in (one, other)]
        return listed and all(name.has_both_initials for name in names) and bool(taught[0] & taught[1])

    # Ids

    def _id(self, root: Node) -> str:
        if root[0] != NAMED:
            return root[1]
        keys = sorted(name.key for name in self._names[root])
        return "t" + hashlib.sha256((keys[0] if keys else root[1]).encode()).hexdigest()[:15]

    def _name(self, node: Node) -> str:
        longest = max(self._names[node], key=lambda name: (len(name.key), name.key), default=None)
        return f"«{longest.key.title()}»" if longest else "учитель без имени"
