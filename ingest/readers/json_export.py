"""What readers of JSON answers share: files of an export, values with their addresses, the manifest beside them.

An export is one file of JSON, or a folder of them with a `manifest.json` that says what the answers do not:

    {"school_id": "s1", "taken_at": "2026-09-16T17:40", "timezone": "Europe/Moscow",
     "scope_from": "2026-09-07", "scope_to": "2026-09-13", "complete": true,
     "pupil_id": "1000", "class_name": "7А"}

The fields are those of the journal CSV's manifest and the pupil and class that the answers were asked for: the pupil
by the journal's id (`pupil_id`) or, where it has none, by full name (`pupil`), the class as `class_name` or `class`,
the `academic_year` («2026/2027»). All are optional. `complete` tells that the files hold every record of the scope,
not a page of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from html import unescape
from typing import NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest.readers import labels
from ingest.readers.gathering import NOTHING_LOST, Gathering
from ingest.reading import Export, Reading, UnreadableExportError

AGAIN = "Сохраните ответ журнала ещё раз целиком и положите файл снова."
PEOPLE = {
    "pupils": ("pupil_id", "last_name", "first_name", "middle_name"),
    "teachers": ("teacher_id", "last_name", "first_name", "middle_name"),
}
PERIODS = ("period_id", "kind", "ordinal", "starts_on", "ends_on")
"""Columns that readers with names of people, and with bounds of periods, declare."""
_BOM = b"\xef\xbb\xbf"
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|small|span|strong|sub|sup|table|tbody|td|th"
    r"|thead|tr|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]*)?)?")
_DAY_LENGTH = 10
_NO_DATE = "0001-01-01"  # what servers on .NET write for a date that is not there
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_NOTHING_SET = {"не задано", "нет задания", "без задания", "без домашнего задания", "нет домашнего задания"}


def holds(export: Export, *keys: str) -> bool:
    """Say whether one and the same JSON file of the export has all these keys somewhere. Cheap; never raises."""
    wanted = [f'"{key}"'.encode() for key in keys]
    return any(
        _looks_json(data) and all(key in data for key in wanted)
        for name, data in export.files.items()
        if not _is_manifest(name)
    )


def load(export: Export) -> dict[str, object]:
    """Parse the JSON files of an export, the manifest left out: file name → content.

    Raises UnreadableExportError for a cut or damaged file. Files that are not JSON are left out (see `foreign`).
    """
    return {
        name: _parsed(name, data)
        for name, data in sorted(export.files.items())
        if not _is_manifest(name) and _looks_json(data)
    }


def foreign(export: Export, out: Gathering) -> None:
    """Warn of the files of an export that are no JSON."""
    for name, data in sorted(export.files.items()):
        if not _is_manifest(name) and not _looks_json(data):
            out.warn("", name, "", "Файл не JSON; он не прочитан", "Уберите лишний файл из папки выгрузки.")


def plain(text: str) -> str:
    """Give the text of a fragment of HTML on one line: no tags, entities resolved, invisible characters dropped."""
    return labels.clean(unescape(_TAG.sub(" ", text)))


def nothing_set(text: str) -> bool:
    """Say whether the text of a homework says that none was set: «не задано». A dash or a point says nothing."""
    return labels.fold(text).rstrip(".! ") in _NOTHING_SET


@dataclass(frozen=True)
class Manifest:
    """What a folder's manifest says; everything may be absent. zone: of the school, for moments with an offset."""

    school_id: str = ""
    school_name: str = ""
    taken_at: datetime | None = None
    zone: ZoneInfo | None = None
    first: date | None = None
    last: date | None = None
    complete: bool = False
    pupil_id: str = ""
    class_name: str = ""
    pupil: str = ""
    academic_year: str = ""

    def describe(self, reading: Reading) -> None:
        """Put the school and the moment of the export into a reading."""
        reading.school_id, reading.school_name = self.school_id, self.school_name
        reading.taken_at = self.taken_at


def manifest(export: Export) -> Manifest:
    """Read the manifest of an export, an empty one where there is none; raises UnreadableExportError for a bad one."""
    names = [name for name in export.files if _is_manifest(name)]
    if not names:
        return Manifest()
    name = names[0]
    if len(names) > 1 or not name.lower().endswith(".json"):
        raise UnreadableExportError(
            "Рядом с ответами журнала (JSON) нужен один файл manifest.json.", "Исправьте описание выгрузки."
        )
    content = _parsed(name, export.files[name])
    content = content[0] if isinstance(content, list) and len(content) == 1 else content
    if not isinstance(content, dict):
        _refuse(name, "нужен один объект JSON", content)
    return _Fields(name, content).manifest()


@dataclass(frozen=True)
class _Fields:
    """The fields of a manifest, read strictly: a wrong one is refused, for everything hangs on it."""

    name: str
    content: dict[str, object]

    def manifest(self) -> Manifest:
        zone = self._zone()
        return Manifest(
            self._text("school_id"), self._text("school_name"), self._moment("taken_at", zone), zone,
            self._day("scope_from"), self._day("scope_to"), self._flag("complete"),
            self._text("pupil_id"), self._text("class_name") or self._text("class"), self._text("pupil"), self._year(),
        )  # fmt: skip

    def _text(self, field: str) -> str:
        value = self.content.get(field)
        if value is None or isinstance(value, str):
            return _text_of(value or "")
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self._wrong(field)

    def _moment(self, field: str, zone: ZoneInfo | None) -> datetime | None:
        text = self._text(field)
        found = _moment_of(text)
        if text and found is None:
            self._wrong(field)
        if found is not None and found.tzinfo is not None:
            if zone is None:
                _refuse(self.name, "taken_at записан со смещением, а пояс школы не указан (timezone)", text)
            found = found.astimezone(zone).replace(tzinfo=None)
        return found

    def _day(self, field: str) -> date | None:
        text = self._text(field)
        day = labels.printed_day(text)
        return self._wrong(field) if text and day is None else day

    def _year(self) -> str:
        text = self._text("academic_year")
        year = labels.academic_year(text)
        return self._wrong("academic_year") if text and not year else year

    def _zone(self) -> ZoneInfo | None:
        text = self._text("timezone")
        try:
            return ZoneInfo(text) if text else None
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return self._wrong("timezone")

    def _flag(self, field: str) -> bool:
        value = self.content.get(field)
        return value if isinstance(value, bool) else bool(value is not None and self._wrong(field))

    def _wrong(self, field: str) -> NoReturn:
        _refuse(self.name, f"поле {field} не прочитано", self.content[field])


@dataclass(frozen=True)
class Node:
    """An object of an answer and where it stands; its getters tolerate anything and reject with the address.

    table: the canonical table that its cells belong to, named in what is rejected. zone: the school's, where known.
    told: what was told of once, shared by the objects of a file.
    An absent field, null and a blank text are the same: nothing ('' or None), never a fault.
    """

    value: dict[str, object]
    address: str
    table: str
    out: Gathering
    zone: ZoneInfo | None = None
    told: set[str] = field(default_factory=set, compare=False)

    @cached_property
    def fields(self) -> frozenset[str]:
        """Names of the fields, to tell kinds of objects apart."""
        return frozenset(self.value)

    def text(self, name: str) -> str:
        """Give text on one line, numbers too; '' for nothing."""
        value = self.value.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return _text_of(value)
        if isinstance(value, bool | dict | list):
            self.fault(name, "Здесь должен быть текст")
            return ""
        return f"{value:g}" if isinstance(value, float) else str(value)

    def plain(self, name: str) -> str:
        """Give the text of a field that may hold HTML."""
        return plain(self.text(name))

    def number(self, name: str) -> float | None:
        """Give a number, also one written as text («4,5»)."""
        text = self.text(name).replace(",", ".")
        if not text:
            return None
        try:
            found = float(text)
        except ValueError:
            found = float("nan")
        if found - found != 0:  # neither endless nor undefined
            self.fault(name, "Число не прочитано")
            return None
        return found

    def whole(self, name: str) -> int | None:
        """Give a whole number."""
        found = self.number(name)
        if found is None or found == int(found):
            return None if found is None else int(found)
        self.fault(name, "Здесь должно быть целое число")
        return None

    def flag(self, name: str) -> bool | None:
        """Give true or false, also from 0 and 1."""
        value = self.value.get(name)
        if value is None or isinstance(value, bool):
            return value
        if value in (0, 1):
            return bool(value)
        self.fault(name, "Здесь должно быть «да» или «нет»")
        return None

    def day(self, name: str) -> date | None:
        """Give a day, `2026-09-16` or `16.09.2026`, also with a time behind it."""
        text = self._dated(name)
        found = _moment_of(text)
        day = found.date() if found else labels.printed_day(text[:_DAY_LENGTH])
        if text and day is None:
            self.fault(name, "Дата не прочитана")
        return day

    def moment(self, name: str, *, utc: bool = False) -> datetime | None:
        """Give a moment as wall time of the school; utc: one without an offset is of universal time.

        A moment with an offset is converted where the manifest names the school's zone; else it is left out with a
        warning: an hour of another zone would make an entry look late.
        """
        text = self._dated(name)
        found = _moment_of(text)
        if text and found is None:
            self.fault(name, "Дата и время не прочитаны")
            return None
        if found is not None and found.tzinfo is None and utc:
            found = found.replace(tzinfo=UTC)
        if found is None or found.tzinfo is None:
            return found
        if self.zone is None:
            if name not in self.told:
                self.told.add(name)
                self.warn(
                    name, "Время записано по другому поясу или по всемирному, а пояс школы не указан: такие не приняты",
                    "Укажите timezone в manifest.json рядом с файлами и загрузите снова.",
                )  # fmt: skip
            return None
        return found.astimezone(self.zone).replace(tzinfo=None)

    def _dated(self, name: str) -> str:
        text = self.text(name)
        return "" if text.startswith(_NO_DATE) else text

    def clock(self, name: str) -> time | None:
        """Give a time of day, `8:30` or `08:30:00`."""
        text = self.text(name)
        found = _CLOCK.fullmatch(text)
        if text and not found:
            self.fault(name, "Время не прочитано")
        return time(int(found[1]), int(found[2]), int(found[3] or 0)) if found else None

    def child(self, name: str, table: str = "") -> Node | None:
        """Give the object of a field."""
        value = self.value.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(name, "Здесь должен быть объект", table)
            return None
        return Node(value, self.at(name), table or self.table, self.out, self.zone, self.told)

    def items(self, name: str, table: str = "") -> Iterator[Node]:
        """Yield the objects of a list; what is not an object is rejected."""
        return listed(self.value.get(name), self.at(name), table or self.table, self.out, self.zone, self.told)

    def at(self, name: str) -> str:
        """Give the address of a field: «дневник.json: weekDays[2].date»."""
        return f"{self.address}{'.' if not self.address.endswith(': ') else ''}{name}"

    def fault(self, name: str, reason: str, table: str = "", advice: str = NOTHING_LOST, pupil_id: str = "") -> None:
        """Reject a field, once however often it is asked for."""
        table = table or self.table
        key = f"{table}|{self.at(name)}|{reason}"
        if key not in self.told:
            self.told.add(key)
            self.out.reject(table, self.at(name), self.value.get(name), reason, advice, pupil_id)

    def warn(self, name: str, reason: str, advice: str = NOTHING_LOST) -> None:
        """Warn of a field."""
        self.out.warn(self.table, self.at(name), self.value.get(name), reason, advice)


def root(file: str, content: object, table: str, out: Gathering, zone: ZoneInfo | None = None) -> Node | None:
    """Give the object that a file holds; anything else is rejected."""
    if isinstance(content, dict):
        return Node(content, f"{file}: ", table, out, zone)
    out.reject(table, file, content, "В файле должен быть объект JSON")
    return None


def listed(
    content: object, address: str, table: str, out: Gathering, zone: ZoneInfo | None = None,
    told: set[str] | None = None,
) -> Iterator[Node]:  # fmt: skip
    """Yield the objects of a list with their addresses («marks.json: [3]»); what is not an object is rejected."""
    if content is None:
        return
    if not isinstance(content, list):
        out.reject(table, address, content, "Здесь должен быть список")
        return
    told = set() if told is None else told
    for place, item in enumerate(content):
        if isinstance(item, dict):
            yield Node(item, f"{address}[{place}]", table, out, zone, told)
        else:
            out.reject(table, f"{address}[{place}]", item, "Здесь должен быть объект")


def _is_manifest(name: str) -> bool:
    return name.lower().startswith("manifest.")


def _looks_json(data: bytes) -> bool:
    return data[:64].removeprefix(_BOM).lstrip()[:1] in (b"{", b"[")


def _parsed(name: str, data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise UnreadableExportError(
            f"{name}: текст не в кодировке UTF-8.", "Сохраните ответ журнала как есть, не меняя кодировку."
        ) from error
    except RecursionError as error:
        raise UnreadableExportError(f"{name}: слишком глубокая вложенность, журнал такого не пишет.", AGAIN) from error
    except json.JSONDecodeError as error:
        text = error.doc.strip()
        cut = error.pos >= len(error.doc.rstrip()) or text[-1:] != {"{": "}", "[": "]"}.get(text[:1])
        what = "файл обрезан: записан не до конца" if cut else f"ошибка в строке {error.lineno}, это не JSON"
        raise UnreadableExportError(f"{name}: {what}.", AGAIN) from error
    except ValueError as error:
        raise UnreadableExportError(f"{name}: число, которого в JSON быть не может.", AGAIN) from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _refuse(name: str, reason: str, raw: object) -> NoReturn:
    raise UnreadableExportError(f"{name}: {reason} («{str(raw)[:60]}»).", "Исправьте manifest.json.")


def _text_of(value: str) -> str:
    """Clean a text; halves of a character pair, which no table can hold, become question marks."""
    return labels.clean(value).encode("utf-8", "replace").decode("utf-8")


def _moment_of(text: str) -> datetime | None:
    if len(text) < _DAY_LENGTH or text[4:5] != "-":
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None
