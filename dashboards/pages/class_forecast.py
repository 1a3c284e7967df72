"""«Прогноз» of a class: which marks are on the way, whom to help in time, what is needed and why."""

from __future__ import annotations

from html import escape
from typing import Any

import polars as pl
import streamlit as st

from dashboards.parts import banner, choose, forecasts, html, pupils, words
from dashboards.parts.html import Cell, Line
from dashboards.parts.reader import Reader
from warehouse.accounts import ClassRef
from warehouse.language import gettext as _

REPORT = "rpt_class_teacher__forecast"
EVERYBODY = "all"
NEXT_MARKS = (5, 4, 3, 2)


def show(reader: Reader, rows: pl.DataFrame, ref: ClassRef) -> None:
    """The view."""
    forecasts.caution()
    if not rows.height:
        html.show(
            html.empty(
                _("Прогноза сейчас нет"),
                _("Он есть, пока период идёт и отметки за него не выставлены, и до двух недель после его конца."),
            )
        )
        return
    period = choose_period(reader, rows, ref)
    rows = rows.filter(pl.col("period_id") == period)
    found = to_look_at(rows)
    shown = choose.switch(
        _("Показать"),
        {EVERYBODY: _("Весь класс")} | {name: f"{text}: {part.height}" for name, (text, part) in found.items()},
        key="class.forecast.show",
        default=EVERYBODY,
    )
    if shown == EVERYBODY:
        pupils.grid(rows, forecast_cell, key="class.forecast", label=_("Прогноз"))
        html.show(html.legend(signs()))
    else:
        listed(found[shown][1])
    html.show(
        html.downloads(
            "class_forecast",
            [("academic_year", ref.academic_year), ("class_id", ref.class_id), ("period_id", str(period))],
            rows.height,
        )
    )
    mine = pupils.picked(rows)
    if mine.height:
        one_pupil(mine)


def choose_period(reader: Reader, rows: pl.DataFrame, ref: ClassRef) -> str:
    """The open period that is looked at, with how it is reckoned beside it."""
    periods = {str(row["period_id"]): row["period_name"] or "" for row in rows.sort("period_id").iter_rows(named=True)}
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        period = choose.switch(_("Период"), periods, key="class.forecast.period", default=next(reversed(periods)))
    with right:
        banner.explain(
            reader,
            [REPORT],
            [
                (_("Прогноз"), _("самая вероятная отметка за период по отметкам, прошлым периодам и пропускам")),
                (_("«близко к 5»"), _("вероятность соседней отметки – не меньше четверти")),
                (_("Границы"), _("в них отметка за период оказывается в девяти случаях из десяти")),
                (_("Что нужно"), _("точный расчёт по отметкам и порогу округления предмета, не прогноз")),
                (_("«данных мало»"), _("меньше двух отметок и нет прошлых периодов: прогноз был бы гаданием")),
                (_("За год"), _("по отметкам за периоды; для периодов впереди – тот же прогноз ещё раз")),
            ],
            ref,
        )
    return period


def to_look_at(rows: pl.DataFrame) -> dict[str, tuple[str, pl.DataFrame]]:
    """What to look at first: name → (its words, its rows)."""
    certain = rows.filter(pl.col("reliability") != forecasts.THIN)
    near = pl.col("close_to") - pl.col("forecast_mark")
    return {
        "up": (_("Может подняться"), certain.filter(near > 0)),
        "down": (_("Может опуститься"), certain.filter(near < 0)),
        "falling": (_("Ниже прошлого периода"), certain.filter(pl.col("is_falling"))),
        "risk": (_("Риск «2» или н/а"), certain.filter(pl.col("is_at_risk"))),
    }


def signs() -> list[tuple[str, str, str]]:
    """What the grid's signs and colours mean."""
    return [
        ("", "↑", _("близко к более высокой отметке")),
        ("", "↓", _("близко к более низкой")),
        ("o4", "2", _("вероятнее «2»")),
        ("o2", "3", _("вероятнее «3»")),
        ("hatch", "?", _("данных мало")),
    ]


def forecast_cell(row: dict[str, Any] | None, pupil: str) -> Cell:
    """One pupil × subject, short; the words stand in the hint."""
    if row is None:
        return Cell("", "c")
    hint = f"{row['pupil_name']}, {row['subject_name']}: {in_words(row)}"
    if forecasts.is_thin(row):
        return Cell("?", "c hatch", hint, pupil)
    look = {2: "o4", 3: "o2"}.get(int(row["forecast_mark"]), "b0" if row["close_to"] is not None else "")
    return Cell(forecasts.in_short(row), f"c {look}", hint, pupil)


def in_words(row: dict[str, Any]) -> str:
    """«выходит 4, близко к 5; данных достаточно»."""
    return f"{row['words']}; {row['reliability']}"


def what_is_needed(row: dict[str, Any]) -> str:
    """The way to the next mark; what to do where no mark stands yet."""
    return str(row["path"] or _("отметок за период ещё нет"))


def listed(rows: pl.DataFrame) -> None:
    """Pairs of one kind, a line each."""
    if not rows.height:
        html.show(html.empty(_("Таких нет"), _("По выбранному в этом классе никого.")))
        return
    heads = [
        (_("Ученик"), "first"),
        (_("Предмет"), ""),
        (_("Прогноз"), ""),
        (_("Что нужно"), ""),
        (_("Прошлый период"), ""),
        (_("Шансы отметок"), ""),
    ]
    lines = [
        Line(
            [
                Cell(row["pupil_name"] or "", "first", pick=row["pupil_id"]),
                Cell(row["subject_name"] or "", "nowrap"),
                Cell("", "told", html=with_risk(row)),
                Cell(what_is_needed(row), "told"),
                Cell(since_last(row), "nowrap"),
                Cell("", html=forecasts.chances(row)),
            ]
        )
        for row in rows.sort("pupil_name", "subject_name").iter_rows(named=True)
    ]
    chosen = st.session_state.get(pupils.PICK, "")
    html.show_clickable(
        html.table(heads, lines, picked=chosen, tall=True, label=_("Прогноз")),
        key="class.forecast.list",
        on_pick=choose.remember(pupils.PICK),
        picked=chosen,
    )


def with_risk(row: dict[str, Any]) -> str:
    """The words, and under them the risk where there is one."""
    text = escape(in_words(row))
    if not row["is_at_risk"] or forecasts.is_thin(row):
        return text
    risk = _("риск «2»") if row["forecast_mark"] == 2 else _("риск н/а")
    told = _("{risk}, второй период подряд").format(risk=risk) if row["is_risk_repeated"] else risk
    return f"{text} {html.chip(told, 'late')}"


def since_last(row: dict[str, Any]) -> str:
    """The mark of the last period, and how probable a lower one is."""
    if row["last_mark"] is None:
        return "–"
    if row["p_fall"] is None:
        return str(row["last_mark"])
    return _("{mark}; ниже – {chance}").format(mark=row["last_mark"], chance=words.percent(row["p_fall"]))


def one_pupil(mine: pl.DataFrame) -> None:
    """All subjects of the chosen pupil: words, then what is needed, then what stands behind."""
    html.show(html.heading(str(mine["pupil_name"][0]), behind=True))
    rows = list(mine.iter_rows(named=True))
    heads = [
        (_("Предмет"), "first"),
        (_("Прогноз"), ""),
        (_("Что нужно"), ""),
        *((_("ещё «{mark}»").format(mark=mark), "c") for mark in NEXT_MARKS),
        (_("Прошлый период"), ""),
        (_("За год"), "c"),
    ]
    lines = [
        Line(
            [
                Cell(row["subject_name"] or "", "first"),
                Cell("", "told", html=with_risk(row)),
                Cell(what_is_needed(row), "told"),
                *(Cell(str(row[f"mark_if_{mark}"] or "–"), "c") for mark in NEXT_MARKS),
                Cell(since_last(row), "nowrap"),
                Cell(year_of(row), "c"),
            ]
        )
        for row in rows
    ]
    html.show(html.table(heads, lines, label=_("Прогноз по предметам")))
    html.show(
        f'<p class="soft">{escape(_("«Ещё 5» – какой станет отметка по среднему, если следующая будет «5»."))}</p>'
    )
    with st.expander(_("Вероятности, границы и причины"), expanded=False):
        behind(rows)
    with st.expander(_("Что сказать ученику и родителям"), expanded=False):
        for_family(rows)


def year_of(row: dict[str, Any]) -> str:
    """The most probable mark for the year with its set."""
    return forecasts.with_set(row["year_mark"], row["year_low"], row["year_high"])


def behind(rows: list[dict[str, Any]]) -> None:
    """What the words rest on."""
    heads = [
        (_("Предмет"), "first"),
        *((f"«{mark}»", "n") for mark in NEXT_MARKS),
        (_("н/а"), "n"),
        (_("Границы"), "c"),
        (_("Средняя сейчас"), "n"),
        (_("к концу периода"), ""),
        (_("За год ожидается"), "n"),
        (_("Почему"), ""),
        (_("Модель"), ""),
    ]
    lines = [
        Line(
            [
                Cell(row["subject_name"] or "", "first"),
                *(Cell(words.percent(row[f"p{mark}"]), "n") for mark in NEXT_MARKS),
                Cell(words.percent(row["p_not_attested"]), "n"),
                Cell(forecasts.marks_between(row["set_low"], row["set_high"]), "c"),
                Cell(words.number(row["mean_mark"], 2), "n"),
                Cell(
                    f"{words.number(row['expected_mean'], 2)} "
                    f"({words.number(row['mean_low'], 2)}–{words.number(row['mean_high'], 2)})",
                    "nowrap",
                ),
                Cell(words.number(row["year_expected"], 2), "n"),
                Cell(
                    "", "small told", html="<br>".join(escape(each) for each in str(row["reasons"] or "").split("; "))
                ),
                Cell(row["model_version"] or "", "small soft"),
            ]
        )
        for row in rows
    ]
    html.show(html.table(heads, lines, label=_("Вероятности, границы и причины")))
    note = _("Границы и промежуток средней – такие, что держат в девяти случаях из десяти.")
    html.show(f'<p class="soft">{escape(note)}</p>')


def for_family(rows: list[dict[str, Any]]) -> None:
    """What may be told to the pupil and his parents, ready to be said."""
    told = [row for row in rows if row["family_words"]]
    html.show(
        f'<p class="soft">{escape(_("Прогноза «2» здесь нет: он не для ученика и его родителей."))}</p>'
        + "".join(f"<p><b>{escape(row['subject_name'] or '')}</b>: {escape(row['family_words'])}</p>" for row in told)
    )
