"""The home folder and its settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.settings import School, Settings, SettingsError, normalised_name


def test_a_new_home_gets_folders_and_a_commented_file(tmp_path: Path) -> None:
    home = tmp_path / "Моя школа" / "завуч"
    Settings.load(home).create()
    assert (home / "inbox").is_dir()
    assert "zavuch school add" in (home / "zavuch.toml").read_text(encoding="utf-8")
    assert Settings.load(home).schools == {}


def test_a_school_is_found_by_any_way_of_printing_its_name(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path).add_school(School("s12", "МБОУ «СОШ № 12»", ('МБОУ "СОШ №12" г. Н',)))
    for printed in ("МБОУ СОШ №12", "мбоу  сош № 12", 'МБОУ "СОШ № 12" г. Н'):
        found = settings.school_of(printed)
        assert found is not None, printed
        assert found.school_id == "s12"
    assert settings.school_of("МБОУ СОШ № 13") is None
    assert settings.school_of("") is None


def test_two_schools_and_awkward_names_survive_the_round_trip(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path).add_school(School("a.b", 'Школа "Ёж" \\ 1', (), "Asia/Barnaul"))
    settings = settings.add_school(School("b", "Б"))
    assert settings.schools["a.b"].name == 'Школа "Ёж" \\ 1'
    assert settings.zone("a.b").key == "Asia/Barnaul"
    assert set(settings.schools) == {"a.b", "b"}


def test_adding_the_same_school_again_changes_nothing(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path).add_school(School("b", "Б", ("Б.",)))
    before = settings.file.read_bytes()
    settings.add_school(School("b", "Б", ("Б.",)))
    assert settings.file.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("schools = [", "не читается"),
        ('timezone = "Europe/Nowhere"', "часовой пояс"),
        ('[schools.a]\nname = "А"\nprinted_names = "А"', "printed_names"),
        ("[schools]\na = 1", "schools.a"),
        ("sources = 1", r"\[sources\] состоит"),
        ('[sources]\nmark = ["sgo"]', "mark неизвестно"),
        ('[sources]\nmarks = "sgo"', "список систем"),
        ('[sources]\nmarks = ["sgo", "sgo"]', "каждая один раз"),
        ('[schools.a]\nname = "А"\nsources = {lessons = [1]}', r"schools\.a\.sources"),
    ],
    ids=[
        "broken toml",
        "unknown zone",
        "names not a list",
        "school not a table",
        "sources not a table",
        "unknown group of fields",
        "systems not a list",
        "a system twice",
        "sources of a school",
    ],
)
def test_a_broken_file_is_explained(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "zavuch.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=word):
        Settings.load(tmp_path)


def test_a_bad_school_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Код школы"):
        Settings.load(tmp_path).add_school(School("../x", "X"))


def test_names_differ_only_by_what_matters() -> None:
    assert normalised_name("МОУ «Школа № 1»") == normalised_name('моу "школа №1"')
    assert normalised_name("Школа № 1") != normalised_name("Школа № 11")


def test_a_school_says_whose_rows_lead_else_the_home_does(tmp_path: Path) -> None:
    (tmp_path / "zavuch.toml").write_text(
        """
[sources]
marks = ["sgo", "journal_csv"]
lessons = ["journal_csv"]
[schools.a]
name = "А"
[schools.b]
name = "Б"
[schools.b.sources]
marks = ["eljur"]
""",
        encoding="utf-8",
    )
    settings = Settings.load(tmp_path)
    assert settings.source_ranks("a") == [
        ("lessons", "journal_csv", 1),
        ("marks", "sgo", 1),
        ("marks", "journal_csv", 2),
    ]
    assert settings.source_ranks("b") == [("lessons", "journal_csv", 1), ("marks", "eljur", 1)]
    assert Settings.load(tmp_path / "new").source_ranks("a") == []
