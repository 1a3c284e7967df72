"""The readers there are, and which of them knows an export."""

from __future__ import annotations

from ingest.readers import class_report, journal_csv, report_card, sgo_studenttotal
from ingest.reading import Export, Reader

READERS: tuple[Reader, ...] = (journal_csv, sgo_studenttotal, class_report, report_card)

BY_NAME: dict[str, Reader] = {reader.NAME: reader for reader in READERS}


def reader_for(export: Export) -> Reader | None:
    """The reader that knows the layout of an export, by its content."""
    return next((reader for reader in READERS if reader.recognise(export)), None)


def versions() -> str:
    """Names and versions of all readers: a change means that waiting exports are worth another try."""
    return " ".join(f"{reader.NAME}:{reader.VERSION}" for reader in READERS)
