"""Checks that need neither topics nor entry times."""

from __future__ import annotations

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

SGO = ("sgo", "studenttotal")


def lessons(s: School, subject: str, days: range, marked: set[int] = frozenset(), **values: object) -> None:  # type: ignore[assignment]
    """Lessons of September, one a day, with a mark of p1 on the marked days."""
    for day in days:
        s.lesson(f"{subject}{day}", f"2025-09-{day:02}", subject, **values)  # type: ignore[arg-type]
        if day in marked:
            s.mark(f"{subject}{day}", "p1", "4")


@school("gaps", as_of="2025-10-20T08:00")
def gaps(s: School) -> None:
    s.basics(pupils=1, subjects=("a", "b", "c", "d", "e"))
    s.seen("2025-10-19T23:50")
    lessons(s, "a", range(1, 9), {1, 8})
    lessons(s, "b", range(1, 8), {1, 7})
    lessons(s, "c", range(1, 7))
    s.row("subjects", subject_id="choir", name="Хор", graded="none")
    lessons(s, "choir", range(1, 12))
    s.row("subjects", subject_id="unknown", name="Проект")
    lessons(s, "unknown", range(1, 12))
    lessons(s, "d", range(1, 7), {6})
    s.lesson("d3x", "2025-09-03", "d", number=5, status="cancelled")
    s.row("homework", homework_id="h", lesson_id="a2", text="§ 1")


@pytest.mark.parametrize(
    ("subject", "verdict"),
    [
        ("a", "violated"),
        ("b", "ok"),
        ("c", "violated"),
        ("choir", "not_applicable"),
        ("unknown", "not_applicable"),
        ("d", "ok"),
    ],
)
def test_a_gap_is_six_held_lessons_without_a_mark(built: Built, subject: str, verdict: str) -> None:
    assert built.verdicts("gaps", "marks_gap")[f"7Б||{subject}|q1"] == verdict


def test_a_gap_is_told_in_words(built: Built) -> None:
    assert built.checks("gaps", "marks_gap")["7Б||a|q1"]["detail"] == "6 уроков подряд без отметок, 02–07.09"


@school("gaps_of_the_absent", as_of="2025-10-20T08:00")
def gaps_of_the_absent(s: School) -> None:
    s.basics(pupils=2, subjects=("a", "b"))
    s.seen("2025-10-19T23:50")
    for subject, away in (("a", ("p1", "p2")), ("b", ("p1",))):
        lessons(s, subject, range(1, 9), {1})
        for day in range(2, 8):
            for pupil in away:
                s.row("attendance", lesson_id=f"{subject}{day}", pupil_id=pupil, code="Б")


def test_lessons_at_which_nobody_was_there_are_no_gap(built: Built) -> None:
    found = built.verdicts("gaps_of_the_absent", "marks_gap")
    assert {key: found[key] for key in ("7Б||a|q1", "7Б||b|q1")} == {"7Б||a|q1": "ok", "7Б||b|q1": "violated"}


@school("unseen_gaps", as_of="2025-10-20T08:00", source=SGO)
def unseen_gaps(s: School) -> None:
    s.basics(pupils=1, subjects=("a", "b", "c"), evidence="inferred")
    s.source = ("journal_csv", "journal_csv")
    s.source = SGO
    for pupil in ("p1",):
        s.statement(
            "2025-10-19T12:00",
            "marks",
            "attendance",
            class_id="7Б",
            pupil_id=pupil,
            date_from="2025-09-01",
            date_to="2025-10-26",
        )
    for subject, days in (("a", ("09-01", "10-10")), ("b", ("09-20", "10-10")), ("c", ("09-10",))):
        for day in days:
            s.lesson(f"{subject}{day}", f"2025-{day}", subject, number=None, evidence="inferred", status="")
            s.mark(f"{subject}{day}", "p1", "5")


def test_where_lessons_are_not_seen_a_gap_is_more_than_28_days(built: Built) -> None:
    found = built.verdicts("unseen_gaps", "marks_gap")
    assert {key.split("|")[2]: verdict for key, verdict in found.items()} == {
        "a": "violated",
        "b": "ok",
        "c": "violated",
    }
    detail = next(row["detail"] for key, row in built.checks("unseen_gaps", "marks_gap").items() if "|a|" in key)
    assert detail == "39 дней без отметок, 01.09–10.10"


def test_what_prints_cannot_feed_says_so(built: Built) -> None:
    coverage = {
        row["rule"]: row["is_fed"]
        for row in built.rows("select rule, is_fed from marts.rule_coverage where school_id = 'unseen_gaps'")
    }
    expected = {
        "topic_filled": False, "ordinary_mark": False, "written_marks": False, "lesson_without_records": False,
        "day_absent_but_one": False, "marks_gap": True, "marks_below_norm": True, "day_single_contradiction": True,
        "period_mark_missing": False, "period_mark_differs": False, "averages_disagree": False,
        "homework_given": False, "missing_lesson": False, "absence_reason": False, "plan_hours": False,
    }  # fmt: skip
    assert {rule: coverage[rule] for rule in expected} == expected


@school("norms", as_of="2025-10-27T08:00")
def norms(s: School) -> None:
    s.basics(pupils=3, subjects=("weekly", "daily"))
    s.pupil("newcomer", starts_on="2025-10-06")
    s.seen("2025-10-26T23:50")
    monday = [f"2025-{day}" for day in ("09-01", "09-08", "09-15", "09-22", "09-29", "10-06", "10-13", "10-20")]
    for number, day in enumerate(monday):
        s.lesson(f"w{number}", day, "weekly")
        for pupil, marks in (("p1", 3), ("p2", 2)):
            if number < marks:
                s.mark(f"w{number}", pupil, "5", work_type="ответ")
        if number >= 2:
            s.code(f"w{number}", "p3", "Б")
    s.mark("w7", "newcomer", "5", work_type="ответ")


@pytest.mark.parametrize(("pupil", "verdict"), [("p1", "ok"), ("p2", "violated"), ("p3", "ok"), ("newcomer", "ok")])
def test_the_norm_is_shared_by_lessons_attended(built: Built, pupil: str, verdict: str) -> None:
    assert built.verdicts("norms", "marks_below_norm")[f"{pupil}|weekly|q1"] == verdict


def test_a_shortage_is_told_in_words(built: Built) -> None:
    assert built.checks("norms", "marks_below_norm")["p2|weekly|q1"]["detail"] == "2 отметки при норме 3 на 26.10"


@school("half_gone", as_of="2025-09-20T08:00")
def half_gone(s: School) -> None:
    s.basics(pupils=1)
    s.seen("2025-09-19T23:50")
    s.lesson("l", "2025-09-02")


def test_the_norm_waits_for_half_of_the_period(built: Built) -> None:
    assert built.verdicts("half_gone", "marks_below_norm") == {"p1|физика|q1": "pending"}


@school("bare", as_of="2025-09-20T08:00")
def bare(s: School) -> None:
    s.basics(pupils=2, subjects=("a", "b"))
    s.seen("2025-09-19T23:50")
    s.lesson("nothing", "2025-09-02", "a", number=1)
    s.lesson("mark", "2025-09-02", "b", number=2)
    s.mark("mark", "p1", "5")
    s.lesson("code", "2025-09-02", "b", number=3)
    s.code("code", "p1", "Н")
    s.lesson("topic", "2025-09-02", "b", number=4, topic="Тема")
    s.lesson("homework", "2025-09-02", "b", number=5)
    s.row("homework", homework_id="h1", lesson_id="homework", text="§ 1")
    s.lesson("none given", "2025-09-02", "b", number=6)
    s.row("homework", homework_id="h2", lesson_id="none given", none=True)
    s.lesson("blank", "2025-09-02", "b", number=7, topic=" ")
    s.row("homework", homework_id="h3", lesson_id="blank", text=" ")
    s.lesson("quiet day", "2025-09-03", "a")
    s.lesson("today", "2025-09-20", "a", number=1)
    s.lesson("inferred", "2025-09-04", "a", evidence="inferred")
    s.mark("inferred", "p1", "5")


@pytest.mark.parametrize(
    ("lesson", "verdict"),
    [
        ("nothing", "violated"),
        ("mark", "ok"),
        ("code", "ok"),
        ("topic", "ok"),
        ("homework", "ok"),
        ("none given", "ok"),
        ("blank", "violated"),
        ("quiet day", "not_applicable"),
        ("today", "pending"),
        ("inferred", "no_data"),
    ],
)
def test_a_lesson_without_any_record(built: Built, lesson: str, verdict: str) -> None:
    assert built.verdicts("bare", "lesson_without_records")[lesson] == verdict


@school("days", as_of="2025-09-30T08:00")
def days(s: School) -> None:
    s.row("school_details", item="quiet_until", value="2025-09-01")
    s.basics(pupils=9, subjects=("a", "b", "c", "d", "e"))
    s.seen("2025-09-29T23:50")
    for day in ("02", "03"):
        for number, subject in enumerate("abcde", 1):
            s.lesson(f"{subject}{day}", f"2025-09-{day}", subject, number=number, ends_at=f"{8 + number}:00")
    for number in range(1, 4):
        s.lesson(f"short{number}", "2025-09-04", "abc"[number - 1], number=number)

    def absent(pupil: str, day: str, subjects: str) -> None:
        for subject in subjects:
            s.code(f"{subject}{day}", pupil, "Н")

    absent("p1", "02", "abcd")
    absent("p2", "02", "abcde")
    absent("p3", "02", "abc")
    absent("p4", "02", "abcd")
    s.mark("e02", "p4", "5")
    absent("p5", "02", "c")
    s.mark("a02", "p5", "5")
    s.code("e02", "p5", "ОП")
    absent("p6", "02", "c")
    s.mark("a02", "p6", "5")
    absent("p7", "02", "a")
    s.mark("b02", "p7", "5")
    absent("p8", "02", "abcd")
    s.mark("d02", "p8", "3")
    absent("p9", "02", "abc")
    s.mark("d02", "p9", "5")
    s.code("short1", "p1", "Н")
    s.code("short2", "p1", "Н")


@pytest.mark.parametrize(
    ("pupil", "but_one", "single"),
    [
        ("p1", "violated", "ok"),
        ("p2", "ok", "ok"),
        ("p3", "ok", "ok"),
        ("p4", "ok", "violated"),
        ("p5", "ok", "violated"),
        ("p6", "ok", "ok"),
        ("p7", "ok", "ok"),
        ("p8", "violated", "ok"),
        ("p9", "ok", "ok"),
    ],
    ids=[
        "absent all but one", "absent all day", "left early", "one presence", "one absence between",
        "absence at the end of what is known",
        "absence before presence", "a mark on an absence is no presence", "one presence, one unknown",
    ],
)  # fmt: skip
def test_contradictions_of_a_day(built: Built, pupil: str, but_one: str, single: str) -> None:
    key = f"{pupil}|2025-09-02"
    assert built.verdicts("days", "day_absent_but_one")[key] == but_one
    assert built.verdicts("days", "day_single_contradiction")[key] == single


def test_a_short_day_is_not_judged(built: Built) -> None:
    assert built.verdicts("days", "day_absent_but_one")["p1|2025-09-04"] == "not_applicable"


def test_contradictions_name_the_lesson_and_no_pupil(built: Built) -> None:
    rows = built.rows(
        "select * "
        "from reports.rpt_class_teacher__contradictions where school_id = 'days' and rule = 'day_absent_but_one'"
    )
    assert {row["pupil_id"] for row in rows} == {"p1", "p8"}
    assert rows[0]["finding"].startswith("Проверьте день: отмечен пропуск всех уроков дня, кроме одного: 4 из 5")
    assert not any("Фамилия" in row["finding"] for row in rows)


@school("unseen_days", as_of="2025-09-30T08:00", source=SGO)
def unseen_days(s: School) -> None:
    s.basics(pupils=2, subjects=("a", "b", "c", "d"), evidence="inferred")
    for pupil in ("p1", "p2"):
        s.statement(
            "2025-09-29T12:00",
            "marks",
            "attendance",
            class_id="7Б",
            pupil_id=pupil,
            date_from="2025-09-01",
            date_to="2025-10-26",
        )
    for subject in "abcd":
        s.lesson(subject, "2025-09-02", subject, number=None, evidence="inferred", status="")
    for subject in "ab":
        s.code(subject, "p1", "Б")
    s.code("b", "p1", "Б", ordinal=2)
    s.mark("c", "p1", "5")
    s.mark("d", "p2", "5")
    s.code("a", "p2", "ОТ")


def test_unseen_lessons_still_contradict(built: Built) -> None:
    assert built.verdicts("unseen_days", "day_single_contradiction") == {
        "p1|2025-09-02": "violated",
        "p2|2025-09-02": "ok",
    }
    assert set(built.verdicts("unseen_days", "day_absent_but_one").values()) == {"no_data"}


@school("period_marks", as_of="2025-10-28T08:00")
def period_marks(s: School) -> None:
    s.basics(pupils=7)
    s.row("subjects", subject_id="weighted", name="Алгебра", uses_weights=True, graded="marks")
    s.row("subjects", subject_id="strict", name="Химия", rounding_threshold=0.65, graded="marks")
    s.pupil("gone", ends_on="2025-10-01")
    s.seen("2025-10-27T23:50")
    for number in range(1, 5):
        for subject in ("физика", "weighted", "strict"):
            s.lesson(f"{subject}{number}", f"2025-09-0{number}", subject)

    def marks(
        pupil: str, values: str, period_mark: str | None, subject: str = "физика", weights: tuple[int, ...] = ()
    ) -> None:
        for number, value in enumerate(values, 1):
            weight = {"weight": weights[number - 1]} if weights else {}
            s.mark(f"{subject}{number}", pupil, value, **weight)
        if period_mark:
            s.row("period_marks", pupil_id=pupil, subject_id=subject, kind="period", period_id="q1", value=period_mark)

    marks("p1", "4444", None)
    marks("p2", "4444", "5")
    marks("p3", "4554", "4")
    marks("p4", "44", "3")
    marks("p5", "3", "н/а")
    marks("gone", "444", None)
    marks("p6", "5554", "3")
    marks("p1", "354", "5", "weighted", (5, 3, 1))
    marks("p2", "3554", "4", "strict")
    marks("p3", "4454", "5", "strict")


@pytest.mark.parametrize(
    ("pair", "missing", "differs"),
    [
        ("p1|физика", "missing", "not_applicable"),
        ("p2|физика", "ok", "violated"),
        ("p3|физика", "ok", "ok"),
        ("p4|физика", "ok", "not_applicable"),
        ("p5|физика", "ok", "not_applicable"),
        ("p6|физика", "ok", "violated"),
        ("p7|физика", "not_applicable", "not_applicable"),
        ("gone|физика", "not_applicable", "not_applicable"),
        ("p1|weighted", "ok", "violated"),
        ("p2|strict", "ok", "ok"),
        ("p3|strict", "ok", "violated"),
    ],
)
def test_period_marks(built: Built, pair: str, missing: str, differs: str) -> None:
    assert built.verdicts("period_marks", "period_mark_missing")[f"{pair}|q1"] == missing
    assert built.verdicts("period_marks", "period_mark_differs")[f"{pair}|q1"] == differs


def test_a_difference_is_told_in_words(built: Built) -> None:
    rows = built.checks("period_marks", "period_mark_differs")
    assert rows["p2|физика|q1"]["detail"] == "выставлена 5, расчётная 4 (среднее 4,00)"
    assert rows["p1|weighted|q1"]["detail"] == "выставлена 5, расчётная 4 (средневзвешенное 3,78)"


@school("open_period", as_of="2025-10-20T08:00")
def open_period(s: School) -> None:
    s.basics(pupils=1)
    s.seen("2025-10-19T23:50")
    s.lesson("l", "2025-09-02")
    s.mark("l", "p1", "5")


def test_nothing_is_missing_before_the_period_is_over(built: Built) -> None:
    assert built.verdicts("open_period", "period_mark_missing") == {"p1|физика|q1": "pending"}


@school("printed", as_of="2025-11-20T08:00", source=SGO)
def printed(s: School) -> None:
    s.row("classes", class_id="9Б", grade=9, letter="Б", name="9Б")
    s.row("periods", period_id="quarter-1", kind="quarter", ordinal=1, starts_on="2025-09-01", ends_on="2025-10-30")
    for number in range(1, 5):
        s.pupil(f"p{number}", "9Б", evidence="inferred")
        s.statement(
            "2025-11-14T19:10", "marks", "attendance", "period_marks", class_id="9Б", pupil_id=f"p{number}",
            date_from="2025-09-01", date_to="2025-10-30",
        )  # fmt: skip
    for day in range(1, 4):
        s.lesson(f"l{day}", f"2025-09-0{day}", class_id="9Б", number=None, evidence="inferred", status="")
        for number in range(1, 4):
            s.mark(f"l{day}", f"p{number}", "5")
    for number, (mean, computed) in enumerate(((5.0, 5.0), (4.99, 5.0), (4.5, 5.0)), 1):
        s.row(
            "reported_averages", pupil_id=f"p{number}", subject_id="физика", period_id="quarter-1", class_id="9Б",
            mean=mean, computed=computed,
        )  # fmt: skip
    s.row(
        "period_marks",
        pupil_id="p1",
        subject_id="физика",
        kind="period",
        period_id="quarter-1",
        class_id="9Б",
        value="5",
    )


def test_printed_averages_are_reconciled(built: Built) -> None:
    assert built.verdicts("printed", "averages_disagree") == {
        "p1|физика|quarter-1": "ok", "p2|физика|quarter-1": "violated", "p3|физика|quarter-1": "violated",
    }  # fmt: skip
    assert not built.rows(
        "select 1 from reports.rpt_document__remarks where school_id = 'printed' and rule = 'averages_disagree'"
    )


def test_bounds_of_a_print_prove_a_missing_mark_only_when_half_of_the_class_has_one(built: Built) -> None:
    found = built.verdicts("printed", "period_mark_missing")
    assert (found["p2|физика|quarter-1"], found["p1|физика|quarter-1"]) == ("undetermined", "ok")


def test_a_pupil_without_a_record_is_not_expected_in_a_printed_subject(built: Built) -> None:
    pupils = built.rows("select distinct pupil_id from marts.fct_attendance where school_id = 'printed'")
    assert {row["pupil_id"] for row in pupils} == {"p1", "p2", "p3"}
