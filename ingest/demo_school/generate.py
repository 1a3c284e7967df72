"""From a seed to a folder of exports with the truth about them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from ingest.demo_school import (
    entries,
    faults,
    faults_of_lessons,
    faults_of_marks,
    faults_of_periods,
    faults_of_registers,
    faults_of_terms,
    life,
    marks,
    moments,
    past_years,
    period_marks,
    plan,
    tour,
    works,
    write_class_report,
    write_journal_csv,
    write_studenttotal,
)
from ingest.demo_school.calendar import export_moments, last_saturday
from ingest.demo_school.enrol import build_school
from ingest.demo_school.habits import PRESETS, USUAL
from ingest.demo_school.lessons import build_schedule
from ingest.demo_school.people import YEAR
from ingest.demo_school.regulations import OWN
from ingest.demo_school.timetable import build_timetable
from ingest.demo_school.truth import Truth
from ingest.demo_school.world import World

SCHOOL_ID = "demo"
SCHOOL_NAME = "МБОУ СОШ № 1 г. Образцова (демо)"
PRINTED_B = 'МБОУ "СОШ № 1" г. Образцов'
PRINTED_C = "МБОУ СОШ №1 г.Образцова"
LAYOUTS = ("a", "b", "c")
PASSWORD = "образец-2026"  # noqa: S105 - the demo's door is open on purpose

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class DemoAccount:
    """A person to sign in as. classes: (academic year, class id) that a class teacher sees."""

    login: str
    password: str
    display_name: str
    role: str
    classes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class DemoPlan:
    """Where everything is and how to load it.

    printed_names: how the printed layouts spell the school. regulation: the shipped profile that it keeps to.
    taken_at: moments of the first and last export.
    """

    school_id: str
    school_name: str
    printed_names: tuple[str, ...]
    exports: Path
    truth: Path
    tour: Path
    first_taken_at: datetime
    last_taken_at: datetime
    accounts: tuple[DemoAccount, ...]
    regulation: str = OWN


def generate(
    target: Path,
    *,
    pupils: int = 700,
    weeks: int = 9,
    years: int = 1,
    seed: int = 1,
    habits: str = USUAL,
    layouts: Iterable[str] = LAYOUTS,
    progress: Progress | None = None,
) -> DemoPlan:
    """Write `target/exports` and `target/truth`: the same arguments give the same bytes.

    weeks: study weeks from 1 September 2026 on (9 = the first quarter). years: school years in all; the earlier ones
    come as one whole journal each, exported at the year's end. habits: those of teachers and pupils, a name of
    `PRESETS`. layouts: journal CSV (a), pupil reports (b), class-wide reports (c); each class is exported in one of
    them.
    """
    layouts = tuple(layouts)
    tell = progress or (lambda _what, _share: None)
    tell("Составляем расписание и учебный план", 0.0)
    world, truth = simulate(pupils=pupils, weeks=weeks, seed=seed, habits=habits, layouts=layouts, tell=tell)
    exports = target / "exports"
    for old in (exports, target / "truth"):
        if old.exists():
            shutil.rmtree(old)
    tell("Пишем выгрузки «журнал CSV»", 0.3)
    if "a" in layouts:
        folder = exports / write_journal_csv.FOLDER
        rng = np.random.default_rng([seed, years])
        earlier = past_years.write(rng, world, PRESETS[habits], years - 1, folder, SCHOOL_ID, SCHOOL_NAME)
        write_journal_csv.write(world, folder, SCHOOL_ID, SCHOOL_NAME, world.exports, earlier)
    tell("Печатаем отчёты по ученикам", 0.7)
    if "b" in layouts:
        write_studenttotal.write(world, exports / write_studenttotal.FOLDER, PRINTED_B, world.exports)
    tell("Печатаем отчёты по классам", 0.8)
    if "c" in layouts:
        write_class_report.write(world, exports / write_class_report.FOLDER, PRINTED_C, world.exports)
    truth.write(target / "truth")
    accounts = _accounts(world, truth)
    tour.write(world, truth, target / "truth", accounts)
    tell("Демо-школа готова", 1.0)
    return DemoPlan(
        SCHOOL_ID,
        SCHOOL_NAME,
        (PRINTED_B, PRINTED_C),
        exports,
        target / "truth" / "faults.csv",
        target / "truth" / "tour.md",
        world.exports[0],
        world.exports[-1],
        accounts,
    )


def simulate(
    *,
    pupils: int,
    weeks: int,
    seed: int,
    habits: str = USUAL,
    layouts: tuple[str, ...] = LAYOUTS,
    tell: Progress = lambda _w, _s: None,
) -> tuple[World, Truth]:
    """Let the school live its weeks: everything that happened, and which of it was planted."""
    streams = [np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(9)]
    last = last_saturday(weeks)
    school = build_school(streams[0], pupils=pupils, layouts=layouts)
    lines = build_timetable(streams[1], school)
    schedule = build_schedule(streams[2], school, lines, last)
    world = World(school, lines, schedule, last, export_moments(last))
    truth = Truth()
    faults_of_lessons.ScheduleFaults(streams[8], world, truth).plant()
    life.seat_pupils(world)
    tell("Ученики ходят в школу", 0.1)
    planned = plan.plan(streams[3], world, truth)
    life.attend(streams[4], world, planned.everybody_there, planned.somebody_late, planned.untold)
    tell("Учителя ставят отметки", 0.15)
    works.plan_works(streams[5], world, planned.limits)
    works.plant_in_works(streams[8], world, truth)
    marks.mark(streams[5], world, planned.limits, PRESETS[habits])
    faults.plant_in_records(streams[3], world, truth, planned)
    tell("Заполняем журнал", 0.2)
    faults_of_registers.plant(streams[8], world, truth)
    entries.enter_topics_and_homework(streams[6], world, planned.untold)
    entries.enter_marks(streams[6], world, planned.few_marks)
    planter = moments.plant_in_moments(streams[3], world, truth, planned)
    faults_of_terms.plant(planter)
    faults_of_lessons.SlotFaults(planter).plant()
    faults_of_lessons.TextFaults(planter).plant()
    faults_of_marks.plant(planter)
    moments.forget(world)
    period_marks.set_period_marks(streams[7], world)
    touched = faults.plant_in_period_marks(streams[3], world, truth, planned)
    faults_of_periods.plant(streams[8], world, truth, touched)
    faults_of_periods.tell_of_classes(world, truth)
    faults.note_negatives(world, truth)
    return world, truth


def _accounts(world: World, truth: Truth) -> tuple[DemoAccount, ...]:
    """Deputy head, head, and the class teacher of the class with most findings about pupils."""
    school_class = tour.most_interesting_class(world, truth)
    head = world.school.teachers[school_class.head]
    return (
        DemoAccount("zavuch", PASSWORD, "Лебедева Ольга Викторовна, завуч", "deputy"),
        DemoAccount(
            "klassruk",
            PASSWORD,
            f"{' '.join(head.name)}, классный руководитель {school_class.name}",
            "class_teacher",
            ((YEAR, school_class.class_id),),
        ),
        DemoAccount("direktor", PASSWORD, "Соколов Игорь Петрович, директор", "administration"),
    )
