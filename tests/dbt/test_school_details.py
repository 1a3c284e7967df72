"""What papers print of a school: what stands, entered last, and nothing that was taken back."""

from __future__ import annotations

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school


@school("details", as_of="2025-11-20T08:00")
def details(s: School) -> None:
    s.row("school_details", item="director", value="Прежний И. И.", known_from="2025-09-01", known_to="2025-10-01")
    s.row("school_details", item="director", value="Нынешний И. И.", known_from="2025-10-01")
    s.row("school_details", item="deputy", value="Лебедева О. В.", known_from="2025-09-01", known_to="2025-10-01")
    s.row("school_details", item="full_name", value="Школа № 12 города Образцова")
    s.row("school_details", item="town", value="Позже", known_from="2025-12-01")


def test_what_stands_is_printed(built: Built) -> None:
    rows = built.rows(
        "select item, value from reports.rpt_document__school_details where school_id = 'details' order by item"
    )
    assert rows == [
        {"item": "director", "value": "Нынешний И. И."}, {"item": "full_name", "value": "Школа № 12 города Образцова"},
    ]  # fmt: skip
