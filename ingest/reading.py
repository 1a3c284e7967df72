"""What a reader is given and what it gives back: plain values, no store, no state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

import polars as pl

from ingest.large_files import LargeFile


@dataclass(frozen=True)
class Export:
    """One export as handed in: a file, or a folder or archive that holds `manifest.*`.

    name: how to tell a person where it is («inbox/7А.zip → Иванов.xls»).
    files: relative name → bytes; a single file has one entry. large: text tables that stay on disk.
    """

    name: str
    files: Mapping[str, bytes]
    large: Mapping[str, LargeFile] = field(default_factory=dict)

    @property
    def single(self) -> bytes | None:
        """The bytes of a one-file export, else None."""
        return next(iter(self.files.values())) if len(self.files) == 1 and not self.large else None


@dataclass(frozen=True)
class Statement:
    """What an export says about a scope; empty scope parts mean all.

    columns: canonical columns carried; empty = all. complete: a known row of the scope that is not
    in the export is gone.
    """

    table: str
    columns: tuple[str, ...] = ()
    class_id: str = ""
    subject_id: str = ""
    pupil_id: str = ""
    date_from: date | None = None
    date_to: date | None = None
    complete: bool = False


@dataclass(frozen=True)
class Rejected:
    """One cell or row that was not understood: where it stands, its raw text, why, and what to do.

    `reason` and `advice` are Russian and hold no names of people.
    """

    table: str
    address: str
    raw: str
    reason: str
    advice: str = ""


@dataclass(frozen=True)
class Person:
    """A pupil or a teacher as one export shows him; ingest turns `placeholder` into an id.

    role: `pupil` or `teacher`. placeholder: what stands in the rows' id columns; begins with `~`. full_name:
    folded for comparing, '' where the source shows none. class_id, academic_year: of a pupil, '' when unknown.
    external_id: the id that the journal itself gives him, '' where it prints names only.
    """

    role: Literal["pupil", "teacher"]
    placeholder: str
    full_name: str
    class_id: str = ""
    academic_year: str = ""
    external_id: str = ""


Whole = Literal["pupil", "subject", "class", "school"]
"""The scope of which an export tells everything."""


@dataclass(frozen=True)
class ExportKind:
    """What one kind of export carries, as its reader declares it; `docs/systems.md` is made from these.

    title: what the journal calls it (Russian). scope: how much one file holds. carries: table → the columns
    that the kind can fill. entry_times: table → how precisely the moment of entry is told. lists_lessons: every
    held lesson is named, also one without a record. evidence: how the layout is known – a real file, code of
    programs that read it, documentation, our own format, or an example that no real file has confirmed. complete:
    table → the scope of which a whole export tells everything, so that what is not in it is not in the journal;
    answers of interfaces are whole only where their manifest says so.
    """

    system: str
    export_kind: str
    title: str
    scope: Literal["pupil", "class", "school"]
    carries: Mapping[str, tuple[str, ...]]
    entry_times: Mapping[str, Literal["moment", "day"]] = field(default_factory=dict)
    lists_lessons: bool = False
    evidence: Literal["file", "code", "doc", "own", "example"] = "code"
    complete: Mapping[str, Whole] = field(default_factory=dict)


@dataclass
class Reading:
    """The canonical content of one export.

    tables: table name → frame with any subset of the contract's columns, typed by the contract.
    taken_at: moment the source says the export was taken, wall time, or None.
    school_id: given by the export itself; school_name: printed, to be mapped by settings.
    warnings: findings about the file that lose nothing (a mean that does not reconcile), as `Rejected`.
    """

    system: str
    export_kind: str
    reader: str
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[Rejected] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    school_id: str = ""
    school_name: str = ""
    taken_at: datetime | None = None
    attendance_mode: str = "absences_only"
    system_version: str = ""


class UnreadableExportError(Exception):
    """An export that goes to quarantine whole: `reason` and `advice` in plain Russian, without names."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


Sink = Callable[[str, pl.DataFrame], None]
"""Takes typed rows of a canonical table while a large export is being read."""


class Reader(Protocol):
    """A module of `ingest.readers`: recognises an export by content and reads it."""

    NAME: str
    VERSION: int
    KINDS: tuple[ExportKind, ...]

    def recognise(self, export: Export) -> bool:
        """Say whether this reader knows the layout. Never raises."""
        ...

    def read(self, export: Export) -> Reading:
        """Read the whole export or raise `UnreadableExportError`."""
        ...
