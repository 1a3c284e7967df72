"""The cases that wait for a person's word, kept beside history and told by `zavuch identity`.

    history/_identity/<school>.parquet      what `resolve` left ambiguous when history was last worked out

They name pupils and teachers, as landing does; nothing of them is published.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from ingest.identity.cases import AMBIGUOUS
from ingest.identity.settled import FILE, load_settled
from warehouse.language import gettext as _
from warehouse.settings import Settings


def keep(ambiguous: pl.DataFrame, history: Path, school_id: str) -> None:
    """Keep the open cases of a school under the folder of history."""
    path = _path(history, school_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    ambiguous.write_parquet(part)
    part.replace(path)


def waiting(history: Path, school_id: str) -> pl.DataFrame:
    """Give the open cases of a school; none where its history was not worked out yet."""
    path = _path(history, school_id)
    return pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=AMBIGUOUS)


def open_cases(settings: Settings, school: str | None = None) -> dict[str, pl.DataFrame]:
    """School → its open cases, schools without any left out. Raises SettingsError where `identity.toml` is broken."""
    load_settled(settings.home / FILE, settings.schools)
    found = {one: waiting(settings.history, one) for one in settings.schools if school in (None, one)}
    return {one: cases for one, cases in found.items() if cases.height}


def lines(cases: dict[str, pl.DataFrame], settings: Settings) -> Iterator[str]:
    """Tell the open cases and how to settle each."""
    if not cases:
        yield _("Спорных случаев нет: кто есть кто, понятно по выгрузкам.")
        return
    titles = {
        "pupil": _("Ученики"),
        "teacher": _("Учителя"),
        "subject": _("Предметы"),
        "class": _("Классы"),
        "subgroup": _("Подгруппы"),
    }
    for school, frame in cases.items():
        yield _("Школа {school}: спорных случаев – {n}").format(school=school, n=frame.height)
        for kind, title in titles.items():
            for place, row in enumerate(frame.filter(pl.col("kind") == kind).to_dicts()):
                yield from () if place else ("", title)
                yield f"  {row['what']}"
                yield from (f"    {line}" for line in row["settle"].split("\n") if line)
        yield ""
    yield _("same – одно и то же, different – разные. Впишите верные строки в {file} и повторите: zavuch run").format(
        file=settings.home / FILE
    )


def _path(history: Path, school_id: str) -> Path:
    return history / "_identity" / f"{school_id}.parquet"
