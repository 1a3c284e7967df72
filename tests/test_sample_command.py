"""`zavuch sample`: draw, tick, enter, count – on the command line, over a small school."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from pypdf import PdfReader

from tests.conftest import zavuch
from tests.ingest.journal_folder import small_journal, write_zip

Command = Callable[..., "CompletedProcess[str]"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one built export: two pupils, two lessons, two marks, one absence."""
    folder = tmp_path_factory.mktemp("сверка")
    home = folder / "дом"
    for words in (
        ("school", "add", "s1", "--name", "Школа № 1"),
        ("ingest", str(write_zip(folder / "журнал.zip", small_journal()))),
        ("build",),
    ):
        done = zavuch(*words, home=home, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.fixture
def command(built: Path, home: Path) -> Command:
    """`zavuch` in a copy of the built home."""
    shutil.copytree(built, home)
    return lambda *words: zavuch(*words, home=home, cwd=home.parent)


def text_of(path: Path) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(path).pages))


def test_draw_tick_enter_and_count(command: Command, home: Path) -> None:
    done = command("sample", "--cells", "4")
    assert done.returncode == 0, done.stderr
    sheet = home / "documents" / "Сверка с журналом 1.pdf"
    assert f"Выборка 1, ячеек: 4 → {sheet}" in done.stdout.replace("\n", " ").replace("  ", " ")
    assert "персональные данные" in done.stdout
    for part in ("Первый", "Второй", "Математика", "marks.csv, строка 2", "attendance.csv, строка 2", "пусто"):
        assert part in text_of(sheet), part
    assert "Первый" not in done.stdout
    kept = home / "samples" / "s1" / "0001.json"
    assert "Первый" not in kept.read_text(encoding="utf-8")
    assert len(json.loads(kept.read_text(encoding="utf-8"))["cells"]) == 4

    assert "итог не внесён" in command("sample", "list").stdout
    entered = command("sample", "enter", "1", "--wrong", "3", "--missing", "4", "--author", "Петрова")
    assert "Итог выборки 1 внесён: совпало 2 из 4; не совпало: 3; не нашлось: 4." in entered.stdout
    corrected = command("sample", "enter", "1", "--wrong", "3", "--author", "Петрова")
    assert corrected.returncode == 0, corrected.stderr
    told = command("sample", "list").stdout.replace("\u00a0", " ")
    assert "Проверено вручную: 3 из 4 ячеек совпали (75 %)" in told
    assert "По классам: 7А: 3 из 4" in told
    assert told.count("Петрова") == 2


def test_a_number_gives_the_same_sheet_and_the_next_draw_is_of_its_own(command: Command, home: Path) -> None:
    sheet = home / "documents" / "Сверка с журналом 1.pdf"
    command("sample", "--cells", "2", "--class", "7а")
    first = sheet.read_bytes()
    sheet.unlink()
    again = command("sample", "--draw", "1")
    assert again.returncode == 0, again.stderr
    assert sheet.read_bytes() == first

    assert command("sample", "--draw", "1", "--cells", "3").returncode == 2
    assert "Выборка 2, ячеек: 4" in command("sample").stdout
    assert sheet.read_bytes() == first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--class", "8Б"], "Класса 8Б нет в 2026/2027. Есть: 7А"),
        (["--cells", "16"], "--cells"),
        (["--school", "s9"], "Внесены: s1"),
        (["enter", "5"], "Выборки 5 нет"),
        (["enter", "1", "--wrong", "9"], "нет ячейки 9: они пронумерованы от 1 до 4"),
        (["enter", "1", "--wrong", "три"], "--wrong: «три» – не номера ячеек"),
        (["enter", "1", "--wrong", "2", "--missing", "2"], "Ячейка 2 названа дважды"),
    ],
)
def test_wrong_usage_ends_with_2_and_changes_nothing(command: Command, home: Path, words: list[str], said: str) -> None:
    command("sample")
    before = (home / "samples" / "s1" / "0001.json").read_bytes()
    done = command("sample", *words)
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert [path.read_bytes() for path in (home / "samples").rglob("*.*")] == [before]


def test_before_any_build_there_is_nothing_to_draw(run_zavuch) -> None:
    run_zavuch("school", "add", "s1", "--name", "Школа № 1")
    done = run_zavuch("sample")
    assert done.returncode == 2
    assert "сначала zavuch run" in done.stderr
