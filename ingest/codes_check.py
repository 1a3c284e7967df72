"""Which codes the journals of this home print and nobody explained: `zavuch codes check`.

Three places are asked: the standing rows of history (attendance codes, marks, marks for a period, kinds of work),
and the rejected cells that look like a code. What `codes.csv` of the home explains is not listed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import duckdb

from ingest import code_map, school_codes
from ingest.readers.cells import NOT_UNDERSTOOD, word_mark
from ingest.readers.labels import clean, fold
from warehouse.language import gettext as _
from warehouse.settings import Settings
from warehouse.store import QUIET, history_relation, literal, states

PLACEHOLDER = "ЗНАЧЕНИЕ"
SCOPES = tuple(code_map.MEANINGS)
_NUMBER = re.compile(r"[0-5][+\-−–]?")
_STATE_EXAM = re.compile(r"[0-9]{1,3}")
_CODE = re.compile(r"[^\W\d_]{1,4}(?:[./-][^\W\d_]{0,4})?")
_LONGEST = 12
"""Longer texts are no codes and may hold anything, names too: they are counted, not shown."""
_SCOPE_OF = {"attendance": "attendance", "marks": "mark", "period_marks": "period_mark"}

# Every query gives: school_id, system, export_kind, code, n, observation_id, class, subject, day of the first.
_FIRST = "known_from::varchar || row_key"
_LESSON = ("lesson_class_id", "lesson_subject_id", "lesson_date")
_OWN = ("class_id", "subject_id", "null::date")
_NOWHERE = ("''", "''", "null::date")


@dataclass(frozen=True)
class Unmapped:
    """A code without a meaning. n: rows or cells that hold it; file_name, address: where the first stands."""

    system: str
    export_kind: str
    scope: str
    raw_code: str
    n: int
    file_name: str
    address: str
    rejected: bool = False

    @property
    def shown(self) -> str:
        """The code, or how long a text stands in its place."""
        long = len(self.raw_code) > _LONGEST
        return _("текст в {n} знаков").format(n=len(self.raw_code)) if long else f"«{self.raw_code}»"

    @property
    def line(self) -> str:
        """The line for `codes.csv`, the meaning left to the school; '' where the text is no code."""
        if len(self.raw_code) > _LONGEST:
            return ""
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(
            [self.system, self.export_kind, self.scope, self.raw_code, PLACEHOLDER, ""]
        )
        return text.getvalue()


def check(settings: Settings) -> list[Unmapped]:
    """Find the codes that have no meaning, by system, export kind, scope and code.

    Raises SettingsError where `codes.csv` of the home is broken.
    """
    school_codes.use(settings.home)
    schools = [state.school_id for state in states(settings)]
    if not schools:
        return []
    with duckdb.connect(":memory:", config=QUIET) as con:
        seen = [*_seen_in_history(con, settings, schools), *_seen_in_rejected(con, settings, schools)]
    together: dict[tuple[str, str, str, str], Unmapped] = {}
    for one in seen:
        key = (one.system, one.export_kind, one.scope, fold(one.raw_code))
        first = together.setdefault(key, one)
        if first is not one:
            together[key] = Unmapped(
                first.system, first.export_kind, first.scope, first.raw_code, first.n + one.n, first.file_name,
                first.address, first.rejected and one.rejected,
            )  # fmt: skip
    return sorted(together.values(), key=lambda one: (one.system, one.export_kind, one.scope, -one.n, one.raw_code))


def _mapped(system: str, export_kind: str, scope: str, code: str, *, of_exam: bool = False) -> bool:
    """Say whether a printed value has a meaning; numbers of the scale explain themselves."""
    if scope in ("mark", "period_mark"):
        if _NUMBER.fullmatch(code) or (of_exam and _STATE_EXAM.fullmatch(code)):
            return True
        code = word_mark(code) or code
    return code_map.canonical(system, export_kind, scope, code) is not None


# History


def _seen_in_history(con: duckdb.DuckDBPyConnection, settings: Settings, schools: list[str]) -> Iterator[Unmapped]:
    files = _file_names(con, settings)
    for scope, query in _queries(settings, schools):
        for school, system, kind, code, exam, n, observation, *place in con.execute(query).fetchall():
            if not _mapped(system, kind, scope, code, of_exam=exam):
                yield Unmapped(
                    system, kind, scope, clean(code), n, files.get((school, observation), ""), _address(*place)
                )


def _queries(settings: Settings, schools: list[str]) -> Iterator[tuple[str, str]]:
    def relation(table: str) -> str:
        return history_relation(settings.history, settings.history / "_schema" / f"{table}.parquet", schools)

    yield "attendance", _counted(relation("attendance"), "code", _LESSON)
    yield "mark", _counted(relation("marks"), "value", _LESSON)
    yield "period_mark", _counted(relation("period_marks"), "value", _OWN, exam="kind = 'state_exam'")
    # The journal CSV tells in its own columns whether a work is written; other journals give a name only.
    described = relation("work_types")
    untold = "export_kind <> 'journal_csv' and coalesce(is_written, is_oral, is_control) is null"
    yield "work_type", _counted(described, "name", _NOWHERE, where=untold)
    known = f"(select school_id, work_type from {described} where known_to is null)"
    for table in ("marks", "assignments"):
        unnamed = f"export_kind <> 'journal_csv' and (school_id, work_type) not in {known}"
        yield "work_type", _counted(relation(table), "work_type", _LESSON, where=unnamed)


def _counted(
    relation: str, column: str, place: tuple[str, str, str], *, where: str = "true", exam: str = "false"
) -> str:
    firsts = ", ".join(f"min_by({what}, {_FIRST})" for what in ("observation_id", *place))
    return (
        f"select school_id, system, export_kind, {column}, {exam} as of_exam, count(*), {firsts} from {relation}"
        f" where known_to is null and trim(coalesce({column}, '')) <> '' and {where}"
        f" group by school_id, system, export_kind, {column}, of_exam order by 1, 2, 3, 4, 5"
    )


def _file_names(con: duckdb.DuckDBPyConnection, settings: Settings) -> dict[tuple[str, str], str]:
    path = literal(settings.history / "_meta" / "observations.parquet")
    rows = con.execute(f"select school_id, observation_id, file_name from read_parquet({path})").fetchall()
    return {(school, observation): _container(name) for school, observation, name in rows}


def _container(file_name: str) -> str:
    """The file on disk: entries of an archive are often called after pupils."""
    return file_name.partition(" → ")[0]


def _address(class_id: str | None, subject_id: str | None, day: date | None) -> str:
    return ", ".join(filter(None, (class_id, subject_id, f"{day:%d.%m.%Y}" if day else "")))


# Rejected cells


def _seen_in_rejected(con: duckdb.DuckDBPyConnection, settings: Settings, schools: list[str]) -> Iterator[Unmapped]:
    meta = settings.history / "_meta"
    rows: list[tuple[Any, ...]] = con.execute(
        "select o.system, o.export_kind, r.table_name, r.raw, r.reason, r.file_name, r.address"
        f" from read_parquet({literal(meta / 'rejected.parquet')}) r"
        f" join read_parquet({literal(meta / 'observations.parquet')}) o using (school_id, observation_id)"
        f" where r.kind = 'rejected' and r.table_name in ({', '.join(map(literal, _SCOPE_OF))})"
        f" and r.school_id in ({', '.join(map(literal, schools))})"
        " order by o.taken_at, r.file_name, r.address"
    ).fetchall()
    for system, kind, table, raw, reason, file_name, address in rows:
        code, scope = clean(raw), _SCOPE_OF[table]
        about_codes = reason.startswith(NOT_UNDERSTOOD) or "код" in reason.casefold()
        if about_codes and _CODE.fullmatch(code) and not _mapped(system, kind, scope, code):
            yield Unmapped(system, kind, scope, code, 1, _container(file_name), address, rejected=True)


# Words


def scope_title(scope: str) -> str:
    """What a scope is called on the screen."""
    titles = {
        "attendance": _("код посещаемости"),
        "mark": _("отметка"),
        "period_mark": _("отметка за период"),
        "work_type": _("вид работы"),
    }
    return titles[scope]


def lines(found: Iterable[Unmapped], settings: Settings) -> list[str]:
    """Say in words what was found and which lines to add."""
    result: list[str] = []
    scopes: set[str] = set()
    for source, ones in groupby(found, key=lambda one: (one.system, one.export_kind)):
        result.append(" ".join(source))
        for one in ones:
            place = ", ".join(filter(None, (one.file_name, one.address)))
            told = _("{what} {code}, записей: {n}; впервые: {place}") if place else _("{what} {code}, записей: {n}")
            told = told.format(what=scope_title(one.scope), code=one.shown, n=one.n, place=place)
            result.append(f"    {told}" + (_("; ячейка отклонена") if one.rejected else ""))
            if one.line:
                scopes.add(one.scope)
                result.append(f"        {one.line}")
    if not result:
        return [_("Неизвестных кодов нет.")]
    if scopes:
        path = settings.home / school_codes.FILE
        result.append(_("Внесите строки в {path}, заменив слово {word}:").format(path=path, word=PLACEHOLDER))
        if not path.exists():
            header = ",".join(name for name in code_map.COLUMNS if name != "confidence")
            result.append(_("    первая строка файла: {header}").format(header=header))
        result += [f"    {scope}: {', '.join(code_map.MEANINGS[scope])}" for scope in SCOPES if scope in scopes]
    return result


def listed(settings: Settings, system: str = "", export_kind: str = "") -> list[str]:
    """The maps in use as lines: code → meaning (how it is known: source)."""
    frame = school_codes.load(settings.home).sort("system", "export_kind", maintain_order=True)
    rows = [
        row
        for row in frame.iter_rows(named=True)
        if system in ("", row["system"]) and export_kind in ("", row["export_kind"])
    ]
    result: list[str] = []
    for source, ones in groupby(rows, key=lambda row: (row["system"], row["export_kind"], row["scope"])):
        result.append(f"{source[0]} {source[1]}, {scope_title(source[2])} ({source[2]})")
        for row in ones:
            how = ", ".join(filter(None, (_confidence(row["confidence"]), row["source"])))
            result.append(f"    {row['raw_code']} → {row['canonical']}  ({how})")
    return result


def _confidence(name: str) -> str:
    titles = {
        "file": _("из файла журнала"),
        "code": _("из программ, читающих журнал"),
        "doc": _("из документации"),
        "inferred": _("по обычаю"),
        "contract": _("наш формат"),
        code_map.SCHOOL: _("внесла школа"),
    }
    return titles[name]
