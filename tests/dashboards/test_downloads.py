"""Files to take away: the same rows and the same rights as on the page."""

from __future__ import annotations

from io import BytesIO

import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboards.doors import routes
from dashboards.gate import Gate, seal
from dashboards.lists import LISTS, Column, separated, workbook
from tests.dashboards import published as fake


@pytest.fixture
def as_person(service):
    app = Starlette(routes=routes(service), middleware=[Middleware(Gate, service=service)])

    def open_as(login):
        client = TestClient(app)
        client.cookies.set(service.cookie, seal(service, service.accounts.open_session(login)))
        return client

    return open_as


DEPUTY_ONLY = {"findings"}
WHOLE_SCHOOL = {"edge", "forecast", "forecast_quality", "forecast_school", "exports", "numbers", *DEPUTY_ONLY}


@pytest.mark.parametrize("login", ["zavuch", "direktor", "klass"])
@pytest.mark.parametrize("name", sorted(LISTS))
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_rights_are_those_of_the_page(as_person, service, login, name, kind):
    answer = as_person(login).get(f"/download/{name}.{kind}")
    closed = name in {"klass": WHOLE_SCHOOL, "direktor": {"absences", "class_forecast"}}.get(login, ())
    assert answer.status_code == (403 if closed else 200)
    last = service.log.lines()[-1]
    assert (last.login, last.action, last.allowed) == (login, "download", not closed)
    if not closed:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-disposition"].startswith("attachment")


def rows_of(answer):
    return pl.read_csv(BytesIO(answer.content), separator=";", infer_schema=False)


def test_a_class_teacher_takes_the_own_class_only_whatever_is_asked(as_person):
    client = as_person("klass")
    own = rows_of(client.get("/download/progress.csv", params={"class_id": "7Б"}))
    assert own.height > 0
    assert rows_of(client.get("/download/progress.csv")).height == own.height
    assert rows_of(client.get("/download/progress.csv", params={"class_id": "8А"})).height == 0


def test_a_file_with_a_forecast_says_what_it_is_not_and_names_no_teacher(as_person):
    told = {
        name for name, each in LISTS.items() if "forecast" in each.table or each.table.endswith(("progress", "edge"))
    }
    assert {"progress", "class_forecast", "edge", "forecast", "forecast_quality", "forecast_school"} <= told
    for name in LISTS:
        columns = rows_of(as_person("zavuch").get(f"/download/{name}.csv")).columns
        assert ("Прогноз – не план и не основание для оценки работы учителя." in columns) == (name in told), name
        assert not (name in told and "Учитель" in columns), name


def test_the_file_holds_what_the_filter_shows(as_person, service):
    client = as_person("zavuch")
    rows = rows_of(
        client.get(
            "/download/findings.csv", params=[("class_id", "7Б"), ("rule", "topic_filled"), ("rule", "ordinary_mark")]
        )
    )
    assert set(rows["Класс"]) == {"7Б"}
    data = service.open(service.accounts.get("zavuch"), service.published())
    expected = data.table("rpt_deputy__findings", {"class_id": "7Б", "rule": ("topic_filled", "ordinary_mark")})
    assert rows.height == expected.height > 0
    assert rows.columns[-1] == "Код"
    assert set(rows["Код"]) == set(expected["finding_id"])
    current = rows_of(client.get("/download/forecast.csv", params={"period_key": "quarter-1"}))
    assert current.height == 20


@pytest.mark.parametrize(
    "address",
    [
        "/download/nothing.xlsx",
        "/download/findings.pdf",
        "/download/findings",
        "/download/findings.csv?pupil_name=x",
        "/download/findings.csv?week_start=вчера",
        "/download/..%2F..%2Faccounts.sqlite",
        "/download/findings.csv?school_id=other",
    ],
)
def test_what_is_not_a_list_is_not_found(as_person, address):
    assert as_person("zavuch").get(address).status_code == 404


def test_the_log_holds_no_name_of_a_pupil(as_person, service):
    as_person("zavuch").get("/download/edge.csv", params={"class_id": "7Б"})
    names = fake.School().pupils["7Б"]
    text = " ".join(f"{line.object} {line.scope} {line.reason}" for line in service.log.lines())
    assert not any(name in text for name in names)


def cells(content):
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


def test_the_workbook_opens_says_its_moment_and_runs_no_formula(as_person):
    answer = as_person("zavuch").get("/download/findings.xlsx", params={"class_id": "7Б"})
    assert "24.10.2025 23:50" in cells(answer.content)[1][0]
    made = workbook(pl.DataFrame({"a": ["=1+1", "@x"]}), [Column("а", lambda row: row["a"])], "Проба", "заметка")
    assert [row[0] for row in cells(made)][-2:] == ["=1+1", "@x"]


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+1", "-1", "@sum(a1)", "\tx"])
def test_a_csv_cell_is_never_a_formula(text):
    content = separated(pl.DataFrame({"a": [text]}), [Column("а", lambda row: row["a"])], "", "").decode("utf-8-sig")
    assert f"'{text}" in content
