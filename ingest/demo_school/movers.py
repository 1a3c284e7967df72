"""Pupils whose year is not like others': a newcomer, a leaver, one who changes class, one long ill, released ones."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np

from ingest.demo_school.calendar import FIRST_DAY
from ingest.demo_school.people import Pupil, School, SchoolClass
from ingest.demo_school.subjects import SPORT, SUBJECTS, TECHNOLOGY


def draw_movers(rng: np.random.Generator, school: School) -> None:
    """A newcomer, a leaver, a pupil who changes class, one long ill, two released from sport, two namesakes."""
    csv = [c for c in school.classes if c.layout == "a" and 2 <= c.grade <= 8]
    if len(csv) < 3:
        return
    of_class: dict[int, list[Pupil]] = defaultdict(list)
    for pupil in school.pupils:
        of_class[pupil.home].append(pupil)
    plain = [c for c in csv if c.grade >= 5] or csv

    def some(school_class: SchoolClass) -> Pupil:
        pool = [p for p in of_class[school_class.index] if p.index not in used]
        pupil = pool[int(rng.integers(len(pool)))]
        used.add(pupil.index)
        return pupil

    used: set[int] = set()
    newcomer, leaver, ill = some(plain[0]), some(plain[-1]), some(plain[len(plain) // 2])
    _restay(school, newcomer, [(newcomer.home, date(2026, 9, 28), None)])
    _restay(school, leaver, [(leaver.home, FIRST_DAY, date(2026, 10, 9))])
    leaver.left_to = "МБОУ СОШ № 4"
    school.newcomer, school.leaver, school.long_ill = newcomer.index, leaver.index, ill.index
    twins = [(x, y) for x in csv for y in csv if x.grade == y.grade and x.index < y.index and x.grade <= 8]
    if twins:
        old, new = twins[-1]
        mover = some(old)
        _restay(school, mover, [(old.index, FIRST_DAY, date(2026, 10, 2)), (new.index, date(2026, 10, 3), None)])
        school.mover = mover.index
    for school_class in (plain[0], plain[-1]):
        school.releases.append((some(school_class).index, SPORT, FIRST_DAY, None))
    school.releases.append((some(plain[len(plain) // 2]).index, SPORT, date(2026, 9, 21), date(2026, 10, 18)))
    boys = [p for p in of_class[plain[0].index] if p.boy and p.index not in used][:2]
    if len(boys) == 2:
        one, two = boys
        used.update((one.index, two.index))
        two.name = (one.name[0], one.name[1], two.name[2])
        if two.name == one.name:
            two.name = (one.name[0], one.name[1], "Викторович" if one.name[2] != "Викторович" else "Павлович")
        school.namesakes = (one.index, two.index)
    printed = [c for c in school.classes if c.layout == "c"]
    if printed:
        school.printed_release = some(printed[0]).index


def _restay(school: School, pupil: Pupil, stays: list[tuple[int, date, date | None]]) -> None:
    """Change the days of a pupil in his classes, and in their subgroups alike."""
    sizes = {group.index: len(group.members) for group in school.subgroups}
    old = [g for g in school.subgroups if any(member[0] == pupil.index for member in g.members)]
    pupil.stays = stays
    for group in old:
        group.members = [member for member in group.members if member[0] != pupil.index]
        spans = [stay for stay in stays if stay[0] in group.classes]
        group.members += [(pupil.index, start, end) for _, start, end in spans]
        group.members.sort()
    for class_index, start, end in stays:
        for subject in SUBJECTS:
            groups = [
                g
                for g in school.subgroups
                if g.subject_id == subject.subject_id
                and g.classes == [class_index]
                and not any(member[0] == pupil.index and member[1] == start for member in g.members)
            ]
            settled = any(
                member[0] == pupil.index and member[1] == start and g.classes == [class_index]
                for g in school.subgroups
                if g.subject_id == subject.subject_id
                for member in g.members
            )
            if not groups or settled:
                continue
            chosen = min(groups, key=lambda g: (sizes[g.index], g.index))
            if subject.subject_id == TECHNOLOGY:
                word = "мальчики" if pupil.boy else "девочки"
                chosen = next(g for g in groups if g.name.endswith(word))
            chosen.members.append((pupil.index, start, end))
            chosen.members.sort()
