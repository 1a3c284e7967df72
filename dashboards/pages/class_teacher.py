"""«Мой класс»: who was absent and when, what to check, and how marks stand."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from dashboards.pages import class_attendance, class_forecast, class_progress
from dashboards.parts import banner, choose, html, words
from dashboards.parts.reader import Reader, note_visit
from warehouse.accounts import ClassRef
from warehouse.language import gettext as _

NAMING = (
    "rpt_class_teacher__contradictions",
    "rpt_class_teacher__attendance_map",
    "rpt_class_teacher__progress",
    "rpt_deputy__fill_grid",
)


def show(reader: Reader) -> None:
    """The page."""
    days = reader.read("rpt_class_teacher__attendance_map")
    marks = reader.read("rpt_class_teacher__progress")
    own = reader.account.role == "class_teacher"
    if days is None and marks is None:
        banner.top(reader, _("Мой класс") if own else _("Класс"))
        html.show(html.empty(_("Этот отчёт не открыт"), _("Он не входит в опубликованные данные или в ваши права.")))
        return
    ref = choose_class(reader, days, marks)
    note_visit(reader, "class_teacher", f"{ref.class_id} {ref.academic_year}" if ref else "")
    names = class_names(reader)
    name = f" {names.get(ref, ref.class_id)}" if ref else ""
    banner.top(reader, (_("Мой класс") if own else _("Класс")) + name)
    if ref is None:
        html.show(
            html.empty(_("По вашему классу записей нет"), _("В загруженных выгрузках вашего класса пока не было."))
        )
        return
    pick_class(reader, ref, names, days, marks)
    days, marks = of_class(days, ref), of_class(marks, ref)
    found = of_class(reader.read("rpt_class_teacher__contradictions"), ref)
    reasons = of_class(reader.read(class_attendance.REASONS), ref)
    forecast = of_class(reader.read(class_forecast.REPORT), ref)
    tiles(days, forecast, found)
    views = {"days": _("Посещаемость"), "check": _("Проверьте"), "marks": _("Успеваемость")}
    if found is not None and found.height:
        views["check"] = _("Проверьте: {n}").format(n=found.height)
    if forecast is not None:
        views["forecast"] = _("Прогноз")
    view = choose.views(views, key="class.view", default="days")
    if view == "days":
        class_attendance.attendance(reader, days, ref)
        class_attendance.absences(reader, reasons, ref)
    elif view == "check":
        contradictions(found, ref, reader.status())
    elif view == "forecast" and forecast is not None:
        class_forecast.show(reader, forecast, ref)
    else:
        class_progress.progress(reader, marks, ref)


def refs(days: pl.DataFrame | None, marks: pl.DataFrame | None) -> list[ClassRef]:
    """Classes in the data: newest year first, then by number and letter."""
    found: set[ClassRef] = set()
    for frame in (days, marks):
        if frame is not None:
            found |= {ClassRef(*row) for row in frame.select("academic_year", "class_id").unique().iter_rows()}
    newest = sorted({each.academic_year for each in found}, reverse=True)
    return sorted(found, key=lambda each: (newest.index(each.academic_year), choose.natural(each.class_id)))


def class_names(reader: Reader) -> dict[ClassRef, str]:
    """What classes are called, from any prepared table that says so (an id may be a code of the journal)."""
    names: dict[ClassRef, str] = {}
    for table in NAMING:
        frame = reader.read(table)
        if frame is not None and "class_name" in frame.columns:
            for year, class_id, name in frame.select("academic_year", "class_id", "class_name").unique().iter_rows():
                if name:
                    names[ClassRef(year, class_id)] = str(name)
    return names


def choose_class(reader: Reader, days: pl.DataFrame | None, marks: pl.DataFrame | None) -> ClassRef | None:
    """The class chosen before, else the first that the person may see."""
    options = [each for each in refs(days, marks) if reader.viewer.whole_school or each in reader.account.classes]
    if not options:
        return None
    chosen = st.session_state.get("class.ref")
    return chosen if chosen in options else options[0]


def pick_class(
    reader: Reader, ref: ClassRef, names: dict[ClassRef, str], days: pl.DataFrame | None, marks: pl.DataFrame | None
) -> None:
    """A choice of class for those who have several."""
    options = sorted(
        (each for each in refs(days, marks) if reader.viewer.whole_school or each in reader.account.classes),
        key=lambda each: (-int(each.academic_year[:4] or 0), choose.natural(names.get(each, each.class_id))),
    )
    if len(options) <= 1:
        return
    years = {each.academic_year for each in options}

    def text(each: ClassRef) -> str:
        name = names.get(each, each.class_id)
        return f"{name} · {each.academic_year}" if len(years) > 1 else name

    st.session_state.setdefault("class.ref", ref)
    with st.container(width=260):
        choose.select(_("Класс"), {each: text(each) for each in options}, key="class.ref")


def of_class(frame: pl.DataFrame | None, ref: ClassRef) -> pl.DataFrame | None:
    """The rows of one class."""
    if frame is None:
        return None
    return frame.filter((pl.col("academic_year") == ref.academic_year) & (pl.col("class_id") == ref.class_id))


def tiles(days: pl.DataFrame | None, forecast: pl.DataFrame | None, found: pl.DataFrame | None) -> None:
    """The numbers of the last school day and of the class."""
    items: list[tuple[str, str, str, bool]] = []
    if days is not None and days.height:
        last = days["date"].max()
        today = days.filter(pl.col("date") == last)
        absent = today.filter(pl.col("missed") > 0)
        whole = today.filter((pl.col("missed") > 0) & (pl.col("missed") >= pl.col("lessons")))
        items.append(
            (
                _("Отсутствовали {day}").format(day=words.day(last if isinstance(last, date) else None)),
                f"{absent.height}",
                _("из {n}; весь день – {whole}").format(n=today.height, whole=whole.height),
                True,
            )
        )
        lessons, missed, blank = (int(days[name].sum() or 0) for name in ("lessons", "missed", "not_recorded"))
        known = lessons - blank
        items.append(
            (
                _("Посещаемость"),
                words.percent((known - missed) / known) if known else "–",
                _("без записи: {share} уроков").format(share=words.percent(blank / lessons) if lessons else "–"),
                False,
            )
        )
    if forecast is not None and forecast.height:
        look = class_forecast.to_look_at(forecast)
        near, at_risk = (look[name][1]["pupil_id"].n_unique() for name in ("up", "risk"))
        items.append((_("Может подняться"), f"{near}", _("учеников, хотя бы по одному предмету"), False))
        items.append((_("Риск «2» или н/а"), f"{at_risk}", _("учеников, хотя бы по одному предмету"), False))
    if found is not None:
        items.append((_("Проверьте"), f"{found.height}", _("дней, где записи спорят между собой"), False))
    if items:
        html.show(html.tiles(items))


def contradictions(found: pl.DataFrame | None, ref: ClassRef, status: dict[str, Any]) -> None:
    """Days whose records argue with each other."""
    if status.get("is_quiet"):
        until = words.full_day(status["quiet_until"])
        html.show(
            html.empty(
                _("Тихий режим до {day}").format(day=until),
                _("Первые недели проверки дня видит только заместитель директора."),
            )
        )
        return
    if found is None or not found.height:
        html.show(html.empty(_("Противоречий нет"), _("Записи каждого дня согласуются между собой.")))
        return
    html.show(
        html.heading(
            _("Проверьте записи дня"),
            _("Это не ошибка ученика или учителя, а место, где записи разных уроков расходятся."),
        )
    )
    cards = "".join(
        f'<div class="zv-card"><b>{escape(words.full_day(row["date"]))}</b> · {escape(row["pupil_name"] or "")}'
        f"<div>{escape(row['finding'] or '')}</div></div>"
        for row in found.sort("date", "pupil_name", descending=[True, False]).iter_rows(named=True)
    )
    html.show(f'<div class="zv-cards">{cards}</div>')
    html.show(
        html.downloads(
            "contradictions", [("academic_year", ref.academic_year), ("class_id", ref.class_id)], found.height
        )
    )
