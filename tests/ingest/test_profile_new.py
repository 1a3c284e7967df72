"""A profile proposed from a file reads that file; what is shown on the screen names nobody."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest import profile_look, profile_new
from ingest.readers.profiled import shipped
from ingest.readers.profiled.checking import ProfileError, read_profile
from ingest.readers.profiled.reader import ProfiledReader
from ingest.reading import UnreadableExportError
from tests.ingest.readers import profile_lists as lists
from tests.ingest.readers.profile_journals import JournalSheet
from tests.ingest.readers.profile_tables import FORMATS, Tab, as_export, xlsx
from tests.ingest.readers.test_class_report import REPORT
from tests.ingest.readers.test_report_card import CARD

DAYS = [date(2025, 9, 2), date(2025, 9, 2), date(2025, 9, 9), date(2025, 10, 7)]
JOURNAL = JournalSheet(
    DAYS,
    {"Пробный Иван Ильич": ["5", "Н", "4/5", None], "Опытова Вера": [None, "Щ", None, "О 3"]},
    lines={"Тема урока": ["Дроби", "Дроби 2", None, "Числа"]},
    summary={"Средний балл": [4.67, 3.0], "1 четверть": ["5", ""], "Пропуски": [1.0, 0.0]},
    title="Журнал нашей школы",
)
NAMES = ("Пробный", "Иван", "Опытова", "Образцова", "Примерная", "Тестова")


def proposed(tmp_path: Path, data: bytes, name: str = "наш") -> profile_new.Proposal:
    path = tmp_path / "таблица.bin"
    path.write_bytes(data)
    return profile_new.propose(path, profile_new.code_of(name))


def reader_of(proposal: profile_new.Proposal) -> ProfiledReader:
    return ProfiledReader(read_profile(proposal.toml, "nash", own=True))


@pytest.mark.parametrize("write", FORMATS.values(), ids=FORMATS.keys())
def test_a_journal_sheet(tmp_path: Path, write: Any) -> None:
    data = write(JOURNAL.tab())
    proposal = proposed(tmp_path, data)
    reader = reader_of(proposal)
    assert reader.recognise(as_export(data))
    reading = reader.read(as_export(data))
    assert reading.tables["marks"]["value"].to_list() == ["5", "4", "5", "3"]
    assert reading.tables["lessons"]["topic"].to_list() == ["Дроби", "Дроби 2", None, "Числа"]
    assert reading.tables["lessons"]["date"].to_list() == DAYS
    assert not proposal.look.fine  # a code is unknown and a column unread
    assert '# "Щ" = ' in proposal.toml
    shown = "\n".join(proposal.look.lines)
    assert "«Щ»" in shown
    assert "«Пропуски»" in shown
    assert "pupil_id=П. И. И." in shown
    assert not any(name in shown for name in NAMES)


def test_its_unknown_code_once_explained_is_read(tmp_path: Path) -> None:
    text = proposed(tmp_path, xlsx(JOURNAL.tab())).toml.replace('# "Щ" = "ill"', '"Щ" = "ill"')
    reading = ProfiledReader(read_profile(text, "nash", own=True)).read(as_export(xlsx(JOURNAL.tab())))
    assert sorted(reading.tables["attendance"]["code"]) == ["Н", "О", "Щ"]
    assert not reading.rejected


@pytest.mark.parametrize(
    ("tab", "table", "count"),
    [(lists.LESSONS, "lessons", 3), (lists.PLAN, "plan_topics", 4), (lists.LOAD, "teaching_assignments", 4),
     (lists.TIMETABLE, "timetable", 4), (lists.SUBSTITUTIONS, "substitutions", 2), (lists.CLASS_LIST, "enrollments", 2),
     (lists.ASIOU_TOPICS, "lessons", 3)],
    ids=["lessons", "plan", "load", "timetable", "substitutions", "class list", "topics"],
)  # fmt: skip
def test_a_list(tmp_path: Path, tab: Tab, table: str, count: int) -> None:
    data = xlsx(tab)
    proposal = proposed(tmp_path, data)
    reader = reader_of(proposal)
    assert reader.recognise(as_export(data))
    assert reader.read(as_export(data)).tables[table].height == count
    shown = "\n".join(proposal.look.lines)
    assert f"({table}): {count}" in shown
    assert not any(name in shown for name in NAMES)


def test_blocks_of_pupils_and_a_report_card(tmp_path: Path) -> None:
    for given, own in ((REPORT.export(), shipped.class_report), (CARD.export(), shipped.report_card)):
        reading = reader_of(proposed(tmp_path, given.single or b"")).read(given)
        usual = own.read(given)
        assert set(reading.tables) == set(usual.tables)
        for name, frame in usual.tables.items():
            shown = [column for column in frame.columns if column != "printed_in"]
            assert reading.tables[name].select(shown).equals(frame.select(shown)), name


def test_what_the_file_does_not_say_is_left_to_be_filled_in(tmp_path: Path) -> None:
    sheet = JournalSheet(DAYS, JOURNAL.marks, klass="", year="", title="Журнал нашей школы")
    proposal = proposed(tmp_path, xlsx(sheet.tab()))
    assert '# class = "7А"' in proposal.toml
    assert '# academic_year = "2025/2026"' in proposal.toml
    assert not proposal.look.fine
    filled = proposal.toml.replace("# class", "class").replace("# academic_year", "academic_year")
    reading = ProfiledReader(read_profile(filled, "nash", own=True)).read(as_export(xlsx(sheet.tab())))
    assert reading.tables["lessons"]["date"].to_list() == DAYS


def test_a_class_in_the_name_of_the_sheet_is_found(tmp_path: Path) -> None:
    sheet = JournalSheet(DAYS, JOURNAL.marks, klass="", subject="", title="Журнал нашей школы")
    proposal = proposed(tmp_path, xlsx(sheet.tab("7А Алгебра")))
    assert 'sheet_name = ["{class} {subject}"]' in proposal.toml
    assert "7А" in "\n".join(proposal.look.lines)


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.4", b"plain text", xlsx(Tab([["a", "b"], ["c", "d"]])), xlsx(Tab([["Пусто"]]))]
)
def test_nothing_sensible_is_said_plainly(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableExportError) as problem:
        proposed(tmp_path, data)
    assert problem.value.reason
    assert problem.value.advice


@pytest.mark.parametrize(
    ("name", "code"), [("Мой журнал 7А", "moy_zhurnal_7a"), ("my-table.x", "my_table_x"), ("№", "table")]
)
def test_a_code_out_of_any_name(name: str, code: str) -> None:
    assert profile_new.code_of(name) == code


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Пробный Иван Ильич", "П. И. И."), ("Опытова В. Ю.", "О. В. Ю."),
     ("замена: Тестова-Опытная Анна", "замена: Т. А."),
     ("Обыкновенные дроби", "Обыкновенные дроби"), ("5", "5")],
)  # fmt: skip
def test_names_become_initials(text: str, shown: str) -> None:
    assert profile_look.discreet(text) == shown


# The command line


def test_the_list_and_one_profile_are_shown(run_zavuch: Any) -> None:
    shown = run_zavuch("profile", "list").stdout
    for reader in shipped.shipped():
        assert reader.NAME in shown
    assert "настоящим файлом не подтверждён" in shown
    one = run_zavuch("profile", "show", "asiou__class_journal").stdout
    assert "marks" in one
    text = run_zavuch("profile", "show", "asiou__class_journal", "--toml").stdout
    assert read_profile(text, "asiou__class_journal")
    missing = run_zavuch("profile", "show", "nosuch")
    assert missing.returncode == 2
    assert "нет" in missing.stderr


def test_a_profile_is_made_checked_and_used(run_zavuch: Any, home: Path, tmp_path: Path) -> None:
    table, out = tmp_path / "таблица.xlsx", tmp_path / "mine.toml"
    table.write_bytes(xlsx(JournalSheet(DAYS, {"Пробный Иван": ["5", "Н", "4", None]}, title="Наш журнал").tab()))
    made = run_zavuch("profile", "new", str(table), "--out", str(out))
    assert made.returncode == 0, made.stderr
    assert "Отметки (marks): 2" in made.stdout
    assert "Пробный" not in made.stdout
    again = run_zavuch("profile", "new", str(table), "--out", str(out))
    assert again.returncode == 2
    checked = run_zavuch("profile", "check", str(out), str(table))
    assert checked.returncode == 0, checked.stdout
    (home / "profiles").mkdir(parents=True, exist_ok=True)
    (home / "profiles" / "mine.toml").write_bytes(out.read_bytes())
    assert "mine" in run_zavuch("profile", "list").stdout


def test_a_broken_profile_ends_with_2_and_the_line(run_zavuch: Any, home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "мой.toml"
    broken.write_text('title = "x"\nkind = "grid\n', encoding="utf-8")
    done = run_zavuch("profile", "check", str(broken))
    assert done.returncode == 2
    assert "строка 2" in done.stderr
    assert "Traceback" not in done.stderr
    (home / "profiles").mkdir(parents=True)
    (home / "profiles" / "мой.toml").write_bytes(broken.read_bytes())
    assert run_zavuch("profile", "list").returncode == 2


def test_a_table_without_sense_ends_with_1_and_advice(run_zavuch: Any, tmp_path: Path) -> None:
    table = tmp_path / "x.xlsx"
    table.write_bytes(xlsx(Tab([["a", "b"], ["c", "d"]])))
    done = run_zavuch("profile", "new", str(table))
    assert done.returncode == 1
    assert "docs/профили.md" in done.stderr


def test_a_check_tells_when_another_profile_takes_the_file(tmp_path: Path) -> None:
    path, table = tmp_path / "мой.toml", tmp_path / "t.xlsx"
    path.write_text(
        'title = "x"\nsystem = "own"\nexport_kind = "x"\nkind = "grid"\nrows = "pupils"\n[recognise]\n'
        'texts = ["*журнал*"]\n[grid]\nnames = ["ФИО"]\n',
        encoding="utf-8",
    )
    sheet = JournalSheet(DAYS, {"Пробный Иван": ["5", "Н", "4", None]})
    table.write_bytes(xlsx(sheet.tab()))
    look = profile_look.checked(path, tmp_path / "profiles", table)
    assert not look.fine
    assert "asiou__class_journal" in look.lines[-1]
    other = profile_look.checked(path, tmp_path / "profiles", None)
    assert other.fine
    path.write_text("kind = 1", encoding="utf-8")
    with pytest.raises(ProfileError):
        profile_look.checked(path, tmp_path / "profiles", None)
