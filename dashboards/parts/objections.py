"""Objections of teachers on the deputy's page: rule by rule, how they ended, and how a rule is switched off."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from dashboards.parts import html, words
from dashboards.parts.html import Cell, Line
from warehouse.language import gettext as _
from warehouse.regulation.file import FOLDER
from warehouse.regulation.meanings import Meaning, NotSaid, YesNo, say
from warehouse.regulation.questions import KNOWN, QUESTIONS
from warehouse.regulation.sheet import TITLE

Row = Mapping[str, Any]


def notice(frame: pl.DataFrame) -> None:
    """Say at the top of the page of which rules too many findings were taken back."""
    for row in frame.filter(pl.col("is_proposed_off")).sort("rule_title").iter_rows(named=True):
        text = _("«{rule}»: после возражений снято {n} из {total}. {advice} Подробнее – «Возражения».")
        html.show(html.notice(text.format(
            rule=row["rule_title"], n=words.number(row["n_withdrawn"]), total=words.number(row["n_findings"]),
            advice=advice(),
        ), warm=True))  # fmt: skip


def advice() -> str:
    """What to do about a rule of which too much was taken back."""
    return _("Снято слишком много: проверьте правило или отключите его.")


def show(frame: pl.DataFrame | None, school_id: str) -> None:
    """The list of rules."""
    if frame is None:
        html.show(html.empty(_("Этот отчёт не открыт"), _("Он не входит в опубликованные данные или в ваши права.")))
        return
    title, how = _("Возражения учителей"), _(
        "Внести возражение или ответ: лист «Возражения» книги школы или zavuch register add objection; код замечания – "
        "последний столбец списка «Все замечания». Что внесено: zavuch register list objection."
    )  # fmt: skip
    if not frame.height:
        html.show(html.empty(_("Возражений нет"), how))
        return
    html.show(html.heading(title, how))
    heads = [
        (_("Правило"), ""), (_("Замечаний"), "n"), (_("Возражений"), "n"), (_("Ждут ответа"), "n"),
        (_("Оставлено"), "n"), (_("Снято"), "n"), (_("Доля снятого"), "n"), (_("Что сделать"), ""),
    ]  # fmt: skip
    ordered = frame.sort("is_proposed_off", "rule_title", descending=[True, False])
    html.show(html.table(
        heads, [Line(_cells(row, school_id)) for row in ordered.iter_rows(named=True)], label=title
    ))  # fmt: skip


def _cells(row: Row, school_id: str) -> list[Cell]:
    counts = [Cell(words.number(row[name]), "n") for name in ("n_findings", "n_objected", "n_open", "n_kept")]
    how = ""
    if row["is_proposed_off"]:
        how = (
            f"{escape(advice())}<details><summary>{escape(_('Как отключить'))}</summary>"
            f"<div>{escape(how_to_switch_off(row, school_id))}</div></details>"
        )
    elif row["n_open"]:
        how = escape(_("Ответьте: снято или оставлено."))
    share = words.percent(row["share_withdrawn"]) if row["n_withdrawn"] else ""
    return [
        Cell(row["rule_title"]), *counts, Cell(words.number(row["n_withdrawn"]), "n"), Cell(share, "n"),
        Cell("", html=how or "&nbsp;"),
    ]  # fmt: skip


def answer_that_switches_off(question: str, when_not_said: str) -> Meaning | None:
    """The answer of the regulation under which a rule judges nothing; None where no answer does."""
    if KNOWN[question].takes(YesNo(False)):
        return YesNo(False)
    return NotSaid() if when_not_said == "not_set" else None


def how_to_switch_off(row: Row, school_id: str) -> str:
    """Which question to answer, how and where, and what else that answer switches off."""
    question = KNOWN[row["question"]]
    answer = answer_that_switches_off(question.id, row["when_not_said"])
    if answer is None:
        return _("Положением это правило не отключается: без срока в нём замечание становится просьбой проверить.")
    if question.id in QUESTIONS:
        where = _("на листе «{sheet}» книги школы").format(sheet=TITLE)
    else:
        where = _("в файле {file}: строки {first} и {second}").format(
            file=f"{FOLDER}/{school_id}.toml", first=f"[[{question.id}]]", second=f'answer = "{say(answer)}"'
        )
    told = _("Ответьте «{answer}» на вопрос «{question}» – {where}.").format(
        answer=say(answer), question=question.text, where=where
    )
    others = row["n_rules"] - 1
    if others:
        told += " " + _("Вместе с ним отключатся и другие правила, которые судят по этому вопросу: {n}.").format(
            n=others
        )
    if not row["has_own_regulation"]:
        told += " " + _(
            "Своих ответов у школы ещё нет, а с первым из них общие сроки перестают действовать: сначала ответьте и на "
            "остальные вопросы (zavuch regulation init)."
        )
    return told
