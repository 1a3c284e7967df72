"""Profiles are checked: a broken one is refused with its file, the line, what is wrong and how to mend it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contract import TABLES
from ingest.readers.profiled import shipped, toml_lines
from ingest.readers.profiled.checking import ProfileError, read_file, read_profile
from ingest.readers.profiled.model import Grid, Listing
from ingest.readers.profiled.titles import Titles, found_in

GRID = """\
title = "Журнал"
system = "own"
export_kind = "journal"
kind = "grid"
rows = "pupils"

[recognise]
texts = ["*журнал*"]

[grid]
names = ["ФИО"]

[[column]]
titles = ["средн*"]
holds = "mean"

[complete]
marks = "pupil"
"""
LIST = """\
title = "Темы"
system = "own"
export_kind = "topics"
kind = "list"

[list]
tables = ["plan_topics"]

[[column]]
titles = ["тема"]
holds = "topic"
required = true

[[column]]
titles = ["часы"]
holds = "hours"
required = true
"""


def faults(text: str) -> list[tuple[int, str]]:
    """Line and text of every fault told."""
    with pytest.raises(ProfileError) as problem:
        read_profile(text, "мой")
    told = str(problem.value)
    assert told.startswith("мой.toml: профиль не принят.")
    return [(int(line), said) for line, said in re.findall(r"строка (\d+): (.*)", told)]


def test_good_profiles_are_taken() -> None:
    grid, listing = read_profile(GRID, "мой"), read_profile(LIST, "мой")
    assert isinstance(grid.layout, Grid)
    assert grid.layout.rows == "pupils"
    assert grid.layout.lessons == "columns"
    assert grid.complete == {"marks": "pupil"}
    assert isinstance(listing.layout, Listing)
    assert listing.layout.tables == ("plan_topics",)
    assert {place for column in listing.layout.columns for place in column.holds} == {
        ("plan_topics", "topic"), ("plan_topics", "hours"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('kind = "grid"', 'kind = "gird"', 4, "Возможно, «grid»?"),
        ('rows = "pupils"\n', "", 1, "нет ключа «rows»"),
        ('system = "own"', 'system = "Наш журнал"', 2, "не годится для кода"),
        ('title = "Журнал"', "title = 5", 1, "не того вида"),
        ('title = "Журнал"', 'title = "  "', 1, "пуст"),
        ('names = ["ФИО"]', 'namse = ["ФИО"]', 11, "Возможно, «names»?"),
        ('names = ["ФИО"]', "", 10, "не сказано, где столбец имён"),
        ('names = ["ФИО"]', 'names = ["ФИО", 7]', 11, "пустое или не текст"),
        ('holds = "mean"', 'holds = "среднее"', 15, "неизвестное значение «среднее»"),
        ('holds = "mean"\n', "", 13, "нет ключа «holds»"),
        ('titles = ["средн*"]\n', "", 13, "столбец не по чему узнать"),
        ('marks = "pupil"', 'marks = "ученик"', 18, "Можно: pupil, subject, class, school"),
        ('marks = "pupil"', 'plan_topics = "class"', 18, "профиль не заполняет"),
        ('texts = ["*журнал*"]\n', "", 7, "файл не по чему узнать"),
        ('texts = ["*журнал*"]', 'formats = ["docx"]\ntexts = ["*журнал*"]', 8, "неизвестный вид файла «docx»"),
        ("[complete]", "[complet]", 17, "Возможно, «complete»?"),
        ("[[column]]", "[column]", 13, "Каждый пишется своим разделом: [[column]]"),
        ("[complete]", '[codes.attendance]\n"Н" = "прогул"\n[complete]', 18, "неизвестное значение «прогул»"),
        ("[complete]", '[codes.mark]\n"Ъ" = "2"\n[complete]', 18, "Цифра остаётся собой"),
        ("[complete]", '[codes.marks]\n"Ъ" = "debt"\n[complete]', 17, "неизвестная область кодов"),
        ("[complete]", '[facts]\nlines = ["класс {klass}"]\n[complete]', 18, "неизвестное место «klass»"),
        ("[complete]", '[facts]\nlines = ["просто текст"]\n[complete]', 18, "нет мест"),
        ("[complete]", '[facts]\nklass = "7А"\n[complete]', 18, "Возможно, «class»?"),
        ("[complete]", "[recognise.extra]\n[complete]", 17, "неизвестный ключ «extra»"),
        ('names = ["ФИО"]', 'names = ["ФИО"]\nheader_rows = 99', 12, "от 1 до 20"),
        ('names = ["ФИО"]', 'names = ["ФИО"]\ndates = "да"', 12, "dates = true"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_mend(old: str, new: str, line: int, said: str) -> None:
    assert old in GRID
    told = faults(GRID.replace(old, new, 1))
    assert any(at == line and said in text for at, text in told), told
    assert all(text.rstrip().endswith((".", "?")) for _, text in told)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('tables = ["plan_topics"]', 'tables = ["plan_topic"]', 7, "Возможно, «plan_topics»?"),
        ('tables = ["plan_topics"]\n', "", 6, "какую таблицу заполняет список"),
        ('holds = "topic"', 'holds = "topik"', 11, "Возможно, «topic»?"),
        ('holds = "topic"', 'holds = "lessons.topic"', 11, "нет в списке tables"),
        ('holds = "topic"', 'holds = "plan_topics.тема"', 11, "нет столбца «plan_topics.тема»"),
        ('holds = "hours"', 'holds = "lesson_kind"', 7, "требует столбец «hours»"),
        ('holds = "hours"', 'holds = "hours"\n[column.values]\n"два" = "2"', 18, "столбец hours – число"),
        ('tables = ["plan_topics"]', 'tables = ["plan_topics"]\n[list.constants]\nhours = true', 9, "число"),
        ("required = true", 'required = "да"', 12, "required = true"),
        ("required = true", "obligatory = true", 12, "неизвестный ключ «obligatory»"),
    ],
)  # fmt: skip
def test_a_fault_of_a_list_is_told_with_its_line(old: str, new: str, line: int, said: str) -> None:
    told = faults(LIST.replace(old, new, 1))
    assert any(at == line and said in text for at, text in told), told


def test_all_faults_are_told_at_once() -> None:
    told = faults(
        GRID.replace('"grid"', '"gird"').replace('holds = "mean"', 'holds = "x"').replace("[complete]", "[c]")
    )
    assert {4, 15, 17} <= {line for line, _ in told}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('title = "Журнал\n', 1, "кавыч"),
        ('title = "a"\nsystem\n', 2, "="),
        ("title = Журнал\n", 1, "кавычках"),
        ('title = "a"\ntitle = "b"\n', 2, "дважды"),
        ('names = ["a"\nkind = "grid"\n', 2, "список|правилам|скобка"),
        ("[grid\n", 1, "скобка"),
        ("ключ = 1\n", 1, "латиницей"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, line: int, said: str) -> None:
    told = faults(text)
    assert told[0][0] == line
    assert re.search(said, told[0][1]), told


def test_a_file_in_another_encoding_or_absent_is_told(tmp_path: Path) -> None:
    path = tmp_path / "мой.toml"
    path.write_bytes('title = "Журнал"'.encode("cp1251"))
    with pytest.raises(ProfileError, match="UTF-8"):
        read_file(path, own=True)
    with pytest.raises(ProfileError, match="не читается"):
        read_file(tmp_path / "нет.toml", own=True)
    path.write_text("\ufeff" + GRID, encoding="utf-8")
    assert read_file(path, own=True).own


def test_the_digest_changes_with_what_is_read_and_not_with_remarks() -> None:
    profile = read_profile(GRID, "мой")
    assert read_profile("# примечание\n" + GRID, "мой").digest == profile.digest
    assert read_profile(GRID.replace("средн*", "ср*"), "мой").digest != profile.digest


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_text_crashes_the_check(text: str) -> None:
    for whole in (text, GRID + text, LIST.replace("topic", text[:5] or "x", 1)):
        try:
            read_profile(whole, "мой")
        except ProfileError as error:
            told = str(error)
        else:
            continue
        assert "строка" in told


KEY = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
VALUE = st.one_of(
    st.integers().map(str), st.text("abc#=[]", max_size=6).map(lambda text: f'"{text}"'),
    st.lists(st.sampled_from(['"a]"', '"[b"', "1"]), max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "\n]"),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["[", "[["]), KEY, st.dictionaries(KEY, VALUE, max_size=3)), max_size=5))
@settings(max_examples=150, deadline=None)
def test_every_key_has_its_line(tables: list[tuple[str, str, dict[str, str]]]) -> None:
    """Random tables and values over several lines: the line found is the one where the key was written."""
    lines: list[str] = []
    expected: dict[tuple[str | int, ...], int] = {}
    counts: dict[str, int] = {}
    for opening, name, values in tables:
        if name in counts and opening == "[":
            continue
        listed = opening == "[["
        if name in counts and counts[name] < 0:
            continue
        counts[name] = counts.get(name, -1) + 1 if listed else -1
        path: tuple[str | int, ...] = (name, counts[name]) if listed else (name,)
        lines.append(f"{opening}{name}{']]' if listed else ']'}")
        expected[path] = len(lines)
        for key, value in values.items():
            expected[(*path, key)] = len(lines) + 1
            lines += f"{key} = {value}".split("\n")
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    _data, found = toml_lines.read(text)
    assert {path: found[path] for path in expected} == expected


# Shipped profiles


@pytest.mark.parametrize("path", sorted(shipped.FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_profile_is_sound_and_says_where_it_is_from(path: Path) -> None:
    profile = read_file(path, own=False)
    assert path.stem == f"{profile.system}__{profile.export_kind}"
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "evidence = " in text
    kind = shipped.ProfiledReader(profile).KINDS[0]
    assert kind.evidence == profile.evidence
    for table, columns in kind.carries.items():
        assert set(columns) <= {*TABLES[table].names, "teacher_id"}, table


def test_the_examples_of_the_page_for_schools_are_sound() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "профили.md").read_text(encoding="utf-8")
    examples = [block for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL) if "title" in block]
    assert len(examples) == 2
    for example in examples:
        assert read_profile(example, "пример").kind in {"grid", "list"}


def test_an_example_is_marked_as_an_example() -> None:
    for reader in shipped.shipped():
        if reader.profile.system == "asiou":
            assert reader.profile.evidence == "example"
            assert "(пример)" in reader.profile.title


# Titles


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [("средн*", "Средний  балл", True), ("средн*", "не средний", False), ("*взв*", "Средневзвешенный \n балл", True),
     ("ФИО", "фио", True), ("ФИО", "ФИО ученика", False), ("итог.", "итогX", False), ("ёлка", "Елка", True)],
)  # fmt: skip
def test_titles_are_compared_folded(pattern: str, text: str, fits: bool) -> None:
    assert Titles((pattern,)).match(text) is fits


def test_lines_tell_several_facts() -> None:
    patterns = ("*журнал {class} класса, {subject}", "{class} {subject}")
    assert found_in(patterns, "Наш журнал 7 «А»  класса, Алгебра.") == {"class": "7 «А»", "subject": "Алгебра"}
    assert found_in(patterns, "11Б Русский язык") == {"class": "11Б", "subject": "Русский язык"}
    assert found_in(patterns, "Алгебра") == {}
