"""A school with registers and a published file, and its workbook in the hands of somebody with a spreadsheet."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import duckdb
import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from exports.school_workbook import school_workbook
from ingest.school_names import Names, known
from ingest.school_workbook import Plan, enter, plan
from warehouse.registers.definitions import REGISTERS
from warehouse.registers.entries import Entry, read_entry
from warehouse.registers.journal import Journal
from warehouse.registers.values import Given
from warehouse.settings import School, Settings

AT = datetime(2025, 10, 1, 9, 0)
YEAR = "2025/2026"
MARTS = """
create schema marts;
create schema reports;
create schema meta;
create table meta.observations as select * from (values
    ('sgo', 'loaded', timestamp '2025-09-30 18:00:00'), ('register', 'loaded', timestamp '2026-05-01 09:00:00'))
    as one (system, status, taken_at);
create table reports.rpt_school__status as select 's1' as school_id, 'СОШ № 1' as school_name;
create table marts.dim_class as
select 's1' as school_id, '2025/2026' as academic_year, * from (values
    ('k7', '7Б', 7, 'Б', 't1'), ('k10', '10А', 10, 'А', ''))
    as one (class_id, class_name, grade, letter, class_teacher_id);
create table marts.dim_teacher as select 's1' as school_id, * from (values
    ('t1', 'Ёлкина', 'Анна', 'Петровна'), ('t2', 'Юрьев', 'Ян', ''), ('t3', '', '', ''))
    as one (teacher_id, last_name, first_name, middle_name);
create table marts.dim_pupil as select 's1' as school_id, '2025/2026' as academic_year, * from (values
    ('u1', 'Щукин', 'Пётр', 'Ильич', 'k7'), ('u2', 'Абрамова', 'Зоя', '', 'k7'), ('u3', 'Ким', 'Ли', '', 'k10'),
    ('u4', '', '', '', 'k10')) as one (pupil_id, last_name, first_name, middle_name, class_id);
create table marts.dim_subject as select 's1' as school_id, * from (values
    ('m', 'Алгебра', 'marks'), ('w', 'Разговоры о важном', 'unknown'), ('h', 'Химия', 'unknown'))
    as one (subject_id, subject_name, graded);
create table marts.dim_period as select 's1' as school_id, '2025/2026' as academic_year, * from (values
    ('k7', 'quarter', 1, date '2025-09-01', date '2025-10-26', 'stated'),
    ('k10', 'half_year', 1, date '2025-09-01', date '2025-12-28', 'stated'),
    ('k10', 'half_year', 2, date '2026-01-12', date '2026-05-26', 'preset'))
    as one (class_id, kind, ordinal, starts_on, ends_on, evidence);
create table marts.fct_attendance as select 's1' as school_id, '2025/2026' as academic_year, true as is_expected, *
from (values
    ('k7', 'u1', 'm', '', 't1'), ('k7', 'u2', 'm', '', 't1'),
    ('k10', 'u3', 'h', '', 't2'), ('k10', 'u3', 'h', '', 't3'),
    ('k7', 'u1', 'h', 'g1', 't2')) as one (class_id, pupil_id, subject_id, subgroup_id, teacher_id);
"""


def published(folder: Path) -> Path:
    """A published file, of which only what the workbook reads."""
    path = folder / "s1.duckdb"
    if not path.exists():
        with duckdb.connect(path) as con:
            con.execute(MARTS)
    return path


def journal(folder: Path, *entries: Entry) -> Journal:
    """The registers of the school with these entries."""
    settings = Settings(folder / "дом", schools={"s1": School("s1", "СОШ № 1")})
    made = Journal(settings, "s1")
    made.append(entries, author="Тест", entered_at=AT, how="command")
    return made


def entry(register: str, **given: Given) -> Entry:
    """An entry by the names of its fields; `class_` is the class."""
    return read_entry(REGISTERS[register], {name.rstrip("_"): value for name, value in given.items()}, YEAR)


def names_of(folder: Path) -> Names:
    """What Zavuch knows of the school of `journal` when `published` is the file in service."""
    settings = Settings(folder / "дом", schools={"s1": School("s1", "СОШ № 1")})
    put_in_service(settings.home, folder)
    return known(settings, "s1")


def put_in_service(home: Path, folder: Path) -> None:
    """Make `published` the current version of a home."""
    entry = {"file": str(published(folder)), "as_of": "2025-09-30T18:00:00", "fingerprint": ""}
    pointer = home / "warehouse" / "current.json"
    pointer.parent.mkdir(parents=True)
    pointer.write_text(json.dumps({"version": "v00001", "schools": {"s1": entry}}), encoding="utf-8")


def exported(known: Journal, school_file: Path | None = None) -> bytes:
    """The workbook as it is written."""
    return school_workbook(known, YEAR, AT, school_name="СОШ № 1", school_file=school_file)


class Edited:
    """A workbook that a person has open."""

    def __init__(self, data: bytes) -> None:
        self.book = openpyxl.load_workbook(BytesIO(data))

    def sheet(self, register: str) -> Worksheet:
        """The sheet of a register."""
        return self.book[REGISTERS[register].title]

    def column(self, register: str, field: str) -> int:
        """The column of a field, from 1."""
        title = REGISTERS[register].field(field).title
        return next(cell.column for row in self.sheet(register).iter_rows() for cell in row if cell.value == title)

    def row(self, register: str, text: str) -> int:
        """The row in which a text stands, from 1."""
        return next(cell.row for row in self.sheet(register).iter_rows() for cell in row if cell.value == text)

    def put(self, register: str, row: int, **cells: Given) -> None:
        """Fill cells of a row by the names of the fields."""
        for name, value in cells.items():
            self.sheet(register).cell(row, self.column(register, name.rstrip("_"))).value = value

    def add(self, register: str, **cells: Given) -> int:
        """Fill the first row that is blank, and give its number."""
        row = 4
        while any(cell.value is not None for cell in self.sheet(register)[row]):
            row += 1
        self.put(register, row, **cells)
        return row

    def bytes(self) -> bytes:
        """Save it."""
        stream = BytesIO()
        self.book.save(stream)
        return stream.getvalue()


def told(found: Plan) -> dict[str, tuple[list[str], list[str], list[str]]]:
    """The plan by register: what is new, changed and taken back, by what tells the entries apart."""

    def keys(entries: object) -> list[str]:
        return [" ".join(part for part in each.key if part) for each in entries]  # type: ignore[attr-defined]

    return {
        each.register.name: (keys(each.new), keys(then for _now, then in each.changed), keys(each.taken_back))
        for each in found.changes
    }


def load(data: bytes, known: Journal, regulation: Path | None = None) -> Plan:
    """Plan and enter."""
    found = plan(data, known, regulation)
    enter(found, known, author="Тест", at=AT)
    return found


DAY = date(2025, 10, 6)
