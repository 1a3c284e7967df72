"""Writers of the printed layouts, made from their description: they share no code with the readers."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from ingest.reading import Export

MONTHS = {1: "Январь", 2: "Февраль", 3: "Март", 4: "Апрель", 5: "Май", 9: "Сентябрь", 10: "Октябрь", 11: "Ноябрь",
          12: "Декабрь"}  # fmt: skip
EMPTY = ""
NONE = None

SGO_LEGEND = (
    ("УП", "Пропуск по уважительной причине"), ("Б", "Пропуск по болезни"), ("НП", "Пропуск по неуважительной причине"),
    ("ОТ", "Отсутствовал"), ("ОП", "Опоздал"), ("ОСВ", "Освобожден"),
)  # fmt: skip
CLASS_LEGEND = (("Н", "Неуважительная"), ("О", "Опоздание"), ("Б", "Болезнь"), ("У", "Уважительная"))


def export(data: bytes | str, name: str = "выгрузка") -> Export:
    return Export(name, {name: data.encode() if isinstance(data, str) else data})


@dataclass
class Total:
    """One studenttotal report: days as (month, day), subjects as name → ({(month, day): (codes, marks)}, average)."""

    subjects: dict[str, tuple[dict[tuple[int, int], tuple[str, str]], str]]
    days: tuple[tuple[int, int], ...] = ((9, 2), (9, 3), (9, 30), (10, 1))
    year: str = "2021/2022"
    klass: str = "9Б"
    period: str = "с 1.09.21 по 30.10.21"
    pupil: str = "Пробный Иван"
    school: str = "МБОУ СОШ № 0"
    state: str = "Состояние на 14.11.21 19:10:10"
    term: str = ""
    finals: dict[str, str] = field(default_factory=dict)
    legend: tuple[tuple[str, str], ...] = SGO_LEGEND

    def _months(self) -> list[tuple[int, int]]:
        counted: list[tuple[int, int]] = []
        for month, _ in self.days:
            if counted and counted[-1][0] == month:
                counted[-1] = (month, counted[-1][1] + 1)
            else:
                counted.append((month, 1))
        return counted

    def v50(self) -> str:
        """Version 5.0: every cell has its two text lines, `<tbody>`, a legend table."""
        head = (
            "<head><meta HTTP-EQUIV='Content-type' CONTENT='text/html; charset=utf-8'>"
            "<style>td { color: red }</style>"
            f'</head><body><h5 class="report-title-school">{escape(self.school)}</h5>\n'
            '<h2 align="center">Отчет об успеваемости и посещаемости ученика</h2>\n<br>\n'
            '<table cellspacing="10px"><tbody><tr><td>\n'
            f'<span class="select"><b>Учебный год:</b> {self.year}</span><br>\n'
            f'<span class="select"><b>Класс:</b> {self.klass}</span><br>\n'
            f'<span class="select"><b>Период:</b> {self.period}</span><br>\n'
            f'<span class="select"><b>Ученик:</b> {self.pupil}</span><br>\n</td></tr></tbody></table>\n'
            '<table class="table-print"><tbody><tr><th rowspan="2">Предмет</th>'
        )
        out = [head]
        out += [f'<th colspan="{count}">{MONTHS[month]}</th>' for month, count in self._months()]
        out += ['<th rowspan="2">Средняя оценка</th></tr><tr>', *(f"<th>{day}</th>" for _, day in self.days), "</tr>"]
        for name, (cells, average) in self.subjects.items():
            out.append(f'<tr><td class="cell-text">{escape(name)}</td>')
            for day in self.days:
                codes, marks = cells.get(day, ("", ""))
                out.append(f"<td>\n\t\t\t{codes}\n\t\t\t{marks}\n\t\t</td>")
            out.append(f'<td class="cell-num">{average}</td></tr>')
        out.append('</tbody></table>\n<div><table name="legend"><tbody><tr></tr>')
        out += [f"<tr><td>{code}</td><td>{meaning}</td></tr>" for code, meaning in self.legend]
        out.append('</tbody></table></div><div class="body">Подпись родителей:</div>')
        out.append(f'<span class="smalltext"><i>{self.state}</i></span><br>')
        out.append("<span>© <i>Сетевой Город. Образование</i> 5.0.58547.626</span></body>")
        return "".join(out)

    def v556(self) -> str:
        """Version 5.56: a fragment, days with records only, empty cells bare, the period named over the averages."""
        head = (
            f'\n\n<div>\n<h5 class="report-title-school">{escape(self.school)}</h5>\n'
            '<h2 align="center" class="main-report-title">Отчет об успеваемости и посещаемости ученика</h2>'
            "<br />\n</div>"
            '<table cellspacing="10px"><tr><td class="no-border"><div id="photowrap">'
            '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" border="0" alt="Фото"></div></td>'
            '<td class="no-border">'
            f'<span class="select"><b>Учебный год:</b> {self.year}</span><br />\n'
            f'<span class="select"><b>Класс:</b> {self.klass}</span><br />\n'
            '<span class="select"><b>Учебный период:</b> </span><br />\n'
            f'<span class="select"><b>Период:</b> {self.period}</span><br />\n'
            f'<span class="select" data-sheet-name="{self.pupil}"><b>Ученик:</b> {self.pupil}</span><br>\n'
            '</td></tr></table><br />\n<table class="table-print">\n<tr><th rowspan="2">Предмет</th>'
        )
        out = [head]
        out += [f'<th colspan="{count}">{MONTHS[month]}</th>' for month, count in self._months()]
        out.append(f'<th rowspan="2">Средн.<br />оценка <br> {self.term}</th>')
        out.append(f'<th rowspan="2">Итог.оценка <br> {self.term}</th></tr>\n<tr>')
        out += [*(f"<th>{day}</th>" for _, day in self.days), "</tr>"]
        for name, (cells, average) in self.subjects.items():
            out.append(f'<tr><td class="cell-text">{escape(name)}</td>')
            for day in self.days:
                codes, marks = cells.get(day, ("", ""))
                filled = f"<td>\n\t\t\t{codes}\n\t\t    {marks}\n\t\t</td>"
                out.append(filled if codes or marks else "<td></td>")
            final = self.finals.get(name, "")
            out.append(f'<td class="cell-num-2">{average}</td><td class="cell-num-2">{final}</td></tr>\n')
        out.append('</table><br /><div class="legend"><div>')
        out += [
            f'<p><span class="legend-label">{code}</span><span class="legend-description"> — {meaning}</span></p>'
            for code, meaning in self.legend
        ]
        out.append('</div></div><table><tbody><tr><td colspan="10">Подпись родителей:</td></tr></tbody></table>')
        out.append(f'<table class="sheet-footer"><tr></tr><tr><td><i>{self.state.replace("на ", "на")}</i></td></tr>')
        out.append("<tr><td>©&nbsp;<i>Сетевой Город. Образование </i>&nbsp;5.56.0 (0.29.2)</td></tr></table>")
        return "".join(out)


Value = str | float | None


class Book:
    """A workbook written as raw XML: None is a cell without value, '' a shared empty string."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], Value] = {}
        self.merges: list[str] = []
        self._strings: dict[str, int] = {}

    def put(self, row: int, column: int, value: Value) -> None:
        self.cells[row, column] = value

    def _cell(self, row: int, column: int, value: Value, *, inline: bool) -> str:
        place = f'r="{letters(column)}{row}" s="1"'
        if value is None:
            return f"<c {place}/>"
        if isinstance(value, str):
            if inline:
                return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
            index = self._strings.setdefault(value, len(self._strings))
            return f'<c {place} t="s"><v>{index}</v></c>'
        return f"<c {place}><v>{value!r}</v></c>"

    def parts(self, *, inline: bool = False) -> dict[str, str]:
        rows: dict[int, list[str]] = {}
        for (row, column), value in sorted(self.cells.items()):
            rows.setdefault(row, []).append(self._cell(row, column, value, inline=inline))
        main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in self.merges)
        strings = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self._strings)
        sheet = "".join(f'<row r="{row}">{"".join(cells)}</row>' for row, cells in rows.items())
        return {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}"><sheets>'
            '<sheet name="Лист1" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            f'relationships"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
            "</Relationships>",
            "xl/sharedStrings.xml": f"<sst {main}>{strings}</sst>",
            "xl/worksheets/sheet1.xml": f'<?xml version="1.0" encoding="utf-8"?><worksheet {main}>'
            f"<sheetData>{sheet}</sheetData><mergeCells>{merges}</mergeCells></worksheet>",
        }

    def save(self, *, inline: bool = False) -> bytes:
        return zipped(self.parts(inline=inline))


def zipped(parts: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return packed.getvalue()


def letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@dataclass
class Pupil:
    """One block of the class report: days as (month, day), rows as subject → (cells, mean, weighted, final)."""

    name: str
    days: tuple[tuple[int, int], ...]
    rows: dict[str, tuple[list[Value], Value, Value, Value]]


@dataclass
class ClassReport:
    """The class-wide report; each pupil has columns of his own."""

    pupils: list[Pupil]
    year: str = "Учебный год: 2024/2025"
    klass: str = "Класс: 8А"
    period: str = "Период: с 24.03.25 по 24.05.25"
    legend: tuple[tuple[str, str], ...] = CLASS_LEGEND
    merges: bool = True
    day_type: type = float
    column: int = 1
    titles: tuple[str, str, str] = ("Средняя оценка", "Средневзвешенный \n балл", "Итоговая оценка за период")

    def book(self) -> Book:
        book = Book()
        at = self.column
        book.put(1, at, "МАОУ СОШ № 0")
        book.put(3, at, "Отчет об успеваемости и посещаемости ученика")
        row = 6
        for pupil in self.pupils:
            row = self._block(book, row, pupil)
        return book

    def _block(self, book: Book, row: int, pupil: Pupil) -> int:
        at = self.column
        for text in filter(None, (self.year, self.klass, self.period, f"Ученик: {pupil.name}")):
            book.put(row, at, text)
            row += 1
        head = row + 1
        self._header(book, head, pupil)
        row = head + 2
        for name, (cells, *summary) in pupil.rows.items():
            for place, value in enumerate([name, *cells, *summary], start=at):
                book.put(row, place, value)
            row += 1
        row += 1
        if self.legend:
            book.put(row, at, "")
            row += 1
        for code, meaning in self.legend:
            book.put(row, at, code)
            book.put(row, at + 1, meaning)
            row += 1
        return row

    def _header(self, book: Book, head: int, pupil: Pupil) -> None:
        at = self.column
        book.put(head, at, "Предмет")
        book.put(head + 1, at, None)
        months: dict[int, list[int]] = {}
        for place, (month, day) in enumerate(pupil.days, start=at + 1):
            book.put(head, place, None if month in months else MONTHS[month])
            months.setdefault(month, []).append(place)
            book.put(head + 1, place, self.day_type(day))
        merges = [f"{letters(of[0])}{head}:{letters(of[-1])}{head}" for of in months.values() if len(of) > 1]
        for place, title in enumerate(self.titles, start=at + 1 + len(pupil.days)):
            book.put(head, place, title)
            merges.append(f"{letters(place)}{head}:{letters(place)}{head + 1}")
        book.merges += merges if self.merges else []

    def export(self, *, inline: bool = False) -> Export:
        return export(self.book().save(inline=inline), "отчёт.xlsx")


@dataclass
class ReportCard:
    """The report card: pupil → subject → values by period (mean, weighted, final), then the four last."""

    pupils: list[tuple[str, dict[str, list[Value]]]]
    periods: tuple[str, ...] = ("1 Четверть", "2 Четверть", "3 Четверть", "4 Четверть")
    merges: bool = True

    def book(self) -> Book:
        book = Book()
        book.put(1, 1, "МАОУ СОШ № 0")
        book.put(3, 1, "Табель успеваемости учащегося")
        row = 6
        for name, subjects in self.pupils:
            for text in ("Учебный год: 2024/2025", "Класс: 8А", f"Ученик: {name}"):
                book.put(row, 1, text)
                row += 1
            row = self._header(book, row + 2)
            for place, (subject, values) in enumerate(subjects.items(), start=1):
                for column, value in enumerate([str(place), subject, *values], start=1):
                    book.put(row, column, value)
                row += 1
            book.put(row, 1, None)
            row += 1
        return book

    def _header(self, book: Book, top: int) -> int:
        book.put(top, 2, "Предмет")
        book.put(top, 3, "Учебные периоды")
        book.put(top + 1, 1, "№")
        book.put(top + 2, 1, "п/п")
        column = 3
        for period in self.periods:
            book.put(top + 2, column, period)
            for place, title in enumerate(("Средний балл", "Ср. взв. балл", "Итог")):
                book.put(top + 3, column + place, title)
            if self.merges:
                book.merges.append(f"{letters(column)}{top + 2}:{letters(column + 2)}{top + 2}")
            column += 3
        if self.merges:
            book.merges += [f"B{top}:B{top + 2}", f"C{top}:{letters(column - 1)}{top}"]
        for title in ("Год. оценка", "Экз. оценка", "Гос. экз. оценка", "Итог. оценка"):
            book.put(top, column, title)
            if self.merges:
                book.merges.append(f"{letters(column)}{top}:{letters(column)}{top + 2}")
            column += 1
        return top + 4

    def export(self) -> Export:
        return export(self.book().save(), "табель.xlsx")
