"""Lists: one record a row – a lesson, a topic, an hour of load, an entry of the timetable, a substitution, a pupil."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from ingest.readers.gathering import Gathering
from ingest.readers.labels import fold
from ingest.readers.profiled.composing import TEACHERS
from ingest.readers.profiled.list_header import Header, find_header, header_at, repeats
from ingest.readers.profiled.list_records import Record, add_records
from ingest.readers.profiled.list_values import NotUnderstoodError, convert, full_classes, pieces, somebody
from ingest.readers.profiled.model import NO_TITLES, ListColumn, Listing, Profile
from ingest.readers.profiled.tables import Sheet, Table, Value, blank, cut, shown, texts_of
from ingest.readers.profiled.telling import Told
from ingest.reading import Reading

__all__ = ["find_header", "read"]

_AS_PRINTED = {"class_id", "subject_id", "pupil_id", "subgroup_id", "period_id", "academic_year", *TEACHERS}
"""Columns that stay as printed here and become ids when the record is added."""
_SEVERAL = ListColumn(NO_TITLES, (), split=(",", ";"))


@dataclass
class _Reader:
    """Reads the rows of one sheet into records."""

    profile: Profile
    listing: Listing
    gathering: Gathering
    table: Table
    told: Told
    header: Header
    records: list[Record] = field(default_factory=list)
    _above: dict[int, Value | None] = field(default_factory=dict)
    _sections: int = 0

    @property
    def main(self) -> str:
        """Give the table that a row is above all about."""
        return self.listing.tables[0]

    def read(self) -> None:
        """Read all rows below the header."""
        ended = False
        for number in range(self.header.below, self.table.last):
            row = self.table.rows[number]
            texts = texts_of(row)
            if not texts:
                continue
            if self.listing.ends.match(texts[0]):
                ended = True
                continue
            labelled = self.told.labelled(texts)
            if labelled:
                self.told = self.told.copy()
                self.told.learn(labelled)
                self._above = {}
            elif repeats(self.listing, self.header, row):
                again = header_at(self.listing, self.table, number)
                self.header = again or self.header
                ended = False
            elif ended:
                self._below_end(number)
            elif self._is_section(number, texts):
                self._sections += 1
            else:
                self.records += self._row(number)
        if self._sections:
            self.gathering.warn(
                self.main, f"лист «{self.table.sheet.name}»", "",
                f"Строки-заголовки разделов не читаются (строк: {self._sections})", "Остальные строки приняты.",
            )  # fmt: skip

    def _below_end(self, number: int) -> None:
        """Reject a row below the end of the table that would be a record; signatures and dates are none."""
        needed = [at for place, at in self.header.places.items() if self.listing.columns[place].required]
        if needed and all(not blank(self.table.rows[number][at]) for at in needed):
            self.gathering.reject(
                self.main, self.table.address(number, needed[0]), "", "Строка под концом таблицы не читается",
                "Уберите строку итогов над ней или опишите конец таблицы в профиле: [list] ends.",
            )  # fmt: skip

    def _is_section(self, number: int, texts: Sequence[str]) -> bool:
        """Tell a row that only names a section, «Раздел 1», from a record: it has one text and not what is needed."""
        needed = [
            at for place, at in self.header.places.items()
            if self.listing.columns[place].required and not self.listing.columns[place].fill_down
        ]  # fmt: skip
        if len(set(texts)) > 1 or not any(sign.isalpha() for sign in texts[0]):
            return False
        own = sum(not blank(self.table.rows[number][at]) for at in needed)
        spans = any(top == number and right > left for top, left, _, right in self.table.sheet.merges)
        return own < len(needed) and (own == 0 or spans)

    def _row(self, number: int) -> Iterator[Record]:
        """Read one row; it gives several records where a cell is split. A row with a fault in it is rejected."""
        parts: list[list[Value | None]] = []
        for place, at in self.header.places.items():
            column = self.listing.columns[place]
            value = self.table.value(number, at)
            if column.fill_down and blank(value):
                value = self._above.get(place)
            self._above[place] = value
            cell = pieces(column, value)
            if column.split and any(name == "class_id" for _, name in column.holds):
                cell = full_classes(cell)
            parts.append(cell)
        for values in product(*parts):
            record = self._record(number, values)
            if record is not None:
                yield from self._by_class(record)

    def _by_class(self, record: Record) -> Iterator[Record]:
        """Give a record of «Класс: 7А, 7Б» over the table to each of the classes."""
        classes = full_classes(pieces(_SEVERAL, self.told.get("class") or None))
        if len(classes) < 2 or record.text("class_id") != self.told.get("class"):
            yield record
            return
        for one in classes:
            own = Record(record.row, record.told, record.address, dict(record.values), vacant=record.vacant)
            own.put(self.main, "class_id", one)
            yield own

    def _record(self, number: int, values: Sequence[Value | None]) -> Record | None:
        record = Record(number, self.told, self.table.address(number, min(self.header.places.values())))
        whole = True
        for (place, at), value in zip(self.header.places.items(), values, strict=True):
            column = self.listing.columns[place]
            address = self.table.address(number, at)
            if column.required and blank(value) and not (column.may_be_blank and self._stands_alone(number)):
                reason = f"Не заполнен столбец «{self._title(at)}»"
                self.gathering.reject(self.main, address, "", reason, "Заполните его и положите файл снова.")
                return None
            for table, name in column.holds:
                try:
                    found = self._value(column, table, name, value)
                    if name in TEACHERS and found and not somebody(str(found)):
                        found, record.vacant = None, True
                    record.put(table, name, found)
                except NotUnderstoodError as error:
                    self.gathering.reject(table, address, shown(value), error.reason, error.advice)
                    whole = whole and not column.required and name not in {"date", "academic_year"}
        return record if whole else None

    def _stands_alone(self, number: int) -> bool:
        """Tell a row with a date or a text of its own from one that was numbered in advance."""
        own = [
            (column, self.table.rows[number][at]) for place, at in self.header.places.items()
            if not (column := self.listing.columns[place]).may_be_blank
        ]  # fmt: skip
        return any(
            not blank(value)
            and (any(name == "date" for _, name in column.holds) or any(sign.isalpha() for sign in shown(value)))
            for column, value in own
        )

    def _value(self, column: ListColumn, table: str, name: str, value: Value | None) -> object:
        if name in _AS_PRINTED:
            text = shown(value)
            mapped = column.values.get(fold(text))
            return text if mapped is None else mapped
        return convert(column, table, name, value, self.told.year)

    def _title(self, at: int) -> str:
        return self.table.text(self.header.below - 1, at) or self.table.text(self.header.row, at)


def read(profile: Profile, listing: Listing, sheets: Sequence[Sheet], told: Told, name: str) -> Reading:
    """Read all sheets that have the header; raises UnreadableExportError where nothing can be read."""
    gathering = Gathering(profile.system, profile.export_kind, name)
    records: list[Record] = []
    unread: dict[str, str] = {}
    found = 0
    for sheet in sheets:
        header = find_header(listing, sheet)
        if header is None:
            told.sheet(sheet, len(sheet.rows))
            if len(sheet.rows) > 1 and len(sheet.rows[0]) > 2:
                address = f"лист «{sheet.name}»"
                gathering.warn(
                    "", address, "", "Лист не читается: в нём нет нужных столбцов", "Остальные листы приняты."
                )
            continue
        found += 1
        own = told.copy()
        own.sheet(sheet, header.row)
        own.lines(sheet.lines_after)
        reader = _Reader(profile, listing, gathering, Table(sheet, 0, len(sheet.rows)), own, header)
        reader.read()
        records += reader.records
        told.taken_at = told.taken_at or own.taken_at
        told.found.setdefault("school", own.get("school"))
        unread |= {title: reader.table.address(header.row, at) for at, title in header.unread.items()}
    if not found:
        raise cut("в файле нет таблицы с нужными столбцами")
    for title, address in unread.items():
        if title.strip("№ п/n.").strip():
            gathering.warn("", address, title, "Столбец не читается", "Остальные столбцы приняты.")
    add_records(profile, listing, gathering, records)
    return gathering.finish()
