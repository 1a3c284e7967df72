"""Writers of three reports of Сетевой Город (studentgrades, studenttotalmarks, parentinfoletter) in both wrappers.

Made from the description of the layouts; they share no code with the readers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

LEGEND = (("УП", "Пропуск по уважительной причине"), ("Б", "Пропуск по болезни"), ("ОТ", "Отсутствовал"))
Row = tuple[str, ...]


@dataclass
class Page(ABC):
    """The wrapper of a report: what stands above and below its table."""

    year: str = "2025/2026"
    klass: str = "9Б"
    period: str = "с 1.09.25 по 26.10.25"
    pupil: str = "Пробный Иван"
    school: str = "МБОУ СОШ № 0"
    state: str = "Состояние на 14.11.25 19:10:10"
    term: str = ""
    title: str = ""

    def facts(self) -> dict[str, str]:
        return {
            "Учебный год": self.year, "Класс": self.klass, "Учебный период": self.term, "Период": self.period,
            "Ученик": self.pupil,
        }  # fmt: skip

    @abstractmethod
    def header(self) -> list[list[str]]:
        """Cells of the header, markup and all, row by row."""

    @abstractmethod
    def body(self) -> list[list[str]]:
        """Cells under the header, markup and all, row by row."""

    def table(self, *, tbody: bool) -> str:
        rows = "".join(f"<tr>{''.join(row)}</tr>\n" for row in (*self.header(), *self.body()))
        return '<table class="table-print">' + (f"<tbody>{rows}</tbody>" if tbody else rows) + "</table>"

    def v50(self) -> str:
        """Version 5.0: a page in UTF-8 with `<tbody>`; a blank «Учебный период» is not printed."""
        told = "".join(
            f'<span class="select"><b>{name}:</b> {escape(text)}</span><br>\n'
            for name, text in self.facts().items() if text
        )  # fmt: skip
        legend = "".join(f"<tr><td>{code}</td><td>{meaning}</td></tr>" for code, meaning in LEGEND)
        return (
            "<head><meta HTTP-EQUIV='Content-type' CONTENT='text/html; charset=utf-8'><style>td { color: red }</style>"
            f'</head><body><h5 class="report-title-school">{escape(self.school)}</h5>\n'
            f'<h2 align="center">{self.title}</h2>\n<br>\n'
            f'<table cellspacing="10px"><tbody><tr><td>\n{told}</td></tr></tbody></table>\n'
            f'{self.table(tbody=True)}\n<div><table name="legend"><tbody><tr></tr>{legend}</tbody></table></div>'
            f'<div class="body">Подпись родителей:</div><span class="smalltext"><i>{self.state}</i></span><br>'
            "<span>© <i>Сетевой Город. Образование</i> 5.0.58547.626</span></body>"
        )

    def v556(self) -> str:
        """Version 5.56: a fragment without `<tbody>`, the name in an attribute too, a photo, the foot a table."""
        told = "".join(
            f'<span class="select"{self._sheet(name)}><b>{name}:</b> {escape(text)}</span><br />\n'
            for name, text in self.facts().items()
        )
        legend = "".join(
            f'<p><span class="legend-label">{code}</span><span class="legend-description"> — {meaning}</span></p>'
            for code, meaning in LEGEND
        )
        return (
            f'\n\n<div>\n<h5 class="report-title-school">{escape(self.school)}</h5>\n'
            f'<h2 align="center" class="main-report-title">{self.title}</h2><br />\n</div>'
            '<table cellspacing="10px"><tr><td class="no-border"><div id="photowrap">'
            '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" border="0" alt="Фото"></div></td>'
            f'<td class="no-border">{told}</td></tr></table><br />\n{self.table(tbody=False)}<br />'
            f'<div class="legend"><div>{legend}</div></div>'
            '<table><tbody><tr><td colspan="10">Подпись родителей:</td></tr></tbody></table>'
            f'<table class="sheet-footer"><tr></tr><tr><td><i>{self.state.replace("на ", "на")}</i></td></tr>'
            "<tr><td>©&nbsp;<i>Сетевой Город. Образование </i>&nbsp;5.56.0 (0.29.2)</td></tr></table>"
        )

    def _sheet(self, name: str) -> str:
        return f' data-sheet-name="{escape(self.pupil)}"' if name == "Ученик" else ""


def cells(texts: Row, tag: str = "td") -> list[str]:
    return [f"<{tag}>{escape(text)}</{tag}>" for text in texts]


@dataclass
class Grades(Page):
    """One studentgrades report: rows of type, topic, day of the lesson, day of entry, mark."""

    rows: tuple[Row, ...] = ()
    mean: str = ""
    subject: str = "Алгебра"
    teacher: str = "Учитель Анна Ивановна"
    title: str = "Отчет об успеваемости"
    total: bool = True

    def facts(self) -> dict[str, str]:
        return super().facts() | {"Предмет": self.subject, "Учитель": self.teacher}

    def header(self) -> list[list[str]]:
        titles = ("Тип задания", "Тема задания", "Дата выполнения", "Дата выставления оценки", "Оценка")
        return [cells(titles, "th")]

    def body(self) -> list[list[str]]:
        last = ['<td colspan="2">Итого</td>', '<td colspan="2"></td>', f"<td>Средняя оценка: {self.mean}</td>"]
        return [*map(cells, self.rows), *([last] if self.total else [])]


@dataclass
class TotalMarks(Page):
    """One studenttotalmarks report: subject → its marks, one for each period, then year, exam, final."""

    marks: Mapping[str, Row] = field(default_factory=dict)
    periods: Row = ("1 четверть", "2 четверть", "3 четверть", "4 четверть")
    two_rows: bool = False
    period: str = ""
    title: str = "Итоговые отметки"

    def header(self) -> list[list[str]]:
        ends = ("Год. оценка", "Экз. оценка", "Итог. оценка")
        if not self.two_rows:
            return [cells(("№", "Предмет", *self.periods, *ends), "th")]
        high = [f'<th rowspan="2">{text}</th>' for text in ("№", "Предмет")]
        high.append(f'<th colspan="{len(self.periods)}">Учебные периоды</th>')
        return [high + [f'<th rowspan="2">{text}</th>' for text in ends], cells(self.periods, "th")]

    def body(self) -> list[list[str]]:
        return [cells((str(number), name, *marks)) for number, (name, marks) in enumerate(self.marks.items(), start=1)]


@dataclass
class Letter(Page):
    """One parentinfoletter: subject → numbers of its 5, 4, 3, 2, the mean and, where `final` is named, a mark."""

    subjects: Mapping[str, Row] = field(default_factory=dict)
    sums: Row = ()
    final: str = ""
    two_rows: bool = True
    title: str = "Информационное письмо для родителей"

    def header(self) -> list[list[str]]:
        ends = ["Средняя оценка", *filter(None, [self.final])]
        if not self.two_rows:
            return [cells(("Предмет", "5", "4", "3", "2", *ends), "th")]
        spanned = [f'<th rowspan="2">{text}</th>' for text in ends]
        return [['<th rowspan="2">Предмет</th>', '<th colspan="4">Оценки</th>', *spanned], cells(tuple("5432"), "th")]

    def body(self) -> list[list[str]]:
        rows = [cells((name, *texts)) for name, texts in self.subjects.items()]
        return [*rows, *([cells(("Итого", *self.sums))] if self.sums else [])]
