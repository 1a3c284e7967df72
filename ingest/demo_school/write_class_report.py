"""The class-wide XLSX report «(весь класс)» and, at the end of a period, the report card «Табель».

The sheet XML is written here by hand: an absent value means «no such lesson», an empty string «a lesson without
a record», and spreadsheet libraries do not keep the two apart.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from ingest.demo_school.archive import save, stem, zip_bytes
from ingest.demo_school.calendar import PERIODS, Period
from ingest.demo_school.people import YEAR, Course, Pupil
from ingest.demo_school.printed import MONTHS, Cell, ClassJournal, Shown
from ingest.demo_school.subjects import TECHNOLOGY
from ingest.demo_school.world import CODES, World

FOLDER = "class_report"
PRINTED = {"unknown": "Н", "unexcused": "Н", "ill": "Б", "excused": "У", "late": "О"}
LEGEND = (("Н", "Неуважительная"), ("О", "Опоздание"), ("Б", "Болезнь"), ("У", "Уважительная"))
TITLE = "Отчет об успеваемости и посещаемости ученика"
CARD_TITLE = "Табель успеваемости учащегося"
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"

TEXT, SCHOOL, HEAD, HEADER, PLAIN, NO_LESSON, MONTH, RECORD, WRAPPED, NUMBER = 0, 3, 4, 5, 6, 7, 8, 9, 10, 11


def _letters() -> list[str]:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [*alphabet, *(first + second for first in alphabet[:6] for second in alphabet)]


LETTERS = _letters()


class Sheet:
    """Rows of cells as XML, with the shared strings and merged ranges they need."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.strings: dict[str, int] = {}
        self.merged: list[str] = []
        self.width = 1
        self.height = 1

    def text(self, column: int, row: int, style: int, value: str) -> str:
        """A cell that holds a shared string (also the empty one)."""
        index = self.strings.setdefault(value, len(self.strings))
        return f'<c r="{LETTERS[column]}{row}" s="{style}" t="s"><v>{index}</v></c>'

    def add(self, row: int, cells: list[str], attributes: str = "") -> None:
        """Append a row; rows come in order."""
        self.rows.append(f'<row r="{row}"{attributes}>{"".join(cells)}</row>')
        self.width, self.height = max(self.width, len(cells)), row

    def merge(self, first: str, last: str) -> None:
        """Merge a range."""
        if first != last:
            self.merged.append(f'<mergeCell ref="{first}:{last}" />')

    def xlsx(self, at: datetime, styles: str) -> bytes:
        """The whole workbook."""
        sheet = (
            f'{BOM}<?xml version="1.0" encoding="utf-8"?><worksheet xmlns:r="{_OFFICE}/relationships" '
            'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f'<dimension ref="A1:{LETTERS[self.width - 1]}{self.height}" />'
            '<sheetViews><sheetView workbookViewId="0" /></sheetViews><sheetFormatPr defaultRowHeight="15" />'
            '<cols><col min="1" max="1" width="45" customWidth="1"/></cols>'
            f"<sheetData>{''.join(self.rows)}</sheetData>"
            f'<mergeCells count="{len(self.merged)}">{"".join(self.merged)}</mergeCells><headerFooter /></worksheet>'
        )
        items = "".join(
            f'<si><t xml:space="preserve">{escape(text)}</t></si>' if text else "<si><t></t></si>"
            for text in self.strings
        )
        strings = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>'
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'count="{len(self.strings)}" uniqueCount="{len(self.strings)}">{items}</sst>'
        )
        parts = [
            ("[Content_Types].xml", _CONTENT_TYPES),
            ("_rels/.rels", _RELS),
            ("xl/workbook.xml", _WORKBOOK),
            ("xl/_rels/workbook.xml.rels", _WORKBOOK_RELS),
            ("xl/styles.xml", styles),
            ("xl/sharedStrings.xml", strings),
            ("xl/worksheets/sheet1.xml", sheet),
        ]
        return zip_bytes([(name, text.encode("utf-8")) for name, text in parts], at)


def write(world: World, folder: Path, school_name: str, moments: list[datetime]) -> None:
    """Write a report for each class in this layout and moment, and report cards when a period is over."""
    for school_class in (c for c in world.school.classes if c.layout == "c"):
        journal = ClassJournal(world, school_class)
        for at in moments[1:]:
            period = journal.period(at)
            shown = journal.at(at, period)
            name = f"Отчет_весь_класс_{school_class.name}_{stem(at)}.xlsx"
            save(folder / name, _report(journal, shown, school_name, period, at), at)
        for period, at in _closing_moments(journal, moments):
            name = f"Табель_{school_class.name}_{stem(at)}.xlsx"
            save(folder / name, _card(journal, school_name, period, at), at)


def _closing_moments(journal: ClassJournal, moments: list[datetime]) -> list[tuple[Period, datetime]]:
    """For each finished period the last moment of export before the next one starts."""
    finished: dict[str, tuple[Period, datetime]] = {}
    for at in moments[1:]:
        period = journal.period(at)
        if period.ends_on < at.date():
            finished[period.period_id] = (period, at)
    return list(finished.values())


def printed_rows(journal: ClassJournal) -> list[tuple[str, list[Course]]]:
    """Printed subjects by alphabet, with their courses; handicraft of girls and boys are two subjects."""
    rows: dict[str, list[Course]] = defaultdict(list)
    for course in journal.courses:
        rows[printed_subject(journal.world, course)].append(course)
    return sorted(rows.items())


def printed_subject(world: World, course: Course) -> str:
    """The name of a course's subject in this layout."""
    if course.subject.subject_id == TECHNOLOGY and course.subgroup >= 0:
        return f"Труд (Технология {world.school.subgroups[course.subgroup].name.rsplit(' ', 1)[1]})"
    return course.subject.printed_c or course.subject.name


def _report(journal: ClassJournal, shown: Shown, school_name: str, period: Period, at: datetime) -> bytes:
    sheet = Sheet()
    sheet.add(1, [sheet.text(0, 1, SCHOOL, school_name)], ' s="1" customFormat="1"')
    sheet.add(3, [sheet.text(0, 3, HEAD, TITLE)], ' ht="37" customHeight="1" s="2" customFormat="1"')
    sheet.merge("A1", "AP1")
    sheet.merge("A3", "AP3")
    lessons = journal.begun(at, period)
    top = 6
    rows = printed_rows(journal)
    by_course: dict[int, dict[date, list[int]]] = defaultdict(lambda: defaultdict(list))
    for lesson in sorted(lessons, key=lambda n: journal.world.lessons[n].starts):
        one = journal.world.lessons[lesson]
        by_course[one.course][one.day].append(lesson)
    for pupil in journal.pupils:
        top = _block(sheet, journal, shown, pupil, rows, by_course, period, top)
    return sheet.xlsx(at, _STYLES)


def _block(
    sheet: Sheet,
    journal: ClassJournal,
    shown: Shown,
    pupil: Pupil,
    rows: list[tuple[str, list[Course]]],
    by_course: dict[int, dict[date, list[int]]],
    period: Period,
    top: int,
) -> int:
    """One pupil from row `top` on. Returns the row where the next block starts."""
    columns = _columns(journal, pupil, rows, by_course)
    days = [day for day, _ in columns]
    facts = (
        f"Учебный год: {YEAR}",
        f"Класс: {journal.school_class.name}",
        f"Период: с {period.starts_on:%d.%m.%y} по {period.ends_on:%d.%m.%y}",
        f"Ученик: {pupil.full}",
    )
    for n, fact in enumerate(facts):
        sheet.add(top + n, [sheet.text(0, top + n, TEXT, fact)], ' ht="18" customHeight="1"')
    header = top + 5
    _header(sheet, header, days)
    row = header + 2
    for name, courses in rows:
        sheet.add(row, _cells(sheet, journal, shown, pupil, (name, courses), by_course, columns, row))
        row += 1
    row += 2
    for code, meaning in LEGEND:
        sheet.add(row, [sheet.text(0, row, TEXT, code), sheet.text(1, row, TEXT, meaning)])
        row += 1
    return row


def _columns(
    journal: ClassJournal,
    pupil: Pupil,
    rows: list[tuple[str, list[Course]]],
    by_course: dict[int, dict[date, list[int]]],
) -> list[tuple[date, int]]:
    """(day, which lesson of that day in a subject): a day stands as often as the pupil's busiest subject needs."""
    most: dict[date, int] = defaultdict(int)
    for _, courses in rows:
        for course in courses:
            if _attends(journal, pupil, course):
                for day, lessons in by_course[course.index].items():
                    most[day] = max(most[day], len(lessons))
    return [(day, n) for day in sorted(most) for n in range(most[day])]


def _attends(journal: ClassJournal, pupil: Pupil, course: Course) -> bool:
    if course.subgroup < 0:
        return True
    return any(member[0] == pupil.index for member in journal.world.school.subgroups[course.subgroup].members)


def _header(sheet: Sheet, row: int, days: list[date]) -> None:
    upper = [sheet.text(0, row, HEADER, "Предмет")]
    column = 1
    for month, of_month in groupby(days, key=lambda day: day.month):
        count = len(list(of_month))
        upper.append(sheet.text(column, row, MONTH, MONTHS[month]))
        upper += [f'<c r="{LETTERS[column + n]}{row}" s="{PLAIN}"/>' for n in range(1, count)]
        sheet.merge(f"{LETTERS[column]}{row}", f"{LETTERS[column + count - 1]}{row}")
        column += count
    lower = [f'<c r="A{row + 1}" s="{PLAIN}"/>']
    lower += [f'<c r="{LETTERS[n]}{row + 1}" s="{HEADER}"><v>{day.day}</v></c>' for n, day in enumerate(days, start=1)]
    for title in ("Средняя оценка", "Средневзвешенный \n балл", "Итоговая оценка за период"):
        upper.append(sheet.text(column, row, WRAPPED, title))
        lower.append(f'<c r="{LETTERS[column]}{row + 1}" s="{PLAIN}"/>')
        sheet.merge(f"{LETTERS[column]}{row}", f"{LETTERS[column]}{row + 1}")
        column += 1
    sheet.merge(f"A{row}", f"A{row + 1}")
    sheet.add(row, upper)
    sheet.add(row + 1, lower, ' ht="40" customHeight="1"')


def _cells(
    sheet: Sheet,
    journal: ClassJournal,
    shown: Shown,
    pupil: Pupil,
    subject: tuple[str, list[Course]],
    by_course: dict[int, dict[date, list[int]]],
    columns: list[tuple[date, int]],
    row: int,
) -> list[str]:
    name, courses = subject
    mine = [course for course in courses if _attends(journal, pupil, course)] or courses[:1]
    lessons: dict[date, list[int]] = defaultdict(list)
    for course in mine:
        for day, of_day in by_course[course.index].items():
            lessons[day] += of_day
    cells = [sheet.text(0, row, NO_LESSON, name)]
    for column, (day, n) in enumerate(columns, start=1):
        if n < len(lessons[day]):
            lesson = lessons[day][n]
            cells.append(sheet.text(column, row, RECORD, _shown(shown.cells.get((pupil.index, lesson)), lesson)))
        else:
            cells.append(f'<c r="{LETTERS[column]}{row}" s="{NO_LESSON}"/>')
    column = len(columns) + 1
    subject_id = courses[0].subject.subject_id
    attends = any(_attends(journal, pupil, course) for course in courses)
    average = shown.averages.get((pupil.index, subject_id)) if attends else None
    mean = weighted = 0.0
    if average is not None and average.count:
        wrong_by = shown.wrong_by.get((pupil.index, subject_id), 0.0)
        mean = min(5.0, average.total / average.count + wrong_by)
        weighted = average.weighted / average.weight if courses[0].subject.uses_weights else 0.0
    for n, value in enumerate((mean, weighted)):
        cells.append(f'<c r="{LETTERS[column + n]}{row}" s="{NUMBER}"><v>{_number(value)}</v></c>')
    final = shown.finals.get((pupil.index, subject_id), "") if attends else ""
    cells.append(
        sheet.text(column + 2, row, RECORD, final) if final else f'<c r="{LETTERS[column + 2]}{row}" s="{RECORD}"/>'
    )
    return cells


def _number(value: float) -> str:
    return repr(value) if value else "0"


def _shown(cell: Cell | None, lesson: int) -> str:
    """A cell as printed: code and marks in no fixed order, works by spaces, marks of one work by a slash."""
    if cell is None:
        return ""
    marks = ""
    for mark in cell.marks:
        separator = "  " if lesson % 40 == 3 else " "
        marks += mark if mark.startswith("/") or not marks else separator + mark
    codes = " ".join(PRINTED[CODES[code]] for code in cell.codes)
    parts = [marks, codes] if lesson % 10 == 7 else [codes, marks]
    return " ".join(part for part in parts if part)


def _card(journal: ClassJournal, school_name: str, period: Period, at: datetime) -> bytes:
    """The report card of every pupil of a class: four quarters, filled up to the one that has just ended."""
    sheet = Sheet()
    sheet.add(1, [sheet.text(0, 1, SCHOOL, school_name)], ' s="1" customFormat="1"')
    sheet.add(3, [sheet.text(0, 3, HEAD, CARD_TITLE)], ' ht="25" customHeight="1" s="2" customFormat="1"')
    sheet.merge("A1", "Z1")
    sheet.merge("A3", "Z3")
    quarters = [p for p in PERIODS if p.kind == period.kind]
    seen = {p.period_id: journal.at(at, p) for p in quarters if p.starts_on <= period.starts_on}
    rows = printed_rows(journal)
    top = 6
    for pupil in journal.pupils:
        facts = (f"Учебный год: {YEAR}", f"Класс: {journal.school_class.name}", f"Ученик: {pupil.full}")
        for n, fact in enumerate(facts):
            sheet.add(top + n, [sheet.text(0, top + n, TEXT, fact)], ' ht="18" customHeight="1"')
        _card_header(sheet, top + 5, quarters)
        row = top + 9
        for number, (name, courses) in enumerate(rows, start=1):
            cells = [sheet.text(0, row, RECORD, str(number)), sheet.text(1, row, NO_LESSON, name)]
            for n, quarter in enumerate(quarters):
                cells += _card_cells(sheet, journal, seen.get(quarter.period_id), pupil, courses, 2 + 3 * n, row)
            end = 2 + 3 * len(quarters)
            cells += [f'<c r="{LETTERS[end + n]}{row}" s="{RECORD}"/>' for n in range(4)]
            sheet.add(row, cells)
            row += 1
        top = row + 1
    return sheet.xlsx(at, _STYLES)


def _card_cells(
    sheet: Sheet,
    journal: ClassJournal,
    shown: Shown | None,
    pupil: Pupil,
    courses: list[Course],
    column: int,
    row: int,
) -> list[str]:
    subject = courses[0].subject
    attends = any(_attends(journal, pupil, course) for course in courses)
    average = shown.averages.get((pupil.index, subject.subject_id)) if shown and attends else None
    mean = weighted = 0.0
    if average is not None and average.count:
        mean = average.total / average.count
        weighted = average.weighted / average.weight if subject.uses_weights else 0.0
    final = shown.finals.get((pupil.index, subject.subject_id), "") if shown and attends else ""
    cells = [
        f'<c r="{LETTERS[column + n]}{row}" s="{NUMBER}"><v>{f"{value:.2f}" if value else "0"}</v></c>'
        for n, value in enumerate((mean, weighted))
    ]
    last = f'<c r="{LETTERS[column + 2]}{row}" s="{RECORD}"/>'
    return [*cells, sheet.text(column + 2, row, RECORD, final) if final else last]


def _card_header(sheet: Sheet, row: int, quarters: list[Period]) -> None:
    """Four storeys: the year's marks on the right stand over three of them."""
    end = 2 + 3 * len(quarters)
    wide = end + 4

    def line(number: int, filled: dict[int, str]) -> None:
        cells = [
            sheet.text(n, number, HEADER, filled[n]) if n in filled else f'<c r="{LETTERS[n]}{number}" s="{PLAIN}"/>'
            for n in range(wide)
        ]
        sheet.add(number, cells)

    year = dict(zip(range(end, wide), ("Год. оценка", "Экз. оценка", "Гос. экз. оценка", "Итог. оценка"), strict=True))
    line(row, {1: "Предмет", 2: "Учебные периоды"} | year)
    line(row + 1, {0: "№"})
    names = {2 + 3 * n: f"{quarter.ordinal} Четверть" for n, quarter in enumerate(quarters)}
    line(row + 2, {0: "п/п"} | names)
    titles = ("Средний балл", "Ср. взв. балл", "Итог")
    line(row + 3, {2 + 3 * n + k: title for n in range(len(quarters)) for k, title in enumerate(titles)})
    sheet.merge(f"B{row}", f"B{row + 2}")
    sheet.merge(f"C{row}", f"{LETTERS[end - 1]}{row}")
    for n in range(end, wide):
        sheet.merge(f"{LETTERS[n]}{row}", f"{LETTERS[n]}{row + 2}")
    for n in range(2, end, 3):
        for storey in (1, 2):
            sheet.merge(f"{LETTERS[n]}{row + storey}", f"{LETTERS[n + 2]}{row + storey}")


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CONTENT_TYPES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="{_PACKAGE}/content-types">'
    '<Default ContentType="application/xml" Extension="xml"/>'
    '<Default ContentType="application/vnd.openxmlformats-package.relationships+xml" Extension="rels"/>'
    f'<Override ContentType="{_SPREADSHEET}.sheet.main+xml" PartName="/xl/workbook.xml" />'
    f'<Override ContentType="{_SPREADSHEET}.worksheet+xml" PartName="/xl/worksheets/sheet1.xml" />'
    f'<Override ContentType="{_SPREADSHEET}.styles+xml" PartName="/xl/styles.xml" />'
    f'<Override ContentType="{_SPREADSHEET}.sharedStrings+xml" PartName="/xl/sharedStrings.xml" /></Types>'
)
_RELS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_WORKBOOK = (
    f'{BOM}<?xml version="1.0" encoding="utf-8"?><workbook xmlns:r="{_OFFICE}/relationships" '
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><bookViews><workbookView /></bookViews>'
    '<sheets><sheet name="Лист1" sheetId="1" r:id="rId1" /></sheets><calcPr fullCalcOnLoad="1" /></workbook>'
)
_WORKBOOK_RELS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{_PACKAGE}/relationships">'
    + "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            (("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")),
            start=1,
        )
    )
    + "</Relationships>"
)


def _style(font: int, *, fill: int = 0, border: int = 0, number: int = 0, align: str = "") -> str:
    alignment = f"<alignment {align} />" if align else ""
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyFont="1" '
        f'applyFill="1" applyBorder="1" applyNumberFormat="1" applyAlignment="1">{alignment}</xf>'
    )


_CENTRE = 'horizontal="center"'
_MIDDLE = 'horizontal="center" vertical="center"'
_FORMATS = (
    _style(0),
    _style(1),
    _style(2),
    _style(1, align=_CENTRE),
    _style(3, align=_MIDDLE),
    _style(4, fill=2, border=1, align=_MIDDLE),
    _style(0, fill=2, border=1),
    _style(0, border=1),
    _style(4, fill=2, border=1, align=_CENTRE),
    _style(0, border=1, align=_CENTRE),
    _style(4, fill=2, border=1, align=f'{_MIDDLE} wrapText="1"'),
    _style(0, border=1, number=2, align=_CENTRE),
)
_FONTS = ((11, False), (9, False), (18, False), (18, True), (11, True))
_EDGES = '<left style="thin" /><right style="thin" /><top style="thin" /><bottom style="thin" /><diagonal />'
_STYLES = (
    f'{BOM}<?xml version="1.0" encoding="utf-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/'
    'spreadsheetml/2006/main"><numFmts count="0" />'
    f'<fonts count="{len(_FONTS)}">'
    + "".join(
        f'<font>{"<b />" if bold else ""}<sz val="{size}" /><name val="Calibri" /></font>' for size, bold in _FONTS
    )
    + '</fonts><fills count="3"><fill><patternFill patternType="none" /></fill><fill><patternFill '
    'patternType="gray125" /></fill><fill><patternFill patternType="solid"><fgColor rgb="FFD3D3D3" tint="0" />'
    '</patternFill></fill></fills><borders count="2"><border><left /><right /><top /><bottom /><diagonal /></border>'
    f'<border>{_EDGES}</border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" /></cellStyleXfs>'
    f'<cellXfs count="{len(_FORMATS)}">{"".join(_FORMATS)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0" /></cellStyles><dxfs count="0" />'
    "</styleSheet>"
)
