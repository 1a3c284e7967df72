"""The roster of a OneRoster package: the school year, classes, teaching groups and who is in them.

What the fields mean in a Russian school is told in `oneroster.py`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from ingest.readers import labels
from ingest.readers.gathering import Gathering
from ingest.readers.labels import ClassLabel, Period
from ingest.readers.oneroster_files import AGAIN, Package, Row
from ingest.reading import Person, UnreadableExportError


@dataclass(frozen=True)
class Session:
    """An academic session; `period_id` is '' where it is no period of the school."""

    first: date
    last: date
    year: str
    is_year: bool
    parent: str
    period: Period | None
    period_id: str = ""


@dataclass(frozen=True)
class Stay:
    """A pupil or teacher in a class or teaching group; dates as far as they are given."""

    user: str
    first: date | None
    last: date | None

    def overlaps(self, other: Stay) -> bool:
        """Say whether the two can have been at one time."""
        return (self.last or date.max) >= (other.first or date.min) and (other.last or date.max) >= (
            self.first or date.min
        )

    def holds(self, day: date) -> bool:
        """Say whether a day lies in it."""
        return (self.first or date.min) <= day <= (self.last or date.max)


@dataclass
class Group:
    """A row of classes.csv: a class of the school or a teaching group, with who is in it.

    class_ids: the classes that its pupils come from, the first stands for the group. subgroup_id: '' = a whole class.
    """

    id: str
    row: Row
    year: str
    is_class: bool
    sessions: tuple[str, ...]
    pupils: list[Stay] = field(default_factory=list)
    teachers: list[Stay] = field(default_factory=list)
    class_ids: tuple[str, ...] = ()
    subject_id: str = ""
    subgroup_id: str = ""


class Roster:
    """Reads the files about people and classes and adds their rows; then places lessons."""

    def __init__(self, package: Package, out: Gathering) -> None:
        self.package = package
        self.out = out
        self.sessions: dict[str, Session] = {}
        self.groups: dict[str, Group] = {}
        self.homes: dict[str, list[tuple[Group, Stay]]] = defaultdict(list)
        self._names: dict[str, tuple[str, str | None, str | None]] = {}
        self._courses: dict[str, tuple[str, list[str]]] = {}
        self._teachers: set[str] = set()
        self._class_rows = list(package.rows("classes"))

    def read(self) -> None:
        """Read everything; raises UnreadableExportError where it is not one school's."""
        self._read_school()
        self._read_sessions()
        self._courses = {row.id: (row.text("title"), row.listed("subjects")) for row in self.package.rows("courses")}
        self._read_classes()
        self._read_users()
        self._read_enrollments()
        self._settle_groups()
        self._add_periods()
        self._add_class_teachers()

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day of all sessions."""
        days = [day for session in self.sessions.values() for day in (session.first, session.last)]
        return (min(days), max(days)) if days else None

    def known(self, user: str) -> bool:
        """Say whether rows may speak of a user: where the list of users is whole, he must stand in it."""
        return bool(user) and (user in self._names or not self.package.bulk("users"))

    def pupil(self, user: str) -> str:
        """Give the placeholder of a pupil."""
        self.homes[user] += []
        return self._placeholder("pupil", user)

    def lesson(self, group: Group, day: date, number: int | None) -> str:
        """Add the lesson of a group on a day; nothing but a record shows that it was."""
        lesson_id = self.lesson_id(group.id, day, number)
        if not self.out.has("lessons", lesson_id):
            teachers = {stay.user for stay in group.teachers if stay.holds(day)}
            self.out.add(
                "lessons", lesson_id=lesson_id, class_id=group.class_ids[0], subgroup_id=group.subgroup_id or None,
                subject_id=group.subject_id, date=day, lesson_number=number, evidence="inferred",
                planned_teacher_id=self._teacher(next(iter(teachers))) if len(teachers) == 1 else None,
                academic_year=group.year,
            )  # fmt: skip
        return lesson_id

    def lesson_id(self, group: str, day: date | None, number: int | None) -> str:
        """Give the id of the lesson of a group on a day."""
        return f"{self.out.own(group)}|{day or ''}|{number or ''}"

    # School and calendar

    def _read_school(self) -> None:
        orgs = [row for row in self.package.rows("orgs") if not row.deleted]
        schools = {row.id: row for row in orgs if row.text("type").lower() == "school"}
        if not schools:
            raise UnreadableExportError(
                "В пакете OneRoster не названа школа (orgs.csv, type = school): не понять, чья это выгрузка.", AGAIN
            )
        used = {row.text("schoolSourcedId") for row in self._class_rows} & set(schools)
        if len(used or schools) > 1:
            raise UnreadableExportError(
                "В пакете OneRoster классы нескольких школ.", "Выгрузите каждую школу отдельным пакетом."
            )
        row = schools[next(iter(used or schools))]
        reading = self.out.reading
        reading.school_name = labels.clean(row.text("name"))
        reading.taken_at = _wall_time(row.text("metadata.zavuch.asOf"))

    def _read_sessions(self) -> None:
        taken: dict[tuple[str, str], tuple[date, date]] = {}
        for row in self.package.rows("academicSessions"):
            first, last = row.days["startDate"], row.days["endDate"]
            if first is None or last is None or first > last:
                told = f"{row.text('startDate')} – {row.text('endDate')}"
                self.package.reject_row(
                    "academicSessions", row, told, "Не названы начало и конец периода, или они переставлены"
                )
                continue
            # The middle of a session tells its year, whether it begins in August or in September.
            year = labels.academic_year_of(first + (last - first) / 2)
            is_year = row.text("type").lower() == "schoolyear"
            period = Period("year", 1) if is_year else labels.named_period(row.text("title"))
            if period is None:
                guess = labels.range_period(first, last)
                period = guess if guess and labels.fits(guess, first, last) else None
            period_id = period.period_id if period else ""
            if period and taken.setdefault((year, period_id), (first, last)) != (first, last):
                period_id = self.out.own(row.id)
            if row.deleted:
                if period:
                    self.out.add("periods", period_id=period_id, academic_year=year, deleted=True)
                continue
            if period is None:
                self.out.warn(
                    "periods", row.address, row.text("title"), "Учебный период не опознан ни по названию, ни по датам"
                )
            parent = row.text("parentSourcedId")
            self.sessions[row.id] = Session(first, last, year, is_year, parent, period, period_id)

    def _add_periods(self) -> None:
        """Add the periods, and where only some classes use a period, say which (teaching groups tell it at need)."""
        users: dict[tuple[str, str], set[str]] = defaultdict(set)
        classes: dict[str, set[str]] = defaultdict(set)
        listed = [group for group in self.groups.values() if group.is_class]
        for group in listed or self.groups.values():
            classes[group.year].update(group.class_ids)
            for name in group.sessions:
                users[group.year, self.sessions[name].period_id].update(group.class_ids)
        for session in self.sessions.values():
            if session.period is None:
                continue
            using = users[session.year, session.period_id]
            some = bool(using) and using != classes[session.year]
            self.out.add(
                "periods", period_id=session.period_id, academic_year=session.year, kind=session.period.kind,
                ordinal=session.period.ordinal, starts_on=session.first, ends_on=session.last,
                class_ids=";".join(sorted(using)) if some else None,
            )  # fmt: skip

    def _year_begins(self, year: str) -> date:
        begins = [session.first for session in self.sessions.values() if session.year == year and session.is_year]
        return min(begins, default=date(int(year[:4]), 9, 1))

    # Classes and people

    def _read_classes(self) -> None:
        years = {session.year for session in self.sessions.values()}
        for row in self._class_rows:
            sessions = [name for name in row.listed("termSourcedIds") if name in self.sessions]
            named = {self.sessions[name].year for name in sessions}
            year = max(named) if named else (next(iter(years)) if len(years) == 1 else "")
            is_class = row.text("classType").lower() == "homeroom"
            if not year:
                self.package.no_such("classes", row, "termSourcedIds", "academicSessions")
            elif is_class and _label(row).grade is None:
                self.package.reject_row(
                    "classes", row, row.text("title"), "Не понять, какой это класс: в названии нет номера параллели",
                    "Назовите класс как 7Б или укажите параллель в столбце grades.",
                )  # fmt: skip
            elif row.deleted and is_class:
                self.out.add("classes", academic_year=year, class_id=_label(row).class_id, deleted=True)
            elif row.deleted:
                self.out.add("subgroups", subgroup_id=self.out.own(row.id), deleted=True)
            else:
                group = Group(row.id, row, year, is_class, self._with_parts(sessions))
                self.groups[row.id] = group
                if is_class:
                    group.class_ids = (self.out.class_group(_label(row), year),)

    def _with_parts(self, sessions: list[str]) -> tuple[str, ...]:
        """A class that names only its year uses every session of it."""
        if any(not self.sessions[name].is_year for name in sessions):
            return tuple(sessions)
        parts = [name for name, session in self.sessions.items() if self._inside(session, set(sessions))]
        return (*sessions, *parts)

    def _inside(self, session: Session, years: set[str]) -> bool:
        seen: set[str] = set()
        while session.parent in self.sessions and session.parent not in seen:
            if session.parent in years:
                return True
            seen.add(session.parent)
            session = self.sessions[session.parent]
        return False

    def _read_users(self) -> None:
        roles: dict[str, set[str]] = defaultdict(set)
        for row in self.package.rows("roles"):
            if not row.deleted:
                roles[row.text("userSourcedId")].add(row.text("role").lower())
        for row in self.package.rows("users"):
            given = roles[row.id] | {row.text("role").lower()}
            if row.deleted:
                if "student" in given:
                    self.out.add("pupils", pupil_id=self.pupil(row.id), deleted=True)
                if "teacher" in given:
                    self.out.add("teachers", teacher_id=self._teacher(row.id), deleted=True)
                continue
            last, first, middle = (labels.clean(row.text(name)) for name in ("familyName", "givenName", "middleName"))
            if not last and not first:
                self.package.reject_row("users", row, row.id, "Не названо имя", "Заполните familyName и givenName.")
                continue
            self._names[row.id] = (last or first, (first or None) if last else None, middle or None)
            if "student" in given:
                self.pupil(row.id)
            if "teacher" in given:
                self._teacher(row.id)

    def _placeholder(self, role: str, user: str) -> str:
        return "~" + hashlib.sha256(f"{role}|{self.out.own(user)}".encode()).hexdigest()[:16]

    def _teacher(self, user: str) -> str:
        placeholder = self._placeholder("teacher", user)
        if user not in self._teachers:
            self._teachers.add(user)
            last, first, middle = self._names.get(user, ("", None, None))
            self.out.reading.people.append(
                Person("teacher", placeholder, _folded(last, first, middle), external_id=self.out.own(user))
            )
            if last:
                self.out.add("teachers", teacher_id=placeholder, last_name=last, first_name=first, middle_name=middle)
        return placeholder

    def _read_enrollments(self) -> None:
        for row in self.package.rows("enrollments"):
            user, role = row.text("userSourcedId"), row.text("role").lower()
            group = self.groups.get(row.text("classSourcedId"))
            if role not in ("student", "teacher"):
                continue
            if group is None:
                self.package.no_such("enrollments", row, "classSourcedId", "classes")
            elif not self.known(user):
                self.package.no_such("enrollments", row, "userSourcedId", "users")
            elif row.deleted:
                self._withdraw(group, role, user, row)
            else:
                stay = Stay(user, row.days.get("beginDate"), row.days.get("endDate"))
                (group.pupils if role == "student" else group.teachers).append(stay)
                if role == "student" and group.is_class:
                    self.homes[user].append((group, stay))

    def _withdraw(self, group: Group, role: str, user: str, row: Row) -> None:
        """Take back a place in a class or group."""
        starts_on = row.days.get("beginDate") or self._year_begins(group.year)
        if role == "student" and group.is_class:
            self.out.add(
                "enrollments", pupil_id=self.pupil(user), class_id=group.class_ids[0], starts_on=starts_on,
                academic_year=group.year, deleted=True,
            )  # fmt: skip
        elif role == "student":
            self.out.add(
                "subgroup_members", pupil_id=self.pupil(user), subgroup_id=self.out.own(group.id),
                starts_on=starts_on, deleted=True,
            )  # fmt: skip
        elif group.is_class:
            self.out.add(
                "class_teachers", class_id=group.class_ids[0], teacher_id=self._teacher(user),
                starts_on=starts_on, academic_year=group.year, deleted=True,
            )  # fmt: skip

    # Teaching groups

    def _settle_groups(self) -> None:
        """Find the class, subject and, where it is a part of a class or of several, the subgroup of every group."""
        classes: dict[tuple[str, str], Group] = {}
        for group in self.groups.values():
            if group.is_class:
                classes[group.year, group.class_ids[0]] = group
        taught = {stay.user for group in self.groups.values() if not group.is_class for stay in group.pupils}
        for group in [one for one in self.groups.values() if not one.is_class]:
            group.class_ids = self._classes_of(group, classes)
            subject = self._subject_name(group)
            if not group.class_ids or not subject:
                what = "какого класса" if not group.class_ids else "какого предмета"
                self.package.reject_row(
                    "classes", group.row, group.row.text("title"), f"Не понять, {what} эта учебная группа",
                    "Назовите класс и предмет в названии группы или внесите классы (classType = homeroom) и их "
                    "учеников.",
                )  # fmt: skip
                del self.groups[group.id]
                continue
            group.subject_id = self.out.subject(subject)
            home = classes.get((group.year, group.class_ids[0]))
            if len(group.class_ids) > 1 or (home is not None and not _is_whole(group, home, taught)):
                group.subgroup_id = self.out.own(group.id)
            self._add_group(group, known=home is not None)

    def _classes_of(self, group: Group, classes: dict[tuple[str, str], Group]) -> tuple[str, ...]:
        """Give the classes of a group: the one its title names, and those that its pupils are in."""
        printed = _labels_in(f"{group.row.text('title')} {group.row.text('classCode')}")
        known = [label for label in printed if (group.year, label.class_id) in classes]
        named = {label.class_id for label in known or printed}
        seen: set[str] = set()
        doubtful: list[set[str]] = []
        for stay in group.pupils:
            at_once = {
                home.class_ids[0]
                for home, its in self.homes[stay.user]
                if home.year == group.year and its.overlaps(stay)
            }
            if len(at_once) == 1:
                seen |= at_once
            elif at_once:
                doubtful.append(at_once)
        for several in doubtful:
            if not several & seen:
                seen |= several
        if len(named) == 1 and not known and not seen:
            (label,) = {label.class_id: label for label in printed}.values()
            self.out.class_group(label, group.year)
            return (label.class_id,)
        if not seen:
            return tuple(sorted(named, key=_by_grade)) if known else ()
        main = named if len(named) == 1 and known else set()
        return tuple(dict.fromkeys([*main, *sorted(seen, key=_by_grade)]))

    def _subject_name(self, group: Group) -> str:
        """Give the subject: of the group, else of its course, else the title without the class."""
        title, listed = self._courses.get(group.row.text("courseSourcedId"), ("", []))
        own = group.row.listed("subjects")
        if len(own) == 1:
            return own[0]
        if len(listed) == 1:
            return listed[0]
        bare = " ".join(word for word in _words(group.row.text("title")) if not _labels_in(word))
        return labels.clean(title) or bare

    def _add_group(self, group: Group, *, known: bool) -> None:
        begins = self._year_begins(group.year)
        if group.subgroup_id:
            self.out.add(
                "subgroups", subgroup_id=group.subgroup_id, name=labels.clean(group.row.text("title")) or group.id,
                subject_id=group.subject_id,
            )  # fmt: skip
            for class_id in group.class_ids:
                self.out.add("subgroup_classes", subgroup_id=group.subgroup_id, class_id=class_id)
            for stay in group.pupils:
                self.out.add(
                    "subgroup_members", pupil_id=self.pupil(stay.user), subgroup_id=group.subgroup_id,
                    starts_on=stay.first or begins, ends_on=stay.last,
                )  # fmt: skip
        elif not known:
            # Without a list of the class its teaching groups show who is in it.
            for stay in group.pupils:
                self.homes[stay.user].append((group, Stay(stay.user, None, None)))
        for stay in group.teachers:
            for class_id in group.class_ids:
                self.out.add(
                    "teaching_assignments", teacher_id=self._teacher(stay.user), class_id=class_id,
                    subject_id=group.subject_id, subgroup_id=group.subgroup_id, starts_on=stay.first or begins,
                    ends_on=stay.last, academic_year=group.year,
                )  # fmt: skip

    def add_pupils(self) -> None:
        """Add everybody who was spoken of as a pupil, with his classes; called when all has been read."""
        for user, homes in self.homes.items():
            last, first, middle = self._names.get(user, ("", None, None))
            own, placeholder, folded = self.out.own(user), self.pupil(user), _folded(last, first, middle)
            if last:
                self.out.add("pupils", pupil_id=placeholder, last_name=last, first_name=first, middle_name=middle)
            places = dict.fromkeys((group.class_ids[0], group.year) for group, _stay in homes)
            for class_id, year in places or {("", ""): None}:
                self.out.reading.people.append(Person("pupil", placeholder, folded, class_id, year, own))
            for group, stay in homes:
                self.out.add(
                    "enrollments", pupil_id=placeholder, class_id=group.class_ids[0],
                    starts_on=stay.first or self._year_begins(group.year), ends_on=stay.last,
                    evidence="roster" if group.is_class else "inferred", academic_year=group.year,
                )  # fmt: skip

    def _add_class_teachers(self) -> None:
        for group in self.groups.values():
            if group.is_class:
                for stay in group.teachers:
                    self.out.add(
                        "class_teachers", class_id=group.class_ids[0], teacher_id=self._teacher(stay.user),
                        starts_on=stay.first or self._year_begins(group.year), ends_on=stay.last,
                        academic_year=group.year,
                    )  # fmt: skip


# Small things


def _folded(last: str, first: str | None, middle: str | None) -> str:
    return labels.person_name(" ".join(filter(None, (last, first, middle))))


def _label(row: Row) -> ClassLabel:
    """Give the label of a class: by its title, the grade from `grades` where the title has none."""
    label = labels.class_label(row.text("title"))
    grades = [int(grade) for grade in row.listed("grades") if grade.isascii() and grade.isdigit()]
    if label.grade is None and label.class_id and len(grades) == 1 and 1 <= grades[0] <= 12:
        return ClassLabel(label.class_id, grades[0], "")
    return label


def _words(text: str) -> list[str]:
    return [word for word in labels.clean(text.translate(_APART)).split() if word]


_APART = str.maketrans(dict.fromkeys(",;:/()[]|", " "))
_LONGEST_LETTER = 2


def _labels_in(text: str) -> list[ClassLabel]:
    """Find classes named in a title: «7Б Алгебра», «Алгебра, 7-Б»; a bare number is none."""
    found = [labels.class_label(word) for word in _words(text)]
    return [
        label
        for label in found
        if label.grade is not None and label.letter.isalpha() and len(label.letter) <= _LONGEST_LETTER
    ]


def _by_grade(class_id: str) -> tuple[int, str]:
    return labels.class_label(class_id).grade or 0, class_id


def _is_whole(group: Group, home: Group, taught: set[str]) -> bool:
    """Say whether a group holds everybody who is in the class now and in any group at all; who left does not count."""
    ends = [stay.last for stay in home.pupils if stay.last is not None]
    newest = max(ends, default=None)
    everybody = all(stay.last is not None for stay in home.pupils)
    present = {stay.user for stay in home.pupils if stay.last is None or (everybody and stay.last == newest)}
    return present & taught <= {stay.user for stay in group.pupils}


def _wall_time(text: str) -> datetime | None:
    """Read the moment that our own export tells: wall time of the school, without an offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is None else None
