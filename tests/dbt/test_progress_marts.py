"""Results of periods and years, the class table, means and their calculations, reserve, risk, dynamics."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.dbt.conftest import PROJECT
from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

Row = dict[str, Any]


def give(s: School, pupil: str, subject: str, value: str, period: str = "q1", **more: str) -> None:
    """A mark for a period."""
    s.row(
        "period_marks", pupil_id=pupil, subject_id=subject, kind="period", period_id=period, value=value,
        **({"class_id": "7Б", "teacher_id": "t1"} | more),
    )  # fmt: skip


def results(built: Built, school_id: str, scope: str, key: str, subject: str, period: str = "quarter-1") -> Row:
    return built.one(
        "select * from marts.results_by_class_subject_period where school_id = ? and scope_kind = ? "
        "and scope_key = ? and subject_id = ? and period_key = ?",
        school_id, scope, key, subject, period,
    )  # fmt: skip


def table(built: Built, school_id: str, scope: str, key: str, period: str = "quarter-1") -> Row:
    return built.one(
        "select * from marts.class_results_by_period where school_id = ? and scope_kind = ? and scope_key = ? "
        "and period_key = ?",
        school_id, scope, key, period,
    )  # fmt: skip


# --- one subject of one class: the fixture of the field -----------------------------------------------------------


def fixture_class(s: School) -> None:
    """5, 10, 8, 1 and one н/а: 25 in the denominator. Beside them осв, зач, nobody's mark, and one who has left."""
    s.basics(pupils=28, subjects=("химия",))
    s.pupil("ушёл", ends_on="2025-10-20")
    s.pupil("новый", starts_on="2025-10-27")
    s.seen("2025-11-09T23:50")
    s.lesson("l1", "2025-09-10", "химия")
    s.lesson("l2", "2025-09-17", "химия")
    s.lesson("l3", "2025-09-24", "химия")
    for lesson, code in (("l1", "Б"), ("l2", "Б"), ("l3", "Н")):
        s.code(lesson, "p25", code)
    values = ["5"] * 5 + ["4"] * 9 + ["4-"] + ["3"] * 8 + ["2", "н/а", "осв", "зач"]
    for number, value in enumerate(values, 1):
        give(s, f"p{number}", "химия", value)
    give(s, "ушёл", "химия", "5")


@school("results", as_of="2025-11-10T08:00")
def results_school(s: School) -> None:
    fixture_class(s)
    s.row("subjects", subject_id="орксэ", name="ОРКСЭ", graded="none")
    s.lesson("без отметок", "2025-09-10", "орксэ")


@school("results_without_na", as_of="2025-11-10T08:00")
def results_without_na(s: School) -> None:
    fixture_class(s)
    s.file.meta("limits", school_id=s.school_id, name="sou_formula", value=2, valid_from="2025-10-01")


@school("results_by_mean", as_of="2025-11-10T08:00")
def results_by_mean(s: School) -> None:
    fixture_class(s)
    s.file.meta("limits", school_id=s.school_id, name="sou_formula", value=3)
    # the same ids as in «results», another school
    give(s, "p28", "химия", "1")


def test_a_subject_of_a_class_has_the_figures_of_the_field(built: Built) -> None:
    row = results(built, "results", "class", "7Б", "химия")
    assert row["n_pupils"] == 28, "who left before the end or came after it is not on the list"
    assert (row["n5"], row["n4"], row["n3"], row["n2"], row["n1"]) == (5, 10, 8, 1, 0)
    assert (row["n_not_assessed"], row["n_released"], row["n_credit"], row["n_missing"]) == (1, 1, 1, 1)
    assert (row["n_counted"], row["n_marks"], row["state"]) == (25, 24, "partial")
    assert (row["success_percent"], row["quality_percent"]) == (92.0, 60.0)
    assert (row["sou_percent"], row["sou_with_na_percent"]) == (58.04, 58.04)
    assert row["success_without_na_percent"] == pytest.approx(95.833333, abs=1e-6)
    assert row["quality_without_na_percent"] == 62.5
    assert row["sou_without_na_percent"] == pytest.approx(60.166667, abs=1e-6)
    assert row["sou_by_mean_percent"] == pytest.approx(69.791667, abs=1e-4)
    assert row["mean_mark"] == pytest.approx(3.791667, abs=1e-6)


def test_every_figure_of_a_subject_explains_itself(built: Built) -> None:
    row = results(built, "results", "class", "7Б", "химия")
    assert row["success_explained"] == "(5 + 10 + 8)/25 = 92 %"
    assert row["quality_explained"] == "(5 + 10)/25 = 60 %"
    assert row["sou_formula"] == "СОУ с н/а: (100·n5 + 64·n4 + 36·n3 + 16·n2 + 7·н/а)/N"
    assert row["sou_explained"] == "(100·5 + 64·10 + 36·8 + 16·1 + 7·1)/25 = 58,04 %"
    assert row["mean_explained"] == "(5·5 + 4·10 + 3·8 + 2·1)/24 = 3,79"


def test_a_school_chooses_its_formula(built: Built) -> None:
    row = results(built, "results_without_na", "class", "7Б", "химия")
    assert row["sou_percent"] == pytest.approx(60.166667, abs=1e-6)
    assert row["sou_explained"] == "(100·5 + 64·10 + 36·8 + 16·1)/24 = 60,17 %"
    assert row["sou_formula"].startswith("СОУ без н/а")
    row = results(built, "results_by_mean", "class", "7Б", "химия")
    # p28 has a 1: 92 of 25 marks, mean 3.68; it is no success, and weighs 7 in СОУ with н/а
    assert (row["n2"], row["n1"], row["mean_mark"], row["sou_percent"]) == (2, 1, 3.68, 67.0)
    assert row["sou_explained"] == "(3,68 − 1)/4·100 = 67 %"
    assert row["sou_with_na_percent"] == pytest.approx((500 + 640 + 288 + 16 + 7 + 7) / 26, abs=1e-6)
    assert row["success_percent"] == pytest.approx(100 * 23 / 26, abs=1e-6)


def test_two_of_three_lessons_missed_by_illness_make_na_by_illness(built: Built) -> None:
    assert results(built, "results", "class", "7Б", "химия")["n_not_assessed_ill"] == 1


def test_a_subject_without_marks_stays_out(built: Built) -> None:
    rows = built.rows(
        "select distinct subject_id from marts.results_by_class_subject_period where school_id = 'results'"
    )
    assert [row["subject_id"] for row in rows] == ["химия"]


def test_a_running_period_has_a_state_and_no_percentages(built: Built) -> None:
    row = table(built, "results", "class", "7Б", "year")
    assert (row["state"], row["quality_percent"], row["success_percent"]) == ("running", None, None)
    assert row["quality_explained"] == "период идёт, итоги не подведены"
    assert (row["n_not_summed"], row["n_pupils"]) == (29, 29)
    year = results(built, "results", "class", "7Б", "химия", "year")
    assert (year["state"], year["success_percent"], year["mean_mark"]) == ("running", None, None)
    assert (year["n_missing"], year["n_released"]) == (27, 1)


# --- the class table ----------------------------------------------------------------------------------------------


def finish(s: School, class_id: str, pupils: Iterable[str]) -> None:
    """Pupils by their marks in x, y and z: н = н/а, о = осв, - = none."""
    words = {"н": "н/а", "о": "осв", "-": ""}
    for number, values in enumerate(pupils, 1):
        s.pupil(f"{class_id}-{number}", class_id)
        for subject, value in zip("xyz", values, strict=True):
            give(s, f"{class_id}-{number}", subject, words.get(value, value), class_id=class_id)


@school("class_table", as_of="2025-11-10T08:00")
def class_table(s: School) -> None:
    s.basics("2А", pupils=0, subjects=("x", "y", "z"))
    for class_id, grade in (("2Б", 2), ("5В", 5), ("1А", 1)):
        s.row("classes", class_id=class_id, grade=grade, letter=class_id[-1], name=class_id)
    s.seen("2025-11-09T23:50")
    five, four, three = "555", ("544", "454", "444"), ("533", "443", "333")
    second = ["5о5"] + [five] * 11 + [four[n % 3] for n in range(16)] + [three[0], three[2], "55н", "3нн"]
    # 2А: 7 with 5 alone, 23 with 4 and 5 (three of them with one 4), one with one 3, one with a 2
    finish(s, "2А", [five] * 7 + ["554"] * 3 + [four[n % 3] for n in range(20)] + ["543", "2н5"])
    # 2Б: 12 and 16; two with several 3, one not assessed for illness, one for no known reason
    finish(s, "2Б", second)
    for day in ("2025-09-08", "2025-09-15"):
        s.lesson(f"2Б {day}", day, "z", "2Б")
        s.code(f"2Б {day}", "2Б-31", "Б")
        s.code(f"2Б {day}", "2Б-32", "Н")
    # 5В: one of each, and one whose mark in z is not given although he is taught it
    s.lesson("5В z", "2025-09-08", "z", "5В")
    finish(s, "5В", ["555", "545", "255", "55-"])
    s.pupil("на семейном", "5В", form="family")
    # 6Г: nobody has both marks
    s.row("classes", class_id="6Г", grade=6, letter="Г", name="6Г")
    for subject, number in (("x", 1), ("y", 2)):
        s.lesson(f"6Г {subject}", "2025-09-08", subject, "6Г", number)
    finish(s, "6Г", ["5-о", "-4о"])
    # grade 1: lessons and no marks
    s.pupil("первый", "1А")
    s.lesson("1А x", "2025-09-08", "x", "1А")


@pytest.mark.parametrize(
    ("scope", "key", "counts", "quality", "success"),
    [
        ("class", "2А", (32, 7, 23, 3, 1, 1, 1, 0, 0, 0), 93.75, 96.875),
        ("class", "2Б", (32, 12, 16, 0, 2, 0, 0, 2, 1, 0), 87.5, 93.75),
        ("class", "5В", (4, 1, 1, 1, 0, 0, 1, 0, 0, 1), 66.666667, 66.666667),
        ("grade", "2", (64, 19, 39, 3, 3, 1, 1, 2, 1, 0), 90.625, 95.3125),
        ("level", "2-4", (64, 19, 39, 3, 3, 1, 1, 2, 1, 0), 90.625, 95.3125),
        ("level", "5-9", (6, 1, 1, 1, 0, 0, 1, 0, 0, 3), 66.666667, 66.666667),
        ("school", "", (70, 20, 40, 4, 3, 1, 2, 2, 1, 3), 100 * 60 / 67, 100 * 63 / 67),
    ],
)
def test_the_class_table(
    built: Built, scope: str, key: str, counts: tuple[int, ...], quality: float, success: float
) -> None:
    row = table(built, "class_table", scope, key)
    names = "n_pupils n_excellent n_good n_good_one_4 n_satisfactory n_satisfactory_one_3 n_failing n_not_assessed"
    names += " n_not_assessed_ill n_not_summed"
    assert tuple(row[name] for name in names.split()) == counts
    assert row["quality_percent"] == pytest.approx(quality, abs=1e-6)
    assert row["success_percent"] == pytest.approx(success, abs=1e-6)


def test_the_class_table_explains_itself(built: Built) -> None:
    row = table(built, "class_table", "class", "2А")
    assert (row["state"], row["quality_explained"]) == ("complete", "(7 + 23)/32 = 93,75 %")
    assert row["success_explained"] == "(7 + 23 + 1)/32 = 96,88 %"
    assert table(built, "class_table", "class", "2Б")["quality_explained"] == "(12 + 16)/32 = 87,5 %"
    row = table(built, "class_table", "class", "5В")
    assert (row["state"], row["known_percent"], row["n_missing_marks"]) == ("partial", 75.0, 1)
    assert row["quality_explained"] == "(1 + 1)/3 = 66,67 %; итоги не подведены: 1 из 4"
    row = table(built, "class_table", "class", "6Г")
    assert (row["state"], row["n_summed"], row["quality_percent"], row["mean_mark"]) == ("partial", 0, None, 4.5)
    assert row["quality_explained"] == "нет ни одного ученика, у которого выставлены все отметки"


def test_nobody_is_called_by_half_of_his_marks(built: Built) -> None:
    row = built.one(
        "select * from marts.pupil_results_by_period where school_id = 'class_table' and pupil_id = '5В-4' "
        "and period_key = 'quarter-1'"
    )
    assert (row["n5"], row["n_missing"], row["category"]) == (2, 1, "not_summed")
    assert (row["category_title"], row["not_summed_explained"]) == (
        "итоги не подведены", "не выставлено отметок: 1 из 3",
    )  # fmt: skip
    one = built.one(
        "select * from marts.pupil_results_by_period where school_id = 'class_table' and pupil_id = '2А-8' "
        "and period_key = 'quarter-1'"
    )
    assert (one["category"], one["single_mark"], one["single_subject_id"]) == ("good_one_4", 4, "z")
    assert one["mean_explained"] == "(5·2 + 4·1)/3 = 4,67"


def test_a_class_without_marks_is_in_no_table(built: Built) -> None:
    assert not built.rows(
        "select * from marts.class_results_by_period where school_id = 'class_table' and scope_key in ('1А', '1')"
    )


def test_the_table_of_the_administration_has_names(built: Built) -> None:
    rows = built.rows(
        "select scope_kind, scope_name from reports.rpt_administration__class_table "
        "where school_id = 'class_table' and period_key = 'quarter-1'"
    )
    assert {(row["scope_kind"], row["scope_name"]) for row in rows} == {
        ("class", "2А"), ("class", "2Б"), ("class", "5В"), ("class", "6Г"), ("grade", "2 классы"),
        ("grade", "5 классы"), ("grade", "6 классы"),
        ("level", "2–4 классы"), ("level", "5–9 классы"), ("school", "школа"),
    }  # fmt: skip


# --- who is on the list, and with which teacher -------------------------------------------------------------------


@school("lists", as_of="2025-11-20T08:00")
def lists(s: School) -> None:
    s.basics("7А", pupils=0, subjects=("физика", "англ"))
    s.basics("7Б", pupils=0)
    s.pupil("перешёл", "7А", ends_on="2025-10-05")
    s.row("enrollments", pupil_id="перешёл", class_id="7Б", starts_on="2025-10-06", evidence="roster")
    s.pupil("выбыл", "7Б", ends_on="2025-10-20")
    s.pupil("новый", "7Б", starts_on="2025-10-20")
    s.pupil("a1", "7А")
    for pupil in ("б1", "б2", "б3"):
        s.pupil(pupil, "7Б")
    s.seen("2025-11-19T23:50")
    for class_id in ("7А", "7Б"):
        s.lesson(f"{class_id} рано", "2025-09-10", "физика", class_id)
        s.lesson(f"{class_id} поздно", "2025-10-22", "физика", class_id)
    for pupil, group in (("перешёл", "g1"), ("б1", "g1"), ("б2", "g2"), ("a1", "g2")):
        s.row("subgroup_members", pupil_id=pupil, subgroup_id=group, starts_on="2025-09-01")
    s.row("subgroups", subgroup_id="g1", subject_id="англ", name="1")
    s.row("subgroups", subgroup_id="g2", subject_id="англ", name="2")
    s.lesson("англ 1", "2025-10-22", "англ", "7Б", 2, subgroup_id="g1", teacher_id="t1")
    s.lesson("англ 2", "2025-10-22", "англ", "7Б", 2, subgroup_id="g2", teacher_id="t2")
    for pupil, value, class_id in (
        ("перешёл", "4", ""), ("выбыл", "5", "7Б"), ("a1", "3", "7А"), ("б1", "5", "7Б"), ("б2", "2", "7Б"),
    ):  # fmt: skip
        give(s, pupil, "физика", value, class_id=class_id, teacher_id="t9")
    for pupil, value, teacher in (("перешёл", "5", "t1"), ("б1", "4", "t1"), ("б2", "3", "t2")):
        give(s, pupil, "англ", value, teacher_id=teacher)
    s.row("releases", pupil_id="б3", subject_id="физика", starts_on="2025-09-01", ends_on="2025-12-31")


def test_a_pupil_counts_once_in_the_class_of_the_period_s_end(built: Built) -> None:
    rows = built.rows(
        "select class_id, pupil_id, n_subjects, category from marts.pupil_results_by_period "
        "where school_id = 'lists' and period_key = 'quarter-1'"
    )
    assert {row["pupil_id"]: (row["class_id"], row["n_subjects"], row["category"]) for row in rows} == {
        "a1": ("7А", 1, "satisfactory_one_3"),
        "перешёл": ("7Б", 2, "good_one_4"),
        "б1": ("7Б", 2, "good_one_4"),
        "б2": ("7Б", 2, "failing"),
        "б3": ("7Б", 1, "not_summed"),
        "новый": ("7Б", 1, "not_summed"),
    }
    physics = results(built, "lists", "class", "7Б", "физика")
    counts = (physics["n_pupils"], physics["n5"], physics["n4"], physics["n2"], physics["n_released"])
    assert (*counts, physics["n_missing"]) == (5, 1, 1, 1, 1, 1)
    assert physics["success_explained"] == "(1 + 1 + 0)/3 = 66,67 %"


def test_results_of_a_subgroup_belong_to_its_teacher(built: Built) -> None:
    groups = built.rows(
        "select * from marts.results_by_class_subject_period where school_id = 'lists' and scope_kind = 'group' "
        "and subject_id = 'англ' and period_key = 'quarter-1'"
    )
    assert {(row["subgroup_id"], row["teacher_id"], row["n5"], row["n4"], row["n3"]) for row in groups} == {
        ("g1", "t1", 1, 1, 0),
        ("g2", "t2", 0, 0, 1),
    }
    assert results(built, "lists", "class", "7Б", "англ")["quality_explained"] == "(1 + 1)/3 = 66,67 %"


# --- means, computed marks, borders, reserve ----------------------------------------------------------------------


@school("calculations", as_of="2025-12-10T08:00")
def calculations(s: School) -> None:
    s.basics(pupils=6, subjects=("a", "c"))
    s.row("subjects", subject_id="w", name="W", uses_weights=True, graded="marks", rounding_threshold=0.5)
    s.row("subjects", subject_id="v", name="V", uses_weights=True, graded="marks", rounding_threshold=0.6)
    s.seen("2025-12-09T23:50")
    for number in range(1, 8):
        for place, subject in enumerate("acwv", 1):
            s.lesson(f"{subject}{number}", f"2025-11-{number + 9:02}", subject, number=place)

    def marks(pupil: str, subject: str, values: Iterable[str], weights: Iterable[float] = ()) -> None:
        known = list(weights)
        for number, value in enumerate(values, 1):
            more: Row = {"weight": known[number - 1]} if known else {}
            s.mark(f"{subject}{number}", pupil, value, **more)

    # p1: one computed 4, in c: 17 of 4 marks; with two more 5 the mean is 27/6 = 4.5
    marks("p1", "a", "55")
    marks("p1", "c", "4454")
    marks("p1", "w", "555", (3, 1, 3))
    marks("p1", "v", "5", (1,))
    # p2: the fixture 5·3 + 5·1 + 4·5 over 9 is the one 4; the usual weight of the class in w is 3
    marks("p2", "a", "5")
    marks("p2", "c", "55")
    marks("p2", "w", "554", (3, 1, 5))
    marks("p2", "v", "5", (1,))
    # p3: one 3; two digits would show 3,60 and another mark
    marks("p3", "a", "4")
    marks("p3", "c", "5")
    marks("p3", "v", "43", (239, 161))
    # p4: 4 and 3 and 2; p5: two marks in one of four subjects; p6: a mark for the period is given already
    marks("p4", "a", "4")
    marks("p4", "c", "3")
    marks("p4", "w", "2", (3,))
    marks("p5", "a", "5")
    marks("p6", "a", "4")
    marks("p6", "c", "55")
    give(s, "p6", "a", "5", "q2")


def pair(built: Built, pupil: str, subject: str, school_id: str = "calculations") -> Row:
    return built.one(
        "select * from marts.progress_by_pupil_subject_period where school_id = ? and pupil_id = ? and subject_id = ? "
        "and period_id = 'q2'",
        school_id, pupil, subject,
    )  # fmt: skip


def test_a_computed_mark_shows_its_calculation(built: Built) -> None:
    weighted = pair(built, "p2", "w")
    assert weighted["weighted_mean"] == pytest.approx(4.444444, abs=1e-6)
    assert weighted["computed_mark"] == 4
    assert weighted["calculation"] == "(5·4 + 4·5)/9 = 4,44 → порог 0,5 → 4"
    assert pair(built, "p1", "c")["calculation"] == "(5·1 + 4·3)/4 = 4,25 → порог 0,5 → 4"
    assert pair(built, "p3", "v")["calculation"] == "(4·239 + 3·161)/400 = 3,5975 → порог 0,6 → 3"


@pytest.mark.parametrize(
    ("pupil", "subject", "distance", "is_border"),
    [("p2", "w", -0.055556, True), ("p1", "c", -0.25, False), ("p3", "v", -0.0025, True), ("p1", "a", 0.5, False)],
)
def test_a_border_mark_is_near_its_threshold(
    built: Built, pupil: str, subject: str, distance: float, is_border: bool
) -> None:
    row = pair(built, pupil, subject)
    assert row["border_distance"] == pytest.approx(distance, abs=1e-6)
    assert row["is_border"] is is_border


def test_the_reserve_says_what_is_needed(built: Built) -> None:
    rows = built.rows("select * from marts.reserve where school_id = 'calculations' and period_key = 'quarter-2'")
    found = {row["pupil_id"]: row for row in rows}
    assert set(found) == {"p1", "p2", "p3"}, "not who has more low marks, one known subject, or none"
    one = found["p1"]
    assert (one["single_mark"], one["subject_id"], one["basis"], one["fives_needed"]) == (4, "c", "computed_marks", 2)
    assert one["needed_explained"] == "среднее 4,25, порог 4,5: нужно «5» – 2, с ними 4,5"
    # 40 of 9; one more 5 of weight 3 gives 55 of 12
    weighted = found["p2"]
    assert (weighted["subject_id"], weighted["fives_needed"], weighted["mark_weight"]) == ("w", 1, 3.0)
    assert weighted["needed_explained"] == "среднее 4,44, порог 4,5: нужно «5» – 1 весом 3, с ними 4,58"
    # 1439 of 400 to 3.6 with marks of weight 1: (1439 + 5)/401 = 3.601
    assert (found["p3"]["single_mark"], found["p3"]["fives_needed"]) == (3, 1)


def test_the_reserve_of_a_finished_period_goes_by_marks_for_it(built: Built) -> None:
    rows = built.rows(
        "select * from reports.rpt_class_teacher__reserve where school_id = 'lists' and period_key = 'quarter-1'"
    )
    assert {(row["pupil_id"], row["subject_id"], row["single_mark"], row["basis"]) for row in rows} == {
        ("перешёл", "физика", 4, "period_marks"),
        ("б1", "англ", 4, "period_marks"),
        ("a1", "физика", 3, "period_marks"),
    }
    assert {row["teacher_id"] for row in rows} == {"t9", "t1"}
    assert {row["needed_explained"] for row in rows} == {"отметок по предмету не видно"}
    for_all = built.rows("select * from reports.rpt_administration__reserve where school_id = 'lists'")
    assert len(for_all) == 3
    assert not {name for name in for_all[0] if "teacher" in name}


# --- years, risk, dynamics ----------------------------------------------------------------------------------------


@school("years", as_of="2026-06-05T08:00")
def years(s: School) -> None:
    for year, class_id, grade in (("2024/2025", "6Б", 6), ("2025/2026", "7Б", 7)):
        s.row("classes", class_id=class_id, grade=grade, letter="Б", name=class_id, academic_year=year)
        start = int(year[:4])
        for number, (first, last) in enumerate(
            ((f"{start}-09-01", f"{start}-12-28"), (f"{start + 1}-01-09", f"{start + 1}-05-26")), 1
        ):
            s.row(
                "periods", period_id=f"{year}-{number}", kind="half_year", ordinal=number,
                starts_on=first, ends_on=last, academic_year=year,
            )  # fmt: skip
        for pupil in ("p1", "p2"):
            s.row(
                "enrollments", pupil_id=pupil, class_id=class_id, starts_on=f"{start}-09-01", evidence="roster",
                ends_on=f"{start + 1}-05-31", academic_year=year,
            )  # fmt: skip
    for pupil in ("p1", "p2"):
        s.row("pupils", pupil_id=pupil, last_name=pupil, first_name="Имя")
    for subject in ("x", "y"):
        s.row("subjects", subject_id=subject, name=subject.upper(), graded="marks")
    s.seen("2026-06-04T23:50")
    given: dict[tuple[str, int], dict[str, Iterable[str]]] = {
        ("2024/2025", 1): {"p1": "55", "p2": "44"},
        ("2024/2025", 2): {"p1": "54", "p2": ("4", "2")},
        ("2025/2026", 1): {"p1": "44", "p2": ("3", "2")},
        ("2025/2026", 2): {"p1": "54", "p2": ("н/а", "3")},
    }
    for (year, number), pupils in given.items():
        for pupil, values in pupils.items():
            for subject, value in zip("xy", values, strict=True):
                give(
                    s, pupil, subject, value, f"{year}-{number}", academic_year=year,
                    class_id="6Б" if year == "2024/2025" else "7Б",
                )  # fmt: skip
    for pupil, subject, value in (("p1", "x", "5"), ("p1", "y", "4"), ("p2", "x", "3")):
        s.row("period_marks", pupil_id=pupil, subject_id=subject, kind="year", class_id="7Б", value=value)


@school("year_released", as_of="2026-06-05T08:00")
def year_released(s: School) -> None:
    s.row("classes", class_id="7Б", grade=7, letter="Б", name="7Б")
    s.row("periods", period_id="h1", kind="half_year", ordinal=1, starts_on="2025-09-01", ends_on="2026-05-26")
    for pupil in ("p1", "p2"):
        s.pupil(pupil)
    for subject in ("x", "физра"):
        s.row("subjects", subject_id=subject, name=subject, graded="marks")
    for pupil, subject, value in (("p1", "x", "5"), ("p1", "физра", "осв"), ("p2", "x", "5"), ("p2", "физра", "5")):
        give(s, pupil, subject, value, "h1")
    for pupil, subject in (("p1", "x"), ("p2", "x"), ("p2", "физра")):
        s.row("period_marks", pupil_id=pupil, subject_id=subject, kind="year", class_id="7Б", value="5")


def test_who_was_released_all_the_year_has_no_year_mark_missing(built: Built) -> None:
    row = table(built, "year_released", "class", "7Б", "year")
    assert (row["n_excellent"], row["n_not_summed"], row["state"]) == (2, 0, "complete")


def test_the_mark_of_the_year_stands_beside_the_mean(built: Built) -> None:
    rows = built.rows(
        "select * from marts.progress_by_pupil_subject_year where school_id = 'years' and academic_year = '2025/2026'"
    )
    found = {(row["pupil_id"], row["subject_id"]): row for row in rows}
    one = found["p1", "x"]
    assert (one["mean_period_mark"], one["computed_year_mark"], one["year_mark"]) == (4.5, 5, "5")
    assert one["calculation"] == ("(5·1 + 4·1)/2 = 4,5 → 5 (математическое округление; порядок школы не известен)")
    assert found["p1", "y"]["computed_year_mark"] == 4
    assert (found["p2", "x"]["computed_year_mark"], found["p2", "x"]["calculation"]) == (
        None, "(3·1)/1 = 3; отметки есть за 1 из 2 периодов",
    )  # fmt: skip
    assert (found["p2", "y"]["mean_period_mark"], found["p2", "y"]["year_mark"]) == (2.5, None)


def test_the_year_has_a_class_table_of_its_own(built: Built) -> None:
    row = table(built, "years", "class", "7Б", "year")
    assert (row["n_pupils"], row["n_good_one_4"], row["n_not_summed"], row["state"]) == (2, 1, 1, "partial")
    assert row["quality_explained"] == "(0 + 1)/1 = 100 %; итоги не подведены: 1 из 2"


def test_risk_is_repeated_across_periods_and_years(built: Built) -> None:
    rows = built.rows("select * from marts.at_risk where school_id = 'years'")
    found = {(row["subject_id"], row["period_id"]): row for row in rows}
    assert {key: (row["pupil_id"], row["risk"], row["is_repeated"]) for key, row in found.items()} == {
        ("y", "2024/2025-2"): ("p2", "failing", False),
        ("y", "2025/2026-1"): ("p2", "failing", True),
        ("x", "2025/2026-2"): ("p2", "not_assessed", False),
    }
    assert found["y", "2025/2026-1"]["risk_explained"] == "за период – 2; повторно: 2 полугодие – 2"
    assert found["x", "2025/2026-2"]["risk_explained"] == "за период – н/а, причина не видна"


@pytest.mark.parametrize(
    ("scope", "key", "period", "now", "before", "year_ago"),
    [
        ("pupil", "p1", "half_year-2", 4.5, 4.0, 4.5),
        ("pupil", "p2", "half_year-1", 2.5, None, 4.0),
        ("class", "7Б", "half_year-1", 3.25, None, 4.5),
        ("class", "7Б", "half_year-2", 4.0, 3.25, 3.75),
        ("school", "", "half_year-2", 4.0, 3.25, 3.75),
        ("grade", "7", "half_year-1", 3.25, None, None),
    ],
)
def test_dynamics(
    built: Built, scope: str, key: str, period: str, now: float, before: float | None, year_ago: float | None
) -> None:
    row = built.one(
        "select * from marts.progress_dynamics where school_id = 'years' and academic_year = '2025/2026' "
        "and scope_kind = ? and scope_key = ? and period_key = ?",
        scope, key, period,
    )  # fmt: skip
    assert (row["mean_mark"], row["previous_mean_mark"], row["last_year_mean_mark"]) == (now, before, year_ago)
    assert row["mean_mark_change"] == (None if before is None else now - before)
    assert row["last_year_mean_mark_change"] == (None if year_ago is None else now - year_ago)


def test_quality_is_compared_in_points(built: Built) -> None:
    row = built.one(
        "select * from marts.progress_dynamics where school_id = 'years' and academic_year = '2025/2026' "
        "and scope_kind = 'class' and period_key = 'half_year-1'"
    )
    # now: p1 good, p2 failing; a year ago in 6Б: both good
    assert (row["quality_percent"], row["last_year_quality_percent"], row["last_year_quality_change"]) == (
        50.0, 100.0, -50.0,
    )  # fmt: skip


# --- kinds of work, printed means ---------------------------------------------------------------------------------


@school("work_marks", as_of="2025-10-20T08:00")
def work_marks(s: School) -> None:
    s.basics(pupils=5, subjects=("a", "b", "c"))
    s.row("work_types", work_type="кр", name="Контрольная работа", is_control=True, is_written=True)
    s.seen("2025-10-19T23:50")
    for number, subject in enumerate("abc", 1):
        for day in (1, 2, 3):
            s.lesson(f"{subject}{day}", f"2025-09-{day:02}", subject, number=number)
    # a: control 3, 3 (mean 3), other 4, 4, 3, 4, 3.5 at all: 3.7, a gap of exactly 0.7; one mark without a kind
    for pupil, value in (("p1", "3"), ("p2", "3")):
        s.mark("a1", pupil, value, work_type="кр")
    for pupil, lesson, value in (
        ("p1", "a2", "4"), ("p2", "a2", "4"), ("p3", "a2", "3"), ("p4", "a2", "4"), ("p5", "a2", "4"),
        ("p1", "a3", "4"), ("p2", "a3", "3"), ("p3", "a3", "4"), ("p4", "a3", "4"), ("p5", "a3", "3"),
    ):  # fmt: skip
        s.mark(lesson, pupil, value, work_type="ответ")
    s.mark("a1", "p3", "5")
    # b: control works alone; c: no kinds of work at all
    s.mark("b1", "p1", "4", work_type="кр")
    s.mark("c1", "p1", "4")


def test_marks_by_kind_of_work(built: Built) -> None:
    rows = built.rows("select * from marts.marks_by_work_type where school_id = 'work_marks'")
    found = {(row["subject_id"], row["work_type"]): row for row in rows}
    control, answers, untold = (found["a", name] for name in ("кр", "ответ", ""))
    assert (control["n_marks"], control["n_control"], control["mean_mark"]) == (2, 2, 3.0)
    assert (answers["n_marks"], answers["n_control"], answers["mean_mark"]) == (10, 0, 3.7)
    assert control["marks_percent"] == pytest.approx(200 / 13, abs=1e-6)
    assert untold["marks_percent"] == pytest.approx(100 / 13, abs=1e-6)
    for row in (control, answers, untold):
        assert (row["control_mean_mark"], row["current_mean_mark"], row["gap"]) == (3.0, 3.7, -0.7)
        assert (row["gap_state"], row["typed_percent"]) == ("signal", pytest.approx(1200 / 13, abs=1e-6))
        assert row["gap_explained"] == "контрольные 3 (2), остальные 3,7 (10), разница 0,7"
    assert (found["b", "кр"]["gap_state"], found["b", "кр"]["gap_explained"]) == (
        "no_data", "других отметок с видом работы нет",
    )  # fmt: skip
    assert found["c", ""]["gap_explained"] == "виды работ в выгрузках не указаны"
    assert found["c", ""]["typed_percent"] == 0.0


@school("printed_means", as_of="2025-11-10T08:00", source=("sgo", "studenttotal"))
def printed_means(s: School) -> None:
    s.basics(pupils=4, subjects=("a",))
    s.seen("2025-11-09T23:50")
    for number in (1, 2, 3):
        s.lesson(f"a{number}", f"2025-09-{number:02}", "a")
    for pupil, values in (("p1", "554"), ("p2", "43"), ("p3", "5"), ("p4", "3")):
        for number, value in enumerate(values, 1):
            s.mark(f"a{number}", pupil, value)
    for pupil, mean, computed, n_marks in (
        ("p1", 4.67, 4.666667, 3), ("p2", 4.5, 3.5, 2), ("p3", 5.0, None, None), ("p4", 4.0, 4.0, 2),
    ):  # fmt: skip
        s.row(
            "reported_averages", pupil_id=pupil, subject_id="a", period_id="quarter-1", class_id="7Б",
            mean=mean, computed=computed, n_marks=n_marks,
        )  # fmt: skip


def test_printed_means_are_reconciled(built: Built) -> None:
    row = built.one("select * from marts.reported_averages_agree where school_id = 'printed_means'")
    assert (row["class_id"], row["period_id"]) == ("7Б", "quarter-1")
    assert (row["n_printed"], row["n_compared"], row["n_equal"], row["n_differing"], row["n_printed_only"]) == (
        4, 3, 2, 1, 1,
    )  # fmt: skip
    # p1 and p2 have as many marks here as were printed, p4 one less; only the mean of p1 is the same
    assert (row["n_same_marks"], row["n_same_mean"]) == (2, 1)


# --- properties over all schools ----------------------------------------------------------------------------------

PARTS = "n_pupils n5 n4 n3 n2 n1 n_not_assessed n_not_assessed_ill n_released n_credit n_missing n_counted sum_marks"
TABLE_PARTS = (
    "n_pupils n_summed n_not_summed n_excellent n_good n_good_one_4 n_satisfactory n_satisfactory_one_3 n_failing "
    "n_not_assessed n_not_assessed_ill n_missing_marks sum_marks n_marks"
)


@pytest.mark.parametrize(
    ("mart", "parts", "more", "scopes"),
    [
        ("results_by_class_subject_period", PARTS, ", subject_id", ("group", "class", "grade", "level", "school")),
        ("class_results_by_period", TABLE_PARTS, "", ("class", "grade", "level", "school")),
    ],
)
def test_every_scope_is_the_sum_of_its_parts(
    built: Built, mart: str, parts: str, more: str, scopes: tuple[str, ...]
) -> None:
    sums = ", ".join(f"sum({part}) as {part}" for part in parts.split())
    found = [
        built.rows(
            f"select school_id, academic_year, period_key{more}, {sums} from marts.{mart} where scope_kind = ? "
            f"group by school_id, academic_year, period_key{more} order by all",
            scope,
        )
        for scope in scopes
    ]
    assert len(found[0]) > 20
    assert all(rows == found[0] for rows in found)


def test_the_denominator_is_the_sum_of_what_is_counted(built: Built) -> None:
    assert not built.rows(
        "select * from marts.results_by_class_subject_period where n_counted <> n5 + n4 + n3 + n2 + n_not_assessed "
        "or n_pupils <> n_counted + n_released + n_credit + n_missing or n1 > n2 or n_not_assessed_ill > n_not_assessed"
    )


def test_every_pupil_of_a_list_has_one_category(built: Built) -> None:
    assert not built.rows(
        "select * from marts.class_results_by_period where n_pupils <> n_excellent + n_good + n_satisfactory "
        "+ n_failing + n_not_assessed + n_not_summed"
    )
    assert not built.rows(
        "select school_id, academic_year, pupil_id, period_key from marts.pupil_results_by_period "
        "group by school_id, academic_year, pupil_id, period_key having count(*) > 1"
    )


def test_percentages_are_none_or_within_bounds(built: Built) -> None:
    for mart in ("results_by_class_subject_period", "class_results_by_period"):
        assert not built.rows(
            f"select * from marts.{mart} where success_percent not between 0 and 100 "
            "or quality_percent not between 0 and success_percent or (state = 'running' and success_percent >= 0)"
        )


def test_two_schools_with_the_same_ids_never_meet(built: Built) -> None:
    one, other = (results(built, name, "school", "", "химия") for name in ("results", "results_by_mean"))
    assert (one["n_pupils"], one["n_missing"], other["n_pupils"], other["n_missing"]) == (28, 1, 28, 0)


# --- the table of metrics -----------------------------------------------------------------------------------------


def metrics() -> list[dict[str, str]]:
    with (PROJECT / "seeds" / "metrics.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mart_columns(*folders: str) -> set[str]:
    found = set()
    for folder in folders:
        for path in (PROJECT / "models").glob(f"{folder}/*.yml"):
            for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
                found |= {f"{model['name']}.{column['name']}" for column in model["columns"]}
    return found


def test_metrics_stand_in_columns_that_exist() -> None:
    known = mart_columns("marts/*", "reports")
    named = [name for row in metrics() for name in row["models"].split()]
    assert named
    assert sorted(set(named) - known) == []


def test_every_share_of_the_marts_has_its_metric() -> None:
    named = {name for row in metrics() for name in row["models"].split()}
    shares = {
        name
        for name in mart_columns("marts/progress", "marts/attendance")
        if re.search(r"_percent$|_rate$|_rate_|(^|\.|_)share(_|$)", name.partition(".")[2])
    }
    assert len(shares) > 10
    assert sorted(shares - named) == []


def test_a_metric_is_told_in_full() -> None:
    for row in metrics():
        assert all(row[name].strip() for name in ("metric", "title", "unit", "formula", "source")), row["metric"]
        assert "оценка" not in " ".join(row.values()).lower(), row["metric"]
