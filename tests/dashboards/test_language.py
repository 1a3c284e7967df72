"""Every text of the screen has an English translation and none of the words that hurt."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from warehouse.language import catalogue

ROOT = Path(__file__).parents[2]
FILES = sorted(
    [*(ROOT / "dashboards").rglob("*.py"), ROOT / "warehouse" / "access.py", ROOT / "warehouse" / "accounts.py"]
)
CYRILLIC = re.compile("[А-Яа-яЁё]")
NOT_SHOWN = {"низк", "н", "средневзвеш", "данных мало", " \\(срок — [^)]*\\)$"}  # compared with data, never shown
HURTING = ("нарушен", "опоздание учителя", "рейтинг", "оценка за", "поставил оценку", "исключено")
PLACES = re.compile(r"{(\w+)}")


def texts(path):
    """(text, whether it is wrapped for translation) of every Russian string of a module but the docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    wrapped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "marked"}
        for inner in node.args
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.value, id(node) in wrapped


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_text_is_translated(path):
    english = catalogue("en")
    shown = [text for text, wrapped in texts(path) if wrapped]
    assert [text for text in shown if text not in english] == []
    for text in shown:
        assert set(PLACES.findall(text)) == set(PLACES.findall(english[text])), text
        assert text.count("|") == english[text].count("|"), text
        assert not CYRILLIC.search(english[text]), text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_russian_text_escapes_translation(path):
    loose = [text for text, wrapped in texts(path) if not wrapped and CYRILLIC.search(text)]
    assert [text for text in loose if text not in NOT_SHOWN and not exempt(path, text)] == []


def exempt(path, text):
    """File names of lists, and syllables of passwords."""
    return path.name in {"lists.py", "accounts.py"} and len(text) < 25


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_words_are_respectful(path):
    for text, _wrapped in texts(path):
        assert not any(word in text.lower() for word in HURTING), text
