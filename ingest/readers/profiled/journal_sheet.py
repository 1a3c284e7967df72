"""A journal sheet of one class and subject, understood: dates over the columns, names, rows of topics and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from ingest.readers.labels import clean, month_of
from ingest.readers.printed import Heading
from ingest.readers.profiled.columns import DAY, Column, Columns, beside_days
from ingest.readers.profiled.header_days import OUTSIDE_YEAR, date_row, days, spelt
from ingest.readers.profiled.model import Grid
from ingest.readers.profiled.page import PageSheet
from ingest.readers.profiled.subject_blocks import legend_row
from ingest.readers.profiled.tables import Row, Sheet, Table, blank, cut, shown, texts_of
from ingest.readers.profiled.telling import Told
from ingest.readers.profiled.titles import Titles
from ingest.reading import UnreadableExportError

_ANCHOR_WITHIN = 60
_ABOVE, _BELOW = 2, 6
_NUMBERED = re.compile(r"^[0-9]{1,3}\s*[.)]?\s+(?=\D)")
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]")
# A surname may begin like any of these words, so each stands alone or is followed by something else.
_ENDS = Titles(
    tuple(
        word + tail
        for word in ("итого", "всего", "учитель", "подпись", "классный руководитель", "директор", "качество знаний",
                     "успеваемость", "дата печати", "средний балл", "средняя отметка", "состояние на")
        for tail in ("", ":*", " *")
    )
)  # fmt: skip
_LONGEST_CODE = 4
_DATE_LABELS = Titles(("дата*", "даты*", "число*", "числа*", "месяц*", "день*"))


@dataclass(frozen=True)
class Named:
    """A pupil's row: its number and the name printed there."""

    row: int
    name: str


@dataclass
class Journal:
    """One sheet, understood. told: facts of the sheet. lines: what a row says of lessons → its row number.

    nameless: rows with records and without a name. stray: rows with records below the end of the table.
    """

    grid: Grid
    table: Table
    told: Told
    anchor: tuple[int, int]
    heading: Heading = field(init=False)
    columns: Columns = field(init=False)
    pupils: list[Named] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    legend: list[tuple[str, str]] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find the columns and the rows; raises UnreadableExportError where a needed part is missing."""
        dates = self._date_row() if self.grid.dates else None
        if self.grid.dates and dates is None:
            raise cut(f"{self.title}: над столбцами отметок нет дат")
        top = self.anchor[0]
        bottom = max(top, dates if dates is not None else top)
        bottom = max([bottom, *(row for row, at in self.table.merged if at == self.anchor[1] and self._over(row))])
        self._first = bottom + 1
        self.heading = self.told.of_class(self._whole_days(dates))
        self.columns = self._columns(dates, bottom)
        self._rows()
        if not self.pupils:
            raise cut(f"{self.title}: под шапкой нет ни одного ученика")

    @property
    def title(self) -> str:
        """Say which sheet this is."""
        return f"лист «{self.table.sheet.name}»"

    @property
    def bad(self) -> bool:
        """True where a day column could not be dated."""
        return any(column.problem for column in self.columns.values())

    def _over(self, row: int) -> bool:
        """Say whether a merged place belongs to the merge of the title over the names."""
        return self.table.merged.get((row, self.anchor[1])) == self.table.merged.get(self.anchor, self.anchor)

    def _label(self, row: int) -> str:
        """Give what stands at the left of a row, up to the names."""
        left = [shown(self.table.value(row, at)) for at in range(self.anchor[1] + 1)]
        own = left[self.anchor[1]]
        return own or next((text for text in left if text and not text.isdigit()), "")

    def _line(self, row: int) -> str:
        label = self._label(row)
        return next((line.holds for line in self.grid.lines if label and line.titles.match(label)), "")

    def _header_rows(self) -> Iterator[int]:
        """Give the rows where dates may stand: around the title over the names, never a pupil's row of marks."""
        top, column = self.anchor
        if self.grid.header_rows or not self.grid.names:
            yield from range(top + 1)
            return
        yield from range(max(top - _ABOVE, 0), top + 1)
        for row in range(top + 1, min(top + _BELOW, self.table.last)):
            own = shown(self.table.rows[row][column])
            if _DATE_LABELS.match(self._label(row)) or (not own and not self._line(row)) or self._over(row):
                yield row
            elif not self._line(row):
                return

    def _date_row(self) -> int | None:
        rows = [row for row in self._header_rows() if not self._line(row)]
        return date_row(self.table, rows, self.anchor[1] + 1)

    def _whole_days(self, dates: int | None) -> list[date]:
        row = self.table.rows[dates] if dates is not None else []
        return [found.whole for value in row if (found := spelt(value)) is not None and found.whole is not None]

    def _columns(self, dates: int | None, bottom: int) -> Columns:
        table, about = self.table, self.heading
        places = list(range(self.anchor[1] + 1, table.width))
        top = self.anchor[0]
        dated = {}
        above: list[int] = []
        if dates is not None:
            above = [*range(dates - 1, max(min(top, dates) - _ABOVE, 0) - 1, -1), *range(dates + 1, bottom + 1)]
            dated = days(table, dates, places, above, about.academic_year, about.printed)
            if dated and all(day.problem == OUTSIDE_YEAR for day in dated.values()):
                raise UnreadableExportError(
                    f"{self.title}: даты столбцов не лежат в учебном году {about.academic_year}.",
                    "Проверьте, тот ли учебный год назван в файле или в профиле, и выгрузите журнал снова.",
                )
        months = [row for row in above if any(month_of(table.text(row, at)) for at in places)]
        storeys = sorted({*range(min([top, *months]), bottom + 1)})
        columns = beside_days(self.grid, table, storeys, [at for at in places if at not in dated])
        columns |= {at: Column(DAY, day.title, day.day, day.problem) for at, day in dated.items()}
        return dict(sorted(columns.items()))

    def _rows(self) -> None:
        """Tell pupils, rows of topics and the end apart."""
        table, column = self.table, self.anchor[1]
        for row in range(max(self.anchor[0] - _ABOVE, 0), self._first):
            self._take_line(row)
        ended = False
        for row in range(self._first, table.last):
            line = table.rows[row]
            if self._take_line(row):
                continue
            name = shown(line[column])
            texts = texts_of(line)
            labelled = self.told.labelled(texts)
            left = [name, *texts_of(line[:column])]
            explained = legend_row(name, line[column + 1 :]) if self.grid.legend else None
            closes = bool(labelled) or _ENDS.any(left) or self.grid.ends.any(left)
            ended = ended or closes or explained is not None
            if explained:
                self.legend.append(explained)
            elif ended:
                self.told.learn(labelled)
                self.told.unlabelled(texts)
                if name and not closes and self._marked(line):
                    self.stray.append(row)
            else:
                self._pupil(row, name, line)

    def _take_line(self, row: int) -> bool:
        holds = self._line(row)
        if holds:
            self.lines.setdefault(holds, row)
        return bool(holds)

    def _pupil(self, row: int, name: str, line: Row) -> None:
        bare = clean(_BRACKETS.sub("", _NUMBERED.sub("", name)))
        if any(sign.isalpha() for sign in bare):
            self.pupils.append(Named(row, bare))
        elif any(not blank(line[at]) for at in self.columns):
            self.nameless.append(row)

    def _marked(self, line: Row) -> bool:
        """Say whether something like a mark or a code stands under a date."""
        texts = [shown(line[at]) for at, column in self.columns.items() if column.holds == DAY]
        return any(text and (len(text) <= _LONGEST_CODE or text[0].isdigit()) for text in texts)


def find_journal(grid: Grid, sheet: Sheet, told: Told) -> Journal | None:
    """Understand a sheet; None where it holds no column of names. `told` learns what stands above the table."""
    anchor = _anchor(grid, sheet)
    if anchor is None:
        told.sheet(sheet, len(sheet.rows))
        told.lines(sheet.lines_after)
        return None
    told = told.copy()
    told.sheet(sheet, anchor[0])
    told.lines(sheet.lines_after)
    return Journal(grid, Table(sheet, 0, len(sheet.rows)), told, anchor)


def _anchor(grid: Grid, sheet: Sheet) -> tuple[int, int] | None:
    if isinstance(sheet, PageSheet) and sheet.row_ids:
        return max(min(sheet.row_ids) - 1, 0), sheet.name_column
    if not grid.names:
        if not grid.header_rows:
            return None
        return (grid.header_rows - 1, 0) if len(sheet.rows) > grid.header_rows else None
    for number, row in enumerate(sheet.rows[:_ANCHOR_WITHIN]):
        for at, value in enumerate(row):
            if isinstance(value, str) and value and grid.names.match(value):
                return number, at
    return None


def other_sheets(sheets: Sequence[Sheet], journals: Sequence[Journal]) -> list[Sheet]:
    """Give the sheets that hold something and were not read."""
    taken = {id(journal.table.sheet) for journal in journals}
    return [sheet for sheet in sheets if id(sheet) not in taken and len(sheet.rows) > 1 and len(sheet.rows[0]) > 2]
