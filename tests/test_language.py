"""Screen and paper speak Russian in the source; every such text has an English translation."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from warehouse.language import catalogue

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    ROOT / "zavuch.py",
    *(
        path
        for room in ("commands", "warehouse", "ingest", "dashboards", "exports", "expectations")
        for path in (ROOT / room).rglob("*.py")
    ),
]


def texts(path: Path) -> set[str]:
    """Literal arguments of `_()` in a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_" and node.args:
            argument = node.args[0]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.add(argument.value)
    return found


ALL = sorted({text for path in SOURCES for text in texts(path)})


def test_every_text_has_an_english_translation() -> None:
    english = catalogue("en")
    assert [text for text in ALL if text not in english] == []


@pytest.mark.parametrize("text", ALL)
def test_a_translation_keeps_the_places_to_fill(text: str) -> None:
    places = re.compile(r"\{(\w*)[^}]*\}")
    assert sorted(places.findall(catalogue("en").get(text, text))) == sorted(places.findall(text))
