"""The life of a pupil's cells of one day: what stood in them in each export, and what history made of it.

Looks come from landing – the rows of every export as they stood, and its statements, which tell whether an export
spoke of the cell at all. What was concluded from them comes from history. A row's address within its file is not
kept: an export is told by its file name and the moment it was taken.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.contract import TABLES
from ingest.history.layout import Files
from ingest.history.sources import Sources, connect, year_sql
from ingest.landing import LOADED, Landing
from ingest.readers.labels import class_label, person_name, subject_id
from ingest.registry import READERS
from warehouse.language import gettext as _
from warehouse.settings import Settings
from warehouse.store import dictionaries, history_relation

VALUES = {"marks": "value", "attendance": "code", "period_marks": "value"}
ROW_KEYS = {"marks": "mark_id", "attendance": "ordinal", "period_marks": "row_key"}
OPEN_ENDED = date(2999, 12, 31)


class UnknownPupilError(Exception):
    """Nobody, or more than one, answers to the name; `candidates` are (pupil id, classes)."""

    def __init__(self, candidates: list[tuple[str, str]]) -> None:
        super().__init__(len(candidates))
        self.candidates = candidates


@dataclass(frozen=True)
class Look:
    """One export that speaks of a cell: what stood there, in the order of the journal; empty = nothing."""

    taken_at: datetime
    file_name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """A value that stands in history now: entered in (entered_after, entered_by]; told_at: what the source says."""

    value: str
    entered_after: datetime | None
    entered_by: datetime
    told_at: datetime | None = None
    told_is_day: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell as one kind of export shows it. table: marks, attendance or period_marks; place: lesson or period."""

    table: str
    subject: str
    place: str
    export: str
    looks: tuple[Look, ...]
    standing: tuple[Standing, ...]


@dataclass(frozen=True)
class Life:
    """The cells of a pupil on a day. n_looks: exports that spoke of the day; n_left_out: exports not taken in."""

    pupil_id: str
    classes: str
    day: date
    cells: tuple[Cell, ...]
    n_looks: int
    n_left_out: int


def life(settings: Settings, school_id: str, pupil: str, day: date, *, subject: str = "", class_name: str = "") -> Life:
    """Gather the life of a pupil's cells on a day.

    pupil: id, or last name with first name, told apart by `class_name` where several answer. subject: id or name,
    '' = all. Raises UnknownPupilError.
    """
    files = Files(settings.history, school_id)
    scratch = files.root / "_scratch" / f"{school_id}_reading"
    landing = Landing(settings.landing)
    try:
        with connect(scratch) as con:
            return _Gathering(settings.history, landing, school_id, con).life(pupil, day, subject, class_name)
    finally:
        landing.close()
        shutil.rmtree(scratch, ignore_errors=True)


def period_name(kind: str, ordinal: int) -> str:
    """«1 четверть»."""
    names = {
        "quarter": _("{n} четверть"),
        "trimester": _("{n} триместр"),
        "half_year": _("{n} полугодие"),
        "year": _("год"),
    }
    return names.get(kind, "{n}").format(n=ordinal)


def schools(settings: Settings) -> list[str]:
    """Schools that have history."""
    return sorted(path.stem for path in (settings.history / "_statements").glob("*.parquet"))


class _Gathering:
    """One question to landing and history."""

    def __init__(self, history: Path, landing: Landing, school_id: str, con: duckdb.DuckDBPyConnection) -> None:
        self.history = history
        self.landing = landing
        self.school_id = school_id
        self.con = con
        self.titles = {(kind.system, kind.export_kind): kind.title for reader in READERS for kind in reader.KINDS}
        self.sources = Sources(landing, school_id, con)
        self.sources.recall(Files(history, school_id).state)

    def _history(self, table: str) -> str:
        return history_relation(self.history, self.history / "_schema" / f"{table}.parquet", [self.school_id])

    def life(self, pupil: str, day: date, subject: str, class_name: str) -> Life:
        pupil_id = self._pupil(pupil, class_name)
        self._look_around(pupil_id, day)
        wanted = self._subjects(subject) if subject else None
        cells = [*self._of_lessons("marks", pupil_id, day), *self._of_lessons("attendance", pupil_id, day)]
        cells += self._of_periods(pupil_id, day)
        kept = [cell for key, cell in cells if wanted is None or key in wanted]
        (n_looks,) = self.con.execute("select count(distinct observation_id) from looked").fetchall()[0]
        (n_left_out,) = self.landing.ledger.execute(
            "select count(*) from observations o join contents c using (content)"
            " where c.school_id = ? and o.status <> ?",
            [self.school_id, LOADED],
        ).fetchone()
        filled = [cell for cell in kept if any(look.values for look in cell.looks)]
        filled.sort(
            key=lambda cell: (cell.subject, cell.table == "period_marks", cell.place, cell.table == "attendance")
        )
        classes = dict(self._classes_of([pupil_id])).get(pupil_id, "")
        return Life(pupil_id, classes, day, tuple(filled), n_looks, n_left_out)

    # Who and what is meant

    def _pupil(self, asked: str, class_name: str) -> str:
        rows = self.con.execute(
            "select distinct pupil_id, concat_ws(' ', last_name, first_name, middle_name)"
            f" from {self._history('pupils')}"
            f" union select distinct pupil_id, '' from {self._history('enrollments')}"
        ).fetchall()
        if any(pupil_id == asked for pupil_id, _name in rows):
            return asked
        words = person_name(asked).split()
        found = sorted(
            {pupil_id for pupil_id, name in rows if words and person_name(name).split()[: len(words)] == words}
        )
        classes = dict(self._classes_of(found))
        if class_name:
            label = class_label(class_name).class_id
            found = [each for each in found if label in {class_label(c).class_id for c in classes[each].split(", ")}]
        if len(found) != 1:
            raise UnknownPupilError([(each, classes[each]) for each in found])
        return str(found[0])

    def _classes_of(self, pupils: list[str]) -> list[tuple[str, str]]:
        """(pupil, names of all classes ever, the newest first)."""
        rows = self.con.execute(
            "select e.pupil_id, coalesce(max(c.name), e.class_id) as name, max(e.academic_year) as year,"
            " max(e.starts_on) as day"
            f" from {self._history('enrollments')} e left join {self._history('classes')} c"
            " on e.class_id = c.class_id and e.academic_year = c.academic_year"
            " where list_contains(?, e.pupil_id) group by e.pupil_id, e.class_id order by year desc, day desc, name",
            [pupils],
        ).fetchall()
        names: dict[str, list[str]] = {pupil: [] for pupil in pupils}
        for pupil, name, _year, _day in rows:
            if name not in names[pupil]:
                names[pupil].append(name)
        return [(pupil, ", ".join(known)) for pupil, known in names.items()]

    def _subjects(self, asked: str) -> set[str]:
        """Ids of the subjects that the asked text may mean."""
        wanted = subject_id(asked)
        rows = self.con.execute(f"select distinct subject_id, name from {self._history('subjects')}").fetchall()
        return {asked, wanted} | {each for each, name in rows if subject_id(name or "") == wanted}

    def _subject_names(self) -> dict[str, str]:
        return dict(
            self.con.execute(
                f"select subject_id, max_by(name, known_from) from {self._history('subjects')} group by 1"
            ).fetchall()
        )

    # Which exports speak of the day

    def _look_around(self, pupil_id: str, day: date) -> None:
        """Make `day_lessons`, `looked` (statements that may speak of the pupil's day) and `chosen` (their exports)."""
        self.con.execute(
            f"""
            create or replace table day_lessons as
            select s.lesson_id, s.lesson_class_id as class_id, s.lesson_subject_id as subject_id,
                max(h.lesson_number) as lesson_number
            from lesson_scope s left join {self._history("lessons")} h on s.lesson_id = h.lesson_id
            where s.lesson_date = ? group by all
            """,
            [day],
        )
        self.con.execute(
            f"""
            create or replace table looked as
            with own as (
                select distinct class_id from {self._history("enrollments")} where pupil_id = $pupil
                union select class_id from day_lessons
            )
            select o.*, s.table_name, s.class_id, s.subject_id, s.pupil_id, s.complete
            from stated s join observed o using (content)
            where s.table_name in ('marks', 'attendance', 'period_marks')
                and s.pupil_id in ('', $pupil) and (s.class_id = '' or s.class_id in (select class_id from own))
                and (s.table_name = 'period_marks' or (
                    coalesce(s.date_from, $day) <= $day and coalesce(s.date_to, $day) >= $day))
            """,
            {"pupil": pupil_id, "day": day},
        )

    def _sightings(self, table: str, where: str, values: list[Any]) -> list[dict[str, Any]]:
        """Rows of the exports that speak of the day, as they stood, and for what row of history they count."""
        self.con.execute(
            f"create or replace table chosen as select o.* from observed o"
            f" semi join (select * from looked where table_name = '{table}') l using (observation_id)"
        )
        answer = self.con.execute(f"select * from ({self.sources.sightings(TABLES[table], 'chosen')}) {where}", values)
        return dictionaries(answer)

    def _looks(self, table: str, system: str, kind: str) -> list[dict[str, Any]]:
        """Statements of one kind of export about a table, in the order of the moments they were made at."""
        answer = self.con.execute(
            "select observation_id, content, taken_at, class_id, subject_id, complete from looked"
            " where table_name = ? and system = ? and export_kind = ? order by taken_at, observation_id",
            [table, system, kind],
        )
        return dictionaries(answer)

    def _file_names(self) -> dict[str, str]:
        rows = self.landing.ledger.execute("select content, file_name from contents").fetchall()
        return {content: " → ".join(part.rsplit("/", 1)[-1] for part in name.split(" → ")) for content, name in rows}

    # Cells

    def _of_lessons(self, table: str, pupil_id: str, day: date) -> Iterator[tuple[str, Cell]]:
        """Cells of the day's lessons, one a lesson and kind of export, each with its subject."""
        lessons = {
            lesson: (class_id, subject, number)
            for lesson, class_id, subject, number in self.con.execute("select * from day_lessons").fetchall()
        }
        where = "where pupil_id = ? and lesson_id in (select lesson_id from day_lessons)"
        groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for row in self._sightings(table, where, [pupil_id]):
            groups.setdefault((row["system"], row["export_kind"], row["lesson_id"]), []).append(row)
        names, standing = (
            self._subject_names(),
            self._standing(table, "pupil_id = ? and lesson_date = ?", [pupil_id, day]),
        )
        for (system, kind, lesson), rows in groups.items():
            class_id, subject, number = lessons[lesson]
            looks = [
                each
                for each in self._looks(table, system, kind)
                if each["class_id"] in ("", class_id) and each["subject_id"] in ("", subject)
            ]
            yield (
                subject,
                Cell(
                    table,
                    names.get(subject) or subject,
                    str(number or ""),
                    self.titles.get((system, kind), kind),
                    self._states(table, looks, rows),
                    tuple(each for key, source, each in standing if (key, source) == (lesson, (system, kind))),
                ),
            )

    def _of_periods(self, pupil_id: str, day: date) -> Iterator[tuple[str, Cell]]:
        """Period marks of the periods that hold the day."""
        asked = (
            "select period_id, any_value(kind), any_value(ordinal), min(starts_on), max(ends_on)"
            f" from {self._history('periods')} where academic_year = {year_sql('$day::date')} group by 1"
        )
        periods = {period: rest for period, *rest in self.con.execute(asked, {"day": day}).fetchall()}
        unknown = ["", None, OPEN_ENDED, OPEN_ENDED]
        groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row in self._sightings("period_marks", "where pupil_id = ?", [pupil_id]):
            _kind, _ordinal, starts_on, ends_on = periods.get(row["period_id"], unknown)
            if row["kind"] == "period" and starts_on <= day <= ends_on:
                row["row_key"] = "|".join((row["subject_id"], row["academic_year"] or "", row["period_id"]))
                key = (row["system"], row["export_kind"], row["subject_id"], row["period_id"])
                groups.setdefault(key, []).append(row)
        names, standing = self._subject_names(), self._standing("period_marks", "pupil_id = ?", [pupil_id])
        for (system, kind, subject, period), rows in groups.items():
            named = self._naming(period)
            looks = [
                each
                for each in self._looks("period_marks", system, kind)
                if each["subject_id"] in ("", subject) and each["observation_id"] in named
            ]
            cell = f"{subject}|{period}"
            yield (
                subject,
                Cell(
                    "period_marks",
                    names.get(subject) or subject,
                    period_name(*periods[period][:2]),
                    self.titles.get((system, kind), kind),
                    self._states("period_marks", looks, rows),
                    tuple(each for own, source, each in standing if (own, source) == (cell, (system, kind))),
                ),
            )

    def _naming(self, period: str) -> set[str]:
        """Exports that name the period: the others are silent about it."""
        named = set()
        for table in ("periods", "period_marks"):
            query = f"select distinct observation_id from ({self.sources.sightings(TABLES[table], 'chosen')})"
            named |= {str(row[0]) for row in self.con.execute(f"{query} where period_id = ?", [period]).fetchall()}
        return named

    def _states(self, table: str, looks: list[dict[str, Any]], rows: list[dict[str, Any]]) -> tuple[Look, ...]:
        """What stood in a cell at each look. An export of changes alters only the rows it shows."""
        shown: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            shown.setdefault(row["observation_id"], []).append(row)
        whole: dict[str, dict[str, Any]] = {}
        for each in looks:
            known = whole.setdefault(each["observation_id"], dict(each))
            known["complete"] = known["complete"] or each["complete"]
        files, state, made = self._file_names(), dict[str, str](), list[Look]()
        for name, look in whole.items():
            own = shown.get(name, [])
            if not own and not look["complete"]:
                continue
            if look["complete"]:
                state = {}
            for row in own:
                key = str(row[ROW_KEYS[table]])
                state.pop(key, None)
                if not row["deleted"]:
                    state[key] = str(row[VALUES[table]])
            values = tuple(value for _key, value in sorted(state.items()))
            made.append(Look(look["taken_at"], files.get(look["content"], ""), values))
        return tuple(made)

    def _standing(self, table: str, where: str, values: list[Any]) -> list[tuple[str, tuple[str, str], Standing]]:
        """Versions that stand in history: (lesson, or subject|period), source, what was concluded."""
        key = "lesson_id" if table != "period_marks" else "subject_id || '|' || period_id"
        rows = self.con.execute(
            f"select {key}, system, export_kind, {VALUES[table]}, not_before, known_from, entered_at,"
            f" coalesce(entered_at_is_day, false) from {self._history(table)}"
            f" where {where} and known_to is null order by known_from, row_key",
            values,
        ).fetchall()
        return [(own, (system, kind), Standing(*rest)) for own, system, kind, *rest in rows]
