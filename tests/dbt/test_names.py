"""A teacher goes by the fullest form of the name of today, whoever wrote it last."""

from __future__ import annotations

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

SHOWN = {  # teacher → names, the oldest first
    "shorter": [("Семёнова", "Алёна", "Петровна"), ("Семенова", "А.", "П.")],
    "letters": [("Семёнова", "Алёна", "Петровна"), ("Семенова", "Алена", "Петровна")],
    "fuller": [("Семенова", "А.", "П."), ("Семёнова", "Алёна", "Петровна")],
    "middle": [("Семёнова", "Алёна", "Петровна"), ("Семёнова", "Алёна", "")],
    "married": [("Семёнова", "Алёна", "Петровна"), ("Иванова", "А.", "П.")],
    "mended": [("Семёнова", "Алина", "Петровна"), ("Семёнова", "Алёна", "Петровна")],
}
EXPECTED = dict.fromkeys(SHOWN, ("Семёнова", "Алёна", "Петровна")) | {"married": ("Иванова", "А.", "П.")}


@school("names", as_of="2025-10-28T08:00", known="2025-10-27T23:00")
def names(s: School) -> None:
    s.basics()
    for teacher, shown in SHOWN.items():
        for month, (last, first, middle) in enumerate(shown, start=9):
            s.row(
                "teachers", teacher_id=teacher, last_name=last, first_name=first, middle_name=middle,
                known_from=f"2025-{month:02}-01", known_to=None if month == 10 else "2025-10-01",
            )  # fmt: skip


@pytest.mark.parametrize("teacher", SHOWN)
def test_the_fullest_form_of_the_name_of_today_is_printed(built: Built, teacher: str) -> None:
    (found,) = built.rows(
        "select last_name, first_name, middle_name from marts.dim_teacher where school_id = 'names' and teacher_id = ?",
        teacher,
    )
    assert tuple(found.values()) == EXPECTED[teacher]
