"""Two teachers of one subject on the same days: found wherever a slow look at every day finds one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.school_loads import overlaps
from tests.school_book import entry
from warehouse.registers.entries import Entry
from warehouse.registers.values import Given

FIRST = date(2025, 9, 1)


def load(teacher: str, **more: Given) -> Entry:
    return entry("teaching_assignments", **{"teacher": teacher, "subject": "Алгебра", "class_": "7Б", **more})


def test_an_old_row_left_open_overlaps_the_new_one_from_its_first_day() -> None:
    (found,) = overlaps([(4, load("Иванова Анна")), (9, load("Петрова Ольга", starts_on="12.01.2026"))])
    assert (found.lines, found.starts_on, found.ends_on) == ((4, 9), date(2026, 1, 12), None)


@pytest.mark.parametrize(
    ("one", "other", "n"),
    [
        ({"ends_on": "11.01.2026"}, {"starts_on": "12.01.2026"}, 0),
        ({"ends_on": "12.01.2026"}, {"starts_on": "12.01.2026"}, 1),
        ({"subgroup": "1"}, {"subgroup": "2"}, 0),
        ({"subgroup": "1"}, {}, 1),
        ({"subject": "Химия"}, {}, 0),
        ({"class_": "7А"}, {}, 0),
        ({"class_": "7 «б»", "subject": "АЛГЕБРА"}, {}, 1),
        ({"teacher": "петрова ольга"}, {}, 0),
    ],
    ids=["closed", "one day", "subgroups", "subgroup of the class", "subjects", "classes", "spelling", "the same"],
)
def test_only_the_same_lessons_of_two_teachers_overlap(one: dict[str, Given], other: dict[str, Given], n: int) -> None:
    rows = [load(**{"teacher": "Иванова Анна", **one}), load("Петрова Ольга", **other)]  # type: ignore[arg-type]
    assert len(overlaps(enumerate(rows, start=4))) == n


SPANS = st.tuples(st.sampled_from("АБВ"), st.sampled_from(["", "1", "2"]), st.integers(0, 12), st.integers(0, 12))


@given(st.lists(SPANS, max_size=6))
@settings(max_examples=80, deadline=None)
def test_they_are_what_a_look_at_every_day_finds(spans: list[tuple[str, str, int, int]]) -> None:
    def days(starts: int, length: int) -> set[date]:
        return {FIRST + timedelta(days=passed) for passed in range(starts, starts + length + 1)}

    rows = [
        load(f"Учитель {letter}", subgroup=group or None, starts_on=FIRST + timedelta(days=starts),
             ends_on=FIRST + timedelta(days=starts + length))
        for letter, group, starts, length in spans
    ]  # fmt: skip
    expected = {
        (one, other)
        for other, (its, its_group, *its_days) in enumerate(spans)
        for one, (letter, group, *own_days) in enumerate(spans[:other])
        if letter != its and (group == its_group or "" in {group, its_group}) and days(*own_days) & days(*its_days)
    }
    assert {found.lines for found in overlaps(enumerate(rows))} == expected
