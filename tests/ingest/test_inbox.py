"""The inbox: what has come to rest, what is still being copied, one run at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ingest.inbox import Watch, entries, put_away
from tests.ingest.journal_folder import small_journal, write_folder, write_zip
from warehouse.settings import School, Settings


def test_an_entry_is_at_rest_when_it_stays_as_it_is(tmp_path: Path) -> None:
    watch = Watch(tmp_path, settle=10)
    file = tmp_path / "7А.xlsx"
    file.write_bytes(b"half")
    assert watch.at_rest(0) == []
    assert watch.at_rest(9) == []
    file.write_bytes(b"half and more")
    assert watch.at_rest(11) == [], "it has grown: the wait begins anew"
    assert watch.at_rest(20) == []
    assert watch.at_rest(21) == [file]


def test_a_folder_rests_when_everything_in_it_does(tmp_path: Path) -> None:
    watch = Watch(tmp_path, settle=5)
    folder = tmp_path / "день"
    folder.mkdir()
    (folder / "manifest.csv").write_text("a")
    assert watch.at_rest(0) == []
    (folder / "marks.csv").write_text("b")
    assert watch.at_rest(6) == []
    assert watch.at_rest(11) == [folder]


@pytest.mark.parametrize("name", ["журнал.xlsx.crdownload", "a.part", "~$журнал.xlsx"])
def test_a_half_written_name_never_rests(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    watch = Watch(tmp_path, settle=1)
    assert [watch.at_rest(now) for now in (0, 5, 50)] == [[], [], []]


def test_what_a_run_took_is_not_given_again_until_it_changes(tmp_path: Path) -> None:
    watch = Watch(tmp_path, settle=1)
    file = tmp_path / "странный.bin"
    file.write_bytes(b"?")
    watch.at_rest(0)
    ready = watch.at_rest(2)
    watch.dealt_with(ready)
    assert ready == [file]
    assert watch.at_rest(60) == []
    file.write_bytes(b"mended")
    watch.at_rest(61)
    assert watch.at_rest(63) == [file]


def test_done_and_hidden_files_are_no_entries(tmp_path: Path) -> None:
    (tmp_path / "done").mkdir()
    (tmp_path / ".скрытый").write_text("")
    (tmp_path / "a.csv").write_text("")
    assert [path.name for path in entries(tmp_path)] == ["a.csv"]


def test_names_in_use_get_a_number(tmp_path: Path) -> None:
    for text in ("1", "2"):
        (tmp_path / "a.csv").write_text(text)
        put_away(tmp_path, tmp_path / "a.csv", None)
    assert sorted(path.name for path in (tmp_path / "done" / "unknown").iterdir()) == ["a (2).csv", "a.csv"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    settings = Settings.load(tmp_path / "дом").add_school(School("s1", "Школа № 1"))
    return settings.home


def zavuch(home: Path, *arguments: str) -> subprocess.Popen[str]:
    code = "import sys, zavuch; sys.argv[0] = 'zavuch'; zavuch.main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "--home", str(home), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env=os.environ | {"COLUMNS": "200"},
    )  # fmt: skip


@pytest.mark.slow
def test_a_file_copied_slowly_is_taken_once_and_whole(home: Path, tmp_path: Path) -> None:
    data = write_zip(tmp_path / "источник.zip", small_journal()).read_bytes()
    watching = zavuch(home, "watch", "--settle", "2", "--every", "0.2", "--once")
    target = home / "inbox" / "день.zip"

    def copy() -> None:
        with target.open("wb") as stream:
            for place in range(0, len(data), max(1, len(data) // 4)):
                stream.write(data[place : place + max(1, len(data) // 4)])
                stream.flush()
                time.sleep(0.3)

    copying = threading.Thread(target=copy)
    copying.start()
    copying.join()
    output, _ = watching.communicate(timeout=240)
    if "Загружено выгрузок" not in output:  # the copy began after the only look: look once more
        watching = zavuch(home, "watch", "--settle", "0.5", "--every", "0.2", "--once")
        output, _ = watching.communicate(timeout=240)
    assert watching.returncode == 0, output
    assert "Загружено выгрузок: 1" in output
    assert not target.exists()
    assert [path.name for path in (home / "inbox" / "done").glob("*/*")] == ["день.zip"]


@pytest.mark.slow
def test_a_second_run_waits_for_the_first(home: Path) -> None:
    write_folder(home / "inbox" / "день", small_journal())
    lock = Settings.load(home).run_lock()
    with lock:
        waiting = zavuch(home, "run")
        deadline = time.monotonic() + 60
        first = waiting.stdout.readline() if waiting.stdout else ""
        assert "жду" in first, first
        assert time.monotonic() < deadline
        assert waiting.poll() is None
        assert (home / "inbox" / "день").exists()
    output, _ = waiting.communicate(timeout=240)
    assert waiting.returncode == 0, output
    assert not (home / "inbox" / "день").exists()
