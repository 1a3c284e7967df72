"""`zavuch identity`: the open cases of a home and the lines that settle them."""

from __future__ import annotations

from pathlib import Path

from ingest.identity import listing, load_settled
from ingest.identity.settled import FILE, Decision
from tests.ingest.seeing import Seen


def doubtful() -> Seen:
    seen = Seen()
    seen.roster("p1", "Тестов Алексей Иванович")
    seen.roster("p2", "Тестов Алексей Иванович")
    seen.printed("Тестов Алексей Иванович")
    seen.subject("Экон. теория")
    seen.subject("econ", "Экономическая теория", "journal_csv")
    return seen


def test_open_cases_are_listed_and_end_with_1(run_zavuch, home: Path) -> None:
    run_zavuch("school", "add", "s1", "--name", "Школа")
    listing.keep(doubtful().resolved().ambiguous, home / "history", "s1")
    done = run_zavuch("identity", COLUMNS="200")
    assert done.returncode == 1, done.stderr
    for words in ("спорных случаев – 2", "Ученики", "7А, 2025/2026: «Тестов Алексей Иванович»", "Предметы"):
        assert words in done.stdout
    offered = [line.strip() for line in done.stdout.splitlines() if line.startswith("    same.subject")]
    (home / FILE).write_text(offered[0], encoding="utf-8")
    assert load_settled(home / FILE)["s1"].same == {Decision("subject", "econ", "экон. теория")}


def test_nothing_in_doubt_ends_with_0(run_zavuch, home: Path) -> None:
    run_zavuch("school", "add", "s1", "--name", "Школа")
    assert run_zavuch("identity").returncode == 0
    listing.keep(doubtful().resolved().ambiguous.clear(), home / "history", "s1")
    done = run_zavuch("identity", "--school", "s1")
    assert done.returncode == 0
    assert "Спорных случаев нет" in done.stdout


def test_a_broken_file_and_an_unknown_school_are_wrong_usage(run_zavuch, home: Path) -> None:
    run_zavuch("school", "add", "s1", "--name", "Школа")
    assert run_zavuch("identity", "--school", "s2").returncode == 2
    (home / FILE).write_text('same.pupil."s9"."~1" = "p1"\n', encoding="utf-8")
    done = run_zavuch("identity")
    assert done.returncode == 2
    assert "строка 1" in done.stderr
    assert "Traceback" not in done.stderr
