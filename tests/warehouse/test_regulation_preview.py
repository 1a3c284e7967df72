"""`zavuch regulation preview`: what another regulation would judge, over the demo school."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import zavuch
from warehouse import publish
from warehouse.regulation.preview import NoPeriodError, lines, preview


@pytest.fixture(scope="module")
def school_file(small_demo: Path) -> Path:
    published = publish.current(small_demo)
    assert published is not None
    return published.files["demo"]


def test_terms_that_a_profile_does_not_set_are_said_to_be_unset(school_file: Path) -> None:
    told = "\n".join(lines(preview(school_file, "novoaltaysk-2016"), listed=0))
    assert re.search(r"Тема урока внесена в срок: срок не указан, сейчас не в срок \d+ из \d+", told)
    assert re.search(r"Домашнее задание внесено в срок: не в срок \d+ из \d+, сейчас \d+", told)


def test_records_that_flip_are_counted_and_listed(school_file: Path) -> None:
    found = preview(school_file, "kirishi-2018")
    told = list(lines(found, listed=2))
    assert f"Записи последнего месяца, о которых этот образец судит иначе: {len(found.flips)}" in told
    listed = [line for line in told if "стало бы" in line or "перестало бы" in line]
    assert len(listed) == min(2, len(found.flips))
    assert all(
        (row["verdict"] in {"late", "missing"}) != (row["own_status"] in {"late", "missing"}) for row in found.flips
    )


def test_a_period_narrows_the_counts(school_file: Path) -> None:
    whole, part = (preview(school_file, "mbou", period).rules for period in ("", "1 Четверть"))
    assert 0 < sum(row["n_expected"] for row in part) < sum(row["n_expected"] for row in whole)
    with pytest.raises(NoPeriodError, match="1 четверть"):
        preview(school_file, "mbou", "9 четверть")


def test_the_command(small_demo: Path, tmp_path: Path) -> None:
    done = zavuch("regulation", "preview", "kirishi-2018", "--lines", "1", home=small_demo, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Если бы школа вела журнал по образцу kirishi-2018" in done.stdout
    wrong = zavuch("regulation", "preview", "нет такого", home=small_demo, cwd=tmp_path)
    assert wrong.returncode == 2
    assert "kirishi-2018" in wrong.stderr
