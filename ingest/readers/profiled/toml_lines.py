"""TOML with the line of every key, so that a fault of a profile can be shown where it stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""|' + r"'''.*?'''|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'|#[^\n]*", re.DOTALL
)
_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
_SYNTAX = (
    ("Cannot overwrite a value", "ключ записан дважды", "Оставьте одну из строк."),
    ("Cannot declare", "раздел объявлен дважды", "Для списка разделов нужны двойные скобки: [[column]]."),
    ("Cannot redefine", "ключ записан дважды", "Оставьте одну из строк."),
    ("Duplicate inline table key", "ключ записан дважды", "Оставьте один из них."),
    ("Invalid value", "значение не читается", 'Текст пишется в кавычках: ключ = "текст", логическое – true или false.'),
    ("Unterminated string", "не закрыта кавычка", "Закройте кавычку в этой строке."),
    ("Illegal character", "недопустимый знак или не закрыта кавычка", "Закройте кавычку в этой строке."),
    ("Unclosed array", "не закрыта скобка списка", "Поставьте ] в конце списка."),
    ("Unclosed inline table", "не закрыта фигурная скобка", "Поставьте } в конце."),
    ("Expected '='", "после ключа нет знака =", 'Строка пишется так: ключ = "значение".'),
    ("Expected ']'", "не закрыта скобка раздела", "Раздел пишется так: [facts]."),
    (
        "Invalid statement",
        "это не строка TOML",
        'Строка пишется так: ключ = "значение"; ключ – латиницей или в кавычках.',
    ),
    ("Expected newline", "лишний текст в конце строки", "Одна строка – один ключ; примечание начинается с #."),
)


class SyntaxFaultError(Exception):
    """Text that is no TOML: the line (from 1), what is wrong and how to mend it, in Russian."""

    def __init__(self, line: int, what: str, mend: str) -> None:
        super().__init__(what)
        self.line, self.what, self.mend = line, what, mend


def read(text: str) -> tuple[dict[str, object], dict[Path, int]]:
    """Give the data of a TOML text and the line (from 1) of each of its keys and tables; raises SyntaxFaultError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = str(error)
        found = _AT.search(told)
        line = int(found[1]) if found and found[1] else max(text.count("\n"), 1)
        what, mend = next(
            ((what, mend) for start, what, mend in _SYNTAX if told.startswith(start)),
            ("строка записана не по правилам TOML", 'Строка пишется так: ключ = "значение".'),
        )
        raise SyntaxFaultError(line, what, mend) from error
    return data, _lines(text)


def _lines(text: str) -> dict[Path, int]:
    """Find where tables and keys stand. What is inside strings and values over several lines is blanked first."""
    bare = _STRING.sub(lambda found: _blank(found[0]), text)
    lines: dict[Path, int] = {}
    counts: dict[tuple[str, ...], int] = {}
    here: Path = ()
    depth = 0
    for number, (line, shown) in enumerate(zip(text.split("\n"), bare.split("\n"), strict=True), start=1):
        if depth == 0:
            if table := _TABLE.match(shown):
                names = _names(_TABLE.match(line)[2] if _TABLE.match(line) else table[2])  # type: ignore[index]
                here = _place(names, counts, listed=table[1] == "[[")
                lines.setdefault(here, number)
                continue
            if key := _KEY.match(line):
                lines.setdefault((*here, *_names(key[1])), number)
        depth += sum(shown.count(sign) for sign in "[{") - sum(shown.count(sign) for sign in "]}")
    return lines


def _blank(piece: str) -> str:
    """Blank a string or a comment, keeping its line breaks and, for keys in quotes, its length."""
    return re.sub(r"[^\n]", "_", piece) if piece[0] != "#" else ""


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(next(filter(None, found.groups()), "") for found in _PART.finditer(dotted))


def _place(names: tuple[str, ...], counts: dict[tuple[str, ...], int], *, listed: bool) -> Path:
    """Give the path of a table; a table inside the last of listed ones belongs to that one."""
    if listed:
        counts[names] = counts.get(names, -1) + 1
    path: list[str | int] = []
    for place in range(1, len(names) + 1):
        path.append(names[place - 1])
        if names[:place] in counts:
            path.append(counts[names[:place]])
    return tuple(path)


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Give the line of a key, or of the nearest table above it."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 1
