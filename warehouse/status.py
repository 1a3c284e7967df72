"""What stands where: the newest warehouse, its exports, its quality and how fresh it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from warehouse import publish
from warehouse.language import gettext as _
from warehouse.settings import Settings, SettingsError
from warehouse.store import QUIET

SHOWN_REJECTED = 20


def school_file(published: publish.Published, school: str | None) -> Path:
    """The published file of a school; of the only one where none is named."""
    if school is None and len(published.files) == 1:
        return next(iter(published.files.values()))
    if school not in published.files:
        known = ", ".join(sorted(published.files))
        raise SettingsError(_("Укажите школу: --school КОД. Собраны: {known}.").format(known=known))
    return published.files[school]


def quiet_until(file: Path) -> date | None:
    """The day until which only the deputy head of a published school sees findings; None when that time is over."""
    with duckdb.connect(str(file), read_only=True) as con:
        rows = con.execute("select quiet_until from reports.rpt_school__status where is_quiet").fetchall()
    return rows[0][0] if rows else None


def status(settings: Settings, school: str | None = None) -> dict[str, Any]:
    """Facts for `zavuch status --json`.

    warehouse: path of the newest published file of the school ('' before the first build); as_of: wall moment;
    exports, rows, quality, freshness: dictionaries.
    """
    published = publish.current(settings.home)
    facts: dict[str, Any] = {
        "home": str(settings.home),
        "warehouse": "",
        "version": "",
        "school": "",
        "schools": sorted(settings.schools),
        "as_of": None,
        "exports": {},
        "rows": {},
        "quality": {},
        "freshness": {},
        "failed": "",
        "quarantine": [],
    }
    facts["quarantine"] = quarantine(settings.home)
    facts["exports"]["quarantined"] = len(facts["quarantine"])
    if published is None:
        return facts
    chosen = school or min(published.files, default=None)
    path = school_file(published, chosen)
    facts |= {
        "warehouse": str(path),
        "version": published.version,
        "school": chosen,
        "failed": published.failed,
        "as_of": published.as_of[str(chosen)].isoformat(),
        "schools": sorted(published.files),
    }
    with duckdb.connect(path, read_only=True, config=QUIET) as con:
        facts["exports"] |= _exports(con)
        facts["rows"] = {
            str(name): int(con.execute(f"select count(*) from marts.{name}").fetchall()[0][0])
            for (name,) in con.execute(
                "select table_name from duckdb_tables() where schema_name = 'marts' order by 1"
            ).fetchall()
        }
        facts["quality"] = _quality(con)
        facts["freshness"] = _freshness(con)
    return facts


def _exports(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    loaded, withdrawn, held = con.execute(
        "select count(*) filter (status = 'loaded'), count(*) filter (status = 'withdrawn'),"
        " count(*) filter (status = 'held_back') from meta.observations"
    ).fetchall()[0]
    kinds = con.execute(
        "select system || ' ' || export_kind, count(*) from meta.observations group by 1 order by 1"
    ).fetchall()
    rejected = con.execute(
        "select file_name, address, reason, advice, kind from meta.rejected order by file_name, address"
        f" limit {SHOWN_REJECTED}"
    ).fetchall()
    counts = dict(con.execute("select kind, count(*) from meta.rejected group by 1").fetchall())
    return {
        "loaded": loaded,
        "withdrawn": withdrawn,
        "held_back": held,
        "by_kind": dict(kinds),
        "rejected": counts.get("rejected", 0),
        "warnings": counts.get("warning", 0),
        "rejected_rows": [
            dict(zip(("file", "place", "reason", "advice", "kind"), row, strict=True)) for row in rejected
        ],
    }


def _quality(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    verdicts = con.execute("select status, count(*) from marts.fct_journal_checks group by 1 order by 1").fetchall()
    quality: dict[str, Any] = {"checks": dict(verdicts)}
    tables = con.execute("select table_name from duckdb_tables() where schema_name = 'quality'").fetchall()
    if ("expectation_results",) in tables:
        total, failed, blocking = con.execute(
            "select count(*), count(*) filter (not success), count(*) filter (not success and blocking)"
            " from quality.expectation_results"
        ).fetchall()[0]
        quality["expectations"] = {"asked": total, "with_findings": failed, "blocking": blocking}
    return quality


def _freshness(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    rows = con.execute(
        "select system || ' ' || export_kind, max(taken_at) from meta.observations where status = 'loaded'"
        " group by 1 order by 1"
    ).fetchall()
    return {str(kind): moment.isoformat() for kind, moment in rows}


def quarantine(home: Path) -> list[dict[str, str]]:
    """What waits in quarantine now: id, file, cause, reason and advice of each."""
    import sqlite3

    ledger = home / "landing" / "ledger.sqlite"
    if not ledger.exists():
        return []
    connection = sqlite3.connect(ledger)
    try:
        rows = connection.execute(
            "select quarantine_id, file_name, cause, reason, advice from quarantine where open = 1 order by file_name"
        ).fetchall()
    finally:
        connection.close()
    return [dict(zip(("id", "file", "cause", "reason", "advice"), row, strict=True)) for row in rows]


def lines(facts: dict[str, Any]) -> list[str]:
    """The same for people."""
    result = [_("Папка: {home}").format(home=facts["home"])]
    if not facts["warehouse"]:
        result.append(_("Хранилище ещё не собрано: zavuch run"))
    else:
        result += [
            _("Хранилище: {path}").format(path=facts["warehouse"]),
            _("Версия {version}, данные на {as_of}").format(version=facts["version"], as_of=facts["as_of"]),
            _("Выгрузок: {loaded}, отклонено ячеек: {rejected}, расхождений: {warnings}").format(**facts["exports"]),
            _("Проверки журнала: {checks}").format(
                checks=", ".join(f"{name} {n}" for name, n in facts["quality"]["checks"].items())
            ),
        ]
        result += [f"    {kind}: {moment}" for kind, moment in facts["freshness"].items()]
        result += [
            f"    {row['file']}: {row['place']} – {row['reason']}. {row['advice']}"
            for row in facts["exports"]["rejected_rows"]
        ]
    if facts["failed"]:
        result.append(_("Последняя сборка не удалась: {what}").format(what=facts["failed"]))
    for item in facts["quarantine"]:
        result.append(_("В карантине [{id}]: {file}").format(**item))
        result.append(f"    {item['reason']} {item['advice']}")
    return result
