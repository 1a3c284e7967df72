"""What reports of Сетевой Город with a table of titled columns share: studentgrades, studenttotalmarks, the letter.

Their wrapper is that of every report (`sgo_pages`). The header of the table has one row, or two where a title spans
several columns («Оценки» over «5 4 3 2»); below it stand rows as wide as the header, up to the foot of the report.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.readers.html_pages import cut
from ingest.readers.html_parts import Lines, Part
from ingest.readers.labels import fold
from ingest.readers.printed import AGAIN, Printed
from ingest.readers.sgo_pages import Report, is_report, is_tail, parts_of
from ingest.reading import Export, UnreadableExportError

SUBJECT = "предмет"
WORK_TYPE = "тип задания"

STUDENTTOTAL = "Отчет об успеваемости и посещаемости"
LETTER = "Информационное письмо для родителей"
WORKS = "Тема задания"
YEAR_MARKS = "Год. оценка"
"""Texts that only reports of one kind show: their titles, or columns where the title is not known for certain."""

_ENCODINGS = ("utf-8", "windows-1251")


def shows(export: Export, *texts: str) -> bool:
    """Say whether an export is a page that shows all these texts. Never raises.

    Most pages of this journal are studenttotal, whose title is looked for first: it takes no folding of the page.
    """
    data = export.single
    if data is None:
        return False
    plainly = any(all(text.encode(encoding) in data for text in texts) for encoding in _ENCODINGS)
    if not plainly and any(STUDENTTOTAL.encode(encoding) in data for encoding in _ENCODINGS):
        return False
    return is_report(export, *texts)


def parts_of_kind(export: Export, header: str, title: str, *foreign: str) -> list[tuple[Part, Lines]]:
    """Cut the page of an export at its reports, as `parts_of`; refuse it where it shows texts of other kinds too."""
    if any(is_report(export, text) for text in foreign):
        raise other_report()
    return parts_of(export, header, title)


def other_report() -> UnreadableExportError:
    """Make the error of a file in which a report of another kind stands too, or whose columns are not the usual."""
    return UnreadableExportError(
        "В файле отчёты разных видов, или столбцы отчёта изменены.",
        "Загрузите отчёты каждого вида отдельными файлами, как их дал журнал.",
    )


@dataclass
class TitledReport(Report):
    """A report whose table has titled columns.

    anchor: folded title that its header has. titles: of all columns, the lower where there are two. rows: numbers of
    the rows with something in them, from the header to the foot.
    """

    anchor: str = SUBJECT
    titles: tuple[str, ...] = field(init=False)
    rows: list[int] = field(init=False)
    _start: int = field(init=False)

    def __post_init__(self) -> None:
        """Find the parts of the report; raises UnreadableExportError."""
        top, column = self._header()
        depth = 1
        while (top + depth, column) in self.table.above:
            depth += 1
        self._start = top + depth
        self.settle(top)
        width = len(self.table.rows[top])
        self.titles = tuple(
            self.table.text(self._start - 1, place) or self.table.text(top, place) for place in range(width)
        )
        self.rows = list(self._body())
        if self.taken_at is None:
            raise cut("в конце отчёта нет строки «Состояние на …»")

    def _header(self) -> tuple[int, int]:
        table = self.table
        places = (
            (row, column)
            for row, line in enumerate(table.rows)
            for column in range(len(line))
            if fold(table.text(row, column)) == self.anchor and table.is_start(row, column)
        )
        found = next(places, None)
        if found is None:
            raise other_report()
        return found

    def _body(self) -> list[int]:
        rows = []
        for number in range(self._start, len(self.table.rows)):
            first = next(filter(None, self.table.rows[number]), None)
            if first and is_tail(" ".join(first)):
                self.take_tail(number)
                break
            if first:
                rows.append(number)
        return rows

    def legend(self) -> tuple[tuple[str, str], ...]:
        """Give the legend of codes; where no code can stand in the report, its legend is nobody's concern."""
        return super().legend() if self.anchor == WORK_TYPE else ()

    def is_whole(self, row: int) -> bool:
        """Say whether a row has the cells of the header, none of them joined."""
        line = self.table.rows[row]
        return len(line) == len(self.titles) and not any(
            cell is None or self.table.is_joined(row, place) for place, cell in enumerate(line)
        )

    def check(self, row: int) -> None:
        """Refuse the file where a row is not whole."""
        if not self.is_whole(row):
            raise cut(f"в строке {self.number(row)} не столько ячеек, сколько в шапке")

    def number(self, row: int) -> int:
        """Give the number of a row under the header, from 1."""
        return row - self._start + 1

    def warn_twice(self, printed: Printed, name: str) -> None:
        """Note a subject that the report prints twice."""
        printed.warn(
            "subjects", f"{self.address}, «{name}»", "", "Предмет напечатан у ученика дважды",
            "Проверьте, не заведён ли предмет в журнале дважды.",
        )  # fmt: skip


def nothing_in(what: str) -> UnreadableExportError:
    """Make the error of a report without a single row."""
    return UnreadableExportError(f"Под шапкой таблицы нет ни {what}.", AGAIN)
