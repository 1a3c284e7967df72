"""The profiles there are: those shipped with Zavuch and those of the school's own folder; and which of them fits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from ingest.readers.profiled.checking import read_file
from ingest.readers.profiled.reader import ProfiledReader
from ingest.reading import Export, UnreadableExportError

FOLDER = Path(__file__).resolve().parents[2] / "profiles"
OWN_FOLDER = "profiles"
"""Where a school keeps its own profiles, inside its home."""


@lru_cache(maxsize=1)
def shipped() -> tuple[ProfiledReader, ...]:
    """Give the readers of all shipped profiles, by name."""
    return tuple(ProfiledReader(read_file(path, own=False)) for path in sorted(FOLDER.glob("*.toml")))


def named(name: str) -> ProfiledReader:
    """Give the reader of a shipped profile; KeyError where there is none of that name."""
    return {reader.NAME: reader for reader in shipped()}[name]


def own(folder: Path) -> tuple[ProfiledReader, ...]:
    """Give the readers of the profiles in a folder, by name; raises ProfileError where one is broken."""
    return tuple(ProfiledReader(read_file(path, own=True)) for path in sorted(folder.glob("*.toml")))


def together(own_readers: Sequence[ProfiledReader]) -> tuple[ProfiledReader, ...]:
    """Put the school's own beside the shipped; one of the same name stands in the place of the shipped one."""
    replaced = {reader.NAME for reader in own_readers}
    return (*own_readers, *(reader for reader in shipped() if reader.NAME not in replaced))


def fitting(readers: Sequence[ProfiledReader], export: Export) -> list[ProfiledReader]:
    """Give the readers that know an export, the most demanding first; an own one before a shipped one like it."""
    known = [reader for reader in readers if reader.recognise(export)]
    return sorted(known, key=_rank, reverse=True)


def _rank(reader: ProfiledReader) -> tuple[int, bool]:
    return reader.demands, reader.profile.own


def choose(readers: Sequence[ProfiledReader], export: Export) -> ProfiledReader | None:
    """Give the reader for an export, None where no profile knows it; refuses an export that two know equally well."""
    known = fitting(readers, export)
    if len(known) > 1 and _rank(known[0]) == _rank(known[1]):
        names = " и ".join(f"«{reader.NAME}»" for reader in known if _rank(reader) == _rank(known[0]))
        raise UnreadableExportError(
            f"Файл подходит сразу под несколько профилей: {names}.",
            "Допишите в нужный профиль ещё один текст, который есть только в таких файлах ([recognise] texts).",
        )
    return known[0] if known else None


class_report = named("ves_klass__class_report")
report_card = named("ves_klass__report_card")
