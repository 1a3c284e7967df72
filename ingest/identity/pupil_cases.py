"""Pupils who may be one and whom nothing joins: what a person has to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from ingest.identity.cases import Case
from ingest.identity.names import Name
from ingest.identity.pupils import Pupils
from ingest.identity.settled import DIFFERENT, SAME
from ingest.identity.sightings import NAMED, Node, Place

_SAME_NAME = "имя одно, а кто это, по выгрузкам не понять"
_SHORT_NAME = "имена похожи: одно может быть короткой записью другого"
_LAST_NAME = "напечатана только фамилия"
_MOVED = "показан в двух классах одного года: похоже, перешёл"
_YEARS = "имя и год поступления одни, а учебные годы разные"

Doubt = tuple[Node, Node, str, Place]


def cases(pupils: Pupils) -> Iterator[Case]:
    """Every pupil with those who may be he, each reason for itself."""
    ids = dict(pupils.ids())
    asked: dict[tuple[Node, str, Place], set[Node]] = defaultdict(set)
    done: set[tuple[Node, Node]] = set()
    for doubts in (_in_classes(pupils), _moved(pupils), _over_years(pupils)):
        for one, other, why, place in sorted(set(doubts)):
            better, worse = sorted((one, other), key=pupils.sightings.rank)
            one_id = better[0] == worse[0] == NAMED and ids[better[1]] == ids[worse[1]]
            if not (one_id or pupils.joined.differ(one, other) or (better, worse) in done):
                done.add((better, worse))
                asked[worse, why, place].add(better)
    for (worse, why, place), candidates in asked.items():
        yield _case(pupils, worse, sorted(candidates, key=pupils.sightings.rank), why, place)


def _in_classes(pupils: Pupils) -> Iterator[Doubt]:
    root = pupils.joined.root
    for place in pupils.sightings.at:
        for bearers in pupils.sightings.bearers(place).values():
            for (one, name), (other, namesake) in combinations(bearers.items(), 2):
                if root(one) != root(other) and not _told_by_place(one, other, name, namesake):
                    yield root(one), root(other), _SAME_NAME, place
        mates = pupils.mates(place)
        yield from ((one, other, _SHORT_NAME, place) for one, other in mates.alike())
        yield from ((one, other, _LAST_NAME, place) for one, other in mates.by_last_name_only())


def _told_by_place(one: Node, other: Node, name: Name, namesake: Name) -> bool:
    """Say whether a print itself shows two children of the name, one after the other."""
    return one[0] == other[0] == NAMED and name.namesake != namesake.namesake


def _moved(pupils: Pupils) -> Iterator[Doubt]:
    shown: dict[tuple[str, str, str], dict[Place, set[Node]]] = defaultdict(lambda: defaultdict(set))
    for key, cohort, place, node in pupils.sightings.cohorts():
        if key:
            shown[key, cohort, place[1]][place].add(pupils.joined.root(node))
    for places in shown.values():
        for (first, ones), (second, others) in combinations(sorted(places.items()), 2):
            for one in ones - others:
                yield from ((one, other, _MOVED, max(first, second)) for other in others - ones)


def _over_years(pupils: Pupils) -> Iterator[Doubt]:
    for group in pupils.cohorts():
        newest: dict[Node, Place] = {}
        for node, shown in sorted(group.items()):
            root = pupils.joined.root(node)
            places = [place for _, place in shown]
            newest[root] = max((*places, newest.get(root, places[0])), key=_by_year)
        for one, other in combinations(newest, 2):
            yield one, other, _YEARS, min(newest[one], newest[other], key=_by_year)


def _by_year(place: Place) -> tuple[str, str]:
    return place[1], place[0]


def _case(pupils: Pupils, pupil: Node, candidates: list[Node], why: str, place: Place) -> Case:
    label, year = place
    raw = _written(pupils, pupil, place)
    others = [_written(pupils, one, place) for one in candidates]
    shown = " или ".join(f"{_name(pupils, one)} ({other})" for one, other in zip(candidates, others, strict=True))
    return Case(
        "pupil", year, label,
        f"{label}, {year}: {_name(pupils, pupil)} ({raw}) – {why}. Это {shown}?",
        (raw, *others),
        (
            *(pupils.settled.line(SAME, "pupil", raw, [other]) for other in others),
            pupils.settled.line(DIFFERENT, "pupil", raw, others),
        ),
    )  # fmt: skip


def _written(pupils: Pupils, root: Node, place: Place) -> str:
    """How `identity.toml` names a pupil: by his id, or by what the class's print shows."""
    if root[0] != NAMED:
        return root[1]
    here = [node[1] for node in pupils.sightings.at[place] if pupils.joined.root(node) == root]
    return min(here, default=root[1])


def _name(pupils: Pupils, root: Node) -> str:
    names: Iterable[Name] = pupils.sightings.seen[root].names
    longest = max(names, key=lambda name: (len(name.key), name.key), default=None)
    return f"«{longest.key.title()}»" if longest else "ученик без имени"
