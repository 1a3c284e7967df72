"""Batches of the school's registers (`HOME/registers/<school>/000001.json`), read like any export.

    {zavuch: "register", format, number, previous, school_id, author, entered_at, how,
     entries: [{register, values, academic_year?, taken_back?, note?}]}

The layout is Zavuch's own (`warehouse.registers.journal`). A batch tells only of its entries, so it is never complete;
an entry that was taken back withdraws its rows. It was taken when it was entered.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ingest.readers.gathering import Gathering
from ingest.readers.register_rows import add_rows
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError
from warehouse.registers import SYSTEM
from warehouse.registers.journal import FORMAT, entry_of

NAME = "register"
VERSION = 1
EXPORT_KIND = "entries"
KINDS: tuple[ExportKind, ...] = ()
"""None: docs/systems.md tells of exports, and a register is what people enter."""

_START = b'{\n "zavuch": "register"'


def recognise(export: Export) -> bool:
    """Say whether a file is a batch of registers. Never raises."""
    return export.single is not None and export.single.startswith(_START)


def read(export: Export) -> Reading:
    """Read a batch; raises UnreadableExportError where it is damaged or of a newer Zavuch."""
    try:
        told: dict[str, Any] = json.loads(export.single or b"")
        if told["format"] > FORMAT:
            raise UnreadableExportError("Запись реестров сделана более новой версией Завуча.", "Обновите Завуч.")
        entries = [entry_of(one) for one in told["entries"]]
        entered_at, school_id = datetime.fromisoformat(told["entered_at"]), str(told["school_id"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableExportError("Запись реестров повреждена.", "Верните папку registers из копии.") from error
    out = Gathering(SYSTEM, EXPORT_KIND, NAME)
    # Who takes back and enters anew in one batch means the new.
    for entry in sorted(entries, key=lambda one: not one.taken_back):
        add_rows(out, entry, entered_at)
    reading = out.finish()
    reading.taken_at, reading.school_id = entered_at, school_id
    return reading
