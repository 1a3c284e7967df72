"""What pages that show a forecast share: the caution, the chances as a bar, the forecast in a few signs."""

from __future__ import annotations

from typing import Any

from dashboards.parts import html, words
from warehouse.forecast.caution import not_a_plan

THIN = "данных мало"  # how the prepared reliability calls a forecast that rests on little
WIDE_ENOUGH = 0.4
LOOKS = {5: "b3", 4: "b1", 3: "o2", 2: "o4"}


def caution() -> None:
    """The sentence that no forecast is shown without."""
    html.show(html.notice(not_a_plan()))


def is_thin(row: dict[str, Any]) -> bool:
    """Whether the forecast of a row rests on too little to be told."""
    return bool(row["reliability"] == THIN)


def chances(row: dict[str, Any]) -> str:
    """A bar of the chances of each mark."""
    parts = []
    for mark, look in LOOKS.items():
        chance = float(row[f"p{mark}"] or 0)
        parts.append((chance, look, f"«{mark}» {words.percent(chance)}" if chance >= WIDE_ENOUGH else f"«{mark}»"))
    return html.bar(parts)


def in_short(row: dict[str, Any]) -> str:
    """«4 ↑5»: a 4 is on the way, close to a 5."""
    mark, near = row["forecast_mark"], row["close_to"]
    if near is None:
        return str(mark)
    return f"{mark} {'↑' if near > mark else '↓'}{near}"


def marks_between(low: int | None, high: int | None) -> str:
    """«4», or «3–4» where the set holds several."""
    if low is None or high is None:
        return "–"
    return str(low) if low == high else f"{low}–{high}"


def with_set(mark: int | None, low: int | None, high: int | None) -> str:
    """«4 (3–4)»: the most probable mark, and its set where it holds several; «–» where nothing is forecast."""
    if mark is None:
        return "–"
    return str(mark) if low == high else f"{mark} ({marks_between(low, high)})"
