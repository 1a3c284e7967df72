"""The school's own workbook among the exports: it is told apart and refused, with the command that takes it.

Without this, a profile of lists could take a sheet of it for an export.
"""

from __future__ import annotations

from ingest.readers import sheets
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError
from warehouse.registers import book
from warehouse.registers.definitions import REGISTERS

NAME = "school_book"
VERSION = 1
KINDS: tuple[ExportKind, ...] = ()
"""None: it is no export."""

_ABOUTS = (REGISTERS["school_details"].about, REGISTERS["classes"].about)


def recognise(export: Export) -> bool:
    """Say whether a file is the workbook: by its first sheet, or by the next ones where that is gone. Never raises."""
    data = export.single
    return data is not None and (sheets.mentions(data, book.TITLE, book.IMPORT) or sheets.mentions(data, *_ABOUTS))


def read(export: Export) -> Reading:
    """Refuse it; raises UnreadableExportError."""
    raise UnreadableExportError(
        "Это книга школы, а не выгрузка журнала.", f'Внесите её так: {book.IMPORT} "{export.name.rpartition(" → ")[2]}"'
    )
