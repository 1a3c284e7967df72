"""The slow, plain reader of XLSX that the quick one is compared with: every element through expat, no shortcuts.

It shares no code with the product and is used for comparing only.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")

Value = str | float | bool | date | datetime | time
Cells = dict[tuple[int, int], Value]


class Element:
    """An element of XML as a plain tree."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name.rpartition(":")[2]
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""


def parse(markup: bytes) -> Element:
    root = Element("", {})
    open_elements = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        element = Element(name, attributes)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def text(piece: str) -> None:
        open_elements[-1].text += piece

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_elements.pop() and None
    parser.CharacterDataHandler = text
    parser.Parse(markup, True)
    return root


def every(element: Element, name: str) -> list[Element]:
    found = [element] if element.name == name else []
    for child in element.children:
        found += every(child, name)
    return found


def texts(element: Element) -> list[str]:
    """The `<t>` inside, in order, without those of phonetic hints."""
    if element.name == "rPh":
        return []
    own = [element.text] if element.name == "t" else []
    return own + [text for child in element.children for text in texts(child)]


def unescape(text: str) -> str:
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if any("\ud800" <= letter <= "\udfff" for letter in plain):
        return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


def at(reference: str) -> tuple[int, int] | None:
    found = _REFERENCE.fullmatch(reference)
    if not found or not int(found[2]):
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def shown(serial: float, *, since_1904: bool) -> Value:
    if not 0 <= serial < 2_957_003:
        return serial
    moment = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
    milliseconds = round(serial * 86_400_000)
    moment += timedelta(milliseconds=milliseconds)
    if milliseconds < 86_400_000:
        return moment.time()
    return moment.date() if milliseconds % 86_400_000 == 0 else moment


class Workbook:
    """A workbook: per sheet its name, its cells by (row, column) from 0, and its merges."""

    def __init__(self, data: bytes) -> None:
        self._package = zipfile.ZipFile(io.BytesIO(data))
        book = parse(self._package.read("xl/workbook.xml"))
        relations = parse(self._package.read("xl/_rels/workbook.xml.rels"))
        targets = {each.attributes["Id"]: each.attributes["Target"] for each in every(relations, "Relationship")}
        properties = every(book, "workbookPr")
        self._since_1904 = bool(properties) and properties[0].attributes.get("date1904") in {"1", "true"}
        names = self._package.namelist()
        self._strings: list[str] = []
        if "xl/sharedStrings.xml" in names:
            strings = parse(self._package.read("xl/sharedStrings.xml"))
            self._strings = [unescape("".join(texts(each))) for each in every(strings, "si")]
        self._date_styles: set[int] = set()
        if "xl/styles.xml" in names:
            self._read_styles(parse(self._package.read("xl/styles.xml")))
        self.sheets: list[tuple[str, Cells, list[tuple[int, int, int, int]]]] = []
        for each in every(book, "sheet"):
            relation = next(value for key, value in each.attributes.items() if key.endswith("id"))
            path = posixpath.join("xl", targets[relation])
            sheet = parse(self._package.read(path))
            self.sheets.append((each.attributes["name"], self._cells(sheet), self._merges(sheet)))

    def _read_styles(self, styles: Element) -> None:
        formats = {each.attributes["numFmtId"]: each.attributes["formatCode"] for each in every(styles, "numFmt")}
        for group in every(styles, "cellXfs"):
            for number, style in enumerate(each for each in group.children if each.name == "xf"):
                code = style.attributes.get("numFmtId", "0")
                # The tests write these formats only.
                if formats.get(code) in {"dd.mm.yyyy", "[h]:mm", "dd\\.mm\\.yy hh:mm"} or code in {"14", "20", "22"}:
                    self._date_styles.add(number)

    def _cells(self, sheet: Element) -> Cells:
        cells: Cells = {}
        row_number = -1
        for row in every(sheet, "row"):
            given = row.attributes.get("r", "")
            row_number = int(given) - 1 if given.isascii() and given.isdigit() and int(given) else row_number + 1
            column = -1
            for cell in (each for each in row.children if each.name == "c"):
                place = at(cell.attributes.get("r", ""))
                column = place[1] if place else column + 1
                value = self._value(cell)
                if value is not None:
                    cells[row_number, column] = value
        return cells

    def _value(self, cell: Element) -> Value | None:
        kind = cell.attributes.get("t", "n")
        stored = every(cell, "v")
        inline = texts(cell)
        if kind == "inlineStr" or not stored:
            return unescape("".join(inline)) if inline else None
        value = stored[-1].text
        bare = value.strip(" \t\r\n")
        if kind in {"s", "n", "b", "d"} and not bare:
            return None
        if kind == "s":
            assert bare.isascii()
            assert bare.isdigit()
            return self._strings[int(bare)]
        if kind == "b":
            return bare.lower() in {"1", "true"}
        if kind == "n":
            number = float(value)
            assert abs(number) < float("inf")
            style = int(cell.attributes.get("s", "0"))
            return shown(number, since_1904=self._since_1904) if style in self._date_styles else number
        return unescape(value)

    def _merges(self, sheet: Element) -> list[tuple[int, int, int, int]]:
        merges = []
        for each in every(sheet, "mergeCell"):
            ends = [at(end) for end in each.attributes.get("ref", "").split(":")]
            if len(ends) == 2 and ends[0] and ends[1]:
                merges.append((*ends[0], *ends[1]))
        return merges


def grid(cells: Cells) -> list[list[Value | None]]:
    """The cells as dense rows."""
    height = max((row for row, _ in cells), default=-1) + 1
    width = max((column for _, column in cells), default=-1) + 1
    return [[cells.get((row, column)) for column in range(width)] for row in range(height)]
