"""History: versions, entry bounds, deletions, order of loading, and what is held back."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.reading import Person, Statement
from tests.ingest.observing import Observed, Shown, Watched, lesson, mark

LESSONS = [lesson()]
SPAN = ("value", "known_from", "known_to", "not_before")
T1, T2, T3 = "2026-09-07T07:00", "2026-09-07T23:50", "2026-09-08T07:00"


def marks(*rows: dict) -> dict:
    return {"lessons": LESSONS, "marks": rows}


def test_a_first_export_proves_no_lower_bound(tmp_path: Path) -> None:
    seen = Observed(tmp_path, [Shown(T1, marks(mark()))])
    assert seen.versions("marks", *SPAN) == [("5", "07 07:00", None, None)]


def test_a_new_mark_was_entered_between_two_exports(tmp_path: Path) -> None:
    seen = Observed(tmp_path, [Shown(T1, marks()), Shown(T2, marks(mark()))])
    assert seen.versions("marks", *SPAN) == [("5", "07 23:50", None, "07 07:00")]


def test_a_change_closes_one_version_and_opens_another(tmp_path: Path) -> None:
    seen = Observed(tmp_path, [Shown(T1, marks(mark())), Shown(T2, marks(mark(value="4")))])
    assert seen.versions("marks", *SPAN) == [
        ("5", "07 07:00", "07 23:50", None),
        ("4", "07 23:50", None, "07 07:00"),
    ]


def test_a_row_missing_from_a_complete_export_is_deleted_and_may_return(tmp_path: Path) -> None:
    seen = Observed(tmp_path, [Shown(T1, marks(mark())), Shown(T2, marks()), Shown(T3, marks(mark()))])
    assert seen.versions("marks", *SPAN) == [
        ("5", "07 07:00", "07 23:50", None),
        ("5", "08 07:00", None, "07 23:50"),
    ]


def test_silence_of_an_incomplete_export_deletes_nothing(tmp_path: Path) -> None:
    seen = Observed(tmp_path, [Shown(T1, marks(mark())), Shown(T2, marks(), complete=False)])
    assert seen.versions("marks", *SPAN) == [("5", "07 07:00", None, None)]


def test_a_statement_about_other_days_says_nothing_of_this_mark(tmp_path: Path) -> None:
    later = [Statement("marks", date_from=date(2026, 9, 8), date_to=date(2026, 9, 14), complete=True)]
    seen = Observed(tmp_path, [Shown(T1, marks(mark())), Shown(T2, marks(), statements=later)])
    assert seen.versions("marks", *SPAN) == [("5", "07 07:00", None, None)]


@pytest.mark.parametrize(
    ("statement", "gone"),
    [
        (Statement("marks", class_id="7А", complete=True), True),
        (Statement("marks", class_id="7Б", complete=True), False),
        (Statement("marks", pupil_id="p1", complete=True), True),
        (Statement("marks", pupil_id="p2", complete=True), False),
        (Statement("marks", subject_id="physics", complete=True), False),
    ],
    ids=["its class", "another class", "its pupil", "another pupil", "another subject"],
)
def test_deletion_needs_a_statement_that_covers_the_key(tmp_path: Path, statement: Statement, gone: bool) -> None:
    seen = Observed(tmp_path, [Shown(T1, marks(mark())), Shown(T2, {"marks": []}, statements=[statement])])
    assert seen.versions("marks", "known_to") == [("07 23:50" if gone else None,)]


def test_a_deleted_delta_row_closes_the_version(tmp_path: Path) -> None:
    delta = Shown(T2, {"marks": [mark(deleted=True)]}, complete=False)
    seen = Observed(tmp_path, [Shown(T1, marks(mark())), delta])
    assert seen.versions("marks", "value", "known_to") == [("5", "07 23:50")]


def test_field_groups_are_judged_apart(tmp_path: Path) -> None:
    seen = Observed(
        tmp_path,
        [
            Shown(T1, {"lessons": [lesson(topic=None)]}),
            Shown(T2, {"lessons": [lesson(topic="Дроби")]}),
            Shown(T3, {"lessons": [lesson(topic="Дроби", teacher_id="t1")]}),
        ],
    )
    assert seen.versions("lessons__topic", "topic", "known_from", "not_before") == [
        (None, "07 07:00", None),
        ("Дроби", "07 23:50", "07 07:00"),
    ]
    assert seen.versions("lessons", "teacher_id", "known_from") == [(None, "07 07:00"), ("t1", "08 07:00")]


def test_a_column_that_is_not_carried_is_not_an_empty_one(tmp_path: Path) -> None:
    bare = [Statement("lessons", columns=("lesson_id", "class_id", "subject_id", "date"), complete=True)]
    seen = Observed(
        tmp_path,
        [Shown(T1, {"lessons": [lesson(topic="Дроби")]}), Shown(T2, {"lessons": [lesson()]}, statements=bare)],
    )
    assert seen.versions("lessons__topic", "topic", "known_to") == [("Дроби", None)]


def test_the_same_bytes_later_prove_that_nothing_was_entered(tmp_path: Path) -> None:
    seen = Observed(tmp_path, [Shown(T1, marks()), Shown(T2, marks()), Shown(T3, marks(mark()))])
    assert seen.versions("marks", "not_before") == [("07 23:50",)]


def test_any_order_of_loading_gives_the_same_history(tmp_path: Path) -> None:
    exports = [Shown(T1, marks(mark())), Shown(T2, marks(mark(value="4"), mark("m2"))), Shown(T3, marks(mark("m2")))]
    results = []
    for number, order in enumerate(itertools.permutations(exports)):
        folder = tmp_path / str(number)
        folder.mkdir()
        results.append(Observed(folder, order).versions("marks", "row_key", *SPAN))
    assert all(result == results[0] for result in results)
    assert len(results[0]) == 3


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(
        st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["2", "3", "4", "5"])), min_size=1, max_size=5
    )
)
def test_history_answers_what_was_known_at_every_export(tmp_path_factory: pytest.TempPathFactory, days: list) -> None:
    """Replaying the versions at each moment gives back exactly what that export showed."""
    moments = [f"2026-09-{number + 1:02d}T12:00" for number in range(len(days))]
    shown = [Shown(at, marks(*(mark(k, v) for k, v in day.items()))) for at, day in zip(moments, days, strict=True)]
    seen = Observed(tmp_path_factory.mktemp("h"), shown)
    versions = seen.versions("marks", "mark_id", *SPAN)
    for at, day in zip(moments, days, strict=True):
        label = f"{at[8:10]} 12:00"
        alive = {
            name: value for name, value, start, end, _ in versions if start <= label and (end is None or label < end)
        }
        assert alive == day
    for _, _, start, _, before in versions:
        expected = moments.index(f"2026-09-{start[:2]}T12:00")
        assert before == (f"{moments[expected - 1][8:10]} 12:00" if expected else None)


def test_half_a_class_is_held_back(tmp_path: Path) -> None:
    whole = [mark(f"m{n}", pupil=f"p{n}") for n in range(60)]
    seen = Observed(tmp_path, [Shown(T1, marks(*whole)), Shown(T2, marks(*whole[:30]))])
    assert [(s.table, s.removed, s.known) for s in seen.shrinking] == [("marks", 30, 60)]


def test_an_accepted_shrinkage_passes(tmp_path: Path) -> None:
    whole = [mark(f"m{n}", pupil=f"p{n}") for n in range(60)]
    seen = Observed(tmp_path, [Shown(T1, marks(*whole)), Shown(T2, marks(*whole[:30]), accepted=True)])
    assert seen.shrinking == []
    assert seen.counts["marks"] == 60


def test_few_deletions_are_ordinary_work(tmp_path: Path) -> None:
    whole = [mark(f"m{n}", pupil=f"p{n}") for n in range(60)]
    assert Observed(tmp_path, [Shown(T1, marks(*whole)), Shown(T2, marks(*whole[:45]))]).shrinking == []


def test_what_is_held_back_depends_on_the_exports_and_not_on_their_order(tmp_path: Path) -> None:
    """Without the export between them the last one removes too much; with it, it does not."""
    marks_of = [[mark(f"m{n}", pupil=f"p{n}") for n in range(count)] for count in (100, 93, 80, 40)]
    exports = [Shown(f"2026-09-{7 + n:02d}T12:00", marks(*rows)) for n, rows in enumerate(marks_of)]
    told = []
    for number, order in enumerate(itertools.permutations(range(4))):
        watched = Watched(tmp_path / str(number), exports)
        for one in order:
            watched.load([one])
        rows = watched.landing.ledger.execute("select taken_at, status from observations order by 1").fetchall()
        told.append((rows, watched.rows("marks", "row_key", "known_from", "known_to", "not_before")))
        watched.landing.close()
    assert all(one == told[0] for one in told)
    assert [status for _, status in told[0][0]] == ["loaded", "loaded", "loaded", "held_back"]


def test_people_get_one_id_over_the_years_and_a_missing_class_is_found(tmp_path: Path) -> None:
    def printed(placeholder: str, class_id: str, year: str) -> list[Person]:
        return [Person("pupil", placeholder, "тестов алексей", class_id, year)]

    exports = [
        Shown(
            "2025-09-10T12:00",
            {"pupils": [{"pupil_id": "~a", "last_name": "Т"}]},
            printed=printed("~a", "8А", "2025/2026"),
        ),
        Shown(
            "2026-09-10T12:00",
            {"pupils": [{"pupil_id": "~b", "last_name": "Т"}]},
            printed=printed("~b", "9А", "2026/2027"),
        ),
        Shown(
            "2026-09-11T12:00",
            {
                "pupils": [{"pupil_id": "~c", "last_name": "Т"}],
                "lessons": [lesson("|math|2026-09-07|1", class_id="")],
                "marks": [mark("k", lesson_id="|math|2026-09-07|1", pupil="~c")],
            },
            printed=printed("~c", "", "2026/2027"),
        ),
    ]
    seen = Observed(tmp_path, exports)
    assert len({row[0] for row in seen.versions("pupils", "pupil_id")}) == 1
    assert seen.versions("marks", "lesson_id", "lesson_class_id") == [("9А|math|2026-09-07|1", "9А")]


def test_namesakes_in_two_classes_of_one_year_stay_two_persons(tmp_path: Path) -> None:
    def shown(at: str, placeholder: str, class_id: str) -> Shown:
        return Shown(
            at,
            {"pupils": [{"pupil_id": placeholder, "last_name": "Т"}]},
            statements=[Statement("pupils")],
            printed=[Person("pupil", placeholder, "тестов алексей", class_id, "2026/2027")],
        )

    seen = Observed(tmp_path, [shown("2026-09-10T12:00", "~a", "7А"), shown("2026-09-10T13:00", "~b", "7Б")])
    assert len({row[0] for row in seen.versions("pupils", "pupil_id")}) == 2


def test_a_system_is_silent_about_what_another_one_shows(tmp_path: Path) -> None:
    other = Shown(T1, {"pupils": [{"pupil_id": "p9", "last_name": "Другой"}]}, system="another")
    whole = [{"pupil_id": f"p{n}", "last_name": "Т"} for n in range(3)]
    seen = Observed(tmp_path, [other, Shown(T2, {"pupils": whole}), Shown(T3, {"pupils": whole[:2]})])
    assert seen.versions("pupils", "pupil_id", "known_to") == [
        ("p0", None), ("p1", None), ("p2", "08 07:00"), ("p9", None),
    ]  # fmt: skip


def test_an_export_of_one_period_is_silent_about_the_others(tmp_path: Path) -> None:
    def final(period: str) -> dict:
        return {"pupil_id": "p1", "subject_id": "math", "academic_year": "2026/2027", "kind": "period",
                "period_id": period, "value": "5"}  # fmt: skip

    first = Shown(T1, {"period_marks": [final("quarter-1"), final("quarter-2")]})
    seen = Observed(tmp_path, [first, Shown(T2, {"period_marks": [final("quarter-2")]})])
    assert [row[0] for row in seen.versions("period_marks", "known_to")] == [None, None]
    periods = [
        {"period_id": f"quarter-{n}", "academic_year": "2026/2027", "kind": "quarter", "ordinal": n,
         "starts_on": date(2026, 9, 1), "ends_on": date(2026, 10, 30)} for n in (1, 2)
    ]  # fmt: skip
    folder = tmp_path / "named"
    folder.mkdir()
    second = Shown(T2, {"period_marks": [final("quarter-2")], "periods": periods})
    seen = Observed(folder, [first, second])
    assert [row[0] for row in seen.versions("period_marks", "known_to")] == ["07 23:50", None]


def test_a_list_of_this_year_is_no_word_about_the_last(tmp_path: Path) -> None:
    def enrolled(class_id: str, year: str, day: date) -> dict:
        return {"pupil_id": "p1", "class_id": class_id, "starts_on": day, "academic_year": year}

    past = enrolled("6А", "2025/2026", date(2025, 9, 1))
    now = enrolled("7А", "2026/2027", date(2026, 9, 1))
    exports = [Shown("2026-05-20T12:00", {"enrollments": [past]}), Shown(T1, {"enrollments": [now]})]
    seen = Observed(tmp_path, exports)
    assert seen.versions("enrollments", "class_id", "known_to") == [("6А", None), ("7А", None)]
    folder = tmp_path / "left"
    folder.mkdir()
    seen = Observed(folder, [*exports, Shown(T2, {"enrollments": []})])
    assert seen.versions("enrollments", "class_id", "known_to") == [("6А", None), ("7А", "07 23:50")]


def test_two_columns_that_change_alike_are_a_change(tmp_path: Path) -> None:
    def told(moment: str) -> dict[str, list[dict[str, object]]]:
        return marks(mark("m1", entered_at=datetime.fromisoformat(moment), updated_at=datetime.fromisoformat(moment)))

    watched = Observed(tmp_path, [Shown(T1, told("2026-09-07T09:00")), Shown(T2, told("2026-09-07T10:00"))])
    assert [moment.hour for (moment,) in watched.rows("marks", "entered_at")] == [9, 10]
