"""The one gate to the published data: who may read what, and why.

Deny is the default. A filtered view is no wall (a query can name the table behind it), so roles of the whole
school read the published file itself, attached read-only, and a class teacher reads an in-memory copy that holds
only the rows of the own classes; the file is then detached and the connection cannot reach any other.
Reasons of absence are health data: an object of their own that is granted apart.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Protocol

import duckdb
import polars as pl

from warehouse.accounts import WHOLE_SCHOOL, Account, ClassRef, Role
from warehouse.language import gettext as _

Value = str | int | float | bool | date | datetime | None
Where = Mapping[str, Value | Sequence[Value]]
Conditions = dict[str, Value | tuple[Value, ...]]

KEPT_CONNECTIONS = 32
KEPT_FRAMES = 128


class Published(Protocol):
    """What `warehouse.publish.current` tells of the version in service."""

    @property
    def version(self) -> str:
        """Name of the version."""

    @property
    def files(self) -> Mapping[str, Path]:
        """School id → its read-only DuckDB file."""

    @property
    def as_of(self) -> Mapping[str, datetime]:
        """School id → moment of its newest data, naive wall time."""

    @property
    def failed(self) -> str:
        """Message of a later build that failed; '' if none did."""


class AccessDeniedError(PermissionError):
    """The viewer may not read the object; the text says why."""


class NotPublishedError(LookupError):
    """The school or the table is not in the version in service."""


@dataclass(frozen=True)
class Object:
    """Something that can be read: a table of the published file and who may read it.

    forecast: it tells a forecast of marks, so its files say what a forecast is not.
    """

    schema: str
    name: str
    title: str
    roles: frozenset[Role]
    class_bound: bool = False
    health: bool = False
    forecast: bool = False


def marked(text: str) -> str:
    """Mark a text for the catalogue where it is declared; it is translated where it is shown."""
    return text


EVERYBODY: frozenset[Role] = frozenset({"deputy", "administration", "class_teacher"})
DEPUTY: frozenset[Role] = frozenset({"deputy"})
TEACHERS: frozenset[Role] = frozenset({"deputy", "class_teacher"})

OBJECTS: dict[str, Object] = {
    each.name: each
    for each in (
        Object("reports", "rpt_school__status", marked("Сводка по школе"), EVERYBODY),
        Object("reports", "rpt_deputy__fill_grid", marked("Заполнение журналов"), WHOLE_SCHOOL),
        Object("reports", "rpt_deputy__timeliness", marked("Своевременность по учителям"), WHOLE_SCHOOL),
        Object("reports", "rpt_deputy__findings", marked("Замечания поурочно"), WHOLE_SCHOOL),
        Object("reports", "rpt_deputy__coverage", marked("Что проверяется этой выгрузкой"), WHOLE_SCHOOL),
        Object("reports", "rpt_deputy__objections", marked("Возражения учителей"), WHOLE_SCHOOL),
        Object("reports", "rpt_deputy__exports_grid", marked("Кто ещё не выгрузил"), WHOLE_SCHOOL),
        Object("reports", "rpt_deputy__drift", marked("Что изменилось в выгрузках"), WHOLE_SCHOOL),
        Object(
            "reports", "rpt_deputy__regulation_preview", marked("Другое положение: сколько не в срок"), WHOLE_SCHOOL
        ),
        Object("reports", "rpt_deputy__regulation_flips", marked("Другое положение: записи"), WHOLE_SCHOOL),
        Object("reports", "rpt_deputy__control_numbers", marked("Контрольные числа по классам"), WHOLE_SCHOOL),
        Object("reports", "rpt_deputy__source_differences", marked("Расхождения источников"), DEPUTY, health=True),
        Object("reports", "rpt_class_teacher__attendance_map", marked("Карта посещаемости"), EVERYBODY, True),
        Object(
            "reports", "rpt_class_teacher__absence_reasons", marked("Причины пропусков"), EVERYBODY, True, health=True
        ),
        Object("reports", "rpt_class_teacher__contradictions", marked("Противоречия дня"), EVERYBODY, True),
        Object("reports", "rpt_class_teacher__progress", marked("Успеваемость класса"), EVERYBODY, True, forecast=True),
        Object(
            "reports", "rpt_class_teacher__forecast", marked("Прогноз отметок класса"), TEACHERS, True, forecast=True
        ),
        Object("reports", "rpt_class_teacher__reserve", marked("Резерв: кому что поправить"), TEACHERS, True),
        Object("reports", "rpt_class_teacher__reasons_waiting", marked("Причины не выяснены"), EVERYBODY, True),
        Object(
            "reports", "rpt_class_teacher__documents_to_apply", marked("Внести в журнал"), EVERYBODY, True, health=True
        ),
        Object("reports", "rpt_class_teacher__systematic_absence", marked("Систематические пропуски"), EVERYBODY, True),
        Object("reports", "rpt_administration__attendance_heatmap", marked("Посещаемость по дням"), WHOLE_SCHOOL),
        Object("reports", "rpt_administration__class_table", marked("Сводный отчёт об успеваемости"), WHOLE_SCHOOL),
        Object("reports", "rpt_administration__reserve", marked("Резерв отличников и хорошистов"), WHOLE_SCHOOL),
        Object(
            "reports", "rpt_administration__forecast_class", marked("Прогноз по классам"), WHOLE_SCHOOL, forecast=True
        ),
        Object(
            "reports",
            "rpt_administration__forecast_school",
            marked("Прогноз по школе, уровням и параллелям"),
            WHOLE_SCHOOL,
            forecast=True,
        ),
        Object("reports", "rpt_administration__edge", marked("Пограничные отметки"), WHOLE_SCHOOL, forecast=True),
        Object(
            "reports", "rpt_administration__forecast_quality", marked("Точность прогноза"), WHOLE_SCHOOL, forecast=True
        ),
        Object(
            "reports",
            "rpt_administration__forecast_calibration",
            marked("Вероятности прогноза и что вышло"),
            WHOLE_SCHOOL,
            forecast=True,
        ),
        Object("reports", "rpt_document__remarks", marked("Замечания по ведению журнала"), DEPUTY),
        Object("reports", "rpt_document__school_details", marked("Реквизиты школы"), DEPUTY),
        Object("quality", "expectation_results", marked("Проверка данных"), WHOLE_SCHOOL),
        Object("quality", "expectation_failures", marked("Строки, не прошедшие проверку"), DEPUTY),
    )
}


@dataclass(frozen=True)
class Decision:
    """Allowed or not, and the reason in words for the person."""

    allowed: bool
    reason: str


@dataclass(frozen=True)
class Scope:
    """The rows a viewer may reach: a school, and its classes unless the whole school."""

    school_id: str
    classes: frozenset[ClassRef] | None
    reasons: bool

    def __str__(self) -> str:
        """The scope for the access log."""
        if self.classes is None:
            return self.school_id
        return f"{self.school_id}: {', '.join(each.class_id for each in sorted(self.classes))}"


@dataclass(frozen=True)
class Viewer:
    """A signed-in person as the gate sees them."""

    account: Account

    @property
    def whole_school(self) -> bool:
        """Whether the role looks at the whole school."""
        return self.account.role in WHOLE_SCHOOL

    @property
    def scope(self) -> Scope:
        """The rows this viewer may reach; equal scopes share one copy."""
        classes = None if self.whole_school else frozenset(self.account.classes)
        return Scope(self.account.school_id, classes, self.account.may_see_reasons)


def role_title(role: Role) -> str:
    """The role as people call it."""
    titles: dict[Role, str] = {
        "deputy": _("заместитель директора"),
        "administration": _("администрация"),
        "class_teacher": _("классный руководитель"),
    }
    return titles[role]


def refusal(viewer: Viewer, name: str, class_ref: ClassRef | None = None) -> str:
    """Why the viewer may not read the object; '' when nothing forbids it."""
    account, wanted = viewer.account, OBJECTS.get(name)
    reason = ""
    if account.disabled:
        reason = _("Учётная запись закрыта.")
    elif wanted is None:
        reason = _("Такого отчёта нет.")
    elif account.role not in wanted.roles:
        reason = _("«{title}» не открыто для роли «{role}».").format(
            title=_(wanted.title), role=role_title(account.role)
        )
    elif wanted.health and not account.may_see_reasons:
        reason = _("«{title}» – сведения о здоровье: доступ к ним выдаётся отдельно.").format(title=_(wanted.title))
    elif wanted.class_bound and not viewer.whole_school:
        if not account.classes:
            reason = _("Вам не поручен ни один класс.")
        elif class_ref is not None and class_ref not in account.classes:
            reason = _("Этот класс вам не поручен.")
    return reason


def allow(viewer: Viewer, name: str, class_ref: ClassRef | None = None) -> Decision:
    """Whether the viewer may read the object (and, where given, this class of it), with the reason in words."""
    denied = refusal(viewer, name, class_ref)
    if denied:
        return Decision(False, denied)
    account, title = viewer.account, _(OBJECTS[name].title)
    if viewer.whole_school:
        return Decision(
            True,
            _("роль «{role}» видит «{title}» по всей школе.").format(title=title, role=role_title(account.role)),
        )
    if not OBJECTS[name].class_bound:
        return Decision(True, _("«{title}» открыто всем сотрудникам школы.").format(title=title))
    classes = ", ".join(each.class_id for each in account.classes)
    return Decision(
        True,
        _("роль «{role}» видит «{title}» только по своим классам: {classes}.").format(
            title=title, role=role_title(account.role), classes=classes
        ),
    )


def why_visible(viewer: Viewer, name: str, class_ref: ClassRef | None = None) -> str:
    """One sentence for the screen: why this row is (or is not) before this person's eyes."""
    decision = allow(viewer, name, class_ref)
    if not decision.allowed:
        return _("Не показано. {reason}").format(reason=decision.reason)
    granted = ""
    if OBJECTS[name].health:
        granted = " " + _("Доступ к причинам пропусков выдан вам отдельно.")
    return _("Ряд виден, потому что {reason}").format(reason=decision.reason) + granted


class Data:
    """What one scope may read of one version. Gives frames, never a connection."""

    def __init__(self, viewer: Viewer, version: str, connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
        self.viewer = viewer
        self.version = version
        self._connection = connection
        self._catalog = catalog
        self._lock = Lock()
        self._frames: OrderedDict[tuple[object, ...], pl.DataFrame] = OrderedDict()
        self._columns: dict[str, tuple[str, ...]] = {}
        for schema, table, column in (
            connection.cursor()
            .execute(
                "select schema_name, table_name, column_name from duckdb_columns()"
                " where database_name = ? order by table_oid, column_index",
                [catalog],
            )
            .fetchall()
        ):
            if table in OBJECTS and OBJECTS[table].schema == schema:
                self._columns[table] = (*self._columns.get(table, ()), column)

    def has(self, name: str) -> bool:
        """Whether the table is published and the viewer may read it."""
        return name in self._columns and allow(self.viewer, name).allowed

    def columns(self, name: str) -> tuple[str, ...]:
        """The columns of the table."""
        return self._columns[name]

    def table(
        self,
        name: str,
        where: Where | None = None,
        *,
        columns: Sequence[str] = (),
        order: Sequence[str] = (),
        limit: int = 0,
    ) -> pl.DataFrame:
        """Rows of a prepared table as a Polars frame.

        where: column → value, or a sequence of values of which one must match; every value is bound.
        order: column names, `-name` for descending. limit: 0 = all rows.
        Raises AccessDeniedError or NotPublishedError. Frames are kept; they cannot be changed in place.
        """
        decision = allow(self.viewer, name)
        if not decision.allowed:
            raise AccessDeniedError(decision.reason)
        if name not in self._columns:
            raise NotPublishedError(name)
        school = self.viewer.account.school_id
        if (where or {}).get("school_id", school) != school:
            raise AccessDeniedError(_("Это другая школа."))
        conditions: Conditions = {"school_id": school}
        conditions.update({column: freeze(value) for column, value in (where or {}).items()})
        key = (name, tuple(sorted(conditions.items(), key=str)), tuple(columns), tuple(order), limit)
        with self._lock:
            if key in self._frames:
                self._frames.move_to_end(key)
                return self._frames[key]
        frame = self._read(name, conditions, columns, order, limit)
        with self._lock:
            self._frames[key] = frame
            while len(self._frames) > KEPT_FRAMES:
                self._frames.popitem(last=False)
        return frame

    def _read(
        self,
        name: str,
        conditions: Conditions,
        columns: Sequence[str],
        order: Sequence[str],
        limit: int,
    ) -> pl.DataFrame:
        seen = self.columns(name)
        asked = [*(columns or seen), *conditions, *(each.removeprefix("-") for each in order)]
        unknown = [column for column in asked if column not in seen]
        if unknown:
            raise NotPublishedError(f"{name}: {', '.join(unknown)}")
        tests: list[str] = []
        values: list[Value] = []
        for column, value in conditions.items():
            if value is None:
                tests.append(f"{quoted(column)} is null")
            elif isinstance(value, tuple):
                tests.append(f"{quoted(column)} in ({', '.join('?' * len(value))})" if value else "false")
                values.extend(value)
            else:
                tests.append(f"{quoted(column)} = ?")
                values.append(value)
        query = (
            f"select {', '.join(map(quoted, columns or seen))}"
            f" from {quoted(self._catalog)}.{quoted(OBJECTS[name].schema)}.{quoted(name)} where {' and '.join(tests)}"
        )
        if order:
            terms = [
                f"{quoted(each.removeprefix('-'))}{' desc' if each[0] == '-' else ''} nulls last" for each in order
            ]
            query += f" order by {', '.join(terms)}"
        if limit:
            query += f" limit {int(limit)}"
        frame: pl.DataFrame = self._connection.cursor().sql(query, params=values).pl()
        return frame


def freeze(value: Value | Sequence[Value]) -> Value | tuple[Value, ...]:
    """A condition's value in a form that can be a key."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return tuple(value)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def connect(file: Path, scope: Scope) -> tuple[duckdb.DuckDBPyConnection, str]:
    """A locked connection that reaches this scope and nothing else; returns it and the catalog to read."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
            "threads": "2",
        },
    )
    path = str(file).replace("'", "''")
    connection.execute(f"attach '{path}' as school (read_only)")
    catalog = "school"
    if scope.classes is not None:
        copy_rows(connection, scope)
        connection.execute("detach school")
        catalog = "memory"
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection, catalog


def copy_rows(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Copy into memory the rows of the scope's classes, of the tables a class teacher may read."""
    present = {
        (schema, table)
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'school'"
        ).fetchall()
    }
    for each in OBJECTS.values():
        if "class_teacher" not in each.roles or (each.health and not scope.reasons):
            continue
        if (each.schema, each.name) not in present:
            continue
        values: list[Value] = [scope.school_id]
        condition = "school_id = ?"
        if each.class_bound:
            own = sorted(scope.classes or ())
            condition += " and (" + (" or ".join(["(academic_year = ? and class_id = ?)"] * len(own)) or "false") + ")"
            for ref in own:
                values += [ref.academic_year, ref.class_id]
        connection.execute(f"create schema if not exists memory.{quoted(each.schema)}")
        table = f"{quoted(each.schema)}.{quoted(each.name)}"
        connection.execute(f"create table memory.{table} as select * from school.{table} where {condition}", values)


_opened: OrderedDict[tuple[Path, Scope], tuple[duckdb.DuckDBPyConnection, str]] = OrderedDict()
_data: OrderedDict[tuple[Path, Account], Data] = OrderedDict()
_opening = Lock()


def open_for(viewer: Viewer, published: Published) -> Data:
    """The viewer's data of the version in service.

    A published file never changes, so connections are kept by file: made once per (file, scope) and shared by
    equal scopes; those of the school's earlier file are let go.
    """
    account = viewer.account
    if account.disabled:
        raise AccessDeniedError(_("Учётная запись закрыта."))
    file = published.files.get(account.school_id)
    if file is None:
        raise NotPublishedError(account.school_id)
    with _opening:
        mine = (file, account)
        if mine not in _data:
            school = account.school_id
            for key in [each for each in _data if each[1].school_id == school and each[0] != file]:
                del _data[key]
            for old in [each for each in _opened if each[1].school_id == school and each[0] != file]:
                del _opened[old]
            shared = (file, viewer.scope)
            if shared not in _opened:
                _opened[shared] = connect(file, viewer.scope)
            _opened.move_to_end(shared)
            _data[mine] = Data(viewer, published.version, *_opened[shared])
        _data.move_to_end(mine)
        while len(_opened) > KEPT_CONNECTIONS:
            _opened.popitem(last=False)
        while len(_data) > KEPT_CONNECTIONS:
            _data.popitem(last=False)
        return _data[mine]


def classes_of(published: Published, school_id: str) -> dict[ClassRef, str]:
    """Every class of a published school and its name, newest year first: for whoever opens accounts.

    An id may be a code of the journal; people know the name.
    """
    file = published.files.get(school_id)
    if file is None:
        raise NotPublishedError(school_id)
    connection, _catalog = connect(file, Scope(school_id, None, reasons=False))
    rows = connection.execute(
        "select distinct academic_year, class_id, class_name from school.reports.rpt_deputy__fill_grid"
        " where school_id = ? order by academic_year desc, class_name, class_id",
        [school_id],
    ).fetchall()
    connection.close()
    return {ClassRef(year, class_id): str(name) for year, class_id, name in rows}
