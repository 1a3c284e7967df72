"""Drawing cells to be held against the journal: a pupil's cell of a day, what the warehouse holds, where it was read.

What is held comes from the published version; which file showed it, from landing. The draw is a function of the
version and of the number of the draw: cells stand in the order of a digest of both, and are taken from it in turn over
sources and classes. About a third are empty cells that an export has looked at, a quarter bear a code of attendance.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.contract import TABLES
from ingest.history.layout import Files
from ingest.history.sources import Sources, connect
from ingest.landing import Landing
from ingest.readers.labels import class_label
from ingest.sampling_places import Places
from warehouse import publish
from warehouse.language import gettext as _
from warehouse.samples import Cell, Draw, Lesson
from warehouse.settings import Settings, SettingsError
from warehouse.store import dictionaries, history_relation, literal

EMPTY_SHARE, CODE_SHARE = 1 / 3, 1 / 4
LOOKED_OVER = 5  # empty candidates for each that is wanted: an export has not looked at every one
SHOWN = {"marks": "value", "attendance": "code"}
KINDS = ("mark", "empty", "code")


class NothingToDrawError(SettingsError):
    """There is nothing to draw cells from; the text is Russian and says what to do."""


@dataclass(frozen=True)
class File:
    """Where a cell was read. place: «marks.csv, строка 17», '' where the address within the file is not known."""

    name: str
    taken_at: datetime
    place: str


@dataclass(frozen=True)
class Drawn:
    """A cell with the names that a person needs to find it."""

    cell: Cell
    subject: str
    pupil: str
    files: tuple[File, ...]


def draw(
    settings: Settings, school_id: str, number: int, *, n: int = 10, class_name: str = ""
) -> tuple[Draw, list[Drawn]]:
    """Draw up to `n` cells of the newest academic year, of one class or of all; gives them by ids and by names.

    class_name: name or id of a class. The same published version and arguments give the same cells. Raises
    NothingToDrawError where nothing is built, where exports wait to be built, or where no cell answers.
    """
    published = publish.current(settings.home)
    if published is None or school_id not in published.files:
        raise NothingToDrawError(_("Хранилище ещё не собрано: сначала zavuch run."))
    files = Files(settings.history, school_id)
    scratch = files.root / "_scratch" / f"{school_id}_sampling"
    landing = Landing(settings.landing)
    try:
        with connect(scratch) as con:
            con.execute(f"attach {literal(published.files[school_id])} as school (read_only)")
            as_of = published.as_of[school_id]
            drawing = _Drawing(settings.history, landing, school_id, con, as_of)
            year = drawing.prepare(f"{published.version}|{school_id}|{number}", n, class_name)
            drawn = list(drawing.named(drawing.chosen(n)))
    finally:
        landing.close()
        shutil.rmtree(scratch, ignore_errors=True)
    label = drawn[0].cell.class_name if class_name else ""
    cells = tuple(each.cell for each in drawn)
    return Draw(school_id, number, published.version, as_of, year, n, label, cells), drawn


class _Drawing:
    """One draw. `candidates` has a row a cell that may be taken, best first within its source, class and kind."""

    def __init__(
        self, history: Path, landing: Landing, school_id: str, con: duckdb.DuckDBPyConnection, as_of: datetime
    ) -> None:
        self.history = history
        self.landing = landing
        self.school_id = school_id
        self.con = con
        self.sources = Sources(landing, school_id, con)
        self._check_built()
        self.sources.recall(Files(history, school_id).state)
        con.execute("delete from observed where taken_at > ?", [as_of])

    def _check_built(self) -> None:
        """Landing must hold just the exports that the published version was made from."""
        waiting = self.con.execute(
            "select observation_id from observed full join (select observation_id as built from"
            " school.meta.observations where status = 'loaded') on observation_id = built"
            " where built is null or observation_id is null limit 1"
        ).fetchall()
        if waiting:
            raise NothingToDrawError(_("Загружены или отозваны выгрузки, которых хранилище ещё не учло: zavuch build"))

    def prepare(self, seed: str, n: int, class_name: str) -> str:
        """Make `held`, `candidates` and `looked`; gives the academic year."""
        (newest,) = self.con.execute("select max(academic_year) from school.marts.fct_attendance").fetchall()[0]
        year = str(newest or "")
        self.con.execute(
            """
            create table held as
            with codes as (
                select class_id, subject_id, date, pupil_id, lesson_id, max(lesson_number) as number,
                    coalesce(max(code), '') as code, bool_or(is_expected) as is_expected
                from school.marts.fct_attendance where academic_year = $year group by all
            ), marks as (
                select pupil_id, lesson_id, list(value order by mark_id) as marks
                from school.marts.fct_marks where academic_year = $year group by all
            )
            select c.class_id, c.subject_id, c.date, c.pupil_id,
                list({'number': number, 'marks': coalesce(marks, []), 'code': code} order by number, c.lesson_id)
                    as lessons,
                case when bool_or(marks is not null) then 'mark' when max(code) <> '' then 'code' else 'empty' end
                    as kind
            from codes c left join marks m on c.pupil_id = m.pupil_id and c.lesson_id = m.lesson_id
            group by all having kind <> 'empty' or bool_and(is_expected)
            """,
            {"year": year},
        )
        if class_name:
            self._keep_class(class_name, year)
        told = " union all ".join(
            "select pupil_id, lesson_subject_id as subject_id, lesson_date as date, system || ' ' || export_kind as"
            f" source from {self._history(table)} where known_to is null"
            for table in SHOWN
        )
        self.con.execute(
            f"""
            create table candidates as
            with told as (select pupil_id, subject_id, date, min(source) as source from ({told}) group by all),
            keyed as (
                select h.*, coalesce(t.source, '') as source, md5(concat_ws('|', $seed,
                    h.class_id, h.subject_id, h.date, h.pupil_id)) as turn
                from held h left join told t using (pupil_id, subject_id, date)
            )
            select row_number() over (order by turn) as cell, * from keyed
            qualify row_number() over (partition by kind, source, class_id order by turn)
                <= case when kind = 'empty' then $n * {LOOKED_OVER} else $n end
            """,
            {"seed": seed, "n": n},
        )
        self._look()
        return year

    def _keep_class(self, class_name: str, year: str) -> None:
        classes = dict(
            self.con.execute(
                "select class_id, class_name from school.marts.dim_class where academic_year = ?", [year]
            ).fetchall()
        )
        label = class_label(class_name).class_id
        meant = [
            key for key, name in classes.items() if class_name in {key, name} or class_label(name).class_id == label
        ]
        if len(meant) != 1:
            names = ", ".join(sorted(classes.values()))
            raise NothingToDrawError(
                _("Класса {label} нет в {year}. Есть: {names}.").format(label=class_name, year=year, names=names)
            )
        self.con.execute("delete from held where class_id <> ?", meant)

    def _history(self, table: str) -> str:
        return history_relation(self.history, self.history / "_schema" / f"{table}.parquet", [self.school_id])

    def _look(self) -> None:
        """Make `looked`: the newest complete word on each candidate about marks and about attendance.

        An export taken before noon does not speak of the lessons of that day yet.
        """
        whose = ("s.pupil_id = c.pupil_id", "s.pupil_id = '' and s.class_id in ('', c.class_id)")
        looks = " union all ".join(
            f"""
            select c.cell, s.table_name, o.observation_id, o.content, o.taken_at,
                o.system || ' ' || o.export_kind as source
            from candidates c join stated s on {each} join observed o on s.content = o.content
            where s.complete and s.table_name in ('marks', 'attendance') and s.subject_id in ('', c.subject_id)
                and coalesce(s.date_from, c.date) <= c.date and coalesce(s.date_to, c.date) >= c.date
                and o.taken_at >= c.date + interval 12 hours
            """
            for each in whose
        )
        self.con.execute(
            "create table looked as select cell, table_name,"
            " unnest(max_by({'observation_id': observation_id, 'content': content, 'taken_at': taken_at,"
            f" 'source': source}}, (taken_at, observation_id))) from ({looks}) group by cell, table_name"
        )

    # The choice

    def chosen(self, n: int) -> list[dict[str, Any]]:
        """Take cells in turn: of the kind that is due, from the source, then the class, that has given least."""
        left = self._rows(
            "select c.* replace (case when kind = 'empty' then l.source else c.source end as source) from candidates c"
            " left join (select cell, min(source) as source from looked group by cell) l using (cell)"
            " where kind <> 'empty' or l.source is not null order by turn"
        )
        if not left:
            raise NothingToDrawError(_("Ячеек, которые можно сверить, нет: загрузите выгрузки с отметками."))
        wanted = {"empty": round(n * EMPTY_SHARE), "code": round(n * CODE_SHARE)}
        wanted["mark"] = n - sum(wanted.values())
        taken: list[dict[str, Any]] = []
        given: Counter[tuple[str, str]] = Counter()
        while left and len(taken) < n:
            kinds = Counter(row["kind"] for row in taken)
            short = max(
                (kind for kind in KINDS if any(row["kind"] == kind for row in left)),
                key=lambda kind: (wanted[kind] - kinds[kind]) / (wanted[kind] or 1),
            )
            best = min(
                (row for row in left if row["kind"] == short),
                key=lambda row: (given["source", row["source"]], given["class", row["class_id"]], row["turn"]),
            )
            given.update([("source", best["source"]), ("class", best["class_id"])])
            taken.append(best)
            left.remove(best)
        return taken

    # Names and files

    def named(self, taken: list[dict[str, Any]]) -> Iterator[Drawn]:
        """The cells in the order in which a person looks them up: class, subject, day, pupil."""
        classes = self._names("select class_id, class_name from school.marts.dim_class order by academic_year")
        subjects = self._names("select subject_id, subject_name from school.marts.dim_subject")
        pupils = self._names("select pupil_id, pupil_name from school.marts.dim_pupil")
        self.con.execute("create table picked as select * from candidates where list_contains(?, cell)",
                         [[row["cell"] for row in taken]])  # fmt: skip
        read = self._read_from()
        looks: dict[int, list[dict[str, Any]]] = {}
        for row in self._rows("select * from looked semi join picked using (cell) order by table_name desc"):
            looks.setdefault(row["cell"], []).append(row)
        names, places = self._file_names(), Places(self.landing)

        def order(row: dict[str, Any]) -> tuple[object, ...]:
            name = classes.get(row["class_id"]) or row["class_id"]
            label = class_label(name)
            return label.grade or 0, name, subjects.get(row["subject_id"], ""), row["date"], row["turn"]

        for row in sorted(taken, key=order):
            own = read.get(row["cell"]) or looks.get(row["cell"], [])
            files: dict[str, File] = {}
            for each in own:
                place = places.of(each) if "value" in each else ""
                known = files.get(each["observation_id"])
                if known is not None and place:
                    place = "; ".join(filter(None, (known.place, place)))
                files[each["observation_id"]] = File(
                    names.get(each["content"], ""), each["taken_at"], place or (known.place if known else "")
                )
            lessons = tuple(Lesson(one["number"], tuple(one["marks"]), one["code"]) for one in row["lessons"])
            looked = {look["table_name"] for look in looks.get(row["cell"], [])}
            looked |= {"marks"} if any(one.marks for one in lessons) else set()
            looked |= {"attendance"} if any(one.code for one in lessons) else set()
            cell = Cell(
                row["class_id"], classes.get(row["class_id"]) or row["class_id"], row["subject_id"], _day(row["date"]),
                row["pupil_id"], row["kind"], lessons, tuple(sorted(looked)), tuple(files),
            )  # fmt: skip
            yield Drawn(
                cell,
                subjects.get(cell.subject_id) or cell.subject_id,
                pupils.get(cell.pupil_id) or cell.pupil_id,
                tuple(files.values()),
            )

    def _read_from(self) -> dict[int, list[dict[str, Any]]]:
        """Cell → rows of the newest exports that show what is held: one a value."""
        found: dict[int, list[dict[str, Any]]] = {}
        for table, column in SHOWN.items():
            self.con.execute(
                f"""
                create or replace table chosen as select * from observed where content in (
                    select s.content from stated s, picked p
                    where s.table_name = '{table}' and s.pupil_id in ('', p.pupil_id)
                        and coalesce(s.date_from, p.date) <= p.date and coalesce(s.date_to, p.date) >= p.date)
                """
            )
            held = "l.marks" if table == "marks" else "[l.code]"
            rows = self._rows(
                f"""
                with values as (
                    select distinct p.cell, p.pupil_id, p.subject_id, p.date, unnest({held}) as value
                    from (select *, unnest(lessons) as l from picked) p
                )
                select v.cell, v.value, '{table}' as table_name, s.lesson_id, s.pupil_id, s.observation_id, s.content,
                    s.taken_at
                from ({self.sources.sightings(TABLES[table], "chosen")}) s
                join lesson_scope l on s.lesson_id = l.lesson_id
                join values v on s.pupil_id = v.pupil_id and l.lesson_subject_id = v.subject_id
                    and l.lesson_date = v.date and trim(s.{column}) = v.value
                where not s.deleted and v.value <> ''
                qualify row_number() over (
                    partition by v.cell, v.value order by s.taken_at desc, s.observation_id, s.lesson_id) = 1
                order by v.cell, v.value
                """
            )
            for row in rows:
                found.setdefault(row["cell"], []).append(row)
        return found

    def _file_names(self) -> dict[str, str]:
        rows = self.landing.ledger.execute("select content, file_name from contents").fetchall()
        return {content: " → ".join(part.rsplit("/", 1)[-1] for part in name.split(" → ")) for content, name in rows}

    def _names(self, query: str) -> dict[str, str]:
        return dict(self.con.execute(query).fetchall())

    def _rows(self, query: str) -> list[dict[str, Any]]:
        return dictionaries(self.con.execute(query))


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
