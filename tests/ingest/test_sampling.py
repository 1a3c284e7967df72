"""Drawn cells: each agrees with what the exports hold, the draw is repeatable, and it is spread."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingest import load, sampling
from tests.ingest.journal_folder import small_journal, write_zip
from tests.journal_of_each_kind import LESSONS, PRINTED_SCHOOLS, PUPILS, SAMPLES, SUBJECTS, TAKEN, Lesson
from warehouse import build, publish
from warehouse.settings import School, Settings

KINDS = (
    ("journal_csv", "journal_csv"), ("sgo", "studenttotal"), ("ves_klass", "class_report"), ("asiou", "class_journal"),
    ("dnevnik_ru", "journal_page"),
)  # fmt: skip
NAMES = ["-".join(kind) for kind in KINDS]
SMALL = "small"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One school a kind of export, all of the same class, and a school with three exports of two days; one build."""
    folder = tmp_path_factory.mktemp("выборка")
    settings = Settings.load(folder / "дом")
    schools = {}
    for name, kind in zip(NAMES, KINDS, strict=True):
        paths = []
        (folder / name).mkdir()
        for file, data in SAMPLES[kind]().items():
            paths.append(folder / name / file)
            paths[-1].write_bytes(data)
        schools[name] = School(name, name, PRINTED_SCHOOLS)
        done = load.ingest(replace(settings, schools={name: schools[name]}), paths, taken_at=TAKEN)
        assert done.loaded == len(paths), (name, done)
    schools[SMALL] = School(SMALL, SMALL)
    for file, moment, mark in (
        ("первая.zip", "2026-09-07T10:00", "3"),
        ("вторая.zip", "2026-09-08T08:00", "5"),
        ("третья.zip", "2026-09-08T09:00", "5"),
    ):
        journal = small_journal(moment)
        journal["manifest"][0]["school_id"] = SMALL
        journal["marks"] = [{"mark_id": "m1", "lesson_id": "l1", "pupil_id": "p1", "value": mark}]
        done = load.ingest(replace(settings, schools={SMALL: schools[SMALL]}), [write_zip(folder / file, journal)])
        assert done.loaded == 1, done
    settings = replace(settings, schools=schools)
    assert build.build(settings).published is not None
    return settings


def lesson_of(subject: str, day: date) -> Lesson:
    (found,) = (one for one in LESSONS if (one.subject.casefold(), one.day) == (subject.casefold(), day))
    return found


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("school", NAMES)
def test_each_drawn_cell_is_what_the_export_holds(home: Settings, school: str, number: int) -> None:
    draw, named = sampling.draw(home, school, number, n=15)

    assert [each.cell for each in named] == list(draw.cells)
    assert len(set(draw.cells)) == 15
    for each in named:
        (pupil,) = (key for key, name in PUPILS.items() if name.startswith(each.pupil))
        one = lesson_of(each.subject, each.cell.date)
        (held,) = each.cell.lessons
        assert held.marks == ((one.mark(pupil),) if one.mark(pupil) else ()), each
        assert bool(held.code) == one.absent(pupil), each
        assert each.cell.class_name == "7А"
        assert each.files, each
        assert {file.taken_at for file in each.files} == {TAKEN}
    assert {each.subject.casefold() for each in named} <= {subject.casefold() for subject in SUBJECTS}


@pytest.mark.parametrize("school", NAMES)
def test_a_third_is_empty_a_quarter_absences_the_rest_marks_as_far_as_there_are_any(
    home: Settings, school: str
) -> None:
    draw, _named = sampling.draw(home, school, 1, n=12)
    assert Counter(cell.kind for cell in draw.cells) == {"empty": 4, "code": 3, "mark": 5}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_row_of_a_journal_csv_is_the_row_of_the_file(home: Settings, number: int, tmp_path: Path) -> None:
    import io
    import zipfile

    archive = zipfile.ZipFile(io.BytesIO(SAMPLES["journal_csv", "journal_csv"]()["журнал.zip"]))
    _draw, named = sampling.draw(home, NAMES[0], number, n=15)
    seen = 0
    for each in named:
        (file,) = each.files
        assert file.name == "журнал.zip"
        if each.cell.kind == "empty":
            assert file.place == ""
            continue
        name, _comma, row = file.place.partition(", строка ")
        line = archive.read(name).decode().splitlines()[int(row) - 1].split(",")
        one = lesson_of(each.subject, each.cell.date)
        assert f"l{one.id}" in line
        assert each.cell.pupil_id in line
        assert (each.cell.lessons[0].marks or (each.cell.lessons[0].code,))[0] in line
        seen += 1
    assert seen


def test_the_same_version_and_number_give_the_same_cells_and_another_number_others(home: Settings) -> None:
    first, names = sampling.draw(home, NAMES[0], 1)
    assert sampling.draw(home, NAMES[0], 1) == (first, names)
    assert set(sampling.draw(home, NAMES[0], 2)[0].cells) != set(first.cells)
    assert len(first.cells) == 10


def test_a_value_is_told_with_the_newest_file_that_shows_it_and_nobody_s_look_makes_no_empty_cell(
    home: Settings,
) -> None:
    """The newest export was taken on the morning of the second lesson: nobody has looked at that day."""
    draw, named = sampling.draw(home, SMALL, 1, n=10)
    told = {(each.pupil, each.cell.date.day): each for each in named}

    assert set(told) == {("Первый", 7), ("Второй", 7)}
    mark = told["Первый", 7]
    assert (mark.cell.lessons[0].marks, mark.cell.lessons[0].number) == (("5",), 1)
    assert [file.name for file in mark.files] == ["третья.zip"]
    assert told["Второй", 7].cell.lessons[0].code == "Н"
    assert draw.academic_year == "2026/2027"


def test_one_class_is_drawn_by_its_name_and_an_unknown_one_refused(home: Settings) -> None:
    assert sampling.draw(home, NAMES[0], 1, class_name="7 а")[0].class_name == "7А"
    with pytest.raises(sampling.NothingToDrawError, match=r"Класса 8Б нет в 2026/2027. Есть: 7А"):
        sampling.draw(home, NAMES[0], 1, class_name="8Б")


def test_exports_that_are_not_built_yet_stop_the_draw(home: Settings, tmp_path: Path) -> None:
    import shutil

    copy = replace(home, home=tmp_path / "копия")
    shutil.copytree(home.home, copy.home)
    journal = small_journal("2026-09-09T23:50")
    journal["manifest"][0]["school_id"] = SMALL
    load.ingest(replace(copy, schools={SMALL: copy.schools[SMALL]}), [write_zip(tmp_path / "новая.zip", journal)])

    with pytest.raises(sampling.NothingToDrawError, match="zavuch build"):
        sampling.draw(copy, SMALL, 1)
    assert sampling.draw(copy, NAMES[0], 1) == sampling.draw(home, NAMES[0], 1)
    with pytest.raises(sampling.NothingToDrawError, match="zavuch run"):
        sampling.draw(copy, "s9", 1)


def test_cells_are_spread_over_classes_and_sources(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Taking turns: of three classes and two sources none gives more than its share while others have cells."""
    rows = [
        {"cell": n, "kind": "mark", "source": "a" if n % 20 else "b", "class_id": f"{n % 3}", "turn": f"{n:04}"}
        for n in range(120)
    ]
    drawing = object.__new__(sampling._Drawing)
    monkeypatch.setattr(drawing, "_rows", lambda _query: list(rows), raising=False)
    taken = drawing.chosen(12)

    assert Counter(row["source"] for row in taken) == {"a": 6, "b": 6}
    assert set(Counter(row["class_id"] for row in taken).values()) == {4}


def test_published_rows_are_what_is_drawn_from(home: Settings) -> None:
    """Every drawn cell stands in the published marts with the same marks."""
    published = publish.current(home.home)
    assert published is not None
    draw, _named = sampling.draw(home, NAMES[1], 5, n=15)
    with duckdb.connect(published.files[NAMES[1]], read_only=True) as con:
        for cell in draw.cells:
            rows = con.execute(
                "select value from marts.fct_marks where class_id = ? and subject_id = ? and date = ? and pupil_id = ?",
                [cell.class_id, cell.subject_id, cell.date, cell.pupil_id],
            ).fetchall()
            assert [value for (value,) in rows] == [mark for one in cell.lessons for mark in one.marks]
