"""What readers of id-bearing exports (JSON answers, OneRoster) share: rows of any canonical table, people, statements.

Rows are gathered one by one and become typed frames once, at the end. Ids of a journal are unique within that
journal only, so they are kept as `system:id`; classes and subjects are known by their names, as in printed reports,
so that the same class and subject meet across sources.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Literal

import polars as pl

from ingest.contract import POLARS, TABLES
from ingest.readers import labels
from ingest.readers.labels import ClassLabel
from ingest.reading import Person, Reading, Rejected, Statement

Value = str | int | float | bool | date | datetime | time | None

NOTHING_LOST = "Остальное принято."
_RAW_SHOWN = 60


class Gathering:
    """Gathers the canonical rows of one export and what it states about them."""

    def __init__(self, system: str, export_kind: str, reader: str) -> None:
        self.reading = Reading(system, export_kind, reader)
        self._rows: dict[str, dict[tuple[Value, ...], dict[str, Value]]] = {}
        self._people: set[Person] = set()
        self._broken: set[tuple[str, str]] = set()

    def own(self, external: object) -> str:
        """Make an id of this journal unique among journals; '' stays ''."""
        return f"{self.reading.system}:{external}" if external not in (None, "") else ""

    # People, classes, subjects

    def pupil(
        self,
        external: object,
        full_name: str = "",
        class_id: str = "",
        academic_year: str = "",
        *,
        enrolled: bool = True,
    ) -> str:
        """Add a pupil by the journal's id and, where shown, his name and class; give the placeholder for rows.

        enrolled: conclude that he is in the class from 1 September; False where the export lists enrolments itself.
        """
        placeholder = self._person("pupil", external, full_name, class_id, academic_year)
        if full_name and not self.has("pupils", placeholder):
            last, first, middle = labels.name_parts(full_name)
            self.add("pupils", pupil_id=placeholder, last_name=last, first_name=first, middle_name=middle)
        if enrolled and class_id and academic_year:
            starts_on = date(int(academic_year[:4]), 9, 1)
            if not self.has("enrollments", placeholder, class_id, starts_on):
                self.add(
                    "enrollments", pupil_id=placeholder, class_id=class_id, starts_on=starts_on, evidence="inferred",
                    academic_year=academic_year,
                )  # fmt: skip
        return placeholder

    def teacher(self, external: object, full_name: str = "") -> str:
        """Add a teacher by the journal's id and name; give the placeholder for rows."""
        placeholder = self._person("teacher", external, full_name, "", "")
        if full_name and not self.has("teachers", placeholder):
            last, first, middle = labels.name_parts(full_name)
            self.add("teachers", teacher_id=placeholder, last_name=last, first_name=first, middle_name=middle)
        return placeholder

    def _person(
        self, role: Literal["pupil", "teacher"], external: object, full_name: str, class_id: str, academic_year: str
    ) -> str:
        folded = labels.person_name(full_name)
        own = self.own(external)
        # A person without an id of the journal is told apart by name and class.
        parts = own or f"{folded}|{class_id}|{academic_year}"
        placeholder = "~" + hashlib.sha256(f"{role}|{parts}".encode()).hexdigest()[:16]
        person = Person(role, placeholder, folded, class_id, academic_year, own)
        if person not in self._people:
            self._people.add(person)
            self.reading.people.append(person)
        return placeholder

    def class_group(self, label: ClassLabel, academic_year: str) -> str:
        """Add a class by its printed label and give its id, '' where there is none."""
        if label.grade is not None and not self.has("classes", academic_year, label.class_id):
            self.add(
                "classes", academic_year=academic_year, class_id=label.class_id, grade=label.grade,
                letter=label.letter or None, name=label.class_id,
            )  # fmt: skip
        return label.class_id

    def subject(self, name: str) -> str:
        """Add a subject by its printed name and give its id."""
        subject_id = labels.subject_id(name)
        if subject_id and not self.has("subjects", subject_id):
            self.add("subjects", subject_id=subject_id, name=labels.clean(name))
        return subject_id

    # Rows

    def has(self, table: str, *key: Value) -> bool:
        """Say whether a row with this key (in the order of the contract) was added."""
        return key in self._rows.get(table, {})

    def add(self, table: str, **values: Value) -> None:
        """Add a row; a second row of the same key fills what the first left blank.

        Key columns that are not given are '' (text) or absent, as the contract says. `deleted=True` withdraws.
        """
        schema = TABLES[table].schema
        key = tuple(
            values.get(name) if values.get(name) is not None else ("" if schema[name] == POLARS["text"] else None)
            for name in TABLES[table].key
        )
        row = self._rows.setdefault(table, {}).setdefault(key, {})
        row.update(zip(TABLES[table].key, key, strict=True))
        row.update({name: value for name, value in values.items() if value is not None or name not in row})

    def row(self, table: str, *key: Value) -> dict[str, Value] | None:
        """Give the row of a key, or None."""
        return self._rows.get(table, {}).get(key)

    # What is told

    def reject(
        self, table: str, address: str, raw: object, reason: str, advice: str = NOTHING_LOST, pupil_id: str = ""
    ) -> None:
        """Put aside what was not understood; statements about that table (of that pupil) are then not complete."""
        self._broken.add((table, pupil_id))
        self.reading.rejected.append(Rejected(table, address, str(raw)[:_RAW_SHOWN], reason, advice))

    def warn(self, table: str, address: str, raw: object, reason: str, advice: str = NOTHING_LOST) -> None:
        """Note what loses nothing."""
        self.reading.warnings.append(Rejected(table, address, str(raw)[:_RAW_SHOWN], reason, advice))

    def state(
        self,
        table: str,
        columns: Iterable[str] = (),
        *,
        class_id: str = "",
        subject_id: str = "",
        pupil_id: str = "",
        date_from: date | None = None,
        date_to: date | None = None,
        complete: bool = False,
    ) -> None:
        """State what the export says of a scope, at most once; columns: those carried, default: those filled."""
        carried = tuple(columns) or self.filled(table)
        whole = complete and not {(table, pupil_id), (table, "")} & self._broken
        statement = Statement(table, carried, class_id, subject_id, pupil_id, date_from, date_to, whole)
        if statement not in self.reading.statements:
            self.reading.statements.append(statement)

    def filled(self, table: str) -> tuple[str, ...]:
        """Give the columns of a table that any row names, in the order of the contract."""
        named = {name for row in self._rows.get(table, {}).values() for name in row}
        return tuple(name for name in TABLES[table].names if name in named)

    def finish(self) -> Reading:
        """Make the frames, state the tables nobody stated (not complete), and give the reading."""
        stated = {statement.table for statement in self.reading.statements}
        for table, rows in self._rows.items():
            kinds = TABLES[table].schema | {"deleted": POLARS["bool"]}
            names = [*self.filled(table), *(["deleted"] if any(row.get("deleted") for row in rows.values()) else [])]
            self.reading.tables[table] = pl.DataFrame(
                [[row.get(name) for name in names] for row in rows.values()],
                schema={name: kinds[name] for name in names},
                orient="row",
            )
            if table not in stated:
                self.state(table)
        return self.reading
