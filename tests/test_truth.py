"""The truth of the demo school: every planted fault that the exports can prove is found, and nothing else is flagged.

For the three layouts together and each alone: from generated exports through ingest and dbt to the checks.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import load
from ingest.demo_school import generate
from tests.conftest import SMALL_SCHOOL
from tests.truth_matching import Match, compare
from warehouse import build, publish
from warehouse.settings import School, Settings

pytestmark = pytest.mark.slow

ALONE = {"pupils": 90, "weeks": 9, "years": 1, "seed": 5}


def built(home: Path, layouts: tuple[str, ...]) -> Match:
    """Generate a school in these layouts, take its exports to the warehouse, compare with the truth."""
    plan = generate(home / "demo", **ALONE, layouts=layouts)
    settings = Settings.load(home)
    settings = settings.add_school(School(plan.school_id, plan.school_name, tuple(plan.printed_names)))
    outcome = load.ingest(settings, [plan.exports])
    assert outcome.clean, outcome.quarantined
    published = build.build(settings).published
    assert published is not None
    return compare(published.files[plan.school_id], plan.truth)


@pytest.mark.parametrize("layout", ["a", "b", "c"])
def test_each_layout_alone_tells_the_truth(tmp_path: Path, layout: str) -> None:
    match = built(tmp_path / "дом", (layout,))
    assert match.missed == []
    assert match.wrong == []
    assert match.extra == []
    assert match.found >= 5


def test_the_layouts_together_tell_the_truth(small_demo: Path) -> None:
    published = publish.current(small_demo)
    assert published is not None
    match = compare(published.files["demo"], small_demo / "demo" / "truth" / "faults.csv")
    assert match.missed == []
    assert match.wrong == []
    assert match.extra == []
    assert match.found >= 40
    assert SMALL_SCHOOL["weeks"] == 9
