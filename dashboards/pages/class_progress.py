"""«Успеваемость» of a class: marks pupil × subject, and the pupil's own table."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboards.parts import banner, choose, forecasts, html, pupils, words
from dashboards.parts.html import Cell, Line
from dashboards.parts.reader import Reader
from warehouse.accounts import ClassRef
from warehouse.language import gettext as _

WEIGHTED = "средневзвеш"  # how the prepared explanation begins where weights count


def progress(reader: Reader, marks: pl.DataFrame | None, ref: ClassRef) -> None:
    """Pupil × subject with the forecast, and the pupil's own table."""
    if marks is None or not marks.height:
        html.show(html.empty(_("Отметок нет"), _("В этом классе отметки не ставятся или ещё не выгружались.")))
        return
    forecasts.caution()
    periods = {
        row["period_id"]: row["period_name"] or _("весь срок") for row in marks.sort("period_id").iter_rows(named=True)
    }
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        period = choose.switch(_("Период"), periods, key="class.marks.period", default=next(reversed(periods)))
    with right:
        banner.explain(
            reader,
            ["rpt_class_teacher__progress"],
            [
                (_("Верхнее число"), _("средняя отметок периода (средневзвешенная, если предмет ведётся с весами)")),
                (
                    _("После стрелки"),
                    _("прогноз отметки за период; два числа – границы, в которых она вероятнее всего"),
                ),
                (_("После знака «=»"), _("отметка, которая уже стоит за период")),
                (_("«мало»"), _("отметок слишком мало: прогноз был бы гаданием")),
                (_("Прогноз"), _("не план и не обещание: он меняется с каждой отметкой")),
            ],
            ref,
        )
    marks = marks.filter(pl.col("period_id") == period)
    pupils.grid(marks, mark_cell, key="class.marks", label=_("Успеваемость"))
    html.show(
        html.legend(
            [
                ("o4", "", _("прогноз «2»")),
                ("o2", "", _("прогноз «3»")),
                ("b0", "", _("на границе двух отметок")),
                ("hatch", "", _("мало отметок")),
            ]
        )
    )
    html.show(
        html.downloads(
            "progress",
            [("academic_year", ref.academic_year), ("class_id", ref.class_id), ("period_id", str(period))],
            marks.height,
        )
    )
    mine = pupils.picked(marks)
    if mine.height:
        pupil_table(mine)


def mean_of(row: dict[str, Any]) -> float | None:
    """The mean that counts in the subject."""
    told = str(row["computed_explained"] or "").lower()
    mean = row["weighted_mean"] if told.startswith(WEIGHTED) else row["mean_mark"]
    return None if mean is None else float(mean)


def mark_cell(row: dict[str, Any] | None, pupil: str) -> Cell:
    """One pupil × subject."""
    if row is None or not row["n_marks"]:
        return Cell("", "c")
    mean = words.number(mean_of(row), 1)
    hint = f"{row['pupil_name']}, {row['subject_name']}: {row['computed_explained'] or ''}"
    if row["period_mark"]:
        return Cell(f"{mean} = {row['period_mark']}", "c", hint, pupil)
    if row["forecast_mark"] is None:
        return Cell(mean, "c", hint, pupil)
    if forecasts.is_thin(row):
        return Cell(f"{mean} {_('мало')}", "c hatch small", hint, pupil)
    text = forecasts.marks_between(row["set_low"], row["set_high"])
    look = {2: "o4", 3: "o2"}.get(int(row["forecast_mark"]), "b0" if row["set_low"] != row["set_high"] else "")
    return Cell(f"{mean} → {text}", f"c {look}", hint, pupil)


def pupil_table(mine: pl.DataFrame) -> None:
    """All subjects of one pupil."""
    html.show(html.heading(str(mine["pupil_name"][0]), behind=True))
    heads = [
        (_("Предмет"), "first"),
        (_("Отметок"), "n"),
        (_("Средняя"), "n"),
        (_("Средневзв."), "n"),
        (_("Расчётная"), "c"),
        (_("Прогноз"), "c"),
        (_("Стоит за период"), "c"),
        (_("Как посчитано"), ""),
    ]
    lines = []
    for row in mine.iter_rows(named=True):
        forecast = (
            _("мало отметок")
            if forecasts.is_thin(row)
            else forecasts.with_set(row["forecast_mark"], row["set_low"], row["set_high"])
        )
        lines.append(
            Line(
                [
                    Cell(row["subject_name"], "first"),
                    Cell(words.number(row["n_marks"]), "n"),
                    Cell(words.number(row["mean_mark"], 2), "n"),
                    Cell(words.number(row["weighted_mean"], 2), "n"),
                    Cell(str(row["computed_mark"] if row["computed_mark"] is not None else "–"), "c"),
                    Cell(forecast, "c"),
                    Cell(str(row["period_mark"] or _("нет")), "c"),
                    Cell(row["computed_explained"] or "", "small soft"),
                ]
            )
        )
    html.show(html.table(heads, lines, label=_("Предметы ученика")))
