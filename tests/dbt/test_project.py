"""The project itself: parses without warnings, everything described, one yml a model, no clock in models."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.dbt.conftest import PROJECT, Dbt
from tests.dbt.schools import Built

MODELS = sorted((PROJECT / "models").rglob("*.sql"))


@pytest.fixture(scope="session")
def manifest(built: Built) -> dict[str, dict[str, dict[str, object]]]:
    path = built.path.parent / "target" / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_parse_gives_no_warnings(dbt: Dbt) -> None:
    success, told, _ = dbt.run("parse", "--no-partial-parse", "--warn-error")
    assert success
    assert told == []


def test_every_model_and_column_is_described(built: Built, manifest: dict[str, dict[str, dict[str, object]]]) -> None:
    kept = built.rows("select table_schema as s, table_name as t, column_name as c from information_schema.columns")
    real: dict[tuple[str, str], set[str]] = {}
    for row in kept:
        real.setdefault((row["s"], row["t"]), set()).add(row["c"])
    for node in manifest["nodes"].values():
        if node["resource_type"] not in {"model", "seed"}:
            continue
        name = str(node["name"])
        assert node["description"], name
        columns: dict[str, dict[str, str]] = node["columns"]  # type: ignore[assignment]
        assert set(columns) == real[str(node["schema"]), name], name
        assert all(column["description"] for column in columns.values()), name
        if node["resource_type"] == "model":
            told = str(node["description"])
            assert all(part in told for part in ("Overview.", "Grain.", "Rules.")), name


def test_marts_and_reports_have_contracts_and_a_grain_test(manifest: dict[str, dict[str, dict[str, object]]]) -> None:
    promised = {
        node["name"] for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in {"marts", "reports"}
    }  # fmt: skip
    enforced = {
        node["name"] for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["contract"]["enforced"]  # type: ignore[index]
    }  # fmt: skip
    tested = {
        str(node["attached_node"]).rsplit(".", 1)[-1] for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "grain"  # type: ignore[attr-defined]
    }  # fmt: skip
    assert promised <= enforced
    assert promised <= tested


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_model_keeps_to_the_house_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = re.sub(r"--[^\n]*|\{#.*?#\}", "", text, flags=re.DOTALL).lower()
    assert path.with_suffix(".yml").exists()
    for banned in (
        "current_date",
        "current_timestamp",
        "now()",
        "group by all",
        "qualify",
        "dayofweek",
        "strftime",
        "select distinct on",
    ):
        assert banned not in code, banned
    ends = code.rstrip().splitlines()[-1]
    assert ends == f"select * from {path.stem}" or re.search(
        rf"\nselect\n(    [a-z0-9_]+,?\n)+from {path.stem}\n", code
    ), path.stem
    if {"marts", "reports"} & set(path.parts):
        assert ends == f"from {path.stem}"
    for window in re.findall(r"order by ([^()]*?)(?:\n\s*rows|\))", code):
        if " over " in code:
            assert "nulls" in window, window


def test_no_python_package_hides_dbt() -> None:
    assert not list(PROJECT.rglob("__init__.py"))
    assert not list((PROJECT / "models").rglob("*.py"))
    assert not (PROJECT / "packages.yml").exists()


def test_unit_tests_and_singular_tests_have_run(built: Built) -> None:
    claims = {
        "a_field_entered_after_the_look_that_followed_its_term_is_late",
        "a_mean_near_a_rounding_border_may_be_rounded_either_way",
        "no_expected_check_is_lost",
        "marts_agree",
        "not_assessed_stay_in_the_denominator_and_released_do_not",
        "a_one_is_no_success_and_weighs_seven_in_sou",
        "quality_of_a_class_is_a_share_of_pupils_with_all_marks",
        "a_running_period_has_no_percentages",
        "every_pupil_of_the_list_has_one_category",
        "the_weighted_mean_explains_itself",
        "the_year_is_the_mean_of_its_periods",
        "a_risk_is_repeated_after_a_finished_period",
        "the_smallest_number_of_fives_that_reaches_the_threshold",
        "control_works_are_compared_with_marks_of_known_work",
        "a_day_is_missed_when_all_lessons_are_and_by_the_other_convention_when_enough_are",
        "rates_tell_stated_implied_and_not_recorded_apart",
        "days_in_a_row_are_one_streak_and_a_day_at_school_ends_it",
        "lessons_and_days_of_two_classes_are_one_pupils",
        "a_document_is_applied_once_no_absence_of_it_lacks_its_reason",
        "what_waits_for_a_document_is_told_in_runs_of_days",
        "a_week_is_compared_with_the_week_of_its_number_a_year_before",
        "a_pattern_is_shown_only_where_it_is_far_from_chance",
        "findings_of_a_day_are_one_row_and_only_open_ones_count_as_open",
        "a_two_is_told_to_no_pupil_and_no_parent",
        "periods_of_a_year_are_judged_together_by_their_forecasts",
        "what_was_told_stands_beside_what_came",
        "a_pupil_may_fail_by_not_being_attested",
        "the_interval_is_of_the_exact_distribution",
        "what_independent_pupils_do_not_explain_is_common",
        "a_mark_of_the_year_is_measured_from_the_border_of_the_school",
        "the_year_is_rounded_as_the_school_has_set_it",
    }
    assert claims <= set(built.nodes)
