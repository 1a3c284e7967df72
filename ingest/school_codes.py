"""A school's own codes: what it adds to the shipped code maps, or says otherwise.

In `codes.csv` of its home, and in the profiles that it wrote for its own reports:

    system,export_kind,scope,raw_code,canonical,source
    sgo,studenttotal,attendance,ДО,remote,учительская: дистанционное обучение
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl

from ingest import code_map
from ingest.code_map import COLUMNS, MEANINGS, SCHOOL, Row
from ingest.delimited import read_delimited
from ingest.readers.labels import clean
from ingest.readers.profiled import shipped
from ingest.reading import UnreadableExportError
from warehouse.settings import SettingsError

FILE = "codes.csv"


def use(place: Path | None) -> None:
    """Let this process see the additions of a home folder (or of a `codes.csv`); None: only what is shipped.

    Raises SettingsError where the file is broken, so that nothing is read with half a map. A missing file adds
    nothing. Worker processes call it once, when they start.
    """
    code_map.put(_of_school(place))


def load(place: Path | None = None) -> pl.DataFrame:
    """Give all code maps as one frame of text: system, export_kind, scope, raw_code, canonical, confidence, source.

    place: home folder or `codes.csv` whose rows add to and replace shipped ones. Raises SettingsError.
    """
    rows = code_map.merged(_of_school(place))
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def digest(place: Path | None = None) -> str:
    """Name the state of all maps: another digest means that what waits or was rejected is worth another reading."""
    return hashlib.sha256(repr(code_map.merged(_of_school(place))).encode()).hexdigest()[:16]


def _of_school(place: Path | None) -> list[Row]:
    """Read what the school's profiles and its file say, the file last."""
    if place is None:
        return []
    path = place if place.suffix == ".csv" else place / FILE
    return _of_profiles(path.parent) + (_of_file(path) if path.exists() else [])


def _of_profiles(home: Path) -> list[Row]:
    """Read the codes that the school's own profiles explain; `codes.csv` may say otherwise. Raises SettingsError."""
    return [
        (profile.system, profile.export_kind, scope, clean(raw), meaning, SCHOOL, f"профиль {profile.name}")
        for profile in (reader.profile for reader in shipped.own(home / shipped.OWN_FOLDER))
        for scope, meanings in profile.codes.items()
        for raw, meaning in meanings.items()
    ]


def _of_file(path: Path) -> list[Row]:
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
        earlier = rows.get(code_map.key(row))
        if not fault and earlier and earlier[1][4] != row[4]:
            fault = f"код «{row[3]}» уже внесён в строке {earlier[0]} с другим значением"
        if fault:
            faults.append((table.line(number), fault))
        else:
            rows.setdefault(code_map.key(row), (table.line(number), row))
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
