"""What the codes of each source mean: `ingest/codes/<system>__<export_kind>.csv` and the school's own `codes.csv`.

A code belongs to (system, export kind): «Н» is unexcused in one report and of unknown reason in another.
A source without a file of its own uses the journal CSV's.

A school adds to the shipped maps, or says otherwise, in `codes.csv` of its home:

    system,export_kind,scope,raw_code,canonical,source
    sgo,studenttotal,attendance,ДО,remote,учительская: дистанционное обучение

Readers ask `codes` and `canonical`; which school's file they see is told once a process by `use`.
"""

from __future__ import annotations

import csv
import hashlib
from functools import lru_cache
from pathlib import Path

import polars as pl

from ingest.delimited import read_delimited
from ingest.readers.labels import clean, fold
from ingest.reading import UnreadableExportError
from warehouse.settings import SettingsError

FOLDER = Path(__file__).parent / "codes"
FILE = "codes.csv"
DEFAULT = ("journal_csv", "journal_csv")
COLUMNS = ("system", "export_kind", "scope", "raw_code", "canonical", "confidence", "source")
SCHOOL = "school"
"""Confidence of a row that the school itself wrote."""
CONFIDENCES = ("file", "code", "doc", "inferred", "contract", SCHOOL)
MEANINGS: dict[str, tuple[str, ...]] = {
    "attendance": (
        "present", "late", "left_early", "ill", "excused", "unexcused", "unknown_reason", "released", "remote",
        "not_recorded",
    ),
    "mark": ("0", "1", "2", "3", "4", "5", "debt", "credit", "no_credit", "not_assessed", "released"),
    "period_mark": ("1", "2", "3", "4", "5", "credit", "no_credit", "not_assessed", "released"),
    "work_type": ("control", "written", "oral", "classwork", "homework", "practical", "project", "other"),
}  # fmt: skip
"""Scope → what a code of it can mean. A `control` work is written too; `classwork` is ordinary work at the lesson."""

WORK_NATURES: dict[str, dict[str, bool]] = {
    "control": {"is_control": True, "is_written": True, "is_oral": False},
    "written": {"is_control": False, "is_written": True, "is_oral": False},
    "oral": {"is_control": False, "is_written": False, "is_oral": True},
    "classwork": {"is_control": False, "is_written": False, "is_oral": False},
}
"""Meaning of a work type → what is known of it. Of the other meanings it is not: a project may be on paper."""

Row = tuple[str, ...]

_extra: Path | None = None


def use(place: Path | None) -> None:
    """Let this process see the additions of a home folder (or of a `codes.csv`); None: only what is shipped.

    Raises SettingsError where the file is broken, so that nothing is read with half a map. A missing file adds
    nothing. Worker processes call it once, when they start.
    """
    global _extra
    _extra = file_of(place)
    for cached in (_rows, codes, _folded, _sources):
        cached.cache_clear()
    _rows()


def file_of(place: Path | None) -> Path | None:
    """Give the `codes.csv` of a home folder; a file stays itself."""
    return place / FILE if place is not None and place.suffix != ".csv" else place


def load(extra: Path | None = None) -> pl.DataFrame:
    """Give all code maps as one frame of text: system, export_kind, scope, raw_code, canonical, confidence, source.

    extra: home folder or `codes.csv` whose rows add to and replace shipped ones. Raises SettingsError.
    """
    return pl.DataFrame(_merged(file_of(extra)), schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def digest(extra: Path | None = None) -> str:
    """Name the state of all maps: another digest means that what waits or was rejected is worth another reading."""
    return hashlib.sha256(repr(_merged(file_of(extra))).encode()).hexdigest()[:16]


@lru_cache(maxsize=64)
def codes(system: str, export_kind: str, scope: str = "attendance") -> dict[str, str]:
    """Give the codes of a source and scope: code as the source spells it → canonical meaning."""
    source = (system, export_kind) if (system, export_kind) in _sources() else DEFAULT
    return {row[3]: row[4] for row in _rows() if (row[0], row[1]) == source and row[2] == scope}


@lru_cache(maxsize=64)
def _folded(system: str, export_kind: str, scope: str) -> dict[str, str]:
    return {fold(raw): meaning for raw, meaning in codes(system, export_kind, scope).items()}


def canonical(system: str, export_kind: str, scope: str, raw_code: str) -> str | None:
    """Give the meaning of a printed code, whatever its case and alphabet; None when the source does not know it."""
    return _folded(system, export_kind, scope).get(fold(raw_code))


# Rows


@lru_cache(maxsize=1)
def _rows() -> list[Row]:
    return _merged(_extra)


@lru_cache(maxsize=1)
def _sources() -> frozenset[tuple[str, str]]:
    return frozenset((row[0], row[1]) for row in _rows())


@lru_cache(maxsize=1)
def _shipped() -> tuple[Row, ...]:
    rows: list[Row] = []
    for path in sorted(FOLDER.glob("*.csv")):
        system, export_kind = path.stem.split("__", 1)
        with path.open(encoding="utf-8", newline="") as file:
            rows += [(system, export_kind, *(row[name] for name in COLUMNS[2:])) for row in csv.DictReader(file)]
    return tuple(rows)


def _key(row: Row) -> tuple[str, str, str, str]:
    return row[0], row[1], row[2], fold(row[3])


def _merged(extra: Path | None) -> list[Row]:
    """Put the school's rows over the shipped ones; a source known to the school alone begins as the journal CSV."""
    merged = {_key(row): row for row in _shipped()}
    added = _of_profiles(extra.parent) if extra is not None else []
    added += _added(extra) if extra is not None and extra.exists() else []
    known = {(row[0], row[1]) for row in _shipped()}
    for source in sorted({(row[0], row[1]) for row in added} - known):
        merged |= {
            (*source, *key[2:]): (*source, *row[2:]) for key, row in list(merged.items()) if (key[0], key[1]) == DEFAULT
        }
    merged |= {_key(row): row for row in added}
    return list(merged.values())


def _of_profiles(home: Path) -> list[Row]:
    """Read the codes that the school's own profiles explain; `codes.csv` may say otherwise. Raises SettingsError."""
    from ingest.readers.profiled import shipped

    return [
        (profile.system, profile.export_kind, scope, clean(raw), meaning, SCHOOL, f"профиль {profile.name}")
        for profile in (reader.profile for reader in shipped.own(home / shipped.OWN_FOLDER))
        for scope, meanings in profile.codes.items()
        for raw, meaning in meanings.items()
    ]


def _added(path: Path) -> list[Row]:
    """Read the school's rows; raises SettingsError that names every line that cannot stand."""
    try:
        table = read_delimited(path.read_bytes())
    except UnreadableExportError as error:
        raise SettingsError(f"{path}: {error.reason} {error.advice}") from error
    header = [name.strip().lower() for name in table.header]
    missing = [name for name in COLUMNS if name not in (*header, "confidence")]
    if missing:
        raise SettingsError(
            f"{path}: нет столбца {', '.join(missing)}. Первая строка файла: "
            "system,export_kind,scope,raw_code,canonical,source."
        )
    places = {name: header.index(name) for name in COLUMNS if name in header}
    faults = [(misfit.line, misfit.reason) for misfit in table.misfits]
    rows: dict[tuple[str, str, str, str], tuple[int, Row]] = {}
    for number, cells in enumerate(table.frame.iter_rows()):
        values = {name: clean(cells[place] or "") for name, place in places.items()} | {"confidence": SCHOOL}
        if not any(value for name, value in values.items() if name != "confidence"):
            continue
        row = tuple(values[name] for name in COLUMNS)
        fault = _fault(values)
        earlier = rows.get(_key(row))
        if not fault and earlier and earlier[1][4] != row[4]:
            fault = f"код «{row[3]}» уже внесён в строке {earlier[0]} с другим значением"
        if fault:
            faults.append((table.line(number), fault))
        else:
            rows.setdefault(_key(row), (table.line(number), row))
    if faults:
        told = "\n".join(f"  строка {line}: {reason.rstrip('.')}." for line, reason in sorted(faults))
        raise SettingsError(f"{path}: таблица кодов школы не принята.\n{told}\nИсправьте эти строки и повторите.")
    return [row for _line, row in rows.values()]


def _fault(values: dict[str, str]) -> str:
    """Say what is wrong with a row of the school, '' where nothing is."""
    blank = [name for name in ("system", "export_kind", "scope", "raw_code", "canonical") if not values[name]]
    if blank:
        return f"не заполнен столбец {', '.join(blank)}"
    if values["scope"] not in MEANINGS:
        return f"область «{values['scope']}» неизвестна; есть: {', '.join(MEANINGS)}"
    if values["canonical"] not in MEANINGS[values["scope"]]:
        return f"значение «{values['canonical']}» неизвестно; есть: {', '.join(MEANINGS[values['scope']])}"
    if values["scope"] in ("mark", "period_mark") and _is_figure(values["raw_code"]) != _is_figure(values["canonical"]):
        return f"код «{values['raw_code']}» не может значить «{values['canonical']}»: цифра остаётся собой, код – кодом"
    return ""


def _is_figure(text: str) -> str:
    """Give the figure of a mark, '' for a mark in words: no letter or point ever becomes a 2."""
    return text if text.isdigit() else ""
