"""Small pieces of HTML, every text escaped, and the table that can be clicked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from warehouse.language import gettext as _

STYLE = Path(__file__).parent.parent / "static" / "pages.css"
CLICKABLE = """
export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".zv");
  if (box.zvShown !== data.html) {
    const scroll = box.querySelector(".zv-scroll");
    const left = scroll ? scroll.scrollLeft : 0, top = scroll ? scroll.scrollTop : 0;
    box.innerHTML = data.html;
    box.zvShown = data.html;
    const fresh = box.querySelector(".zv-scroll");
    if (fresh) {
      fresh.scrollLeft = scroll || !data.end ? left : fresh.scrollWidth;
      fresh.scrollTop = top;
    }
  }
  if (box.zvPicked !== undefined && data.picked && box.zvPicked !== data.picked) {
    setTimeout(() => {
      const list = document.getElementById("behind");
      if (list) { list.scrollIntoView({ behavior: "smooth", block: "start" }); }
    }, 600);
  }
  box.zvPicked = data.picked;
  const pick = (event) => {
    const cell = event.target.closest("[data-pick]");
    if (cell) { setTriggerValue("pick", cell.dataset.pick); }
  };
  box.onclick = pick;
  box.onkeydown = (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(event); }
  };
}
"""


@dataclass(frozen=True)
class Cell:
    """A cell: text, how it looks (CSS classes), a hint, and what a click on it means ('' = nothing)."""

    text: str
    look: str = ""
    hint: str = ""
    pick: str = ""
    html: str = ""

    def render(self, picked: str = "") -> str:
        """The cell as HTML."""
        look = f"{self.look} picked" if self.pick and self.pick == picked else self.look
        told = f' class="{look.strip()}"' if look else ""
        told += f' title="{escape(self.hint)}"' if self.hint else ""
        if self.pick:
            told += f' data-pick="{escape(self.pick)}" tabindex="0" role="button"'
        return f"<td{told}>{self.html or escape(self.text)}</td>"


@dataclass(frozen=True)
class Line:
    """A row of a table."""

    cells: Sequence[Cell]
    look: str = ""


def style() -> None:
    """Put the style sheet on the page."""
    st.html(STYLE)


def show(html: str) -> None:
    """Static HTML made by this module."""
    st.html(f'<div class="zv">{html}</div>')


@cache
def _clickable() -> Callable[..., Any]:
    return st.components.v2.component("zavuch_table", html='<div class="zv"></div>', js=CLICKABLE, isolate_styles=False)


def show_clickable(
    html: str, *, key: str, on_pick: Callable[[str], None] | None = None, picked: str = "", end: bool = False
) -> None:
    """HTML whose cells with `data-pick` can be clicked or chosen from the keyboard.

    picked: what is chosen now; a fresh choice scrolls to the heading `behind` it. end: a wide table opens at
    its right end, where the newest days are.
    """

    def taken() -> None:
        state = st.session_state.get(key)
        chosen = getattr(state, "pick", None)
        if chosen and on_pick:
            on_pick(str(chosen))

    _clickable()(key=key, data={"html": html, "picked": picked, "end": end}, on_pick_change=taken)


def table(
    heads: Sequence[tuple[str, str]],
    lines: Iterable[Line],
    *,
    look: str = "wide",
    picked: str = "",
    tall: bool = False,
    label: str = "",
) -> str:
    """A table. heads: (text, CSS classes)."""
    head = "".join(f'<th scope="col" class="{css}">{escape(text)}</th>' for text, css in heads)
    body = "".join(
        f'<tr class="{line.look}">{"".join(cell.render(picked) for cell in line.cells)}</tr>' for line in lines
    )
    named = f' aria-label="{escape(label)}"' if label else ""
    return (
        f'<div class="zv-scroll{" tall" if tall else ""}" tabindex="0"><table class="{look}"{named}>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def tiles(items: Iterable[tuple[str, str, str, bool]]) -> str:
    """Tiles of numbers: (name, value, note, whether it leads)."""
    return (
        '<div class="zv-tiles">'
        + "".join(
            f'<div class="zv-tile{" lead" if lead else ""}"><div class="name">{escape(name)}</div>'
            f'<div class="value">{escape(value)}</div><div class="note">{escape(note)}</div></div>'
            for name, value, note, lead in items
        )
        + "</div>"
    )


def heading(text: str, note: str = "", *, behind: bool = False) -> str:
    """A section heading with a line of explanation; `behind` = the list behind a number that was clicked."""
    named = ' id="behind" class="zv-anchor"' if behind else ""
    return f"<h2{named}>{escape(text)}</h2>" + (f'<p class="soft">{escape(note)}</p>' if note else "")


def notice(text: str, *, warm: bool = False) -> str:
    """A calm notice; warm when it asks for attention."""
    return f'<div class="zv-notice{" warm" if warm else ""}">{escape(text)}</div>'


def empty(title: str, note: str) -> str:
    """An empty state that says why it is empty."""
    return f'<div class="zv-empty"><b>{escape(title)}</b>{escape(note)}</div>'


def chip(text: str, look: str = "") -> str:
    """A small label."""
    return f'<span class="zv-chip {look}">{escape(text)}</span>'


def legend(items: Iterable[tuple[str, str, str]]) -> str:
    """What the colours mean: (CSS classes, sign, text)."""
    return (
        '<div class="zv-legend">'
        + "".join(f'<span><i class="{css}">{escape(sign)}</i>{escape(text)}</span>' for css, sign, text in items)
        + "</div>"
    )


def bar(parts: Iterable[tuple[float, str, str]], *, shown: bool = True) -> str:
    """A bar of shares: (share, CSS classes, text)."""
    return (
        '<div class="zv-bar">'
        + "".join(
            f'<span class="{css}" style="width:{share * 100:.2f}%" title="{escape(text)}">'
            f"{escape(text) if shown and share >= 0.14 else ''}</span>"
            for share, css, text in parts
            if share > 0
        )
        + "</div>"
    )


def downloads(name: str, asked: Iterable[tuple[str, str]], rows: int) -> str:
    """Links that take away exactly the list that is shown."""
    query = urlencode(list(asked))
    tail = f"?{query}" if query else ""
    if not rows:
        return ""
    return (
        '<div class="zv-actions">'
        f'<a href="/download/{name}.xlsx{escape(tail)}">{escape(_("Скачать в Excel"))}</a>'
        f'<a href="/download/{name}.csv{escape(tail)}">{escape(_("Скачать CSV"))}</a></div>'
    )
