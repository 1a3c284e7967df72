"""Codes that nobody explained: found where they stand, counted, with the line that would explain them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest import codes_check, school_codes
from ingest.codes_check import Unmapped
from ingest.contract import TABLES
from ingest.readers.cells import NOT_UNDERSTOOD, OUT_OF_SCALE
from tests.dbt.history_files import HistoryFile, School
from warehouse.settings import Settings, SettingsError
from warehouse.store import literal

SGO = ("sgo", "studenttotal")


class Home:
    """A home whose history is written by hand, without ingest."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(folder / "home")
        self.history = self.settings.history
        self.history.mkdir(parents=True)
        self.file = HistoryFile(folder / "written.duckdb")
        self.schools: list[str] = []

    def school(self, school_id: str = "s1", source: tuple[str, str] = SGO, name: str = "7Б.zip → Иванов.xls") -> School:
        self.schools.append(school_id)
        school = School(self.file, school_id, "2025-11-01", source=source)
        self.file.meta(
            "observations", observation_id="o1", school_id=school_id, taken_at="2025-10-01", file_name=name,
            system=source[0], export_kind=source[1],
        )  # fmt: skip
        return school

    def reject(self, raw: str, table: str = "attendance", reason: str = NOT_UNDERSTOOD, school_id: str = "s1") -> None:
        self.file.meta(
            "rejected", school_id=school_id, observation_id="o1", file_name="7Б.zip → Иванов.xls", kind="rejected",
            table_name=table, address="строка «Физика», столбец «3»", raw=raw, reason=reason, advice="",
        )  # fmt: skip

    def found(self) -> list[Unmapped]:
        self._write()
        return codes_check.check(self.settings)

    def _write(self) -> None:
        con = self.file.connection
        for name in [history for table in TABLES.values() for history in table.history_tables()]:
            self._copy(f"select * from history.{name} limit 0", self.history / "_schema" / f"{name}.parquet")
            for school in self.schools:
                part = self.history / name / f"school_id={school}" / "academic_year=all" / "data.parquet"
                self._copy(f"select * from history.{name} where school_id = '{school}'", part)
        self._copy("select *, 'loaded' as status from meta.observations", self.history / "_meta/observations.parquet")
        self._copy("select * from meta.rejected", self.history / "_meta/rejected.parquet")
        for school in self.schools:
            path = self.history / "_digests" / f"{school}.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_text("x", encoding="utf-8")
        con.close()

    def _copy(self, query: str, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file.connection.execute(f"copy ({query}) to {literal(path)} (format parquet)")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Home]:
    yield Home(tmp_path)
    school_codes.use(None)


def brief(found: list[Unmapped]) -> list[tuple[str, str, int]]:
    return [(one.scope, one.raw_code, one.n) for one in found]


def test_an_attendance_code_without_a_meaning_is_counted_and_shown_where_it_first_stood(house: Home) -> None:
    school = house.school()
    school.lesson("l1", "2025-09-11")
    school.lesson("l2", "2025-09-12", class_id="7В")
    for pupil, code in (("p1", "ДО"), ("p2", "до"), ("p3", "дO"), ("p4", "УП"), ("p5", "yп")):
        school.code("l2", pupil, code, known_from="2025-10-02", observation_id="o1")
    school.code("l1", "p1", "ДО", known_from="2025-10-01", observation_id="o1")
    (one,) = house.found()
    assert (one.system, one.export_kind, one.scope, one.raw_code, one.n) == (*SGO, "attendance", "ДО", 4)
    assert (one.file_name, one.address) == ("7Б.zip", "7Б, физика, 11.09.2025")
    assert one.line == "sgo,studenttotal,attendance,ДО,ЗНАЧЕНИЕ,"


def test_what_no_longer_stands_is_not_listed(house: Home) -> None:
    school = house.school()
    school.lesson("l1", "2025-09-11")
    school.code("l1", "p1", "ДО", known_to="2025-10-20")
    assert house.found() == []


@pytest.mark.parametrize(
    ("value", "known"),
    [("5", True), ("0", True), ("4-", True), ("зачёт", True), (".", True), ("н/а", True), ("А", False), ("хор", False),
     ("10", False)],
)  # fmt: skip
def test_marks_are_listed_only_where_nothing_explains_them(house: Home, value: str, known: bool) -> None:
    school = house.school()
    school.lesson("l1", "2025-09-11")
    school.mark("l1", "p1", value)
    assert brief(house.found()) == ([] if known else [("mark", value, 1)])


@pytest.mark.parametrize(
    ("kind", "value", "known"), [("period", "5", True), ("period", "87", False), ("state_exam", "87", True)]
)
def test_marks_for_a_period_and_points_of_a_state_exam(house: Home, kind: str, value: str, known: bool) -> None:
    house.school().row(
        "period_marks", pupil_id="p1", subject_id="физика", kind=kind, period_id="q1", class_id="7Б", value=value
    )
    found = house.found()
    assert brief(found) == ([] if known else [("period_mark", value, 1)])
    assert [one.address for one in found] == ([] if known else ["7Б, физика"])


def test_kinds_of_work_without_a_meaning_are_listed_unless_the_source_tells_it(house: Home) -> None:
    school = house.school()
    school.row("work_types", work_type="sgo:1", name="Диктант")
    school.row("work_types", work_type="sgo:2", name="Контрольная", is_written=True)
    school.lesson("l1", "2025-09-11")
    school.mark("l1", "p1", "5", work_type="sgo:2")
    school.mark("l1", "p2", "5", work_type="Зачётная")
    assert brief(house.found()) == [("work_type", "Диктант", 1), ("work_type", "Зачётная", 1)]


def test_the_journal_csv_tells_kinds_of_work_in_its_own_columns(house: Home) -> None:
    school = house.school(source=("journal_csv", "journal_csv"))
    school.row("work_types", work_type="диктант", name="Диктант")
    school.lesson("l1", "2025-09-11")
    school.mark("l1", "p1", "5", work_type="неописанная")
    assert house.found() == []


@pytest.mark.parametrize(
    ("raw", "table", "reason", "listed"),
    [
        ("ДО", "attendance", NOT_UNDERSTOOD, True),
        ("б/п", "attendance", NOT_UNDERSTOOD, True),
        ("ДО", "attendance", "Код посещаемости неизвестен", True),
        ("н/б", "marks", NOT_UNDERSTOOD, True),
        ("УП", "attendance", NOT_UNDERSTOOD, False),
        ("100", "marks", OUT_OF_SCALE, False),
        ("?", "attendance", NOT_UNDERSTOOD, False),
        ("Петрова больна", "attendance", NOT_UNDERSTOOD, False),
        ("ДО", "lessons", NOT_UNDERSTOOD, False),
        ("ab", "attendance", "Ученика нет в таблице pupils", False),
    ],
)
def test_rejected_cells_are_listed_where_they_look_like_a_code(
    house: Home, raw: str, table: str, reason: str, listed: bool
) -> None:
    house.school()
    house.reject(raw, table, reason)
    found = house.found()
    assert [(one.raw_code, one.rejected, one.file_name) for one in found] == ([(raw, True, "7Б.zip")] if listed else [])


def test_a_line_of_the_school_s_file_explains_a_code_at_once(house: Home) -> None:
    school = house.school()
    school.lesson("l1", "2025-09-11")
    school.code("l1", "p1", "ДО")
    house.reject("ОЧ")
    found = house.found()
    assert [one.raw_code for one in found] == ["ДО", "ОЧ"]
    lines = [one.line.replace("ЗНАЧЕНИЕ", "remote") for one in found]
    header = "system,export_kind,scope,raw_code,canonical,source"
    (house.settings.home / "codes.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    assert codes_check.check(house.settings) == []


def test_a_code_with_a_comma_still_makes_a_line_that_can_be_read() -> None:
    one = Unmapped("sgo", "studenttotal", "attendance", 'Н,"Б', 1, "", "")
    assert next(csv.reader([one.line])) == ["sgo", "studenttotal", "attendance", 'Н,"Б', "ЗНАЧЕНИЕ", ""]


def test_two_schools_and_two_systems_are_told_apart_by_system_only(house: Home) -> None:
    for school_id, source in (("s1", SGO), ("s2", SGO), ("s3", ("ves_klass", "class_report"))):
        school = house.school(school_id, source)
        school.lesson("l1", "2025-09-11")
        school.code("l1", "p1", "ДО")
    assert [(one.system, one.n) for one in house.found()] == [("sgo", 2), ("ves_klass", 1)]


def test_words_name_nobody_and_say_what_to_do(house: Home) -> None:
    school = house.school()
    school.lesson("l1", "2025-09-11")
    school.code("l1", "p1", "ДО", observation_id="o1")
    school.code("l1", "p2", "Иванов Пётр болеет", observation_id="o1")
    house.reject("ОЧ")
    told = codes_check.lines(house.found(), house.settings)
    text = "\n".join(told)
    assert "Иванов" not in text
    assert "код посещаемости «ДО», записей: 1; впервые: 7Б.zip, 7Б, физика, 11.09.2025" in text
    assert "текст в 18 знаков" in text
    assert "«ОЧ», записей: 1; впервые: 7Б.zip, строка «Физика», столбец «3»; ячейка отклонена" in text
    assert "        sgo,studenttotal,attendance,ДО,ЗНАЧЕНИЕ," in told
    assert "    первая строка файла: system,export_kind,scope,raw_code,canonical,source" in told
    assert told[-1].startswith("    attendance: present, late")
    assert "\n".join(told[-3:]).count("mark:") == 0


def test_nothing_found_and_nothing_loaded_are_said(house: Home, tmp_path: Path) -> None:
    assert codes_check.check(Settings(tmp_path / "empty")) == []
    assert codes_check.lines([], house.settings) == ["Неизвестных кодов нет."]


def test_a_broken_file_of_the_school_stops_the_question(house: Home) -> None:
    house.school()
    (house.settings.home / "codes.csv").write_text("system,export_kind\n", encoding="utf-8")
    with pytest.raises(SettingsError):
        house.found()


def test_the_list_shows_meanings_and_who_says_so(house: Home) -> None:
    rows = "system,export_kind,scope,raw_code,canonical,source\nsgo,studenttotal,attendance,ДО,remote,приказ 5\n"
    (house.settings.home / "codes.csv").write_text(rows, encoding="utf-8")
    told = codes_check.listed(house.settings, "sgo", "studenttotal")
    assert told[0] == "sgo studenttotal, код посещаемости (attendance)"
    assert "    УП → excused  (из файла журнала, легенда отчёта)" in told
    assert "    ДО → remote  (внесла школа, приказ 5)" in told
    assert not any(line.startswith("ves_klass") for line in told)
    assert any(line.startswith("ves_klass") for line in codes_check.listed(house.settings))


def run_check(run_zavuch: Callable[..., object], folder: Path, *words: str) -> object:
    return run_zavuch("--home", str(folder), "codes", *words)


def test_the_command_ends_with_1_where_something_is_not_explained(
    house: Home, run_zavuch: Callable[..., object]
) -> None:
    school = house.school()
    school.lesson("l1", "2025-09-11")
    school.code("l1", "p1", "ДО")
    house.found()
    done = run_check(run_zavuch, house.settings.home, "check")
    assert done.returncode == 1
    assert "sgo,studenttotal,attendance,ДО,ЗНАЧЕНИЕ," in done.stdout
    line = "system,export_kind,scope,raw_code,canonical,source\nsgo,studenttotal,attendance,ДО,remote,\n"
    (house.settings.home / "codes.csv").write_text(line, encoding="utf-8")
    done = run_check(run_zavuch, house.settings.home, "check")
    assert (done.returncode, done.stdout.strip()) == (0, "Неизвестных кодов нет.")
    (house.settings.home / "codes.csv").write_text(line.replace("remote", "дома"), encoding="utf-8")
    done = run_check(run_zavuch, house.settings.home, "check")
    assert done.returncode == 2
    assert "строка 2" in done.stderr


def test_the_command_lists_the_maps(house: Home, run_zavuch: Callable[..., object]) -> None:
    done = run_check(run_zavuch, house.settings.home, "list", "--system", "ves_klass", "--kind", "class_report")
    assert done.returncode == 0
    assert "Н → unexcused" in done.stdout
    assert "sgo" not in done.stdout
