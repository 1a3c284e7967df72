"""The readers there are, and which of them knows an export."""

from __future__ import annotations

from pathlib import Path

from ingest.readers import (
    bars,
    dnevnik_ru_api,
    dnevnik_ru_pupils,
    eljur_api,
    fgis_schedule,
    journal_csv,
    mesh,
    oneroster,
    register,
    school_book,
    sgo_diary,
    sgo_mobile,
    sgo_parentinfoletter,
    sgo_studentgrades,
    sgo_studenttotal,
    sgo_studenttotalmarks,
)
from ingest.readers.profiled import shipped
from ingest.readers.profiled.checking import ProfileError
from ingest.readers.profiled.reader import ProfiledReader
from ingest.reading import Export, Reader

MODULES: tuple[Reader, ...] = (
    register,
    school_book,
    oneroster,
    sgo_diary,
    sgo_mobile,
    dnevnik_ru_pupils,
    dnevnik_ru_api,
    bars,
    eljur_api,
    mesh,
    fgis_schedule,
    journal_csv,
    # Before studenttotal, which would read some columns of theirs: a file of mixed reports must be refused.
    sgo_studentgrades,
    sgo_studenttotalmarks,
    sgo_parentinfoletter,
    sgo_studenttotal,
)

READERS: tuple[Reader, ...] = (*MODULES, *shipped.shipped())
"""All that Zavuch ships: modules, then profiles."""

BY_NAME: dict[str, Reader] = {reader.NAME: reader for reader in READERS}
"""Readers of this process by name, the school's own profiles too."""

_profiles: tuple[ProfiledReader, ...] = shipped.shipped()


def use_profiles(folder: Path | None) -> None:
    """Let this process read by the profiles of a folder (`HOME/profiles`) beside the shipped; None: shipped only.

    Raises ProfileError, a SettingsError, where one of them is broken. Worker processes call it once, when they start.
    """
    global _profiles
    own = shipped.own(folder) if folder is not None else ()
    clash = sorted({reader.NAME for reader in own} & {reader.NAME for reader in MODULES})
    if clash:
        raise ProfileError(f"{folder}: имя профиля «{clash[0]}» занято читателем Завуча. Назовите файл иначе.")
    _profiles = shipped.together(own)
    BY_NAME.clear()
    BY_NAME.update({reader.NAME: reader for reader in readers()})


def readers() -> tuple[Reader, ...]:
    """Give the readers of this process: modules, then profiles."""
    return (*MODULES, *_profiles)


def reader_for(export: Export) -> Reader | None:
    """Give the reader that knows the layout of an export, by its content: a module, else the most demanding profile.

    Raises UnreadableExportError where two profiles know it equally well.
    """
    known = next((reader for reader in MODULES if reader.recognise(export)), None)
    return known or shipped.choose(_profiles, export)


def versions() -> str:
    """Names and versions of all readers: a change means that waiting exports are worth another try."""
    return " ".join(f"{reader.NAME}:{reader.VERSION}" for reader in readers())
