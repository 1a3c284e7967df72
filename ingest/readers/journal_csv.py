"""Journal CSV, the neutral format: a folder, archive, workbook or single file of canonical tables.

A file (or sheet) is called like its table, its columns like those of the contract, in any case and order.
`manifest` says whose export it is, when it was taken and what it covers; `statements`, where present, says
so table by table.
"""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain

import polars as pl

from ingest.contract import MANIFEST, STATEMENTS, TABLES, Table
from ingest.pieces import conform_pieces
from ingest.reading import Export, ExportKind, Reading, Rejected, Sink, Statement, UnreadableExportError
from ingest.table_files import Part, RawTable, canonical, is_json_manifest, parts_of
from ingest.typing_cells import fixed_zone, zone_known
from ingest.validate import MOST_REJECTED, Conformed, Context, Known, conform

NAME = "journal_csv"
VERSION = 1
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        NAME, NAME, "Журнал CSV", "school",
        {table.name: table.names for table in TABLES.values()},
        dict.fromkeys(("lessons", *(name for name, table in TABLES.items() if "entered_at" in table.names)), "moment"),
        lists_lessons=True, evidence="own", complete=dict.fromkeys(TABLES, "school"),
    ),
)  # fmt: skip

_MANIFEST = Table("manifest", "", (), tuple(dataclasses.replace(column, required=False) for column in MANIFEST))
_STATEMENTS = Table("statements", "", (), STATEMENTS)
_FIRST = ("periods", "pupils", "lessons")  # other tables point into these
_POINTED_INTO = {"pupils": "pupil_id", "lessons": "lesson_id"}
_COMMON = {"school_id", "academic_year", "deleted"}
_ENOUGH_COLUMNS = 2  # known columns that make a file called like a table that table


def recognise(export: Export) -> bool:
    """Say whether there is a manifest, or a file that is called like a table and has its columns."""
    try:
        parts, others = parts_of(export)
        if any(is_json_manifest(file) and _is_manifest(_manifest_names(export.files[file])) for file in others):
            return True
        return any(_looks_known(part) for part in parts)
    except (UnreadableExportError, ValueError):
        return False


def _looks_known(part: Part) -> bool:
    if part.name == "manifest":
        return _is_manifest(part.header())
    table = TABLES.get(part.name)
    if table is None:
        return False
    known = set(table.names) & set(part.header())
    return known >= set(table.required) - {"academic_year"} or len(known) >= _ENOUGH_COLUMNS


def _is_manifest(names: Iterable[str]) -> bool:
    return not {column.name for column in MANIFEST}.isdisjoint(names)


def read(export: Export, sink: Sink | None = None) -> Reading:
    """Read every table of the export; raises `UnreadableExportError` where it cannot be taken as a whole.

    sink: takes the rows of tables that are too large to hold; the reading then holds the others.
    """
    return _Reading(export, sink).read()


@dataclass(frozen=True)
class _Manifest:
    """The row of the manifest; everything may be absent."""

    school_id: str = ""
    school_name: str = ""
    system: str = ""
    export_kind: str = ""
    format_version: str = ""
    taken_at: datetime | None = None
    taken_at_is_day: bool = False
    timezone: str = ""
    scope_from: date | None = None
    scope_to: date | None = None
    complete: bool | None = None
    attendance_mode: str = ""

    @property
    def reference(self) -> date | None:
        """The day that the contents belong to."""
        days = [day for day in (self.scope_to, self.taken_at and self.taken_at.date()) if day]
        return min(days) if days else None


@dataclass
class _Reading:
    """The way through one export."""

    export: Export
    sink: Sink | None = None
    out: Reading = field(default_factory=lambda: Reading(NAME, NAME, NAME))
    done: dict[str, Conformed] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)

    def read(self) -> Reading:
        parts, others = parts_of(self.export)
        named = self._by_name(parts)
        manifest = self._manifest(named.pop("manifest", None), others)
        statements = self._statements(named.pop("statements", None))
        if not named:
            raise UnreadableExportError(
                "В выгрузке нет ни одной таблицы журнала.",
                "Проверьте имена файлов: они должны называться как таблицы (marks.csv, lessons.csv, …).",
            )
        raw = {name: self._load(named[name]) for name in sorted(named, key=lambda name: (name not in _FIRST, name))}
        school_id = manifest.school_id or self._school_of(first for first, _ in raw.values())
        context = Context(manifest.taken_at, manifest.reference, manifest.timezone, school_id)
        partial = _partial(manifest, statements, [first for first, _ in raw.values()])
        for name in list(raw):
            self._conform(TABLES[name], *raw.pop(name), context, partial)
        self._mention_extra()
        out = self.out
        out.statements = self._stated(manifest, statements)
        out.system = manifest.system or NAME
        out.export_kind = manifest.export_kind or NAME
        out.system_version = manifest.format_version
        out.school_id, out.school_name = school_id, manifest.school_name
        out.taken_at = manifest.taken_at
        out.attendance_mode = manifest.attendance_mode or out.attendance_mode
        return out

    # Files

    def _by_name(self, parts: list[Part]) -> dict[str, Part]:
        """Sort the files by table; unknown ones are told of, a table in two files is not guessed at."""
        named: dict[str, Part] = {}
        for part in parts:
            if part.name not in TABLES and part.name not in ("manifest", "statements"):
                self._warn(part.file, "Таблицы с таким именем нет в формате «журнал CSV»; файл не прочитан.")
            elif ", лист " in part.file and not part.header():
                self._warn(part.file, "Лист пуст: таблица не учтена.", "Уберите пустой лист или заполните его.")
            elif part.name in named:
                raise UnreadableExportError(
                    f"Таблица {part.name} есть в двух файлах: {named[part.name].file} и {part.file}.",
                    "Оставьте один из них.",
                )
            else:
                named[part.name] = part
        return named

    def _load(self, part: Part) -> tuple[RawTable, Iterator[RawTable] | None]:
        """Read a table, or the first piece of one and the rest; check that it carries what rows cannot do without."""
        rest = part.pieces() if part.pieces and self.sink else None
        raw = part.load() if rest is None else next(rest)
        table = TABLES[part.name]
        identity = table.key if len(table.key) > 1 else table.key + table.alternative_key
        missing = [name for name in table.required if name not in raw.header and name != "academic_year"]
        if missing:
            raise UnreadableExportError(
                f"{raw.file}: нет обязательного столбца {', '.join(missing)}.",
                f"Добавьте столбец и выгрузите заново. Строку таблицы {part.name} определяют: {', '.join(identity)}.",
            )
        unknown = [name for name in raw.header if name and name not in table.names and name not in _COMMON]
        if unknown:
            self.extra.append(f"{part.name}: {', '.join(unknown)}")
        return raw, rest

    def _school_of(self, tables: Iterable[RawTable]) -> str:
        """Give the school that the rows themselves name, where they name one and the same."""
        named = {
            str(school).strip()
            for raw in tables
            if "school_id" in raw.frame.columns
            for school in raw.frame["school_id"].unique()
            if school
        } - {""}
        if len(named) > 1:
            raise UnreadableExportError(
                "В выгрузке строки нескольких школ, а в manifest школа не указана.",
                "Выгрузите каждую школу отдельно.",
            )
        return next(iter(named), "")

    # Manifest and statements

    def _manifest(self, part: Part | None, others: list[str]) -> _Manifest:
        jsons = [file for file in others if is_json_manifest(file)]
        for file in others:
            if file not in jsons:
                self._warn(file, "Это не таблица (CSV, Parquet или XLSX); файл не прочитан.")
        if part is not None and jsons:
            raise UnreadableExportError(
                f"Два описания выгрузки: {part.file} и {jsons[0]}.", "Оставьте один файл manifest."
            )
        if part is None and not jsons:
            return _Manifest()
        raw = part.load() if part is not None else _from_json(jsons[0], self.export.files[jsons[0]])
        zone = self._timezone(raw)
        checked = conform(
            _MANIFEST, raw.frame.with_columns(pl.lit(zone).alias("timezone")), raw.place, Context(timezone=zone)
        )
        for fault in (*raw.misfits, *checked.rejected):
            said = f" («{fault.raw}»)" if fault.raw else ""
            raise UnreadableExportError(f"{fault.address}: {fault.reason.rstrip('.')}{said}.", fault.advice)
        rows = checked.frame.unique(maintain_order=True)
        if rows.height != 1:
            raise UnreadableExportError(
                f"{raw.file}: строк с описанием выгрузки {rows.height}, а нужна одна.", "Исправьте manifest."
            )
        values = {name: value for name, value in rows.row(0, named=True).items() if value is not None}
        manifest = _Manifest(**values)
        self._remark(manifest, raw)
        return manifest

    def _timezone(self, raw: RawTable) -> str:
        if "timezone" not in raw.frame.columns or not raw.frame.height:
            return ""
        zone = fixed_zone(str(raw.frame["timezone"][0] or ""))
        if zone and not zone_known(zone):
            raise UnreadableExportError(
                f"{raw.file}: часовой пояс не опознан («{zone}»): столбец timezone.",
                "Напишите его как Europe/Moscow или UTC+3.",
            )
        return zone

    def _remark(self, manifest: _Manifest, raw: RawTable) -> None:
        """Tell what of the manifest is taken with a reservation."""
        if manifest.taken_at_is_day:
            self._warn(
                raw.place(0),
                "В taken_at только день: считается, что выгрузка снята в начале этого дня.",
                "Укажите и время: без него часть отметок нельзя отнести ко сроку.",
            )
        if manifest.format_version and manifest.format_version.partition(".")[0] != "1":
            self._warn(
                raw.place(0),
                f"Версия формата {manifest.format_version} не известна; таблицы прочитаны как версия 1.",
                "Обновите Zavuch или проверьте format_version.",
            )
        unknown = [name for name in raw.header if name and name not in _MANIFEST.names]
        if unknown:
            self.extra.append(f"manifest: {', '.join(unknown)}")

    def _statements(self, part: Part | None) -> list[Statement] | None:
        """Read the statements table; a statement that is not understood is rejected and states nothing."""
        if part is None:
            return None
        raw = part.load()
        missing = [name for name in _STATEMENTS.required if name not in raw.header]
        if missing:
            raise UnreadableExportError(
                f"{raw.file}: нет обязательного столбца {', '.join(missing)}.", "Добавьте столбец или уберите файл."
            )
        rows = raw.frame.with_row_index("\0row")
        checked = conform(_STATEMENTS, raw.frame, raw.place)
        self.out.rejected += [*raw.misfits, *checked.rejected]
        statements = []
        for row in checked.frame.iter_rows(named=True):
            name = canonical(row["table"])
            columns = tuple(sorted(filter(None, map(canonical, (row.get("columns") or "").split(";")))))
            if name not in TABLES or not set(columns) <= set(TABLES[name].names):
                place = rows.filter(pl.col("table").str.strip_chars() == row["table"])["\0row"]
                wrong = name if name not in TABLES else ";".join(columns)
                reason = "Неизвестная таблица в statements." if name not in TABLES else "Неизвестный столбец в columns."
                self.out.rejected.append(
                    Rejected(
                        "statements", raw.place(int(place[0])), wrong, reason, "Исправьте имя по описанию формата."
                    )
                )
                continue
            scope = Statement(
                name,
                columns,
                class_id=row.get("class_id") or "",
                subject_id=row.get("subject_id") or "",
                pupil_id=row.get("pupil_id") or "",
                date_from=row.get("date_from"),
                date_to=row.get("date_to"),
                complete=bool(row["complete"]),
            )
            statements.append(scope)
        return statements

    def _stated(self, manifest: _Manifest, given: list[Statement] | None) -> list[Statement]:
        """Say what the tables state: what the export says, as far as their rows were taken."""
        out: list[Statement] = []
        spoken = defaultdict(list)
        for statement in given or []:
            spoken[statement.table].append(statement)
        for name, conformed in self.done.items():
            table = TABLES[name]
            columns = tuple(sorted(set(conformed.frame.columns) & set(table.names)))
            dated = bool(table.date_column) or table.by_lesson
            default = Statement(
                name,
                columns,
                date_from=manifest.scope_from if dated else None,
                date_to=manifest.scope_to if dated else None,
                complete=given is None and manifest.complete is True,
            )
            for statement in spoken.pop(name, [default]):
                whole = statement.complete and not conformed.n_rejected
                out.append(dataclasses.replace(statement, columns=statement.columns or columns, complete=whole))
        # What is left speaks of tables that the export does not carry: they are stated to be empty.
        return [*out, *(statement for statements in spoken.values() for statement in statements)]

    # Tables

    def _conform(
        self, table: Table, raw: RawTable, rest: Iterator[RawTable] | None, context: Context, partial: set[str]
    ) -> None:
        known = []
        for name, column in _POINTED_INTO.items():
            pointed = self.done.get(name)
            if pointed is not None and pointed.taken is not None and pointed.listed is not None:
                known.append(Known(name, column, pointed.taken, pointed.listed, name in partial))
        periods = self.done["periods"].frame if "periods" in self.done else None
        if rest is not None and self.sink is not None:
            conformed = conform_pieces(table, chain([raw], rest), context, known, periods, self.sink)
            told = []
        else:
            conformed = conform(table, raw.frame, raw.place, context, known, periods)
            told = raw.misfits[:MOST_REJECTED]
            if len(raw.misfits) > len(told):
                told.append(
                    Rejected(table.name, raw.file, "", f"И ещё строк не по заголовку: {len(raw.misfits) - len(told)}.")
                )
            conformed = dataclasses.replace(conformed, n_rejected=conformed.n_rejected + len(raw.misfits))
        self.out.rejected += [*told, *conformed.rejected]
        self.out.warnings += conformed.warnings
        self.out.tables[table.name] = conformed.frame
        self.done[table.name] = conformed

    def _mention_extra(self) -> None:
        if self.extra:
            self._warn(
                self.export.name,
                f"Столбцы, которых нет в формате, не прочитаны: {'; '.join(self.extra)}.",
                "Если данные нужны, назовите столбцы по описанию формата «журнал CSV».",
            )

    def _warn(self, address: str, reason: str, advice: str = "Проверьте имя файла.") -> None:
        self.out.warnings.append(Rejected("", address, "", reason, advice))


def _partial(manifest: _Manifest, statements: list[Statement] | None, tables: list[RawTable]) -> set[str]:
    """Name the tables that the export says are not whole."""
    if statements is not None:
        return set(TABLES) - {one.table for one in statements if one.complete}
    delta = manifest.complete is None and any("deleted" in one.header for one in tables)
    return set(TABLES) if manifest.complete is False or delta else set()


def _manifest_names(data: bytes) -> list[str]:
    return _from_json("manifest.json", data).header


def _from_json(file: str, data: bytes) -> RawTable:
    """Read a manifest that is one JSON object (or a list of one)."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableExportError(f"{file}: не JSON или записан не до конца.", "Исправьте manifest.") from error
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    if not isinstance(content, dict):
        raise UnreadableExportError(f"{file}: нужен один объект JSON.", "Исправьте manifest.")
    values = {canonical(str(name)): _json_text(value) for name, value in content.items()}
    frame = pl.DataFrame({name: [value] for name, value in values.items()}, schema=dict.fromkeys(values, pl.String))
    return RawTable("manifest", file, list(values), frame, lambda _row: file)


def _json_text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
