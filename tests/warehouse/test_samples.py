"""Draws and their results: kept without names, never changed, counted by the last word; the share and its bounds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse import samples_words
from warehouse.samples import Cell, Draw, Lesson, Result, Samples, SamplesError, Share, share, wilson
from warehouse.settings import Settings

AT = datetime(2025, 10, 12, 14, 30)


def cell(class_name: str = "7А", **more: Any) -> Cell:
    told = {
        "class_id": class_name, "class_name": class_name, "subject_id": "math", "date": date(2025, 10, 6),
        "pupil_id": "p1", "kind": "mark", "lessons": (Lesson(2, ("5",), ""), Lesson(None, (), "Н")),
        "looked": ("attendance", "marks"), "observations": ("bae060eeef32",),
    }  # fmt: skip
    return Cell(**(told | more))


def draw(number: int = 1, n: int = 10, year: str = "2025/2026", **more: Any) -> Draw:
    cells = tuple(cell("7А" if place % 2 else "8Б", pupil_id=f"p{place}") for place in range(n))
    return Draw("s1", number, "v00001-aa", AT, year, n, "", cells, **more)


def result(**found: Any) -> Result:
    return Result(found.pop("author", "Петрова"), found.pop("at", AT), **found)


@pytest.fixture
def samples(tmp_path: Path) -> Samples:
    return Samples(Settings(tmp_path / "дом"), "s1")


def test_what_is_kept_is_read_back_the_same(samples: Samples) -> None:
    samples.keep(draw())
    samples.enter(1, result(wrong=(3,), missing=(5,), unchecked=(9, 10)))

    assert samples.draws() == [draw(results=(result(wrong=(3,), missing=(5,), unchecked=(9, 10)),))]
    assert samples.next_number() == 2
    assert [path.name for path in samples.folder.iterdir()] == ["0001.json"]


def test_a_correction_is_added_and_the_last_result_counts(samples: Samples) -> None:
    samples.keep(draw())
    samples.enter(1, result(wrong=(1, 2)))
    samples.enter(1, result(author="Иванова", at=datetime(2025, 10, 13), wrong=(2,)))

    told = json.loads((samples.folder / "0001.json").read_text(encoding="utf-8"))
    assert [(one["author"], one["wrong"]) for one in told["results"]] == [("Петрова", [1, 2]), ("Иванова", [2])]
    counted = share(samples.draws())
    assert (counted.confirmed, counted.checked, counted.last) == (9, 10, datetime(2025, 10, 13))


def test_the_same_draw_once_more_keeps_its_results_and_another_is_refused(samples: Samples) -> None:
    samples.keep(draw())
    samples.enter(1, result())

    assert samples.keep(draw()).results == (result(),)
    for other in (draw(n=9), replace(draw(), version="v00002-bb")):
        with pytest.raises(SamplesError, match="Выборка 1 уже взята из версии v00001-aa"):
            samples.keep(other)
    assert samples.draws() == [draw(results=(result(),))]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"wrong": (0,)}, "нет ячейки 0: они пронумерованы от 1 до 10"),
        ({"missing": (11, 12)}, "нет ячейки 11, 12"),
        ({"wrong": (3,), "missing": (3,)}, "Ячейка 3 названа дважды"),
        ({"wrong": (4, 4)}, "Ячейка 4 названа дважды"),
        ({"unchecked": tuple(range(1, 11))}, "Ни одна ячейка не проверена"),
    ],
)
def test_a_result_that_cannot_be_is_refused_and_not_kept(samples: Samples, found: Any, words: str) -> None:
    samples.keep(draw())
    with pytest.raises(SamplesError, match=words):
        samples.enter(1, result(**found))
    assert samples.draws() == [draw()]


def test_an_unknown_draw_and_a_spoilt_file_are_told_of(samples: Samples) -> None:
    with pytest.raises(SamplesError, match="Выборки 4 нет"):
        samples.enter(4, result())
    samples.keep(draw())
    (samples.folder / "0001.json").write_text('{"cells": [', encoding="utf-8")
    with pytest.raises(SamplesError, match=r"0001\.json не читается"):
        samples.draws()


def test_the_share_counts_draws_of_the_year_that_have_a_result_by_class() -> None:
    draws = [
        draw(1, results=(result(wrong=(1,), missing=(2,), unchecked=(3,)),)),
        draw(2, results=(result(at=datetime(2025, 11, 1)),)),
        draw(3),
        draw(4, year="2024/2025", results=(result(at=datetime(2026, 1, 1), wrong=(1,)),)),
    ]
    counted = share(draws, "2025/2026")

    assert counted == Share(17, 19, 1, datetime(2025, 11, 1), {"8Б": (8, 9), "7А": (9, 10)})
    assert share(draws).checked == 29
    assert share([draw(3)]) == Share(0, 0, 0, None, {})


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_bounds_are_the_shares_that_a_score_test_does_not_reject(counts: tuple[int, int]) -> None:
    confirmed, checked = counts
    low, high = wilson(confirmed, checked)
    p = confirmed / checked

    assert 0 <= low <= p + 1e-12
    assert p - 1e-12 <= high <= 1
    for bound in (low, high):
        if 1e-9 < bound < 1 - 1e-9:
            assert abs(p - bound) / sqrt(bound * (1 - bound) / checked) == pytest.approx(1.959964, rel=1e-5)
    assert wilson(checked - confirmed, checked) == pytest.approx((1 - high, 1 - low))


def test_wilson_of_known_counts() -> None:
    assert wilson(28, 30) == pytest.approx((0.7868, 0.9815), abs=5e-5)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_share_in_words() -> None:
    said = samples_words.sentence(Share(28, 30, 0, AT, {})).replace("\u00a0", " ")
    assert said == (
        "Проверено вручную: 28 из 30 ячеек совпали (93 %), последняя проверка 12.10.2025."
        " С надёжностью 95 % по всем ячейкам – не меньше 78 %."
    )
    assert "21 из 21 ячейки совпала (100 %)" in samples_words.sentence(Share(21, 21, 0, AT, {})).replace("\u00a0", " ")
    assert "(99 %)" in samples_words.sentence(Share(299, 300, 1, AT, {})).replace("\u00a0", " ")
    assert "Не нашлось в журнале: 1." in samples_words.sentence(Share(299, 300, 1, AT, {}))
    assert "ещё никто не проверял" in samples_words.sentence(Share())
    assert samples_words.by_class(Share(3, 4, 0, AT, {"10А": (1, 2), "7А": (2, 2)})) == ["7А: 2 из 2", "10А: 1 из 2"]


def test_the_list_names_draws_results_and_what_still_waits() -> None:
    draws = [draw(1, results=(result(wrong=(1, 2)), result(wrong=(2,), unchecked=(3,)))), draw(2)]
    lines = [line.strip() for line in samples_words.lines(draws, share(draws))]

    assert lines[1].endswith("Петрова  совпало 8 из 10; не совпало: 1, 2 (заменён следующим)")
    assert lines[2].endswith("Петрова  совпало 8 из 9; не совпало: 2; не проверено: 3")
    assert lines[4] == "итог не внесён: zavuch sample enter 2"
    assert lines[-1] == "По классам: 7А: 4 из 5, 8Б: 4 из 4"
