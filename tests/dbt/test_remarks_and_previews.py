"""Remarks with their life, compliance figures with their bounds, what another regulation would judge; the index."""

from __future__ import annotations

import csv
from datetime import date, datetime

from tests.dbt.conftest import PROJECT
from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

FIRST, SECOND, LAST = "2025-10-10T20:00", "2025-10-17T20:00", "2025-11-20T20:00"
WEEKS = ("2025-10-06", "2025-10-13", "2025-10-20", "2025-11-10", "2025-11-17")
MONDAY = datetime(2025, 10, 6, 14, 0)


@school("remarks", as_of="2025-11-21T08:00", known=FIRST)
def remarks(s: School) -> None:
    s.basics()
    s.regulation("mbou")
    s.seen(FIRST, SECOND, LAST)
    for place, day in enumerate(WEEKS):
        s.lesson(f"each {place}", day, number=6, topic="Тема", topic_entered_at=datetime.fromisoformat(f"{day}T12:00"))
    s.lesson("never", WEEKS[0])
    s.lesson("mended", WEEKS[0], number=2, topic="Тема", topic_from=SECOND, topic_not_before=FIRST)
    s.lesson("mended before anybody looked", WEEKS[0], number=3, topic="Тема",
             topic_entered_at=datetime(2025, 10, 8, 9))  # fmt: skip
    s.lesson("of a teacher on leave", WEEKS[0], number=4, teacher_id="t2")
    s.row("teacher_absences", teacher_id="t2", starts_on="2025-10-13", ends_on="2025-10-15")
    s.lesson("before the vacation", WEEKS[2], number=5)
    s.lesson("emptied", WEEKS[0], number=5)
    s.row("lessons__topic", lesson_id="emptied", topic="Тема", known_from=SECOND, known_to=LAST, not_before=FIRST)


def of(built: Built, lesson: str) -> dict[str, object]:
    return built.one(
        "select * from marts.fct_remarks where school_id = 'remarks' and rule = 'topic_filled' and lesson_id = ?",
        lesson,
    )


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def test_a_remark_opens_with_the_first_look_at_the_fault_and_is_due_a_study_week_later(built: Built) -> None:
    row = of(built, "never")
    assert (row["opened_at"], row["mend_by"], row["state"]) == (at(FIRST), date(2025, 10, 17), "overdue")


def test_the_journal_itself_closes_a_remark(built: Built) -> None:
    row = of(built, "mended")
    assert (row["opened_at"], row["closed_at"], row["state"]) == (at(FIRST), at(SECOND), "closed")


def test_what_was_mended_before_anybody_looked_was_closed_when_it_opened(built: Built) -> None:
    row = of(built, "mended before anybody looked")
    assert (row["opened_at"], row["closed_at"], row["state"]) == (at(FIRST), at(FIRST), "closed")


def test_the_term_stands_still_while_the_teacher_is_away(built: Built) -> None:
    row = of(built, "of a teacher on leave")
    assert (row["n_days_away"], row["mend_by"]) == (3, date(2025, 10, 20))


def test_weeks_without_lessons_do_not_count(built: Built) -> None:
    # opened on Thursday 20 November, the next week with lessons is not known yet: a calendar week
    assert of(built, "before the vacation")["mend_by"] == date(2025, 11, 27)


def test_no_remark_is_due_on_the_day_it_opened(built: Built) -> None:
    # also where the class had its lessons of that week later than the look that opened the remark
    assert built.rows("select school_id from marts.fct_remarks where mend_by <= cast(opened_at as date)") == []


def test_a_field_that_was_emptied_again_opens_its_remark_again(built: Built) -> None:
    row = of(built, "emptied")
    assert (row["state"], row["n_reopened"]) == ("overdue", 1)


def test_figures_come_with_their_judged_share_and_bounds(built: Built) -> None:
    row = built.one(
        "select * from marts.compliance_by_teacher_week where school_id = 'remarks' and rule = 'topic_filled'"
        " and teacher_id = 't1' and week_start = '2025-10-06'"
    )
    told = ("n_expected", "n_judged", "n_as_due", "n_late", "n_missing", "n_undetermined", "share_low", "share_high")
    assert [row[name] for name in told] == [5, 5, 1, 2, 2, 0, 0.2, 0.2]
    unset = built.one(
        "select sum(n_not_set) as n, max(share_high) as share from marts.compliance_by_class_period"
        " where school_id = 'examples-novoaltaysk-2016' and rule = 'topic_filled'"
    )
    assert unset["n"] > 0
    assert unset["share"] is None


def test_marts_of_a_class_and_of_teachers_count_the_same_checks(built: Built) -> None:
    by_class, by_teacher = (
        built.rows(
            f"select school_id, rule, sum(n_late) as late, sum(n_missing) as missing from marts.{mart}"
            " where rule = 'topic_filled' group by all order by all"
        )
        for mart in ("compliance_by_class_period", "compliance_by_teacher_week")
    )
    assert by_class == by_teacher
    assert len(by_class) > 5


def test_the_school_judged_by_its_own_profile_has_nothing_to_flip(built: Built) -> None:
    flips = built.rows(
        "select school_id, profile, rule, subject_key, own_status, verdict from marts.regulation_flips"
        " where school_id = 'examples-' || profile"
    )
    assert flips == []


def test_another_profile_tells_what_would_be_late(built: Built) -> None:
    def counts(profile: str, rule: str) -> dict[str, object]:
        return built.one(
            "select sum(n_in_time)::int as in_time, sum(n_late)::int as late, sum(n_not_set)::int as not_set,"
            " sum(n_expected)::int as n from marts.regulation_preview"
            " where school_id = 'examples-mbou' and profile = ? and rule = ?", profile, rule,
        )  # fmt: skip

    assert counts("mbou", "homework_given")["late"] == 0
    assert counts("novoaltaysk-2016", "homework_given")["late"] == 3  # T1, T3 known before, T4
    assert counts("kirishi-2018", "homework_given")["late"] == 2  # T2, T3 known before
    written = counts("pogorelka", "written_marks")
    assert written["not_set"] == written["n"]


def test_the_index_is_subjects_times_rules(built: Built) -> None:
    rules: dict[str, int] = {}
    with (PROJECT / "seeds" / "rules.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            rules[row["subject_kind"]] = rules.get(row["subject_kind"], 0) + 1
    subjects = {
        "lesson": 11,  # five of every week, and six more
        "class_subject": 2,  # one class, one subject, two quarters
        "pupil_subject": 6,  # three pupils, one subject, two quarters
        "pupil_day": 15,  # three pupils, five days
        "class_period": 2,  # two quarters
    }
    for kind, n in subjects.items():
        found = built.one(
            "select count(*)::int as n from checks.idx_journal_checks where school_id = 'remarks' and subject_kind = ?",
            kind,
        )  # fmt: skip
        assert found["n"] == n * rules[kind], kind
