"""The build on a real small history: publishing, an earlier as_of, and failures that change nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingest import load
from tests.ingest.journal_folder import changed, small_journal, write_zip
from tests.warehouse.test_publish import built
from warehouse import build, dbt_run, publish, store
from warehouse.settings import School, Settings

EVENING, MORNING = "2026-09-08T23:50", "2026-09-09T07:00"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with two exports: the topic of the second lesson appears in the later one."""
    folder = tmp_path_factory.mktemp("сборка")
    settings = Settings.load(folder / "дом").add_school(School("s1", "Школа № 1"))
    load.ingest(settings, [write_zip(folder / "1.zip", small_journal(EVENING))])
    later = changed(small_journal(MORNING), "lessons", 1, topic="Проценты")
    load.ingest(settings, [write_zip(folder / "2.zip", later)])
    build.build(settings)
    return settings


def rows(published: publish.Published, sql: str) -> list[tuple]:
    with duckdb.connect(published.files["s1"], read_only=True) as con:
        return con.execute(sql).fetchall()


TOPICS = "select lesson_id, verdict from marts.fct_journal_checks where rule = 'topic_filled' order by 1"


def test_what_nobody_saw_in_time_is_undetermined(settings: Settings) -> None:
    published = publish.current(settings.home)
    assert published is not None
    assert rows(published, TOPICS) == [("l1", "undetermined"), ("l2", "undetermined")]
    assert published.as_of["s1"] == datetime.fromisoformat(MORNING)


def test_nothing_new_is_built_twice(settings: Settings) -> None:
    before = publish.current(settings.home)
    again = build.build(settings)
    assert again.changed == []
    assert again.published == before


def test_an_earlier_as_of_hides_what_came_later(settings: Settings) -> None:
    early = build.build(settings, as_of=datetime.fromisoformat(EVENING)).published
    assert early is not None
    assert early.as_of["s1"] == datetime.fromisoformat(EVENING)
    assert dict(rows(early, TOPICS))["l2"] == "pending"
    newest = build.build(settings).published
    assert newest is not None
    assert dict(rows(newest, TOPICS))["l2"] == "undetermined"


@pytest.mark.parametrize(
    ("result", "error"),
    [
        (dbt_run.DbtResult(1, errors=["int_lessons: нет места на диске"]), build.BuildFailedError),
        (dbt_run.DbtResult(1, failures=["grain_fct_marks: 2 rows"]), build.IntegrityError),
    ],
    ids=["a model fails", "a blocking test fails"],
)
def test_a_failed_build_leaves_the_old_warehouse_in_service(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, result: dbt_run.DbtResult, error: type[Exception]
) -> None:
    before = build.build(settings).published
    assert before is not None
    monkeypatch.setattr(dbt_run, "project_digest", lambda: "another project")
    monkeypatch.setattr(dbt_run, "build", lambda *_arguments: result)
    with pytest.raises(error):
        build.build(settings)
    after = publish.current(settings.home)
    assert after is not None
    assert after.files == before.files
    assert after.version == before.version
    assert (result.errors + result.failures)[0] in after.failed
    monkeypatch.undo()
    assert build.build(settings).published.failed == ""


def test_a_blocking_expectation_stops_publishing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = publish.current(settings.home)
    monkeypatch.setattr(dbt_run, "project_digest", lambda: "yet another project")
    with pytest.raises(build.IntegrityError, match="marks_have_pupils"):
        build.build(settings, check=lambda _file: build.CheckOutcome(3, 1, ("marks_have_pupils",)))
    after = publish.current(settings.home)
    assert after is not None
    assert before is not None
    assert after.version == before.version


def test_no_schools_nothing_to_build(tmp_path: Path) -> None:
    assert build.build(Settings.load(tmp_path)).published is None


def test_a_municipality_is_built_a_few_schools_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schools = [store.SchoolState(f"s{n}", f"Школа № {n}", datetime.fromisoformat(EVENING), "digest") for n in range(9)]
    many = Settings.load(tmp_path / "дом")
    many.create()
    batches: list[list[str]] = []

    def some(_settings: Settings, few: list[store.SchoolState], *_rest: object) -> tuple[Path, build.CheckOutcome]:
        batches.append([school.school_id for school in few])
        return built(tmp_path / "w.duckdb", *batches[-1]), build.CheckOutcome(5, len(few))

    monkeypatch.setattr(store, "states", lambda _settings: schools)
    monkeypatch.setattr(build, "_build_some", some)
    monkeypatch.setattr(build, "_said_of_sources", lambda _settings: "")
    outcome = build.build(many)
    assert [len(batch) for batch in batches] == [4, 4, 1]
    assert outcome.published is not None
    assert set(outcome.published.files) == {school.school_id for school in schools}
    assert outcome.check == build.CheckOutcome(5, 9)
