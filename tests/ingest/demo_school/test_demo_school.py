"""The demo school keeps its word: the same seed the same bytes, and exactly the planted faults in what is written."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.demo_school import DemoPlan, generate
from ingest.demo_school.generate import simulate
from ingest.demo_school.habits import PRESETS, USUAL
from ingest.demo_school.regulations import DEFAULT, OWN, PROFILES
from ingest.demo_school.world import World
from tests.ingest.demo_school import oracle, printouts
from tests.ingest.demo_school.oracle import Finding

PUPILS = 180
ROOT = Path(__file__).resolve().parents[3]
# One year of the demo has no marks for the year, no class page of attendance, and no subject full of control works or
# far behind its plan.
NOT_PLANTED = {"attendance_pages_differ", "control_work_share", "programme_on_time", "year_mark_differs"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoPlan:
    return generate(tmp_path_factory.mktemp("демо школа"), pupils=PUPILS, seed=3)


@pytest.fixture(scope="module", params=sorted(PRESETS))
def of_habits(request: pytest.FixtureRequest, demo: DemoPlan, tmp_path_factory: pytest.TempPathFactory) -> DemoPlan:
    """The demo of each preset; the usual one is the demo of all other tests."""
    if request.param == USUAL:
        return demo
    return generate(tmp_path_factory.mktemp(request.param), pupils=PUPILS, seed=3, habits=request.param)


@pytest.fixture(scope="module")
def big() -> World:
    return simulate(pupils=700, weeks=9, seed=1)[0]


def truth_of(demo: DemoPlan, layout: str, profile: str = DEFAULT) -> list[dict[str, str]]:
    with demo.truth.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["layout"] == layout and row["profile"] == profile]


def as_findings(rows: list[dict[str, str]]) -> set[Finding]:
    return {
        Finding(
            row["rule"], row["class_name"], row["subject_name"], row["pupil_name"], row["date"], row["expected_verdict"]
        )
        for row in rows
        if row["rule"] in oracle.RULES
    }


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two, other = (
        generate(tmp_path / name, pupils=60, weeks=2, seed=seed)
        for name, seed in (("one", 1), ("two", 1), ("other", 2))
    )
    assert hashes(one.exports.parent) == hashes(two.exports.parent)
    assert hashes(one.exports.parent) != hashes(other.exports.parent)


def test_journal_csv_shows_exactly_the_planted_faults(of_habits: DemoPlan) -> None:
    folder = of_habits.exports / "journal_csv"
    journal = printouts.csv_journal(folder)
    found = oracle.state_findings(journal) | oracle.time_findings(folder, journal)
    assert _difference(found, as_findings(truth_of(of_habits, "a"))) == ([], [])


def test_pupil_reports_show_exactly_the_planted_faults(of_habits: DemoPlan) -> None:
    newest = printouts.exports_of(of_habits.exports / "studenttotal")[-1][1]
    found = oracle.state_findings(printouts.studenttotal_journal(newest))
    assert _difference(found, as_findings(truth_of(of_habits, "b"))) == ([], [])


def test_class_reports_show_exactly_the_planted_faults(of_habits: DemoPlan) -> None:
    at = of_habits.last_taken_at
    reports = printouts.exports_of(of_habits.exports / "class_report", "Отчет*")
    found = oracle.state_findings(printouts.class_report_journal([path for moment, path in reports if moment == at]))
    assert _difference(found, as_findings(truth_of(of_habits, "c"))) == ([], [])


def _difference(found: set[Finding], planted: set[Finding]) -> tuple[list[Finding], list[Finding]]:
    """(found but not planted, planted but not found)."""
    return sorted(found - planted), sorted(planted - found)


def test_every_rule_is_planted_in_every_layout_that_can_show_it(demo: DemoPlan) -> None:
    seen = {"day_single_contradiction", "period_mark_missing", "period_mark_differs", "marks_gap", "marks_below_norm"}
    lessons = {"lesson_without_records", "day_absent_but_one"}
    timed = {"topic_filled", "ordinary_mark", "written_marks"}
    rules = {layout: {row["rule"] for row in truth_of(demo, layout)} for layout in "abc"}
    assert rules["a"] >= seen | lessons | timed
    assert rules["b"] == seen | {"averages_disagree", "final_marks_complete"}
    assert rules["c"] == seen | lessons | {"averages_disagree", "final_marks_complete"}


def test_every_rule_that_the_journal_csv_feeds_is_planted(demo: DemoPlan) -> None:
    with (ROOT / "dbt" / "seeds" / "rules.csv").open(encoding="utf-8", newline="") as file:
        known = {row["rule"] for row in csv.DictReader(file)}
    planted = {row["rule"] for row in truth_of(demo, "a")} | {
        "averages_disagree"
    }  # printed layouts alone have averages
    assert known - planted == NOT_PLANTED
    assert planted <= known


def test_each_regulation_has_its_own_truth(demo: DemoPlan) -> None:
    told = {name: truth_of(demo, "a", name) for name in PROFILES}
    assert {len(rows) for rows in told.values()} == {len(told[DEFAULT])}
    late_homework = {
        name: sum(row["rule"] == "homework_given" and row["expected_status"] == "late" for row in rows)
        for name, rows in told.items()
    }
    assert late_homework["novoaltaysk-2016"] > late_homework["kirishi-2018"] > late_homework[OWN]
    assert {row["expected_status"] for row in told["pogorelka"] if row["rule"] == "period_mark_in_time"} == {"not_set"}
    assert "early" in {row["expected_status"] for row in told["novoaltaysk-2016"]}


def test_excused_and_unprovable_faults_are_told(demo: DemoPlan) -> None:
    rows = truth_of(demo, "a")
    assert {row["provable"] for row in rows if row["expected_verdict"] == "undetermined"} == {"false"}
    excused = Counter(row["rule"] for row in rows if row["expected_status"] == "excused")
    assert set(excused) >= {"topic_filled", "ordinary_mark"}


def test_keys_of_the_truth_are_those_of_the_exports(demo: DemoPlan) -> None:
    ids: dict[str, set[str]] = defaultdict(set)
    for _, path in printouts.exports_of(demo.exports / "journal_csv"):
        shown = printouts.tables(path)
        ids["ordinary_mark"] |= set(shown["marks"]["mark_id"])
        ids["written_marks"] |= set(shown["assignments"]["assignment_id"])
        ids["topic_filled"] |= set(shown["lessons"]["lesson_id"])
    ids["lesson_without_records"] = ids["topic_filled"]
    keyed = [row for row in truth_of(demo, "a") if row["rule"] in ids]
    assert [row["fault_id"] for row in keyed if row["subject_key"] not in ids[row["rule"]]] == []


def test_the_report_card_repeats_the_period_marks_of_the_report(demo: DemoPlan) -> None:
    folder = demo.exports / "class_report"
    reports = [path for at, path in printouts.exports_of(folder, "Отчет*") if at == demo.last_taken_at]
    cards = [path for _, path in printouts.exports_of(folder, "Табель*")]
    finals = printouts.class_report_journal(reports).finals
    assert len(cards) == 2
    assert {key: value for path in cards for key, value in printouts.card_finals(path).items()} == finals


def test_the_tour_names_the_accounts_and_every_fault(demo: DemoPlan) -> None:
    tour = demo.tour.read_text(encoding="utf-8")
    assert all(account.login in tour for account in demo.accounts)
    assert all(row["fault_id"] in tour for layout in "abc" for row in truth_of(demo, layout))


@pytest.mark.parametrize("layouts", [("a",), ("b",), ("c",), ("b", "c")], ids="".join)
def test_layouts_stand_alone(tmp_path: Path, layouts: tuple[str, ...]) -> None:
    plan = generate(tmp_path, pupils=90, weeks=3, layouts=layouts)
    folders = {"a": "journal_csv", "b": "studenttotal", "c": "class_report"}
    assert {path.name for path in plan.exports.iterdir()} == {folders[layout] for layout in layouts}


def test_nobody_is_in_two_places_at_once(big: World) -> None:
    rooms: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for lesson in big.lessons:
        if lesson.held:
            rooms["teacher", lesson.teacher, lesson.starts].append(lesson.index)
    for pupil, lesson in zip(big.seat_pupil.tolist(), big.seat_lesson.tolist(), strict=True):
        rooms["pupil", pupil, big.lessons[lesson].starts].append(lesson)
    assert [key for key, lessons in rooms.items() if len(lessons) > 1] == []


def test_days_begin_with_the_first_lesson_and_have_no_gaps(big: World) -> None:
    numbers: dict[tuple[int, int], set[int]] = defaultdict(set)
    for line in big.lines:
        numbers[big.school.courses[line.course].class_index, line.weekday].add(line.number)
    joint = {index for group in big.school.subgroups if len(group.classes) > 1 for index in group.classes}
    assert all(
        sorted(found) == list(range(1, len(found) + 1)) for (index, _), found in numbers.items() if index not in joint
    )


def test_marks_look_like_those_of_a_real_school(big: World) -> None:
    standing = big.final_marks()
    values = big.marks["value"][standing]
    shares = [float((values == mark).mean()) for mark in (5, 4, 3, 2)]
    assert shares == pytest.approx([0.604, 0.289, 0.091, 0.016], abs=0.02)
    pairs = Counter(zip(big.seat_pupil[big.marks["seat"][standing]].tolist(), _subjects(big, standing), strict=True))
    counts = sorted(pairs.values())
    quartiles = [counts[int(len(counts) * share)] for share in (0.25, 0.5, 0.75)]
    assert sum(counts) / len(counts) == pytest.approx(7.5, abs=0.8)
    assert quartiles == pytest.approx([3, 6, 9], abs=1)


def _subjects(world: World, rows: object) -> Iterator[str]:
    courses = world.seat_course[world.marks["seat"][rows]]
    return (world.school.courses[course].subject.subject_id for course in courses.tolist())


def test_absences_and_period_marks_look_like_those_of_a_real_school(big: World) -> None:
    codes = big.final_code()
    lessons_a_year = float(((codes >= 1) & (codes <= 4)).sum()) / len(big.school.pupils) * 34 / 8.7
    assert lessons_a_year == pytest.approx(57, abs=12)
    marks = Counter(mark.value for mark in big.period_marks if mark.value.isdigit())
    total = sum(marks.values())
    assert [marks[value] / total for value in "543"] == pytest.approx([0.7, 0.248, 0.052], abs=0.05)
    assert marks["2"] == 0
