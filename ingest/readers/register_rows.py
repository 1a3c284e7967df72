"""What an entry of a register says in canonical rows: names become classes, subjects and people, spans become days."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ingest.readers import labels
from ingest.readers.gathering import Gathering, Value
from ingest.readers.labels import class_label, fold
from warehouse.registers.codes import address
from warehouse.registers.entries import Entry
from warehouse.registers.values import typed

Row = tuple[str, dict[str, Value]]

_PERIODS = {"quarter", "trimester", "half_year", "year"}
_SEVERAL = re.compile(r"[,;]")


@dataclass
class _Told:
    """An entry with its names made known to the reading."""

    out: Gathering
    entry: Entry
    entered_at: datetime

    def __getitem__(self, name: str) -> Value:
        about = self.entry.definition.field(name)
        return typed(about, self.entry.values.get(name))

    def text(self, name: str) -> str:
        """Give a text, '' where there is none."""
        return str(self.entry.values.get(name, ""))

    def day(self, name: str) -> date | None:
        """Give a day."""
        value = self[name]
        return value if isinstance(value, date) else None

    def midnight(self, name: str) -> datetime | None:
        """Give the beginning of a day."""
        day = self.day(name)
        return datetime.combine(day, time()) if day else None

    @property
    def year(self) -> str:
        """The academic year: said by the entry, else of its first day."""
        if self.entry.academic_year:
            return self.entry.academic_year
        for name in ("starts_on", "date", "date_from", "starts_at", "week", "made_on"):
            if name in self.entry.values:
                return labels.academic_year_of(date.fromisoformat(self.text(name)[:10]))
        return labels.academic_year_of(self.entered_at.date())

    @property
    def starts_on(self) -> date:
        """The day from which it holds: said, else the first of the academic year."""
        return self.day("starts_on") or date(int(self.year[:4]), 9, 1)

    def group(self, text: str) -> str:
        """Make a class known by its label and give its id; a label that is none stays as written."""
        return self.out.class_group(class_label(text), self.year) or fold(text)

    @property
    def class_id(self) -> str:
        return self.group(self.text("class")) if "class" in self.entry.values else ""

    @property
    def subject_id(self) -> str:
        return self.out.subject(self.text("subject")) if "subject" in self.entry.values else ""

    def teacher(self, name: str = "teacher") -> str:
        """Make a teacher known by his name and give the placeholder, '' where nobody is named."""
        return self.out.teacher("", self.text(name)) if name in self.entry.values else ""

    @property
    def pupil(self) -> str:
        return self.out.pupil("", self.text("pupil"), self.class_id, self.year, enrolled=False)

    @property
    def subgroup_id(self) -> str:
        """Make a subgroup of the class and subject known and give its id, '' for the whole class."""
        name = self.text("subgroup")
        if not name:
            return ""
        subgroup_id = "|".join(part for part in (self.class_id, self.subject_id, fold(name)) if part)
        self.out.add("subgroups", subgroup_id=subgroup_id, name=name, subject_id=self.subject_id or None)
        self.out.add("subgroup_classes", subgroup_id=subgroup_id, class_id=self.class_id)
        return subgroup_id

    def digest(self) -> str:
        """Give an id of what the entry is about, without the names in it."""
        return hashlib.sha256("|".join((self.entry.register, *self.entry.key)).encode()).hexdigest()[:16]


def add_rows(out: Gathering, entry: Entry, entered_at: datetime) -> None:
    """Add the rows of an entry, or withdraw them where it was taken back."""
    told = _Told(out, entry, entered_at)
    for table, values in _ROWS[entry.register](told):
        out.add(table, **values, deleted=entry.taken_back)


def _school_details(told: _Told) -> Iterator[Row]:
    yield "school_details", {"item": told.text("item"), "value": told["value"]}


def _classes(told: _Told) -> Iterator[Row]:
    class_id, label = told.class_id, class_label(told.text("class"))
    if not told.entry.taken_back and label.grade is not None:
        told.out.add(
            "classes", academic_year=told.year, class_id=class_id, grade=label.grade, letter=label.letter or None,
            name=class_id, shift=told["shift"], week_days=told["week_days"],
        )  # fmt: skip
    if teacher := told.teacher():
        yield "class_teachers", {
            "class_id": class_id, "teacher_id": teacher, "academic_year": told.year, "starts_on": told.starts_on,
            "ends_on": told["ends_on"],
        }  # fmt: skip


def _enrollments(told: _Told) -> Iterator[Row]:
    yield "enrollments", {
        "pupil_id": told.pupil, "class_id": told.class_id, "academic_year": told.year, "starts_on": told.starts_on,
        "ends_on": told["ends_on"], "form": told["form"], "individual_plan": told["individual_plan"],
        "evidence": "roster",
    }  # fmt: skip


def _teaching(told: _Told) -> Iterator[Row]:
    yield "teaching_assignments", {
        "teacher_id": told.teacher(), "class_id": told.class_id, "subject_id": told.subject_id,
        "subgroup_id": told.subgroup_id, "academic_year": told.year, "starts_on": told.starts_on,
        "ends_on": told["ends_on"],
    }  # fmt: skip


def _members(told: _Told) -> Iterator[Row]:
    yield "subgroup_members", {
        "pupil_id": told.pupil, "subgroup_id": told.subgroup_id, "starts_on": told.starts_on,
        "ends_on": told["ends_on"], "entered_at": told.entered_at,
    }  # fmt: skip


def _grading(told: _Told) -> Iterator[Row]:
    yield (
        "grading",
        {name: told[name] for name in ("grade_from", "grade_to", "starts_on", "ends_on", "graded")}
        | {"subject_id": told.subject_id},
    )


def _timetable(told: _Told) -> Iterator[Row]:
    yield "timetable", {
        "class_id": told.class_id, "subgroup_id": told.subgroup_id, "weekday": int(told.text("weekday")),
        "week_parity": told.text("week_parity"), "lesson_number": told["lesson_number"], "subject_id": told.subject_id,
        "teacher_id": told.teacher() or None, "academic_year": told.year, "starts_on": told.starts_on,
        "ends_on": told["ends_on"],
    }  # fmt: skip


def _bells(told: _Told) -> Iterator[Row]:
    names = ("shift", "lesson_number", "starts_at", "ends_at", "date", "grade_from", "grade_to", "starts_on", "ends_on")
    weekday = told.text("weekday")
    yield "bells", {name: told[name] for name in names} | {"weekday": int(weekday) if weekday else None}


def _periods(told: _Told) -> Iterator[Row]:
    """Give a period of study, or the days of a vacation, holiday or moved day."""
    kind, first, last = told.text("kind"), told.starts_on, told.day("ends_on") or told.starts_on
    classes = [told.group(text) for text in _SEVERAL.split(told.text("classes")) if text.strip()]
    if kind not in _PERIODS:
        for passed in range((last - first).days + 1):
            for class_id in classes or [""]:
                yield "calendar", {
                    "date": first + timedelta(days=passed), "class_id": class_id, "academic_year": told.year,
                    "day_kind": kind, "order_no": told["order"], "entered_at": told.entered_at,
                }  # fmt: skip
        return
    limits = [told.text(name) for name in ("grade_from", "grade_to") if told.text(name)] + classes
    ordinal = told["ordinal"] or 1
    yield "periods", {
        "period_id": "|".join((f"{kind}-{ordinal}", *limits)), "academic_year": told.year, "kind": kind,
        "ordinal": ordinal, "starts_on": first, "ends_on": last, "grade_from": told["grade_from"],
        "grade_to": told["grade_to"], "class_ids": ";".join(classes) or None,
    }  # fmt: skip


def _curriculum(told: _Told) -> Iterator[Row]:
    yield "curriculum", {
        "class_id": told.class_id, "subject_id": told.subject_id, "subgroup_id": told.subgroup_id,
        "academic_year": told.year, "hours_per_week": told["hours_per_week"], "hours_per_year": told["hours_per_year"],
    }  # fmt: skip


def _substitutions(told: _Told) -> Iterator[Row]:
    yield "substitutions", {
        "date": told["date"], "lesson_number": told["lesson_number"], "class_id": told.class_id,
        "subject_id": told.subject_id, "subgroup_id": told.subgroup_id, "academic_year": told.year,
        "absent_teacher_id": told.teacher(), "substitute_id": told.teacher("substitute") or None,
        "kind": told["kind"], "reason": told["reason"], "entered_at": told.entered_at,
    }  # fmt: skip


def _leaves(told: _Told) -> Iterator[Row]:
    yield "teacher_absences", {
        "teacher_id": told.teacher(), "starts_on": told.starts_on, "ends_on": told["ends_on"],
        "reason": told["reason"],
    }  # fmt: skip


def _outages(told: _Told) -> Iterator[Row]:
    yield "outages", {
        "starts_at": told["starts_at"], "class_id": told.class_id, "subject_id": told.subject_id,
        "ends_at": told["ends_at"], "restored_at": told["ends_at"],
    }  # fmt: skip


def _documents(told: _Told) -> Iterator[Row]:
    received = told["received_at"]
    yield "absence_documents", {
        "document_id": f"register:{told.digest()}", "pupil_id": told.pupil, "academic_year": told.year,
        "starts_on": told.starts_on, "ends_on": told["ends_on"], "kind": told["kind"],
        "received_at": received, "registered_at": told.entered_at,
    }  # fmt: skip


def _applications(told: _Told) -> Iterator[Row]:
    yield (
        "parent_statements",
        {
            "pupil_id": told.pupil,
            "starts_on": told.starts_on,
            "ends_on": told["ends_on"],
            "kind": told["kind"],
        },
    )


def _print_issues(told: _Told) -> Iterator[Row]:
    yield "print_issues", {"pupil_id": told.pupil, "week": told.text("week"), "issued_at": told.midnight("issued_on")}


def _releases(told: _Told) -> Iterator[Row]:
    yield "releases", {
        "pupil_id": told.pupil, "subject_id": told.subject_id, "starts_on": told.starts_on,
        "ends_on": told["ends_on"],
    }  # fmt: skip


def _exclusions(told: _Told) -> Iterator[Row]:
    numbers = ";".join(part.strip() for part in _SEVERAL.split(told.text("lesson_numbers")) if part.strip())
    yield "exclusions", {
        "exclusion_id": f"register:{told.digest()}", "date_from": told["date_from"], "date_to": told["date_to"],
        "academic_year": told.year, "class_id": told.class_id or None, "teacher_id": told.teacher() or None,
        "lesson_numbers": numbers or None, "reason": told["reason"], "order_no": told["order"],
    }  # fmt: skip


def _orders(told: _Told) -> Iterator[Row]:
    yield "orders", {name: told[name] for name in ("order_no", "signed_on", "title")}


def _objections(told: _Told) -> Iterator[Row]:
    """Give an objection; an answer without a day was given when it was entered."""
    found = address(told.text("finding"))
    yield "objections", {
        "rule": found.rule, "subject_key": found.subject_key, "made_at": told.midnight("made_on"),
        "teacher_id": told.teacher(), "reason": told["reason"], "answer": told["answer"],
        "answered_at": (told.midnight("answered_on") or told.entered_at) if told["answer"] else None,
        "answer_text": told["answer_text"],
    }  # fmt: skip


_ROWS: dict[str, Callable[[_Told], Iterator[Row]]] = {
    "school_details": _school_details, "classes": _classes, "enrollments": _enrollments,
    "teaching_assignments": _teaching, "subgroup_members": _members, "grading": _grading, "timetable": _timetable,
    "bells": _bells, "periods": _periods, "curriculum": _curriculum, "substitutions": _substitutions,
    "teacher_absences": _leaves, "outages": _outages, "absence_documents": _documents,
    "parent_statements": _applications, "releases": _releases, "exclusions": _exclusions, "orders": _orders,
    "print_issues": _print_issues, "objections": _objections,
}  # fmt: skip
