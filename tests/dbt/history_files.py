"""A private build file with the history and meta schemas, filled by hand: what ingest hands to dbt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.contract import DUCKDB, TABLES, Table
from warehouse.regulation.profiles import profile
from warehouse.regulation.terms import COLUMNS, rows_of

ADDED = {
    "system": "varchar",
    "export_kind": "varchar",
    "observation_id": "varchar",
    "known_from": "timestamp",
    "known_to": "timestamp",
    "not_before": "timestamp",
}
LESSON_SCOPE = {"lesson_class_id": "varchar", "lesson_subject_id": "varchar", "lesson_date": "date"}
META = {
    "statements": (
        "school_id varchar, observation_id varchar, system varchar, export_kind varchar, taken_at timestamp, "
        "table_name varchar, columns varchar, class_id varchar, subject_id varchar, pupil_id varchar, "
        "date_from date, date_to date, complete boolean"
    ),
    "observations": (
        "observation_id varchar, school_id varchar, sha256 varchar, file_name varchar, taken_at timestamp, "
        "taken_at_source varchar, loaded_at timestamp, system varchar, export_kind varchar, reader varchar, "
        "attendance_mode varchar, n_rows bigint, n_rejected bigint"
    ),
    "rejected": (
        "school_id varchar, observation_id varchar, file_name varchar, kind varchar, table_name varchar, "
        "address varchar, raw varchar, reason varchar, advice varchar"
    ),
    "code_map": (
        "system varchar, export_kind varchar, scope varchar, raw_code varchar, canonical varchar, "
        "confidence varchar, source varchar"
    ),
    "regulation_terms": "school_id varchar, profile varchar, "
    + ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items()),
    "limits": (
        "school_id varchar, name varchar, value double, clause varchar, quote varchar, valid_from date, valid_to date"
    ),
    "export_kinds": "system varchar, export_kind varchar, title varchar, scope varchar",
    "schools": "school_id varchar, name varchar, as_of timestamp, entries_until timestamp",
    "sources": "school_id varchar, field_group varchar, system varchar, rank bigint",
    "shown_by": (
        "school_id varchar, table_name varchar, academic_year varchar, row_key varchar, system varchar, "
        "export_kind varchar"
    ),
}
CODES = {
    "journal_csv/journal_csv": {
        "Н": "unknown_reason",
        "Б": "ill",
        "УП": "excused",
        "ОП": "late",
        "О": "late",
        "ОСВ": "released",
        "П": "present",
    },
    "sgo/studenttotal": {"ОТ": "unknown_reason", "Б": "ill", "УП": "excused", "НП": "unexcused", "ОП": "late"},
    "ves_klass/class_report": {"Н": "unexcused", "Б": "ill", "У": "excused", "О": "late"},
}


def history_columns(table: Table, payload: Iterable[str]) -> dict[str, str]:
    """Column → DuckDB type of one history table."""
    kinds = {column.name: DUCKDB[column.kind] for column in table.columns}
    columns = {"school_id": "varchar", "academic_year": "varchar", "row_key": "varchar"}
    columns |= {name: kinds[name] for name in (*table.key, *payload) if name != "academic_year"}
    if table.name in {"marks", "homework", "assignments", "attendance"}:
        columns |= LESSON_SCOPE
    return columns | ADDED


class HistoryFile:
    """Rows are given as keyword values; what is not given is '' in keys and NULL elsewhere."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = duckdb.connect(str(path))
        for schema in ("history", "meta"):
            self.connection.execute(f"create schema {schema}")
        self.tables: dict[str, dict[str, str]] = {}
        for table in TABLES.values():
            for name, payload in table.history_tables().items():
                columns = history_columns(table, payload)
                self.tables[name] = columns
                listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
                self.connection.execute(f"create table history.{name} ({listed})")
        for name, listed in META.items():
            self.connection.execute(f"create table meta.{name} ({listed})")
        for source, codes in CODES.items():
            system, kind = source.split("/")
            for raw, canonical in codes.items():
                self.meta(
                    "code_map", system=system, export_kind=kind, scope="attendance", raw_code=raw, canonical=canonical
                )

    def meta(self, table: str, **values: object) -> None:
        """Insert one row of a meta table."""
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" for _ in values)
        self.connection.execute(f"insert into meta.{table} ({names}) values ({marks})", list(values.values()))

    def close(self) -> None:
        """Close the file so that dbt can open it."""
        self.connection.close()


class School:
    """Writes the rows of one small school; every test case is a school of its own in one file.

    known: the moment from which rows are known unless a row says otherwise.
    """

    def __init__(
        self,
        file: HistoryFile,
        school_id: str,
        as_of: str,
        known: str | None = None,
        source: tuple[str, str] = ("journal_csv", "journal_csv"),
    ) -> None:
        self.file = file
        self.school_id = school_id
        self.as_of = datetime.fromisoformat(as_of)
        self.known = datetime.fromisoformat(known) if known else datetime.fromisoformat("2025-09-01")
        self.source = source
        self.lessons: dict[str, Mapping[str, Any]] = {}
        self.has_basics = False
        file.meta("schools", school_id=school_id, name=f"Школа {school_id}", as_of=self.as_of)

    def row(
        self,
        table: str,
        *,
        known_from: str | None = None,
        known_to: str | None = None,
        not_before: str | None = None,
        academic_year: str | None = None,
        **values: Any,
    ) -> None:
        """Insert one version of a history row."""
        declared = TABLES[table.partition("__")[0]]
        columns = self.file.tables[table]
        lesson = self.lessons.get(str(values.get("lesson_id", "")), {})
        row: dict[str, Any] = dict.fromkeys(columns)
        for column in declared.columns:
            if column.name in declared.key and column.kind == "text":
                row[column.name] = ""
        row |= values
        row["school_id"] = self.school_id
        row["academic_year"] = academic_year or ("2025/2026" if declared.yearly else "")
        row["row_key"] = "|".join(str(row.get(name, "")) for name in declared.key)
        row["system"], row["export_kind"] = self.source
        row["known_from"] = datetime.fromisoformat(known_from) if known_from else self.known
        row["known_to"] = datetime.fromisoformat(known_to) if known_to else None
        row["not_before"] = datetime.fromisoformat(not_before) if not_before else None
        if "lesson_class_id" in columns:
            row |= {
                "lesson_class_id": lesson.get("class_id", ""),
                "lesson_subject_id": lesson.get("subject_id", ""),
                "lesson_date": lesson.get("date"),
            }
        kept = {name: row[name] for name in columns}
        names = ", ".join(f'"{name}"' for name in kept)
        marks = ", ".join("?" for _ in kept)
        self.file.connection.execute(f"insert into history.{table} ({names}) values ({marks})", list(kept.values()))

    def basics(self, class_id: str = "7Б", pupils: int = 3, subjects: Iterable[str] = ("физика",), **year: Any) -> None:
        """A class with pupils p1…pn from 1 September; once a school also subjects, kinds of work and two quarters."""
        grade = int("".join(sign for sign in class_id if sign.isdigit()))
        self.row("classes", class_id=class_id, grade=grade, letter=class_id[-1], name=class_id)
        for number in range(1, pupils + 1):
            self.pupil(f"p{number}", class_id, **year)
        if self.has_basics:
            return
        self.has_basics = True
        self.row("periods", period_id="q1", kind="quarter", ordinal=1, starts_on="2025-09-01", ends_on="2025-10-26")
        self.row("periods", period_id="q2", kind="quarter", ordinal=2, starts_on="2025-11-05", ends_on="2025-12-30")
        for subject in subjects:
            self.row("subjects", subject_id=subject, name=subject.capitalize(), graded="marks")
        for name, written in (("ответ", False), ("контрольная", True)):
            self.row("work_types", work_type=name, name=name, is_written=written)

    def pupil(self, pupil_id: str, class_id: str = "7Б", starts_on: str = "2025-09-01", **enrollment: Any) -> None:
        """A pupil and his enrolment."""
        self.row("pupils", pupil_id=pupil_id, last_name=f"Фамилия{pupil_id}", first_name="Имя")
        values = {"evidence": "roster"} | enrollment
        self.row("enrollments", pupil_id=pupil_id, class_id=class_id, starts_on=starts_on, **values)

    def lesson(
        self,
        lesson_id: str,
        day: str,
        subject: str = "физика",
        class_id: str = "7Б",
        number: int | None = 1,
        **values: Any,
    ) -> None:
        """A lesson; `topic` writes the topic group as well."""
        topic = {
            name: values.pop(name)
            for name in ("topic", "topic_entered_at", "topic_entered_at_is_day", "topic_from", "topic_not_before")
            if name in values
        }
        core = {"class_id": class_id, "subject_id": subject, "date": date.fromisoformat(day), "lesson_number": number}
        core |= {"status": "held", "teacher_id": "t1", "evidence": "stated", "subgroup_id": ""} | values
        self.lessons[lesson_id] = core
        self.row("lessons", lesson_id=lesson_id, **core)
        if topic:
            self.row(
                "lessons__topic",
                lesson_id=lesson_id,
                known_from=topic.pop("topic_from", None),
                not_before=topic.pop("topic_not_before", None),
                **topic,
            )

    def mark(self, lesson_id: str, pupil_id: str, value: str, mark_id: str = "", **values: Any) -> None:
        """A mark; its id is made of lesson and pupil unless given."""
        self.row(
            "marks",
            mark_id=mark_id or f"{lesson_id}/{pupil_id}",
            lesson_id=lesson_id,
            pupil_id=pupil_id,
            value=value,
            **values,
        )

    def code(self, lesson_id: str, pupil_id: str, code: str, ordinal: int = 1, **values: Any) -> None:
        """An attendance code."""
        self.row("attendance", lesson_id=lesson_id, pupil_id=pupil_id, ordinal=ordinal, code=code, **values)

    def statement(self, taken_at: str, *tables: str, loaded_at: str | None = None, **values: Any) -> None:
        """A complete statement about these tables; the whole school unless a scope is given."""
        scope = {"columns": "", "class_id": "", "subject_id": "", "pupil_id": "", "complete": True} | values
        moment = datetime.fromisoformat(taken_at)
        system, kind = self.source
        self.file.meta(
            "observations",
            observation_id=f"{self.school_id}-{taken_at}-{'-'.join(tables)}",
            school_id=self.school_id,
            taken_at=moment,
            loaded_at=datetime.fromisoformat(loaded_at) if loaded_at else None,
            system=system,
            export_kind=kind,
            attendance_mode="absences_only",
        )
        for table in tables:
            self.file.meta(
                "statements",
                school_id=self.school_id,
                observation_id=f"{self.school_id}-{taken_at}",
                system=system,
                export_kind=kind,
                taken_at=moment,
                table_name=table,
                **scope,
            )

    def regulation(self, name: str) -> None:
        """Judge the school by a shipped regulation."""
        for row in rows_of(profile(name)):
            self.file.meta("regulation_terms", school_id=self.school_id, profile=name, **row)

    def seen(self, *moments: str, **scope: Any) -> None:
        """Statements about all tables of lessons and marks at these moments."""
        for moment in moments:
            self.statement(moment, "lessons", "marks", "attendance", "homework", "assignments", "period_marks", **scope)
