"""The first sheet of the school workbook: what to do in five lines, and what stands on which sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from warehouse.registers import book

WHAT_TO_DO = f"""\
Серое наклонное взято из выгрузок журнала. Верно – не трогайте: Завуч и дальше будет брать это из выгрузок.
Неверно или неполно – исправьте прямо в строке. Она станет чёрной и будет внесена целиком.
Чего нет, допишите новой строкой. Жёлтое нужно заполнить, если строка нужна. Ненужный лист оставьте пустым.
Чёрное внесено раньше; строка, удалённая с листа, отзывается. Столбцы можно переставлять и добавлять, заголовки – нет.
Сохраните и загрузите: {book.IMPORT}. Завуч покажет, что изменится и чего он не понял, и спросит, вносить ли.
""".splitlines()
HEADINGS = ("Лист", "Для чего он", "Внесено", "Из выгрузок", "Дополнить")
WIDTHS = (34, 92, 10, 12, 11)


@dataclass(frozen=True)
class Line:
    """A sheet and its numbers of rows: entered, shown by exports, and lacking something required."""

    title: str
    about: str
    entered: int
    exported: int
    unfilled: int


def fill(page: Worksheet, workbook: Workbook, school: str, year: str, at: datetime, lines: Sequence[Line]) -> None:
    """Write the sheet."""

    def look(**more: object) -> object:
        return workbook.add_format({"font_name": "Arial", "font_size": 10, "valign": "vcenter", **more})

    plain, bold, wrapped = look(), look(bold=True), look(text_wrap=True, border=1, border_color="#D0D0D0")
    number = look(align="center", border=1, border_color="#D0D0D0")
    yellow = look(align="center", border=1, border_color="#D0D0D0", bg_color="#FFF2B3", bold=True)
    link = look(font_color="#1F4E9E", underline=1, border=1, border_color="#D0D0D0")
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    page.hide_gridlines(2)
    page.set_row(0, 30)
    page.write_string(0, 0, book.TITLE, look(bold=True, font_size=16))
    page.write_string(1, 0, book.SCHOOL, bold)
    page.write_string(1, 1, school, plain)
    page.write_string(2, 0, book.YEAR, bold)
    page.write_string(2, 1, year, plain)
    page.write_string(3, 0, "Выгружен", bold)
    page.write_string(3, 1, f"{at:%d.%m.%Y %H:%M}", plain)
    for number_of_line, text in enumerate(WHAT_TO_DO, start=1):
        row = 4 + number_of_line
        page.set_row(row, 20)
        page.write_string(row, 0, f"{number_of_line}. {text}", plain)
    top = 6 + len(WHAT_TO_DO)
    for column, heading in enumerate(HEADINGS):
        page.write_string(top, column, heading, look(bold=True, bg_color="#BFD3E6", border=1, align="center"))
    for row, line in enumerate(lines, start=top + 1):
        page.write_url(row, 0, f"internal:'{line.title}'!A1", link, line.title)
        page.write_string(row, 1, line.about, wrapped)
        for column, count in enumerate((line.entered, line.exported, line.unfilled), start=2):
            page.write_string(row, column, str(count) if count else "", yellow if column == 4 and count else number)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 1)
