"""One entry of a register: what it is about, whether it can stand, and how it is told in a line of Russian."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from warehouse.language import gettext as _
from warehouse.registers.definitions import DETAILS, REGISTERS, Register
from warehouse.registers.values import Field, Given, NotUnderstoodError, Value, folded, parse, shown

Key = tuple[str, ...]
Years = tuple[int, int]
"""First and last year that days may lie in."""
ANY_YEARS: Years = (1990, 2100)

_SPANS = (("starts_on", "ends_on"), ("date_from", "date_to"), ("starts_at", "ends_at"), ("grade_from", "grade_to"))


class EntryError(Exception):
    """An entry that cannot stand: field → (reason, advice), '' for the entry as a whole; no names, only days."""

    def __init__(self, faults: Mapping[str, tuple[str, str]]) -> None:
        super().__init__("; ".join(reason for reason, _advice in faults.values()))
        self.faults = dict(faults)


@dataclass(frozen=True)
class Entry:
    """A statement of a person: this stands (`taken_back` false) or stands no longer.

    values: of an entry taken back its keys are enough. academic_year: `2025/2026`, '' where its dates tell it.
    """

    register: str
    values: Mapping[str, Value]
    academic_year: str = ""
    taken_back: bool = False
    note: str = field(default="", compare=False)

    @property
    def definition(self) -> Register:
        """The register it belongs to."""
        return REGISTERS[self.register]

    @property
    def key(self) -> Key:
        """What it is about; two entries of one key are about the same thing."""
        year = self.academic_year if self.definition.of_year else ""
        return (year, *(folded(self.values.get(one.name, "")) for one in self.definition.keys))


def years_around(newest_export: date | None) -> Years:
    """Give the years in which days of entries may lie; without any export only those that are none are left out."""
    return (newest_export.year - 30, newest_export.year + 5) if newest_export else ANY_YEARS


def field_beside(about: Field, values: Mapping[str, Value]) -> Field:
    """Give a field as it is beside the other values of its entry: particulars of a school differ in what they hold."""
    return DETAILS.get(str(values.get("item")), about) if about.name == "value" else about


def parse_beside(about: Field, given: Given, values: Mapping[str, Value]) -> Value | None:
    """Read a value beside those that stand before it in its entry. Raises NotUnderstoodError."""
    own = field_beside(about, values)
    value = parse(own, given)
    return value if own is about or value is None else str(value)


def shown_beside(about: Field, values: Mapping[str, Value]) -> str:
    """Give a value of an entry in Russian words, '' where there is none."""
    return shown(field_beside(about, values), values.get(about.name))


def read_entry(
    register: Register,
    given: Mapping[str, Given],
    academic_year: str = "",
    note: str = "",
    *,
    years: Years = ANY_YEARS,
) -> Entry:
    """Make an entry of what was given, by field name. Raises EntryError with every fault at once."""
    faults: dict[str, tuple[str, str]] = {}
    values: dict[str, Value] = {}
    for about in register.fields:
        try:
            value = parse_beside(about, given.get(about.name), values)
        except NotUnderstoodError as error:
            faults[about.name] = error.reason, error.advice
            continue
        if value is not None:
            values[about.name] = value
            if _is_out_of(years, field_beside(about, values), value):
                faults[about.name] = _no_such_year(shown_beside(about, values), years)
        elif about.required:
            faults[about.name] = _blank(about)
    if any(name in values for name in register.together):
        faults = {name: _blank(register.field(name)) for name in register.together if name not in values} | faults
    _whole_day(register, values)
    for first, last in _SPANS:
        if first in values and last in values and _before(values[last], values[first]):
            faults[last] = _("Конец раньше начала"), _("Проверьте, не перепутаны ли они.")
    if faults:
        raise EntryError(faults)
    return Entry(register.name, values, academic_year if register.of_year else "", note=note)


def _blank(about: Field) -> tuple[str, str]:
    return _("Не заполнено: {title}").format(title=about.title), _("Без этого запись не понять.")


def _is_out_of(years: Years, about: Field, value: Value) -> bool:
    return about.kind in {"date", "moment"} and not years[0] <= int(str(value)[:4]) <= years[1]


def _no_such_year(day: str, years: Years) -> tuple[str, str]:
    return (
        _("В дате «{day}» не тот год").format(day=day),
        _("Возможны годы с {first} по {last}: проверьте дату.").format(first=years[0], last=years[1]),
    )  # fmt: skip


def _whole_day(register: Register, values: dict[str, Value]) -> None:
    """Take a span of no length, «с 06.10 по 06.10» in cells of dates, for the whole day that was meant."""
    span = [
        about.name for about in register.fields if about.kind == "moment" and about.name in {"starts_at", "ends_at"}
    ]
    if len(span) == 2 and values.get("starts_at") == values.get("ends_at") and "ends_at" in values:
        values["ends_at"] = f"{str(values['ends_at'])[:10]}T23:59"


def _before(last: Value, first: Value) -> bool:
    if isinstance(last, str) or isinstance(first, str):
        return str(last) < str(first)
    return last < first


def line(entry: Entry) -> str:
    """Tell an entry in one line: «Сбои: Начало 06.10.2025 10:30, Конец 06.10.2025 14:00»."""
    register = entry.definition
    told = ", ".join(
        f"{about.title} {shown_beside(about, entry.values)}"
        for about in register.fields if about.name in entry.values
    )  # fmt: skip
    return f"{register.title}: {told}"
