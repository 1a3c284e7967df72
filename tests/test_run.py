"""`zavuch run` as a scheduler calls it: inbox → warehouse, bad files stay in sight, the mended file heals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ingest.journal_folder import small_journal, write_zip

pytestmark = pytest.mark.slow


def test_an_inbox_with_a_good_and_a_half_written_file(run_zavuch, home: Path, tmp_path: Path) -> None:
    run_zavuch("school", "add", "s1", "--name", "Школа № 1")
    inbox = home / "inbox"
    write_zip(inbox / "утро.zip", small_journal("2026-09-08T07:00"))
    whole = write_zip(tmp_path / "вечер.zip", small_journal("2026-09-08T23:50")).read_bytes()
    (inbox / "вечер.zip").write_bytes(whole[:-50])

    first = run_zavuch("run")
    assert first.returncode == 1, first.stdout + first.stderr
    assert "вечер.zip" in first.stdout
    assert [path.name for path in (inbox / "done").rglob("*.zip")] == ["утро.zip"]
    assert (inbox / "done" / "2026-09-08").is_dir()
    assert (inbox / "вечер.zip").exists()
    status = json.loads(run_zavuch("status", "--json").stdout)
    assert Path(status["warehouse"]).is_file()
    assert status["as_of"] == "2026-09-08T07:00:00"
    assert status["exports"]["quarantined"] == 1

    (inbox / "вечер.zip").write_bytes(whole)
    second = run_zavuch("run")
    assert second.returncode == 0, second.stdout + second.stderr
    assert not (inbox / "вечер.zip").exists()
    status = json.loads(run_zavuch("status", "--json").stdout)
    assert status["as_of"] == "2026-09-08T23:50:00"
    assert status["exports"]["loaded"] == 2
    assert status["exports"]["quarantined"] == 0

    third = run_zavuch("run")
    assert third.returncode == 0
    assert "Изменений нет" in third.stdout


def test_findings_about_the_journal_never_change_the_exit_code(run_zavuch, home: Path) -> None:
    run_zavuch("school", "add", "s1", "--name", "Школа № 1")
    empty = small_journal("2026-09-12T23:50")
    empty["lessons"][1]["topic"] = ""
    write_zip(home / "inbox" / "неделя.zip", empty)
    done = run_zavuch("run")
    assert done.returncode == 0, done.stdout + done.stderr
    status = json.loads(run_zavuch("status", "--json").stdout)
    assert status["quality"]["checks"].get("missing", 0) >= 1
