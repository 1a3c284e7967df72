"""«Школа и прогноз»: what to expect at the end of the period, class by class, and where a mark is on the edge."""

from __future__ import annotations

from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboards.pages import forecast_quality
from dashboards.parts import banner, choose, forecasts, html, words
from dashboards.parts.html import Cell, Line
from dashboards.parts.periods import CURRENT, of_period
from dashboards.parts.reader import Reader, note_visit
from dashboards.theme import ACCENT, BLUE, INK, LINE, SOFT
from warehouse.language import gettext as _

SHOWN = 200
LEVELS = ((2, 4), (5, 9), (10, 11))


def show(reader: Reader) -> None:
    """The page."""
    note_visit(reader, "administration")
    banner.top(reader, _("Школа и прогноз"))
    forecast, edge = reader.read("rpt_administration__forecast_class"), reader.read("rpt_administration__edge")
    if forecast is None:
        html.show(html.empty(_("Этот отчёт не открыт"), _("Он не входит в опубликованные данные или в ваши права.")))
        return
    year = choose.year([forecast, edge], label=_("Учебный год"), key="admin.year")
    if year:
        forecast = forecast.filter(pl.col("academic_year") == year)
        edge = edge.filter(pl.col("academic_year") == year) if edge is not None else None
    school(reader, year)
    forecasts.caution()
    views = {"expected": _("Прогноз"), "quality": _("Точность прогноза")}
    if choose.views(views, key="admin.view", default="expected") == "quality":
        forecast_quality.show(reader)
    else:
        expected(reader, forecast, edge, year)


def expected(reader: Reader, forecast: pl.DataFrame, edge: pl.DataFrame | None, year: str) -> None:
    """What the period is likely to end with, and whom to help."""
    if not forecast.height:
        html.show(html.empty(_("Данных мало для прогноза"), _("Прогноз появится, когда в классах накопятся отметки.")))
        return
    periods = {CURRENT: _("Текущий период каждого класса")} | {
        row["period_id"]: row["period_name"] or _("весь срок")
        for row in forecast.sort("period_id").iter_rows(named=True)
    }
    html.show(html.heading(_("Прогноз по классам")))
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        period = choose.switch(_("Период"), periods, key="admin.period", default=CURRENT)
    with right:
        banner.explain(
            reader,
            ["rpt_administration__forecast_class", "rpt_administration__edge"],
            [
                (_("Ожидаемое качество"), _("доля учеников класса, у которых за период ожидаются только «4» и «5»")),
                (_("Ожидаемая успеваемость"), _("доля учеников класса без ожидаемых «2»")),
                (_("Учтено"), _("ученики с прогнозом или с уже выставленными отметками; остальные в долю не входят")),
                (_("Пограничная отметка"), _("шансы двух соседних отметок близки: решит ближайшая работа")),
                (_("Учитель"), _("не показывается: список о том, кому помочь")),
            ],
        )
    chosen = of_period(forecast, period, forecast)
    chart(chosen)
    classes(chosen, str(period))
    if edge is not None:
        pupils(of_period(edge, period, forecast), str(period), year)


def mean_share(frame: pl.DataFrame, column: str) -> float | None:
    """A share of pupils over several classes: weighted by the pupils whom it is of."""
    known = frame.filter(pl.col(column).is_not_null() & (pl.col("n_counted") > 0))
    counted = float(known["n_counted"].sum())
    return float((known[column] * known["n_counted"]).sum()) / counted if counted else None


def school(reader: Reader, year: str) -> None:
    """Tiles about the school and its journal."""
    status, grid = reader.status(), reader.read("rpt_deputy__fill_grid")
    forecast = reader.read("rpt_administration__forecast_class")
    items: list[tuple[str, str, str, bool]] = []
    if forecast is not None and forecast.height:
        forecast = forecast.filter(pl.col("academic_year") == year) if year else forecast
        last = of_period(forecast, CURRENT, forecast)
        items.append(
            (
                _("Ожидаемое качество"),
                words.percent(mean_share(last, "expected_quality")),
                _("только «4» и «5» за период"),
                True,
            )
        )
        items.append(
            (
                _("Ожидаемая успеваемость"),
                words.percent(mean_share(last, "expected_success")),
                _("без «2» за период"),
                False,
            )
        )
        items.append((_("Учеников на границе"), words.number(last["n_edge"].sum()), _("решит ближайшая работа"), False))
    if grid is not None and grid.height:
        grid = grid.filter(pl.col("academic_year") == year) if year else grid
        due, unfilled = int(grid["lessons_due"].sum() or 0), int(grid["not_filled"].sum() or 0)
        items.append(
            (
                _("Не заполнено в журналах"),
                words.number(unfilled),
                _("из {n} проведённых уроков").format(n=words.number(due)),
                False,
            )
        )
    if status:
        items.append(
            (
                _("Учеников"),
                words.number(number_of(status.get("n_pupils"))),
                _("классов {a}, учителей {b}").format(a=status.get("n_classes"), b=status.get("n_teachers")),
                False,
            )
        )
        items.append(
            (
                _("Уроков в журналах"),
                words.number(number_of(status.get("n_lessons"))),
                _("отметок {n}").format(n=words.number(number_of(status.get("n_marks")))),
                False,
            )
        )
    html.show(html.tiles(items))


def number_of(value: object) -> float | None:
    """A number out of a row of the status."""
    return float(value) if isinstance(value, int | float) else None


def chart(frame: pl.DataFrame) -> None:
    """Expected quality by class, with success as a mark on the same line."""
    rows = sorted(frame.iter_rows(named=True), key=lambda row: choose.natural(row["class_name"]))
    figure = go.Figure()
    for low, name in ((False, _("Ожидаемое качество")), (True, _("то же, отметок пока мало"))):
        part = [row for row in rows if is_unsure(row) == low]
        if not part:
            continue
        figure.add_bar(
            x=[row["class_name"] for row in part],
            y=[row["expected_quality"] for row in part],
            name=name,
            marker={
                "color": BLUE[1] if low else BLUE[2],
                "line": {"color": ACCENT, "width": 1},
                "pattern": {"shape": "/" if low else "", "fgcolor": BLUE[2], "size": 6},
            },
            text=[words.percent(row["expected_quality"]) for row in part],
            textposition="inside",
            insidetextanchor="end",
            textangle=0,
            textfont={"color": INK, "size": 14},
            hovertemplate="%{x}: %{text}<extra></extra>",
        )
    names = [row["class_name"] for row in rows]
    figure.add_scatter(
        x=names,
        y=[row["expected_success"] for row in rows],
        name=_("Ожидаемая успеваемость"),
        mode="markers",
        marker={"symbol": "line-ew-open", "size": 20, "color": "#9c5200", "line": {"width": 3, "color": "#9c5200"}},
        customdata=[words.percent(row["expected_success"]) for row in rows],
        hovertemplate="%{x}: %{customdata}<extra></extra>",
    )
    figure.update_layout(
        height=330,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        separators=", ",
        plot_bgcolor="#ffffff",
        paper_bgcolor="#ffffff",
        font={"color": INK, "size": 14},
        legend={"orientation": "h", "y": 1.14, "x": 0},
        bargap=0.25,
        barmode="overlay",
        hoverlabel={"font": {"size": 14}},
        dragmode=False,
    )
    ticks = (0, 0.25, 0.5, 0.75, 1)
    figure.update_yaxes(
        range=[0, 1.08],
        tickvals=ticks,
        ticktext=[words.percent(each) for each in ticks],
        gridcolor=LINE,
        zerolinecolor=SOFT,
        fixedrange=True,
        tickfont={"color": INK, "size": 14},
    )
    figure.update_xaxes(
        type="category",
        categoryorder="array",
        categoryarray=names,
        fixedrange=True,
        tickfont={"color": INK, "size": 14},
    )
    st.plotly_chart(figure, width="stretch", key="admin.chart", config={"displayModeBar": False, "scrollZoom": False})


def is_unsure(row: dict[str, Any]) -> bool:
    """Whether the class's forecast rests on few marks."""
    return str(row["reliability"] or "").startswith("низк")


def classes(frame: pl.DataFrame, period: str) -> None:
    """The table behind the chart, with subtotals by level."""
    heads = [
        (_("Класс"), "first"),
        (_("Учеников"), "n"),
        (_("Учтено"), "n"),
        (_("Ожидаемое качество"), "n"),
        (_("Ожидаемая успеваемость"), "n"),
        (_("Учеников на границе"), "n"),
        (_("Надёжность прогноза"), ""),
    ]
    rows = sorted(frame.iter_rows(named=True), key=lambda row: choose.natural(row["class_name"]))
    lines = []
    for low, high in LEVELS:
        level = [row for row in rows if row["grade"] is not None and low <= row["grade"] <= high]
        lines += [class_line(row) for row in level]
        if level:
            within = frame.filter(pl.col("grade").is_between(low, high))
            lines.append(sum_line(_("{low}–{high} классы").format(low=low, high=high), within))
    others = [
        row for row in rows if row["grade"] is None or not any(low <= row["grade"] <= high for low, high in LEVELS)
    ]
    lines += [class_line(row) for row in others]
    lines.append(sum_line(_("Школа"), frame))
    with st.expander(_("Таблица по классам"), expanded=False):
        html.show(html.downloads("forecast", [("period_id", period)], frame.height))
        html.show(html.table(heads, lines, label=_("Прогноз по классам")))


def class_line(row: dict[str, Any]) -> Line:
    """A class."""
    return Line(
        [
            Cell(row["class_name"], "first"),
            Cell(words.number(row["n_pupils"]), "n"),
            Cell(words.number(row["n_counted"]), "n"),
            Cell(words.percent(row["expected_quality"]), "n"),
            Cell(words.percent(row["expected_success"]), "n"),
            Cell(words.number(row["n_edge"]), "n"),
            Cell(str(row["reliability"] or "")),
        ]
    )


def sum_line(name: str, frame: pl.DataFrame) -> Line:
    """A subtotal; shares are of pupils, not means of classes."""
    return Line(
        [
            Cell(name, "first"),
            Cell(words.number(frame["n_pupils"].sum()), "n"),
            Cell(words.number(frame["n_counted"].sum()), "n"),
            Cell(words.percent(mean_share(frame, "expected_quality")), "n"),
            Cell(words.percent(mean_share(frame, "expected_success")), "n"),
            Cell(words.number(frame["n_edge"].sum()), "n"),
            Cell(""),
        ],
        "total",
    )


def pupils(edge: pl.DataFrame, period: str, year: str) -> None:
    """Pupils whose mark is on the edge."""
    html.show(
        html.heading(
            _("Ученики на границе двух отметок"), _("Список о том, кому вовремя помочь; учитель в нём не важен.")
        )
    )
    class_names = sorted(
        {(r["class_id"], r["class_name"]) for r in edge.iter_rows(named=True)}, key=lambda e: choose.natural(e[1])
    )
    subjects = sorted({(r["subject_name"], r["subject_id"]) for r in edge.iter_rows(named=True)})
    columns = st.columns(3)
    with columns[0]:
        class_id = choose.select(_("Класс"), {"*": _("Все"), **dict(class_names)}, key="admin.f.class")
    with columns[1]:
        subject = choose.select(
            _("Предмет"), {"*": _("Все"), **{key: name for name, key in subjects}}, key="admin.f.subject"
        )
    with columns[2]:
        side = choose.select(
            _("Куда ближе"),
            {"*": _("Все"), "up": _("может подняться"), "down": _("может опуститься")},
            key="admin.f.side",
        )
    asked = [("academic_year", year), ("period_id", period)]
    for name, value in (("class_id", class_id), ("subject_id", subject), ("side", side)):
        if value != "*":
            edge = edge.filter(pl.col(name) == value)
            asked.append((name, value))
    if not edge.height:
        html.show(html.empty(_("Пограничных отметок нет"), _("По выбранному прогноз каждой отметки определён.")))
        return
    heads = [
        (_("Ученик"), "first"),
        (_("Класс"), ""),
        (_("Предмет"), ""),
        (_("Отметок"), "n"),
        (_("Средняя"), "n"),
        (_("Шансы отметок"), ""),
        (_("Пояснение"), ""),
    ]
    rows = sorted(
        edge.iter_rows(named=True),
        key=lambda row: (choose.natural(row["class_name"]), row["pupil_name"] or "", row["subject_name"]),
    )[:SHOWN]
    lines = [
        Line(
            [
                Cell(row["pupil_name"] or "", "first"),
                Cell(row["class_name"] or ""),
                Cell(row["subject_name"] or "", "nowrap"),
                Cell(words.number(row["n_marks"]), "n"),
                Cell(words.number(row["mean_mark"], 2), "n"),
                Cell("", html=forecasts.chances(row)),
                Cell(row["explanation"] or "", "small"),
            ]
        )
        for row in rows
    ]
    count = words.counted(edge.height, _("строка|строки|строк"))
    note = (
        count if edge.height <= SHOWN else _("{count}; показаны первые {n}, все – в файле").format(count=count, n=SHOWN)
    )
    html.show(
        f'<div class="zv-head"><span class="soft">{escape(note)}</span>'
        f"{html.downloads('edge', [each for each in asked if each[1]], edge.height)}</div>"
    )
    html.show(html.table(heads, lines, tall=True, label=_("Пограничные отметки")))
