"""«Выгрузки»: who has not exported yet, what the newest exports brought, and numbers to hold against the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from dashboards.parts import banner, choose, html, sources, words
from dashboards.parts.html import Cell, Line
from dashboards.parts.periods import CURRENT, of_period
from dashboards.parts.reader import Reader, note_visit
from dashboards.service import service
from warehouse import drift, samples_words
from warehouse.language import gettext as _
from warehouse.samples import Samples, SamplesError, share
from warehouse.settings import Settings

GRID, DRIFT, NUMBERS = "rpt_deputy__exports_grid", "rpt_deputy__drift", "rpt_deputy__control_numbers"
PICK = "exports.grid.pick"
Row = dict[str, Any]


def show(reader: Reader) -> None:
    """The page."""
    note_visit(reader, "exports")
    banner.top(reader, _("Выгрузки"))
    grid, found, numbers = reader.read(GRID), reader.read(DRIFT), reader.read(NUMBERS)
    if grid is None or found is None or numbers is None:
        html.show(html.empty(_("Этот отчёт не открыт"), _("Он не входит в опубликованные данные или в ваши права.")))
        return
    year = choose.year([grid, numbers], label=_("Учебный год"), key="exports.year")
    grid, numbers = (frame.filter(pl.col("academic_year") == year) if year else frame for frame in (grid, numbers))
    findings = gathered(reader, found)
    summary(grid, findings)
    checked_by_hand(reader, year)
    views = {
        "grid": _("Кто ещё не выгрузил"),
        "drift": _("Что изменилось"),
        "numbers": _("Контрольные числа"),
    }
    differences = reader.read(sources.REPORT)
    if differences is not None:
        views["sources"] = _("Расхождения источников")
    view = choose.views(views, key="exports.view", default="grid")
    if view == "grid":
        who(reader, grid, year)
    elif view == "drift":
        changes(reader, findings, drift.compared(found.iter_rows(named=True)))
    elif view == "sources" and differences is not None:
        sources.show(differences.filter(pl.col("academic_year") == year) if year else differences)
    else:
        control(reader, numbers, year)


def gathered(reader: Reader, found: pl.DataFrame) -> list[drift.Finding]:
    """The findings of the newest exports, and what waits in quarantine where the home has one school only."""
    findings = drift.findings(found.iter_rows(named=True))
    waiting = drift.quarantined(service().home) if len(reader.published.files) == 1 else None
    return [waiting, *findings] if waiting else findings


def checked_by_hand(reader: Reader, year: str) -> None:
    """How many cells people found just so in the journal, by class where somebody has looked."""
    try:
        draws = Samples(Settings(service().home), reader.account.school_id).draws()
    except SamplesError as error:
        html.show(html.notice(str(error), warm=True))
        return
    found = share(draws, year)
    classes = ""
    if found.checked:
        listed = escape(", ".join(samples_words.by_class(found)))
        classes = f'<details class="zv-looks"><summary>{escape(_("По классам"))}</summary>{listed}</details>'
    html.show(html.notice(samples_words.sentence(found)) + classes)


# Who has not exported yet


def states(grid: pl.DataFrame) -> pl.DataFrame:
    """One row a class and week: `whole`, `part`, `none` or `vacation`, with the newest moment."""
    of_all_pupils = (
        pl.col("n_pupils").is_null()
        | pl.col("n_class_pupils").is_null()
        | (pl.col("n_pupils") >= pl.col("n_class_pupils"))
    )
    return (
        grid.with_columns(full=pl.col("is_whole") & of_all_pupils)
        .group_by("class_id", "week_start", maintain_order=True)
        .agg(
            pl.col("class_name", "is_vacation").first(),
            pl.col("taken_at", "covered_through").max(),
            pl.col("full", "is_whole").any(),
            pl.col("has_marks", "has_attendance", "has_topics", "has_homework").any(),
        )
        .with_columns(
            state=pl.when(pl.col("taken_at").is_null() & pl.col("is_vacation"))
            .then(pl.lit("vacation"))
            .when(pl.col("taken_at").is_null())
            .then(pl.lit("none"))
            .when(pl.col("full"))
            .then(pl.lit("whole"))
            .otherwise(pl.lit("part"))
        )
    )


def summary(grid: pl.DataFrame, findings: Sequence[drift.Finding]) -> None:
    """The newest week, the gaps of the year, and how much asks for a look."""
    cells = states(grid)
    newest = cells.filter(pl.col("week_start") == cells["week_start"].max()) if cells.height else cells
    study = newest.filter(pl.col("state") != "vacation")
    done = study.filter(pl.col("state") == "whole").height
    missing = cells.filter(pl.col("state") == "none")
    part = cells.filter(pl.col("state") == "part").height
    worst = [each for each in findings if each.severity == "attention"]
    week = words.week(newest["week_start"][0]) if newest.height else "–"
    html.show(
        html.tiles(
            [
                (
                    _("Выгружено за последнюю неделю"),
                    _("{n} из {total}").format(n=done, total=study.height),
                    _("классов; неделя {week}").format(week=week),
                    True,
                ),
                (
                    _("Пропущено недель с начала года"),
                    words.number(missing.height),
                    _("классов, у которых есть пропуски: {n}").format(n=missing["class_id"].n_unique()),
                    False,
                ),
                (
                    _("Недель выгружено не целиком"),
                    words.number(part),
                    _("не до конца недели или не все ученики"),
                    False,
                ),
                (
                    _("Нужно проверить"),
                    words.number(len(worst)),
                    _("в последних выгрузках; список – «Что изменилось»"),
                    False,
                ),
            ]
        )
    )


def who(reader: Reader, grid: pl.DataFrame, year: str) -> None:
    """Who is behind, then class × week."""
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        behind_others(grid)
    with right:
        banner.explain(
            reader,
            [GRID],
            [
                (_("Дата"), _("когда снята самая новая выгрузка, которая ещё показывает эту неделю целиком")),
                (_("Не целиком"), _("выгрузка снята раньше конца недели или в ней не все ученики класса")),
                (_("До полудня"), _("утренняя выгрузка говорит о вчерашнем дне: уроков этого дня в ней ещё нет")),
                (_("Выгрузка всей школы"), _("относится ко всем классам, которые она называет")),
                (_("Последняя неделя"), _("считается по день, до которого есть хоть одна выгрузка школы")),
            ],
        )
    if not grid.height:
        html.show(html.empty(_("Выгрузок ещё нет"), _("Сетка появится с первой выгрузкой, в которой есть уроки.")))
        return
    picked = st.session_state.get(PICK, "")
    html.show_clickable(
        grid_html(states(grid), picked), key="exports.grid", on_pick=choose.remember(PICK), picked=picked, end=True
    )
    html.show(
        html.legend(
            [
                ("b1", "", _("выгружена вся неделя")),
                ("o1", "", _("не целиком")),
                ("o3", "", _("не выгружено")),
                ("hatch", "", _("каникулы")),
            ]
        )
        + '<p class="soft small">'
        + escape(_("О – отметки, П – посещаемость, Т – темы уроков, Д – домашние задания"))
        + "</p>"
    )
    class_id, _bar, start = picked.rpartition("|")
    chosen = (
        grid.filter((pl.col("class_id") == class_id) & (pl.col("week_start") == date.fromisoformat(start)))
        if start
        else grid.clear()
    )
    if chosen.height:
        behind(chosen)
    else:
        html.show(f'<p class="soft">{escape(_("Нажмите на клетку – ниже откроется, чем и когда выгружено."))}</p>')
    html.show(html.downloads("exports", [("academic_year", year)] if year else [], grid.height))


def grid_html(cells: pl.DataFrame, picked: str) -> str:
    """The grid as a table: classes down, weeks across, the newest at the right."""
    weeks: list[date] = sorted(cells["week_start"].unique())
    classes = sorted(
        {(row["class_id"], row["class_name"]) for row in cells.iter_rows(named=True)},
        key=lambda each: choose.natural(each[1]),
    )
    known = {(row["class_id"], row["week_start"]): row for row in cells.iter_rows(named=True)}
    lines = [
        Line([Cell(name, "first"), *(week_cell(known.get((class_id, start))) for start in weeks)])
        for class_id, name in classes
    ]
    lines.append(
        Line(
            [
                Cell(_("Всего"), "first"),
                *(
                    Cell(str(sum(1 for row in known.values() if row["week_start"] == start and row["taken_at"])), "c")
                    for start in weeks
                ),
            ],
            "total",
        )
    )
    heads = [(_("Класс"), "first"), *((words.week(start), "c") for start in weeks)]
    return html.table(heads, lines, look="grid", picked=picked, tall=True, label=_("Выгружено: класс и неделя"))


def week_cell(row: Row | None) -> Cell:
    """One class × week."""
    if row is None:
        return Cell("", "c")
    pick = f"{row['class_id']}|{row['week_start']}"
    place = f"{row['class_name']}, {words.week(row['week_start'])}"
    if row["state"] == "vacation":
        return Cell("", "c hatch", _("{place}: каникулы").format(place=place))
    if row["state"] == "none":
        return Cell(_("нет"), "c o3", _("{place}: не выгружено").format(place=place), pick)
    told = _("{place}: выгружено {moment}").format(place=place, moment=words.full_moment(row["taken_at"]))
    if not row["is_whole"]:
        told += "; " + _("видны не все дни, последний – {day}").format(day=words.day(row["covered_through"]))
    return Cell(
        "",
        f"c {'b1' if row['state'] == 'whole' else 'o1'}",
        told,
        pick,
        html=f'{words.day(row["taken_at"])} <span class="soft small">{escape(letters(row))}</span>',
    )


def letters(row: Row) -> str:
    """What was exported, a letter each."""
    carried = {"has_marks": _("О"), "has_attendance": _("П"), "has_topics": _("Т"), "has_homework": _("Д")}
    return "".join(letter for name, letter in carried.items() if row[name])


def carried(row: Row) -> str:
    """What was exported, in words."""
    names = {
        "has_marks": _("отметки"),
        "has_attendance": _("посещаемость"),
        "has_topics": _("темы уроков"),
        "has_homework": _("домашние задания"),
    }
    return ", ".join(name for column, name in names.items() if row[column])


def behind(chosen: pl.DataFrame) -> None:
    """What was exported of one class and week."""
    first = chosen.row(0, named=True)
    title = _("{name}, неделя {week}").format(name=first["class_name"], week=words.week(first["week_start"]))
    html.show(html.heading(title, behind=True))
    made = chosen.filter(pl.col("taken_at").is_not_null()).sort("taken_at", descending=True)
    if not made.height:
        html.show(
            html.notice(
                _("За эту неделю выгрузок класса нет: ни пропущенные темы, ни сроки за неё не проверяются."), warm=True
            )
        )
        return
    lines = [Line(export_cells(row)) for row in made.iter_rows(named=True)]
    heads = [(_("Выгрузка"), ""), (_("Снята"), ""), (_("Что в ней есть"), ""), (_("Чего не хватает"), "")]
    html.show(html.table(heads, lines, label=_("Выгрузки недели")))


def export_cells(row: Row) -> list[Cell]:
    """A kind of export of one class and week."""
    lacks = []
    if not row["is_whole"]:
        day = words.day(row["covered_through"])
        lacks.append(_("видны не все дни, последний – {day}: выгрузите неделю ещё раз").format(day=day))
    if row["n_pupils"] is not None and (row["n_class_pupils"] or 0) > row["n_pupils"]:
        lacks.append(_("учеников {n} из {total}").format(n=row["n_pupils"], total=row["n_class_pupils"]))
    return [
        Cell(row["export_title"]),
        Cell(words.full_moment(row["taken_at"]), "nowrap"),
        Cell(carried(row)),
        Cell("; ".join(lacks) or "–", "" if lacks else "soft"),
    ]


def behind_others(grid: pl.DataFrame) -> None:
    """«Кому напомнить»: classes whose exports end before the last day known of."""
    if not grid.height:
        return
    cells = states(grid)
    newest = cells.filter((pl.col("week_start") == pl.col("week_start").max()) & (pl.col("state") != "vacation"))
    late = newest.filter(~pl.col("is_whole"))
    if not late.height:
        html.show(html.notice(_("Все классы выгружены по последний день, о котором есть выгрузки.")))
        return
    through = grid.group_by("class_id").agg(pl.col("covered_through").max())
    late = late.select("class_id", "class_name").join(through, on="class_id")
    names = [
        f"{row['class_name']} ({words.day(row['covered_through']) if row['covered_through'] else _('ни разу')})"
        for row in sorted(late.iter_rows(named=True), key=lambda row: choose.natural(row["class_name"]))
    ]
    html.show(
        html.notice(
            _("Кому напомнить – выгружено раньше, чем у других (по какой день): {names}").format(
                names=", ".join(names)
            ),
            warm=True,
        )
    )


# What changed


def changes(reader: Reader, findings: Sequence[drift.Finding], compared: Sequence[str]) -> None:
    """Findings by severity, each with place, moment and advice."""
    banner.explain(
        reader,
        [DRIFT],
        [
            (
                _("С чем сравнивается"),
                _("с последней выгрузкой того же вида не моложе недели, а если такой нет – с самой первой"),
            ),
            (
                _("Похоже, переименовано"),
                _("имя исчезло, и появилось другое с теми же учениками или уроками; ничего не объединяется"),
            ),
            (
                _("Уроки"),
                _("с расписанием, где оно выгружено, иначе с прошлой выгрузкой; меньше на пятую часть недели"),
            ),
            (_("Средние"), _("напечатанные в отчёте – с отметками той же строки")),
        ],
    )
    if not any(each.severity == "attention" for each in findings):
        html.show(html.notice(_("Того, что нужно проверить, не найдено.")))
    for severity in drift.SEVERITIES:
        listed = [each for each in findings if each.severity == severity]
        if listed:
            html.show(html.heading(drift.severity_title(severity)) + "".join(map(finding_html, listed)))
    if compared:
        listed_looks = "".join(f"<div>{escape(each)}</div>" for each in compared)
        html.show(
            f'<details class="zv-looks"><summary>{escape(_("Какие выгрузки сравнивались"))}</summary>'
            f"{listed_looks}</details>"
        )


def finding_html(each: drift.Finding) -> str:
    """One finding: what, where and since when, what to do."""
    place = "; ".join(filter(None, (each.where, drift.since(each))))
    people = ""
    if each.people:
        names = "".join(f"<div>{escape(name)}</div>" for name in each.people)
        people = f"<details><summary>{escape(_('Поимённо'))}</summary>{names}</details>"
    advice = escape(each.advice) if each.advice else ""
    return (
        f'<div class="zv-find {each.severity}"><div class="what">{escape(each.what)}{people}</div>'
        f'<div class="place">{escape(place)}</div><div class="advice">{advice}</div></div>'
    )


# Numbers to hold against the journal


def control(reader: Reader, numbers: pl.DataFrame, year: str) -> None:
    """Pupils, marks and absences of each class, as the journal itself shows them."""
    banner.explain(
        reader,
        [NUMBERS],
        [
            (_("Учеников"), _("в списке класса на последний день")),
            (_("Отметок"), _("всех, что стоят на странице класса за эти дни, с «зач» и «н/а»; точки – отдельно")),
            (_("Пропусков"), _("пропущенных учениками уроков по любой причине; опоздание – не пропуск")),
            (_("Дни"), _("от первого до последнего урока периода, который уже наступил")),
        ],
    )
    if not numbers.height:
        html.show(html.empty(_("Чисел ещё нет"), _("Они появятся с первой выгрузкой, в которой есть уроки.")))
        return
    names = {
        row["period_id"]: row["period_name"] for row in numbers.sort("date_from", descending=True).iter_rows(named=True)
    }
    with st.columns([1, 3])[0]:
        period = choose.select(_("Период"), {CURRENT: _("Текущий у каждого класса"), **names}, key="exports.period")
    shown = of_period(numbers, period, numbers)
    lines = [
        Line(number_cells(row))
        for row in sorted(shown.iter_rows(named=True), key=lambda row: choose.natural(row["class_name"]))
    ]
    heads = [
        (_("Класс"), "first"),
        (_("Учеников"), "n"),
        (_("Отметок"), "n"),
        (_("Пропусков"), "n"),
        (_("За какие дни"), ""),
        (_("Выгружено"), ""),
    ]
    asked = [*([("academic_year", year)] if year else []), ("period_id", period)]
    note = _("Откройте журнал за те же дни. Не сходится число – часть записей в выгрузку не попала.")
    html.show(f'<p class="soft">{escape(note)}</p>')
    html.show(html.table(heads, lines, look="plain", label=_("Контрольные числа")))
    html.show(html.downloads("numbers", asked, shown.height))


def number_cells(row: Row) -> list[Cell]:
    """One class and period."""
    days = f"{row['period_name']}: {words.day(row['date_from'])} – {words.full_day(row['date_to'])}"
    debts = " " + _("и точек {n}").format(n=row["n_debts"]) if row["n_debts"] else ""
    return [
        Cell(row["class_name"], "first"),
        Cell(words.number(row["n_pupils"]), "n"),
        Cell(words.number(row["n_marks"]) + debts, "n"),
        Cell(words.number(row["n_absences"]), "n"),
        Cell(days, "nowrap"),
        Cell(words.full_moment(row["taken_at"]), "nowrap"),
    ]
