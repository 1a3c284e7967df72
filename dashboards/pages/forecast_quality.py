"""«Точность прогноза»: how right it was over closed periods, in words first, beside plain rounding."""

from __future__ import annotations

from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboards.parts import banner, choose, html, words
from dashboards.parts.html import Cell, Line
from dashboards.parts.reader import Reader
from dashboards.theme import ACCENT, BLUE, INK, LINE, SOFT
from warehouse.forecast.backtest import FEWEST, FEWEST_ALIKE, how_often_right, too_thin
from warehouse.language import gettext as _

QUALITY = "rpt_administration__forecast_quality"
CALIBRATION = "rpt_administration__forecast_calibration"
HALFWAY = 50


def show(reader: Reader) -> None:
    """The view."""
    quality, calibration = reader.read(QUALITY), reader.read(CALIBRATION)
    html.show(
        html.heading(
            _("Насколько прогноз бывает прав"),
            _("Что он говорил по ходу закрытых периодов и какие отметки потом поставили."),
        )
    )
    told = quality.filter((pl.col("grouped_by") == "all") & (pl.col("n") >= FEWEST)) if quality is not None else None
    if quality is None or told is None or not told.height:
        html.show(html.empty(_("Пока не известно"), too_thin()))
        return
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    years = sorted(told["academic_year"].unique(), reverse=True)
    with left:
        year = choose.switch(
            _("Учебный год"), {each: str(each) for each in years}, key="admin.quality.year", default=years[0]
        )
    with right:
        banner.explain(reader, [QUALITY, CALIBRATION], explained())
    quality = quality.filter(pl.col("academic_year") == year)
    told = told.filter(pl.col("academic_year") == year).sort("phase")
    in_words(told, str(year))
    phases = told["phase"].to_list()
    phase = choose.switch(
        _("Доля периода"),
        {each: _("{phase} % периода").format(phase=each) for each in phases},
        key="admin.quality.phase",
        default=HALFWAY if HALFWAY in phases else phases[0],
    )
    quality = quality.filter(pl.col("phase") == phase)
    sets(quality.filter(pl.col("grouped_by") == "all").row(0, named=True))
    groups = {
        "subject": (_("По предметам"), _("Предмет")),
        "grade": (_("По параллелям"), _("Параллель")),
        "history": (_("По прошлым отметкам"), _("Что было известно")),
    }
    for name, (title, head) in groups.items():
        with st.expander(title, expanded=False):
            group(quality.filter(pl.col("grouped_by") == name), title, head)
    html.show(html.downloads("forecast_quality", [("academic_year", str(year))], quality.height))
    if calibration is not None:
        alike = calibration.filter(
            (pl.col("academic_year") == year) & (pl.col("phase") == phase) & (pl.col("n") >= FEWEST_ALIKE)
        )
        said_and_came(alike.sort("told_tenth"))


def explained() -> list[tuple[str, str]]:
    """What the figures mean."""
    return [
        (_("Прогноз попал"), _("самая вероятная отметка совпала с той, что поставили за период")),
        (_("Простое округление"), _("средняя на тот же день, округлённая с ,5")),
        (
            _("Честная проверка"),
            _("прогноз знал только то, что было внесено к тому дню, и учился на более ранних периодах"),
        ),
        (_("Смещение"), _("насколько ожидаемая отметка в среднем выше (+) или ниже (−) поставленной")),
        (_("Границы"), _("набор отметок, который должен держать девять случаев из десяти")),
        (_("«данных мало»"), _("меньше {n} прогнозов: доля была бы случайной").format(n=FEWEST)),
    ]


def in_words(told: pl.DataFrame, year: str) -> None:
    """The sentence that matters, and a tile for each phase."""
    rows = {int(row["phase"]): row for row in told.iter_rows(named=True)}
    first = HALFWAY if HALFWAY in rows else next(iter(rows))
    sentence = how_often_right(first, rows[first]["accuracy"], rows[first]["rounded_accuracy"])
    html.show(html.notice(_("{year} учебный год. {sentence}").format(year=year, sentence=sentence)))
    html.show(
        html.tiles(
            (
                _("{phase} % периода").format(phase=phase),
                words.percent(row["accuracy"]),
                _("округление – {share}; прогнозов {n}").format(
                    share=words.percent(row["rounded_accuracy"]), n=words.number(row["n"])
                ),
                phase == first,
            )
            for phase, row in rows.items()
        )
    )


def sets(row: dict[str, Any]) -> None:
    """How often the sets held the mark, and how wide they were."""
    if row["coverage"] is None:
        return
    text = _("Границы прогноза держали отметку в {share} случаев; в них в среднем {size} отметки.").format(
        share=words.percent(row["coverage"]), size=words.number(row["set_size"], 2)
    )
    html.show(f"<p>{escape(text)}</p>")


def group(rows: pl.DataFrame, title: str, head: str) -> None:
    """The errors of each group; a group of few forecasts has no figures."""
    heads = [
        (head, "first"),
        (_("Прогнозов"), "n"),
        (_("Прогноз попал"), "n"),
        (_("Простое округление"), "n"),
        (_("Ошибка не больше 1"), "n"),
        (_("Смещение"), "n"),
        (_("В границах"), "n"),
        (_("Отметок в границах"), "n"),
    ]
    ordered = sorted(rows.iter_rows(named=True), key=lambda row: choose.natural(row["group_name"]))
    html.show(html.table(heads, [group_line(row) for row in ordered], label=title))


def group_line(row: dict[str, Any]) -> Line:
    """A group."""
    start = [Cell(row["group_name"], "first"), Cell(words.number(row["n"]), "n")]
    if row["n"] < FEWEST:
        return Line([*start, Cell(_("данных мало"), "n soft"), *(Cell("", "n") for _other in range(5))])
    bias = words.number(abs(row["bias"]), 2)
    return Line(
        [
            *start,
            Cell(words.percent(row["accuracy"]), "n"),
            Cell(words.percent(row["rounded_accuracy"]), "n"),
            Cell(words.percent(row["within_one"]), "n"),
            Cell(f"{'−' if row['bias'] < 0 else '+'}{bias}", "n"),
            Cell(words.percent(row["coverage"]), "n"),
            Cell(words.number(row["set_size"], 2), "n"),
        ]
    )


def said_and_came(rows: pl.DataFrame) -> None:
    """What was told with which probability, and in which share it came: on the line is honest."""
    html.show(
        html.heading(
            _("Сказал и вышло"), _("Чем ближе точки к линии, тем честнее вероятности. Подписано число прогнозов.")
        )
    )
    if not rows.height:
        html.show(html.empty(_("Пока не известно"), too_thin()))
        return
    newest = rows.row(-1, named=True)
    text = _("Где прогноз говорил «{told}», отметка выходила в {came} случаев.").format(
        told=words.percent(newest["told"]), came=words.percent(newest["came"])
    )
    html.show(f"<p>{escape(text)}</p>")
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": SOFT, "dash": "dot", "width": 1.5}, hoverinfo="skip",
        name=_("точно как сказал"),
    )  # fmt: skip
    figure.add_scatter(
        x=rows["told"].to_list(),
        y=rows["came"].to_list(),
        mode="lines+markers+text",
        name=_("вышло"),
        marker={"size": 13, "color": BLUE[3], "line": {"color": ACCENT, "width": 1.5}},
        line={"color": BLUE[3], "width": 1.5},
        text=[words.number(n) for n in rows["n"]],
        textposition="bottom right",
        textfont={"color": INK, "size": 12},
        customdata=[
            [words.percent(told), words.percent(came)] for told, came in rows.select("told", "came").iter_rows()
        ],
        hovertemplate="%{customdata[0]} → %{customdata[1]}<extra></extra>",
    )
    ticks = [0.2, 0.4, 0.6, 0.8, 1]
    axis = {
        "range": [0.2, 1.04], "tickvals": ticks, "ticktext": [words.percent(each) for each in ticks],
        "gridcolor": LINE, "zeroline": False, "fixedrange": True, "tickfont": {"color": INK, "size": 14},
    }  # fmt: skip
    figure.update_xaxes(**axis | {"range": [0.2, 1.14]}, title={"text": _("прогноз говорил"), "font": {"size": 14}})
    figure.update_yaxes(**axis, title={"text": _("вышло"), "font": {"size": 14}})
    figure.update_layout(
        height=360,
        width=520,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        plot_bgcolor="#ffffff",
        paper_bgcolor="#ffffff",
        font={"color": INK, "size": 14},
        showlegend=False,
        dragmode=False,
    )
    st.plotly_chart(
        figure, width="content", key="admin.calibration", config={"displayModeBar": False, "scrollZoom": False}
    )
