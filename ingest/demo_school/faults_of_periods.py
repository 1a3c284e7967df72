"""Planted faults of period marks: late, early, with no marks behind them; and classes whose marks are not complete."""

from __future__ import annotations

from datetime import datetime, time

import numpy as np

from ingest.demo_school.calendar import DAY, Period
from ingest.demo_school.faults import closed_pairs, pair_fault
from ingest.demo_school.people import SchoolClass
from ingest.demo_school.period_marks import FEWEST_MARKS, Pair
from ingest.demo_school.regulations import Due, period_due
from ingest.demo_school.truth import Expected, Fault, Truth, alike, excused, judged, seen_verdict
from ingest.demo_school.world import World, moment

LATE = 2
EARLY = 2
BARE = 2
ENOUGH_LESSONS = 8


def plant(rng: np.random.Generator, world: World, truth: Truth, touched: set[int]) -> None:
    """Move some period marks of journal CSV out of their window, and set some that no marks stand behind."""
    _bare(rng, world, truth, touched)
    pairs = [
        (pair, mark) for pair, mark in closed_pairs(rng, world, touched) if pair.layout == "a" and mark.value.isdigit()
    ]
    seen: set[int] = set()
    for pair, mark in pairs:
        if pair.pupil in seen or len(seen) == LATE + EARLY:
            continue
        is_late = len(seen) < LATE
        seen.add(pair.pupil)
        touched.add(pair.pupil)
        last = pair.period.ends_on
        if is_late:
            entered = datetime.combine(last + DAY, time(12, 5))
            note = "отметка за период выставлена после его конца"
        else:
            monday = last - last.weekday() * DAY
            entered = datetime.combine(monday - 3 * DAY, time(15, 10))
            note = "отметка за период выставлена раньше последней недели"
        mark.entered = moment(entered)
        _tell(world, truth, pair, entered, note)


def _tell(world: World, truth: Truth, pair: Pair, entered: datetime, note: str) -> None:
    fault = pair_fault(world, "period_mark_in_time", pair, note, true_entered_at=entered.isoformat())

    def tell(due: Due) -> Expected:
        return Expected(seen_verdict(world.exports, entered, due), due.last, _excused(world, pair, due.last))

    truth.add(fault, judged(lambda profile: period_due(world, profile, pair.period, pair.course), tell))


def _excused(world: World, pair: Pair, due: datetime | None) -> bool:
    course = world.school.courses[pair.course]
    return excused(
        world, teacher=course.teacher, class_index=course.class_index,
        first=pair.period.starts_on if due is None else pair.period.ends_on, day=pair.period.ends_on, due=due,
        is_timely=due is not None,
    )  # fmt: skip


def _bare(rng: np.random.Generator, world: World, truth: Truth, touched: set[int]) -> None:
    """A number for a period in which the pupil has one or two marks."""
    left = BARE
    for pair, mark in closed_pairs(rng, world, touched, few=True):
        school_class = world.school.classes[world.school.courses[pair.course].class_index]
        held = [n for n in world.held_of_course[pair.course] if world.lessons[n].day <= pair.period.ends_on]
        plain = pair.layout == "a" and len(pair.rows) < FEWEST_MARKS and len(held) >= ENOUGH_LESSONS
        settled = len(world.school.pupils[pair.pupil].stays) == 1 and pair.pupil != world.school.newcomer
        if left and plain and settled and school_class.grade >= 2 and pair.pupil not in touched:
            left -= 1
            touched.add(pair.pupil)
            mark.value = "4"
            note = f"за период выставлена 4, отметок за уроки {len(pair.rows)}"
            fault = pair_fault(world, "period_mark_without_marks", pair, note)
            truth.add(fault, alike(is_excused=_excused(world, pair, None)))


def tell_of_classes(world: World, truth: Truth) -> None:
    """A class in which a mark for a period is missing has no complete marks."""
    missing = [fault for fault in truth.faults if fault.rule == "period_mark_missing"]
    told: set[tuple[str, str]] = set()
    for fault in missing:
        named = (fault.class_name, fault.period_ordinal)
        if named not in told:
            told.add(named)
            school_class = next(c for c in world.school.classes if c.name == fault.class_name)
            truth.add(_class_fault(world, school_class, fault))


def _class_fault(world: World, school_class: SchoolClass, missing: Fault) -> Fault:
    period = next(p for p in _closed(world, school_class) if str(p.ordinal) == missing.period_ordinal)
    return Fault(
        rule="final_marks_complete",
        layout=missing.layout,
        class_name=missing.class_name,
        period_ordinal=missing.period_ordinal,
        note="в классе выставлены не все отметки за период",
        subject_key=f"{school_class.class_id}|{period.period_id}" if missing.layout == "a" else "",
    )


def _closed(world: World, school_class: SchoolClass) -> list[Period]:
    return [period for period in world.periods_of_class(school_class) if world.is_over(period)]
