"""`zavuch drift`: what exports brought, on the command line, without names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ingest.journal_folder import small_journal, write_zip

NAMES = ("Первый", "Второй", "Третий")


def test_before_the_first_build_it_says_what_to_do(run_zavuch) -> None:
    done = run_zavuch("drift")
    assert done.returncode == 0, done.stderr
    assert "Хранилище ещё не собрано: zavuch run" in done.stdout


@pytest.mark.slow
def test_two_exports_are_held_against_each_other(run_zavuch, home: Path) -> None:
    run_zavuch("school", "add", "s1", "--name", "Школа № 1")
    write_zip(home / "inbox" / "1.zip", small_journal("2026-09-08T23:50"))
    assert run_zavuch("run").returncode == 0
    alone = run_zavuch("drift").stdout
    assert "Есть только одна такая выгрузка" in alone
    assert "Того, что нужно проверить, не найдено." in alone

    second = small_journal("2026-09-15T23:50")
    for row in second["lessons"]:
        del row["topic"]
    second["attendance"][0]["code"] = "Ю"
    second["pupils"].append({"pupil_id": "p3", "last_name": "Третий"})
    second["enrollments"].append({"pupil_id": "p3", "class_id": "7А", "starts_on": "2026-09-14"})
    write_zip(home / "inbox" / "2.zip", second)
    (home / "inbox" / "Второй Иван.txt").write_text("не журнал", encoding="utf-8")
    run = run_zavuch("run")
    assert "В выгрузках нужно проверить: " in run.stdout

    done = run_zavuch("drift")
    assert done.returncode == 0, done.stderr
    for wanted in (
        "Не загружено: 1 файл.",
        "Код посещаемости «Ю»: значение не описано, 1 запись.",
        "Уроки: больше не приходит тема урока",
        "Состав классов изменился: пришли 1.",
        "7А (+1)",
        "«Журнал CSV»: 15.09 23:50 и 08.09 23:50",
    ):
        assert wanted in done.stdout.replace("\u00a0", " "), wanted
    told = json.loads(run_zavuch("drift", "--json").stdout)
    assert {each["code"] for each in told["findings"]} >= {
        "quarantine",
        "code_unmapped",
        "column_lost",
        "pupils_changed",
    }
    assert not any(name in done.stdout + json.dumps(told, ensure_ascii=False) for name in NAMES)
