"""The history of one school brought up to date, from landing.

Observations are applied in order of `taken_at`, in groups: what the last update knew is the beginning, and only
what is new is read. Where that is not possible – an export older than those applied, one withdrawn or read anew by
a better reader, a person or a lesson that turns out to be another – the history is made again from the first
observation, by the same steps. So it is a function of the set of observations, never of the order of loading.

An observation that would remove over 10 % (and at least 20) of the known rows of its scope, or every row of a class,
is held back, and the group is applied without it. Making history again judges every held-back observation anew.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import duckdb

from ingest.contract import CORE, TABLES, Table
from ingest.history.coverage import names_periods, names_years
from ingest.history.layout import MANY_PARTS, Files, HistoryTable, history_tables
from ingest.history.sources import Sources, connect, year_sql
from ingest.history.step import Shrinkage, Step, Written
from ingest.identity import Settled
from ingest.landing import Landing
from warehouse.store import literal

HISTORY_VERSION = 3  # of what the files hold; a new one makes every history again
GROUP_ROWS = 2_000_000
NOTHING_SETTLED = Settled()


class Holds(Protocol):
    """Who keeps observations back: the ledger of landing."""

    def release(self) -> None:
        """Take every observation of the school that was held back and not accepted for loaded again."""
        ...

    def hold(self, shrinkage: Shrinkage) -> None:
        """Keep an observation back."""
        ...


@dataclass
class Updated:
    """What an update did. rows: versions written, by history table; rebuilt: history was made from the beginning."""

    rows: dict[str, int] = field(default_factory=dict)
    held: list[Shrinkage] = field(default_factory=list)
    rebuilt: bool = False


def update_history(
    landing: Landing, school_id: str, target: Path, holds: Holds, settled: Settled = NOTHING_SETTLED
) -> Updated:
    """Bring the history of a school under `target` up to date with the loaded observations of landing.

    settled: what a person has decided where exports do not tell who is who.
    """
    files = Files(target, school_id)
    scratch = files.root / "_scratch" / school_id
    try:
        done = _continued(landing, school_id, files, holds, settled, scratch)
        return done or _made_anew(landing, school_id, files, holds, settled, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _continued(
    landing: Landing, school_id: str, files: Files, holds: Holds, settled: Settled, scratch: Path
) -> Updated | None:
    """Apply what is new, or None where history has to be made anew."""
    if files.working.exists() or not files.applied.exists():
        return None
    with connect(scratch) as con:
        run = _Update(landing, school_id, files, con, holds, settled)
        return run.carry_out() if run.follows() else None


def _made_anew(
    landing: Landing, school_id: str, files: Files, holds: Holds, settled: Settled, scratch: Path
) -> Updated:
    holds.release()
    files.forget()
    with connect(scratch) as con:
        run = _Update(landing, school_id, files, con, holds, settled)
        run.begin()
        return run.carry_out()


class _Update:
    """One update in a private database."""

    def __init__(
        self,
        landing: Landing,
        school_id: str,
        files: Files,
        con: duckdb.DuckDBPyConnection,
        holds: Holds,
        settled: Settled,
    ) -> None:
        self.landing = landing
        self.files = files
        self.con = con
        self.holds = holds
        self.settled = settled
        self.sources = Sources(landing, school_id, con)
        self.done = Updated()
        self.tables = [table for table in history_tables() if landing.rows(table.table.name).exists()]
        self.stamp = {"version": HISTORY_VERSION, "engine": duckdb.__version__, "contract": _contract_digest()}

    # What is known and what is new

    def begin(self) -> None:
        """Load everything as new."""
        self.done.rebuilt = True
        self.sources.frame_of_applied({})
        self.who = self.sources.load_people(self.settled, None, "fresh")
        self.sources.load_lessons(None, "fresh")
        self._load_statements(None)

    def follows(self) -> bool:
        """Load what is known and what is new; False where what is new does not simply follow."""
        applied = self._applied()
        if applied is None:
            return False
        known = self.files.state
        self.sources.frame_of_applied(applied)
        older = "select max(taken_at) from observed semi join applied using (observation_id)"
        if self.con.execute(f"select 1 from fresh where taken_at <= ({older}) limit 1").fetchall():
            return False
        # What was held back is judged anew where something turns up before it.
        held = [moment for *_, moment in self.landing.held_back(self.files.school_id)]
        if held and self.con.execute("select 1 from fresh where taken_at <= ? limit 1", [max(held)]).fetchall():
            return False
        self.who = self.sources.load_people(self.settled, known, "fresh")
        if self.who.changed_since(known) or not self.sources.load_lessons(known, "fresh"):
            return False
        self._load_statements(known)
        return True

    def carry_out(self) -> Updated:
        """Apply everything new and write the state."""
        self.files.state.mkdir(parents=True, exist_ok=True)
        self.files.working.touch()
        self.apply_all()
        self.finish()
        self.files.working.unlink()
        return self.done

    def _applied(self) -> dict[str, list[object]] | None:
        """Observations applied so far, or None where one of them is gone or was read anew."""
        state = json.loads(self.files.applied.read_text(encoding="utf-8"))
        if state["stamp"] != self.stamp:
            return None
        applied: dict[str, list[object]] = state["observations"]
        current = {row[0]: list(row[1:]) for row in self._observations()}
        return applied if all(current.get(name) == facts for name, facts in applied.items()) else None

    def _observations(self) -> list[tuple[str, str, str, int]]:
        return self.con.execute("select observation_id, content, batch, accepted from observed").fetchall()

    def _load_statements(self, known: Path | None) -> None:
        self.con.execute(
            "create or replace table spoken as select o.observation_id, o.taken_at, o.system, o.export_kind, s.*"
            " from stated s join observed o using (content) where s.complete"
        )
        # One line an observation and table: what its statements carry together.
        self.con.execute(
            "create or replace table carried as select o.observation_id, s.table_name,"
            " case when bool_or(s.columns = '') then '' else string_agg(distinct s.columns, ';') end as columns"
            " from stated s join observed o using (content) group by 1, 2"
        )
        named = "table_name varchar, observation_id varchar, what varchar, value varchar"
        self.con.execute(f"create or replace table named ({named})")
        if known:
            self.con.execute(f"insert into named select * from read_parquet({literal(known / 'named.parquet')})")

    # Groups

    def apply_all(self) -> None:
        """Apply everything fresh, group by group."""
        for group in self._groups():
            waiting = set(group)
            while waiting and (shrinking := self._apply(waiting)):
                first = min(shrinking, key=lambda one: (self._taken_at(one.observation_id), one.observation_id))
                self.done.held.append(first)
                self.holds.hold(first)
                waiting.discard(first.observation_id)
                for table in ("observed", "spoken", "carried", "named"):
                    self.con.execute(f"delete from {table} where observation_id = ?", [first.observation_id])

    def _taken_at(self, observation: str) -> datetime:
        found = self.con.execute("select taken_at from observed where observation_id = ?", [observation]).fetchall()
        return found[0][0]  # type: ignore[no-any-return]

    def _groups(self) -> list[list[str]]:
        """Fresh observations in order of time, as many together as can be held; equal moments are never parted."""
        groups: list[list[str]] = []
        total, last = 0, None
        rows = self.con.execute("select observation_id, taken_at, n_rows from fresh order by taken_at, 1").fetchall()
        for name, taken_at, n_rows in rows:
            if not groups or (total + n_rows > GROUP_ROWS and taken_at != last):
                groups.append([])
                total = 0
            groups[-1].append(name)
            total, last = total + n_rows, taken_at
        return groups

    def _apply(self, group: set[str]) -> list[Shrinkage]:
        """Apply one group to every table; nothing is written where something shrinks too much."""
        self.con.execute("create or replace table observed_now as select * from observed limit 0")
        listed = ", ".join(map(literal, sorted(group)))
        self.con.execute(f"insert into observed_now select * from observed where observation_id in ({listed})")
        written = Written()
        shrinking: list[Shrinkage] = []
        try:
            for table in TABLES.values():
                mine = [one for one in self.tables if one.table is table]
                if mine and self._concerned(table):
                    shrinking += self._apply_table(table, mine, group, written)
            if shrinking:
                written.discard()
            else:
                written.commit()
        finally:
            written.discard()
        return shrinking

    def _concerned(self, table: Table) -> bool:
        """Say whether the group shows rows of the table or states it complete."""
        stated = (
            "select 1 from spoken where table_name = ? and observation_id in (select observation_id from observed_now)"
        )
        if self.con.execute(f"{stated} limit 1", [table.name]).fetchall():
            return True
        shown = f"select 1 from {self.sources.rows(table.name, 'observed_now')} r join observed_now o"
        return bool(self.con.execute(f"{shown} on r.content = o.content and r.batch = o.batch limit 1").fetchall())

    def _apply_table(
        self, table: Table, mine: list[HistoryTable], group: set[str], written: Written
    ) -> list[Shrinkage]:
        # One observation is read from landing where needed: it may be larger than memory.
        kind = "view" if len(group) == 1 else "table"
        for other in ("view", "table"):
            exists = self.con.execute(
                f"select 1 from duckdb_{other}s() where {other}_name = 'sight' and not internal"
            ).fetchall()
            if exists:
                self.con.execute(f"drop {other} sight")
        self.con.execute(f"create temp {kind} sight as {self.sources.sighted(table, 'observed_now')}")
        self._note_named(table)
        unsaid = self._unsaid(table)
        shrinking: list[Shrinkage] = []
        for one in mine:
            shrinking += Step(
                self.con, self.files, one, written, unsaid, unique=not self.sources.changes(table.key)
            ).run()
        return shrinking

    def _note_named(self, table: Table) -> None:
        """Note the periods and academic years that each observation of the group names."""
        now = "(select observation_id from observed_now)"
        self.con.execute(f"delete from named where table_name = ? and observation_id in {now}", [table.name])
        if names_periods(table):
            for source in {table.name, "periods"}:
                if "period_id" not in self.sources.filled(source, "observed_now"):
                    continue
                self.con.execute(
                    f"insert into named select distinct '{table.name}', o.observation_id, 'period',"
                    f" coalesce(r.period_id, '') from {self.sources.rows(source, 'observed_now')} r"
                    " join observed_now o on r.content = o.content and r.batch = o.batch"
                )
        if names_years(table):
            self.con.execute(
                f"insert into named select distinct '{table.name}', observation_id, 'year', academic_year from sight"
                f" union select distinct '{table.name}', observation_id, 'year', {year_sql('taken_at')} from spoken"
                f" where table_name = '{table.name}' and observation_id in {now}"
            )

    def _unsaid(self, table: Table) -> set[str]:
        """Columns that some export of the table carries and some observation of the group does not."""
        now = self.con.execute(
            "select distinct c.columns from observed_now o left join carried c"
            " on c.observation_id = o.observation_id and c.table_name = ?"
            " where o.observation_id in (select observation_id from sight)",
            [table.name],
        ).fetchall()
        ever = self.con.execute("select distinct columns from carried where table_name = ?", [table.name]).fetchall()
        known = {name for (columns,) in ever for name in (columns.split(";") if columns else table.names)}
        return {
            name
            for (columns,) in now
            if columns != ""
            for name in known - {*(columns or "").split(";")} - {*table.key, ""}
        }

    # The end

    def finish(self) -> None:
        """Write the state and the statements, and put together tables that lie in too many parts."""
        for table in self.tables:
            self._put_together(table)
            self.done.rows[table.name] = self._count_rows(table)
        state = self.files.state
        self.who.keep(self.files.root, state, self.files.school_id)
        for name in ("lesson_scope", "named"):
            self.con.execute(f"copy (select * from {name}) to {literal(state / f'{name}.parquet')} (format parquet)")
        applied = {row[0]: list(row[1:]) for row in self._observations()}
        waiting = state / "applied.part"
        waiting.write_text(json.dumps({"stamp": self.stamp, "observations": applied}), encoding="utf-8")
        waiting.replace(self.files.applied)
        self._write_statements()

    def _count_rows(self, table: HistoryTable) -> int:
        versions = self.files.versions(table.name)
        if not versions:
            return 0
        listed = ", ".join(map(literal, versions))
        return int(self.con.execute(f"select sum(num_rows) from parquet_file_metadata([{listed}])").fetchall()[0][0])

    def _put_together(self, table: HistoryTable) -> None:
        versions, closings = self.files.versions(table.name), self.files.closings(table.name)
        if len(versions) + len(closings) <= MANY_PARTS:
            return
        number = self.files.next_number(table.name)
        ends = "select '' as academic_year, '' as row_key, null::timestamp as known_from, null::timestamp as known_to"
        ends = f"({ends} where false)"
        if closings:
            ends = f"read_parquet([{', '.join(map(literal, closings))}], hive_partitioning = false)"
        by_folder: dict[Path, list[Path]] = {}
        for path in versions:
            by_folder.setdefault(path.parent, []).append(path)
        for folder, paths in by_folder.items():
            whole = folder / f"{number:06d}.parquet"
            listed = (
                f"read_parquet([{', '.join(map(literal, paths))}], union_by_name = true, hive_partitioning = false)"
            )
            self.con.execute(
                f"copy (select v.* replace (coalesce(v.known_to, e.known_to) as known_to) from {listed} v"
                f" left join {ends} e on e.academic_year = v.academic_year and e.row_key = v.row_key"
                f" and e.known_from = v.known_from) to {literal(whole.with_suffix('.part'))}"
                " (format parquet, compression zstd)"
            )
            whole.with_suffix(".part").replace(whole)
        for path in (*versions, *closings):
            path.unlink()

    def _write_statements(self) -> None:
        path = self.files.root / "_statements" / f"{self.files.school_id}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.con.execute(
            f"""
            copy (
                select '{self.files.school_id}' as school_id, o.observation_id, o.system, o.export_kind, o.taken_at,
                    s.table_name, s.columns, s.class_id, s.subject_id, s.pupil_id, s.date_from, s.date_to, s.complete
                from stated s join observed o using (content)
                order by o.taken_at, o.observation_id, s.table_name, s.class_id, s.pupil_id
            ) to {literal(path)} (format parquet, compression zstd)
            """
        )


def _contract_digest() -> str:
    """Digest of the columns whose values history compares."""
    shape = [(one.name, one.key, one.fields, one.shown) for one in history_tables()]
    return hashlib.sha256(repr((CORE, shape)).encode()).hexdigest()[:16]
