"""The journal of registers: `registers/<school>/000001.json`, append-only, one file a batch of entries.

A batch has an author and the moment it was entered; a correction is a new entry of the same key, a removal one that is
taken back. Each batch holds the SHA-256 of the one before it, so that a changed or missing file is noticed. Ingest
reads the files like any export of a system called `register`.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse.chain import Chain
from warehouse.registers import SYSTEM
from warehouse.registers.definitions import REGISTERS
from warehouse.registers.entries import Entry, Key
from warehouse.settings import Settings, SettingsError

FORMAT = 1


class RegistersError(SettingsError):
    """The journal cannot be read or written; the text is Russian, says which file, why and what to do."""


@dataclass(frozen=True)
class Batch:
    """Entries that one person made at one moment. how: `workbook`, `command` or `page`. Moments are wall time."""

    number: int
    school_id: str
    author: str
    entered_at: datetime
    how: str
    entries: tuple[Entry, ...]
    digest: str


@dataclass(frozen=True)
class Standing:
    """An entry that stands, and who entered it when."""

    entry: Entry
    batch: Batch


class Journal:
    """The registers of one school."""

    def __init__(self, settings: Settings, school_id: str) -> None:
        self._settings = settings
        self.school_id = school_id
        self.folder = settings.registers / school_id
        self._chain = Chain(self.folder, settings.registers.name, RegistersError)

    def files(self) -> list[Path]:
        """The batches, oldest first."""
        return self._chain.files()

    def batches(self) -> list[Batch]:
        """Read the whole journal. Raises RegistersError where a file was changed or is gone."""
        return [batch for _path, batch in self.kept()]

    def kept(self) -> list[tuple[Path, Batch]]:
        """Read the whole journal with its files. Raises RegistersError where one was changed or is gone."""
        return self._chain.kept(_batch)

    def append(self, entries: Sequence[Entry], *, author: str | None, entered_at: datetime, how: str) -> Batch:
        """Add a batch; entries that change nothing are left out, and a batch without entries is not written.

        author: the login of the computer where nobody is named.
        Raises RegistersError where the journal is damaged or the moment lies before its last batch.
        """
        with self._settings.lock():
            known = self.batches()
            new = tuple(_changing(entries, known))
            at, who = entered_at.replace(microsecond=0, tzinfo=None), author or getpass.getuser()
            if not new:
                return Batch(0, self.school_id, who, at, how, (), "")
            body = {
                "school_id": self.school_id, "author": who, "entered_at": at.isoformat(), "how": how,
                "entries": [_told(entry) for entry in new],
            }  # fmt: skip
            return _batch(*self._chain.append(known, at, {"zavuch": SYSTEM, "format": FORMAT}, body))

    def standing(self, register: str) -> dict[Key, Standing]:
        """What stands in a register now, by key, in the order in which it was entered."""
        stands = standing_of(self.batches())
        return {key: one for (name, key), one in stands.items() if name == register}

    def entries(self, register: str) -> list[Entry]:
        """The entries that stand in a register now."""
        return self.everything().get(register, [])

    def everything(self) -> dict[str, list[Entry]]:
        """The entries that stand now, by register, from one reading of the journal."""
        return by_register(self.batches())

    def is_called(self, printed: str) -> bool:
        """Say whether the school goes by a printed name."""
        found = self._settings.school_of(printed)
        return found is not None and found.school_id == self.school_id


def by_register(batches: Iterable[Batch]) -> dict[str, list[Entry]]:
    """Give the entries that stand in the end, by register."""
    found: dict[str, list[Entry]] = {}
    for (register, _key), one in standing_of(batches).items():
        found.setdefault(register, []).append(one.entry)
    return found


def cancelled(batches: Sequence[Batch]) -> set[tuple[str, Key]]:
    """Give register and key of the entries that stood once and stand no longer."""
    ever = {(entry.register, entry.key) for batch in batches for entry in batch.entries}
    return ever - standing_of(batches).keys()


def standing_of(batches: Iterable[Batch]) -> dict[tuple[str, Key], Standing]:
    """Fold batches in their order: what stands in the end, by register and key, in the order of its last entry."""
    found: dict[tuple[str, Key], Standing] = {}
    for batch in batches:
        for entry in batch.entries:
            found.pop((entry.register, entry.key), None)
            if not entry.taken_back:
                found[entry.register, entry.key] = Standing(entry, batch)
    return found


def _changing(entries: Iterable[Entry], known: Iterable[Batch]) -> Iterator[Entry]:
    """Leave out what already stands so, or does not stand and is taken back."""
    stands: dict[tuple[str, Key], Entry | None] = {place: one.entry for place, one in standing_of(known).items()}
    for entry in entries:
        place, wanted = (entry.register, entry.key), None if entry.taken_back else entry
        if stands.get(place) != wanted:
            stands[place] = wanted
            yield entry


def _told(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {"register": entry.register, "values": dict(entry.values)}
    if entry.academic_year:
        told["academic_year"] = entry.academic_year
    if entry.taken_back:
        told["taken_back"] = True
    if entry.note:
        told["note"] = entry.note
    return told


def _batch(told: dict[str, Any], digest: str) -> Batch:
    entries = tuple(entry_of(one) for one in told["entries"])
    at = datetime.fromisoformat(told["entered_at"])
    return Batch(told["number"], told["school_id"], told["author"], at, told["how"], entries, digest)


def entry_of(told: dict[str, Any]) -> Entry:
    """Read an entry as it is kept. Raises KeyError for an unknown register."""
    register = REGISTERS[told["register"]]
    return Entry(
        register.name,
        told["values"],
        told.get("academic_year", ""),
        told.get("taken_back", False),
        told.get("note", ""),
    )
