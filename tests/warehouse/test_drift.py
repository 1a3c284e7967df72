"""From rows of the mart to findings in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from warehouse import drift, drift_words
from warehouse.dbt_run import PROJECT

COLUMNS = "class_id class_name system export_kind export_title table_name item item_before pupil_name"
BLANK: dict[str, Any] = dict.fromkeys(COLUMNS.split(), "")
NEWEST, EARLIER = datetime.fromisoformat("2025-10-24T23:50"), datetime.fromisoformat("2025-10-17T23:50")


def row(finding: str, severity: str = "attention", **values: Any) -> dict[str, Any]:
    """A row of the mart."""
    numbers: dict[str, Any] = dict.fromkeys(("n", "n_of", "n_before"))
    key = {"finding": finding, "severity": severity, "academic_year": "2025/2026"}
    return BLANK | key | numbers | {"since": NEWEST, "compared_with": EARLIER} | values


def one(*rows: dict[str, Any]) -> drift.Finding:
    (found,) = drift.findings(rows)
    return found


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_what_belongs_together_is_one_finding_with_its_classes_in_natural_order() -> None:
    code = {"table_name": "attendance", "item": "ДО", "system": "s", "export_kind": "k", "export_title": "Отчёт"}
    found = one(*(row("code_unmapped", class_name=name, n=2, **code) for name in ("10А", "2Б")))
    assert found.what == "Код посещаемости «ДО»: значение не описано, 4 записи."
    assert found.where == "2Б, 10А; «Отчёт»"
    assert (found.n, found.classes) == (4, ("2Б", "10А"))
    assert plain(drift.since(found)) == "с выгрузки 24.10 23:50"


def test_many_classes_are_counted_on() -> None:
    found = one(
        *(row("attendance_stopped", class_name=f"{grade}А", n=9, n_of=10, n_before=5) for grade in range(1, 12))
    )
    assert found.where.endswith("8А и ещё 3")


def test_the_worst_comes_first() -> None:
    rows = [
        row("averages", "fine", n=0, n_of=10),
        row("code_new", "note", table_name="marks", item="зач", item_before="credit", n=1),
        row("nothing_to_compare", "need"),
        row("cells_rejected", item="Причина.", n=5),
    ]
    assert [each.severity for each in drift.findings(rows)] == ["attention", "need", "note", "fine"]


def test_names_stand_in_people_alone() -> None:
    rows = [
        row("pupil_came", "note", class_name="7А", item="p1", pupil_name="Иванова Анна", item_before="7Б", n=1),
        row("pupil_left", "note", class_name="7Б", item="p1", pupil_name="Иванова Анна", item_before="7А", n=1),
        row("pupil_left", "note", class_name="7Б", item="p2", pupil_name="Петров Пётр", n=1),
    ]
    found = one(*rows)
    assert found.what == "Состав классов изменился: пришли 1, выбыли 2."
    assert found.where == "7А (+1), 7Б (−2)"
    assert found.people == ("7А: + Иванова Анна (из 7Б)", "7Б: − Иванова Анна (в 7А)", "7Б: − Петров Пётр")
    told = drift.Report("s", NEWEST, (found,))
    assert not any("Иванова" in line for line in drift.lines(told))
    assert "Иванова" not in str(drift.as_json(told))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [row("table_lost", table_name="homework"), row("table_lost", table_name="marks")],
            "Больше не приходит: домашние задания, отметки.",
        ),
        (
            [
                row("column_lost", table_name="lessons", item="topic"),
                row("column_lost", table_name="lessons", item="x"),
            ],
            "Уроки: больше не приходит тема урока, столбец x.",
        ),
        (
            [row("class_maybe_renamed", item="8К", item_before="8Б", n=26, n_of=27)],
            "Класс «8Б» исчез, появился «8К» – похоже, переименовано (тех же учеников: 26 из 27).",
        ),
        (
            [
                row("subject_maybe_renamed", item="Труд (технология)", item_before="Труд", class_name=name, n=4, n_of=5)
                for name in ("5А", "5Б")
            ],
            "Предмет «Труд» исчез, появился «Труд (технология)» – похоже, переименовано (тех же уроков: 8 из 10).",
        ),
        (
            [row("class_renamed", "note", item="8 кадетский", item_before="8А")],
            "Класс «8А» теперь называется «8 кадетский».",
        ),
        (
            [
                row("lessons_below_timetable", class_id="9А", item=f"2025-10-{day:02}", n=12, n_before=30)
                for day in (20, 13, 6, 1)
            ],
            "Уроков в журнале меньше, чем в расписании:"
            + "".join(f" {week}.10 – 12 из 30;" for week in ("20–26", "13–19", "06–12"))
            + " и ещё недель: 1.",
        ),
        (
            [row("averages", "note", n=1, n_of=400)],
            "Напечатанные средние не сошлись с прочитанными отметками: 1 из 400 (<1 %).",
        ),
        (
            [row("cells_rejected", item="Б.", n=1), row("cells_rejected", item="А", n=5)],
            "Не понято и не загружено: 6 ячеек. А – 5; Б – 1.",
        ),
        (
            [row("code_new", "note", table_name="attendance", item="Б", item_before="ill", n=1)],
            "Код посещаемости «Б» встретился впервые, 1 запись; понят как «болел».",
        ),
    ],
    ids=lambda value: value[0]["finding"] if isinstance(value, list) else "",
)
def test_findings_in_words(rows: list[dict[str, Any]], words: str) -> None:
    assert plain(one(*rows).what) == words


def test_a_text_too_long_for_a_code_is_cut() -> None:
    assert drift_words.cut("Иванов Иван Иванович") == "Иванов Иван…"


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(1, 400, "<1 %"), (399, 400, "99 %"), (0, 5, "0 %"), (5, 5, "100 %"), (0, 0, "0 %")]
)
def test_a_share_never_claims_all_or_nothing(part: int, whole: int, text: str) -> None:
    assert plain(drift_words.share(part, whole)) == text


def test_every_finding_of_the_mart_has_its_words() -> None:
    described = {code for codes, _key, _word in drift.WORDED for code in codes} | {"compared"}
    model = PROJECT / "models" / "reports" / "rpt_deputy__drift.yml"
    listed = model.read_text(encoding="utf-8").split("Findings: ", 1)[1].split(".", 1)[0]
    assert {code.strip() for code in listed.split(",")} == described
