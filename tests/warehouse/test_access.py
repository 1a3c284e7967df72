"""The gate to the data: role × object, and attacks on the wall around a class teacher's rows."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.dashboards import published as fake
from warehouse.access import (
    OBJECTS,
    AccessDeniedError,
    NotPublishedError,
    Viewer,
    allow,
    classes_of,
    connect,
    open_for,
    why_visible,
)
from warehouse.accounts import Account, ClassRef
from warehouse.publish import Published

SEVEN_B = ClassRef(fake.YEAR, "7Б")
DEPUTY = Account("zavuch", "Лебедева О. В.", "deputy", fake.SCHOOL, may_see_reasons=True)
HEAD = Account("direktor", "Соколов И. П.", "administration", fake.SCHOOL)
TEACHER = Account("klass", "Смирнова А. П.", "class_teacher", fake.SCHOOL, (SEVEN_B,))
TRUSTED = replace(TEACHER, login="klass2", may_see_reasons=True)

D, A, K, R = "deputy", "administration", "class teacher", "class teacher with reasons"
PEOPLE = {D: DEPUTY, A: HEAD, K: TEACHER, R: TRUSTED}
MATRIX = {
    "rpt_school__status": {D, A, K, R},
    "rpt_deputy__fill_grid": {D, A},
    "rpt_deputy__timeliness": {D, A},
    "rpt_deputy__findings": {D, A},
    "rpt_deputy__coverage": {D, A},
    "rpt_deputy__objections": {D, A},
    "rpt_deputy__regulation_preview": {D, A},
    "rpt_deputy__regulation_flips": {D, A},
    "rpt_deputy__exports_grid": {D, A},
    "rpt_deputy__drift": {D, A},
    "rpt_deputy__control_numbers": {D, A},
    "rpt_deputy__source_differences": {D},
    "rpt_class_teacher__attendance_map": {D, A, K, R},
    "rpt_class_teacher__absence_reasons": {D, R},
    "rpt_class_teacher__contradictions": {D, A, K, R},
    "rpt_class_teacher__progress": {D, A, K, R},
    "rpt_class_teacher__forecast": {D, K, R},
    "rpt_class_teacher__reserve": {D, K, R},
    "rpt_class_teacher__reasons_waiting": {D, A, K, R},
    "rpt_class_teacher__documents_to_apply": {D, R},
    "rpt_class_teacher__systematic_absence": {D, A, K, R},
    "rpt_administration__attendance_heatmap": {D, A},
    "rpt_administration__class_table": {D, A},
    "rpt_administration__reserve": {D, A},
    "rpt_administration__forecast_class": {D, A},
    "rpt_administration__forecast_school": {D, A},
    "rpt_administration__edge": {D, A},
    "rpt_administration__forecast_quality": {D, A},
    "rpt_administration__forecast_calibration": {D, A},
    "rpt_document__remarks": {D},
    "rpt_document__school_details": {D},
    "expectation_results": {D, A},
    "expectation_failures": {D},
    "fct_attendance": set(),
}


@pytest.fixture(scope="module")
def school(tmp_path_factory) -> Published:
    return fake.publish(tmp_path_factory.mktemp("дом") / "о'дом", "v1")


def test_the_matrix_names_every_object():
    assert set(OBJECTS) == set(MATRIX) - {"fct_attendance"}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("name", MATRIX)
def test_role_by_object(school, person, name):
    viewer = Viewer(PEOPLE[person])
    data = open_for(viewer, school)
    decision = allow(viewer, name)
    assert decision.reason
    assert decision.allowed == (person in MATRIX[name])
    assert data.has(name) == decision.allowed
    if decision.allowed:
        assert data.table(name).height > 0
    else:
        with pytest.raises(AccessDeniedError):
            data.table(name)


@pytest.mark.parametrize("name", [name for name, each in OBJECTS.items() if each.class_bound])
def test_a_class_teacher_gets_the_rows_of_the_own_class_only(school, name):
    mine = open_for(Viewer(TRUSTED), school).table(name)
    assert mine["class_id"].unique().to_list() == ["7Б"]
    everybody = open_for(Viewer(DEPUTY), school).table(name, {"class_id": "7Б"})
    assert mine.height == everybody.height > 0


def test_another_school_year_of_the_same_letter_is_another_class(school):
    last_year = replace(TEACHER, classes=(ClassRef("2024/2025", "7Б"),))
    assert open_for(Viewer(last_year), school).table("rpt_class_teacher__progress").height == 0


def test_a_forecast_stands_beside_no_teacher(school):
    seen = open_for(Viewer(DEPUTY), school)
    for each in OBJECTS.values():
        if each.forecast:
            assert not {"teacher_id", "teacher_name"} & set(seen.columns(each.name)), each.name


def test_a_disabled_account_and_a_school_not_published_open_nothing(school):
    with pytest.raises(AccessDeniedError):
        open_for(Viewer(replace(DEPUTY, disabled=True)), school)
    with pytest.raises(NotPublishedError):
        open_for(Viewer(replace(DEPUTY, school_id="other")), school)
    with pytest.raises(AccessDeniedError):
        open_for(Viewer(DEPUTY), school).table("rpt_school__status", {"school_id": "other"})


@pytest.mark.parametrize(
    "value",
    ["7Б' or '1'='1", "'; drop table reports.rpt_school__status; --", ("7Б", "x') or true --")],
    ids=["or", "drop", "in"],
)
def test_values_are_bound(school, value):
    rows = open_for(Viewer(DEPUTY), school).table("rpt_deputy__fill_grid", {"class_id": value})
    assert set(rows["class_id"]) <= {"7Б"}
    assert open_for(Viewer(DEPUTY), school).table("rpt_school__status").height == 1


@pytest.mark.parametrize("column", ['class_id" or true or "x', "1=1", "class_id)"])
def test_column_names_are_checked(school, column):
    data = open_for(Viewer(DEPUTY), school)
    with pytest.raises(NotPublishedError):
        data.table("rpt_deputy__fill_grid", {column: "7Б"})
    with pytest.raises(NotPublishedError):
        data.table("rpt_deputy__fill_grid", order=[column])


def test_conditions_order_and_limit(school):
    data = open_for(Viewer(DEPUTY), school)
    rows = data.table(
        "rpt_deputy__fill_grid", {"class_id": ("7Б", "8А")}, columns=["class_id", "late"], order=["-late"], limit=5
    )
    assert rows.columns == ["class_id", "late"]
    assert rows["late"].to_list() == sorted(rows["late"].to_list(), reverse=True)
    assert rows.height == 5
    assert data.table("rpt_deputy__findings", {"due_at": None})["due_at"].null_count() > 0
    assert data.table("rpt_deputy__findings", {"rule": ()}).height == 0


def attacks(file: Path) -> list[str]:
    path = str(file).replace("'", "''")
    return [
        "select * from school.reports.rpt_class_teacher__progress",
        f"attach '{path}' as again (read_only)",
        f"attach '{path}' as school",
        f"select * from '{path}'",
        f"select * from read_blob('{path}')",
        f"select * from read_text('{path}')",
        f"select * from read_parquet('{path}')",
        f"select * from read_csv('{path}')",
        f"select * from glob('{file.parent}/*')",
        f"copy reports.rpt_school__status to '{file.parent}/leak.csv'",
        f"export database '{file.parent}/leak'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "reset enable_external_access",
        "set python_enable_replacements = true",
        "select * from secret_of_the_process",
        "install sqlite",
        "load sqlite",
    ]


@pytest.mark.parametrize("number", range(len(attacks(Path("x")))))
def test_the_class_teacher_s_connection_reaches_nothing_else(school, number):
    secret_of_the_process = pl.DataFrame({"a": [1]})
    file = school.files[fake.SCHOOL]
    whole, _catalog = connect(file, Viewer(DEPUTY).scope)
    connection, _catalog = connect(file, Viewer(TRUSTED).scope)
    assert connection.execute("select count(*) from reports.rpt_class_teacher__progress").fetchall()[0][0] > 0
    with pytest.raises(duckdb.Error):
        connection.execute(attacks(file)[number]).fetchall()
    assert not (file.parent / "leak.csv").exists()
    assert not (file.parent / "leak").exists()
    assert whole
    assert secret_of_the_process.height


def test_the_copy_holds_only_permitted_tables(school):
    connection, _catalog = connect(school.files[fake.SCHOOL], Viewer(TEACHER).scope)
    held = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert held == {
        "rpt_school__status",
        "rpt_class_teacher__attendance_map",
        "rpt_class_teacher__contradictions",
        "rpt_class_teacher__progress",
        "rpt_class_teacher__forecast",
        "rpt_class_teacher__reserve",
        "rpt_class_teacher__reasons_waiting",
        "rpt_class_teacher__systematic_absence",
    }


def test_the_whole_school_connection_cannot_write_or_leave(school):
    connection, _catalog = connect(school.files[fake.SCHOOL], Viewer(DEPUTY).scope)
    for attack in ("delete from school.reports.rpt_school__status", "select * from read_text('/etc/hosts')"):
        with pytest.raises(duckdb.Error):
            connection.execute(attack).fetchall()


def test_equal_scopes_share_one_copy_and_a_new_version_replaces_it(tmp_path):
    first = fake.publish(tmp_path, "v1")
    colleague = replace(TEACHER, login="colleague")
    one, two = open_for(Viewer(TEACHER), first), open_for(Viewer(colleague), first)
    assert one is open_for(Viewer(TEACHER), first)
    assert one._connection is two._connection
    (tmp_path / "warehouse" / "versions" / "v2").mkdir()
    shutil.copy(first.files[fake.SCHOOL], tmp_path / "warehouse" / "versions" / "v2" / "demo.duckdb")
    second = fake.publish(tmp_path, "v2")
    assert open_for(Viewer(TEACHER), second) is not one
    assert one.table("rpt_school__status").height == 1


def test_a_grant_that_changes_opens_and_closes_at_once(school):
    assert not open_for(Viewer(TEACHER), school).has("rpt_class_teacher__absence_reasons")
    granted = replace(TEACHER, may_see_reasons=True)
    assert open_for(Viewer(granted), school).has("rpt_class_teacher__absence_reasons")


def test_classes_are_known_by_name_to_whoever_opens_accounts(school):
    assert classes_of(school, fake.SCHOOL)[SEVEN_B] == "7Б"
    with pytest.raises(NotPublishedError):
        classes_of(school, "other")


def test_the_gate_says_why():
    assert "7Б" in why_visible(Viewer(TEACHER), "rpt_class_teacher__progress", SEVEN_B)
    other = ClassRef(fake.YEAR, "8А")
    assert not allow(Viewer(TEACHER), "rpt_class_teacher__progress", other).allowed
    assert why_visible(Viewer(TEACHER), "rpt_class_teacher__progress", other).startswith("Не показано.")
    assert "отдельно" in why_visible(Viewer(TRUSTED), "rpt_class_teacher__absence_reasons")
    assert "отдельно" in why_visible(Viewer(HEAD), "rpt_class_teacher__absence_reasons")
    assert "всей школе" in why_visible(Viewer(DEPUTY), "rpt_deputy__findings")
