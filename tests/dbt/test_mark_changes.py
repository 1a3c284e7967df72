"""Marks put and put right after their time: what is shown, what is judged, and what is passed over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school
from tests.dbt.test_documents_and_outages import one, verdicts

TAKEN = "2025-10-20T20:00"
LATER = {"known_from": "2025-10-14T20:00", "not_before": "2025-10-13T20:00"}


def own_terms(s: School, **answers: str) -> None:
    """A regulation of the school's own: question → yes, no, not_said or `lesson` (by the end of the day)."""
    for question, says in answers.items():
        values = {"says": "term", "event": says} if says == "lesson" else {"says": says}
        s.file.meta("regulation_terms", school_id=s.school_id, profile="own", question=question, **values)


# Marks entered after the day of their lesson


def later_marks(s: School) -> None:
    s.basics(pupils=8)
    s.lesson("l", "2025-10-07")
    for pupil, name, values in (
        ("p1", "oral", {"work_type": "ответ"}), ("p2", "written", {"work_type": "контрольная"}),
        ("p3", "unknown", {}), ("p4", "absent", {"work_type": "ответ"}),
        ("p5", "retake", {"work_type": "ответ", "kind": "retake"}),
    ):  # fmt: skip
        s.mark("l", pupil, "4", name, **values, **LATER)
    s.code("l", "p4", "Н")
    s.mark("l", "p6", "4", "of the day", work_type="ответ", known_from="2025-10-07T20:00")
    s.mark("l", "p7", "4", "first look", work_type="ответ", known_from="2025-10-14T20:00")
    s.lesson("brought over", "2025-10-08", recorded_source="temporary")
    s.mark("brought over", "p1", "5", "temporary", work_type="ответ", **LATER)
    s.seen(TAKEN)


@school("later-mbou", as_of="2025-10-21T08:00")
def later_marks_of_mbou(s: School) -> None:
    s.regulation("mbou")
    later_marks(s)


@school("later-kirishi", as_of="2025-10-21T08:00")
def later_marks_of_kirishi(s: School) -> None:
    s.regulation("kirishi-2018")
    later_marks(s)


@school("later-no-terms", as_of="2025-10-21T08:00")
def later_marks_without_terms(s: School) -> None:
    own_terms(s, backdating="yes", ordinary_mark="not_said", written_mark="not_said")
    later_marks(s)


@school("later-allowed", as_of="2025-10-21T08:00")
def later_marks_are_allowed(s: School) -> None:
    own_terms(s, backdating="no")
    later_marks(s)


def test_t13_an_oral_mark_is_judged_by_its_own_term_alone(built: Built) -> None:
    assert verdicts(built, "chk_ordinary_mark", "later-mbou")["oral"] == "late"
    row = one(built, "chk_backdated_mark", "later-mbou", "oral")
    assert (row["verdict"], row["detail"]) == ("not_applicable", "судится по сроку отметки")


def test_t14_a_written_work_within_its_term_is_allowed(built: Built) -> None:
    assert set(verdicts(built, "chk_backdated_mark", "later-kirishi").values()) == {"not_set"}


def test_marks_that_no_term_judges(built: Built) -> None:
    assert verdicts(built, "chk_backdated_mark", "later-no-terms") == {
        "oral": "violated", "written": "undetermined", "unknown": "undetermined", "absent": "not_applicable",
        "retake": "not_applicable", "temporary": "not_applicable",
    }  # fmt: skip
    assert set(verdicts(built, "chk_backdated_mark", "later-allowed").values()) == {"not_applicable"}
    assert verdicts(built, "chk_backdated_mark", "later-mbou")["written"] == "undetermined", "its norm is not entered"


# Marks beside an absence


@school("beside", as_of="2025-10-21T08:00")
def marks_beside_an_absence(s: School) -> None:
    s.basics(pupils=6)
    s.lesson("l", "2025-10-07")
    s.lesson("seen by records", "2025-10-08", evidence="inferred")
    of_the_day = {"known_from": "2025-10-07T20:00", "not_before": "2025-10-06T20:00"}
    for pupil, values in (
        ("p1", {"work_type": "ответ"} | of_the_day), ("p2", {"work_type": "контрольная"} | of_the_day),
        ("p3", {"work_type": "ответ"} | LATER), ("p4", of_the_day),
        ("p5", {"work_type": "ответ", "known_from": "2025-10-14T20:00"}),
    ):  # fmt: skip
        s.mark("l", pupil, "5", **values)
        s.code("l", pupil, "Н")
    s.mark("seen by records", "p1", "5", work_type="ответ", known_from="2025-10-08T20:00")
    s.code("seen by records", "p1", "Н")
    s.seen(TAKEN)


def test_t16_a_mark_of_the_day_beside_an_absence(built: Built) -> None:
    assert verdicts(built, "chk_mark_with_absence", "beside") == {
        "l|p1": "violated", "l|p2": "ok", "l|p3": "ok", "l|p4": "undetermined", "l|p5": "undetermined",
        "seen by records|p1": "undetermined",
    }  # fmt: skip


# Marks that were put right


def put_right(
    s: School, mark: str, pupil: str, lesson: str = "l", old: str = "4", new: str | None = "5",
    at: tuple[str, str] = ("2025-10-10T08:00", "2025-10-10T20:00"), **values: Any,
) -> None:  # fmt: skip
    """A mark that stood since its day and was changed or taken away in (at[0], at[1]]."""
    since = {"known_from": "2025-10-07T20:00", "not_before": "2025-10-06T20:00"}
    values = {"work_type": "ответ"} | values
    s.mark(lesson, pupil, old, mark, **since, known_to=at[1], **values)
    if new is not None:
        s.mark(lesson, pupil, new, mark, known_from=at[1], not_before=at[0], **values)


def corrections(s: School) -> None:
    s.basics(pupils=20)
    s.pupil("gone", ends_on="2025-10-09")
    s.lesson("l", "2025-10-07")
    s.lesson("l2", "2025-10-08", "физика")
    s.lesson("l3", "2025-10-09", "физика")
    s.mark("l", "p20", "3", "stands", known_from="2025-10-07T20:00")
    put_right(s, "three days", "p1")
    s.mark("l", "p2", "4", "minutes", work_type="ответ", known_from="2025-10-07T12:00", known_to="2025-10-07T12:03",
           not_before="2025-10-07T11:00")  # fmt: skip
    s.mark("l", "p2", "5", "minutes", work_type="ответ", known_from="2025-10-07T12:03", not_before="2025-10-07T12:00")
    put_right(s, "interval", "p3", at=("2025-10-07T20:00", "2025-10-10T20:00"))
    put_right(s, "removed", "p4", new=None)
    put_right(s, "written", "p5", work_type="контрольная")
    put_right(s, "unknown work", "p6", work_type="")
    put_right(s, "absent", "p7")
    s.code("l", "p7", "Н")
    put_right(s, "of one who left", "gone", new=None)
    put_right(s, "another weight", "p8", old="4", new="4")
    put_right(s, "one kind of minus", "p9", old="4-", new="4−")
    put_right(s, "swap a", "p10", old="4", new="5")
    put_right(s, "swap b", "p10", old="5", new="4")
    put_right(s, "comes back", "p11", new=None)
    s.mark("l", "p11", "4", "comes back", work_type="ответ", known_from="2025-10-15T20:00")
    put_right(s, "moved", "p12", new=None, lesson="l2")
    s.mark("l3", "p12", "4", "moved to", known_from="2025-10-10T20:00", not_before="2025-10-10T08:00")
    s.mark("l", "p13", "4", "told", work_type="ответ", known_from="2025-10-07T20:00", known_to="2025-10-17T20:00")
    s.mark("l", "p13", "5", "told", work_type="ответ", known_from="2025-10-17T20:00", not_before="2025-10-07T20:00",
           updated_at=datetime(2025, 10, 9, 12), entered_by="a1")  # fmt: skip
    s.mark("l", "p14", ".", "debt", kind="debt", known_from="2025-10-07T20:00", known_to="2025-10-10T20:00")
    s.mark("l", "p14", "5", "debt", known_from="2025-10-10T20:00", not_before="2025-10-10T08:00")
    put_right(s, "retaken", "p15", old="2", new="4", kind="retake")
    s.lesson("l4", "2025-10-07", "физика", number=2)
    for name, pupil in (("all a", "p16"), ("all b", "p17")):
        put_right(s, name, pupil, lesson="l4", new=None)
    s.statement("2025-10-07T20:00", "marks", "lessons", "attendance")
    s.statement("2025-10-10T08:00", "marks", "lessons", "attendance")
    s.seen(TAKEN)


@school("corrected-mbou", as_of="2025-10-21T08:00")
def corrections_of_mbou(s: School) -> None:
    s.regulation("mbou")
    corrections(s)


@school("corrected-kirishi", as_of="2025-10-21T08:00")
def corrections_of_kirishi(s: School) -> None:
    s.regulation("kirishi-2018")
    corrections(s)


@school("corrected-open", as_of="2025-10-21T08:00")
def corrections_in_an_open_term(s: School) -> None:
    own_terms(s, backdating="yes", ordinary_mark="not_said")
    s.file.meta("regulation_terms", school_id=s.school_id, profile="own", question="written_mark", says="term",
                event="lesson", amount=7, unit="calendar_days")  # fmt: skip
    corrections(s)


@pytest.mark.parametrize(
    ("mark", "verdict"),
    [
        ("three days", "violated"), ("minutes", "ok"), ("interval", "undetermined"), ("removed", "violated"),
        ("written", "undetermined"), ("unknown work", "undetermined"), ("absent", "undetermined"),
        ("of one who left", "not_applicable"), ("comes back", "not_applicable"), ("moved", "undetermined"),
        ("told", "violated"), ("all a", "undetermined"), ("all b", "undetermined"), ("retaken", "not_applicable"),
    ],
)  # fmt: skip
def test_t15_a_correction_after_the_term(built: Built, mark: str, verdict: str) -> None:
    rows = built.rows(
        "select * from checks.chk_corrected_mark where school_id = 'corrected-mbou' and subject_key like ?",
        f"{mark}|%",
    )
    assert [row["verdict"] for row in rows] == [verdict], rows


@pytest.mark.parametrize("mark", ["another weight", "one kind of minus", "swap a", "swap b", "debt", "stands"])
def test_what_is_no_change_is_not_listed(built: Built, mark: str) -> None:
    rows = built.rows(
        "select * from marts.mark_changes where school_id = 'corrected-mbou' and mark_key = ?"
        " and change <> 'appeared'", mark,
    )  # fmt: skip
    assert rows == []


def test_a_correction_while_the_term_is_open_is_not_counted(built: Built) -> None:
    found = {
        key.split("|")[0]: verdict for key, verdict in verdicts(built, "chk_corrected_mark", "corrected-open").items()
    }
    assert (found["written"], found["unknown work"], found["three days"]) == ("ok", "ok", "violated")


def test_where_corrections_are_not_forbidden_none_is_judged(built: Built) -> None:
    assert set(verdicts(built, "chk_corrected_mark", "corrected-kirishi").values()) == {"not_set"}


def test_a_correction_tells_old_and_new_without_names(built: Built) -> None:
    (row,) = built.rows(
        "select * from checks.chk_corrected_mark where school_id = 'corrected-mbou' and subject_key like 'three days|%'"
    )
    assert row["detail"] == "4→5, между 10.10 08:00 и 10.10 20:00"


def test_the_ledger_of_changes(built: Built) -> None:
    rows = built.rows(
        "select * from marts.mark_changes where school_id = 'corrected-mbou' and mark_key in ('told', 'removed')"
        " and change <> 'appeared' order by mark_key"
    )
    removed, told = rows
    assert (removed["change"], removed["old_value"], removed["new_value"]) == ("vanished", "4", "")
    assert removed["changed_after"] == datetime(2025, 10, 10, 8), "the newest look that still showed it"
    assert (told["author_id"], told["changed_by"]) == ("a1", datetime(2025, 10, 9, 12))
    assert (told["is_after_term"], told["is_after_period_closed"]) == (True, False)
    assert (told["pupil_id"], told["class_id"], told["subject_id"], told["teacher_id"]) == ("p13", "7Б", "физика", "t1")


@school("corrected-periods", as_of="2025-11-21T08:00")
def marks_of_periods_are_put_right(s: School) -> None:
    s.regulation("izhevskoe-2018")
    s.basics()
    s.lesson("l", "2025-10-07")
    of = {"pupil_id": "p1", "subject_id": "физика", "kind": "period", "period_id": "q1", "class_id": "7Б"}
    s.row("period_marks", **of, value="4", known_from="2025-10-24T20:00", known_to="2025-11-07T20:00")
    s.row("period_marks", **of, value="5", known_from="2025-11-07T20:00", not_before="2025-11-05T20:00")
    s.seen("2025-11-20T20:00")


def test_a_mark_of_a_period_put_right_after_it_has_closed(built: Built) -> None:
    row = built.one(
        "select * from marts.mark_changes where school_id = 'corrected-periods' and table_name = 'period_marks'"
    )
    assert (row["change"], row["old_value"], row["new_value"]) == ("changed", "4", "5")
    assert (row["is_after_term"], row["is_after_period_closed"], row["period_id"]) == (True, True, "q1")
