"""Reading many exports on all cores, in order.

Reading is pure (bytes in, rows out), so it may happen in other processes; what follows it – school, ledger,
history – happens in this one. A handful of exports is read here: starting processes costs more.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Generic, TypeVar

from ingest import school_codes
from ingest.readers import journal_csv
from ingest.reading import Export, Reading, Sink, UnreadableExportError
from ingest.registry import reader_for, use_profiles
from ingest.sniffing import explain_unknown

ALONE = 24
IN_FLIGHT = 16
MOST_PROCESSES = 4

T = TypeVar("T")


@dataclass(frozen=True)
class Read:
    """What came of reading one export: a reading, or the cause, reason and advice of its quarantine."""

    reading: Reading | None = None
    version: int = 0
    cause: str = ""
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True)
class Job(Generic[T]):
    """Something the caller wants back, and the export to read for it (None: nothing to read)."""

    tag: T
    export: Export | None


def read(export: Export, sink: Sink | None = None) -> Read:
    """Read one export with the reader that knows it; never raises for what the file holds.

    sink: where the rows of an export with tables too large to hold go.
    """
    try:
        reader = reader_for(export)
        if reader is None:
            unknown = explain_unknown(export)
            return Read(cause="unknown_layout", reason=unknown.reason, advice=unknown.advice)
        if reader is journal_csv and export.large:
            return Read(journal_csv.read(export, sink), journal_csv.VERSION)
        return Read(reader.read(export), reader.VERSION)
    except UnreadableExportError as error:
        return Read(cause="unreadable", reason=error.reason, advice=error.advice)


def learn(home: Path | None) -> None:
    """Let this process know the codes and profiles that a school added in its home; raises SettingsError."""
    school_codes.use(home)
    use_profiles(home / "profiles" if home else None)


def read_all(jobs: Iterable[Job[T]], home: Path | None = None) -> Iterator[tuple[T, Read | None]]:
    """Results in the order of the jobs; at most a few exports are held at once.

    home: whose codes and profiles other processes are to learn, None for those shipped; this one has learnt them.
    """
    stream = iter(jobs)
    few = list(islice(stream, ALONE))
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    if len(few) < ALONE or processes == 1:
        for job in chain(few, stream):
            yield job.tag, read(job.export) if job.export else None
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=learn, initargs=(home,)) as pool:
        waiting: deque[tuple[Job[T], Future[Read] | None]] = deque()
        for job in chain(few, stream):
            waiting.append((job, _submit(pool, job)))
            if len(waiting) >= IN_FLIGHT:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())


def _submit(pool: ProcessPoolExecutor, job: Job[T]) -> Future[Read] | None:
    if job.export is None:
        return None
    try:
        return pool.submit(read, job.export)
    except BrokenProcessPool:
        return None


def _result(job: Job[T], future: Future[Read] | None) -> tuple[T, Read | None]:
    """What a process found; read here where there are no processes to be had or one of them died."""
    if job.export is None:
        return job.tag, None
    if future is None:
        return job.tag, read(job.export)
    try:
        return job.tag, future.result()
    except BrokenProcessPool:
        return job.tag, read(job.export)
