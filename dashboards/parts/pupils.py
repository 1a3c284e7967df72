"""Pupils of a class down, subjects across: the grid that the class teacher's views share, and the chosen pupil."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from dashboards.parts import choose, html
from dashboards.parts.html import Cell, Line
from warehouse.language import gettext as _

PICK = "class.pupil"
LONGEST = 10


def grid(rows: pl.DataFrame, cell: Callable[[dict[str, Any] | None, str], Cell], *, key: str, label: str) -> None:
    """The grid; a click anywhere on a pupil's line opens his subjects below."""
    chosen = st.session_state.get(PICK, "")
    subjects = sorted({(row["subject_name"], row["subject_id"]) for row in rows.iter_rows(named=True)})
    pupils = sorted({(row["pupil_name"], row["pupil_id"]) for row in rows.iter_rows(named=True)})
    cells = {(row["pupil_id"], row["subject_id"]): row for row in rows.iter_rows(named=True)}
    heads = [(_("Ученик"), "first"), *((short(name), "c") for name, _id in subjects)]
    lines = [
        Line(
            [
                Cell(name, "first", pick=pupil),
                *(cell(cells.get((pupil, subject)), pupil) for _name, subject in subjects),
            ]
        )
        for name, pupil in pupils
    ]
    html.show_clickable(
        html.table(heads, lines, look="grid", picked=chosen, tall=True, label=label),
        key=key,
        on_pick=choose.remember(PICK),
        picked=chosen,
    )


def short(name: str) -> str:
    """A subject's name that fits over a narrow column."""
    return name if len(name) <= LONGEST else f"{name[:8].rstrip()}."


def picked(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of the chosen pupil, or none and a line that says how to choose."""
    mine = rows.filter(pl.col("pupil_id") == st.session_state.get(PICK, "")).sort("subject_name")
    if not mine.height:
        html.show(f'<p class="soft">{escape(_("Нажмите на строку ученика – ниже откроются его предметы."))}</p>')
    return mine
