"""Records of a list → canonical rows: ids put together from names, lessons of a day numbered, scopes stated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ingest.contract import POLARS, TABLES
from ingest.readers import labels
from ingest.readers.gathering import Gathering, Value
from ingest.readers.labels import fold
from ingest.readers.profiled.composing import FACT_COLUMNS, SHARED, TEACHERS
from ingest.readers.profiled.list_values import Moment, NotUnderstoodError, day_of
from ingest.readers.profiled.model import Listing, Profile
from ingest.readers.profiled.telling import Told, period_of
from ingest.reading import UnreadableExportError

_OF_LESSON = ("lessons", "homework", "assignments")
YEAR_START = "academic_year"
"""A constant `starts_on` of this value means 1 September of the academic year."""
_NAMES = {"pupil_id", *TEACHERS}
_NOT_SET = {"не задано", "без задания", "нет задания", "не задавалось"}
_MEND = "Исправьте строку и положите файл снова."


@dataclass
class Record:
    """One record as read: values by canonical place; people, classes and subjects still as printed.

    vacant: a place for a teacher says that there is none.
    """

    row: int
    told: Told
    address: str
    values: dict[tuple[str, str], object] = field(default_factory=dict)
    lesson_id: str = ""
    vacant: bool = False

    def put(self, table: str, name: str, value: object) -> None:
        """Put a value; several columns of one name («Фамилия», «Имя») are put together."""
        earlier = self.values.get((table, name))
        if name in _NAMES and earlier and value:
            value = f"{earlier} {value}"
        if value not in (None, "") or (table, name) not in self.values:
            self.values[table, name] = value if value != "" else None

    def text(self, name: str) -> str:
        """Give a shared value as printed: of the row in any table, else of the file."""
        own = self.values_of(name)
        fact = next(fact for fact, column in FACT_COLUMNS.items() if column == name)
        return str(own) if own else self.told.get(fact)

    def values_of(self, name: str) -> object:
        """Give a value of the row in any table, None where it has none."""
        return next((value for (_, one), value in self.values.items() if one == name and value is not None), None)

    def named(self, name: str) -> str:
        """Give the name of a person: of the row, else of the file where it names such a person."""
        own = self.values_of(name)
        return str(own) if own else self.told.get({"teacher_id": "teacher", "pupil_id": "pupil"}.get(name, ""))


@dataclass
class _Shared:
    """What a record means in every table: ids, year, date."""

    values: dict[str, Value]
    year: str


def add_records(profile: Profile, listing: Listing, gathering: Gathering, records: Sequence[Record]) -> None:
    """Add all records and state what the list says; raises UnreadableExportError where there are none."""
    if not records and not gathering.reading.rejected:
        raise UnreadableExportError("В таблице нет ни одной строки.", "Проверьте, весь ли список выгружен.")
    adding = _Adding(profile, listing, gathering)
    known = [(record, shared) for record in records if (shared := adding.shared(record)) is not None]
    if "lessons" in listing.tables or any("lesson_id" in TABLES[table].names for table in listing.tables):
        _number_lessons(known)
    for record, shared in known:
        adding.add(record, shared)
    adding.state()


def _number_lessons(known: Sequence[tuple[Record, _Shared]]) -> None:
    """Give every record the id of its lesson: which lesson of the subject that day, by its number in the day.

    The ids are those of all printed reports. Two teachers in one lesson are two lessons: their groups are not named.
    """
    met: dict[tuple[object, ...], list[tuple[object, object]]] = defaultdict(list)
    key: tuple[object, ...]
    for record, shared in known:
        values = shared.values
        if values.get("class_id") and values.get("subject_id") and values.get("date"):
            key = tuple(values.get(name) for name in ("class_id", "subject_id", "date", "subgroup_id"))
            one = values.get("lesson_number"), record.text("teacher_id")
            if one[0] is None or one not in met[key]:
                met[key].append(one)
    for key, lessons in met.items():
        met[key] = sorted(lessons, key=lambda one: one[0] if isinstance(one[0], int) else 0)
    taken: dict[tuple[object, ...], int] = defaultdict(int)
    for record, shared in known:
        values = shared.values
        key = tuple(values.get(name) for name in ("class_id", "subject_id", "date", "subgroup_id"))
        if key not in met:
            continue
        one = values.get("lesson_number"), record.text("teacher_id")
        if one[0] is None:
            taken[key] += 1
            place = taken[key]
        else:
            place = met[key].index(one) + 1
        subgroup = fold(record.text("subgroup_id"))
        record.lesson_id = f"{key[0]}|{key[1]}|{key[2]}|{place}" + (f"|{subgroup}" if subgroup else "")
        values["lesson_id"] = record.lesson_id


class _Adding:
    """Adds records to the rows gathered."""

    def __init__(self, profile: Profile, listing: Listing, gathering: Gathering) -> None:
        self._profile, self._listing, self._gathering = profile, listing, gathering
        self._ordinals: dict[tuple[str, str, str], int] = defaultdict(int)
        self._scopes: dict[str, dict[tuple[str, str, str], list[date]]] = defaultdict(lambda: defaultdict(list))
        self._told: list[Told] = []

    # What a record means everywhere

    def shared(self, record: Record) -> _Shared | None:
        """Work out class, subject, people, year and date of a record; None where it is rejected."""
        gathering, main = self._gathering, self._listing.tables[0]
        try:
            day = self._day(record)
            year = self._year(record, day)
            start = self._start(record, year)
        except NotUnderstoodError as error:
            gathering.reject(main, record.address, "", error.reason, error.advice)
            return None
        label = labels.class_label(record.text("class_id"))
        if not year and label.class_id:
            raise UnreadableExportError(
                "В файле не назван учебный год.",
                "Впишите его над таблицей («Учебный год: 2025/2026») или в профиль: [facts] academic_year.",
            )
        values: dict[str, Value] = {"date": day, "academic_year": year or None}
        if label.class_id:
            values["class_id"] = gathering.class_group(label, year)
        subject = record.text("subject_id")
        if subject:
            values["subject_id"] = gathering.subject(subject)
        self._people(record, values, year)
        self._subgroup(record, values)
        period = period_of(record.text("period_id")) or record.told.period
        if period:
            values["period_id"] = period.period_id
        for (_, name), value in record.values.items():
            if name == "lesson_number" and value is not None:
                values["lesson_number"] = int(str(value))
        if start:
            values["starts_on"] = start
        if record.told not in self._told:
            self._told.append(record.told)
        return _Shared(values, year)

    def _day(self, record: Record) -> date | None:
        own = record.values_of("date")
        if isinstance(own, date):
            return own
        fact = record.told.get("date")
        return day_of(fact, record.told.year) if fact else None

    def _start(self, record: Record, year: str) -> date | None:
        """Give the day from which all of the file holds, where a row has none of its own."""
        start = record.told.get("starts_on")
        return day_of(start, year) if start and record.values_of("starts_on") is None else None

    def _year(self, record: Record, day: date | None) -> str:
        printed = record.text("academic_year")
        year = labels.academic_year(printed) or record.told.year
        if day is None:
            return year
        if year and not labels.inside_year(year, day, day):
            raise NotUnderstoodError("Дата не лежит в учебном году файла", _MEND)
        return year or labels.academic_year_of(day)

    def _people(self, record: Record, values: dict[str, Value], year: str) -> None:
        for name in TEACHERS:
            person = record.named(name)
            if person:
                values[name] = self._gathering.teacher("", person)
        pupil = record.named("pupil_id")
        if pupil:
            listed = "enrollments" in self._listing.tables
            values["pupil_id"] = self._gathering.pupil(
                "", pupil, str(values.get("class_id") or ""), year, enrolled=not listed
            )  # fmt: skip

    def _subgroup(self, record: Record, values: dict[str, Value]) -> None:
        name, class_id, subject_id = record.text("subgroup_id"), values.get("class_id"), values.get("subject_id")
        if not name:
            return
        subgroup_id = "|".join(str(part) for part in (class_id, subject_id, fold(name)) if part)
        values["subgroup_id"] = subgroup_id
        self._gathering.add("subgroups", subgroup_id=subgroup_id, name=name, subject_id=subject_id)
        if class_id:
            self._gathering.add("subgroup_classes", subgroup_id=subgroup_id, class_id=class_id)

    # Rows

    def add(self, record: Record, shared: _Shared) -> None:
        """Add the rows of a record, one a table; a further table only where it has something of its own."""
        for place, table in enumerate(self._listing.tables):
            own = self._own(record, table)
            if place and not any(value is not None for name, value in own.items() if name not in SHARED):
                continue
            row = self._constants(table, shared.year) | self._composed(table, record, shared)
            row |= {
                name: value for name, value in own.items()
                if name not in _COMPOSED and (value is not None or name not in row)
            }  # fmt: skip
            if table == "homework" and fold(str(row.get("text") or "")).rstrip(".") in _NOT_SET:
                row |= {"text": None, "none": True}
            self._add(table, record, shared, row)

    def _own(self, record: Record, table: str) -> dict[str, Value]:
        """Give the values of the row's own columns of a table; a moment says beside it whether it is a day."""
        own: dict[str, Value] = {}
        for (one, name), value in record.values.items():
            if one != table:
                continue
            if isinstance(value, Moment):
                own[name], own[f"{name}_is_day"] = value.at, value.is_day
            else:
                own[name] = value  # type: ignore[assignment]
        return own

    def _constants(self, table: str, year: str) -> dict[str, Value]:
        given = {name: value for (one, name), value in self._listing.constants.items() if one == table}
        for name, value in given.items():
            if TABLES[table].schema[name] == POLARS["date"] and not isinstance(value, date):
                given[name] = date(int(year[:4]), 9, 1) if value == YEAR_START and year else None
        return given  # type: ignore[return-value]

    def _composed(self, table: str, record: Record, shared: _Shared) -> dict[str, Value]:
        """Put together what the list does not print: ids, the class's grade, the topic's number."""
        values = shared.values
        row: dict[str, Value] = {
            name: value for name, value in values.items()
            if name in TABLES[table].names and name in (*SHARED, *TEACHERS) and value is not None
        }  # fmt: skip
        if table in _OF_LESSON:
            row |= self._of_lesson(table, record, row)
        elif table == "plan_topics":
            row |= self._topic(record, values)
        else:
            row |= _named(table, record)
        return row

    def _of_lesson(self, table: str, record: Record, row: dict[str, Value]) -> dict[str, Value]:
        """Give what a lesson, its homework and its work need beside what is printed."""
        if table == "lessons":
            if record.values_of("teacher_id") is None and "teacher_id" in row:
                # Whose lessons these are is said over the table; who taught each of them is not.
                row["planned_teacher_id"] = row.pop("teacher_id")
            return {"evidence": "stated"}
        if not record.lesson_id:
            return {}
        if table == "assignments":
            return {"assignment_id": f"{record.lesson_id}|1"}
        tail = (str(row.get(name) or "") for name in ("subgroup_id", "pupil_id"))
        return {"homework_id": "|".join((record.lesson_id, *tail))}

    def _topic(self, record: Record, values: dict[str, Value]) -> dict[str, Value]:
        key = tuple(str(values.get(name) or "") for name in ("class_id", "subject_id", "subgroup_id"))
        scope = (key[0], key[1], key[2])
        self._ordinals[scope] += 1
        ordinal = record.values.get(("plan_topics", "ordinal"))
        ordinal = self._ordinals[scope] if ordinal is None else ordinal
        plan = "|".join(part for part in key if part)
        year = str(values.get("academic_year") or "")
        return {"plan_topic_id": f"{year}|{plan}|{ordinal}", "plan_id": f"{year}|{plan}", "ordinal": int(str(ordinal))}

    def _add(self, table: str, record: Record, shared: _Shared, row: dict[str, Value]) -> None:
        gathering, declared = self._gathering, TABLES[table]
        blank = [name for name in declared.required if row.get(name) in (None, "")]
        if blank and blank[0] in TEACHERS and record.vacant:
            return  # «вакансия»: nobody teaches it, and there is nothing to mend
        if blank:
            gathering.reject(table, record.address, "", f"В строке не хватает: {_WORDS.get(blank[0], blank[0])}", _MEND)
            return
        key = tuple(
            row[name] if row.get(name) is not None else ("" if declared.schema[name] == POLARS["text"] else None)
            for name in declared.key
        )
        earlier = gathering.row(table, *key)
        if earlier is not None and _differ(earlier, row):
            gathering.reject(
                table, record.address, "", "Выше есть строка о том же с другими значениями",
                "Оставьте одну из строк.",
            )  # fmt: skip
            return
        gathering.add(table, **row)
        values = shared.values
        scope = tuple(str(values.get(name) or "") for name in ("class_id", "subject_id", "pupil_id"))
        days = self._scopes[table][scope[0], scope[1], scope[2]]
        day = values.get("date")
        if isinstance(day, date) and ("date" in declared.names or declared.by_lesson):
            days.append(day)

    # Statements

    def state(self) -> None:
        """State each table that the profile calls complete, scope by scope; the rest is stated as not complete."""
        for table, scopes in self._scopes.items():
            within = self._profile.complete.get(table)
            if within is None:
                continue
            wanted: dict[tuple[str, str, str], list[date]] = defaultdict(list)
            for (class_id, subject_id, pupil_id), days in scopes.items():
                scope = {
                    "school": ("", "", ""), "class": (class_id, "", ""), "subject": (class_id, subject_id, ""),
                    "pupil": (class_id, "", pupil_id),
                }[within]  # fmt: skip
                wanted[scope] += days
            for (class_id, subject_id, pupil_id), days in wanted.items():
                first, last = self._span(days)
                self._gathering.state(
                    table, class_id=class_id, subject_id=subject_id, pupil_id=pupil_id,
                    date_from=first, date_to=last, complete=True,
                )  # fmt: skip

    def _span(self, days: Sequence[date]) -> tuple[date | None, date | None]:
        """Give the printed range where all of the file has one, else the first and the last day met."""
        ranges = {told.range for told in self._told}
        printed = ranges.pop() if len(ranges) == 1 else None
        if printed and days and printed[0] <= min(days) and max(days) <= printed[1]:
            return printed
        return min(days, default=None), max(days, default=None)


_COMPOSED = {*TEACHERS, "class_id", "subject_id", "pupil_id", "subgroup_id", "period_id", "academic_year", "ordinal"}
_WORDS = {
    "class_id": "класса", "subject_id": "предмета", "teacher_id": "учителя", "pupil_id": "ученика",
    "date": "даты", "starts_on": "даты начала", "lesson_number": "номера урока", "topic": "темы", "hours": "часов",
    "grade": "параллели класса", "last_name": "фамилии", "lesson_id": "класса, предмета или даты урока",
    "absent_teacher_id": "заменяемого учителя", "weekday": "дня недели",
}  # fmt: skip


def _named(table: str, record: Record) -> dict[str, Value]:
    """Give what follows from the printed names of a class, a subject, a person, a subgroup, a period."""
    if table == "classes":
        label = labels.class_label(record.text("class_id"))
        return {"grade": label.grade, "letter": label.letter or None, "name": label.class_id or None}
    if table in {"subjects", "subgroups"}:
        return {"name": record.text("subject_id" if table == "subjects" else "subgroup_id") or None}
    if table in {"pupils", "teachers"}:
        last, first, middle = labels.name_parts(record.named("pupil_id" if table == "pupils" else "teacher_id"))
        return {"last_name": last or None, "first_name": first, "middle_name": middle}
    period = period_of(record.text("period_id")) if table == "periods" else None
    return {"kind": period.kind, "ordinal": period.ordinal} if period else {}


def _differ(earlier: dict[str, Value], row: dict[str, Value]) -> bool:
    """Say whether two rows of one key say different things."""
    return any(value is not None and earlier.get(name) not in (None, value) for name, value in row.items())
