"""«Посещаемость» of a class: pupil × day, and absences by reason."""

from __future__ import annotations

from datetime import date
from html import escape
from itertools import pairwise
from typing import Any

import polars as pl
import streamlit as st

from dashboards.parts import banner, choose, html, words
from dashboards.parts.html import Cell, Line
from dashboards.parts.reader import Reader
from warehouse.access import allow
from warehouse.accounts import ClassRef
from warehouse.language import gettext as _

REASONS = "rpt_class_teacher__absence_reasons"
FRIDAY_GAP = 2


def attendance(reader: Reader, days: pl.DataFrame | None, ref: ClassRef) -> None:
    """Pupil × day for a month."""
    if days is None or not days.height:
        html.show(html.empty(_("Посещаемость не выгружалась"), _("Нужна выгрузка с отметками об отсутствии.")))
        return
    absent_today(days)
    months = sorted({(each.year, each.month) for each in days["date"].unique() if each})
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        month = choose.switch(
            _("Месяц"), {each: month_name(*each) for each in months}, key="class.month", default=months[-1]
        )
    with right:
        banner.explain(
            reader,
            ["rpt_class_teacher__attendance_map", REASONS],
            [
                (_("«н»"), _("нет ни на одном уроке дня")),
                (_("Число"), _("сколько уроков дня пропущено")),
                (_("«·»"), _("на уроках дня нет ни одной записи: сказать нечего")),
                (_("Пусто"), _("присутствовал; журнал отмечает только отсутствие, поэтому это вывод, а не запись")),
                (
                    _("«Н» в журнале"),
                    _("причина не выяснена, пока вы её не уточните; сама неуважительной не становится"),
                ),
            ],
            ref,
        )
    shown = days.filter((pl.col("date").dt.year() == month[0]) & (pl.col("date").dt.month() == month[1]))
    html.show_clickable(map_html(shown), key="class.map", end=True)
    html.show(
        html.legend(
            [
                ("o4", "н", _("весь день")),
                ("o2", "2", _("часть уроков")),
                ("hatch", "·", _("нет записей")),
                ("", _("о"), _("ученик опоздал на урок")),
                ("", "", _("присутствовал")),
            ]
        )
    )


def absent_today(days: pl.DataFrame) -> None:
    """Who was absent on the newest day, by name: the line a class teacher opens the page for."""
    last = days["date"].max()
    today = days.filter((pl.col("date") == last) & (pl.col("missed") > 0)).sort("pupil_name")
    if not isinstance(last, date):
        return
    if not today.height:
        html.show(html.notice(_("{day}: отсутствовавших нет.").format(day=words.full_day(last))))
        return
    names = [
        row["pupil_name"]
        if row["symbol"] == "н"
        else _("{name} ({missed} из {lessons})").format(
            name=row["pupil_name"], missed=row["missed"], lessons=row["lessons"]
        )
        for row in today.iter_rows(named=True)
    ]
    html.show(html.notice(_("Отсутствовали {day}: {names}.").format(day=words.full_day(last), names=", ".join(names))))


def month_name(year: int, month: int) -> str:
    """Сентябрь 2025 → «09.2025» in words."""
    names = _("январь|февраль|март|апрель|май|июнь|июль|август|сентябрь|октябрь|ноябрь|декабрь").split("|")
    return f"{names[month - 1]} {year}"


def map_html(days: pl.DataFrame) -> str:
    """The attendance map as a table."""
    dates: list[date] = sorted(each for each in days["date"].unique() if each)
    pupils = sorted({(row["pupil_name"], row["pupil_id"]) for row in days.iter_rows(named=True)})
    cells = {(row["pupil_id"], row["date"]): row for row in days.iter_rows(named=True)}
    heads = [
        (_("Ученик"), "first"),
        *((words.day(each), "c") for each in dates),
        (_("уроков"), "n"),
        (_("дней"), "n"),
    ]
    starts = {later for earlier, later in pairwise(dates) if (later - earlier).days >= FRIDAY_GAP}
    lines = []
    for name, pupil in pupils:
        mine = [cells.get((pupil, each)) for each in dates]
        known = [row for row in mine if row]
        missed = sum(int(row["missed"] or 0) for row in known)
        whole = sum(1 for row in known if row["symbol"] == "н")
        lines.append(
            Line(
                [
                    Cell(name, "first"),
                    *(day_cell(row, opens_week=each in starts) for each, row in zip(dates, mine, strict=True)),
                    Cell(str(missed) if missed else "", "n"),
                    Cell(str(whole) if whole else "", "n"),
                ]
            )
        )
    return html.table(heads, lines, look="grid", tall=True, label=_("Карта посещаемости"))


def day_cell(row: dict[str, Any] | None, *, opens_week: bool) -> Cell:
    """One pupil's day."""
    look = "c weekend" if opens_week else "c"
    if row is None:
        return Cell("", look)
    symbol, missed, lessons = str(row["symbol"] or ""), int(row["missed"] or 0), int(row["lessons"] or 0)
    hint = _("{day}: уроков {lessons}, пропущено {missed}, без записи {blank}").format(
        day=words.day(row["date"]), lessons=lessons, missed=missed, blank=int(row["not_recorded"] or 0)
    )
    if symbol == "н":
        return Cell("н", f"{look} o4", hint)
    if symbol == "·":
        return Cell("·", f"{look} hatch", hint)
    if missed:
        return Cell(str(missed), f"{look} {'o3' if missed * 2 >= lessons else 'o2'}", hint)
    return Cell(_("о") if row["late"] else "", f"{look} none" if not row["late"] else look, hint)


def absences(reader: Reader, frame: pl.DataFrame | None, ref: ClassRef) -> None:
    """Absences by reason: only for those to whom it was granted."""
    decision = allow(reader.viewer, REASONS, ref)
    if not decision.allowed:
        html.show(html.heading(_("Причины пропусков")) + html.notice(decision.reason))
        return
    if frame is None or not frame.height:
        html.show(
            html.heading(_("Причины пропусков")) + html.empty(_("Пропусков нет"), _("За период никто не отсутствовал."))
        )
        return
    periods = {
        row["period_id"]: row["period_name"] or _("весь срок") for row in frame.sort("period_id").iter_rows(named=True)
    }
    html.show(html.heading(_("Причины пропусков"), _("Сведения о здоровье: не показывайте экран посторонним")))
    period = choose.switch(_("Период"), periods, key="class.period", default=next(reversed(periods)))
    frame = frame.filter(pl.col("period_id") == period).sort("pupil_name")
    evidence(frame)
    names = ("missed", "ill", "excused", "unexcused", "unknown_reason", "late", "days_missed")
    titles = (
        _("Пропущено уроков"),
        _("по болезни"),
        _("уважительная"),
        _("неуважительная"),
        _("не выяснена"),
        _("опозданий на урок"),
        _("дней"),
    )
    heads = [(_("Ученик"), "first"), *((each, "n") for each in titles), (_("Посещаемость"), "n")]
    lines = [
        Line(
            [
                Cell(row["pupil_name"], "first"),
                *(
                    Cell(
                        words.number(row[name]) if row[name] else "",
                        "n o1" if name == "unknown_reason" and row[name] else "n",
                    )
                    for name in names
                ),
                Cell(words.percent(row["attendance_rate"]), "n"),
            ]
        )
        for row in frame.iter_rows(named=True)
    ]
    lines.append(
        Line(
            [Cell(_("Класс"), "first"), *(Cell(words.number(frame[name].sum()), "n") for name in names), Cell("", "n")],
            "total",
        )
    )
    html.show(html.table(heads, lines, tall=True, label=_("Причины пропусков")))
    html.show(
        html.downloads(
            "absences",
            [("academic_year", ref.academic_year), ("class_id", ref.class_id), ("period_id", str(period))],
            frame.height,
        )
    )


def evidence(frame: pl.DataFrame) -> None:
    """How attendance is known: recorded, implied by other records, or not at all."""
    weights = pl.col("lessons_expected")
    summed = frame.select(
        [
            (pl.col(name) * weights).sum() / weights.sum()
            for name in ("share_stated", "share_implied", "share_not_recorded")
        ]
    ).row(0)
    stated, implied, blank = (float(each or 0) for each in summed)
    parts = [
        (stated, "b3", _("записано {share}").format(share=words.percent(stated))),
        (implied, "b1", _("следует из других записей {share}").format(share=words.percent(implied))),
        (blank, "hatch", _("нет записей {share}").format(share=words.percent(blank))),
    ]
    html.show(f'<p class="soft">{escape(_("Откуда известно о присутствии"))}</p>' + html.bar(parts))
