"""«Если бы положение было другим»: what would be late under each shipped regulation, and the records that change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from dashboards.parts import choose, html, words
from dashboards.parts.html import Cell, Line
from dashboards.parts.reader import Reader
from warehouse.language import gettext as _
from warehouse.regulation import profiles
from warehouse.regulation.answers import Answer
from warehouse.regulation.terms import OWN

PREVIEW, FLIPS = "rpt_deputy__regulation_preview", "rpt_deputy__regulation_flips"
PICK = "deputy.whatif.pick"
SHOWN = 150
COUNTS = ("n_expected", "n_not_in_time", "n_own_not_in_time", "n_undetermined", "n_not_set", "n_flip_to_late",
          "n_flip_from_late")  # fmt: skip
NOT_IN_TIME = ("late", "missing")
Row = Mapping[str, Any]


def show(reader: Reader, year: str) -> None:
    """The tab: all regulations side by side, then one of them rule by rule and record by record."""
    counted, flips = reader.read(PREVIEW), reader.read(FLIPS)
    if counted is None or flips is None:
        html.show(html.empty(_("Этот отчёт не открыт"), _("Он не входит в опубликованные данные или в ваши права.")))
        return
    counted, flips = (frame.filter(pl.col("academic_year") == year) if year else frame for frame in (counted, flips))
    html.show(html.heading(_("Если бы положение было другим"), _(
        "Те же записи журнала, но сроки взяты из другого положения. Это проба: замечания, листы и ваше положение она "
        "не меняет."
    )))  # fmt: skip
    if not counted.height:
        html.show(html.empty(
            _("Сравнивать пока нечего"), _("Нужны записи, о сроке которых можно судить, и обновление данных.")
        ))  # fmt: skip
        return
    own = str(counted["own_profile"][0] or "")
    names = [name for name in profiles.NAMES if name in set(counted["profile"]) and name != own]
    period = choose.select(_("Период"), {"": _("Все периоды"), **_periods(counted)}, key="deputy.whatif.period")
    counted = counted.filter(pl.col("period_name") == period) if period else counted
    by_profile = {
        row["profile"]: row
        for row in counted.group_by("profile").agg(pl.col(name).sum() for name in COUNTS).iter_rows(named=True)
    }
    names = [name for name in names if name in by_profile]
    if not names:
        html.show(html.empty(_("Сравнивать пока нечего"), _("За этот период записей со сроком нет.")))
        return
    chosen = str(st.session_state.get(PICK, ""))
    picked = chosen if chosen in names else names[0]
    html.show_clickable(
        _side_by_side(names, by_profile, own, picked), key="deputy.whatif", on_pick=_choose, picked=picked
    )
    html.show(
        f'<p class="soft">{escape(_("Нажмите на положение – ниже откроется, какие записи судились бы иначе."))}</p>'
    )
    html.show(html.heading(title(picked), profiles.profile(picked).document, behind=True))
    _by_rule(counted.filter(pl.col("profile") == picked), picked)
    _records(flips.filter(pl.col("profile") == picked))


def _choose(name: str) -> None:
    st.session_state[PICK] = name


def _periods(counted: pl.DataFrame) -> dict[str, str]:
    """Names of periods in their order; days in none come last."""
    first: dict[str, date] = {}
    for row in counted.iter_rows(named=True):
        name = row["period_name"]
        first[name] = min(first.get(name, date.max), row["starts_on"] or date.max)
    return {name: name for name in sorted(first, key=lambda name: (first[name], name))}


def title(profile: str) -> str:
    """What a regulation is called on the page."""
    if profile == profiles.DEFAULT:
        return _("Общие сроки программы")
    if profile == OWN:
        return _("Своё положение")
    return _("Образец {name}").format(name=profile)


def _side_by_side(names: list[str], by_profile: Mapping[str, Row], own: str, picked: str) -> str:
    """The school's own regulation first, then each other: how much is not in time, and what would change."""
    heads = [
        (_("Положение"), ""), (_("Записей со сроком"), "n"), (_("Не в срок"), "n"), (_("Стали бы не в срок"), "n"),
        (_("Перестали бы"), "n"), (_("Нельзя сказать"), "n"), (_("Срок не указан"), "n"),
    ]  # fmt: skip
    now = _("Сейчас: {name}").format(name=_lower(title(own)))
    not_in_time = max(row["n_own_not_in_time"] for row in by_profile.values())
    blank = [Cell("", "n")] * 4
    lines = [Line([Cell(now), Cell("", "n"), Cell(words.number(not_in_time), "n"), *blank], "total")]
    for name in names:
        row = by_profile[name]
        counts = ("n_expected", "n_not_in_time", "n_flip_to_late", "n_flip_from_late", "n_undetermined", "n_not_set")
        lines.append(
            Line([Cell(title(name), pick=name, hint=profiles.profile(name).document)]
                 + [Cell(_some(row[column]), "n") for column in counts])
        )  # fmt: skip
    return html.table(heads, lines, picked=picked, label=_("Положения рядом"))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _some(n: int) -> str:
    return words.number(n) if n else "·"


def _by_rule(counted: pl.DataFrame, profile: str) -> None:
    """Each rule: the term that this regulation sets, and what is not in time by it and now."""
    heads = [
        (_("Правило"), ""), (_("Срок по этому положению"), ""), (_("Записей"), "n"), (_("Не в срок сейчас"), "n"),
        (_("По этому положению"), "n"), (_("Нельзя сказать"), "n"),
    ]  # fmt: skip
    grouped = counted.group_by("rule", "rule_title", "question").agg(pl.col(name).sum() for name in COUNTS)
    lines = []
    for row in grouped.sort("rule_title").iter_rows(named=True):
        answer = profiles.profile(profile).newest(row["question"])
        without = row["n_not_set"] >= row["n_expected"]
        lines.append(Line([
            Cell(words.rule(row["rule"], row["rule_title"])),
            Cell("", html=_term(answer)),
            Cell(words.number(row["n_expected"]), "n"),
            Cell(_some(row["n_own_not_in_time"]), "n"),
            Cell(_("не судится") if without else _some(row["n_not_in_time"]), "n"),
            Cell(_some(row["n_undetermined"]), "n"),
        ]))  # fmt: skip
    html.show(html.table(heads, lines, label=_("Правила по этому положению")))


def _term(answer: Answer | None) -> str:
    """The answer with its clause, the words of the clause under it."""
    if answer is None:
        return escape(_("не указан"))
    if not answer.quote:
        return escape(answer.text)
    return (
        f"{escape(answer.text)}<details><summary>{escape(answer.clause)}</summary>"
        f"<div>«{escape(answer.quote)}»</div></details>"
    )


def _records(flips: pl.DataFrame) -> None:
    """The records of the last month that would be judged otherwise, lesson by lesson."""
    same = [
        "date",
        "lesson_number",
        "class_name",
        "subject_name",
        "rule",
        "rule_title",
        "due_at",
        "own_status",
        "verdict",
    ]
    grouped = flips.group_by(same).agg(n=pl.len())
    note = _("За последний месяц: {n}. Без имён: кто вёл урок, для пробы не важно.").format(
        n=words.counted(flips.height, _("запись|записи|записей"))
    )
    html.show(html.heading(_("Какие записи судились бы иначе"), note))
    if not flips.height:
        html.show(html.empty(_("Таких записей нет"), _("За последний месяц это положение ничего не изменило бы.")))
        return
    rows = sorted(grouped.iter_rows(named=True), key=_order)
    heads = [
        (_("Урок"), ""), (_("Класс, предмет"), ""), (_("Правило"), ""), (_("Записей"), "n"),
        (_("Срок по этому положению"), ""), (_("Сейчас"), ""), (_("Стало бы"), ""),
    ]  # fmt: skip
    if len(rows) > SHOWN:
        told = _("Показаны последние {n} строк из {all}.").format(n=SHOWN, all=words.number(len(rows)))
        html.show(f'<p class="soft">{escape(told)}</p>')
    html.show(html.table(heads, [Line(_cells(row)) for row in rows[:SHOWN]], tall=True, label=_("Записи")))


def _order(row: Row) -> tuple[object, ...]:
    day = -(row["date"] or date.min).toordinal()
    return day, choose.natural(row["class_name"]), row["lesson_number"] or 0, row["subject_name"], row["rule_title"]


def _cells(row: Row) -> list[Cell]:
    lesson = _("{n}-й урок").format(n=row["lesson_number"]) if row["lesson_number"] else ""
    return [
        Cell("", "nowrap", html=_two(words.day(row["date"]), lesson)),
        Cell("", "nowrap", html=_two(row["class_name"], row["subject_name"])),
        Cell(words.rule(row["rule"], row["rule_title"])),
        Cell(words.number(row["n"]), "n"),
        Cell(words.due(row["due_at"]) if row["due_at"] else _("не указан"), "nowrap"),
        Cell("", html=_state(row["own_status"])),
        Cell("", html=_state(row["verdict"])),
    ]


def _state(status: str) -> str:
    return html.chip(words.verdict(status), status if status in NOT_IN_TIME else "")


def _two(first: str, second: str) -> str:
    return escape(first or "") + (f'<span class="sub">{escape(second)}</span>' if second else "")
