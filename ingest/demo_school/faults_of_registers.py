"""Planted faults of what is kept beside the journal: plans, timetable, subgroups, accounts, exams, printouts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np

from ingest.demo_school.calendar import DAY
from ingest.demo_school.people import SchoolClass
from ingest.demo_school.plan import class_subject_key, lesson_fault, shuffled
from ingest.demo_school.regulations import Due, end_of, event_due, says
from ingest.demo_school.subjects import TECHNOLOGY
from ingest.demo_school.truth import Expected, Fault, Truth, judged, seen_verdict
from ingest.demo_school.world import ExamResult, World

STATEMENTS_FROM = date(2026, 9, 7)
EXAM_RECEIVED = datetime.combine(date(2026, 9, 16), time(11, 30))
FEWEST_WEEKS = 3
PUBLISHED_AFTER = (20, 27, None)  # hours


def plant(rng: np.random.Generator, world: World, truth: Truth) -> None:
    """Each fault once; in schools without journal CSV there is nowhere to keep them."""
    classes = [c for c in world.school.classes if c.layout == "a"]
    if not classes:
        return
    _plans(rng, world, truth)
    _timetable(world, truth, classes)
    _double_member(world, truth)
    _account(world, truth, classes)
    _exam(world, truth, classes)
    _printouts(world, truth, classes)


def _plans(rng: np.random.Generator, world: World, truth: Truth) -> None:
    """A plan with two hours less than the curriculum, and one approved after the year began."""
    chosen = [
        course
        for n in shuffled(rng, len(world.school.courses))
        if (course := world.school.courses[n]).subgroup < 0
        and world.school.classes[course.class_index].layout == "a"
        and course.subject.graded == "marks"
        and world.schedule.is_steady(course.teacher)
    ][:2]
    notes = ("в планировании на два часа меньше, чем в учебном плане", "планирование утверждено 7 сентября")
    papers = world.papers
    for course, rule, note, where in zip(
        chosen, ("plan_hours", "plan_approved"), notes, (papers.short_plans, papers.late_plans), strict=True
    ):
        where.add(course.index)
        lesson = world.lessons[world.held_of_course[course.index][0]]
        key = class_subject_key(world, course, "").rstrip("|")
        truth.add(lesson_fault(world, rule, lesson, date="", lesson_number="", note=note, subject_key=key))


def _timetable(world: World, truth: Truth, classes: list[SchoolClass]) -> None:
    """A class whose timetable was entered for the first weeks only."""
    last = max(c.grade for c in classes)
    school_class = next(c for c in classes if c.grade == last)
    period = world.periods_of_class(school_class)[0]
    world.papers.timetable_ends[school_class.index] = world.last - 8 * DAY
    truth.add(
        Fault(
            rule="timetable_covers_period",
            layout="a",
            class_name=school_class.name,
            period_ordinal=str(period.ordinal),
            note="расписание внесено не на весь период",
            subject_key=f"{school_class.class_id}|{period.period_id}",
        )
    )


def _double_member(world: World, truth: Truth) -> None:
    """A pupil in both subgroups of a subject, since the last day."""
    for course in world.school.courses:
        school_class = world.school.classes[course.class_index]
        if course.subject.subject_id != TECHNOLOGY or course.subgroup < 0 or school_class.layout != "a":
            continue
        group = world.school.subgroups[course.subgroup]
        others = [
            other.subgroup
            for other in world.school.courses
            if other.class_index == course.class_index and other.subject == course.subject and other != course
        ]
        today = [n for n in world.held_of_course[course.index] if world.lessons[n].day == world.last]
        if others and len(group.members) > 1 and not today:
            pupil = group.members[0][0]
            world.papers.double_members.append((pupil, others[0]))
            truth.add(
                Fault(
                    rule="subgroup_members",
                    layout="a",
                    class_name=school_class.name,
                    subject_name=course.subject.name,
                    note=f"{world.school.pupils[pupil].full}: записан в обе подгруппы",
                    subject_key=f"{school_class.class_id}|{course.subject.subject_id}",
                )
            )
            return


def _account(world: World, truth: Truth, classes: list[SchoolClass]) -> None:
    """A pupil with an account in the journal of the teachers."""
    school_class = classes[-1]
    pupil = next(p for p in world.school.pupils if p.home == school_class.index and len(p.stays) == 1)
    world.papers.pupil_accounts.append(pupil.index)
    truth.add(
        Fault(
            rule="pupil_has_journal_access",
            layout="a",
            class_name=school_class.name,
            pupil_name=pupil.full,
            note="у ученика учётная запись журнала",
            subject_key=f"{pupil.pupil_id}|ученик",
        )
    )


def _exam(world: World, truth: Truth, classes: list[SchoolClass]) -> None:
    """Results opened within a day, later, and never."""
    school_class = next((c for c in classes if c.grade == 9), classes[-1])
    pupils = [p for p in world.school.pupils if p.home == school_class.index and len(p.stays) == 1]
    if world.last < EXAM_RECEIVED.date() + 7 * DAY:
        return
    for pupil, hours in zip(pupils, PUBLISHED_AFTER, strict=False):
        published = EXAM_RECEIVED + timedelta(hours=hours) if hours else None
        world.papers.exam_results.append(ExamResult(pupil.index, "s06", "4", EXAM_RECEIVED, published))

        def tell(due: Due, published: datetime | None = published) -> Expected:
            return Expected(seen_verdict(world.exports, published, due, exact=published is not None), due.last)

        truth.add(
            Fault(
                rule="exam_results_published",
                layout="a",
                class_name=school_class.name,
                pupil_name=pupil.full,
                date=EXAM_RECEIVED.date().isoformat(),
                true_entered_at=published.isoformat() if published else "",
                note=f"результат открыт через {hours} ч" if hours else "результат не открыт",
                subject_key=f"e1|{pupil.pupil_id}",
            ),
            judged(lambda profile: event_due(profile, "exam_result", EXAM_RECEIVED), tell),
        )


def _printouts(world: World, truth: Truth, classes: list[SchoolClass]) -> None:
    """Two families asked for a printout every week; one week was forgotten."""
    school_class = next((c for c in classes if c.week_days == 6), classes[0])
    pupils = [p for p in world.school.pupils if p.home == school_class.index and len(p.stays) == 1][:2]
    mondays = [
        day
        for n in range((world.last - STATEMENTS_FROM).days // 7 + 1)
        if (day := STATEMENTS_FROM + 7 * n * DAY) + 4 * DAY <= world.last
    ]
    if len(mondays) < FEWEST_WEEKS:
        return
    forgotten = mondays[1]
    for pupil in pupils:
        world.papers.statements.append((pupil.index, STATEMENTS_FROM))
        world.papers.print_issues += [
            (pupil.index, monday, datetime.combine(monday + 4 * DAY, time(15, 30)))
            for monday in mondays
            if monday != forgotten or pupil is not pupils[0]
        ]
    due = end_of(forgotten + 6 * DAY)
    truth.add(
        Fault(
            rule="printouts_issued",
            layout="a",
            class_name=school_class.name,
            pupil_name=pupils[0].full,
            note=f"распечатка за неделю с {forgotten:%d.%m} не выдана",
            subject_key=f"{pupils[0].pupil_id}|{forgotten.isoformat()}",
        ),
        judged(
            lambda profile: Due(due, due) if says(profile, "printout") else None, lambda _: Expected("missing", due)
        ),
    )
