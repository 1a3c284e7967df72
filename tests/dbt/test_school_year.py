"""The shape of a class's year: kinds of periods that marks show, and what every day of its calendar is."""

from __future__ import annotations

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

SPANS = {
    "quarter": (("09-01", "10-26"), ("11-05", "12-30")),
    "trimester": (("09-01", "11-16"), ("11-24", "12-30")),
    "half_year": (("09-01", "12-30"),),
}


def _periods_of_all_kinds(s: School, year: int) -> None:
    """Periods that name neither class nor grade."""
    for kind, spans in SPANS.items():
        for number, (first, last) in enumerate(spans, 1):
            s.row(
                "periods", period_id=f"{year}-{kind}-{number}", kind=kind, ordinal=number,
                starts_on=f"{year}-{first}", ends_on=f"{year}-{last}", academic_year=f"{year}/{year + 1}",
            )  # fmt: skip


def _period_mark(s: School, pupil_id: str, year: int, kind: str, subject: str = "физика") -> None:
    s.row(
        "period_marks", pupil_id=pupil_id, subject_id=subject, kind="period", period_id=f"{year}-{kind}-1",
        value="4", academic_year=f"{year}/{year + 1}",
    )  # fmt: skip


@school("kinds_by_marks", as_of="2025-11-20T08:00")
def kinds_by_marks(s: School) -> None:
    for year in (2024, 2025):
        _periods_of_all_kinds(s, year)
    for class_id, grade in (("5А", 5), ("6А", 6), ("7А", 7), ("8А", 8), ("10А", 10)):
        s.row("classes", class_id=class_id, grade=grade, name=class_id)
    s.row("classes", class_id="7Б", grade=7, name="7Б", academic_year="2024/2025")
    s.pupil("own", "6А")
    s.pupil("grown", "8А")
    s.row(
        "enrollments", pupil_id="grown", class_id="7Б", starts_on="2024-09-01", evidence="roster",
        academic_year="2024/2025",
    )  # fmt: skip
    _period_mark(s, "own", 2025, "trimester")
    _period_mark(s, "own", 2025, "trimester", "алгебра")
    _period_mark(s, "own", 2025, "quarter", "труд")
    _period_mark(s, "grown", 2024, "half_year")


def test_periods_without_classes_and_grades_follow_the_marks(built: Built) -> None:
    rows = built.rows(
        "select class_id, period_kind, period_kind_evidence from marts.dim_class "
        "where school_id = 'kinds_by_marks' and academic_year = '2025/2026'"
    )
    assert {row["class_id"]: row["period_kind"] for row in rows} == {
        "6А": "trimester",  # most of its own marks
        "7А": "half_year",  # what the seventh grade was marked by a year ago
        "8А": "half_year",  # what its pupils were marked by
        "10А": "half_year",  # nothing is known: grades 10 and 11
        "5А": "quarter",  # nothing is known: the shortest kind
    }
    assert {row["period_kind_evidence"] for row in rows} == {"stated"}


def test_the_kind_says_what_it_rests_on(built: Built) -> None:
    rows = built.rows(
        "select class_id, basis from intermediate.int_class_period_kinds "
        "where school_id = 'kinds_by_marks' and academic_year = '2025/2026'"
    )
    assert {row["class_id"]: row["basis"] for row in rows} == {
        "6А": "own_marks", "7А": "same_grade", "8А": "earlier_marks",
    }  # fmt: skip


@school("class_days", as_of="2025-09-12T20:00")
def class_days(s: School) -> None:
    s.basics("7Б")
    s.row("classes", class_id="8А", grade=8, name="8А", week_days=6)
    s.row("classes", class_id="1А", grade=1, name="1А")
    s.lesson("held", "2025-09-01")
    s.lesson("cancelled", "2025-09-02", status="cancelled")
    s.lesson("remote", "2025-09-03")
    s.lesson("in_spite", "2025-09-04")
    s.row("calendar", date="2025-09-03", class_id="7Б", day_kind="remote")
    s.row("calendar", date="2025-09-04", day_kind="vacation")
    s.row("calendar", date="2025-09-05", class_id="7Б", day_kind="cancelled")
    s.row("calendar", date="2025-09-05", day_kind="lesson")
    s.seen("2025-09-09T20:00")


def _days(built: Built, class_id: str) -> dict[str, tuple[str, str]]:
    rows = built.rows(
        "select date, day_kind, evidence from marts.dim_class_day where school_id = 'class_days' and class_id = ?",
        class_id,
    )
    return {row["date"].isoformat(): (row["day_kind"], row["evidence"]) for row in rows}


def test_every_day_says_what_it_is_and_why(built: Built) -> None:
    days = _days(built, "7Б")
    assert days["2025-09-01"] == ("lesson", "lessons")
    assert days["2025-09-02"] == ("cancelled", "lessons")
    assert days["2025-09-03"] == ("remote", "stated")
    assert days["2025-09-04"] == ("lesson", "lessons"), "lessons that were held are stronger than the calendar"
    assert days["2025-09-05"] == ("cancelled", "stated"), "the class's own row comes before the school's"
    assert days["2025-09-06"] == ("weekend", "week")
    assert days["2025-09-08"] == ("no_lessons", "lessons"), "looked at on the 9th, and nothing was there"
    assert days["2025-09-10"] == ("unknown", "none"), "nobody has looked since"
    assert days["2025-09-15"] == ("lesson", "expected")
    assert days["2025-10-28"] == ("vacation", "periods")
    assert days["2025-11-04"] == ("holiday", "production_calendar")
    assert min(days) == "2025-09-01"
    assert max(days) == "2025-12-30"


def test_a_class_that_no_export_shows_has_no_proven_days(built: Built) -> None:
    days = _days(built, "8А")
    assert days["2025-09-01"] == ("unknown", "none")
    assert days["2025-09-04"] == ("vacation", "stated")
    assert days["2025-09-06"] == ("unknown", "none"), "a six-day class has Saturdays"
    assert days["2025-09-07"] == ("weekend", "week")


def test_the_year_of_a_class_is_described(built: Built) -> None:
    rows = built.rows("select * from marts.dim_class where school_id = 'class_days'")
    by_class = {row["class_id"]: row for row in rows}
    seventh, eighth, first = by_class["7Б"], by_class["8А"], by_class["1А"]
    assert (seventh["week_days"], seventh["week_days_evidence"]) == (5, "lessons")
    assert (eighth["week_days"], eighth["week_days_evidence"]) == (6, "stated")
    assert (first["week_days"], first["week_days_evidence"]) == (None, "none")
    assert (first["study_weeks"], seventh["study_weeks"]) == (33, 34)
    assert (seventh["n_weeks_taught"], eighth["n_weeks_taught"]) == (1, 0)
    assert seventh["first_lesson_on"].isoformat() == "2025-09-01"
    assert seventh["last_lesson_on"].isoformat() == "2025-09-04"
    assert eighth["last_lesson_on"] is None
