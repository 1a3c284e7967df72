"""What an export of a profile carries, as `docs/systems.md` shows it: derived from the profile, never written twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from ingest.contract import TABLES
from ingest.readers.profiled.columns import MEAN, WEIGHTED
from ingest.readers.profiled.model import PERIOD_KINDS, Grid, Listing, Profile
from ingest.reading import ExportKind, Whole

_LINE_COLUMNS = {
    "lesson_number": ("lessons", "lesson_number"), "topic": ("lessons", "topic"), "homework": ("homework", "text"),
    "work_type": ("assignments", "work_type"), "teacher": ("lessons", "teacher_id"),
    "lesson_kind": ("lessons", "lesson_kind"), "hours": ("lessons", "hours"),
}  # fmt: skip


def export_kind(profile: Profile) -> ExportKind:
    """Make the declaration of a profile."""
    layout = profile.layout
    carries = _of_grid(layout) if isinstance(layout, Grid) else _of_list(layout)
    return ExportKind(
        profile.system, profile.export_kind, profile.title, profile.scope,
        {table: tuple(columns) for table, columns in carries.items() if columns},
        entry_times=_entry_times(layout) if isinstance(layout, Listing) else {},
        lists_lessons=profile.lists_lessons, evidence=profile.evidence,
        complete=cast("Mapping[str, Whole]", profile.complete),
    )  # fmt: skip


def _of_grid(grid: Grid) -> dict[str, list[str]]:
    carries: dict[str, list[str]] = {}
    if grid.dates:
        carries["lessons"] = ["date"] if grid.lessons != "none" else []
        carries |= {"marks": ["value", "kind"], "attendance": ["code"]}
    holds = {column.holds for column in grid.columns}
    carries["reported_averages"] = [name for name in (MEAN, WEIGHTED) if name in holds]
    if grid.dates and MEAN in holds:
        carries["reported_averages"].append("computed")
    carries["period_marks"] = ["value"] if holds & {*PERIOD_KINDS} else []
    for line in grid.lines:
        if line.holds in _LINE_COLUMNS:
            table, column = _LINE_COLUMNS[line.holds]
            if column not in carries.setdefault(table, []):
                carries[table].append(column)
    return carries


def _of_list(listing: Listing) -> dict[str, list[str]]:
    carries: dict[str, list[str]] = {table: [] for table in listing.tables}
    for table, name in (place for column in listing.columns for place in column.holds):
        if name not in carries[table]:
            carries[table].append(name)
    for table in listing.tables:
        told = set(carries[table])
        carries[table] += [name for name in TABLES[table].required if name not in told]
    return carries


def _entry_times(listing: Listing) -> dict[str, Literal["moment", "day"]]:
    times: dict[str, Literal["moment", "day"]] = {}
    for column in listing.columns:
        for table, name in column.holds:
            if name.endswith("entered_at"):
                times[table] = "day" if column.day_only else "moment"
    return times
