"""The seed of working days is what the package `holidays` gives, and holds what the law says of known days."""

from __future__ import annotations

import csv

import pytest

from tests.docs_pages import docs_module


def test_the_seed_is_current() -> None:
    calendar = docs_module("production_calendar")
    assert calendar.SEED.read_text(encoding="utf-8") == calendar.text()


@pytest.mark.parametrize(
    ("day", "five", "six"),
    [
        ("2025-11-01", "true", "true"),  # a working Saturday
        ("2025-11-03", "false", "true"),  # the day off moved from it
        ("2025-11-04", "false", "false"),
        ("2026-03-09", "false", "false"),  # 8 March was a Sunday
        ("2026-05-11", "false", "true"),  # 9 May was a Saturday
    ],
)
def test_known_days(day: str, five: str, six: str) -> None:
    with docs_module("production_calendar").SEED.open(encoding="utf-8", newline="") as stream:
        rows = {row["date"]: row for row in csv.DictReader(stream)}
    assert (rows[day]["working_5"], rows[day]["working_6"]) == (five, six)
