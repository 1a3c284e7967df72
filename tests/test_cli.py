"""The command line: help, languages, exit codes, and that the demo never mixes with a school's own home."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_without_a_command_it_shows_what_there_is(run_zavuch) -> None:
    done = run_zavuch()
    for word in ("ingest", "build", "serve", "Загрузить выгрузки журнала"):
        assert word in done.stdout + done.stderr


def test_english_on_request(run_zavuch) -> None:
    assert "Load journal exports" in run_zavuch("--lang", "en", "--help").stdout
    assert "Load journal exports" in run_zavuch("--help", ZAVUCH_LANG="en").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nosuch"], "Нет команды «nosuch»"),
        (["ingest", "--bad"], "Нет параметра --bad"),
        (["ingest"], "Укажите файлы"),
        (["ingest", "no such file.zip"], "Нет такого файла"),
        (["build", "--as-of", "вчера"], "не момент"),
        (["report", "remarks"], "--out"),
        (["account", "add", "x", "--role", "deputy"], "Укажите школу"),
        (["school", "add", "../x", "--name", "Х"], "Код школы"),
        (["exclude", "nosuch", "--reason", "тест"], "нет"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(run_zavuch, arguments: list[str], words: str) -> None:
    done = run_zavuch(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_broken_settings_end_with_2_and_name_the_file(run_zavuch, home: Path) -> None:
    home.mkdir(parents=True)
    (home / "zavuch.toml").write_text("schools = [", encoding="utf-8")
    done = run_zavuch("status")
    assert done.returncode == 2
    assert "zavuch.toml" in done.stderr


def test_status_before_anything_is_loaded(run_zavuch) -> None:
    done = run_zavuch("status", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert {"warehouse", "as_of", "exports", "rows", "quality", "freshness"} <= set(facts)
    assert facts["warehouse"] == ""


def test_build_with_nothing_loaded_says_so(run_zavuch) -> None:
    done = run_zavuch("build")
    assert done.returncode == 0, done.stderr
    assert "Собирать нечего" in done.stdout


def test_the_demo_is_never_built_into_a_home_of_a_school(run_zavuch, home: Path) -> None:
    assert run_zavuch("school", "add", "s1", "--name", "Школа").returncode == 0
    done = run_zavuch("demo", "--no-serve")
    assert done.returncode == 2
    assert "занята" in done.stderr
    assert not (home / "demo").exists()


def test_the_demo_never_wipes_a_folder_of_somebody_else(run_zavuch, home: Path) -> None:
    home.mkdir(parents=True)
    (home / "отпуск.jpg").write_bytes(b"photo")
    done = run_zavuch("demo", "--no-serve")
    assert done.returncode == 2
    assert (home / "отпуск.jpg").read_bytes() == b"photo"


@pytest.mark.slow
def test_status_of_a_built_school(small_demo: Path) -> None:
    from tests.conftest import zavuch

    done = zavuch("status", "--json", home=small_demo, cwd=small_demo)
    facts = json.loads(done.stdout)
    assert Path(facts["warehouse"]).is_file()
    assert facts["as_of"].startswith("2026-")
    assert facts["exports"]["loaded"] > 50
    assert facts["rows"]["fct_attendance"] > 1000
    assert facts["quality"]["expectations"]["blocking"] == 0
    assert facts["freshness"]


@pytest.mark.slow
def test_a_second_run_with_nothing_new_changes_nothing(small_demo: Path) -> None:
    from tests.conftest import zavuch

    def state() -> dict[str, int]:
        watched = [*(small_demo / "history").rglob("*.parquet"), *(small_demo / "warehouse").rglob("*.duckdb")]
        return {str(path): path.stat().st_mtime_ns for path in watched}

    before = state()
    done = zavuch("run", home=small_demo, cwd=small_demo)
    assert done.returncode == 0, done.stderr
    assert "Изменений нет" in done.stdout
    assert state() == before
