"""History: what was known when, worked out from every loaded observation of one school.

For each row key and field group the observations that speak of it are put in order of `taken_at`:
a sighting shows a value, a complete statement that covers the key without showing it proves absence.
Equal neighbours collapse; what is left are versions with

    known_from   first taken_at that shows the value
    known_to     first taken_at that shows another value or none (null: still so)
    not_before   newest earlier taken_at that proves the value was not there (null: never looked before)

so the value was entered in (not_before, known_from]. The result depends on the set of observations only,
never on the order of loading. Written as `history/<table>/school_id=…/academic_year=…/data.parquet`.

A statement that would remove over 10 % (and at least 20) of the known rows of its scope, or every row of a
class, is held back: the observation is left out and the history worked out again without it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import duckdb
import polars as pl

from ingest.contract import CORE, LESSON_SCOPE, POLARS, TABLES, Table
from ingest.identity import resolve
from ingest.landing import PEOPLE, PERSON_COLUMNS, Landing
from warehouse.store import literal

SHRINK_SHARE = 0.10
SHRINK_ROWS = 20
ALL_YEARS = "all"

SCOPE = ("class_id", "subject_id", "pupil_id")


@dataclass(frozen=True)
class Shrinkage:
    """An observation that would remove `removed` of `known` rows of `table`."""

    observation_id: str
    table: str
    removed: int
    known: int


class SchoolHistory:
    """Works out and writes the history of one school in a private in-memory DuckDB."""

    def __init__(self, landing: Landing, school_id: str) -> None:
        self.landing = landing
        self.school_id = school_id
        self.con = duckdb.connect(":memory:", config={"threads": 2})
        self.con.execute("set preserve_insertion_order = false")
        self._load_ledger()
        self._load_identity()
        self._load_class_years()
        self._load_lessons()

    def close(self) -> None:
        """Close the private database."""
        self.con.close()

    # What the ledger knows

    def _load_ledger(self) -> None:
        observed = pl.read_database(
            "select o.observation_id, o.content, o.taken_at, o.accepted, c.system, c.export_kind, c.batch"
            " from observations o join contents c using (content)"
            f" where o.status = 'loaded' and c.school_id = '{self.school_id}'",
            self.landing.ledger,
            schema_overrides={"taken_at": pl.String, "accepted": pl.Int64},
        ).with_columns(pl.col("taken_at").str.to_datetime(strict=True))
        stated = pl.read_database(
            f"select s.* from statements s join contents c using (content) where c.school_id = '{self.school_id}'",
            self.landing.ledger,
            schema_overrides={"date_from": pl.String, "date_to": pl.String, "complete": pl.Int64},
            infer_schema_length=None,
        ).with_columns(pl.col("date_from", "date_to").str.to_date())
        self._table("observed", observed)
        self._table("stated_raw", stated)

    def _table(self, name: str, frame: pl.DataFrame) -> None:
        self.con.register("frame_", frame.to_arrow())
        self.con.execute(f"create or replace table {name} as select * from frame_")
        self.con.unregister("frame_")

    def _rows(self, table: str) -> str:
        """A relation of the rows read for a table, or an empty one of the same shape."""
        files = sorted(self.landing.rows(table).glob("*.parquet"))
        if files:
            listed = ", ".join(map(literal, files))
            return f"read_parquet([{listed}])"
        schema = (
            dict.fromkeys(PERSON_COLUMNS, POLARS["text"])
            if table == PEOPLE
            else TABLES[table].schema | {"deleted": POLARS["bool"]}
        )
        self._table(f"empty_{table}", pl.DataFrame(schema=schema | dict.fromkeys(["content", "batch"], POLARS["text"])))
        return f"empty_{table}"

    def _load_identity(self) -> None:
        relation = self._rows(PEOPLE)
        printed = self.con.sql(
            "select placeholder, full_name, class_id, academic_year, r.content"
            f" from {relation} r join (select distinct content, batch from observed) o"
            " on r.content = o.content and r.batch = o.batch where r.role = 'pupil'"
        ).pl()
        self._table("person", resolve(printed))
        single = (
            printed.filter(pl.col("class_id") == "")
            .group_by("content")
            .agg(pl.col("placeholder").first(), pl.col("placeholder").n_unique().alias("n"))
            .filter(pl.col("n") == 1)
            .select("content", "placeholder")
        )
        self._table("classless", single)
        # A report without a class takes the class of its only pupil.
        self.con.execute(
            "create or replace table class_of as select c.content, p.class_id"
            " from classless c join person p using (placeholder) where p.class_id <> ''"
        )
        self.con.execute(
            """
            create or replace table stated as
            select
                s.content, s.table_name, s.columns, s.subject_id, s.date_from, s.date_to, s.complete = 1 as complete,
                coalesce(p.pupil_id, s.pupil_id) as pupil_id,
                case when s.class_id = '' then coalesce(k.class_id, '') else s.class_id end as class_id
            from stated_raw s
            left join person p on s.pupil_id = p.placeholder
            left join class_of k on s.content = k.content
            """
        )

    def _resolved(self, table: Table) -> str:
        """Select list that puts persons and classes in the place of what the print shows."""
        items = []
        for name in table.names:
            if name == "pupil_id":
                items.append("coalesce(p.pupil_id, r.pupil_id) as pupil_id")
            elif name == "class_id":
                items.append(
                    "case when coalesce(r.class_id, '') = '' then coalesce(k.class_id, r.class_id, '')"
                    " else r.class_id end as class_id"
                )
            elif name == "lesson_id":
                items.append(
                    "case when k.class_id is not null and r.lesson_id like '|%'"
                    " then k.class_id || r.lesson_id else r.lesson_id end as lesson_id"
                )
            elif table.schema[name] == POLARS["time"]:
                items.append(f"r.{name}::time as {name}")  # Polars writes nanoseconds, which few engines know
            elif table.schema[name] == POLARS["text"] and name in table.key:
                items.append(f"coalesce(r.{name}, '') as {name}")
            else:
                items.append(f"r.{name}")
        return ", ".join(items)

    def _sightings(self, table: Table) -> str:
        """SQL of every row of a table at every observation of its content."""
        person = "left join person p on r.pupil_id = p.placeholder" if "pupil_id" in table.names else ""
        return f"""
            select {self._resolved(table)}, coalesce(r.deleted, false) as deleted,
                o.observation_id, o.taken_at, o.system, o.export_kind, r.content
            from {self._rows(table.name)} r
            join observed o on r.content = o.content and r.batch = o.batch
            left join class_of k on r.content = k.content
            {person}
        """

    def _load_class_years(self) -> None:
        """The academic year of a class where an export names just one."""
        self.con.execute(
            f"""
            create or replace table class_years as
            select content, class_id, min(academic_year) as academic_year
            from {self._rows("classes")} where coalesce(academic_year, '') <> ''
            group by content, class_id having count(distinct academic_year) = 1
            """
        )

    def _load_lessons(self) -> None:
        """Class, subject and date of every lesson ever seen, the newest word winning."""
        self.con.execute(
            f"""
            create or replace table lesson_scope as
            select lesson_id,
                max_by(class_id, taken_at) as lesson_class_id, max_by(subject_id, taken_at) as lesson_subject_id,
                max_by(date, taken_at) as lesson_date
            from ({self._sightings(TABLES["lessons"])}) group by lesson_id
            """
        )

    # Versions

    def _build_sighted(self, table: Table) -> None:
        """`sighted`: rows with year, key, scope and a digest for each field group."""
        join, lesson = "", ""
        year_day = table.date_column and f"s.{table.date_column}"
        if table.by_lesson:
            join = "left join lesson_scope l on s.lesson_id = l.lesson_id"
            lesson = ", l.lesson_class_id, l.lesson_subject_id, l.lesson_date"
            year_day = "l.lesson_date"
        elif not year_day:
            year_day = next((f"s.{name}" for name in ("starts_on", "date_from") if name in table.names), "null::date")
        year = _year_sql(f"coalesce({year_day}, s.taken_at::date)")
        if table.yearly and table.name != "classes" and "class_id" in table.names and "starts_on" in table.names:
            # A class belongs to one year; a pupil may have entered it, by an old date, long before.
            join = "left join class_years y on s.content = y.content and s.class_id = y.class_id"
            year = f"coalesce(y.academic_year, {year})"
        given = "nullif(s.academic_year, '')" if "academic_year" in table.names else "null"
        scope = ", ".join(f"{self._scope_sql(table, part)} as scope_{part}" for part in SCOPE)
        day = "l.lesson_date" if table.by_lesson else (f"s.{table.date_column}" if table.date_column else "null::date")
        key = ", ".join(f"coalesce(s.{name}::varchar, '')" for name in table.key)
        digests = ", ".join(
            f"hash({', '.join(f's.{c}' for c in names) or 'true'}) as digest_{group}"
            for group, names in self._groups(table).items()
        )
        columns = ", ".join(f"s.{name}" for name in table.names if name != "academic_year")
        self.con.execute(
            f"""
            create or replace table sighted as
            select {columns}{lesson}, s.deleted, s.observation_id, s.taken_at, s.system, s.export_kind,
                {f"coalesce({given}, {year})" if table.yearly else "''"} as academic_year,
                concat_ws('|', {key}) as row_key, {scope}, {day} as scope_date, {digests}
            from ({self._sightings(table)}) s {join}
            """
        )

    @staticmethod
    def _groups(table: Table) -> dict[str, tuple[str, ...]]:
        return {group: table.group_columns(group) for group in (CORE, *table.groups)}

    @staticmethod
    def _scope_sql(table: Table, part: str) -> str:
        if table.by_lesson and part != "pupil_id":
            return f"coalesce(l.lesson_{part}, '')"
        return f"coalesce(s.{part}, '')" if part in table.names else "''"

    def _build_absences(self, table: Table) -> None:
        """`absent`: (academic_year, row_key, observation) proved absent by a complete statement."""
        self.con.execute(
            f"""
            create or replace table keys as
            select academic_year, row_key, min(scope_date) as first_date, max(scope_date) as last_date,
                {", ".join(f"case when min(scope_{p}) = max(scope_{p}) then min(scope_{p}) end as {p}" for p in SCOPE)},
                {"max(period_id)" if "period_id" in table.key else "''"} as period_id,
                min(system) as system, min(export_kind) as export_kind
            from sighted group by academic_year, row_key
            having count(distinct system || ' ' || export_kind) = 1
            """
        )
        dated = bool(table.date_column or table.by_lesson)
        self.con.execute(
            f"""
            create or replace table speaking as
            select o.observation_id, o.taken_at, o.system, o.export_kind, s.* exclude (table_name)
            from stated s join observed o using (content)
            where s.table_name = '{table.name}' and s.complete
            """
        )
        self._build_named_periods(table)
        # A system speaks only of what it has shown itself: ids of two systems live side by side in a school.
        covered = [
            "(s.subject_id = '' or s.subject_id = k.subject_id)",
            "s.system = k.system and s.export_kind = k.export_kind",
        ]
        if "period_id" in table.key:
            covered.append(
                "exists (select 1 from named_periods n where n.content = s.content and n.period_id = k.period_id)"
            )
        if table.yearly and not dated:
            # A list of this year's classes is no word about last year's.
            self.con.execute(
                f"""
                create or replace table named_years as
                select distinct observation_id, academic_year from sighted
                union select observation_id, {_year_sql("taken_at")} from speaking
                """
            )
            covered.append(
                "exists (select 1 from named_years n where n.observation_id = s.observation_id"
                " and n.academic_year = k.academic_year)"
            )
        if dated:
            covered += [
                "(s.date_from is null or k.first_date >= s.date_from)",
                "(s.date_to is null or k.last_date <= s.date_to)",
            ]
        rest = " and ".join(covered)
        by_pupil = "k.pupil_id = s.pupil_id and (s.class_id = '' or s.class_id = k.class_id)"
        if "class_id" not in table.names and not table.by_lesson:
            by_pupil = "k.pupil_id = s.pupil_id"
        picked = "k.academic_year, k.row_key, s.observation_id, s.taken_at, s.columns"
        # Three joins, each with the equality that makes it quick.
        self.con.execute(
            f"""
            create or replace table absent as
            with covering as (
                select {picked} from keys k join speaking s on {by_pupil}
                where s.pupil_id <> '' and {rest}
                union
                select {picked} from keys k join speaking s on k.class_id = s.class_id
                where s.pupil_id = '' and s.class_id <> '' and {rest}
                union
                select {picked} from keys k cross join speaking s
                where s.pupil_id = '' and s.class_id = '' and {rest}
            )
            select c.* from covering c
            anti join sighted g
                on c.academic_year = g.academic_year and c.row_key = g.row_key and c.observation_id = g.observation_id
            """
        )

    def _build_named_periods(self, table: Table) -> None:
        """`named_periods`: the periods that an export names, so that it can be silent about others."""
        if "period_id" not in table.key:
            return
        own = " union ".join(
            f"select distinct r.content, coalesce(r.period_id, '') as period_id from {self._rows(name)} r"
            for name in {table.name, "periods"}
        )
        self.con.execute(f"create or replace table named_periods as {own}")

    def _build_versions(self, table: Table, group: str, names: tuple[str, ...]) -> None:
        """`changes` and `versions` of one field group."""
        carried = _carries("columns", names) if group != CORE else "true"
        sighted = "true"
        if group != CORE:
            sighted = (
                "s.observation_id in (select o.observation_id from stated t join observed o using (content)"
                f" where t.table_name = '{table.name}' and {_carries('t.columns', names)})"
            )
        self.con.execute(
            f"""
            create or replace table changes as
            with events as (
                select s.academic_year, s.row_key, s.taken_at, s.observation_id,
                    case when s.deleted then 0 else 1 end as present,
                    case when s.deleted then null else s.digest_{group} end as digest
                from sighted s where {sighted}
                union all
                select academic_year, row_key, taken_at, observation_id, 0, null
                from absent where {carried}
            ),
            ranked as (
                select *, row_number() over (
                    partition by academic_year, row_key, taken_at order by present desc, observation_id
                ) as place
                from events
            ),
            compared as (
                select *,
                    lag(taken_at) over w as before_at, lag(present) over w as before_present,
                    lag(digest) over w as before
                from ranked where place = 1
                window w as (partition by academic_year, row_key order by taken_at)
            )
            select * exclude (place) from compared
            where present <> coalesce(before_present, 0) or (present = 1 and digest is distinct from before)
            """
        )

    def _write_group(self, table: Table, group: str, names: tuple[str, ...], target: Path) -> int:
        key = [name for name in table.key if name != "academic_year"]
        lesson = list(LESSON_SCOPE) if table.by_lesson else []
        payload = [name for name in names if name != "academic_year" and name not in key]
        columns = ", ".join(f"s.{name}" for name in (*key, *lesson, *payload))
        self.con.execute(
            f"""
            create or replace table versions as
            with spans as (
                select *, lead(taken_at) over (partition by academic_year, row_key order by taken_at) as known_to
                from changes
            ),
            one_row as (
                select *, row_number() over (
                    partition by academic_year, row_key, observation_id order by digest_{group}
                ) as place
                from sighted
            )
            select '{self.school_id}' as school_id, v.academic_year, v.row_key, {columns},
                s.system, s.export_kind, v.observation_id, v.taken_at as known_from, v.known_to,
                v.before_at as not_before
            from spans v
            join one_row s
                on v.academic_year = s.academic_year and v.row_key = s.row_key
                and v.observation_id = s.observation_id and s.place = 1
            where v.present = 1
            """
        )
        history_table = table.name if group == CORE else f"{table.name}__{group}"
        folder = target / history_table / f"school_id={self.school_id}"
        fresh: set[Path] = set()
        years = self.con.execute("select academic_year, count(*) from versions group by 1 order by 1").fetchall()
        for year, _ in years:
            part = folder / f"academic_year={quote(year.replace('/', '-')) or ALL_YEARS}" / "data.parquet"
            part.parent.mkdir(parents=True, exist_ok=True)
            waiting = part.with_suffix(".part")
            self.con.execute(
                f"copy (select * from versions where academic_year = ? order by row_key, known_from)"
                f" to {literal(waiting)} (format parquet, compression zstd)",
                [year],
            )
            waiting.replace(part)
            fresh.add(part.parent)
        for stale in set(folder.glob("academic_year=*")) - fresh:
            shutil.rmtree(stale)
        return sum(n for _, n in years)

    def _shrinkage(self, table: Table) -> list[Shrinkage]:
        """Observations whose complete statements remove too much of what was known of their scope."""
        rows = self.con.execute(
            f"""
            with known as (
                select v.observation_id, v.taken_at, k.academic_year, k.row_key, k.class_id,
                    v.present = 0 as removed
                from changes v join keys k using (academic_year, row_key)
                where v.present = 0
            ),
            losers as (
                select observation_id, min(taken_at) as taken_at, count(*) as removed from known group by 1
            ),
            still as (
                select l.observation_id, count(distinct (s.academic_year, s.row_key)) as n
                from losers l join sighted s using (observation_id)
                group by 1
            ),
            spread as (
                select o.observation_id, count(*) as n
                from (
                    select known.observation_id, known.class_id from known
                    where coalesce(known.class_id, '') <> '' group by 1, 2
                    having count(*) >= {SHRINK_ROWS}
                ) o
                where not exists (
                    select 1 from sighted s where s.observation_id = o.observation_id and s.scope_class_id = o.class_id
                )
                group by 1
            )
            select l.observation_id, l.removed, l.removed + coalesce(s.n, 0) as known
            from losers l
            left join still s using (observation_id)
            left join spread g using (observation_id)
            where l.observation_id in (select observation_id from observed where accepted = 0)
                and l.removed >= {SHRINK_ROWS}
                and (l.removed > {SHRINK_SHARE} * (l.removed + coalesce(s.n, 0)) or g.n > 0)
            order by l.taken_at, l.observation_id
            """
        ).fetchall()
        return [Shrinkage(str(name), table.name, int(removed), int(known)) for name, removed, known in rows]

    def write(self, target: Path) -> tuple[dict[str, int], list[Shrinkage]]:
        """Write every history table; return rows by table, or the first shrinkage met and nothing finished."""
        counts: dict[str, int] = {}
        for table in TABLES.values():
            if not self.landing.rows(table.name).exists():
                continue  # never read by anybody: no history to write, none to remove
            self._build_sighted(table)
            self._build_absences(table)
            for group, names in self._groups(table).items():
                self._build_versions(table, group, names)
                if group == CORE:
                    shrinking = self._shrinkage(table)
                    if shrinking:
                        return counts, shrinking
                counts[table.name if group == CORE else f"{table.name}__{group}"] = self._write_group(
                    table, group, names, target
                )
        self._write_statements(target)
        return counts, []

    def _write_statements(self, target: Path) -> None:
        path = target / "_statements" / f"{self.school_id}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.con.execute(
            f"""
            copy (
                select '{self.school_id}' as school_id, o.observation_id, o.system, o.export_kind, o.taken_at,
                    s.table_name, s.columns, s.class_id, s.subject_id, s.pupil_id, s.date_from, s.date_to, s.complete
                from stated s join observed o using (content)
                order by o.taken_at, o.observation_id, s.table_name, s.class_id, s.pupil_id
            ) to {literal(path)} (format parquet, compression zstd)
            """
        )


def _carries(column: str, names: tuple[str, ...]) -> str:
    """SQL: a statement's column list carries a field group ('' carries all)."""
    tests = " or ".join(f"list_contains(string_split({column}, ';'), '{name}')" for name in names)
    return f"({column} = '' or {tests})"


def _year_sql(day: str) -> str:
    first = f"(year({day}) - case when month({day}) < 9 then 1 else 0 end)"
    return f"({first} || '/' || ({first} + 1))"


def write_history(landing: Landing, school_id: str, target: Path) -> tuple[dict[str, int], list[Shrinkage]]:
    """Work out and write the history of a school. Returns (rows by history table, shrinkage that stops it)."""
    history = SchoolHistory(landing, school_id)
    try:
        return history.write(target)
    finally:
        history.close()
