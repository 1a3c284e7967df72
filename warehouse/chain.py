"""Append-only records: `000001.json`, `000002.json`… in a folder, each with the SHA-256 of the one before it.

A file is never changed, so one that was changed or is gone is noticed. What stands in the files is the business of
whoever keeps them: registers, changes of a regulation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from warehouse.files import write_atomically
from warehouse.language import gettext as _
from warehouse.settings import SettingsError


class Linked(Protocol):
    """What a record needs to be followed by another: its moment (wall time) and the digest of its file."""

    @property
    def entered_at(self) -> datetime:
        """When it was made."""
        ...

    @property
    def digest(self) -> str:
        """The SHA-256 of its file."""
        ...


Record = TypeVar("Record", bound=Linked)


class Chain:
    """The records of one folder. named: how a person finds it; error: what is raised, with a Russian text."""

    def __init__(self, folder: Path, named: str, error: type[SettingsError]) -> None:
        self.folder = folder
        self._named = named
        self._error = error

    def files(self) -> list[Path]:
        """The records, oldest first."""
        return sorted(self.folder.glob("[0-9]*.json"))

    def kept(self, read: Callable[[dict[str, Any], str], Record]) -> list[tuple[Path, Record]]:
        """Read all records with their files. Raises the error of the chain where one was changed or is gone.

        read: makes a record of what stands in a file and of its digest; raises ValueError, KeyError or TypeError.
        """
        found: list[tuple[Path, Record]] = []
        for place, path in enumerate(self.files(), start=1):
            data = path.read_bytes()
            try:
                told = json.loads(data)
                record = read(told, hashlib.sha256(data).hexdigest())
                follows = (told["number"], told["previous"]) == (place, found[-1][1].digest if found else "")
            except (ValueError, KeyError, TypeError) as error:
                raise self._error(
                    _("Запись {file} в папке {folder} не читается.").format(file=path.name, folder=self._named)
                    + " " + self._restore()
                ) from error  # fmt: skip
            if not follows:
                raise self._error(
                    _("Папка {folder} изменена не через Завуч: запись {file} не продолжает предыдущую.").format(
                        folder=self._named, file=path.name
                    )
                    + " " + self._restore()
                )  # fmt: skip
            found.append((path, record))
        return found

    def append(
        self, known: Sequence[Linked], entered_at: datetime, head: Mapping[str, object], body: Mapping[str, object]
    ) -> tuple[dict[str, Any], str]:
        """Write the next record; gives what stands in it and its digest.

        known: all records, oldest first. Whoever calls holds a lock. Raises the error of the chain where the moment
        lies before the last record.
        """
        if known and entered_at < known[-1].entered_at:
            raise self._error(
                _("Часы компьютера отстают: последняя запись сделана {at:%d.%m.%Y %H:%M}.").format(
                    at=known[-1].entered_at
                )
                + " " + _("Поправьте часы и повторите.")
            )  # fmt: skip
        number = len(known) + 1
        told = {**head, "number": number, "previous": known[-1].digest if known else "", **body}
        text = json.dumps(told, ensure_ascii=False, indent=1)
        write_atomically(self.folder / f"{number:06}.json", text)
        return told, hashlib.sha256(text.encode()).hexdigest()

    def _restore(self) -> str:
        return _("Верните папку {folder} из копии.").format(folder=self._named)
