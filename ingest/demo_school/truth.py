"""The truth about the planted faults: what was really done when, and what exports can prove of it by which rules."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, time
from pathlib import Path

from ingest.demo_school.calendar import DAY, WINDOW_DAYS
from ingest.demo_school.lessons import Lesson
from ingest.demo_school.people import YEAR
from ingest.demo_school.regulations import OWN, PROFILES, Due, lesson_due, says
from ingest.demo_school.world import World

AGAINST = {"late", "missing", "violated", "undetermined"}
OPEN = {"undetermined", "no_data", "pending"}


@dataclass(frozen=True)
class Expected:
    """What must be found by one regulation: the verdict, when it was due, and `excused` where it does not count."""

    verdict: str
    due: datetime | None = None
    is_excused: bool = False

    @property
    def status(self) -> str:
        """The verdict, or `excused` where it would stand against somebody and has a reason."""
        return "excused" if self.is_excused and self.verdict in AGAINST else self.verdict

    @property
    def is_provable(self) -> bool:
        """False where the exports leave it open."""
        return self.verdict not in OPEN


Judgements = Mapping[str, Expected]


@dataclass
class Fault:
    """One planted fault: lines of `truth/faults.csv`, one for each regulation.

    subject_key: the grain key where the generator knows it (ids of journal CSV; '' in printed layouts).
    """

    rule: str
    layout: str
    class_name: str
    subject_name: str = ""
    subgroup_name: str = ""
    pupil_name: str = ""
    date: str = ""
    lesson_number: str = ""
    period_ordinal: str = ""
    true_entered_at: str = ""
    note: str = ""
    subject_key: str = ""
    teacher_name: str = ""
    academic_year: str = YEAR
    fault_id: str = ""
    expected: Judgements = field(default_factory=dict, init=False)

    @property
    def own(self) -> Expected:
        """What is found by the regulation of the demo school."""
        return self.expected[OWN]


@dataclass(frozen=True)
class Negative:
    """Something that looks like a fault and is none: it must not be flagged."""

    kind: str
    layout: str
    class_name: str
    subject_name: str = ""
    pupil_name: str = ""
    date: str = ""
    note: str = ""


FAULT_COLUMNS = (
    "fault_id",
    "profile",
    "rule",
    "layout",
    "academic_year",
    "class_name",
    "subject_name",
    "subgroup_name",
    "pupil_name",
    "date",
    "lesson_number",
    "period_ordinal",
    "true_entered_at",
    "expected_due",
    "expected_verdict",
    "expected_status",
    "provable",
    "note",
    "subject_key",
    "teacher_name",
)


def alike(verdict: str = "violated", due: datetime | None = None, *, is_excused: bool = False) -> Judgements:
    """What is found by every regulation alike: rules that stand without a clause."""
    return dict.fromkeys(PROFILES, Expected(verdict, due, is_excused))


def judged(due_of: Callable[[str], Due | None], tell: Callable[[Due], Expected]) -> Judgements:
    """What each regulation is told, by its own due moment; `not_set` where it sets no term."""
    found = {}
    for profile in PROFILES:
        due = due_of(profile)
        found[profile] = Expected("not_set") if due is None else tell(due)
    return found


def entry_judged(
    world: World,
    question: str,
    lesson: Lesson,
    entered: datetime | None,
    *,
    told: datetime | None = None,
    is_excused: Callable[[Due], bool] = lambda _due: False,
) -> Judgements:
    """What can be proved of a record of a lesson that was entered then. told: the moment that the journal gives."""

    def tell(due: Due) -> Expected:
        found = verdict(world, lesson.day, told or entered, due, exact=told is not None)
        return Expected(found, due.last, is_excused(due))

    return judged(lambda profile: lesson_due(world, profile, question, lesson), tell)


def banned(question: str, verdict_found: str, *, is_excused: bool = False) -> Judgements:
    """What is found where a regulation forbids it; `not_set` elsewhere."""
    return {
        profile: Expected(verdict_found, is_excused=is_excused) if says(profile, question) else Expected("not_set")
        for profile in PROFILES
    }


def verdict(world: World, lesson_day: date, entered: datetime | None, due: Due, *, exact: bool = False) -> str:
    """What exports with a rolling window can prove of a record of a lesson: in_time, late, missing or undetermined.

    exact: the journal itself tells the moment, so that it counts to the second.
    """
    covering = [export for export in world.exports if export.date() - WINDOW_DAYS * DAY <= lesson_day <= export.date()]
    return seen_verdict(covering, entered, due, exact=exact)


def seen_verdict(looks: list[datetime], entered: datetime | None, due: Due, *, exact: bool = False) -> str:
    """The same of what is looked at in these moments."""
    if exact and entered is not None:
        return "late" if entered > due.last else "in_time" if entered <= due.first else "undetermined"
    showing = [look for look in looks if entered is not None and look >= entered]
    if not showing:
        return "missing" if looks and looks[-1] >= due.last else "no_data"
    if due.opens is not None and showing[0] < due.opens:
        return "early"
    if showing[0] <= due.first:
        return "in_time"
    before = [look for look in looks if entered is not None and look < entered]
    return "late" if before and before[-1] >= due.last else "undetermined"


def excused(
    world: World, *, teacher: int, class_index: int, first: date, day: date, due: datetime | None, is_timely: bool
) -> bool:
    """True where the rules do not count a finding of these days: leave of the teacher, outage, exclusion."""
    midnight, evening = datetime.combine(day, time()), datetime.combine(day, time(23, 59, 59))
    outage = any((due or evening) >= one.starts and one.ends >= midnight for one in world.outages)
    out = any(one.class_index == class_index and one.date_from <= day <= one.date_to for one in world.exclusions)
    leaves = [one for one in world.schedule.absences if one.teacher == teacher]
    if is_timely:
        away = due is not None and any(one.starts_on <= due.date() <= one.ends_on for one in leaves)
    else:
        away = any(one.starts_on <= day and one.ends_on >= first for one in leaves)
    return outage or out or away


class Truth:
    """Collects faults and hard negatives, and writes them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.negatives: list[Negative] = []

    def add(self, fault: Fault, expected: Judgements | None = None) -> None:
        """Number a fault. expected: what is told of it, `violated` by every regulation where nothing is said."""
        fault.fault_id = f"F{len(self.faults) + 1:03d}"
        fault.expected = expected or alike()
        self.faults.append(fault)

    def write(self, target: Path) -> None:
        """Write `faults.csv` and `hard_negatives.csv`."""
        target.mkdir(parents=True, exist_ok=True)
        _write_csv(target / "faults.csv", FAULT_COLUMNS, [row for fault in self.faults for row in _rows(fault)])
        names = tuple(one.name for one in fields(Negative))
        _write_csv(target / "hard_negatives.csv", names, [asdict(one) for one in self.negatives])


def _rows(fault: Fault) -> list[dict[str, str]]:
    named = {name: value for name, value in vars(fault).items() if name != "expected"}
    return [
        named
        | {
            "profile": profile,
            "expected_due": expected.due.isoformat() if expected.due else "",
            "expected_verdict": expected.verdict,
            "expected_status": expected.status,
            "provable": "true" if expected.is_provable else "false",
        }
        for profile, expected in fault.expected.items()
    ]


def _write_csv(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: row[name] for name in columns} for row in rows)
