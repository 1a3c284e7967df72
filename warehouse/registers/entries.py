"""One entry of a register: what it is about, whether it can stand, and how it is told in a line of Russian."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.language import gettext as _
from warehouse.registers.definitions import DETAILS, REGISTERS, Register
from warehouse.registers.values import Given, NotUnderstoodError, Value, folded, parse, shown

Key = tuple[str, ...]

_SPANS = (("starts_on", "ends_on"), ("date_from", "date_to"), ("starts_at", "ends_at"), ("grade_from", "grade_to"))


class EntryError(Exception):
    """An entry that cannot stand: field → (reason, advice), '' for the entry as a whole; no values, no names."""

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


def read_entry(register: Register, given: Mapping[str, Given], academic_year: str = "", note: str = "") -> Entry:
    """Make an entry of what was given, by field name. Raises EntryError with every fault at once."""
    faults: dict[str, tuple[str, str]] = {}
    values: dict[str, Value] = {}
    for about in register.fields:
        try:
            value = parse(about, given.get(about.name))
            if about.name == "value" and values.get("item") in DETAILS:
                value = str(parse(DETAILS[str(values["item"])], value))
        except NotUnderstoodError as error:
            faults[about.name] = error.reason, error.advice
            continue
        if value is not None:
            values[about.name] = value
        elif about.required:
            faults[about.name] = (
                _("Не заполнено: {title}").format(title=about.title), _("Без этого запись не понять."),
            )  # fmt: skip
    _whole_day(register, values)
    for first, last in _SPANS:
        if first in values and last in values and _before(values[last], values[first]):
            faults[last] = _("Конец раньше начала"), _("Проверьте, не перепутаны ли они.")
    if faults:
        raise EntryError(faults)
    return Entry(register.name, values, academic_year if register.of_year else "", note=note)


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
        f"{about.title} {shown(about, entry.values[about.name])}"
        for about in register.fields if about.name in entry.values
    )  # fmt: skip
    return f"{register.title}: {told}"
