"""First-load manners: from which day remarks are kept, and who sees findings in the first weeks."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

FIRST, SECOND = "2025-10-01T23:00", "2025-10-10T23:00"
SUBJECTS = ("физика", "химия", "история", "алгебра", "музыка")


def journal(s: School, loaded_at: str | None = None) -> None:
    """Two topics entered late, a month apart, and a day of absence but for one lesson."""
    s.basics(subjects=SUBJECTS)
    for day in ("2025-09-03", "2025-10-06"):
        for number, subject in enumerate(SUBJECTS, start=1):
            late = datetime.fromisoformat(day).replace(day=datetime.fromisoformat(day).day + 2)
            s.lesson(f"{day}/{subject}", day, subject, number=number, topic="Тема",
                     topic_entered_at=late if number == 1 else datetime.fromisoformat(f"{day}T12:00"))  # fmt: skip
    for subject in SUBJECTS[:-1]:
        s.code(f"2025-10-06/{subject}", "p1", "Н")
    s.statement(FIRST, "lessons", "marks", "attendance", loaded_at=loaded_at)
    s.statement(SECOND, "lessons", "marks", "attendance", loaded_at=loaded_at)


for name, as_of in (("quiet", SECOND), ("loud", "2025-10-22T23:00"), ("since", "2025-10-22T23:00"),
                    ("longer", "2025-10-22T23:00"), ("loaded", "2025-11-04T23:00")):  # fmt: skip
    school(f"manners-{name}", as_of, known=SECOND)(
        lambda s, name=name: (
            journal(s, "2025-10-15T09:00" if name == "loaded" else None),
            name == "since" and s.row("school_details", item="remarks_from", value="2025-10-01"),
            name == "longer" and s.row("school_details", item="quiet_until", value="2025-12-01"),
        )
    )


@pytest.mark.parametrize(
    ("school_id", "quiet", "until"),
    [
        ("manners-quiet", True, date(2025, 10, 22)), ("manners-loud", False, date(2025, 10, 22)),
        ("manners-longer", True, date(2025, 12, 1)), ("manners-loaded", True, date(2025, 11, 5)),
    ],
)  # fmt: skip
def test_only_the_deputy_head_sees_findings_of_the_first_three_weeks(
    built: Built, school_id: str, quiet: bool, until: date
) -> None:
    status = built.one("select is_quiet, quiet_until from reports.rpt_school__status where school_id = ?", school_id)
    assert status == {"is_quiet": quiet, "quiet_until": until}
    seen = built.rows("select date from reports.rpt_class_teacher__contradictions where school_id = ?", school_id)
    assert len(seen) == (0 if quiet else 1)
    assert built.rows("select 1 from reports.rpt_deputy__findings where school_id = ?", school_id)


def test_what_lies_before_is_a_list_and_no_remark(built: Built) -> None:
    def found(school_id: str) -> dict[date, bool]:
        rows = built.rows(
            "select date, is_remark from reports.rpt_deputy__findings where school_id = ? and rule = 'topic_filled'",
            school_id,
        )
        return {row["date"]: row["is_remark"] for row in rows}

    def remarked(school_id: str) -> int:
        return int(built.one(
            "select sum(n) as n from reports.rpt_document__remarks where school_id = ? and rule = 'topic_filled'",
            school_id,
        )["n"])  # fmt: skip

    assert found("manners-loud") == {date(2025, 9, 3): True, date(2025, 10, 6): True}
    assert found("manners-since") == {date(2025, 9, 3): False, date(2025, 10, 6): True}
    assert (remarked("manners-loud"), remarked("manners-since")) == (2, 1)
