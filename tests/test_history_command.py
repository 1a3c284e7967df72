"""`zavuch history`: a cell's life on the command line, from real exports."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.journal_folder import changed, small_journal, write_zip


@pytest.fixture
def loaded(run_zavuch, tmp_path: Path):
    """A school with three exports: the mark m1 of p1 appears on the second and is corrected on the third."""
    run_zavuch("school", "add", "s1", "--name", "Школа № 1")
    first = small_journal("2026-09-07T07:00")
    first["marks"] = [mark for mark in first["marks"] if mark["mark_id"] != "m1"]
    write_zip(tmp_path / "1 утро.zip", first)
    write_zip(tmp_path / "2 вечер.zip", small_journal("2026-09-07T23:50"))
    write_zip(tmp_path / "3 назавтра.zip", changed(small_journal("2026-09-08T23:50"), "marks", 0, value="4"))
    done = run_zavuch("ingest", *sorted(tmp_path.glob("*.zip")))
    assert done.returncode == 0, done.stdout + done.stderr
    return run_zavuch


def test_a_cell_s_life_is_told_with_the_files_it_stood_in(loaded) -> None:
    done = loaded("history", "--pupil", "Первый", "--date", "07.09.2026")
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines == [
        "Ученик p1, 7А, 07.09.2026",
        "",
        "Математика, 1-й урок: отметки – «Журнал CSV»",
        "07.09.2026 07:00 ничего не было 1 утро.zip",
        "07.09.2026 23:50 появилось: 5 2 вечер.zip",
        "08.09.2026 23:50 исправлено: было 5, стало 4 (последняя выгрузка) 3 назавтра.zip",
        "Вывод: 4 внесено между 07.09.2026 23:50 и 08.09.2026 23:50.",
    ]
    assert "Первый" not in done.stdout


def test_a_day_without_records_says_who_looked(loaded) -> None:
    done = loaded("history", "--pupil", "p2", "--date", "2026-09-08")
    assert done.returncode == 0, done.stderr
    assert "Записей об этом дне нет ни в одной выгрузке; выгрузок, которые о нём говорят: 3." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--pupil", "Третий", "--date", "2026-09-07"], "Такого ученика в выгрузках нет"),
        (["--pupil", "p1", "--date", "вчера"], "«вчера» – не дата"),
        (["--pupil", "p1", "--date", "2026-09-07", "--school", "s9"], "Загружены: s1"),
        (["--date", "2026-09-07"], "--pupil"),
    ],
)
def test_wrong_usage_ends_with_2(loaded, arguments: list[str], words: str) -> None:
    done = loaded("history", *arguments)
    assert done.returncode == 2, done.stdout
    assert words in done.stderr


def test_several_of_one_name_are_listed_by_id_and_class_and_not_guessed(run_zavuch, tmp_path: Path) -> None:
    run_zavuch("school", "add", "s1", "--name", "Школа № 1")
    journal = changed(small_journal(), "pupils", 1, last_name="Первый")
    run_zavuch("ingest", write_zip(tmp_path / "журнал.zip", journal))
    done = run_zavuch("history", "--pupil", "Первый", "--date", "2026-09-07")
    assert done.returncode == 2
    assert "p1  7А" in done.stderr
    assert "p2  7А" in done.stderr


def test_before_any_export_there_is_nothing_to_tell(run_zavuch) -> None:
    done = run_zavuch("history", "--pupil", "p1", "--date", "2026-09-07")
    assert done.returncode == 2
    assert "Загружены: –" in done.stderr
