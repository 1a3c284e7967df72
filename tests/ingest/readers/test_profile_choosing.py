"""Which profile reads a file: shipped ones and the school's own, in this process and in others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from multiprocessing import get_context
from pathlib import Path

import pytest

from ingest import code_map, registry, school_codes
from ingest.containers import find_exports
from ingest.readers.profiled import shipped, tables
from ingest.readers.profiled.checking import ProfileError, read_profile
from ingest.readers.profiled.reader import ProfiledReader
from ingest.reading import Export, UnreadableExportError
from tests.ingest.readers import profile_lists as lists
from tests.ingest.readers.layouts import ClassReport, Pupil, Total
from tests.ingest.readers.profile_tables import FORMATS, Tab, as_export, html, xlsx
from tests.ingest.readers.workbooks import packed

OWN = """\
title = "Наши темы"
system = "own"
export_kind = "topics"
kind = "list"
[recognise]
texts = [{texts}]
[list]
tables = ["lessons"]
[[column]]
titles = ["дата"]
holds = "date"
required = true
fill_down = true
[[column]]
titles = ["тема урока"]
holds = "topic"
required = true
[[column]]
titles = ["предмет"]
holds = "subject_id"
[[column]]
titles = ["класс"]
holds = "class_id"
[codes.attendance]
"ДО" = "remote"
"""
TAB = deepcopy(lists.LESSONS)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "profiles"
    place.mkdir()
    yield place
    registry.use_profiles(None)
    school_codes.use(None)


def own(*texts: str, name: str = "мой") -> ProfiledReader:
    return ProfiledReader(read_profile(OWN.format(texts=", ".join(f'"{text}"' for text in texts)), name, own=True))


def test_the_more_demanding_profile_wins() -> None:
    given = as_export(xlsx(TAB))
    everything = shipped.shipped()
    plain, picky = own("*учебный год*"), own("*учебный год*", "*домашнее задание*", name="строгий")
    assert shipped.choose((*everything, plain), given) is plain
    assert shipped.choose((*everything, plain, picky), given) is picky


def test_two_equal_profiles_are_refused_with_both_names() -> None:
    given = as_export(xlsx(TAB))
    with pytest.raises(UnreadableExportError, match=r"«мой» и «другой»|«другой» и «мой»") as problem:
        shipped.choose((own("*учебный год*"), own("*учебный год*", name="другой")), given)
    assert "[recognise]" in problem.value.advice


def test_the_schools_own_comes_before_a_shipped_one_like_it() -> None:
    given = as_export(xlsx(TAB))
    general = shipped.named("generic__lesson_topics")
    like = ProfiledReader(
        read_profile((shipped.FOLDER / "generic__lesson_topics.toml").read_text("utf-8"), "наш", own=True)
    )
    assert like.demands == general.demands
    assert shipped.choose((general, like), given) is like


def test_the_registry_holds_the_profiles_of_a_home(folder: Path) -> None:
    (folder / "naschi_temy.toml").write_text(OWN.format(texts='"*учебный год*"'), encoding="utf-8")
    given = as_export(xlsx(TAB))
    assert registry.reader_for(given).NAME == "generic__lesson_topics"
    before = registry.versions()
    registry.use_profiles(folder)
    reader = registry.reader_for(given)
    assert reader.NAME == "naschi_temy"
    assert registry.BY_NAME["naschi_temy"] is reader
    assert registry.versions() != before
    assert reader.read(given).tables["lessons"].height == 3
    registry.use_profiles(None)
    assert "naschi_temy" not in registry.BY_NAME
    assert registry.versions() == before


def test_an_own_profile_of_a_shipped_name_stands_in_its_place(folder: Path) -> None:
    text = (shipped.FOLDER / "asiou__lesson_topics.toml").read_text("utf-8")
    (folder / "asiou__lesson_topics.toml").write_text(text.replace("*асиоу*", "*наш журнал*"), encoding="utf-8")
    registry.use_profiles(folder)
    assert registry.BY_NAME["asiou__lesson_topics"].profile.own  # type: ignore[attr-defined]
    tab = deepcopy(lists.ASIOU_TOPICS)
    tab.rows[0] = ["Наш журнал"]
    assert registry.reader_for(as_export(xlsx(tab))).NAME == "asiou__lesson_topics"


def test_a_broken_profile_of_a_home_is_refused_with_its_line(folder: Path) -> None:
    path = folder / "мой.toml"
    path.write_text(OWN.format(texts='"*учебный год*"').replace('"list"', '"lists"'), encoding="utf-8")
    with pytest.raises(ProfileError, match="строка 4") as problem:
        registry.use_profiles(folder)
    assert str(path) in str(problem.value)
    path.rename(folder / "sgo_studenttotal.toml")
    path = folder / "sgo_studenttotal.toml"
    path.write_text(OWN.format(texts='"*учебный год*"'), encoding="utf-8")
    with pytest.raises(ProfileError, match="занято"):
        registry.use_profiles(folder)


def _elsewhere(folder: Path, data: bytes) -> str:
    registry.use_profiles(folder)
    reader = registry.reader_for(Export("x", {"x": data}))
    return f"{reader.NAME}:{reader.VERSION}" if reader else ""


def test_another_process_reads_by_the_same_profiles(folder: Path) -> None:
    (folder / "naschi_temy.toml").write_text(OWN.format(texts='"*учебный год*"'), encoding="utf-8")
    data = xlsx(TAB)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(_elsewhere, folder, data).result()
    assert found == _elsewhere(folder, data)
    assert found.startswith("naschi_temy:")


def test_codes_of_a_profile_are_known_to_the_code_map(folder: Path) -> None:
    (folder / "naschi_temy.toml").write_text(OWN.format(texts='"*учебный год*"'), encoding="utf-8")
    school_codes.use(folder.parent)
    assert code_map.canonical("own", "topics", "attendance", "до") == "remote"
    assert code_map.canonical("own", "topics", "attendance", "Б") == "ill"
    found = [row for row in school_codes.load(folder.parent).iter_rows(named=True) if row["raw_code"] == "ДО"]
    assert [(row["confidence"], row["source"]) for row in found] == [("school", "профиль naschi_temy")]
    school_codes.use(None)
    assert code_map.canonical("own", "topics", "attendance", "ДО") is None


def test_modules_come_before_profiles() -> None:
    report = Total({"Алгебра": ({(9, 2): ("", "5")}, "5")})
    assert registry.reader_for(as_export(report.v50())).NAME == "sgo_studenttotal"
    book = ClassReport([Pupil("Пробный Иван", ((4, 1),), {"Алгебра": (["5"], 5.0, 0.0, None)})])
    assert registry.reader_for(book.export()).NAME == "ves_klass__class_report"


def test_several_tables_of_any_format_in_one_zip(tmp_path: Path) -> None:
    path = tmp_path / "выгрузки.zip"
    fixtures = [lists.LESSONS, lists.PLAN, lists.LOAD, lists.TIMETABLE, lists.SUBSTITUTIONS]
    with zipfile.ZipFile(path, "w") as archive:
        for number, ((kind, write), tab) in enumerate(zip(FORMATS.items(), fixtures, strict=True)):
            archive.writestr(f"таблица {number}.{kind}", write(tab))
    read = {}
    for found in find_exports([path]):
        assert found.problem is None, found.problem
        reader = registry.reader_for(found.export)
        read[reader.NAME] = reader.read(found.export)
    assert sorted(read) == [
        "generic__lesson_topics", "generic__substitutions", "generic__teaching_load", "generic__timetable",
        "generic__topic_plan",
    ]  # fmt: skip
    assert all(reading.tables for reading in read.values())


def test_a_damaged_file_is_recognised_by_its_texts_so_that_it_can_be_explained() -> None:
    whole = io.BytesIO(xlsx(lists.ASIOU_TOPICS))
    with zipfile.ZipFile(whole) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    given = as_export(packed(parts | {"xl/worksheets/sheet1.xml": sheet[: len(sheet) * 3 // 4]}))
    reader = registry.reader_for(given)
    assert reader.NAME == "asiou__lesson_topics"
    with pytest.raises(UnreadableExportError, match="повреждена"):
        reader.read(given)


def test_nothing_of_a_file_is_kept_after_it_was_read() -> None:
    given = as_export(xlsx(TAB))
    reader = registry.reader_for(given)
    assert tables._opened.data is given.single
    reader.read(given)
    assert tables._opened.data == b""


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"\x00" * 100, b"<html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"%PDF-1.4"],
)
def test_what_is_no_table_is_of_no_profile(data: bytes) -> None:
    assert shipped.choose(shipped.shipped(), as_export(data)) is None
    assert shipped.choose(shipped.shipped(), Export("папка", {"a": b"", "b": b""})) is None


def test_a_page_is_read_by_the_same_profile_as_a_book() -> None:
    assert registry.reader_for(as_export(html(Tab(TAB.rows)))).NAME == "generic__lesson_topics"
