"""A fit apart from the build: what the closed periods teach, and whether the school's own model holds."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse import dbt_run, store
from warehouse.forecast.learn import learn
from warehouse.language import gettext as _
from warehouse.settings import Settings
from warehouse.store import QUIET, dictionaries


class FittingError(Exception):
    """The models before the fit could not be built; the text says why."""


def fit(settings: Settings, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """One row a school and start of a period: origin (own or shipped), version, sets. The file is thrown away."""
    schools = store.states(settings)
    if not schools:
        return []
    work = settings.warehouse / "fit"
    build_file = work / "fit.duckdb"
    try:
        store.prepare(settings, build_file, schools, as_of)
        result = dbt_run.first_stage(build_file, work)
        if result.errors or result.failures:
            raise FittingError("\n".join(result.errors + result.failures))
        learn(build_file)
        return _told(build_file)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _told(build_file: Path) -> list[dict[str, Any]]:
    with duckdb.connect(build_file, read_only=True, config=QUIET) as con:
        return dictionaries(
            con.execute(
                """
                select school_id, starts_on, max(origin) as origin, max(model_version) as model_version,
                    max(case when part = 'set' and phase = 50 then coefficient end) as set_mass_50
                from forecast.models group by school_id, starts_on order by school_id, starts_on
                """
            )
        )


def lines(found: list[dict[str, Any]]) -> list[str]:
    """In words, the newest last."""
    if not found:
        return [_("Закрытых периодов нет: действуют коэффициенты поставки.")]
    words = {"own": _("свои, по закрытым периодам"), "shipped": _("поставки")}
    return [
        _("{school}, периоды с {day}: коэффициенты {origin}, версия {version}").format(
            school=row["school_id"], day=f"{row['starts_on']:%d.%m.%Y}", origin=words[row["origin"]],
            version=row["model_version"],
        )
        for row in found
    ]  # fmt: skip
