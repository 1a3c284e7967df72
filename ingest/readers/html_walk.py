"""A walk through plain markup, line by line: its text, with a break around blocks. Lines written alike are read once.

What a line says depends on the line and on what is open where it begins, so it is remembered for both. Whatever could
be read in another way than a parser reads it raises OddError.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Literal, NamedTuple

from ingest.readers.html_parts import Watch
from ingest.readers.labels import clean

_NAME, _VALUE = "[A-Za-z][A-Za-z_:-]*", r"""(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`/]+)"""
SPACE = "[ \t\r\n]"
"""Pattern of what a parser takes for white space in markup: other spaces are letters there."""
ATTRIBUTES = rf"(?:{SPACE}+{_NAME}(?:{SPACE}*={SPACE}*{_VALUE})?)*"
"""Pattern of the attributes of a tag."""

_EACH_ATTRIBUTE = re.compile(rf"{SPACE}+({_NAME})(?:{SPACE}*={SPACE}*({_VALUE}))?")
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*)({ATTRIBUTES}){SPACE}*(/?)>")
_TAGS_APART = re.compile("(<[^<>]*>)").split
_ODD_LETTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff]").search
_ENTITY = re.compile("&(?:nbsp|quot|amp|lt|gt|copy|laquo|raquo|ndash|mdash|#[1-9][0-9]{2,3});")
_BLANK = " \t\r\n"
_BREAK = "\v"
_DEEPEST = 60
_SHORT = 4000  # letters of a line that is remembered

_BODY = frozenset({"", "html", "body"})
_FLOW = _BODY | {"div", "td", "th"}
_INLINE = frozenset({"span", "b", "i", "u", "em", "strong"})
_TEXT_AT = _INLINE | {"div", "td", "th", "p", "h1", "h2", "h3", "h4", "h5", "h6"}
_BREAKING = (_TEXT_AT - _INLINE) | {"table", "tr", "br", "hr"}
_SILENT = frozenset({"style", "script", "title"})
_SILENT_ONES = _SILENT | {"head", "img", "meta", "link"}
_VOID = frozenset({"br", "hr", "img", "meta", "link"})
_UNSEEN = frozenset({"img", "meta", "link"})  # their attributes are nobody's concern
_UNWATCHED = _SILENT | {"html", "head", "body", "br", "hr"}
_PARENTS: dict[str, frozenset[str]] = {
    "html": frozenset({""}),
    "head": _BODY,
    "body": frozenset({"", "html"}),
    "table": _BODY | {"div"},
    "tr": frozenset({"table", "tbody", "thead", "tfoot"}),
    **dict.fromkeys(("tbody", "thead", "tfoot"), frozenset({"table"})),
    **dict.fromkeys(("td", "th"), frozenset({"tr"})),
    **dict.fromkeys(("div", "p", "h1", "h2", "h3", "h4", "h5", "h6"), _FLOW),
    **dict.fromkeys(_INLINE, _FLOW | _TEXT_AT),
    **dict.fromkeys(_SILENT, _BODY | {"head", "div"}),
    **dict.fromkeys(("br", "hr", "img"), _FLOW | _TEXT_AT),
    **dict.fromkeys(("meta", "link"), _BODY | {"head", "div"}),
}
"""Tag → the tags that it may stand in; `''` is the page itself."""


class OddError(Exception):
    """Markup that is not plain."""


class Walk:
    """A walk through a page, or through a cell (root `td`)."""

    def __init__(self, root: str, watch: Watch | None) -> None:
        self._root = self._state = _state((root,), False, False, watch)
        self._lines: list[str] = []
        self._values: list[str] = []
        self._named: list[str] = []

    def feed(self, markup: bytes) -> None:
        """Walk on."""
        for name in _SILENT:
            markup = _without_text(name, markup)
        state, lines = self._state, self._lines
        for line in markup.split(b"\n"):
            text, values, named, state = (_remembered if len(line) <= _SHORT else _walked)(line, state)
            lines.append(text)
            if values:
                self._values += values
            if named:
                self._named += named
        self._state = state

    def close(self) -> None:
        """Make sure that all is closed."""
        if len(self._state.open) > 1:
            raise OddError

    def take(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Give what was gathered since the last time: text, watched values, texts of the watched class."""
        taken = "\n".join(self._lines), tuple(self._values), tuple(self._named)
        self._lines, self._values, self._named = [], [], []
        return taken

    def pass_table(self) -> None:
        """Pass by a table."""
        if self._state.open[-1] not in _PARENTS["table"]:
            raise OddError
        self._state = _state(self._state.open, False, False, self._state.watch)


def _without_text(name: str, markup: bytes) -> bytes:
    """Leave the text of silent elements out, so that it is not cut into lines."""
    at = 0
    while (start := markup.find(b"<" + name.encode(), at)) >= 0:
        start = markup.find(b">", start) + 1
        at = markup.find(b"</" + name.encode() + b">", start)
        if not 0 < start <= at or markup.find(b"<", start, at) >= 0:
            raise OddError
        markup = markup[:start] + markup[at:]
        at = start
    return markup


class _State:
    """What a line depends on.

    open: tags that are open. in_text: text stands since the last break. after_silence: an element that shows no text
    does. White space beside these two may be dropped by a parser, so it must not part words.
    """

    __slots__ = ("after_silence", "in_text", "open", "watch")

    def __init__(self, open_: tuple[str, ...], in_text: bool, after_silence: bool, watch: Watch | None) -> None:
        self.open = open_
        self.in_text = in_text
        self.after_silence = after_silence
        self.watch = watch


# Equal states are one object, compared and hashed as such.
_state = lru_cache(maxsize=4096)(_State)


class _Walked(NamedTuple):
    text: str
    values: tuple[str, ...]
    named: tuple[str, ...]
    state: _State


def _walked(line: bytes, state: _State) -> _Walked:
    """Walk through a line. Raises OddError, and UnicodeDecodeError where it is not UTF-8."""
    walk = _LineWalk(state)
    is_tag = False
    for token in _TAGS_APART(line.decode()):
        if is_tag:
            walk.tag(token)
        elif token:
            walk.text(token)
        is_tag = not is_tag
    return walk.end()


_remembered = lru_cache(maxsize=8192)(_walked)


class _LineWalk:
    """A walk through one line."""

    def __init__(self, state: _State) -> None:
        self._open = list(state.open)
        self._watch = state.watch
        self._in_text = state.in_text
        self._after_silence = state.after_silence
        self._pieces: list[str] = []
        self._values: list[str] = []
        self._named: list[str] = []
        # Open elements of the watched class: how deep, where their text begins, their place in `_named`.
        self._naming: list[tuple[int, int, int]] = []

    def end(self) -> _Walked:
        if self._naming:
            raise OddError
        state = _state(tuple(self._open), self._in_text, self._after_silence, self._watch)
        return _Walked("".join(self._pieces), tuple(self._values), tuple(self._named), state)

    def text(self, written: str) -> None:
        inside = self._open[-1]
        if written.strip(_BLANK):
            if inside not in _TEXT_AT or self._after_silence:
                raise OddError
            self._in_text = True
        self._pieces.append(plain(written))

    def tag(self, written: str) -> None:
        tag = _tag(written)
        name, inside = tag.name, self._open[-1]
        if tag.does == "close":
            self._close(name)
        elif inside not in _PARENTS[name]:
            raise OddError
        if name in _BREAKING:
            self._pieces.append(_BREAK)
            self._in_text = self._after_silence = False
        elif tag.does != "close":
            self._in_line(name, inside)
        if tag.does == "open":
            self._open.append(name)
            if len(self._open) > _DEEPEST:
                raise OddError
        if self._watch and tag.attributes and name not in _UNSEEN:
            self._watched(tag, self._watch)

    def _close(self, name: str) -> None:
        if self._open[-1] != name or len(self._open) == 1:
            raise OddError
        self._open.pop()
        if self._naming and self._naming[-1][0] == len(self._open):
            _, start, place = self._naming.pop()
            self._named[place] = clean("".join(self._pieces[start:]))

    def _in_line(self, name: str, inside: str) -> None:
        """Go on in a line of text with an element that makes no break."""
        if name in _INLINE:
            if self._in_text and inside in _BODY:
                raise OddError
        elif name in _SILENT_ONES and inside != "head":
            if self._in_text and inside not in _BODY:
                raise OddError
            self._after_silence = True

    def _watched(self, tag: _Tag, watch: Watch) -> None:
        value, is_named = tag.attributes.get(watch.attribute), watch.css_class in tag.attributes.get("class", "")
        if tag.is_odd and (value is not None or is_named):
            raise OddError
        if value is not None:
            self._values.append(value)
        if is_named:
            self._naming.append((len(self._open) - 1, len(self._pieces), len(self._named)))
            self._named.append("")


class _Tag(NamedTuple):
    """A tag: what it does, its name, and its attributes where an element begins."""

    does: Literal["open", "close", "stand"]
    name: str
    attributes: dict[str, str]
    is_odd: bool  # where its attributes matter


@lru_cache(maxsize=2048)
def _tag(written: str) -> _Tag:
    """Read a tag."""
    found = _TAG.fullmatch(written)
    if found is None or found[2] not in _PARENTS or _ODD_LETTER(written):
        raise OddError
    closes, name, attributes, alone = found.groups()
    if (closes and (attributes or alone or name in _VOID)) or (alone and name not in _VOID):
        raise OddError
    given = attributes_of(attributes)
    named = dict(given)
    if len(named) < len(given):
        raise OddError
    does: Literal["open", "close", "stand"] = "close" if closes else "stand" if name in _VOID else "open"
    return _Tag(does, name, named, "&" in attributes or "\r" in attributes or name in _UNWATCHED)


def is_start_of(name: str, written: bytes) -> bool:
    """Say whether a text is the plain start tag of an element. Raises OddError where it is no plain tag at all."""
    tag = _tag(written.decode())
    return tag.name == name and tag.does == "open"


def has_odd_letter(text: str) -> bool:
    """Say whether a letter stands in a text that a parser drops or changes, or that a broken file left there."""
    return _ODD_LETTER(text) is not None


def attributes_of(written: str) -> list[tuple[str, str]]:
    """Give the attributes of a tag: names in small letters and values without their quotes."""
    return [
        (name.lower(), value[1:-1] if value[:1] in {'"', "'"} else value)
        for name, value in _EACH_ATTRIBUTE.findall(written)
    ]


def plain(text: str) -> str:
    """Give the text that markup without tags stands for."""
    if _ODD_LETTER(text) or "<" in text:
        raise OddError
    if "&" not in text:
        return text
    if "&" in _ENTITY.sub("", text) or any(not 160 <= int(code) < 9000 for code in re.findall("&#([0-9]+);", text)):
        raise OddError
    return unescape(text)
