"""What the ledger and the rows of landing say about one school: observations, statements, people, lessons.

Everything is put into a private DuckDB under these names:

    observed        loaded observations: observation_id, content, batch, taken_at, system, export_kind, accepted, n_rows
    stated          statements of their contents, people and classes put in the place of what was printed
    ids, class_of   who is who (`ingest.history.who`)
    lesson_scope    lesson_id → class, subject and date, the newest word winning
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq

from ingest.contract import DUCKDB, POLARS, TABLES, Table
from ingest.history.who import DESCRIBED_BY, KIND_OF, Recalled, Who, joined
from ingest.identity import Settled
from ingest.landing import PEOPLE, PERSON_COLUMNS, Landing
from warehouse.store import literal

MEMORY = "1GB"
# Columns that keys, scopes and academic years are made from, whether anything stands in them or not.
_NEEDED = ("class_id", "subject_id", "pupil_id", "lesson_id", "starts_on", "date_from", "academic_year")


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """A private database that spills to `scratch` instead of growing."""
    scratch.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": MEMORY})
    con.execute(f"set temp_directory = {literal(scratch)}")
    con.execute("set preserve_insertion_order = false")
    con.execute("set enable_progress_bar = false")
    return con


class Sources:
    """The observations of one school and the rows that they show.

    Where a method takes `known` and `fresh`: the folder of what earlier loads gathered (None: gather anew), and the
    table of the observations that are not in it.
    """

    def __init__(self, landing: Landing, school_id: str, con: duckdb.DuckDBPyConnection) -> None:
        self.landing = landing
        self.school_id = school_id
        self.con = con
        self._load_ledger()

    def frame(self, name: str, frame: pl.DataFrame) -> None:
        """Make a table of a frame."""
        self.con.register("frame_", frame.to_arrow())
        self.con.execute(f"create or replace table {name} as select * from frame_")
        self.con.unregister("frame_")

    def _load_ledger(self) -> None:
        observed = pl.read_database(
            "select o.observation_id, o.content, c.batch, o.taken_at, o.accepted, c.system, c.export_kind, c.n_rows"
            " from observations o join contents c using (content)"
            f" where o.status = 'loaded' and c.school_id = '{self.school_id}'",
            self.landing.ledger,
            schema_overrides={"taken_at": pl.String, "accepted": pl.Int64, "n_rows": pl.Int64},
            infer_schema_length=None,
        ).with_columns(pl.col("taken_at").str.to_datetime(time_unit="us", strict=True))
        stated = pl.read_database(
            f"select s.* from statements s join contents c using (content) where c.school_id = '{self.school_id}'",
            self.landing.ledger,
            schema_overrides={"date_from": pl.String, "date_to": pl.String, "complete": pl.Int64},
            infer_schema_length=None,
        ).with_columns(pl.col("date_from", "date_to").str.to_date())
        self.frame("observed_raw", observed)
        self.con.execute(
            f"create or replace table observed as select *, {year_sql('taken_at')} as taken_year from observed_raw"
        )
        self.frame("stated_raw", stated)

    def frame_of_applied(self, applied: dict[str, list[object]]) -> None:
        """Make `applied` (observation_id) and `fresh`, the observations that are not in it."""
        self.frame("applied", pl.DataFrame({"observation_id": list(applied)}, schema={"observation_id": pl.String}))
        self.con.execute(
            "create or replace table fresh as select * from observed o anti join applied a using (observation_id)"
        )

    def rows(self, table: str, observed: str = "observed") -> str:
        """A relation of the rows read for a table in the batches of some observations, or an empty one like it."""
        files = self._files(table, observed)
        if files:
            return f"read_parquet([{', '.join(map(literal, files))}], union_by_name = true)"
        schema = (
            dict.fromkeys(PERSON_COLUMNS, POLARS["text"])
            if table == PEOPLE
            else TABLES[table].schema | {"deleted": POLARS["bool"]}
        )
        self.frame(f"empty_{table}", pl.DataFrame(schema=schema | dict.fromkeys(["content", "batch"], POLARS["text"])))
        return f"empty_{table}"

    def _files(self, table: str, observed: str) -> list[Path]:
        batches = {str(row[0]) for row in self.con.execute(f"select distinct batch from {observed}").fetchall()}
        files = self.landing.rows(table).glob("*.parquet")
        return sorted(path for path in files if path.stem.rsplit("-", 1)[0] in batches)

    def filled(self, table: str, observed: str) -> set[str]:
        """Columns in which anything stands: landing writes no others."""
        files = self._files(table, observed)
        return {name for path in files for name in pq.read_schema(path).names} if files else {*TABLES[table].names}

    def load_people(self, settled: Settled, known: Path | None, fresh: str) -> Who:
        """Find out who is who, and make `stated` with it."""
        who = Who(self, settled, known, fresh)
        self.who: Who | Recalled = who
        self._load_stated()
        return who

    def recall(self, known: Path) -> None:
        """Take who is who, and where lessons stand, as the last update left it."""
        self.who = Recalled(self.con, known)
        self._load_stated()
        path = literal(known / "lesson_scope.parquet")
        self.con.execute(f"create or replace table lesson_scope as select * from read_parquet({path})")

    def _load_stated(self) -> None:
        year = "coalesce(y.academic_year, t.year)"
        class_id = "case when s.class_id = '' then coalesce(k.class_id, '') else s.class_id end"
        joins = [joined(name, f"s.{name}", year) for name in ("pupil_id", "subject_id") if self._maps(name)]
        if self._maps("class_id"):
            joins.append(joined("class_id", class_id, year))
        mapped = {
            name: f"coalesce(i_{name}.id, {value})" if self._maps(name) else value
            for name, value in (("pupil_id", "s.pupil_id"), ("subject_id", "s.subject_id"), ("class_id", class_id))
        }
        self.con.execute(
            f"""
            create or replace table stated as
            select s.content, s.table_name, s.columns, s.date_from, s.date_to, s.complete = 1 as complete,
                {", ".join(f"{value} as {name}" for name, value in mapped.items())}
            from stated_raw s
            left join class_of k on s.content = k.content
            left join content_year y on s.content = y.content
            left join (select content, min(taken_year) as year from observed group by content) t
                on s.content = t.content
            {" ".join(joins)}
            """
        )

    def _maps(self, column: str) -> bool:
        return KIND_OF[column] in self.who.kinds

    def load_lessons(self, known: Path | None, fresh: str) -> bool:
        """Make `lesson_scope`; False where a lesson of `known` turns out to stand elsewhere."""
        self.con.execute(
            f"""
            create or replace table lesson_scope as
            select lesson_id,
                max_by(class_id, word) as lesson_class_id, max_by(subject_id, word) as lesson_subject_id,
                max_by(date, word) as lesson_date, {year_sql("max_by(date, word)")} as lesson_year
            from (select *, (taken_at, observation_id) as word from ({self.sightings(TABLES["lessons"], fresh)}))
            group by lesson_id
            """
        )
        if known is None:
            return True
        earlier = f"read_parquet({literal(known / 'lesson_scope.parquet')})"
        moved = self.con.execute(
            f"select 1 from lesson_scope n join {earlier} k using (lesson_id)"
            " where (n.lesson_class_id, n.lesson_subject_id, n.lesson_date)"
            " is distinct from (k.lesson_class_id, k.lesson_subject_id, k.lesson_date) limit 1"
        ).fetchall()
        self.con.execute(
            f"insert into lesson_scope by name select * from {earlier} k anti join lesson_scope using (lesson_id)"
        )
        return not moved

    def _resolved(self, table: Table, filled: set[str], *, classless: bool) -> tuple[str, str]:
        """Select list and joins that put ids and classes in the place of what the export shows."""
        needed = {*table.key, *_NEEDED, table.date_column}
        kinds = {column.name: DUCKDB[column.kind] for column in table.columns}
        items, joins = [], []
        for name in table.names:
            if name not in filled and name not in needed:
                continue
            value = f"r.{name}" if name in filled else f"null::{kinds[name]}"
            if name == "class_id" and classless:
                value = f"case when coalesce({value}, '') = '' then coalesce(k.class_id, '') else {value} end"
            elif name == "lesson_id" and classless:
                value = (
                    "case when k.class_id is not null and r.lesson_id like '|%'"
                    " then k.class_id || r.lesson_id else r.lesson_id end"
                )
            elif kinds[name] == DUCKDB["time"]:
                value = f"{value}::time"  # Polars writes nanoseconds, which few engines know
            if name in KIND_OF and (name in filled or (name == "class_id" and classless)) and self._maps(name):
                joins.append(joined(name, value, _row_year(table, filled)))
                value = f"coalesce(i_{name}.id, {value})"
            if kinds[name] == DUCKDB["text"] and (name in table.key or name in ("class_id", "lesson_id")):
                value = f"coalesce({value}, '')"
            items.append(f"{value} as {name}")
        return ", ".join(items), " ".join(joins)

    def changes(self, columns: tuple[str, ...]) -> bool:
        """Say whether identity may put other ids into any of these columns, so that two records become one."""
        if {"class_id", "lesson_id"} & {*columns} and self._has("class_of"):
            return True
        return any(KIND_OF.get(name) in self.who.kinds for name in columns)

    def _has(self, relation: str) -> bool:
        return bool(self.con.execute(f"select 1 from {relation} limit 1").fetchall())

    def sightings(self, table: Table, observed: str) -> str:
        """SQL of every row of a table at every one of some observations of its content."""
        classless = self._has("class_of")
        columns, joins = self._resolved(table, self.filled(table.name, observed), classless=classless)
        described = DESCRIBED_BY.get(table.name, "")
        told = f"i_{described}.raw_id" in joins if described else False
        rows = f"""
            select {columns}, coalesce(r.deleted, false) as deleted,
                {f"coalesce(i_{described}.described, false) as described," if told else ""}
                o.observation_id, o.taken_at, o.taken_year, o.system, o.export_kind, r.content
            from {self.rows(table.name, observed)} r
            join {observed} o on r.content = o.content and r.batch = o.batch
            {"left join class_of k on r.content = k.content" if classless else ""}
            {"left join content_year y on r.content = y.content" if "y.academic_year" in joins else ""}
            {joins}
        """
        return self._news(table, rows) if told else rows

    @staticmethod
    def _news(table: Table, rows: str) -> str:
        """SQL of the rows of a list that say more than the rows of the id itself, which some source describes."""
        listed = "true"
        if table.name == "enrollments":
            listed = (
                "exists (select 1 from enrolled e where e.pupil_id = s.pupil_id and e.class_id = s.class_id"
                f" and e.academic_year = coalesce(nullif(s.academic_year, ''), {year_sql('s.starts_on')}))"
            )
        return f"select s.* exclude (described) from ({rows}) s where not (s.described and {listed})"

    def sighted(self, table: Table, observed: str) -> str:
        """SQL of the sightings with academic year, key, hash of the key and scope."""
        join, lesson = "", ""
        year_day = table.date_column and f"s.{table.date_column}"
        if table.by_lesson:
            join = "left join lesson_scope l on s.lesson_id = l.lesson_id"
            lesson = ", l.lesson_class_id, l.lesson_subject_id, l.lesson_date"
        elif not year_day:
            year_day = next((f"s.{name}" for name in ("starts_on", "date_from") if name in table.names), "null::date")
        year = f"coalesce({'l.lesson_year' if table.by_lesson else year_sql(year_day)}, s.taken_year)"
        if table.yearly and table.name != "classes" and "class_id" in table.names and "starts_on" in table.names:
            # A class belongs to one year; a pupil may have entered it, by an old date, long before.
            join = f"left join ({self._class_years(observed)}) y on s.content = y.content and s.class_id = y.class_id"
            year = f"coalesce(y.academic_year, {year})"
        given = "nullif(s.academic_year, '')" if "academic_year" in table.names else "null"
        scope = ", ".join(
            f"{_scope_sql(table, part)} as scope_{part}" for part in ("class_id", "subject_id", "pupil_id")
        )
        day = "l.lesson_date" if table.by_lesson else (f"s.{table.date_column}" if table.date_column else "null::date")
        key = ", ".join(f"coalesce(s.{name}::varchar, '')" for name in table.key)
        passed_over = "content, taken_year" + (", academic_year" if "academic_year" in table.names else "")
        return f"""
            select *, hash(academic_year, row_key) as key_hash from (
                select s.* exclude ({passed_over}){lesson},
                    {f"coalesce({given}, {year})" if table.yearly else "''"} as academic_year,
                    concat_ws('|', {key}) as row_key, {scope}, {day} as scope_date
                from ({self.sightings(table, observed)}) s {join}
            )
        """

    def _class_years(self, observed: str) -> str:
        """SQL of the academic year of a class where an export names just one."""
        if "academic_year" not in self.filled("classes", observed):
            return "select '' as content, '' as class_id, '' as academic_year limit 0"
        return (
            f"select r.content, class_id, min(academic_year) as academic_year"
            f" from {self.rows('classes', observed)} r join {observed} o on r.content = o.content and r.batch = o.batch"
            " where coalesce(academic_year, '') <> ''"
            " group by r.content, class_id having count(distinct academic_year) = 1"
        )


def _row_year(table: Table, filled: set[str]) -> str:
    """SQL of the academic year that a row of landing belongs to."""
    years = ["nullif(r.academic_year, '')"] if "academic_year" in filled else []
    years += [year_sql(f"r.{table.date_column}")] if table.date_column in filled else []
    return f"coalesce({', '.join([*years, 'y.academic_year', 'o.taken_year'])})"


def _scope_sql(table: Table, part: str) -> str:
    if table.by_lesson and part != "pupil_id":
        return f"coalesce(l.lesson_{part}, '')"
    return f"coalesce(s.{part}, '')" if part in table.names else "''"


def year_sql(day: str) -> str:
    """SQL of the academic year of a day: it starts on 1 September."""
    first = f"(year({day}) - case when month({day}) < 9 then 1 else 0 end)"
    return f"({first} || '/' || ({first} + 1))"
