"""Ingest, the verb: exports go in, observations, rows, history and a list of what waits come out."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from ingest import reading_pool, school_codes
from ingest.containers import Found, find_exports
from ingest.freshness import mark_up_to_date, up_to_date
from ingest.history import update_history
from ingest.holding import SHRINKS, Holds, waiting_name
from ingest.identity import settled_of
from ingest.landing import (
    HELD_BACK,
    LOADED,
    WITHDRAWN,
    Landing,
    LargeRows,
    Observation,
    Quarantined,
    observation_id,
    scope_of,
)
from ingest.reading import Export, Reading
from ingest.reading_pool import Job, Read, read_all
from ingest.registry import BY_NAME, versions
from ingest.shelves import write_shelves
from warehouse.language import gettext as _
from warehouse.registers import SYSTEM as REGISTER
from warehouse.registers.journal import Journal
from warehouse.settings import SCHOOL_ID, School, Settings

FLUSH_EVERY = 400
RETRIED_ALWAYS = "unknown_school"

Progress = Callable[[str, int, int], None]


@dataclass
class Outcome:
    """What one ingest did. `quarantined` holds only what was put aside or still waits."""

    loaded: int = 0
    repeated: int = 0
    rows: int = 0
    rejected: int = 0
    warnings: int = 0
    quarantined: list[Quarantined] = field(default_factory=list)
    schools: set[str] = field(default_factory=set)
    containers: dict[Path, bool] = field(default_factory=dict)
    first_taken: dict[Path, date] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Nothing was put aside and no row was rejected."""
        return not self.quarantined and not self.rejected


def _quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def ingest(
    settings: Settings,
    paths: Iterable[Path],
    *,
    taken_at: datetime | None = None,
    accept: Iterable[str] = (),
    progress: Progress = _quiet,
) -> Outcome:
    """Load exports into the home.

    taken_at: wall time for exports that do not tell their own. accept: quarantine ids of held-back
    observations to take in all the same. What waited for a school's name is tried again every time.
    """
    reading_pool.learn(settings.home)
    with settings.lock():
        settings.create()
        landing = Landing(settings.landing)
        try:
            load = _Load(settings, landing, taken_at, progress)
            return load.run([*paths, *load.new_entries()], set(accept))
        finally:
            landing.close()


class _Load:
    """One run of ingest."""

    def __init__(self, settings: Settings, landing: Landing, taken_at: datetime | None, progress: Progress) -> None:
        self.settings = settings
        self.landing = landing
        self.taken_at = taken_at
        self.progress = progress
        self.outcome = Outcome()
        self.kept: dict[Path, str] = {}
        self.batch = ""
        self.part = 0
        self.since_flush = 0
        self.readers, self.knows_more = "", False
        self.aside: set[str] = set()
        self.seen: set[str] = set()

    def new_entries(self) -> list[Path]:
        """Batches of the registers that were not read yet. Raises RegistersError where a journal is damaged."""
        return [
            path for school_id in self.settings.schools
            for path, batch in Journal(self.settings, school_id).kept()
            if self._reader_version(batch.digest) is None
        ]  # fmt: skip

    def run(self, paths: list[Path], accept: set[str]) -> Outcome:
        self.batch = self.landing.new_batch()
        with self.landing.transaction():
            total = _count_files(paths)
            for found, result in read_all(self._jobs(paths), self.settings.home):
                self._take(found, result)
                self.progress(_("Чтение выгрузок"), min(len(self.outcome.containers), total), total)
            if self._knows_more():
                self._read_rejected_again()
            self.landing.flush(self.batch, self.part)
            self._accept(accept)
        self._remember_readers()
        stale = {school for school in self._known_schools() if not up_to_date(self.settings, self.landing, school)}
        for done, school in enumerate(sorted(stale), start=1):
            self._update_history(school)
            self.progress(_("История записей"), done, len(stale))
        if stale or self.knows_more:
            write_shelves(self.landing, self.settings.history, school_codes.load(self.settings.home))
        self.outcome.schools = stale
        self.outcome.quarantined = [
            item for item in self.landing.waiting() if item.content in self.seen or item.quarantine_id in self.aside
        ]
        self._write_notes()
        return self.outcome

    # One export

    def _jobs(self, paths: list[Path]) -> Iterator[Job[Found]]:
        """Everything handed in, then what waits and is worth another try; known contents need no reading."""
        for found in find_exports(paths, skip=[self.settings.inbox / "done"]):
            self.seen.add(found.sha256)
            unread = found.problem is None and self._reader_version(found.sha256) is None
            yield Job(found, found.export if unread and not found.export.large else None)
        for found in self._retried():
            if found.sha256 not in self.seen:
                self.seen.add(found.sha256)
                yield Job(found, found.export)

    def _reader_version(self, content: str) -> tuple[str, str | None] | None:
        """(school, moment it tells) of a content that today's reader has read before."""
        known = self.landing.reader_of(content)
        if known is None or known[0] not in BY_NAME or known[1] != BY_NAME[known[0]].VERSION:
            return None
        return known[2], known[3]

    def _take(self, found: Found, result: Read | None) -> None:
        container = self._keep(found)
        fine = self.outcome.containers.get(found.path, True)
        try:
            if found.problem is not None:
                raise _WaitsError("unreadable", found.problem.reason, found.problem.advice)
            known = self._reader_version(found.sha256)
            if known is not None:
                self._observe_again(found, *known)
            elif found.export.large:
                self._take_large(found, container)
            elif result is not None and result.reading is not None:
                self._take_in(found, container, result.reading, result.version)
            elif result is not None:
                raise _WaitsError(result.cause, result.reason, result.advice)
        except _WaitsError as waits:
            self._aside(found, container, waits.cause, waits.reason, waits.advice)
            fine = False
        else:
            self.landing.release(found.sha256, found.export.name)
        self.outcome.containers[found.path] = fine

    def _take_in(self, found: Found, container: str, reading: Reading, version: int) -> None:
        if reading.system == REGISTER and not found.path.is_relative_to(self.settings.registers):
            raise _WaitsError(
                "unreadable", _("Это запись реестров, а не выгрузка."),
                _("Реестры вносят командой zavuch register add или книгой школы: zavuch workbook import."),
            )  # fmt: skip
        school = self._school(reading)
        reading.school_id = school.school_id
        taken_at, source = self._moment(reading.taken_at, found, school.school_id)
        name = found.export.name
        self.landing.add_content(found.sha256, container, name, name, reading, version, self.batch)
        self._observe(found, taken_at, source, scope_of(reading, school.school_id), school.school_id)
        self.outcome.rows += sum(frame.height for frame in reading.tables.values())
        self.outcome.rejected += len(reading.rejected)
        self.outcome.warnings += len(reading.warnings)
        self.since_flush += 1
        if self.since_flush >= FLUSH_EVERY:
            self.landing.flush(self.batch, self.part)
            self.part += 1
            self.since_flush = 0

    def _take_large(self, found: Found, container: str) -> None:
        """Read an export with tables too large to hold: their rows go to landing as they are read."""
        self.landing.flush(self.batch, self.part)
        self.part += 1
        rows = LargeRows(self.landing, self.batch, self.part, found.sha256)
        result = reading_pool.read(found.export, rows.take)
        self.part += rows.parts
        try:
            if result.reading is None:
                raise _WaitsError(result.cause, result.reason, result.advice)
            self._take_in(found, container, result.reading, result.version)
        except _WaitsError:
            rows.drop()
            raise
        self.landing.count_rows(found.sha256, rows.count)
        self.outcome.rows += rows.count

    def _observe_again(self, found: Found, school_id: str, told: str | None) -> None:
        """The same bytes once more: a new observation where the moment is new, else nothing."""
        taken_at, source = self._moment(datetime.fromisoformat(told) if told else None, found, school_id)
        scope = self.landing.ledger.execute(
            "select scope from observations where content = ? limit 1", [found.sha256]
        ).fetchone()
        self._observe(found, taken_at, source, scope[0] if scope else "", school_id)

    def _observe(self, found: Found, taken_at: datetime, source: str, scope: str, school_id: str) -> None:
        utc = taken_at.replace(tzinfo=self.settings.zone(school_id)).astimezone(UTC).replace(tzinfo=None)
        name = observation_id(found.sha256, taken_at)
        new = self.landing.add_observation(
            Observation(
                name, found.sha256, taken_at, utc, source, LOADED, scope=scope, loaded_at=self._now(taken_at, school_id)
            )
        )
        if new:
            self.outcome.loaded += 1
        else:
            self.outcome.repeated += 1
        self.outcome.first_taken.setdefault(found.path, taken_at.date())

    def _now(self, taken_at: datetime, school_id: str) -> datetime:
        """When an export is loaded: now; a demo plays exports as if each had been loaded when it was taken."""
        return taken_at if self.settings.demo else datetime.now(self.settings.zone(school_id)).replace(tzinfo=None)

    def _moment(self, told: datetime | None, found: Found, school_id: str) -> tuple[datetime, str]:
        """When the export was taken, and who says so."""
        if told is not None:
            return told, "export"
        if self.taken_at is not None:
            return self.taken_at, "command"
        local = datetime.fromtimestamp(found.mtime, tz=UTC).astimezone(self.settings.zone(school_id))
        return local.replace(tzinfo=None, microsecond=0), "file_time"

    def _school(self, reading: Reading) -> School:
        """The school of a reading; a printed name nobody mapped makes the export wait."""
        known = self.settings.schools
        if reading.school_id in known:
            return known[reading.school_id]
        if not reading.school_id and not reading.school_name and len(known) == 1:
            return next(iter(known.values()))  # an answer of an API names no school; this home has just one
        named = self.settings.school_of(reading.school_name) if reading.school_name else None
        if named is not None:
            return named
        if reading.school_id and SCHOOL_ID.fullmatch(reading.school_id) and not reading.school_name:
            hint = f'zavuch school add {reading.school_id} --name "…"'
            printed = reading.school_id
        else:
            printed = reading.school_name or reading.school_id or _("не указана")
            code = reading.school_id if SCHOOL_ID.fullmatch(reading.school_id) else "КОД"
            hint = f"zavuch school add {code} --name {json.dumps(printed, ensure_ascii=False)}"
        if not reading.school_id and not reading.school_name:
            raise _WaitsError(
                RETRIED_ALWAYS,
                _("Выгрузка не называет школу, а внесено их несколько или ни одной."),
                _("Внесите школу (zavuch school add) или положите рядом с файлом manifest.json с её school_id."),
            )
        raise _WaitsError(
            RETRIED_ALWAYS,
            _("Школа выгрузки не внесена в настройки: {name}").format(name=printed),
            _("Внесите её: {command} – и повторите загрузку, файл загрузится сам.").format(command=hint),
        )

    # Containers and quarantine

    def _keep(self, found: Found) -> str:
        """Keep the bytes of what the export came in; a folder is kept as a zip."""
        if found.path not in self.kept:
            if found.export.large:
                self.kept[found.path] = self.landing.keep_folder(found.export.files, found.export.large)
            elif found.path.is_dir():
                packed = io.BytesIO()
                with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                    for name, data in sorted(found.export.files.items()):
                        archive.writestr(zipfile.ZipInfo(name), data)
                self.kept[found.path] = self.landing.keep(packed.getvalue())
            elif found.problem is not None and not found.export.files:
                self.kept[found.path] = ""  # nothing could or should be read of it
            else:
                self.kept[found.path] = self.landing.keep(found.path.read_bytes())
        return self.kept[found.path]

    def _aside(self, found: Found, container: str, cause: str, reason: str, advice: str) -> None:
        content = found.sha256 or hashlib.sha256(found.export.name.encode()).hexdigest()
        name = waiting_name(content, cause)
        self.landing.release(content)
        self.aside.add(name)
        self.landing.put_aside(
            Quarantined(name, content, container, found.export.name, cause, reason, advice, str(found.mtime))
        )

    def _knows_more(self) -> bool:
        """Say whether readers, profiles or codes are others than when this home last loaded anything."""
        stamp = self.settings.landing / "readers.txt"
        self.readers = f"{versions()} {school_codes.digest(self.settings.home)}"
        self.knows_more = not stamp.exists() or stamp.read_text(encoding="utf-8") != self.readers
        return self.knows_more

    def _remember_readers(self) -> None:
        (self.settings.landing / "readers.txt").write_text(self.readers, encoding="utf-8")

    def _read_rejected_again(self) -> None:
        """Read exports anew of which something was rejected: a new code or reader may understand it now."""
        for item in self.landing.partly_rejected():
            if item.content in self.seen or not item.container:
                continue
            for found in self._reopened(item, self.landing.blob(item.container)):
                known = self.landing.reader_of(item.content)
                if found.sha256 != item.content or found.export.large or known is None:
                    continue
                result = reading_pool.read(found.export)
                if result.reading is not None:
                    reading, name = result.reading, item.file_name
                    reading.school_id = known[2]
                    self.landing.add_content(
                        item.content, item.container, name, name, reading, result.version, self.batch
                    )
                    self.outcome.rejected += len(reading.rejected)

    def _retried(self) -> Iterator[Found]:
        """Waiting exports worth another try: school names always, layouts when the readers changed."""
        changed = self._knows_more()
        for item in self.landing.waiting():
            path = self.landing.blob(item.container) if item.container else None
            if path is None or not path.exists() or item.cause == SHRINKS:
                continue
            if item.cause != RETRIED_ALWAYS and not changed:
                continue
            for found in self._reopened(item, path):
                if found.sha256 == item.content or len(found.export.files) + len(found.export.large) > 1:
                    self.kept[path] = item.container
                    self.landing.release(item.content)
                    name = item.file_name
                    yield Found(
                        Export(name, found.export.files, found.export.large),
                        path,
                        float(item.seen or found.mtime),
                        item.content,
                        found.problem,
                    )

    def _reopened(self, item: Quarantined, path: Path) -> Iterable[Found]:
        """What landing keeps of a waiting export, as it was found."""
        stored = self.landing.stored_folder(item.container)
        if stored is None:
            return find_exports([path])
        files, large = stored
        return [Found(Export(item.file_name, files, large), path, float(item.seen or 0), item.content)]

    def _accept(self, ids: set[str]) -> None:
        """Take held-back observations in after all."""
        for item in self.landing.waiting():
            if item.quarantine_id in ids and item.cause == SHRINKS:
                rows = self.landing.ledger.execute(
                    "select observation_id from observations where content = ? and status = ?",
                    [item.content, HELD_BACK],
                ).fetchall()
                for (name,) in rows:
                    self.landing.set_status(name, LOADED, "", accepted=True)
                self.landing.settle(item.quarantine_id)

    # History

    def _known_schools(self) -> list[str]:
        rows = self.landing.ledger.execute("select distinct school_id from contents order by 1").fetchall()
        return [str(row[0]) for row in rows]

    def _update_history(self, school_id: str) -> None:
        """Bring the history of a school up to date; what would shrink it too much is held back."""
        settled = settled_of(self.settings.home, school_id)
        holds = Holds(self.landing, school_id)
        update_history(self.landing, school_id, self.settings.history, holds, settled)
        self.aside |= holds.aside
        mark_up_to_date(self.settings, self.landing, school_id)

    def _write_notes(self) -> None:
        """A readable list of what waits, beside the data."""
        lines = [
            f"{item.quarantine_id}  {item.file_name}\n    {item.reason}\n    {item.advice}\n"
            for item in self.landing.waiting()
        ]
        note = self.settings.quarantine / "ОЖИДАЕТ.txt"
        if lines:
            note.write_text("\n".join(lines), encoding="utf-8")
        else:
            note.unlink(missing_ok=True)


def _count_files(paths: list[Path]) -> int:
    """Files that will be looked at, for the progress bar."""
    return sum(1 if path.is_file() else sum(inner.is_file() for inner in path.rglob("*")) for path in paths)


class _WaitsError(Exception):
    """An export that waits in quarantine for a reader or a school."""

    def __init__(self, cause: str, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.cause, self.reason, self.advice = cause, reason, advice


def exclude(settings: Settings, observation: str, reason: str) -> bool:
    """Withdraw an observation (id or its beginning) and replay history without it; False where none is known."""
    with settings.lock():
        landing = Landing(settings.landing)
        try:
            with landing.transaction():
                rows = landing.ledger.execute(
                    "select observation_id from observations where observation_id like ? || '%'", [observation]
                ).fetchall()
                if len(rows) != 1:
                    return False
                landing.set_status(rows[0][0], WITHDRAWN, reason)
            run = _Load(settings, landing, None, _quiet)
            run.run([], set())
            return True
        finally:
            landing.close()
