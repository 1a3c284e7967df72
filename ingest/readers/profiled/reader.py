"""A profile as a reader like any other: recognises by content, reads into canonical rows."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ingest.readers import sheets
from ingest.readers.printed import Printed
from ingest.readers.profiled import list_rows, pupil_rows, subject_rows
from ingest.readers.profiled.header_days import date_row
from ingest.readers.profiled.kinds import export_kind
from ingest.readers.profiled.model import Grid, Listing, Profile
from ingest.readers.profiled.page import read_page
from ingest.readers.profiled.tables import Opened, Sheet, Table, format_of, opened, shown, take
from ingest.readers.profiled.telling import Told
from ingest.reading import Export, ExportKind, Reading

_HEADER_LOOKED_AT = 200
_FEWEST_DATES = 2


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the garbage collector: reading makes many small objects and no cycles, and it would look at them all."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class ProfiledReader:
    """The reader of one profile. VERSION changes with the profile and with the engine."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.NAME = profile.name
        self.VERSION = profile.digest
        self.KINDS: tuple[ExportKind, ...] = (export_kind(profile),)

    @property
    def demands(self) -> int:
        """Count what a file must show to be recognised: of two profiles that know a file the more demanding wins."""
        layout = self.profile.layout
        anchors = (
            sum(column.required for column in layout.columns) if isinstance(layout, Listing) else bool(layout.names)
        )
        wanted = self.profile.recognise
        return 2 * (len(wanted.texts) + len(wanted.markup)) + anchors

    def recognise(self, export: Export) -> bool:
        """Say whether the file is of this profile, by its formats, texts and header. Never raises."""
        data = export.single
        if data is None:
            return False
        wanted = self.profile.recognise
        if wanted.formats and format_of(data) not in wanted.formats:
            return False
        found = opened(data)
        if found.problem is not None:
            return self._mentioned(data)
        return self._has_texts(found) and self._has_layout(found.sheets)

    def _mentioned(self, data: bytes) -> bool:
        """Recognise a damaged book by its texts, so that it can be said what is wrong with it."""
        patterns = [one.patterns[0] for one in self.profile.recognise.texts]
        needles = [max(pattern.split("*"), key=len) for pattern in patterns]
        return bool(needles) and sheets.mentions(data, *needles)

    def _has_texts(self, found: Opened) -> bool:
        wanted = self.profile.recognise
        return all(titles.any(found.texts) for titles in wanted.texts) and all(
            piece in found.markup for piece in wanted.markup
        )

    def _has_layout(self, books: Sequence[Sheet]) -> bool:
        layout = self.profile.layout
        if isinstance(layout, Listing):
            return any(list_rows.find_header(layout, sheet) is not None for sheet in books)
        if layout.names:
            rows = (row for sheet in books for row in sheet.rows[:_HEADER_LOOKED_AT])
            named = any(isinstance(value, str) and layout.names.match(value) for row in rows for value in row)
            if not named:
                return False
        return self._readable(layout, books)

    def _readable(self, grid: Grid, books: Sequence[Sheet]) -> bool:
        """Say whether a layout without titles reads: dates over the columns, and marks under most of them."""
        least = self.profile.recognise.readable
        if least is None:
            return True
        grammar = Printed(self.profile.system, self.profile.export_kind, self.NAME).grammar
        filled = understood = 0
        for sheet in books:
            if len(sheet.rows) <= grid.header_rows:
                continue
            table = Table(sheet, 0, len(sheet.rows))
            row = date_row(table, range(grid.header_rows), 1)
            if row is None or sum(value is not None for value in sheet.rows[row][1:]) < _FEWEST_DATES:
                continue
            for line in sheet.rows[grid.header_rows :]:
                texts = [text for value in line[1:] if value is not None and (text := shown(value))]
                filled += len(texts)
                understood += sum(not grammar.read(text).unread for text in texts)
        return filled > 0 and understood >= least * filled

    def read(self, export: Export) -> Reading:
        """Read the whole file, or raise UnreadableExportError."""
        with _uncollected():
            return self._read(export)

    def _read(self, export: Export) -> Reading:
        profile, layout = self.profile, self.profile.layout
        books = take(export)
        if isinstance(layout, Grid) and layout.page is not None and format_of(export.single or b"") == "html":
            lines = [line for sheet in books for line in (*sheet.lines_before, *sheet.lines_after)]
            books = read_page(export.single or b"", layout.page)
            books[0].lines_before = lines
        told = Told(profile.facts)
        told.names(export.name)
        if isinstance(layout, Listing):
            reading = list_rows.read(profile, layout, books, told, self.NAME)
        else:
            printed = Printed(profile.system, profile.export_kind, self.NAME)
            inline = profile.codes.get("attendance")
            if inline:
                printed.grammar = printed.grammar.extended(inline)
            rows = subject_rows if layout.rows == "subjects" else pupil_rows
            reading = rows.read(profile, layout, books, told, printed)
        reading.school_id = profile.facts.school_id
        reading.school_name = reading.school_name or told.get("school")
        reading.taken_at = reading.taken_at or told.taken_at
        return reading
