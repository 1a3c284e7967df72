"""«Расхождения источников»: what two journals tell differently of the same class, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from dashboards.parts import choose, html, words
from dashboards.parts.html import Cell, Line
from warehouse.language import gettext as _

REPORT = "rpt_deputy__source_differences"
SHOWN = 150
Row = Mapping[str, Any]


def show(frame: pl.DataFrame) -> None:
    """The tab: how many records differ, class by class, and each of them."""
    title, note = _("Расхождения источников"), _(
        "Об одном классе говорят два журнала. Учитывается то, что показывает главный источник; лишнее из другого не "
        "прибавляется. Какой источник главный, задаёт [sources] в zavuch.toml."
    )  # fmt: skip
    html.show(html.heading(title, note))
    if not frame.height:
        html.show(html.empty(
            _("Расхождений нет"), _("Либо о каждом классе говорит один источник, либо источники говорят одно и то же.")
        ))  # fmt: skip
        return
    classes = sorted({(row["class_id"], row["class_name"]) for row in frame.iter_rows(named=True)},
                     key=lambda each: choose.natural(each[1]))  # fmt: skip
    counts = {class_id: frame.filter(pl.col("class_id") == class_id).height for class_id, _name in classes}
    options = {"": _("Все классы")} | {one: f"{name} – {counts[one]}" for one, name in classes}
    class_id = choose.select(_("Класс"), options, key="exports.sources.class")
    shown = frame.filter(pl.col("class_id") == class_id) if class_id else frame
    rows = shown.sort(
        "date", "class_name", "subject_name", "pupil_name", "place", descending=[True, False, False, False, False]
    )
    count = words.counted(rows.height, _("строка|строки|строк"))
    if rows.height > SHOWN:
        count = _("{count}; показаны последние {n}").format(count=count, n=SHOWN)
    html.show(f'<p class="soft">{escape(count)}</p>')
    heads = [
        (_("День"), ""), (_("Класс, предмет"), ""), (_("Ученик"), ""), (_("Что"), ""), (_("Главный источник"), ""),
        (_("Другой источник"), ""),
    ]  # fmt: skip
    html.show(html.table(
        heads, [Line(_cells(row)) for row in rows.head(SHOWN).iter_rows(named=True)], tall=True, label=title
    ))  # fmt: skip


def _cells(row: Row) -> list[Cell]:
    subject = f'<span class="sub">{escape(row["subject_name"])}</span>' if row["subject_name"] else ""
    return [
        Cell(words.full_day(row["date"]), "nowrap"),
        Cell("", "nowrap", html=escape(row["class_name"] or "") + subject),
        Cell(row["pupil_name"] or "", "nowrap"),
        Cell(_kind(row["field_group"])),
        Cell("", html=_told(row["leading_name"], row["leading_value"], is_there=row["is_in_leading"])),
        Cell("", html=_told(row["other_name"], row["other_value"], is_there=row["is_in_other"])),
    ]


def _kind(field_group: str) -> str:
    return {"marks": _("отметка"), "attendance": _("посещаемость"), "lessons": _("урок")}.get(field_group, field_group)


def _told(source: str | None, value: str | None, *, is_there: bool) -> str:
    """What a source shows, its name under it."""
    said = escape(value or _("пусто")) if is_there else f'<span class="soft">{escape(_("нет записи"))}</span>'
    return said + f'<span class="sub">{escape(source or "")}</span>'
