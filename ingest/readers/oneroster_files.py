"""The files of a OneRoster package: what the manifest says, typed rows with their places, ids that hold.

Layout: 1EdTech OneRoster 1.1 and 1.2, CSV binding – a zip or folder of `manifest.csv` (propertyName,value) and one
CSV a table, UTF-8, RFC 4180. A file is `bulk` (everything there is), `delta` (what changed; `status` is then
`active` or `tobedeleted`) or `absent`. Names of files and columns are taken in any letter case, columns in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from ingest.delimited import header_of, read_delimited
from ingest.reading import Export, Rejected, UnreadableExportError
from ingest.typing_cells import dates, moments

MANIFEST = "manifest.csv"
VERSIONS = ("1.1", "1.2")
BULK, DELTA, ABSENT = "bulk", "delta", "absent"
DELETED = "tobedeleted"
AGAIN = "Выгрузите пакет OneRoster из журнала ещё раз целиком."

COLUMNS: dict[str, tuple[str, ...]] = {
    "orgs": ("name", "type"),
    "academicSessions": ("title", "type", "startDate", "endDate"),
    "courses": ("title",),
    "classes": ("title", "classType", "termSourcedIds"),
    "users": ("givenName", "familyName"),
    "roles": ("userSourcedId", "role"),
    "enrollments": ("classSourcedId", "userSourcedId", "role"),
    "categories": ("title",),
    "lineItems": ("title", "assignDate", "classSourcedId"),
    "results": ("lineItemSourcedId", "studentSourcedId", "score"),
    "attendance": ("classSourcedId", "studentSourcedId", "date", "state"),
}
"""Files that are read → columns they cannot do without, beside `sourcedId`. `attendance` is our own extension."""

_DAYS = ("startDate", "endDate", "beginDate", "assignDate", "dueDate", "scoreDate", "date")
_MODIFIED = "dateLastModified"
_GUID = re.compile(r"[A-Za-z0-9._/@:-]{1,255}")
_LARGEST_MANIFEST = 1 << 16
_MOST_BYTES = 400 * 2**20
_STATUSES = {"": False, "active": False, DELETED: True}


@dataclass(frozen=True)
class Row:
    """One record: texts by column (stripped, '' = blank), days by column, and its place in the file."""

    texts: Mapping[str, str]
    days: Mapping[str, date | None]
    modified: datetime | None
    deleted: bool
    address: str

    @property
    def id(self) -> str:
        """The sourcedId."""
        return self.texts["sourcedId"]

    def text(self, column: str) -> str:
        """Give a text, '' where the file has no such column."""
        return self.texts.get(column, "")

    def listed(self, column: str) -> list[str]:
        """Give the items of a list field."""
        return [item for item in map(str.strip, self.text(column).split(",")) if item]


@dataclass
class Package:
    """A OneRoster package as handed in.

    modes: file → bulk, delta or ''. rejected, warnings: rows that cannot stand, by file, and notes.
    """

    version: str
    modes: dict[str, str]
    files: dict[str, tuple[str, bytes]]
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[Rejected] = field(default_factory=list)
    _broken: set[str] = field(default_factory=set)

    def has(self, name: str) -> bool:
        """Say whether the file is in the package."""
        return name in self.files

    def bulk(self, *names: str) -> bool:
        """Say whether the manifest calls all these files whole."""
        return all(self.modes.get(name) == BULK for name in names)

    def whole(self, *names: str) -> bool:
        """Say whether all these files hold everything there is and every row of them could be taken."""
        return self.bulk(*names) and not self._broken & set(names)

    def reject(self, name: str, address: str, raw: str, reason: str, advice: str = AGAIN) -> None:
        """Put a row of a file aside; the file is then not whole."""
        self._broken.add(name)
        self.rejected.append(Rejected(name, address, raw, reason, advice))

    def rows(self, name: str) -> Iterator[Row]:
        """Yield the records of a file; those that cannot stand are rejected. Nothing for an absent file."""
        if name in self.files:
            yield from _Table(self, name, *self.files[name]).rows()

    def reject_row(self, name: str, row: Row, raw: str, reason: str, advice: str = AGAIN) -> None:
        """Put a record aside."""
        self.reject(name, row.address, raw, reason, advice)

    def no_such(self, name: str, row: Row, column: str, where: str) -> None:
        """Put a record aside that points to none."""
        self.reject(
            name, row.address, row.text(column), f"Нет записи, на которую указывает {column}: её нет в {where}.csv",
            f"Добавьте запись в {where}.csv или исправьте {column}.",
        )  # fmt: skip


def is_package(export: Export) -> bool:
    """Say whether the files hold a OneRoster manifest. Never raises."""
    found = _manifest_file(export)
    if found is None or len(found[1]) > _LARGEST_MANIFEST:
        return False
    names = {name.lower() for name in header_of(found[1])}
    return {"propertyname", "value"} <= names and b"oneroster.version" in found[1].lower()


def open_package(export: Export) -> Package:
    """Read the manifest and list the files; raises UnreadableExportError where the package cannot be taken."""
    found = _manifest_file(export)
    if found is None:
        raise UnreadableExportError("В пакете OneRoster нет manifest.csv.", AGAIN)
    properties = _properties(found[1])
    version = properties.get("oneroster.version", "")
    if not version.startswith(VERSIONS):
        raise UnreadableExportError(
            f"Версия OneRoster «{version}» не читается.", "Выгрузите пакет в версии OneRoster CSV 1.1 или 1.2."
        )
    given = {name.rsplit("/", 1)[-1].lower(): (name, data) for name, data in _held(export).items()}
    package = Package(version[:3], {}, {})
    for name in COLUMNS:
        file = given.get(f"{name}.csv".lower())
        mode = properties.get(f"file.{name}".lower(), "").lower()
        if mode in (BULK, DELTA) and file is None:
            raise UnreadableExportError(
                f"Пакет неполный: в manifest.csv указан файл {name}.csv, а его нет.",
                "Архив собран или скопирован не до конца. " + AGAIN,
            )
        if file is None:
            continue
        package.files[name] = file
        package.modes[name] = mode if mode in (BULK, DELTA) else ""
        if not package.modes[name] and not (name == "attendance" and not mode):
            package.warnings.append(
                Rejected(
                    "", MANIFEST, f"file.{name}={mode}",
                    f"В manifest.csv файл {name}.csv не назван полным (bulk) или частичным (delta): он прочитан как"
                    " частичный",
                    "Если в нём всё, что есть, укажите bulk.",
                )
            )  # fmt: skip
    if package.modes.get("attendance") == "":
        package.modes["attendance"] = package.modes.get("results", package.modes.get("enrollments", ""))
    return package


def _held(export: Export) -> dict[str, bytes]:
    """Give the files; those of a folder that stayed on disk are read now, because results point at works and pupils."""
    size = sum(file.size for file in export.large.values())
    if size > _MOST_BYTES:
        raise UnreadableExportError(
            f"Пакет OneRoster слишком велик: {size // 2**20} МБ при пределе {_MOST_BYTES // 2**20} МБ.",
            "Выгрузите учебные годы отдельными пакетами.",
        )
    files = dict(export.files)
    for name, file in export.large.items():
        with file.open() as stream:
            files[name] = stream.read()
    return files


def _manifest_file(export: Export) -> tuple[str, bytes] | None:
    return next(
        ((name, data) for name, data in export.files.items() if name.rsplit("/", 1)[-1].lower() == MANIFEST), None
    )


def _properties(data: bytes) -> dict[str, str]:
    """Give the rows of the manifest: name in small letters → value."""
    table = read_delimited(data)
    header = [name.lower() for name in table.header]
    if not {"propertyname", "value"} <= set(header):
        raise UnreadableExportError("В manifest.csv нет столбцов propertyName и value.", AGAIN)
    names, values = (table.frame.to_series(header.index(name)) for name in ("propertyname", "value"))
    return {(name or "").strip().lower(): (value or "").strip() for name, value in zip(names, values, strict=True)}


class _Table:
    """The rows of one file on their way through the checks."""

    def __init__(self, package: Package, name: str, file: str, data: bytes) -> None:
        self.package = package
        self.name = name
        self.file = file
        try:
            self.source = read_delimited(data)
        except UnreadableExportError as error:
            raise UnreadableExportError(f"{file}: {error.reason}", error.advice) from error
        self.header = _header(self.source.header, name, file)
        for misfit in self.source.misfits:
            self._reject(misfit.line, "", misfit.reason, "Исправьте строку; если она последняя, файл записан не весь.")

    def rows(self) -> Iterator[Row]:
        texts = self.source.frame.with_columns(pl.all().str.strip_chars().fill_null("")).rename(
            dict(zip(self.source.frame.columns, self.header, strict=True))
        )
        days = {column: dates(_or_null(texts[column])) for column in _DAYS if column in texts.columns}
        modified = moments(_or_null(texts[_MODIFIED]))[0] if _MODIFIED in texts.columns else None
        self._warn_of_moments(texts, modified)
        sound = self._sound(texts, days)
        numbers = sound.arg_true()
        dated = pl.DataFrame(days).filter(sound).rows(named=True) if days else [{}] * len(numbers)
        edited = [None] * len(numbers) if modified is None else modified.filter(sound).to_list()
        for number, values, known, moment in zip(
            numbers, texts.filter(sound).iter_rows(named=True), dated, edited, strict=True
        ):
            deleted = _STATUSES[values.get("status", "").lower()]
            yield Row(values, known, moment, deleted, self._address(self.source.line(number)))

    def _sound(self, texts: pl.DataFrame, days: dict[str, pl.Series]) -> pl.Series:
        """Say which rows can stand and tell of the others, each by its first fault."""
        ids = texts["sourcedId"]
        known = pl.Series(list(_STATUSES))
        given = texts["status"].to_list() if "status" in texts.columns else [""] * texts.height
        status = pl.Series(given, dtype=pl.String).str.to_lowercase()
        repeated = ids.is_duplicated()
        differing = repeated & ~texts.is_duplicated()
        faults: list[tuple[pl.Series, pl.Series, str, str]] = [
            (ids == "", ids, "Не заполнен sourcedId", "Запись без номера нельзя отличить от других."),
            (
                ~status.is_in(known.implode()), status, "Неизвестный status",
                f"Допустимы active и {DELETED}; в полном файле (bulk) столбец пуст.",
            ),
            (differing, ids, "Номер sourcedId повторяется в строках с разным содержанием", "Оставьте одну из строк."),
            *(
                (series.is_null() & (texts[column] != ""), texts[column], f"Дата не понята: столбец {column}",
                 "Напишите дату как 2025-09-01.")
                for column, series in days.items()
            ),
        ]  # fmt: skip
        bad = pl.Series([False] * texts.height, dtype=pl.Boolean)
        for mask, shown, reason, advice in faults:
            for number in (mask & ~bad).arg_true():
                self._reject(self.source.line(number), shown[number], reason, advice)
            bad |= mask
        again = ~texts.select(pl.struct(pl.all()).is_first_distinct()).to_series() & ~bad
        if again.any():
            first = int(again.arg_true()[0])
            self._warn(first, ids[first], f"Одинаковых строк больше одной, лишние не учтены: {again.sum()}")
        odd = ~ids.str.contains(f"^{_GUID.pattern}$") & ~bad
        if odd.any():
            first = int(odd.arg_true()[0])
            self._warn(
                first, ids[first],
                f"Номера sourcedId не по стандарту (латинские буквы, цифры и знаки . - _ / @): строк {odd.sum()}",
            )  # fmt: skip
        return ~(bad | again)

    def _warn_of_moments(self, texts: pl.DataFrame, modified: pl.Series | None) -> None:
        if modified is None:
            return
        unread = modified.is_null() & (texts[_MODIFIED] != "")
        if unread.any():
            first = int(unread.arg_true()[0])
            self._warn(
                first, texts[_MODIFIED][first],
                f"Время правки (dateLastModified) не учтено: оно дано по Гринвичу или не понято; строк {unread.sum()}",
                "Часовой пояс в OneRoster не указывается. Чтобы время учитывалось, журнал должен писать его со "
                "сдвигом, например 2025-09-01T10:00:00+03:00.",
            )  # fmt: skip

    def _address(self, line: int) -> str:
        return f"{self.file}, строка {line}"

    def _reject(self, line: int, raw: str, reason: str, advice: str) -> None:
        self.package.reject(self.name, self._address(line), raw, reason, advice)

    def _warn(self, number: int, raw: str, reason: str, advice: str = "Остальное принято.") -> None:
        self.package.warnings.append(Rejected(self.name, self._address(self.source.line(number)), raw, reason, advice))


def _or_null(column: pl.Series) -> pl.Series:
    return column.replace("", None)


def _header(given: list[str], name: str, file: str) -> list[str]:
    """Give the column names in the spelling of the standard; columns nobody reads keep theirs."""
    read = ("sourcedId", "status", _MODIFIED, *COLUMNS[name], *_DAYS, *OPTIONAL)
    wanted = {column.lower(): column for column in read}
    header = [wanted.get(column.strip().lower(), column.strip()) for column in given]
    missing = [column for column in ("sourcedId", *COLUMNS[name]) if column not in header]
    if missing:
        raise UnreadableExportError(f"{file}: нет столбца {', '.join(missing)}.", AGAIN)
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise UnreadableExportError(f"{file}: столбец назван дважды: {', '.join(twice) or '«»'}.", AGAIN)
    return header


OPTIONAL = (
    "parentSourcedId", "subjects", "courseSourcedId", "classCode", "grades", "schoolSourcedId", "middleName", "weight",
    "categorySourcedId", "gradingPeriodSourcedId", "academicSessionSourcedId", "resultValueMax", "scoreStatus",
    "textScore", "lessonNumber", "printedCode", "reason", "minutesLate", "sequence", "metadata.zavuch.asOf",
    "metadata.zavuch.textScore", "metadata.zavuch.kind", "metadata.zavuch.weight", "metadata.zavuch.countsInMean",
    "metadata.zavuch.lessonNumber",
)  # fmt: skip
"""Columns that are read where they are given."""
