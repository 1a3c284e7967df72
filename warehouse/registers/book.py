"""The school workbook as its writer and its reader both know it: sheets, words, hints, and what the book remembers.

A book remembers, on a hidden sheet, every row as it was written: what stood in the registers and what exports showed.
A row that still says the same is left alone, whoever wrote it; that is how a name which an export shows is never
frozen into a register, and how an entry made elsewhere after the book was written is never taken back by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from warehouse.registers.definitions import Register
from warehouse.registers.entries import Entry
from warehouse.registers.values import Field, Value
from warehouse.regulation import sheet as regulation

TITLE = "Шаблон школы"
FILE_NAME = f"{TITLE}.xlsx"
IMPORT = "zavuch workbook import"
"""How a book is entered; its first sheet says so, by which it is known among exports."""
START, LISTS, MEMORY = "Начните здесь", "Списки", "Память Завуча"
YEAR, SCHOOL = "Учебный год", "Школа"
YES, NO = "да", "нет"
REQUIRED = "обязательно"
FORMAT = 1
Origin = Literal["entered", "exported"]
REGULATION = Register(
    "regulation", regulation.TITLE, regulation.ABOUT, (),
    (
        Field("question", regulation.HEADINGS[0], "text", key=True, required=True),
        Field(
            "answer", regulation.HEADINGS[1], "text", required=True,
            hint="«в день урока», «7 календарных дней после урока», «в положении не сказано»",
        ),
        Field("clause", regulation.HEADINGS[2], "text", hint="пусто – установлено школой"),
        Field("quote", regulation.HEADINGS[3], "text", hint="слова положения дословно"),
        Field("valid_from", regulation.HEADINGS[4], "date", key=True, hint="пусто – с начала"),
    ),
)  # fmt: skip
"""A sheet like those of registers; its answers are kept in the regulation file of the school."""
_ORIGINS: dict[str, Origin] = {"entered": "entered", "exported": "exported"}
_ENDS = ("ends_on", "ends_at", "date_to")


@dataclass(frozen=True)
class Remembered:
    """A row as it was written. origin: it stood in the register, or exports showed it."""

    register: str
    origin: Origin
    values: Mapping[str, Value]
    academic_year: str = ""

    @property
    def entry(self) -> Entry:
        """The entry it stands for; one of exports may lack what an entry needs."""
        return Entry(self.register, self.values, self.academic_year)


@dataclass(frozen=True)
class Memory:
    """What a book remembers of the moment it was written."""

    school_id: str
    academic_year: str
    rows: tuple[Remembered, ...] = field(default=())

    def lines(self) -> list[tuple[str, str, str]]:
        """Give the rows of the hidden sheet."""
        about = {"format": FORMAT, "school_id": self.school_id, "academic_year": self.academic_year}
        return [
            (MEMORY, "", _json(about)),
            *(
                (row.register, row.origin, _json({"values": dict(row.values), "academic_year": row.academic_year}))
                for row in self.rows
            ),
        ]


def remembered(lines: list[tuple[str, str, str]]) -> Memory:
    """Read the rows of the hidden sheet. Raises ValueError where they are not as they were written."""
    try:
        about = json.loads(next(text for name, _origin, text in lines if name == MEMORY))
        if about["format"] > FORMAT:
            raise ValueError(about["format"])
        rows = []
        for name, origin, text in lines:
            if origin in _ORIGINS:
                told = json.loads(text)
                rows.append(Remembered(name, _ORIGINS[origin], told["values"], told["academic_year"]))
        return Memory(about["school_id"], about["academic_year"], tuple(rows))
    except (StopIteration, KeyError, TypeError) as error:
        raise ValueError(MEMORY) from error


def hint(about: Field) -> str:
    """What stands under a heading."""
    return "; ".join(text for text in (REQUIRED if about.required else "", about.hint) if text)


def in_year(entry: Entry, year: str) -> bool:
    """Say whether an entry belongs into the book of an academic year: by its year, else by its days, else always."""
    if entry.definition.of_year and entry.academic_year:
        return entry.academic_year == year
    days = [
        str(entry.values[about.name])[:10]
        for about in entry.definition.fields
        if about.kind in {"date", "moment"} and about.name in entry.values
    ]
    first, last = date(int(year[:4]), 8, 1).isoformat(), date(int(year[5:]), 8, 31).isoformat()
    ends = [about.name for about in entry.definition.fields if about.name in _ENDS]
    is_open = any(name not in entry.values for name in ends)
    return not days or (min(days) <= last and (is_open or max(days) >= first))


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
