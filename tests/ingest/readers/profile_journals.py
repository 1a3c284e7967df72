"""Writers of journal sheets of one class and subject: dates over the columns, pupils in the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from html import escape

from tests.ingest.readers.layouts import MONTHS
from tests.ingest.readers.profile_tables import Cell, Tab

MONTH_NAMES = MONTHS | {12: "Декабрь", 6: "Июнь", 8: "Август"}


@dataclass
class JournalSheet:
    """One sheet. days: of the columns, in order; marks: pupil → cells; spelling: how the header writes the days."""

    days: list[date]
    marks: dict[str, list[Cell]]
    klass: str = "7А"
    subject: str = "Алгебра"
    teacher: str = "Образцова Анна Петровна"
    year: str = "2025/2026"
    spelling: str = "month over day"
    lines: dict[str, list[Cell]] = field(default_factory=dict)
    summary: dict[str, list[Cell]] = field(default_factory=dict)
    legend: list[tuple[str, str]] = field(default_factory=list)
    title: str = "АСИОУ. Журнал успеваемости"

    def tab(self, name: str = "Лист1") -> Tab:
        heading: list[list[Cell]] = [
            [self.title],
            *([[f"Класс: {self.klass}"]] if self.klass else []),
            *([[f"Предмет: {self.subject}"]] if self.subject else []),
            *([["Учитель:", self.teacher]] if self.teacher else []),
            *([[f"{self.year} учебный год"]] if self.year else []),
            [],
        ]
        rows = [*heading, *self._header()]
        for label, values in self.lines.items():
            rows.append([None, label, *values])
        for number, (pupil, cells) in enumerate(self.marks.items(), start=1):
            more = [values[number - 1] for values in self.summary.values()]
            rows.append([float(number), pupil, *cells, *more])
        if self.legend:
            rows += [[], *([None, code, meaning] for code, meaning in self.legend)]
        return Tab(rows, name, merges=self._merges(len(heading)))

    def _header(self) -> list[list[Cell]]:
        titles: list[Cell] = list(self.summary)
        if self.spelling == "month over day":
            months: list[Cell] = []
            for at, day in enumerate(self.days):
                first = at == 0 or self.days[at - 1].month != day.month
                months.append(MONTH_NAMES[day.month] if first else None)
            return [["№", "ФИО", *months, *titles], [None, None, *[float(day.day) for day in self.days]]]
        return [["№", "ФИО", *[spelt(day, self.spelling) for day in self.days], *titles]]

    def _merges(self, top: int) -> list[tuple[int, int, int, int]]:
        if self.spelling != "month over day":
            return []
        found = [(top, at, top + 1, at) for at in (0, 1)]
        found += [(top, 2 + len(self.days) + at, top + 1, 2 + len(self.days) + at) for at in range(len(self.summary))]
        start = 0
        for at in range(1, len(self.days) + 1):
            if at == len(self.days) or self.days[at].month != self.days[start].month:
                if at - start > 1:
                    found.append((top, 2 + start, top, 1 + at))
                start = at
        return found


def spelt(day: date, spelling: str) -> Cell:
    if spelling == "typed":
        return day
    if spelling == "serial":
        return float((day - date(1899, 12, 30)).days)
    words = {
        "full": f"{day:%d.%m.%Y}", "short year": f"{day:%d.%m.%y}", "dd.mm": f"{day:%d.%m}",
        "weekday": f"{day:%d.%m} вт", "iso": day.isoformat(),
        "words": f"{day.day} {MONTH_NAMES[day.month].lower()}",
    }  # fmt: skip
    return words[spelling]


SPELLINGS = ("month over day", "typed", "serial", "full", "short year", "dd.mm", "weekday", "iso", "words")


@dataclass
class DnevnikPage:
    """A journal page of Дневник.ру by subject: dates in ids, pupils as links, two nodes in a cell."""

    days: list[tuple[int, int]]
    rows: dict[str, tuple[int, list[tuple[str, str]]]]
    subject: str = "Алгебра"
    year: str = "2025/2026 учебный год"
    teachers: tuple[str, ...] = ("Образцова Анна Петровна",)
    term: str = "1 четверть"
    klass: str = ""
    titles: tuple[str, ...] = ()

    def markup(self) -> str:
        leads = "".join(f'<a class="u" href="/user/user.aspx?user=77">{escape(name)}</a>' for name in self.teachers)
        periods = "".join(
            f'<li class="journal-link-period" data-period-id="{n}"><a class="{"active" if name == self.term else ""}">'
            f"{name}</a></li>"
            for n, name in enumerate(("1 четверть", "2 четверть", "3 четверть", "4 четверть"), start=1)
        )
        head = (
            '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Журнал</title></head><body>'
            f'<div class="header_journal"><div class="m10"><h2>{escape(self.subject)}</h2><h3>{self.year}</h3></div>'
            f'<div class="leads">{leads}</div><ul class="period_list">{periods}</ul></div>'
            + (f"<p>Класс: {self.klass}</p>" if self.klass else "")
        )
        over = "".join(f'<th><span id="day_1_{month}_{day}">.</span></th>' for month, day in self.days)
        over += "".join(f'<th class="total">{title}</th>' for title in self.titles)
        body = []
        for number, (name, (own, cells)) in enumerate(self.rows.items(), start=1):
            link = f'<a href="/journals/person.aspx?school=1&amp;student={own}">{escape(name)}</a>'
            marks = "".join(f"<td><span><i>{a}</i><b>{m}</b></span></td>" for a, m in cells)
            body.append(f"<tr><td>{number}</td><td>{link}</td>{marks}</tr>")
        return (
            f"{head}<table><thead><tr><th></th><th></th>{over}</tr></thead><tbody>{''.join(body)}</tbody></table>"
            "</body></html>"
        )


def eljur(days: list[date], rows: dict[str, list[Cell]], *, summary: tuple[str, ...] = (), heading: str = "") -> Tab:
    """A pupil's journal of ЭлЖур in Excel: three rows of header, subjects in column A from the fourth on."""
    months: list[Cell] = [
        MONTH_NAMES[day.month] if at == 0 or days[at - 1].month != day.month else None for at, day in enumerate(days)
    ]
    return Tab(
        [
            [heading or "2025/2026 учебный год"],
            [None, *months, *summary],
            [None, *[float(day.day) for day in days]],
            *[[name, *cells] for name, cells in rows.items()],
        ]
    )
