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
from dashboards.parts.reader import Reader, note_visit
from dashboards.theme import ACCENT, BLUE, INK, LINE, SOFT
from warehouse.language import gettext as _

CLASSES, SCHOOL = "rpt_administration__forecast_class", "rpt_administration__forecast_school"
EDGE = "rpt_administration__edge"
SHOWN = 200
SCOPES = ("school", "level", "grade")


def show(reader: Reader) -> None:
    """The page."""
    note_visit(reader, "administration")
    banner.top(reader, _("Школа и прогноз"))
    classes, whole, edge = reader.read(CLASSES), reader.read(SCHOOL), reader.read(EDGE)
    if classes is None or whole is None or edge is None:
        html.show(html.empty(_("Этот отчёт не открыт"), _("Он не входит в опубликованные данные или в ваши права.")))
        return
    year = choose.year([classes, edge], label=_("Учебный год"), key="admin.year")
    if year:
        classes, whole, edge = (each.filter(pl.col("academic_year") == year) for each in (classes, whole, edge))
    school(reader, whole, year)
    forecasts.caution()
    views = {"expected": _("Прогноз"), "quality": _("Точность прогноза")}
    if choose.views(views, key="admin.view", default="expected") == "quality":
        forecast_quality.show(reader)
    else:
        expected(reader, classes, whole, edge, year)


def expected(reader: Reader, classes: pl.DataFrame, whole: pl.DataFrame, edge: pl.DataFrame, year: str) -> None:
    """What the period is likely to end with, and whom to help."""
    if not whole.height:
        html.show(html.empty(_("Данных мало для прогноза"), _("Прогноз появится, когда в классах накопятся отметки.")))
        return
    periods = {row["period_key"]: row["period_name"] for row in newest(whole) + of_school(whole)}
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        period = choose.switch(_("Период"), periods, key="admin.period", default=next(iter(periods)))
    with right:
        banner.explain(
            reader,
            [CLASSES, SCHOOL, EDGE],
            [
                (_("Ожидаемое качество"), _("доля учеников, у которых за период ожидаются только «4» и «5»")),
                (_("Ожидаемая успеваемость"), _("доля учеников без ожидаемых «2» и н/а")),
                (_("От – до"), _("промежуток, в котором доля окажется в девяти случаях из десяти")),
                (_("Учтено"), _("ученики с прогнозом или с уже выставленными отметками; остальные в долю не входят")),
                (_("Четверти и полугодия"), _("не складываются: у каждого вида периодов свои доли")),
                (_("Пограничная отметка"), _("шансы двух соседних отметок близки: решит ближайшая работа")),
                (_("Учитель"), _("не показывается: список о том, кому помочь")),
            ],
        )
    classes, whole, edge = (each.filter(pl.col("period_key") == period) for each in (classes, whole, edge))
    asked = [("academic_year", year), ("period_key", period)]
    html.show(html.heading(_("Школа, уровни и параллели")))
    scopes(whole, asked)
    html.show(html.heading(_("Прогноз по классам")))
    chart(classes)
    with st.expander(_("Таблица по классам"), expanded=False):
        html.show(html.downloads("forecast", asked, classes.height))
        rows = sorted(classes.iter_rows(named=True), key=lambda row: choose.natural(row["class_name"]))
        share_table(_("Класс"), [share_line(row["class_name"], row) for row in rows])
    pupils(edge, asked)


def of_school(whole: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows of the whole school, the newest period first."""
    rows = whole.filter(pl.col("scope") == "school").iter_rows(named=True)
    return sorted(rows, key=lambda row: choose.natural(row["period_name"]), reverse=True)


def newest(whole: pl.DataFrame) -> list[dict[str, Any]]:
    """Of quarters, half-years … the school's newest period, the kind of most pupils first."""
    kinds: dict[str, dict[str, Any]] = {}
    for row in of_school(whole):
        kinds.setdefault(row["period_key"].rpartition("-")[0], row)
    return sorted(kinds.values(), key=lambda row: -row["n_pupils"])


def school(reader: Reader, whole: pl.DataFrame, year: str) -> None:
    """Tiles about the school and its journal."""
    status, grid = reader.status(), reader.read("rpt_deputy__fill_grid")
    items: list[tuple[str, str, str, bool]] = []
    for place, row in enumerate(newest(whole)):
        for name, measure in ((_("Ожидаемое качество"), "quality"), (_("Ожидаемая успеваемость"), "success")):
            items.append(
                (
                    name,
                    words.percent(row[f"expected_{measure}"]),
                    f"{words.bounds(row[f'{measure}_low'], row[f'{measure}_high'])}; {row['period_name']}",
                    place == 0 and measure == "quality",
                )
            )
        items.append((_("Учеников на границе"), words.number(row["n_edge"]), _("решит ближайшая работа"), False))
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
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [row["quality_high"] - row["expected_quality"] for row in part],
                "arrayminus": [row["expected_quality"] - row["quality_low"] for row in part],
                "color": ACCENT,
                "thickness": 1.5,
                "width": 4,
            },
            name=name,
            marker={
                "color": BLUE[1] if low else BLUE[2],
                "line": {"color": ACCENT, "width": 1},
                "pattern": {"shape": "/" if low else "", "fgcolor": BLUE[2], "size": 6},
            },
            text=[words.percent(row["expected_quality"]) for row in part],
            textposition="inside",
            insidetextanchor="start",
            textangle=0,
            textfont={"color": INK, "size": 14},
            customdata=[words.bounds(row["quality_low"], row["quality_high"]) for row in part],
            hovertemplate="%{x}: %{text} (%{customdata})<extra></extra>",
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


def scopes(whole: pl.DataFrame, asked: list[tuple[str, str]]) -> None:
    """The school, its levels and grades, with intervals."""
    rows = sorted(
        whole.iter_rows(named=True), key=lambda row: (SCOPES.index(row["scope"]), choose.natural(row["scope_name"]))
    )
    share_table(
        _("Чьи доли"),
        [share_line(scope_name(row), row, look="total" if row["scope"] == "school" else "") for row in rows],
    )
    html.show(html.downloads("forecast_school", asked, whole.height))


def scope_name(row: dict[str, Any]) -> str:
    """The scope in words; a level also by the name that papers use."""
    levels = {"2-4": _("НОО"), "5-9": _("ООО"), "10-11": _("СОО")}
    name = str(row["scope_name"]).capitalize()
    return f"{name} ({levels[row['scope_id']]})" if row["scope"] == "level" else name


def share_table(title: str, lines: list[Line]) -> None:
    """Expected shares of pupils, a scope a line."""
    heads = [
        (title, "first"),
        (_("Учеников"), "n"),
        (_("Учтено"), "n"),
        (_("Ожидаемое качество"), "n"),
        (_("от – до"), "n"),
        (_("Ожидаемая успеваемость"), "n"),
        (_("от – до"), "n"),
        (_("Учеников на границе"), "n"),
        (_("Надёжность прогноза"), ""),
    ]
    html.show(html.table(heads, lines, label=title))


def share_line(name: str, row: dict[str, Any], look: str = "") -> Line:
    """A class, a grade, a level or the school."""
    return Line(
        [
            Cell(name, "first"),
            Cell(words.number(row["n_pupils"]), "n"),
            Cell(words.number(row["n_counted"]), "n"),
            Cell(words.percent(row["expected_quality"]), "n"),
            Cell(words.bounds(row["quality_low"], row["quality_high"]), "n"),
            Cell(words.percent(row["expected_success"]), "n"),
            Cell(words.bounds(row["success_low"], row["success_high"]), "n"),
            Cell(words.number(row["n_edge"]), "n"),
            Cell(str(row["reliability"] or "")),
        ],
        look,
    )


def pupils(edge: pl.DataFrame, asked: list[tuple[str, str]]) -> None:
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
    asked = list(asked)
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
                Cell(row["explanation"] or "", "small told"),
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
