"""Identity in the private database: everything seen of people, classes and subjects, and the ids put in its place.

seen_<what>     sightings gathered so far (kept with the state): people, rosters, subjects, classes, teachers, teaching
ids             kind, raw_id, academic_year, id, described – as `ingest.identity.resolve` gives them
ids_<kind>      the same of one kind; a kind without rows costs no join
class_of        content → class, for a report of one pupil that prints none
content_year    content → academic year, where its classes name just one
enrolled        pupil_id, class_id, academic_year of the rosters
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ingest.identity import Settled, resolve
from ingest.identity.listing import keep
from ingest.landing import PEOPLE, PERSON_COLUMNS
from ingest.registry import READERS
from warehouse.store import literal

if TYPE_CHECKING:
    from ingest.history.sources import Sources

KIND_OF = {
    "pupil_id": "pupil",
    "teacher_id": "teacher",
    "planned_teacher_id": "teacher",
    "absent_teacher_id": "teacher",
    "substitute_id": "teacher",
    "subject_id": "subject",
    "class_id": "class",
    "subgroup_id": "subgroup",
}
DESCRIBED_BY = {
    "pupils": "pupil_id",
    "enrollments": "pupil_id",
    "teachers": "teacher_id",
    "subjects": "subject_id",
    "classes": "class_id",
}
"""Lists, and the column whose id may have better rows of its own: a short printed name takes nothing from a roster."""
MADE = ("ids", "class_of", "content_year", "enrolled")
SEEN = ("people", "rosters", "subjects", "classes", "teachers", "teaching")


class Who:
    """Who is who in one school, for the observations gathered so far."""

    def __init__(self, sources: Sources, settled: Settled, known: Path | None, fresh: str) -> None:
        """Gather what `fresh` observations show beside what is `known`, and resolve."""
        self.con = sources.con
        self._sources = sources
        self._fresh = fresh
        for what in SEEN:
            earlier = f" union select * from read_parquet({literal(known / f'seen_{what}.parquet')})" if known else ""
            self.con.execute(f"create or replace table seen_{what} as {getattr(self, f'_{what}')()}{earlier}")
        self._resolve(settled)
        self.kinds = _by_kind(self.con)
        self.con.execute(
            "create or replace table enrolled as select distinct coalesce(p.id, r.pupil_id) as pupil_id,"
            " coalesce(c.id, r.class_id) as class_id, r.academic_year from seen_rosters r"
            " left join ids_pupil p on p.raw_id = r.pupil_id"
            " left join ids_class c on c.raw_id = r.class_id and c.academic_year = r.academic_year"
            " where r.class_id <> ''"
        )

    # Sightings

    def _rows(self, table: str, columns: dict[str, str]) -> str:
        """SQL of columns of the rows of the fresh observations; what no export fills is an empty text."""
        filled = self._sources.filled(table, self._fresh)
        text = {name: f"coalesce(r.{name}::varchar, '')" if name in filled else "''" for name in columns.values()}
        listed = ", ".join(f"{text[name]} as {alias}" for alias, name in columns.items())
        rows = self._sources.rows(table, self._fresh)
        return f"select distinct {listed}, o.system, o.export_kind, r.content from {rows} r {self._of_fresh()}"

    def _of_fresh(self) -> str:
        return (
            f"join (select distinct content, batch, system, export_kind from {self._fresh}) o"
            " on r.content = o.content and r.batch = o.batch"
        )

    def _people(self) -> str:
        columns = ", ".join(f"r.{name}" for name in PERSON_COLUMNS)
        rows = self._sources.rows(PEOPLE, self._fresh)
        return f"select distinct {columns}, o.system, o.export_kind, r.content from {rows} r {self._of_fresh()}"

    def _rosters(self) -> str:
        names = {name: name for name in ("pupil_id", "last_name", "first_name", "middle_name")}
        classes = {"pupil_id": "pupil_id", "class_id": "class_id", "academic_year": "academic_year"}
        listed = {"class_id": "class_id", "academic_year": "academic_year"}
        # A class belongs to one year; a pupil may have entered it, by an old date, long before.
        return f"""
            select distinct p.pupil_id, p.last_name, p.first_name, p.middle_name, coalesce(e.class_id, '') as class_id,
                coalesce(y.academic_year, e.academic_year, '') as academic_year, p.system
            from ({self._rows("pupils", names)}) p
            left join ({self._rows("enrollments", classes)}) e on e.content = p.content and e.pupil_id = p.pupil_id
            left join (
                select content, class_id, min(academic_year) as academic_year from ({self._rows("classes", listed)})
                where academic_year <> '' group by content, class_id having count(distinct academic_year) = 1
            ) y on y.content = e.content and y.class_id = e.class_id
            where p.pupil_id not like '~%'
        """

    def _subjects(self) -> str:
        return (
            "select subject_id, name, system, content from"
            f" ({self._rows('subjects', {'subject_id': 'subject_id', 'name': 'name'})})"
        )

    def _classes(self) -> str:
        columns = {name: name for name in ("class_id", "name", "academic_year", "grade", "letter")}
        return (
            "select distinct class_id, name, academic_year, nullif(grade, '')::bigint as grade, letter, system"
            f" from ({self._rows('classes', columns)})"
        )

    def _teachers(self) -> str:
        names = {name: name for name in ("teacher_id", "last_name", "first_name", "middle_name")}
        return (
            f"select distinct {', '.join(names)}, system from ({self._rows('teachers', names)})"
            " where teacher_id not like '~%'"
        )

    def _teaching(self) -> str:
        columns = {"teacher_id": "teacher_id", "class_id": "class_id", "subject_id": "subject_id", "day": "date"}
        return (
            "select distinct teacher_id, class_id, subject_id,"
            " (year(day::date) - (month(day::date) < 9)::integer) || '/'"
            " || (year(day::date) - (month(day::date) < 9)::integer + 1) as academic_year"
            f" from ({self._rows('lessons', columns)}) where teacher_id <> '' and day <> ''"
        )

    # What they amount to

    def _resolve(self, settled: Settled) -> None:
        frames = {what: self.con.sql(f"select * from seen_{what}").pl() for what in SEEN}
        identity = resolve(
            frames["people"],
            frames["rosters"],
            frames["subjects"],
            frames["classes"],
            frames["teachers"],
            settled,
            teaching=frames["teaching"],
            listing=_listing(),
        )
        self.ambiguous = identity.ambiguous
        self._sources.frame("ids", identity.ids)
        self._sources.frame("found_classes", identity.classes)
        # A report without a class takes the class of its only pupil.
        self.con.execute(
            """
            create or replace table class_of as
            select p.content, any_value(f.class_id) as class_id
            from (
                select content, any_value(placeholder) as placeholder from seen_people where role = 'pupil'
                group by content having count(distinct placeholder) = 1 and max(class_id) = ''
            ) p
            join found_classes f using (placeholder) where f.class_id <> '' group by p.content
            """
        )
        # The academic year of what an export says of classes, where it names just one.
        columns = {"academic_year": "academic_year"}
        self.con.execute(
            "create or replace table content_year as"
            f" select content, min(academic_year) as academic_year from ({self._rows('classes', columns)})"
            " where academic_year <> '' group by content having count(distinct academic_year) = 1"
        )

    def changed_since(self, known: Path) -> bool:
        """Say whether somebody or something seen before goes under another id now."""
        columns = "kind, raw_id, academic_year, id"
        before = f"select {columns} from read_parquet({literal(known / 'ids.parquet')})"
        lost = f"{before} except select {columns} from ids"
        named_anew = f"select {columns} from ids where raw_id not like '~%' except {before}"
        classes = (
            f"select content, class_id from read_parquet({literal(known / 'class_of.parquet')})"
            " except select content, class_id from class_of"
        )
        return any(self.con.execute(f"select 1 from ({sql}) limit 1").fetchall() for sql in (lost, named_anew, classes))

    def keep(self, history: Path, state: Path, school_id: str) -> None:
        """Keep sightings, ids and the open cases for the next update and for `zavuch identity`."""
        for name in (*(f"seen_{what}" for what in SEEN), *MADE):
            self.con.execute(f"copy (select * from {name}) to {literal(state / f'{name}.parquet')} (format parquet)")
        keep(self.ambiguous, history, school_id)


class Recalled:
    """The same as the last update left it, for those who only look."""

    def __init__(self, con: duckdb.DuckDBPyConnection, known: Path) -> None:
        """Read what `Who.keep` kept."""
        for name in MADE:
            self_made = f"read_parquet({literal(known / f'{name}.parquet')})"
            con.execute(f"create or replace table {name} as select * from {self_made}")
        self.kinds = _by_kind(con)


def _by_kind(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Make `ids_<kind>` and tell which kinds have any."""
    for kind in set(KIND_OF.values()):
        con.execute(
            f"create or replace table ids_{kind} as select raw_id, academic_year, id, described from ids"
            f" where kind = '{kind}'"
        )
    return {str(row[0]) for row in con.execute("select distinct kind from ids").fetchall()}


def joined(column: str, value: str, year: str) -> str:
    """SQL that joins the id of a column as `i_<column>`: `value` stands there, `year` is the row's academic year."""
    kind = KIND_OF[column]
    same_year = f" and i_{column}.academic_year = {year}" if kind == "class" else ""
    return f"left join ids_{kind} i_{column} on i_{column}.raw_id = {value}{same_year}"


def _listing() -> list[tuple[str, str]]:
    """Kinds of exports that list whole classes by name."""
    return [
        (kind.system, kind.export_kind)
        for reader in READERS
        for kind in reader.KINDS
        if kind.scope != "pupil" and kind.system != "journal_csv"
    ]
