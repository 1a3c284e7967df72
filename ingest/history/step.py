"""One step of history: a group of observations, later than all before, applied to one history table.

What is known of a record before the step is its newest version and what `seen` keeps; the observations of the step
add *events*: a source (system and export kind) shows the record, or a complete statement of a source that has shown
it before covers it without showing it. A record is there while any source that showed it has not taken it back, and
its value is the one shown last. Events that show it, and events that leave it gone, bound what comes next from below:

    known_from   first event with the value
    known_to     first event with another value or none
    not_before   newest earlier event, so that the value was entered in (not_before, known_from]

A source that shows a record for the first time has also proved, by its earlier complete statements that covered it,
that the record was not there. Only records that the step may change are looked at one by one; the others are passed
over by comparing hashes of keys and values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ingest.contract import CORE, DUCKDB
from ingest.history.coverage import RECORD, carries, covered, names_periods, names_years, speaking
from ingest.history.layout import Files, HistoryTable
from warehouse.store import literal

KEY = "academic_year, row_key"
_PLAIN = "hive_partitioning = false"
SHRINK_SHARE = 0.10
SHRINK_ROWS = 20


@dataclass(frozen=True)
class Shrinkage:
    """An observation that would remove `removed` of `known` rows of `table`."""

    observation_id: str
    table: str
    removed: int
    known: int


@dataclass
class Written:
    """Files made by a step, waiting to be moved to their places."""

    moves: list[tuple[Path, Path]] = field(default_factory=list)

    def part(self, target: Path) -> Path:
        """A place to write to; the file moves to `target` at `commit`."""
        target.parent.mkdir(parents=True, exist_ok=True)
        waiting = target.with_suffix(".part")
        self.moves.append((waiting, target))
        return waiting

    def commit(self) -> None:
        """Move everything to its place."""
        for waiting, target in self.moves:
            waiting.replace(target)
        self.moves.clear()

    def discard(self) -> None:
        """Drop everything."""
        for waiting, _ in self.moves:
            waiting.unlink(missing_ok=True)
        self.moves.clear()


class Step:
    """Applies the observations of `observed_now` to one history table.

    The connection holds `sight` (a table or view of all sightings of the canonical table in this step), `spoken`
    (every complete statement at every observation), `named` and `observed_now`.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        files: Files,
        table: HistoryTable,
        written: Written,
        unsaid: set[str] | None = None,
        *,
        unique: bool = False,
    ) -> None:
        """Take the step for one table.

        unsaid: columns that some observation of the step does not carry. unique: a record is shown once by one
        observation, for certain.
        """
        self.unique = unique
        self.con = con
        self.unsaid = {*(unsaid or ())} & {*table.fields}
        self.files = files
        self.table = table
        self.written = written
        self.number = files.next_number(table.name)

    def run(self) -> list[Shrinkage]:
        """Find what the step changes and write it; returns observations that remove too much."""
        self._relations()
        if self._first_export():
            return []
        self._find_affected()
        if not self._count("select count(*) from affected"):
            self._note_unchanged()
            return []
        self._load_state()
        self._make_events()
        self._find_changes()
        shrinking = self._shrinking() if self.table.group == CORE else []
        if not shrinking:
            self._write_versions("opened")
            self._write_closings()
            self._write_seen()
        return shrinking

    # What there is

    def _relations(self) -> None:
        table = self.table
        only = ""
        if table.group != CORE:
            only = (
                " where observation_id in (select observation_id from carried"
                f" where table_name = '{table.table.name}' and {carries('columns', table)})"
            )
        self.filled = {str(row[0]) for row in self.con.execute("describe sight").fetchall()}
        versions = self.files.versions(table.name)
        closings = self.files.closings(table.name)
        self.known = bool(versions)
        shown = ", ".join(f"{table.scope(part)} as {part}" for part in RECORD[:4])
        period = "v.period_id" if "period_id" in table.key else "''"
        base = (
            f"select v.school_id, v.academic_year, v.row_key, v._key_hash as key_hash, v._digest as digest, v.system,"
            f" v.export_kind, v.known_from, v.known_to, {shown}, {period} as period_id"
        )
        if versions:
            listed = f"read_parquet([{', '.join(map(literal, versions))}], union_by_name = true, {_PLAIN})"
            self._view("kept", f"{base} from {listed} v")
        else:
            self._view("kept", f"{_EMPTY_VERSION} where false")
        if closings:
            listed = f"read_parquet([{', '.join(map(literal, closings))}], {_PLAIN})"
            self._view("ended", f"select academic_year, row_key, key_hash, known_from, known_to from {listed}")
        else:
            self._view("ended", "select academic_year, row_key, key_hash, known_from, known_to from kept where false")
        self._view(
            "open",
            "select * from kept k where known_to is null and not exists (select 1 from ended e"
            " where e.key_hash = k.key_hash and e.known_from = k.known_from and e.row_key = k.row_key)",
        )
        seen = self.files.seen(table.name)
        source = f"read_parquet({literal(seen)})" if seen.exists() else f"({_EMPTY_SEEN} where false)"
        self.con.execute(f"create or replace temp table seen as select * from {source}")
        filled = self._fill(only) if self.unsaid else False
        if not filled:
            self._view("sight_now", f"select *, {self._digest(self.filled)} as digest from sight{only}")
        self._view("speaking_now", speaking(table, "observation_id in (select observation_id from observed_now)"))
        self.con.execute(
            "create or replace temp table speaking_all as "
            + speaking(table, "taken_at <= (select max(taken_at) from observed_now)")
        )

    def _view(self, name: str, sql: str) -> None:
        self.con.execute(f"drop view if exists {name}")
        self.con.execute(f"create temp view {name} as {sql}")

    def _table(self, name: str, sql: str) -> None:
        self.con.execute(f"create or replace temp table {name} as {sql}")

    def _count(self, sql: str) -> int:
        return int(self.con.execute(sql).fetchall()[0][0])

    def _digest(self, filled: set[str]) -> str:
        """SQL of the digest of a value; a column in which nothing stands adds nothing to it.

        Hashed twice: DuckDB mixes two hashes by xor alone, so that equal values in two columns would cancel out.
        """
        digest = "0::ubigint"
        for place, name in enumerate(self.table.fields):
            if name in filled:
                digest = f"xor({digest}, case when {name} is null then 0::ubigint else hash(hash({place}, {name})) end)"
        return digest

    def _fill(self, only: str) -> bool:
        """Make `sight_now` with what an observation does not carry taken from what was known: silence is no value."""
        names = sorted(self.unsaid)
        said = {
            name: f"case when not s.deleted and (s.{name} is not null or c.columns = ''"
            f" or list_contains(string_split(c.columns, ';'), '{name}')) then {{'v': s.{name}}} end"
            for name in names
        }
        kinds = {column.name: DUCKDB[column.kind] for column in self.table.table.columns}
        absent = "".join(f", null::{kinds[name]} as {name}" for name in names if name not in self.filled)
        told = ", ".join(f"{expression} as said_{name}" for name, expression in said.items())
        written = self.files.version_columns(self.table.name)
        base = ", ".join(f"{{'v': {f'v.{name}' if name in written else 'null'}}} as said_{name}" for name in names)
        filled = ", ".join(f"(last_value(said_{name} ignore nulls) over w).v as {name}" for name in names)
        versions = self.files.versions(self.table.name)
        known = ""
        if versions:
            listed = f"read_parquet([{', '.join(map(literal, versions))}], union_by_name = true, {_PLAIN})"
            known = f"""
                union all by name
                select {_keys("v")}, timestamp '1900-01-01' as taken_at, '' as observation_id, true as is_base, {base}
                from {listed} v
                semi join sight g on g.key_hash = v._key_hash and g.row_key = v.row_key
                qualify row_number() over (partition by {_keys("v")} order by v.known_from desc) = 1
            """
        self._table(
            "filled",
            f"""
            select * exclude (is_base, {", ".join(f"said_{name}" for name in names)}) replace ({filled})
            from (
                select s.*, false as is_base, {told}
                from (select *{absent} from sight{only}) s
                left join carried c on c.table_name = '{self.table.table.name}' and c.observation_id = s.observation_id
                {known}
            )
            window w as (
                partition by {KEY} order by taken_at, observation_id desc
                rows between unbounded preceding and current row
            )
            qualify not is_base
            """,
        )
        self.filled |= self.unsaid
        self._view("sight_now", f"select *, {self._digest(self.filled)} as digest from filled")
        return True

    # A first export

    def _first_export(self) -> bool:
        """Write the first export of a table straight to its place; False where it is not that simple."""
        if self.known or self._count("select count(*) from observed_now") != 1:
            return False
        earlier = self._count(
            "select count(*) from speaking_all s join observed_now o using (system, export_kind)"
            " where s.taken_at < o.taken_at"
        )
        if earlier or self._count("select count(*) from (select 1 from sight where deleted limit 1)"):
            return False
        if not self.unique and self._count("select count(*) - count(distinct key_hash) from sight_now"):
            return False
        self._view(
            "first_versions",
            "select *, taken_at as known_from, null::timestamp as known_to, null::timestamp as not_before"
            " from sight_now",
        )
        self._write_versions("first_versions")
        self._table("affected", f"select {KEY}, key_hash from sight_now where false")
        self._note_unchanged()
        return True

    # What the step may change

    def _find_affected(self) -> None:
        """`affected`: records that may change; `sight_affected`: all that the step shows of them.

        Hashes alone decide who is looked at: two narrow columns of what may be millions of sightings.
        """
        has_seen = bool(self._count("select count(*) from (select 1 from seen limit 1)"))
        self._view("standing", _STANDING if has_seen else "select * from open")
        known = "o.system = g.system and o.export_kind = g.export_kind"
        if has_seen:
            known = (
                "coalesce((select bool_or(q.present) from seen q where q.key_hash = g.key_hash"
                f" and q.system = g.system and q.export_kind = g.export_kind), {known})"
            )
        changed = f"o.key_hash is null or g.deleted or o.digest <> g.digest or not ({known})"
        same = "open o on g.key_hash = o.key_hash"
        if self._tells_of_all():
            # One pass over both; what is kept is the small side to build on, however many rows are shown.
            self.con.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
            self._table(
                "met",
                "select g.*, case when g.key_hash is null then o.key_hash end as unseen_hash"
                f" from sight_now g full join {same} where g.key_hash is null or {changed}",
            )
            self.con.execute("set disabled_optimizers = ''")
            standing = (
                "(select * from standing semi join (select unseen_hash as key_hash from met"
                " where unseen_hash is not null) using (key_hash))"
            )
            unseen = "true"
        else:
            self._table("met", f"select g.*, null::ubigint as unseen_hash from sight_now g left join {same}"
                        f" where {changed}")  # fmt: skip
            standing = "standing"
            unseen = (
                "not exists (select 1 from sight_now g"
                " where g.key_hash = k.key_hash and g.observation_id = s.observation_id)"
            )
        self._table(
            "gone",
            covered(
                self.table.table, standing, "speaking_now", f"{_keys('k')}, k.key_hash",
                f"s.system = k.system and s.export_kind = k.export_kind and {unseen}",
            ),
        )  # fmt: skip
        self._table("affected", f"select {KEY}, key_hash from met where unseen_hash is null"
                    f" union select {KEY}, key_hash from gone")  # fmt: skip
        alone = self._count("select count(*) from observed_now") == 1
        everything = "select * exclude (unseen_hash) from met where unseen_hash is null"
        self._table(
            "sight_affected",
            everything if alone else f"select s.* from sight_now s semi join affected using ({KEY})",
        )

    def _tells_of_all(self) -> bool:
        """Say whether the step is one observation that is complete about the whole school: what it lacks is gone."""
        whole = "class_id = '' and subject_id = '' and pupil_id = '' and date_from is null and date_to is null"
        return (
            self._count("select count(*) from observed_now") == 1
            and self._count(f"select count(*) from speaking_now where {whole}") > 0
        )

    def _load_state(self) -> None:
        """`state`: newest version of each affected record; `lanes`: what each source said of it last."""
        self._table(
            "newest",
            """
            select a.academic_year, a.row_key, v.* exclude (academic_year, row_key, known_to, school_id, key_hash),
                coalesce(v.known_to, e.known_to) as known_to
            from affected a
            join kept v on v.key_hash = a.key_hash and v.row_key = a.row_key and v.academic_year = a.academic_year
            left join ended e
                on e.key_hash = v.key_hash and e.row_key = v.row_key and e.academic_year = v.academic_year
                and e.known_from = v.known_from
            qualify row_number() over (partition by a.academic_year, a.row_key order by v.known_from desc) = 1
            """,
        )
        self._table(
            "lanes",
            f"""
            select {_keys("q")}, q.system, q.export_kind, q.present, q.event
            from seen q semi join affected a on q.key_hash = a.key_hash and q.row_key = a.row_key
            union all
            select {_keys("n")}, n.system, n.export_kind, n.known_to is null, null
            from newest n anti join seen q
                on q.academic_year = n.academic_year and q.row_key = n.row_key and q.system = n.system
                and q.export_kind = n.export_kind
            """,
        )
        # What complete statements before the step proved: the value stood still, or the record was still gone.
        proved = covered(
            self.table.table,
            "(select n.* replace (l.system as system, l.export_kind as export_kind) from newest n"
            f" join lanes l using ({KEY}) where l.present or n.known_to is not null)",
            f"({_newest_statements(self.table)})",
            f"{_keys('k')}, s.taken_at",
            "s.system = k.system and s.export_kind = k.export_kind",
        )
        self._table(
            "state",
            f"""
            with proved as (select {KEY}, max(taken_at) as taken_at from ({proved}) group by {KEY}),
            noted as (
                select {KEY}, max(event) as event, count(*) filter (where present) as n_present
                from lanes group by {KEY}
            )
            select a.academic_year, a.row_key, n.known_from, n.known_to is null and n.known_from is not null as present,
                n.digest, coalesce(d.n_present, 0) as n_present,
                greatest(n.known_from, n.known_to, d.event, p.taken_at) as event
            from affected a
            left join newest n using ({KEY})
            left join noted d using ({KEY})
            left join proved p using ({KEY})
            """,
        )

    # Events and changes

    def _make_events(self) -> None:
        record = ", ".join(
            f"scope_{part} as {part}" if part != "period_id" else f"{self._period('s')} as period_id" for part in RECORD
        )
        self._table(
            "spans",
            f"""
            select *, lead(from_at) over (partition by {KEY} order by from_at nulls first) as to_at
            from (
                select {_keys("n")}, null::timestamp as from_at, {", ".join(RECORD)} from newest n
                union all
                select {_keys("s")}, s.taken_at, {record} from sight_affected s
                qualify row_number() over (partition by {KEY}, s.taken_at order by s.observation_id) = 1
            )
            """,
        )
        self._table(
            "first_words",
            f"select {KEY}, system, export_kind, min(taken_at) as taken_at, false as known from sight_affected"
            f" group by {KEY}, system, export_kind",
        )
        # A source can take back only what it has shown.
        absent = covered(
            self.table.table,
            "spans",
            "speaking_now",
            f"{_keys('k')}, s.system, s.export_kind, s.taken_at, s.observation_id",
            "(k.from_at is null or s.taken_at > k.from_at) and (k.to_at is null or s.taken_at <= k.to_at)",
        )
        self._table(
            "events",
            f"""
            with absent as (select distinct * from ({absent})),
            shown_before as (
                select {KEY}, system, export_kind, null::timestamp as taken_at from lanes
                union all select {KEY}, system, export_kind, taken_at from first_words
            )
            select {_keys("s")}, s.system, s.export_kind, s.taken_at, s.observation_id, not s.deleted as present,
                s.digest
            from sight_affected s
            union all
            select {_keys("b")}, b.system, b.export_kind, b.taken_at, b.observation_id, false, null
            from absent b
            where exists (
                select 1 from shown_before f
                where f.academic_year = b.academic_year and f.row_key = b.row_key and f.system = b.system
                    and f.export_kind = b.export_kind and (f.taken_at is null or f.taken_at < b.taken_at)
            ) and not exists (
                select 1 from sight_affected g
                where g.academic_year = b.academic_year and g.row_key = b.row_key
                    and g.observation_id = b.observation_id
            )
            """,
        )

    def _period(self, alias: str) -> str:
        return f"{alias}.period_id" if "period_id" in self.table.key else "''"

    def _find_changes(self) -> None:
        self._table(
            "lane_events",
            f"""
            with told as (
                select {KEY}, system, export_kind, taken_at, max(present::integer) as present
                from events group by {KEY}, system, export_kind, taken_at
            )
            select t.*, t.present - coalesce(
                lag(t.present) over (
                    partition by t.academic_year, t.row_key, t.system, t.export_kind order by t.taken_at
                ),
                l.present::integer, 0
            ) as delta, l.row_key is null and t.taken_at = f.taken_at as is_first_word
            from told t
            left join lanes l using ({KEY}, system, export_kind)
            left join first_words f using ({KEY}, system, export_kind)
            """,
        )
        record = ", ".join(RECORD)
        before = covered(
            self.table.table,
            f"""(
                with words as (
                    select {KEY}, system, export_kind, taken_at from lane_events where is_first_word
                    union
                    -- Of what never stood, nothing but statements tells how long it was not there.
                    select {KEY}, l.system, l.export_kind, f.taken_at
                    from (select {KEY}, min(taken_at) as taken_at from first_words group by {KEY}) f
                    anti join newest using ({KEY})
                    join lanes l using ({KEY})
                )
                select {_keys("e")}, e.system, e.export_kind, e.taken_at, {record}
                from words e join spans p
                    on p.academic_year = e.academic_year and p.row_key = e.row_key and p.from_at = e.taken_at
            )""",
            "speaking_all",
            f"{_keys('k')}, k.taken_at, s.taken_at as spoken_at",
            "s.system = k.system and s.export_kind = k.export_kind and s.taken_at < k.taken_at",
        )
        self._table(
            "kept_events",
            f"""
            with moments as (
                select {KEY}, taken_at,
                    min(observation_id) filter (where present) as shown_by,
                    min(observation_id) filter (where not present) as gone_by,
                    min_by(digest, (observation_id, digest)) filter (where present) as digest
                from events group by {KEY}, taken_at
            ),
            deltas as (select {KEY}, taken_at, sum(delta) as delta from lane_events group by {KEY}, taken_at),
            counted as (
                select m.*, s.n_present + sum(d.delta) over (
                    partition by m.academic_year, m.row_key order by m.taken_at
                ) as n_present
                from moments m join deltas d using ({KEY}, taken_at) join state s using ({KEY})
            )
            select *, n_present > 0 as present from counted where shown_by is not null or n_present <= 0
            """,
        )
        self._table(
            "changes",
            f"""
            with before as (
                select {KEY}, taken_at, max(spoken_at) as spoken_at from ({before}) group by {KEY}, taken_at
            ),
            compared as (
                select k.*, s.known_from as open_from, s.present as open_before,
                    coalesce(lag(k.taken_at) over w, s.event) as before_at,
                    coalesce(lag(k.present) over w, s.present) as was_present,
                    case when lag(k.taken_at) over w is null then s.digest else lag(k.digest) over w end as was_digest
                from kept_events k join state s using ({KEY})
                window w as (partition by k.academic_year, k.row_key order by k.taken_at)
            ),
            changed as (
                select * from compared
                where present <> was_present or (present and digest is distinct from was_digest)
            )
            select c.*, lead(c.taken_at) over v as known_to, row_number() over v as place,
                case when c.was_present then c.before_at else greatest(c.before_at, b.spoken_at) end as not_before
            from changed c left join before b using ({KEY}, taken_at)
            window v as (partition by c.academic_year, c.row_key order by c.taken_at)
            """,
        )
        self._view(
            "opened",
            f"""
            select s.*, c.taken_at as known_from, c.known_to, c.not_before
            from changes c
            join (
                select * from sight_affected
                qualify row_number() over (partition by {KEY}, observation_id order by digest) = 1
            ) s
                on s.academic_year = c.academic_year and s.row_key = c.row_key and s.observation_id = c.shown_by
            where c.present
            """,
        )

    def _shrinking(self) -> list[Shrinkage]:
        """Observations whose complete statements remove too much of what was known of their scope."""
        if self._count("select count(*) from changes where was_present and not present") < SHRINK_ROWS:
            return []
        rows = self.con.execute(
            f"""
            with removed as (
                select c.gone_by as observation_id, c.taken_at, p.class_id
                from changes c asof join spans p
                    on p.academic_year = c.academic_year and p.row_key = c.row_key
                    and c.taken_at > coalesce(p.from_at, timestamp '1900-01-01')
                where not c.present and c.was_present
            ),
            losers as (
                select observation_id, min(taken_at) as taken_at, count(*) as removed from removed group by 1
            ),
            still as (
                select s.observation_id, count(distinct s.key_hash) as n
                from sight_now s where s.observation_id in (select observation_id from losers) group by 1
            ),
            emptied as (
                select r.observation_id, r.class_id from removed r
                where r.class_id <> '' group by 1, 2 having count(*) >= {SHRINK_ROWS}
            ),
            spread as (
                select distinct e.observation_id from emptied e
                where not exists (
                    select 1 from sight_now s
                    where s.observation_id = e.observation_id and s.scope_class_id = e.class_id
                )
            )
            select l.observation_id, l.removed, l.removed + coalesce(s.n, 0) as known
            from losers l left join still s using (observation_id) left join spread g using (observation_id)
            where l.observation_id in (select observation_id from observed_now where accepted = 0)
                and l.removed >= {SHRINK_ROWS}
                and (l.removed > {SHRINK_SHARE} * (l.removed + coalesce(s.n, 0)) or g.observation_id is not null)
            order by l.taken_at, l.observation_id
            """
        ).fetchall()
        return [Shrinkage(str(one), self.table.table.name, int(removed), int(known)) for one, removed, known in rows]

    # What is written

    def _write_versions(self, relation: str) -> None:
        """Write versions year by year; columns in which nothing stands are left out."""
        table = self.table
        hidden = ", ".join(f"{source} as {name}" for name, source in table.hidden.items())
        columns = ", ".join(name for name in table.shown if name in self.filled)
        years = self.con.execute(f"select distinct academic_year from {relation} order by 1").fetchall()
        for (year,) in years:
            part = self.written.part(self.files.version_part(table.name, year, self.number))
            only = "" if len(years) == 1 else f" where academic_year = {literal(year)}"
            self.con.execute(
                f"copy (select {literal(self.files.school_id)} as school_id, academic_year, row_key, {columns},"
                " system, export_kind, observation_id, known_from, known_to, not_before, "
                f"{hidden} from {relation}{only}) to {literal(part)} (format parquet, compression zstd)"
            )

    def _write_closings(self) -> None:
        """Ends of versions that earlier steps wrote: the first change of a record that stood open."""
        closed = (
            f"select {literal(self.files.school_id)} as school_id, c.academic_year, c.row_key, a.key_hash,"
            f" c.open_from as known_from, c.taken_at as known_to from changes c join affected a using ({KEY})"
            " where c.place = 1 and c.open_before"
        )
        if self._count(f"select count(*) from ({closed})"):
            part = self.written.part(self.files.closing_part(self.table.name, self.number))
            self.con.execute(f"copy ({closed}) to {literal(part)} (format parquet, compression zstd)")

    def _write_seen(self) -> None:
        """Note what versions and complete statements of the whole school will not tell the next step."""
        self._find_partly_told()
        self._table(
            "told",
            f"""
            with last_words as (
                select {KEY}, system, export_kind, max_by(present, taken_at) = 1 as present
                from lane_events group by {KEY}, system, export_kind
            ),
            last_events as (select {KEY}, max(taken_at) as event from kept_events group by {KEY}),
            opened_now as (select distinct {KEY} from changes where present),
            noted as (select distinct {KEY} from partly union select distinct {KEY} from seen),
            now as (
                select {KEY}, system, export_kind, coalesce(w.present, l.present) as present,
                    count(*) over (partition by {KEY}) as n_lanes
                from last_words w full join lanes l using ({KEY}, system, export_kind)
            )
            select {_keys("n")}, a.key_hash, n.system, n.export_kind, n.present, coalesce(e.event, s.event) as event
            from now n
            join affected a using ({KEY})
            join state s using ({KEY})
            left join last_events e using ({KEY})
            left join opened_now o using ({KEY})
            left join noted q using ({KEY})
            where n.n_lanes > 1 or q.row_key is not null or (s.known_from is null and o.row_key is null)
            union all
            {_UNCHANGED}
            """,
        )
        self._save_seen()

    def _note_unchanged(self) -> None:
        """Note sightings of what stands as it stood."""
        self._find_partly_told()
        self._table("told", _UNCHANGED)
        self._save_seen()

    def _save_seen(self) -> None:
        if self._count("select count(*) from told"):
            part = self.written.part(self.files.seen(self.table.name))
            self.con.execute(
                "copy (select * from told union all by name"
                f" select * from seen q anti join told t using ({KEY}, system, export_kind)) to {literal(part)}"
                " (format parquet, compression zstd)"
            )

    def _find_partly_told(self) -> None:
        """`partly`: sightings that no complete statement about the whole school stands behind."""
        whole = "s.class_id = '' and s.subject_id = '' and s.pupil_id = ''"
        undated = "s.date_from is null and s.date_to is null"
        partly = f"select {_keys('g')}, g.key_hash, g.system, g.export_kind, g.taken_at from sight_now g where "
        if not self._count(
            "select count(*) from observed_now o where not exists (select 1 from speaking_now s"
            f" where s.observation_id = o.observation_id and {whole} and {undated})"
        ):
            self._table("partly", f"{partly} false")
            return
        inside = "true"
        if self.table.table.date_column or self.table.table.by_lesson:
            inside = "(s.date_from is null or g.scope_date >= s.date_from)"
            inside += " and (s.date_to is null or g.scope_date <= s.date_to)"
        self._table(
            "partly",
            f"{partly} not exists (select 1 from speaking_now s where s.observation_id = g.observation_id"
            f" and {whole} and {inside})",
        )


_STANDING = (
    "select o.* from open o where not exists (select 1 from seen q where q.key_hash = o.key_hash"
    " and q.row_key = o.row_key and q.system = o.system and q.export_kind = o.export_kind and not q.present)"
    " union all select o.* replace (q.system as system, q.export_kind as export_kind)"
    " from open o join seen q on q.key_hash = o.key_hash and q.row_key = o.row_key"
    " where q.present and (q.system <> o.system or q.export_kind <> o.export_kind)"
)
_UNCHANGED = (
    f"select {KEY}, any_value(key_hash) as key_hash, system, export_kind, true as present, max(taken_at) as event"
    f" from partly p anti join affected a using ({KEY}) group by {KEY}, system, export_kind"
)


def _keys(alias: str) -> str:
    return f"{alias}.academic_year, {alias}.row_key"


def _newest_statements(table: HistoryTable) -> str:
    """SQL of the newest complete statement before the step for each scope."""
    where = "taken_at < (select min(taken_at) from observed_now)"
    if names_periods(table.table) or names_years(table.table):
        return f"select * from speaking_all where {where}"  # each observation names periods and years of its own
    scope = "system, export_kind, class_id, subject_id, pupil_id, date_from, date_to"
    return f"select {scope}, max(taken_at) as taken_at from speaking_all where {where} group by {scope}"


_EMPTY_VERSION = (
    "select '' as school_id, '' as academic_year, '' as row_key, 0::ubigint as key_hash, 0::ubigint as digest,"
    " '' as system, '' as export_kind, null::timestamp as known_from, null::timestamp as known_to, '' as class_id,"
    " '' as subject_id, '' as pupil_id, null::date as date, '' as period_id"
)
_EMPTY_SEEN = (
    "select '' as academic_year, '' as row_key, 0::ubigint as key_hash, '' as system, '' as export_kind,"
    " false as present, null::timestamp as event"
)
