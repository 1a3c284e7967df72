"""«Сверка с журналом»: drawn cells on one A4 sheet, to be ticked against the journal by hand.

The sheet bears names of children, since a person must find their cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from exports.files import safe_stem, write_whole
from exports.letterhead import Letterhead
from exports.pdf import Press
from warehouse.language import gettext as _
from warehouse.language import language
from warehouse.samples import Cell, Draw, Lesson

MOST_CELLS = 15
"""What one sheet holds, rows high enough to write in."""
ROOMY = 10
"""Up to so many rows two files may stand in each."""
LONGEST_NAME = 48


@dataclass(frozen=True)
class Row:
    """A cell with its names. files: (name, taken_at, address within it or '')."""

    cell: Cell
    subject: str
    pupil: str
    files: tuple[tuple[str, datetime, str], ...]


@dataclass(frozen=True)
class Line:
    """A row of the table in words."""

    number: int
    class_name: str
    day: str
    lesson: str
    subject: str
    pupil: str
    read: str
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    """The sheet in words, top to bottom."""

    language: str
    title: str
    number: str
    school: str
    data_of: str
    how: tuple[str, ...]
    headings: tuple[str, ...]
    ticks: tuple[str, str, str]
    lines: tuple[Line, ...]
    enter: str
    signatures: tuple[tuple[str, str], tuple[str, str]]
    signature_parts: tuple[str, str, str]
    private: str


def sample_paper(draw: Draw, rows: Sequence[Row], head: Letterhead, folder: Path) -> Path:
    """Print a draw into a folder; gives the file. The same draw gives the same bytes."""
    words = paper(draw, rows, head)
    path = folder / f"{safe_stem(_('Сверка с журналом {number}').format(number=draw.number))}.pdf"
    return write_whole(path, Press("sample.typ").print(asdict(words), draw.as_of))


def paper(draw: Draw, rows: Sequence[Row], head: Letterhead) -> Paper:
    """Word a draw. Nobody knows before who will check: that name is written by hand."""
    return Paper(
        language=language(),
        title=_("Сверка с журналом"),
        number=f"№ {draw.number}",
        school=head.school,
        data_of=_("Данные на {moment}, версия {version}").format(
            moment=f"{draw.as_of:%d.%m.%Y %H:%M}", version=draw.version
        ),
        how=(
            _("Откройте в журнале каждую ячейку и отметьте в её строке один из трёх квадратов."),
            _("Запись внесена или изменена позже, чем снят файл, – «совпадает»: журнал ушёл вперёд, чтение верно."),
            _("Нет такого урока, ученика или страницы – «не нашлось»."),
        ),
        headings=("№", _("Класс"), _("День, урок"), _("Предмет, ученик"), _("Прочитано"),
                  _("Файл, место в нём, когда снят"), _("Что стоит в журнале")),
        ticks=(_("совпадает"), _("не совпадает"), _("не нашлось")),
        lines=tuple(_line(number, row, 2 if len(rows) <= ROOMY else 1) for number, row in enumerate(rows, start=1)),
        enter=_("Внести итог, например: {command}").format(
            command=f"zavuch sample enter {draw.number} --wrong 3,7 --missing 5"
        ) + " " + _("(номера не совпавших и не найденных; не названные совпали)"),
        signatures=((_("Проверил(а)"), ""), (_("Заместитель директора по УВР"), head.deputy)),
        signature_parts=(_("подпись"), _("фамилия, инициалы"), _("дата")),
        private=_("Содержит персональные данные детей. После внесения итога уничтожить."),
    )  # fmt: skip


def _line(number: int, row: Row, most: int) -> Line:
    cell = row.cell
    more = [_("и ещё {n}").format(n=len(row.files) - most)] if len(row.files) > most else []
    numbers = [str(lesson.number) for lesson in cell.lessons if lesson.number is not None]
    return Line(
        number,
        cell.class_name,
        f"{cell.date:%d.%m.%Y}",
        _("{n}-й урок").format(n=", ".join(numbers)) if numbers else "",
        row.subject,
        row.pupil,
        read_text(cell),
        _not_looked(cell),
        (*(_source(*each) for each in row.files[:most]), *more),
    )


def read_text(cell: Cell) -> str:
    """«5», «Н», «5, Н», «пусто»; lesson by lesson where the day has several of the subject."""
    if len(cell.lessons) == 1:
        return _standing(cell.lessons[0])
    return "; ".join(
        f"{_('{n}-й урок').format(n=lesson.number)}: {_standing(lesson)}" if lesson.number is not None
        else _standing(lesson) for lesson in cell.lessons
    )  # fmt: skip


def _standing(lesson: Lesson) -> str:
    return ", ".join((*lesson.marks, *filter(None, [lesson.code]))) or _("пусто")


def _not_looked(cell: Cell) -> str:
    """What no export speaks of must not be compared."""
    if "attendance" not in cell.looked:
        return _("посещаемость не выгружалась: сверяйте отметки")
    if "marks" not in cell.looked:
        return _("отметки не выгружались: сверяйте посещаемость")
    return ""


def _source(name: str, taken_at: datetime, place: str) -> str:
    """Name a file so that its end, where files of one archive differ, stays readable."""
    shown = name.replace(" → ", " / ")
    if len(shown) > LONGEST_NAME:
        shown = f"{shown[: LONGEST_NAME // 2]}…{shown[-LONGEST_NAME // 2 :]}"
    return ", ".join(filter(None, (shown, place, f"{taken_at:%d.%m.%Y %H:%M}")))
