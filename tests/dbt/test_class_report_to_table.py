"""One class-wide report of a real layout, from the file to the class table: every number between is told by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest import load
from tests.ingest.readers.layouts import ClassReport, Pupil
from warehouse import build, publish
from warehouse.settings import School, Settings

DAYS = ((9, 1), (9, 8), (9, 15), (9, 22))
# subject → (cells by day, printed mean, printed weighted mean, printed mark for the period)
REPORT = ClassReport(
    [
        Pupil("Первый Иван", DAYS, {
            "Алгебра": (["5", "5", "4", ""], 4.666666666666667, 0.0, "5"),
            "Русский язык": (["4", "5", "", ""], 4.5, 0.0, "5"),
            "Физкультура": (["", "5", "", ""], 5.0, 0.0, "5"),
        }),
        Pupil("Второй Пётр", DAYS, {
            "Алгебра": (["4", "4", "3", "5"], 4.0, 0.0, "4"),
            "Русский язык": (["5", "4", "4", ""], 4.333333333333333, 0.0, "4"),
            "Физкультура": (["5", "", "", ""], 5.0, 0.0, "5"),
        }),
        Pupil("Третий Олег", DAYS, {
            "Алгебра": (["5", "Н", "4", "4"], 4.333333333333333, 0.0, "4"),
            "Русский язык": (["5", "5", "", ""], 5.0, 0.0, "5"),
            "Физкультура": (["", "", "", ""], 0.0, 0.0, "осв"),
        }),
        Pupil("Четвёртый Илья", DAYS, {
            "Алгебра": (["2", "3", "Б", "2"], 2.333333333333333, 0.0, "2"),
            "Русский язык": (["Б", "Б", "", "Н"], 0.0, 0.0, "н/а"),
            "Физкультура": (["3", "3", "", ""], 3.0, 0.0, "3"),
        }),
        Pupil("Пятый Яков", DAYS, {
            "Алгебра": (["3", "", "", "3"], 3.0, 0.0, "3"),
            "Русский язык": (["", "4", "", ""], 4.0, 0.0, "4"),
            "Физкультура": (["", "", "", "5"], 5.0, 0.0, "5"),
        }),
    ],
    year="Учебный год: 2025/2026",
    period="Период: с 01.09.25 по 26.10.25",
)  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file of a home with this one report, printed two days after the quarter."""
    folder = tmp_path_factory.mktemp("отчёт")
    settings = Settings.load(folder / "дом").add_school(School("s1", "МАОУ СОШ № 0", ("МАОУ СОШ № 0",)))
    report = folder / "отчёт.xlsx"
    report.write_bytes(REPORT.book().save())
    load.ingest(settings, [report], taken_at=datetime.fromisoformat("2025-10-28T12:00"))
    build.build(settings)
    found = publish.current(settings.home)
    assert found is not None
    return found.files["s1"]


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_marks_of_the_cells(published: Path) -> None:
    read = rows(
        published, "select subject_id, count(*), sum(numeric_value) from marts.fct_marks group by all order by 1"
    )
    # algebra 14 + 16 + 13 + 7 + 6, Russian 9 + 13 + 10 + 4, sports 5 + 5 + 6 + 5
    assert read == [("алгебра", 15, 56), ("русский язык", 8, 36), ("физкультура", 5, 21)]


def test_the_means_and_computed_marks_of_the_pupils(published: Path) -> None:
    read = rows(
        published,
        "select pupils.pupil_name, progress.calculation, progress.period_mark "
        "from marts.progress_by_pupil_subject_period as progress "
        "inner join marts.dim_pupil as pupils on progress.pupil_id = pupils.pupil_id "
        "where progress.subject_id = 'алгебра' order by 2",
    )
    assert [row[1:] for row in read] == [
        ("(3·1 + 2·2)/3 = 2,33 → порог 0,5 → 2", "2"),
        ("(3·2)/2 = 3 → порог 0,5 → 3", "3"),
        ("(5·1 + 4·2 + 3·1)/4 = 4 → порог 0,5 → 4", "4"),
        ("(5·1 + 4·2)/3 = 4,33 → порог 0,5 → 4", "4"),
        ("(5·2 + 4·1)/3 = 4,67 → порог 0,5 → 5", "5"),
    ]
    assert {row[0].split()[0] for row in read} == {"Первый", "Второй", "Третий", "Четвёртый", "Пятый"}


def test_the_printed_means_are_those_of_the_marks(published: Path) -> None:
    # 15 pairs, two of them (осв, and ill all the time) without a mean
    assert rows(
        published,
        "select n_printed, n_equal, n_differing, n_same_marks, n_same_mean from marts.reported_averages_agree",
    ) == [(13, 13, 0, 13, 13)]


def test_the_subjects_of_the_class(published: Path) -> None:
    read = rows(
        published,
        "select subject_id, n_pupils, n5, n4, n3, n2, n_not_assessed, n_not_assessed_ill, n_released, n_missing, "
        "n_counted, success_explained, quality_explained, sou_explained "
        "from marts.results_by_class_subject_period where scope_kind = 'class' and period_key = 'quarter-1' order by 1",
    )
    assert read == [
        ("алгебра", 5, 1, 2, 1, 1, 0, 0, 0, 0, 5, "(1 + 2 + 1)/5 = 80 %", "(1 + 2)/5 = 60 %",
         "(100·1 + 64·2 + 36·1 + 16·1)/5 = 56 %"),
        ("русский язык", 5, 2, 2, 0, 0, 1, 1, 0, 0, 5, "(2 + 2 + 0)/5 = 80 %", "(2 + 2)/5 = 80 %",
         "(100·2 + 64·2 + 7·1)/5 = 67 %"),
        ("физкультура", 5, 3, 0, 1, 0, 0, 0, 1, 0, 4, "(3 + 0 + 1)/4 = 100 %", "(3 + 0)/4 = 75 %",
         "(100·3 + 36·1)/4 = 84 %"),
    ]  # fmt: skip


def test_the_categories_of_the_pupils(published: Path) -> None:
    read = rows(
        published,
        "select pupils.pupil_name, results.category_title, results.single_subject_id, results.mean_explained "
        "from marts.pupil_results_by_period as results "
        "inner join marts.dim_pupil as pupils on results.pupil_id = pupils.pupil_id "
        "where results.period_key = 'quarter-1'",
    )
    assert {row[0].split()[0]: row[1:] for row in read} == {
        "Первый": ("отличник", "", "(5·3)/3 = 5"),
        "Второй": ("хорошист", "", "(5·1 + 4·2)/3 = 4,33"),
        "Третий": ("хорошист с одной «4»", "алгебра", "(5·1 + 4·1)/2 = 4,5"),
        "Четвёртый": ("неуспевающий", "", "(3·1 + 2·1)/2 = 2,5"),
        "Пятый": ("троечник с одной «3»", "алгебра", "(5·1 + 4·1 + 3·1)/3 = 4"),
    }


def test_the_class_table(published: Path) -> None:
    read = rows(
        published,
        "select scope_kind, scope_name, n_pupils, n_excellent, n_good, n_good_one_4, n_satisfactory, "
        "n_satisfactory_one_3, n_failing, n_not_assessed, n_not_summed, quality_explained, success_explained "
        "from reports.rpt_administration__class_table where period_key = 'quarter-1' order by 1",
    )
    figures = (5, 1, 2, 1, 1, 1, 1, 0, 0, "(1 + 2)/5 = 60 %", "(1 + 2 + 1)/5 = 80 %")
    assert read == [
        ("class", "8А", *figures), ("grade", "8 классы", *figures), ("level", "5–9 классы", *figures),
        ("school", "школа", *figures),
    ]  # fmt: skip
