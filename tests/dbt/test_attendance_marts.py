"""Marts of attendance: every number worked out by hand here, never by the formula of the model."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

COUNTS = (
    "present_stated", "present_implied", "late", "left_early", "missed", "released", "remote", "not_recorded",
)  # fmt: skip


def lessons(s: School, day: str, subjects: str, class_id: str = "7Б", traced: str = "", **values: Any) -> None:
    """Lessons «day/1»… of these one-letter subjects; `traced`: their numbers, all of them unless given."""
    for number, subject in enumerate(subjects, start=1):
        told = {"attendance_entered_at": f"{day}T15:00"} if not traced or str(number) in traced else {}
        s.lesson(f"{day}/{number}", day, subject, class_id=class_id, number=number, **told | values)


def codes(s: School, pupil_id: str, day: str, code: str, numbers: str, **values: Any) -> None:
    for number in numbers:
        s.code(f"{day}/{number}", pupil_id, code, **values)


# Pupil and day, span, class, slot, subject


def presence(s: School) -> None:
    s.basics("7Б", pupils=3, subjects="abcd")
    s.basics("7А", pupils=0)
    s.pupil("mover", "7А", ends_on="2025-09-10")
    s.row("enrollments", pupil_id="mover", class_id="7Б", starts_on="2025-09-11", evidence="roster")
    s.pupil("newcomer", starts_on="2025-09-09")
    for pupil_id in ("p1", "p2"):
        s.row("subgroup_members", pupil_id=pupil_id, subgroup_id="g1", starts_on="2025-09-01")
    s.row("releases", pupil_id="p2", subject_id="d", starts_on="2025-09-01", ends_on="2025-09-30")
    s.seen("2025-09-20T07:00")
    for day in ("2025-09-01", "2025-09-02", "2025-09-08"):
        lessons(s, day, "abcd")
    lessons(s, "2025-09-09", "abcd", traced="123")
    for number, subject in enumerate("abcd", start=1):
        s.lesson(f"2025-09-15/{number}", "2025-09-15", subject, number=number,
                 subgroup_id="g1" if number == 3 else "", attendance_entered_at="2025-09-15T15:00")  # fmt: skip
    codes(s, "p1", "2025-09-01", "Б", "1234")
    codes(s, "p1", "2025-09-02", "Н", "123")
    codes(s, "p1", "2025-09-08", "ОП", "1")
    codes(s, "p1", "2025-09-09", "УП", "123")
    codes(s, "p1", "2025-09-15", "Н", "1234")
    codes(s, "p2", "2025-09-02", "Н", "123")
    codes(s, "p3", "2025-09-15", "Н", "14")
    for day in ("2025-09-01", "2025-09-02", "2025-09-08", "2025-09-09"):
        s.lesson(f"7А {day}", day, "a", class_id="7А", attendance_entered_at=f"{day}T15:00")
        s.code(f"7А {day}", "mover", "УП")
    codes(s, "mover", "2025-09-15", "Б", "124")


school("presence", as_of="2025-09-20T08:00")(presence)


@school("presence-2", as_of="2025-09-20T08:00")
def presence_of_another_school(s: School) -> None:
    """The same ids in another school, where two missed lessons make a day from 10 September on."""
    presence(s)
    s.file.meta("limits", school_id=s.school_id, name="missed_day_lessons", value=2, valid_from=date(2025, 9, 10))


def span(built: Built, school_id: str, pupil_id: str, kind: str, key: str, class_id: str = "7Б") -> dict[str, Any]:
    return built.one(
        "select * from marts.attendance_by_pupil_span where school_id = ? and pupil_id = ? and span_kind = ? "
        "and span_key = ? and class_id = ?",
        school_id, pupil_id, kind, key, class_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pupil_id", "day", "whole", "least", "reason"),
    [
        ("p1", "2025-09-01", True, True, "ill"),
        ("p1", "2025-09-02", False, True, "unknown_reason"),
        ("p1", "2025-09-08", False, False, ""),
        ("p1", "2025-09-09", False, True, "excused"),
        ("p1", "2025-09-15", True, True, "unknown_reason"),
        ("p2", "2025-09-02", True, True, "unknown_reason"),
        ("p3", "2025-09-15", False, False, "unknown_reason"),
        ("mover", "2025-09-15", True, True, "ill"),
        ("mover", "2025-09-01", True, False, "excused"),
    ],
)
def test_a_day_is_missed_by_both_conventions(
    built: Built, pupil_id: str, day: str, whole: bool, least: bool, reason: str
) -> None:
    row = built.one(
        "select * from marts.attendance_by_pupil_day where school_id = 'presence' and pupil_id = ? and date = ?",
        pupil_id, day,
    )  # fmt: skip
    assert (row["is_missed"], row["is_missed_least"], row["main_reason"]) == (whole, least, reason)


def test_a_number_of_lessons_holds_from_its_day_on_in_its_own_school(built: Built) -> None:
    rows = built.rows(
        "select school_id, cast(date as varchar) as day from marts.attendance_by_pupil_day "
        "where pupil_id = 'p3' and is_missed_least"
        " and school_id like 'presence%'"
    )
    assert [(row["school_id"], row["day"]) for row in rows] == [("presence-2", "2025-09-15")]


def test_two_schools_with_the_same_ids_never_meet(built: Built) -> None:
    left, right = (
        built.rows(
            "select * exclude (school_id, days_missed_least) from marts.attendance_by_pupil_span where school_id = ? "
            "order by class_id, pupil_id, span_kind, span_key",
            school_id,
        )
        for school_id in ("presence", "presence-2")
    )
    assert left == right
    # three pupils with 3 weeks each, the newcomer with 2, the mover with 2 and 1; month, period and year of each of six
    assert len(left) == 3 * 3 + 2 + 2 + 1 + 6 * 3


def test_the_year_of_a_pupil_by_hand(built: Built) -> None:
    row = span(built, "presence", "p1", "year", "2025/2026")
    assert {name: row[name] for name in ("lessons_expected", *COUNTS)} == {
        "lessons_expected": 20, "present_stated": 0, "present_implied": 4, "late": 1, "left_early": 0, "missed": 14,
        "released": 0, "remote": 0, "not_recorded": 1,
    }  # fmt: skip
    assert (row["ill"], row["excused"], row["unexcused"], row["unknown_reason"]) == (4, 3, 0, 7)
    # 19 lessons are known, 5 of them attended; of 15 stated ones 1 is no absence
    assert (row["attendance_rate"], row["attendance_rate_strict"]) == (0.263158, 0.066667)
    assert (row["share_stated"], row["share_implied"], row["share_not_recorded"]) == (0.75, 0.2, 0.05)
    assert (row["days_enrolled"], row["days_recorded"], row["days_missed"], row["days_missed_least"]) == (5, 5, 2, 4)
    assert (row["days_ill"], row["days_excused"], row["days_unexcused"], row["days_unknown_reason"]) == (1, 0, 0, 1)
    assert (row["days_late"], row["late_first"]) == (1, 1)
    assert row["computed_explained"] == "(19 − 14)/19 = 26,3 %; не заполнено уроков: 1"
    assert (row["starts_on"], row["ends_on"]) == (date(2025, 9, 1), date(2026, 8, 31))
    assert (row["first_day"], row["last_day"]) == (date(2025, 9, 1), date(2025, 9, 15))


def test_weeks_and_months_have_their_bounds(built: Built) -> None:
    weeks = [span(built, "presence", "p1", "week", key) for key in ("2025-09-01", "2025-09-08", "2025-09-15")]
    assert [(row["lessons_expected"], row["missed"]) for row in weeks] == [(8, 7), (8, 3), (4, 4)]
    assert (weeks[1]["starts_on"], weeks[1]["ends_on"]) == (date(2025, 9, 8), date(2025, 9, 14))
    month = span(built, "presence", "p1", "month", "2025-09")
    assert (month["starts_on"], month["ends_on"], month["missed"]) == (date(2025, 9, 1), date(2025, 9, 30), 14)
    assert span(built, "presence", "p1", "period", "q1")["ends_on"] == date(2025, 10, 26)


def test_released_lessons_are_no_lessons_of_the_pupil(built: Built) -> None:
    row = span(built, "presence", "p2", "period", "q1")
    assert (row["lessons_expected"], row["released"], row["missed"], row["not_recorded"]) == (20, 5, 3, 0)
    assert (row["attendance_rate"], row["days_missed"]) == (0.8, 1)
    assert row["computed_explained"] == "(15 − 3)/15 = 80,0 %"
    last = built.rows(
        "select lesson_id from marts.fct_attendance where school_id = 'presence' and pupil_id = 'p2' and is_last_lesson"
    )
    assert {row["lesson_id"][-1] for row in last} == {"3"}


def test_only_the_members_of_a_subgroup_are_expected_there(built: Built) -> None:
    row = span(built, "presence", "p3", "year", "2025/2026")
    assert (row["lessons_expected"], row["missed"], row["not_recorded"], row["attendance_rate"]) == (19, 2, 1, 0.888889)


def test_a_pupil_who_changed_class_is_counted_in_each_on_his_days(built: Built) -> None:
    before = span(built, "presence", "mover", "year", "2025/2026", "7А")
    after = span(built, "presence", "mover", "year", "2025/2026", "7Б")
    assert (before["lessons_expected"], before["missed"], before["days_missed"]) == (4, 4, 4)
    assert (after["lessons_expected"], after["missed"], after["days_missed"]) == (3, 3, 1)
    streak = built.one("select * from marts.absence_streaks where school_id = 'presence' and pupil_id = 'mover'")
    assert (streak["starts_on"], streak["ends_on"], streak["days"], streak["calendar_days"]) == (
        date(2025, 9, 1), date(2025, 9, 15), 5, 15,
    )  # fmt: skip
    assert (streak["missed"], streak["ill"], streak["excused"], streak["is_open"], streak["class_id"]) == (
        7, 3, 4, True, "7Б",
    )  # fmt: skip


def test_a_newcomer_is_not_expected_before_he_came(built: Built) -> None:
    row = span(built, "presence", "newcomer", "year", "2025/2026")
    assert (row["lessons_expected"], row["not_recorded"], row["days_enrolled"], row["attendance_rate"]) == (
        7,
        1,
        2,
        1.0,
    )
    assert row["attendance_rate_strict"] is None


def test_a_class_by_day_and_year(built: Built) -> None:
    day = built.one(
        "select * from marts.attendance_by_class_span where school_id = 'presence' and class_id = '7Б' "
        "and span_kind = 'day' and span_key = '2025-09-15'"
    )
    assert (day["pupils"], day["lessons_expected"], day["released"], day["missed"]) == (5, 17, 1, 9)
    assert (day["attendance_rate"], day["days_missed"], day["days_enrolled"]) == (0.4375, 2, 5)
    assert day["computed_explained"] == "(16 − 9)/16 = 43,8 %"
    year = built.one(
        "select * from marts.attendance_by_class_span where school_id = 'presence' and class_id = '7Б' "
        "and span_kind = 'year'"
    )
    assert (year["lessons_expected"], year["missed"], year["pupils"], year["grade"]) == (69, 22, 5, 7)
    heat = built.one(
        "select * from reports.rpt_administration__attendance_heatmap where school_id = 'presence' "
        "and class_id = '7Б' and date = date '2025-09-15'"
    )
    assert (heat["weekday"], heat["pupils"], heat["pupils_missed"], heat["missed_share"]) == (1, 5, 2, 0.5625)


@pytest.mark.parametrize(
    ("kind", "slot", "expected", "missed"),
    [
        ("lesson_number", "1", 18, 7),
        ("weekday", "1", 41, 13),
        ("weekday", "2", 28, 9),
        # 3 pupils on each of three days, 4 on the fourth, 2 of the subgroup on the fifth; p1 missed 4, p2 one
        ("subject", "c", 15, 5),
    ],
)
def test_a_class_by_lesson_number_weekday_and_subject(
    built: Built, kind: str, slot: str, expected: int, missed: int
) -> None:
    row = built.one(
        "select * from marts.attendance_by_class_slot where school_id = 'presence' and class_id = '7Б' "
        "and slot_kind = ? and slot = ?",
        kind, slot,
    )  # fmt: skip
    assert (row["lessons_expected"], row["missed"], row["period_id"]) == (expected, missed, "q1")


def test_a_pupil_by_subject(built: Built) -> None:
    row = built.one(
        "select * from marts.attendance_by_pupil_subject_period where school_id = 'presence' and pupil_id = 'p1' "
        "and subject_id = 'a'"
    )
    assert (row["lessons_expected"], row["missed"], row["late"], row["attendance_rate"]) == (5, 4, 1, 0.2)


@school("unnumbered", as_of="2025-09-12T08:00")
def unnumbered(s: School) -> None:
    s.basics(pupils=1, subjects="ab")
    s.seen("2025-09-11T20:00")
    lessons(s, "2025-09-01", "ab")
    lessons(s, "2025-09-02", "a")
    s.lesson("without a number", "2025-09-02", "b", number=None, attendance_entered_at="2025-09-02T15:00")
    s.lesson("known by a code alone", "2025-09-03", "a", evidence="inferred", status="")
    s.code("known by a code alone", "p1", "ОП")


def test_first_and_last_lessons_are_named_only_where_all_are_seen(built: Built) -> None:
    rows = built.rows(
        "select lesson_id, weekday, is_first_lesson, is_last_lesson from marts.fct_attendance "
        "where school_id = 'unnumbered' order by lesson_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("2025-09-01/1", 1, True, False), ("2025-09-01/2", 1, False, True), ("2025-09-02/1", 2, None, None),
        ("known by a code alone", 3, None, None), ("without a number", 2, None, None),
    ]  # fmt: skip
    late = span(built, "unnumbered", "p1", "year", "2025/2026")
    assert (late["late"], late["late_first"]) == (1, 0)
    slots = built.rows(
        "select slot, slot_number, lessons_expected from marts.attendance_by_class_slot "
        "where school_id = 'unnumbered' and slot_kind = 'lesson_number' order by slot"
    )
    assert [tuple(row.values()) for row in slots] == [("", None, 1), ("1", 1, 3), ("2", 2, 1)]


# The same weeks of the year before


@school("two years", as_of="2025-09-12T08:00")
def two_years(s: School) -> None:
    s.basics("7Б", pupils=2)
    s.row("classes", class_id="7Б", grade=7, letter="Б", name="7Б", academic_year="2024/2025")
    s.row("enrollments", pupil_id="p1", class_id="7Б", starts_on="2024-09-02", evidence="roster",
          academic_year="2024/2025")  # fmt: skip
    s.seen("2025-09-11T20:00")
    for name, day in (("old 1", "2024-09-02"), ("old 2", "2024-09-06")):
        s.lesson(name, day, academic_year="2024/2025", attendance_entered_at=f"{day}T15:00")
    s.code("old 1", "p1", "Н", academic_year="2024/2025")
    for day in ("2025-09-01", "2025-09-05", "2025-09-08"):
        lessons(s, day, "a")
    codes(s, "p2", "2025-09-05", "Б", "1")


def test_a_week_stands_beside_the_same_week_of_the_year_before(built: Built) -> None:
    rows = built.rows(
        "select * from marts.attendance_by_school_span where school_id = 'two years' and span_kind = 'week' "
        "order by academic_year, scope_kind, starts_on"
    )
    # 1 September 2024 was a Sunday: that year's first week began on the 2nd
    found = [
        (row["scope_kind"], row["span_key"], row["span_number"], row["missed_share"], row["missed_share_year_ago"],
         row["missed_share_change"])
        for row in rows
    ]  # fmt: skip
    assert found == [
        ("grade", "2024-09-02", 1, 0.5, None, None),
        ("school", "2024-09-02", 1, 0.5, None, None),
        ("grade", "2025-09-01", 1, 0.25, 0.5, -0.25),
        ("grade", "2025-09-08", 2, 0.0, None, None),
        ("school", "2025-09-01", 1, 0.25, 0.5, -0.25),
        ("school", "2025-09-08", 2, 0.0, None, None),
    ]


# Streaks


@school("streaks", as_of="2025-11-12T08:00")
def streaks(s: School) -> None:
    s.basics(pupils=1)
    s.pupil("leaver", ends_on="2025-11-05")
    s.seen("2025-11-11T20:00")
    for day in ("2025-10-24", "2025-11-05", "2025-11-07", "2025-11-10", "2025-11-11"):
        lessons(s, day, "ab")
    lessons(s, "2025-11-06", "ab", traced="9")
    for day, code in (("2025-10-24", "Б"), ("2025-11-05", "Б"), ("2025-11-07", "Н"), ("2025-11-11", "Н")):
        codes(s, "p1", day, code, "12")
    codes(s, "leaver", "2025-11-05", "Н", "12")


def test_a_streak_runs_over_vacations_and_unfilled_days(built: Built) -> None:
    first, second = built.rows(
        "select * from marts.absence_streaks where school_id = 'streaks' and pupil_id = 'p1' order by starts_on"
    )
    assert (first["days"], first["missed"], first["ill"], first["unknown_reason"]) == (3, 6, 4, 2)
    assert (first["days_not_recorded"], first["calendar_days"], first["is_open"]) == (1, 15, False)
    assert first["computed_explained"] == "24.10–07.11: 3 дня, 6 уроков; не заполнено дней: 1"
    assert (second["days"], second["is_open"], second["computed_explained"]) == (1, True, "11.11: 1 день, 2 урока")


def test_the_streak_of_one_who_has_left_is_not_open(built: Built) -> None:
    row = built.one("select * from marts.absence_streaks where school_id = 'streaks' and pupil_id = 'leaver'")
    assert (row["starts_on"], row["is_open"]) == (date(2025, 11, 5), False)


# Systematic absence


def systematic(s: School) -> None:
    s.basics("7Б", pupils=8, subjects="abcd")
    days = [f"2025-10-{day:02}" for day in (1, 2, 3, 6, 7, 8, 9, 10, 13, 14)]
    s.pupil("few", starts_on=days[2])
    s.pupil("half seen", starts_on=days[1])
    s.seen("2025-10-20T20:00")
    for day in days:
        lessons(s, day, "abcd")
    lessons(s, "2025-10-15", "abcd", traced="9")
    for day in days[:3]:
        codes(s, "p1", day, "Б", "1234")
    for day in days[:2]:
        codes(s, "p2", day, "Б", "1234")
    codes(s, "p2", days[2], "Б", "123")
    for pupil_id in ("p4", "p5", "p6"):
        for day in days[:5]:
            codes(s, pupil_id, day, "unexcused", "1234")
    codes(s, "p4", days[5], "unexcused", "1")
    codes(s, "p6", days[5], "Н", "1")
    codes(s, "p7", days[0], "Н", "1234")
    codes(s, "few", days[2], "Н", "1234")
    codes(s, "half seen", days[1], "Н", "1234")


school("systematic", as_of="2025-11-20T08:00")(systematic)


@school("systematic-own", as_of="2025-11-20T08:00")
def systematic_by_own_limits(s: School) -> None:
    """A quarter of the month is too much from October on; two days tell enough."""
    systematic(s)
    for name, value, first in (
        ("systematic_absence_share", 0.25, date(2025, 10, 1)),
        ("least_enrolled_days", 2, date(2025, 10, 1)),
        ("systematic_unexcused_lessons", 5, date(2025, 11, 1)),
    ):
        s.file.meta("limits", school_id=s.school_id, name=name, value=value, valid_from=first)


@pytest.mark.parametrize(
    ("school_id", "pupil_id", "kind", "verdict", "explained"),
    [
        ("systematic", "p1", "month_share", "exceeded", "пропущено уроков: 12 из 40 = 30,0 %; порог 30,0 %"),
        ("systematic", "p2", "month_share", "ok", "пропущено уроков: 11 из 40 = 27,5 %; порог 30,0 %"),
        ("systematic-own", "p2", "month_share", "exceeded", "пропущено уроков: 11 из 40 = 27,5 %; порог 25,0 %"),
        ("systematic", "p4", "period_unexcused", "exceeded", "без уважительной причины 21 урок; порог — больше 20"),
        ("systematic", "p5", "period_unexcused", "ok", "без уважительной причины 20 уроков; порог — больше 20"),
        ("systematic-own", "p5", "period_unexcused", "ok", "без уважительной причины 20 уроков; порог — больше 20"),
        ("systematic", "p6", "period_unexcused", "undetermined",
         "без уважительной причины 20 уроков, причина не выяснена: 1; порог — больше 20"),
        ("systematic", "p7", "period_unexcused", "ok",
         "без уважительной причины 0 уроков, причина не выяснена: 4; порог — больше 20"),
        ("systematic", "p7", "chronic", "exceeded", "пропущено дней: 1 из 10 = 10,0 %; порог 10,0 %"),
        ("systematic", "p8", "chronic", "ok", "пропущено дней: 0 из 10 = 0,0 %; порог 10,0 %"),
        ("systematic", "few", "chronic", "too_few_days", "учебных дней с данными: 8 из 9, нужно не меньше 10"),
        ("systematic", "half seen", "chronic", "no_data", "учебных дней с данными: 9 из 10, нужно не меньше 10"),
        ("systematic-own", "few", "chronic", "exceeded", "пропущено дней: 1 из 8 = 12,5 %; порог 10,0 %"),
        ("presence", "mover", "chronic", "too_few_days", "учебных дней с данными: 5 из 5, нужно не меньше 10"),
    ],
)  # fmt: skip
def test_systematic_absence(
    built: Built, school_id: str, pupil_id: str, kind: str, verdict: str, explained: str
) -> None:
    if school_id == "systematic-own" and pupil_id == "p5":
        # the limit of November does not judge a quarter that ended in October
        assert built.one(
            "select judged_on from marts.systematic_absence where school_id = ? and pupil_id = ? and kind = ?",
            school_id, pupil_id, kind,
        )["judged_on"] == date(2025, 10, 26)  # fmt: skip
    row = built.one(
        "select * from marts.systematic_absence where school_id = ? and pupil_id = ? and kind = ?",
        school_id, pupil_id, kind,
    )  # fmt: skip
    assert (row["verdict"], row["computed_explained"]) == (verdict, explained)


def test_the_class_teacher_sees_who_misses_too_much(built: Built) -> None:
    rows = built.rows(
        "select pupil_id, kind, verdict from reports.rpt_class_teacher__systematic_absence "
        "where school_id = 'systematic' order by pupil_id, kind"
    )
    assert [(row["pupil_id"], row["kind"], row["verdict"]) for row in rows] == [
        ("p1", "chronic", "exceeded"), ("p1", "month_share", "exceeded"),
        ("p2", "chronic", "exceeded"),
        ("p4", "chronic", "exceeded"), ("p4", "month_share", "exceeded"), ("p4", "period_unexcused", "exceeded"),
        ("p5", "chronic", "exceeded"), ("p5", "month_share", "exceeded"),
        ("p6", "chronic", "exceeded"), ("p6", "month_share", "exceeded"), ("p6", "period_unexcused", "undetermined"),
        ("p7", "chronic", "exceeded"),
    ]  # fmt: skip


# Patterns


@school("patterns", as_of="2025-09-30T08:00")
def patterns(s: School) -> None:
    """Four weeks of five days with four lessons; the subjects go round."""
    s.basics(pupils=6, subjects="abcd")
    s.seen("2025-09-29T20:00")
    days = [f"2025-09-{day:02}" for day in range(1, 27) if day % 7 not in {6, 0}]
    assert len(days) == 20
    for number, day in enumerate(days):
        lessons(s, day, "".join("abcd"[(number + place) % 4] for place in range(4)))
    for day in days[2:8]:
        codes(s, "p1", day, "Н", "1")
    for day in days[8:10]:
        codes(s, "p1", day, "ОП", "1")
    for day in days[::5]:
        codes(s, "p2", day, "Б", "1234")
    for day in days[5:15]:
        codes(s, "p3", day, "Б", "1234")
    for day in days[3:6]:
        codes(s, "p4", day, "Н", "4")
    for day in (days[1], days[6], days[12], days[18]):
        codes(s, "p5", day, "Н", "24")
    for number in (0, 4, 8, 12, 16):
        codes(s, "p6", days[number], "Н", "1")


def test_only_what_stands_out_is_a_pattern(built: Built) -> None:
    rows = built.rows("select * from marts.absence_patterns where school_id = 'patterns' order by pupil_id, pattern")
    assert [(row["pupil_id"], row["pattern"], row["pattern_key"]) for row in rows] == [
        ("p1", "first_lesson", "first"), ("p2", "weekday", "1"),
        ("p6", "first_lesson", "first"), ("p6", "subject", "a"),
    ]  # fmt: skip
    late, mondays, _, subject = rows
    assert (late["n_there"], late["missed_there"], late["late_there"]) == (20, 6, 2)
    assert (late["n_elsewhere"], late["missed_elsewhere"], late["late_elsewhere"]) == (60, 0, 0)
    # 8 of 80: 2 expected of 20 first lessons, √(20·0,1·0,9·60/79) = 1,169; (8 − 2)/1,169
    assert (late["share_there"], late["share_elsewhere"], late["deviation"]) == (0.4, 0.0, 5.13)
    assert late["computed_explained"] == (
        "первый урок: пропущено 6 и опозданий 2 из 20 (40,0 %), в остальное время 0 из 60 (0,0 %)"
    )
    # 4 of 20 days: 0,8 expected of 4 Mondays, √(4·0,2·0,8·16/19) = 0,734; (4 − 0,8)/0,734
    assert (mondays["n_there"], mondays["missed_there"], mondays["deviation"]) == (4, 4, 4.36)
    assert mondays["computed_explained"] == (
        "понедельник: пропущено 4 из 4 (100,0 %), в остальное время 0 из 16 (0,0 %)"
    )
    assert subject["computed_explained"] == "A: пропущено 5 из 20 (25,0 %), в остальное время 0 из 60 (0,0 %)"


# Contradictions


@school("contradictions", as_of="2025-09-10T08:00")
def contradictions(s: School) -> None:
    s.basics(pupils=5, subjects="abcde")
    s.seen("2025-09-09T20:00")
    lessons(s, "2025-09-02", "abcde")
    codes(s, "p1", "2025-09-02", "Н", "1245")
    s.mark("2025-09-02/3", "p1", "5")
    codes(s, "p2", "2025-09-02", "Н", "1234")
    codes(s, "p3", "2025-09-02", "Н", "2")
    s.mark("2025-09-02/2", "p3", "4")
    s.code("2025-09-02/1", "p4", "Н", page="lesson")
    s.code("2025-09-02/1", "p4", "П", ordinal=2, page="class")
    codes(s, "p5", "2025-09-02", "Н", "12345", page="class")


def test_the_day_that_contradicts_itself_stands_once(built: Built) -> None:
    rows = {
        row["pupil_id"]: row
        for row in built.rows("select * from marts.attendance_contradictions where school_id = 'contradictions'")
    }
    # that day the class page is kept, and says nothing of the absences that the lessons' pages show
    silent = "пропуск есть на странице урока; отмечен ли он на странице «Посещаемость», не видно"
    assert {name: (row["findings"], row["findings_open"], row["explanation"]) for name, row in rows.items()} == {
        "p1": (2, 1, "присутствие записано на одном уроке, на остальных уроках дня отмечен пропуск (3-й урок, C); "
               + silent),
        "p2": (2, 1, f"отмечен пропуск всех уроков дня, кроме одного: 4 из 5 (5-й урок, E); {silent}"),
        "p3": (2, 0, f"когда и за какую работу выставлена отметка, по выгрузкам не видно (2-й урок, B); {silent}"),
        "p4": (1, 1, "на странице «Посещаемость» и на странице урока разные записи: 1 урок (1-й урок, A)"),
    }  # fmt: skip
    assert (rows["p1"]["lessons"], rows["p1"]["missed"], rows["p1"]["is_single_contradiction"]) == (5, 4, True)
    assert rows["p2"]["is_absent_but_one"]
    assert rows["p3"]["marks_with_absence"] == 1
    assert rows["p4"]["is_pages_differ"]


# Documents and reasons


def papers(s: School) -> None:
    s.regulation("novoaltaysk-2016")
    s.row("school_details", item="week_days", value="5")
    s.basics(pupils=7, subjects="abc")
    for day in ("2025-10-20", "2025-10-21", "2025-10-22", "2025-10-23"):
        lessons(s, day, "abc")
    lessons(s, "2025-10-24", "abc", traced="9")
    brought: dict[str, Any] = {"starts_on": date(2025, 10, 20), "ends_on": date(2025, 10, 21), "kind": "ill"}
    for pupil_id, values in (
        ("p1", {}), ("p2", {}), ("p3", {"kind": "other"}), ("p4", {}),
        ("p6", {"starts_on": date(2025, 10, 24), "ends_on": date(2025, 10, 24)}),
    ):  # fmt: skip
        s.row("absence_documents", document_id=f"of {pupil_id}", pupil_id=pupil_id,
              received_at=datetime(2025, 10, 30, 9), **brought | values)  # fmt: skip
    for day in ("2025-10-20", "2025-10-21"):
        codes(s, "p1", day, "Н", "123", known_to="2025-11-09T20:00")
        codes(s, "p1", day, "Б", "123", known_from="2025-11-09T20:00")
        codes(s, "p2", day, "Б", "123")
    codes(s, "p3", "2025-10-20", "Н", "1")
    codes(s, "p3", "2025-10-20", "unexcused", "2")
    for kind in ("family", "printout"):
        s.row("parent_statements", pupil_id="p5", starts_on="2025-10-22" if kind == "family" else "2025-10-20",
              ends_on="2025-10-23", kind=kind)  # fmt: skip
    codes(s, "p5", "2025-10-22", "Н", "123")
    codes(s, "p5", "2025-10-23", "Н", "1")
    codes(s, "p7", "2025-10-20", "Н", "3")
    codes(s, "p7", "2025-10-22", "Н", "3")
    s.seen("2025-10-30T20:00", "2025-11-09T20:00")


school("papers", as_of="2025-10-30T20:00", known="2025-10-24T20:00")(papers)
school("papers later", as_of="2025-11-10T08:00", known="2025-10-24T20:00")(papers)


def applied(built: Built, school_id: str) -> dict[str, tuple[object, ...]]:
    rows = built.rows("select * from marts.absence_documents_to_apply where school_id = ?", school_id)
    return {
        row["pupil_id"]: (
            row["status"], row["is_applied"], row["lessons_to_apply"], row["code_to_enter"], row["computed_explained"]
        )
        for row in rows
    }  # fmt: skip


def test_documents_not_yet_in_the_journal(built: Built) -> None:
    assert applied(built, "papers") == {
        "p1": ("to_apply", False, 6, "Б", "20–21.10, Б, 6 уроков"),
        "p2": ("applied", True, 0, "Б", "20–21.10, Б, внесено"),
        "p3": ("to_apply", False, 1, None, "20–21.10, причину решает школа, 1 урок"),
        "p4": ("no_absences", None, 0, "Б", "20–21.10, Б, пропусков в эти дни нет"),
        "p5": ("to_apply", False, 4, None, "22–23.10, уважительная причина, 4 урока"),
        "p6": ("no_data", None, 0, "Б", "24.10, Б, посещаемость этих дней не заполнена"),
    }
    line = built.one(
        "select line from reports.rpt_class_teacher__documents_to_apply where school_id = 'papers' and pupil_id = 'p1'"
    )
    assert line["line"] == "Фамилияp1 И., 20–21.10, Б, 6 уроков"


def test_a_document_ticks_itself_off_at_the_next_export(built: Built) -> None:
    assert applied(built, "papers later")["p1"] == ("applied", True, 0, "Б", "20–21.10, Б, внесено")
    assert applied(built, "papers later")["p5"][0] == "to_apply"


def test_reasons_that_wait(built: Built) -> None:
    rows = built.rows(
        "select * from marts.absence_reasons_waiting where school_id = 'papers' order by pupil_id, starts_on"
    )
    found = [
        (row["pupil_id"], row["days"], row["lessons"], row["has_document"], row["has_statement"],
         row["working_days_left"], row["computed_explained"])
        for row in rows
    ]  # fmt: skip
    # brought on Thursday 30 October: two working days on is Saturday 1 November, a working day of that year
    assert found == [
        ("p1", 2, 6, True, False, 2, "20–21.10: 6 уроков без причины; есть документ; осталось рабочих дней: 2"),
        ("p3", 1, 1, True, False, 2, "20.10: 1 урок без причины; есть документ; осталось рабочих дней: 2"),
        ("p5", 2, 4, False, True, None, "22–23.10: 4 урока без причины; есть заявление"),
        ("p7", 1, 1, False, False, None, "20.10: 1 урок без причины; документа нет"),
        ("p7", 1, 1, False, False, None, "22.10: 1 урок без причины; документа нет"),
    ]
    assert rows[0]["due_at"] == datetime(2025, 11, 1, 23, 59, 59)
    assert [row["received_at"] for row in rows] == [datetime(2025, 10, 30, 9)] * 2 + [None] * 3
    named = built.rows("select pupil_name from reports.rpt_class_teacher__reasons_waiting where school_id = 'papers'")
    assert sorted(row["pupil_name"] for row in named) == [
        "Фамилияp1 Имя", "Фамилияp3 Имя", "Фамилияp5 Имя", "Фамилияp7 Имя", "Фамилияp7 Имя",
    ]  # fmt: skip
    assert {row["pupil_id"] for row in built.rows(
        "select pupil_id from marts.absence_reasons_waiting where school_id = 'papers later'"
    )} == {"p3", "p5", "p7"}  # fmt: skip
    late = built.one("select * from marts.absence_reasons_waiting where school_id = 'papers later' and pupil_id = 'p3'")
    assert late["working_days_left"] < 0
    assert late["computed_explained"].endswith("срок прошёл")


# Totals equal the sum of their parts, in every test school

SUMS = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in ("lessons_expected", *COUNTS))
FACTS = (
    "select school_id, academic_year, count(*) as lessons_expected, "
    "count(*) filter (state = 'present' and evidence = 'stated') as present_stated, "
    "count(*) filter (state = 'present' and evidence = 'implied') as present_implied, "
    + ", ".join(f"count(*) filter (state = '{name}') as {name}" for name in ("late", "left_early"))
    + ", count(*) filter (state in ('ill', 'excused', 'unexcused', 'unknown_reason')) as missed, "
    + ", ".join(f"count(*) filter (state = '{name}') as {name}" for name in ("released", "remote", "not_recorded"))
    + " from marts.fct_attendance where is_expected {where} group by all order by all"
)
DAYS = (
    "days_enrolled", "days_recorded", "days_missed", "days_missed_least", "days_ill", "days_excused",
    "days_unexcused", "days_unknown_reason", "days_late",
)  # fmt: skip
PARTS = [
    ("attendance_by_pupil_day", "true"),
    *(("attendance_by_pupil_span", f"span_kind = '{kind}'") for kind in ("week", "month", "year")),
    *(("attendance_by_class_span", f"span_kind = '{kind}'") for kind in ("day", "week", "month", "year")),
    *(
        ("attendance_by_school_span", f"scope_kind = 'school' and span_kind = '{kind}'")
        for kind in ("day", "week", "month", "year")
    ),
    *(("attendance_by_class_slot", f"slot_kind = '{kind}'") for kind in ("lesson_number", "weekday", "subject")),
]
PERIOD_PARTS = [
    ("attendance_by_pupil_period", "true"),
    ("attendance_by_pupil_subject_period", "true"),
    ("attendance_by_class_span", "span_kind = 'period'"),
    ("attendance_by_school_span", "scope_kind = 'school' and span_kind = 'period'"),
    ("attendance_by_class_slot", "slot_kind = 'weekday' and period_id <> ''"),
]


@pytest.mark.parametrize(("mart", "where"), PARTS)
def test_lessons_add_up_to_the_facts(built: Built, mart: str, where: str) -> None:
    added = f"select school_id, academic_year, {SUMS} from marts.{mart} where {where} group by all order by all"
    assert built.rows(added) == built.rows(FACTS.format(where=""))


@pytest.mark.parametrize(("mart", "where"), PERIOD_PARTS)
def test_lessons_of_periods_add_up_to_the_facts(built: Built, mart: str, where: str) -> None:
    added = f"select school_id, academic_year, {SUMS} from marts.{mart} where {where} group by all order by all"
    assert built.rows(added) == built.rows(FACTS.format(where="and period_id <> ''"))


def test_days_add_up_from_pupils_to_the_school(built: Built) -> None:
    sums = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in DAYS)
    for kind in ("week", "month", "period", "year"):
        pupils, classes, whole = (
            built.rows(
                f"select school_id, academic_year, {sums} from marts.{mart} where span_kind = ? {more} "
                "group by all order by all",
                kind,
            )
            for mart, more in (
                ("attendance_by_pupil_span", ""), ("attendance_by_class_span", ""),
                ("attendance_by_school_span", "and scope_kind = 'school'"),
            )
        )  # fmt: skip
        assert pupils == classes == whole
    assert not built.rows(
        "select * from marts.attendance_by_pupil_span "
        "where days_missed <> days_ill + days_excused + days_unexcused + days_unknown_reason "
        "or days_missed > days_recorded or days_recorded > days_enrolled"
    )


def test_missed_days_are_the_days_of_the_streaks(built: Built) -> None:
    streaks_added = built.rows(
        "select school_id, pupil_id, cast(sum(days) as bigint) as days, cast(sum(missed) as bigint) as missed "
        "from marts.absence_streaks group by all order by all"
    )
    days_added = built.rows(
        "select school_id, pupil_id, count(distinct (academic_year, date)) as days, "
        "cast(sum(missed) as bigint) as missed from marts.attendance_by_pupil_day where is_missed "
        "group by all order by all"
    )
    assert streaks_added == days_added


def test_no_contradiction_is_lost_or_judged_twice(built: Built) -> None:
    found = built.rows(
        "select school_id, cast(sum(findings) as bigint) as n from marts.attendance_contradictions "
        "group by all order by all"
    )
    judged = built.rows(
        "select school_id, count(*) as n from marts.fct_journal_checks where verdict in ('violated', 'undetermined') "
        "and rule in ('day_absent_but_one', 'day_single_contradiction', 'mark_with_absence', "
        "'attendance_pages_differ') group by all order by all"
    )
    assert found == judged


def test_waiting_reasons_are_all_lessons_without_one(built: Built) -> None:
    waiting = built.rows(
        "select school_id, cast(sum(lessons) as bigint) as n from marts.absence_reasons_waiting "
        "group by all order by all"
    )
    facts = built.rows(
        "select school_id, count(*) as n from marts.fct_attendance where is_expected and state = 'unknown_reason' "
        "group by all order by all"
    )
    assert waiting == facts
