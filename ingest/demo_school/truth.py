"""The truth about the planted faults: what was really done when, and what the exports can prove of it."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from pathlib import Path

from ingest.demo_school.calendar import DAY, WINDOW_DAYS
from ingest.demo_school.people import YEAR
from ingest.demo_school.world import World

DEFINITE = {"late", "missing", "violated"}
PRINTED_CODE = {"a": "journal CSV", "b": "studenttotal", "c": "class report"}


@dataclass
class Fault:
    """One planted fault, as a line of `truth/faults.csv`.

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
    expected_verdict: str = "violated"
    expected_status: str = ""
    note: str = ""
    subject_key: str = ""
    teacher_name: str = ""
    academic_year: str = YEAR
    fault_id: str = ""
    provable: str = ""


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
    "expected_verdict",
    "expected_status",
    "provable",
    "note",
    "subject_key",
    "teacher_name",
)


def end_of(day: date) -> datetime:
    """23:59:59 of a day, as due times end."""
    return datetime.combine(day, time(23, 59, 59))


def verdict(world: World, lesson_day: date, entered: datetime | None, due: datetime, *, exact: bool = False) -> str:
    """What exports with a rolling window can prove of a record of a lesson: in_time, late, missing or undetermined.

    exact: the journal itself tells the moment, so that it counts to the second.
    """
    if exact and entered is not None:
        return "late" if entered > due else "in_time"
    covering = [export for export in world.exports if export.date() - WINDOW_DAYS * DAY <= lesson_day <= export.date()]
    showing = [export for export in covering if entered is not None and export >= entered]
    if not showing:
        return "missing" if covering and covering[-1] >= due else "no_data"
    if showing[0] <= due:
        return "in_time"
    before = [export for export in covering if entered is not None and export < entered]
    return "late" if before and before[-1] >= due else "undetermined"


class Truth:
    """Collects faults and hard negatives, and writes them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.negatives: list[Negative] = []

    def add(self, fault: Fault) -> None:
        """Number a fault and work out whether the exports prove it."""
        fault.fault_id = f"F{len(self.faults) + 1:03d}"
        fault.expected_status = fault.expected_status or fault.expected_verdict
        fault.provable = "true" if fault.expected_verdict in DEFINITE else "false"
        self.faults.append(fault)

    def write(self, target: Path) -> None:
        """Write `faults.csv` and `hard_negatives.csv`."""
        target.mkdir(parents=True, exist_ok=True)
        _write_csv(target / "faults.csv", FAULT_COLUMNS, [asdict(fault) for fault in self.faults])
        names = tuple(one.name for one in fields(Negative))
        _write_csv(target / "hard_negatives.csv", names, [asdict(one) for one in self.negatives])


def _write_csv(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: row[name] for name in columns} for row in rows)
