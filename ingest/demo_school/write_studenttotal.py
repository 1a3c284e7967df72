"""The per-pupil report of «Сетевой Город», HTML named .xls: two fifths of a class in v5.0 markup, the rest in v5.56.

All pupils' files of one moment go into one zip without a manifest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from itertools import groupby
from pathlib import Path

from ingest.demo_school.archive import save, stem, zip_bytes
from ingest.demo_school.calendar import DAY, Period
from ingest.demo_school.people import YEAR, Pupil, SchoolClass
from ingest.demo_school.printed import MONTHS, Average, Cell, ClassJournal, Shown
from ingest.demo_school.subjects import Subject
from ingest.demo_school.world import CODES, World

FOLDER = "studenttotal"
OLD_SHARE = 0.4
PRINTED = {"unknown": "ОТ", "ill": "Б", "excused": "УП", "unexcused": "НП", "late": "ОП", "released": "ОСВ"}
TITLE = "Отчет об успеваемости и посещаемости ученика"
PHOTO = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
STYLE = "body{font-family:Arial}.table-print{border-collapse:collapse}.table-print td{border:1px solid #000}"

_OLD_EMPTY = "\t\t\t\t\t<td>\n\t\t\t\t\t\t\n\t\t\t\t\t\t\n\t\t\t\t\t</td>\n"
_NEW_EMPTY = "\t                    <td></td>\n"


@dataclass(frozen=True)
class _Row:
    """One subject of one pupil: cells by day, average and final mark as printed."""

    name: str
    cells: dict[date, tuple[str, str]]
    average: str
    final: str


def write(world: World, folder: Path, school_name: str, moments: list[datetime]) -> None:
    """Write one zip for each class in this layout and moment; the first morning has nothing to print yet."""
    for school_class in (c for c in world.school.classes if c.layout == "b"):
        journal = ClassJournal(world, school_class)
        for at in moments[1:]:
            period = journal.period(at)
            shown = journal.at(at, period)
            entries = [
                (f"{school_class.name}_{number:02d}.xls", text.encode("utf-8"))
                for number, text in enumerate(_files(journal, shown, school_name, period, at), start=1)
            ]
            save(folder / f"studenttotal_{school_class.name}_{stem(at)}.zip", zip_bytes(entries, at), at)


def is_old(journal_pupils: list[Pupil], pupil: Pupil) -> bool:
    """True for the pupils of a class that are printed in v5.0 markup."""
    return journal_pupils.index(pupil) < round(OLD_SHARE * len(journal_pupils))


def printed_subject(subject: Subject) -> str:
    """The name of a subject in this layout."""
    return subject.printed_b or subject.name


def _files(journal: ClassJournal, shown: Shown, school_name: str, period: Period, at: datetime) -> list[str]:
    world, school_class = journal.world, journal.school_class
    begun = sorted({world.lessons[lesson].day for lesson in journal.begun(at, period)})
    recorded = {world.lessons[lesson].day for _, lesson in shown.cells}
    days_new = [day for day in begun if day in recorded] or begun
    days_old = [
        day
        for n in range((period.ends_on - period.starts_on).days + 1)
        if (day := period.starts_on + n * DAY).isoweekday() <= 6
    ]
    files = []
    for pupil in journal.pupils:
        rows = _rows(journal, shown, pupil)
        if is_old(journal.pupils, pupil):
            files.append(_old(school_name, school_class, pupil, rows, days_old, period, at))
        else:
            files.append(_new(school_name, school_class, pupil, rows, days_new, period, at))
    return files


def _rows(journal: ClassJournal, shown: Shown, pupil: Pupil) -> list[_Row]:
    world = journal.world
    by_subject: dict[str, dict[date, Cell]] = {}
    for course in journal.courses:
        for lesson in world.held_of_course[course.index]:
            cell = shown.cells.get((pupil.index, lesson))
            if cell is not None:
                days = by_subject.setdefault(course.subject.subject_id, {})
                merged = days.setdefault(world.lessons[lesson].day, Cell())
                merged.codes += cell.codes
                merged.marks += cell.marks
    subjects = sorted({c.subject.subject_id: c.subject for c in journal.courses}.values(), key=printed_subject)
    return [
        _Row(
            printed_subject(subject),
            {day: _lines(cell) for day, cell in by_subject.get(subject.subject_id, {}).items()},
            _average(
                shown.averages.get((pupil.index, subject.subject_id)),
                shown.wrong_by.get((pupil.index, subject.subject_id), 0.0),
            ),
            shown.finals.get((pupil.index, subject.subject_id), ""),
        )
        for subject in subjects
    ]


def _lines(cell: Cell) -> tuple[str, str]:
    """The two lines of a cell: codes of attendance, then marks."""
    codes = "&nbsp;".join(PRINTED[CODES[code]] for code in cell.codes)
    return codes, "&nbsp;".join(mark.lstrip("/") for mark in cell.marks)


def _average(average: Average | None, wrong_by: float) -> str:
    """The mean rounded half up to two digits, comma, no trailing zeros; empty without marks."""
    if average is None or not average.count:
        return ""
    exact = min(Decimal(5), Decimal(int(average.total)) / Decimal(average.count) + Decimal(str(wrong_by)))
    text = str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return text.rstrip("0").rstrip(".").replace(".", ",")


def _months(days: list[date]) -> list[tuple[str, int]]:
    return [(MONTHS[month], len(list(of_month))) for month, of_month in groupby(days, key=lambda day: day.month)]


def _old(
    school_name: str,
    school_class: SchoolClass,
    pupil: Pupil,
    rows: list[_Row],
    days: list[date],
    period: Period,
    at: datetime,
) -> str:
    """One pupil in v5.0 markup: every working day of the period, two lines in every cell, no final mark."""
    place = {day: n for n, day in enumerate(days)}
    body = []
    for row in rows:
        cells = [_OLD_EMPTY] * len(days)
        for day, (codes, marks) in row.cells.items():
            cells[place[day]] = f"\t\t\t\t\t<td>\n\t\t\t\t\t\t{codes}\n\t\t\t\t\t\t{marks}\n\t\t\t\t\t</td>\n"
        average = f'\t\t\t\t<td class="cell-num">{row.average}</td>\n'
        body.append(
            f'\t\t\t<tr>\n\t\t\t\t<td class="cell-text">{row.name}</td>\n{"".join(cells)}{average}\t\t\t</tr>\n'
        )
    months = "".join(f'\t\t\t\t<th colspan="{count}">{name}</th>\n' for name, count in _months(days))
    numbers = "".join(f"\t\t\t\t<th>{day.day}</th>\n" for day in days)
    span = f"с {_short(period.starts_on)} по {_short(period.ends_on)}"
    legend = "".join(
        f'<tr> <td style="padding-right:20px; border:1px solid #000">{code}</td> '
        f'<td style="white-space:nowrap;">{meaning}</td> </tr> '
        for code, meaning in (
            ("УП", "Пропуск по уважительной причине"),
            ("Б", "Пропуск по болезни"),
            ("НП", "Пропуск по неуважительной причине"),
            ("ОТ", "Отсутствовал"),
            ("ОП", "Опоздал"),
            ("ОСВ", "Освобожден"),
        )
    )
    return (
        "<head><meta HTTP-EQUIV='Content-type' CONTENT='text/html; charset=utf-8'>"
        f'<style>{STYLE}</style></head><body><h5 class="report-title-school">{escape(school_name)}</h5>\n\n'
        f'<h2 align="center">{TITLE}</h2>\n\n<br>\n\n\n<br>\n\t<table cellspacing="10px">\n\t\t<tbody><tr>\n\t\t\t\n'
        f'\t\t\t<td>\n\t\t\t\t\t<span class="select"><b>Учебный год:</b> {YEAR}</span><br>\n'
        f'\t\t\t\t\t<span class="select"><b>Класс:</b> {school_class.name}</span><br>\n'
        f'\t\t\t\t\t<span class="select"><b>Период:</b> {span}</span><br>\n'
        f'\t\t\t\t<span class="select"><b>Ученик:</b> {pupil.short}</span><br>\n'
        "\t\t\t</td>\n\t\t</tr>\n\t</tbody></table>\n\t<br>\n"
        '\t<table class="table-print">\n\t\t<tbody><tr>\n\t\t\t<th rowspan="2">Предмет</th>\n'
        f'{months}\t\t\t<th rowspan="2">Средняя оценка</th>\n\t\t</tr>\n\t\t<tr>\n{numbers}\t\t</tr>\n'
        f"{''.join(body)}\t</tbody></table>\n\t<br>\n"
        f'\t<div class=""><br><table name="legend"> <tbody>{legend}</tbody></table></div>\n\t<br>\n'
        '\t<div class="body">Подпись родителей:</div>\n\n<br>\n'
        f'<span class="smalltext"><i>Состояние на {at:%d.%m.%y %H:%M:%S}</i></span>\n<br>\n'
        '<span class="smalltext">© <i>Сетевой Город. Образование</i> 5.0.58547.626</span></body>'
    )


def _new(
    school_name: str,
    school_class: SchoolClass,
    pupil: Pupil,
    rows: list[_Row],
    days: list[date],
    period: Period,
    at: datetime,
) -> str:
    """One pupil in v5.56 markup: a fragment, only days with records of the class, empty cells without lines."""
    place = {day: n for n, day in enumerate(days)}
    body = []
    for row in rows:
        cells = [_NEW_EMPTY] * len(days)
        for day, (codes, marks) in row.cells.items():
            lines = f"\t\t\t\t\t\t\t{codes}\n\t\t                    {marks}\n"
            cells[place[day]] = f"\t\t\t\t\t\t<td>\n{lines}\t\t\t\t\t\t</td>\n"
        ends = (
            f'\t\t\t\t\t<td class="cell-num-2">{row.average}</td>\n\t\t\t\t\t<td class="cell-num-2">{row.final}</td>\n'
        )
        body.append(f'\t\t\t<tr>\n\t\t\t\t<td class="cell-text">{row.name}</td>\n{"".join(cells)}{ends}\t\t\t</tr>\n')
    months = "".join(f'\t\t\t\t\t<th colspan="{count}">{name}</th>\n' for name, count in _months(days))
    numbers = "".join(f"\t\t\t\t\t<th>{day.day}</th>\n" for day in days)
    span = f"с {_long(period.starts_on)} по {_long(period.ends_on)}"
    return (
        f'\n\n<div>\n        <h5 class="report-title-school">{escape(school_name)}</h5>\n\n'
        f'    <h2 align="center" class="main-report-title">{TITLE}</h2>\n\n    <br />\n\n</div>\n'
        '\t<table cellspacing="10px">\n\t\t<tr>\n\t\t\t<td class="no-border">\n\t\t\t\t<div id="photowrap">\n'
        f'\t\t\t\t\t<img src="{PHOTO}" border="0" alt="Фото">\n\t\t\t\t</div>\n\t\t\t</td>\n'
        '\t\t\t<td class="no-border">\n'
        f'\t\t\t\t\t<span class="select"><b>Учебный год:</b> {YEAR}</span><br />\n'
        f'\t\t\t\t\t<span class="select"><b>Класс:</b> {school_class.name}</span><br />\n'
        f'\t\t\t\t\t<span class="select"><b>Учебный период:</b> {period.label}</span><br />\n'
        f'\t\t\t\t\t<span class="select"><b>Период:</b> {span}</span><br />\n'
        f'\t\t\t\t<span class="select" data-sheet-name="{pupil.full}"><b>Ученик:</b> {pupil.full}</span><br>\n'
        '\t\t\t</td>\n\t\t</tr>\n\t</table>\n\t<br />\n\t<table class="table-print">\n\t\t<tr>\n'
        f'\t\t\t<th rowspan="2">Предмет</th>\n{months}'
        f'\t\t\t\t<th rowspan="2">Средн.<br />оценка <br> {period.label}</th>\n'
        f'\t\t\t\t<th rowspan="2">Итог.оценка <br> {period.label}</th>\n\t\t</tr>\n\t\t<tr>\n{numbers}\t\t</tr>\n'
        f"{''.join(body)}\t</table>\n\t<br />\n{_NEW_LEGEND}\t<br />\n"
        '\t<table>\n\t\t<tbody>\n\t\t<tr>\n\t\t\t<td colspan="10" class="no-border">\n'
        '\t\t\t\t<div class="body">Подпись родителей:</div>\n\t\t\t</td>\n\t\t</tr>\n\t\t</tbody>\n\t</table>\n\t\n'
        '<table class="sheet-footer">\n\t<tr></tr>\n\t<tr>\n\t\t<td class="no-border cell-date">\n'
        f'\t\t\t<span class="smalltext"><i>Состояние на{at:%d.%m.%Y %H:%M:%S}</i></span>\n\t\t</td>\n\t</tr>\n'
        '\t<tr>\n\t\t<td class="no-border cell-text">\n'
        '\t\t\t<span class="smalltext">©&nbsp;<i>Сетевой Город. Образование </i>&nbsp;5.56.0 (0.29.2)</span>\n'
        "\t\t</td>\n\t</tr>\n</table>"
    )


def _legend_line(code: str, meaning: str) -> str:
    label = f'<span class="legend-label">{code}</span>'
    return f'\t\t\t<p>{label}<span class="legend-description"> — {meaning}</span></p>\n'


_NEW_LEGEND = (
    '\t<div class="legend">\n\t\t<div>\n'
    + _legend_line("УП", "Пропуск по уважительной причине")
    + _legend_line("Б", "Пропустил по болезни")
    + _legend_line("НП", "Пропуск по неуважительной причине")
    + "\t\t</div>\n\t\t<div>\n"
    + _legend_line("ОТ", "Отсутствовал")
    + _legend_line("ОП", "Опоздал")
    + "\t\t</div>\n\t\t<div>\n"
    + _legend_line("ОСВ", "Освобожден от посещения")
    + "\t\t</div>\n\t</div>\n"
)


def _short(day: date) -> str:
    return f"{day.day}.{day:%m.%y}"


def _long(day: date) -> str:
    return f"{day.day}.{day:%m.%Y}"
