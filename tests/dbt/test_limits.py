"""A school's own numbers and severities: they judge only the days on which they apply."""

from __future__ import annotations

from datetime import date, timedelta

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

OWN = date(2025, 10, 6)


def works(s: School) -> None:
    """Works of two subjects with marks of four writers of five, before and since 6 October."""
    s.basics(pupils=5, subjects=("алгебра", "физика"))
    s.seen("2025-10-24T23:00")
    for name, day, following in (("before", "2025-10-02", "2025-10-03"), ("since", "2025-10-06", "2025-10-07")):
        s.lesson(name, day)
        s.lesson(f"after {name}", following)
        s.row("assignments", assignment_id=f"w {name}", lesson_id=name, work_type="контрольная")
        for number in range(1, 5):
            s.mark(name, f"p{number}", "4", assignment_id=f"w {name}", known_from=f"{day}T20:00")
    for place in range(10):  # five lessons without marks, one with, four without
        day = date(2025, 9, 15) + timedelta(days=place + 2 * (place // 5) + (7 if place > 4 else 0))
        s.lesson(f"a{place}", day.isoformat(), "алгебра", number=2)
    s.mark("a5", "p1", "5", known_from="2025-09-29T20:00")


@school("usual-numbers", as_of="2025-10-25T08:00")
def usual_numbers(s: School) -> None:
    works(s)


@school("own-numbers", as_of="2025-10-25T08:00")
def own_numbers(s: School) -> None:
    works(s)
    own = {"school_id": s.school_id, "valid_from": OWN}
    s.file.meta("limits", name="written_marks.share", value=1.0, **own)
    s.file.meta("limits", name="marks_gap.lessons_limit", value=4, **own)
    s.file.meta("limits", name="marks_gap.lessons_limit", value=20, school_id=s.school_id, valid_from=date(2025, 11, 1))


def test_a_number_flips_only_lessons_since_its_first_day(built: Built) -> None:
    assert built.verdicts("usual-numbers", "written_marks") == {"w before": "in_time", "w since": "in_time"}
    assert built.verdicts("own-numbers", "written_marks") == {"w before": "in_time", "w since": "missing"}


def test_a_gap_is_judged_by_the_number_of_its_last_day(built: Built) -> None:
    days = built.rows(
        "select date, n_marks from intermediate.int_lessons where school_id = 'own-numbers' and subject_id = 'алгебра'"
        " order by date"
    )
    assert (days[4]["date"], days[5]["n_marks"], days[9]["date"]) == (date(2025, 9, 19), 1, date(2025, 10, 3))
    gaps = [
        next(iter(row for key, row in built.checks(name, "marks_gap").items() if "алгебра" in key))
        for name in ("usual-numbers", "own-numbers")
    ]
    assert [row["verdict"] for row in gaps] == ["ok", "ok"], "five lessons in September and four until 3 October"


def test_every_day_of_every_school_has_exactly_one_number(built: Built) -> None:
    assert not built.rows(
        """
        with rows as (
            select *, lead(valid_from) over (partition by school_id, name order by valid_from) as next_from,
                row_number() over (partition by school_id, name order by valid_from) as place
            from intermediate.int_limits
        )
        select * from rows
        where valid_to <> coalesce(next_from - 1, date '2999-12-31')
            or (place = 1 and valid_from <> date '1900-01-01')
        """
    )
    own = built.rows(
        "select value, is_own, valid_from, valid_to from intermediate.int_limits"
        " where school_id = 'own-numbers' and name = 'marks_gap.lessons_limit' order by valid_from"
    )
    assert [tuple(row.values()) for row in own] == [
        (6.0, False, date(1900, 1, 1), date(2025, 10, 5)), (4.0, True, OWN, date(2025, 10, 31)),
        (20.0, True, date(2025, 11, 1), date(2999, 12, 31)),
    ]  # fmt: skip


@school("own-severity", as_of="2025-10-25T08:00")
def own_severity(s: School) -> None:
    s.basics()
    s.seen("2025-10-24T23:00")
    s.lesson("before", "2025-10-03")
    s.lesson("since", "2025-10-06")
    common = {"school_id": s.school_id, "profile": "own", "question": "topic", "says": "term", "event": "lesson"}
    s.file.meta("regulation_terms", **common, valid_to=date(2025, 10, 5))
    s.file.meta("regulation_terms", **common, severity="check", valid_from=OWN)
    s.file.meta("regulation_terms", **common | {"question": "validity", "says": "yes"}, severity="remark")
    s.row("reported_averages", pupil_id="p1", subject_id="физика", period_id="q1", mean=4.0, computed=3.0)


def test_a_school_chooses_what_is_a_remark(built: Built) -> None:
    found = built.checks("own-severity", "topic_filled")
    assert {key: row["severity"] for key, row in found.items()} == {"before": "remark", "since": "check"}
    about_exports = built.checks("own-severity", "averages_disagree").values()
    assert [row["severity"] for row in about_exports] == ["data"], "what is about exports is never a remark"
